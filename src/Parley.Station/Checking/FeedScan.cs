using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>
/// Reads one stored feed from its first entry to its last, in memory that does not grow with it: every header, body,
/// subtree hash, cosignature and delivery
/// against what the author signed.
/// </summary>
internal sealed class FeedScan
{
    /// <summary>Entries read at once: a multiple of 256, so that whole subtrees end with it.</summary>
    private const int BatchEntries = 4096;

    /// <summary>Entries that cannot be read, or are not there, after which a feed is given up.</summary>
    private const int MaxUnreadable = 64;
    private const string Table = "entries";

    private readonly StoredFeed feed;
    private readonly FeedDamages damages;
    private readonly FeedRows rows;
    private readonly FeedTree tree;
    private readonly Func<Hash, bool> isAttachment;
    private readonly SignatureScan signatures;
    private readonly SortedDictionary<long, List<RawSignature>> cosigned = [];
    private int unreadable;

    internal FeedScan(IStoreReading reading, StoredFeed feed, Damages damages, Func<Hash, bool> isAttachment)
    {
        this.feed = feed;
        this.isAttachment = isAttachment;
        this.damages = new FeedDamages(feed, damages);
        rows = new FeedRows(reading, feed, this.damages);
        tree = new FeedTree(feed, this.damages);
        signatures = new SignatureScan(feed.Document, feed.Origin, feed.Author);
    }

    internal long Entries { get; private set; }
    internal long Bodies { get; private set; }

    /// <summary>Bodies that this party wrote or was to get, and that are neither here nor whole as an
    /// attachment.</summary>
    internal long BodiesAbsent { get; private set; }
    internal long Signatures { get; private set; }

    internal void Run(Action<long> progress, CancellationToken ct)
    {
        var opening = LineOpened.BodyFor(feed.Document.Hash);
        foreach (var (size, signed) in rows.ReadCosignatures())
            cosigned.Add(size, signed);
        var extra = rows.Extra();
        if (extra > 0)
            damages.Add(
                Table,
                null,
                $"{extra} more entries are stored than the feed's {feed.Row.Size}",
                Remedies.Restore
            );
        CheckAt(0);
        rows.ReadWhoItWasDeliveredTo();
        Task<FeedRows.Read>? next = Task.Run(() => rows.ReadFrom(0, BatchEntries), ct);
        for (long at = 0; at < feed.Row.Size && unreadable < MaxUnreadable; )
        {
            ct.ThrowIfCancellationRequested();
            var read = next!.GetAwaiter().GetResult();
            var there = Take(read, ref at);
            // The reading serves one caller at a time: what this batch needs comes before the next batch is asked for.
            var deliveries = there.Count == 0 ? [] : rows.Delivered(there[0].Seq, there[^1].Seq + 1);
            var stored = there.Count == 0 ? [] : rows.Subtrees(there[0].Seq, there[^1].Seq + 1);
            var from = at;
            // Where reading fails, smaller pieces are asked for until it is clear which entry it is; then larger ones
            // again.
            var ask = read.Rows is null ? Math.Max(1, read.Asked / 16) : Math.Min(BatchEntries, read.Asked * 2);
            next = at < feed.Row.Size ? Task.Run(() => rows.ReadFrom(from, ask), ct) : null;
            if (there.Count > 0)
                Check(EntryBatch.Check(there, feed.Origin, feed.Self, opening, ct), deliveries, stored, ct);
            progress(there.Count);
        }
        next?.GetAwaiter().GetResult();
        if (unreadable >= MaxUnreadable)
            damages.Add(
                Table,
                null,
                "too many entries cannot be read; the rest of the feed was not looked at",
                Remedies.Restore
            );
        Finish();
    }

    /// <summary>The rows that follow on without a gap; what is missing or cannot be read is named, and passed
    /// over.</summary>
    private List<RawEntry> Take(FeedRows.Read read, ref long at)
    {
        if (read.Rows is null)
        {
            if (read.Asked > 1)
                return [];
            Unreadable(at++, $"it cannot be read: {read.Fault}");
            return [];
        }
        if (read.Rows.Count == 0)
        {
            Missing(at, feed.Row.Size);
            at = feed.Row.Size;
            return [];
        }
        if (read.Rows[0].Seq != at)
        {
            var there = Math.Min(read.Rows[0].Seq, feed.Row.Size);
            Missing(at, there);
            at = Math.Max(at + 1, there);
            return [];
        }
        var following = new List<RawEntry>(read.Rows.Count);
        foreach (var entry in read.Rows)
        {
            if (entry.Seq != at)
                break;
            following.Add(entry);
            at++;
        }
        return following;
    }

