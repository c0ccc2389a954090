using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Deconfliction;

namespace Parley.Cli.Commands;

/// <summary>Where something is to be, on the command line: volumes in a file (Volume4D or GeoJSON), or one circle.</summary>
internal sealed class VolumeOptions
{
    private const int MaxFile = 1 << 20;
    private static readonly string[] References = ["W84", "MSL", "AGL"];

    private readonly Option<string?> file = new("--volumes") { Description = "Volumes as in ASTM F3548, or a GeoJSON Feature or FeatureCollection of polygons", HelpName = "FILE" };
    private readonly Option<string?> circle = new("--circle") { Description = "One circle: longitude, latitude, radius in metres", HelpName = "LON,LAT,RADIUS" };
    private readonly Option<double?> lower = new("--lower") { Description = "Lowest altitude in metres (else the ground up)", HelpName = "METRES" };
    private readonly Option<double?> upper = new("--upper") { Description = "Highest altitude in metres (else no limit)", HelpName = "METRES" };
    private readonly Option<string> reference = new("--reference") { Description = "What altitudes are measured from", DefaultValueFactory = _ => "W84", HelpName = string.Join('|', References) };
    private readonly Option<string?> from = new("--from") { Description = "When it begins (else it has begun)", HelpName = "TIME" };
    private readonly Option<string?> until = new("--until") { Description = "When it ends (else it does not)", HelpName = "TIME" };

    internal IEnumerable<Option> All
    {
        get
        {
            reference.AcceptOnlyFromAmong(References);
            return [file, circle, lower, upper, reference, from, until];
        }
    }

    /// <summary>The volumes given, read and found good; null where none were.</summary>
    internal JsonArray? Of(ParseResult parsed)
    {
        var given = parsed.GetValue(file) is { } path ? Volumes(Load(path), path, parsed) : parsed.GetValue(circle) is { } round ? [Circle(round, parsed)] : null;
        if (given is null) return null;
        using var json = JsonDocument.Parse(given.ToJsonString());
        return VolumeReader.ReadVolumes(json.RootElement, "volumes").TryGet(out _, out var reason) ? given : throw new Failure(reason);
    }

