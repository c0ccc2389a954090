using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Parley.Crypto;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>
/// The observations of a line, folded from its feeds, each in its order: of every observation what a tally needs, and no
/// text. It is another view beside <see cref="LineView"/> and knows nothing of items: what an author states anew under a
/// number is that author's newest word on it, and what it takes back is counted no more; both stay as of the sizes
/// before. One caller at a time.
/// </summary>
public sealed class ObservationLedger
{
    /// <summary>Most observations that are held, over all parties; each has its share of them. Further ones stand in the
    /// record and are counted in none of the tallies, which say how many there are. CEASEFIRE-32.</summary>
    public const int MaxObservations = 8_000_000;

    /// <summary>Most names of reporters, accused and kinds of observation that one author uses.</summary>
    public const int MaxNames = 4_096;

    /// <summary>As <see cref="MaxNames"/>; fewer where a test is to come to it sooner.</summary>
    public int MaxNamesOfParty { get; init; } = MaxNames;

    private readonly PartyId[] parties;
    private readonly Dictionary<PartyId, Feed> feeds = [];
    private readonly Dictionary<string, int> nameIds = new(StringComparer.Ordinal);
    private readonly List<string> names = [];
    private readonly List<Row> rows = [];

    /// <summary>By reporter and number: the newest row; older ones of it by <see cref="Row.Before"/>.</summary>
    private readonly Dictionary<Key, int> newest = [];

    /// <param name="onTheLine">Every party.</param>
    public ObservationLedger(IEnumerable<PartyId> onTheLine)
    {
        parties = [.. onTheLine];
        for (var i = 0; i < parties.Length; i++)
            feeds[parties[i]] = new Feed((byte)i);
        Name("");
    }

    /// <summary>Most observations of one party.</summary>
    public int MaxObservationsOfParty
    {
        get => field > 0 ? field : MaxObservations / Math.Max(1, parties.Length);
        init;
    }

    /// <summary>Entries folded of each feed: what a tally is "as of".</summary>
    public IReadOnlyDictionary<PartyId, ulong> Sizes => feeds.ToDictionary(f => f.Key, f => f.Value.Size);

    /// <summary>Observations held, the corrected and the withdrawn among them.</summary>
    public int Count => rows.Count;

    /// <summary>Entries of observations that are not counted, by author: withheld, unreadable, or beyond a
    /// share.</summary>
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

    /// <summary>Who writes under a name, or accuses one of that name: of very many each author is to have its share.</summary>
    public IReadOnlyCollection<PartyId> AuthorsOf(string name) =>
        nameIds.TryGetValue(name, out var id) ? [.. parties.Where(p => feeds[p].Names.Contains(id))] : [];

    internal IReadOnlyList<string> Names => names;

    /// <summary>By <see cref="Row.Author"/>.</summary>
    internal IReadOnlyList<PartyId> Parties => parties;

    /// <summary>True for a kind that this ledger reads; of any other only the place in its feed matters.</summary>
    public static bool Reads(string kind) =>
        kind is Kinds.ObservationReported or Kinds.ObservationCorrected or Kinds.ObservationWithdrawn;

    /// <summary>Takes the next entry of a feed, whatever its kind.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its body without salt; null where this party has none.</param>
    public void Fold(EntryHeader header, ReadOnlyMemory<byte>? body)
    {
        if (!feeds.TryGetValue(header.From, out var feed) || header.Seq != feed.Size)
            throw new ArgumentException($"{header.Id} is not the next entry of its feed");
        feed.Size++;
        if (!Reads(header.Kind))
            return;
        if (body is not { } bytes || !TrafficBodies.Read(header.Kind, bytes).TryGet(out var read, out _))
        {
            feed.NotCounted.Add(header.Seq);
            return;
        }
        if (read is ObservationReport report)
        {
            foreach (var observation in report.Observations)
                Add(feed, header, observation);
        }
        else if (read is ObservationWithdrawal withdrawal)
            Withdraw(feed, header, withdrawal);
    }

    /// <summary>Where an observation stands that an author is about to report: not at all, word for word, or with other
    /// content.</summary>
    public KnownAs Find(PartyId author, Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var content = ContentOf(observation);
        var known = KnownAs.New;
        for (var at = newest.GetValueOrDefault(KeyOf(observation), -1); at >= 0; at = rows[at].Before)
        {
            if (rows[at].WithdrawnAt != long.MaxValue)
                continue;
            if (rows[at].Content == content)
                return KnownAs.Same;
            if (parties[rows[at].Author] == author)
                known = KnownAs.Other;
        }
        return known;
    }

