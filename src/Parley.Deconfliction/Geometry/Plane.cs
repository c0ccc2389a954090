namespace Parley.Deconfliction;

/// <summary>Exact tests of position in the plane of longitude and latitude. Closed: what touches, meets.</summary>
internal static class Plane
{
    /// <summary>Differences below this multiply and subtract without leaving 64 bits: shapes of up to about one
    /// degree.</summary>
    private const long Near = 1L << 30;

    /// <summary>Rounding of the difference of two products of doubles, with room to spare (a few units of
    /// 2⁻⁵³).</summary>
    private const double Rounding = 1e-15;

    /// <summary>1 where <paramref name="c"/> lies left of the line from a to b, −1 right of it, 0 on it.</summary>
    internal static int Side(Vertex a, Vertex b, Vertex c)
    {
        long ux = b.X - a.X,
            uy = b.Y - a.Y,
            vx = c.X - a.X,
            vy = c.Y - a.Y;
        if (
            (
                ((ulong)(ux + Near) | (ulong)(uy + Near) | (ulong)(vx + Near) | (ulong)(vy + Near))
                & ~(ulong)(2 * Near - 1)
            ) == 0
        )
            return Math.Sign(ux * vy - uy * vx);
        double p = (double)ux * vy,
            q = (double)uy * vx;
        if (Math.Abs(p - q) > Rounding * (Math.Abs(p) + Math.Abs(q)))
            return p > q ? 1 : -1;
        return Int128.Sign((Int128)ux * vy - (Int128)uy * vx);
    }

    /// <summary>Whether the closed segments a–b and c–d have a point in common.</summary>
    internal static bool SegmentsMeet(Vertex a, Vertex b, Vertex c, Vertex d)
    {
        if (Math.Max(a.X, b.X) < Math.Min(c.X, d.X) || Math.Max(c.X, d.X) < Math.Min(a.X, b.X))
            return false;
        if (Math.Max(a.Y, b.Y) < Math.Min(c.Y, d.Y) || Math.Max(c.Y, d.Y) < Math.Min(a.Y, b.Y))
            return false;
        // With boxes that meet, collinear segments meet as well; so only the sides are left to ask for.
        return Side(a, b, c) * Side(a, b, d) <= 0 && Side(c, d, a) * Side(c, d, b) <= 0;
    }

    /// <summary>Whether the point lies in the rings by the even-odd rule, or on one of them.</summary>
    internal static bool Contains(Vertex[][] rings, Vertex point)
    {
        var inside = false;
        foreach (var ring in rings)
        {
            var a = ring[^1];
            foreach (var b in ring)
            {
                var (low, high) = a.Y <= b.Y ? (a, b) : (b, a);
                if (point.Y >= low.Y && point.Y <= high.Y)
                {
                    if (low.Y == high.Y)
                    {
                        if (point.X >= Math.Min(a.X, b.X) && point.X <= Math.Max(a.X, b.X))
                            return true;
                    }
                    else
                    {
                        var side = Side(low, high, point);
                        if (side == 0)
                            return true;
                        if (point.Y < high.Y && side > 0)
                            inside = !inside;
                    }
                }
                a = b;
            }
        }
        return inside;
    }

    /// <summary>Whether two areas bounded by rings have a point in common when the second is moved east.</summary>
    internal static bool AreasMeet(
        Vertex[][] first,
        in PlanBox firstBox,
        Vertex[][] second,
        in PlanBox secondBox,
        long east
    )
    {
        var moved = secondBox.East(east);
        if (!firstBox.Meets(moved))
            return false;
        // Where no edges meet, one area holds all of the other or nothing of it: one vertex decides.
        if (Contains(first, second[0][0].East(east)) || Contains(second, first[0][0].East(-east)))
            return true;
        foreach (var ring in first)
        {
            var a = ring[^1];
            foreach (var b in ring)
            {
                if (
                    Math.Max(a.X, b.X) >= moved.MinX
                    && Math.Min(a.X, b.X) <= moved.MaxX
                    && Math.Max(a.Y, b.Y) >= moved.MinY
                    && Math.Min(a.Y, b.Y) <= moved.MaxY
                    && MeetsAny(a, b, second, east)
                )
                    return true;
                a = b;
            }
        }
        return false;
    }

    private static bool MeetsAny(Vertex a, Vertex b, Vertex[][] rings, long east)
    {
        foreach (var ring in rings)
        {
            var c = ring[^1].East(east);
            foreach (var vertex in ring)
            {
                var d = vertex.East(east);
                if (SegmentsMeet(a, b, c, d))
                    return true;
                c = d;
            }
        }
        return false;
    }
}
