using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>A party's watch: who has it, since when, and who offers it to the next.</summary>
/// <param name="Taken">The entry by which it was taken; null where nobody has.</param>
/// <param name="Handover">What was said with it.</param>
/// <param name="Offered">The entry by which it is offered to the next; null where it is not.</param>
/// <param name="Offer">What was said with that.</param>
public sealed record Watch(EntryHeader? Taken, Handover? Handover, EntryHeader? Offered, Handover? Offer)
{
    /// <summary>When it is to be handed over: as agreed with it, else after the usual length.</summary>
    public DateTimeOffset? Until => Taken is null ? null : Handover?.Until ?? Taken.At.Plus(TrafficDefaults.Watch);
}

/// <summary>The watch of each party of a line (R6), folded beside the view. One caller at a time.</summary>
public sealed class WatchBook
{
    private readonly Dictionary<PartyId, Watch> watches = [];

    /// <summary>By party; none where nobody ever took it.</summary>
    public IReadOnlyDictionary<PartyId, Watch> All => watches;

    /// <summary>Takes an entry that the view has taken.</summary>
    public void Fold(EntryHeader header, Item? item)
    {
        if (item?.Family is not WatchFamily || item.Applied.All(e => e.Id != header.Id))
            return;
        var handover = item.Applied.First(e => e.Id == header.Id).Body as Handover;
        var before = watches.GetValueOrDefault(header.From) ?? new Watch(null, null, null, null);
        watches[header.From] =
            header.Kind == Kinds.WatchOffered
                ? before with
                {
                    Offered = header,
                    Offer = handover,
                }
                : new Watch(header, handover, null, null);
    }
}
