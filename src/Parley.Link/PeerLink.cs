using Parley.Record;

namespace Parley.Link;

/// <summary>What this station knows of one peer's presence, and the requests it keeps open towards it.</summary>
internal sealed class PeerLink(PartyId peer, bool dialable)
{
    internal PartyId Peer { get; } = peer;

    /// <summary>True when the peer's card names an address.</summary>
    internal bool Dialable { get; } = dialable;

    /// <summary>What one request to the peer carries.</summary>
    internal Stride Stride { get; } = new();

    /// <summary>When anything authentic last came from the peer, either way round (P6).</summary>
    internal DateTimeOffset? LastHeard { get; set; }

    /// <summary>Since when heartbeats found no answer, and why the last one did not; null once anything authentic has come.</summary>
    internal (DateTimeOffset Since, string Reason)? Unanswered { get; set; }

    /// <summary>When the peer last dialled us; null when it never did.</summary>
    internal DateTimeOffset? LastInbound { get; set; }

    /// <summary>When the peer last said that an officer is there; null when it last said that there is none. It holds no longer than the link is up without another word.</summary>
    internal DateTimeOffset? AttendedAt { get; set; }

    /// <summary>True while the peer answers our heartbeats with "unknown line" or "unknown key", and nothing else of it has come since.</summary>
    internal bool Unopened { get; set; }

    /// <summary>The peer's clock minus ours, as its last heartbeat showed it.</summary>
    internal TimeSpan? ClockOffset { get; set; }

    /// <summary>What the peer last proved to hold of our feed.</summary>
    internal ulong HoldsOfOurs { get; set; }

    internal DateTimeOffset NextHeartbeat { get; set; }
    internal long HeartbeatToken { get; set; }

    internal long PullToken { get; set; }
    internal DateTimeOffset? PullRetryAt { get; set; }
    /// <summary>Our cosignature on what the last pull brought, to go with the next, and the size it covers.</summary>
    internal (ulong Size, NoteSignature Cosignature)? CosignatureToReturn { get; set; }

    /// <summary>True when what the last pull brought did not go on from what we hold: the author is to learn that, even if no further pull is due.</summary>
    internal bool PullAgain { get; set; }

    /// <summary>Id of the message off the record that the last pull brought.</summary>
    internal string? OffRecordToConfirm { get; set; }

    /// <summary>When the peer is offered the next chunk of an attachment, after one that it did not take; and how long that pause is. LINK-17.</summary>
    internal DateTimeOffset? OffersAt { get; set; }
    internal TimeSpan OfferPause { get; set; }

    /// <summary>True after a request for our own feed found no answer: the peer is waited for instead. LINK-63.</summary>
    internal bool CannotBeAsked { get; set; }

    /// <summary>True while the peer's own feed is on its way to it, because it asked for it by a heartbeat.</summary>
    internal bool Bringing { get; set; }

    /// <summary>True while entries that the peer asked for, of its own feed, are being read.</summary>
    internal bool Recovering { get; set; }

    /// <summary>The peer was asked for bodies of our own entries below this; and whether it is being asked.</summary>
    internal ulong BodiesAsked { get; set; }
    internal bool AskingBodies { get; set; }
    internal DateTimeOffset? BodiesRetryAt { get; set; }

    /// <summary>Pulls that the peer may make, and those among them that start elsewhere than where the last answer ended. LINK-23.</summary>
    internal Allowance Pulls { get; } = new(LinkLimits.MaxPullsPerSecond, LinkLimits.MaxPullsPerSecond);
    internal Allowance PullRestarts { get; } = new(LinkLimits.MaxPullRestartsPerSecond, LinkLimits.MaxPullRestartsAtOnce);

    internal LinkState State { get; set; } = LinkState.Down;
}
