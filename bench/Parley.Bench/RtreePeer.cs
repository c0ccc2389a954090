using Parley.Deconfliction;
using SQLitePCL;

namespace Parley.Bench;

/// <summary>SQLite's R*Tree over longitude, latitude, altitude and time, in memory, asked by a prepared statement in
/// this process.</summary>
internal sealed class RtreePeer : IDisposable
{
    private readonly sqlite3 db;
    private readonly sqlite3_stmt query;

    internal RtreePeer()
    {
        Batteries_V2.Init();
        Check(raw.sqlite3_open(":memory:", out db));
        Execute("CREATE VIRTUAL TABLE v USING rtree_i32(id, x0, x1, y0, y1, z0, z1, t0, t1)");
        Check(
            raw.sqlite3_prepare_v2(
                db,
                "SELECT id FROM v WHERE x0 <= ?1 AND x1 >= ?2 AND y0 <= ?3 AND y1 >= ?4 AND z0 <= ?5 AND z1 >= ?6 AND t0 <= ?7 AND t1 >= ?8",
                out query
            )
        );
    }

    internal void Fill(IReadOnlyList<IndexedVolume> all)
    {
        Execute("BEGIN");
        Check(raw.sqlite3_prepare_v2(db, "INSERT INTO v VALUES (?1, ?3, ?2, ?5, ?4, ?7, ?6, ?9, ?8)", out var insert));
        for (var i = 0; i < all.Count; i++)
        {
            raw.sqlite3_bind_int(insert, 1, i);
            Bind(insert, 2, all[i].Volume);
            if (raw.sqlite3_step(insert) != raw.SQLITE_DONE)
                throw new BenchFailure(raw.sqlite3_errmsg(db).utf8_to_string());
            raw.sqlite3_reset(insert);
        }
        raw.sqlite3_finalize(insert);
        Execute("COMMIT");
    }

    internal int Find(Volume4D probe, IndexedVolume[] all)
    {
        Bind(query, 1, probe);
        var found = 0;
        while (raw.sqlite3_step(query) == raw.SQLITE_ROW)
        {
            if (probe.ConflictsWith(all[raw.sqlite3_column_int(query, 0)].Volume, Separation.None))
                found++;
        }
        raw.sqlite3_reset(query);
        return found;
    }

    /// <summary>Most, then least of each dimension, in the steps that our own coarse pass takes: 2.6e-7 degree, a
    /// millimetre, a second.</summary>
    private static void Bind(sqlite3_stmt statement, int first, Volume4D volume)
    {
        var (low, high) = volume.Outline.Bounds;
        raw.sqlite3_bind_int(statement, first, (int)(high.X / 256) + 1);
        raw.sqlite3_bind_int(statement, first + 1, (int)(low.X / 256));
        raw.sqlite3_bind_int(statement, first + 2, (int)(high.Y / 256) + 1);
        raw.sqlite3_bind_int(statement, first + 3, (int)(low.Y / 256));
        raw.sqlite3_bind_int(statement, first + 4, volume.Altitude.Upper);
        raw.sqlite3_bind_int(statement, first + 5, volume.Altitude.Lower);
        raw.sqlite3_bind_int(
            statement,
            first + 6,
            (int)((volume.Time.EndsAt!.Value.ToUnixTimeMilliseconds() + 999) / 1000)
        );
        raw.sqlite3_bind_int(statement, first + 7, (int)volume.Time.StartsAt!.Value.ToUnixTimeSeconds());
    }

    private void Execute(string sql) => Check(raw.sqlite3_exec(db, sql));

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw new BenchFailure($"SQLite: {code}");
    }

    public void Dispose()
    {
        raw.sqlite3_finalize(query);
        raw.sqlite3_close(db);
    }
}
