using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// What stands on one line, folded from its record: what is open, what waits for an acknowledgement, what was flagged.
/// Entries of a feed come in its
/// order; feeds may come interleaved in any way, and the outcome is the same. It keeps what is open, and of what is
/// settled only the newest,
/// so that memory follows from what waits and not from what is past. One caller at a time.
/// </summary>
public sealed class LineView
{
    /// <summary>Settled items that are kept whole, each opener having its share of them; one that was put away is read
    /// again when an entry answers it. TRAFFIC-6.</summary>
    public const int MaxSettled = 1_000;

    /// <summary>Open items that are kept whole, over all parties; each has its share for those that it opened.
    /// TRAFFIC-107.</summary>
    public const int MaxOpenWhole = 2_000;

    /// <summary>Bytes that their entries have on the wire, shared as they are.</summary>
    public const long MaxOpenBytes = 16 << 20;

    /// <summary>Entries whose receipts are kept though nobody waits for one any more.</summary>
    public const int MaxRecentReceipts = 4_096;

    /// <summary>Flags that are listed; older ones stand in the record.</summary>
    public const int MaxFlags = 1_000;

    /// <summary>Entries that wait for one that they answer and are kept whole, by author; further ones are read again
    /// from the record when it comes. TRAFFIC-108.</summary>
    public const int MaxEarly = 1_024;

    /// <summary>Entries of one item, over all parties; each has its share of them. TRAFFIC-82.</summary>
    public const int MaxEntriesOfItem = 512;

    /// <summary>Least share of a party in the entries of an item.</summary>
    public const int MinEntriesOfParty = 64;

    /// <summary>Entries of one item by one party, on a line of so many: no party uses up another's.</summary>
    public static int MaxEntriesOfParty(int parties) => Math.Max(MinEntriesOfParty, MaxEntriesOfItem / parties);

    private readonly LinePolicy policy;
    private readonly FlagBook flags = new();
    private readonly SuspensionFold suspensions;
    private readonly FeedTimes times;
    private readonly EarlyBook early;
    private readonly ReceiptBook receipts;
    private readonly KeptItems kept;
    private readonly ItemBook items;
    private readonly EarlierTexts earlier;
    private readonly EntryJudge judge;

    /// <param name="document">The line's.</param>
    /// <param name="again">Reads an entry that was folded once more; null where there is no record to read.</param>
    public LineView(LineDocument document, Func<EntryId, TrafficEntry?>? again = null)
        : this(document.Policy, [.. document.Parties], again) { }

    /// <param name="policy">What the parties agreed about time and about acts that take two.</param>
    /// <param name="onTheLine">Every party.</param>
    /// <param name="again">Reads an entry that was folded once more.</param>
    public LineView(LinePolicy policy, IReadOnlyList<PartyId> onTheLine, Func<EntryId, TrafficEntry?>? again = null)
    {
        this.policy = policy;
        PartyId[] parties = [.. onTheLine];
        times = new FeedTimes(policy, again is null ? null : WithoutTexts(again));
        var read = times.Again;
        suspensions = new SuspensionFold(policy);
        receipts = new ReceiptBook(policy, parties);
        kept = new KeptItems(policy, parties, read, flags);
        items = new ItemBook(policy, parties, kept, receipts, flags);
        earlier = new EarlierTexts(policy, read, kept, receipts);
        judge = new EntryJudge(policy, suspensions, items, kept, receipts, earlier, flags);
        early = new EarlyBook(policy, parties, read, judge.TryTake);
    }

    /// <summary>The time as it is; where there is none to ask, time settles nothing before <see cref="Sweep"/>. No
    /// claim of an author puts an item away.</summary>
    public Func<DateTimeOffset>? Clock
    {
        get => items.Clock;
        init => items.Clock = value;
    }

    /// <summary>Told of mistakes of ours: what made the fold fail over an entry.</summary>
    public Action<EntryHeader, Exception>? OnMistake
    {
        get => flags.OnMistake;
        init => flags.OnMistake = value;
    }

    /// <summary>Told of each addressee of an entry that has acknowledged or answered it.</summary>
    public Action<Receipts, PartyId>? OnAcknowledged
    {
        get => receipts.OnAcknowledged;
        init => receipts.OnAcknowledged = value;
    }

