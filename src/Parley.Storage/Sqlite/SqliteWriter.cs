using Parley.Crypto;
using Parley.Record;
using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>The one connection that writes. Opened anew after a fault.</summary>
internal sealed class SqliteWriter(string path, TimeProvider clock) : IGroupWriter
{
    /// <summary>How long another process's lock is waited for, in milliseconds.</summary>
    internal const int BusyTimeoutMs = 1000;

    /// <summary>Bytes in a page of a new database. Entries with 1 KiB bodies fill pages of 4 KiB to three quarters
    /// only, and a fifth more is written.</summary>
    private const int PageBytes = 8192;

    /// <summary>Pages in the WAL (16 MiB) after which a commit copies it into the database.</summary>
    private const int CheckpointPages = (16 << 20) / PageBytes;

    /// <summary>Bytes of WAL at which readers are waited for, so that it can start over.</summary>
    internal const long MaxWalBytes = 64L << 20;

    /// <summary>Bytes in SQLite's smallest page.</summary>
    private const int SmallestPage = 512;

    /// <summary>A file up to this size is checked as a whole when it is opened; for a larger one it would take too
    /// long.</summary>
    private const long MaxCheckedBytes = 64L << 20;

    private Database? database;
    private SqliteInserts? inserts;
    private bool committing;

    /// <summary>Bytes of WAL at which it is next tried to start it over.</summary>
    private long walLimit = MaxWalBytes;

    public Ledger Recover()
    {
        Close();
        database = new Database(path, raw.SQLITE_OPEN_READWRITE, BusyTimeoutMs);
        database.Run($"PRAGMA page_size = {PageBytes}; PRAGMA journal_mode = WAL");
        if (database.Text("PRAGMA journal_mode") != "wal")
            throw new SqliteException(raw.SQLITE_READONLY, "write-ahead logging is not possible here");
        database.Run(
            $"""
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA cache_size = -16384;
            PRAGMA wal_autocheckpoint = {CheckpointPages};
            PRAGMA journal_size_limit = {MaxWalBytes};
            """
        );
        Migrate(database);
        inserts = new SqliteInserts(database);
        // The first commit settles a commit that failed half way: it overwrites whatever that left behind in the WAL.
        Transact([new Staged(new Probe(clock.GetUtcNow()), 0, 0, 0, [])]);
        return ReadLedger(database);
    }

    /// <summary>Looks for damage before anything is built on the file. Only at opening: a running station meets it as
    /// an error.</summary>
    internal void CheckIntegrity()
    {
        var length = new FileInfo(path).Length;
        if (length == 0)
            return;
        // SQLite takes a file shorter than its smallest page for an empty one and would write over it.
        if (length < SmallestPage)
            throw new SqliteException(raw.SQLITE_NOTADB, "file is not a database");
        if (length > MaxCheckedBytes)
            return;
        using var checker = new Database(path, raw.SQLITE_OPEN_READWRITE, BusyTimeoutMs);
        var finding = checker.Text("PRAGMA integrity_check(1)");
        if (finding != "ok")
            throw new SqliteException(raw.SQLITE_CORRUPT, $"integrity check: {finding}");
    }

    public void Write(IReadOnlyList<Staged> group) => Transact(group);

    public StoreFaultException Explain(Exception exception)
    {
        var explained = SqliteFaults.Explain(exception, path, clock.GetUtcNow(), committing);
        committing = false;
        return explained;
    }

    private void Transact(IReadOnlyList<Staged> group)
    {
        var db = database!;
        db.Run("BEGIN IMMEDIATE");
        try
        {
            for (var i = 0; i < group.Count; i++)
                inserts!.Add(group[i]);
            inserts!.EndGroup();
            committing = true;
            db.Run("COMMIT");
            committing = false;
        }
        catch
        {
            if (db.InTransaction)
                TryRollBack(db);
            throw;
        }
        if (new FileInfo(path + "-wal") is not { Exists: true } wal || wal.Length <= walLimit)
            return;
        // While a backup or a check reads, the WAL cannot start over, and every try to make it waits for the reader:
        // not at each commit, then.
        walLimit = db.Checkpoint() ? MaxWalBytes : wal.Length + MaxWalBytes;
    }

    private static void TryRollBack(Database db)
    {
        try
        {
            db.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite may have rolled back by itself; and the connection is closed before it is used again.
        }
    }

