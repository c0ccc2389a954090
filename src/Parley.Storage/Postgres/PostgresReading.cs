using Npgsql;

namespace Parley.Storage.Postgres;

/// <summary>One read-only transaction, REPEATABLE READ: every statement in it sees the state of the first (PostgreSQL
/// 15, 13.2.2).</summary>
internal sealed class PostgresReading : IStoreReading
{
    /// <summary>Bytes of a table's copy written between two looks at whether to give up.</summary>
    private const int CopyBuffer = 1 << 20;

    /// <summary>Bytes of headers and bodies after which a read of entries ends.</summary>
    private const long MaxReadBytes = 8L << 20;

    /// <summary>Seconds that a table or an index may take to be checked by the server.</summary>
    private const int CheckTimeoutSeconds = 24 * 3600;

    private readonly PostgresLocation location;
    private readonly TimeProvider clock;
    private readonly NpgsqlConnection connection;

    private PostgresReading(PostgresLocation location, TimeProvider clock, NpgsqlConnection connection)
    {
        this.location = location;
        this.clock = clock;
        this.connection = connection;
    }

    internal static PostgresReading Open(PostgresLocation location, TimeProvider clock)
    {
        var opened = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(location.ConnectionString)
            {
                Pooling = false,
                TcpKeepAlive = true,
                MaxAutoPrepare = 16,
                AutoPrepareMinUsages = 2,
            }.ConnectionString
        );
        var reading = new PostgresReading(location, clock, opened);
        try
        {
            return reading.Guarded(() =>
            {
                opened.Open();
                reading.Run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                if (
                    reading.List("SELECT to_regclass('parley.schema_version') IS NOT NULL", r => r.GetBoolean(0))
                    is not [true]
                )
                    throw reading.Unsuitable("holds no station's record");
                var stored = reading.List(
                    "SELECT coalesce(max(version), 0) FROM parley.schema_version",
                    r => r.GetInt32(0)
                )[0];
                var known = Migrations.Of("postgres").Count;
                if (stored > known)
                    throw Migrations.Newer(location.Description, stored, known, clock.GetUtcNow());
                reading.Migration = stored;
                return reading;
            });
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public string Description => location.Description;
    public string Kind => "postgres";
    public int Migration { get; private set; }

    public IReadOnlyList<DatabaseFinding> CheckDatabase(CancellationToken ct)
    {
        if (List("SELECT extversion FROM pg_extension WHERE extname = 'amcheck'", r => r.GetString(0)).Count == 0)
            return
            [
                new DatabaseFinding(
                    "the database has no extension amcheck: its tables are read here, its indexes are not checked (CREATE EXTENSION amcheck, as its owner)",
                    IsFault: false
                ),
            ];
        var findings = new List<DatabaseFinding>();
        var indexes = List(
            "SELECT c.oid, c.relname FROM pg_class c JOIN pg_am m ON m.oid = c.relam WHERE c.relnamespace = 'parley'::regnamespace AND c.relkind = 'i' AND m.amname = 'btree' ORDER BY c.relname",
            r => (r.GetFieldValue<uint>(0), r.GetString(1))
        );
        var tables = List(
            "SELECT oid, relname FROM pg_class WHERE relnamespace = 'parley'::regnamespace AND relkind = 'r' ORDER BY relname",
            r => (r.GetFieldValue<uint>(0), r.GetString(1))
        );
        foreach (var (oid, name) in indexes)
            Look($"SELECT bt_index_check({oid}, true)", $"index {name}", isRows: false);
        foreach (var (oid, name) in tables)
            Look(
                $"SELECT blkno, coalesce(offnum, 0), msg FROM verify_heapam({oid}) LIMIT 20",
                $"table {name}",
                isRows: true
            );
        return findings;

        void Look(string sql, string what, bool isRows)
        {
            ct.ThrowIfCancellationRequested();
            // A failed statement would end the transaction, and with it the state that is looked at.
            Run("SAVEPOINT look");
            try
            {
                using var command = Command(sql);
                command.CommandTimeout = CheckTimeoutSeconds;
                using var reader = command.ExecuteReader();
                while (reader.Read())
                {
                    if (isRows)
                        findings.Add(
                            new DatabaseFinding(
                                $"{what}, block {reader.GetValue(0)}, item {reader.GetValue(1)}: {reader.GetString(2)}",
                                IsFault: true
                            )
                        );
                }
            }
            catch (PostgresException e)
            {
                var refused =
                    e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFunction;
                findings.Add(
                    new DatabaseFinding(
                        $"{what}: {e.MessageText}{(refused ? " (not checked)" : "")}",
                        IsFault: !refused
                    )
                );
                Run("ROLLBACK TO SAVEPOINT look");
            }
        }
    }

    public IReadOnlyList<RawMeta> Meta() =>
        List("SELECT key, value FROM parley.meta", r => new RawMeta(r.GetString(0), Bytes(r, 1)));

    public IReadOnlyList<RawLine> Lines() =>
        List(
            "SELECT id, line, document, standing FROM parley.lines ORDER BY id",
            r => new RawLine(r.GetInt32(0), r.GetString(1), Bytes(r, 2), r.GetInt16(3))
        );

    public IReadOnlyList<RawFeed> Feeds() =>
        List(
            "SELECT id, line, party, size, root, checkpoint FROM parley.feeds ORDER BY id",
            r => new RawFeed(r.GetInt32(0), r.GetInt32(1), r.GetString(2), r.GetInt64(3), Bytes(r, 4), Bytes(r, 5))
        );

    public IReadOnlyList<RawFork> Forks() =>
        List(
            "SELECT line, feed, first, second FROM parley.forks ORDER BY id",
            r => new RawFork(r.GetString(0), r.GetString(1), Bytes(r, 2), Bytes(r, 3))
        );

    public IReadOnlyList<RawAttachment> Attachments() =>
        List(
            "SELECT id, feed, commitment, length, held, complete FROM parley.attachments ORDER BY id",
            r => new RawAttachment(
                r.GetInt64(0),
                r.GetString(1),
                Bytes(r, 2),
                r.GetInt64(3),
                r.GetInt64(4),
                r.GetBoolean(5)
            )
        );

    public RawSpan Arrivals() =>
        List(
            "SELECT count(*), coalesce(min(arrival), 0), coalesce(max(arrival), 0) FROM parley.entries",
            r => new RawSpan(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2))
        )[0];

