using Parley.Record;

namespace Parley.Traffic;

/// <summary>Which entries wait for which, without the entries: chains of places by what is waited for, in 24 bytes each
/// and as much again for finding them.</summary>
internal sealed class EarlyPlaces(PartyId[] parties)
{
    private const int LeastSlots = 64;
    private const int None = -1;

    /// <param name="Missing">Place of the entry that is waited for, in the feed of
    /// <paramref name="MissingParty"/>.</param>
    /// <param name="Before">The one that came before it for the same.</param>
    private readonly record struct Place(ulong Missing, ulong Seq, int Before, byte MissingParty, byte Party);

    private Place[] places = new Place[LeastSlots];

    /// <summary>Places that are used no more, one behind the other.</summary>
    private int free = None;
    private int used,
        count;

    /// <summary>The last place of each chain, one more than its index; none is 0. As many as places may come, and as
    /// many again.</summary>
    private int[] slots = new int[2 * LeastSlots];

    /// <summary>Chains whose entry has come, and how far the first is read: from its oldest place on.</summary>
    private readonly Queue<int> released = new();
    private readonly Stack<int> turn = new();

    internal bool HasReady => turn.Count > 0 || released.Count > 0;

    /// <summary>The one whose turn it is.</summary>
    internal EntryId? Next
    {
        get
        {
            if (turn.Count == 0 && released.TryDequeue(out var last))
            {
                for (var at = last; at != None; at = places[at].Before)
                    turn.Push(at);
            }
            return turn.TryPeek(out var next) ? new EntryId(parties[places[next].Party], places[next].Seq) : null;
        }
    }

    /// <summary>False where it must be kept whole.</summary>
    internal bool TryKeep(EntryId missing, EntryId entry)
    {
        var (of, by) = (Array.IndexOf(parties, missing.Party), Array.IndexOf(parties, entry.Party));
        if (parties.Length > byte.MaxValue || of < 0 || by < 0)
            return false;
        if (2 * (count + 1) > slots.Length)
            Grow();
        var slot = SlotOf(missing.Seq, (byte)of);
        var at = free;
        if (at == None)
            at = used++;
        else
            free = places[at].Before;
        places[at] = new Place(missing.Seq, entry.Seq, slots[slot] - 1, (byte)of, (byte)by);
        slots[slot] = at + 1;
        count++;
        return true;
    }

    /// <summary>What a chain waited for has come.</summary>
    internal void Release(EntryId arrived)
    {
        if (count == 0 || Array.IndexOf(parties, arrived.Party) is not (>= 0 and var party))
            return;
        var slot = SlotOf(arrived.Seq, (byte)party);
        if (slots[slot] == 0)
            return;
        released.Enqueue(slots[slot] - 1);
        Clear(slot);
    }

    /// <summary>The one whose turn it was is gone.</summary>
    internal void Take()
    {
        var at = turn.Pop();
        places[at] = new Place(0, 0, free, 0, 0);
        free = at;
        count--;
    }

    private void Grow()
    {
        var old = slots;
        Array.Resize(ref places, 2 * places.Length);
        slots = new int[2 * old.Length];
        foreach (var last in old)
        {
            if (last > 0)
                slots[SlotOf(places[last - 1].Missing, places[last - 1].MissingParty)] = last;
        }
    }

    /// <summary>Empties a slot; those behind it that stand there because it was taken move up.</summary>
    private void Clear(int slot)
    {
        var mask = slots.Length - 1;
        slots[slot] = 0;
        for (var at = (slot + 1) & mask; slots[at] != 0; at = (at + 1) & mask)
        {
            var last = slots[at];
            slots[at] = 0;
            slots[SlotOf(places[last - 1].Missing, places[last - 1].MissingParty)] = last;
        }
    }

    /// <summary>An author chooses what it names: by a hash that it knows it could bring all of them to one
    /// slot.</summary>
    private int SlotOf(ulong seq, byte party)
    {
        var mask = slots.Length - 1;
        for (var at = HashCode.Combine(seq, party) & mask; ; at = (at + 1) & mask)
        {
            if (
                slots[at] == 0
                || (places[slots[at] - 1] is var place && place.Missing == seq && place.MissingParty == party)
            )
                return at;
        }
    }
}
