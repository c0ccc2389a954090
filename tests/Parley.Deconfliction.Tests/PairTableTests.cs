using System.Text.Json;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Deconfliction.Tests;

/// <summary>The public flight intents and what is known of each pair of them.</summary>
public sealed class PairTableTests
{
    [Fact]
    public void Every_pair_of_the_public_flight_intents_is_judged_as_the_table_says() // DECONFLICTION-1
    {
        var file = ActivitiesFile.Parse(VectorFolder.Bytes("interuss/activities.json")).Required();
        Assert.Equal(24, file.Activities.Count);
        var places = file
            .Activities.Select((a, i) => (a.Name, i))
            .ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        var found = ConflictPairs
            .Among([.. file.Activities.Select(a => a.Volumes)], Separation.None)
            .Select(p => (p.First, p.Second))
            .ToHashSet();

        using var table = VectorFolder.Json("interuss/pairs.json");
        var pairs = table.RootElement.GetProperty("pairs");
        Assert.Equal(92, pairs.GetArrayLength());
        foreach (var pair in pairs.EnumerateArray())
        {
            var (a, b) = (places[pair.GetProperty("a").GetString()!], places[pair.GetProperty("b").GetString()!]);
            var conflict = found.Contains((Math.Min(a, b), Math.Max(a, b)));
            Assert.True(conflict == pair.GetProperty("conflict").GetBoolean(), pair.ToString());
            var reason = pair.GetProperty("reason").GetString()!;
            var (first, second) = (file.Activities[a].Volumes, file.Activities[b].Volumes);
            if (first.Count > 1 || second.Count > 1 || reason == "overlap")
                continue;
            List<string> apart = [];
            if (!first[0].Outline.IsWithin(second[0].Outline, 0))
                apart.Add("horizontal");
            if (!first[0].Altitude.Meets(second[0].Altitude, 0))
                apart.Add("vertical");
            if (!first[0].Time.Meets(second[0].Time, 0))
                apart.Add("time");
            Assert.Equal(reason.Split('+').Order(StringComparer.Ordinal), apart.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_public_rings_are_accepted_and_refused_as_a_planar_rule_must() // DECONFLICTION-4 DECONFLICTION-5
    {
        using var document = VectorFolder.Json("interuss/dss_geo.json");
        var rings = document.RootElement.GetProperty("rings");
        Assert.Equal(5, rings.GetArrayLength());
        foreach (var ring in rings.EnumerateArray())
        {
            Vertex[] vertices =
            [
                .. ring.GetProperty("vertices")
                    .EnumerateArray()
                    .Select(v => Vertex.OfDegrees(v.GetProperty("lng").GetDouble(), v.GetProperty("lat").GetDouble())),
            ];
            // A ring without area is accepted upstream only because its geometry is perturbed.
            var expected =
                ring.GetProperty("upstream").GetString() == "accept"
                && !ring.GetProperty("id").GetString()!.Contains("Colinear", StringComparison.Ordinal);
            Assert.True(
                Outline.Polygon(vertices).TryGet(out _, out var reason) == expected,
                $"{ring.GetProperty("id")}: {reason}"
            );
        }
    }

    [Fact]
    public void A_published_incident_whose_ring_has_no_area_is_refused_with_the_vertex() // DECONFLICTION-5
    {
        using var document = VectorFolder.Json("interuss/aus/incidents.json");
        Assert.Equal(1, Polygons(document.RootElement));

        static int Polygons(JsonElement element)
        {
            var count = 0;
            if (element.ValueKind == JsonValueKind.Object)
            {
                if (
                    element.TryGetProperty("type", out var type)
                    && type.ValueKind == JsonValueKind.String
                    && type.GetString() == "Polygon"
                )
                {
                    var shell = element
                        .GetProperty("coordinates")[0]
                        .EnumerateArray()
                        .Select(p => Vertex.OfDegrees(p[0].GetDouble(), p[1].GetDouble()))
                        .ToArray();
                    Assert.False(Outline.Polygon(shell).TryGet(out _, out var reason));
                    Assert.StartsWith("goes back on itself at vertex 2", reason, StringComparison.Ordinal);
                    return 1;
                }
                foreach (var member in element.EnumerateObject())
                    count += Polygons(member.Value);
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    count += Polygons(item);
            }
            return count;
        }
    }
}
