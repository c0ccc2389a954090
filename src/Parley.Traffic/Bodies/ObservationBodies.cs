using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>
/// One observation as its observer wrote it (R26): a position and the sector seen from it, not a point; a count with how
/// it was counted. Who is accused is the reporter's word, and nothing here is inferred from anything else. CEASEFIRE-20.
/// </summary>
public sealed record Observation : ITrafficBody
{
    /// <summary>The reporter's own number.</summary>
    [Required, MaxLength(MaxName), DisplayName("Number"), Description("The reporter's own.")]
    public string? Id { get; init; }

    [Required, MaxLength(MaxName)]
    public string? Reporter { get; init; }

    /// <summary>Who is said to have fired; null where nobody is named.</summary>
    [MaxLength(MaxName), Description("Left out where nobody is named.")]
    public string? Accused { get; init; }

    /// <summary>Where the observer stood.</summary>
    [DisplayName("Where the observer stood")]
    public Place? Place { get; init; }

    [MaxLength(MaxName), Usual("saw", "heard", "camera", "uav", "crater")]
    public string? Means { get; init; }

    [Required]
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it was over; its start where it says nothing.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>The observer's clock against UTC, in minutes.</summary>
    [
        Range(-MaxOffset, MaxOffset),
        Unit("min"),
        DisplayName("Local time against UTC"),
        Description("Minutes, east positive.")
    ]
    public int? UtcOffset { get; init; }

    [Required, Range(0, MaxCount)]
    public int? Count { get; init; }

    /// <summary><c>exact</c>, <c>about</c> or <c>at_least</c>.</summary>
    [AllowedValues(Exact, About, AtLeast), DisplayName("How it was counted")]
    public string? Qualifier { get; init; }

    [
        Required,
        MaxLength(MaxName),
        Usual("explosion", "impact", "outgoing", "airburst", "projectile", "burst", "shot", "tracer", "flare"),
        DisplayName("What was observed")
    ]
    public string? What { get; init; }

    [MaxLength(MaxName), Usual("artillery", "mortar", "tank", "hmg", "small_arms", "undetermined")]
    public string? Weapon { get; init; }

    [AllowedValues("outgoing", "incoming", "undetermined")]
    public string? Phase { get; init; }

    /// <summary>The sector, in degrees clockwise from north as seen from the position; it may pass through
    /// north.</summary>
    [Range(0.0, 360.0), Unit("deg"), DisplayName("Sector from")]
    public double? BearingFrom { get; init; }

    [Range(0.0, 360.0), Unit("deg"), DisplayName("Sector to")]
    public double? BearingTo { get; init; }

    [Range(0.0, MaxMetres), Unit("m"), DisplayName("Distance at least")]
    public double? DistanceMin { get; init; }

    [Range(0.0, MaxMetres), Unit("m"), DisplayName("Distance at most")]
    public double? DistanceMax { get; init; }

    /// <summary>1 good, 2 fair, 3 poor.</summary>
    [Range(1, 3), DisplayName("How sure the time is"), Description("1 good, 2 fair, 3 poor.")]
    public int? TimePrecision { get; init; }

    [Range(1, 3), DisplayName("How sure the place is"), Description("1 good, 2 fair, 3 poor.")]
    public int? PlacePrecision { get; init; }

    [Range(0, MaxCount)]
    public int? Killed { get; init; }

    [Range(0, MaxCount)]
    public int? Injured { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public const string Exact = "exact",
        About = "about",
        AtLeast = "at_least";

    /// <summary>Longest word or name of an observation, in characters.</summary>
    public const int MaxName = 64;

    /// <summary>Largest count, of discharges as of people.</summary>
    public const int MaxCount = 1_000_000;

    /// <summary>Furthest that an observer sees or hears, in metres.</summary>
    public const double MaxMetres = 1_000_000;

    /// <summary>Furthest that a local clock is from UTC, in minutes.</summary>
    public const int MaxOffset = 14 * 60;

    public string? Problem() =>
        Check.Place(Place)
        ?? (End < Start ? "it ends before it begins" : null)
        ?? Within("count", Count, 0, MaxCount)
        ?? (Count is null ? "count is missing" : null)
        ?? (Start is null ? "start is missing" : null)
        ?? Within("utcOffset", UtcOffset, -MaxOffset, MaxOffset)
        ?? Within("bearingFrom", BearingFrom, 0, 360)
        ?? Within("bearingTo", BearingTo, 0, 360)
        ?? ((BearingFrom is null) != (BearingTo is null) ? "a sector has two sides: bearingFrom and bearingTo" : null)
        ?? Within("distanceMin", DistanceMin, 0, MaxMetres)
        ?? Within("distanceMax", DistanceMax, 0, MaxMetres)
        ?? (DistanceMax < DistanceMin ? "the distance is at most less than at least" : null)
        ?? Within("timePrecision", TimePrecision, 1, 3)
        ?? Within("placePrecision", PlacePrecision, 1, 3)
        ?? Within("killed", Killed, 0, MaxCount)
        ?? Within("injured", Injured, 0, MaxCount);

    private static string? Within(string what, double? number, double least, double most) =>
        number is not { } value || (value >= least && value <= most) ? null : $"{what} is {least} to {most}";
}

/// <summary>Body of <c>observation.reported</c> and <c>observation.corrected</c>: several observations in one
/// entry.</summary>
public sealed record ObservationReport : ITrafficBody
{
    /// <summary>Most observations in one entry.</summary>
    public const int MaxObservations = 128;

