using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Desks;

/// <summary>What the station adds to a handover of the watch (R6): what is open, and what the watch was offered
/// with.</summary>
internal sealed class HandoverBook(Premises premises, LineTable lines, Integrity integrity)
{
    internal EntryDraft Complete(StationLine on, EntryDraft draft) =>
        HandingOver.Complete(draft, () => OpenFor(on), () => Offered(on));

    private Handover? Offered(StationLine open) =>
        integrity
            .Guarded(() =>
                Outcome<Watch?>.Of(open.Traffic.Read(picture => picture.Watches.All.GetValueOrDefault(premises.Self)))
            )
            .TryGet(out var watch, out _)
            ? watch?.Offer
            : null;

    /// <summary>What a handover on this line lists: what is open on it; on the journal, what is open on every
    /// line.</summary>
    private IReadOnlyList<OpenItem> OpenFor(StationLine on)
    {
        // The journal is ours alone; on a line its other parties read along, and what is open elsewhere is nothing to
        // them.
        IEnumerable<StationLine> within = on.Host.Identity.Peers.Count > 0 ? [on] : lines.All;
        var now = premises.Now;
        // A handover with a part of what is open is better than none, should the store fail just then.
        return
        [
            .. within
                .OrderBy(l => l.Host.Identity.Line.Value, StringComparer.Ordinal)
                .SelectMany(l =>
                    integrity
                        .Guarded(() =>
                            Outcome<IReadOnlyList<Heading>>.Of(
                                l.Traffic.Read(picture =>
                                    picture
                                        .View.Headings(now)
                                        .OrderBy(h => h.Opened)
                                        .ThenBy(h => h.Id.ToString(), StringComparer.Ordinal)
                                        .Take(Handover.MaxOpen)
                                        .ToList()
                                )
                            )
                        )
                        .TryGet(out var open, out _)
                        ? open.Select(i => new OpenItem(
                            l.Host.Identity.Line.Value,
                            i.Id.ToString(),
                            i.Family.Name,
                            i.State
                        ))
                        : []
                ),
        ];
    }
}
