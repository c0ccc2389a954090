using System.Collections.Concurrent;
using Parley.Record;

namespace Parley.Storage;

/// <summary>Row ids of committed lines and feeds, for readers. Ids never change and rows never go; only the writer
/// thread adds.</summary>
internal sealed class RowIds
{
    private readonly ConcurrentDictionary<LineId, int> lines = new();
    private readonly ConcurrentDictionary<Origin, int> feeds = new();
    private readonly ConcurrentDictionary<int, Origin> origins = new();

    internal bool TryGet(LineId line, out int id) => lines.TryGetValue(line, out id);

    internal bool TryGet(Origin feed, out int id) => feeds.TryGetValue(feed, out id);

    /// <summary>Between the commit that makes a feed and the publication of its id lie microseconds; a reader may come
    /// in between.</summary>
    private static readonly TimeSpan PublicationWait = TimeSpan.FromSeconds(1);

    /// <summary>The feed of a row id that was read from an entry.</summary>
    internal Origin Feed(int id)
    {
        if (origins.TryGetValue(id, out var feed))
            return feed;
        SpinWait.SpinUntil(() => origins.ContainsKey(id), PublicationWait);
        return origins.TryGetValue(id, out feed)
            ? feed
            : throw new FormatException($"an entry refers to feed {id}, which is not there");
    }

    internal void Publish(Ledger ledger)
    {
        if (ledger.LineCount != lines.Count)
        {
            foreach (var (line, id) in ledger.LineIds)
                lines.TryAdd(line, id);
        }
        if (ledger.FeedCount == feeds.Count)
            return;
        foreach (var (feed, id) in ledger.FeedIds)
        {
            origins.TryAdd(id, feed);
            feeds.TryAdd(feed, id);
        }
    }
}

/// <summary>Bounds on what one read asks for.</summary>
internal static class ReadLimit
{
    internal static int Entries(int asked)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1);
        return Math.Min(asked, StoreLimits.MaxReadEntries);
    }
}
