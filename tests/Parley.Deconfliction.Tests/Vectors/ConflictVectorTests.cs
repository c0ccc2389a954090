using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Deconfliction.Tests.Vectors;

/// <summary>docs/protocol/vectors/conflicts.json and volumes.json: which volumes conflict, and which cannot be
/// read.</summary>
public sealed class ConflictVectorTests
{
    private const string Conflicts = "conflicts",
        Volumes = "volumes";

    [Fact]
    public void The_vectors_are_those_of_the_protocol()
    {
        MadeConflicts().AreThoseOfTheProtocol();
        MadeVolumes().AreThoseOfTheProtocol();
    }

    // DECONFLICTION-1 DECONFLICTION-2 DECONFLICTION-3 DECONFLICTION-4 DECONFLICTION-6 DECONFLICTION-7 DECONFLICTION-8
    // DECONFLICTION-10 DECONFLICTION-11
    [Fact]
    public void Two_volumes_conflict_as_the_vector_says_from_either_side() =>
        OwnVectors.Each(
            Conflicts,
            vector =>
            {
                Volume4D a = Read(vector["a"]!).Required(),
                    b = Read(vector["b"]!).Required();
                var separation = (string?)vector["separation"] is { } text
                    ? Separation.Parse(text).Required()
                    : Separation.None;
                var conflict = (bool)vector["conflict"]!;
                Assert.Equal(conflict, a.ConflictsWith(b, separation));
                Assert.Equal(conflict, b.ConflictsWith(a, separation));
                Assert.Equal(
                    conflict,
                    ConflictPairs
                        .Among(
                            [
                                [a],
                                [b],
                            ],
                            separation
                        )
                        .Any()
                );
            }
        );

    // DECONFLICTION-5 DECONFLICTION-7 DECONFLICTION-8 DECONFLICTION-9 DECONFLICTION-22 DECONFLICTION-23 DECONFLICTION-24
    [Fact]
    public void A_volume_and_an_area_are_read_or_refused_as_the_vector_says() =>
        OwnVectors.Each(
            Volumes,
            vector =>
            {
                if (vector["geojson"] is { } area)
                {
                    using var json = JsonDocument.Parse(area.ToJsonString());
                    var read = GeoJsonVolumes
                        .Read(json.RootElement, "area", new VolumeDefaults(null, null, "W84", null, null))
                        .TryGet(out var volumes, out _);
                    Assert.Equal((bool)vector["taken"]!, read);
                    if (volumes is not null)
                        Assert.Equal((int)vector["volumes"]!, volumes.Count);
                    return;
                }
                var taken = Read(vector["volume"]!).TryGet(out _, out var why);
                Assert.Equal((bool)vector["taken"]!, taken);
                if ((string?)vector["place"] is { } place)
                    Assert.StartsWith(place, why, StringComparison.Ordinal);
            }
        );

    private static Record.Parsed<Volume4D> Read(JsonNode node)
    {
        using var json = JsonDocument.Parse((string)node!);
        return VolumeReader.Read(json.RootElement, "v");
    }

    private static string Vertices(params (double Lng, double Lat)[] ring) =>
        string.Join(',', ring.Select(v => $$"""{"lng":{{Samples.Number(v.Lng)}},"lat":{{Samples.Number(v.Lat)}}}"""));

    private static string Polygon(params (double Lng, double Lat)[] ring) =>
        $$""" "outline_polygon":{"vertices":[{{Vertices(ring)}}]}""".Trim();

    private static string Box(double west, double south, double east, double north) =>
        Polygon((west, south), (east, south), (east, north), (west, north));

    private static string Circle(double lng, double lat, double metres) =>
        $$$""" "outline_circle":{"center":{"lng":{{{Samples.Number(lng)}}},"lat":{{{Samples.Number(lat)}}}},"radius":{"value":{{{Samples.Number(metres)}}},"units":"M"}}""".Trim();

    private static string Volume(
        string outline,
        string? low = null,
        string? high = null,
        string? from = null,
        string? until = null
    )
    {
        var volume = new StringBuilder("{\"volume\":{").Append(outline);
        if (low is not null)
            volume.Append(",\"altitude_lower\":").Append(Altitude(low));
        if (high is not null)
            volume.Append(",\"altitude_upper\":").Append(Altitude(high));
        volume.Append('}');
        if (from is not null)
            volume.Append(",\"time_start\":").Append(Time(from));
        if (until is not null)
            volume.Append(",\"time_end\":").Append(Time(until));
        return volume.Append('}').ToString();
    }

