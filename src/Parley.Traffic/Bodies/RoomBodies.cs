using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>The limits of what is said in a room.</summary>
internal static class RoomWords
{
    /// <summary>Longest text that may be carried to another line, in characters: its proof is to fit into one
    /// entry.</summary>
    internal const int MaxSaid = 6_000;

    /// <summary>Clauses of a negotiating text.</summary>
    internal const int MaxClauses = 128;

    /// <summary>Longest text of a clause, or of a wording that stands beside it.</summary>
    internal const int MaxClauseText = 8_000;

    /// <summary>Longest proof file that is carried in an entry, in characters.</summary>
    internal const int MaxProof = 40_000;

    /// <summary>What is wrong with a list of parties; one that names nobody there is names nobody.</summary>
    internal static string? Parties(string what, IReadOnlyList<string> parties) =>
        parties.Count > EntryHeader.MaxParties
            ? $"{what} names more parties than a line has"
            : Check.Texts($"parties in {what}", parties);
}

/// <summary>Whom a text may be shown to. Where it says nothing, to nobody: what was said on a line stays on it.
/// MEDIATION-3.</summary>
public sealed record Passing : ITrafficBody
{
    /// <summary>The parties by name; everybody on the line that it is passed to must be among them.</summary>
    [
        MaxLength(EntryHeader.MaxParties),
        Each(Check.ShortText),
        DisplayName("May be shown to"),
        Description("Parties, by their ids. Nobody else on the line that it goes to.")
    ]
    public IReadOnlyList<string> To
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>True where every party of the room may be shown it.</summary>
    [DisplayName("Or to anyone in the room")]
    public bool? Anyone { get; init; }

    /// <summary>Until when it may be passed.</summary>
    [DisplayName("Not after")]
    public DateTimeOffset? Until { get; init; }

    /// <summary>True where somebody may be shown it at all.</summary>
    internal bool IsAny => Anyone == true || To.Count > 0;

    public string? Problem() => RoomWords.Parties("passing", To);
}

/// <summary>A body that its author may let a mediator carry to another line of the room.</summary>
public interface IPassable : ITrafficBody
{
    /// <summary>The room that it was said in.</summary>
    string? Room { get; }

    Passing? Passing { get; }
}

/// <summary>An appointment of a process.</summary>
public sealed record Appointment : ITrafficBody
{
    [Required]
    public DateTimeOffset? At { get; init; }

    [Required, MaxLength(Check.ShortText)]
    public string? What { get; init; }

    public string? Problem() => At is null ? "at is missing" : null;
}

/// <summary>Body of <c>room.opened</c>: what a mediator asks to be admitted for. The same room has the same name on
/// each of its lines. MEDIATION-1.</summary>
public sealed record RoomCharter : ITrafficBody
{
    /// <summary>Longest name of a room.</summary>
    public const int MaxName = 40;

    [Required, MaxLength(MaxName), DisplayName("Name of the room"), Description("The same on each of its lines.")]
    public string? Room { get; init; }

    [Required, MaxLength(Check.ShortText)]
    public string? Title { get; init; }

    /// <summary>The parties of the process, on whatever line they are.</summary>
    [MaxLength(EntryHeader.MaxParties), Each(Check.ShortText), DisplayName("Parties to the process")]
    public IReadOnlyList<string> Parties
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>What the mediator is admitted for.</summary>
    [Required, MaxLength(Check.MediumText), DisplayName("What the mediator is admitted for")]
    public string? Scope { get; init; }

    /// <summary>Until when.</summary>
    [Required, DisplayName("Admitted until")]
    public DateTimeOffset? Until { get; init; }

    /// <summary>How what is said in it is kept, in words.</summary>
    [MaxLength(Check.MediumText), DisplayName("Rules of disclosure")]
    public string? Disclosure { get; init; }

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<Appointment> Calendar
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        Until is null ? "until is missing: nobody is admitted without end" : RoomWords.Parties("parties", Parties);
}

/// <summary>Body of <c>room.said</c>: words to the other side of the line, and whom else they may be shown to.</summary>
public sealed record RoomWord : IPassable
{
    [Required, MaxLength(RoomCharter.MaxName), DisplayName("Name of the room")]
    public string? Room { get; init; }

    [Required, MaxLength(RoomWords.MaxSaid)]
    public string? Text { get; init; }

