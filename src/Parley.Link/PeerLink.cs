using Parley.Record;

namespace Parley.Link;

/// <summary>What this station knows of one peer's presence, and the requests it keeps open towards it.</summary>
internal sealed class PeerLink(PartyId peer, bool dialable, LineDocument document)
{
    internal PartyId Peer { get; } = peer;

    /// <summary>True when the peer's card names an address.</summary>
    internal bool Dialable { get; } = dialable;

    /// <summary>What one request to the peer carries.</summary>
    internal Stride Stride { get; } = new();

    /// <summary>When anything authentic last came from the peer, either way round (P6).</summary>
    internal DateTimeOffset? LastHeard { get; set; }

    /// <summary>Since when heartbeats found no answer, and why the last one did not; null once anything authentic has
    /// come.</summary>
    internal (DateTimeOffset Since, string Reason)? Unanswered { get; set; }

    /// <summary>When the peer last dialled us; null when it never did.</summary>
    internal DateTimeOffset? LastInbound { get; set; }

    /// <summary>When the peer last said that an officer is there; null when it last said that there is none. It holds
    /// no longer than the link is up without another word.</summary>
    internal DateTimeOffset? AttendedAt { get; set; }

    /// <summary>True while the peer answers our heartbeats with "unknown line" or "unknown key", and nothing else of it
    /// has come since.</summary>
    internal bool Unopened { get; set; }

    /// <summary>What its heartbeats say of its clock; null when none has come in this run.</summary>
    internal ClockBounds? Clock { get; set; }

    /// <summary>What its heartbeats show.</summary>
    internal ShownNotes Shown { get; } = new(document);

    /// <summary>Since when what it sends as heartbeats cannot be read, when the last such came, and why; null once one
    /// could. LINK-84.</summary>
    internal (DateTimeOffset Since, DateTimeOffset Last, string Reason)? Unreadable { get; set; }

    /// <summary>Heartbeats of the peer that are looked at. LINK-82.</summary>
    internal Allowance Heartbeats { get; } = new(LinkLimits.MaxHeartbeatsPerSecond, LinkLimits.MaxHeartbeatsAtOnce);

    /// <summary>What the peer last proved to hold of our feed.</summary>
    internal ulong HoldsOfOurs { get; set; }

    /// <summary>What the peer last said that it holds of our feed, by our signature or by a pull; null when it has said
    /// nothing. What it does not say says nothing. LINK-100.</summary>
    internal ulong? SaidHeld { get; set; }

    /// <summary>The most that it claimed to hold of our feed and that we do not hold; no proof, but reason to ask. 0
    /// once an answer has settled it. LINK-102.</summary>
    internal ulong Claimed { get; set; }
    internal bool AskingClaim { get; set; }
    internal DateTimeOffset? ClaimAskAt { get; set; }

    /// <summary>True when its last heartbeat named our feed.</summary>
    internal bool NamedOurs { get; set; }

    /// <summary>Whether more of our feed was on its way into the peer's store, by its last heartbeat; null before the
    /// first.</summary>
    internal bool? Storing { get; set; }

    /// <summary>When the peer was last shown our checkpoint again because its heartbeat did not name our
    /// feed.</summary>
    internal DateTimeOffset? DoubtedAt { get; set; }

    internal DateTimeOffset NextHeartbeat { get; set; }
    internal long HeartbeatToken { get; set; }

    internal long PullToken { get; set; }
    internal DateTimeOffset? PullRetryAt { get; set; }

    /// <summary>Our cosignature on what the last pull brought, to go with the next, and the size it covers.</summary>
    internal (ulong Size, NoteSignature Cosignature)? CosignatureToReturn { get; set; }

    /// <summary>True when what the last pull brought did not go on from what we hold: the author is to learn that, even
    /// if no further pull is due.</summary>
    internal bool PullAgain { get; set; }

    /// <summary>Id of the message off the record that the last pull brought.</summary>
    internal string? OffRecordToConfirm { get; set; }

    /// <summary>Id of the message off the record that the peer's last pull was answered with, until a pull confirms
    /// it.</summary>
    internal string? OffRecordGiven { get; set; }

    /// <summary>Set when it did not confirm it: until then it is given none. LINK-85.</summary>
    internal DateTimeOffset? OffRecordAt { get; set; }

    /// <summary>When the peer is offered the next chunk of an attachment, after one that it did not take; and how long
    /// that pause is. LINK-17.</summary>
    internal DateTimeOffset? OffersAt { get; set; }
    internal TimeSpan OfferPause { get; set; }

    /// <summary>True after a request for our own feed found no answer: the peer is waited for instead.
    /// LINK-63.</summary>
    internal bool CannotBeAsked { get; set; }

    /// <summary>True while the peer's own feed is on its way to it, because it asked for it by a heartbeat.</summary>
    internal bool Bringing { get; set; }

    /// <summary>True while entries that the peer asked for, of its own feed, are being read.</summary>
    internal bool Recovering { get; set; }

    /// <summary>The peer was asked for bodies of our own entries below this; and whether it is being asked.</summary>
    internal ulong BodiesAsked { get; set; }
    internal bool AskingBodies { get; set; }
    internal DateTimeOffset? BodiesRetryAt { get; set; }

    /// <summary>Pulls that the peer may make, and those among them that start elsewhere than where the last answer
    /// ended. LINK-23.</summary>
    internal Allowance Pulls { get; } = new(LinkLimits.MaxPullsPerSecond, LinkLimits.MaxPullsPerSecond);
    internal Allowance PullRestarts { get; } =
        new(LinkLimits.MaxPullRestartsPerSecond, LinkLimits.MaxPullRestartsAtOnce);

    internal LinkState State { get; set; } = LinkState.Down;
}