    private void Migrate(Database db)
    {
        var steps = Migrations.Of("sqlite");
        var stored =
            db.Number("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'") == 0
                ? 0
                : db.Number("SELECT max(version) FROM schema_version");
        if (stored > steps.Count)
            throw Migrations.Newer(path, stored, steps.Count, clock.GetUtcNow());
        if (stored == 0 && db.Number("SELECT count(*) FROM sqlite_schema WHERE name NOT IN ('schema_version')") != 0)
        {
            throw new StoreFaultException(
                new StoreFault(StoreFaultKind.Unsuitable, $"{path} is some other program's database", clock.GetUtcNow())
            );
        }
        for (var step = (int)stored; step < steps.Count; step++)
        {
            db.Run("BEGIN IMMEDIATE");
            db.Run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT");
            db.Run(steps[step]);
            db.Run($"INSERT INTO schema_version (version) VALUES ({step + 1})");
            db.Run("COMMIT");
        }
    }

    private static Ledger ReadLedger(Database db)
    {
        var ledger = new Ledger { LastArrival = db.Number("SELECT max(arrival) FROM entries") };
        var feeds = new Dictionary<int, Origin>();
        foreach (var row in Rows(db, "SELECT id, line, document FROM lines"))
            ledger.Load((int)row.Long(0), LineId.Parse(row.Text(1)), row.Span(2));
        foreach (var row in Rows(db, "SELECT f.id, l.line, f.party, f.size FROM feeds f JOIN lines l ON l.id = f.line"))
        {
            var feed = new Origin(LineId.Parse(row.Text(1)), PartyId.Parse(row.Text(2)));
            feeds.Add((int)row.Long(0), feed);
            ledger.Load((int)row.Long(0), feed, (ulong)row.Long(3));
        }
        foreach (var row in Rows(db, "SELECT feed, cosigner, size FROM cosignatures"))
            ledger.Load(feeds[(int)row.Long(0)], PartyId.Parse(row.Text(1)), (ulong)row.Long(2));
        foreach (var row in Rows(db, "SELECT feed, commitment, length, held, complete FROM attachments"))
            ledger.Load(new AttachmentState(AttachmentOf(row), row.Long(2), row.Long(3), row.Long(4) != 0));
        return ledger;
    }

    public StationSnapshot Load()
    {
        var db = database!;
        var meta = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var lines = new List<LineRow>();
        var feeds = new List<FeedRow>();
        var attachments = new List<AttachmentState>();
        foreach (var row in Rows(db, "SELECT key, value FROM meta"))
            meta.Add(row.Text(0), row.Blob(1));
        foreach (var row in Rows(db, "SELECT line, document, standing, at FROM lines ORDER BY id"))
            lines.Add(
                new LineRow(
                    LineId.Parse(row.Text(0)),
                    row.Blob(1),
                    (LineStanding)row.Long(2),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.Long(3))
                )
            );
        foreach (
            var row in Rows(
                db,
                "SELECT l.line, f.party, f.size, f.root, f.checkpoint FROM feeds f JOIN lines l ON l.id = f.line ORDER BY f.id"
            )
        )
            feeds.Add(
                new FeedRow(
                    new Origin(LineId.Parse(row.Text(0)), PartyId.Parse(row.Text(1))),
                    (ulong)row.Long(2),
                    new Hash(row.Span(3)),
                    row.Blob(4)
                )
            );
        foreach (
            var row in Rows(db, "SELECT feed, commitment, length, held FROM attachments WHERE complete = 0 ORDER BY id")
        )
            attachments.Add(new AttachmentState(AttachmentOf(row), row.Long(2), row.Long(3), Complete: false));
        var bytes = new Dictionary<Origin, long>();
        foreach (var row in Rows(db, "SELECT feed, sum(length) FROM attachments GROUP BY feed"))
            if (Origin.TryParse(row.Text(0), out var feed))
                bytes[feed] = row.Long(1);
        return new StationSnapshot(meta, lines, feeds, db.Number("SELECT max(arrival) FROM entries"), attachments)
        {
            AttachmentBytes = bytes,
        };
    }

    private static AttachmentId AttachmentOf(Statement row) =>
        Origin.TryParse(row.Text(0), out var feed)
            ? new AttachmentId(feed, new Hash(row.Span(1)))
            : throw new FormatException("an attachment's feed is not an origin");

    private static IEnumerable<Statement> Rows(Database db, string sql)
    {
        var statement = db.Prepare(sql);
        while (statement.Step())
            yield return statement;
        statement.Reset();
    }

    private void Close()
    {
        database?.Dispose();
        database = null;
    }

    public void Dispose() => Close();
}
