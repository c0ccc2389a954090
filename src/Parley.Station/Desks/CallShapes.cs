using Parley.Record;
using Parley.Station.Calls;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>Calls in the words of the API.</summary>
internal sealed class CallShapes(CallFloor floor, Premises premises)
{
    private readonly CallRings rings = new();

    internal CallLiveView Of(StationLine open, Item item, CallSeat? seat, long after)
    {
        var room = floor.Find(open.Id, item.Id);
        return new CallLiveView(
            open.Id,
            item.Id,
            CallFamily.IsOpenToVoice(item) || !CallFamily.IsBrokenOff(item) || item.IsSettled
                ? item.State
                : CallFamily.BrokenOff,
            item.Since,
            item.Due,
            item.Root.Header.Mark,
            RingsUntil(open, item),
            item.Root.Header.From,
            (item.Root.Body as CallOpening)?.Topic ?? (item.Root.Body as CallRequest)?.Topic,
            room is null ? [.. CallFamily.JoinsOf(item).Select(e => Joined(open, item, e))] : MembersOf(room),
            [.. open.Host.Identity.Peers.Where(p => !floor.Trunks.CanCall(open, p))],
            room is null || seat is null ? [] : LegsOf(room, seat),
            seat is null ? [] : seat.After(after),
            [.. SeenOf(open, item, room).Select(m => m.Moment)],
            Consent(item),
            [
                .. item
                    .Applied.Where(e => e.Body is CallWords)
                    .Select(e => new CallWordsView(
                        e.Header.From,
                        ((CallWords)e.Body!).Own ?? "",
                        ((CallWords)e.Body!).Other ?? "",
                        e.Header.Kind == Kinds.CallWordsMatched
                    )),
            ]
        );
    }

    /// <summary>Until when it rings at the consoles of this watch: the other watch calls, or waits for ours in a call that
    /// was agreed on. Null where it does not. CALL-18</summary>
    private DateTimeOffset? RingsUntil(StationLine open, Item item)
    {
        var isRinging = item.State == CallFamily.Ringing;
        if (!isRinging && !CallFamily.IsOpenToVoice(item))
            return null;
        var joins = CallFamily.JoinsOf(item).ToList();
        var cause =
            isRinging ? item.Root
            : joins.Exists(e => e.Header.From == premises.Self) ? null
            : joins.FirstOrDefault();
        if (cause is null || cause.Header.From == premises.Self)
            return null;
        var now = premises.Now;
        var came = premises.Store.ReadEntry(new Origin(open.Id, cause.Id.Party), cause.Id.Seq)?.StoredAt ?? now;
        return rings.Until(open.Id, cause.Id, came, isRinging ? item.Due : null, now);
    }

    /// <summary>What each side says of the call.</summary>
    internal CallLogsView Logs(StationLine open, Item item, DateTimeOffset now)
    {
        var room = floor.Find(open.Id, item.Id);
        var draft = CallDrafts.Of(item, SeenOf(open, item, room), now);
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

    private IReadOnlyList<SeenMoment> SeenOf(StationLine open, Item item, CallRoom? room)
    {
        var before = floor.Logs.Of(open.Id, item.Id);
        if (room is null)
            return before;
        lock (room.Gate)
            return CallCourse.Cut(before.Concat(room.Course));
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
