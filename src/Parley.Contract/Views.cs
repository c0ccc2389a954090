using System.Text.Json.Serialization;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Contract;

public enum StationState
{
    Ready,
    Faulted,
    Restored,

    /// <summary>Somebody else writes with our key, on one line at least: it signs nothing there until two officers
    /// decide.</summary>
    [JsonStringEnumMemberName("own-feed-foreign")]
    OwnFeedForeign,
}

/// <summary>How our own feed stands on a line where it did not just go on.</summary>
public enum OwnFeedState
{
    /// <summary>This station writes it.</summary>
    Ours,

    /// <summary>It is empty, and peers are asked whether they hold anything of it.</summary>
    Opening,

    /// <summary>It was put back from a backup, and peers are asked what is missing.</summary>
    Restored,

    /// <summary>Entries stand in it that this station did not write.</summary>
    [JsonStringEnumMemberName("own-feed-foreign")]
    Foreign,
}

public enum LinkState
{
    Alive,
    Unattended,
    Suspended,
    Unopened,
    Down,
}

public enum BodyState
{
    Here,
    None,
    Withheld,
    Missing,
    Attachment,
}

/// <summary>How a sent entry stands when the answer leaves: <c>Recorded</c> is durable here and nothing more was waited
/// for.</summary>
public enum Settled
{
    Recorded,
    Delivered,
    Sealed,
    Undelivered,
}

public sealed record FingerprintView(string Hex, string Words)
{
    internal static FingerprintView Of(Fingerprint fingerprint) => new(fingerprint.Hex, fingerprint.Words);
}

/// <param name="Lines">Lines with others; the journal is not among them.</param>
/// <param name="Journal">The line on which this party writes for itself alone.</param>
/// <param name="Warning">What should not stay as it is, in words, such as an API that listens beyond this machine
/// without TLS; else null.</param>
/// <param name="NoRoomForAttachments">Why no attachment is taken of peers, where the disk is down to what attachments
/// leave free; else null.</param>
/// <param name="NoRoom">Why nothing more is taken from peers, where the disk is down to its reserve; else null.</param>
public sealed record StationView(
    PartyId Party,
    string Name,
    string Version,
    FingerprintView Fingerprint,
    string Store,
    DateTimeOffset StartedAt,
    StationState State,
    string? Fault,
    IReadOnlyList<string> Addresses,
    int Lines,
    LineId? Journal = null,
    string? NoRoom = null,
    string? NoRoomForAttachments = null,
    string? Warning = null
);

/// <param name="Document">Exact bytes of the line document.</param>
public sealed record OpenedLine(LineId Line, byte[] Document, FingerprintView Fingerprint);

/// <param name="Standing">As stored: <c>proposed</c>, <c>accepted</c>, <c>stopped</c>.</param>
public sealed record LineSummary(
    LineId Line,
    string Title,
    IReadOnlyList<PartyId> Parties,
    string Standing,
    DateTimeOffset Created,
    LineId? Continues = null
);

public sealed record LineParty(
    PartyId Party,
    string Name,
    FingerprintView Fingerprint,
    IReadOnlyList<string> Addresses
);

public sealed record LineDetail(
    LineId Line,
    string Title,
    DateTimeOffset Created,
    string Standing,
    byte[] Document,
    FingerprintView Fingerprint,
    IReadOnlyList<LineParty> Parties,
    LineStatus Status,
    LineId? Continues = null
)
{
    /// <summary>What the parties agreed, as the document has it.</summary>
    public required LinePolicyView Policy { get; init; }
}

/// <summary>A line's policy (LINE-8). Durations in whole seconds; the separation in metres, metres of height, and
/// seconds.</summary>
/// <param name="Fold">The version of the rules for what counts and what is flagged (LINE-13).</param>
/// <param name="StaffedTests">HH:mm, local to each party.</param>
/// <param name="TwoPeople">Acts that one officer proposes and another releases.</param>
public sealed record LinePolicyView(
    AcknowledgeTimes Acknowledge,
    int Deputy,
    int Heartbeat,
    int ClockWarn,
    int ClockFlag,
    int LineTest,
    IReadOnlyList<string> StaffedTests,
    IReadOnlyList<string> TwoPeople,
    LineSeparation Separation,
    int Fold
)
{
    internal static LinePolicyView Of(LinePolicy policy) =>
        new(
            new AcknowledgeTimes(
                policy.AcknowledgeRoutine,
                policy.AcknowledgePriority,
                policy.AcknowledgeImmediate,
                policy.AcknowledgeFlash
            ),
            policy.Deputy,
            policy.Heartbeat,
            policy.ClockWarn,
            policy.ClockFlag,
            policy.LineTest,
            policy.StaffedTests,
            policy.TwoPeople,
            policy.Separation,
            policy.Fold
        );
}