    public long CountEntries(long feed) =>
        List("SELECT count(*) FROM parley.entries WHERE feed = $1", r => r.GetInt64(0), (int)feed)[0];

    public long CountSubtrees(long feed) =>
        List("SELECT count(*) FROM parley.subtrees WHERE feed = $1", r => r.GetInt64(0), (int)feed)[0];

    public IReadOnlyList<RawEntry> Entries(long feed, long from, int max)
    {
        var entries = new List<RawEntry>();
        // Both are asked for by size: what does not fit is not brought here to be thrown away.
        long bytes = 0;
        Each(
            """
            SELECT arrival, line, seq, header, salt, body FROM (
              SELECT *, sum(octet_length(header) + coalesce(octet_length(body), 0)) OVER (ORDER BY seq) - octet_length(header) - coalesce(octet_length(body), 0) AS before
              FROM (SELECT * FROM parley.entries WHERE feed = $1 AND seq >= $2 ORDER BY seq LIMIT $3) page) sized
            WHERE before < $4 ORDER BY seq
            """,
            r =>
            {
                var entry = new RawEntry(
                    r.GetInt64(0),
                    r.GetInt32(1),
                    r.GetInt64(2),
                    Bytes(r, 3),
                    r.IsDBNull(4) ? null : Bytes(r, 4),
                    r.IsDBNull(5) ? null : Bytes(r, 5)
                );
                entries.Add(entry);
                bytes += entry.Header.Length + (entry.Body?.Length ?? 0);
            },
            (int)feed,
            from,
            (long)max,
            MaxReadBytes
        );
        return entries;
    }

    public IReadOnlyList<RawSubtree> Subtrees(long feed, int level, long from, int max) =>
        List(
            "SELECT number, hash FROM parley.subtrees WHERE feed = $1 AND level = $2 AND number >= $3 ORDER BY number LIMIT $4",
            r => new RawSubtree(r.GetInt64(0), Bytes(r, 1)),
            (int)feed,
            (short)level,
            from,
            (long)max
        );

