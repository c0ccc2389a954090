using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Who is there: when each peer was last heard, whether an officer is with it, and which of the five states its link is
/// in. LINK-30, LINK-31.
/// </summary>
/// <param name="turn">The machine's.</param>
/// <param name="feeds">The line's.</param>
/// <param name="suspendedBy">The parties that suspend the line now.</param>
internal sealed class Presence(Turn turn, LineFeeds feeds, IReadOnlyCollection<PartyId> suspendedBy)
{
    private readonly DateTimeOffset loadedAt = turn.Now;

    /// <summary>Told when a peer is there again for what waits because nobody answered.</summary>
    internal Action<PartyId>? Returned { get; set; }

    /// <summary>How often each says that it is there.</summary>
    internal TimeSpan Heartbeat { get; } = TimeSpan.FromSeconds(feeds.Identity.Document.Policy.Heartbeat);

    /// <summary>After so long a silence a link is down.</summary>
    internal TimeSpan DownAfter => Heartbeat * LinkLimits.HeartbeatsUntilDown;

    internal bool IsHeard(PeerLink link) => link.LastHeard is { } heard && turn.Now - heard <= DownAfter;

    /// <summary>We pull when peers cannot dial us, or when this one answers but has not dialled for three heartbeats
    /// (P5).</summary>
    internal bool MustPull(PeerLink link) =>
        !feeds.Identity.AcceptsConnections
        || (IsHeard(link) && turn.Now - (link.LastInbound ?? loadedAt) > Heartbeat * LinkLimits.HeartbeatsUntilPull);

    /// <summary>Anything authentic from the peer: it is there, and what waits because nobody answered waits no longer
    /// (P4). LINK-17.</summary>
    internal void Heard(PeerLink link, bool refusing = false)
    {
        var wasDown = !IsHeard(link);
        link.LastHeard = turn.Now;
        link.Unanswered = null;
        link.Unopened &= refusing;
        if (refusing)
            return; // it is there and does not want it now: the pause before the next attempt goes on growing
        if (feeds.Outboxes[link.Peer].Wake(turn.Now) || wasDown)
            Returned?.Invoke(link.Peer);
    }

    /// <summary>What a heartbeat said of the officers is good for as long as silence is: entries alone do not say that
    /// anybody is there.</summary>
    private bool IsAttended(PeerLink link, DateTimeOffset at) => link.AttendedAt is { } said && at - said <= DownAfter;

    internal LinkState StateOf(PeerLink link, DateTimeOffset at)
    {
        if (link.LastHeard is not { } heard || at - heard > DownAfter)
            return LinkState.Down;
        if (link.Unopened)
            return LinkState.Unopened;
        if (suspendedBy.Count > 0)
            return LinkState.Suspended;
        return IsAttended(link, at) ? LinkState.Alive : LinkState.Unattended;
    }

    /// <summary>Tells when the state of a link has changed.</summary>
    internal void Pump(PeerLink link)
    {
        var state = StateOf(link, turn.Now);
        if (state == link.State)
            return;
        link.State = state;
        turn.Report(new LineReport.LinkChanged(link.Peer, state));
    }

    internal DateTimeOffset? NextWake(PeerLink link)
    {
        var down = link.State == LinkState.Down ? null : link.LastHeard?.Plus(DownAfter);
        var unattended = link.State == LinkState.Alive ? turn.Sooner(null, link.AttendedAt?.Plus(DownAfter)) : null;
        return down < unattended || unattended is null ? down : unattended;
    }
}
