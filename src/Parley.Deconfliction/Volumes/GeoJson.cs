using System.Text.Json;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>
/// Outlines as GeoJSON geometries (RFC 7946). A circle, which GeoJSON does not have, goes out as a polygon around it, for maps alone: volumes travel between stations as F3548's Volume4D.
/// </summary>
public static class GeoJson
{
    /// <summary>Corners of the polygon that stands for a circle. For showing on a map: exact to 1 % of the radius away from the poles; never compared.</summary>
    public const int CircleCorners = 64;

    /// <summary>Reads a geometry of type Polygon. Further numbers of a position (altitude) are passed over, as are members not of GeoJSON.</summary>
    public static Parsed<Outline> Read(JsonElement geometry, string place)
    {
        try
        {
            var whole = new JsonPlace(geometry, place);
            if (whole.Required("type").Text() is not "Polygon") throw whole.Fault("is not of type Polygon");
            var rings = whole.Required("coordinates").Items(Outline.MaxHoles + 1).Select(ring => ring.Items(Outline.MaxVertices + 1).Select(Point).ToArray()).ToArray();
            if (rings.Length == 0) throw whole.Fault("has no ring");
            return Outline.Polygon(rings[0], rings[1..]).TryGet(out var outline, out var reason) ? outline : new Rejected($"{place}: {reason}");
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

    private static Vertex Point(JsonPlace position)
    {
        var numbers = position.Items(4).ToArray();
        return numbers.Length >= 2 ? Vertex.OfDegrees(numbers[0].Number(-180, 180), numbers[1].Number(-90, 90)) : throw position.Fault("is not a longitude and a latitude");
    }

    /// <summary>
    /// Writes the outline as a Polygon: shell against the clock and holes with it, closed, longitudes unrolled (beyond 180° where it crosses the
    /// antimeridian, which maps draw as meant).
    /// </summary>
    public static void Write(Utf8JsonWriter writer, Outline outline)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Polygon");
        writer.WriteStartArray("coordinates");
        if (outline.IsCircle) WriteRing(writer, Corners(outline), againstClock: true);
        else
        {
            WriteRing(writer, outline.Shell, againstClock: true);
            foreach (var hole in outline.Holes) WriteRing(writer, hole, againstClock: false);
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRing(Utf8JsonWriter writer, IReadOnlyList<Vertex> ring, bool againstClock)
    {
        Int128 area = 0;
        for (var i = 0; i < ring.Count; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Count]);
            area += (Int128)a.X * b.Y - (Int128)b.X * a.Y;
        }
        var ordered = area > 0 == againstClock ? ring : [.. ring.Reverse()];
        writer.WriteStartArray();
        foreach (var v in ordered.Append(ordered[0]))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue((decimal)v.X / Vertex.PerDegree);
            writer.WriteNumberValue((decimal)v.Y / Vertex.PerDegree);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
    }

    /// <summary>Corners around the circle, on the sphere that the ellipsoid resembles there.</summary>
    private static Vertex[] Corners(Outline circle)
    {
        var (lat, reach) = (circle.Centre.Latitude * Math.PI / 180, circle.Radius / Globe.LeastCurvature / Math.Cos(Math.PI / CircleCorners));
        var corners = new Vertex[CircleCorners];
        for (var i = 0; i < CircleCorners; i++)
        {
            // The point at that distance and bearing on a sphere with the ellipsoid's curvature here.
            var (sin, cos) = Math.SinCos(-2 * Math.PI * i / CircleCorners);
            var y = Math.Asin(Math.Clamp(Math.Sin(lat) * Math.Cos(reach) + Math.Cos(lat) * Math.Sin(reach) * cos, -1, 1));
            var x = Math.Atan2(sin * Math.Sin(reach) * Math.Cos(lat), Math.Cos(reach) - Math.Sin(lat) * Math.Sin(y));
            corners[i] = new Vertex(circle.Centre.X + (long)Math.Round(x / Globe.RadiansPerUnit), (long)Math.Round(y / Globe.RadiansPerUnit));
        }
        return corners;
    }
}
