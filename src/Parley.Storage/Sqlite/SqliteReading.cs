using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>
/// One read transaction on a SQLite file, of a connection of its own. While it lasts the write-ahead log cannot start
/// over: it grows by what the station
/// writes meanwhile.
/// </summary>
internal sealed class SqliteReading : IStoreReading
{
    /// <summary>Name of the one file that <see cref="CopyTo"/> writes.</summary>
    internal const string FileName = "record.db";

    /// <summary>Pages copied between two looks at whether to give up.</summary>
    private const int PagesAtOnce = 512;

    /// <summary>Findings of SQLite's own check that are asked for.</summary>
    private const int MaxFindings = 100;

    /// <summary>Bytes of headers and bodies after which a read of entries ends.</summary>
    private const long MaxReadBytes = 8L << 20;

    private readonly string path;
    private readonly TimeProvider clock;
    private readonly Database db;
    private readonly Dictionary<string, Statement> statements = new(StringComparer.Ordinal);

    private SqliteReading(string path, TimeProvider clock, Database db)
    {
        this.path = path;
        this.clock = clock;
        this.db = db;
    }

    internal static SqliteReading Open(string path, TimeProvider clock)
    {
        if (!File.Exists(path))
            throw new StoreFaultException(
                new StoreFault(StoreFaultKind.Unreachable, $"there is no database {path}", clock.GetUtcNow())
            );
        try
        {
            return Begin(path, path, raw.SQLITE_OPEN_READONLY, clock);
        }
        catch (SqliteException e)
            when ((e.Code & 0xff) is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY && !IsLogThere(path))
        {
            // A disk that takes no writes has no place for the log's index; without a log there is nothing to index,
            // and nobody can be writing.
            try
            {
                return Begin(
                    path,
                    $"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1",
                    raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI,
                    clock
                );
            }
            catch (SqliteException again)
            {
                throw SqliteFaults.Explain(again, path, clock.GetUtcNow());
            }
        }
        catch (SqliteException e)
        {
            throw SqliteFaults.Explain(e, path, clock.GetUtcNow());
        }
    }

    private static bool IsLogThere(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 };

