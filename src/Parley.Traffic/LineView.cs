using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// What stands on one line, folded from its record: what is open, what waits for an acknowledgement, what was flagged. Entries of a feed come in its
/// order; feeds may come interleaved in any way, and the outcome is the same. It keeps what is open, and of what is settled only the newest,
/// so that memory follows from what waits and not from what is past. One caller at a time.
/// </summary>
public sealed class LineView
{
    /// <summary>Settled items that are kept, so that an entry written without knowledge of the settlement is judged as elsewhere.</summary>
    public const int MaxSettled = 1_000;
    /// <summary>Entries whose receipts are kept though nobody waits for one any more.</summary>
    public const int MaxRecentReceipts = 4_096;
    /// <summary>Flags that are listed; older ones stand in the record.</summary>
    public const int MaxFlags = 1_000;
    /// <summary>Entries that wait for one that they answer and that has not arrived.</summary>
    public const int MaxEarly = 4_096;
    /// <summary>Suspensions and resumptions of one party that are remembered by their place.</summary>
    public const int MaxSuspensions = 64;
    /// <summary>Entries of one item.</summary>
    public const int MaxEntriesOfItem = 512;

    private readonly LinePolicy policy;
    private readonly PartyId[] parties;
    /// <summary>By author: everybody else.</summary>
    private readonly Dictionary<PartyId, PartyId[]> others;
    private readonly Dictionary<PartyId, ulong> sizes = [];
    /// <summary>By party: where in its feed it suspended the line and resumed it, in turn, the newest last; of very many, the newest.</summary>
    private readonly Dictionary<PartyId, List<(ulong Seq, bool Suspends)>> suspensions = [];
    private readonly Dictionary<EntryId, Thread> threads = [];
    private readonly HashSet<Thread> open = [];
    private readonly List<Thread> touched = [];
    private readonly LinkedList<Thread> settled = new();
    private readonly Dictionary<EntryId, Receipts> receipts = [];
    private readonly WaitingList waiting;
    private readonly Queue<EntryId> recent = new();
    private readonly Dictionary<EntryId, List<TrafficEntry>> early = [];
    private readonly LinkedList<Flag> flags = new();
    /// <summary>The entries in <see cref="early"/>: they have arrived, and whatever answers them waits with them.</summary>
    private readonly HashSet<EntryId> kept = [];

    public LineView(LineDocument document) : this(document.Policy, [.. document.Parties])
    {
    }

    /// <param name="policy">What the parties agreed about time and about acts that take two.</param>
    /// <param name="onTheLine">Every party.</param>
    public LineView(LinePolicy policy, IReadOnlyList<PartyId> onTheLine)
    {
        this.policy = policy;
        parties = [.. onTheLine];
        others = parties.ToDictionary(author => author, author => Array.FindAll(parties, p => p != author));
        waiting = new WaitingList(others);
        foreach (var party in parties) sizes[party] = 0;
    }

    /// <summary>Everything that belongs to one item, and what follows from it.</summary>
    private sealed class Thread(Family family)
    {
        internal Family Family { get; } = family;
        internal List<TrafficEntry> Entries { get; } = [];
        internal Item Item { get; set; } = null!;
        internal LinkedListNode<Thread>? Settled { get; set; }
    }

    /// <summary>Entries folded of each feed.</summary>
    public IReadOnlyDictionary<PartyId, ulong> Sizes => sizes;

    /// <summary>Items that are not settled, by the clock of <paramref name="now"/>, oldest first.</summary>
    public IReadOnlyList<Item> Open(DateTimeOffset now) =>
        [.. open.Select(t => t.Item.At(now)).Where(i => !i.IsSettled && i.State != i.Family.Unreadable).OrderBy(i => i.Root.Header.At).ThenBy(i => i.Id.ToString(), StringComparer.Ordinal)];

    /// <summary>The item an entry belongs to, where it is open or among the newest that are settled.</summary>
    public Item? ItemOf(EntryId entry, DateTimeOffset now) => threads.TryGetValue(entry, out var thread) ? thread.Item.At(now) : null;

    /// <summary>Settled items still known, newest last.</summary>
    public IReadOnlyList<Item> RecentlySettled(DateTimeOffset now) => [.. settled.Select(t => t.Item.At(now))];

    /// <summary>Entries for which an addressee's acknowledgement is still out.</summary>
    public IReadOnlyCollection<WaitingEntry> Waiting => waiting;

    /// <summary>The receipts of an entry, where it waits or is among the newest.</summary>
    public Receipts? ReceiptsOf(EntryId entry) => receipts.GetValueOrDefault(entry) ?? (waiting.Find(entry) is { } found ? new Receipts(found) : null);

