using System.Buffers.Binary;
using Parley.Crypto;

namespace Parley.Deconfliction;

/// <summary>What a run wants next.</summary>
public enum BlindNeed
{
    /// <summary>A slice of work was done, or a message is to be sent: ask again.</summary>
    Again,

    /// <summary>Nothing until a message comes.</summary>
    Message,

    /// <summary>Both commitments are known. The station records them, charges the budget, and calls
    /// <see cref="BlindRun.Reveal"/>.</summary>
    Reveal,

    /// <summary>It is over: <see cref="BlindRun.Result"/> or <see cref="BlindRun.Aborted"/>.</summary>
    Nothing,
}

/// <summary>
/// One side of one blind check (docs/protocol/blind-check.md): which cells both brought, and nothing else. Bytes in,
/// bytes out: it reads
/// no clock and does no I/O. <see cref="Advance"/> does one slice of work, some tens of milliseconds, so that the
/// caller can show progress and end it. A
/// run is never stored and never resumed; whatever goes wrong ends it with a reason. Used by one thread at a time.
/// </summary>
public sealed class BlindRun : IDisposable
{
    /// <summary>Elements that both sides always bring; where they do not all match, the two sides do not compute the
    /// same.</summary>
    public const int Canaries = 4;

    /// <summary>Bytes of randomness a run lives on.</summary>
    internal const int SeedLength = 64;

    private enum Phase
    {
        Preparing,
        Committing,
        Recording,
        Points,
        Evaluating,
        Comparing,
        Over,
    }

    private readonly BlindTerms terms;
    private readonly BlindLimits limits;
    private readonly int ownCells;
    private readonly BlindSet own;
    private readonly HashSet<UInt128> evaluated = []; // our key times their points
    private readonly List<int> matches = [];
    private BlindPeer? peer;
    private Phase phase;
    private byte[]? farewell;
    private int prepared,
        pointsSent,
        evaluatedSent,
        evaluatedReceived;
    private bool committed;
    private BlindResult? found;
    private Hash? theirDigest;

    private BlindRun(BlindTerms terms, CellCover cover, BlindLimits limits, byte[] seed)
    {
        var bucket = BlindBuckets.For(cover.Cells.Count);
        if (bucket == 0)
            throw new ArgumentException($"more than {BlindBuckets.Largest - Canaries} cells", nameof(cover));
        (this.terms, this.limits, ownCells) = (terms, limits, cover.Cells.Count);
        own = new BlindSet(terms, cover.Cells, bucket, seed);
    }

    /// <summary>Begins our side, with a fresh key.</summary>
    public static BlindRun Start(BlindTerms terms, CellCover cover, BlindLimits limits) =>
        Start(terms, cover, limits, Randomness.Bytes(SeedLength));

    /// <summary>As <see cref="Start(BlindTerms, CellCover, BlindLimits)"/>, with randomness that a test owns. A seed
    /// must never serve twice.</summary>
    internal static BlindRun Start(BlindTerms terms, CellCover cover, BlindLimits limits, byte[] seed) =>
        new(terms, cover, limits, seed);

    /// <summary>The size to which our set is padded.</summary>
    public int OwnBucket => own.Bucket;

    /// <summary>The size of the other side's padded set, which the budget is charged with; 0 before its commitment
    /// came.</summary>
    public int PeerBucket => peer?.Bucket ?? 0;

    /// <summary>Our key of this run, for the record.</summary>
    public ReadOnlyMemory<byte> OwnKey => own.Key.PublicKey;

    /// <summary>Their key of this run; empty before their commitment came.</summary>
    public ReadOnlySpan<byte> PeerKey => peer is null ? default : peer.PublicKey;

    /// <summary>Our commitment, for the record; null before it was sent.</summary>
    public Hash? OwnCommitment { get; private set; }

    /// <summary>Their commitment, for the record; null before it came.</summary>
    public Hash? PeerCommitment => peer?.Commitment;

    /// <summary>Why it ended without a result, and whether the other side said so; null else.</summary>
    public (BlindAbort Reason, bool ByPeer)? Aborted { get; private set; }

    /// <summary>What was found; null before both sides agree on it.</summary>
    public BlindResult? Result { get; private set; }

    /// <summary>Chunks done and chunks in all, for a bar; the total is a guess until the other side has
    /// committed.</summary>
    public (int Done, int Total) Progress
    {
        get
        {
            int ours = BlindWire.Chunks(own.Bucket),
                theirs = peer is null ? ours : BlindWire.Chunks(peer.Bucket);
            return (prepared + (peer?.ChunksReceived ?? 0) + evaluatedReceived, ours + theirs + ours);
        }
    }

