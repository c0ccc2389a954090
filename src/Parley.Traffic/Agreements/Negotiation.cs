using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic.Agreements;

/// <summary>
/// Where the negotiation of a text stands by a set of acts that count, whatever order they came in. Acts cross: one
/// party signs while another, who does not know of it yet, puts a new text on the table. Each is judged by what its
/// author had seen, so that nothing that comes to light later, or that is dated back, undoes a signature that others
/// have sealed. CEASEFIRE-16.
/// </summary>
internal static class Negotiation
{
    /// <summary>The agreement as the author of an entry had seen it; itself where it had seen all, and where it had seen
    /// that every party signed.</summary>
    internal static Item AsSeen(Item item, TrafficEntry entry)
    {
        if (item.State is AgreementFamily.Ended or AgreementFamily.Denounced)
            return item;
        List<TrafficEntry> seen = [.. item.Applied.Where(entry.Follows)];
        if (seen.Count == item.Applied.Count || seen.Count == 0 || !ReferenceEquals(seen[0], item.Root))
            return item;
        var before = item with { Applied = seen, Due = null, Flags = [] };
        return AgreementFamily.IsStanding(item.State) && AgreementFamily.Bound(before) is not null
            ? item
            : before with
            {
                State = StateOf(before),
            };
    }

    /// <summary>The state that follows from what counts.</summary>
    internal static string StateOf(Item item)
    {
        if (AgreementFamily.Bound(item) is not null)
            return AgreementFamily.Signed;
        if (AgreementFamily.Newest(item) is not { } newest)
            return item.State;
        bool Any(Func<TrafficEntry, bool> which) =>
            item.Applied.Any(e => e.Body is IOnText on && AgreementStanding.IsOn(on.Hash, newest) && which(e));
        return Any(e => e.Body is AgreementRefusal && newest.Parties.Contains(e.Header.From)) ? AgreementFamily.Declined
            : !Any(e => e.Header.Kind == Kinds.AgreementOpened) ? AgreementFamily.Tabled
            : Any(e => e.Body is AgreementSignature) ? AgreementFamily.PartlySigned
            : AgreementFamily.Open;
    }
}
