using Parley.Record;
using Xunit;
using static Parley.Deconfliction.Tests.Samples;

namespace Parley.Deconfliction.Tests;

public sealed class OutlineTests
{
    [Fact]
    public void Either_winding_and_a_repeated_first_vertex_mean_the_same_area() // DECONFLICTION-3
    {
        var probe = Box(0.5, 0.5, 0.6, 0.6);
        Assert.True(Polygon((0, 0), (1, 0), (1, 1), (0, 1)).IsWithin(probe, 0));
        Assert.True(Polygon((0, 0), (0, 1), (1, 1), (1, 0)).IsWithin(probe, 0));
        Assert.True(Polygon((0, 0), (0, 1), (1, 1), (1, 0), (0, 0)).IsWithin(probe, 0));
    }

    [Fact]
    public void What_touches_conflicts_and_a_tenth_of_a_millimetre_apart_does_not() // DECONFLICTION-1 DECONFLICTION-2
    {
        Assert.True(Box(0, 0, 1, 1).IsWithin(Box(1, 0, 2, 1), 0));
        Assert.True(Box(0, 0, 1, 1).IsWithin(Box(1, 1, 2, 2), 0));
        Assert.False(Box(0, 0, 1, 1).IsWithin(Box(1.000000001, 0, 2, 1), 0));
        // One centimetre deep, at a slanted edge.
        Assert.True(Polygon((0, 0), (1, 0), (0, 1)).IsWithin(Polygon((0.49999995, 0.5), (1, 1), (0.49999995, 1)), 0));
        Assert.False(Polygon((0, 0), (1, 0), (0, 1)).IsWithin(Polygon((0.50000005, 0.5), (1, 1), (0.50000005, 1)), 0));
    }

    [Fact]
    public void A_hole_does_not_belong_to_the_area_but_its_edge_does() // DECONFLICTION-3
    {
        Vertex[] shell = [new(0, 0), V(10, 0), V(10, 10), V(0, 10)],
            hole = [V(2, 2), V(8, 2), V(8, 8), V(2, 8)];
        var area = Outline.Polygon(shell, [hole]).TryGet(out var read, out var reason)
            ? read
            : throw new InvalidOperationException(reason);
        Assert.False(area.IsWithin(Box(3, 3, 4, 4), 0));
        Assert.True(area.IsWithin(Box(3, 3, 8, 4), 0));
        Assert.True(area.IsWithin(Box(-1, -1, 11, 11), 0));
        Assert.False(area.IsWithin(Circle(5, 5, 1000), 0));
        Assert.True(area.IsWithin(Circle(5, 5, 1000), 100_000) == area.IsWithin(Circle(5, 5, 101_000), 0));
        Assert.True(area.IsWithin(Circle(2.01, 5, 2000), 0));
    }