    /// <summary>As a party's share of <see cref="MaxOpenWhole"/>; fewer where a test is to come to what follows
    /// sooner.</summary>
    internal int MaxOpenKept
    {
        init => kept.Open.MaxWhole = value;
    }

    /// <summary>As <see cref="MaxSettled"/>; fewer where a test is to come to what follows sooner.</summary>
    internal int MaxSettledKept
    {
        init => kept.Settled.Max = value;
    }

    /// <summary>As <see cref="MaxRecentReceipts"/>; fewer where a test is to come to what follows sooner.</summary>
    internal int MaxReceiptsKept
    {
        init => receipts.MaxKept = value;
    }

    /// <summary>Entries folded of each feed.</summary>
    public IReadOnlyDictionary<PartyId, ulong> Sizes => early.Sizes;

    /// <summary>True where all is folded here that the author of an entry had seen when it wrote.</summary>
    public bool HasWhatWasSeenBy(EntryHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        foreach (var (party, size) in header.Seen)
        {
            if (!(Sizes.GetValueOrDefault(party) >= size))
                return false;
        }
        return true;
    }

    /// <summary>
    /// Items that are not settled, by the clock of <paramref name="now"/>, oldest first: those that are kept whole,
    /// which are all but of a party that has very many open. What all
    /// of them are, <see cref="Headings"/> tells.
    /// </summary>
    public IReadOnlyList<Item> Open(DateTimeOffset now) => items.Open(now);

    /// <summary>Every item that is not settled, by the clock of <paramref name="now"/>, in no order.
    /// TRAFFIC-107.</summary>
    public IEnumerable<Heading> Headings(DateTimeOffset now) => items.Headings(now);

    /// <summary>Open items whose state time alone has changed between two times, with the state before. What settled in
    /// between is among them until the next sweep.</summary>
    public IEnumerable<(string Before, Heading Item)> RanOut(DateTimeOffset before, DateTimeOffset now) =>
        items.RanOut(before, now);

    /// <summary>True where the item is kept whole: to have it, nothing is read again.</summary>
    public bool IsWhole(EntryId item) => kept.Find(item) is not null;

    /// <summary>Open items that are kept whole, of all parties.</summary>
    public int OpenWhole => kept.Open.Whole.Count;

    /// <summary>The item an entry belongs to, where it is open or settled. Where there is no record to read again, one
    /// long settled is not found.</summary>
    public Item? ItemOf(EntryId entry, DateTimeOffset now) =>
        kept.Recall(entry) && kept.Find(entry) is { } thread ? kept.AsOf(thread, now) : null;

    /// <summary>The incident of an entry, and where it goes on; null where there is none. Reads nothing again, however
    /// long ago it was settled. CEASEFIRE-27.</summary>
    public Lead? IncidentOf(EntryId entry) => kept.LeadOf<IncidentFamily>(entry);

    /// <summary>Settled items that are kept whole, newest last.</summary>
    public IReadOnlyList<Item> RecentlySettled(DateTimeOffset now) =>
        [.. kept.Settled.All.Select(t => kept.AsOf(t, now))];

    /// <summary>Entries for which an addressee's acknowledgement is still out.</summary>
    public IReadOnlyCollection<WaitingEntry> Waiting => receipts.Waiting;

    /// <summary>The receipts of an entry, where it waits or is among the newest.</summary>
    public Receipts? ReceiptsOf(EntryId entry) => receipts.Find(entry);

    /// <summary>Entries that changed nothing, newest last.</summary>
    public IReadOnlyCollection<Flag> Flags => flags.All;

    public long FlagCount => flags.Count;

    /// <summary>Who suspends the line, and why, the earliest first (R7).</summary>
    public IReadOnlyList<StandingSuspension> Suspensions => suspensions.Standing;

    /// <summary>True when the party suspends the line, by as many entries of its feed as are folded here.</summary>
    public bool IsSuspendedBy(PartyId party) => suspensions.IsSuspendedBy(party);

