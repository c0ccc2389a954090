using System.Runtime.InteropServices;
using Parley.Record;

namespace Parley.Traffic;

/// <summary>
/// What is open on a line. Of each party that opens items those touched last are kept whole, up to its share; of
/// further ones a heading stays, and which entries they are of
/// (<see cref="SettledEntries"/>): they are read again from the record when one answers them. What is put away is a
/// matter of memory, never of judgement. TRAFFIC-107.
/// </summary>
/// <param name="parties">How many share.</param>
internal sealed class OpenItems(int parties)
{
    /// <summary>Of one opener and family, oldest first.</summary>
    private sealed class Pile
    {
        internal LinkedList<ItemThread> Items { get; } = new();
        internal long Bytes { get; set; }
    }

    /// <summary>What one party has opened.</summary>
    private sealed class Share
    {
        internal Dictionary<Family, Pile> Piles { get; } = [];
        internal int Whole { get; set; }
        internal long Bytes { get; set; }
    }

    private readonly HashSet<ItemThread> whole = [];
    private readonly Dictionary<PartyId, Share> shares = [];

    /// <summary>By the first of an item's entries: those that are not kept whole.</summary>
    private readonly Dictionary<EntryId, Heading> away = [];

    /// <summary>Items of one party that are kept whole.</summary>
    internal int MaxWhole { get; set; } = LineView.MaxOpenWhole / Math.Max(1, parties);

    /// <summary>Bytes of their entries.</summary>
    private readonly long maxBytes = LineView.MaxOpenBytes / Math.Max(1, parties);

    internal IReadOnlyCollection<ItemThread> Whole => whole;

    internal IReadOnlyDictionary<EntryId, Heading> Away => away;

    /// <summary>It is open, and the newest.</summary>
    internal void Put(ItemThread thread)
    {
        Remove(thread);
        whole.Add(thread);
        ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(shares, thread.Opener, out _);
        share ??= new Share();
        if (!share.Piles.TryGetValue(thread.Family, out var pile))
            share.Piles[thread.Family] = pile = new Pile();
        thread.Weight = Heading.Weigh(thread.Entries);
        thread.Open = pile.Items.AddLast(thread);
        pile.Bytes += thread.Weight;
        share.Bytes += thread.Weight;
        share.Whole++;
    }

    internal void Remove(ItemThread thread)
    {
        if (!whole.Remove(thread))
            return;
        Leave(thread);
    }

    /// <summary>What is to be put away so that a party keeps to its share; null where it does. Of what weighs most the
    /// oldest, so that a flood of one sort costs its own.</summary>
    /// <param name="newest">The one that is at hand, which stays.</param>
    internal ItemThread? Surplus(ItemThread newest)
    {
        var share = shares[newest.Opener];
        if (share.Whole <= MaxWhole && share.Bytes <= maxBytes)
            return null;
        Pile? most = null;
        foreach (var pile in share.Piles.Values)
        {
            if (
                pile.Items.First is { } first
                && !ReferenceEquals(first.Value, newest)
                && (most is null || pile.Bytes > most.Bytes)
            )
                most = pile;
        }
        return most?.Items.First!.Value;
    }

    /// <summary>It is put away, and this is left of it.</summary>
    internal void PutAway(ItemThread thread, Heading heading)
    {
        Remove(thread);
        away[thread.Entries[0].Id] = heading;
    }

    /// <summary>It cannot be put away: it is kept whole for good, and of no share.</summary>
    internal void Exempt(ItemThread thread) => Leave(thread);

    /// <summary>The item of that first entry is whole again, or settled; false where it was not put away as an open
    /// one.</summary>
    internal bool TakeBack(EntryId first) => away.Remove(first);

    private void Leave(ItemThread thread)
    {
        if (thread.Open is not { } node)
            return;
        var share = shares[thread.Opener];
        node.List!.Remove(node);
        share.Piles[thread.Family].Bytes -= thread.Weight;
        share.Bytes -= thread.Weight;
        share.Whole--;
        thread.Open = null;
    }
}
