using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Traffic;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>Whether an incident may be merged: into one that is known, and in no circle. An incident alone cannot tell.
/// CEASEFIRE-27.</summary>
internal sealed class CeasefireJudge : IJudge
{
    public Refusal? Judge(StationLine on, EntryDraft draft, bool byStation)
    {
        if (
            draft.Kind != Kinds.IncidentMerged
            || draft.Re is not [var number, ..]
            || !TrafficBodies.Read(draft.Kind, draft.Body).TryGet(out var body, out _)
            || body is not IncidentMerge merge
            || !EntryId.TryParse(merge.Into, out var into)
        )
            return null; // whatever is wrong with it the view says
        var why = on.Traffic.Read(line => IncidentNumbers.Refuse(number, into, line.View.IncidentOf));
        return why is null ? null : new Refusal(AuthorCheck.IllegalStep, why, 409);
    }
}
