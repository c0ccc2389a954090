using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>What of an incident a table shows, by what parties wrote of it.</summary>
/// <param name="Number">Its first entry.</param>
/// <param name="Mark">What that is marked.</param>
/// <param name="At">When it was written.</param>
/// <param name="From">When it began, by the account that opened it; when that was written, where it does not say.</param>
/// <param name="Until">When it was over, by the same account.</param>
/// <param name="What">Beginning of what that account says; null where it is not here.</param>
/// <param name="Place">Where, by the same account.</param>
/// <param name="Accused">Whom the accounts accuse, one after the other.</param>
/// <param name="Reporters">Whose accounts stand there.</param>
/// <param name="Observations">Observations that the accounts name, the first of them.</param>
/// <param name="Accounts">How many accounts stand there.</param>
/// <param name="Dissents">How many dissents.</param>
/// <param name="Settling">The kinds among closing and merging that were written last; null where neither was. What
/// counts of them the state tells.</param>
public sealed record IncidentRow(
    EntryId Number,
    Mark Mark,
    DateTimeOffset At,
    DateTimeOffset From,
    DateTimeOffset? Until,
    string? What,
    Place? Place,
    IReadOnlyList<string> Accused,
    IReadOnlyList<string> Reporters,
    IReadOnlyList<string> Observations,
    int Accounts,
    int Dissents,
    string? Settling
);

/// <summary>
/// Every incident of a line, folded from its feeds, each in its order: what a table of very many asks for, and no
/// judgement. What state one is in says the line's view, which keeps only the newest of them whole. What is held does
/// not depend on the order in which feeds arrived: an account that comes before its incident waits for it, and each
/// author has a share of its own in everything. As <see cref="ObservationLedger"/> it is another view beside the line's.
/// One caller at a time. CEASEFIRE-22, CEASEFIRE-40.
/// </summary>
public sealed class IncidentLedger
{
    /// <summary>Most incidents that are held, over all parties; each has its share. Further ones stand in the record and
    /// are said.</summary>
    public const int MaxIncidents = 500_000;

    /// <summary>Most accused, reporters and observations that are held of one incident, of each, by one author: the
    /// first that it names.</summary>
    public const int MaxNamed = 16;

    /// <summary>Most entries about incidents that are held to belong to one, over all parties.</summary>
    public const int MaxEntries = 4_000_000;

    /// <summary>Most entries that wait for their incident at a time, over all parties.</summary>
    public const int MaxEarly = 65_536;

    /// <summary>Closing and merging were both written.</summary>
    public const string Both = "both";

    private readonly Dictionary<PartyId, Feed> feeds = [];
    private readonly List<IncidentNotes> rows = [];
    private readonly Dictionary<EntryId, int> byEntry = [];

    /// <summary>By what they wait for; and all that wait.</summary>
    private readonly Dictionary<EntryId, List<Waiting>> early = [];
    private readonly HashSet<EntryId> waiting = [];
    private readonly int share,
        entriesShare,
        earlyShare;

    /// <param name="onTheLine">Every party.</param>
    /// <param name="most">As <see cref="MaxIncidents"/>; fewer where a test is to come to it sooner.</param>
    /// <param name="mostEarly">As <see cref="MaxEarly"/>.</param>
    public IncidentLedger(IEnumerable<PartyId> onTheLine, int most = MaxIncidents, int mostEarly = MaxEarly)
    {
        ArgumentNullException.ThrowIfNull(onTheLine);
        foreach (var party in onTheLine)
            feeds[party] = new Feed((byte)feeds.Count);
        var parties = Math.Max(1, feeds.Count);
        (share, entriesShare, earlyShare) = (most / parties, MaxEntries / parties, mostEarly / parties);
    }

    /// <summary>Entries that are not held, by author: beyond a share.</summary>
    public IReadOnlyDictionary<PartyId, int> NotHeld =>
        feeds.Where(f => f.Value.NotHeld > 0).ToDictionary(f => f.Key, f => f.Value.NotHeld);

