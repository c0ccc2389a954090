using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Record;
using Xunit;

namespace Parley.Deconfliction.Tests;

/// <summary>An area never shrinks on import: every part is a volume, or the document is refused.</summary>
public sealed class GeoJsonVolumesTests
{
    private const string Field = "[[24.1,56.95],[24.3,56.95],[24.3,57.05],[24.1,57.05],[24.1,56.95]]",
        Other = "[[25.1,56.95],[25.3,56.95],[25.3,57.05],[25.1,57.05],[25.1,56.95]]";

    [Theory] // DECONFLICTION-22
    [InlineData(1, $$"""{"type":"Polygon","coordinates":[{{Field}}]}""")]
    [InlineData(2, $$"""{"type":"MultiPolygon","coordinates":[[{{Field}}],[{{Other}}]]}""")]
    [InlineData(
        2,
        $$"""{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[{{Field}}]},{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[{{Other}}]}]}]}"""
    )]
    [InlineData(
        2,
        """{"type":"MultiPolygon","coordinates":[[[[179.5,10],[180,10],[180,11],[179.5,11],[179.5,10]]],[[[-180,10],[-179.5,10],[-179.5,11],[-180,11],[-180,10]]]]}"""
    )]
    public void Every_part_is_a_volume(int parts, string geometry)
    {
        Assert.Equal(parts, Read(geometry).Required().Count);
        Assert.Equal(parts, Read(Feature(geometry)).Required().Count);
        Assert.Equal(
            2 * parts,
            Read($$"""{"type":"FeatureCollection","features":[{{Feature(geometry)}},{{Feature(geometry)}}]}""")
                .Required()
                .Count
        );
    }

    [Fact] // DECONFLICTION-22
    public void Heights_and_times_of_a_feature_hold_for_each_of_its_parts_before_those_given_beside_it()
    {
        var volumes = Read(
                Feature(
                    $$"""{"type":"MultiPolygon","coordinates":[[{{Field}}],[{{Other}}]]}""",
                    """{"lowerMetres":100,"upperMetres":200,"reference":"MSL","until":"2026-12-01T12:00:00Z","name":"x"}"""
                )
            )
            .Required();
        foreach (var volume in volumes)
        {
            Assert.Equal(
                """{"value":100,"reference":"MSL","units":"M"}""",
                volume!["volume"]!["altitude_lower"]!.ToJsonString()
            );
            Assert.Equal("2026-12-01T08:00:00Z", (string?)volume["time_start"]!["value"]);
        }
    }

    [Fact] // DECONFLICTION-24
    public void A_longitude_beyond_180_degrees_is_the_same_place_a_turn_on()
    {
        var one = VolumeOf(
            Read("""{"type":"Polygon","coordinates":[[[179.5,10],[180.5,10],[180.5,11],[179.5,11],[179.5,10]]]}""")
                .Required()[0]!
        );
        Assert.Equal(
            Samples.Turned(Samples.Polygon((179.5, 10), (-179.5, 10), (-179.5, 11), (179.5, 11)).Rings[0]),
            Samples.Turned(one.Outline.Rings[0])
        );
        Refused("""{"type":"Polygon","coordinates":[[[-170,0],[190,0],[190,10],[-170,10],[-170,0]]]}""", "half a turn");
    }

    [Fact] // DECONFLICTION-24
    public void A_ring_round_a_pole_is_read_as_maps_draw_it()
    {
        var antarctic = VolumeOf(
            Read(
                    """{"type":"Polygon","coordinates":[[[-180,-90],[-180,-70],[-90,-72],[0,-70],[90,-75],[180,-70],[180,-90],[-180,-90]]]}"""
                )
                .Required()[0]!
        );
        Assert.True(antarctic.Outline.IsWithin(Samples.Circle(33, -89.9, 1), 0));
        Assert.False(antarctic.Outline.IsWithin(Samples.Circle(33, -60, 1), 0));
    }

    [Fact] // DECONFLICTION-24
    public void What_goes_out_comes_in_as_the_same_area()
    {
        foreach (var outline in Samples.Awkward())
        {
            var circle = outline.IsCircle
                ? FormattableString.Invariant(
                    $$"""{"centre":[{{outline.Centre.Longitude}},{{outline.Centre.Latitude}}],"radiusMetres":{{outline.Radius}}}"""
                )
                : """{"centre":null,"radiusMetres":null,"lowerMetres":null}""";
            var again = VolumeOf(Assert.Single(Read(Feature(Written(outline), circle)).Required())!).Outline;
            Assert.Equal(outline.Radius, again.Radius);
            Assert.Equal(outline.Rings.Select(Samples.Turned), again.Rings.Select(Samples.Turned));
            if (outline.IsCircle)
                Assert.Single(Read(Feature(Written(outline))).Required()); // the drawing alone is a polygon
        }
    }

