using Parley.Contract;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Telemetry;

namespace Parley.Station.Traffic;

/// <summary>How far the fold of a line is, and whether it goes on: whoever waits for it is told of both.</summary>
/// <param name="line">The line.</param>
/// <param name="log">Where what broke it is written.</param>
internal sealed class FoldHealth(LineId line, ILogger log)
{
    /// <summary>Mistakes of ours that are logged one by one; all are counted.</summary>
    private const int MaxLogged = 1_000;

    private readonly TaskCompletionSource folded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<EntryId> logged = [];
    private volatile string? fault;
    private volatile TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Told when the fold itself fails, with the reason, and with null when it goes on.</summary>
    internal Action<string?>? Broken { get; init; }

    /// <summary>Why the fold does not go on; null while it does.</summary>
    internal string? Fault => fault;

    /// <summary>True until the record that was there at the start is folded.</summary>
    internal bool IsFolding => !folded.Task.IsCompleted;

    /// <summary>Waits until the record that was there at the start is folded.</summary>
    /// <exception cref="BrokenFoldException">It cannot be folded: nobody waits for that.</exception>
    internal async Task WhenFoldedAsync(CancellationToken ct)
    {
        while (!folded.Task.IsCompletedSuccessfully)
        {
            var breaks = broken.Task;
            if (fault is { } why)
                throw new BrokenFoldException(why);
            await (await Task.WhenAny(folded.Task, breaks).WaitAsync(ct));
        }
        if (fault is { } still)
            throw new BrokenFoldException(still);
    }

    /// <summary>What was there at the start is folded; false where that was known.</summary>
    internal bool TryFinish() => folded.TrySetResult();

    /// <summary>The fold ends, and nobody waits for it any more.</summary>
    internal void End() => folded.TrySetCanceled();

    /// <summary>The fold does not go on by itself: it is said, and tried again.</summary>
    internal void Break(Exception e)
    {
        if (fault is null)
            LineLog.FoldBroken(log, line.Value, e);
        fault = $"what stands on {line} cannot be told: {e.Message}";
        broken.TrySetResult();
        Broken?.Invoke(fault);
    }

    /// <summary>It goes on.</summary>
    internal void Mend()
    {
        if (fault is null)
            return;
        broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fault = null;
        Broken?.Invoke(null);
    }

    /// <summary>A mistake of ours over one entry: it is flagged, logged and counted, and the fold goes on. One caller
    /// at a time.</summary>
    internal void Mistaken(EntryHeader header, Exception e)
    {
        StationMetrics.FoldMistakes.Add(1);
        if (logged.Count < MaxLogged && logged.Add(header.Id))
            LineLog.FoldMistaken(log, line.Value, header.Id.ToString(), e);
    }

    /// <summary>Does a part of the clock's pass; a mistake of ours in it is logged and counted.</summary>
    internal void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            StationMetrics.FoldMistakes.Add(1);
            LineLog.FoldMistaken(log, line.Value, "the clock's pass", e);
        }
    }
}

/// <summary>What stands on a line cannot be told: the fold does not go on.</summary>
internal sealed class BrokenFoldException(string message) : Exception(message);