    /// <summary><c>100 M W84</c>.</summary>
    private static string Altitude(string text) =>
        text.Split(' ') is [var value, var units, var reference]
            ? $$"""{"value":{{value}},"reference":"{{reference}}","units":"{{units}}"}"""
            : throw new ArgumentException("an altitude is a value, a unit and a reference", nameof(text));

    private static string Time(string at) => $$"""{"value":"{{at}}","format":"RFC3339"}""";

    private static OwnVectors MadeConflicts()
    {
        var vectors = new OwnVectors(
            Conflicts,
            "Two volumes as ASTM F3548 writes them, perhaps a separation, and whether they conflict; the same from either side."
        );
        void Add(string name, string clauses, string a, string b, bool conflict, string? separation = null)
        {
            var vector = new JsonObject { ["a"] = a, ["b"] = b };
            if (separation is not null)
                vector["separation"] = separation;
            vector["conflict"] = conflict;
            vectors.Add(name, clauses, vector);
        }
        string field = Volume(Box(0, 0, 1, 1)),
            beside = Volume(Box(1, 0, 2, 1)),
            apart = Volume(Box(1.000000001, 0, 2, 1));
        Add("two areas that overlap", "DECONFLICTION-1 DECONFLICTION-2", field, Volume(Box(0.5, 0.5, 2, 2)), true);
        Add("two that share an edge", "DECONFLICTION-1", field, beside, true);
        Add("two that share a corner", "DECONFLICTION-1", field, Volume(Box(1, 1, 2, 2)), true);
        Add("two that are 10⁻⁹ degree apart", "DECONFLICTION-2", field, apart, false);
        Add("one within the other", "DECONFLICTION-1", field, Volume(Box(0.4, 0.4, 0.6, 0.6)), true);
        Add(
            "the other way round, and with its first corner again",
            "DECONFLICTION-3",
            Volume(Polygon((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))),
            beside,
            true
        );
        var holed =
            $$""" "outline_polygon":{"vertices":[{{Vertices((0, 0), (10, 0), (10, 10), (0, 10))}}],"holes":[[{{Vertices((2, 2), (8, 2), (8, 8), (2, 8))}}]]}""".Trim();
        Add("one that lies in a hole", "DECONFLICTION-3", Volume(holed), Volume(Box(4, 4, 6, 6)), false);
        Add("one that touches the edge of a hole", "DECONFLICTION-3", Volume(holed), Volume(Box(2, 4, 6, 6)), true);
        Add(
            "over the antimeridian",
            "DECONFLICTION-4",
            Volume(Box(179, 0, -179, 1)),
            Volume(Box(-179.5, 0.2, -179.2, 0.4)),
            true
        );
        Add("the far side of the globe", "DECONFLICTION-4", Volume(Box(179, 0, -179, 1)), field, false);
        Add(
            "two that hold the same pole",
            "DECONFLICTION-4",
            Volume(Polygon((0, 80), (120, 80), (-120, 80))),
            Volume(Polygon((60, 85), (180, 85), (-60, 85))),
            true
        );
        Add(
            "two circles that do not meet",
            "DECONFLICTION-6",
            Volume(Circle(0, 0, 1000)),
            Volume(Circle(0.1, 0, 1000)),
            false
        );
        Add("two circles that do", "DECONFLICTION-6", Volume(Circle(0, 0, 6000)), Volume(Circle(0.1, 0, 6000)), true);
        Add(
            "a separation that joins them",
            "DECONFLICTION-6 DECONFLICTION-10",
            Volume(Circle(0, 0, 1000)),
            Volume(Circle(0.1, 0, 1000)),
            true,
            "10km"
        );
        Add(
            "and one that does not",
            "DECONFLICTION-10",
            Volume(Circle(0, 0, 1000)),
            Volume(Circle(0.1, 0, 1000)),
            false,
            "9km"
        );
        AddHeightsAndTimes(Add);
        return vectors;
    }