    [Required, MaxLength(MaxObservations)]
    public IReadOnlyList<Observation> Observations
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>The agreement that is observed, by its first entry.</summary>
    [DataType("entry"), Description("The agreement that is observed.")]
    public string? Agreement { get; init; }

    /// <summary>The log or file that they come from.</summary>
    [MaxLength(Check.ShortText), Description("The log or file that they come from.")]
    public string? Source { get; init; }

    public string? Problem() =>
        Observations.Count == 0 ? "observations are missing" : CeasefireChecks.Entry("agreement", Agreement);
}

/// <summary>Body of <c>observation.withdrawn</c>: which of an entry's observations are taken back, or all of
/// them.</summary>
public sealed record ObservationWithdrawal : ITrafficBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? Reason { get; init; }

    /// <summary>The reporter's numbers; all of the entry's where it is empty.</summary>
    [
        MaxLength(ObservationReport.MaxObservations),
        Each(Observation.MaxName),
        DisplayName("Numbers"),
        Description("All of the entry's where it is empty.")
    ]
    public IReadOnlyList<string> Ids
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        Ids.Count > ObservationReport.MaxObservations ? $"more than {ObservationReport.MaxObservations} ids"
        : Ids.Any(id => string.IsNullOrWhiteSpace(id) || id.Length > Observation.MaxName)
            ? $"an id is missing, or longer than {Observation.MaxName} characters"
        : null;
}

/// <summary>Body of <c>coverage.logged</c> and <c>coverage.corrected</c>: who watched where, from when until when, so
/// that "no violation" and "nobody watched" differ (C-6).</summary>
public sealed record Coverage : ITrafficBody
{
    [Required, MaxLength(Observation.MaxName)]
    public string? Reporter { get; init; }

    [Required]
    public Place? Place { get; init; }

    /// <summary>How far was watched, in metres.</summary>
    [Range(0.0, Observation.MaxMetres), Unit("m"), DisplayName("How far was watched")]
    public double? RadiusMetres { get; init; }

    [Required]
    public DateTimeOffset? From { get; init; }

    [Required]
    public DateTimeOffset? Until { get; init; }

    [MaxLength(Observation.MaxName), Usual("patrol", "post", "camera", "uav", "other")]
    public string? Means { get; init; }

    /// <summary>The agreement that is observed, by its first entry.</summary>
    [DataType("entry"), Description("The agreement that is observed.")]
    public string? Agreement { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }

    public string? Problem() =>
        (Place is null ? "place is missing" : Check.Place(Place))
        ?? (
            string.IsNullOrWhiteSpace(Place!.Name) && Place.Position is null
                ? "the place has neither name nor position"
                : null
        )
        ?? (
            From is null ? "from is missing"
            : Until is null ? "until is missing"
            : Until < From ? "it ends before it begins"
            : null
        )
        ?? Check.Finite("radiusMetres", RadiusMetres)
        ?? (RadiusMetres > Observation.MaxMetres ? $"radiusMetres is 0 to {Observation.MaxMetres}" : null)
        ?? CeasefireChecks.Entry("agreement", Agreement);
}

/// <summary>What several of these bodies are held to alike.</summary>
internal static class CeasefireChecks
{
    internal static string? Entry(string what, string? entry) =>
        entry is null || EntryId.TryParse(entry, out _) ? null : $"{what} is no entry id such as us/3";

    internal static string? Entries(string what, IReadOnlyList<string> entries) =>
        entries.Count > Check.MaxItems ? $"more than {Check.MaxItems} {what}"
        : entries.Any(e => string.IsNullOrWhiteSpace(e) || e.Length > Check.ShortText)
            ? $"one of {what} is missing, or longer than {Check.ShortText} characters"
        : null;
}