    /// <summary>The party whose position it tells: a paraphrase is the word of whoever writes it.
    /// MEDIATION-6.</summary>
    [
        DataType("party"),
        DisplayName("Tells the position of"),
        Description("Another party. It stays the word of whoever writes it.")
    ]
    public string? Reports { get; init; }

    /// <summary>The condition that it speaks of, by its name.</summary>
    [MaxLength(Check.ShortText), DisplayName("Condition")]
    public string? Condition { get; init; }

    [DisplayName("Passing on")]
    public Passing? Passing { get; init; }

    public string? Problem() =>
        Reports is null || PartyId.TryParse(Reports, out _) ? null : "reports is not a party id";
}

/// <summary>Body of <c>room.passed</c>: what a party said on another line, with its proof (public.md). MEDIATION-4.</summary>
public sealed record PassedWord : ITrafficBody
{
    /// <summary>The proof file, as it is.</summary>
    [Required, MaxLength(RoomWords.MaxProof), DisplayName("Proof file")]
    public string? Proof { get; init; }

    /// <summary>What the mediator says with it.</summary>
    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }
}

/// <summary>Body of <c>room.recognised</c>: by which keys a party knows another that it has no line with.
/// MEDIATION-7.</summary>
public sealed record Recognition : ITrafficBody
{
    [Required, DataType("party")]
    public string? Party { get; init; }

    /// <summary>The fingerprint of the keys of that party's line with the mediator (PUBLIC-5).</summary>
    [
        Required,
        DataType("hex"),
        DisplayName("Fingerprint of its keys"),
        Description("As that party states it elsewhere, compared by another channel: 64 hexadecimal digits.")
    ]
    public string? Keys { get; init; }

    public string? Problem() =>
        !PartyId.TryParse(Party, out _) ? "party is not a party id"
        : Keys is { Length: 64 } && Keys.All(char.IsAsciiHexDigitLower) ? null
        : "keys is a fingerprint of 64 hexadecimal digits in lower case";
}

/// <summary>Body of <c>room.conditioned</c>: a condition with a name, and whose consent meets it.
/// MEDIATION-8.</summary>
public sealed record RoomCondition : IPassable
{
    [Required, MaxLength(RoomCharter.MaxName), DisplayName("Name of the room")]
    public string? Room { get; init; }

    [Required, MaxLength(Check.ShortText), DisplayName("Name of the condition")]
    public string? Condition { get; init; }

    [Required, DataType("party"), DisplayName("Whose consent meets it")]
    public string? Party { get; init; }

    [MaxLength(Check.MediumText)]
    public string? What { get; init; }

    [DisplayName("Passing on")]
    public Passing? Passing { get; init; }

    public string? Problem() => PartyId.TryParse(Party, out _) ? null : "party is not a party id";
}

/// <summary>Body of <c>room.consented</c> and <c>room.consent_withdrawn</c>: a party's own word on a condition.</summary>
public sealed record RoomConsent : IPassable
{
    [Required, MaxLength(RoomCharter.MaxName), DisplayName("Name of the room")]
    public string? Room { get; init; }

    [Required, MaxLength(Check.ShortText), DisplayName("Name of the condition")]
    public string? Condition { get; init; }

    /// <summary>The condition in the words that its author read: a consent is to these. MEDIATION-18.</summary>
    [MaxLength(Check.MediumText)]
    public string? What { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    [DisplayName("Passing on")]
    public Passing? Passing { get; init; }
}

/// <summary>Another wording of a clause, which stands in brackets beside it.</summary>
public sealed record Bracket : ITrafficBody
{
    [Required, MaxLength(RoomWords.MaxClauseText)]
    public string? Text { get; init; }

    /// <summary>Who wants it so; only where that party allowed it.</summary>
    [DataType("party"), DisplayName("Wanted by"), Description("Only where that party allowed that it is named.")]
    public string? By { get; init; }

    public string? Problem() => By is null || PartyId.TryParse(By, out _) ? null : "by is not a party id";
}

/// <summary>A clause of a negotiating text. Its id stays the same from one version to the next.</summary>
public sealed record NegotiatedClause : ITrafficBody
{
    [Required, MaxLength(Check.ShortText), DisplayName("Number"), Description("Stays the same in every later version.")]
    public string? Id { get; init; }

    [MaxLength(Check.ShortText), DisplayName("Kind of clause")]
    public string? Kind { get; init; }

    /// <summary>BCP 47.</summary>
    [MaxLength(EntryHeader.MaxLangLength), DisplayName("Language")]
    public string? Lang { get; init; }

