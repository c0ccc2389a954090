using Parley.Crypto;

namespace Parley.Record.Tests.Tree;

/// <summary>The tree as RFC 6962, section 2.1, defines it, by recursion over all leaves: slow, and plainly the
/// definition.</summary>
internal sealed class NaiveTree
{
    private readonly Dictionary<(int, int), Hash> known = [];

    internal NaiveTree(int count) =>
        Leaves = [.. Enumerable.Range(0, count).Select(i => MerkleHash.Leaf(BitConverter.GetBytes(i)))];

    internal Hash[] Leaves { get; }

    internal Hash Root(int size) => size == 0 ? Sha256.Of([]) : Mth(0, size);

    internal Hash Mth(int start, int end)
    {
        if (end - start == 1)
            return Leaves[start];
        if (known.TryGetValue((start, end), out var hash))
            return hash;
        var split = Split(end - start);
        byte[] node = [1, .. Mth(start, start + split).ToArray(), .. Mth(start + split, end).ToArray()];
        return known[(start, end)] = Sha256.Of(node);
    }

    internal Hash[] Path(int index, int size) => [.. Path(index, 0, size)];

    internal Hash[] Proof(int oldSize, int newSize) => oldSize == 0 ? [] : [.. SubProof(oldSize, 0, newSize, true)];

    /// <summary>Reads as a store would, and refuses what a tree of <paramref name="size"/> leaves does not
    /// have.</summary>
    internal TileReader Tiles(int size) =>
        (level, index, width) =>
        {
            var span = 1L << (8 * level); // leaves under one hash
            var hashes = size / span;
            var first = (long)index * 256;
            var exact = Math.Min(256, hashes - first);
            if (exact != width || width < 1)
                throw new InvalidOperationException(
                    $"tile {level}/{index} of width {width} does not exist at size {size}"
                );
            return Enumerable
                .Range(0, width)
                .Select(i => Mth((int)((first + i) * span), (int)((first + i + 1) * span)))
                .ToArray();
        };

    private IEnumerable<Hash> Path(int index, int start, int end)
    {
        if (end - start == 1)
            return [];
        var split = start + Split(end - start);
        return index < split
            ? Path(index, start, split).Append(Mth(split, end))
            : Path(index, split, end).Append(Mth(start, split));
    }

    private IEnumerable<Hash> SubProof(int old, int start, int end, bool complete)
    {
        if (old == end - start)
            return complete ? [] : [Mth(start, end)];
        var split = Split(end - start);
        return old <= split
            ? SubProof(old, start, start + split, complete).Append(Mth(start + split, end))
            : SubProof(old - split, start + split, end, false).Append(Mth(start, start + split));
    }

    private static int Split(int count)
    {
        var split = 1;
        while (split * 2 < count)
            split *= 2;
        return split;
    }
}
