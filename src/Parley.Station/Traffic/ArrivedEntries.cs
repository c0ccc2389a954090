using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Record;

namespace Parley.Station.Traffic;

/// <summary>Entries [<paramref name="From"/>, <paramref name="To"/>) of a feed that became durable.</summary>
/// <param name="Headers">Of the entries from <paramref name="From"/> on, or none.</param>
/// <param name="At">When these arrived.</param>
internal sealed record ArrivedBatch(
    PartyId Author,
    ulong From,
    ulong To,
    IReadOnlyList<EntryHeader> Headers,
    DateTimeOffset At
);

/// <summary>What became durable on a line and is not folded yet, in each feed's order. Put in by whoever stores, taken
/// out under the gate of the line.</summary>
internal sealed class ArrivedEntries
{
    /// <summary>Headers that wait in memory to be folded; of what comes while so many do, the headers are read from the
    /// store.</summary>
    private const int MaxHeadersKept = 65_536;

    private readonly ConcurrentQueue<ArrivedBatch> batches = new();
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private int headersKept;
    private long enqueued;

    /// <summary>Batches that were taken and are folded.</summary>
    private long done;

    /// <summary>Batches that were put in so far.</summary>
    internal long Enqueued => Interlocked.Read(ref enqueued);

    /// <summary>True when so many of them are folded.</summary>
    internal bool IsDone(long target) => Interlocked.Read(ref done) >= target;

    internal void Put(PartyId author, ulong from, ulong to, IReadOnlyList<EntryHeader> headers, DateTimeOffset at)
    {
        if (Interlocked.Add(ref headersKept, headers.Count) > MaxHeadersKept)
        {
            Interlocked.Add(ref headersKept, -headers.Count);
            headers = [];
        }
        batches.Enqueue(new ArrivedBatch(author, from, to, headers, at));
        Interlocked.Increment(ref enqueued);
        wake.Writer.TryWrite(true);
    }

    /// <summary>Waits until something was put in since the last wait.</summary>
    internal async Task WaitAsync(CancellationToken ct) => await wake.Reader.ReadAsync(ct);

    /// <summary>The next batch; null when none waits.</summary>
    internal ArrivedBatch? Take()
    {
        if (!batches.TryDequeue(out var next))
            return null;
        Interlocked.Add(ref headersKept, -next.Headers.Count);
        return next;
    }

    /// <summary>The batch that was taken is folded.</summary>
    internal void Done() => Interlocked.Increment(ref done);
}