    private void Missing(long from, long to)
    {
        unreadable++;
        tree.Break();
        damages.Add(
            Table,
            (ulong)from,
            to - from == 1 ? "the entry is missing" : $"{to - from} entries are missing from here on",
            Remedies.Header(damages.Holders((ulong)to - 1))
        );
    }

    private void Unreadable(long seq, string what)
    {
        unreadable++;
        tree.Break();
        damages.Add(Table, (ulong)seq, what, Remedies.Header(damages.Holders((ulong)seq)));
    }

    private void Check(
        EntryBatch batch,
        Queue<RawSignature> deliveries,
        Dictionary<(int, ulong), byte[]> stored,
        CancellationToken ct
    )
    {
        var toCheck = new List<SignatureToCheck>();
        for (var i = 0; i < batch.Rows.Count; i++)
        {
            var entry = batch.Rows[i];
            var seq = (ulong)entry.Seq;
            if (batch.HeaderFaults[i] is { } header)
            {
                tree.NameHeader();
                damages.Add(Table, seq, header, Remedies.Header(damages.Holders(seq)));
            }
            if (batch.BodyFaults[i] is { } body)
                damages.Add(
                    Table,
                    seq,
                    body,
                    Remedies.Body([
                        .. damages
                            .Holders(seq)
                            .Where(p => p == feed.Party || batch.BodyHolders[i] is not { } to || to.Contains(p)),
                    ])
                );
            if (entry.LineRow != feed.Row.LineRow)
                damages.Add(Table, seq, "it is filed under another line", Remedies.Rebuild);
            if (batch.Absent[i] is { } absent && !isAttachment(absent))
                BodiesAbsent++;
            tree.Append(batch.Leaves[i], stored);
            Gather((long)seq + 1, deliveries, toCheck);
        }
        Entries += batch.Rows.Count;
        Bodies += batch.Bodies;
        foreach (var damage in signatures.Check(toCheck, ct))
            damages.Add(damage);
        Signatures += toCheck.Count;
    }

    /// <summary>What was signed at this size, with the root that the entries have there.</summary>
    private void Gather(long size, Queue<RawSignature> deliveries, List<SignatureToCheck> into)
    {
        var here = cosigned.Remove(size, out var list) ? list : null;
        if (here is null && (deliveries.Count == 0 || deliveries.Peek().Size != size))
            return;
        var root = tree.RootAt(size, here?[0].Checkpoint ?? deliveries.Peek().Checkpoint);
        foreach (var cosignature in here ?? [])
            into.Add(new SignatureToCheck(cosignature, root, SignatureScan.Cosignatures));
        while (deliveries.TryPeek(out var delivery) && delivery.Size == size)
            into.Add(new SignatureToCheck(deliveries.Dequeue(), root, SignatureScan.Deliveries));
    }

    private void Finish()
    {
        var root = feed.Row.Root.Length == Hash.Length ? new Hash(feed.Row.Root) : (Hash?)null;
        if (root is null)
            damages.Add("feeds", null, "the stored root is not 32 bytes", Remedies.Restore);
        var fault =
            feed.Row.Size == 0 && feed.Row.Checkpoint.Length == 0
                ? null
                : SignatureScan.CheckpointFaultOf(
                    feed.Row.Checkpoint,
                    feed.Origin,
                    feed.Author,
                    feed.Row.Size,
                    root,
                    out _
                );
        if (fault is not null)
            damages.Add(
                "feeds",
                null,
                $"on {feed.Row.Size} entries: {fault}",
                fault == SignatureScan.Extended ? Remedies.Extended : Remedies.Restore
            );
        tree.Finish(root, fault);
        foreach (var (size, signed) in cosigned)
        {
            if (size > feed.Row.Size || size < 0)
                foreach (var late in signed)
                    damages.Add(
                        SignatureScan.Cosignatures,
                        null,
                        $"one is on {size} entries, and the feed has {feed.Row.Size}",
                        Remedies.Cosigned
                    );
        }
        var expected = 0UL;
        for (var width = (ulong)Math.Max(0, feed.Row.Size) >> 8; width > 0; width >>= 8)
            expected += width;
        if (damages.Guarded("subtrees", () => (long?)rows.CountSubtrees()) is { } count && (ulong)count > expected)
            damages.Add(
                "subtrees",
                null,
                $"{count} hashes are stored, and {feed.Row.Size} entries have {expected}",
                Remedies.Rebuild
            );
    }

    /// <summary>Cosignatures of an empty feed.</summary>
    private void CheckAt(long size)
    {
        var toCheck = new List<SignatureToCheck>();
        Gather(size, [], toCheck);
        foreach (var damage in signatures.Check(toCheck, CancellationToken.None))
            damages.Add(damage);
    }
}
