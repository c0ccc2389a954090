using System.Text.Json;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>
/// Reads Volume4D objects with the member names of ASTM F3548. A refusal names the place
/// (<c>activities.a[0].volume.outline_polygon.vertices[3]</c>).
/// Members that are not known are refused: a misspelt end of a band would else mean no end. A member that is null
/// counts as absent.
/// </summary>
public static class VolumeReader
{
    /// <summary>Deepest nesting of a document.</summary>
    internal const int MaxDepth = 16;
    private const double MetresPerFoot = 0.3048;

    /// <summary>Reads one activity's volumes from a JSON array.</summary>
    public static Parsed<IReadOnlyList<Volume4D>> ReadVolumes(JsonElement array, string place)
    {
        if (array.ValueKind != JsonValueKind.Array)
            return new Rejected($"{place}: is not a list of volumes");
        var count = array.GetArrayLength();
        if (count is 0 or > Activity.MaxVolumes)
            return new Rejected($"{place}: has {count} volumes; 1 to {Activity.MaxVolumes} are allowed");
        var volumes = new List<Volume4D>(count);
        foreach (var element in array.EnumerateArray())
        {
            if (!Read(element, $"{place}[{volumes.Count}]").TryGet(out var volume, out var reason))
                return new Rejected(reason);
            volumes.Add(volume);
        }
        return Parsed<IReadOnlyList<Volume4D>>.Of(volumes);
    }

    /// <summary>Reads one Volume4D: <c>volume</c>, and <c>time_start</c> and <c>time_end</c>, of which either may be
    /// left out.</summary>
    public static Parsed<Volume4D> Read(JsonElement element, string place)
    {
        try
        {
            var whole = new JsonPlace(element, place);
            whole.Only("volume", "time_start", "time_end");
            var volume = whole.Required("volume");
            volume.Only("outline_polygon", "outline_circle", "altitude_lower", "altitude_upper");
            return new Volume4D(Shape(volume), Band(volume), Window(whole));
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

    private static Outline Shape(JsonPlace volume)
    {
        var (polygon, circle) = (volume.Optional("outline_polygon"), volume.Optional("outline_circle"));
        if (polygon is null == circle is null)
            throw volume.Fault(
                polygon is null ? "has no outline: outline_polygon or outline_circle" : "has two outlines"
            );
        if (circle is { } round)
        {
            round.Only("center", "radius");
            var radius = round.Required("radius");
            radius.Only("value", "units");
            return Accept(round, Outline.Circle(Point(round.Required("center")), Length(radius)));
        }
        polygon!.Value.Only("vertices", "holes");
        var vertices = Ring(polygon.Value.Required("vertices"));
        var holes = polygon.Value.Optional("holes")?.Items(Outline.MaxHoles).Select(Ring).ToArray() ?? [];
        return Accept(polygon.Value, Outline.Polygon(vertices, holes));
    }

    private static Outline Accept(JsonPlace place, Parsed<Outline> outline) =>
        outline.TryGet(out var value, out var reason) ? value : throw place.Fault(reason);

    private static Vertex[] Ring(JsonPlace list) => [.. list.Items(Outline.MaxVertices).Select(Point)];

    private static Vertex Point(JsonPlace point)
    {
        point.Only("lng", "lat");
        var (lng, lat) = (point.Required("lng"), point.Required("lat"));
        return Vertex.OfDegrees(lng.Number(-180, 180), lat.Number(-90, 90));
    }

    private static AltitudeBand Band(JsonPlace volume)
    {
        var (lower, upper) = (volume.Optional("altitude_lower"), volume.Optional("altitude_upper"));
        var (low, lowFrom) = lower is { } l ? Altitude(l, Math.Floor) : (AltitudeBand.Below, null);
        var (high, highFrom) = upper is { } u ? Altitude(u, Math.Ceiling) : (AltitudeBand.Above, null);
        if (lowFrom is not null && highFrom is not null && lowFrom != highFrom)
            throw volume.Fault("altitude_lower and altitude_upper have different references");
        if (low > high)
            throw volume.Fault("altitude_lower is above altitude_upper");
        return new AltitudeBand(low, high, lowFrom ?? highFrom ?? AltitudeReference.W84);
    }

    /// <summary>Whole millimetres, rounded outwards where the stated value is finer.</summary>
    private static (int Millimetres, AltitudeReference? From) Altitude(JsonPlace altitude, Func<double, double> round)
    {
        altitude.Only("value", "reference", "units");
        var reference = altitude.Required("reference");
        AltitudeReference from = reference.Text() switch
        {
            "W84" => AltitudeReference.W84,
            "MSL" => AltitudeReference.Msl,
            "AGL" => AltitudeReference.Agl,
            _ => throw reference.Fault("is none of W84, MSL, AGL"),
        };
        var millimetres = Length(altitude) * 1000;
        var nearest = Math.Round(millimetres);
        // A value such as 0.01 m is a hair off a whole number of millimetres in binary; that is no reason to round
        // outwards.
        if (Math.Abs(millimetres - nearest) > 1e-6)
            nearest = round(millimetres);
        if (nearest is < AltitudeBand.Lowest or > AltitudeBand.Highest)
            throw altitude.Fault($"is outside {AltitudeBand.Lowest / 1000} to {AltitudeBand.Highest / 1000} m");
        return ((int)nearest, from);
    }

    private static double Length(JsonPlace length)
    {
        var units = length.Required("units");
        var factor = units.Text() switch
        {
            "M" => 1,
            "FT" => MetresPerFoot,
            _ => throw units.Fault("is neither M nor FT"),
        };
        return length.Required("value").Number(-1e9, 1e9) * factor;
    }

    private static TimeWindow Window(JsonPlace whole)
    {
        var start = whole.Optional("time_start") is { } s ? Time(s, roundUp: false) : TimeWindow.Always;
        var end = whole.Optional("time_end") is { } e ? Time(e, roundUp: true) : TimeWindow.Ever;
        return start <= end ? new TimeWindow(start, end) : throw whole.Fault("time_start is after time_end");
    }

    private static long Time(JsonPlace time, bool roundUp)
    {
        time.Only("value", "format");
        var format = time.Required("format");
        if (format.Text() != "RFC3339")
            throw format.Fault("is not RFC3339");
        var value = time.Required("value");
        return UtcText.TryReadTicks(value.Text(), roundUp, out var ticks)
            ? ticks
            : throw value.Fault("is not a time such as 2030-01-01T12:00:00Z");
    }
}
