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
/// judgement. What state one is in says the line's view, which keeps only the newest of them whole. As
/// <see cref="ObservationLedger"/> it is another view beside that. One caller at a time.
/// </summary>
public sealed class IncidentLedger
{
    /// <summary>Most incidents that are held, over all parties; each has its share. Further ones stand in the record and
    /// are said.</summary>
    public const int MaxIncidents = 500_000;

    /// <summary>Most accused, reporters and observations that are held of one incident, of each.</summary>
    public const int MaxNamed = 16;

    /// <summary>Most entries about incidents that are held to belong to one, over all parties.</summary>
    public const int MaxEntries = 4_000_000;

    private const int MaxText = 200;

    private readonly Dictionary<PartyId, Feed> feeds;
    private readonly List<Row> rows = [];
    private readonly Dictionary<EntryId, int> byEntry = [];
    private readonly int share;
    private readonly int entriesShare;

    /// <param name="onTheLine">Every party.</param>
    /// <param name="most">As <see cref="MaxIncidents"/>; fewer where a test is to come to it sooner.</param>
    public IncidentLedger(IEnumerable<PartyId> onTheLine, int most = MaxIncidents)
    {
        feeds = onTheLine.ToDictionary(p => p, _ => new Feed());
        share = most / Math.Max(1, feeds.Count);
        entriesShare = MaxEntries / Math.Max(1, feeds.Count);
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
            return;
        var account =
            body is { } bytes && TrafficBodies.Read(header.Kind, bytes).TryGet(out var read, out _)
                ? read as Account
                : null;
        if (header.Kind == Kinds.IncidentReported)
        {
            if (feed.Held >= share)
            {
                feed.NotHeld++;
                return;
            }
            feed.Held++;
            byEntry[header.Id] = rows.Count;
            var row = new Row(header, account);
            rows.Add(row);
            row.Take(header.From, account);
            return;
        }
        // What it answers may come later by another feed: then the table does without it, and the incident does not.
        if (header.Re.Where(byEntry.ContainsKey).Select(re => (int?)byEntry[re]).FirstOrDefault() is not { } at)
            return;
        if (feed.Entries >= entriesShare)
        {
            feed.NotHeld++;
            return;
        }
        feed.Entries++;
        byEntry[header.Id] = at;
        switch (header.Kind)
        {
            case Kinds.IncidentAccountGiven:
                rows[at].Take(header.From, account);
                break;
            case Kinds.IncidentDissented:
                rows[at].Dissents++;
                break;
            case Kinds.IncidentClosed or Kinds.IncidentMerged:
                rows[at].Settle(header.Kind);
                break;
        }
    }

    private sealed class Feed
    {
        internal ulong Size { get; set; }
        internal int Held { get; set; }
        internal int Entries { get; set; }
        internal int NotHeld { get; set; }
    }

    private sealed class Row(EntryHeader header, Account? account)
    {
        private readonly EntryId number = header.Id;
        private readonly Mark mark = header.Mark;
        private readonly DateTimeOffset at = header.At,
            from = account?.From ?? header.At;
        private readonly DateTimeOffset? until = account?.Until;
        private readonly Place? place = account?.Place;
        private readonly string? what = account?.What is { Length: > MaxText } text ? text[..MaxText] : account?.What;

        /// <summary>Never changed but replaced: who was told a row goes on reading it.</summary>
        private string[] accused = [],
            reporters = [],
            observations = [];
        private int accounts;
        private string? settling;

        internal int Dissents { get; set; }

        internal void Take(PartyId author, Account? given)
        {
            accounts++;
            reporters = With(reporters, given?.Reporter ?? author.Value);
            if (given?.Accused is { } name)
                accused = With(accused, name);
            foreach (var observation in given?.Observations ?? [])
                observations = With(observations, observation);
        }

        internal void Settle(string kind) => settling = settling is null || settling == kind ? kind : Both;

        internal IncidentRow Told() =>
            new(
                number,
                mark,
                at,
                from,
                until,
                what,
                place,
                accused,
                reporters,
                observations,
                accounts,
                Dissents,
                settling
            );

        private static string[] With(string[] names, string name) =>
            names.Length < MaxNamed && !names.Contains(name, StringComparer.Ordinal) ? [.. names, name] : names;
    }

    /// <summary>Closing and merging were both written.</summary>
    public const string Both = "both";
}
