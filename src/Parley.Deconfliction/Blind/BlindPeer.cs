using System.Buffers.Binary;
using Parley.Crypto;

namespace Parley.Deconfliction;

/// <summary>What is known of the other side in a run: its key, its commitment, and our evaluation of its points, kept
/// until all have come and the commitment holds.</summary>
internal sealed class BlindPeer : IDisposable
{
    private readonly byte[] publicKey;
    private readonly byte[] proofs;
    private readonly HashSet<UInt128> seen = [];
    private readonly RunningSha256 running = new();

    internal BlindPeer(BlindTerms terms, ReadOnlySpan<byte> publicKey, int bucket, Hash commitment)
    {
        (this.publicKey, Bucket, Commitment) = (publicKey.ToArray(), bucket, commitment);
        Evaluated = new byte[bucket * Ristretto255.Length];
        proofs = new byte[BlindWire.Chunks(bucket) * Dleq.ProofLength];
        running.Append(BlindSet.CommitmentOpening(terms, !terms.IsInitiator, publicKey, bucket));
    }

    internal ReadOnlySpan<byte> PublicKey => publicKey;

    internal int Bucket { get; }

    internal Hash Commitment { get; }

    internal int ChunksReceived { get; private set; }

    /// <summary>All points are here and are those committed to.</summary>
    internal bool IsComplete => ChunksReceived == BlindWire.Chunks(Bucket);

    internal byte[] Evaluated { get; }

    internal ReadOnlySpan<byte> Proof(int number) => proofs.AsSpan(number * Dleq.ProofLength, Dleq.ProofLength);

    /// <summary>Takes the next chunk of points and evaluates it. The evaluations stay here until the commitment was
    /// seen to hold.</summary>
    internal BlindAbort? Take(BlindSet own, ReadOnlySpan<byte> points, HashSet<UInt128> evaluated)
    {
        if (ChunksReceived == 0)
        {
            for (var at = 0; at < own.Points.Length; at += Ristretto255.Length)
                seen.Add(Tag(own.Points.AsSpan(at, Ristretto255.Length)));
        }
        for (var at = 0; at < points.Length; at += Ristretto255.Length)
        {
            if (!seen.Add(Tag(points.Slice(at, Ristretto255.Length))))
                return BlindAbort.RepeatedPoint;
        }
        var results = Evaluated.AsSpan(ChunksReceived * BlindWire.ChunkPoints * Ristretto255.Length, points.Length);
        if (
            own.Evaluate(
                ChunksReceived,
                points,
                results,
                proofs.AsSpan(ChunksReceived * Dleq.ProofLength, Dleq.ProofLength)
            ) >= 0
        )
            return BlindAbort.BadPoint;
        for (var at = 0; at < results.Length; at += Ristretto255.Length)
            evaluated.Add(Tag(results.Slice(at, Ristretto255.Length)));
        running.Append(points);
        ChunksReceived++;
        if (!IsComplete)
            return null;
        seen.Clear();
        return running.Finish() == Commitment ? null : BlindAbort.CommitmentBroken;
    }

    public void Dispose()
    {
        Evaluated.AsSpan().Clear();
        seen.Clear();
        running.Dispose();
    }

    /// <summary>Half of an element: enough that two different ones never share it.</summary>
    internal static UInt128 Tag(ReadOnlySpan<byte> element) => BinaryPrimitives.ReadUInt128LittleEndian(element);
}
