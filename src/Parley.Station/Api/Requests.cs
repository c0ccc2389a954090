using Parley.Record;

namespace Parley.Station.Api;

/// <summary>Cards (signed note texts) of the other parties, and what the officer typed after comparing, by party id.</summary>
/// <param name="Continues">The line that this one continues with all its parties and further ones: how a party is admitted.</param>
/// <param name="TwoPeople">Acts that take a second officer (<see cref="LinePolicy.Acts"/>); null for the policy's default.</param>
/// <param name="Separation">The least between what two parties plan; null for the default, or what the continued line has.</param>
internal sealed record OpenLine(
    IReadOnlyList<string> Cards, IReadOnlyDictionary<string, string> Fingerprints, string? Slug = null, string? Title = null, LineId? Continues = null, IReadOnlyList<string>? TwoPeople = null, LineSeparation? Separation = null);

internal sealed record AcceptLine(byte[] Document, IReadOnlyDictionary<string, string> Fingerprints);

/// <summary>
/// An entry as an officer hands it over; the station adds line, from, seq, at, seen, salt and the commitment, and refuses what the
/// header's limits refuse. Shapes of single members are checked at the edge already.
/// </summary>
/// <param name="Body">Exact body bytes, at most <see cref="Record.Body.MaxInline"/>; null for none.</param>
/// <param name="To">Parties that get the body (the author always keeps it); null for all.</param>
internal sealed record EntryDraft(
    string Kind,
    byte[]? Body,
    Officer By,
    Precedence Precedence = Precedence.Routine,
    Mark Mark = Mark.Actual,
    IReadOnlyList<EntryId>? Re = null,
    IReadOnlyList<PartyId>? To = null,
    string? Lang = null)
{
    /// <summary>False where the officer left the precedence to the station.</summary>
    internal bool IsPrecedenceGiven { get; init; } = true;
}

/// <param name="Length">Bytes to come where the client said so, else null.</param>
internal sealed record AttachmentDraft(
    string? Name,
    string? Type,
    long? Length,
    Officer By,
    Precedence Precedence = Precedence.Routine,
    Mark Mark = Mark.Actual,
    IReadOnlyList<EntryId>? Re = null,
    IReadOnlyList<PartyId>? To = null)
{
    /// <summary>The kind of entry that carries an attachment's commitment.</summary>
    internal const string Kind = "message.attachment";
}

internal sealed record OffRecordDraft(string Text, Precedence Precedence, Officer By, IReadOnlyList<PartyId>? To, Mark Mark = Mark.Actual);
