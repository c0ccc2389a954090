using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// Where the items of a line are: open ones and of the settled the newest are kept whole; of the others stays which
/// entries they are of, and they are read again from the record when one answers them. Owned by a
/// <see cref="LineView"/>.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="parties">Every party of it.</param>
/// <param name="again">Reads an entry once more; null where there is no record, and every open item is kept whole.
/// </param>
/// <param name="flags">Where a mistake of ours is told.</param>
internal sealed class KeptItems(
    LinePolicy policy,
    PartyId[] parties,
    Func<EntryId, TrafficEntry?>? again,
    FlagBook flags
)
{
    /// <summary>By every entry of an item that is kept whole.</summary>
    private readonly Dictionary<EntryId, ItemThread> threads = [];
    private readonly OpenItems open = new(parties.Length);
    private readonly SettledItems settled = new();

    /// <summary>Items that are not kept whole, the settled and the open; null where there is no record to read them
    /// again from.</summary>
    private readonly SettledEntries? away = again is null ? null : new SettledEntries(parties);

    /// <summary>By first entry of an item that goes on under another: an entry of that.</summary>
    private readonly Dictionary<EntryId, EntryId> leads = [];

    internal OpenItems Open => open;

    internal SettledItems Settled => settled;

    /// <summary>The item that an entry belongs to, where that is kept whole.</summary>
    internal ItemThread? Find(EntryId entry) => threads.GetValueOrDefault(entry);

    /// <summary>The item of an entry where it is of a family, kept whole or not, and the entry under which it goes on.
    /// Nothing is read for it.</summary>
    internal Lead? LeadOf<T>(EntryId entry)
        where T : Family
    {
        var root =
            threads.TryGetValue(entry, out var thread) ? (thread.Family is T ? (EntryId?)thread.Item.Id : null)
            : away?.FamilyOf(entry) is T ? away.RootOf(entry)
            : null;
        return root is { } id ? new Lead(id, leads.TryGetValue(id, out var into) ? into : null) : null;
    }

    internal ItemThread? Find(TrafficEntry entry, Family family)
    {
        foreach (var re in family.Continued(entry.Header))
        {
            if (threads.TryGetValue(re, out var thread) && thread.Family == family)
                return thread;
        }
        return null;
    }

    /// <summary>An entry belongs to that item.</summary>
    internal void Join(ItemThread thread, EntryId entry) => threads[entry] = thread;

    /// <summary>The item at a time; as it was folded where its clock cannot be told, so that one item's mistake does
    /// not end the pass over the others.</summary>
    internal Item AsOf(ItemThread thread, DateTimeOffset now) => AsOf(thread.Item, now);

    /// <inheritdoc cref="AsOf(ItemThread,DateTimeOffset)"/>
    internal Item AsOf(Item item, DateTimeOffset now)
    {
        try
        {
            return item.At(now);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            flags.OnMistake?.Invoke(item.Root.Header, e);
            return item;
        }
    }

    /// <summary>Puts an item among what is open, or among what is settled.</summary>
    /// <param name="thread">Its thread.</param>
    /// <param name="now">The time; null for as it was folded.</param>
    internal void Place(ItemThread thread, DateTimeOffset? now)
    {
        if (thread.Family.LeadOf(thread.Item) is { } into)
            leads[thread.Item.Id] = into;
        else if (leads.Count > 0)
            leads.Remove(thread.Item.Id);
        settled.Remove(thread);
        if ((now is { } time ? AsOf(thread, time) : thread.Item).IsOpen)
        {
            KeepOpen(thread);
            return;
        }
        open.Remove(thread);
        KeepSettled(thread);
    }

    /// <summary>Moves what time has settled out of what is open.</summary>
    internal void Sweep(DateTimeOffset now)
    {
        foreach (var thread in open.Whole.Where(t => AsOf(t, now).IsSettled).ToList())
            Place(thread, now);
        foreach (var (first, _) in open.Away.Where(h => h.Value.At(now).IsSettled).ToList())
            open.TakeBack(first); // put away it is already
    }

    /// <summary>Makes whole what an entry may continue; false while the record cannot be read.</summary>
    internal bool Recall(EntryHeader header)
    {
        if (away is null || header.Re.Count == 0 || AllFamilies.Of(header.Kind) is not { } family)
            return true;
        foreach (var re in family.Continued(header))
        {
            if (threads.TryGetValue(re, out var thread) && thread.Family == family)
                return true;
            if (away.FamilyOf(re) == family)
                return Recall(re);
        }
        return true;
    }

    /// <summary>Makes the item of an entry whole again, where it was put away; false while the record cannot be
    /// read.</summary>
    internal bool Recall(EntryId entry)
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
            flags.OnMistake?.Invoke(thread.Entries[0].Header, e);
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

    /// <summary>Why a later entry does not take the place of the texts of its author in the item of an entry, kept
    /// whole or put away; null when nothing there speaks against it.</summary>
    internal ReplacementRefusal? RefuseReplacement(EntryId re, EntryHeader later)
    {
        if (away?.RefuseReplacement(re, later, policy) is { } settledText)
            return settledText;
        if (!threads.TryGetValue(re, out var thread))
            return null;
        var text = thread
            .Entries.Where(e =>
                e.Header.From == later.From
                && (thread.Family.Table.Opens(e.Header.Kind) || Replacement.Is(e.Header.Kind))
                && e.Header.Seq < later.Seq
            )
            .MaxBy(e => e.Header.Seq);
        var named = re.Party == later.From ? thread.Entries.Find(e => e.Id == re) : null;
        return Against(named) ?? Against(text);

        ReplacementRefusal? Against(TrafficEntry? earlier) =>
            earlier is null ? null : Replacement.Refuse(earlier.Header, later, policy);
    }

    /// <summary>Of what its opener has open, the newest is kept whole, and as many others as its share
    /// allows.</summary>
    private void KeepOpen(ItemThread thread)
    {
        open.Put(thread);
        while (away is not null && open.Surplus(thread) is { } surplus)
        {
            if (
                surplus.Family.IsBinding(surplus.Item)
                || HeadingOf(surplus) is not { } heading
                || !away.TryAdd(surplus.Family, surplus.Entries, surplus.Beyond)
            )
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
            flags.OnMistake?.Invoke(thread.Item.Root.Header, e);
            return null;
        }
    }

    private void KeepSettled(ItemThread thread)
    {
        if (settled.Surplus is { } surplus)
            PutAway(surplus);
        settled.Add(thread);
    }

    private void PutAway(ItemThread thread)
    {
        settled.Remove(thread);
        if (away?.TryAdd(thread.Family, thread.Entries, thread.Beyond) == false)
            return; // found by its entries all the same
        Forget(thread);
    }

    private void Forget(ItemThread thread)
    {
        foreach (var entry in thread.Entries)
            threads.Remove(entry.Id);
        foreach (var entry in thread.Beyond)
            threads.Remove(entry);
    }
}