    [MaxLength(Check.ShortText)]
    public string? Heading { get; init; }

    /// <summary>The wording; absent where all that there is stands in brackets.</summary>
    [MaxLength(RoomWords.MaxClauseText)]
    public string? Text { get; init; }

    /// <summary>What is not agreed: the wordings side by side.</summary>
    [MaxLength(Check.MaxItems), DisplayName("In brackets")]
    public IReadOnlyList<Bracket> Brackets
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        string.IsNullOrWhiteSpace(Text) && Brackets.Count == 0 ? "it has neither a wording nor one in brackets" : null;
}

/// <summary>Body of <c>room.drafted</c>: a version of the single negotiating text, by the mediator alone.
/// MEDIATION-9.</summary>
public sealed record NegotiatingText : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Title { get; init; }

    [MaxLength(RoomWords.MaxClauses)]
    public IReadOnlyList<NegotiatedClause> Clauses
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>What changed, and why.</summary>
    [MaxLength(Check.MediumText), DisplayName("What changed")]
    public string? Note { get; init; }

    public string? Problem()
    {
        var seen = new HashSet<(string?, string?)>();
        return Clauses.FirstOrDefault(clause => !seen.Add((clause.Id, clause.Lang))) is { } twice
            ? $"clause {twice.Id} stands there twice"
            : null;
    }
}

/// <summary>Body of <c>room.commented</c>: a comment of one side on a clause, private to its line.</summary>
public sealed record ClauseComment : ITrafficBody
{
    /// <summary>The version that it is on: <c>sha256:</c> of its body's bytes.</summary>
    [Required, DataType("hash"), DisplayName("Hash of the version")]
    public string? Hash { get; init; }

    [Required, MaxLength(Check.ShortText), DisplayName("Number of the clause")]
    public string? Clause { get; init; }

    [Required, MaxLength(RoomWords.MaxSaid)]
    public string? Text { get; init; }

    /// <summary>The wording that this side wants instead.</summary>
    [MaxLength(RoomWords.MaxClauseText), DisplayName("Wording wanted instead")]
    public string? Instead { get; init; }

    /// <summary>True where the mediator may say to the other sides who wants it so.</summary>
    [DisplayName("May be named as whose wish it is")]
    public bool? Named { get; init; }

    public string? Problem() => Check.Hash("hash", Hash);
}

/// <summary>Body of <c>silence.began</c>: a text that is taken as consented to where nobody objects before an hour.
/// MEDIATION-14.</summary>
public sealed record SilenceProcedure : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Title { get; init; }

    [Required, MaxLength(RoomWords.MaxSaid)]
    public string? Text { get; init; }

    /// <summary>The instant at which it ends.</summary>
    [Required, DisplayName("Ends at")]
    public DateTimeOffset? Expires { get; init; }

    public string? Problem() => Expires is null ? "expires is missing: a silence has an exact end" : null;
}

/// <summary>Body of <c>silence.broken</c>.</summary>
public sealed record SilenceBroken : ITrafficBody
{
    [Required, MaxLength(Check.MediumText), DisplayName("Objection")]
    public string? Objection { get; init; }

    /// <summary>Another wording, which breaks it as an objection does.</summary>
    [MaxLength(RoomWords.MaxSaid)]
    public string? Amendment { get; init; }
}

/// <summary>Body of <c>silence.closed</c>: what whoever began it holds to have come of it.</summary>
public sealed record SilenceClosed : ITrafficBody
{
    /// <summary>Parties whose link was not up all the time: they consented to nothing.</summary>
    [
        MaxLength(EntryHeader.MaxParties),
        Each(Check.ShortText),
        DisplayName("Were not in reach"),
        Description("Parties whose link was down for some of the time. They have consented to nothing.")
    ]
    public IReadOnlyList<string> OutOfReach
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() => RoomWords.Parties("outOfReach", OutOfReach);
}

/// <summary>Body of <c>room.handed_over</c>: that a non-paper was handed over, and nothing of what stands in it.
/// MEDIATION-13.</summary>
public sealed record HandedOver : ITrafficBody
{
    /// <summary>What both sides call it.</summary>
    [Required, MaxLength(Check.ShortText), DisplayName("What both call it")]
    public string? Name { get; init; }
}

/// <summary>Body of <c>silence.received</c>: the party has read what is proposed, and knows until when.</summary>
public sealed record SilenceReceived : ITrafficBody
{
    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }
}
