using Npgsql;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage.Postgres;

/// <summary>The one session that writes, and holds the advisory lock that keeps a second station away. Opened anew
/// after a fault.</summary>
internal sealed class PostgresWriter(PostgresLocation location, TimeProvider clock) : IGroupWriter
{
    /// <summary>Key of the session-level advisory lock: "parley" in ASCII.</summary>
    internal const long LockKey = 0x7061726c6579;

    /// <summary>How long the lock is waited for: a session that was cut off gives it back when the server
    /// notices.</summary>
    private const int LockWaitSeconds = 3;

    private NpgsqlConnection? connection;
    private PostgresInserts? inserts;
    private bool committing;

    public Ledger Recover()
    {
        Close();
        connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(location.ConnectionString)
            {
                Pooling = false,
                TcpKeepAlive = true,
                MaxAutoPrepare = 32,
                AutoPrepareMinUsages = 2,
            }.ConnectionString
        );
        connection.Open();
        // Whoever holds the lock has seen every earlier holder's transaction end: this settles what a lost COMMIT came
        // to.
        TakeLock();
        CheckSettings();
        Migrate();
        inserts = new PostgresInserts(connection);
        Transact([new Staged(new Probe(clock.GetUtcNow()), 0, 0, 0, [])]);
        return ReadLedger();
    }

    public void Write(IReadOnlyList<Staged> group) => Transact(group);

    public StoreFaultException Explain(Exception exception)
    {
        var explained = PostgresFaults.Explain(exception, location.Description, clock.GetUtcNow(), committing);
        committing = false;
        return explained;
    }

    private void Transact(IReadOnlyList<Staged> group)
    {
        using var transaction = connection!.BeginTransaction();
        inserts!.Add(group, transaction);
        committing = true;
        transaction.Commit();
        committing = false;
    }

    private void TakeLock()
    {
        Run($"SET lock_timeout = '{LockWaitSeconds}s'");
        try
        {
            Run($"SELECT pg_advisory_lock({LockKey})");
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreFaultException(
                new StoreFault(
                    StoreFaultKind.Locked,
                    $"{location.Description} is in use by another station (advisory lock {LockKey})",
                    clock.GetUtcNow()
                ),
                inner: exception
            );
        }
    }

    /// <summary>A cosignature promises that entries are on a disk; a server told not to write them there cannot keep
    /// that promise.</summary>
    private void CheckSettings()
    {
        if (Text("SHOW fsync") == "on" && Text("SHOW synchronous_commit") != "off")
            return;
        throw new StoreFaultException(
            new StoreFault(
                StoreFaultKind.Unsuitable,
                $"{location.Description} runs with fsync or synchronous_commit off: nothing would be durable",
                clock.GetUtcNow()
            )
        );
    }

    private void Migrate()
    {
        Run("CREATE SCHEMA IF NOT EXISTS parley");
        Run("CREATE TABLE IF NOT EXISTS parley.schema_version (version integer PRIMARY KEY)");
        var steps = Migrations.Of("postgres");
        var stored = Number("SELECT coalesce(max(version), 0)::bigint FROM parley.schema_version");
        if (stored > steps.Count)
            throw Migrations.Newer(location.Description, stored, steps.Count, clock.GetUtcNow());
        for (var step = (int)stored; step < steps.Count; step++)
        {
            using var transaction = connection!.BeginTransaction();
            Run(steps[step]);
            Run($"INSERT INTO parley.schema_version (version) VALUES ({step + 1})");
            transaction.Commit();
        }
    }

    private Ledger ReadLedger()
    {
        var ledger = new Ledger { LastArrival = LastArrival() };
        var feeds = new Dictionary<int, Origin>();
        Each(
            "SELECT id, line, document FROM parley.lines",
            r => ledger.Load(r.GetInt32(0), LineId.Parse(r.GetString(1)), r.GetFieldValue<byte[]>(2))
        );
        Each(
            "SELECT f.id, l.line, f.party, f.size FROM parley.feeds f JOIN parley.lines l ON l.id = f.line",
            r =>
            {
                var feed = new Origin(LineId.Parse(r.GetString(1)), PartyId.Parse(r.GetString(2)));
                feeds.Add(r.GetInt32(0), feed);
                ledger.Load(r.GetInt32(0), feed, (ulong)r.GetInt64(3));
            }
        );
        Each(
            "SELECT feed, cosigner, size FROM parley.cosignatures",
            r => ledger.Load(feeds[r.GetInt32(0)], PartyId.Parse(r.GetString(1)), (ulong)r.GetInt64(2))
        );
        Each(
            "SELECT feed, commitment, length, held, complete FROM parley.attachments",
            r => ledger.Load(new AttachmentState(AttachmentOf(r), r.GetInt64(2), r.GetInt64(3), r.GetBoolean(4)))
        );
        return ledger;
    }

    public StationSnapshot Load()
    {
        var meta = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var lines = new List<LineRow>();
        var feeds = new List<FeedRow>();
        var attachments = new List<AttachmentState>();
        Each("SELECT key, value FROM parley.meta", r => meta.Add(r.GetString(0), r.GetFieldValue<byte[]>(1)));
        Each(
            "SELECT line, document, standing, at FROM parley.lines ORDER BY id",
            r =>
                lines.Add(
                    new LineRow(
                        LineId.Parse(r.GetString(0)),
                        r.GetFieldValue<byte[]>(1),
                        (LineStanding)r.GetInt16(2),
                        DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(3))
                    )
                )
        );
        Each(
            "SELECT l.line, f.party, f.size, f.root, f.checkpoint FROM parley.feeds f JOIN parley.lines l ON l.id = f.line ORDER BY f.id",
            r =>
                feeds.Add(
                    new FeedRow(
                        new Origin(LineId.Parse(r.GetString(0)), PartyId.Parse(r.GetString(1))),
                        (ulong)r.GetInt64(2),
                        HashOf(r.GetFieldValue<byte[]>(3)),
                        r.GetFieldValue<byte[]>(4)
                    )
                )
        );
        Each(
            "SELECT feed, commitment, length, held FROM parley.attachments WHERE NOT complete ORDER BY id",
            r => attachments.Add(new AttachmentState(AttachmentOf(r), r.GetInt64(2), r.GetInt64(3), Complete: false))
        );
        var bytes = new Dictionary<Origin, long>();
        Each(
            "SELECT feed, sum(length)::bigint FROM parley.attachments GROUP BY feed",
            r =>
            {
                if (Origin.TryParse(r.GetString(0), out var feed))
                    bytes[feed] = r.GetInt64(1);
            }
        );
        return new StationSnapshot(meta, lines, feeds, LastArrival(), attachments) { AttachmentBytes = bytes };
    }

    private static AttachmentId AttachmentOf(NpgsqlDataReader row) =>
        Origin.TryParse(row.GetString(0), out var feed)
            ? new AttachmentId(feed, HashOf(row.GetFieldValue<byte[]>(1)))
            : throw new FormatException("an attachment's feed is not an origin");

    /// <summary>A hash column; another length means that the row is damaged.</summary>
    internal static Hash HashOf(byte[] bytes) =>
        bytes.Length == Hash.Length ? new Hash(bytes) : throw new FormatException("a stored hash is not 32 bytes");

    private long LastArrival() => Number("SELECT coalesce(max(arrival), 0) FROM parley.entries");

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private long Number(string sql)
    {
        using var command = Command(sql);
        return (long)command.ExecuteScalar()!;
    }

    private string Text(string sql)
    {
        using var command = Command(sql);
        return (string)command.ExecuteScalar()!;
    }

    private void Each(string sql, Action<NpgsqlDataReader> row)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            row(reader);
    }

#pragma warning disable CA2100 // Every text comes from this assembly; values are parameters.
    private NpgsqlCommand Command(string sql) => new(sql, connection);
#pragma warning restore CA2100

    private void Close()
    {
        connection?.Dispose();
        connection = null;
    }

    public void Dispose() => Close();
}
