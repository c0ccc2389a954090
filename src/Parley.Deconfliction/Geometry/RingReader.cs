using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>Lays a ring of longitudes and latitudes out in the plane: across the antimeridian without a jump, and round
/// a pole closed over it.</summary>
internal static class RingReader
{
    private const int LeastVertices = 3;

    /// <summary>Vertices that close a ring over a pole: the first again a turn further, and the pole twice.</summary>
    internal const int ClosureOverPole = 3;

    internal static string? Range(Vertex v)
    {
        if (Math.Abs(v.X) > Vertex.Turn / 2)
            return "has a longitude outside ±180°";
        return Math.Abs(v.Y) > Vertex.Pole ? "has a latitude outside ±90°" : null;
    }

    internal static Parsed<Vertex[]> Unroll(IReadOnlyList<Vertex> given, bool isShell)
    {
        var count = given.Count;
        if (count > 1 && Same(given[0], given[^1]))
            count--; // closed as in GeoJSON
        if (count < LeastVertices)
            return new Rejected($"has {count} vertices; an area needs {LeastVertices}");
        var ring = new List<Vertex>(count + 3);
        var at = 0L;
        for (var i = 0; i < count; i++)
        {
            if (Range(given[i]) is { } fault)
                return new Rejected($"vertex {i} {fault}");
            if (i > 0)
            {
                if (Same(given[i - 1], given[i]))
                    return new Rejected($"vertex {i} repeats the one before it, at {given[i]}");
                if (Step(given[i - 1], given[i]) is not { } step)
                    return new Rejected(
                        $"edge {i - 1} spans half a turn, so which way it goes cannot be told: add a vertex, after {given[i - 1]}"
                    );
                at += step;
            }
            else
            {
                at = given[0].X;
            }
            ring.Add(new Vertex(at, given[i].Y));
        }
        if (Step(given[count - 1], given[0]) is not { } last)
            return new Rejected(
                $"edge {count - 1} spans half a turn, so which way it goes cannot be told: add a vertex, after {given[count - 1]}"
            );
        var winding = at + last - ring[0].X;
        if (winding != 0)
        {
            if (CloseOverPole(ring, winding, isShell) is { } fault)
                return new Rejected(fault);
        }
        var box = PlanBox.Of(ring.ToArray());
        if (box.MaxX - box.MinX > Vertex.Turn)
            return new Rejected("is wider than a whole turn");
        var home =
            box.MinX < -Vertex.Turn / 2 ? Vertex.Turn
            : box.MinX >= Vertex.Turn / 2 ? -Vertex.Turn
            : 0;
        while (box.MinX + home < -Vertex.Turn / 2)
            home += Vertex.Turn;
        while (box.MinX + home >= Vertex.Turn / 2)
            home -= Vertex.Turn;
        return ring.Select(v => v.East(home)).ToArray();
    }

    /// <summary>A ring that comes back a turn further encloses a pole: the one on its side of the equator.</summary>
    private static string? CloseOverPole(List<Vertex> ring, long winding, bool isShell)
    {
        if (!isShell)
            return "goes round a pole; a hole cannot";
        if (Math.Abs(winding) != Vertex.Turn)
            return "goes round the globe more than once";
        var pole =
            ring.TrueForAll(v => v.Y > 0) ? Vertex.Pole
            : ring.TrueForAll(v => v.Y < 0) ? -Vertex.Pole
            : 0;
        if (pole == 0)
            return "goes round the globe on both sides of the equator, so which pole it encloses cannot be told";
        if (ring.Exists(v => v.Y == pole))
            return "goes round the pole and through it";
        var first = ring[0];
        ring.Add(first.East(winding));
        ring.Add(new Vertex(first.X + winding, pole));
        ring.Add(new Vertex(first.X, pole));
        return null;
    }

    /// <summary>The shorter way east (or, negative, west); null where both are as long.</summary>
    private static long? Step(Vertex from, Vertex to)
    {
        var step = to.X - from.X;
        if (step > Vertex.Turn / 2)
            step -= Vertex.Turn;
        if (step < -Vertex.Turn / 2)
            step += Vertex.Turn;
        return Math.Abs(step) == Vertex.Turn / 2 ? null : step;
    }

    private static bool Same(Vertex a, Vertex b) => a.Y == b.Y && (a.X - b.X) % Vertex.Turn == 0;
}
