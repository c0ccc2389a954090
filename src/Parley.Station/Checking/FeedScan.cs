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

    private readonly IStoreReading reading;
    private readonly RawFeed row;
    private readonly LineDocument document;
    private readonly Origin feed;
    private readonly PartyId self;
    private readonly Damages damages;
    private readonly Func<Hash, bool> isAttachment;
    private readonly VerifierKey author;
    private readonly SignatureScan signatures;
    private readonly byte[] opening;

    /// <summary>How much of the feed each other party has cosigned, as stored.</summary>
    private readonly Dictionary<PartyId, ulong> held = [];
    private readonly SortedDictionary<long, List<RawSignature>> cosigned = [];
    private readonly TreeFrontier tree = new();
    private readonly List<SubtreeHash> wrongSubtrees = [];
    private bool treeKnown = true;
    private bool headerNamed;

    /// <summary>Largest size at which the entries were shown to be those that were signed.</summary>
    private ulong goodUpTo;
    private int unreadable;

    internal FeedScan(
        IStoreReading reading,
        RawFeed row,
        LineDocument document,
        PartyId party,
        PartyId self,
        Damages damages,
        Func<Hash, bool> isAttachment
    )
    {
        this.reading = reading;
        this.row = row;
        this.document = document;
        feed = new Origin(document.Id, party);
        this.self = self;
        this.damages = damages;
        this.isAttachment = isAttachment;
        author = document.LogKey(party);
        signatures = new SignatureScan(document, feed, author);
        opening = LineOpened.BodyFor(document.Hash);
    }

    internal long Entries { get; private set; }
    internal long Bodies { get; private set; }

    /// <summary>Bodies that this party wrote or was to get, and that are neither here nor whole as an
    /// attachment.</summary>
    internal long BodiesAbsent { get; private set; }
    internal long Signatures { get; private set; }

    internal void Run(Action<long> progress, CancellationToken ct)
    {
        ReadCosignatures();
        var extra = reading.CountEntries(row.Row) - row.Size;
        if (extra > 0)
            Damage(Table, null, $"{extra} more entries are stored than the feed's {row.Size}", Remedies.Restore);
        CheckAt(0);
        var deliveredTo = Guarded("deliveries", () => reading.DeliveredTo(row.Row)) ?? [];
        Task<Read>? next = Task.Run(() => ReadFrom(0, BatchEntries), ct);
        for (long at = 0; at < row.Size && unreadable < MaxUnreadable; )
        {
            ct.ThrowIfCancellationRequested();
            var read = next!.GetAwaiter().GetResult();
            var rows = Take(read, ref at);
            // The reading serves one caller at a time: what this batch needs comes before the next batch is asked for.
            var deliveries = rows.Count == 0 ? [] : Delivered(deliveredTo, rows[0].Seq, rows[^1].Seq + 1);
            var stored = rows.Count == 0 ? [] : Subtrees(rows[0].Seq, rows[^1].Seq + 1);
            var from = at;
            // Where reading fails, smaller pieces are asked for until it is clear which entry it is; then larger ones
            // again.
            var ask = read.Rows is null ? Math.Max(1, read.Asked / 16) : Math.Min(BatchEntries, read.Asked * 2);
            next = at < row.Size ? Task.Run(() => ReadFrom(from, ask), ct) : null;
            if (rows.Count > 0)
                Check(EntryBatch.Check(rows, feed, self, opening, ct), deliveries, stored, ct);
            progress(rows.Count);
        }
        next?.GetAwaiter().GetResult();
        if (unreadable >= MaxUnreadable)
            Damage(
                Table,
                null,
                "too many entries cannot be read; the rest of the feed was not looked at",
                Remedies.Restore
            );
        Finish();
    }

    private sealed record Read(long From, int Asked, IReadOnlyList<RawEntry>? Rows, string? Fault);

    private Read ReadFrom(long from, int max)
    {
        try
        {
            return new Read(from, max, reading.Entries(row.Row, from, (int)Math.Min(max, row.Size - from)), null);
        }
        catch (StoreFaultException e)
        {
            return new Read(from, max, null, e.Fault.Message);
        }
    }

    /// <summary>The rows that follow on without a gap; what is missing or cannot be read is named, and passed
    /// over.</summary>
    private List<RawEntry> Take(Read read, ref long at)
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
            Missing(at, row.Size);
            at = row.Size;
            return [];
        }
        if (read.Rows[0].Seq != at)
        {
            var there = Math.Min(read.Rows[0].Seq, row.Size);
            Missing(at, there);
            at = Math.Max(at + 1, there);
            return [];
        }
        var rows = new List<RawEntry>(read.Rows.Count);
        foreach (var entry in read.Rows)
        {
            if (entry.Seq != at)
                break;
            rows.Add(entry);
            at++;
        }
        return rows;
    }

    private void Missing(long from, long to)
    {
        unreadable++;
        treeKnown = false;
        headerNamed = true;
        Damage(
            Table,
            (ulong)from,
            to - from == 1 ? "the entry is missing" : $"{to - from} entries are missing from here on",
            Remedies.Header(Holders((ulong)to - 1))
        );
    }

    private void Unreadable(long seq, string what)
    {
        unreadable++;
        treeKnown = false;
        headerNamed = true;
        Damage(Table, (ulong)seq, what, Remedies.Header(Holders((ulong)seq)));
    }

    private void Check(
        EntryBatch batch,
        Queue<RawSignature> deliveries,
        Dictionary<(int, ulong), byte[]> stored,
        CancellationToken ct
    )
    {
        var toCheck = new List<SignatureToCheck>();
        var completed = new List<SubtreeHash>();
        for (var i = 0; i < batch.Rows.Count; i++)
        {
            var entry = batch.Rows[i];
            var seq = (ulong)entry.Seq;
            if (batch.HeaderFaults[i] is { } header)
            {
                headerNamed = true;
                Damage(Table, seq, header, Remedies.Header(Holders(seq)));
            }
            if (batch.BodyFaults[i] is { } body)
                Damage(
                    Table,
                    seq,
                    body,
                    Remedies.Body([
                        .. Holders(seq)
                            .Where(p => p == feed.Party || batch.BodyHolders[i] is not { } to || to.Contains(p)),
                    ])
                );
            if (entry.LineRow != row.LineRow)
                Damage(Table, seq, "it is filed under another line", Remedies.Rebuild);
            if (batch.Absent[i] is { } absent && !isAttachment(absent))
                BodiesAbsent++;
            if (treeKnown)
                tree.Append(batch.Leaves[i], completed);
            foreach (var subtree in completed)
            {
                if (!stored.TryGetValue((subtree.Level, subtree.Index), out var bytes))
                    Damage(
                        "subtrees",
                        null,
                        $"hash {subtree.Index} of level {subtree.Level} is missing",
                        Remedies.Rebuild
                    );
                else if (bytes.Length != Hash.Length || subtree.Hash != new Hash(bytes))
                    wrongSubtrees.Add(subtree);
            }
            completed.Clear();
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
        var root = RootAt(size, here?[0].Checkpoint ?? deliveries.Peek().Checkpoint);
        foreach (var cosignature in here ?? [])
            into.Add(new SignatureToCheck(cosignature, root, SignatureScan.Cosignatures));
        while (deliveries.TryPeek(out var delivery) && delivery.Size == size)
            into.Add(new SignatureToCheck(deliveries.Dequeue(), root, SignatureScan.Deliveries));
    }

    /// <summary>The tree's root, where the entries are known to be those that were signed, or a checkpoint is the first
    /// that says otherwise.</summary>
    private Hash? RootAt(long size, byte[] note)
    {
        if (!treeKnown)
            return null;
        var root = tree.Root();
        if (
            !SignedCheckpoint.Parse(note).TryGet(out var signed, out _)
            || signed.Checkpoint.Size != (ulong)size
            || signed.Check(author) != SignatureCheck.Valid
        )
            return root; // its own damage
        if (signed.Checkpoint.Root == root)
        {
            goodUpTo = (ulong)size;
            return root;
        }
        Changed((ulong)size);
        return null;
    }

    /// <summary>The author signed another root at this size: between the last size that agreed and this one, an entry
    /// is not what was signed.</summary>
    private void Changed(ulong size)
    {
        treeKnown = false;
        if (headerNamed)
            return;
        var first = goodUpTo;
        var last = size - 1;
        // The first hash of 256 entries that differs tells more closely where.
        if (
            wrongSubtrees.FirstOrDefault(s => s.Level == 1 && (s.Index + 1) * 256 > first && s.Index * 256 <= last) is
            { Level: 1 } wrong
        )
            (first, last) = (Math.Max(first, wrong.Index * 256), Math.Min(last, wrong.Index * 256 + 255));
        wrongSubtrees.Clear();
        headerNamed = true;
        var which =
            first == last
                ? "its header is not what the author signed"
                : $"a header from here to {new EntryId(feed.Party, last)} is not what the author signed";
        Damage(Table, first, which, Remedies.Header(Holders(last)));
    }

    private void Finish()
    {
        var root = row.Root.Length == Hash.Length ? new Hash(row.Root) : (Hash?)null;
        if (root is null)
            Damage("feeds", null, "the stored root is not 32 bytes", Remedies.Restore);
        var fault =
            row.Size == 0 && row.Checkpoint.Length == 0
                ? null
                : SignatureScan.CheckpointFaultOf(row.Checkpoint, feed, author, row.Size, root, out _);
        if (fault is not null)
            Damage(
                "feeds",
                null,
                $"on {row.Size} entries: {fault}",
                fault == SignatureScan.Extended ? Remedies.Extended : Remedies.Restore
            );
        if (treeKnown && root is { } stored && tree.Root() != stored)
        {
            if (fault is null)
                Changed((ulong)row.Size);
            else
                Damage("feeds", null, "the stored root is not that of the entries", Remedies.Restore);
        }
        if (!headerNamed)
            foreach (var subtree in wrongSubtrees)
                Damage(
                    "subtrees",
                    subtree.Index << (8 * subtree.Level),
                    $"hash {subtree.Index} of level {subtree.Level} is not that of its entries",
                    Remedies.Rebuild
                );
        foreach (var (size, rows) in cosigned)
        {
            if (size > row.Size || size < 0)
                foreach (var late in rows)
                    Damage(
                        SignatureScan.Cosignatures,
                        null,
                        $"one is on {size} entries, and the feed has {row.Size}",
                        Remedies.Cosigned
                    );
        }
        var expected = 0UL;
        for (var width = (ulong)Math.Max(0, row.Size) >> 8; width > 0; width >>= 8)
            expected += width;
        if (Guarded("subtrees", () => (long?)reading.CountSubtrees(row.Row)) is { } count && (ulong)count > expected)
            Damage(
                "subtrees",
                null,
                $"{count} hashes are stored, and {row.Size} entries have {expected}",
                Remedies.Rebuild
            );
    }

    private void ReadCosignatures()
    {
        foreach (var cosignature in Guarded(SignatureScan.Cosignatures, () => reading.Cosignatures(row.Row)) ?? [])
        {
            if (PartyId.TryParse(cosignature.Cosigner, out var party) && cosignature.Size >= 0)
                held[party] = Math.Max(held.GetValueOrDefault(party), (ulong)cosignature.Size);
            if (!cosigned.TryGetValue(cosignature.Size, out var rows))
                cosigned.Add(cosignature.Size, rows = []);
            rows.Add(cosignature);
        }
    }

    /// <summary>Cosignatures of an empty feed.</summary>
    private void CheckAt(long size)
    {
        var toCheck = new List<SignatureToCheck>();
        Gather(size, [], toCheck);
        foreach (var damage in signatures.Check(toCheck, CancellationToken.None))
            damages.Add(damage);
    }

    /// <summary>Deliveries of sizes above <paramref name="from"/> and up to <paramref name="to"/>, by size.</summary>
    private Queue<RawSignature> Delivered(IReadOnlyList<string> cosigners, long from, long to)
    {
        var all = new List<RawSignature>();
        foreach (var cosigner in cosigners)
        {
            var rows = Guarded("deliveries", () => reading.Deliveries(row.Row, cosigner, from, (int)(to - from)));
            if (rows is not null)
                all.AddRange(rows.Where(r => r.Size <= to));
        }
        all.Sort((a, b) => a.Size.CompareTo(b.Size));
        return new Queue<RawSignature>(all);
    }

    /// <summary>The stored hashes of the subtrees that are completed by entries from <paramref name="from"/> up to
    /// <paramref name="to"/>.</summary>
    private Dictionary<(int, ulong), byte[]> Subtrees(long from, long to)
    {
        var hashes = new Dictionary<(int, ulong), byte[]>();
        for (var level = 1; to >> (8 * level) > 0 && level < 8; level++)
        {
            var (first, end) = (from >> (8 * level), to >> (8 * level));
            if (first == end)
                continue;
            foreach (
                var subtree in Guarded("subtrees", () => reading.Subtrees(row.Row, level, first, (int)(end - first)))
                    ?? []
            )
            {
                if (subtree.Number >= 0)
                    hashes[(level, (ulong)subtree.Number)] = subtree.Hash;
            }
        }
        return hashes;
    }

    /// <summary>The other parties that have cosigned the entry, and the author, who always holds it.</summary>
    private IReadOnlyList<PartyId> Holders(ulong seq) =>
        [.. document.Parties.Where(p => p != self && (p == feed.Party || held.GetValueOrDefault(p) > seq))];

    private T? Guarded<T>(string table, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (StoreFaultException e)
        {
            Damage(table, null, $"it cannot be read: {e.Fault.Message}", Remedies.Restore);
            return default;
        }
    }

    private void Damage(string table, ulong? seq, string what, string remedy) =>
        damages.Add(
            new Damage(
                table,
                feed.Line.Value,
                feed.Party.Value,
                seq is { } at ? new EntryId(feed.Party, at).ToString() : null,
                what,
                remedy
            )
        );
}
