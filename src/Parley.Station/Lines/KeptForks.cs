using Parley.Link;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>
/// Evidence of a fork, as it convinces an outsider. The store keeps both checkpoints and, as of any feed, its entries;
/// what an outsider needs beyond the
/// notes follows from these at any time. LINK-52.
/// </summary>
internal static class KeptForks
{
    /// <summary>The two checkpoints, the smaller first, with the proof where they differ in size; null where what is
    /// held does not prove it.</summary>
    internal static ForkEvidence? Evidence(IStationStore store, LineDocument document, ForkRow fork)
    {
        if (
            !SignedCheckpoint.Parse(fork.First).TryGet(out var first, out _)
            || !SignedCheckpoint.Parse(fork.Second).TryGet(out var second, out _)
        )
            return null;
        if (first.Checkpoint.Size > second.Checkpoint.Size)
            (first, second) = (second, first);
        var evidence = new ForkEvidence(first, second, null, []);
        var (small, large) = (first.Checkpoint.Size, second.Checkpoint.Size);
        if (small > 0 && small < large && store.ReadEntry(fork.Feed, large - 1) is not null)
        {
            var tiles = new FeedTiles(store, fork.Feed);
            evidence = evidence with { Root = tiles.Frontier(small).Root(), Proof = tiles.Consistency(small, large) };
        }
        return evidence.Refute(fork.Feed, document.LogKey(fork.Feed.Party)) is null ? evidence : null;
    }
}
