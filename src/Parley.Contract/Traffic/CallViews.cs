using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Contract;

/// <summary>Somebody who has joined a call.</summary>
/// <param name="Joined">The entry by which they did; it names the key that their console speaks by.</param>
/// <param name="Part">What they do there: speaker, interpreter, second officer or listener.</param>
/// <param name="Leaf">SHA-256 of the entry's header, as every party has it.</param>
/// <param name="Sealed">True once every party of the line holds the entry.</param>
/// <param name="Here">True while their console is in the call.</param>
/// <param name="Held">True while they have the call on hold.</param>
/// <param name="Muted">True while they have their own voice muted.</param>
/// <param name="Deaf">Why they hear nothing, in a word of their console's; null where they hear.</param>
/// <param name="AdmittedBy">Parties whose officers hear them, and are heard by them.</param>
public sealed record CallMemberView(
    EntryId Joined,
    Officer By,
    string Part,
    DateTimeOffset At,
    string Fingerprint,
    string Commitment,
    string Leaf,
    bool Sealed,
    bool Here,
    bool Held,
    bool Muted,
    string? Deaf,
    IReadOnlyList<PartyId> AdmittedBy
);

/// <summary>A recording that is under way.</summary>
/// <param name="Started">The entry that says so.</param>
/// <param name="Joined">The joining of whose console records; null where that was not said.</param>
public sealed record CallRecordingView(EntryId Started, PartyId Party, string? Joined, DateTimeOffset At);

/// <summary>How it stands with recording a call.</summary>
/// <param name="Consented">Parties whose last word is that they consent; the first of them asked the others.</param>
/// <param name="Missing">Parties on the call that have not consented: while there are any, nothing may be recorded.</param>
/// <param name="Running">What is being recorded.</param>
public sealed record CallConsentView(
    IReadOnlyList<PartyId> Consented,
    IReadOnlyList<PartyId> Missing,
    IReadOnlyList<CallRecordingView> Running
);

/// <summary>Between one of our consoles and another member.</summary>
/// <param name="With">The other's joining.</param>
/// <param name="Open">True while datagrams may go.</param>
/// <param name="Why">Why they may not, in a word: <c>waiting</c>, <c>unsealed</c>, <c>unadmitted</c>, <c>key</c>,
/// <c>ended</c>, <c>suspended</c>, <c>gone</c>.</param>
/// <param name="Path">How they go to the other's station: <c>udp</c>, <c>link</c>, <c>both</c>, <c>here</c> for our
/// own, <c>none</c>.</param>
public sealed record CallLegView(EntryId With, bool Open, string? Why, string Path);

/// <summary>What another console said to this one.</summary>
public sealed record CallSignalView(
    long Number,
    EntryId From,
    string Kind,
    string? Session,
    string? Sdp,
    string? Nonce
);

/// <summary>What an officer said of the four words that two members share.</summary>
/// <param name="Own">The joining of whoever read them out.</param>
/// <param name="Other">The joining of the one they were read to.</param>
public sealed record CallWordsView(PartyId Party, string Own, string Other, bool Matched);

/// <summary>A call as it is just now.</summary>
/// <param name="Call">Its first entry.</param>
/// <param name="Due">When its own time is over, where it has one.</param>
/// <param name="Mark">What its first entry is marked: what is only played rings as such.</param>
/// <param name="RingsUntil">Until when it rings at this watch's consoles; null where it makes no sound.</param>
/// <param name="Unable">Parties whose stations hold no calls.</param>
/// <param name="Legs">Of the seat that asks.</param>
/// <param name="Signals">For the seat that asks, after the number that it named.</param>
/// <param name="Course">What this station saw of the call.</param>
/// <param name="Recording">Who consents to a recording, and what is recorded.</param>
/// <param name="Words">What was said of the words, by the two members whose they are.</param>
public sealed record CallLiveView(
    LineId Line,
    EntryId Call,
    string State,
    DateTimeOffset Since,
    DateTimeOffset? Due,
    Mark Mark,
    DateTimeOffset? RingsUntil,
    PartyId Opener,
    string? Topic,
    IReadOnlyList<CallMemberView> Members,
    IReadOnlyList<PartyId> Unable,
    IReadOnlyList<CallLegView> Legs,
    IReadOnlyList<CallSignalView> Signals,
    IReadOnlyList<CallMoment> Course,
    CallConsentView Recording,
    IReadOnlyList<CallWordsView> Words
);

/// <summary>A log that a party signed.</summary>
public sealed record CallLoggedView(EntryId Entry, PartyId Party, CallLog Log);

/// <summary>Something that our log and another party's do not say alike.</summary>
/// <param name="Party">Whose log it is that differs from ours.</param>
/// <param name="What">A member of the log, or what happened on the call.</param>
/// <param name="By">Whose doing it was; null for a member.</param>
/// <param name="Ours">What ours says; null where it says nothing.</param>
/// <param name="Theirs">What theirs says.</param>
public sealed record CallDifferenceView(PartyId Party, string What, string? By, string? Ours, string? Theirs);

/// <summary>The logs of one call, beside each other.</summary>
/// <param name="Draft">What this station would write: what stands in the record, and what it saw itself.</param>
/// <param name="Logged">What parties have signed.</param>
/// <param name="Differences">Between the others' and ours: what we signed, or else the draft.</param>
public sealed record CallLogsView(
    CallLog Draft,
    IReadOnlyList<CallLoggedView> Logged,
    IReadOnlyList<CallDifferenceView> Differences
);

/// <summary>Joins a call, or takes the seat of a joining of one's own again.</summary>
/// <param name="Fingerprint">SHA-256 of the certificate that the console shows.</param>
/// <param name="Commitment">SHA-256 of the 32 bytes that the console tells later.</param>
/// <param name="Joined">An earlier joining by the same officer with the same key: no new one is written.</param>
public sealed record CallJoinRequest(
    string? Fingerprint = null,
    string? Commitment = null,
    string? Part = null,
    EntryId? Joined = null,
    Officer? By = null
);

/// <summary>A server that carries datagrams where none can be sent to the station.</summary>
public sealed record CallServerView(IReadOnlyList<string> Urls, string Username, string Credential);

/// <param name="Seat">Named in every further request of this console; it ends when another console takes the
/// seat.</param>
public sealed record CallSeatView(
    EntryId Joined,
    string Seat,
    IReadOnlyList<CallServerView> Servers,
    CallLiveView Call
);

/// <summary>What a console says to another one.</summary>
public sealed record CallSignalRequest(
    string Seat,
    EntryId To,
    string Kind,
    string? Session = null,
    string? Sdp = null,
    string? Nonce = null,
    Officer? By = null
);

/// <summary>How it is at a console; all on the call are told.</summary>
/// <param name="What">Something that the log of the call should name; null where nothing is.</param>
public sealed record CallSayRequest(
    string Seat,
    bool? Held = null,
    bool? Muted = null,
    string? Deaf = null,
    string? What = null,
    bool Leave = false,
    Officer? By = null
);

/// <summary>Data of a <c>call</c> event: that call is to be asked for again.</summary>
public sealed record CallData(LineId Line, EntryId Call, long Version);
