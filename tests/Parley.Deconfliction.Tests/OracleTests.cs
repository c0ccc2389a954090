using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetTopologySuite.Geometries;
using Parley.Testing;
using Parley.Testing.Stores;
using Xunit;

namespace Parley.Deconfliction.Tests;

/// <summary>Our geometry against that of others, on random pairs of outlines. Polygons away from the poles, where the
/// plane of all of them is the same.</summary>
public sealed class OracleTests
{
    private static readonly int Pairs = Rounds.Of(2_500, 10_000);
    private static readonly GeometryFactory Factory = new();

    [Fact]
    public void NetTopologySuite_gives_the_same_answer_on_random_pairs() // DECONFLICTION-1 DECONFLICTION-3
    {
        var meeting = 0;
        foreach (var (a, b) in Random())
        {
            var ours = a.IsWithin(b, 0);
            Assert.True(ours == Theirs(a).Intersects(Theirs(b)), $"{Text(a)} and {Text(b)}: {ours}");
            if (ours)
                meeting++;
        }
        Assert.InRange(meeting, Pairs / 10, Pairs * 9 / 10);
    }

    [Fact]
    public void NetTopologySuite_refuses_the_same_random_rings() // DECONFLICTION-5
    {
        var random = new Random(3);
        var good = 0;
        for (var i = 0; i < Pairs; i++)
        {
            // Few places for the vertices, so that they touch often.
            var ring = Enumerable
                .Range(0, random.Next(3, 7))
                .Select(_ => new Vertex(random.Next(6), random.Next(6)))
                .ToArray();
            if (ring.Zip(ring[1..]).Any(p => p.First == p.Second) || ring[0] == ring[^1])
                continue;
            var theirs = Factory.CreatePolygon([.. ring.Append(ring[0]).Select(v => new Coordinate(v.X, v.Y))]).IsValid;
            Assert.True(
                theirs == Outline.Polygon(ring).TryGet(out _, out var reason),
                $"{string.Join(' ', ring.Select(v => $"({v.X} {v.Y})"))}: {reason}"
            );
            if (theirs)
                good++;
        }
        Assert.InRange(good, Pairs / 10, Pairs);
    }