    [Theory] // DECONFLICTION-23
    [
        InlineData("""{"lowerMetres":"100"}"""),
        InlineData("""{"upperMetres":[200]}"""),
        InlineData("""{"lowerMetres":1e400}"""),
        InlineData("""{"upperCeiling":{"value":240,"unit":"FL"}}"""),
        InlineData("""{"lowerCeiling":{"value":3000,"unit":"FT"}}""")
    ]
    [
        InlineData("""{"lowerLimit":{"value":0,"unit":1}}"""),
        InlineData("""{"lower_limit":"GND"}"""),
        InlineData("""{"ceiling":500}"""),
        InlineData("""{"lowerMeters":100}"""),
        InlineData("""{"max_alt":9000}"""),
        InlineData("""{"altitudeMode":"clampToGround","minAltitude":1}""")
    ]
    [
        InlineData("""{"reference":5}"""),
        InlineData("""{"from":1796000000000}"""),
        InlineData("""{"radiusMetres":"500"}"""),
        InlineData("""[]"""),
        InlineData("\"x\"")
    ]
    public void A_height_or_time_that_is_there_and_not_understood_is_refused(string properties) =>
        Refused(Feature($$"""{"type":"Polygon","coordinates":[{{Field}}]}""", properties), "f.properties");

    [Theory] // DECONFLICTION-22
    [
        InlineData("""{"type":"LineString","coordinates":[[1,1],[2,2]]}""", "a line has no area"),
        InlineData("""{"type":"Point","coordinates":[1,1]}""", "radiusMetres"),
        InlineData("""{"type":5}""", "is not a string")
    ]
    [
        InlineData("""{"type":"Polygon","coordinates":null}""", "missing"),
        InlineData("""{"type":"Polygon","coordinates":[null]}""", "is not a list"),
        InlineData("""{"type":"Polygon","coordinates":[[["1","2"]]]}""", "is not a number")
    ]
    [
        InlineData("""{"type":"FeatureCollection","features":[null]}""", "is not an object"),
        InlineData("""{"type":"FeatureCollection"}""", "missing"),
        InlineData("""{"type":"Feature","geometry":null}""", "has no geometry")
    ]
    [InlineData(
        """{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]},{"type":"LineString","coordinates":[]}]}""",
        "a line has no area"
    )]
    [
        InlineData("""{"type":"Polygon","coordinates":[[[1e400,1],[2,1],[2,2]]]}""", "outside"),
        InlineData(
            """{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]],"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::3857"}}}""",
            "WGS 84"
        )
    ]
    public void What_is_no_area_is_refused_with_the_place(string json, string reason) => Refused(json, reason);

    [Fact] // DECONFLICTION-24
    public void A_circle_whose_centre_is_not_that_of_its_drawing_is_refused() =>
        Refused(
            Feature(Written(Samples.Circle(10, 50, 1_000)), """{"centre":[11,50],"radiusMetres":1000}"""),
            "not the circle that is drawn"
        );

    [Fact]
    public void So_many_parts_are_refused_before_they_are_read()
    {
        var many = string.Join(',', Enumerable.Repeat($"[{Field}]", Activity.MaxVolumes + 1));
        Refused($$"""{"type":"MultiPolygon","coordinates":[{{many}}]}""", "more than");
        var deep =
            string.Concat(Enumerable.Repeat("""{"type":"GeometryCollection","geometries":[""", 12))
            + string.Concat(Enumerable.Repeat("]}", 12));
        Refused(deep, "neither");
    }

    private static string Feature(string geometry, string properties = "null") =>
        $$"""{"type":"Feature","properties":{{properties}},"geometry":{{geometry}}}""";

    private static Parsed<JsonArray> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return GeoJsonVolumes.Read(
            document.RootElement,
            "f",
            new VolumeDefaults(null, 500, "W84", "2026-12-01T08:00:00Z", null)
        );
    }

    private static Volume4D VolumeOf(JsonNode volume)
    {
        using var json = JsonDocument.Parse(volume.ToJsonString());
        return VolumeReader.Read(json.RootElement, "v").Required();
    }

    private static void Refused(string json, string reason)
    {
        Assert.False(Read(json).TryGet(out _, out var why));
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    private static string Written(Outline outline)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            GeoJson.Write(writer, outline);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
