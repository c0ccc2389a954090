using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>Most of what an agreement's text may list, and the words that parties and their texts share.</summary>
public static class AgreementWords
{
    /// <summary>Most clauses, each language of one counting for itself.</summary>
    public const int MaxClauses = 512;

    /// <summary>Longest text of one clause, in characters.</summary>
    public const int MaxClauseText = 8_000;

    /// <summary>Days of notice that a text may ask for: two years.</summary>
    public const int MaxNoticeDays = 731;

    /// <summary>Who is bound: what is in force is computed from this capacity alone. CEASEFIRE-6.</summary>
    public const string Party = "party";

    public const string Guarantor = "guarantor",
        Witness = "witness",
        Depositary = "depositary",
        Observer = "observer";

    /// <summary>The scope of a signature on all of the text; any other is the id of one of its annexes.</summary>
    public const string Whole = "whole";

    /// <summary>Every capacity in which a text can have somebody sign.</summary>
    public static IReadOnlyList<string> Capacities { get; } = [Party, Guarantor, Witness, Depositary, Observer];
}

/// <summary>Who is to sign, in which capacity.</summary>
public sealed record Signatory : ITrafficBody
{
    [Required, DataType("party")]
    public string? Party { get; init; }

    [
        Required,
        AllowedValues(
            AgreementWords.Party,
            AgreementWords.Guarantor,
            AgreementWords.Witness,
            AgreementWords.Depositary,
            AgreementWords.Observer
        )
    ]
    public string? Capacity { get; init; }

    public string? Problem() => PartyId.TryParse(Party, out _) ? null : "party is not a party id";
}

/// <summary>One clause in one language. Its id stays the same from one text to the next, so that two texts can be
/// compared.</summary>
public sealed record Clause : ITrafficBody
{
    [Required, MaxLength(Check.ShortText), DisplayName("Number"), Description("Stays the same in every later text.")]
    public string? Id { get; init; }

    /// <summary>What it is about.</summary>
    [
        Required,
        MaxLength(Check.ShortText),
        Usual(
            Prohibited,
            "exception",
            "area",
            "time",
            "separation",
            "verification",
            "prisoners",
            "humanitarian",
            "dispute",
            "other"
        ),
        DisplayName("Kind of clause")
    ]
    public string? Kind { get; init; }

    /// <summary>BCP 47.</summary>
    [MaxLength(EntryHeader.MaxLangLength), DisplayName("Language")]
    public string? Lang { get; init; }

    [MaxLength(Check.ShortText)]
    public string? Heading { get; init; }

    [Required, MaxLength(AgreementWords.MaxClauseText)]
    public string? Text { get; init; }

    /// <summary>The kind of clause that says what is not to be done.</summary>
    public const string Prohibited = "prohibited act";
}

/// <summary>A language of the text, and whether it decides where two differ.</summary>
public sealed record LanguageVersion : ITrafficBody
{
    [Required, MaxLength(EntryHeader.MaxLangLength), DisplayName("Language")]
    public string? Lang { get; init; }

    [DisplayName("Decides where versions differ")]
    public bool? Authoritative { get; init; }
}

/// <summary>A map or an annex: bytes that are part of the agreement by their hash.</summary>
public sealed record Enclosure : ITrafficBody
{
    [Required, MaxLength(Check.ShortText), DisplayName("Short name")]
    public string? Id { get; init; }

    [MaxLength(Check.ShortText)]
    public string? Title { get; init; }

    /// <summary><c>sha256:</c> of its bytes.</summary>
    [Required, DataType("hash"), DisplayName("Hash of its bytes")]
    public string? Hash { get; init; }

    /// <summary>The attachment's entry, such as <c>us/3</c>.</summary>
    [DataType("entry")]
    public string? Entry { get; init; }

    public string? Problem() =>
        Check.Hash("hash", Hash)
        ?? (Entry is null || EntryId.TryParse(Entry, out _) ? null : "entry is no entry id such as us/3");
}

/// <summary>An area or a line of the agreement, as words, as volumes and on a map of it.</summary>
public sealed record AgreedArea : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Name { get; init; }

    [MaxLength(Check.ShortText), Usual("area", "line", "buffer zone", "crossing", "other"), DisplayName("What it is")]
    public string? Type { get; init; }

    [DataType("volumes"), DisplayName("Where")]
    public JsonElement? Volumes { get; init; }

    /// <summary>The short name of the map that shows it.</summary>
    [MaxLength(Check.ShortText), Description("The short name of the map that shows it.")]
    public string? Map { get; init; }

    public string? Problem() => VolumeTimes.Problem(Volumes, wanted: false);
}

