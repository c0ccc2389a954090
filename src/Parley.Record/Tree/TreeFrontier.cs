using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// The right edge of a growing tree: at most 64 hashes, from which the root follows and to which a leaf is added in
/// amortised
/// constant time, whatever the size. It belongs to the one writer of a feed and is not safe for use by several threads.
/// </summary>
public sealed class TreeFrontier
{
    private const int MaxHeight = 64;

    /// <summary>Compact range: where bit b of the size is set, slot b holds the full subtree of 2^b leaves on the right
    /// edge at that height.</summary>
    private readonly Hash[] nodes;

    /// <summary>The frontier of a tree without leaves.</summary>
    public TreeFrontier() => nodes = new Hash[MaxHeight];

    private TreeFrontier(Hash[] nodes, ulong size)
    {
        this.nodes = nodes;
        Size = size;
    }

    /// <summary>Number of leaves.</summary>
    public ulong Size { get; private set; }

    /// <summary>The root of the tree at this size (RFC 9162, section 2.1.1). Costs at most 63 node hashes.</summary>
    public Hash Root() => Size == 0 ? MerkleHash.Empty : MerkleHash.Fold(nodes, Size);

    /// <summary>
    /// Adds one leaf hash. Subtrees of 256^L leaves that it completes, the hashes of tiles of level L ≥ 1, are added to
    /// <paramref name="completed"/>, lowest level first; the leaf hash itself is the caller's entry of the level 0
    /// tile.
    /// </summary>
    public void Append(in Hash leaf, ICollection<SubtreeHash>? completed = null)
    {
        if (Size == ulong.MaxValue)
            throw new InvalidOperationException("a tree holds at most 2^64 - 1 leaves");
        var index = Size;
        var hash = leaf;
        var height = 0;
        while ((index >> height & 1) != 0)
        {
            hash = MerkleHash.Node(nodes[height], hash);
            height++;
            if (completed is not null && height % TileTree.HeightPerTile == 0)
            {
                completed.Add(new SubtreeHash(height / TileTree.HeightPerTile, index >> height, hash));
            }
        }
        nodes[height] = hash;
        Size = index + 1;
    }

    /// <summary>An independent copy, for trying a batch before it is kept.</summary>
    public TreeFrontier Clone() => new([.. nodes], Size);

    /// <summary>
    /// The frontier of a stored tree. Reads only the partial tile of each level, since the full ones stand in the tiles
    /// above.
    /// A reader that returns another number of hashes than asked for is a fault of the store and throws.
    /// </summary>
    public static TreeFrontier FromTiles(ulong size, TileReader read)
    {
        var tiles = new TileTree(size, read);
        var edge = new Hash[MaxHeight];
        for (var height = 0; height < MaxHeight; height++)
        {
            if ((size >> height & 1) != 0)
                edge[height] = tiles.Subtree(height, (size >> height) - 1);
        }
        return new TreeFrontier(edge, size);
    }

    /// <summary>The full subtree of 2^<paramref name="height"/> leaves on the right edge; that bit of the size is
    /// set.</summary>
    internal Hash NodeAt(int height) => nodes[height];
}