    private static void AddHeightsAndTimes(Action<string, string, string, string, bool, string?> add)
    {
        var area = Box(0, 0, 1, 1);
        string low = Volume(area, "0 M W84", "100 M W84"),
            noon = Volume(area, from: "2030-01-01T12:00:00Z", until: "2030-01-01T13:00:00Z");
        add("bands that touch", "DECONFLICTION-7", low, Volume(area, "100 M W84", "200 M W84"), true, null);
        add(
            "bands a millimetre apart",
            "DECONFLICTION-7",
            low,
            Volume(area, "100.001 M W84", "200 M W84"),
            false,
            null
        );
        add(
            "feet and metres",
            "DECONFLICTION-7",
            Volume(area, "0 FT W84", "1000 FT W84"),
            Volume(area, "304.8 M W84", "400 M W84"),
            true,
            null
        );
        add("an open end", "DECONFLICTION-7", Volume(area, low: "50 M W84"), low, true, null);
        add(
            "mean sea level and the ellipsoid, by the most that they can differ",
            "DECONFLICTION-7",
            Volume(area, "1000 M MSL", "1100 M MSL"),
            Volume(area, "1180 M W84", "1300 M W84"),
            true,
            null
        );
        add(
            "and by more than that",
            "DECONFLICTION-7",
            Volume(area, "1000 M MSL", "1100 M MSL"),
            Volume(area, "1200 M W84", "1300 M W84"),
            false,
            null
        );
        add("windows that touch", "DECONFLICTION-8", noon, Volume(area, from: "2030-01-01T15:00:00+02:00"), true, null);
        add(
            "windows that do not",
            "DECONFLICTION-8",
            noon,
            Volume(area, from: "2030-01-01T13:00:00.0000001Z"),
            false,
            null
        );
        add("no window at all", "DECONFLICTION-8", noon, Volume(area), true, null);
        add(
            "a separation in time alone",
            "DECONFLICTION-10",
            noon,
            Volume(area, from: "2030-01-01T13:01:00Z"),
            true,
            "0m,0m,1min"
        );
        add(
            "close in time and in plan, and not in height",
            "DECONFLICTION-10",
            Volume(area, "0 M W84", "100 M W84", "2030-01-01T12:00:00Z", "2030-01-01T13:00:00Z"),
            Volume(area, "400 M W84", "500 M W84", "2030-01-01T13:01:00Z"),
            false,
            "0m,100m,1min"
        );
    }