    /// <summary>True for a kind that this ledger reads; of any other only the place in its feed matters.</summary>
    public static bool Reads(string kind) => kind.StartsWith("incident.", StringComparison.Ordinal);

    /// <summary>Every incident, in the order in which they came.</summary>
    public IEnumerable<IncidentRow> All => rows.Select(r => r.Told());

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
        {
            Release(header.Id);
            return;
        }
        var account =
            body is { } bytes && TrafficBodies.Read(header.Kind, bytes).TryGet(out var read, out _)
                ? read as Account
                : null;
        // Of each feed the first entries have a share, in its own order: which they are is the same at every station.
        var opens = header.Kind == Kinds.IncidentReported;
        if (opens ? feed.Held >= share : feed.Entries >= entriesShare)
        {
            feed.NotHeld++;
            Release(header.Id);
            return;
        }
        if (!opens)
        {
            feed.Entries++;
            Place(new Waiting(header, account), feed);
            return;
        }
        feed.Held++;
        byEntry[header.Id] = rows.Count;
        rows.Add(new IncidentNotes(header, account, feed.Author));
        Release(header.Id);
    }

    /// <summary>Takes an entry to its incident, or lets it wait for what it answers.</summary>
    private void Place(Waiting entry, Feed feed)
    {
        var header = entry.Header;
        foreach (var re in header.Re)
        {
            if (!HadSeen(header, re))
                continue; // flagged everywhere: nothing comes of it
            if (IsMissing(re))
            {
                if (feed.Early >= earlyShare)
                {
                    feed.NotHeld++;
                    break;
                }
                feed.Early++;
                waiting.Add(header.Id);
                if (!early.TryGetValue(re, out var others))
                    early[re] = others = [];
                others.Add(entry);
                return;
            }
            if (!byEntry.TryGetValue(re, out var at))
                continue;
            byEntry[header.Id] = at;
            rows[at].Take(header, entry.Account, feed.Author);
            break;
        }
        Release(header.Id);
    }

    /// <summary>An entry has its place, or has none for good: those that waited for it are placed.</summary>
    private void Release(EntryId first)
    {
        if (early.Count == 0)
            return;
        // Whoever lets thousands wait one for the other makes no deep recursion of it: Place comes back here once for
        // each, with nothing waiting for it any more.
        var ready = new Queue<Waiting>();
        Take(first);
        while (ready.TryDequeue(out var entry))
        {
            var id = entry.Header.Id;
            var feed = feeds[id.Party];
            feed.Early--;
            waiting.Remove(id);
            early.Remove(id, out var behind);
            Place(entry, feed);
            foreach (var one in behind ?? [])
            {
                if (waiting.Contains(id))
                    Again(id, one);
                else
                    ready.Enqueue(one);
            }
        }

        void Take(EntryId id)
        {
            if (early.Remove(id, out var those))
            {
                foreach (var one in those)
                    ready.Enqueue(one);
            }
        }

        void Again(EntryId id, Waiting one)
        {
            if (!early.TryGetValue(id, out var others))
                early[id] = others = [];
            others.Add(one);
        }
    }

    /// <summary>True for an entry that has not arrived, or that waits itself.</summary>
    private bool IsMissing(EntryId re) =>
        waiting.Contains(re) || (feeds.TryGetValue(re.Party, out var feed) && re.Seq >= feed.Size);

    private static bool HadSeen(EntryHeader header, EntryId re) =>
        re.Party == header.From ? re.Seq < header.Seq : re.Seq < header.Seen.GetValueOrDefault(re.Party);

    /// <summary>An entry that waits for what it answers.</summary>
    private sealed record Waiting(EntryHeader Header, Account? Account);

    private sealed class Feed(byte author)
    {
        internal byte Author { get; } = author;
        internal ulong Size { get; set; }
        internal int Held { get; set; }
        internal int Entries { get; set; }
        internal int Early { get; set; }
        internal int NotHeld { get; set; }
    }
}
