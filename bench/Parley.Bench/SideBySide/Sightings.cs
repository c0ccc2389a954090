using System.Diagnostics;

namespace Parley.Bench.SideBySide;

/// <summary>When each message was sent, accepted, sealed, first seen by the recipient's client, and how often its
/// author got it back as an error. Any thread may write.</summary>
internal sealed class Sightings(int count)
{
    private readonly long[] sent = new long[count],
        accepted = new long[count],
        sealedAt = new long[count],
        seen = new long[count];
    private readonly int[] returned = new int[count];
    private readonly TaskCompletionSource?[] waiting = new TaskCompletionSource?[count];
    private long lastNews = Stopwatch.GetTimestamp();

    internal int Count => count;

    /// <summary>How long nothing was seen or came back.</summary>
    internal TimeSpan Quiet => Stopwatch.GetElapsedTime(Volatile.Read(ref lastNews));

    internal void Sent(int number) => Once(sent, number);

    internal void Accepted(int number) => Once(accepted, number);

    internal void Sealed(int number) => Once(sealedAt, number);

    internal void Seen(int number)
    {
        if (!Once(seen, number))
            return;
        News();
        Volatile.Read(ref waiting[number])?.TrySetResult();
    }

    internal void Returned(int number)
    {
        if ((uint)number >= count)
            return;
        Interlocked.Increment(ref returned[number]);
        News();
    }

    internal bool WasAccepted(int number) => Volatile.Read(ref accepted[number]) != 0;

    internal bool WasSealed(int number) => Volatile.Read(ref sealedAt[number]) != 0;

    internal bool WasSeen(int number) => Volatile.Read(ref seen[number]) != 0;

    internal bool WasReturned(int number) => Volatile.Read(ref returned[number]) != 0;

    internal long SentAt(int number) => sent[number];

    internal long AcceptedAt(int number) => accepted[number];

    internal long SealedAt(int number) => sealedAt[number];

    internal long SeenAt(int number) => seen[number];

    internal TimeSpan ToAcceptance(int number) => Stopwatch.GetElapsedTime(sent[number], accepted[number]);

    internal TimeSpan ToSeal(int number) => Stopwatch.GetElapsedTime(sent[number], sealedAt[number]);

    internal TimeSpan ToSight(int number) => Stopwatch.GetElapsedTime(sent[number], seen[number]);

    /// <summary>Completes when the recipient's client has it.</summary>
    internal Task SightAsync(int number)
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref waiting[number], made);
        if (WasSeen(number))
            made.TrySetResult();
        return made.Task;
    }

    internal void News() => Volatile.Write(ref lastNews, Stopwatch.GetTimestamp());

    // Numbers come from texts that went through other processes: what is not one of ours counts for nothing here, and
    // is found by the judgement.
    private bool Once(long[] times, int number) =>
        (uint)number < count && Interlocked.CompareExchange(ref times[number], Stopwatch.GetTimestamp(), 0) == 0;
}
