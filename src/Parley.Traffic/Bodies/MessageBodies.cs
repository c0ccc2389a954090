using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Parley.Traffic.Bodies;

/// <summary>Body of <c>message.sent</c> and <c>message.superseded</c>. Numbers, times and positions travel in
/// <see cref="Fields"/>, never only in the text (R9).</summary>
public sealed record Message : ITrafficBody
{
    [MaxLength(MaxText)]
    public string? Text { get; init; }

    /// <summary>Name of the template that it was written by, if any.</summary>
    [MaxLength(Check.ShortText)]
    public string? Template { get; init; }

    [MaxLength(Check.MaxItems), DisplayName("Coded fields")]
    public IReadOnlyList<CodedField> Fields
    {
        get;
        init => field = value ?? [];
    } = [];

    /// <summary>Files that go with it, each an object with the <c>entry</c> that holds it, its <c>name</c>, <c>size</c>
    /// and <c>sha256</c>. They are read by whoever shows them: nothing that is wrong with one makes the message
    /// unreadable.</summary>
    [DataType("files"), DisplayName("Files")]
    public JsonElement? Attachments { get; init; }

    /// <summary>Longest text, in characters.</summary>
    public const int MaxText = Check.LongText;

    public string? Problem() => Check.Fields(Fields);
}

/// <summary>A value that needs no translation: a number with its unit, a time, a position.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Number">The value, with <paramref name="Unit"/>.</param>
/// <param name="Unit">Unit of <paramref name="Number"/>, of <see cref="Units"/>; null for a bare count.</param>
/// <param name="Time">UTC.</param>
/// <param name="Position">Longitude and latitude, WGS 84 degrees, in that order as in GeoJSON (RFC 7946).</param>
public sealed record CodedField(
    [property: Required, MaxLength(Check.ShortText)] string Name,
    decimal? Number = null,
    [property: AllowedValues(
        "m",
        "km",
        "ft",
        "FL",
        "NM",
        "m/s",
        "km/h",
        "kn",
        "deg",
        "kg",
        "t",
        "L",
        "m2",
        "km2",
        "ha",
        "s",
        "min",
        "h",
        "d",
        "Hz",
        "kHz",
        "MHz",
        "GHz",
        "hPa",
        "Cel",
        "K",
        "W",
        "kW",
        "%"
    )]
        string? Unit = null,
    DateTimeOffset? Time = null,
    [property: DataType("position")] double[]? Position = null
)
{
    /// <summary>
    /// The units that both ends read alike: those of the SI and beside it (SI brochure, tables 4 and 8), and aviation's
    /// and shipping's (ICAO Annex 5). FL is a flight
    /// level, in hundreds of feet at standard pressure; deg is true, not magnetic.
    /// </summary>
    public static IReadOnlyList<string> Units { get; } =
    [
        "m",
        "km",
        "ft",
        "FL",
        "NM",
        "m/s",
        "km/h",
        "kn",
        "deg",
        "kg",
        "t",
        "L",
        "m2",
        "km2",
        "ha",
        "s",
        "min",
        "h",
        "d",
        "Hz",
        "kHz",
        "MHz",
        "GHz",
        "hPa",
        "Cel",
        "K",
        "W",
        "kW",
        "%",
    ];
}

/// <summary>Body of <c>message.acknowledged</c>: received is not agreed (R8).</summary>
public sealed record Acknowledgement : ITrafficBody, IReceiptBody
{
    [MaxLength(Check.LongText)]
    public string? Note { get; init; }
}

/// <summary>Body of <c>message.translated</c>: the author's language stays authoritative (R9). The language of the
/// translation is the header's <c>lang</c>.</summary>
public sealed record Translation : ITrafficBody
{
    public const string Draft = "draft",
        Certified = "certified";

    [Required, MaxLength(Check.LongText)]
    public string? Text { get; init; }

    [MaxLength(Check.ShortText)]
    public string? Translator { get; init; }

    [MaxLength(Check.ShortText)]
    public string? Reviewer { get; init; }

    /// <summary><c>draft</c> or <c>certified</c>.</summary>
    [Required, AllowedValues(Draft, Certified)]
    public string? Status { get; init; }

    /// <summary>True when a machine made it.</summary>
    [DisplayName("Made by a machine")]
    public bool Machine { get; init; }

    public string? Problem() =>
        Status == Certified && Machine && string.IsNullOrWhiteSpace(Reviewer)
            ? "a machine's translation is certified by a reviewer only"
            : null;
}

/// <summary>Body of <c>message.passed_on</c>: to which echelon, when.</summary>
public sealed record PassedOn : ITrafficBody, IReceiptBody
{
    [Required, MaxLength(Check.ShortText)]
    public string? Echelon { get; init; }

    public DateTimeOffset? At { get; init; }

    string? IReceiptBody.Note => Echelon;
}
