using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Parley.Traffic.Bodies;

/// <summary>
/// Body of <c>incident.reported</c> and <c>incident.account_given</c>: one party's account of what happened. All that
/// are given of one incident stand beside each other under its number, and none is made of another. CEASEFIRE-22.
/// </summary>
public sealed record Account : ITrafficBody
{
    [Required, MaxLength(Check.LongText), DisplayName("What happened")]
    public string? What { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public Place? Place { get; init; }

    /// <summary>Whom this account accuses; null where it accuses nobody.</summary>
    [MaxLength(Observation.MaxName), Description("Left out where nobody is accused.")]
    public string? Accused { get; init; }

    /// <summary>Whose account it is, where it is not the author's own: an observer's, a post's.</summary>
    [MaxLength(Observation.MaxName), DisplayName("Whose account"), Description("Left out where it is our own.")]
    public string? Reporter { get; init; }

    [Range(0, Observation.MaxCount)]
    public int? Killed { get; init; }

    [Range(0, Observation.MaxCount)]
    public int? Injured { get; init; }

    /// <summary>Observations that belong to it: an entry such as <c>us/3</c>, or one observation of it as
    /// <c>us/3#o017</c>.</summary>
    [
        MaxLength(Check.MaxItems),
        Each(Check.ShortText),
        Description("Entries such as us/3, or one observation of an entry as us/3#o017.")
    ]
    public IReadOnlyList<string> Observations
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The agreement that it would violate, by its first entry.</summary>
    [DataType("entry"), Description("The agreement that it would violate.")]
    public string? Agreement { get; init; }

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<Material> Material
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        Check.Place(Place)
        ?? (Until < From ? "it ends before it begins" : null)
        ?? (Killed is < 0 or > Observation.MaxCount ? $"killed is 0 to {Observation.MaxCount}" : null)
        ?? (Injured is < 0 or > Observation.MaxCount ? $"injured is 0 to {Observation.MaxCount}" : null)
        ?? CeasefireChecks.Entries("observations", Observations)
        ?? CeasefireChecks.Entry("agreement", Agreement)
        ?? Check.Material(Material);
}

/// <summary>Body of the steps that look into an incident: <c>incident.examined</c> and <c>incident.inquired</c>.</summary>
public sealed record Inquiry : ITrafficBody
{
    [Required, MaxLength(Check.LongText), DisplayName("What was done and seen")]
    public string? What { get; init; }

    /// <summary>Who looked into it.</summary>
    [MaxLength(Check.ShortText), DisplayName("Who looked into it")]
    public string? Team { get; init; }

    public DateTimeOffset? At { get; init; }

    public Place? Place { get; init; }

    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<Material> Material
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() => Check.Place(Place) ?? Check.Material(Material);
}

/// <summary>
/// Body of <c>incident.found</c> and <c>incident.closed</c>. Whether it happened and who did it are two facts, and either
/// may be known without the other (C-7, C-10). CEASEFIRE-25.
/// </summary>
public sealed record Finding : ITrafficBody
{
    /// <summary>Whether it happened, and was a violation.</summary>
    [Required, AllowedValues(Violation, NoViolation, Inconclusive), DisplayName("Finding")]
    public string? Result { get; init; }

    /// <summary>Who did it; null where it is attributed to nobody.</summary>
    [
        MaxLength(Observation.MaxName),
        DisplayName("Attributed to"),
        Description("Left out where it is attributed to nobody.")
    ]
    public string? Attribution { get; init; }

    [MaxLength(Check.LongText)]
    public string? Text { get; init; }