    private static SqliteReading Begin(string path, string name, int flags, TimeProvider clock)
    {
        var opened = new Database(name, flags, SqliteWriter.BusyTimeoutMs);
        try
        {
            opened.Run(
                "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -32768"
            );
            // The first read fixes the state that every later one sees.
            opened.Run("BEGIN");
            if (opened.Number("SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'") == 0)
                throw new StoreFaultException(
                    new StoreFault(StoreFaultKind.Unsuitable, $"{path} is not a station's database", clock.GetUtcNow())
                );
            var stored = opened.Number("SELECT max(version) FROM schema_version");
            var known = Migrations.Of("sqlite").Count;
            if (stored > known)
                throw Migrations.Newer(path, stored, known, clock.GetUtcNow());
            return new SqliteReading(path, clock, opened) { Migration = (int)stored };
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public string Description => $"sqlite {path}";
    public string Kind => "sqlite";
    public int Migration { get; private init; }

    public IReadOnlyList<DatabaseFinding> CheckDatabase(CancellationToken ct)
    {
        using var giveUp = ct.UnsafeRegister(static state => ((Database)state!).Interrupt(), db);
        try
        {
            var found = List($"PRAGMA integrity_check({MaxFindings})", r => r.Text(0))
                .Where(line => line != "ok")
                .Concat(
                    List(
                        "PRAGMA foreign_key_check",
                        r => $"row {r.Long(1)} of {r.Text(0)} refers to a row of {r.Text(2)} that is not there"
                    )
                );
            return
            [
                .. found
                    .Take(MaxFindings)
                    .Select(line => new DatabaseFinding(line.ReplaceLineEndings(" "), IsFault: true)),
            ];
        }
        catch (StoreFaultException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
    }

    public IReadOnlyList<RawMeta> Meta() => List("SELECT key, value FROM meta", r => new RawMeta(r.Text(0), r.Blob(1)));

    public IReadOnlyList<RawLine> Lines() =>
        List(
            "SELECT id, line, document, standing FROM lines ORDER BY id",
            r => new RawLine(r.Long(0), r.Text(1), r.Blob(2), r.Long(3))
        );

    public IReadOnlyList<RawFeed> Feeds() =>
        List(
            "SELECT id, line, party, size, root, checkpoint FROM feeds ORDER BY id",
            r => new RawFeed(r.Long(0), r.Long(1), r.Text(2), r.Long(3), r.Blob(4), r.Blob(5))
        );

    public IReadOnlyList<RawFork> Forks() =>
        List(
            "SELECT line, feed, first, second FROM forks ORDER BY id",
            r => new RawFork(r.Text(0), r.Text(1), r.Blob(2), r.Blob(3))
        );

    public IReadOnlyList<RawAttachment> Attachments() =>
        List(
            "SELECT id, feed, commitment, length, held, complete FROM attachments ORDER BY id",
            r => new RawAttachment(r.Long(0), r.Text(1), r.Blob(2), r.Long(3), r.Long(4), r.Long(5) != 0)
        );

    public RawSpan Arrivals() =>
        List(
            "SELECT count(*), min(arrival), max(arrival) FROM entries NOT INDEXED",
            r => new RawSpan(r.Long(0), r.Long(1), r.Long(2))
        )[0];

    public long CountEntries(long feed) => List("SELECT count(*) FROM entries WHERE feed = ?", r => r.Long(0), feed)[0];

    public long CountSubtrees(long feed) =>
        List("SELECT count(*) FROM subtrees WHERE feed = ?", r => r.Long(0), feed)[0];

    public IReadOnlyList<RawEntry> Entries(long feed, long from, int max)
    {
        var entries = new List<RawEntry>();
        long bytes = 0;
        Each(
            "SELECT arrival, line, seq, header, salt, body FROM entries WHERE feed = ? AND seq >= ? ORDER BY seq LIMIT ?",
            r =>
            {
                var entry = new RawEntry(
                    r.Long(0),
                    r.Long(1),
                    r.Long(2),
                    r.Blob(3),
                    r.IsNull(4) ? null : r.Blob(4),
                    r.IsNull(5) ? null : r.Blob(5)
                );
                entries.Add(entry);
                bytes += entry.Header.Length + (entry.Body?.Length ?? 0);
                return bytes < MaxReadBytes;
            },
            feed,
            from,
            max
        );
        return entries;
    }

    public IReadOnlyList<RawSubtree> Subtrees(long feed, int level, long from, int max) =>
        List(
            "SELECT number, hash FROM subtrees WHERE feed = ? AND level = ? AND number >= ? ORDER BY number LIMIT ?",
            r => new RawSubtree(r.Long(0), r.Blob(1)),
            feed,
            level,
            from,
            max
        );

    public IReadOnlyList<RawSignature> Cosignatures(long feed) =>
        List(
            "SELECT cosigner, size, note_line, checkpoint FROM cosignatures WHERE feed = ? ORDER BY size",
            r => new RawSignature(r.Text(0), r.Long(1), null, r.Text(2), r.Blob(3)),
            feed
        );

    public IReadOnlyList<string> DeliveredTo(long feed) =>
        List("SELECT DISTINCT cosigner FROM deliveries WHERE feed = ?", r => r.Text(0), feed);

    public IReadOnlyList<RawSignature> Deliveries(long feed, string cosigner, long above, int max) =>
        List(
            "SELECT cosigner, size, at, note_line, checkpoint FROM deliveries WHERE feed = ? AND cosigner = ? AND size > ? ORDER BY size LIMIT ?",
            r => new RawSignature(r.Text(0), r.Long(1), r.Long(2), r.Text(3), r.Blob(4)),
            feed,
            cosigner,
            above,
            max
        );

    public IReadOnlyList<RawChunk> Chunks(long attachment, long from, int max) =>
        List(
            "SELECT offset, bytes FROM attachment_chunks WHERE attachment = ? AND offset >= ? ORDER BY offset LIMIT ?",
            r => new RawChunk(r.Long(0), r.Blob(1)),
            attachment,
            from,
            max
        );

    public IReadOnlyList<string> CopyTo(string folder, Action<long, long> progress, CancellationToken ct)
    {
        var file = Path.Combine(folder, FileName);
        StoreFiles.CreatePrivate(file);
        try
        {
            using var target = new Database(file, raw.SQLITE_OPEN_READWRITE, SqliteWriter.BusyTimeoutMs);
            target.Run("PRAGMA synchronous = OFF"); // synced once, when it is whole
            db.CopyTo(target, PagesAtOnce, progress, ct);
            // One file that stands for itself, and that can be read where nothing can be written.
            target.Run("PRAGMA journal_mode = DELETE");
        }
        catch (SqliteException e)
        {
            throw SqliteFaults.Explain(e, file, clock.GetUtcNow());
        }
        using (var whole = new FileStream(file, FileMode.Open, FileAccess.ReadWrite))
            whole.Flush(flushToDisk: true);
        return [FileName];
    }

    private List<T> List<T>(string sql, Func<Statement, T> row, params ReadOnlySpan<object> parameters)
    {
        var rows = new List<T>();
        Each(
            sql,
            r =>
            {
                rows.Add(row(r));
                return true;
            },
            parameters
        );
        return rows;
    }

    private void Each(string sql, Func<Statement, bool> row, params ReadOnlySpan<object> parameters)
    {
        try
        {
            if (!statements.TryGetValue(sql, out var statement))
                statements.Add(sql, statement = db.Prepare(sql));
            for (var i = 0; i < parameters.Length; i++)
            {
                if (parameters[i] is string text)
                    statement.Bind(i + 1, text);
                else
                    statement.Bind(
                        i + 1,
                        Convert.ToInt64(parameters[i], System.Globalization.CultureInfo.InvariantCulture)
                    );
            }
            try
            {
                while (statement.Step() && row(statement)) { }
            }
            finally
            {
                statement.Reset();
            }
        }
        catch (SqliteException e)
        {
            throw SqliteFaults.Explain(e, path, clock.GetUtcNow());
        }
    }

    public void Dispose() => db.Dispose();
}
