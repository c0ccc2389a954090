using System.Buffers.Binary;
using Npgsql;
using NpgsqlTypes;
using Parley.Deconfliction;
using Parley.Testing.Stores;

namespace Parley.Bench;

/// <summary>PostGIS in a server of its own: one table, one GiST index over the plan view, the window and the band, one
/// prepared query.</summary>
internal sealed class PostgisPeer : IAsyncDisposable
{
    private const int CircleCorners = 64;
    private const string Query =
        "SELECT id FROM v WHERE geom && $1::geometry AND during && $2 AND band && $3 AND ST_Intersects(geom, $1::geometry)";

    private readonly PostgresCluster cluster;
    private readonly NpgsqlConnection connection;
    private NpgsqlCommand? query;

    private PostgisPeer(PostgresCluster cluster, NpgsqlConnection connection) =>
        (this.cluster, this.connection) = (cluster, connection);

    internal static async Task<PostgisPeer?> TryStartAsync(CancellationToken ct)
    {
        if (await PostgresCluster.TryStartAsync() is not { } cluster)
            return null;
        var database = (await cluster.CreateDatabaseAsync()).Split('/')[3].Split('?')[0];
        var opened = new NpgsqlConnection(
            $"Host={cluster.Folder};Username=parley;Database={database};Command Timeout=600;Include Error Detail=true"
        );
        await opened.OpenAsync(ct);
        var peer = new PostgisPeer(cluster, opened);
        if (
            await peer.TextAsync("SELECT count(*)::text FROM pg_available_extensions WHERE name = 'postgis'", ct) == "1"
        )
            return peer;
        await peer.DisposeAsync();
        return null;
    }

    internal async Task FillAsync(IReadOnlyList<IndexedVolume> all, CancellationToken ct)
    {
        await RunAsync(
            "CREATE EXTENSION postgis; SET maintenance_work_mem = '1GB'; CREATE UNLOGGED TABLE v (id int NOT NULL, geom geometry NOT NULL, during tstzrange NOT NULL, band numrange NOT NULL)",
            ct
        );
        await using (var copy = await connection.BeginTextImportAsync("COPY v FROM STDIN", ct))
        {
            for (var i = 0; i < all.Count; i++)
            {
                var v = all[i].Volume;
                await copy.WriteAsync(
                    FormattableString.Invariant(
                        $"{i}\t{Convert.ToHexString(Shape(v.Outline))}\t[{v.Time.StartsAt:O},{v.Time.EndsAt:O}]\t[{v.Altitude.Lower / 1000m},{v.Altitude.Upper / 1000m}]\n"
                    )
                );
            }
        }
        await RunAsync(
            "CREATE INDEX ON v USING gist (geom, during, band); ANALYZE v; SET jit = off; SET plan_cache_mode = force_generic_plan",
            ct
        );
        query = Command(Query);
        await query.PrepareAsync(ct);
    }

    internal async Task<string> PlanAsync(Volume4D probe, CancellationToken ct)
    {
        await using var explain = Command("EXPLAIN " + Query);
        Set(explain, probe);
        await using var reader = await explain.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? reader.GetString(0).Split("  (")[0] : "none";
    }

    internal int Find(Volume4D probe)
    {
        Set(query!, probe);
        using var reader = query!.ExecuteReader();
        var found = 0;
        while (reader.Read())
            found++;
        return found;
    }

    private NpgsqlCommand Command(string sql) =>
        new(sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bytea },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTzRange },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.NumericRange },
            },
        };

    private static void Set(NpgsqlCommand command, Volume4D probe)
    {
        command.Parameters[0].Value = Shape(probe.Outline);
        command.Parameters[1].Value = new NpgsqlRange<DateTime>(
            probe.Time.StartsAt!.Value.UtcDateTime,
            probe.Time.EndsAt!.Value.UtcDateTime
        );
        command.Parameters[2].Value = new NpgsqlRange<decimal>(
            probe.Altitude.Lower / 1000m,
            probe.Altitude.Upper / 1000m
        );
    }

    /// <summary>Well-known binary of the outline; a circle as a polygon of 64 corners, as GeoJSON would carry
    /// it.</summary>
    private static byte[] Shape(Outline outline)
    {
        var ring = outline.IsCircle ? Corners(outline) : [.. outline.Shell.Select(v => (v.Longitude, v.Latitude))];
        var bytes = new byte[13 + 16 * (ring.Length + 1)];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), 3);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(9), ring.Length + 1);
        for (var i = 0; i <= ring.Length; i++)
        {
            var (x, y) = ring[i % ring.Length];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(13 + 16 * i), x);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(21 + 16 * i), y);
        }
        return bytes;
    }

    private static (double, double)[] Corners(Outline circle)
    {
        var (x, y) = (circle.Centre.Longitude, circle.Centre.Latitude);
        // Metres in a degree at this latitude (WGS 84).
        var rad = y * Math.PI / 180;
        var north = circle.Radius / (111_132.95 - 559.85 * Math.Cos(2 * rad) + 1.17 * Math.Cos(4 * rad));
        var east = circle.Radius / (111_412.88 * Math.Cos(rad) - 93.50 * Math.Cos(3 * rad));
        return
        [
            .. Enumerable
                .Range(0, CircleCorners)
                .Select(i =>
                    (
                        x + east * Math.Cos(2 * Math.PI * i / CircleCorners),
                        y + north * Math.Sin(2 * Math.PI * i / CircleCorners)
                    )
                ),
        ];
    }

    private async Task RunAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<string?> TextAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (query is not null)
            await query.DisposeAsync();
        await connection.DisposeAsync();
        await cluster.DisposeAsync();
    }
}