    /// <summary>Does one slice of work. What is to be sent, if anything, comes in <paramref name="message"/>.</summary>
    public BlindNeed Advance(out byte[]? message)
    {
        message = null;
        switch (phase)
        {
            case Phase.Preparing:
                own.Prepare(prepared++);
                if (prepared < BlindWire.Chunks(own.Bucket))
                    return BlindNeed.Again;
                phase = Phase.Committing;
                OwnCommitment = own.Commit();
                message = BlindWire.Commit(
                    terms.Run,
                    terms.Profile.Hash(),
                    own.Bucket,
                    own.Key.PublicKey.Span,
                    OwnCommitment.Value
                );
                committed = true;
                if (peer is not null)
                    phase = Phase.Recording;
                return BlindNeed.Again;
            case Phase.Recording:
                return BlindNeed.Reveal;
            case Phase.Points when pointsSent < BlindWire.Chunks(own.Bucket):
                message = Chunk(BlindKind.Points, pointsSent, own.Points, own.Bucket, default);
                pointsSent++;
                return BlindNeed.Again;
            case Phase.Points when peer!.IsComplete:
                phase = Phase.Evaluating;
                return BlindNeed.Again;
            case Phase.Evaluating when MaySendEvaluated():
                message = Chunk(
                    BlindKind.Evaluated,
                    evaluatedSent,
                    peer!.Evaluated,
                    peer.Bucket,
                    peer.Proof(evaluatedSent)
                );
                evaluatedSent++;
                return BlindNeed.Again;
            case Phase.Evaluating
                when evaluatedSent == BlindWire.Chunks(peer!.Bucket)
                    && evaluatedReceived == BlindWire.Chunks(own.Bucket):
                message = Compare();
                return BlindNeed.Again;
            case Phase.Over:
                message = farewell;
                farewell = null;
                return message is null ? BlindNeed.Nothing : BlindNeed.Again;
            default:
                return BlindNeed.Message;
        }
    }

    /// <summary>
    /// Lets our points go: both commitments are in the record and the budget is charged and stored (BLIND-CHECK-6).
    /// Misuse throws.
    /// </summary>
    public void Reveal()
    {
        if (phase == Phase.Over)
            return;
        if (phase != Phase.Recording)
            throw new InvalidOperationException("both commitments are not there yet");
        phase = Phase.Points;
    }

    /// <summary>Ends the run for a reason of ours: an officer's, the budget's, or the other side's silence. Nothing
    /// more is disclosed.</summary>
    public void Cancel(BlindAbort reason)
    {
        if (phase != Phase.Over)
            Abort(reason);
    }

    /// <summary>Takes one message of the other side.</summary>
    public void Receive(ReadOnlySpan<byte> message)
    {
        if (phase == Phase.Over)
            return;
        if (message.Length is < BlindWire.HeaderLength or > BlindWire.MaxLength || message[0] != BlindWire.Version)
        {
            Abort(BlindAbort.Malformed);
            return;
        }
        if (new Hash(message.Slice(2, Hash.Length)) != terms.Run)
        {
            Abort(BlindAbort.OtherRun);
            return;
        }
        var number = BinaryPrimitives.ReadInt32BigEndian(message[(2 + Hash.Length)..]);
        var payload = message[BlindWire.HeaderLength..];
        var fault = (BlindKind)message[1] switch
        {
            BlindKind.Commit => OnCommit(number, payload),
            BlindKind.Points => OnPoints(number, payload),
            BlindKind.Evaluated => OnEvaluated(number, payload),
            BlindKind.Result => OnResult(number, payload),
            BlindKind.Abort => OnAbort(number, payload),
            _ => BlindAbort.Malformed,
        };
        if (fault is { } reason)
            Abort(reason);
    }

    /// <summary>The message that ends a run which never began here.</summary>
    public static byte[] Farewell(BlindTerms terms, BlindAbort reason) =>
        BlindWire.Header(BlindKind.Abort, terms.Run, (int)reason, 0);

