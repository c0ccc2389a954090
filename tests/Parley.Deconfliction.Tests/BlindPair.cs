using System.Security.Cryptography;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Deconfliction.Tests;

/// <summary>Two sides of one run and the wire between them, on which a test can change, drop or add messages.</summary>
internal sealed class BlindPair : IDisposable
{
    internal const int Commit = 1,
        Points = 2,
        Evaluated = 3,
        Result = 4,
        Abort = 5;

    internal static readonly BlindProfile Profile = MakeProfile();

    private readonly Queue<byte[]> toA = new(),
        toB = new();

    internal BlindPair(
        IEnumerable<Cell> a,
        IEnumerable<Cell> b,
        BlindLimits? limits = null,
        byte nonce = 1,
        BlindProfile? profileOfB = null
    )
    {
        A = BlindRun.Start(
            Terms(Profile, nonce, isInitiator: true),
            new CellCover([.. a.Distinct().Order()], []),
            limits ?? new BlindLimits(),
            Seed(nonce)
        );
        B = BlindRun.Start(
            Terms(profileOfB ?? Profile, nonce, isInitiator: false),
            new CellCover([.. b.Distinct().Order()], []),
            limits ?? new BlindLimits(),
            Seed((byte)(nonce + 100))
        );
    }

    internal BlindRun A { get; }
    internal BlindRun B { get; }

    /// <summary>What A sent, as it left.</summary>
    internal List<byte[]> FromA { get; } = [];
    internal List<byte[]> FromB { get; } = [];

    /// <summary>What becomes of a message of A on its way: what B is given instead.</summary>
    internal Func<byte[], byte[]?> Wire { get; set; } = message => message;

    /// <summary>Called in place of <see cref="BlindRun.Reveal"/> at A.</summary>
    internal Action<BlindRun> OnReveal { get; set; } = run => run.Reveal();

    internal static BlindProfile MakeProfile(double separation = 1_000, string? other = null) =>
        BlindProfile
            .Create(
                (Vertex.OfDegrees(30, 45), Vertex.OfDegrees(31, 46)),
                (20_000_000, 10_000_000),
                (0, 3_000_000),
                500_000,
                TimeWindow.Of(Samples.Noon, Samples.Noon.AddHours(6)),
                TimeSpan.FromMinutes(other is null ? 15 : 10),
                new Separation(separation, 100_000, 60 * TimeSpan.TicksPerSecond)
            )
            .Required();

    internal static BlindTerms Terms(BlindProfile profile, byte nonce, bool isInitiator) =>
        BlindTerms.Of(
            profile,
            LineId.Parse("us-ru-" + new string('a', 32)),
            PartyId.Parse("us"),
            PartyId.Parse("ru"),
            [.. Enumerable.Repeat(nonce, BlindTerms.NonceLength)],
            [.. Enumerable.Repeat((byte)(nonce + 1), BlindTerms.NonceLength)],
            isInitiator
        );

    internal static byte[] Seed(byte number) => SHA512.HashData([number]);

    internal static IEnumerable<Cell> Cells(int from, int count) =>
        Enumerable
            .Range(from, count)
            .Select(i => new Cell((uint)(i % 24), (uint)(i / 24 % 100), (uint)(i / 2400 % 50), (uint)(i / 120_000)));

    /// <summary>Runs until neither side has anything to do.</summary>
    internal BlindPair Play()
    {
        var idle = false;
        while (!idle)
        {
            idle = true;
            if (Step(A, FromA, toB, Wire, OnReveal))
                idle = false;
            if (Step(B, FromB, toA, m => m, run => run.Reveal()))
                idle = false;
            if (toA.TryDequeue(out var message))
            {
                A.Receive(message);
                idle = false;
            }
            if (toB.TryDequeue(out message))
            {
                B.Receive(message);
                idle = false;
            }
        }
        return this;
    }

    private static bool Step(
        BlindRun run,
        List<byte[]> sent,
        Queue<byte[]> wire,
        Func<byte[], byte[]?> change,
        Action<BlindRun> reveal
    )
    {
        var need = run.Advance(out var message);
        if (message is not null)
        {
            sent.Add([.. message]);
            if (change(message) is { } changed)
                wire.Enqueue(changed);
        }
        if (need == BlindNeed.Reveal)
            reveal(run);
        return need is BlindNeed.Again or BlindNeed.Reveal;
    }

    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
