using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>A stretch of time in which somebody watched a place.</summary>
/// <param name="Entry">The entry that says so.</param>
public sealed record Watched(EntryId Entry, Coverage Coverage);

/// <summary>
/// Who watched where and when, folded from a line's feeds, each in its order. As <see cref="ObservationLedger"/> it is
/// another view beside the line's, which keeps of what is settled only the newest. What an author stated anew or took
/// back counts as of the sizes before. One caller at a time.
/// </summary>
public sealed class CoverageLedger
{
    /// <summary>Most stretches that are held, over all parties; each has its share. Further ones stand in the record and
    /// are said.</summary>
    public const int MaxStretches = 1_000_000;

    private readonly Dictionary<PartyId, Feed> feeds;
    private readonly List<Row> rows = [];

    /// <summary>By entry of an author: the row that it brought, or that it restates.</summary>
    private readonly Dictionary<EntryId, int> byEntry = [];
    private readonly int share;

    /// <param name="onTheLine">Every party.</param>
    /// <param name="most">As <see cref="MaxStretches"/>; fewer where a test is to come to it sooner.</param>
    public CoverageLedger(IEnumerable<PartyId> onTheLine, int most = MaxStretches)
    {
        feeds = onTheLine.ToDictionary(p => p, _ => new Feed());
        share = most / Math.Max(1, feeds.Count);
    }

    /// <summary>Entries folded of each feed.</summary>
    public IReadOnlyDictionary<PartyId, ulong> Sizes => feeds.ToDictionary(f => f.Key, f => f.Value.Size);

    /// <summary>Entries of coverage that do not count, by author: withheld, unreadable, or beyond a share.</summary>
    public IReadOnlyDictionary<PartyId, int> NotCounted => NotCountedAsOf(null);

    /// <summary>As <see cref="NotCounted"/>, as of sizes; a feed that is not named is as it is. CEASEFIRE-31.</summary>
    public IReadOnlyDictionary<PartyId, int> NotCountedAsOf(IReadOnlyDictionary<PartyId, ulong>? asOf) =>
        feeds
            .Select(f =>
                KeyValuePair.Create(
                    f.Key,
                    asOf is not null && asOf.TryGetValue(f.Key, out var size)
                        ? f.Value.NotCounted.AsOf(size)
                        : f.Value.NotCounted.Sum
                )
            )
            .Where(f => f.Value > 0)
            .ToDictionary();

    /// <summary>True for a kind that this ledger reads; of any other only the place in its feed matters.</summary>
    public static bool Reads(string kind) =>
        kind is Kinds.CoverageLogged or Kinds.CoverageCorrected or Kinds.CoverageWithdrawn;

    /// <summary>Takes the next entry of a feed, whatever its kind.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its body without salt; null where this party has none.</param>
    public void Fold(EntryHeader header, ReadOnlyMemory<byte>? body)
    {
        ArgumentNullException.ThrowIfNull(header);
        if (!feeds.TryGetValue(header.From, out var feed) || header.Seq != feed.Size)
            throw new ArgumentException($"{header.Id} is not the next entry of its feed");
        feed.Size++;
        if (!Reads(header.Kind))
            return;
        if (header.Kind == Kinds.CoverageWithdrawn)
        {
            End(header, out _);
            return;
        }
        if (
            body is not { } bytes
            || !TrafficBodies.Read(header.Kind, bytes).TryGet(out var read, out _)
            || read is not Coverage coverage
            || feed.Held >= share
        )
        {
            feed.NotCounted.Add(header.Seq);
            return;
        }
        // A correction takes the place of what it corrects; of what is not its author's it takes none, and counts not.
        List<Row> ended = [];
        if (header.Kind == Kinds.CoverageCorrected && !End(header, out ended))
        {
            feed.NotCounted.Add(header.Seq);
            return;
        }
        foreach (var row in ended)
            row.Next = rows.Count;
        feed.Held++;
        byEntry[header.Id] = rows.Count;
        rows.Add(new Row(header.Id, header.Mark, coverage));
    }

    /// <summary>What was watched, by what counts as of sizes, oldest first.</summary>
    /// <param name="mark">What the entries are marked: what is actual is never shown with what is played.</param>
    /// <param name="asOf">Sizes of the feeds; a feed that is not named is as it is.</param>
    public IReadOnlyList<Watched> Standing(Mark mark, IReadOnlyDictionary<PartyId, ulong>? asOf = null)
    {
        bool IsThere(EntryId entry) => asOf is null || !asOf.TryGetValue(entry.Party, out var size) || entry.Seq < size;
        return
        [
            .. rows.Where(r => r.Mark == mark && IsThere(r.Entry) && !(r.EndedBy is { } by && IsThere(by)))
                .Select(r => new Watched(r.Entry, r.Coverage))
                .OrderBy(w => w.Coverage.From)
                .ThenBy(w => w.Entry.Party.Value, StringComparer.Ordinal)
                .ThenBy(w => w.Entry.Seq),
        ];
    }

    /// <summary>Ends what the author itself stated and this entry answers; false where there is nothing of the
    /// kind.</summary>
    private bool End(EntryHeader header, out List<Row> ended)
    {
        ended = [];
        var isAny = false;
        foreach (var re in header.Re)
        {
            if (re.Party != header.From || re.Seq >= header.Seq || !byEntry.TryGetValue(re, out var at))
                continue;
            // Who corrects what was corrected before means what stands in its place.
            var row = rows[NewestOf(at)];
            if (row.EndedBy is null)
            {
                row.EndedBy = header.Id;
                ended.Add(row);
            }
            isAny = true;
        }
        return isAny;
    }

    /// <summary>What stands in the place of a row. Each row on the way leads further at once the next time: an author
    /// who corrects one stretch ten thousand times makes nobody walk the chain ten thousand times.</summary>
    private int NewestOf(int at)
    {
        while (rows[at].Next is { } next)
        {
            rows[at].Next = rows[next].Next ?? next;
            at = next;
        }
        return at;
    }

    private sealed class Feed
    {
        internal ulong Size { get; set; }
        internal int Held { get; set; }
        internal NotCountedTally NotCounted { get; } = new();
    }

    private sealed class Row(EntryId entry, Mark mark, Coverage coverage)
    {
        internal EntryId Entry { get; } = entry;
        internal Mark Mark { get; } = mark;
        internal Coverage Coverage { get; } = coverage;

        /// <summary>The entry that corrected it or took it back; null while it stands.</summary>
        internal EntryId? EndedBy { get; set; }

        /// <summary>The row that stands in its place, or one nearer to that than this; null while nothing does.</summary>
        internal int? Next { get; set; }
    }
}
