using Parley.Record;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// Judges one entry of a line after the other: whether it lacks a second officer, answers what its author had not seen,
/// may take the place of what it replaces, and what becomes of its item. Owned by a <see cref="LineView"/>.
/// </summary>
/// <param name="policy">The line's.</param>
/// <param name="suspensions">Who suspends it.</param>
/// <param name="items">Its items.</param>
/// <param name="kept">Where they are.</param>
/// <param name="receipts">What was done about its entries.</param>
/// <param name="earlier">What an entry may take the place of.</param>
/// <param name="flags">Takes the entries that changed nothing.</param>
internal sealed class EntryJudge(
    LinePolicy policy,
    SuspensionFold suspensions,
    ItemBook items,
    KeptItems kept,
    ReceiptBook receipts,
    EarlierTexts earlier,
    FlagBook flags
)
{
    /// <summary>Why an entry that an officer wants to write would have no effect; null when nothing speaks against
    /// it.</summary>
    internal string? Refuse(TrafficEntry entry)
    {
        var draft = entry.Header;
        if (entry.Fault is { } fault)
            return fault;
        if (!Recall(draft))
            return "what it answers cannot be read in the record now";
        if (TwoPeople.Missing(entry, policy with { Fold = LinePolicy.NewestFold }) is { } second)
            return second; // of our own, the strictest rule that there is
        if (earlier.Refuse(draft) is { } stands)
            return stands.Reason;
        if (Suspension.IsStep(draft.Kind))
            return suspensions.Refuse(draft);
        return AllFamilies.Of(draft.Kind) is { } family ? items.Refuse(entry, family) : RefuseReceipt(draft);
    }

    private static string? RefuseReceipt(EntryHeader draft) =>
        Kinds.Find(draft.Kind) is not { IsAbout: true } ? null
        : draft.Re.Count == 0 ? $"{draft.Kind} names the entry it is about"
        : Replacement.Is(draft.Kind) && draft.Re[0].Party != draft.From
            ? "only its author supersedes or cancels a message"
        : null;

    private bool Recall(EntryHeader header) => earlier.Recall(header) && kept.Recall(header);

    /// <summary>Judges an entry and takes it to its item and for a receipt; false while the record cannot be read for
    /// it.</summary>
    internal bool TryTake(TrafficEntry entry)
    {
        if (!Recall(entry.Header))
            return false;
        Take(entry);
        return true;
    }

    private void Take(TrafficEntry entry)
    {
        // First it is judged, then it is taken for a receipt or in another's place: what is flagged is neither.
        flags.Judging(entry.Id);
        try
        {
            Judge(entry);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            flags.Add(entry.Header, flags.Mistaken(entry.Header, e)); // a mistake of ours costs one entry, and not the line
        }
        // Nobody answers what they had not seen, and by what they had it would depend on what had arrived when this was
        // judged.
        if (EarlyBook.Unseen(entry.Header, policy) is null)
            receipts.Take(entry, flags.IsFlagged);
    }

    private void Judge(TrafficEntry entry)
    {
        var header = entry.Header;
        if (Suspension.IsStep(header.Kind))
            return; // taken when it came, in its feed's order
        // Whether its author had seen what it answers is told before all that depends on others' entries: it is judged
        // at once, whatever of them is here.
        if (TwoPeople.Missing(entry, policy) is { } alone)
            flags.Add(header, alone);
        else if (EarlyBook.Unseen(header, policy) is { } unseen)
            flags.Add(header, $"it answers {unseen}, which by its own header its author had not seen");
        else if (earlier.Refuse(header) is { } stands)
            flags.Add(header, stands.Reason);
        else if (AllFamilies.Of(header.Kind) is { } family)
            items.Take(entry, family);
        else if ((entry.Fault ?? RefuseReceipt(header)) is { } problem)
            flags.Add(header, problem);
    }
}
