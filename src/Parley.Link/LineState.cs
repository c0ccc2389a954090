using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>Which of five things holds between this station and a peer (R3). Silence is never one word for all of
/// them.</summary>
public enum LinkState
{
    /// <summary>Nothing was heard for 2.5 heartbeats.</summary>
    Down,

    /// <summary>The peer's station answers, and says that it does not know this line, or us: the line is not open
    /// there.</summary>
    Unopened,

    /// <summary>The peer's station answers; no officer is known to be at it.</summary>
    Unattended,

    /// <summary>The line is suspended by a party; FLASH and line tests still pass.</summary>
    Suspended,

    /// <summary>The peer's station answers and an officer is at it.</summary>
    Alive,
}

/// <summary>What an officer wants on the record, before it has a place in the feed.</summary>
public sealed record NewEntry
{
    public required string Kind { get; init; }
    public Mark Mark { get; init; } = Mark.Actual;
    public Precedence Precedence { get; init; } = Precedence.Routine;
    public required Officer By { get; init; }
    public IReadOnlyList<EntryId> Re { get; init; } = [];

    /// <summary>Parties that get the body; null for all.</summary>
    public IReadOnlyList<PartyId>? To { get; init; }
    public string? Lang { get; init; }

    /// <summary>32 fresh random bytes; null exactly when there is no body and no attachment.</summary>
    public byte[]? Salt { get; init; }

    /// <summary>At most <see cref="Body.MaxInline"/> bytes.</summary>
    public byte[]? Body { get; init; }

    /// <summary>For a body larger than that: what the header commits to; the bytes already lie in the store under the
    /// commitment.</summary>
    public AttachedBody? Attachment { get; init; }
}

/// <summary>A body too large to travel beside its header: its commitment and its size in bytes.</summary>
public readonly record struct AttachedBody(Hash Commitment, long Size);

/// <summary>Who this station is on the line, and what it signs with. The machine owns none of the keys.</summary>
public sealed record LineIdentity(PartyId Self, LineDocument Document, SigningKey LogKey, SigningKey CosignKey)
{
    public LineId Line => Document.Id;
    public Origin Own => new(Document.Id, Self);
    public IReadOnlyList<PartyId> Peers { get; } = [.. Document.Parties.Where(p => p != Self)];

    /// <summary>False when peers cannot dial this station: it then pulls.</summary>
    public bool AcceptsConnections { get; init; } = true;

    /// <summary>Bytes that the attachments of one other party may take here. LINK-91.</summary>
    public long AttachmentQuota { get; init; } = LinkLimits.AttachmentQuota;
}

/// <summary>One feed as loaded from the store.</summary>
/// <param name="Frontier">The Merkle frontier at the stored size.</param>
/// <param name="Checkpoint">The author's newest stored checkpoint, of exactly that size; null for an empty
/// feed.</param>
/// <param name="Cosigned">The largest size each other party has verifiably cosigned.</param>
public sealed record LoadedFeed(
    TreeFrontier Frontier,
    SignedCheckpoint? Checkpoint,
    IReadOnlyDictionary<PartyId, ulong> Cosigned
);

/// <summary>Everything a machine needs to go on where the last one stopped.</summary>
public sealed record LoadedLine
{
    public required IReadOnlyDictionary<PartyId, LoadedFeed> Feeds { get; init; }

    /// <summary>The peers' cosignatures on our feed at exactly its size.</summary>
    public IReadOnlyDictionary<PartyId, NoteSignature> OwnCosignatures { get; init; } =
        new Dictionary<PartyId, NoteSignature>();

    /// <summary>
    /// What entry 0 of our feed is to be while the feed is empty; null once it is not. The machine writes it by itself,
    /// before anything else and as soon as
    /// it may sign, so that no crash between accepting a line and opening it can leave a feed that starts with
    /// something else.
    /// </summary>
    public NewEntry? Opening { get; init; }

    /// <summary>True after a fork: nothing is written any more.</summary>
    public bool Stopped { get; init; }

    /// <summary>True after a restore from a backup: nothing is signed until every peer has shown what it holds of our
    /// feed.</summary>
    public bool Restored { get; init; }