    /// <summary>Which observations count, each by the entry that it stands in and its place among numbers: what an export
    /// of them takes from the record.</summary>
    public IReadOnlySet<(EntryId Entry, ulong Number)> Standing(
        Mark mark,
        IReadOnlyDictionary<PartyId, ulong>? asOf = null
    )
    {
        var standing = new HashSet<(EntryId, ulong)>();
        Each(
            asOf,
            mark,
            (in Row row, ulong _) => standing.Add((new EntryId(parties[row.Author], (ulong)row.Seq), row.Number))
        );
        return standing;
    }

    /// <summary>The place of an observation among numbers, as <see cref="Standing"/> has it.</summary>
    public static ulong NumberOf(Observation observation) => KeyOf(observation).Low;

    /// <summary>The newest of the observations that count and that are asked for, and how many there are.</summary>
    /// <param name="asked">Which.</param>
    /// <param name="most">As many at most.</param>
    public ObservationsFound Find(ObservationsAsked asked, int most)
    {
        ArgumentNullException.ThrowIfNull(asked);
        int? Id(string? name) =>
            name is null ? null
            : nameIds.TryGetValue(name, out var id) ? id
            : -1;
        var (reporter, accused, what) = (Id(asked.Reporter), Id(asked.Accused), Id(asked.What));
        var place = asked.Place is null ? (int?)null : HashOf(asked.Place);
        var (from, until) = (asked.From?.UtcTicks ?? long.MinValue, asked.Until?.UtcTicks ?? long.MaxValue);
        // The oldest of those held stands first, to give way to a newer one.
        var held = new PriorityQueue<ObservationKey, ObservationKey>(ObservationKey.Oldest);
        var total = 0;
        Each(
            null,
            asked.Mark,
            (in Row row, ulong _) =>
            {
                if (
                    (reporter is not null && row.Reporter != reporter)
                    || (accused is not null && row.Accused != accused)
                    || (what is not null && row.What != what)
                    || (place is not null && row.PlaceHash != place)
                    || row.Start < from
                    || row.Start >= until
                )
                    return;
                total++;
                var key = new ObservationKey(row.Start, new EntryId(parties[row.Author], (ulong)row.Seq), row.Number);
                if (asked.After is { } after && ObservationKey.Oldest.Compare(key, after) >= 0)
                    return;
                if (held.Count < most)
                    held.Enqueue(key, key);
                else
                    held.EnqueueDequeue(key, key);
            }
        );
        var found = new List<ObservationKey>(held.Count);
        while (held.TryDequeue(out var key, out _))
            found.Add(key);
        found.Reverse();
        return new ObservationsFound(found, total);
    }

    /// <summary>What was observed, by the observations of an entry, or by one of them; nothing where they are not
    /// here.</summary>
    /// <param name="named">An entry such as <c>us/3</c>, or one observation of it as <c>us/3#o017</c>.</param>
    public IEnumerable<string> WhatOf(string named)
    {
        ArgumentNullException.ThrowIfNull(named);
        var hash = named.IndexOf('#', StringComparison.Ordinal);
        if (
            !EntryId.TryParse(hash < 0 ? named : named[..hash], out var entry)
            || !feeds.TryGetValue(entry.Party, out var feed)
            || !feed.Entries.TryGetValue((long)entry.Seq, out var span)
        )
            yield break;
        for (var at = span.First; at < span.End; at++)
        {
            if (
                rows[at].Seq == (long)entry.Seq
                && parties[rows[at].Author] == entry.Party
                && (hash < 0 || rows[at].Number == KeyOf(names[rows[at].Reporter], named[(hash + 1)..]).Low)
            )
                yield return names[rows[at].What];
        }
    }

    private static int HashOf(string? place) => place is null ? 0 : string.GetHashCode(place, StringComparison.Ordinal);

    /// <summary>The rows that count as of sizes, each observation once: by author its newest word; word for word the
    /// same in several feeds once; where feeds differ, the reporter's own feed, and else each.</summary>
    /// <param name="asOf">Sizes of the feeds; a feed that is not named is as it is.</param>
    /// <param name="mark">What the entries are marked.</param>
    /// <param name="visit">Given each row, and in whose feeds it stands word for word.</param>
    internal void Each(IReadOnlyDictionary<PartyId, ulong>? asOf, Mark mark, RowVisitor visit)
    {
        var sizes = new long[parties.Length];
        for (var i = 0; i < parties.Length; i++)
            sizes[i] =
                asOf is not null && asOf.TryGetValue(parties[i], out var size)
                    ? (long)Math.Min(size, long.MaxValue)
                    : long.MaxValue;
        List<(int At, ulong Feeds)>? together = null;
        var all = CollectionsMarshal.AsSpan(rows);
        for (var at = 0; at < all.Length; at++)
        {
            ref readonly var row = ref all[at];
            if (row.Before < 0 && !row.HasLater)
            {
                if (row.IsSeen(sizes) && row.Mark == mark)
                    visit(in row, 1UL << row.Author);
            }
            else if (!row.HasLater)
            {
                together ??= [];
                Together(all, at, sizes, mark, together);
                foreach (var (one, feeds) in together)
                    visit(in all[one], feeds);
            }
        }
    }

