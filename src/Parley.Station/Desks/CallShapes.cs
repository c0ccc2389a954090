using Parley.Record;
using Parley.Station.Calls;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>Calls in the words of the API.</summary>
internal sealed class CallShapes(CallFloor floor, CallTrunks trunks)
{
    internal CallLiveView Of(StationLine open, Item item, CallSeat? seat, long after)
    {
        var room = floor.Find(open.Id, item.Id);
        return new CallLiveView(
            open.Id,
            item.Id,
            item.State,
            item.Since,
            item.Due,
            item.Root.Header.From,
            (item.Root.Body as CallOpening)?.Topic ?? (item.Root.Body as CallRequest)?.Topic,
            room is null ? [.. CallFamily.JoinsOf(item).Select(e => Joined(open, item, e))] : MembersOf(room),
            [.. open.Host.Identity.Peers.Where(p => !trunks.CanCall(open, p))],
            room is null || seat is null ? [] : LegsOf(room, seat),
            seat is null ? [] : seat.After(after),
            room is null ? floor.Logs.Of(open.Id, item.Id) : CourseOf(room),
            Consent(item)
        );
    }

    /// <summary>What each side says of the call.</summary>
    internal CallLogsView Logs(StationLine open, Item item, DateTimeOffset now)
    {
        var room = floor.Find(open.Id, item.Id);
        var draft = CallDrafts.Of(item, room is null ? floor.Logs.Of(open.Id, item.Id) : CourseOf(room), now);
        var logged = item
            .Applied.Where(e => e.Body is CallLog)
            .Select(e => new CallLoggedView(e.Id, e.Header.From, (CallLog)e.Body!))
            .ToList();
        var self = open.Host.Identity.Self;
        var ours = logged.FirstOrDefault(l => l.Party == self)?.Log ?? draft;
        return new CallLogsView(
            draft,
            logged,
            [
                .. logged
                    .Where(l => l.Party != self)
                    .SelectMany(l =>
                        CallComparison
                            .Of(ours, l.Log)
                            .Select(d => new CallDifferenceView(l.Party, d.What, d.By, d.One, d.Other))
                    ),
            ]
        );
    }

    private static CallConsentView Consent(Item item) =>
        new(
            [.. item.Applied.Select(e => e.Header.From).Distinct().Where(p => CallFamily.HasConsented(item, p))],
            CallFamily.WithoutConsent(item),
            [
                .. CallFamily
                    .RecordingsOf(item)
                    .Select(e => new CallRecordingView(
                        e.Id,
                        e.Header.From,
                        (e.Body as CallRecordingStart)?.Joined,
                        e.Header.At
                    )),
            ]
        );

    private static IReadOnlyList<CallMemberView> MembersOf(CallRoom room)
    {
        lock (room.Gate)
            return [.. room.Members.Values.OrderBy(m => m.At).Select(m => m.View())];
    }

    private IReadOnlyList<CallMoment> CourseOf(CallRoom room)
    {
        lock (room.Gate)
            return [.. floor.Logs.Of(room.Line, room.Call).Concat(room.Course).Take(CallRoom.LogMoments)];
    }

    private IReadOnlyList<CallLegView> LegsOf(CallRoom room, CallSeat seat)
    {
        lock (room.Gate)
            return
            [
                .. room
                    .Legs.Values.Where(l => l.Own.Joined == seat.Joined)
                    .Select(l => new CallLegView(
                        l.Other.Joined,
                        l.IsOpen,
                        l.Why,
                        floor.PathTo(room, l.Other.Joined.Party)
                    )),
            ];
    }

    /// <summary>A joining of a call that no console of ours is in.</summary>
    private static CallMemberView Joined(StationLine open, Item item, TrafficEntry entry)
    {
        var join = entry.Body as CallJoin;
        return new CallMemberView(
            entry.Id,
            entry.Header.By,
            join?.Part ?? CallMember.Speaker,
            entry.Header.At,
            join?.Fingerprint ?? "",
            join?.Commitment ?? "",
            "",
            entry.Id.Seq < open.Host.SealedSize(entry.Id.Party),
            Here: false,
            Held: false,
            Muted: false,
            Deaf: null,
            AdmittedBy:
            [
                .. open
                    .Host.Identity.Peers.Append(open.Host.Identity.Self)
                    .Where(p => CallFamily.IsAdmitted(item, entry, p)),
            ]
        );
    }
}
