using Parley.Traffic.Places;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>The gazetteer by position, and by the beginnings of names.</summary>
public sealed class GazetteerAroundTests
{
    private static readonly string Lines = string.Concat(
        "Suva\t\tFJ\t-181416\t1784415\n",
        "Taveuni\t\tFJ\t-168500\t-1799800\n",
        "Labasa\t\tFJ\t-164333\t1793667\n",
        "Łódź\tlodz\tPL\t517500\t194667\n",
        "Lodi\t\tIT\t453144\t95027\n"
    );
    private static readonly Gazetteer Few = new(System.Text.Encoding.UTF8.GetBytes(Lines));

    [Fact]
    public void The_nearest_is_found_over_the_antimeridian_and_across_the_world()
    {
        Assert.Equal(["Taveuni", "Labasa"], Few.Near([179.99, -16.84], 2).Select(one => one.Place.Name));
        Assert.Equal(["Lodi", "Łódź"], Few.Near([10, 44], 2).Select(one => one.Place.Name));
        Assert.Equal(5, Few.Near([0, 0], 50).Count);
    }

    [Fact]
    public void The_nearest_are_those_that_a_look_at_all_places_finds()
    {
        var random = new Random(20261130);
        var all = Gazetteer.Own.Within(-180, -90, 180, 90, 1_000_000);
        Assert.Equal(Gazetteer.Own.Count, all.Count);
        for (var i = 0; i < 20; i++)
        {
            double[] at = [random.NextDouble() * 360 - 180, random.NextDouble() * 170 - 85];
            var near = Gazetteer.Own.Near(at, 3);
            Assert.Equal(all.Min(place => Metres(at, place.Position)), near[0].Metres, 1e-6);
            Assert.True(near[0].Metres <= near[1].Metres && near[1].Metres <= near[2].Metres);
        }

        static double Metres(double[] a, double[] b)
        {
            var (y1, y2) = (double.DegreesToRadians(a[1]), double.DegreesToRadians(b[1]));
            var (dy, dx) = ((y2 - y1) / 2, double.DegreesToRadians(b[0] - a[0]) / 2);
            var h = Math.Pow(Math.Sin(dy), 2) + Math.Cos(y1) * Math.Cos(y2) * Math.Pow(Math.Sin(dx), 2);
            return 2 * 6_371_008.8 * Math.Asin(Math.Sqrt(Math.Min(1, h)));
        }
    }

    [Fact]
    public void Places_between_edges_are_all_told_or_spread_and_edges_may_cross_the_antimeridian()
    {
        Assert.Equal(["Labasa", "Taveuni"], Few.Within(179, -17, 181, -16, 9).Select(p => p.Name).Order());
        Assert.Equal(["Labasa", "Taveuni"], Few.Within(-181, -17, -179, -16, 9).Select(p => p.Name).Order());
        Assert.Empty(Few.Within(0, 0, 1, 1, 9));
        var some = Gazetteer.Own.Within(-10, 35, 40, 70, 100);
        Assert.Equal(100, some.Count);
        Assert.Equal(100, some.Distinct().Count());
        Assert.True(some.Count(p => p.Position[0] < 15) is > 20 and < 80, "the places are all on one side");
    }

    [Fact]
    public void Names_are_found_by_how_they_begin_with_and_without_marks_whole_names_first_and_then_the_nearest()
    {
        Assert.Equal(["Lodi", "Łódź"], Few.Beginning("lod", [9, 45], 9).Select(p => p.Name));
        Assert.Equal(["Łódź", "Lodi"], Few.Beginning("LOD", [20, 52], 9).Select(p => p.Name));
        Assert.Equal("Łódź", Assert.Single(Few.Beginning("łó", null, 9)).Name);
        Assert.Equal(["EG", "PS"], Gazetteer.Own.Beginning("rafah", null, 2).Select(p => p.Country).Order());
        Assert.Empty(Few.Beginning(" ", null, 9));
        Assert.Empty(Few.Beginning(new string('a', 300), null, 9));
        Assert.Single(Few.Beginning("L", null, 1));
    }
}
