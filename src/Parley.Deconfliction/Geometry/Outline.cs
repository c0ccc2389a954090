using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>
/// The plan view of a volume: a polygon, or a circle on the surface of WGS 84. Edges of a polygon are straight in
/// longitude and latitude
/// (RFC 7946), take the shorter way round, and are part of the area. Immutable.
/// </summary>
public sealed class Outline
{
    /// <summary>Most vertices of a polygon, all rings together.</summary>
    public const int MaxVertices = 1_000;

    /// <summary>Most holes of a polygon.</summary>
    public const int MaxHoles = 32;

    /// <summary>The longest radius, in metres.</summary>
    public const double MaxRadius = 200_000;

    private Outline(Vertex[][] rings, double radius)
    {
        Rings = rings;
        Radius = radius;
        Core = PlanBox.Of(rings[0]);
        Box = Globe.Around(Core, radius);
    }

    /// <summary>Polygon: the shell and its holes, unrolled, each without its first vertex repeated. Circle: one ring of
    /// one vertex, the centre.</summary>
    internal Vertex[][] Rings { get; }

    /// <summary>Metres along the surface around <see cref="Centre"/>; 0 for a polygon.</summary>
    public double Radius { get; }

    public bool IsCircle => Radius > 0;

    /// <summary>The centre of a circle; of a polygon, its first vertex.</summary>
    public Vertex Centre => Rings[0][0];

    /// <summary>The shell of a polygon as unrolled: neighbours never lie more than half a turn apart. A ring round a
    /// pole has been closed over it.</summary>
    public IReadOnlyList<Vertex> Shell => Rings[0];

    /// <summary>The shell of a polygon as it was given: without the closure over a pole, which whoever reads it again
    /// makes anew.</summary>
    public IReadOnlyList<Vertex> Corners =>
        Rings[0] is [var first, .., { } again, { } far, { } near]
        && Math.Abs(near.Y) == Vertex.Pole
        && near.Y == far.Y
        && near.X == first.X
        && far.X == again.X
        && Math.Abs(far.X - near.X) == Vertex.Turn
            ? Rings[0][..^RingReader.ClosureOverPole]
            : Rings[0];

    /// <summary>The holes of a polygon, unrolled beside its shell.</summary>
    public IReadOnlyList<IReadOnlyList<Vertex>> Holes => Rings[1..];

    /// <summary>The rings' box, whose west edge lies in [−180°, 180°); a circle's centre.</summary>
    internal PlanBox Core { get; }

    /// <summary>A box around the whole outline.</summary>
    internal PlanBox Box { get; }

    /// <summary>The corners of a box around the outline: west and south, east and north. East may lie beyond
    /// 180°.</summary>
    public (Vertex SouthWest, Vertex NorthEast) Bounds =>
        (new Vertex(Box.MinX, Box.MinY), new Vertex(Box.MaxX, Box.MaxY));

    /// <summary>A polygon. The rings are refused with the reason and the place where they are degenerate, or touch or
    /// cross themselves or each other.</summary>
    /// <param name="shell">Vertices in either direction; longitudes in ±180°; the first may stand again at the
    /// end.</param>
    /// <param name="holes">Rings within the shell that do not belong to the area.</param>
    public static Parsed<Outline> Polygon(
        IReadOnlyList<Vertex> shell,
        params IReadOnlyList<IReadOnlyList<Vertex>> holes
    )
    {
        if (holes.Count > MaxHoles)
            return new Rejected($"has {holes.Count} holes; at most {MaxHoles}");
        if (shell.Count + holes.Sum(h => (long)h.Count) > MaxVertices)
            return new Rejected($"has more than {MaxVertices} vertices");
        var rings = new Vertex[holes.Count + 1][];
        for (var i = 0; i < rings.Length; i++)
        {
            if (!RingReader.Unroll(i == 0 ? shell : holes[i - 1], isShell: i == 0).TryGet(out var ring, out var reason))
                return new Rejected(i == 0 ? reason : $"hole {i - 1}: {reason}");
            rings[i] = ring;
        }
        return RingFaults.Place(rings) is { } fault ? new Rejected(fault) : new Outline(rings, 0);
    }

    /// <summary>A circle. Refused where the radius is not above 0 or is more than <see cref="MaxRadius"/>
    /// metres.</summary>
    public static Parsed<Outline> Circle(Vertex centre, double radius)
    {
        if (!(radius > 0) || radius > MaxRadius)
            return new Rejected(
                FormattableString.Invariant($"has a radius of {radius} m; above 0 and at most {MaxRadius} m")
            );
        if (RingReader.Range(centre) is { } fault)
            return new Rejected($"centre {fault}");
        return new Outline(
            [
                [centre.X == Vertex.Turn / 2 ? centre.East(-Vertex.Turn) : centre],
            ],
            radius
        );
    }

    /// <summary>A rectangle between two meridians and two parallels, for cells of a grid: no checks, any
    /// longitude.</summary>
    internal static Outline Rectangle(long west, long south, long east, long north) =>
        new(
            [
                [new Vertex(west, south), new Vertex(east, south), new Vertex(east, north), new Vertex(west, north)],
            ],
            0
        );

    /// <summary>
    /// Whether some point of this outline is within that many metres of some point of the other, measured along the
    /// surface. With 0 metres
    /// two polygons are compared exactly in the plane of longitude and latitude; touching counts.
    /// </summary>
    public bool IsWithin(Outline other, double metres) => Nearness.IsWithin(this, other, metres);
}
