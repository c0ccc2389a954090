using Parley.Record;

namespace Parley.Link;

/// <summary>What may already stand in our feed, signed with our key, while nothing of it is here. LINE-15.</summary>
public enum OpeningDoubt
{
    /// <summary>Every peer may hold something of it, and each is waited for: this store cannot tell what these keys
    /// have signed.</summary>
    AskEverybody,

    /// <summary>By all that this store knows these keys have signed nothing here. Whoever can be asked is asked; who
    /// cannot be reached is not waited for.</summary>
    AskReachable,

    /// <summary>The line's nonce was drawn here just now: nobody can hold anything.</summary>
    None,
}

/// <summary>Entries that were signed with our key and not written here: another copy of the station runs, the key is
/// stolen, or the store was put back. LINK-104.</summary>
/// <param name="Peer">Who showed it first.</param>
/// <param name="Held">Entries that we held: the first foreign one has this place.</param>
/// <param name="Proven">Entries that the peer showed under our signature.</param>
/// <param name="At">When it was met, by our clock.</param>
public sealed record ForeignFeed(PartyId Peer, ulong Held, ulong Proven, DateTimeOffset At)
{
    /// <summary>What operators and officers are told, wherever it is shown.</summary>
    public string Sentence(PartyId self) =>
        $"{new EntryId(self, Held)} was signed with our key and not written here: another copy of this station runs, the key is stolen, or an old state of the record was put back; nothing is signed on this line until two officers say so";
}

/// <summary>
/// Whether something may be signed with our key that is not here. While it may, nothing is signed. Owned by the
/// recovery of the own feed; every part looks at it. LINK-60, LINK-101, LINK-104.
/// </summary>
internal sealed class OwnFeedDoubt
{
    /// <summary>The largest checkpoint of ours that a peer has shown and we do not hold.</summary>
    internal (PartyId Peer, SignedCheckpoint Checkpoint)? Behind { get; set; }

    /// <summary>Peers that have not yet shown what they hold of our feed.</summary>
    internal Dictionary<PartyId, Showing> AwaitingProof { get; } = [];

    /// <summary>Set while entries are known that were not written here, and no two officers have decided.</summary>
    internal ForeignFeed? Foreign { get; set; }

    /// <summary>True while the officers' word is on its way into the store.</summary>
    internal bool SigningOn { get; set; }

    /// <summary>True while nothing may be signed: we are behind our own signature, or do not yet know whether we
    /// are.</summary>
    internal bool IsCatchingUp => Behind is not null || AwaitingProof.Count > 0 || Foreign is not null || SigningOn;
}

/// <summary>What one peer has yet to say of our feed, while nothing may be signed. Owned by the machine. LINK-101 to
/// LINK-103.</summary>
internal sealed class Showing
{
    /// <summary>Token of the question under way; 0 when none is.</summary>
    internal long Question { get; set; }
    internal DateTimeOffset? AskAt { get; set; }
    private TimeSpan pause = LinkLimits.FirstRetry;

    /// <summary>It claimed more of our feed than we hold after the question set out: the answer to that one shows
    /// nothing.</summary>
    internal bool ClaimedSince { get; set; }

    /// <summary>The last question found no answer: what the peer says of its own accord has to do.</summary>
    internal bool Unreachable { get; set; }

    /// <summary>It refused the question as stations before LINK-101 do that hold nothing more.</summary>
    internal bool RefusedAsBefore { get; set; }

    internal void Pause(DateTimeOffset now)
    {
        AskAt = now.Plus(pause);
        pause = pause * 2 < LinkLimits.MaxRetry ? pause * 2 : LinkLimits.MaxRetry;
    }

    internal void AskSoon()
    {
        AskAt = null;
        pause = LinkLimits.FirstRetry;
    }
}
