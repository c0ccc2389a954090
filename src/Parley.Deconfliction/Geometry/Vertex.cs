namespace Parley.Deconfliction;

/// <summary>
/// A point of the plan view in whole units of 10⁻⁹ degree (at most 0.12 mm): X is longitude, Y latitude, WGS 84. Whole
/// numbers make
/// every test of position exact, and moving by a full turn loses nothing. X may lie outside ±180° where an outline was
/// unrolled.
/// </summary>
public readonly record struct Vertex(long X, long Y)
{
    /// <summary>Units in a degree.</summary>
    public const long PerDegree = 1_000_000_000;

    /// <summary>Units in a full turn of longitude.</summary>
    public const long Turn = 360 * PerDegree;

    /// <summary>The latitude of the north pole.</summary>
    public const long Pole = 90 * PerDegree;

    /// <summary>The nearest point to a longitude and a latitude in degrees. The caller has checked that both are finite
    /// and in range.</summary>
    public static Vertex OfDegrees(double longitude, double latitude) =>
        new(
            (long)Math.Round(longitude * PerDegree, MidpointRounding.AwayFromZero),
            (long)Math.Round(latitude * PerDegree, MidpointRounding.AwayFromZero)
        );

    /// <summary>Degrees of longitude, as unrolled.</summary>
    public double Longitude => X / (double)PerDegree;

    /// <summary>Degrees of latitude.</summary>
    public double Latitude => Y / (double)PerDegree;

    internal Vertex East(long by) => new(X + by, Y);

    /// <summary>Longitude and latitude in degrees, for reasons given to people.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Wrapped(X) / (double)PerDegree:0.#########},{Latitude:0.#########}");

    private static long Wrapped(long x) =>
        x >= Turn / 2 ? Wrapped(x - Turn)
        : x < -Turn / 2 ? Wrapped(x + Turn)
        : x;
}

/// <summary>A closed rectangle of the plan view.</summary>
internal readonly record struct PlanBox(long MinX, long MinY, long MaxX, long MaxY)
{
    internal static PlanBox Of(ReadOnlySpan<Vertex> vertices)
    {
        var (minX, minY, maxX, maxY) = (long.MaxValue, long.MaxValue, long.MinValue, long.MinValue);
        foreach (var v in vertices)
        {
            minX = Math.Min(minX, v.X);
            minY = Math.Min(minY, v.Y);
            maxX = Math.Max(maxX, v.X);
            maxY = Math.Max(maxY, v.Y);
        }
        return new PlanBox(minX, minY, maxX, maxY);
    }

    internal bool Meets(in PlanBox other) =>
        MinX <= other.MaxX && other.MinX <= MaxX && MinY <= other.MaxY && other.MinY <= MaxY;

    internal bool Contains(in PlanBox other) =>
        MinX <= other.MinX && other.MaxX <= MaxX && MinY <= other.MinY && other.MaxY <= MaxY;

    internal PlanBox East(long by) => new(MinX + by, MinY, MaxX + by, MaxY);
}
