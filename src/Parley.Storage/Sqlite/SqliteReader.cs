using Parley.Crypto;
using Parley.Record;
using SQLitePCL;

namespace Parley.Storage.Sqlite;

/// <summary>One connection that only reads, with its prepared statements; rented by one caller at a time.</summary>
internal sealed partial class SqliteReader : IDisposable
{
    private const string Columns = "SELECT e.arrival, e.feed, e.seq, e.stored_at, e.header";
    private const string Bodies = ", e.salt, e.body";

    private readonly Database db;
    private readonly Statement feedHeaders,
        feedEntries,
        lineHeaders,
        lineEntries,
        lineHeadersBefore,
        lineEntriesBefore,
        subtrees,
        cosignatures,
        deliveries,
        forks,
        refusals,
        attachment,
        chunk;

    internal SqliteReader(string path)
    {
        db = new Database(path, raw.SQLITE_OPEN_READONLY, SqliteWriter.BusyTimeoutMs);
        try
        {
            const string byFeed = " FROM entries e WHERE e.feed = ? AND e.seq >= ? ORDER BY e.seq LIMIT ?";
            const string byLine = " FROM entries e WHERE e.line = ? AND e.arrival > ? ORDER BY e.arrival LIMIT ?";
            const string byLineBefore =
                " FROM entries e WHERE e.line = ? AND e.arrival < ? ORDER BY e.arrival DESC LIMIT ?";
            feedHeaders = db.Prepare(Columns + byFeed);
            feedEntries = db.Prepare(Columns + Bodies + byFeed);
            lineHeaders = db.Prepare(Columns + byLine);
            lineEntries = db.Prepare(Columns + Bodies + byLine);
            lineHeadersBefore = db.Prepare(Columns + byLineBefore);
            lineEntriesBefore = db.Prepare(Columns + Bodies + byLineBefore);
            subtrees = db.Prepare(
                "SELECT number, hash FROM subtrees WHERE feed = ? AND level = ? AND number >= ? ORDER BY number LIMIT ?"
            );
            cosignatures = db.Prepare(
                "SELECT size, cosigner, note_line, checkpoint FROM cosignatures WHERE feed = ? ORDER BY size, cosigner"
            );
            deliveries = db.Prepare(
                "SELECT size, at, note_line, checkpoint, arrived FROM deliveries WHERE feed = ? AND cosigner = ? AND size > ? ORDER BY size LIMIT ?"
            );
            forks = db.Prepare(
                "SELECT line, feed, first, second, at FROM forks WHERE ?1 = '' OR line = ?1 ORDER BY id"
            );
            refusals = db.Prepare(
                "SELECT line, peer, status, reason, count, first, last FROM refusals WHERE ?1 = '' OR line = ?1 ORDER BY last DESC, id DESC LIMIT ?2"
            );
            attachment = db.Prepare("SELECT length, held, complete FROM attachments WHERE feed = ? AND commitment = ?");
            chunk = db.Prepare(
                "SELECT offset, bytes FROM attachment_chunks WHERE attachment = (SELECT id FROM attachments WHERE feed = ? AND commitment = ?) AND offset <= ? ORDER BY offset DESC LIMIT 1"
            );
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    internal List<StoredEntry> Feed(int id, Origin feed, ulong from, int max, long maxBytes, bool bodies) =>
        Entries(
            (bodies ? feedEntries : feedHeaders).Bind(1, id).Bind(2, (long)from).Bind(3, max),
            _ => feed,
            maxBytes,
            bodies
        );

    internal List<StoredEntry> Line(
        int id,
        Func<int, Origin> feedOf,
        long after,
        int max,
        long maxBytes,
        bool bodies
    ) =>
        Entries((bodies ? lineEntries : lineHeaders).Bind(1, id).Bind(2, after).Bind(3, max), feedOf, maxBytes, bodies);

    internal List<StoredEntry> LineBefore(
        int id,
        Func<int, Origin> feedOf,
        long before,
        int max,
        long maxBytes,
        bool bodies
    ) =>
        Entries(
            (bodies ? lineEntriesBefore : lineHeadersBefore).Bind(1, id).Bind(2, before).Bind(3, max),
            feedOf,
            maxBytes,
            bodies
        );

    private static List<StoredEntry> Entries(Statement rows, Func<int, Origin> feedOf, long maxBytes, bool bodies)
    {
        var entries = new List<StoredEntry>();
        long bytes = 0;
        while (rows.Step())
        {
            bytes += rows.Span(4).Length;
            var body = bodies && !rows.IsNull(6);
            if (body)
                bytes += rows.Span(6).Length + Body.SaltLength;
            if (bytes > maxBytes && entries.Count > 0)
                break;
            entries.Add(
                new StoredEntry(
                    rows.Long(0),
                    feedOf((int)rows.Long(1)),
                    (ulong)rows.Long(2),
                    rows.Blob(4),
                    body ? rows.Blob(5) : null,
                    body ? rows.Blob(6) : null,
                    DateTimeOffset.FromUnixTimeMilliseconds(rows.Long(3))
                )
            );
        }
        rows.Reset();
        return entries;
    }

    internal ReadOnlyMemory<Hash> Subtrees(int feed, int level, ulong from, int count)
    {
        var hashes = new Hash[Math.Min(count, StoreLimits.MaxReadEntries)];
        var read = 0;
        subtrees.Bind(1, feed).Bind(2, level).Bind(3, (long)from).Bind(4, hashes.Length);
        while (subtrees.Step() && subtrees.Long(0) == (long)from + read)
            hashes[read++] = new Hash(subtrees.Span(1));
        subtrees.Reset();
        return hashes.AsMemory(0, read);
    }

    internal List<StoredCosignature> Cosignatures(int id, Origin feed)
    {
        var rows = new List<StoredCosignature>();
        cosignatures.Bind(1, id);
        while (cosignatures.Step())
            rows.Add(
                new StoredCosignature(
                    feed,
                    (ulong)cosignatures.Long(0),
                    PartyId.Parse(cosignatures.Text(1)),
                    cosignatures.Text(2),
                    cosignatures.Blob(3)
                )
            );
        cosignatures.Reset();
        return rows;
    }

    internal List<StoredDelivery> Deliveries(int id, Origin feed, PartyId cosigner, ulong above, int max)
    {
        var rows = new List<StoredDelivery>();
        deliveries.Bind(1, id).Bind(2, cosigner.Value).Bind(3, (long)above).Bind(4, max);
        while (deliveries.Step())
            rows.Add(
                new StoredDelivery(
                    feed,
                    (ulong)deliveries.Long(0),
                    cosigner,
                    DateTimeOffset.FromUnixTimeMilliseconds(deliveries.Long(1)),
                    deliveries.Text(2),
                    deliveries.Blob(3),
                    ArrivedAt()
                )
            );
        deliveries.Reset();
        return rows;

        DateTimeOffset? ArrivedAt() =>
            deliveries.IsNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(deliveries.Long(4));
    }

    internal List<ForkRow> Forks(LineId? line)
    {
        var rows = new List<ForkRow>();
        forks.Bind(1, line?.Value ?? "");
        while (forks.Step())
        {
            if (!Origin.TryParse(forks.Text(1), out var feed))
                throw new FormatException("a fork's feed is not an origin");
            rows.Add(
                new ForkRow(
                    LineId.Parse(forks.Text(0)),
                    feed,
                    forks.Blob(2),
                    forks.Blob(3),
                    DateTimeOffset.FromUnixTimeMilliseconds(forks.Long(4))
                )
            );
        }
        forks.Reset();
        return rows;
    }

    internal List<RefusalRow> Refusals(LineId? line, int max)
    {
        var rows = new List<RefusalRow>();
        refusals.Bind(1, line?.Value ?? "").Bind(2, max);
        while (refusals.Step())
        {
            rows.Add(
                new RefusalRow(
                    refusals.Text(0) is "" ? null : LineId.Parse(refusals.Text(0)),
                    refusals.Text(1) is "" ? null : refusals.Text(1),
                    (int)refusals.Long(2),
                    refusals.Text(3),
                    refusals.Long(4),
                    DateTimeOffset.FromUnixTimeMilliseconds(refusals.Long(5)),
                    DateTimeOffset.FromUnixTimeMilliseconds(refusals.Long(6))
                )
            );
        }
        refusals.Reset();
        return rows;
    }

    internal AttachmentState? Attachment(AttachmentId which)
    {
        attachment.Bind(1, which.Feed.ToString()).Bind(2, which.Commitment.ToArray());
        var state = attachment.Step()
            ? new AttachmentState(which, attachment.Long(0), attachment.Long(1), attachment.Long(2) != 0)
            : null;
        attachment.Reset();
        return state;
    }

    internal int Chunk(AttachmentId which, long offset, Span<byte> into)
    {
        var (feed, commitment) = (which.Feed.ToString(), which.Commitment.ToArray());
        var copied = 0;
        while (copied < into.Length)
        {
            chunk.Bind(1, feed).Bind(2, commitment).Bind(3, offset + copied);
            var found = chunk.Step();
            var skip = found ? offset + copied - chunk.Long(0) : 0;
            var bytes = found && chunk.Span(1) is var whole && skip < whole.Length ? whole[(int)skip..] : [];
            bytes = bytes[..Math.Min(bytes.Length, into.Length - copied)];
            bytes.CopyTo(into[copied..]);
            copied += bytes.Length;
            chunk.Reset();
            if (bytes.Length == 0)
                break;
        }
        return copied;
    }

    public void Dispose() => db.Dispose();
}
