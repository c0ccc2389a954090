using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Contract;

// Shapes that exist on the wire only; everything else is sent as the operations give it.

/// <summary>
/// <c>POST …/entries</c>: either <paramref name="Text"/> (kept as <c>{"text":…}</c>) or <paramref name="Body"/> (any
/// JSON, kept
/// exactly as sent), or neither for an entry without a body. Without <paramref name="Precedence"/> it is ROUTINE, or as
/// urgent as
/// what it replaces. <paramref name="By"/> is wanted where no officer is signed in. <paramref name="ReleasedBy"/> is
/// the second officer of an act that takes two.
/// Without <paramref name="Mark"/> it is marked as the first entry of <paramref name="Re"/>, else actual.
/// </summary>
public sealed record EntryRequest(
    Officer? By = null,
    string? Kind = null,
    string? Text = null,
    JsonElement? Body = null,
    Precedence? Precedence = null,
    Mark? Mark = null,
    IReadOnlyList<EntryId>? Re = null,
    IReadOnlyList<PartyId>? To = null,
    string? Lang = null,
    Officer? ReleasedBy = null
);

public sealed record AckRequest(Officer? By = null, string? Note = null, Mark? Mark = null);

public sealed record OffRecordRequest(
    string Text,
    Officer? By = null,
    Precedence Precedence = Precedence.Routine,
    IReadOnlyList<PartyId>? To = null,
    Mark Mark = Mark.Actual
);

public sealed record OffRecordAnswer(IReadOnlyDictionary<PartyId, bool> Delivered);

public sealed record AcceptedLine(LineId Line);

/// <param name="NoRoom">Why nothing more of peers, or no attachment of theirs, is taken; the station signs all the
/// same. Null while there is room.</param>
public sealed record HealthView(
    StationState State,
    string? Fault,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NoRoom = null
);

public sealed record SealedData(LineId Line, PartyId Feed, ulong Size);

public sealed record LinkData(LineId Line, PartyId Party, LinkState State);

public sealed record ForkData(LineId Line, PartyId Party, ulong HeldSize, ulong OfferedSize);

public sealed record OwnFeedData(LineId Line, bool CatchingUp, ulong Held, PartyId? Peer, ulong? Proven);

public sealed record PeerLostData(LineId Line, PartyId Party, ulong Cosigned, ulong Held);

/// <summary>The body of <c>message.sent</c>.</summary>
public sealed record TextBody(string Text);

/// <summary>The body of <c>message.acknowledged</c>, where there is a note.</summary>
public sealed record NoteBody(string Note);
