using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>What a feature's volumes have where its properties do not say it.</summary>
/// <param name="LowerMetres">Null for the ground up.</param>
/// <param name="UpperMetres">Null for no limit.</param>
/// <param name="Reference">W84, MSL or AGL.</param>
/// <param name="From">RFC 3339; null where it has begun.</param>
/// <param name="Until">RFC 3339; null where it does not end.</param>
public sealed record VolumeDefaults(
    double? LowerMetres,
    double? UpperMetres,
    string Reference,
    string? From,
    string? Until
);

/// <summary>
/// Areas of a GeoJSON document (RFC 7946) as volumes of ASTM F3548: one for each polygon of whatever holds it, and a
/// circle for a Point with <c>radiusMetres</c>. An area never
/// shrinks on the way: what has no area, and a height that is there and not understood, refuse the document. //
/// DECONFLICTION-22, DECONFLICTION-23
/// </summary>
public static class GeoJsonVolumes
{
    /// <summary>Deepest nesting of geometry collections.</summary>
    private const int MaxNesting = 8;

    /// <summary>How much farther than the radius a drawn corner may lie from the centre that its properties name: the
    /// drawing is right to 1 %.</summary>
    private const double DrawnReach = 1.05;
    private static readonly string[] Own =
    [
        "lowerMetres",
        "upperMetres",
        "reference",
        "from",
        "until",
        "centre",
        "radiusMetres",
    ];

    /// <summary>How others name heights, in small letters.</summary>
    private static readonly string[] HeightWords =
    [
        "ceiling",
        "floor",
        "altitude",
        "height",
        "elevation",
        "lowerlimit",
        "upperlimit",
        "flightlevel",
    ];
    private static readonly string[] HeightNames =
    [
        "alt",
        "minalt",
        "maxalt",
        "altmin",
        "altmax",
        "agl",
        "msl",
        "base",
        "top",
        "lower",
        "upper",
    ];

    /// <summary>Reads a Feature, a FeatureCollection or a bare geometry. A refusal names the place.</summary>
    public static Parsed<JsonArray> Read(JsonElement document, string place, VolumeDefaults defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        try
        {
            var volumes = new JsonArray();
            WgsOnly(document, place);
            if (
                document.TryGetProperty("type", out var type)
                && type.ValueKind == JsonValueKind.String
                && type.ValueEquals("FeatureCollection")
            )
            {
                var number = 0;
                foreach (var feature in new JsonPlace(document, place).Required("features").Items(Activity.MaxVolumes))
                    Feature(feature, volumes, defaults, $"{place}: features[{number++}]");
            }
            else
                Feature(new JsonPlace(document, place), volumes, defaults, place);
            return volumes;
        }
        catch (UnreadableException e)
        {
            return new Rejected(e.Message);
        }
        catch (InvalidOperationException)
        {
            return new Rejected($"{place}: has a string that is not Unicode");
        }
    }

    private static void Feature(JsonPlace feature, JsonArray volumes, VolumeDefaults defaults, string place)
    {
        var isFeature = feature.Required("type").Text() == "Feature";
        WgsOnly(feature.Element, place);
        var properties = isFeature ? feature.Optional("properties") : null;
        if (properties is { } stated)
            NoOtherHeight(stated);
        var shapes = new List<JsonObject>();
        Shapes(
            isFeature ? feature.Optional("geometry") ?? throw feature.Fault("has no geometry") : feature,
            properties,
            shapes,
            0
        );
        foreach (var shape in shapes)
        {
            if (volumes.Count == Activity.MaxVolumes)
                throw feature.Fault($"has more than {Activity.MaxVolumes} areas");
            volumes.Add(Complete(shape, properties, defaults));
        }
    }

    private static void Shapes(JsonPlace geometry, JsonPlace? properties, List<JsonObject> shapes, int depth)
    {
        var radius = properties?.Optional("radiusMetres")?.Number(0, Outline.MaxRadius);
        switch (geometry.Required("type").Text())
        {
            case "Polygon":
                shapes.Add(Polygon(geometry.Required("coordinates"), radius, properties?.Optional("centre")));
                break;
            case "MultiPolygon":
                foreach (var polygon in geometry.Required("coordinates").Items(Activity.MaxVolumes))
                    shapes.Add(Polygon(polygon, null, null));
                break;
            case "Point" when radius is { } wide:
                shapes.Add(Circle(GeoJson.Point(geometry.Required("coordinates")), wide));
                break;
            case "MultiPoint" when radius is { } wide:
                foreach (var point in geometry.Required("coordinates").Items(Activity.MaxVolumes))
                    shapes.Add(Circle(GeoJson.Point(point), wide));
                break;
            case "GeometryCollection" when depth < MaxNesting:
                foreach (var part in geometry.Required("geometries").Items(Activity.MaxVolumes))
                    Shapes(part, properties, shapes, depth + 1);
                break;
            case "Point" or "MultiPoint":
                throw geometry.Fault("is a point, and has an area only with radiusMetres in its properties");
            case "LineString" or "MultiLineString":
                throw geometry.Fault("is a line, and a line has no area");
            default:
                throw geometry.Fault(
                    "is neither a Feature, a FeatureCollection nor an area: a Polygon, a MultiPolygon, a GeometryCollection, or a Point with radiusMetres"
                );
        }
        if (shapes.Count > Activity.MaxVolumes)
            throw geometry.Fault($"has more than {Activity.MaxVolumes} areas");
    }