/// <summary>That a party suspended the line and has not resumed it: what it takes meanwhile is FLASH, acknowledgements,
/// tests and the watch's handover. LINK-32.</summary>
/// <param name="At">The time in the entry.</param>
/// <param name="Seat">And <paramref name="Name"/>, <paramref name="ReleasedBy"/>: the officers, as that party
/// says.</param>
/// <param name="Reason">As that party gave it; null where it gave none, or where its text is not here.</param>
public sealed record SuspensionView(
    PartyId By,
    EntryId Entry,
    DateTimeOffset At,
    string Seat,
    string Name,
    string? ReleasedBy,
    string? Reason
)
{
    internal static SuspensionView Of(StandingSuspension standing) =>
        new(
            standing.Step.From,
            standing.Step.Id,
            standing.Step.At,
            standing.Step.By.Seat,
            standing.Step.By.Name,
            standing.Step.By.ReleasedBy?.Name,
            standing.Reason
        );
}

public sealed record LineStatus(
    LineId Line,
    string Standing,
    ulong OwnSize,
    ulong OwnSealed,
    IReadOnlyList<PeerStatus> Peers,
    int Forks,
    long Refusals
)
{
    /// <summary>Our own feed on its way back after a restore; null when it is whole, and while no peer has shown what
    /// is missing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RecoveryView? Recovery { get; init; }

    /// <summary>Why nothing is signed on this line, or that two officers decided that it is; null where neither was
    /// ever so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OwnFeedView? OwnFeed { get; init; }

    /// <summary>By whom the line is suspended, the earliest first; empty where it is not.</summary>
    public IReadOnlyList<SuspensionView> Suspensions { get; init; } = [];

    /// <summary>The relay that the line uses; null where it uses none. What it says of the relay says nothing of a
    /// peer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RelayView? Relay { get; init; }
}

/// <param name="From">The peer whose turn it is to give it.</param>
/// <param name="Held">Entries of our feed that we hold.</param>
/// <param name="Proven">Entries of it that the peer showed under our signature.</param>
/// <param name="Awaited">True when that peer cannot be dialled, and brings them when it dials us.</param>
public sealed record RecoveryView(PartyId From, ulong Held, ulong Proven, bool Awaited);

/// <param name="ClockOffsetMs">The least by which its clock must differ from ours, zero where it need not; null when it
/// has not said so lately.</param>
/// <param name="TheirSizeHeld">Entries of their feed that we hold durably.</param>
/// <param name="OurSizeSealed">Entries of our feed that this peer has cosigned.</param>
public sealed record PeerStatus(
    PartyId Party,
    LinkState State,
    DateTimeOffset? LastHeard,
    long? ClockOffsetMs,
    ulong TheirSizeHeld,
    ulong OurSizeSealed,
    Undelivered? OldestUndelivered,
    DateTimeOffset? FailingSince,
    string? LastError
)
{
    /// <summary>Why nothing that the peer says of itself can be read: whether an officer is there is not known then.
    /// Null when it can.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HeartbeatsUnreadable { get; init; }

    /// <summary>Since when two stations with this party's identity are heard at once; null where there is
    /// one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DoubledSince { get; init; }

    /// <summary>The first attachment of ours for which the peer has no room, as it says; null where there is none. It
    /// is offered again by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UntakenView? UntakenThere { get; init; }

    /// <summary>The first attachment of the peer that is beyond what its attachments may take here; null where none
    /// is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UntakenView? UntakenHere { get; init; }
}

/// <summary>An attachment that finds no room, since when, and what is to be told.</summary>
public sealed record UntakenView(EntryId Entry, DateTimeOffset Since, string Sentence);

