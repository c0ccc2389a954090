using Parley.Record;

namespace Parley.Contract;

/// <summary>Cards (signed note texts) of the other parties, and what the officer typed after comparing, by party
/// id.</summary>
/// <param name="Continues">The line that this one continues with all its parties and further ones: how a party is
/// admitted.</param>
/// <param name="TwoPeople">Acts that take a second officer (<see cref="LinePolicy.Acts"/>); null for the policy's
/// default.</param>
/// <param name="Separation">The least between what two parties plan; null for the default, or what the continued line
/// has.</param>
/// <param name="Times">What the parties agree about time; null for the default, or what the continued line has.</param>
/// <param name="Fold">The version of the rules for what counts (LINE-13); null for the newest. An older one for a peer
/// whose program is older.</param>
public sealed record OpenLine(
    IReadOnlyList<string> Cards,
    IReadOnlyDictionary<string, string> Fingerprints,
    string? Slug = null,
    string? Title = null,
    LineId? Continues = null,
    IReadOnlyList<string>? TwoPeople = null,
    LineSeparation? Separation = null,
    LineTimes? Times = null,
    int? Fold = null
);

/// <summary>
/// What a new line's parties agree about time (LINE-8). Durations are whole seconds, 1 to
/// <see cref="LinePolicy.MaxSeconds"/>; what is null is as the default
/// has it, or the line that is continued.
/// </summary>
/// <param name="Acknowledge">Until when each precedence is to be acknowledged.</param>
/// <param name="Deputy">After how long without one the deputy is alerted too.</param>
/// <param name="Heartbeat">Between two signs of life of a station.</param>
/// <param name="ClockWarn">Difference of two parties' clocks that is shown.</param>
/// <param name="ClockFlag">Difference that is flagged on entries.</param>
/// <param name="LineTest">Between two automatic line tests.</param>
/// <param name="StaffedTests">Times of day, HH:mm and ascending, local to each party, at which officers test the line;
/// an empty list for none.</param>
public sealed record LineTimes(
    AcknowledgeTimes? Acknowledge = null,
    int? Deputy = null,
    int? Heartbeat = null,
    int? ClockWarn = null,
    int? ClockFlag = null,
    int? LineTest = null,
    IReadOnlyList<string>? StaffedTests = null
)
{
    /// <summary>The policy with these in the place of what it said.</summary>
    internal LinePolicy In(LinePolicy policy) =>
        policy with
        {
            AcknowledgeRoutine = Acknowledge?.Routine ?? policy.AcknowledgeRoutine,
            AcknowledgePriority = Acknowledge?.Priority ?? policy.AcknowledgePriority,
            AcknowledgeImmediate = Acknowledge?.Immediate ?? policy.AcknowledgeImmediate,
            AcknowledgeFlash = Acknowledge?.Flash ?? policy.AcknowledgeFlash,
            Deputy = Deputy ?? policy.Deputy,
            Heartbeat = Heartbeat ?? policy.Heartbeat,
            ClockWarn = ClockWarn ?? policy.ClockWarn,
            ClockFlag = ClockFlag ?? policy.ClockFlag,
            LineTest = LineTest ?? policy.LineTest,
            StaffedTests = StaffedTests ?? policy.StaffedTests,
        };
}

/// <summary>Seconds until an acknowledgement is due, by precedence.</summary>
public sealed record AcknowledgeTimes(
    int? Routine = null,
    int? Priority = null,
    int? Immediate = null,
    int? Flash = null
);

public sealed record AcceptLine(byte[] Document, IReadOnlyDictionary<string, string> Fingerprints);

/// <summary>
/// An entry as an officer hands it over; the station adds line, from, seq, at, seen, salt and the commitment, and
/// refuses what the
/// header's limits refuse. Shapes of single members are checked at the edge already.
/// </summary>
/// <param name="Body">Exact body bytes, at most <see cref="Record.Body.MaxInline"/>; null for none.</param>
/// <param name="To">Parties that get the body (the author always keeps it); null for all.</param>
public sealed record EntryDraft(
    string Kind,
    byte[]? Body,
    Officer By,
    Precedence Precedence = Precedence.Routine,
    Mark Mark = Mark.Actual,
    IReadOnlyList<EntryId>? Re = null,
    IReadOnlyList<PartyId>? To = null,
    string? Lang = null
)
{
    /// <summary>False where the officer left the precedence to the station.</summary>
    internal bool IsPrecedenceGiven { get; init; } = true;

    /// <summary>False where the officer left the mark to the station: then it is that of the first entry that the act
    /// answers.</summary>
    internal bool IsMarkGiven { get; init; } = true;

    /// <summary>True where the body is a text that came as one: it was looked at already.</summary>
    internal bool IsText { get; init; }

    /// <summary>True at a station that plays a scenario: its authors tell more than a kind's members hold, and no
    /// officer misspelt it.</summary>
    internal bool IsPlayed { get; init; }
}

/// <param name="Length">Bytes to come where the client said so, else null.</param>
public sealed record NewAttachment(
    string? Name,
    string? Type,
    long? Length,
    Officer By,
    Precedence Precedence = Precedence.Routine,
    Mark Mark = Mark.Actual,
    IReadOnlyList<EntryId>? Re = null,
    IReadOnlyList<PartyId>? To = null
)
{
    /// <summary>The kind of entry that carries an attachment's commitment.</summary>
    internal const string Kind = "message.attachment";
}

public sealed record NewOffRecord(
    string Text,
    Precedence Precedence,
    Officer By,
    IReadOnlyList<PartyId>? To,
    Mark Mark = Mark.Actual
);
