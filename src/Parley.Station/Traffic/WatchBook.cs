using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>A party's watch: who has it, since when, and who offers it to the next.</summary>
internal sealed record Watch(EntryHeader? Taken, Handover? Handover, EntryHeader? Offered, Handover? Offer)
{
    /// <summary>When it is to be handed over: as agreed with it, else after the usual length.</summary>
    internal DateTimeOffset? Until => Taken is null ? null : Handover?.Until ?? Taken.At + TrafficDefaults.Watch;
}

/// <summary>The watch of each party of a line (R6), folded beside the view. Owned by its <see cref="LineTraffic"/>, under the same gate.</summary>
internal sealed class WatchBook
{
    private readonly Dictionary<PartyId, Watch> watches = [];

    internal IReadOnlyDictionary<PartyId, Watch> All => watches;

    internal void Fold(EntryHeader header, Item? item)
    {
        if (item?.Family is not WatchFamily || item.Applied.All(e => e.Id != header.Id)) return;
        var handover = item.Applied.First(e => e.Id == header.Id).Body as Handover;
        var before = watches.GetValueOrDefault(header.From) ?? new Watch(null, null, null, null);
        watches[header.From] = header.Kind == Kinds.WatchOffered ? before with { Offered = header, Offer = handover } : new Watch(header, handover, null, null);
    }
}
