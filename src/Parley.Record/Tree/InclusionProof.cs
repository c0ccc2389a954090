using System.Numerics;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>Shows that a leaf stands at its index in the tree of a given size and root (RFC 9162, section
/// 2.1.3).</summary>
public static class InclusionProof
{
    /// <summary>Most hashes that a proof can have: the height of a tree of 2^64 - 1 leaves.</summary>
    public const int MaxHashes = 64;

    /// <summary>The proof for leaf <paramref name="index"/> of a tree of <paramref name="size"/> leaves, read from its
    /// tiles. An index outside the tree throws.</summary>
    public static Hash[] Build(ulong index, ulong size, TileReader read)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var tiles = new TileTree(size, read);
        var proof = new List<Hash>(BitOperations.Log2(size) + 1);
        var (start, end) = (0UL, size);
        while (end - start > 1)
        {
            var split = start + Split(end - start);
            if (index < split)
            {
                proof.Add(tiles.Range(split, end));
                end = split;
            }
            else
            {
                proof.Add(tiles.Range(start, split));
                start = split;
            }
        }
        proof.Reverse();
        return [.. proof];
    }

    /// <summary>True when <paramref name="proof"/> leads from the leaf hash at <paramref name="index"/> to
    /// <paramref name="root"/> (RFC 9162, section 2.1.3.2).</summary>
    public static bool Verify(ulong index, ulong size, Hash leaf, ReadOnlySpan<Hash> proof, Hash root)
    {
        if (index >= size)
            return false;
        var (fn, sn) = (index, size - 1);
        var hash = leaf;
        foreach (var sibling in proof)
        {
            if (sn == 0)
                return false;
            if ((fn & 1) != 0 || fn == sn)
            {
                hash = MerkleHash.Node(sibling, hash);
                var zeros = fn == 0 ? 0 : BitOperations.TrailingZeroCount(fn);
                (fn, sn) = (fn >> zeros, sn >> zeros); // on the right edge, levels without a sibling are passed over
            }
            else
            {
                hash = MerkleHash.Node(hash, sibling);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && hash == root;
    }

    /// <summary>The largest power of two smaller than <paramref name="count"/> (≥ 2): where a subtree is cut in
    /// two.</summary>
    internal static ulong Split(ulong count) => 1UL << BitOperations.Log2(count - 1);
}
