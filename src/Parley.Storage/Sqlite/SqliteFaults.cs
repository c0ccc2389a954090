using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>What SQLite's result codes mean for an operator.</summary>
internal static class SqliteFaults
{
    internal static StoreFaultException Explain(
        Exception exception,
        string path,
        DateTimeOffset at,
        bool duringCommit = false
    )
    {
        if (exception is StoreFaultException known)
            return known;
        var kind = exception switch
        {
            SqliteException sqlite => Kind(sqlite.Code, path),
            FormatException => StoreFaultKind.Corrupt,
            UnauthorizedAccessException => StoreFaultKind.ReadOnly,
            _ => StoreFaultKind.Other,
        };
        // SQLite reports a full disk at commit before anything of the commit record is written; after an error of the
        // file system
        // itself the record may yet be found by the recovery of the next start.
        var uncertain =
            duringCommit && exception is SqliteException { Code: var code } && (code & 0xff) == raw.SQLITE_IOERR;
        return new StoreFaultException(new StoreFault(kind, $"{path}: {exception.Message}", at), uncertain, exception);
    }

    private static StoreFaultKind Kind(int code, string path) =>
        (code & 0xff) switch
        {
            raw.SQLITE_FULL => StoreFaultKind.Full,
            raw.SQLITE_READONLY or raw.SQLITE_PERM => StoreFaultKind.ReadOnly,
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => StoreFaultKind.Locked,
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StoreFaultKind.Corrupt,
            // A full disk shows as an I/O error where SQLite grows the shared-memory index, and as CANTOPEN where it
            // makes a file.
            raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN when IsFull(path) => StoreFaultKind.Full,
            _ => StoreFaultKind.Other,
        };

    private static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < 64 * 1024;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
