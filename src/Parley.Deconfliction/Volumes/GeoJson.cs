using System.Text.Json;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>
/// Outlines as GeoJSON geometries (RFC 7946). A circle, which GeoJSON does not have, goes out as a polygon around it,
/// for maps alone: volumes travel between stations as F3548's Volume4D.
/// </summary>
public static class GeoJson
{
    /// <summary>Corners of the polygon that stands for a circle. For showing on a map: exact to 1 % of the radius away
    /// from the poles; never compared.</summary>
    public const int CircleCorners = 64;

    /// <summary>The farthest that an unrolled outline reaches: half a turn and a whole one.</summary>
    private const double MaxLongitude = 540;

    /// <summary>Positions that close a ring: the first again, and the closure over a pole.</summary>
    private const int MostClosing = 1 + RingReader.ClosureOverPole;

    /// <summary>Reads a geometry of type Polygon. Further numbers of a position (altitude) are passed over, as are
    /// members not of GeoJSON.</summary>
    public static Parsed<Outline> Read(JsonElement geometry, string place)
    {
        try
        {
            var whole = new JsonPlace(geometry, place);
            if (whole.Required("type").Text() is not "Polygon")
                throw whole.Fault("is not of type Polygon");
            var rings = Rings(whole.Required("coordinates"));
            return Outline.Polygon(rings[0], rings[1..]).TryGet(out var outline, out var reason)
                ? outline
                : new Rejected($"{place}: {reason}");
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

    /// <summary>A position of a GeoJSON document; its longitude may lie up to a turn and a half off where a ring was
    /// unrolled.</summary>
    internal static Vertex Point(JsonPlace position)
    {
        var numbers = position.Items(4).ToArray();
        return numbers.Length >= 2
            ? Vertex.OfDegrees(numbers[0].Number(-MaxLongitude, MaxLongitude), numbers[1].Number(-90, 90))
            : throw position.Fault("is not a longitude and a latitude");
    }

    /// <summary>The rings of a polygon as <see cref="Outline.Polygon"/> takes them: longitudes in ±180°, no closure
    /// over a pole. // DECONFLICTION-24</summary>
    internal static Vertex[][] Rings(JsonPlace coordinates)
    {
        var rings = coordinates
            .Items(Outline.MaxHoles + 1)
            .Select(ring => Plain(ring, [.. ring.Items(Outline.MaxVertices + MostClosing).Select(Point)]))
            .ToArray();
        return rings.Length > 0 ? rings : throw coordinates.Fault("has no ring");
    }

    /// <summary>
    /// A ring with a longitude beyond ±180° was laid out in the plane by whoever wrote it, and its edges go where they
    /// are drawn: one of more than half a turn would go the other way
    /// round here. Along a pole there is no such edge: it is how a ring round the pole is drawn, and is taken away.
    /// </summary>
    private static Vertex[] Plain(JsonPlace place, Vertex[] ring)
    {
        if (ring.Length > 1 && ring[0] == ring[^1])
            ring = ring[..^1];
        for (var i = 0; i < ring.Length; i++)
        {
            var (before, far, near, after) = (
                ring[(i + ring.Length - 1) % ring.Length],
                ring[i],
                ring[(i + 1) % ring.Length],
                ring[(i + 2) % ring.Length]
            );
            if (Math.Abs(far.Y) != Vertex.Pole || far.Y != near.Y || Math.Abs(far.X - near.X) != Vertex.Turn)
                continue;
            if (before.X == far.X && after.X == near.X && before.Y == after.Y)
            {
                Vertex[] turned = [.. ring[i..], .. ring[..i]];
                ring = turned[2..^1];
            }
            break;
        }
        if (Array.Exists(ring, v => Math.Abs(v.X) > Vertex.Turn / 2))
        {
            for (var i = 1; i < ring.Length; i++)
            {
                if (Math.Abs(ring[i].X - ring[i - 1].X) > Vertex.Turn / 2)
                    throw place.Fault($"has an edge of more than half a turn, after {ring[i - 1]}");
            }
        }
        return [.. ring.Select(Wrapped)];
    }

    internal static Vertex Wrapped(Vertex at)
    {
        while (at.X > Vertex.Turn / 2)
            at = at.East(-Vertex.Turn);
        while (at.X < -Vertex.Turn / 2)
            at = at.East(Vertex.Turn);
        return at;
    }

    /// <summary>
    /// Writes the outline as a Polygon: shell against the clock and holes with it, closed, longitudes unrolled (beyond
    /// 180° where it crosses the
    /// antimeridian, which maps draw as meant).
    /// </summary>
    public static void Write(Utf8JsonWriter writer, Outline outline)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Polygon");
        writer.WriteStartArray("coordinates");
        if (outline.IsCircle)
            WriteRing(writer, Drawn(outline), againstClock: true);
        else
        {
            WriteRing(writer, outline.Shell, againstClock: true);
            foreach (var hole in outline.Holes)
                WriteRing(writer, hole, againstClock: false);
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

    /// <summary>A circle over a pole is drawn as any ring round it: closed over the pole.</summary>
    private static IReadOnlyList<Vertex> Drawn(Outline circle)
    {
        var corners = Corners(circle);
        var reachesPole = circle.Bounds is var (low, high) && (high.Y >= Vertex.Pole || low.Y <= -Vertex.Pole);
        return reachesPole && Outline.Polygon([.. corners.Select(Wrapped)]).TryGet(out var ring, out _)
            ? ring.Shell
            : corners;
    }

    /// <summary>Corners around the circle, on the sphere that the ellipsoid resembles there.</summary>
    private static Vertex[] Corners(Outline circle)
    {
        var (lat, reach) = (
            circle.Centre.Latitude * Math.PI / 180,
            circle.Radius / Globe.LeastCurvature / Math.Cos(Math.PI / CircleCorners)
        );
        var corners = new Vertex[CircleCorners];
        for (var i = 0; i < CircleCorners; i++)
        {
            // The point at that distance and bearing on a sphere with the ellipsoid's curvature here.
            var (sin, cos) = Math.SinCos(-2 * Math.PI * i / CircleCorners);
            var y = Math.Asin(
                Math.Clamp(Math.Sin(lat) * Math.Cos(reach) + Math.Cos(lat) * Math.Sin(reach) * cos, -1, 1)
            );
            var x = Math.Atan2(sin * Math.Sin(reach) * Math.Cos(lat), Math.Cos(reach) - Math.Sin(lat) * Math.Sin(y));
            corners[i] = new Vertex(
                circle.Centre.X + (long)Math.Round(x / Globe.RadiansPerUnit),
                (long)Math.Round(y / Globe.RadiansPerUnit)
            );
        }
        return corners;
    }
}
