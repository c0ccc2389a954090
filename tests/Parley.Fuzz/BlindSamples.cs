using Parley.Deconfliction;
using Parley.Record;

namespace Parley.Fuzz;

/// <summary>Two sides of a blind check: what they said to each other, and one that waits to be told
/// something.</summary>
internal sealed class BlindSamples
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private BlindRun? current;

    internal BlindSamples()
    {
        using var a = Start(true);
        using var b = Start(false);
        var (toA, toB) = (new Queue<byte[]>(), new Queue<byte[]>());
        for (var idle = false; !idle; )
        {
            idle = !Step(a, toB) & !Step(b, toA);
            if (toA.TryDequeue(out var message))
                (_, idle) = (Told(a, message), false);
            if (toB.TryDequeue(out message))
                (_, idle) = (Told(b, message), false);
        }
    }

    internal List<byte[]> Messages { get; } = [];

    internal static BlindProfile Profile { get; } =
        BlindProfile
            .Create(
                (Vertex.OfDegrees(30, 45), Vertex.OfDegrees(31, 46)),
                (20_000_000, 10_000_000),
                (0, 3_000_000),
                500_000,
                TimeWindow.Of(Noon, Noon.AddHours(6)),
                TimeSpan.FromMinutes(15),
                new Separation(1_000, 100_000, 60 * TimeSpan.TicksPerSecond)
            )
            .Required();

    private static BlindTerms Terms(bool isInitiator) =>
        BlindTerms.Of(
            Profile,
            LineId.Parse("us-ru-" + new string('a', 32)),
            PartyId.Parse("us"),
            PartyId.Parse("ru"),
            [.. Enumerable.Repeat((byte)1, BlindTerms.NonceLength)],
            [.. Enumerable.Repeat((byte)2, BlindTerms.NonceLength)],
            isInitiator
        );

    private static BlindRun Start(bool isInitiator) =>
        BlindRun.Start(
            Terms(isInitiator),
            new CellCover([new Cell(1, 1, 1, 1), new Cell(2, 1, 1, 1)], []),
            new BlindLimits()
        );

    private static BlindRun Told(BlindRun run, byte[] message)
    {
        run.Receive(message);
        return run;
    }

    private bool Step(BlindRun run, Queue<byte[]> to)
    {
        var need = run.Advance(out var message);
        if (message is not null)
        {
            Messages.Add(message);
            to.Enqueue(message);
        }
        if (need == BlindNeed.Reveal)
            run.Reveal();
        return need is BlindNeed.Again or BlindNeed.Reveal;
    }

    /// <summary>A run that has just committed, or has taken some messages since; aborted ones are replaced.</summary>
    internal void Ready()
    {
        if (current is not (null or { Aborted: not null }))
            return;
        current?.Dispose();
        current = Start(true);
        while (current.Advance(out _) == BlindNeed.Again)
            continue;
    }

    /// <summary>Tells it; null unless it aborts.</summary>
    internal string? Receive(byte[] message)
    {
        current!.Receive(message);
        return current.Aborted?.Reason.ToString();
    }
}
