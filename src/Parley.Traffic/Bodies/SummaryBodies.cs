using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>When a reporting day closes, by whose clock (C-9).</summary>
public sealed record ReportingDay : ITrafficBody
{
    /// <summary>A zone of the IANA database, or an offset such as <c>+02:00</c>.</summary>
    [
        Required,
        MaxLength(Observation.MaxName),
        DisplayName("Time zone"),
        Description("Such as Europe/Kyiv, or +02:00.")
    ]
    public string? Zone { get; init; }

    /// <summary>Local time, <c>HH:mm</c>.</summary>
    [Required, MaxLength(Observation.MaxName), DisplayName("Closes at"), Description("Local time, such as 19:30.")]
    public string? Closes { get; init; }

    /// <summary>A time of day as it is written here.</summary>
    public static bool TryCloses(string? text, out TimeOnly closes) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out closes);
}

/// <summary>One line of a summary's tally.</summary>
public sealed record SummaryRow : ITrafficBody
{
    [Required, MaxLength(Observation.MaxName)]
    public string? Reporter { get; init; }

    [MaxLength(Observation.MaxName), Description("Left out where nobody is named.")]
    public string? Accused { get; init; }

    /// <summary>What the rule makes of it.</summary>
    [Required, DisplayName("Number by the rule")]
    public long? N { get; init; }

    /// <summary>Observations behind it.</summary>
    [Required]
    public int? Observations { get; init; }

    public string? Problem() =>
        N is null or < 0 || Observations is null or < 0 ? "a number is missing, or below zero" : null;
}

/// <summary>A stretch in which nobody watched a place.</summary>
public sealed record SummaryGap : ITrafficBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Place { get; init; }

    [Required]
    public DateTimeOffset? From { get; init; }

    [Required]
    public DateTimeOffset? Until { get; init; }

    public string? Problem() =>
        From is null || Until is null ? "a stretch has a begin and an end"
        : Until < From ? "it ends before it begins"
        : null;
}

/// <summary>How much of a party's feed a number was computed from.</summary>
public sealed record FeedSize : ITrafficBody
{
    [Required, DataType("party")]
    public string? Party { get; init; }

    /// <summary>Entries.</summary>
    [Required]
    public long? Size { get; init; }

    public string? Problem() =>
        !PartyId.TryParse(Party, out _) ? "party is not a party id"
        : Size is null or < 0 ? "size is missing, or below zero"
        : null;
}

/// <summary>
/// Body of <c>summary.released</c> and <c>summary.corrected</c>: one reporting day (C-3, C-9). Its numbers name the rule
/// and the sizes of the feeds that they were computed from, so that anybody who has the record comes to the same; where
/// nobody watched stands beside them, so that silence is not taken for quiet (C-6). CEASEFIRE-37.
/// </summary>
public sealed record DailySummary : ITrafficBody
{
    /// <summary>Most lines of a list.</summary>
    public const int MaxRows = 128;

    [Required, DisplayName("Day begins")]
    public DateTimeOffset? From { get; init; }

    [Required, DisplayName("Day closes")]
    public DateTimeOffset? Until { get; init; }

    [DisplayName("Reporting day")]
    public ReportingDay? Day { get; init; }

    /// <summary>The agreement that is observed, by its first entry.</summary>
    [DataType("entry"), Description("The agreement that is observed.")]
    public string? Agreement { get; init; }

    [Required, DisplayName("Counted by")]
    public CountingRule? Rule { get; init; }

    [MaxLength(EntryHeader.MaxParties), DisplayName("Counted of")]
    public IReadOnlyList<FeedSize> AsOf
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(MaxRows), DisplayName("Counts")]
    public IReadOnlyList<SummaryRow> Rows
    {
        get;
        init => field = value ?? [];
    } = [];

    [MaxLength(MaxRows), DisplayName("Where nobody watched")]
    public IReadOnlyList<SummaryGap> Gaps
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Incidents of the day, by their numbers.</summary>
    [MaxLength(MaxRows), Each(Check.ShortText), DisplayName("Incidents")]
    public IReadOnlyList<string> Incidents
    {
        get;
        init => field = value ?? [];
    } = [];

    [Required, MaxLength(Check.LongText)]
    public string? Text { get; init; }

    public string? Problem() =>
        (From is null || Until is null ? "a day has a begin and an end" : null)
        ?? (Until <= From ? "it ends before it begins" : null)
        ?? (Rule is null ? "rule is missing" : null)
        ?? (Incidents.Count > MaxRows ? $"more than {MaxRows} incidents" : null)
        ?? (
            Incidents.Any(i => string.IsNullOrWhiteSpace(i) || i.Length > Check.ShortText)
                ? $"an incident is missing, or longer than {Check.ShortText} characters"
                : null
        )
        ?? CeasefireChecks.Entry("agreement", Agreement);
}