/// <param name="Sentence">What is to be told, where entries are foreign.</param>
/// <param name="Awaited">Peers that have still to show what they hold of our feed.</param>
public sealed record OwnFeedView(OwnFeedState State, string? Sentence, IReadOnlyList<PartyId> Awaited)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ForeignView? Foreign { get; init; }

    /// <summary>A first officer's word that waits for a second.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignOnView? Proposed { get; init; }

    /// <summary>The last decision of two officers on this line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SignOnView? Decided { get; init; }
}

/// <param name="Peer">Who showed them first.</param>
/// <param name="Held">Entries that we held: the place of the first foreign one.</param>
/// <param name="Proven">Entries that the peer showed under our signature.</param>
public sealed record ForeignView(PartyId Peer, ulong Held, ulong Proven, DateTimeOffset At);

/// <param name="Decided">False while a second officer has still to say the same.</param>
/// <param name="Without">Peers that are not waited for.</param>
public sealed record SignOnView(
    LineId Line,
    bool Decided,
    Officer First,
    Officer? Second,
    DateTimeOffset At,
    string? Reason,
    IReadOnlyList<PartyId> Without
)
{
    /// <summary>True in the answer to whoever took the first word back.</summary>
    public bool Withdrawn { get; init; }
}

/// <summary>An officer's word that this station may sign on, though entries are not its own or peers have not shown
/// what they hold.</summary>
/// <param name="Without">Peers that are still awaited and are not waited for; each has to be named.</param>
/// <param name="Withdraw">True takes the word back that waits for a second officer.</param>
public sealed record SignOnRequest(
    Officer? By = null,
    string? Reason = null,
    IReadOnlyList<PartyId>? Without = null,
    bool Withdraw = false
);

/// <param name="At">The entry's own time.</param>
/// <param name="Since">Since when this station has tried to deliver it.</param>
public sealed record Undelivered(EntryId Entry, DateTimeOffset At, DateTimeOffset Since);

/// <param name="WaitCutShort">A seal was waited for, and the station stopped before it came or the time was up.</param>
public sealed record Appended(
    EntryId Id,
    DateTimeOffset At,
    bool Sealed,
    IReadOnlyList<PartyId> CosignedBy,
    Settled Settled,
    bool WaitCutShort = false
);

/// <param name="WaitCutShort">As for <see cref="Appended"/>.</param>
public sealed record AppendedBatch(EntryId? First, EntryId? Last, long Count, bool Sealed, bool WaitCutShort = false);

/// <param name="Sha256">Hex SHA-256 of the bytes alone (without salt), as any file tool shows it.</param>
/// <param name="WaitCutShort">As for <see cref="Appended"/>.</param>
public sealed record Attached(
    EntryId Id,
    long Size,
    string Sha256,
    bool Sealed,
    Settled Settled,
    bool WaitCutShort = false
);

/// <param name="Delivered">For what we sent: per party. Null for what we received.</param>
public sealed record OffRecordMessage(
    PartyId From,
    DateTimeOffset At,
    Precedence Precedence,
    Officer By,
    IReadOnlyList<PartyId>? To,
    string Text,
    IReadOnlyDictionary<PartyId, bool>? Delivered
);

/// <param name="Body">Body bytes when <see cref="BodyState.Here"/>; shown as JSON when they are JSON, else null in the
/// view.</param>
/// <param name="Size">Bytes of the body by the header, whether it is here or not.</param>
public record EntryView(
    EntryId Id,
    LineId Line,
    string Kind,
    DateTimeOffset At,
    Mark Mark,
    Precedence Precedence,
    Officer By,
    IReadOnlyList<EntryId> Re,
    IReadOnlyList<PartyId>? To,
    string? Lang,
    bool Sealed,
    IReadOnlyList<PartyId> CosignedBy,
    [property: JsonConverter(typeof(BodyJson))] byte[]? Body,
    BodyState BodyState,
    long Size,
    long Arrival,
    DateTimeOffset StoredAt
)
{
    /// <summary>
    /// Seconds by which the author's time lies after this station's own at the moment the entry came, where the line's
    /// policy flags so many: one of the two clocks
    /// is off. Null when it is in order. An entry that comes late shows nothing: it may have waited.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ClockAhead { get; init; }
}

