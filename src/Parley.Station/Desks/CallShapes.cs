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
            room is null ? [.. CallFamily.JoinsOf(item).Select(e => Joined(open, e))] : MembersOf(room),
            [.. open.Host.Identity.Peers.Where(p => !trunks.CanCall(open, p))],
            room is null || seat is null ? [] : LegsOf(room, seat),
            seat is null ? [] : seat.After(after),
            room is null ? floor.Logs.Of(open.Id, item.Id) : CourseOf(room)
        );
    }

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
    private static CallMemberView Joined(StationLine open, TrafficEntry entry)
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
            Deaf: null
        );
    }
}
