namespace Parley.Station;

/// <summary>Those who wait until our feed is sealed up to a size. Safe from any thread.</summary>
internal sealed class SealedWaiters
{
    private readonly PriorityQueue<TaskCompletionSource, ulong> waiting = new();
    private readonly Lock gate = new();
    private ulong reached;

    /// <summary>Completes once the sealed size is at least <paramref name="size"/>.</summary>
    internal Task Reach(ulong size)
    {
        lock (gate)
        {
            if (reached >= size) return Task.CompletedTask;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(waiter, size);
            return waiter.Task;
        }
    }

    internal void Advance(ulong size)
    {
        lock (gate)
        {
            if (size <= reached) return;
            reached = size;
            while (waiting.TryPeek(out var waiter, out var wanted) && wanted <= size)
            {
                waiting.Dequeue();
                waiter.TrySetResult();
            }
        }
    }
}