/// <summary>A side's name in logs and files of the mechanism, and the party that it is.</summary>
public sealed record SideName : ITrafficBody
{
    [Required, MaxLength(Check.ShortText), DisplayName("Name in logs")]
    public string? Side { get; init; }

    [Required, DataType("party")]
    public string? Party { get; init; }

    public string? Problem() => PartyId.TryParse(Party, out _) ? null : "party is not a party id";
}

/// <summary>How observations are counted, agreed by the parties: data, and no program's choice. CEASEFIRE-30.</summary>
public sealed record CountingRule : ITrafficBody
{
    /// <summary>Names it in every tally.</summary>
    [MaxLength(Check.ShortText)]
    public string? Name { get; init; }

    /// <summary><c>discharge</c>: each counts; <c>incident</c>: a chain of observations counts as one.</summary>
    [Required, AllowedValues(Discharge, Incident), DisplayName("What counts as one")]
    public string? Unit { get; init; }

    /// <summary>Of incidents: the longest quiet that a chain may hold, ISO 8601, such as <c>PT1H</c>.</summary>
    [DataType("duration"), Description("Of incidents: the longest quiet within one, such as PT1H.")]
    public string? Gap { get; init; }

    /// <summary>Of incidents: the least number of discharges that make one.</summary>
    [Range(0, MaxLeast), Description("Of incidents: fewer discharges are none.")]
    public int? Least { get; init; }

    /// <summary>What is not counted, in the words of an observation's <c>what</c>.</summary>
    [MaxLength(Check.MaxItems), Each(Check.ShortText), DisplayName("What is not counted")]
    public IReadOnlyList<string> Exclude
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The rule in words.</summary>
    [MaxLength(Check.MediumText), DisplayName("The rule in words")]
    public string? What { get; init; }

    public const string Discharge = "discharge",
        Incident = "incident";

    public const int MaxLeast = 1_000_000;

    /// <summary>Longest quiet within one incident.</summary>
    public static readonly TimeSpan MaxGap = TimeSpan.FromDays(31);

    /// <summary>The gap as a duration; null where none is stated, or it is no duration.</summary>
    public TimeSpan? Quiet() => Incidents.Iso8601.TryDuration(Gap, out var gap) ? gap : null;

    public string? Problem() =>
        Gap is not null && (Quiet() is not { } quiet || quiet > MaxGap)
            ? "gap is no duration of at most 31 days such as PT1H"
        : Least is < 0 or > MaxLeast ? $"least is 0 to {MaxLeast}"
        : Unit == Incident && Gap is null ? "incidents are told apart by a gap, and none is stated"
        : Check.Texts("excluded kinds", Exclude);
}

/// <summary>
/// Body of <c>agreement.tabled</c>, <c>agreement.countered</c> and <c>agreement.amended</c>: the whole text of a
/// ceasefire (R24). All of it is under one hash: clauses, languages, maps, annexes, who signs as what, the counting
/// rule. What is missing is warned about and forbids nothing; what contradicts itself is refused.
/// </summary>
public sealed record AgreementText : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Title { get; init; }

    [
        MaxLength(Check.ShortText),
        Usual("cessation of hostilities", "ceasefire", "definitive ceasefire", "humanitarian pause", "other"),
        DisplayName("Class")
    ]
    public string? Class { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Purpose { get; init; }

    [MaxLength(EntryHeader.MaxParties), DisplayName("Who signs, as what")]
    public IReadOnlyList<Signatory> Signatories
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(AgreementWords.MaxClauses)]
    public IReadOnlyList<Clause> Clauses
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<LanguageVersion> Languages
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.MaxItems), DisplayName("Areas and lines")]
    public IReadOnlyList<AgreedArea> Areas
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<Enclosure> Maps
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<Enclosure> Annexes
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>When it is to take effect; where it says nothing, with the last signature.</summary>
    [DisplayName("Takes effect"), Description("Left out: with the last signature.")]
    public DateTimeOffset? Start { get; init; }

    [DisplayName("Ends")]
    public DateTimeOffset? Ends { get; init; }

    /// <summary>True where it says outright that it does not end by itself.</summary>
    [DisplayName("Has no expiry")]
    public bool? NoExpiry { get; init; }

    [MaxLength(Check.LongText)]
    public string? Monitoring { get; init; }

    [MaxLength(Check.LongText), DisplayName("What follows a violation")]
    public string? ViolationProcedure { get; init; }

    public CountingRule? CountingRule { get; init; }

    /// <summary>When the mechanism's reporting day closes.</summary>
    [DisplayName("Reporting day")]
    public ReportingDay? Reporting { get; init; }

    /// <summary>Days between a party's denunciation and its effect.</summary>
    [Range(0, AgreementWords.MaxNoticeDays), DisplayName("Days of notice")]
    public int? NoticeDays { get; init; }

    [MaxLength(Check.MaxItems), DisplayName("Names of sides in logs")]
    public IReadOnlyList<SideName> Sides
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        (Ends < Start ? "ends is before start" : null)
        ?? (NoExpiry == true && Ends is not null ? "noExpiry says that it has no end, and ends states one" : null)
        ?? (
            NoticeDays is < 0 or > AgreementWords.MaxNoticeDays
                ? $"noticeDays is 0 to {AgreementWords.MaxNoticeDays}"
                : null
        )
        ?? Twice("signatories name", Signatories.Select(s => $"{s.Party} as {s.Capacity}"))
        ?? Twice("clauses hold", Clauses.Select(c => $"{c.Id}{(c.Lang is null ? "" : $" in {c.Lang}")}"))
        ?? Twice("languages name", Languages.Select(l => l.Lang))
        ?? Twice("maps hold", Maps.Select(m => m.Id))
        ?? Twice("annexes hold", Annexes.Select(a => a.Id))
        ?? Twice("sides name", Sides.Select(s => s.Side))
        ?? (
            Annexes.Any(a => a.Id == AgreementWords.Whole)
                ? $"an annex is called {AgreementWords.Whole}, which a signature means the text by"
                : null
        )
        ?? (
            Areas.FirstOrDefault(a => a.Map is not null && Maps.All(m => m.Id != a.Map)) is { } lost
                ? $"areas: map {lost.Map} of {lost.Name} is none of its maps"
                : null
        );

    private static string? Twice(string who, IEnumerable<string?> names)
    {
        var seen = new HashSet<string?>(StringComparer.Ordinal);
        return names.FirstOrDefault(name => !seen.Add(name)) is { } twice ? $"{who} {twice} twice" : null;
    }
}

