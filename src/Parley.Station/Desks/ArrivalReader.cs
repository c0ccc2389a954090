using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>
/// Reads the entries of some lines in the order of their arrival, each once, so that the last one shown says exactly
/// what is to follow. Arrivals count
/// over all lines without gaps: where one is missing between two lines' pages, a page was read before it was stored and
/// is read again.
/// </summary>
/// <param name="store">Where they are read.</param>
/// <param name="after">The arrival after which to begin.</param>
/// <param name="lines">The lines there are now: one may be opened while it is followed.</param>
/// <param name="all">True where <paramref name="lines"/> are all lines of the station, so that no arrival may be
/// missing.</param>
internal sealed class ArrivalReader(IStationStore store, long after, Func<IEnumerable<LineId>> lines, bool all)
{
    private const int PageEntries = 256;

    /// <summary>Bytes that one line's page may hold in memory while others are read.</summary>
    private const long PageBytes = 2 << 20;

    private readonly Dictionary<LineId, Queue<StoredEntry>> pages = [];
    private long last = after;

    /// <summary>The next entry of these lines; null while there is none.</summary>
    internal StoredEntry? Next()
    {
        if (First() is { } at && Follows(at))
            return Take(at);
        Fill();
        if (First() is not { } found)
            return null;
        if (Follows(found))
            return Take(found);
        Fill(); // what came before it is stored by now
        return Take(First()!);
    }

    private bool Follows(StoredEntry entry) => !all || entry.Arrival == last + 1;

    private void Fill()
    {
        foreach (var line in lines())
        {
            if (!pages.TryGetValue(line, out var page))
                pages[line] = page = new();
            if (page.Count > 0)
                continue;
            foreach (var entry in store.ReadRecord(line, last, PageEntries, PageBytes, withBodies: true))
                page.Enqueue(entry);
        }
    }

    private StoredEntry? First()
    {
        StoredEntry? first = null;
        foreach (var page in pages.Values)
        {
            if (page.TryPeek(out var entry) && (first is null || entry.Arrival < first.Arrival))
                first = entry;
        }
        return first;
    }

    private StoredEntry Take(StoredEntry entry)
    {
        pages[entry.Feed.Line].Dequeue();
        last = entry.Arrival;
        return entry;
    }
}
