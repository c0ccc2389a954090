namespace Parley.Deconfliction;

/// <summary>Whether two outlines come within a distance of each other.</summary>
internal static class Nearness
{
    /// <summary>Halving of edges ends where their bend is below this: in metres, and as a share of the distance asked
    /// for.</summary>
    private const double Finest = 0.0005,
        FinestShare = 1e-7;

    internal static bool IsWithin(Outline a, Outline b, double metres)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(metres);
        var reach = metres + a.Radius + b.Radius;
        if (reach > 0)
            return IsNear(a, b, reach);
        if (
            a.Core.MaxY == Vertex.Pole && b.Core.MaxY == Vertex.Pole
            || a.Core.MinY == -Vertex.Pole && b.Core.MinY == -Vertex.Pole
        )
            return true;
        if (a.Core.MinY > b.Core.MaxY || b.Core.MinY > a.Core.MaxY)
            return false;
        for (var east = -Vertex.Turn; east <= Vertex.Turn; east += Vertex.Turn)
        {
            if (Plane.AreasMeet(a.Rings, a.Core, b.Rings, b.Core, east))
                return true;
        }
        return false;
    }

    private static bool IsNear(Outline a, Outline b, double reach)
    {
        var limit = Globe.Chord(reach);
        if (a.IsCircle && b.IsCircle)
            return (Globe.At(a.Centre) - Globe.At(b.Centre)).Length <= limit;
        var around = Globe.Around(a.Core, reach);
        var margin = (X: around.MaxX - a.Core.MaxX, Y: Math.Max(around.MaxY - a.Core.MaxY, a.Core.MinY - around.MinY));
        // Round a pole everything is near everything: longitudes say nothing there.
        if (around.MaxY >= Vertex.Pole || around.MinY <= -Vertex.Pole)
            margin = (8 * Vertex.Turn, 2 * Vertex.Pole);
        around = new PlanBox(a.Core.MinX - margin.X, around.MinY, a.Core.MaxX + margin.X, around.MaxY);
        var search = new Search(limit, Math.Max(Finest, FinestShare * limit), margin.X, margin.Y);
        for (var east = -Vertex.Turn; east <= Vertex.Turn; east += Vertex.Turn)
        {
            var moved = b.Core.East(east);
            if (!around.Meets(moved))
                continue;
            if (!b.IsCircle && Plane.Contains(b.Rings, a.Centre.East(-east)))
                return true;
            if (!a.IsCircle && Plane.Contains(a.Rings, b.Centre.East(east)))
                return true;
            if (!a.IsCircle && !b.IsCircle && Plane.AreasMeet(a.Rings, a.Core, b.Rings, b.Core, east))
                return true;
            if (search.EdgesNear(a, b, east, around))
                return true;
        }
        return false;
    }

    /// <summary>One comparison of edges with a limit in metres, and how far apart in longitude and latitude two points
    /// within it can be.</summary>
    private readonly record struct Search(double Limit, double Finest, long MarginX, long MarginY)
    {
        internal bool EdgesNear(Outline a, Outline b, long east, in PlanBox around)
        {
            foreach (var second in b.Rings)
            {
                var c = second[^1].East(east);
                foreach (var vertex in second)
                {
                    var d = vertex.East(east);
                    PlanBox box = new(Math.Min(c.X, d.X), Math.Min(c.Y, d.Y), Math.Max(c.X, d.X), Math.Max(c.Y, d.Y));
                    if (
                        around.Meets(box)
                        && IsNear(
                            a,
                            new Piece(c, d),
                            new PlanBox(box.MinX - MarginX, box.MinY - MarginY, box.MaxX + MarginX, box.MaxY + MarginY)
                        )
                    )
                        return true;
                    c = d;
                }
            }
            return false;
        }

        private bool IsNear(Outline a, in Piece edge, in PlanBox wide)
        {
            foreach (var ring in a.Rings)
            {
                var p = ring[^1];
                foreach (var q in ring)
                {
                    if (
                        Math.Max(p.X, q.X) >= wide.MinX
                        && Math.Min(p.X, q.X) <= wide.MaxX
                        && Math.Max(p.Y, q.Y) >= wide.MinY
                        && Math.Min(p.Y, q.Y) <= wide.MaxY
                        && Near(new Piece(p, q), edge)
                    )
                        return true;
                    p = q;
                }
            }
            return false;
        }

        /// <summary>Straight pieces with a bound on how far the curved edge bends away from them; halved until the
        /// answer is certain.</summary>
        private bool Near(in Piece a, in Piece b)
        {
            if (IsApart(a.X0, a.X1, b.X0, b.X1, MarginX) || IsApart(a.Y0, a.Y1, b.Y0, b.Y1, MarginY))
                return false;
            var distance = Globe.Between(a.From, a.To, b.From, b.To);
            var bend = a.Bend + b.Bend;
            if (distance - bend > Limit)
                return false;
            if (distance + bend <= Limit || bend <= Finest)
                return true; // in doubt, near
            if (a.Bend >= b.Bend)
            {
                var (left, right) = a.Halves();
                return Near(left, b) || Near(right, b);
            }
            var (lower, upper) = b.Halves();
            return Near(a, lower) || Near(a, upper);
        }

        private static bool IsApart(double a0, double a1, double b0, double b1, double margin) =>
            Math.Max(a0, a1) + margin < Math.Min(b0, b1) || Math.Max(b0, b1) + margin < Math.Min(a0, a1);
    }

    private readonly record struct Piece(double X0, double Y0, double X1, double Y1, Space From, Space To)
    {
        internal Piece(Vertex a, Vertex b)
            : this(a.X, a.Y, b.X, b.Y, Globe.At(a), Globe.At(b)) { }

        /// <summary>How far the edge can be from its chord, in metres: an eighth of its second derivative at
        /// most.</summary>
        internal double Bend
        {
            get
            {
                double x = Math.Abs(X1 - X0) * Globe.RadiansPerUnit,
                    y = Math.Abs(Y1 - Y0) * Globe.RadiansPerUnit;
                return Globe.Bend * (x * x + 2 * x * y + y * y) / 8;
            }
        }

        internal (Piece, Piece) Halves()
        {
            double x = (X0 + X1) / 2,
                y = (Y0 + Y1) / 2;
            var middle = Globe.At(x, y);
            return (new Piece(X0, Y0, x, y, From, middle), new Piece(x, y, X1, Y1, middle, To));
        }
    }
}