    private BlindAbort? OnCommit(int number, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != BlindWire.CommitLength - BlindWire.HeaderLength || number != 0)
            return BlindAbort.Malformed;
        if (peer is not null)
            return BlindAbort.Unexpected;
        if (new Hash(payload[..Hash.Length]) != terms.Profile.Hash())
            return BlindAbort.ProfileDiffers;
        var bucket = BinaryPrimitives.ReadInt32BigEndian(payload[Hash.Length..]);
        if (!BlindBuckets.IsBucket(bucket))
            return BlindAbort.Malformed;
        if (bucket > limits.LargestBucket)
            return BlindAbort.SetTooLarge;
        if (bucket > limits.CoverageShare * terms.Profile.TotalCells)
            return BlindAbort.SuspiciousCoverage;
        var key = payload.Slice(Hash.Length + 4, Ristretto255.Length);
        if (!Ristretto255.IsElement(key))
            return BlindAbort.BadPoint;
        if (key.SequenceEqual(own.Key.PublicKey.Span))
            return BlindAbort.RepeatedPoint;
        peer = new BlindPeer(terms, key, bucket, new Hash(payload[^Hash.Length..]));
        if (committed)
            phase = Phase.Recording;
        return null;
    }

    private BlindAbort? OnPoints(int number, ReadOnlySpan<byte> payload)
    {
        // The other side may reveal before we do: it knows both commitments as well.
        if (peer is null || !committed || phase > Phase.Points || peer.IsComplete || number != peer.ChunksReceived)
            return BlindAbort.Unexpected;
        if (payload.Length != BlindWire.ChunkSize(peer.Bucket, number) * Ristretto255.Length)
            return BlindAbort.Malformed;
        return peer.Take(own, payload, evaluated);
    }

    private BlindAbort? OnEvaluated(int number, ReadOnlySpan<byte> payload)
    {
        if (
            peer is null
            || phase is not (Phase.Points or Phase.Evaluating)
            || pointsSent < BlindWire.Chunks(own.Bucket)
            || number != evaluatedReceived
            || number >= BlindWire.Chunks(own.Bucket)
        )
            return BlindAbort.Unexpected;
        var count = BlindWire.ChunkSize(own.Bucket, number);
        if (payload.Length != count * Ristretto255.Length + Dleq.ProofLength)
            return BlindAbort.Malformed;
        var points = own.Points.AsSpan(
            number * BlindWire.ChunkPoints * Ristretto255.Length,
            count * Ristretto255.Length
        );
        var results = payload[..^Dleq.ProofLength];
        if (!Dleq.Verify(peer.PublicKey, points, results, payload[^Dleq.ProofLength..]))
            return BlindAbort.BadProof;
        for (var i = 0; i < count; i++)
        {
            if (evaluated.Contains(BlindPeer.Tag(results.Slice(i * Ristretto255.Length, Ristretto255.Length))))
                matches.Add(number * BlindWire.ChunkPoints + i);
        }
        evaluatedReceived++;
        return null;
    }

    private BlindAbort? OnResult(int number, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != Hash.Length || number != 0)
            return BlindAbort.Malformed;
        if (theirDigest is not null || peer is null || evaluatedSent < BlindWire.Chunks(peer.Bucket))
            return BlindAbort.Unexpected;
        theirDigest = new Hash(payload);
        return Agree();
    }

    private BlindAbort? OnAbort(int number, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 0 || !Enum.IsDefined((BlindAbort)number))
            return BlindAbort.Malformed;
        End((BlindAbort)number, byPeer: true);
        return null;
    }

    /// <summary>Evaluations go in step: the next leaves when as many have come, or theirs are all here. So who stops
    /// half-way knows one chunk more at most.</summary>
    private bool MaySendEvaluated() =>
        evaluatedSent < BlindWire.Chunks(peer!.Bucket)
        && (evaluatedSent <= evaluatedReceived || evaluatedReceived == BlindWire.Chunks(own.Bucket));

    private byte[]? Compare()
    {
        phase = Phase.Comparing;
        if (matches.Count(own.IsCanary) != Canaries)
        {
            Abort(BlindAbort.CanaryMissing);
            return null;
        }
        var cells = matches.Select(own.CellAt).OfType<Cell>().Order().ToArray();
        Span<byte> secret = stackalloc byte[Ristretto255.Length];
        own.TryShare(peer!.PublicKey, secret);
        using var digest = new RunningSha256();
        digest.Append("parley/blind-result/v1\n"u8);
        digest.Append(terms.Run.ToArray());
        digest.Append(secret);
        Span<byte> bytes = stackalloc byte[Cell.Length];
        foreach (var cell in cells)
        {
            cell.Write(bytes);
            digest.Append(bytes);
        }
        secret.Clear();
        found = new BlindResult(
            cells,
            digest.Finish(),
            ownCells,
            peer.Bucket,
            ownCells >= limits.LeastForMatchAlarm && cells.Length > limits.MatchShare * ownCells
        );
        var message = BlindWire.Header(BlindKind.Result, terms.Run, 0, Hash.Length);
        found.Digest.CopyTo(message.AsSpan(BlindWire.HeaderLength));
        if (Agree() is { } reason)
        {
            Abort(reason);
            return null;
        }
        return message;
    }

    private BlindAbort? Agree()
    {
        if (found is null || theirDigest is not { } theirs)
            return null;
        if (found.Digest != theirs)
            return BlindAbort.ResultDiffers;
        Result = found;
        phase = Phase.Over;
        own.Dispose();
        peer!.Dispose();
        return null;
    }

    private byte[] Chunk(BlindKind kind, int number, byte[] points, int bucket, ReadOnlySpan<byte> proof)
    {
        var bytes = points.AsSpan(
            number * BlindWire.ChunkPoints * Ristretto255.Length,
            BlindWire.ChunkSize(bucket, number) * Ristretto255.Length
        );
        var message = BlindWire.Header(kind, terms.Run, number, bytes.Length + proof.Length);
        bytes.CopyTo(message.AsSpan(BlindWire.HeaderLength));
        proof.CopyTo(message.AsSpan(BlindWire.HeaderLength + bytes.Length));
        return message;
    }

    private void Abort(BlindAbort reason)
    {
        End(reason, byPeer: false);
        farewell = BlindWire.Header(BlindKind.Abort, terms.Run, (int)reason, 0);
    }

    private void End(BlindAbort reason, bool byPeer)
    {
        phase = Phase.Over;
        Aborted = (reason, byPeer);
        found = null;
        matches.Clear();
        evaluated.Clear();
        peer?.Dispose();
        own.Dispose();
    }

    public void Dispose()
    {
        own.Dispose();
        peer?.Dispose();
    }
}
