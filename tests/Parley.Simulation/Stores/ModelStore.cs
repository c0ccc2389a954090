using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Simulation.Stores;

/// <summary>
/// A station's store in memory. What it takes and what it refuses is decided by the same <see cref="Ledger"/> as in the
/// stores that stations use; the rest is
/// lists. For one caller at a time.
/// </summary>
internal sealed class ModelStore : IStationStore
{
    private readonly ModelDisk disk;
    private readonly Ledger ledger = new();

    internal ModelStore(ModelDisk disk)
    {
        this.disk = disk;
        ledger.LastArrival = disk.LastArrival;
        for (var i = 0; i < disk.Lines.Count; i++)
            ledger.Load(i + 1, disk.Lines[i].Line, disk.Lines[i].Document);
        for (var i = 0; i < disk.Feeds.Count; i++)
        {
            var (name, held) = disk.Feeds[i];
            ledger.Load(i + 1, name, (ulong)held.Entries.Count);
            foreach (var (cosigner, size) in held.Cosignatures.Keys)
                ledger.Load(name, cosigner, size);
        }
        foreach (var (id, held) in disk.Attachments)
            ledger.Load(new AttachmentState(id, held.Length, held.Bytes.Length, held.Complete));
    }

    public string Description => "model";
    public StoreFault? Fault => null;

    public ValueTask<StationSnapshot> LoadAsync(CancellationToken ct = default) =>
        new(
            new StationSnapshot(
                new Dictionary<string, byte[]>(disk.Meta),
                [.. disk.Lines],
                [
                    .. disk.Feeds.Select(f => new FeedRow(
                        f.Name,
                        (ulong)f.Held.Entries.Count,
                        f.Held.Root,
                        f.Held.Checkpoint
                    )),
                ],
                disk.LastArrival,
                [.. disk.Attachments.Where(a => !a.Value.Complete).Select(a => ReadAttachment(a.Key)!)]
            )
            {
                AttachmentBytes = disk
                    .Attachments.GroupBy(a => a.Key.Feed)
                    .ToDictionary(f => f.Key, f => f.Sum(a => a.Value.Length)),
            }
        );

