using System.Diagnostics.CodeAnalysis;
using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// Which entries belong to settled items that are not kept whole: an item is read again from the record when an entry
/// answers it, so that what is forgotten never
/// depends on what arrived first. Of each entry some 20 bytes are kept. TRAFFIC-6.
/// </summary>
internal sealed class SettledEntries(PartyId[] parties)
{
    /// <summary>Dead places under which nothing is tidied up.</summary>
    private const int FewDead = 4_096;
    private const int LeastSlots = 64;

    /// <summary>Bits of a place: how urgent it is, and whether two officers put their names to it.</summary>
    private const byte PrecedenceMask = 7,
        ByTwo = 8;

    /// <summary>The first of its item's, which stand together; beyond its author's share, so that it only names the
    /// item; its item is kept whole again.</summary>
    private const byte First = 16,
        IsBeyond = 32,
        Dead = 64;

    /// <summary>Everything that is to be known of an entry without reading it again.</summary>
    private readonly record struct Place(uint Seq, byte Party, byte Family, byte Kind, byte Bits);

    private List<Place> places = [];

    /// <summary>Places by entry, each one more than its index; none is 0. Twice as many as places at the
    /// least.</summary>
    private int[] slots = new int[LeastSlots];
    private readonly List<string> kinds = [];
    private int used,
        dead;

    /// <summary>An item that is not kept whole.</summary>
    /// <param name="Family">Its family.</param>
    /// <param name="Entries">Those that count among its entries.</param>
    /// <param name="Beyond">Those beyond their authors' shares.</param>
    internal sealed record Item(Family Family, IReadOnlyList<EntryId> Entries, IReadOnlyList<EntryId> Beyond);

    /// <summary>Takes an item; false where it must be kept whole.</summary>
    internal bool TryAdd(Family family, IReadOnlyList<TrafficEntry> entries, IReadOnlyList<EntryId> beyond)
    {
        if (
            parties.Length > byte.MaxValue
            || entries.Any(e => e.Id.Seq >= uint.MaxValue)
            || beyond.Any(e => e.Seq >= uint.MaxValue)
        )
            return false;
        var first = First;
        foreach (var entry in entries)
        {
            var header = entry.Header;
            Add(
                new Place(
                    (uint)header.Seq,
                    PartyOf(header.From),
                    FamilyOf(family),
                    KindOf(header.Kind),
                    (byte)(first | ((int)header.Precedence & PrecedenceMask) | (Replacement.ByTwo(header) ? ByTwo : 0))
                )
            );
            first = 0;
        }
        foreach (var id in beyond)
            Add(new Place((uint)id.Seq, PartyOf(id.Party), FamilyOf(family), 0, IsBeyond));
        return true;
    }

    /// <summary>The family of the item that an entry belongs to; null where it belongs to none of these.</summary>
    internal Family? FamilyOf(EntryId entry) => TryFind(entry, out var at) ? AllFamilies.All[places[at].Family] : null;

    /// <summary>The first entry of the item that an entry belongs to; null where it belongs to none of these.</summary>
    internal EntryId? RootOf(EntryId entry) => TryFind(entry, out var at) ? IdOf(places[FirstOf(at)]) : null;

    internal Item? Find(EntryId entry)
    {
        if (!TryFind(entry, out var at))
            return null;
        List<EntryId> entries = [],
            beyond = [];
        for (var i = FirstOf(at); IsOfItem(i, at); i++)
            (Has(places[i], IsBeyond) ? beyond : entries).Add(IdOf(places[i]));
        return new Item(AllFamilies.All[places[at].Family], entries, beyond);
    }

    /// <summary>Its item is kept whole again.</summary>
    internal void Remove(EntryId entry)
    {
        if (!TryFind(entry, out var at))
            return;
        var first = FirstOf(at);
        var end = first;
        for (; IsOfItem(end, first); end++) { }
        for (var i = first; i < end; i++)
            places[i] = places[i] with { Bits = (byte)(places[i].Bits | Dead) };
        dead += end - first;
        if (dead > FewDead && dead > places.Count / 2)
            Tidy();
    }

