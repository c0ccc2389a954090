using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>A copied database file back in its place: written under another name, marked, synced, renamed.</summary>
internal static class SqliteRestore
{
    private const int BufferLength = 1 << 20;

    internal static void Into(
        string path,
        string folder,
        string mark,
        TimeProvider clock,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
        {
            if (File.Exists(path + suffix))
                throw new StoreFaultException(
                    new StoreFault(
                        StoreFaultKind.Unsuitable,
                        $"{path + suffix} is there already; a backup is restored to where no database is",
                        clock.GetUtcNow()
                    )
                );
        }
        var unfinished = $"{path}.restoring";
        try
        {
            File.Delete(unfinished);
            StoreFiles.CreatePrivate(unfinished);
            Copy(Path.Combine(folder, SqliteReading.FileName), unfinished, progress, ct);
            using (var db = new Database(unfinished, raw.SQLITE_OPEN_READWRITE, SqliteWriter.BusyTimeoutMs))
            {
                db.Run("PRAGMA trusted_schema = OFF; PRAGMA synchronous = FULL");
                db.Prepare(
                        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
                    )
                    .Bind(1, mark)
                    .Bind(2, new byte[] { 1 })
                    .Execute();
            }
            File.Move(unfinished, path);
        }
        catch (SqliteException e)
        {
            File.Delete(unfinished);
            throw SqliteFaults.Explain(e, unfinished, clock.GetUtcNow());
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    private static void Copy(string from, string to, Action<long, long> progress, CancellationToken ct)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var target = new FileStream(to, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[BufferLength];
        for (int read; (read = source.Read(buffer)) > 0; )
        {
            ct.ThrowIfCancellationRequested();
            target.Write(buffer, 0, read);
            progress(target.Position, source.Length);
        }
        target.Flush(flushToDisk: true);
    }
}
