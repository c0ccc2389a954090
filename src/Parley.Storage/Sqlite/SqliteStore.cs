using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage.Sqlite;

/// <summary>A station's store in one SQLite file: one connection writes, others read beside it (write-ahead log,
/// synchronous FULL).</summary>
internal sealed class SqliteStore : IStationStore
{
    /// <summary>Reading connections kept open between reads.</summary>
    private const int MaxIdleReaders = 8;

    private readonly string path;
    private readonly TimeProvider clock;
    private readonly FileStream exclusive;
    private readonly CommitQueue queue;
    private readonly RowIds ids = new();
    private readonly ConcurrentBag<SqliteReader> idle = [];
    private volatile bool disposed;

    private SqliteStore(string path, TimeProvider clock, FileStream exclusive, SqliteWriter writer, Ledger ledger)
    {
        this.path = path;
        this.clock = clock;
        this.exclusive = exclusive;
        queue = new CommitQueue(writer, ledger, ids.Publish);
    }

    internal static SqliteStore Open(string path, TimeProvider clock)
    {
        FileStream? held = null;
        var writer = new SqliteWriter(path, clock);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            held = StoreFiles.Lock(path, clock);
            StoreFiles.CreatePrivate(path);
            writer.CheckIntegrity();
            return new SqliteStore(path, clock, held, writer, writer.Recover());
        }
        catch (Exception exception)
            when (exception
                    is SqliteException
                        or FormatException
                        or IOException
                        or UnauthorizedAccessException
                        or StoreFaultException
            )
        {
            writer.Dispose();
            held?.Dispose();
            throw SqliteFaults.Explain(exception, path, clock.GetUtcNow());
        }
    }

    public string Description => $"sqlite {path}";
    public StoreFault? Fault => queue.Fault;

    public ValueTask<StationSnapshot> LoadAsync(CancellationToken ct = default) => new(queue.Load(ct));

    public Task<long> CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken ct = default) =>
        queue.Commit(changes, ct);

    public ValueTask ProbeAsync(CancellationToken ct = default) =>
        new(queue.Commit([new Probe(clock.GetUtcNow())], ct));

    public IReadOnlyList<StoredEntry> ReadFeed(
        Origin feed,
        ulong from,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        ids.TryGet(feed, out var id) && from <= long.MaxValue
            ? Read(r => r.Feed(id, feed, from, ReadLimit.Entries(maxEntries), maxBytes, withBodies))
            : [];

    public IReadOnlyList<StoredEntry> ReadRecord(
        LineId line,
        long afterArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        ids.TryGet(line, out var id)
            ? Read(r => r.Line(id, ids.Feed, afterArrival, ReadLimit.Entries(maxEntries), maxBytes, withBodies))
            : [];

    public IReadOnlyList<StoredEntry> ReadRecordBefore(
        LineId line,
        long beforeArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        ids.TryGet(line, out var id)
            ? Read(r => r.LineBefore(id, ids.Feed, beforeArrival, ReadLimit.Entries(maxEntries), maxBytes, withBodies))
            : [];

    public StoredEntry? ReadEntry(Origin feed, ulong seq) =>
        ReadFeed(feed, seq, 1, long.MaxValue, withBodies: true) is [var entry] && entry.Seq == seq ? entry : null;

    public ReadOnlyMemory<Hash> ReadSubtrees(Origin feed, int level, ulong from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return ids.TryGet(feed, out var id) && from <= long.MaxValue
            ? Read(r => r.Subtrees(id, level, from, count))
            : default;
    }

    public IReadOnlyList<StoredCosignature> ReadCosignatures(Origin feed) =>
        ids.TryGet(feed, out var id) ? Read(r => r.Cosignatures(id, feed)) : [];

    public IReadOnlyList<StoredDelivery> ReadDeliveries(Origin feed, PartyId cosigner, ulong above, int max) =>
        ids.TryGet(feed, out var id) && above <= long.MaxValue
            ? Read(r => r.Deliveries(id, feed, cosigner, above, ReadLimit.Entries(max)))
            : [];

    public IReadOnlyList<ForkRow> ReadForks(LineId? line) => Read(r => r.Forks(line));

    public IReadOnlyList<RefusalRow> ReadRefusals(LineId? line, int max) => Read(r => r.Refusals(line, max));

    public OfficerSnapshot ReadOfficers() => Read(r => r.Officers());

    public IReadOnlyList<SignInRow> ReadSignIns(int max) => Read(r => r.SignIns(ReadLimit.Entries(max)));

    public AttachmentState? ReadAttachment(AttachmentId attachment) => Read(r => r.Attachment(attachment));

    public int ReadAttachmentChunk(AttachmentId attachment, long offset, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        // A span cannot be captured by a function.
        var reader = Rent();
        try
        {
            var copied = reader.Chunk(attachment, offset, into);
            Return(reader);
            return copied;
        }
        catch (Exception exception) when (exception is SqliteException or FormatException)
        {
            throw Failed(reader, exception);
        }
    }

    private T Read<T>(Func<SqliteReader, T> read)
    {
        var reader = Rent();
        try
        {
            var result = read(reader);
            Return(reader);
            return result;
        }
        catch (Exception exception) when (exception is SqliteException or FormatException)
        {
            throw Failed(reader, exception);
        }
    }

    private SqliteReader Rent()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (idle.TryTake(out var reader))
            return reader;
        try
        {
            return new SqliteReader(path);
        }
        catch (SqliteException exception)
        {
            throw Failed(null, exception);
        }
    }

    private void Return(SqliteReader reader)
    {
        if (disposed || idle.Count >= MaxIdleReaders)
            reader.Dispose();
        else
            idle.Add(reader);
    }

    private StoreFaultException Failed(SqliteReader? reader, Exception exception)
    {
        reader?.Dispose();
        var explained = SqliteFaults.Explain(exception, path, clock.GetUtcNow());
        queue.Note(explained.Fault);
        return explained;
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        while (idle.TryTake(out var reader))
            reader.Dispose();
        await queue.Stop();
        await exclusive.DisposeAsync();
    }
}
