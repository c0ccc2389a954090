namespace Parley.Deconfliction;

/// <summary>A point in metres from the Earth's centre (WGS 84, earth-centred, earth-fixed).</summary>
internal readonly record struct Space(double X, double Y, double Z)
{
    public static Space operator -(Space a, Space b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    public static Space operator +(Space a, Space b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static Space operator *(Space a, double f) => new(a.X * f, a.Y * f, a.Z * f);

    internal static double Dot(Space a, Space b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    internal double Length => Math.Sqrt(Dot(this, this));
}

/// <summary>
/// Distances on the WGS 84 ellipsoid, taken through space: the same at the poles, at the antimeridian and at the
/// equator. A distance
/// along the surface is compared by the longest chord that it can have, so a doubtful case counts as near.
/// </summary>
internal static class Globe
{
    /// <summary>Semi-major axis and first eccentricity squared of WGS 84.</summary>
    private const double A = 6_378_137.0,
        E2 = 0.006_694_379_990_141_317;

    /// <summary>The least and the greatest radius of curvature of the ellipsoid: along the meridian at the equator, and
    /// at the poles.</summary>
    private const double LeastRadius = 6_335_439.0,
        GreatestRadius = 6_399_594.0;

    /// <summary>More than any second derivative of a position by angles, in metres per radian².</summary>
    internal const double Bend = 6_450_000.0;

    /// <summary>The least radius of curvature in metres: who divides by it reaches far enough anywhere.</summary>
    internal const double LeastCurvature = LeastRadius;
    internal const double RadiansPerUnit = Math.PI / 180 / Vertex.PerDegree;

    /// <summary>Rounding and the ellipsoid's difference from a sphere in the width of a margin.</summary>
    private const double MarginRoom = 1.01;

    internal static Space At(double x, double y)
    {
        var (sinY, cosY) = Math.SinCos(y * RadiansPerUnit);
        var (sinX, cosX) = Math.SinCos(x * RadiansPerUnit);
        var n = A / Math.Sqrt(1 - E2 * sinY * sinY);
        return new Space(n * cosY * cosX, n * cosY * sinX, n * (1 - E2) * sinY);
    }

    internal static Space At(Vertex v) => At(v.X, v.Y);

    /// <summary>The longest chord under a way of that many metres along the surface. Good for a few hundred
    /// kilometres.</summary>
    internal static double Chord(double metres) =>
        metres - metres * metres * metres / (24 * GreatestRadius * GreatestRadius);

    /// <summary>The box with everything that can be within that many metres of it; its width is at most twice a
    /// turn.</summary>
    internal static PlanBox Around(in PlanBox box, double metres)
    {
        if (metres <= 0)
            return box;
        var angle = metres / LeastRadius * MarginRoom;
        var y = (long)Math.Ceiling(angle / RadiansPerUnit) + 1;
        var (minY, maxY) = (Math.Max(-Vertex.Pole, box.MinY - y), Math.Min(Vertex.Pole, box.MaxY + y));
        var cos = Math.Cos(Math.Max(Math.Abs(box.MinY), Math.Abs(box.MaxY)) * RadiansPerUnit);
        var sin = Math.Sin(angle);
        var x =
            sin >= cos * 0.999
                ? Vertex.Turn / 2
                : (long)Math.Ceiling(Math.Asin(sin / cos) * MarginRoom / RadiansPerUnit) + 1;
        return new PlanBox(box.MinX - x, minY, box.MaxX + x, maxY);
    }

    /// <summary>The least distance between the straight segments p–q and r–s in space.</summary>
    internal static double Between(Space p, Space q, Space r, Space s)
    {
        var (u, v, w) = (q - p, s - r, p - r);
        double a = Space.Dot(u, u),
            e = Space.Dot(v, v),
            f = Space.Dot(v, w);
        double t,
            k;
        if (a <= 0 && e <= 0)
            return w.Length;
        if (a <= 0)
        {
            (t, k) = (0, Math.Clamp(f / e, 0, 1));
        }
        else
        {
            var c = Space.Dot(u, w);
            if (e <= 0)
            {
                (t, k) = (Math.Clamp(-c / a, 0, 1), 0);
            }
            else
            {
                var b = Space.Dot(u, v);
                var denominator = a * e - b * b;
                t = denominator > 1e-12 * a * e ? Math.Clamp((b * f - c * e) / denominator, 0, 1) : 0;
                k = (b * t + f) / e;
                if (k < 0)
                    (k, t) = (0, Math.Clamp(-c / a, 0, 1));
                else if (k > 1)
                    (k, t) = (1, Math.Clamp((b - c) / a, 0, 1));
            }
        }
        return (p + u * t - (r + v * k)).Length;
    }
}
