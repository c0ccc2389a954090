using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// Checks one feed: every bundle against its tile, every tile against the one above, the root against the checkpoint.
/// Bundles are
/// checked in parallel, as many at a time as fill one tile of level 1, so memory does not grow with the feed.
/// </summary>
internal sealed class FeedCheck
{
    /// <summary>Tiles of damaged or missing files after which a feed is given up: a checkpoint may claim any
    /// size.</summary>
    private const int MaxDamagedTiles = 256;

    private readonly FeedPlace place;
    private readonly Checkpoint checkpoint;
    private readonly Findings findings;
    private readonly TileStack tiles;
    private bool leavesKnown = true;
    private int damaged;
    private ulong headersRead;

    internal FeedCheck(FeedPlace place, Checkpoint checkpoint, Findings findings)
    {
        this.place = place;
        this.checkpoint = checkpoint;
        this.findings = findings;
        tiles = new TileStack(CompareTile);
    }

    internal ulong Entries { get; private set; }

    /// <summary>False where a damaged, missing or malformed entry may refer to a body that nothing else refers
    /// to.</summary>
    internal bool KnowsItsBodies => headersRead == checkpoint.Size;
    internal long Disclosed { get; private set; }
    internal long Withheld { get; private set; }

    internal void Run(EvidenceOptions options, Action<ulong> progress)
    {
        var size = checkpoint.Size;
        var count = size / TileTree.FullWidth + (size % TileTree.FullWidth == 0 ? 0UL : 1UL);
        for (ulong first = 0; first < count && damaged < MaxDamagedTiles; first += TileTree.FullWidth)
        {
            options.Cancel.ThrowIfCancellationRequested();
            var batch = new BundleCheck[Math.Min(TileTree.FullWidth, count - first)];
            Parallel.For(
                0,
                batch.Length,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = options.Parallelism,
                    CancellationToken = options.Cancel,
                },
                i =>
                {
                    var index = first + (ulong)i;
                    batch[i] = new BundleCheck(place, index, TileTree.WidthOf(size, 0, index));
                    batch[i].Run();
                }
            );
            foreach (var bundle in batch)
                Take(bundle);
            progress(Entries);
        }
        if (damaged >= MaxDamagedTiles)
            findings.Fault(
                EvidenceFolder.FeedOf(place.Party),
                "too many tiles are missing or damaged; the rest was not read",
                place.Party
            );
        if (leavesKnown)
            Finish();
    }

    private void Take(BundleCheck bundle)
    {
        foreach (var finding in bundle.Findings)
            findings.Add(finding);
        Entries += (ulong)bundle.Entries;
        headersRead += (ulong)bundle.HeadersRead;
        Disclosed += bundle.Disclosed;
        Withheld += bundle.Withheld;
        if (bundle.Findings.Any(finding => finding.IsFault))
            damaged++;
        leavesKnown &= bundle.Leaves is not null;
        if (!leavesKnown)
            return;
        if (bundle.Leaves!.Length == TileTree.FullWidth)
            tiles.AppendTile(MerkleHash.Root(bundle.Leaves));
        else
            foreach (var leaf in bundle.Leaves)
                tiles.Append(0, leaf);
    }

    // EVIDENCE-5
    private void Finish()
    {
        for (var level = 1; level < TileTree.Levels; level++)
        {
            var partial = tiles.Partial(level, out var index);
            if (!partial.IsEmpty)
                CompareTile(level, index, partial.Span);
        }
        if (tiles.Root(checkpoint.Size) != checkpoint.Root)
            findings.Fault(
                EvidenceFolder.CheckpointOf(place.Party),
                "the checkpoint's root is not that of the feed's tiles",
                place.Party
            );
    }

    private void CompareTile(int level, ulong index, ReadOnlySpan<Hash> expected)
    {
        if (level == 0)
            return; // each was compared with its bundle
        var path = EvidenceFolder.TileOf(place.Party, level, index, expected.Length);
        Span<Hash> held = stackalloc Hash[expected.Length];
        if (!TileFile.TryRead(place.Source, path, held, out var fault))
            findings.Fault(path, fault, place.Party);
        else if (!held.SequenceEqual(expected))
            findings.Fault(
                path,
                $"hash {held.CommonPrefixLength(expected)} of the tile is not the root of the tile below it",
                place.Party
            );
    }
}
