using System.Numerics;
using System.Runtime.CompilerServices;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// The hashes of a Merkle tree, SHA-256 with a prefix that keeps leaves and nodes apart (RFC 9162, section 2.1.1; equal
/// to
/// RFC 6962). Nothing here allocates.
/// </summary>
public static class MerkleHash
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    /// <summary>The root of a tree without leaves: the SHA-256 of nothing.</summary>
    public static Hash Empty { get; } = Sha256.Of([]);

    /// <summary>The hash of one leaf: SHA-256(0x00 ‖ data) (LOG-1).</summary>
    public static Hash Leaf(ReadOnlySpan<byte> data) => Sha256.Of([LeafPrefix], data);

    /// <summary>The hash of a node: SHA-256(0x01 ‖ left ‖ right) (LOG-1).</summary>
    [SkipLocalsInit]
    public static Hash Node(in Hash left, in Hash right)
    {
        Span<byte> joined = stackalloc byte[1 + 2 * Hash.Length];
        joined[0] = NodePrefix;
        left.CopyTo(joined[1..]);
        right.CopyTo(joined[(1 + Hash.Length)..]);
        return Sha256.Of(joined);
    }

    /// <summary>The root over leaf hashes: MTH of RFC 9162, section 2.1.1; <see cref="Empty"/> for none.</summary>
    internal static Hash Root(ReadOnlySpan<Hash> leaves)
    {
        if (leaves.IsEmpty)
            return Empty;
        Span<Hash> nodes = stackalloc Hash[BitOperations.Log2((uint)leaves.Length) + 1];
        for (var i = 0; i < leaves.Length; i++)
            Push(nodes, (ulong)i, leaves[i]);
        return Fold(nodes, (ulong)leaves.Length);
    }

    /// <summary>
    /// Adds leaf number <paramref name="size"/> to a compact range: <paramref name="nodes"/>[b] is the hash of the full
    /// subtree of
    /// 2^b leaves exactly where bit b of the size is set. Returns the height of the subtree that the leaf completed.
    /// </summary>
    internal static int Push(Span<Hash> nodes, ulong size, Hash hash)
    {
        var height = 0;
        for (; (size >> height & 1) != 0; height++)
            hash = Node(nodes[height], hash);
        nodes[height] = hash;
        return height;
    }

    /// <summary>The root of a compact range of <paramref name="size"/> leaves, of which there is at least
    /// one.</summary>
    internal static Hash Fold(ReadOnlySpan<Hash> nodes, ulong size)
    {
        var height = BitOperations.TrailingZeroCount(size);
        var root = nodes[height];
        for (height++; height < nodes.Length; height++)
        {
            if ((size >> height & 1) != 0)
                root = Node(nodes[height], root);
        }
        return root;
    }
}
