using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage;

/// <summary>A change that passed its preconditions, with the numbers the writer gave it.</summary>
/// <param name="Change">The change.</param>
/// <param name="Line">Row id of its line; 0 where it has none.</param>
/// <param name="Feed">Row id of its feed; 0 where it has none.</param>
/// <param name="FirstArrival">Arrival number of the first entry appended.</param>
/// <param name="Pruned">Cosignatures that this one makes superfluous.</param>
internal readonly record struct Staged(
    StoreChange Change,
    int Line,
    int Feed,
    long FirstArrival,
    IReadOnlyList<(PartyId Cosigner, ulong Size)> Pruned
);

/// <summary>
/// What the writer knows of the committed state, to check preconditions and give numbers without asking the database.
/// Owned by the
/// writer thread; after a fault it is thrown away and read anew.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<LineId, (int Id, Hash Document)> lines = [];
    private readonly Dictionary<Origin, FeedHead> feeds = [];
    private readonly Dictionary<AttachmentId, AttachmentState> attachments = [];
    private readonly List<Action> undo = [];

    /// <summary>Arrival number of the newest entry.</summary>
    internal long LastArrival { get; set; }

    internal int LineCount => lines.Count;
    internal int FeedCount => feeds.Count;
    internal IEnumerable<KeyValuePair<LineId, int>> LineIds =>
        lines.Select(l => KeyValuePair.Create(l.Key, l.Value.Id));
    internal IEnumerable<KeyValuePair<Origin, int>> FeedIds =>
        feeds.Select(f => KeyValuePair.Create(f.Key, f.Value.Id));

    internal void Load(int id, LineId line, ReadOnlySpan<byte> document) => lines.Add(line, (id, Sha256.Of(document)));

    internal void Load(int id, Origin feed, ulong size) => feeds.Add(feed, new FeedHead(id, lines[feed.Line].Id, size));

    internal void Load(Origin feed, PartyId cosigner, ulong size) => feeds[feed].Add(cosigner, size);

    internal void Load(AttachmentState attachment) => attachments.Add(attachment.Attachment, attachment);

    /// <summary>
    /// Checks one caller's changes in order and, when all hold, adds them to <paramref name="group"/>. Otherwise
    /// nothing is added,
    /// the ledger is as before, and the conflict is returned.
    /// </summary>
    internal StoreConflictException? TryStage(IReadOnlyList<StoreChange> changes, List<Staged> group)
    {
        var start = group.Count;
        undo.Clear();
        for (var i = 0; i < changes.Count; i++)
        {
            if (Stage(changes[i], group) is not { } conflict)
                continue;
            for (var u = undo.Count - 1; u >= 0; u--)
                undo[u]();
            group.RemoveRange(start, group.Count - start);
            return conflict;
        }
        return null;
    }

    private StoreConflictException? Stage(StoreChange change, List<Staged> group)
    {
        switch (change)
        {
            case AppendEntries append:
                return Stage(append, group);
            case PutCosignature cosignature:
                return Stage(cosignature, group);
            case PutLine line:
                return Stage(line, group);
            case PutBody body:
                if (!feeds.TryGetValue(body.Feed, out var holder) || body.Seq >= holder.Size)
                    return new StoreConflictException($"entry {body.Feed}/{body.Seq} is not stored", holder?.Size ?? 0);
                group.Add(new Staged(body, holder.Line, holder.Id, 0, []));
                return null;
            case BeginAttachment begin:
                return Stage(begin, group);
            case PutAttachmentChunk chunk:
                return Stage(chunk, group);
            case CompleteAttachment complete:
                return Stage(complete, group);
            case DropAttachment drop:
                if (
                    attachments.TryGetValue(drop.Attachment, out var dropped)
                    && (drop.EvenComplete || !dropped.Complete)
                )
                {
                    attachments.Remove(drop.Attachment);
                    undo.Add(() => attachments.Add(drop.Attachment, dropped));
                    group.Add(new Staged(drop, 0, 0, 0, []));
                }
                return null;
            default:
                group.Add(new Staged(change, 0, 0, 0, []));
                return null;
        }
    }

    private StoreConflictException? Stage(PutLine put, List<Staged> group)
    {
        var document = Sha256.Of(put.Document);
        if (!lines.TryGetValue(put.Line, out var known))
        {
            known = (lines.Count + 1, document);
            lines.Add(put.Line, known);
            undo.Add(() => lines.Remove(put.Line));
        }
        else if (known.Document != document)
        {
            return new StoreConflictException($"line {put.Line} is stored with another document");
        }
        group.Add(new Staged(put, known.Id, 0, 0, []));
        return null;
    }

    private StoreConflictException? Stage(AppendEntries append, List<Staged> group)
    {
        if (append.Size != append.OldSize + (ulong)append.Entries.Count)
            return new StoreConflictException(
                $"{append.Entries.Count} entries do not lead from size {append.OldSize} to {append.Size}"
            );
        if (!feeds.TryGetValue(append.Feed, out var feed))
        {
            if (!lines.TryGetValue(append.Feed.Line, out var line))
                return new StoreConflictException($"line {append.Feed.Line} is not stored");
            if (append.OldSize != 0)
                return new StoreConflictException($"feed {append.Feed} has size 0, not {append.OldSize}", 0);
            feed = new FeedHead(feeds.Count + 1, line.Id, 0);
            feeds.Add(append.Feed, feed);
            undo.Add(() => feeds.Remove(append.Feed));
        }
        if (feed.Size != append.OldSize)
            return new StoreConflictException(
                $"feed {append.Feed} has size {feed.Size}, not {append.OldSize}",
                feed.Size
            );
        var before = LastArrival;
        group.Add(new Staged(append, feed.Line, feed.Id, before + 1, []));
        feed.Size = append.Size;
        LastArrival = before + append.Entries.Count;
        undo.Add(() => (feed.Size, LastArrival) = (append.OldSize, before));
        return null;
    }

    private StoreConflictException? Stage(PutCosignature put, List<Staged> group)
    {
        if (!feeds.TryGetValue(put.Feed, out var feed))
            return new StoreConflictException($"feed {put.Feed} is not stored");
        if (feed.Add(put.Cosigner, put.Size))
            undo.Add(() => feed.Remove(put.Cosigner, put.Size));
        var pruned = feed.Superfluous(put.RequiredCosigners, put.Cosigner);
        foreach (var (cosigner, size) in pruned)
        {
            feed.Remove(cosigner, size);
            undo.Add(() => feed.Add(cosigner, size));
        }
        group.Add(new Staged(put, feed.Line, feed.Id, 0, pruned));
        return null;
    }

    private StoreConflictException? Stage(BeginAttachment begin, List<Staged> group)
    {
        if (attachments.TryGetValue(begin.Attachment, out var held))
        {
            return !held.Complete && held.Length == begin.Length
                ? null
                : new StoreConflictException($"attachment {begin.Attachment} is already held");
        }
        Set(null, new AttachmentState(begin.Attachment, begin.Length, 0, Complete: false));
        group.Add(new Staged(begin, 0, 0, 0, []));
        return null;
    }

    private StoreConflictException? Stage(PutAttachmentChunk chunk, List<Staged> group)
    {
        if (attachments.GetValueOrDefault(chunk.Attachment) is not { Complete: false } held)
            return NotBegun(chunk.Attachment);
        if (held.Held != chunk.Offset || chunk.Bytes.Length > held.Length - held.Held)
            return new StoreConflictException(
                $"{held.Held} of {held.Length} bytes are held; {chunk.Bytes.Length} at {chunk.Offset} do not follow",
                (ulong)held.Held
            );
        Set(held, held with { Held = held.Held + chunk.Bytes.Length });
        group.Add(new Staged(chunk, 0, 0, 0, []));
        return null;
    }

    private StoreConflictException? Stage(CompleteAttachment complete, List<Staged> group)
    {
        if (attachments.GetValueOrDefault(complete.Attachment) is not { Complete: false } held)
            return NotBegun(complete.Attachment);
        if (held.Held != held.Length)
            return new StoreConflictException($"{held.Held} of {held.Length} bytes are held", (ulong)held.Held);
        Set(held, held with { Complete = true });
        group.Add(new Staged(complete, 0, 0, 0, []));
        return null;
    }

    private static StoreConflictException NotBegun(AttachmentId attachment) =>
        new($"no incomplete attachment {attachment} is held");

    private void Set(AttachmentState? before, AttachmentState after)
    {
        attachments[after.Attachment] = after;
        undo.Add(
            before is null ? () => attachments.Remove(after.Attachment) : () => attachments[after.Attachment] = before
        );
    }
}
