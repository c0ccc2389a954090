using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// How much of each feed a view has taken, and in which order its entries are judged: one that answers what has not
/// arrived waits for it. Owned by a <see cref="LineView"/>.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="parties">Every party of it.</param>
/// <param name="again">Reads an entry once more; null where there is no record.</param>
/// <param name="judge">Judges an entry for good; false while the record cannot be read for it.</param>
internal sealed class EarlyBook(
    LinePolicy policy,
    PartyId[] parties,
    Func<EntryId, TrafficEntry?>? again,
    Func<TrafficEntry, bool> judge
)
{
    /// <summary>Most entries that are judged with the one that they waited for; further ones are next.</summary>
    internal const int MaxReleased = 256;

    private readonly EarlyEntries early = new(again, parties);
    private readonly Dictionary<PartyId, ulong> sizes = parties.ToDictionary(p => p, _ => 0ul);

    /// <summary>Entries taken of each feed.</summary>
    internal IReadOnlyDictionary<PartyId, ulong> Sizes => sizes;

    /// <summary>Entries that waited, whose turn has come, and that are not judged yet.</summary>
    internal bool HasMore => early.HasReady;

    /// <summary>One more entry of its feed is here.</summary>
    /// <exception cref="ArgumentException">It is not the next of its feed.</exception>
    internal void Count(EntryHeader header)
    {
        if (!sizes.TryGetValue(header.From, out var size) || header.Seq != size)
            throw new ArgumentException($"{header.Id} is not the next entry of its feed");
        sizes[header.From] = size + 1;
    }

    /// <summary>Judges an entry that was counted, and those that waited for it; or lets it wait.</summary>
    /// <returns>How many were judged or wait for another now.</returns>
    internal int Take(TrafficEntry entry)
    {
        if (early.IsEmpty && Missing(entry) is null && judge(entry))
            return 1;
        return TakeWithEarly(entry);
    }

    private int TakeWithEarly(TrafficEntry first) => Arrived(first, isNew: true) ? 1 + Release(MaxReleased) : 0;

    /// <summary>Judges some of those whose turn has come.</summary>
    /// <returns>How many were judged or wait for another now.</returns>
    internal int Release(int most)
    {
        var judged = 0;
        while (judged < most && early.TryNext(out var entry) && Arrived(entry))
            judged++;
        return judged;
    }

    /// <summary>An entry that was counted is passed over: what waited for it is judged without.</summary>
    internal int Skip(EntryId entry)
    {
        early.Release(entry);
        return Release(MaxReleased);
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
        if (!judge(entry))
        {
            early.Defer(entry);
            return false;
        }
        early.Release(entry.Id);
        return true;
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
}
