using System.Collections.Concurrent;
using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>Peers whose link is down, and stays down: what is written to them goes nowhere now.</summary>
internal sealed class LinkWatch(Premises premises, AlarmBoard alarms)
{
    /// <summary>Begins the name of every alarm's cause that is of this.</summary>
    private const string CausePrefix = "link-down.";

    /// <summary>A silence that is over sooner than this is no trouble that an officer can do anything about.</summary>
    private static readonly TimeSpan Passing = TimeSpan.FromMinutes(1);

    /// <summary>When each was seen to be down for the first time since it was heard.</summary>
    private readonly ConcurrentDictionary<(LineId Line, PartyId Peer), DateTimeOffset> down = new();

    /// <summary>True where a link stays down and no alarm says so, or one says so of a link that does not.</summary>
    internal bool IsToldWrongly(StationLine open) =>
        open.Host.Identity.Peers.Count > 0
        && !StayDown(open).Select(KeyOf).ToHashSet(StringComparer.Ordinal).SetEquals(alarms.Keys(open.Id, CausePrefix));

    internal IEnumerable<AlarmCause> CausesOn(StationLine open) =>
        StayDown(open)
            .Select(peer => new AlarmCause(
                KeyOf(peer),
                null,
                null,
                AlarmClass.LinkDown,
                Mark.Actual,
                AlarmLevel.Arrived,
                "link down",
                peer.LastHeard ?? premises.StartedAt,
                [peer.Peer],
                peer.Peer
            ));

    private static string KeyOf(Parley.Link.PeerStatus peer) => $"{CausePrefix}{peer.Peer}";

    private List<Parley.Link.PeerStatus> StayDown(StationLine open)
    {
        var now = premises.Now;
        var stay = new List<Parley.Link.PeerStatus>();
        foreach (var peer in open.Host.Status().Peers)
        {
            var key = (open.Id, peer.Peer);
            if (peer.State != Parley.Link.LinkState.Down)
            {
                down.TryRemove(key, out _);
                continue;
            }
            var since = down.GetOrAdd(key, now);
            if (since > now)
                down[key] = now; // the clock was set back
            else if (now - since >= Passing)
                stay.Add(peer);
        }
        return stay;
    }
}
