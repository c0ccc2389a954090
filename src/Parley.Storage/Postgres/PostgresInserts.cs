using Npgsql;
using NpgsqlTypes;
using Parley.Record;

namespace Parley.Storage.Postgres;

/// <summary>
/// Writes a group: everything but entries goes as one batch in a single round trip, in the callers' order; many entries
/// follow by
/// binary COPY, a few go with the batch. Nothing else refers to an entry's row, so that its place in the transaction
/// does not matter.
/// </summary>
internal sealed partial class PostgresInserts(NpgsqlConnection connection)
{
    /// <summary>Up to this many entries are inserted with the batch; from there on COPY, which costs two more round
    /// trips, is cheaper.</summary>
    private const int CopyFrom = 24;

    private const string PutFeed = """
        INSERT INTO parley.feeds (id, line, party, size, root, checkpoint) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint
        """;

    private const string PutEntry =
        "INSERT INTO parley.entries (arrival, seq, stored_at, line, feed, header, salt, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    private const string PutBody =
        "UPDATE parley.entries SET salt = $1, body = $2 WHERE feed = $3 AND seq = $4 AND body IS NULL";

    private const string CopyEntries =
        "COPY parley.entries (arrival, seq, stored_at, line, feed, header, salt, body) FROM STDIN (FORMAT BINARY)";

    private const string PutLine = """
        INSERT INTO parley.lines (id, line, document, standing, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (id) DO UPDATE SET standing = excluded.standing, at = excluded.at
        """;

    private const string PutSubtrees =
        "INSERT INTO parley.subtrees (feed, level, number, hash) SELECT $1, l, n, h FROM unnest($2::smallint[], $3::bigint[], $4::bytea[]) AS t (l, n, h)";

    private const string PutCosignature = """
        INSERT INTO parley.cosignatures (feed, cosigner, size, note_line, checkpoint) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (feed, cosigner, size) DO UPDATE SET note_line = excluded.note_line, checkpoint = excluded.checkpoint
        """;

    private const string DeleteCosignature =
        "DELETE FROM parley.cosignatures WHERE feed = $1 AND cosigner = $2 AND size = $3";

    // What is cosigned already needs no second proof; and of one second the largest size covers the smaller ones.
    private const string PutDelivery = """
        INSERT INTO parley.deliveries (feed, cosigner, at, size, note_line, checkpoint, arrived) SELECT $1, $2, $3, $4, $5, $6, nullif($7::bigint, -1)
        WHERE NOT EXISTS (SELECT 1 FROM parley.deliveries WHERE feed = $1 AND cosigner = $2 AND size >= $4)
        ON CONFLICT (feed, cosigner, at) DO UPDATE SET size = excluded.size, note_line = excluded.note_line, checkpoint = excluded.checkpoint, arrived = excluded.arrived
        """;