    [Fact]
    public async Task PostGIS_gives_the_same_answer_on_random_pairs() // DECONFLICTION-1
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        if (cluster is null)
            Assert.Skip(PostgresCluster.Absent);
        var database = (await cluster.CreateDatabaseAsync()).Split('/')[3].Split('?')[0];
        if (
            await cluster.SqlAsync(database, "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
            != "1"
        )
            Assert.Skip("skipped: PostGIS is not installed (Debian: apt-get install postgresql-15-postgis-3)");
        var pairs = Random();
        var sql = new StringBuilder("CREATE TABLE p (i int, a text, b text);\nINSERT INTO p VALUES ");
        for (var i = 0; i < pairs.Count; i++)
            sql.Append(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? "" : ",")}({i},'{Text(pairs[i].A)}','{Text(pairs[i].B)}')"
            );
        var file = Path.Combine(cluster.Folder, "pairs.sql");
        await File.WriteAllTextAsync(file, sql.ToString(), TestContext.Current.CancellationToken);
        await cluster.SqlAsync(database, "CREATE EXTENSION postgis");
        await RunFileAsync(cluster, database, file);
        var answers = (
            await cluster.SqlAsync(
                database,
                "SELECT string_agg(CASE WHEN ST_Intersects(a::geometry, b::geometry) THEN '1' ELSE '0' END, '' ORDER BY i) FROM p"
            )
        ).Trim();
        Assert.Equal(Pairs, answers.Length);
        for (var i = 0; i < Pairs; i++)
            Assert.True(
                pairs[i].A.IsWithin(pairs[i].B, 0) == (answers[i] == '1'),
                $"{Text(pairs[i].A)} and {Text(pairs[i].B)}: theirs {answers[i]}"
            );
    }

    [Fact]
    public async Task PostGIS_measures_the_same_distances_on_the_ellipsoid() // DECONFLICTION-6
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        if (cluster is null)
            Assert.Skip(PostgresCluster.Absent);
        var database = (await cluster.CreateDatabaseAsync()).Split('/')[3].Split('?')[0];
        if (
            await cluster.SqlAsync(database, "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
            != "1"
        )
            Assert.Skip("skipped: PostGIS is not installed (Debian: apt-get install postgresql-15-postgis-3)");
        await cluster.SqlAsync(database, "CREATE EXTENSION postgis");
        var random = new Random(11);
        var points = Enumerable
            .Range(0, 500)
            .Select(_ =>
            {
                var (lng, lat) = (random.NextDouble() * 358 - 179, random.NextDouble() * 178 - 89);
                return (
                    lng,
                    lat,
                    East: lng + (random.NextDouble() - 0.5) / Math.Cos(lat * Math.PI / 180),
                    North: Math.Clamp(lat + random.NextDouble() - 0.5, -89.9, 89.9)
                );
            })
            .Select(p =>
                (
                    A: Vertex.OfDegrees(p.lng, p.lat),
                    B: Vertex.OfDegrees(
                        p.East > 180 ? p.East - 360
                            : p.East < -180 ? p.East + 360
                            : p.East,
                        p.North
                    )
                )
            )
            .ToArray();
        var sql =
            $"SELECT string_agg(ST_Distance(a::geography, b::geography, true)::text, ' ' ORDER BY i) FROM (VALUES {string.Join(',', points.Select((p, i) => FormattableString.Invariant($"({i},'POINT({p.A.Longitude:R} {p.A.Latitude:R})','POINT({p.B.Longitude:R} {p.B.Latitude:R})')")))}) t(i,a,b)";
        var distances = (await cluster.SqlAsync(database, sql))
            .Split(' ')
            .Select(d => double.Parse(d, CultureInfo.InvariantCulture))
            .ToArray();
        Assert.Equal(points.Length, distances.Length);
        for (var i = 0; i < points.Length; i++)
        {
            // Two circles that meet in the middle; the difference of arc and chord is bounded, on the side of a
            // conflict.
            var room = 0.01 + distances[i] * 3e-6;
            var (a, b) = (Outline.Circle(points[i].A, 0.5).Required(), Outline.Circle(points[i].B, 0.5).Required());
            Assert.True(a.IsWithin(b, distances[i] - 1 + 0.01), $"{points[i]} {distances[i]}");
            Assert.False(a.IsWithin(b, distances[i] - 1 - room), $"{points[i]} {distances[i]}");
        }
    }

    private static List<(Outline A, Outline B)> Random()
    {
        var (random, place) = (new RandomVolumes(99), new Random(99));
        return
        [
            .. Enumerable
                .Range(0, Pairs)
                .Select(_ =>
                    (
                        random.Star(30 + place.NextDouble() * 0.3, 45 + place.NextDouble() * 0.3, 0.2),
                        random.Star(
                            30 + place.NextDouble() * 0.3,
                            45 + place.NextDouble() * 0.3,
                            0.001 + place.NextDouble() * 0.2
                        )
                    )
                ),
        ];
    }

    private static Polygon Theirs(Outline outline) =>
        Factory.CreatePolygon([
            .. outline.Shell.Append(outline.Shell[0]).Select(v => new Coordinate(v.Longitude, v.Latitude)),
        ]);

    private static string Text(Outline outline) =>
        $"POLYGON(({string.Join(',', outline.Shell.Append(outline.Shell[0]).Select(v => FormattableString.Invariant($"{v.Longitude:R} {v.Latitude:R}")))}))";

    private static async Task RunFileAsync(PostgresCluster cluster, string database, string file)
    {
        using var psql = Process.Start(
            new ProcessStartInfo(
                "psql",
                ["-h", cluster.Folder, "-U", "parley", "-d", database, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file]
            )
            {
                WorkingDirectory = "/",
            }
        )!;
        await psql.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, psql.ExitCode);
    }
}