/// <param name="Next">The arrival to pass as <c>after</c> (newest first: as <c>before</c>) for the following page; null
/// when this page is the last for now.</param>
public sealed record RecordPage(IReadOnlyList<EntryView> Entries, long? Next);

/// <summary>What a search of the record found in one go.</summary>
/// <param name="Looked">How many entries were looked at.</param>
/// <param name="Next">The arrival to pass as <c>before</c> to look further back, also where nothing was found; null
/// when everything was looked at.</param>
public sealed record RecordFindings(IReadOnlyList<EntryView> Entries, int Looked, long? Next);

/// <param name="Header">Exact header bytes.</param>
public sealed record EntryDetail(EntryView View, byte[] Header, IReadOnlyList<CosignatureView> Cosignatures)
    : EntryView(View)
{
    [JsonIgnore]
    public EntryView View { get; } = View;
}

/// <param name="NoteLine">The signature line as the cosigner made it.</param>
public sealed record CosignatureView(PartyId Party, ulong Size, DateTimeOffset At, string NoteLine);

public sealed record BodyContent(Stream Content, long Length, bool IsAttachment);

/// <param name="First">One checkpoint, as a signed note.</param>
/// <param name="Second">The other checkpoint.</param>
/// <param name="Proof">Where they differ in size: what shows an outsider that they contradict each other (LINK-52);
/// empty where the notes are enough, null where it is in the hands of others.</param>
public sealed record ForkView(
    LineId Line,
    PartyId Party,
    string First,
    string Second,
    DateTimeOffset At,
    string? Proof = null
);

public sealed record RefusalView(
    LineId? Line,
    string? Peer,
    int Status,
    string Reason,
    long Count,
    DateTimeOffset First,
    DateTimeOffset Last
);

/// <summary>What the console and <c>record follow</c> hear of: one of the nested cases.</summary>
internal abstract record StationEvent
{
    private StationEvent() { }

    internal sealed record Entry(EntryView View) : StationEvent;

    /// <param name="Size">Entries 0..Size-1 of the feed of <paramref name="Feed"/> are sealed.</param>
    internal sealed record Sealed(LineId Line, PartyId Feed, ulong Size) : StationEvent;

    internal sealed record Link(LineId Line, PartyId Party, LinkState State) : StationEvent;

    /// <param name="Refusal">Its count is how often since this follower was last told of this peer; the reason is the
    /// latest.</param>
    internal sealed record Refused(RefusalView Refusal) : StationEvent;

    /// <summary>Two checkpoints of the feed of <paramref name="Party"/> contradict each other: the line is
    /// stopped.</summary>
    internal sealed record Forked(LineId Line, PartyId Party, ulong HeldSize, ulong OfferedSize) : StationEvent;

    /// <summary>Our own feed: behind what a peer proved that we signed (nothing is signed then), or caught
    /// up.</summary>
    /// <param name="Peer">Who proved it; null when the station was restored and the peers are still being
    /// asked.</param>
    /// <param name="Proven">Entries that the peer showed under our signature.</param>
    internal sealed record OwnFeed(LineId Line, bool CatchingUp, ulong Held, PartyId? Peer, ulong? Proven)
        : StationEvent;

    /// <summary>A peer holds less of our feed than it had cosigned; it has all of it again once <paramref name="Held"/>
    /// has reached <paramref name="Cosigned"/>.</summary>
    internal sealed record PeerLost(LineId Line, PartyId Party, ulong Cosigned, ulong Held) : StationEvent;

    /// <summary>The follower was too slow for even the latest states: forget them; all that hold now follow.</summary>
    internal sealed record Reset : StationEvent;

    /// <summary>An item changed its state, or an entry was flagged.</summary>
    internal sealed record Traffic(TrafficData Data) : StationEvent;

    /// <summary>An alarm stands, or has reached a higher level.</summary>
    internal sealed record Alarm(AlarmView View) : StationEvent;

    /// <summary>How far a blind check is.</summary>
    internal sealed record Blind(BlindData Data) : StationEvent;

    /// <summary>Something changed about a call that is held, or a console was told something.</summary>
    internal sealed record Call(CallData Data) : StationEvent;
}