    private static OwnVectors MadeVolumes()
    {
        var vectors = new OwnVectors(
            Volumes,
            "Volumes as ASTM F3548 writes them, taken or refused, with where the reason has to begin ('v' is the volume); and areas as GeoJSON, with how many volumes they are."
        );
        void Add(string name, string clauses, string volume, bool taken, string? place = null)
        {
            var vector = new JsonObject { ["volume"] = volume, ["taken"] = taken };
            if (place is not null)
                vector["place"] = place;
            vectors.Add(name, clauses, vector);
        }
        void Area(string name, string clauses, string geojson, int? volumes)
        {
            var vector = new JsonObject { ["geojson"] = JsonNode.Parse(geojson), ["taken"] = volumes is not null };
            if (volumes is { } count)
                vector["volumes"] = count;
            vectors.Add(name, clauses, vector);
        }
        var area = Box(0, 0, 1, 1);
        Add("an area without heights and times", "DECONFLICTION-9", Volume(area), true);
        Add(
            "a member that is null",
            "DECONFLICTION-9",
            $$"""{"volume":{{{area}},"outline_circle":null},"time_start":null}""",
            true
        );
        Add("no object", "DECONFLICTION-9", "[]", false, "v:");
        Add("no outline", "DECONFLICTION-9", """{"volume":{}}""", false, "v.volume:");
        Add(
            "two outlines",
            "DECONFLICTION-9",
            $$$"""{"volume":{{{{area}}},{{{Circle(0, 0, 1)}}}}}""",
            false,
            "v.volume:"
        );
        Add("a member that is not known", "DECONFLICTION-9", $$"""{"volume":{{{area}}},"colour":"red"}""", false, "v:");
        Add(
            "another unit",
            "DECONFLICTION-7 DECONFLICTION-9",
            Volume(area, "1 KM W84"),
            false,
            "v.volume.altitude_lower.units:"
        );
        Add(
            "another reference",
            "DECONFLICTION-7 DECONFLICTION-9",
            Volume(area, "1 M QNH"),
            false,
            "v.volume.altitude_lower.reference:"
        );
        Add(
            "a height out of range",
            "DECONFLICTION-7",
            Volume(area, high: "200000 M W84"),
            false,
            "v.volume.altitude_upper:"
        );
        Add(
            "the lower end above the upper",
            "DECONFLICTION-7 DECONFLICTION-9",
            Volume(area, "2 M W84", "1 M W84"),
            false,
            "v.volume:"
        );
        Add("two references", "DECONFLICTION-7", Volume(area, "1 M W84", "2 M AGL"), false, "v.volume:");
        Add("a date alone", "DECONFLICTION-8", Volume(area, from: "2030-01-01"), false, "v.time_start.value:");
        Add(
            "a time without an offset",
            "DECONFLICTION-8",
            Volume(area, from: "2030-01-01T00:00:00"),
            false,
            "v.time_start.value:"
        );
        Add(
            "an end before the start",
            "DECONFLICTION-8 DECONFLICTION-9",
            Volume(area, from: "2030-01-01T01:00:00Z", until: "2030-01-01T00:00:00Z"),
            false,
            "v:"
        );
        Add("a radius of 0", "DECONFLICTION-6", Volume(Circle(0, 0, 0)), false, "v.volume.outline_circle");
        Add(
            "a radius above 200 km",
            "DECONFLICTION-6",
            Volume(Circle(0, 0, 200_001)),
            false,
            "v.volume.outline_circle"
        );
        foreach (
            var (name, ring) in new (string, (double, double)[])[]
            {
                ("two corners", [(0, 0), (1, 1)]),
                ("a corner twice", [(0, 0), (1, 0), (1, 0), (1, 1)]),
                ("edges that cross", [(0, 0), (1, 1), (1, 0), (0, 1)]),
                ("a ring that goes back on itself", [(0, 0), (2, 0), (1, 0), (1, 1)]),
                ("a ring that touches itself", [(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]),
                ("an edge of half a turn", [(0, 0), (180, 0), (90, 50)]),
            }
        )
            Add(name, "DECONFLICTION-5", Volume(Polygon(ring)), false, "v.volume.outline_polygon");
        const string ringed = "[[24.1,56.95],[24.3,56.95],[24.3,57.05],[24.1,57.05],[24.1,56.95]]",
            other = "[[25.1,56.95],[25.3,56.95],[25.3,57.05],[25.1,57.05],[25.1,56.95]]";
        Area("a polygon", "DECONFLICTION-22", $$"""{"type":"Polygon","coordinates":[{{ringed}}]}""", 1);
        Area(
            "two polygons",
            "DECONFLICTION-22",
            $$"""{"type":"MultiPolygon","coordinates":[[{{ringed}}],[{{other}}]]}""",
            2
        );
        Area(
            "a collection, with one in it",
            "DECONFLICTION-22",
            $$"""{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[{{ringed}}]},{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[{{other}}]}]}]}""",
            2
        );
        Area(
            "a point without a radius",
            "DECONFLICTION-22",
            """{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[24,57]}}""",
            null
        );
        Area(
            "a point with one",
            "DECONFLICTION-22",
            """{"type":"Feature","properties":{"radiusMetres":100},"geometry":{"type":"Point","coordinates":[24,57]}}""",
            1
        );
        Area("a line", "DECONFLICTION-22", """{"type":"LineString","coordinates":[[24,57],[25,58]]}""", null);
        Area(
            "a height under another name",
            "DECONFLICTION-23",
            $$$"""{"type":"Feature","properties":{"ceiling":100},"geometry":{"type":"Polygon","coordinates":[{{{ringed}}}]}}""",
            null
        );
        Area(
            "a height of another type",
            "DECONFLICTION-23",
            $$$"""{"type":"Feature","properties":{"upperMetres":"high"},"geometry":{"type":"Polygon","coordinates":[{{{ringed}}}]}}""",
            null
        );
        Area(
            "heights and times",
            "DECONFLICTION-23",
            $$$"""{"type":"Feature","properties":{"lowerMetres":100,"upperMetres":200,"reference":"MSL","until":"2026-12-01T12:00:00Z","name":"x"},"geometry":{"type":"Polygon","coordinates":[{{{ringed}}}]}}""",
            1
        );
        Area(
            "a longitude beyond the antimeridian",
            "DECONFLICTION-24",
            """{"type":"Polygon","coordinates":[[[179,0],[181,0],[181,1],[179,1],[179,0]]]}""",
            1
        );
        Area(
            "a longitude beyond 540°",
            "DECONFLICTION-24",
            """{"type":"Polygon","coordinates":[[[539,0],[541,0],[541,1],[539,1],[539,0]]]}""",
            null
        );
        return vectors;
    }
}
