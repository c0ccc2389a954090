using System.Collections;
using System.Runtime.InteropServices;
using Parley.Record;

namespace Parley.Traffic;

/// <summary>An entry that an addressee has neither acknowledged nor answered.</summary>
/// <param name="At">The time in its header.</param>
/// <param name="Since">When the wait for it began, by this station's clock. TRAFFIC-87.</param>
/// <param name="WaitingFor">Addressees that are waited for.</param>
/// <param name="ByTwo">True when two officers put their names to it.</param>
public readonly record struct WaitingEntry(
    EntryId Id,
    string Kind,
    Precedence Precedence,
    bool ByTwo,
    Mark Mark,
    DateTimeOffset At,
    DateTimeOffset Since,
    IReadOnlyList<PartyId> WaitingFor
)
{
    public PartyId From => Id.Party;
}

/// <summary>
/// The entries that somebody is still waited for. A peer may acknowledge nothing for months, and very many may wait: of
/// one that goes to all and about
/// which nobody has done anything, 16 bytes are kept. The others are kept as their receipts are, in the order in which
/// they came.
/// </summary>
internal sealed class WaitingList : IReadOnlyCollection<WaitingEntry>
{
    /// <summary>Entries of a feed whose places share a block; a power of two, at most 256.</summary>
    private const int BlockSize = 256;

    /// <summary>Kinds that a place can name; entries of further ones are kept as receipts.</summary>
    private const int MaxKinds = 256;

    /// <summary>By author: blocks by the number of their first entry's block, each without the places that nobody is
    /// waited for at any more.</summary>
    private readonly Dictionary<PartyId, Dictionary<ulong, List<Place>>> blocks;
    private readonly Dictionary<PartyId, PartyId[]> others;
    private readonly List<string> kinds = [];
    private Receipts? first,
        last;

    /// <param name="others">By author: everybody else.</param>
    internal WaitingList(Dictionary<PartyId, PartyId[]> others)
    {
        this.others = others;
        blocks = others.Keys.ToDictionary(p => p, _ => new Dictionary<ulong, List<Place>>());
    }

    /// <summary>16 bytes: two times in milliseconds, of 49 bits each, and what is small beside them.</summary>
    private readonly record struct Place(ulong Head, ulong Tail)
    {
        private const int KindAt = 5,
            MarkAt = 3,
            ByTwoAt = 2,
            SinceAt = 13,
            AtAt = 8;

        internal static Place Of(EntryHeader header, byte offset, byte kind, DateTimeOffset since) =>
            new(
                ((ulong)(header.At.UtcTicks / TimeSpan.TicksPerMillisecond) << AtAt) | offset,
                ((ulong)(since.UtcTicks / TimeSpan.TicksPerMillisecond) << SinceAt)
                    | ((ulong)kind << KindAt)
                    | ((ulong)header.Mark << MarkAt)
                    | ((Replacement.ByTwo(header) ? 1ul : 0) << ByTwoAt)
                    | (ulong)header.Precedence
            );

        internal byte Offset => (byte)Head;
        internal DateTimeOffset At => Time(Head >> AtAt);
        internal DateTimeOffset Since => Time(Tail >> SinceAt);
        internal byte Kind => (byte)(Tail >> KindAt);
        internal Mark Mark => (Mark)((Tail >> MarkAt) & 3);
        internal bool ByTwo => ((Tail >> ByTwoAt) & 1) != 0;
        internal Precedence Precedence => (Precedence)(Tail & 3);

        private static DateTimeOffset Time(ulong milliseconds) =>
            new((long)milliseconds * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
    }

    public int Count { get; private set; }

    /// <summary>Takes an entry that waits for everybody but its author; false where it must be kept as
    /// receipts.</summary>
    internal bool TryAdd(EntryHeader header, DateTimeOffset since)
    {
        if (header.To is not null || header.At.UtcTicks % TimeSpan.TicksPerMillisecond != 0)
            return false;
        var kind = kinds.IndexOf(header.Kind);
        if (kind < 0)
        {
            if (kinds.Count == MaxKinds)
                return false;
            kind = kinds.Count;
            kinds.Add(header.Kind);
        }
        ref var block = ref CollectionsMarshal.GetValueRefOrAddDefault(
            blocks[header.From],
            header.Seq / BlockSize,
            out _
        );
        block ??= [];
        var place = Place.Of(header, (byte)(header.Seq % BlockSize), (byte)kind, since);
        var at = block.Count; // mostly the end; an entry that waited for one that it answers comes later than those after it
        while (at > 0 && block[at - 1].Offset > place.Offset)
            at--;
        block.Insert(at, place);
        Count++;
        return true;
    }

    /// <summary>The entry, where it is one of those that <see cref="TryAdd"/> took.</summary>
    internal WaitingEntry? Find(EntryId entry) =>
        blocks.TryGetValue(entry.Party, out var feed)
        && feed.TryGetValue(entry.Seq / BlockSize, out var block)
        && IndexOf(block, entry.Seq) is >= 0 and var at
            ? Entry(entry.Party, entry.Seq / BlockSize, block[at])
            : null;

    /// <summary>As <see cref="Find"/>, and takes it out.</summary>
    internal WaitingEntry? Take(EntryId entry)
    {
        if (
            !blocks.TryGetValue(entry.Party, out var feed)
            || !feed.TryGetValue(entry.Seq / BlockSize, out var block)
            || IndexOf(block, entry.Seq) is not (>= 0 and var at)
        )
            return null;
        var found = Entry(entry.Party, entry.Seq / BlockSize, block[at]);
        block.RemoveAt(at);
        if (block.Count == 0)
            feed.Remove(entry.Seq / BlockSize);
        else if (block.Count <= block.Capacity / 4)
            block.Capacity = block.Count * 2;
        Count--;
        return found;
    }

    internal void Add(Receipts receipts)
    {
        receipts.IsListed = true;
        receipts.Before = last;
        if (last is null)
            first = receipts;
        else
            last.After = receipts;
        last = receipts;
        Count++;
    }

    /// <summary>False when it was not there.</summary>
    internal bool Remove(Receipts receipts)
    {
        if (!receipts.IsListed)
            return false;
        if (receipts.Before is { } before)
            before.After = receipts.After;
        else
            first = receipts.After;
        if (receipts.After is { } after)
            after.Before = receipts.Before;
        else
            last = receipts.Before;
        receipts.Before = receipts.After = null;
        receipts.IsListed = false;
        Count--;
        return true;
    }

    public IEnumerator<WaitingEntry> GetEnumerator()
    {
        foreach (var (author, feed) in blocks)
        {
            foreach (var (number, block) in feed)
            {
                foreach (var place in block)
                    yield return Entry(author, number, place);
            }
        }
        for (var at = first; at is not null; at = at.After)
            yield return at.AsWaiting();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private WaitingEntry Entry(PartyId author, ulong block, Place place) =>
        new(
            new EntryId(author, block * BlockSize + place.Offset),
            kinds[place.Kind],
            place.Precedence,
            place.ByTwo,
            place.Mark,
            place.At,
            place.Since,
            others[author]
        );

    /// <summary>Places stand in the order of the feed; the newest are asked for most.</summary>
    private static int IndexOf(List<Place> block, ulong seq)
    {
        var offset = (byte)(seq % BlockSize);
        for (var i = block.Count - 1; i >= 0 && block[i].Offset >= offset; i--)
        {
            if (block[i].Offset == offset)
                return i;
        }
        return -1;
    }
}
