using System.Text;
using System.Text.Json;
using Parley.Record;
using Xunit;

namespace Parley.Deconfliction.Tests;

public sealed class GeoJsonTests
{
    [Fact]
    public void A_polygon_with_a_hole_comes_back_as_it_went_out_wound_as_GeoJSON_wants()
    {
        var outline = Read(
                """{"type":"Polygon","coordinates":[[[0,0],[0,10],[10,10],[10,0],[0,0]],[[2,2],[8,2],[8,8],[2,8],[2,2]]]}"""
            )
            .Required();
        var written = Write(outline);
        Assert.Equal(
            """{"type":"Polygon","coordinates":[[[10,0],[10,10],[0,10],[0,0],[10,0]],[[2,8],[8,8],[8,2],[2,2],[2,8]]]}""",
            written
        );
        Assert.Equal(written, Write(Read(written).Required()));
    }

    [Fact]
    public void A_circle_goes_out_as_a_polygon_around_it()
    {
        var circle = Samples.Circle(179.99, 60, 5_000);
        using var document = JsonDocument.Parse(Write(circle));
        var ring = document.RootElement.GetProperty("coordinates")[0];
        Assert.Equal(GeoJson.CircleCorners + 1, ring.GetArrayLength());
        foreach (var corner in ring.EnumerateArray())
        {
            var (x, y) = (corner[0].GetDouble(), corner[1].GetDouble());
            var point = Samples.Circle(x > 180 ? x - 360 : x, y, 0.001);
            Assert.False(circle.IsWithin(point, 0));
            Assert.True(circle.IsWithin(point, 75));
        }
    }

    [Theory]
    [InlineData("""[]""", "g: is not an object")]
    [InlineData("""{"type":"Point","coordinates":[0,0]}""", "g: is not of type Polygon")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""", "g.coordinates: has no ring")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[600,1]]]}""", "g.coordinates[0][2][0]: is outside")]
    [InlineData(
        """{"type":"Polygon","coordinates":[[[0,0],[1,0],[1]]]}""",
        "g.coordinates[0][2]: is not a longitude and a latitude"
    )]
    [InlineData(
        """{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2]]]}""",
        "g: crosses or touches itself: edge 0 and edge 2 meet at 1,1"
    )]
    public void What_is_no_polygon_is_refused_with_the_place(string json, string reason)
    {
        Assert.False(Read(json).TryGet(out _, out var given));
        Assert.StartsWith(reason, given, StringComparison.Ordinal);
    }

    private static Parsed<Outline> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return GeoJson.Read(document.RootElement, "g");
    }

    private static string Write(Outline outline)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            GeoJson.Write(writer, outline);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