    public Task<long> CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken ct = default)
    {
        var staged = new List<Staged>();
        if (ledger.TryStage(changes, staged) is { } conflict)
            return Task.FromException<long>(conflict);
        foreach (var stage in staged)
            Make(stage);
        return Task.FromResult(disk.LastArrival);
    }

    private void Make(Staged stage)
    {
        switch (stage.Change)
        {
            case PutMeta { Value: null } gone:
                disk.Meta.Remove(gone.Key);
                break;
            case PutMeta { Value: { } value } put:
                disk.Meta[put.Key] = value;
                break;
            case PutLine line:
                var at = disk.Lines.FindIndex(l => l.Line == line.Line);
                var row = new LineRow(line.Line, line.Document, line.Standing, line.At);
                if (at < 0)
                    disk.Lines.Add(row);
                else
                    disk.Lines[at] = row;
                break;
            case AppendEntries append:
                Append(append, stage);
                break;
            case PutCosignature put:
                var cosigned = disk.FeedOf(put.Feed)!.Cosignatures;
                cosigned[(put.Cosigner, put.Size)] = new StoredCosignature(
                    put.Feed,
                    put.Size,
                    put.Cosigner,
                    put.NoteLine,
                    put.Checkpoint
                );
                foreach (var pruned in stage.Pruned)
                    cosigned.Remove(pruned);
                break;
            case PutBody body:
                AddBody(body);
                break;
            case PutFork fork:
                disk.Forks.Add(new ForkRow(fork.Line, fork.Feed, fork.First, fork.Second, fork.At));
                break;
            case BeginAttachment begin:
                disk.Attachments[begin.Attachment] = new ModelDisk.Attachment(begin.Length);
                break;
            case PutAttachmentChunk chunk:
                disk.Attachments[chunk.Attachment].Bytes.Write(chunk.Bytes);
                break;
            case CompleteAttachment complete:
                disk.Attachments[complete.Attachment].Complete = true;
                break;
            case DropAttachment drop:
                disk.Attachments.Remove(drop.Attachment);
                break;
            case CountRefusal:
                break;
            default:
                throw new InvalidOperationException($"the model knows no {stage.Change.GetType().Name}");
        }
    }

    private void Append(AppendEntries append, Staged stage)
    {
        var feed = disk.FeedOf(append.Feed);
        if (feed is null)
            disk.Feeds.Add((append.Feed, feed = new ModelDisk.Feed()));
        if (!disk.Record.TryGetValue(append.Feed.Line, out var record))
            disk.Record[append.Feed.Line] = record = [];
        for (var i = 0; i < append.Entries.Count; i++)
        {
            var entry = new StoredEntry(
                stage.FirstArrival + i,
                append.Feed,
                append.OldSize + (ulong)i,
                append.Entries[i].Header,
                append.Entries[i].Salt,
                append.Entries[i].Body,
                append.At
            );
            feed.Entries.Add(entry);
            record.Add(entry);
        }
        foreach (var subtree in append.Subtrees)
            feed.Subtrees[(subtree.Level, subtree.Index)] = subtree.Hash;
        feed.Root = append.Root;
        feed.Checkpoint = append.Checkpoint;
        disk.LastArrival += append.Entries.Count;
    }

    private void AddBody(PutBody body)
    {
        var feed = disk.FeedOf(body.Feed)!;
        var before = feed.Entries[(int)body.Seq];
        if (before.Body is not null)
            return;
        var with = before with { Salt = body.Salt, Body = body.Body };
        feed.Entries[(int)body.Seq] = with;
        var record = disk.Record[body.Feed.Line];
        record[record.IndexOf(before)] = with;
    }

    public IReadOnlyList<StoredEntry> ReadFeed(
        Origin feed,
        ulong from,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        disk.FeedOf(feed) is { } held && from < (ulong)held.Entries.Count
            ? Page(held.Entries, (int)from, maxEntries, maxBytes, withBodies)
            : [];

    public IReadOnlyList<StoredEntry> ReadRecord(
        LineId line,
        long afterArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    )
    {
        if (!disk.Record.TryGetValue(line, out var record))
            return [];
        int low = 0,
            high = record.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (record[middle].Arrival > afterArrival)
                high = middle;
            else
                low = middle + 1;
        }
        return Page(record, low, maxEntries, maxBytes, withBodies);
    }

    public IReadOnlyList<StoredEntry> ReadRecordBefore(
        LineId line,
        long beforeArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        disk.Record.TryGetValue(line, out var record)
            ? Page(
                [.. record.Where(e => e.Arrival < beforeArrival).OrderByDescending(e => e.Arrival)],
                0,
                maxEntries,
                maxBytes,
                withBodies
            )
            : [];

    private static List<StoredEntry> Page(List<StoredEntry> from, int first, int max, long maxBytes, bool withBodies)
    {
        var page = new List<StoredEntry>();
        long bytes = 0;
        for (var i = first; i < from.Count && page.Count < max; i++)
        {
            bytes += from[i].Header.Length + (withBodies ? from[i].Body?.Length ?? 0 : 0);
            if (page.Count > 0 && bytes > maxBytes)
                break;
            page.Add(withBodies ? from[i] : from[i] with { Salt = null, Body = null });
        }
        return page;
    }

    public StoredEntry? ReadEntry(Origin feed, ulong seq) =>
        ReadFeed(feed, seq, 1, long.MaxValue, withBodies: true) is [var entry] ? entry : null;

    public ReadOnlyMemory<Hash> ReadSubtrees(Origin feed, int level, ulong from, int count)
    {
        var hashes = new List<Hash>();
        while (
            hashes.Count < count
            && disk.FeedOf(feed)!.Subtrees.TryGetValue((level, from + (ulong)hashes.Count), out var hash)
        )
            hashes.Add(hash);
        return hashes.ToArray();
    }

    public IReadOnlyList<StoredCosignature> ReadCosignatures(Origin feed) =>
        disk.FeedOf(feed) is { } held ? [.. held.Cosignatures.Values] : [];

    public IReadOnlyList<StoredDelivery> ReadDeliveries(Origin feed, PartyId cosigner, ulong above, int max) => [];

    public IReadOnlyList<ForkRow> ReadForks(LineId? line) => [.. disk.Forks.Where(f => line is null || f.Line == line)];

    public IReadOnlyList<RefusalRow> ReadRefusals(LineId? line, int max) => [];

    public OfficerSnapshot ReadOfficers() => new([], [], [], []);

    public IReadOnlyList<SignInRow> ReadSignIns(int max) => [];

    public AttachmentState? ReadAttachment(AttachmentId attachment) =>
        disk.Attachments.TryGetValue(attachment, out var held)
            ? new AttachmentState(attachment, held.Length, held.Bytes.Length, held.Complete)
            : null;

    public int ReadAttachmentChunk(AttachmentId attachment, long offset, Span<byte> into)
    {
        if (!disk.Attachments.TryGetValue(attachment, out var held) || offset >= held.Bytes.Length)
            return 0;
        held.Bytes.Position = offset;
        var read = held.Bytes.Read(into);
        held.Bytes.Position = held.Bytes.Length;
        return read;
    }

    public ValueTask ProbeAsync(CancellationToken ct = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
