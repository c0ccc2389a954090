using Parley.Record;
using Parley.Station.Calls;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>What gives cause for an alarm for as long as it is so, beside what the traffic does.</summary>
internal sealed class StandingCauses(
    Premises premises,
    TwinWatch twins,
    RoomWatch room,
    LinkWatch links,
    CallFaults calls
)
{
    /// <summary>True where the next pass must look at the line, though nothing happened on it.</summary>
    internal bool AreToldWrongly(StationLine open) => room.IsToldWrongly(open) || links.IsToldWrongly(open);

    internal IEnumerable<AlarmCause> On(StationLine open)
    {
        if (open.Host.Status().Foreign is { } met)
            yield return new AlarmCause(
                "own-feed-foreign",
                new EntryId(premises.Self, met.Held),
                null,
                AlarmClass.ForeignFeed,
                Mark.Actual,
                AlarmLevel.Arrived,
                "own-feed-foreign",
                met.At,
                [],
                premises.Self
            );
        foreach (var cause in twins.CausesOn(open))
            yield return cause;
        foreach (var cause in room.CausesOn(open))
            yield return cause;
        foreach (var cause in links.CausesOn(open))
            yield return cause;
        foreach (var cause in calls.CausesOn(open.Id, premises.Now))
            yield return cause;
    }
}
