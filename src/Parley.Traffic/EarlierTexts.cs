using Parley.Record;

namespace Parley.Traffic;

/// <summary>
/// What an entry would take the place of, and whether it may: the entries of its author that it names, and the newest
/// text of their items. Owned by a <see cref="LineView"/>. TRAFFIC-13.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="again">Reads an entry once more; null where there is no record.</param>
/// <param name="items">Where the items are.</param>
/// <param name="receipts">Entries that wait or are among the newest.</param>
internal sealed class EarlierTexts(
    LinePolicy policy,
    Func<EntryId, TrafficEntry?>? again,
    KeptItems items,
    ReceiptBook receipts
)
{
    /// <summary>What the entry under judgement may replace and whose receipts are no longer kept.</summary>
    private readonly Dictionary<EntryId, EntryHeader> replaced = [];

    /// <summary>Finds what an entry may replace; false while the record cannot be read.</summary>
    internal bool Recall(EntryHeader header)
    {
        if (again is null)
            return true;
        if (replaced.Count > 0)
            replaced.Clear();
        if (header.Re.Count == 0 || !Replacement.Is(header.Kind))
            return true;
        foreach (var re in header.Re)
        {
            // Its receipts are those that are forgotten by arrival; what they said of it stands in the record.
            if (
                re.Party != header.From
                || re.Seq >= header.Seq
                || receipts.Find(re) is not null
                || items.Find(re) is not null
            )
                continue;
            if (again(re) is not { } earlier)
                return false;
            if (Attention.WantsAcknowledgement(earlier.Header.Kind))
                replaced[re] = earlier.Header;
        }
        return true;
    }

    /// <summary>Why an entry does not take the place of those of its author that it names, or whose newest text it
    /// would be; null when nothing speaks against it.</summary>
    internal ReplacementRefusal? Refuse(EntryHeader header)
    {
        if (!Replacement.Is(header.Kind))
            return null;
        foreach (var re in header.Re)
        {
            if (receipts.Find(re)?.RefuseReplacement(header, policy) is { } refusal)
                return refusal;
            if (
                replaced.GetValueOrDefault(re) is { } earlier
                && Replacement.Refuse(earlier, header, policy) is { } past
            )
                return past;
            if (items.RefuseReplacement(re, header) is { } settledText)
                return settledText;
        }
        return null;
    }
}
