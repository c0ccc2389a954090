namespace Parley.Deconfliction;

/// <summary>Whether two outlines come within a distance of each other.</summary>
internal static class Nearness
{
    /// <summary>Halving of edges ends where their bend is below this: in metres, and as a share of the distance asked for.</summary>
    private const double Finest = 0.0005, FinestShare = 1e-7;

    internal static bool IsWithin(Outline a, Outline b, double metres)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(metres);
        var reach = metres + a.Radius + b.Radius;
        if (reach > 0) return IsNear(a, b, reach);
        if (a.Core.MaxY == Vertex.Pole && b.Core.MaxY == Vertex.Pole || a.Core.MinY == -Vertex.Pole && b.Core.MinY == -Vertex.Pole) return true;
        if (a.Core.MinY > b.Core.MaxY || b.Core.MinY > a.Core.MaxY) return false;
        for (var east = -Vertex.Turn; east <= Vertex.Turn; east += Vertex.Turn)
        {
            if (Plane.AreasMeet(a.Rings, a.Core, b.Rings, b.Core, east)) return true;
        }
        return false;
    }

    private static bool IsNear(Outline a, Outline b, double reach)
    {
        var limit = Globe.Chord(reach);
        if (a.IsCircle && b.IsCircle) return (Globe.At(a.Centre) - Globe.At(b.Centre)).Length <= limit;
        var around = Globe.Around(a.Core, reach);
        var wide = new PlanBox(-4 * Vertex.Turn, around.MinY, 4 * Vertex.Turn, around.MaxY);
        // Round a pole everything is near everything: longitudes say nothing there.
        if (around.MaxY >= Vertex.Pole || around.MinY <= -Vertex.Pole) around = wide;
        for (var east = -Vertex.Turn; east <= Vertex.Turn; east += Vertex.Turn)
        {
            var moved = b.Core.East(east);
            if (!around.Meets(moved)) continue;
            if (!b.IsCircle && Plane.Contains(b.Rings, a.Centre.East(-east))) return true;
            if (!a.IsCircle && Plane.Contains(a.Rings, b.Centre.East(east))) return true;
            if (!a.IsCircle && !b.IsCircle && Plane.AreasMeet(a.Rings, a.Core, b.Rings, b.Core, east)) return true;
            if (EdgesNear(a, b, east, around, limit)) return true;
        }
        return false;
    }

    private static bool EdgesNear(Outline a, Outline b, long east, in PlanBox around, double limit)
    {
        var finest = Math.Max(Finest, FinestShare * limit);
        foreach (var second in b.Rings)
        {
            var c = second[^1];
            foreach (var d in second)
            {
                var (minX, maxX) = (Math.Min(c.X, d.X) + east, Math.Max(c.X, d.X) + east);
                if (maxX >= around.MinX && minX <= around.MaxX && Math.Max(c.Y, d.Y) >= around.MinY && Math.Min(c.Y, d.Y) <= around.MaxY)
                {
                    var edge = new Piece(c, d);
                    foreach (var first in a.Rings)
                    {
                        var p = first[^1];
                        foreach (var q in first)
                        {
                            if (Near(new Piece(p, q), edge, limit, finest)) return true;
                            p = q;
                        }
                    }
                }
                c = d;
            }
        }
        return false;
    }

    /// <summary>Straight pieces with a bound on how far the curved edge bends away from them; halved until the answer is certain.</summary>
    private static bool Near(in Piece a, in Piece b, double limit, double finest)
    {
        var distance = Globe.Between(a.From, a.To, b.From, b.To);
        var bend = a.Bend + b.Bend;
        if (distance - bend > limit) return false;
        if (distance + bend <= limit || bend <= finest) return true; // in doubt, near
        if (a.Bend >= b.Bend)
        {
            var (left, right) = a.Halves();
            return Near(left, b, limit, finest) || Near(right, b, limit, finest);
        }
        var (lower, upper) = b.Halves();
        return Near(a, lower, limit, finest) || Near(a, upper, limit, finest);
    }

    private readonly record struct Piece(double X0, double Y0, double X1, double Y1, Space From, Space To)
    {
        internal Piece(Vertex a, Vertex b) : this(a.X, a.Y, b.X, b.Y, Globe.At(a), Globe.At(b)) { }

        /// <summary>How far the edge can be from its chord, in metres: an eighth of its second derivative at most.</summary>
        internal double Bend
        {
            get
            {
                double x = Math.Abs(X1 - X0) * Globe.RadiansPerUnit, y = Math.Abs(Y1 - Y0) * Globe.RadiansPerUnit;
                return Globe.Bend * (x * x + 2 * x * y + y * y) / 8;
            }
        }

        internal (Piece, Piece) Halves()
        {
            double x = (X0 + X1) / 2, y = (Y0 + Y1) / 2;
            var middle = Globe.At(x, y);
            return (new Piece(X0, Y0, x, y, From, middle), new Piece(x, y, X1, Y1, middle, To));
        }
    }
}