/// <summary>A body that names a text by its manifest hash.</summary>
internal interface IOnText : ITrafficBody
{
    /// <summary>The manifest hash, <c>sha256:…</c>.</summary>
    string? Hash { get; }
}

/// <summary>Body of <c>agreement.opened</c> and <c>agreement.consented</c>: the text that it is about, by its manifest
/// hash.</summary>
public sealed record AgreementReference : IOnText
{
    [Required, DataType("hash"), DisplayName("Hash of the text")]
    public string? Hash { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() => Check.Hash("hash", Hash);
}

/// <summary>Body of <c>agreement.signed</c>.</summary>
public sealed record AgreementSignature : IOnText
{
    [Required, DataType("hash"), DisplayName("Hash of the text")]
    public string? Hash { get; init; }

    [
        Required,
        AllowedValues(
            AgreementWords.Party,
            AgreementWords.Guarantor,
            AgreementWords.Witness,
            AgreementWords.Depositary,
            AgreementWords.Observer
        )
    ]
    public string? Capacity { get; init; }

    /// <summary><c>whole</c>, or the id of an annex; the whole where it says nothing.</summary>
    [
        MaxLength(Check.ShortText),
        Usual(AgreementWords.Whole),
        Description("The whole, or one annex by its short name.")
    ]
    public string? Scope { get; init; }

    [MaxLength(Check.LongText)]
    public string? Reservation { get; init; }

    /// <summary>Parties whose own consent it waits for before it counts. CEASEFIRE-8.</summary>
    [
        MaxLength(EntryHeader.MaxParties),
        Each(Check.ShortText),
        DisplayName("Counts once these consent"),
        Description("Parties whose own consent it waits for before it counts.")
    ]
    public IReadOnlyList<string> ConditionalOn
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        Check.Hash("hash", Hash)
        ?? (ConditionalOn.Count > EntryHeader.MaxParties ? "it names more parties than a line has" : null)
        ?? Check.Texts("parties whose consent it waits for", ConditionalOn);
}

/// <summary>Body of <c>agreement.declined</c>.</summary>
public sealed record AgreementRefusal : IOnText
{
    [Required, DataType("hash"), DisplayName("Hash of the text")]
    public string? Hash { get; init; }

    [Required, MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    public string? Problem() => Check.Hash("hash", Hash);
}

/// <summary>Body of <c>agreement.suspended</c>.</summary>
public sealed record AgreementSuspension : ITrafficBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    /// <summary>From when; never earlier than it was written.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until when; where it says nothing, until the party resumes.</summary>
    public DateTimeOffset? Until { get; init; }

    public string? Problem() => Until < From ? "it ends before it begins" : null;
}

/// <summary>Body of <c>agreement.denounced</c>: it takes effect after the text's days of notice, and not
/// before.</summary>
public sealed record AgreementDenunciation : ITrafficBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    /// <summary>When it is to take effect, where that is later than the notice asks for.</summary>
    [Description("Where later than the notice asks for.")]
    public DateTimeOffset? Effective { get; init; }
}
