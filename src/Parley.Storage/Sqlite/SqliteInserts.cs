using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage.Sqlite;

/// <summary>The prepared statements that write, one per kind of change.</summary>
internal sealed class SqliteInserts(Database db)
{
    private readonly Statement putMeta = db.Prepare(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    );
    private readonly Statement deleteMeta = db.Prepare("DELETE FROM meta WHERE key = ?");
    private readonly Statement putLine = db.Prepare(
        """
        INSERT INTO lines (id, line, document, standing, at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET standing = excluded.standing, at = excluded.at
        """
    );
    private readonly Statement putFeed = db.Prepare(
        """
        INSERT INTO feeds (id, line, party, size, root, checkpoint) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint
        """
    );
    private readonly Statement putEntry = db.Prepare(
        "INSERT INTO entries (arrival, line, feed, seq, stored_at, header, salt, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    );
    private readonly Statement putBody = db.Prepare(
        "UPDATE entries SET salt = ?, body = ? WHERE feed = ? AND seq = ? AND body IS NULL"
    );
    private readonly Statement putSubtree = db.Prepare(
        "INSERT INTO subtrees (feed, level, number, hash) VALUES (?, ?, ?, ?)"
    );
    private readonly Statement putCosignature = db.Prepare(
        "INSERT OR REPLACE INTO cosignatures (feed, cosigner, size, note_line, checkpoint) VALUES (?, ?, ?, ?, ?)"
    );
    private readonly Statement deleteCosignature = db.Prepare(
        "DELETE FROM cosignatures WHERE feed = ? AND cosigner = ? AND size = ?"
    );

    // What is cosigned already needs no second proof; and of one second the largest size covers the smaller ones.
    private readonly Statement putDelivery = db.Prepare(
        """
        INSERT INTO deliveries (feed, cosigner, at, size, note_line, checkpoint, arrived) SELECT ?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, -1)
        WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE feed = ?1 AND cosigner = ?2 AND size >= ?4)
        ON CONFLICT (feed, cosigner, at) DO UPDATE SET size = excluded.size, note_line = excluded.note_line, checkpoint = excluded.checkpoint, arrived = excluded.arrived
        """
    );
    private readonly Statement putFork = db.Prepare(
        "INSERT OR IGNORE INTO forks (line, feed, first, second, at) VALUES (?, ?, ?, ?, ?)"
    );
    private readonly Statement countRefusal = db.Prepare(
        """
        INSERT INTO refusals (line, peer, status, reason, count, first, last) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)
        ON CONFLICT (line, peer, status, reason) DO UPDATE SET count = count + 1, last = max(last, excluded.last)
        """
    );
    private readonly Statement forgetRefusals = db.Prepare(
        """
        DELETE FROM refusals WHERE id IN (SELECT id FROM refusals ORDER BY last, id LIMIT max(0, (SELECT count(*) FROM refusals) - ?))
        """
    );
    private readonly Statement beginAttachment = db.Prepare(
        "INSERT INTO attachments (feed, commitment, length, held, complete) VALUES (?, ?, ?, 0, 0)"
    );
    private readonly Statement putChunk = db.Prepare(
        "INSERT INTO attachment_chunks (attachment, offset, bytes) SELECT id, ?, ? FROM attachments WHERE feed = ? AND commitment = ?"
    );
    private readonly Statement growAttachment = db.Prepare(
        "UPDATE attachments SET held = held + ? WHERE feed = ? AND commitment = ?"
    );
    private readonly Statement completeAttachment = db.Prepare(
        "UPDATE attachments SET complete = 1 WHERE feed = ? AND commitment = ?"
    );
    private readonly Statement dropAttachment = db.Prepare("DELETE FROM attachments WHERE feed = ? AND commitment = ?");
    private readonly Statement probe = db.Prepare("INSERT OR REPLACE INTO probe (id, at) VALUES (1, ?)");
    private readonly SqliteOfficers officers = new(db);
    private bool refusalsCounted;

    internal void Add(in Staged staged)
    {
        switch (staged.Change)
        {
            case AppendEntries append:
                Append(append, staged);
                break;
            case PutCosignature put:
                putCosignature
                    .Bind(1, staged.Feed)
                    .Bind(2, put.Cosigner.Value)
                    .Bind(3, (long)put.Size)
                    .Bind(4, put.NoteLine)
                    .Bind(5, put.Checkpoint)
                    .Execute();
                foreach (var (cosigner, size) in staged.Pruned)
                    deleteCosignature.Bind(1, staged.Feed).Bind(2, cosigner.Value).Bind(3, (long)size).Execute();
                if (put.StatedAt is { } stated)
                {
                    putDelivery
                        .Bind(1, staged.Feed)
                        .Bind(2, put.Cosigner.Value)
                        .Bind(3, stated.ToUnixTimeMilliseconds())
                        .Bind(4, (long)put.Size)
                        .Bind(5, put.NoteLine)
                        .Bind(6, put.Checkpoint)
                        .Bind(7, put.ArrivedAt?.ToUnixTimeMilliseconds() ?? -1)
                        .Execute();
                }
                break;
            case PutBody put:
                putBody.Bind(1, put.Salt).Bind(2, put.Body).Bind(3, staged.Feed).Bind(4, (long)put.Seq).Execute();
                break;
            case PutMeta { Value: null } delete:
                deleteMeta.Bind(1, delete.Key).Execute();
                break;
            case PutMeta put:
                putMeta.Bind(1, put.Key).Bind(2, put.Value).Execute();
                break;
            case PutLine put:
                putLine
                    .Bind(1, staged.Line)
                    .Bind(2, put.Line.Value)
                    .Bind(3, put.Document)
                    .Bind(4, (long)put.Standing)
                    .Bind(5, put.At.ToUnixTimeMilliseconds())
                    .Execute();
                break;
            case PutFork fork:
                putFork
                    .Bind(1, fork.Line.Value)
                    .Bind(2, fork.Feed.ToString())
                    .Bind(3, fork.First)
                    .Bind(4, fork.Second)
                    .Bind(5, fork.At.ToUnixTimeMilliseconds())
                    .Execute();
                break;
            case CountRefusal refusal:
                countRefusal
                    .Bind(1, refusal.Line?.Value ?? "")
                    .Bind(2, Cut.Text(refusal.Peer))
                    .Bind(3, refusal.Status)
                    .Bind(4, Cut.Text(refusal.Reason))
                    .Bind(5, refusal.At.ToUnixTimeMilliseconds())
                    .Execute();
                refusalsCounted = true;
                break;
            case BeginAttachment begin:
                Bind(beginAttachment, 1, begin.Attachment).Bind(3, begin.Length).Execute();
                break;
            case PutAttachmentChunk chunk:
                Bind(putChunk.Bind(1, chunk.Offset).Bind(2, chunk.Bytes), 3, chunk.Attachment).Execute();
                Bind(growAttachment.Bind(1, chunk.Bytes.Length), 2, chunk.Attachment).Execute();
                break;
            case CompleteAttachment complete:
                Bind(completeAttachment, 1, complete.Attachment).Execute();
                break;
            case DropAttachment drop:
                Bind(dropAttachment, 1, drop.Attachment).Execute();
                break;
            case PutUser
            or PutPasskey
            or DropPasskey
            or PutSession
            or DropSession
            or PutInvitation
            or DropInvitation
            or NoteSignIn:
                officers.Add(staged.Change);
                break;
            case Probe touch:
                probe.Bind(1, touch.At.ToUnixTimeMilliseconds()).Execute();
                break;
            default:
                throw new InvalidOperationException($"no statement for {staged.Change.GetType().Name}");
        }
    }

    /// <summary>What is done once per transaction.</summary>
    internal void EndGroup()
    {
        officers.EndGroup();
        if (!refusalsCounted)
            return;
        refusalsCounted = false;
        forgetRefusals.Bind(1, StoreLimits.MaxRefusalRows).Execute();
    }

    private static Statement Bind(Statement statement, int parameter, AttachmentId attachment) =>
        statement.Bind(parameter, attachment.Feed.ToString()).Bind(parameter + 1, attachment.Commitment.ToArray());

    private void Append(AppendEntries append, in Staged staged)
    {
        putFeed
            .Bind(1, staged.Feed)
            .Bind(2, staged.Line)
            .Bind(3, append.Feed.Party.Value)
            .Bind(4, (long)append.Size)
            .Bind(5, append.Root.ToArray())
            .Bind(6, append.Checkpoint)
            .Execute();
        putEntry.Bind(2, staged.Line).Bind(3, staged.Feed).Bind(5, append.At.ToUnixTimeMilliseconds());
        for (var i = 0; i < append.Entries.Count; i++)
        {
            var entry = append.Entries[i];
            putEntry
                .Bind(1, staged.FirstArrival + i)
                .Bind(4, (long)append.OldSize + i)
                .Bind(6, entry.Header)
                .Bind(7, entry.Salt)
                .Bind(8, entry.Body)
                .Execute();
        }
        Span<byte> hash = stackalloc byte[Hash.Length];
        for (var i = 0; i < append.Subtrees.Count; i++)
        {
            var subtree = append.Subtrees[i];
            subtree.Hash.CopyTo(hash);
            putSubtree.Bind(1, staged.Feed).Bind(2, subtree.Level).Bind(3, (long)subtree.Index).Bind(4, hash).Execute();
        }
    }
}
