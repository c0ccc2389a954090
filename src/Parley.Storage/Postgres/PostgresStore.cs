using Npgsql;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage.Postgres;

/// <summary>A station's store in schema <c>parley</c> of a PostgreSQL database: one session writes, a pool
/// reads.</summary>
internal sealed class PostgresStore : IStationStore
{
    private const string Columns = "SELECT arrival, feed, seq, stored_at, header";
    private const string Bodies = ", salt, body";
    private const string ByFeed = " FROM parley.entries WHERE feed = $1 AND seq >= $2 ORDER BY seq LIMIT $3";
    private const string ByLine = " FROM parley.entries WHERE line = $1 AND arrival > $2 ORDER BY arrival LIMIT $3";
    private const string ByLineBefore =
        " FROM parley.entries WHERE line = $1 AND arrival < $2 ORDER BY arrival DESC LIMIT $3";

    /// <summary>Entries asked for at once while their sizes are not known, so that a small byte limit does not fetch a
    /// large page.</summary>
    private const int PageEntries = 256;

    private readonly PostgresLocation location;
    private readonly TimeProvider clock;
    private readonly NpgsqlDataSource source;
    private readonly CommitQueue queue;
    private readonly RowIds ids = new();
    private bool disposed;

    private PostgresStore(PostgresLocation location, TimeProvider clock, PostgresWriter writer, Ledger ledger)
    {
        this.location = location;
        this.clock = clock;
        var settings = new NpgsqlConnectionStringBuilder(location.ConnectionString)
        {
            MaxAutoPrepare = 24,
            AutoPrepareMinUsages = 2,
        };
        source = NpgsqlDataSource.Create(settings);
        queue = new CommitQueue(writer, ledger, ids.Publish);
    }

    internal static PostgresStore Open(PostgresLocation location, TimeProvider clock)
    {
        var writer = new PostgresWriter(location, clock);
        try
        {
            return new PostgresStore(location, clock, writer, writer.Recover());
        }
        catch (Exception exception)
            when (exception
                    is NpgsqlException
                        or System.Net.Sockets.SocketException
                        or FormatException
                        or IOException
                        or TimeoutException
                        or StoreFaultException
            )
        {
            writer.Dispose();
            throw PostgresFaults.Explain(exception, location.Description, clock.GetUtcNow());
        }
    }

    public string Description => location.Description;
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
            ? Entries(
                ByFeed,
                id,
                (long)from,
                row => row.Seq,
                inclusive: true,
                ReadLimit.Entries(maxEntries),
                maxBytes,
                withBodies
            )
            : [];

