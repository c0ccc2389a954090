using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Traffic;

namespace Parley.Station;

/// <summary>When what peers send finds no room here any more, and whose attachments it is that take theirs. LINK-9,
/// LINK-89, LINK-91.</summary>
internal sealed partial class StationRuntime
{
    private const string QuotaUsed = "attachments-full.";
    private const string NoRoom = "no-room.";

    /// <summary>Set at the first pass that found no room, until one finds it again.</summary>
    private DateTimeOffset? noRoomSince;

    /// <summary>The disk is one for all lines: its alarm stands on the journal, once.</summary>
    private static bool IsOfStation(Parley.Link.LineIdentity line) => line.Peers.Count == 0;

    /// <summary>Two causes, so that who has quieted the first is told when it comes to entries.</summary>
    private (string Key, string Why)? RoomTrouble =>
        reserve.Refusal is { } all ? ($"{NoRoom}entries", all)
        : reserve.AttachmentRefusal is { } large ? ($"{NoRoom}attachments", large)
        : null;

    /// <summary>True where the alarm of the disk that stands is not that of how the disk is, or none stands.</summary>
    private bool IsRoomToldWrongly(StationLine open)
    {
        if (!IsOfStation(open.Host.Identity))
            return false;
        var line = open.Host.Identity.Line;
        return RoomTrouble is { } trouble ? !alarms.Stands(line, trouble.Key) : alarms.Stands(line, NoRoom);
    }

    private IEnumerable<AlarmCause> RoomCauses(StationLine open)
    {
        var line = open.Host.Identity;
        if (IsOfStation(line))
        {
            if (RoomTrouble is not { } trouble)
            {
                noRoomSince = null;
                yield break;
            }
            noRoomSince ??= clock.GetUtcNow();
            yield return new AlarmCause(
                trouble.Key,
                null,
                null,
                Precedence.Immediate,
                Mark.Actual,
                AlarmLevel.Arrived,
                trouble.Why,
                noRoomSince.Value,
                [],
                Self
            );
            yield break;
        }
        foreach (var peer in open.Host.Status().Peers)
        {
            if (peer.UntakenHere is not { } untaken)
                continue;
            yield return new AlarmCause(
                $"{QuotaUsed}{peer.Peer}",
                untaken.Entry,
                null,
                Precedence.Priority,
                Mark.Actual,
                AlarmLevel.Arrived,
                untaken.Reason,
                untaken.Since,
                [],
                peer.Peer
            );
        }
    }

    private static UntakenView? Untaken(PartyId at, Parley.Link.UntakenAttachment? untaken) =>
        untaken is null
            ? null
            : new UntakenView(
                untaken.Entry,
                untaken.Since,
                $"{at} has no room for the attachment of {untaken.Entry}: {untaken.Reason}"
            );
}
