namespace Parley.Station.Lines;

/// <summary>Those who wait until our feed is sealed up to a size. Nobody stays here longer than they wait. Safe from any
/// thread.</summary>
internal sealed class SealedWaiters
{
    private readonly SortedDictionary<(ulong Size, long Number), TaskCompletionSource> waiting = [];
    private readonly Lock gate = new();
    private ulong reached;
    private long last;

    /// <summary>How many wait.</summary>
    internal int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>True once the sealed size is at least <paramref name="size"/>; false when the time was up, or the wait
    /// was cancelled, before.</summary>
    internal async Task<bool> ReachAsync(ulong size, TimeSpan limit, TimeProvider clock, CancellationToken ct)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (ulong, long) place;
        lock (gate)
        {
            if (reached >= size)
                return true;
            waiting.Add(place = (size, ++last), waiter);
        }
        try
        {
            await waiter.Task.WaitAsync(limit, clock, ct);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (gate)
                waiting.Remove(place);
            return waiter.Task.IsCompletedSuccessfully;
        }
    }

    internal void Advance(ulong size)
    {
        lock (gate)
        {
            if (size <= reached)
                return;
            reached = size;
            while (waiting.Count > 0)
            {
                var (place, waiter) = waiting.First();
                if (place.Size > size)
                    return;
                waiting.Remove(place);
                waiter.TrySetResult();
            }
        }
    }
}
