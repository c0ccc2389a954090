namespace Parley.Record;

/// <summary>
/// Goes once through the names of an export's files. In <c>feeds/</c> and <c>bodies/</c> nothing may stand that the
/// check does not
/// cover, or a reader could take it for proven; elsewhere it is only noted. // EVIDENCE-11
/// </summary>
internal sealed class ListingCheck(
    IReadOnlyDictionary<PartyId, Checkpoint?> checkpoints,
    DisclosedBodies bodies,
    Findings findings
)
{
    private readonly Dictionary<PartyId, ulong> files = [];
    private int lineFiles;

    internal void Run(IEnumerable<string> paths)
    {
        foreach (var path in paths)
            Take(path);
        foreach (var (party, count) in files)
        {
            if (checkpoints[party] is { } checkpoint && count > FilesOf(checkpoint.Size))
                findings.Fault(EvidenceFolder.FeedOf(party), "a file stands there twice", party);
        }
    }

    private void Take(string path)
    {
        if (path.StartsWith(EvidenceFolder.Bodies, StringComparison.Ordinal))
        {
            if (bodies.Add(path[EvidenceFolder.Bodies.Length..]) is { } reason)
                findings.Fault(path, reason);
        }
        else if (path.StartsWith(EvidenceFolder.Feeds, StringComparison.Ordinal))
        {
            TakeFeedFile(path);
        }
        else if (path == EvidenceFolder.LineFile)
        {
            if (++lineFiles == 2)
                findings.Fault(path, "stands there twice");
        }
        else
        {
            findings.Notice(path, "not part of the evidence; it was not looked at");
        }
    }

    private void TakeFeedFile(string path)
    {
        if (
            !EvidenceFolder.TrySplitFeed(path, out var party, out var rest)
            || !checkpoints.TryGetValue(party, out var checkpoint)
        )
        {
            findings.Fault(path, "belongs to no feed of the line");
        }
        else if (path != EvidenceFolder.CheckpointOf(party) && (checkpoint is null || !IsTileOf(checkpoint.Size, rest)))
        {
            findings.Fault(path, "is no file of this feed at its checkpoint's size", party);
        }
        else
        {
            files[party] = files.GetValueOrDefault(party) + 1;
        }
    }

    private static bool IsTileOf(ulong size, string path) =>
        (
            TilePath.TryParse(path, out var level, out var index, out var width)
            || TilePath.TryParseEntries(path, out index, out width)
        )
        && TileTree.WidthOf(size, level, index) == width;

    /// <summary>The checkpoint, the tiles of every level, and as many bundles as tiles of level 0.</summary>
    private static ulong FilesOf(ulong size)
    {
        ulong count = 1;
        for (var level = 0; level < TileTree.Levels; level++)
        {
            var hashes = size >> (level * TileTree.HeightPerTile);
            var tiles = hashes / TileTree.FullWidth + (hashes % TileTree.FullWidth == 0 ? 0UL : 1UL);
            count += level == 0 ? 2 * tiles : tiles;
        }
        return count;
    }
}
