using System.Collections;
using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// The items of a line: which entries each is made of and what follows from them, whatever order they arrived in. Owned
/// by a <see cref="LineView"/>.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="parties">Every party of it.</param>
/// <param name="kept">Where the items are.</param>
/// <param name="receipts">Told when an entry that was judged counts no longer, or after all.</param>
/// <param name="flags">Takes the entries that changed nothing.</param>
internal sealed class ItemBook(
    LinePolicy policy,
    PartyId[] parties,
    KeptItems kept,
    ReceiptBook receipts,
    FlagBook flags
)
{
    /// <summary>Entries of an item by one party.</summary>
    private readonly int share = LineView.MaxEntriesOfParty(Math.Max(1, parties.Length));
    private readonly ChangedItems changed = new();

    /// <summary>The entry that is folded; others may be judged with it.</summary>
    private EntryHeader? own;
    private ItemThread? ownThread;
    private Item? ownBefore;

    /// <summary>The time as it is; where there is none to ask, time settles nothing.</summary>
    internal Func<DateTimeOffset>? Clock { get; set; }

    /// <summary>The items that this fold changed.</summary>
    internal IReadOnlyList<Item> Changed => changed;

    /// <summary>The item of the entry that is folded, as it stands now and as it stood, by the time in its header; null
    /// where it belongs to none, or opened it.</summary>
    internal (Item? Item, string? Before) Own =>
        ownThread is null
            ? default
            : (kept.AsOf(ownThread, own!.At), ownBefore is null ? null : kept.AsOf(ownBefore, own.At).State);

    /// <summary>A fold begins.</summary>
    /// <param name="entry">The entry that is folded; null where only others are.</param>
    internal void Begin(EntryHeader? entry)
    {
        if (changed.Threads.Count > 0)
            changed.Threads.Clear();
        own = entry;
        ownThread = null;
        ownBefore = null;
    }

    /// <summary>Takes an entry to its item, or opens one by it; what fits nowhere is flagged.</summary>
    internal void Take(TrafficEntry entry, Family family)
    {
        var thread = kept.Find(entry, family);
        if (thread is null)
        {
            if (!family.Table.Opens(entry.Header.Kind))
            {
                flags.Add(
                    entry.Header,
                    entry.Header.Re.Count == 0
                        ? "it names no entry that it is about"
                        : $"{entry.Header.Re[0]} is no {family.Name} that is open"
                );
                return;
            }
            thread = new ItemThread(family, entry.Header.From);
        }
        var before = thread.Entries.Count > 0 ? thread.Item : null;
        if (ReferenceEquals(entry.Header, own))
            (ownThread, ownBefore) = (thread, before);
        if (!Admit(thread, entry, out var evicted))
        {
            Beyond(thread, entry);
            return;
        }
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
            receipts.Restore(evicted, thread);
        }
        thread.Entries.Add(entry);
        kept.Join(thread, entry.Id);
        changed.Threads.Add(thread);
        if (!continues && before is not null)
            Rejudged(thread, before.Flags, entry.Id);
        foreach (var flag in thread.Item.Flags)
        {
            if (flag.Entry == entry.Id)
                flags.Add(flag);
        }
        kept.Place(thread, Clock is null ? null : Earlier(entry.Header.At, Clock()));
    }

    /// <summary>Why an entry that an officer wants to write would not go on with its item, nor open one; null when it
    /// would.</summary>
    internal string? Refuse(TrafficEntry entry, Family family)
    {
        var draft = entry.Header;
        if (kept.Find(entry, family) is not { } thread)
        {
            if (family.Table.Opens(draft.Kind))
                return Opened(policy.Fold) ?? Opened(LinePolicy.NewestFold);
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

    /// <inheritdoc cref="LineView.Open"/>
    internal IReadOnlyList<Item> Open(DateTimeOffset now) =>
        [
            .. kept
                .Open.Whole.Select(t => kept.AsOf(t, now))
                .Where(i => i.IsOpen)
                .OrderBy(i => i.Root.Header.At)
                .ThenBy(i => i.Id.ToString(), StringComparer.Ordinal),
        ];

    /// <inheritdoc cref="LineView.Headings"/>
    internal IEnumerable<Heading> Headings(DateTimeOffset now) =>
        kept
            .Open.Whole.Select(t => Heading.Now(kept.AsOf(t, now), t.Weight))
            .Concat(kept.Open.Away.Values.Select(h => h.At(now)))
            .Where(h => !h.IsSettled && h.State != h.Family.Unreadable);

    /// <inheritdoc cref="LineView.RanOut"/>
    internal IEnumerable<(string Before, Heading Item)> RanOut(DateTimeOffset before, DateTimeOffset now) =>
        kept
            .Open.Whole.Select(t => (Before: kept.AsOf(t, before), After: kept.AsOf(t, now)))
            .Where(c => c.Before.IsOpen && c.Before.State != c.After.State)
            .Select(c => (c.Before.State, Heading.Now(c.After, 0)))
            .Concat(
                kept.Open.Away.Values.Select(h => (Before: h.At(before), After: h.At(now)))
                    .Where(c => !c.Before.IsSettled && c.Before.State != c.After.State)
                    .Select(c => (c.Before.State, c.After))
            );

    /// <summary>The next time after <paramref name="now"/> at which time changes an item; null when it changes
    /// none.</summary>
    internal DateTimeOffset? NextDue(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var thread in kept.Open.Whole)
            Sooner(kept.AsOf(thread, now).Due);
        foreach (var heading in kept.Open.Away.Values)
            Sooner(heading.At(now).Due);
        return next;

        void Sooner(DateTimeOffset? due)
        {
            if (due > now && (next is null || due < next))
                next = due;
        }
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
            flags.Remove(old);
            if (same is null && thread.Entries.Find(e => e.Id == old.Entry) is { } counts)
                receipts.Replace(counts);
        }
        foreach (var flag in after)
        {
            if (flag.Entry == late || (was.TryGetValue(flag.Entry, out var same) && same == flag))
                continue;
            flags.Add(flag);
            if (same is null && thread.Entries.Find(e => e.Id == flag.Entry) is { } none)
                receipts.Restore(none, thread);
        }
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
        flags.Add(entry.Header, $"{thread.Item.Id} has {share} entries of {entry.Header.From} already");
        thread.Beyond.Add(entry.Id);
        kept.Join(thread, entry.Id);
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

    /// <summary>The items of the threads that were changed, as they stand when they are asked for.</summary>
    private sealed class ChangedItems : IReadOnlyList<Item>
    {
        internal List<ItemThread> Threads { get; } = [];

        public Item this[int index] => Threads[index].Item;
        public int Count => Threads.Count;

        public IEnumerator<Item> GetEnumerator() => Threads.Select(t => t.Item).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
