using System.Buffers.Binary;
using System.Security.Cryptography;
using Parley.Crypto;

namespace Parley.Deconfliction;

/// <summary>
/// Our side's elements in the order in which they are shown: cells, canaries and padding, shuffled, so that a place in
/// the list says nothing. Made
/// piece by piece. Owns the run's key and its randomness, all of which comes from one seed that is used once.
/// </summary>
internal sealed class BlindSet : IDisposable
{
    private const int Padding = -1,
        Canary = -2; // what stands at a place besides the number of a cell

    private readonly BlindTerms terms;
    private readonly IReadOnlyList<Cell> cells;
    private readonly byte[] seed;
    private readonly int[] order;
    private readonly RunningSha256 commitment = new();

    internal BlindSet(BlindTerms terms, IReadOnlyList<Cell> cells, int bucket, byte[] seed)
    {
        (this.terms, this.cells, this.seed) = (terms, cells, seed);
        Span<byte> uniform = stackalloc byte[Ristretto255.UniformLength];
        Draw("key"u8, 0, uniform);
        Key = EvaluationKey.FromUniform(uniform);
        uniform.Clear();
        order = new int[bucket];
        for (var i = 0; i < bucket; i++)
            order[i] =
                i < cells.Count ? i
                : i < cells.Count + BlindRun.Canaries ? Canary - (i - cells.Count)
                : Padding;
        Shuffle();
        Points = new byte[bucket * Ristretto255.Length];
        commitment.Append(CommitmentOpening(terms, terms.IsInitiator, Key.PublicKey.Span, bucket));
    }

    internal EvaluationKey Key { get; }

    /// <summary>Key · element for each place, end to end; filled by <see cref="Prepare"/>.</summary>
    internal byte[] Points { get; }

    internal int Bucket => order.Length;

    /// <summary>The cell at a place; null for canaries and padding.</summary>
    internal Cell? CellAt(int place) => order[place] >= 0 ? cells[order[place]] : null;

    internal bool IsCanary(int place) => order[place] <= Canary;

    /// <summary>What comes before the points in a commitment.</summary>
    internal static byte[] CommitmentOpening(
        BlindTerms terms,
        bool byInitiator,
        ReadOnlySpan<byte> publicKey,
        int bucket
    )
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, bucket);
        return
        [
            .. "parley/blind-commitment/v1\n"u8,
            .. terms.Run.ToArray(),
            .. terms.Profile.Hash().ToArray(),
            (byte)(byInitiator ? 1 : 2),
            .. publicKey,
            .. size,
        ];
    }

    /// <summary>Hashes the elements of one chunk to the group and blinds them. Chunks are prepared in order, each
    /// once.</summary>
    internal void Prepare(int number)
    {
        var (first, count) = (number * BlindWire.ChunkPoints, BlindWire.ChunkSize(Bucket, number));
        Span<byte> elements = stackalloc byte[count * Ristretto255.Length];
        Span<byte> input = stackalloc byte[Hash.Length + 1 + Ristretto255.UniformLength];
        terms.Run.CopyTo(input);
        for (var i = 0; i < count; i++)
        {
            var what = order[first + i];
            int length;
            if (what >= 0)
            {
                input[Hash.Length] = (byte)'c';
                cells[what].Write(input[(Hash.Length + 1)..]);
                length = Cell.Length;
            }
            else if (what <= Canary)
            {
                input[Hash.Length] = (byte)'k'; // the same at both sides
                input[Hash.Length + 1] = (byte)(Canary - what);
                length = 1;
            }
            else
            {
                input[Hash.Length] = (byte)'p';
                Draw("padding"u8, first + i, input[(Hash.Length + 1)..]);
                length = Ristretto255.UniformLength;
            }
            Rfc9497.Voprf.HashToGroup(
                input[..(Hash.Length + 1 + length)],
                elements.Slice(i * Ristretto255.Length, Ristretto255.Length)
            );
        }
        var points = Points.AsSpan(first * Ristretto255.Length, count * Ristretto255.Length);
        if (Key.Multiply(elements, points) >= 0)
            throw new InvalidOperationException("an element of ours is none"); // hashing gives the identity once in 2^252
        commitment.Append(points);
    }

    /// <summary>The hash over all points; after the last chunk.</summary>
    internal Hash Commit() => commitment.Finish();

    /// <summary>Multiplies the other side's points by the key and proves it. The number of the first bad point, or
    /// −1.</summary>
    internal int Evaluate(int number, ReadOnlySpan<byte> points, Span<byte> results, Span<byte> proof)
    {
        var bad = Key.Multiply(points, results);
        if (bad >= 0)
            return bad;
        Span<byte> nonce = stackalloc byte[Ristretto255.UniformLength];
        Draw("proof"u8, number, nonce);
        var proven = Key.TryProve(points, results, nonce, proof);
        nonce.Clear();
        return proven ? -1 : 0;
    }

    /// <summary>A secret of both sides and nobody else: our key times the other's public key.</summary>
    internal bool TryShare(ReadOnlySpan<byte> theirPublic, Span<byte> secret) => Key.Multiply(theirPublic, secret) < 0;

    private void Draw(ReadOnlySpan<byte> label, int number, Span<byte> uniform)
    {
        Span<byte> input = stackalloc byte[seed.Length + 4 + label.Length];
        seed.CopyTo(input);
        BinaryPrimitives.WriteInt32BigEndian(input[seed.Length..], number);
        label.CopyTo(input[(seed.Length + 4)..]);
        SHA512.HashData(input, uniform);
        input.Clear();
    }

    private void Shuffle()
    {
        Span<byte> block = stackalloc byte[Ristretto255.UniformLength];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var used = order.Length - 1 - i;
            if (used % 8 == 0)
                Draw("order"u8, used / 8, block);
            var at = (int)(BinaryPrimitives.ReadUInt64LittleEndian(block[(used % 8 * 8)..]) % (ulong)(i + 1));
            (order[i], order[at]) = (order[at], order[i]);
        }
        block.Clear();
    }

    public void Dispose()
    {
        Key.Dispose();
        commitment.Dispose();
        CryptographicOperations.ZeroMemory(seed);
        Array.Clear(order);
    }
}