    /// <summary>Why a later entry of its author does not take the place of those that it would replace in the item of
    /// this one; null when it does.</summary>
    internal ReplacementRefusal? RefuseReplacement(EntryId entry, EntryHeader later, LinePolicy policy)
    {
        if (!TryFind(entry, out var at))
            return null;
        Place? named = null,
            text = null;
        var table = AllFamilies.All[places[at].Family].Table;
        for (var i = FirstOf(at); IsOfItem(i, at); i++)
        {
            var place = places[i];
            if (Has(place, IsBeyond) || parties[place.Party] != later.From)
                continue;
            if (entry.Party == later.From && place.Seq == entry.Seq)
                named = place;
            var kind = kinds[place.Kind];
            if (
                place.Seq < later.Seq
                && (table.Opens(kind) || Replacement.Is(kind))
                && (text is null || text.Value.Seq < place.Seq)
            )
                text = place;
        }
        return Against(named) ?? Against(text);

        ReplacementRefusal? Against(Place? replaced) =>
            replaced is { } r
                ? Replacement.Refuse(
                    IdOf(r),
                    kinds[r.Kind],
                    (Precedence)(r.Bits & PrecedenceMask),
                    Has(r, ByTwo),
                    later,
                    policy
                )
                : null;
    }

    private static bool Has(Place place, byte bit) => (place.Bits & bit) != 0;

    private EntryId IdOf(Place place) => new(parties[place.Party], place.Seq);

    private byte PartyOf(PartyId party) => (byte)Array.IndexOf(parties, party);

    private static byte FamilyOf(Family family)
    {
        for (byte i = 0; ; i++)
        {
            if (ReferenceEquals(AllFamilies.All[i], family))
                return i;
        }
    }

    /// <summary>Only kinds of a family come here, and those are few.</summary>
    private byte KindOf(string kind)
    {
        var at = kinds.IndexOf(kind);
        if (at >= 0)
            return (byte)at;
        kinds.Add(kind);
        return (byte)(kinds.Count - 1);
    }

    private int FirstOf(int at)
    {
        while (!Has(places[at], First))
            at--;
        return at;
    }

    /// <summary>True while a place, counted up from the item's first, is of the same item as another of it.</summary>
    private bool IsOfItem(int i, int other) => i < places.Count && (i <= other || !Has(places[i], First));

    private void Add(Place place)
    {
        places.Add(place);
        if (2 * (used + 1) > slots.Length)
            Index(2 * slots.Length);
        else
            Put(places.Count - 1);
    }

    private void Put(int index)
    {
        var at = SlotOf(places[index].Seq, places[index].Party);
        if (slots[at] == 0)
            used++;
        slots[at] = index + 1; // an item that comes a second time stands in its own slots
    }

    private void Index(int size)
    {
        slots = new int[size];
        used = 0;
        for (var i = 0; i < places.Count; i++)
        {
            if (!Has(places[i], Dead))
                Put(i);
        }
    }

    private void Tidy()
    {
        places = places.FindAll(p => !Has(p, Dead));
        dead = 0;
        var size = LeastSlots;
        while (size < 4 * places.Count)
            size *= 2;
        Index(size);
    }

    private int SlotOf(uint seq, byte party)
    {
        var mask = slots.Length - 1;
        for (var at = (int)((seq * 0x9E3779B1u + party * 0x85EBCA6Bu) >> 7) & mask; ; at = (at + 1) & mask)
        {
            if (slots[at] == 0 || (places[slots[at] - 1] is var place && place.Seq == seq && place.Party == party))
                return at;
        }
    }

    private bool TryFind(EntryId entry, out int at)
    {
        at = -1;
        var party = Array.IndexOf(parties, entry.Party);
        if (party < 0 || entry.Seq >= uint.MaxValue)
            return false;
        at = slots[SlotOf((uint)entry.Seq, (byte)party)] - 1;
        return at >= 0 && !Has(places[at], Dead);
    }
}