    [Theory] // DECONFLICTION-5
    [InlineData("outside the shell", 20, 20, 21, 20, 21, 21)]
    [InlineData("touches the shell at 0,5", 0, 5, 5, 4, 5, 6)]
    [InlineData("touches the shell", 5, 5, 15, 5, 5, 6)]
    public void A_hole_that_touches_or_leaves_the_shell_is_refused_with_the_place(
        string words,
        double x0,
        double y0,
        double x1,
        double y1,
        double x2,
        double y2
    )
    {
        Assert.False(
            Outline
                .Polygon(
                    [V(0, 0), V(10, 0), V(10, 10), V(0, 10)],
                    [
                        [V(x0, y0), V(x1, y1), V(x2, y2)],
                    ]
                )
                .TryGet(out _, out var reason)
        );
        Assert.Contains(words, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Holes_within_each_other_are_refused() // DECONFLICTION-5
    {
        Assert.False(
            Outline
                .Polygon(
                    [V(0, 0), V(10, 0), V(10, 10), V(0, 10)],
                    [
                        [V(1, 1), V(9, 1), V(9, 9), V(1, 9)],
                        [V(3, 3), V(4, 3), V(4, 4)],
                    ]
                )
                .TryGet(out _, out var reason)
        );
        Assert.Contains("lie in each other", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_cross_touch_or_double_back_are_refused_with_reason_and_place() // DECONFLICTION-5
    {
        Assert.Contains(
            "edge 0 and edge 2 meet at 1,1",
            Refusal((0, 0), (2, 2), (2, 0), (0, 2)),
            StringComparison.Ordinal
        );
        Assert.Contains("meet at 1,0", Refusal((0, 0), (2, 0), (2, 2), (1, 0), (0, 2)), StringComparison.Ordinal);
        Assert.Contains(
            "goes back on itself at vertex 1, 2,0",
            Refusal((0, 0), (2, 0), (1, 0)),
            StringComparison.Ordinal
        );
        Assert.Contains("goes back on itself at vertex 2", Refusal((0, 0), (1, 0), (2, 0)), StringComparison.Ordinal);
        Assert.Contains(
            "vertex 1 repeats the one before it, at 0,0",
            Refusal((0, 0), (0, 0), (1, 0), (1, 1)),
            StringComparison.Ordinal
        );
        Assert.Contains("has 2 vertices", Refusal((0, 0), (1, 1), (0, 0)), StringComparison.Ordinal);
        Assert.Contains("vertex 1 has a latitude outside", Refusal((0, 0), (0, 91), (1, 0)), StringComparison.Ordinal);
        Assert.Contains(
            "vertex 2 has a longitude outside",
            Refusal((0, 0), (0, 9), (181, 0)),
            StringComparison.Ordinal
        );
        Assert.Contains("edge 0 spans half a turn", Refusal((0, 0), (180, 0), (90, 10)), StringComparison.Ordinal);
        Assert.Contains(
            "more than 1000 vertices",
            Refusal([.. Enumerable.Range(0, 1001).Select(i => (Math.Cos(i), Math.Sin(i)))]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_outline_across_the_antimeridian_meets_what_lies_on_either_side() // DECONFLICTION-4
    {
        foreach (var across in (Outline[])[Box(179, 0, -179, 1), Polygon((-179, 0), (-179, 1), (179, 1), (179, 0))])
        {
            Assert.True(across.IsWithin(Box(179.5, 0.2, 179.6, 0.3), 0));
            Assert.True(across.IsWithin(Box(-179.6, 0.2, -179.5, 0.3), 0));
            Assert.True(across.IsWithin(Box(-179, 0.2, -178, 0.3), 0));
            Assert.True(across.IsWithin(Box(179.9, -1, -179.9, 2), 0));
            Assert.False(across.IsWithin(Box(-178.999999, 0.2, -178, 0.3), 0));
            Assert.False(across.IsWithin(Box(0, 0, 1, 1), 0));
            Assert.True(across.IsWithin(Circle(-178.99, 0.5, 2_000), 0));
        }
        Assert.True(Box(179, 0, 180, 1).IsWithin(Box(-180, 0, -179, 1), 0));
        Assert.True(Circle(180, 0, 1000).IsWithin(Circle(-180, 0, 1), 0));
    }

    [Fact]
    public void A_ring_round_a_pole_encloses_the_pole_on_its_side() // DECONFLICTION-4
    {
        var cap = Polygon((0, 80), (90, 80), (180, 80), (-90, 80));
        Assert.True(cap.IsWithin(Box(10, 85, 20, 86), 0));
        Assert.True(cap.IsWithin(Box(-170, 85, -160, 86), 0));
        Assert.True(cap.IsWithin(Box(179, 85, -179, 86), 0));
        Assert.False(cap.IsWithin(Box(10, 78, 20, 79), 0));
        Assert.True(cap.IsWithin(Circle(77, 90, 10), 0));
        var south = Polygon((0, -80), (-90, -70), (180, -80), (90, -80));
        Assert.True(south.IsWithin(Box(30, -89, 31, -88), 0));
        Assert.False(south.IsWithin(cap, 0));
        Assert.Contains("which pole", Refusal((0, 10), (90, -10), (180, 10), (-90, -10)), StringComparison.Ordinal);
        Assert.Contains(
            "goes round the pole and through it",
            Refusal((0, 80), (90, 80), (180, 90), (-90, 80)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void At_a_pole_all_longitudes_meet() // DECONFLICTION-4
    {
        Assert.True(Polygon((0, 80), (10, 80), (5, 90)).IsWithin(Polygon((100, 80), (110, 80), (105, 90)), 0));
        Assert.True(Circle(0, 89.99, 2_000).IsWithin(Circle(180, 89.99, 2_000), 0));
        Assert.False(Circle(0, 89.99, 1_000).IsWithin(Circle(180, 89.99, 1_000), 0));
        Assert.True(
            Polygon((0, 89.99), (10, 89.99), (5, 89.995))
                .IsWithin(Polygon((180, 89.99), (170, 89.99), (175, 89.995)), 1_200)
        );
        Assert.False(
            Polygon((0, 89.99), (10, 89.99), (5, 89.995))
                .IsWithin(Polygon((180, 89.99), (170, 89.99), (175, 89.995)), 1_000)
        );
    }

    [Theory] // DECONFLICTION-6
    [InlineData(0, 0, 1000.0 / 111_319.490793, 0)] // a kilometre east on the equator
    [InlineData(0, 0, 0, 1000.0 / 110_574.2758)] // and north
    [InlineData(10, 60, 1000.0 / 55_800.0, 0)] // at 60° a degree is 55,800 m
    public void A_circle_reaches_as_far_as_its_radius_and_no_further(double lng, double lat, double east, double north)
    {
        var there = Circle(lng + east, lat + north, 0.001);
        Assert.True(Circle(lng, lat, 1000.05).IsWithin(there, 0));
        Assert.False(Circle(lng, lat, 999.9).IsWithin(there, 0));
        Assert.True(Circle(lng, lat, 500.05).IsWithin(Circle(lng + east, lat + north, 500), 0));
        Assert.True(Circle(lng, lat, 500.05).IsWithin(Circle(lng + east, lat + north, 250), 250));
        Assert.False(Circle(lng, lat, 500).IsWithin(Circle(lng + east, lat + north, 250), 249.9));
    }

    [Fact]
    public void Separation_between_polygons_is_measured_along_the_surface() // DECONFLICTION-6
    {
        // A gap of 0.01° of longitude at 60° north is 558 m, at the lower edge.
        var (west, east) = (Box(0, 60, 1, 61), Box(1.01, 60, 2, 61));
        const double gap = 540.6; // at 61°, where the gap is narrowest
        Assert.False(west.IsWithin(east, gap - 1));
        Assert.True(west.IsWithin(east, gap + 1));
        // Long edges bend in space; they do not on the map.
        Assert.False(
            Polygon((0, 60), (50, 60), (50, 59), (0, 59))
                .IsWithin(Polygon((20, 60.01), (21, 60.01), (20.5, 60.02)), 1_113)
        );
        Assert.True(
            Polygon((0, 60), (50, 60), (50, 59), (0, 59))
                .IsWithin(Polygon((20, 60.01), (21, 60.01), (20.5, 60.02)), 1_115)
        );
    }

    [Theory] // DECONFLICTION-6
    [InlineData(500)]
    [InlineData(20_000)]
    public void A_comb_of_a_thousand_long_edges_is_compared_all_the_same(double metres)
    {
        // 499 teeth of 40° each, 0.001° apart; the other comb starts 0.9 m further from them than asked, so that every
        // tooth must be looked at.
        Vertex[] Comb(double x, double gap) =>
            [
                .. Enumerable
                    .Range(0, 499)
                    .SelectMany(i =>
                        new[] { V(x + 40 * (i % 2), gap + i * 0.001), V(x + 40 * (i % 2), gap + i * 0.001 + 0.0005) }
                    ),
                V(x - 0.1, gap + 0.5),
                V(x - 0.1, gap),
            ];
        var first = Outline.Polygon(Comb(0, 0)).Required();
        var second = Outline.Polygon([.. Comb(0, -0.5 - (metres + 0.9) / 110_574.4)]).Required();
        Assert.False(first.IsWithin(second, metres));
        Assert.True(first.IsWithin(second, metres + 2));
    }

    [Theory] // DECONFLICTION-6
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(200_001)]
    [InlineData(double.NaN)]
    public void A_radius_out_of_range_is_refused(double radius) =>
        Assert.False(Outline.Circle(V(0, 0), radius).TryGet(out _, out _));

    private static Vertex V(double lng, double lat) => Vertex.OfDegrees(lng, lat);
}