    /// <summary>Of the rows of one reporter's number: those that count.</summary>
    private void Together(
        ReadOnlySpan<Row> all,
        int last,
        long[] sizes,
        Mark mark,
        List<(int At, ulong Feeds)> counting
    )
    {
        counting.Clear();
        // From the newest backwards: of each author the first that is met is its newest word, taken back or not.
        var met = 0UL;
        var reporters = -1;
        for (var at = last; at >= 0; at = all[at].Before)
        {
            ref readonly var row = ref all[at];
            if (row.Seq >= sizes[row.Author] || row.Mark != mark || (met & (1UL << row.Author)) != 0)
                continue;
            met |= 1UL << row.Author;
            if (parties[row.Author].Value == names[row.Reporter])
                reporters = at;
            if (row.IsSeen(sizes))
                counting.Add((at, 1UL << row.Author));
        }
        if (reporters >= 0)
        {
            // Its own word is the last one on its own report, also where it took that back: nobody's copy outlives it.
            counting.Clear();
            if (all[reporters].IsSeen(sizes))
                counting.Add((reporters, 1UL << all[reporters].Author));
            return;
        }
        if (counting.Count < 2)
            return;
        // By author, so that it does not depend on the order of arrival.
        counting.Sort((a, b) => rows[a.At].Author.CompareTo(rows[b.At].Author));
        var firsts = new Dictionary<UInt128, int>();
        var kept = 0;
        foreach (var (at, feeds) in counting.ToArray())
        {
            if (firsts.TryGetValue(rows[at].Content, out var first))
                counting[first] = (counting[first].At, counting[first].Feeds | feeds);
            else
            {
                firsts[rows[at].Content] = kept;
                counting[kept++] = (at, feeds);
            }
        }
        counting.RemoveRange(kept, counting.Count - kept);
    }

    private void Add(Feed feed, EntryHeader header, Observation observation)
    {
        if (
            feed.Held >= MaxObservationsOfParty
            || NameOf(feed, observation.Reporter!) is not { } reporter
            || NameOf(feed, observation.Accused ?? "") is not { } accused
            || NameOf(feed, observation.What!) is not { } what
        )
        {
            feed.NotCounted.Add(header.Seq);
            return;
        }
        feed.Held++;
        var key = KeyOf(observation);
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(newest, key, out var isKnown);
        var before = isKnown ? last : -1;
        if (isKnown)
            CollectionsMarshal.AsSpan(rows)[last].HasLater = true;
        last = rows.Count;
        var start = observation.Start!.Value.UtcTicks;
        rows.Add(
            new Row
            {
                Start = start,
                End = observation.End?.UtcTicks ?? start,
                Seq = (long)header.Seq,
                WithdrawnAt = long.MaxValue,
                Content = ContentOf(observation),
                Number = key.Low,
                Reporter = reporter,
                Accused = accused,
                What = what,
                PlaceHash = HashOf(observation.Place?.Name),
                Discharges = observation.Count!.Value,
                Before = before,
                Author = feed.Author,
                Mark = header.Mark,
            }
        );
        feed.Entries[(long)header.Seq] = (
            feed.Entries.TryGetValue((long)header.Seq, out var span) ? span.First : rows.Count - 1,
            rows.Count
        );
    }

    /// <summary>Takes back what stands in the author's own earlier entries that are named.</summary>
    private void Withdraw(Feed feed, EntryHeader header, ObservationWithdrawal withdrawal)
    {
        var all = CollectionsMarshal.AsSpan(rows);
        // By reporter, what the named numbers are in the ledger.
        var named = new Dictionary<int, HashSet<ulong>>();
        foreach (var re in header.Re)
        {
            if (
                re.Party != header.From
                || re.Seq >= header.Seq
                || !feed.Entries.TryGetValue((long)re.Seq, out var span)
            )
                continue;
            for (var at = span.First; at < span.End; at++)
            {
                ref var row = ref all[at];
                if (
                    row.WithdrawnAt == long.MaxValue
                    && (withdrawal.Ids.Count == 0 || IsNamed(row.Reporter, row.Number))
                )
                    row.WithdrawnAt = (long)header.Seq;
            }
        }

        bool IsNamed(int reporter, ulong number)
        {
            if (!named.TryGetValue(reporter, out var numbers))
                named[reporter] = numbers = [.. withdrawal.Ids.Select(id => KeyOf(names[reporter], id).Low)];
            return numbers.Contains(number);
        }
    }