    /// <summary>The next time after <paramref name="now"/> at which something falls due; null when nothing
    /// does.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now) =>
        (items.NextDue(now), receipts.NextDue(now)) switch
        {
            ({ } item, { } receipt) => item < receipt ? item : receipt,
            var (item, receipt) => item ?? receipt,
        };

    /// <summary>Takes the next entry of a feed. Whatever it holds, it is taken: what fits nowhere is flagged.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its body.</param>
    /// <param name="arrival">When this station got it; decides when an acknowledgement is due here, and nothing that
    /// stations agree on.</param>
    public Folded Fold(EntryHeader header, ReadOnlyMemory<byte>? body, DateTimeOffset? arrival = null)
    {
        early.Count(header);
        Begin(header);
        // An entry that its author knew to be held back is flagged and counts all the same: what was said in spite of a
        // suspension may matter. TRAFFIC-18.
        var entry = times.Take(Read(header, body));
        foreach (var flag in suspensions.Fold(entry))
            flags.Add(flag);
        // Whatever it waits for, an officer is to see it: what rings does not depend on what an author says that it
        // answers. TRAFFIC-81.
        if (Attention.WantsAcknowledgement(header.Kind))
            receipts.Await(header, Attention.Since(header.At, arrival, policy));
        return Done(early.Take(entry));
    }

    /// <summary>Entries that waited, whose turn has come, and that are not judged yet.</summary>
    public bool HasMore => early.HasMore;

    /// <summary>Judges some of those that waited for what has arrived: very many may have waited for one entry, and
    /// nobody waits that long for the view.</summary>
    /// <param name="most">As many at most.</param>
    public Folded FoldMore(int most = int.MaxValue)
    {
        Begin(null);
        return Done(early.Release(most));
    }

    /// <summary>Passes over the next entry of a feed, as if it said nothing: what was written later is no part of how
    /// the line stood.</summary>
    public Folded Skip(EntryHeader header)
    {
        early.Count(header);
        times.Pass(header);
        Begin(null);
        return Done(early.Skip(header.Id));
    }

    /// <summary>Moves what time has settled out of what is open. Called now and then; nothing that is asked depends on
    /// it.</summary>
    public void Sweep(DateTimeOffset now) => kept.Sweep(now);

    /// <summary>Flags an entry over which something beside the view failed.</summary>
    public void FlagMistake(EntryHeader header, Exception e) => flags.Add(header, flags.Mistaken(header, e));

    /// <summary>Why an entry does not take the place of those of its author that it names, or whose newest text it
    /// would be; null when nothing speaks against it.</summary>
    public ReplacementRefusal? RefuseReplacement(EntryHeader header) => earlier.Refuse(header);

    /// <summary>Why an entry that an officer wants to write would have no effect; null when nothing speaks against
    /// it.</summary>
    /// <param name="draft">The header as it would be: the next of its feed, having seen what is folded here.</param>
    /// <param name="body">Its body.</param>
    public string? Refuse(EntryHeader draft, ReadOnlyMemory<byte>? body) =>
        judge.Refuse(times.Next(TrafficEntry.From(draft, body)));

    private void Begin(EntryHeader? own)
    {
        flags.Begin();
        items.Begin(own);
    }

    private Folded Done(int judged)
    {
        var (item, before) = items.Own;
        return new Folded(item, before, items.Changed, flags.New, judged);
    }

    /// <summary>Read again or kept whole, an entry is the same: of a message the text is not looked at.</summary>
    private static Func<EntryId, TrafficEntry?> WithoutTexts(Func<EntryId, TrafficEntry?> again) =>
        id =>
            again(id) is not { } entry ? null
            : entry.Header.Kind == Kinds.MessageSent ? WithoutText(entry.Header)
            : entry;

    private static TrafficEntry WithoutText(EntryHeader header) => new(header, null, null, default);

    /// <summary>What a message says decides nothing here; it is most of what a record holds, so its text is not
    /// read.</summary>
    private TrafficEntry Read(EntryHeader header, ReadOnlyMemory<byte>? body)
    {
        if (header.Kind == Kinds.MessageSent)
            return WithoutText(header);
        try
        {
            return TrafficEntry.From(header, body);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new TrafficEntry(header, null, flags.Mistaken(header, e), default);
        }
    }
}
