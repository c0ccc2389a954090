using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>A failed call into SQLite: the extended result code (sqlite.org/rescode.html) and SQLite's own
/// message.</summary>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    internal int Code { get; } = code;
}

/// <summary>One SQLite connection, used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 handle;
    private readonly List<Statement> statements = [];

    static Database() => Batteries_V2.Init();

    internal Database(string path, int flags, int busyTimeoutMs)
    {
        var code = raw.sqlite3_open_v2(path, out handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        try
        {
            if (code != raw.SQLITE_OK)
                throw Failure(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, busyTimeoutMs);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    internal bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>Runs statements that return nothing of interest.</summary>
    internal void Run(string sql)
    {
        var code = raw.sqlite3_exec(handle, sql);
        if (code != raw.SQLITE_OK)
            throw Failure(code);
    }

    /// <summary>A statement for one use, which its caller disposes.</summary>
    internal Statement Once(string sql) => new(this, handle, sql);

    internal long Number(string sql)
    {
        using var statement = new Statement(this, handle, sql);
        return statement.Step() ? statement.Long(0) : 0;
    }

    internal string Text(string sql)
    {
        using var statement = new Statement(this, handle, sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>A prepared statement that lives as long as the connection.</summary>
    internal Statement Prepare(string sql)
    {
        var statement = new Statement(this, handle, sql);
        statements.Add(statement);
        return statement;
    }

    /// <summary>Copies the WAL into the database and starts it over; false when readers were in the way.</summary>
    internal bool Checkpoint() =>
        raw.sqlite3_wal_checkpoint_v2(handle, "main", raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _) == raw.SQLITE_OK;

    /// <summary>Makes whatever another thread runs on this connection end with SQLITE_INTERRUPT.</summary>
    internal void Interrupt() => raw.sqlite3_interrupt(handle);

    /// <summary>
    /// Copies all pages into another, empty database (sqlite.org/backup.html). In a read transaction of this connection
    /// it is one state, however long it takes
    /// and whoever writes meanwhile.
    /// </summary>
    internal void CopyTo(Database target, int pagesAtOnce, Action<long, long> progress, CancellationToken ct)
    {
        using var copy = raw.sqlite3_backup_init(target.handle, "main", handle, "main");
        if (copy.IsInvalid)
            throw target.Failure(raw.SQLITE_ERROR);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var code = raw.sqlite3_backup_step(copy, pagesAtOnce);
            var pages = raw.sqlite3_backup_pagecount(copy);
            progress(pages - raw.sqlite3_backup_remaining(copy), pages);
            if (code == raw.SQLITE_DONE)
                return;
            // The step has the code alone; either connection may hold its words.
            if (code != raw.SQLITE_OK)
                throw new SqliteException(code, raw.sqlite3_errstr(code).utf8_to_string() ?? "the copy failed");
        }
    }

    internal SqliteException Failure(int code) =>
        new(
            handle.IsInvalid ? code
                : raw.sqlite3_extended_errcode(handle) is var extended and not 0 ? extended
                : code,
            raw.sqlite3_errmsg(handle).utf8_to_string() ?? ""
        );

    public void Dispose()
    {
        foreach (var statement in statements)
            statement.Dispose();
        handle.Dispose();
    }
}

/// <summary>A prepared statement. Parameters are numbered from 1, columns from 0, as SQLite does.</summary>
internal sealed class Statement : IDisposable
{
    private readonly Database database;
    private readonly sqlite3_stmt handle;

    internal Statement(Database database, sqlite3 connection, string sql)
    {
        this.database = database;
        var code = raw.sqlite3_prepare_v3(
            connection,
            sql,
            0x01 /* SQLITE_PREPARE_PERSISTENT */
            ,
            out handle
        );
        if (code != raw.SQLITE_OK)
            throw database.Failure(code);
    }

    internal Statement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    internal Statement Bind(int parameter, string value)
    {
        Check(raw.sqlite3_bind_text(handle, parameter, value));
        return this;
    }

    /// <summary>Binds bytes; null is NULL, and no bytes are an empty blob, not NULL.</summary>
    internal Statement Bind(int parameter, byte[]? value)
    {
        Check(
            value is null ? raw.sqlite3_bind_null(handle, parameter)
            : value.Length == 0 ? raw.sqlite3_bind_zeroblob(handle, parameter, 0)
            : raw.sqlite3_bind_blob(handle, parameter, (ReadOnlySpan<byte>)value)
        );
        return this;
    }

    internal Statement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(handle, parameter, value));
        return this;
    }

    /// <summary>True while there is a row.</summary>
    internal bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code == raw.SQLITE_DONE)
            return false;
        var failure = database.Failure(code);
        _ = raw.sqlite3_reset(handle);
        throw failure;
    }

    /// <summary>Runs it to the end and makes it ready for the next time.</summary>
    internal void Execute()
    {
        while (Step()) { }
        Reset();
    }

    internal void Reset() => _ = raw.sqlite3_reset(handle);

    internal bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    internal long Long(int column) => raw.sqlite3_column_int64(handle, column);

    internal string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    /// <summary>Valid until the next step.</summary>
    internal ReadOnlySpan<byte> Span(int column) => raw.sqlite3_column_blob(handle, column);

    internal byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            throw database.Failure(code);
    }

    public void Dispose() => handle.Dispose();
}
