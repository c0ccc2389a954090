using System.Runtime.InteropServices;
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
    private readonly PartyId[] parties;

    /// <summary>By author: everybody else.</summary>
    private readonly Dictionary<PartyId, PartyId[]> others;
    private readonly Dictionary<PartyId, ulong> sizes = [];
    private readonly SuspensionFold suspensions;
    private readonly Dictionary<EntryId, ItemThread> threads = [];
    private readonly OpenItems open;
    private readonly List<ItemThread> touched = [];
    private readonly LinkedList<ItemThread> settled = new();

    /// <summary>The same, by who opened them.</summary>
    private readonly Dictionary<PartyId, LinkedList<ItemThread>> settledOf = [];

    /// <summary>Items that are not kept whole, the settled and the open; null where there is no record to read them
    /// again from.</summary>
    private readonly SettledEntries? away;
    private readonly Func<EntryId, TrafficEntry?>? again;

    /// <summary>What the entry under judgement may replace and whose receipts are no longer kept.</summary>
    private readonly Dictionary<EntryId, EntryHeader> replaced = [];
    private readonly Dictionary<EntryId, Receipts> receipts = [];
    private readonly WaitingList waiting;
    private readonly Queue<EntryId> recent = new();
    private readonly EarlyEntries early;

    /// <summary>Entries of an item by one party.</summary>
    private readonly int share;
    private readonly LinkedList<Flag> flags = new();
    private EntryId underJudgement;
    private bool flaggedNow;
    private readonly List<Flag> newFlags = [];

    /// <param name="document">The line's.</param>
    /// <param name="again">Reads an entry that was folded once more; null where there is no record to read.</param>
    public LineView(LineDocument document, Func<EntryId, TrafficEntry?>? again = null)
        : this(document.Policy, [.. document.Parties], again) { }

    /// <param name="policy">What the parties agreed about time and about acts that take two.</param>
    /// <param name="onTheLine">Every party.</param>
    /// <param name="again">Reads an entry that was folded once more.</param>
    public LineView(LinePolicy policy, IReadOnlyList<PartyId> onTheLine, Func<EntryId, TrafficEntry?>? again = null)
    {
        // Read again or kept whole, an entry is the same: of a message the text is not looked at.
        this.again = again is null
            ? null
            : id =>
                again(id) is { } entry
                    ? entry.Header.Kind == Kinds.MessageSent
                        ? WithoutText(entry.Header)
                        : entry
                    : null;
        early = new EarlyEntries(this.again, [.. onTheLine]);
        this.policy = policy;
        suspensions = new SuspensionFold(policy);
        parties = [.. onTheLine];
        others = parties.ToDictionary(author => author, author => Array.FindAll(parties, p => p != author));
        waiting = new WaitingList(others);
        share = MaxEntriesOfParty(Math.Max(1, parties.Length));
        open = new OpenItems(parties.Length);
        away = again is null ? null : new SettledEntries(parties);
        foreach (var party in parties)
            sizes[party] = 0;
    }

    /// <summary>The time as it is; where there is none to ask, time settles nothing before <see cref="Sweep"/>. No
    /// claim of an author puts an item away.</summary>
    public Func<DateTimeOffset>? Clock { get; init; }

    /// <summary>Entries folded of each feed.</summary>
    public IReadOnlyDictionary<PartyId, ulong> Sizes => sizes;

    /// <summary>
    /// Items that are not settled, by the clock of <paramref name="now"/>, oldest first: those that are kept whole,
    /// which are all but of a party that has very many open. What all
    /// of them are, <see cref="Headings"/> tells.
    /// </summary>
    public IReadOnlyList<Item> Open(DateTimeOffset now) =>
        [
            .. open
                .Whole.Select(t => AsOf(t, now))
                .Where(i => !i.IsSettled && i.State != i.Family.Unreadable)
                .OrderBy(i => i.Root.Header.At)
                .ThenBy(i => i.Id.ToString(), StringComparer.Ordinal),
        ];

    /// <summary>Every item that is not settled, by the clock of <paramref name="now"/>, in no order.
    /// TRAFFIC-107.</summary>
    public IEnumerable<Heading> Headings(DateTimeOffset now) =>
        open
            .Whole.Select(t => Heading.Now(AsOf(t, now), t.Weight))
            .Concat(open.Away.Values.Select(h => h.At(now)))
            .Where(h => !h.IsSettled && h.State != h.Family.Unreadable);

    /// <summary>Open items whose state time alone has changed between two times, with the state before. What settled in
    /// between is among them until the next sweep.</summary>
    public IEnumerable<(string Before, Heading Item)> RanOut(DateTimeOffset before, DateTimeOffset now) =>
        open
            .Whole.Select(t => (Before: AsOf(t, before), After: AsOf(t, now)))
            .Where(c => IsOpen(c.Before) && c.Before.State != c.After.State)
            .Select(c => (c.Before.State, Heading.Now(c.After, 0)))
            .Concat(
                open.Away.Values.Select(h => (Before: h.At(before), After: h.At(now)))
                    .Where(c => !c.Before.IsSettled && c.Before.State != c.After.State)
                    .Select(c => (c.Before.State, c.After))
            );

    private static bool IsOpen(Item item) => !item.IsSettled && item.State != item.Family.Unreadable;

    /// <summary>True where the item is kept whole: to have it, nothing is read again.</summary>
    public bool IsWhole(EntryId item) => threads.ContainsKey(item);

    /// <summary>Open items that are kept whole, of all parties.</summary>
    public int OpenWhole => open.Whole.Count;

    /// <summary>The item an entry belongs to, where it is open or settled. Where there is no record to read again, one
    /// long settled is not found.</summary>
    public Item? ItemOf(EntryId entry, DateTimeOffset now) =>
        Recall(entry) && threads.TryGetValue(entry, out var thread) ? AsOf(thread, now) : null;

    /// <summary>Settled items that are kept whole, newest last.</summary>
    public IReadOnlyList<Item> RecentlySettled(DateTimeOffset now) => [.. settled.Select(t => AsOf(t, now))];

    /// <summary>Entries for which an addressee's acknowledgement is still out.</summary>
    public IReadOnlyCollection<WaitingEntry> Waiting => waiting;

    /// <summary>The receipts of an entry, where it waits or is among the newest.</summary>
    public Receipts? ReceiptsOf(EntryId entry) =>
        receipts.GetValueOrDefault(entry) ?? (waiting.Find(entry) is { } found ? new Receipts(found) : null);

    /// <summary>Entries that changed nothing, newest last.</summary>
    public IReadOnlyCollection<Flag> Flags => flags;

    public long FlagCount { get; private set; }

    /// <summary>Those that the last folded entry brought: its own, and of others that it changed the judgement
    /// of.</summary>
    public IReadOnlyList<Flag> NewFlags => newFlags;

    /// <summary>The items that the last folded entry changed: its own, and those of entries that had waited for
    /// it.</summary>
    public IEnumerable<Item> Changed => touched.Select(t => t.Item);

    /// <summary>The next time after <paramref name="now"/> at which something falls due; null when nothing
    /// does.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var thread in open.Whole)
            Sooner(AsOf(thread, now).Due);
        foreach (var heading in open.Away.Values)
            Sooner(heading.At(now).Due);
        foreach (var entry in waiting)
        {
            Sooner(Attention.Due(entry, policy));
            Sooner(Attention.DeputyDue(entry, policy));
        }
        return next;

        void Sooner(DateTimeOffset? due)
        {
            if (due > now && (next is null || due < next))
                next = due;
        }
    }

    /// <summary>Takes the next entry of a feed. Whatever it holds, it is taken: what fits nowhere is flagged.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its body.</param>
    /// <param name="arrival">When this station got it; decides when an acknowledgement is due here, and nothing that
    /// stations agree on.</param>
    public void Fold(EntryHeader header, ReadOnlyMemory<byte>? body, DateTimeOffset? arrival = null)
    {
        if (!sizes.TryGetValue(header.From, out var size) || header.Seq != size)
            throw new ArgumentException($"{header.Id} is not the next entry of its feed");
        sizes[header.From] = size + 1;
        if (touched.Count > 0)
            touched.Clear();
        if (newFlags.Count > 0)
            newFlags.Clear();
        // An entry that its author knew to be held back is flagged and counts all the same: what was said in spite of a
        // suspension may matter. TRAFFIC-18.
        var entry = Read(header, body);
        foreach (var flag in suspensions.Fold(entry))
            Flagged(flag);
        // Whatever it waits for, an officer is to see it: what rings does not depend on what an author says that it
        // answers. TRAFFIC-81.
        if (Attention.WantsAcknowledgement(header.Kind))
            Await(header, Attention.Since(header.At, arrival, policy));
        if (early.IsEmpty && Missing(entry) is null && Recall(entry))
            Take(entry);
        else
            FoldWithEarly(entry);
    }

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
            return new TrafficEntry(header, null, Mistaken(header, e), default);
        }
    }

    private static TrafficEntry WithoutText(EntryHeader header) => new(header, null, null, default);

    /// <summary>Told of mistakes of ours: what made the fold fail over an entry.</summary>
    public Action<EntryHeader, Exception>? OnMistake { get; init; }

    /// <summary>Entries that waited, whose turn has come, and that are not judged yet.</summary>
    public bool HasMore => early.HasReady;

    /// <summary>Judges some of those that waited for what has arrived: very many may have waited for one entry, and
    /// nobody waits that long for the view.</summary>
    /// <returns>How many.</returns>
    public int FoldMore(int most = int.MaxValue)
    {
        if (touched.Count > 0)
            touched.Clear();
        var folded = 0;
        for (; folded < most && early.TryNext(out var entry); folded++)
        {
            if (!Arrived(entry))
                break;
        }
        return folded;
    }

    /// <summary>Passes over the next entry of a feed, as if it said nothing: what was written later is no part of how
    /// the line stood.</summary>
    public void Skip(EntryHeader header)
    {
        if (!sizes.TryGetValue(header.From, out var size) || header.Seq != size)
            throw new ArgumentException($"{header.Id} is not the next entry of its feed");
        sizes[header.From] = size + 1;
        if (touched.Count > 0)
            touched.Clear();
        early.Release(header.Id);
        FoldMore(MaxReleased);
    }

    /// <summary>Who suspends the line, and why, the earliest first (R7).</summary>
    public IReadOnlyList<StandingSuspension> Suspensions => suspensions.Standing;

    /// <summary>True when the party suspends the line, by as many entries of its feed as are folded here.</summary>
    public bool IsSuspendedBy(PartyId party) => suspensions.IsSuspendedBy(party);

    /// <summary>Most entries that are judged with the one that they waited for; further ones are next.</summary>
    private const int MaxReleased = 256;

    /// <summary>Takes an entry, and those that waited for it; or lets it wait.</summary>
    private void FoldWithEarly(TrafficEntry first)
    {
        if (!Arrived(first, isNew: true))
            return;
        for (var i = 0; i < MaxReleased && early.TryNext(out var entry); i++)
        {
            if (!Arrived(entry))
                return;
        }
    }

    /// <summary>False while the record cannot be read: it is judged later.</summary>
    private bool Arrived(TrafficEntry entry, bool isNew = false)
    {
        if (Missing(entry) is { } missing)
        {
            early.Keep(missing, entry);
            if (isNew)
                early.Release(entry.Id); // a receipt of it has waited for its arrival and no more
            return true;
        }
        if (!Recall(entry))
        {
            early.Defer(entry);
            return false;
        }
        Take(entry);
        early.Release(entry.Id);
        return true;
    }

    /// <summary>Why an entry that an officer wants to write would have no effect; null when nothing speaks against
    /// it.</summary>
    /// <param name="draft">The header as it would be: the next of its feed, having seen what is folded here.</param>
    /// <param name="body">Its body.</param>
    public string? Refuse(EntryHeader draft, ReadOnlyMemory<byte>? body)
    {
        var entry = TrafficEntry.From(draft, body);
        if (entry.Fault is { } fault)
            return fault;
        if (!Recall(entry))
            return "what it answers cannot be read in the record now";
        if (TwoPeople.Missing(entry, policy with { Fold = LinePolicy.NewestFold }) is { } second)
            return second; // of our own, the strictest rule that there is
        if (RefuseReplacement(draft) is { } kept)
            return kept.Reason;
        if (Suspension.IsStep(draft.Kind))
            return suspensions.Refuse(draft);
        if (AllFamilies.Of(draft.Kind) is not { } family)
            return RefuseReceipt(draft);
        if (ThreadOf(entry, family) is not { } thread)
        {
            if (family.Table.Opens(draft.Kind))
            {
                return Opened(policy.Fold) ?? Opened(LinePolicy.NewestFold);
            }
            return draft.Re.Count == 0
                ? $"{draft.Kind} names the entry it is about"
                : $"{draft.Re[0]} is no {family.Name} that is known here as open";
        }
        if (CountOf(thread, draft.From) >= share)
            return $"{thread.Item.Id} has {share} entries of {draft.From}: begin a new one";
        return FlagOf(Item.Fold(family, [.. thread.Entries, entry], parties, policy.Fold))
            ?? FlagOf((thread.Item with { Rules = LinePolicy.NewestFold }).Continue(entry, parties));

        string? Opened(int rules) => FlagOf(Item.Fold(family, [entry], parties, rules));
        string? FlagOf(Item item) => item.Flags.FirstOrDefault(flag => flag.Entry == entry.Id)?.Reason;
    }

    private static string? RefuseReceipt(EntryHeader draft) =>
        Kinds.Find(draft.Kind) is not { IsAbout: true } ? null
        : draft.Re.Count == 0 ? $"{draft.Kind} names the entry it is about"
        : Replacement.Is(draft.Kind) && draft.Re[0].Party != draft.From
            ? "only its author supersedes or cancels a message"
        : null;

    private void Take(TrafficEntry entry)
    {
        // First it is judged, then it is taken for a receipt or in another's place: what is flagged is neither.
        flaggedNow = false;
        underJudgement = entry.Id;
        try
        {
            Judge(entry);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Flagged(new Flag(entry.Id, entry.Header.Kind, Mistaken(entry.Header, e))); // a mistake of ours costs one entry, and not the line
        }
        var isFlagged = flaggedNow;
        // Nobody answers what he had not seen, and by what he had it would depend on what had arrived when this was
        // judged.
        if (Unseen(entry.Header, policy) is not null)
            return;
        foreach (var re in entry.Header.Re)
        {
            if (Kept(re) is not { } receipt)
                continue;
            receipt.Take(entry, policy, isFlagged);
            if (receipt.WaitingFor.Count == 0 || receipt.Replaced is not null)
                Settle(receipt);
        }
    }

    private string Mistaken(EntryHeader header, Exception e)
    {
        OnMistake?.Invoke(header, e);
        return $"this station could not judge it: {e.GetType().Name}"; // TRAFFIC-83
    }

    /// <summary>Flags an entry over which something beside the view failed.</summary>
    public void FlagMistake(EntryHeader header, Exception e) =>
        Flagged(new Flag(header.Id, header.Kind, Mistaken(header, e)));

    /// <summary>Why an entry does not take the place of those of its author that it names, or whose newest text it
    /// would be; null when nothing speaks against it.</summary>
    public ReplacementRefusal? RefuseReplacement(EntryHeader header)
    {
        if (!Replacement.Is(header.Kind))
            return null;
        foreach (var re in header.Re)
        {
            if (ReceiptsOf(re)?.RefuseReplacement(header, policy) is { } refusal)
                return refusal;
            if (Against(replaced.GetValueOrDefault(re)) is { } past)
                return past;
            if (away?.RefuseReplacement(re, header, policy) is { } settledText)
                return settledText;
            if (!threads.TryGetValue(re, out var thread))
                continue;
            var text = thread
                .Entries.Where(e =>
                    e.Header.From == header.From
                    && (thread.Family.Table.Opens(e.Header.Kind) || Replacement.Is(e.Header.Kind))
                    && e.Header.Seq < header.Seq
                )
                .MaxBy(e => e.Header.Seq);
            var named = re.Party == header.From ? thread.Entries.Find(e => e.Id == re) : null;
            if ((Against(named?.Header) ?? Against(text?.Header)) is { } why)
                return why;
        }
        return null;

        ReplacementRefusal? Against(EntryHeader? earlier) =>
            earlier is null ? null : Replacement.Refuse(earlier, header, policy);
    }

    private void Judge(TrafficEntry entry)
    {
        if (Suspension.IsStep(entry.Header.Kind))
            return; // taken when it came, in its feed's order
        if (TwoPeople.Missing(entry, policy) is { } alone)
        {
            Flagged(new Flag(entry.Id, entry.Header.Kind, alone));
            return;
        }
        // Before all that depends on others' entries: it is judged at once, whatever of them is here.
        if (Unseen(entry.Header, policy) is { } unseen)
        {
            Flagged(
                new Flag(
                    entry.Id,
                    entry.Header.Kind,
                    $"it answers {unseen}, which by its own header its author had not seen"
                )
            );
            return;
        }
        if (RefuseReplacement(entry.Header) is { } stands)
        {
            Flagged(new Flag(entry.Id, entry.Header.Kind, stands.Reason));
            return;
        }
        if (AllFamilies.Of(entry.Header.Kind) is not { } family)
        {
            if ((entry.Fault ?? RefuseReceipt(entry.Header)) is { } problem)
                Flagged(new Flag(entry.Id, entry.Header.Kind, problem));
            return;
        }
        var thread = ThreadOf(entry, family);
        if (thread is null)
        {
            if (!family.Table.Opens(entry.Header.Kind))
            {
                Flagged(
                    new Flag(
                        entry.Id,
                        entry.Header.Kind,
                        entry.Header.Re.Count == 0
                            ? "it names no entry that it is about"
                            : $"{entry.Header.Re[0]} is no {family.Name} that is open"
                    )
                );
                return;
            }
            thread = new ItemThread(family, entry.Header.From);
        }
        if (!Admit(thread, entry, out var evicted))
        {
            Beyond(thread, entry);
            return;
        }
        var before = thread.Entries.Count > 0 ? thread.Item : null;
        var continues = evicted is null && before is not null && IsLast(thread, entry);
        thread.Item = continues
            ? before!.Continue(entry, parties)
            : Item.Fold(
                family,
                [.. thread.Entries.Where(e => !ReferenceEquals(e, evicted)), entry],
                parties,
                policy.Fold
            );
        if (evicted is not null)
        {
            thread.Entries.RemoveAll(e => ReferenceEquals(e, evicted));
            Beyond(thread, evicted);
            Replaces(evicted, isFlagged: true, thread);
        }
        thread.Entries.Add(entry);
        threads[entry.Id] = thread;
        touched.Add(thread);
        if (!continues && before is not null)
            Rejudged(thread, before.Flags, entry.Id);
        foreach (var flag in thread.Item.Flags)
        {
            if (flag.Entry == entry.Id)
                Flagged(flag);
        }
        Place(thread, Clock is null ? null : Earlier(entry.Header.At, Clock()));
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <summary>An entry that came late may change what became of others: they are flagged, and replace what they
    /// replace, as if all had come in order. TRAFFIC-86.</summary>
    private void Rejudged(ItemThread thread, IReadOnlyList<Flag> before, EntryId late)
    {
        var after = thread.Item.Flags;
        if (before.Count == 0 && after.Count == 0)
            return;
        var was = before.ToDictionary(f => f.Entry);
        var those = after.ToDictionary(f => f.Entry);
        foreach (var old in before)
        {
            if (those.TryGetValue(old.Entry, out var same) && same == old)
                continue;
            Unflag(old);
            if (same is null && thread.Entries.Find(e => e.Id == old.Entry) is { } counts)
                Replaces(counts, isFlagged: false);
        }
        foreach (var flag in after)
        {
            if (flag.Entry == late || (was.TryGetValue(flag.Entry, out var same) && same == flag))
                continue;
            Flagged(flag);
            if (same is null && thread.Entries.Find(e => e.Id == flag.Entry) is { } none)
                Replaces(none, isFlagged: true, thread);
        }
    }

    /// <summary>Takes an entry in the place of those of its author that it names, or no longer.</summary>
    private void Replaces(TrafficEntry entry, bool isFlagged, ItemThread? thread = null)
    {
        if (!Replacement.Is(entry.Header.Kind))
            return;
        foreach (var re in entry.Header.Re)
        {
            if (re.Party != entry.Header.From)
                continue;
            if (!isFlagged)
            {
                if (Kept(re) is not { } kept)
                    continue;
                kept.Take(entry, policy);
                if (kept.Replaced is not null)
                    Settle(kept);
                continue;
            }
            if (receipts.GetValueOrDefault(re) is not { } receipt || !receipt.Restore(entry.Id))
                continue;
            foreach (var other in thread!.Entries)
            {
                if (
                    other.Id != entry.Id
                    && other.Header.Re.Contains(re)
                    && thread.Item.Flags.All(f => f.Entry != other.Id)
                )
                    receipt.Restore(other, policy);
            }
            if (receipt.Replaced is null && receipt.WaitingFor.Count > 0 && !receipt.IsListed)
                waiting.Add(receipt);
        }
    }

    private Receipts? Kept(EntryId entry)
    {
        if (receipts.TryGetValue(entry, out var receipt))
            return receipt;
        if (waiting.Take(entry) is not { } found)
            return null;
        receipts[entry] = receipt = new Receipts(found);
        waiting.Add(receipt);
        return receipt;
    }

    /// <summary>
    /// Of each party the first entries of its feed count to an item, up to its share: which they are does not depend on
    /// the order of arrival. One that
    /// arrives after a later one of its feed, because it waited for something, may take that one's place. TRAFFIC-82.
    /// </summary>
    private bool Admit(ItemThread thread, TrafficEntry entry, out TrafficEntry? evicted)
    {
        evicted = null;
        if (thread.Entries.Count < share || CountOf(thread, entry.Header.From) < share)
            return true;
        var last = thread
            .Entries.Where(e => e.Header.From == entry.Header.From && !ReferenceEquals(e, thread.Item.Root))
            .MaxBy(e => e.Header.Seq);
        if (last is null || last.Header.Seq < entry.Header.Seq)
            return false;
        evicted = last;
        return true;
    }

    private void Beyond(ItemThread thread, TrafficEntry entry)
    {
        Flagged(
            new Flag(
                entry.Id,
                entry.Header.Kind,
                $"{thread.Item.Id} has {share} entries of {entry.Header.From} already"
            )
        );
        thread.Beyond.Add(entry.Id);
        threads[entry.Id] = thread;
    }

    private static int CountOf(ItemThread thread, PartyId party)
    {
        var count = 0;
        foreach (var entry in thread.Entries)
        {
            if (entry.Header.From == party)
                count++;
        }
        return count;
    }

    private static bool IsLast(ItemThread thread, TrafficEntry entry)
    {
        foreach (var other in thread.Entries)
        {
            if (!entry.Follows(other) || other.Follows(entry))
                return false;
        }
        return true;
    }

    /// <summary>Among what is open, or among what is settled.</summary>
    /// <param name="thread">Its thread.</param>
    /// <param name="now">The time; null for as it was folded.</param>
    private void Place(ItemThread thread, DateTimeOffset? now)
    {
        Unsettle(thread);
        var item = now is { } time ? AsOf(thread, time) : thread.Item;
        if (!item.IsSettled && item.State != item.Family.Unreadable)
        {
            KeepOpen(thread);
            return;
        }
        open.Remove(thread);
        KeepSettled(thread);
    }

    private void Unsettle(ItemThread thread)
    {
        if (thread.Settled is null)
            return;
        settled.Remove(thread.Settled);
        settledOf[thread.Opener].Remove(thread.SettledOf!);
        thread.Settled = thread.SettledOf = null;
    }

    /// <summary>Of what its opener has open, the newest is kept whole, and as many others as its share
    /// allows.</summary>
    private void KeepOpen(ItemThread thread)
    {
        open.Put(thread);
        while (away is not null && open.Surplus(thread) is { } surplus)
        {
            if (HeadingOf(surplus) is not { } heading || !away.TryAdd(surplus.Family, surplus.Entries, surplus.Beyond))
            {
                open.Exempt(surplus);
                continue;
            }
            open.PutAway(surplus, heading);
            Forget(surplus);
        }
    }

    /// <summary>Null where its clock cannot be told.</summary>
    private Heading? HeadingOf(ItemThread thread)
    {
        try
        {
            return Heading.Of(thread.Item, thread.Weight);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            OnMistake?.Invoke(thread.Item.Root.Header, e);
            return null;
        }
    }

    private void Forget(ItemThread thread)
    {
        foreach (var entry in thread.Entries)
            threads.Remove(entry.Id);
        foreach (var entry in thread.Beyond)
            threads.Remove(entry);
    }

    /// <summary>As a party's share of <see cref="MaxOpenWhole"/>; fewer where a test is to come to what follows
    /// sooner.</summary>
    internal int MaxOpenKept
    {
        init => open = new OpenItems(parties.Length) { MaxWhole = value };
    }

    /// <summary>Where no more are kept, the oldest is put away of the party that opened most of them.</summary>
    private void KeepSettled(ItemThread thread)
    {
        if (settled.Count >= MaxSettledKept)
            PutAway(settledOf.Values.MaxBy(of => of.Count)!.First!.Value);
        ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(settledOf, thread.Opener, out _);
        thread.SettledOf = (own ??= new LinkedList<ItemThread>()).AddLast(thread);
        thread.Settled = settled.AddLast(thread);
    }

    /// <summary>As <see cref="MaxSettled"/>; fewer where a test is to come to what follows sooner.</summary>
    internal int MaxSettledKept { get; init; } = MaxSettled;

    /// <summary>As <see cref="MaxRecentReceipts"/>; fewer where a test is to come to what follows sooner.</summary>
    internal int MaxReceiptsKept { get; init; } = MaxRecentReceipts;

    private void PutAway(ItemThread thread)
    {
        Unsettle(thread);
        if (away?.TryAdd(thread.Family, thread.Entries, thread.Beyond) == false)
            return; // found by its entries all the same
        Forget(thread);
    }

    /// <summary>Makes whole what an entry may answer, and finds what it may replace; false while the record cannot be
    /// read.</summary>
    private bool Recall(TrafficEntry entry)
    {
        if (again is null)
            return true;
        if (replaced.Count > 0)
            replaced.Clear();
        var header = entry.Header;
        if (header.Re.Count == 0)
            return true;
        if (Replacement.Is(header.Kind))
        {
            foreach (var re in header.Re)
            {
                // Its receipts are those that are forgotten by arrival; what they said of it stands in the record.
                if (
                    re.Party != header.From
                    || re.Seq >= header.Seq
                    || ReceiptsOf(re) is not null
                    || threads.ContainsKey(re)
                )
                    continue;
                if (again(re) is not { } earlier)
                    return false;
                if (Attention.WantsAcknowledgement(earlier.Header.Kind))
                    replaced[re] = earlier.Header;
            }
        }
        if (AllFamilies.Of(header.Kind) is not { } family)
            return true;
        foreach (var re in family.Continued(header))
        {
            if (threads.TryGetValue(re, out var thread) && thread.Family == family)
                return true;
            if (away!.FamilyOf(re) == family)
                return Recall(re);
        }
        return true;
    }

    /// <summary>Makes the item of an entry whole again, where it was put away; false while the record cannot be
    /// read.</summary>
    private bool Recall(EntryId entry)
    {
        if (away is null || threads.ContainsKey(entry) || away.Find(entry) is not { } found)
            return true;
        var thread = new ItemThread(found.Family, found.Entries[0].Party);
        foreach (var id in found.Entries)
        {
            if (again!(id) is not { } one)
                return false;
            thread.Entries.Add(one);
        }
        try
        {
            thread.Item = Item.Fold(found.Family, thread.Entries, parties, policy.Fold);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            OnMistake?.Invoke(thread.Entries[0].Header, e);
            return true; // whoever answers it is flagged
        }
        away.Remove(entry);
        thread.Beyond.AddRange(found.Beyond);
        foreach (var one in thread.Entries)
            threads[one.Id] = thread;
        foreach (var id in thread.Beyond)
            threads[id] = thread;
        if (open.TakeBack(found.Entries[0]))
            KeepOpen(thread);
        else
            KeepSettled(thread);
        return true;
    }

    /// <summary>Moves what time has settled out of what is open. Called now and then; nothing that is asked depends on
    /// it.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var thread in open.Whole.Where(t => AsOf(t, now).IsSettled).ToList())
            Place(thread, now);
        foreach (var (first, _) in open.Away.Where(h => h.Value.At(now).IsSettled).ToList())
            open.TakeBack(first); // put away it is already
    }

    /// <summary>The item at a time; as it was folded where its clock cannot be told, so that one item's mistake does
    /// not end the pass over the others.</summary>
    private Item AsOf(ItemThread thread, DateTimeOffset now)
    {
        try
        {
            return thread.Item.At(now);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            OnMistake?.Invoke(thread.Item.Root.Header, e);
            return thread.Item;
        }
    }

    private ItemThread? ThreadOf(TrafficEntry entry, Family family)
    {
        foreach (var re in family.Continued(entry.Header))
        {
            if (threads.TryGetValue(re, out var thread) && thread.Family == family)
                return thread;
        }
        return null;
    }

    /// <summary>From this fold on an entry that answers what its author had not seen is judged at once, and flagged.
    /// TRAFFIC-80.</summary>
    private const int UnseenFold = 2;

    /// <summary>True where, by its own header, the author did not have what it answers.</summary>
    private static bool IsUnseen(EntryHeader header, EntryId re) =>
        re.Party == header.From ? re.Seq >= header.Seq : re.Seq >= header.Seen.GetValueOrDefault(re.Party);

    /// <summary>The first of those that it answers that its author had not seen, where the line's fold asks for
    /// it.</summary>
    internal static EntryId? Unseen(EntryHeader header, LinePolicy policy)
    {
        if (policy.Fold < UnseenFold)
            return null;
        foreach (var re in header.Re)
        {
            if (IsUnseen(header, re))
                return re;
        }
        return null;
    }

    /// <summary>
    /// An entry that this one answers and that has not arrived yet, or that waits itself. A mere receipt needs its
    /// arrival alone; nothing can bring what the
    /// author had not seen.
    /// </summary>
    private EntryId? Missing(TrafficEntry entry)
    {
        var header = entry.Header;
        if (header.Re.Count == 0 || Unseen(header, policy) is not null)
            return null; // flagged at once, whatever the others are
        var isReceipt = AllFamilies.Of(header.Kind) is null && !Replacement.Is(header.Kind);
        foreach (var re in header.Re)
        {
            if (re.Party == header.From && re.Seq >= header.Seq)
                continue;
            if ((!isReceipt && early.Contains(re)) || (sizes.TryGetValue(re.Party, out var size) && re.Seq >= size))
                return re;
        }
        return null;
    }

    private void Await(EntryHeader header, DateTimeOffset since)
    {
        if (others[header.From].Length > 0 && waiting.TryAdd(header, since))
            return;
        var receipt = new Receipts(header, others[header.From], since);
        receipts[header.Id] = receipt;
        if (receipt.WaitingFor.Count > 0)
            waiting.Add(receipt);
        else
            Settle(receipt);
    }

    private void Settle(Receipts receipt)
    {
        if (!waiting.Remove(receipt) && receipt.WaitingFor.Count > 0)
            return;
        recent.Enqueue(receipt.Id);
        while (recent.Count > MaxReceiptsKept)
        {
            var oldest = recent.Dequeue();
            if (receipts.TryGetValue(oldest, out var old) && !old.IsListed)
                receipts.Remove(oldest);
        }
    }

    private void Flagged(Flag flag)
    {
        FlagCount++;
        flaggedNow |= flag.Entry == underJudgement;
        flags.AddLast(flag);
        if (newFlags.Count < MaxFlags)
            newFlags.Add(flag);
        if (flags.Count > MaxFlags)
            flags.RemoveFirst();
    }

    private void Unflag(Flag flag)
    {
        FlagCount--;
        for (var at = flags.Last; at is not null; at = at.Previous)
        {
            if (at.Value != flag)
                continue;
            flags.Remove(at);
            return;
        }
    }
}
