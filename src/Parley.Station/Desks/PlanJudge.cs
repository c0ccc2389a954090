using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>Whether a plan may be notified: its volumes can be read, and its author knows what it conflicts
/// with.</summary>
internal sealed class PlanJudge(PartyId self) : IJudge
{
    internal const string BadVolumes = "volumes";
    private const string InConflict = "conflicts";

    /// <summary>What an officer's plan must have before it is notified: volumes that can be read, and knowledge of what
    /// it conflicts with. TRAFFIC-61.</summary>
    public Refusal? Judge(StationLine on, EntryDraft draft, bool byStation)
    {
        if (!IsPlan(draft.Kind))
            return null;
        return on.Traffic.Read(picture =>
        {
            if (
                ConflictNaming.Refuse(picture.Conflicts, self, draft.Kind, draft.Body, draft.Re ?? [], out var missed)
                is not { } reason
            )
                return null;
            return missed.Count == 0
                ? new Refusal(BadVolumes, reason, 422)
                : new Refusal(InConflict, reason, 409) { Conflicts = [.. missed.Select(PlanShapes.Of)] };
        });
    }

    private static bool IsPlan(string kind) =>
        kind.StartsWith("activity.", StringComparison.Ordinal)
        || kind.StartsWith("area.", StringComparison.Ordinal)
        || kind.StartsWith("movement.", StringComparison.Ordinal);
}
