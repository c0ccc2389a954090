using System.Globalization;
using System.Text;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>A row of a file that was not taken, by its number in a spreadsheet, and why.</summary>
public sealed record RefusedRow(int Row, string Reason);

/// <summary>An observation of a file, and the row that it stood in.</summary>
public sealed record ReadObservation(int Row, Observation Observation);

/// <summary>
/// Reads observers' logs (docs/protocol/ceasefire.md, the columns): one row after the other, each taken or refused by
/// itself. Text is UTF-8, or what a mark at the file's beginning says; another encoding is refused row by row and not
/// guessed. CEASEFIRE-29.
/// </summary>
public sealed class ObservationCsv
{
    /// <summary>The columns, in the order in which they are written. A file may have them in any order, and more.</summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "id",
        "reporter",
        "accused",
        "position",
        "latitude",
        "longitude",
        "means",
        "start",
        "end",
        "utc_offset",
        "count",
        "count_qualifier",
        "what",
        "weapon",
        "phase",
        "bearing_from",
        "bearing_to",
        "distance_min_m",
        "distance_max_m",
        "time_precision",
        "place_precision",
        "killed",
        "injured",
        "note",
    ];

    /// <summary>Columns without which nothing can be read.</summary>
    private static readonly string[] Needed = ["id", "reporter", "start", "count", "what"];

    private readonly CsvRows rows;
    private readonly Action<RefusedRow> refused;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly int width;
    private IReadOnlyList<string> row = [];

    private ObservationCsv(CsvRows rows, IReadOnlyList<string> header, Action<RefusedRow> refused)
    {
        this.rows = rows;
        this.refused = refused;
        width = header.Count;
        for (var i = 0; i < header.Count; i++)
            places.TryAdd(header[i].Trim().ToLowerInvariant(), i);
    }

    /// <summary>Opens a file; why nothing of it can be read.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="refused">Told of each row that is not taken.</param>
    public static Parsed<ObservationCsv> Open(Stream file, Action<RefusedRow> refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        var reader = new StreamReader(file, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true);
        var read = new CsvRows(reader);
        if (read.Next() is not { } header)
            return new Rejected("the file is empty");
        if (header.Fault is { } fault)
            return new Rejected($"the file's header cannot be read: {fault}");
        var csv = new ObservationCsv(read, header.Fields, refused);
        return Needed.Where(c => !csv.places.ContainsKey(c)).ToList() is { Count: > 0 } lacking
            ? new Rejected($"the file's header lacks {string.Join(", ", lacking)}")
            : csv;
    }

    /// <summary>The rows that make sense, in order; the others are told of as they come.</summary>
    public IEnumerable<ReadObservation> Read()
    {
        while (rows.Next() is { } next)
        {
            if (ReadRow(next).TryGet(out var observation, out var why))
                yield return new ReadObservation(next.Number, observation);
            else
                refused(new RefusedRow(next.Number, why));
        }
    }

    private Parsed<Observation> ReadRow(CsvRow next)
    {
        if (next.Fault is { } fault)
            return new Rejected(fault);
        row = next.Fields;
        if (row.Count != width)
            return new Rejected($"it has {row.Count} fields, and the header {width}");
        if (row.Any(f => f.Contains('\uFFFD', StringComparison.Ordinal)))
            return new Rejected("it is not UTF-8: save the file as UTF-8");
        try
        {
            var observation = Fields();
            return Rules.Problem(observation) is { } problem ? new Rejected(problem) : observation;
        }
        catch (FormatException e)
        {
            return new Rejected(e.Message);
        }
    }

    private static readonly BodyRules Rules = new(TrafficJson.Default.Observation);

    private Observation Fields()
    {
        var (latitude, longitude) = (Number("latitude"), Number("longitude"));
        if (latitude is null != longitude is null)
            throw new FormatException("a position has a latitude and a longitude");
        var name = Text("position");
        return new Observation
        {
            Id = Text("id"),
            Reporter = Text("reporter"),
            Accused = Text("accused"),
            Place =
                name is null && latitude is null
                    ? null
                    : new Place(name, latitude is { } north ? [longitude!.Value, north] : null),
            Means = Text("means"),
            Start = Time("start"),
            End = Time("end"),
            UtcOffset = Offset("utc_offset"),
            Count = Whole("count"),
            Qualifier = Text("count_qualifier"),
            What = Text("what"),
            Weapon = Text("weapon"),
            Phase = Text("phase"),
            BearingFrom = Number("bearing_from"),
            BearingTo = Number("bearing_to"),
            DistanceMin = Number("distance_min_m"),
            DistanceMax = Number("distance_max_m"),
            TimePrecision = Whole("time_precision"),
            PlacePrecision = Whole("place_precision"),
            Killed = Whole("killed"),
            Injured = Whole("injured"),
            Note = Text("note"),
        };
    }

    /// <summary>As it stands in the file; null where nothing does.</summary>
    private string? Text(string column) =>
        places.TryGetValue(column, out var at) && row[at].Length > 0 ? CsvText.Plain(row[at]) : null;

    private int? Whole(string column) =>
        Text(column) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"{column} is no whole number");

    private double? Number(string column) =>
        Text(column) is not { } text ? null
        : double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out var number
        ) && double.IsFinite(number)
            ? number
        : throw new FormatException($"{column} is no number");

    private DateTimeOffset? Time(string column) =>
        Text(column) is not { } text ? null
        : text.Contains('T', StringComparison.Ordinal)
        && text.AsSpan(text.IndexOf('T', StringComparison.Ordinal)).IndexOfAny('Z', '+', '-') >= 0
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at.ToUniversalTime()
        : throw new FormatException($"{column} is no time with Z or an offset, such as 2022-03-23T14:05:11Z");

    private int? Offset(string column)
    {
        if (Text(column) is not { } text)
            return null;
        if (text == "Z")
            return 0;
        if (
            text.Length == 6
            && text[0] is '+' or '-'
            && TimeOnly.TryParseExact(
                text[1..],
                "HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var off
            )
        )
            return (text[0] == '-' ? -1 : 1) * (off.Hour * 60 + off.Minute);
        throw new FormatException($"{column} is no offset such as +02:00");
    }
}

/// <summary>Text in a table that a spreadsheet may open: what it would run as a formula is written with a mark before
/// it, which is taken off when the table is read again. CEASEFIRE-33.</summary>
internal static class CsvText
{
    private static bool IsFormula(ReadOnlySpan<char> text) =>
        text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r';

    /// <summary>One that begins like a formula, behind any number of marks.</summary>
    private static bool IsMarked(ReadOnlySpan<char> text) => IsFormula(text.TrimStart('\''));

    /// <summary>A field that no spreadsheet runs, in quotation marks where it needs them.</summary>
    internal static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var harmless = IsMarked(text) ? $"'{text}" : text;
        return Quoted(harmless);
    }

    internal static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") >= 0 || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;

    /// <summary>Without the mark that <see cref="Field"/> wrote.</summary>
    internal static string Plain(string field) => field[0] == '\'' && IsMarked(field) ? field[1..] : field;
}
