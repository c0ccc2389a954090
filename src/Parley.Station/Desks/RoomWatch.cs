using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>When what peers send finds no room here any more, and whose attachments it is that take theirs. LINK-9,
/// LINK-89, LINK-91.</summary>
internal sealed class RoomWatch(Premises premises, DiskReserve reserve, AlarmBoard alarms)
{
    /// <summary>Begins the name of every alarm's cause that is an attachment too many of a peer.</summary>
    internal const string QuotaPrefix = "attachments-full.";
    private const string NoRoom = "no-room.";

    /// <summary>Set at the first pass that found no room, until one finds it again.</summary>
    private DateTimeOffset? noRoomSince;

    /// <summary>The disk is one for all lines: its alarm stands on the journal, once.</summary>
    private static bool IsOfStation(Parley.Link.LineIdentity line) => line.Peers.Count == 0;

    /// <summary>Two causes, so that who has quieted the first is told when it comes to entries.</summary>
    private (string Key, string Why)? Trouble =>
        reserve.Refusal is { } all ? ($"{NoRoom}entries", all)
        : reserve.AttachmentRefusal is { } large ? ($"{NoRoom}attachments", large)
        : null;

    /// <summary>True where the alarm of the disk that stands is not that of how the disk is, or none stands.</summary>
    internal bool IsToldWrongly(StationLine open)
    {
        if (!IsOfStation(open.Host.Identity))
            return false;
        return Trouble is { } trouble ? !alarms.Stands(open.Id, trouble.Key) : alarms.Stands(open.Id, NoRoom);
    }

    internal IEnumerable<AlarmCause> CausesOn(StationLine open)
    {
        if (IsOfStation(open.Host.Identity))
        {
            if (Trouble is not { } trouble)
            {
                noRoomSince = null;
                yield break;
            }
            noRoomSince ??= premises.Now;
            yield return new AlarmCause(
                trouble.Key,
                null,
                null,
                AlarmClass.NoRoom,
                Mark.Actual,
                AlarmLevel.Arrived,
                trouble.Why,
                noRoomSince.Value,
                [],
                premises.Self
            );
            yield break;
        }
        foreach (var peer in open.Host.Status().Peers)
        {
            if (peer.UntakenHere is not { } untaken)
                continue;
            yield return new AlarmCause(
                $"{QuotaPrefix}{peer.Peer}",
                untaken.Entry,
                null,
                AlarmClass.NoRoomOfPeer,
                Mark.Actual,
                AlarmLevel.Arrived,
                untaken.Reason,
                untaken.Since,
                [],
                peer.Peer
            );
        }
    }

    /// <summary>An attachment that was not taken, as officers are told of it.</summary>
    internal static UntakenView? Shown(PartyId at, Parley.Link.UntakenAttachment? untaken) =>
        untaken is null
            ? null
            : new UntakenView(
                untaken.Entry,
                untaken.Since,
                $"{at} has no room for the attachment of {untaken.Entry}: {untaken.Reason}"
            );
}
