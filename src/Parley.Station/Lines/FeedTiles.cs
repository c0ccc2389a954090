using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>The Merkle tree of a stored feed: leaf hashes follow from the headers, hashes of full subtrees are stored
/// beside them.</summary>
internal sealed class FeedTiles(IStationStore store, Origin feed)
{
    private const int TileWidth = 256;

    internal TileReader Reader => Read;

    internal TreeFrontier Frontier(ulong size) => size == 0 ? new TreeFrontier() : TreeFrontier.FromTiles(size, Read);

    internal Hash[] Consistency(ulong oldSize, ulong newSize) => ConsistencyProof.Build(oldSize, newSize, Read);

    internal Hash[] Inclusion(ulong index, ulong size) => InclusionProof.Build(index, size, Read);

    private ReadOnlyMemory<Hash> Read(int level, ulong index, int width)
    {
        if (level > 0)
        {
            var stored = store.ReadSubtrees(feed, level, index * TileWidth, width);
            return stored.Length == width
                ? stored
                : throw new InvalidDataException($"{feed}: tile {level}/{index} is incomplete in the store");
        }
        var hashes = new Hash[width];
        var done = 0;
        while (done < width)
        {
            var entries = store.ReadFeed(
                feed,
                index * TileWidth + (ulong)done,
                width - done,
                long.MaxValue,
                withBodies: false
            );
            if (entries.Count == 0)
                throw new InvalidDataException(
                    $"{feed}: entry {index * TileWidth + (ulong)done} is missing in the store"
                );
            foreach (var entry in entries)
                hashes[done++] = MerkleHash.Leaf(entry.Header);
        }
        return hashes;
    }
}