    private static JsonNode Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFile }) throw new Failure($"{path} is larger than {MaxFile} bytes");
            return JsonNode.Parse(File.ReadAllText(path)) ?? throw new Failure($"{path} holds nothing");
        }
        catch (JsonException e)
        {
            throw new Failure($"{path}: line {e.LineNumber + 1}: not JSON");
        }
    }

    private JsonArray Volumes(JsonNode whole, string path, ParseResult parsed)
    {
        if (whole is JsonArray list) return (JsonArray)list.DeepClone();
        if (whole is not JsonObject thing) throw new Failure($"{path}: neither a list of volumes nor GeoJSON");
        if (thing["volumes"] is JsonArray inside) return (JsonArray)inside.DeepClone();
        return thing["type"] switch
        {
            JsonValue type when (string?)type == "FeatureCollection" && thing["features"] is JsonArray features => [.. features.Select((f, i) => f is JsonObject feature ? Feature(feature, $"{path}: features[{i}]", parsed) : throw new Failure($"{path}: features[{i}] is no feature"))],
            JsonValue type when (string?)type == "Feature" => [Feature(thing, path, parsed)],
            _ => throw new Failure($"{path}: neither a list of volumes nor a GeoJSON Feature or FeatureCollection"),
        };
    }

    /// <summary>A polygon, or a point with <c>radiusMetres</c>; heights and times from its properties, else from the command line.</summary>
    private JsonObject Feature(JsonObject feature, string place, ParseResult parsed)
    {
        var properties = feature["properties"] as JsonObject ?? [];
        JsonObject volume;
        if (feature["geometry"] is not JsonObject geometry) throw new Failure($"{place} has no geometry");
        if (properties["centre"] is JsonArray centre && Number(properties["radiusMetres"]) is { } wide) volume = Round(Pair(centre, place), wide);
        else if ((string?)geometry["type"] == "Point" && Number(properties["radiusMetres"]) is { } radius) volume = Round(Pair(geometry["coordinates"], place), radius);
        else if ((string?)geometry["type"] == "Polygon" && geometry["coordinates"] is JsonArray { Count: > 0 } rings)
        {
            var polygon = new JsonObject { ["vertices"] = Ring(rings[0], place) };
            if (rings.Count > 1) polygon["holes"] = new JsonArray([.. rings.Skip(1).Select(r => (JsonNode)Ring(r, place))]);
            volume = new JsonObject { ["outline_polygon"] = polygon };
        }
        else throw new Failure($"{place}: a Polygon, or a Point with radiusMetres, is wanted");
        return Complete(volume, Number(properties["lowerMetres"]) ?? parsed.GetValue(lower), Number(properties["upperMetres"]) ?? parsed.GetValue(upper), (string?)properties["reference"] ?? parsed.GetValue(reference)!,
            (string?)properties["from"] ?? Time("--from", parsed.GetValue(from)), (string?)properties["until"] ?? Time("--until", parsed.GetValue(until)));
    }

    private JsonObject Circle(string text, ParseResult parsed)
    {
        var parts = text.Split(',').Select(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToArray();
        if (parts.Length != 3 || parts.Any(double.IsNaN)) throw new Failure($"--circle takes LON,LAT,RADIUS, not '{text}'", Program.Usage);
        return Complete(Round((parts[0], parts[1]), parts[2]), parsed.GetValue(lower), parsed.GetValue(upper), parsed.GetValue(reference)!, Time("--from", parsed.GetValue(from)), Time("--until", parsed.GetValue(until)));
    }

    private static JsonObject Round((double Longitude, double Latitude) centre, double radius) => new()
    {
        ["outline_circle"] = new JsonObject { ["center"] = Point(centre.Longitude, centre.Latitude), ["radius"] = new JsonObject { ["value"] = radius, ["units"] = "M" } },
    };

    private static JsonObject Complete(JsonObject volume, double? low, double? high, string from, string? begins, string? ends)
    {
        if (low is { } bottom) volume["altitude_lower"] = Altitude(bottom, from);
        if (high is { } top) volume["altitude_upper"] = Altitude(top, from);
        var whole = new JsonObject { ["volume"] = volume };
        if (begins is not null) whole["time_start"] = new JsonObject { ["value"] = begins, ["format"] = "RFC3339" };
        if (ends is not null) whole["time_end"] = new JsonObject { ["value"] = ends, ["format"] = "RFC3339" };
        return whole;
    }

    private static JsonObject Altitude(double metres, string from) => new() { ["value"] = metres, ["reference"] = from, ["units"] = "M" };

    private static JsonObject Point(double longitude, double latitude) => new() { ["lng"] = longitude, ["lat"] = latitude };

    /// <summary>GeoJSON closes a ring by saying its first position again; F3548 does not.</summary>
    private static JsonArray Ring(JsonNode? ring, string place)
    {
        if (ring is not JsonArray positions) throw new Failure($"{place}: a ring is a list of positions");
        var points = positions.Select(p => Pair(p, place)).ToList();
        if (points.Count > 1 && points[0] == points[^1]) points.RemoveAt(points.Count - 1);
        return [.. points.Select(p => (JsonNode)Point(p.Longitude, p.Latitude))];
    }

    private static (double Longitude, double Latitude) Pair(JsonNode? position, string place) =>
        position is JsonArray { Count: >= 2 } pair && Number(pair[0]) is { } longitude && Number(pair[1]) is { } latitude ? (longitude, latitude) : throw new Failure($"{place}: a position is [longitude, latitude]");

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : null;

    private static string? Time(string option, string? text) => text is null ? null : Instant.Text(Instant.Read(option, text));
}