    public IReadOnlyList<RawSignature> Cosignatures(long feed) =>
        List(
            "SELECT cosigner, size, note_line, checkpoint FROM parley.cosignatures WHERE feed = $1 ORDER BY size",
            r => new RawSignature(r.GetString(0), r.GetInt64(1), null, r.GetString(2), Bytes(r, 3)),
            (int)feed
        );

    public IReadOnlyList<string> DeliveredTo(long feed) =>
        List("SELECT DISTINCT cosigner FROM parley.deliveries WHERE feed = $1", r => r.GetString(0), (int)feed);

    public IReadOnlyList<RawSignature> Deliveries(long feed, string cosigner, long above, int max) =>
        List(
            "SELECT cosigner, size, at, note_line, checkpoint FROM parley.deliveries WHERE feed = $1 AND cosigner = $2 AND size > $3 ORDER BY size LIMIT $4",
            r => new RawSignature(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetString(3), Bytes(r, 4)),
            (int)feed,
            cosigner,
            above,
            (long)max
        );

    public IReadOnlyList<RawChunk> Chunks(long attachment, long from, int max) =>
        List(
            "SELECT start, bytes FROM parley.attachment_chunks WHERE attachment = $1 AND start >= $2 ORDER BY start LIMIT $3",
            r => new RawChunk(r.GetInt64(0), Bytes(r, 1)),
            attachment,
            from,
            (long)max
        );

    public IReadOnlyList<string> CopyTo(string folder, Action<long, long> progress, CancellationToken ct) =>
        Guarded<IReadOnlyList<string>>(() =>
        {
            var names = new List<string>();
            var total = List(
                "SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class WHERE relnamespace = 'parley'::regnamespace AND relkind = 'r'",
                r => r.GetInt64(0)
            )[0];
            var buffer = new byte[CopyBuffer];
            long done = 0;
            foreach (var table in PostgresTables.InOrder(connection))
            {
                var name = PostgresTables.FileOf(table);
                using var file = new FileStream(
                    Path.Combine(folder, name),
                    new FileStreamOptions
                    {
                        Mode = FileMode.CreateNew,
                        Access = FileAccess.Write,
                        BufferSize = 0,
                        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    }
                );
                using (
                    var copy = connection.BeginRawBinaryCopy(
                        $"COPY {PostgresTables.Columns(connection, table)} TO STDOUT (FORMAT binary)"
                    )
                )
                {
                    for (int read; (read = copy.Read(buffer)) > 0; )
                    {
                        if (ct.IsCancellationRequested)
                            copy.Cancel();
                        ct.ThrowIfCancellationRequested();
                        file.Write(buffer, 0, read);
                        progress(done += read, Math.Max(total, done));
                    }
                }
                file.Flush(flushToDisk: true);
                names.Add(name);
            }
            return names;
        });

    private static byte[] Bytes(NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    private StoreFaultException Unsuitable(string what) =>
        new(new StoreFault(StoreFaultKind.Unsuitable, $"{location.Description} {what}", clock.GetUtcNow()));

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private List<T> List<T>(string sql, Func<NpgsqlDataReader, T> row, params ReadOnlySpan<object> parameters)
    {
        var rows = new List<T>();
        Each(sql, r => rows.Add(row(r)), parameters);
        return rows;
    }

    private void Each(string sql, Action<NpgsqlDataReader> row, params ReadOnlySpan<object> parameters)
    {
        try
        {
            using var command = Command(sql);
            foreach (var parameter in parameters)
                command.Parameters.Add(new NpgsqlParameter { Value = parameter });
            using var reader = command.ExecuteReader();
            while (reader.Read())
                row(reader);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or InvalidCastException)
        {
            throw PostgresFaults.Explain(e, location.Description, clock.GetUtcNow());
        }
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
        {
            throw PostgresFaults.Explain(e, location.Description, clock.GetUtcNow());
        }
    }

#pragma warning disable CA2100 // Every text comes from this assembly; values are parameters.
    private NpgsqlCommand Command(string sql) => new(sql, connection);
#pragma warning restore CA2100

    public void Dispose() => connection.Dispose();
}