    /// <summary>A circle goes out drawn as a polygon, with its centre and radius beside it: it comes in again as the
    /// circle, if it is still the one that is drawn.</summary>
    private static JsonObject Polygon(JsonPlace rings, double? radius, JsonPlace? centre)
    {
        var read = GeoJson.Rings(rings);
        if (radius is not { } wide || centre is not { } middle)
            return Polygon(read);
        var circle = Outline.Circle(GeoJson.Wrapped(GeoJson.Point(middle)), wide).TryGet(out var round, out var why)
            ? round
            : throw middle.Fault(why);
        if (
            read.Length > 1
            || !read[0]
                .All(c =>
                    Outline.Circle(c, 1).TryGet(out var at, out _) && circle.IsWithin(at, wide * (DrawnReach - 1))
                )
        )
            throw middle.Fault("with radiusMetres is not the circle that is drawn");
        return Circle(circle.Centre, wide);
    }

    private static JsonObject Polygon(Vertex[][] rings)
    {
        var polygon = new JsonObject { ["vertices"] = Ring(rings[0]) };
        if (rings.Length > 1)
            polygon["holes"] = new JsonArray([.. rings.Skip(1).Select(r => (JsonNode)Ring(r))]);
        return new JsonObject { ["outline_polygon"] = polygon };
    }

    private static JsonArray Ring(Vertex[] ring) => [.. ring.Select(v => (JsonNode)Position(v))];

    private static JsonObject Position(Vertex at) =>
        new() { ["lng"] = (decimal)at.X / Vertex.PerDegree, ["lat"] = (decimal)at.Y / Vertex.PerDegree };

    private static JsonObject Circle(Vertex centre, double radius) =>
        new()
        {
            ["outline_circle"] = new JsonObject
            {
                ["center"] = Position(GeoJson.Wrapped(centre)),
                ["radius"] = new JsonObject { ["value"] = radius, ["units"] = "M" },
            },
        };

    private static JsonObject Complete(JsonObject volume, JsonPlace? properties, VolumeDefaults defaults)
    {
        var reference = Text("reference") ?? defaults.Reference;
        if ((Metres("lowerMetres") ?? defaults.LowerMetres) is { } low)
            volume["altitude_lower"] = Altitude(low, reference);
        if ((Metres("upperMetres") ?? defaults.UpperMetres) is { } high)
            volume["altitude_upper"] = Altitude(high, reference);
        var whole = new JsonObject { ["volume"] = volume };
        if ((Text("from") ?? defaults.From) is { } from)
            whole["time_start"] = Moment(from);
        if ((Text("until") ?? defaults.Until) is { } until)
            whole["time_end"] = Moment(until);
        return whole;

        string? Text(string name) => properties?.Optional(name)?.Text();
        double? Metres(string name) =>
            properties?.Optional(name)?.Number(AltitudeBand.Lowest / 1000, AltitudeBand.Highest / 1000);
    }

    private static JsonObject Altitude(double metres, string reference) =>
        new()
        {
            ["value"] = metres,
            ["reference"] = reference,
            ["units"] = "M",
        };

    private static JsonObject Moment(string at) => new() { ["value"] = at, ["format"] = "RFC3339" };

    /// <summary>A height under another name would be left out, and the volume have every height: wrong for whoever is
    /// told of it.</summary>
    private static void NoOtherHeight(JsonPlace properties)
    {
        foreach (var (name, value) in properties.Members())
        {
            if (value.Element.ValueKind == JsonValueKind.Null || Own.Contains(name))
                continue;
            var plain = new string([.. name.Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);
            if (
                HeightNames.Contains(plain)
                || Array.Exists(HeightWords, plain.Contains)
                || plain.StartsWith("lowermet", StringComparison.Ordinal)
                || plain.StartsWith("uppermet", StringComparison.Ordinal)
            )
                throw value.Fault(
                    "is a height in a form that is not read here: give lowerMetres, upperMetres and reference (W84, MSL or AGL) in its place"
                );
        }
    }

    /// <summary>An old member names another system of coordinates; all are WGS 84 here.</summary>
    private static void WgsOnly(JsonElement thing, string place)
    {
        if (
            thing.ValueKind != JsonValueKind.Object
            || !thing.TryGetProperty("crs", out var crs)
            || crs.ValueKind == JsonValueKind.Null
        )
            return;
        var name = new JsonPlace(crs, $"{place}.crs").Optional("properties")?.Optional("name")?.Text() ?? "";
        if (!name.EndsWith("CRS84", StringComparison.Ordinal) && !name.EndsWith(":4326", StringComparison.Ordinal))
            throw new UnreadableException(
                $"{place}.crs: names other coordinates than longitude and latitude of WGS 84"
            );
    }
}
