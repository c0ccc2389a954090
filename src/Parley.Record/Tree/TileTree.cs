using System.Numerics;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// A tree of a given size read through its tiles (C2SP tlog-tiles). It asks only for tiles, and widths, that a tree of
/// that size
/// has, and for each tile of a level once in a row, so that one proof costs about one read per level.
/// </summary>
internal sealed class TileTree(ulong size, TileReader read)
{
    /// <summary>Tree levels that one tile spans.</summary>
    internal const int HeightPerTile = 8;

    /// <summary>Hashes in a full tile.</summary>
    internal const int FullWidth = 1 << HeightPerTile;

    /// <summary>Tile levels of a tree of up to 2^64 - 1 leaves.</summary>
    internal const int Levels = 8;

    // The tile last read at each level. A width of 0 marks none: a tile that exists is not empty.
    private readonly (ulong Index, ReadOnlyMemory<Hash> Hashes)[] last = new (ulong, ReadOnlyMemory<Hash>)[Levels];

    /// <summary>Hashes of the tile at (level, index) in a tree of <paramref name="size"/> leaves: 256, the partial
    /// width, or 0 (LOG-17).</summary>
    internal static int WidthOf(ulong size, int level, ulong index)
    {
        if (level is < 0 or >= Levels)
            return 0;
        var hashes = size >> (level * HeightPerTile);
        var full = hashes >> HeightPerTile;
        return index < full ? FullWidth
            : index == full ? (int)(hashes % FullWidth)
            : 0;
    }

    /// <summary>The hash of the full subtree number <paramref name="index"/> of 2^<paramref name="height"/>
    /// leaves.</summary>
    internal Hash Subtree(int height, ulong index)
    {
        var (level, inner) = Math.DivRem(height, HeightPerTile);
        var first = index << inner; // in hashes of this tile level
        var hashes = Tile(level, first >> HeightPerTile).Slice((int)(first % FullWidth), 1 << inner);
        return MerkleHash.Root(hashes.Span);
    }

    /// <summary>
    /// The root over leaves [<paramref name="start"/>, <paramref name="end"/>), where the start is a multiple of the
    /// smallest power of
    /// two that is at least the length: what RFC 9162 calls MTH(D[start:end]) in its proofs.
    /// </summary>
    internal Hash Range(ulong start, ulong end)
    {
        Hash? root = null;
        for (var (position, rest) = (end, end - start); rest != 0; )
        {
            var height = BitOperations.TrailingZeroCount(rest);
            position -= 1UL << height;
            rest -= 1UL << height;
            var left = Subtree(height, position >> height);
            root = root is { } right ? MerkleHash.Node(left, right) : left;
        }
        return root ?? MerkleHash.Empty;
    }

    private ReadOnlyMemory<Hash> Tile(int level, ulong index)
    {
        ref var kept = ref last[level];
        if (!kept.Hashes.IsEmpty && kept.Index == index)
            return kept.Hashes;
        var width = WidthOf(size, level, index);
        var hashes = read(level, index, width);
        if (hashes.Length != width)
        {
            throw new InvalidDataException(
                $"tile {level}/{index} of a tree of {size} leaves holds {hashes.Length} hashes, not {width}"
            );
        }
        kept = (index, hashes);
        return hashes;
    }
}
