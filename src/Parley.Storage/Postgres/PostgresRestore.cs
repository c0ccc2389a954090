using Npgsql;

namespace Parley.Storage.Postgres;

/// <summary>The copied tables back in an empty database, in one transaction: schema as it was, rows, mark.</summary>
internal static class PostgresRestore
{
    private const int BufferLength = 1 << 20;

    internal static void Into(
        PostgresLocation location,
        string folder,
        int migration,
        string mark,
        TimeProvider clock,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        try
        {
            using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(location.ConnectionString)
                {
                    Pooling = false,
                    TcpKeepAlive = true,
                }.ConnectionString
            );
            connection.Open();
            using var transaction = connection.BeginTransaction();
            // No station opens the database meanwhile; and none is using it.
            if (!(bool)Value(connection, $"SELECT pg_try_advisory_xact_lock({PostgresWriter.LockKey})")!)
                throw Refused(StoreFaultKind.Locked, "is in use by a station");
            if (Value(connection, "SELECT 1 FROM pg_namespace WHERE nspname = 'parley'") is not null)
                throw Refused(
                    StoreFaultKind.Unsuitable,
                    "has a schema parley already; a backup is restored to a database without one"
                );
            Run(connection, "CREATE SCHEMA parley; CREATE TABLE parley.schema_version (version integer PRIMARY KEY)");
            var steps = Migrations.Of("postgres");
            for (var step = 0; step < migration; step++)
            {
                Run(connection, steps[step]);
                Run(connection, $"INSERT INTO parley.schema_version (version) VALUES ({step + 1})");
            }
            var tables = PostgresTables.InOrder(connection);
            var files = tables
                .Select(table => new FileInfo(Path.Combine(folder, PostgresTables.FileOf(table))))
                .ToList();
            var total = files.Sum(file => file.Length);
            long done = 0;
            for (var i = 0; i < tables.Count; i++)
            {
                done = Copy(connection, tables[i], files[i].FullName, done, total, progress, ct);
                PostgresTables.ContinueNumbers(connection, tables[i]);
            }
            using (
                var put = new NpgsqlCommand(
                    "INSERT INTO parley.meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    connection
                )
            )
            {
                put.Parameters.Add(new NpgsqlParameter { Value = mark });
                put.Parameters.Add(new NpgsqlParameter { Value = new byte[] { 1 } });
                put.ExecuteNonQuery();
            }
            transaction.Commit();
            foreach (var table in tables)
                Run(connection, $"ANALYZE parley.\"{table}\"");
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw PostgresFaults.Explain(e, location.Description, clock.GetUtcNow());
        }

        StoreFaultException Refused(StoreFaultKind kind, string what) =>
            new(new StoreFault(kind, $"{location.Description} {what}", clock.GetUtcNow()));
    }

    private static long Copy(
        NpgsqlConnection connection,
        string table,
        string path,
        long done,
        long total,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var copy = connection.BeginRawBinaryCopy(
            $"COPY {PostgresTables.Columns(connection, table)} FROM STDIN (FORMAT binary)"
        );
        var buffer = new byte[BufferLength];
        try
        {
            for (int read; (read = file.Read(buffer)) > 0; )
            {
                ct.ThrowIfCancellationRequested();
                copy.Write(buffer, 0, read);
                progress(done += read, total);
            }
        }
        catch
        {
            copy.Cancel();
            throw;
        }
        return done;
    }

#pragma warning disable CA2100 // Every text comes from this assembly; values are parameters.
    private static void Run(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static object? Value(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }
#pragma warning restore CA2100
}