    /// <summary>Set when entries were met that were signed with our key and not written here, and no two officers have
    /// decided yet.</summary>
    public ForeignFeed? Foreign { get; init; }

    /// <summary>Whether peers may hold something of our feed while nothing of it is here.</summary>
    public OpeningDoubt Doubt { get; init; }
    public IReadOnlyList<PartyId> SuspendedBy { get; init; } = [];

    /// <summary>Entries whose attachments are not yet known to be whole where they belong: own ones to offer, others'
    /// to take.</summary>
    public IReadOnlyList<EntryId> OpenAttachments { get; init; } = [];

    /// <summary>By author: the lengths of its attachments that are here or begun, together.</summary>
    public IReadOnlyDictionary<PartyId, long> AttachmentBytes { get; init; } = new Dictionary<PartyId, long>();
    public bool Attended { get; init; }

    /// <summary>What the machine before this one held in memory alone; null when the process has just
    /// started.</summary>
    public OffRecordMemory? OffRecord { get; init; }
}

/// <summary>What was said off the record, in so far as a machine needs it: it is in no store, and is gone with the
/// process.</summary>
/// <param name="Waiting">Messages that peers do not have yet.</param>
/// <param name="Seen">Messages that were shown here, so that none is shown twice.</param>
public sealed record OffRecordMemory(
    IReadOnlyList<(PartyId To, OffRecordMessage Message)> Waiting,
    IReadOnlyList<(PartyId From, string Id)> Seen
);

/// <summary>Where one peer stands, for the operator.</summary>
/// <param name="ClockOffset">The least that its clock must differ from ours, zero where it need not; null when it has
/// not said so lately.</param>
public sealed record PeerStatus(
    PartyId Peer,
    LinkState State,
    DateTimeOffset? LastHeard,
    TimeSpan? ClockOffset,
    ulong TheirSizeHeld,
    ulong OurSizeCosigned,
    DateTimeOffset? FailingSince,
    string? LastError,
    int Attempts
)
{
    /// <summary>Why nothing that the peer says of itself can be read: whether an officer is there, then, is not known.
    /// Null when it can.</summary>
    public string? HeartbeatsUnreadable { get; init; }

    /// <summary>The first attachment of ours for which the peer says that it has no room; null when it has said so of
    /// none. LINK-91.</summary>
    public UntakenAttachment? UntakenThere { get; init; }

    /// <summary>The first attachment of the peer that is beyond what its attachments may take here; null when none is.
    /// LINK-91.</summary>
    public UntakenAttachment? UntakenHere { get; init; }
}

/// <summary>An attachment that finds no room, since when, and why.</summary>
public sealed record UntakenAttachment(EntryId Entry, DateTimeOffset Since, string Reason);

/// <summary>Where a line stands, for the operator.</summary>
public sealed record LineStatus(
    LineId Line,
    ulong OwnSize,
    ulong OwnSealed,
    bool Stopped,
    bool CatchingUp,
    IReadOnlyList<PartyId> SuspendedBy,
    IReadOnlyList<PeerStatus> Peers
)
{
    /// <summary>Entries that were signed with our key and not written here; null when there are none, or two officers
    /// have decided.</summary>
    public ForeignFeed? Foreign { get; init; }

    /// <summary>True while our feed is empty and peers have still to show that they hold nothing of it; nothing else is
    /// amiss.</summary>
    public bool IsOpening { get; init; }

    /// <summary>Peers that have still to show what they hold of our feed before anything is signed.</summary>
    public IReadOnlyList<PartyId> Awaited { get; init; } = [];

    /// <summary>What is known of the entries that we signed and do not hold; null while no peer has shown
    /// any.</summary>
    public RecoveryStatus? Recovery { get; init; }
}

/// <summary>Our own feed on its way back.</summary>
/// <param name="From">The peer whose turn it is to give it.</param>
/// <param name="Held">Entries of it that we hold.</param>
/// <param name="Proven">Entries of it that we signed.</param>
/// <param name="IsAwaited">True when that peer cannot be dialled, and we wait until it dials us and brings
/// them.</param>
public sealed record RecoveryStatus(PartyId From, ulong Held, ulong Proven, bool IsAwaited);