    private const string PutMeta =
        "INSERT INTO parley.meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    private const string DeleteMeta = "DELETE FROM parley.meta WHERE key = $1";
    private const string PutFork =
        "INSERT INTO parley.forks (line, feed, first, second, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    private const string CountRefusal = """
        INSERT INTO parley.refusals AS r (line, peer, status, reason, count, first, last) VALUES ($1, $2, $3, $4, 1, $5, $5)
        ON CONFLICT (line, peer, status, reason) DO UPDATE SET count = r.count + 1, last = greatest(r.last, excluded.last)
        """;

    private const string ForgetRefusals = """
        DELETE FROM parley.refusals WHERE id IN (
          SELECT id FROM parley.refusals ORDER BY last, id LIMIT greatest(0, (SELECT count(*) FROM parley.refusals) - $1))
        """;

    private const string BeginAttachment =
        "INSERT INTO parley.attachments (feed, commitment, length, held, complete) VALUES ($1, $2, $3, 0, false)";
    private const string PutChunk =
        "INSERT INTO parley.attachment_chunks (attachment, start, bytes) SELECT id, $3, $4 FROM parley.attachments WHERE feed = $1 AND commitment = $2";
    private const string GrowAttachment =
        "UPDATE parley.attachments SET held = held + $3 WHERE feed = $1 AND commitment = $2";
    private const string CompleteAttachment =
        "UPDATE parley.attachments SET complete = true WHERE feed = $1 AND commitment = $2";
    private const string DropAttachment = "DELETE FROM parley.attachments WHERE feed = $1 AND commitment = $2";
    private const string PutProbe =
        "INSERT INTO parley.probe (id, at) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at";

    internal void Add(IReadOnlyList<Staged> group, NpgsqlTransaction transaction)
    {
        using var batch = new NpgsqlBatch(connection, transaction);
        var entries = 0;
        for (var i = 0; i < group.Count; i++)
            entries += group[i].Change is AppendEntries append ? append.Entries.Count : 0;
        bool refusals = false,
            signIns = false;
        for (var i = 0; i < group.Count; i++)
        {
            Add(batch, group[i], withEntries: entries < CopyFrom);
            refusals |= group[i].Change is CountRefusal;
            signIns |= group[i].Change is NoteSignIn;
        }
        if (refusals)
            Add(batch, ForgetRefusals, (long)StoreLimits.MaxRefusalRows);
        if (signIns)
            Add(batch, ForgetSignIns, (long)StoreLimits.MaxSignInRows);
        if (batch.BatchCommands.Count > 0)
            batch.ExecuteNonQuery();
        if (entries >= CopyFrom)
            Copy(group);
    }

    private static void Add(NpgsqlBatch batch, in Staged staged, bool withEntries)
    {
        switch (staged.Change)
        {
            case AppendEntries append:
                Append(batch, append, staged, withEntries);
                break;
            case PutCosignature put:
                Add(
                    batch,
                    PutCosignature,
                    staged.Feed,
                    put.Cosigner.Value,
                    (long)put.Size,
                    put.NoteLine,
                    put.Checkpoint
                );
                foreach (var (cosigner, size) in staged.Pruned)
                    Add(batch, DeleteCosignature, staged.Feed, cosigner.Value, (long)size);
                if (put.StatedAt is { } stated)
                    Add(
                        batch,
                        PutDelivery,
                        staged.Feed,
                        put.Cosigner.Value,
                        stated.ToUnixTimeMilliseconds(),
                        (long)put.Size,
                        put.NoteLine,
                        put.Checkpoint,
                        put.ArrivedAt?.ToUnixTimeMilliseconds() ?? -1L
                    );
                break;
            case PutBody put:
                Add(batch, PutBody, put.Salt, put.Body, staged.Feed, (long)put.Seq);
                break;
            case PutMeta { Value: null } delete:
                Add(batch, DeleteMeta, delete.Key);
                break;
            case PutMeta put:
                Add(batch, PutMeta, put.Key, put.Value!);
                break;
            case PutLine put:
                Add(
                    batch,
                    PutLine,
                    staged.Line,
                    put.Line.Value,
                    put.Document,
                    (short)put.Standing,
                    put.At.ToUnixTimeMilliseconds()
                );
                break;
            case PutFork fork:
                Add(
                    batch,
                    PutFork,
                    fork.Line.Value,
                    fork.Feed.ToString(),
                    fork.First,
                    fork.Second,
                    fork.At.ToUnixTimeMilliseconds()
                );
                break;
            case CountRefusal refusal:
                Add(
                    batch,
                    CountRefusal,
                    refusal.Line?.Value ?? "",
                    Cut.Text(refusal.Peer),
                    refusal.Status,
                    Cut.Text(refusal.Reason),
                    refusal.At.ToUnixTimeMilliseconds()
                );
                break;
            case BeginAttachment begin:
                Add(
                    batch,
                    BeginAttachment,
                    begin.Attachment.Feed.ToString(),
                    begin.Attachment.Commitment.ToArray(),
                    begin.Length
                );
                break;
            case PutAttachmentChunk chunk:
                Add(
                    batch,
                    PutChunk,
                    chunk.Attachment.Feed.ToString(),
                    chunk.Attachment.Commitment.ToArray(),
                    chunk.Offset,
                    chunk.Bytes
                );
                Add(
                    batch,
                    GrowAttachment,
                    chunk.Attachment.Feed.ToString(),
                    chunk.Attachment.Commitment.ToArray(),
                    (long)chunk.Bytes.Length
                );
                break;
            case CompleteAttachment complete:
                Add(
                    batch,
                    CompleteAttachment,
                    complete.Attachment.Feed.ToString(),
                    complete.Attachment.Commitment.ToArray()
                );
                break;
            case DropAttachment drop:
                Add(batch, DropAttachment, drop.Attachment.Feed.ToString(), drop.Attachment.Commitment.ToArray());
                break;
            case PutUser
            or PutPasskey
            or DropPasskey
            or PutSession
            or DropSession
            or PutInvitation
            or DropInvitation
            or NoteSignIn:
                AddOfficer(batch, staged.Change);
                break;
            case Probe probe:
                Add(batch, PutProbe, probe.At.ToUnixTimeMilliseconds());
                break;
            default:
                throw new InvalidOperationException($"no statement for {staged.Change.GetType().Name}");
        }
    }

    private static void Append(NpgsqlBatch batch, AppendEntries append, in Staged staged, bool withEntries)
    {
        Add(
            batch,
            PutFeed,
            staged.Feed,
            staged.Line,
            append.Feed.Party.Value,
            (long)append.Size,
            append.Root.ToArray(),
            append.Checkpoint
        );
        if (append.Subtrees.Count > 0)
        {
            Add(
                batch,
                PutSubtrees,
                staged.Feed,
                append.Subtrees.Select(s => (short)s.Level).ToArray(),
                append.Subtrees.Select(s => (long)s.Index).ToArray(),
                append.Subtrees.Select(s => s.Hash.ToArray()).ToArray()
            );
        }
        if (!withEntries)
            return;
        for (var i = 0; i < append.Entries.Count; i++)
        {
            var entry = append.Entries[i];
            Add(
                batch,
                PutEntry,
                staged.FirstArrival + i,
                (long)append.OldSize + i,
                append.At.ToUnixTimeMilliseconds(),
                staged.Line,
                staged.Feed,
                entry.Header,
                (object?)entry.Salt ?? DBNull.Value,
                (object?)entry.Body ?? DBNull.Value
            );
        }
    }

    private void Copy(IReadOnlyList<Staged> group)
    {
        using var copy = connection.BeginBinaryImport(CopyEntries);
        for (var i = 0; i < group.Count; i++)
        {
            if (group[i].Change is not AppendEntries append)
                continue;
            var at = append.At.ToUnixTimeMilliseconds();
            for (var e = 0; e < append.Entries.Count; e++)
            {
                var entry = append.Entries[e];
                copy.StartRow();
                copy.Write(group[i].FirstArrival + e, NpgsqlDbType.Bigint);
                copy.Write((long)append.OldSize + e, NpgsqlDbType.Bigint);
                copy.Write(at, NpgsqlDbType.Bigint);
                copy.Write(group[i].Line, NpgsqlDbType.Integer);
                copy.Write(group[i].Feed, NpgsqlDbType.Integer);
                copy.Write(entry.Header, NpgsqlDbType.Bytea);
                Write(copy, entry.Salt);
                Write(copy, entry.Body);
            }
        }
        copy.Complete();
    }

    private static void Write(NpgsqlBinaryImporter copy, byte[]? bytes)
    {
        if (bytes is null)
            copy.WriteNull();
        else
            copy.Write(bytes, NpgsqlDbType.Bytea);
    }

#pragma warning disable CA2100 // Every text is a constant of this class; values are parameters.
    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(
                value is DBNull
                    ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea }
                    : new NpgsqlParameter { Value = value }
            );
        batch.BatchCommands.Add(command);
    }
#pragma warning restore CA2100
}
