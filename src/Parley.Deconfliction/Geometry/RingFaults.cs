namespace Parley.Deconfliction;

/// <summary>Finds where rings are no boundary of an area: without area, going back on themselves, touching or crossing.
/// Exact.</summary>
internal static class RingFaults
{
    /// <summary>Moves the holes beside the shell, and gives the first fault with its place; null where all is
    /// well.</summary>
    internal static string? Place(Vertex[][] rings)
    {
        for (var i = 0; i < rings.Length; i++)
        {
            if (InRing(rings[i]) is { } fault)
                return i == 0 ? fault : $"hole {i - 1}: {fault}";
        }
        var shell = PlanBox.Of(rings[0]);
        for (var i = 1; i < rings.Length; i++)
        {
            var box = PlanBox.Of(rings[i]);
            foreach (var east in (long[])[0, Vertex.Turn, -Vertex.Turn])
            {
                if (!shell.Contains(box.East(east)))
                    continue;
                rings[i] = [.. rings[i].Select(v => v.East(east))];
                break;
            }
            for (var j = 0; j < i; j++)
            {
                if (Meeting(rings[i], rings[j]) is { } at)
                    return $"hole {i - 1} touches {(j == 0 ? "the shell" : $"hole {j - 1}")} at {at}";
                if (j > 0 && (Plane.Contains([rings[i]], rings[j][0]) || Plane.Contains([rings[j]], rings[i][0])))
                    return $"hole {i - 1} and hole {j - 1} lie in each other, at {rings[i][0]}";
            }
            if (!Plane.Contains([rings[0]], rings[i][0]))
                return $"hole {i - 1} is outside the shell, at {rings[i][0]}";
        }
        return null;
    }

    private static string? InRing(Vertex[] ring)
    {
        var n = ring.Length;
        for (var i = 0; i < n; i++)
        {
            var (a, b, c) = (ring[i], ring[(i + 1) % n], ring[(i + 2) % n]);
            if (Plane.Side(a, b, c) == 0 && Backward(a, b, c))
                return $"goes back on itself at vertex {(i + 1) % n}, {b}";
        }
        for (var i = 0; i < n; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % n]);
            for (var j = i + 2; j < n; j++)
            {
                if (i == 0 && j == n - 1)
                    continue; // neighbours
                var (c, d) = (ring[j], ring[(j + 1) % n]);
                if (Plane.SegmentsMeet(a, b, c, d))
                    return $"crosses or touches itself: edge {i} and edge {j} meet at {Common(a, b, c, d)}";
            }
        }
        return null;
    }

    private static bool Backward(Vertex a, Vertex b, Vertex c) =>
        (Int128)(b.X - a.X) * (c.X - b.X) + (Int128)(b.Y - a.Y) * (c.Y - b.Y) < 0;

    private static Vertex? Meeting(Vertex[] first, Vertex[] second)
    {
        for (var i = 0; i < first.Length; i++)
        {
            for (var j = 0; j < second.Length; j++)
            {
                var (a, b, c, d) = (
                    first[i],
                    first[(i + 1) % first.Length],
                    second[j],
                    second[(j + 1) % second.Length]
                );
                if (Plane.SegmentsMeet(a, b, c, d))
                    return Common(a, b, c, d);
            }
        }
        return null;
    }

    /// <summary>A point of both segments, to the nearest unit: only for the text of a reason.</summary>
    private static Vertex Common(Vertex a, Vertex b, Vertex c, Vertex d)
    {
        double ux = b.X - a.X,
            uy = b.Y - a.Y,
            vx = d.X - c.X,
            vy = d.Y - c.Y;
        var denominator = ux * vy - uy * vx;
        if (denominator == 0)
        {
            Vertex[] ends = [a, b, c, d];
            return ends.First(e => Plane.SegmentsMeet(a, b, e, e) && Plane.SegmentsMeet(c, d, e, e));
        }
        var t = Math.Clamp(((c.X - a.X) * vy - (c.Y - a.Y) * vx) / denominator, 0, 1);
        return new Vertex(a.X + (long)Math.Round(ux * t), a.Y + (long)Math.Round(uy * t));
    }
}