    public IReadOnlyList<StoredEntry> ReadRecord(
        LineId line,
        long afterArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        ids.TryGet(line, out var id)
            ? Entries(
                ByLine,
                id,
                afterArrival,
                row => (ulong)row.Arrival,
                inclusive: false,
                ReadLimit.Entries(maxEntries),
                maxBytes,
                withBodies
            )
            : [];

    public IReadOnlyList<StoredEntry> ReadRecordBefore(
        LineId line,
        long beforeArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        ids.TryGet(line, out var id)
            ? Entries(
                ByLineBefore,
                id,
                beforeArrival,
                row => (ulong)row.Arrival,
                inclusive: false,
                ReadLimit.Entries(maxEntries),
                maxBytes,
                withBodies
            )
            : [];

    public StoredEntry? ReadEntry(Origin feed, ulong seq) =>
        ReadFeed(feed, seq, 1, long.MaxValue, withBodies: true) is [var entry] && entry.Seq == seq ? entry : null;

    public ReadOnlyMemory<Hash> ReadSubtrees(Origin feed, int level, ulong from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!ids.TryGet(feed, out var id) || from > long.MaxValue || level > short.MaxValue)
            return default;
        var hashes = new List<Hash>();
        Each(
            "SELECT number, hash FROM parley.subtrees WHERE feed = $1 AND level = $2 AND number >= $3 ORDER BY number LIMIT $4",
            [id, (short)level, (long)from, (long)Math.Min(count, StoreLimits.MaxReadEntries)],
            r =>
            {
                if (r.GetInt64(0) != (long)from + hashes.Count)
                    return false;
                hashes.Add(PostgresWriter.HashOf(r.GetFieldValue<byte[]>(1)));
                return true;
            }
        );
        return hashes.ToArray();
    }

    public IReadOnlyList<StoredCosignature> ReadCosignatures(Origin feed) =>
        !ids.TryGet(feed, out var id)
            ? []
            : List(
                "SELECT size, cosigner, note_line, checkpoint FROM parley.cosignatures WHERE feed = $1 ORDER BY size, cosigner",
                [id],
                r => new StoredCosignature(
                    feed,
                    (ulong)r.GetInt64(0),
                    PartyId.Parse(r.GetString(1)),
                    r.GetString(2),
                    r.GetFieldValue<byte[]>(3)
                )
            );

    public IReadOnlyList<StoredDelivery> ReadDeliveries(Origin feed, PartyId cosigner, ulong above, int max) =>
        !ids.TryGet(feed, out var id) || above > long.MaxValue
            ? []
            : List(
                "SELECT size, at, note_line, checkpoint, arrived FROM parley.deliveries WHERE feed = $1 AND cosigner = $2 AND size > $3 ORDER BY size LIMIT $4",
                [id, cosigner.Value, (long)above, (long)ReadLimit.Entries(max)],
                r => new StoredDelivery(
                    feed,
                    (ulong)r.GetInt64(0),
                    cosigner,
                    DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(1)),
                    r.GetString(2),
                    r.GetFieldValue<byte[]>(3),
                    r.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4))
                )
            );

    public IReadOnlyList<ForkRow> ReadForks(LineId? line) =>
        List(
            "SELECT line, feed, first, second, at FROM parley.forks WHERE $1 = '' OR line = $1 ORDER BY id",
            [line?.Value ?? ""],
            r => new ForkRow(
                LineId.Parse(r.GetString(0)),
                Origin.TryParse(r.GetString(1), out var feed)
                    ? feed
                    : throw new FormatException("a fork's feed is not an origin"),
                r.GetFieldValue<byte[]>(2),
                r.GetFieldValue<byte[]>(3),
                DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(4))
            )
        );

    public IReadOnlyList<RefusalRow> ReadRefusals(LineId? line, int max) =>
        List(
            "SELECT line, peer, status, reason, count, first, last FROM parley.refusals WHERE $1 = '' OR line = $1 ORDER BY last DESC, id DESC LIMIT $2",
            [line?.Value ?? "", (long)max],
            r => new RefusalRow(
                r.GetString(0) is "" ? null : LineId.Parse(r.GetString(0)),
                r.GetString(1) is "" ? null : r.GetString(1),
                r.GetInt32(2),
                r.GetString(3),
                r.GetInt64(4),
                DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(5)),
                DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(6))
            )
        );

    public OfficerSnapshot ReadOfficers() => PostgresOfficers.Read(this);

    public IReadOnlyList<SignInRow> ReadSignIns(int max) => PostgresOfficers.SignIns(this, ReadLimit.Entries(max));

    public AttachmentState? ReadAttachment(AttachmentId attachment) =>
        List(
            "SELECT length, held, complete FROM parley.attachments WHERE feed = $1 AND commitment = $2",
            [attachment.Feed.ToString(), attachment.Commitment.ToArray()],
            r => new AttachmentState(attachment, r.GetInt64(0), r.GetInt64(1), r.GetBoolean(2))
        )
            is [var state]
            ? state
            : null;

    public int ReadAttachmentChunk(AttachmentId attachment, long offset, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var (feed, commitment) = (attachment.Feed.ToString(), attachment.Commitment.ToArray());
        var copied = 0;
        while (copied < into.Length)
        {
            // The server cuts the piece, so that no more than what is asked for crosses the wire.
            var at = offset + copied;
            var piece = List(
                """
                SELECT substring(c.bytes FROM ($3 - c.start + 1)::integer FOR $4) FROM (
                  SELECT start, bytes FROM parley.attachment_chunks
                  WHERE attachment = (SELECT id FROM parley.attachments WHERE feed = $1 AND commitment = $2) AND start <= $3 ORDER BY start DESC LIMIT 1) c
                """,
                [feed, commitment, at, into.Length - copied],
                r => r.GetFieldValue<byte[]>(0)
            );
            if (piece is not [{ Length: > 0 } bytes])
                break;
            bytes.CopyTo(into[copied..]);
            copied += bytes.Length;
        }
        return copied;
    }

    private List<StoredEntry> Entries(
        string from,
        int id,
        long position,
        Func<StoredEntry, ulong> key,
        bool inclusive,
        int maxEntries,
        long maxBytes,
        bool bodies
    )
    {
        var entries = new List<StoredEntry>();
        long bytes = 0;
        var more = true;
        while (more && entries.Count < maxEntries)
        {
            var asked = Math.Min(maxEntries - entries.Count, PageEntries);
            var read = 0;
            Each(
                (bodies ? Columns + Bodies : Columns) + from,
                [id, position, (long)asked],
                r =>
                {
                    read++;
                    var entry = new StoredEntry(
                        r.GetInt64(0),
                        ids.Feed(r.GetInt32(1)),
                        (ulong)r.GetInt64(2),
                        r.GetFieldValue<byte[]>(4),
                        bodies && !r.IsDBNull(5) ? r.GetFieldValue<byte[]>(5) : null,
                        bodies && !r.IsDBNull(6) ? r.GetFieldValue<byte[]>(6) : null,
                        DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(3))
                    );
                    bytes += entry.Header.Length + (entry.Body is { } body ? body.Length + Body.SaltLength : 0);
                    if (bytes > maxBytes && entries.Count > 0)
                        return more = false;
                    entries.Add(entry);
                    position = (long)key(entry) + (inclusive ? 1 : 0);
                    return true;
                }
            );
            more &= read == asked;
        }
        return entries;
    }

    internal List<T> List<T>(string sql, object[] parameters, Func<NpgsqlDataReader, T> row)
    {
        var rows = new List<T>();
        Each(
            sql,
            parameters,
            r =>
            {
                rows.Add(row(r));
                return true;
            }
        );
        return rows;
    }

    private void Each(string sql, object[] parameters, Func<NpgsqlDataReader, bool> row)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        try
        {
#pragma warning disable CA2100 // Every text is a constant of this class; values are parameters.
            using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
            foreach (var parameter in parameters)
                command.Parameters.Add(new NpgsqlParameter { Value = parameter });
            using var reader = command.ExecuteReader();
            while (reader.Read() && row(reader)) { }
        }
        catch (Exception exception)
            when (exception is NpgsqlException or FormatException or IOException or TimeoutException)
        {
            var explained = PostgresFaults.Explain(exception, location.Description, clock.GetUtcNow());
            queue.Note(explained.Fault);
            throw explained;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await queue.Stop();
        await source.DisposeAsync();
    }
}
