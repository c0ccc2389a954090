using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Parley.Traffic.Bodies;

/// <summary>A place by name, by position, or both. <see cref="Position"/>: longitude, latitude, WGS 84.</summary>
public sealed record Place(
    [property: MaxLength(Check.ShortText)] string? Name = null,
    [property: DataType("position")] double[]? Position = null,
    [property: Range(0.0, double.MaxValue), Unit("m"), DisplayName("Uncertainty in metres")]
        double? UncertaintyMetres = null
);

/// <summary>Body of <c>clarification.requested</c> (R10).</summary>
public sealed record ClarificationRequest : ITrafficBody
{
    [Required, MaxLength(Check.LongText), DisplayName("What is to be clarified")]
    public string? Concern { get; init; }

    /// <summary>What it is about: movement, exercise, flight, missile, …</summary>
    [
        MaxLength(Check.ShortText),
        Usual("movement", "exercise", "flight", "vessel", "missile", "fire", "other"),
        DisplayName("What it is about")
    ]
    public string? Type { get; init; }

    public Place? Place { get; init; }

    public string? Problem() => Check.Place(Place);
}

/// <summary>Body of <c>clarification.answered</c>: the fields that R10 names, each of which may stay empty.</summary>
public sealed record ClarificationAnswer : ITrafficBody
{
    [MaxLength(Check.LongText)]
    public string? Purpose { get; init; }

    public Place? Place { get; init; }

    [DisplayName("End")]
    public DateTimeOffset? EndDate { get; init; }

    [MaxLength(Check.LongText)]
    public string? Designation { get; init; }

    [MaxLength(Check.LongText)]
    public string? Subordination { get; init; }

    [MaxLength(Check.LongText)]
    public string? Formations { get; init; }

    [MaxLength(Check.LongText)]
    public string? Equipment { get; init; }

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }

    /// <summary>What is shown with the answer: its hash, its source and whether it was verified (E4); the bytes are
    /// attachments that the entry names too.</summary>
    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<Material> Material
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        Check.Place(Place)
        ?? (
            ((string?[])[Purpose, Designation, Subordination, Formations, Equipment, Note, Place?.Name]).All(
                string.IsNullOrWhiteSpace
            )
            && EndDate is null
            && Place?.Position is null
            && Material.Count == 0
                ? "the answer says nothing"
                : null
        )
        ?? Check.Material(Material);
}

/// <summary>Body of <c>clarification.meeting_asked</c> and <c>…meeting_agreed</c>: where and when to meet.</summary>
public sealed record Meeting : ITrafficBody
{
    [MaxLength(Check.MediumText)]
    public string? Where { get; init; }

    public DateTimeOffset? At { get; init; }

    [MaxLength(Check.MediumText)]
    public string? Note { get; init; }
}

/// <summary>Body of <c>accident.reported</c> and <c>accident.updated</c> (R11): "not hostile", sendable in under a
/// minute.</summary>
public sealed record Accident : ITrafficBody
{
    [Required, MaxLength(Check.MediumText)]
    public string? What { get; init; }

    public DateTimeOffset? When { get; init; }

    public Place? Where { get; init; }

    /// <summary>Degrees from true north.</summary>
    [Range(0.0, 360.0), Unit("deg"), Description("Degrees from true north, below 360.")]
    public double? Heading { get; init; }

    public bool? Armed { get; init; }

    [MaxLength(Check.LongText)]
    public string? Note { get; init; }

    public string? Problem() =>
        Check.Place(Where)
        ?? (Heading is { } heading && !(heading >= 0 && heading < 360) ? "heading is 0 to 360 degrees" : null);
}

/// <summary>Body of <c>notice.given</c>, <c>notice.activity</c>, <c>notice.observed</c> and <c>notice.updated</c> (R12,
/// R13, E4).</summary>
public sealed record Notice : ITrafficBody
{
    /// <summary><c>launch</c>, <c>hazard</c>, <c>exercise</c>, <c>activity</c> or <c>observed</c>: sets the lead
    /// time.</summary>
    [AllowedValues("launch", "hazard", "exercise", "activity", "observed"), Description("Sets the lead time.")]
    public string? Template { get; init; }

    [Required, MaxLength(Check.LongText)]
    public string? What { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public Place? Place { get; init; }

    /// <summary>Hashes and names of material that goes with it, and where it came from.</summary>
    [MaxLength(Check.MaxItems)]
    public IReadOnlyList<Material> Material
    {
        get;
        init => field = value ?? [];
    } = [];

    public string? Problem() =>
        Check.Place(Place) ?? (Until < From ? "it ends before it begins" : null) ?? Check.Material(Material);
}

/// <summary>Something attached or referred to: its hash, its source, and whether it was verified (E4).</summary>
/// <param name="What">What it is.</param>
/// <param name="Hash">SHA-256 as <c>sha256:…</c>, where the bytes are at hand.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Verification"><c>unverified</c>, <c>verified</c> or <c>disputed</c>.</param>
/// <param name="Entry">The attachment's entry, such as <c>us/3</c>, where the bytes are on the line.</param>
public sealed record Material(
    [property: Required, MaxLength(Check.MediumText)] string What,
    [property: DataType("hash")] string? Hash = null,
    [property: MaxLength(Check.MediumText)] string? Source = null,
    [property: AllowedValues("unverified", "verified", "disputed")] string? Verification = null,
    [property: DataType("entry")] string? Entry = null
)
{
    internal string? Problem() =>
        Check.Required("what of a piece of material", What)
        ?? Check.Hash("hash", Hash)
        ?? Check.Text("source", Source)
        ?? (
            Entry is null || Record.EntryId.TryParse(Entry, out _)
                ? null
                : "entry of a piece of material is no entry id such as us/3"
        )
        ?? (
            Verification is null or "unverified" or "verified" or "disputed"
                ? null
                : "verification is unverified, verified or disputed"
        );
}

/// <summary>Body of <c>notice.read_back</c>: the place as the receiver understood it (R13).</summary>
public sealed record ReadBack : ITrafficBody
{
    [Required]
    public Place? Place { get; init; }

    public string? Problem() => Place is null ? "a read-back names the place" : Check.Place(Place);
}