    /// <summary>Entries that changed nothing, newest last.</summary>
    public IReadOnlyCollection<Flag> Flags => flags;

    public long FlagCount { get; private set; }

    /// <summary>The items that the last folded entry changed: its own, and those of entries that had waited for it.</summary>
    public IEnumerable<Item> Changed => touched.Select(t => t.Item);

    /// <summary>The next time after <paramref name="now"/> at which something falls due; null when nothing does.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var thread in open) Sooner(thread.Item.At(now).Due);
        foreach (var entry in waiting)
        {
            Sooner(Attention.Due(entry, policy));
            Sooner(Attention.DeputyDue(entry, policy));
        }
        return next;

        void Sooner(DateTimeOffset? due)
        {
            if (due > now && (next is null || due < next)) next = due;
        }
    }

    /// <summary>Takes the next entry of a feed. Whatever it holds, it is taken: what fits nowhere is flagged.</summary>
    public void Fold(EntryHeader header, ReadOnlyMemory<byte>? body)
    {
        if (!sizes.TryGetValue(header.From, out var size) || header.Seq != size) throw new ArgumentException($"{header.Id} is not the next entry of its feed");
        sizes[header.From] = size + 1;
        if (touched.Count > 0) touched.Clear();
        FoldSuspension(header);
        // What a message says decides nothing here; it is most of what a record holds, so its text is not read.
        var first = header.Kind == Kinds.MessageSent ? new TrafficEntry(header, null, null, default) : TrafficEntry.From(header, body);
        if (early.Count == 0 && Missing(first) is null) Take(first);
        else FoldWithEarly(first);
    }

    /// <summary>Passes over the next entry of a feed, as if it said nothing: what was written later is no part of how the line stood.</summary>
    public void Skip(EntryHeader header)
    {
        if (!sizes.TryGetValue(header.From, out var size) || header.Seq != size) throw new ArgumentException($"{header.Id} is not the next entry of its feed");
        sizes[header.From] = size + 1;
        if (touched.Count > 0) touched.Clear();
        if (!early.Remove(header.Id, out var late)) return;
        foreach (var waited in late)
        {
            kept.Remove(waited.Id);
            FoldWithEarly(waited);
        }
    }

    /// <summary>True when the party suspends the line, by as many entries of its feed as are folded here.</summary>
    public bool IsSuspendedBy(PartyId party) => suspensions.TryGetValue(party, out var steps) && steps[^1].Suspends;

    /// <summary>
    /// A party's own feed alone decides whether it suspends the line, in its order, as the link takes it: what else has arrived changes nothing. An entry that
    /// its author knew to be held back is flagged and counts all the same: what was said in spite of a suspension may matter. TRAFFIC-17, TRAFFIC-18.
    /// </summary>
    private void FoldSuspension(EntryHeader header)
    {
        if (Suspension.IsStep(header.Kind))
        {
            if (Suspension.Refuse(policy, header.By, header.Kind, IsSuspendedBy(header.From)) is { } reason)
            {
                Flagged(new Flag(header.Id, header.Kind, reason));
                return;
            }
            if (!suspensions.TryGetValue(header.From, out var steps)) suspensions[header.From] = steps = [];
            if (steps.Count == MaxSuspensions) steps.RemoveAt(0);
            steps.Add((header.Seq, header.Kind == Suspension.Suspended));
        }
        else if (suspensions.Count > 0 && !Suspension.Passes(header.Kind, header.Precedence) && KnownSuspension(header) is { } party)
        {
            Flagged(new Flag(header.Id, header.Kind, $"{party} suspends the line, and its author knew; it is shown, and counts"));
        }
    }

    /// <summary>The party that, by what the author had seen, suspended the line when it wrote.</summary>
    private PartyId? KnownSuspension(EntryHeader header)
    {
        foreach (var (party, steps) in suspensions)
        {
            var seen = party == header.From ? header.Seq : header.Seen.GetValueOrDefault(party);
            if (steps.FindLastIndex(step => step.Seq < seen) is >= 0 and var at && steps[at].Suspends) return party;
        }
        return null;
    }

    /// <summary>Takes an entry, and those that waited for it; or lets it wait.</summary>
    private void FoldWithEarly(TrafficEntry first)
    {
        var arrived = new Stack<TrafficEntry>([first]);
        while (arrived.TryPop(out var entry))
        {
            if (Missing(entry) is { } missing)
            {
                Keep(missing, entry);
                continue;
            }
            Take(entry);
            if (!early.Remove(entry.Id, out var late)) continue;
            foreach (var waited in late)
            {
                kept.Remove(waited.Id);
                arrived.Push(waited);
            }
        }
    }

    /// <summary>Why an entry that an officer wants to write would have no effect; null when nothing speaks against it.</summary>
    /// <param name="draft">The header as it would be: the next of its feed, having seen what is folded here.</param>
    /// <param name="body">Its body.</param>
    public string? Refuse(EntryHeader draft, ReadOnlyMemory<byte>? body)
    {
        var entry = TrafficEntry.From(draft, body);
        if (entry.Fault is { } fault) return fault;
        if (TwoPeople.Missing(entry, policy) is { } second) return second;
        if (RefuseReplacement(draft) is { } kept) return kept.Reason;
        if (Suspension.IsStep(draft.Kind)) return Suspension.Refuse(policy, draft.By, draft.Kind, IsSuspendedBy(draft.From));
        if (AllFamilies.Of(draft.Kind) is not { } family) return RefuseReceipt(draft);
        if (ThreadOf(entry, family) is not { } thread)
        {
            if (family.Table.Opens(draft.Kind))
            {
                var alone = Item.Fold(family, [entry], parties);
                return alone.Flags.Count > 0 ? alone.Flags[0].Reason : null;
            }
            return draft.Re.Count == 0 ? $"{draft.Kind} names the entry it is about" : $"{draft.Re[0]} is no {family.Name} that is known here as open";
        }
        if (thread.Entries.Count >= MaxEntriesOfItem) return $"{thread.Item.Id} has {MaxEntriesOfItem} entries: begin a new one";
        var folded = Item.Fold(family, [.. thread.Entries, entry], parties);
        return folded.Flags.FirstOrDefault(flag => flag.Entry == entry.Id)?.Reason;
    }

    private static string? RefuseReceipt(EntryHeader draft) => draft.Kind switch
    {
        Kinds.MessageAcknowledged or Kinds.MessageTranslated or Kinds.MessagePassedOn or Kinds.MessageSuperseded or Kinds.MessageCancelled when draft.Re.Count == 0 => $"{draft.Kind} names the entry it is about",
        Kinds.MessageSuperseded or Kinds.MessageCancelled when draft.Re[0].Party != draft.From => "only its author supersedes or cancels a message",
        _ => null,
    };

    private void Take(TrafficEntry entry)
    {
        // First it is judged, then it is taken for a receipt or in another's place: what is flagged is neither.
        var before = FlagCount;
        Judge(entry);
        var isFlagged = FlagCount > before;
        foreach (var re in entry.Header.Re)
        {
            if (!receipts.TryGetValue(re, out var receipt))
            {
                if (waiting.Take(re) is not { } found) continue;
                receipts[re] = receipt = new Receipts(found);
                waiting.Add(receipt);
            }
            receipt.Take(entry, policy, isFlagged);
            if (receipt.WaitingFor.Count == 0 || receipt.Replaced is not null) Settle(receipt);
        }
        if (Attention.WantsAcknowledgement(entry.Header.Kind)) Await(entry.Header);
    }

    /// <summary>Why an entry does not take the place of those of its author that it names, or whose newest text it would be; null when nothing speaks against it.</summary>
    public ReplacementRefusal? RefuseReplacement(EntryHeader header)
    {
        if (!Replacement.Is(header.Kind)) return null;
        foreach (var re in header.Re)
        {
            if (ReceiptsOf(re)?.RefuseReplacement(header, policy) is { } refusal) return refusal;
            if (!threads.TryGetValue(re, out var thread)) continue;
            var text = thread.Entries.FindLast(e => e.Header.From == header.From && (thread.Family.Table.Opens(e.Header.Kind) || Replacement.Is(e.Header.Kind)) && e.Header.Seq < header.Seq);
            var named = re.Party == header.From ? thread.Entries.Find(e => e.Id == re) : null;
            if ((Against(named) ?? Against(text)) is { } why) return why;
        }
        return null;

        ReplacementRefusal? Against(TrafficEntry? replaced) => replaced is null ? null : Replacement.Refuse(replaced.Header, header, policy);
    }

    private void Judge(TrafficEntry entry)
    {
        if (Suspension.IsStep(entry.Header.Kind)) return; // taken when it came, in its feed's order
        if ((TwoPeople.Missing(entry, policy) ?? RefuseReplacement(entry.Header)?.Reason) is { } alone)
        {
            Flagged(new Flag(entry.Id, entry.Header.Kind, alone));
            return;
        }
        if (AllFamilies.Of(entry.Header.Kind) is not { } family)
        {
            if ((entry.Fault ?? RefuseReceipt(entry.Header)) is { } problem) Flagged(new Flag(entry.Id, entry.Header.Kind, problem));
            return;
        }
        var thread = ThreadOf(entry, family);
        if (thread is null)
        {
            if (!family.Table.Opens(entry.Header.Kind))
            {
                Flagged(new Flag(entry.Id, entry.Header.Kind, entry.Header.Re.Count == 0 ? "it names no entry that it is about" : $"{entry.Header.Re[0]} is no {family.Name} that is open"));
                return;
            }
            thread = new Thread(family);
        }
        else if (thread.Entries.Count >= MaxEntriesOfItem)
        {
            Flagged(new Flag(entry.Id, entry.Header.Kind, $"{thread.Item.Id} has {MaxEntriesOfItem} entries already"));
            return;
        }
        thread.Item = thread.Entries.Count > 0 && IsLast(thread, entry) ? thread.Item.Continue(entry, parties) : Item.Fold(family, [.. thread.Entries, entry], parties);
        thread.Entries.Add(entry);
        threads[entry.Id] = thread;
        touched.Add(thread);
        foreach (var flag in thread.Item.Flags)
        {
            if (flag.Entry == entry.Id) Flagged(flag);
        }
        Place(thread, entry.Header.At);
    }

    private static bool IsLast(Thread thread, TrafficEntry entry)
    {
        foreach (var other in thread.Entries)
        {
            if (!entry.Follows(other) || other.Follows(entry)) return false;
        }
        return true;
    }

    /// <summary>Among what is open, or among the newest that are settled.</summary>
    private void Place(Thread thread, DateTimeOffset now)
    {
        if (thread.Settled is { } node)
        {
            settled.Remove(node);
            thread.Settled = null;
        }
        var item = thread.Item.At(now);
        if (!item.IsSettled && item.State != item.Family.Unreadable)
        {
            open.Add(thread);
            return;
        }
        open.Remove(thread);
        thread.Settled = settled.AddLast(thread);
        if (settled.Count > MaxSettled) Forget(settled.First!.Value);
    }

    private void Forget(Thread thread)
    {
        settled.Remove(thread.Settled!);
        foreach (var entry in thread.Entries) threads.Remove(entry.Id);
    }

    /// <summary>Moves what time has settled out of what is open. Called now and then; nothing that is asked depends on it.</summary>
    public void Sweep(DateTimeOffset now)
    {
        foreach (var thread in open.Where(t => t.Item.At(now).IsSettled).ToList()) Place(thread, now);
    }

    private Thread? ThreadOf(TrafficEntry entry, Family family)
    {
        foreach (var re in family.Continued(entry.Header))
        {
            if (threads.TryGetValue(re, out var thread) && thread.Family == family) return thread;
        }
        return null;
    }

    /// <summary>An entry that this one answers and that has not arrived yet.</summary>
    private EntryId? Missing(TrafficEntry entry)
    {
        foreach (var re in entry.Header.Re)
        {
            if (kept.Contains(re) || (sizes.TryGetValue(re.Party, out var size) && re.Seq >= size)) return re;
        }
        return null;
    }

    private void Keep(EntryId missing, TrafficEntry entry)
    {
        if (kept.Count >= MaxEarly)
        {
            Flagged(new Flag(entry.Id, entry.Header.Kind, $"{missing}, which it answers, has not arrived, and too many others wait like this"));
            return;
        }
        if (!early.TryGetValue(missing, out var list)) early[missing] = list = [];
        list.Add(entry);
        kept.Add(entry.Id);
    }

    private void Await(EntryHeader header)
    {
        if (others[header.From].Length > 0 && waiting.TryAdd(header)) return;
        var receipt = new Receipts(header, others[header.From]);
        receipts[header.Id] = receipt;
        if (receipt.WaitingFor.Count > 0) waiting.Add(receipt);
        else Settle(receipt);
    }

    private void Settle(Receipts receipt)
    {
        if (!waiting.Remove(receipt) && receipt.WaitingFor.Count > 0) return;
        recent.Enqueue(receipt.Id);
        while (recent.Count > MaxRecentReceipts)
        {
            var oldest = recent.Dequeue();
            if (receipts.TryGetValue(oldest, out var old) && !old.IsListed) receipts.Remove(oldest);
        }
    }

    private void Flagged(Flag flag)
    {
        FlagCount++;
        flags.AddLast(flag);
        if (flags.Count > MaxFlags) flags.RemoveFirst();
    }
}