    /// <summary>Each author pays for every name that it uses, whoever used it before: whose came first is another story
    /// at every station, and what counts is not.</summary>
    private int? NameOf(Feed feed, string name)
    {
        var isKnown = nameIds.TryGetValue(name, out var id);
        if (isKnown && feed.Names.Contains(id))
            return id;
        if (feed.Names.Count >= MaxNamesOfParty)
            return null;
        if (!isKnown)
            id = Name(name);
        feed.Names.Add(id);
        return id;
    }

    private int Name(string name)
    {
        names.Add(name);
        return nameIds[name] = names.Count - 1;
    }

    private static Key KeyOf(Observation observation) => KeyOf(observation.Reporter!, observation.Id!);

    private static Key KeyOf(string reporter, string id)
    {
        var hash = Half(Encoding.UTF8.GetBytes($"{reporter}\n{id}"));
        return new Key((ulong)(hash >> 64), (ulong)hash);
    }

    private static UInt128 ContentOf(Observation observation) =>
        Half(JsonSerializer.SerializeToUtf8Bytes(observation, TrafficJson.Default.Observation));

    /// <summary>Half of a SHA-256, which nobody makes two things of the same of.</summary>
    private static UInt128 Half(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Hash.Length];
        Sha256.Of(bytes).CopyTo(hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    internal delegate void RowVisitor(in Row row, ulong feeds);

    private readonly record struct Key(ulong High, ulong Low);

    /// <summary>What is known of one party's feed.</summary>
    private sealed class Feed(byte author)
    {
        internal byte Author { get; } = author;
        internal ulong Size { get; set; }
        internal int Held { get; set; }

        /// <summary>Numbers of the names that it used.</summary>
        internal HashSet<int> Names { get; } = [];
        internal NotCountedTally NotCounted { get; } = new();

        /// <summary>By entry: its rows.</summary>
        internal Dictionary<long, (int First, int End)> Entries { get; } = [];
    }

    /// <summary>One observation as it was written.</summary>
    internal struct Row
    {
        internal UInt128 Content;
        internal long Start,
            End,
            Seq,
            WithdrawnAt;

        /// <summary>Half of the key, which tells the numbers of one entry apart.</summary>
        internal ulong Number;
        internal int Reporter,
            Accused,
            What,
            Discharges;

        /// <summary>Of the place's name, to pass over what is elsewhere before it is read.</summary>
        internal int PlaceHash;

        /// <summary>The row before it of the same reporter and number, −1 for none.</summary>
        internal int Before;
        internal Mark Mark;
        internal byte Author;
        internal bool HasLater;

        /// <summary>True where it stands as of those sizes: written, and not taken back.</summary>
        internal readonly bool IsSeen(long[] sizes) => Seq < sizes[Author] && WithdrawnAt >= sizes[Author];
    }
}

/// <summary>How an observation stands in a ledger.</summary>
public enum KnownAs
{
    /// <summary>It does not.</summary>
    New,

    /// <summary>Word for word.</summary>
    Same,

    /// <summary>The author has reported it with other content.</summary>
    Other,
}

/// <summary>Which observations are asked for; what is null is any.</summary>
/// <param name="From">Those that start from then on.</param>
/// <param name="Until">Those that start before.</param>
/// <param name="Reporter">Who reports.</param>
/// <param name="Accused">Whom they accuse; empty for those that accuse nobody.</param>
/// <param name="What">What was observed.</param>
/// <param name="Place">Where the observer stood, by name.</param>
/// <param name="After">The last of the page before.</param>
/// <param name="Mark">What their entries are marked.</param>
public sealed record ObservationsAsked(
    DateTimeOffset? From,
    DateTimeOffset? Until,
    string? Reporter,
    string? Accused,
    string? What,
    string? Place,
    ObservationKey? After,
    Mark Mark
);

/// <summary>One observation in the order of a table: by its start, then its entry and its number.</summary>
/// <param name="Start">In ticks of UTC.</param>
/// <param name="Entry">The entry that it stands in.</param>
/// <param name="Number">Its place among numbers, as <see cref="ObservationLedger.NumberOf"/> has it.</param>
public readonly record struct ObservationKey(long Start, EntryId Entry, ulong Number)
{
    /// <summary>The oldest first.</summary>
    public static IComparer<ObservationKey> Oldest { get; } =
        Comparer<ObservationKey>.Create(
            static (a, b) =>
                a.Start != b.Start ? a.Start.CompareTo(b.Start)
                : string.CompareOrdinal(a.Entry.Party.Value, b.Entry.Party.Value) is not 0 and var party ? party
                : a.Entry.Seq != b.Entry.Seq ? a.Entry.Seq.CompareTo(b.Entry.Seq)
                : a.Number.CompareTo(b.Number)
        );
}

/// <summary>A page of observations, the newest first, and how many fit in all.</summary>
public sealed record ObservationsFound(IReadOnlyList<ObservationKey> Page, int Total);