    public const string Violation = "violation",
        NoViolation = "no violation",
        Inconclusive = "inconclusive";
}

/// <summary>Body of <c>incident.merged</c>: the number under which it goes on.</summary>
public sealed record IncidentMerge : ITrafficBody
{
    /// <summary>The first entry of the other incident, such as <c>us/3</c>.</summary>
    [Required, DataType("entry"), Description("The incident under whose number it goes on.")]
    public string? Into { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    public string? Problem() => CeasefireChecks.Entry("into", Into);
}

/// <summary>Body of <c>incident.split</c>: a merged incident has its own number back; of another one, the accounts that
/// are named belong to another incident.</summary>
public sealed record IncidentSplit : ITrafficBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    /// <summary>Entries of the accounts that belong elsewhere.</summary>
    [MaxLength(Check.MaxItems), Each(Check.ShortText), Description("Entries of the accounts that belong elsewhere.")]
    public IReadOnlyList<string> Accounts
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The incident to which they belong.</summary>
    [DataType("entry"), Description("The incident to which they belong.")]
    public string? Into { get; init; }

    public string? Problem() => CeasefireChecks.Entries("accounts", Accounts) ?? CeasefireChecks.Entry("into", Into);
}

/// <summary>Body of <c>order.announced</c>: what forces are to be ordered, and when that takes effect (R25).</summary>
public sealed record OrderAnnouncement : ITrafficBody
{
    [Required, MaxLength(Check.LongText), DisplayName("What is ordered")]
    public string? What { get; init; }

    /// <summary>The agreement that it carries out, by its first entry.</summary>
    [DataType("entry"), Description("The agreement that it carries out.")]
    public string? Agreement { get; init; }

    [DisplayName("Takes effect")]
    public DateTimeOffset? Effect { get; init; }

    /// <summary>Echelons that are to have it; each stays empty until it is reported.</summary>
    [
        MaxLength(Check.MaxItems),
        Each(Check.ShortText),
        DisplayName("Who is to have it"),
        Description("Echelons; each stays empty until it is reported.")
    ]
    public IReadOnlyList<string> Echelons
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() => CeasefireChecks.Entry("agreement", Agreement) ?? Check.Texts("echelons", Echelons);
}

/// <summary>Body of <c>order.reported</c>: an echelon of the author's has the order, or is still to have it.</summary>
public sealed record OrderReceipt : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Echelon { get; init; }

    /// <summary>Which forces of it.</summary>
    [MaxLength(Check.MediumText)]
    public string? Forces { get; init; }

    /// <summary>When it had the order; null while it has it not.</summary>
    [Description("Left out while it does not have the order.")]
    public DateTimeOffset? At { get; init; }

    /// <summary>The agreement that it carries out, by its first entry.</summary>
    [DataType("entry"), Description("The agreement that it carries out.")]
    public string? Agreement { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() => CeasefireChecks.Entry("agreement", Agreement);
}

/// <summary>
/// Body of <c>returnfire.notified</c> (R28): what was tried before, how it failed, on whose authority. It asks nobody's
/// leave and gives none. CEASEFIRE-28.
/// </summary>
public sealed record ReturnFire : ITrafficBody
{
    /// <summary>The incident that it answers, by its first entry.</summary>
    [DataType("entry"), Description("The incident that it answers.")]
    public string? Incident { get; init; }

    /// <summary>What of the mechanism was tried first.</summary>
    [Required, MaxLength(Check.MediumText), DisplayName("What was tried first")]
    public string? Tried { get; init; }

    public DateTimeOffset? TriedAt { get; init; }

    [Required, MaxLength(Check.MediumText), DisplayName("How it failed")]
    public string? Failure { get; init; }

    /// <summary>Who ordered it: an office, not a name alone.</summary>
    [Required, MaxLength(Check.ShortText), DisplayName("On whose authority")]
    public string? Authority { get; init; }

    /// <summary>The notice to the other side.</summary>
    [Required, MaxLength(Check.LongText)]
    public string? Notice { get; init; }

    public Place? Place { get; init; }

    public DateTimeOffset? From { get; init; }

    public string? Problem() => Check.Place(Place) ?? CeasefireChecks.Entry("incident", Incident);
}
