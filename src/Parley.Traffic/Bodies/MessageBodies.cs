namespace Parley.Traffic.Bodies;

/// <summary>Body of <c>message.sent</c> and <c>message.superseded</c>. Numbers, times and positions travel in <see cref="Fields"/>, never only in the text (R9).</summary>
public sealed record Message : ITrafficBody
{
    public string? Text { get; init; }
    /// <summary>Name of the template that it was written by, if any.</summary>
    public string? Template { get; init; }
    public IReadOnlyList<CodedField> Fields { get; init => field = value ?? []; } = [];

    public string? Problem() => Check.Text("text", Text, Check.LongText) ?? Check.Text("template", Template, Check.ShortText) ?? Check.Fields(Fields);
}

/// <summary>A value that needs no translation: a number with its unit, a time, a position.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Number">The value, with <paramref name="Unit"/>.</param>
/// <param name="Unit">Unit of <paramref name="Number"/>, of <see cref="Units"/>; null for a bare count.</param>
/// <param name="Time">UTC.</param>
/// <param name="Position">Longitude and latitude, WGS 84 degrees, in that order as in GeoJSON (RFC 7946).</param>
public sealed record CodedField(string Name, decimal? Number = null, string? Unit = null, DateTimeOffset? Time = null, double[]? Position = null)
{
    /// <summary>
    /// The units that both ends read alike: those of the SI and beside it (SI brochure, tables 4 and 8), and aviation's and shipping's (ICAO Annex 5). FL is a flight
    /// level, in hundreds of feet at standard pressure; deg is true, not magnetic.
    /// </summary>
    public static IReadOnlyList<string> Units { get; } =
        ["m", "km", "ft", "FL", "NM", "m/s", "km/h", "kn", "deg", "kg", "t", "L", "m2", "km2", "ha", "s", "min", "h", "d", "Hz", "kHz", "MHz", "GHz", "hPa", "Cel", "K", "W", "kW", "%"];
}

/// <summary>Body of <c>message.acknowledged</c>: received is not agreed (R8).</summary>
public sealed record Acknowledgement : ITrafficBody
{
    public string? Note { get; init; }

    public string? Problem() => Check.Text("note", Note, Check.LongText);
}

/// <summary>Body of <c>message.translated</c>: the author's language stays authoritative (R9). The language of the translation is the header's <c>lang</c>.</summary>
public sealed record Translation : ITrafficBody
{
    public string? Text { get; init; }
    public string? Translator { get; init; }
    public string? Reviewer { get; init; }
    /// <summary><c>draft</c> or <c>certified</c>.</summary>
    public string? Status { get; init; }
    /// <summary>True when a machine made it.</summary>
    public bool Machine { get; init; }

    public string? Problem() =>
        Check.Required("text", Text, Check.LongText) ?? Check.Text("translator", Translator, Check.ShortText) ?? Check.Text("reviewer", Reviewer, Check.ShortText)
        ?? (Status is "draft" or "certified" ? null : "status is draft or certified")
        ?? (Status == "certified" && Machine && string.IsNullOrWhiteSpace(Reviewer) ? "a machine's translation is certified by a reviewer only" : null);
}

/// <summary>Body of <c>message.passed_on</c>: to which echelon, when.</summary>
public sealed record PassedOn : ITrafficBody
{
    public string? Echelon { get; init; }
    public DateTimeOffset? At { get; init; }

    public string? Problem() => Check.Required("echelon", Echelon, Check.ShortText);
}
