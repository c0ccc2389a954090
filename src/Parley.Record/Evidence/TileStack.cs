using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// The growing right-hand tiles of a tree, one for each level: a full tile is handed on and its root becomes a hash of
/// the level
/// above. Holds at most 256 hashes a level, whatever the size. Both the export's writer and its verifier build tiles
/// with it.
/// </summary>
internal sealed class TileStack(Action<int, ulong, ReadOnlySpan<Hash>> full)
{
    private readonly Hash[]?[] pending = new Hash[]?[TileTree.Levels];
    private readonly int[] width = new int[TileTree.Levels];
    private readonly ulong[] index = new ulong[TileTree.Levels];

    /// <summary>Adds a hash to the tile of its level: a leaf hash at level 0, the root of a full tile below
    /// otherwise.</summary>
    internal void Append(int level, in Hash hash)
    {
        var hashes = pending[level] ??= new Hash[TileTree.FullWidth];
        hashes[width[level]++] = hash;
        if (width[level] < TileTree.FullWidth)
            return;
        full(level, index[level], hashes);
        width[level] = 0;
        index[level]++;
        Append(level + 1, MerkleHash.Root(hashes));
    }

    /// <summary>Adds a whole tile of level 0 by its root.</summary>
    internal void AppendTile(in Hash root)
    {
        if (width[0] != 0)
            throw new InvalidOperationException("a full tile cannot follow a partial one");
        index[0]++;
        Append(1, root);
    }

    /// <summary>The partial tile of a level; empty where there is none.</summary>
    internal ReadOnlyMemory<Hash> Partial(int level, out ulong tileIndex)
    {
        tileIndex = index[level];
        return pending[level].AsMemory(0, width[level]);
    }

    /// <summary>The root of the tree, of which <paramref name="size"/> leaves have been handed over.</summary>
    internal Hash Root(ulong size) => TreeFrontier.FromTiles(size, (level, _, _) => Partial(level, out _)).Root();
}
