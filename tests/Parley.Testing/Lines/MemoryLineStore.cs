using Parley.Crypto;
using Parley.Link;
using Parley.Record;

namespace Parley.Testing.Lines;

/// <summary>Says that a set of changes was not made, and that nothing of it was.</summary>
public sealed class StoreRefused(string reason, bool conflict = true) : Exception(reason)
{
    /// <summary>True when the store is sound and the changes do not fit what it holds.</summary>
    public bool Conflict { get; } = conflict;
}

/// <summary>What a station holds durably of one line. It refuses what a real store refuses: entries at the wrong place,
/// chunks at the wrong offset.</summary>
public sealed class MemoryLineStore
{
    public sealed class Feed
    {
        internal List<Entry> Entries { get; init; } = [];
        internal List<Hash> Leaves { get; init; } = [];
        internal Dictionary<(int Level, ulong Index), Hash> Subtrees { get; init; } = [];
        internal SignedCheckpoint? Checkpoint { get; set; }

        /// <summary>By cosigner: the largest size cosigned, and the signature.</summary>
        internal Dictionary<PartyId, (ulong Size, NoteSignature Line)> Cosignatures { get; init; } = [];

        public ulong Size => (ulong)Entries.Count;
        public IReadOnlyList<Entry> All => Entries;
        public SignedCheckpoint? Newest => Checkpoint;

        public ulong CosignedBy(PartyId party) => Cosignatures.TryGetValue(party, out var held) ? held.Size : 0;

        internal ReadOnlyMemory<Hash> Tile(int level, ulong index, int width)
        {
            var first = (int)index * 256;
            return level == 0
                ? Leaves.GetRange(first, width).ToArray()
                : Enumerable.Range(first, width).Select(i => Subtrees[(level, (ulong)i)]).ToArray();
        }

        public TreeFrontier FrontierAt(ulong size) => TreeFrontier.FromTiles(size, Tile);

        public Hash[] Consistency(ulong oldSize, ulong newSize) => ConsistencyProof.Build(oldSize, newSize, Tile);

        internal Feed Copy() =>
            new()
            {
                Entries = [.. Entries],
                Leaves = [.. Leaves],
                Subtrees = new(Subtrees),
                Checkpoint = Checkpoint,
                Cosignatures = new(Cosignatures),
            };
    }

    public sealed class Attachment(long length)
    {
        public long Length { get; } = length;
        public byte[] Held { get; set; } = [];
        public bool Complete { get; set; }

        internal Attachment Copy() => new(Length) { Held = Held, Complete = Complete };
    }

    private Dictionary<PartyId, Feed> feeds = [];

    public IReadOnlyDictionary<PartyId, Feed> Feeds => feeds;
    public List<(Origin Feed, SignedCheckpoint Held, SignedCheckpoint Offered)> Forks { get; private init; } = [];
    public Dictionary<AttachmentId, Attachment> Attachments { get; private init; } = [];
    public HashSet<EntryId> OpenAttachments { get; private init; } = [];
    public List<PartyId> SuspendedBy { get; private set; } = [];
    public List<(PartyId Peer, int Status, string Reason)> Refusals { get; private init; } = [];
    public bool Restored { get; set; }

    /// <summary>Entries that were met and not written here, until two officers decide.</summary>
    public ForeignFeed? Foreign { get; set; }

    public static MemoryLineStore For(LineDocument document) =>
        new() { feeds = document.Parties.ToDictionary(p => p, _ => new Feed()) };

    /// <summary>A copy, as a backup would be.</summary>
    public MemoryLineStore Copy() =>
        new()
        {
            feeds = feeds.ToDictionary(f => f.Key, f => f.Value.Copy()),
            Forks = [.. Forks],
            Attachments = Attachments.ToDictionary(a => a.Key, a => a.Value.Copy()),
            OpenAttachments = [.. OpenAttachments],
            SuspendedBy = [.. SuspendedBy],
            Refusals = [.. Refusals],
        };

    /// <summary>Everything a new machine starts with.</summary>
    public LoadedLine Load(PartyId self, bool attended) =>
        new()
        {
            Feeds = feeds.ToDictionary(
                f => f.Key,
                f => new LoadedFeed(
                    f.Value.FrontierAt(f.Value.Size),
                    f.Value.Checkpoint,
                    f.Value.Cosignatures.ToDictionary(c => c.Key, c => c.Value.Size)
                )
            ),
            OwnCosignatures = feeds[self]
                .Cosignatures.Where(c => c.Value.Size == feeds[self].Size)
                .ToDictionary(c => c.Key, c => c.Value.Line),
            Stopped = Forks.Count > 0,
            Restored = Restored,
            Foreign = Foreign,
            SuspendedBy = [.. SuspendedBy],
            OpenAttachments = [.. OpenAttachments],
            AttachmentBytes = Attachments
                .GroupBy(a => a.Key.Feed.Party)
                .ToDictionary(a => a.Key, a => a.Sum(x => x.Value.Length)),
            Attended = attended,
        };

    /// <summary>All of the changes or none.</summary>
    public void Apply(IReadOnlyList<LineChange> changes)
    {
        foreach (var change in changes)
            Examine(change, changes);
        foreach (var change in changes)
            Make(change);
    }

    private void Examine(LineChange change, IReadOnlyList<LineChange> beside)
    {
        switch (change)
        {
            case LineChange.AppendFeed append when feeds[append.Feed.Party].Size != append.OldSize:
                throw new StoreRefused(
                    $"{append.Feed.Party} holds {feeds[append.Feed.Party].Size} entries, not {append.OldSize}"
                );
            case LineChange.AddCosignature added when added.Checkpoint.Checkpoint.Size == 0:
                throw new StoreRefused("there is no such feed to cosign");
            case LineChange.AppendAttachment chunk:
                var begins = beside.OfType<LineChange.BeginAttachment>().Any(b => b.Attachment == chunk.Attachment);
                if (!begins && !Attachments.ContainsKey(chunk.Attachment))
                    throw new StoreRefused("no such attachment was begun");
                var held = Attachments.TryGetValue(chunk.Attachment, out var there) ? there.Held.Length : 0;
                if (held != chunk.Offset || there is { Complete: true })
                    throw new StoreRefused($"the attachment holds {held} bytes, not {chunk.Offset}");
                break;
        }
    }

    private void Make(LineChange change)
    {
        switch (change)
        {
            case LineChange.AppendFeed append:
                Extend(feeds[append.Feed.Party], append);
                break;
            case LineChange.AddCosignature added:
                var cosignatures = feeds[added.Feed.Party].Cosignatures;
                if (
                    !cosignatures.TryGetValue(added.Cosigner, out var known)
                    || known.Size <= added.Checkpoint.Checkpoint.Size
                )
                    cosignatures[added.Cosigner] = (added.Checkpoint.Checkpoint.Size, added.Cosignature);
                break;
            case LineChange.AddBody body:
                var without = feeds[body.Feed.Party].Entries[(int)body.Seq];
                if (without.Body is null)
                    feeds[body.Feed.Party].Entries[(int)body.Seq] = without with { Salt = body.Salt, Body = body.Body };
                break;
            case LineChange.RecordFork fork:
                Forks.Add((fork.Feed, fork.Held, fork.Offered));
                break;
            case LineChange.BeginAttachment begin:
                Attachments.TryAdd(begin.Attachment, new Attachment(begin.Length));
                break;
            case LineChange.AppendAttachment chunk:
                Attachments[chunk.Attachment].Held = [.. Attachments[chunk.Attachment].Held, .. chunk.Bytes];
                break;
            case LineChange.CompleteAttachment complete:
                Attachments[complete.Attachment].Complete = true;
                break;
            case LineChange.DropAttachment drop
                when Attachments.TryGetValue(drop.Attachment, out var dropped) && !dropped.Complete:
                Attachments.Remove(drop.Attachment);
                break;
            case LineChange.DropAttachment:
                break;
            case LineChange.TrackAttachment { Open: true } track:
                OpenAttachments.Add(track.Entry);
                break;
            case LineChange.TrackAttachment track:
                OpenAttachments.Remove(track.Entry);
                break;
            case LineChange.MarkCatchingUp:
                Restored = true;
                break;
            case LineChange.MarkForeign mark:
                Foreign = mark.Met;
                break;
            case LineChange.SignOn:
                Foreign = null;
                break;
            case LineChange.SetSuspended suspended:
                SuspendedBy = [.. suspended.By];
                break;
            case LineChange.CountRefusal refusal:
                Refusals.Add((refusal.Peer, refusal.Status, refusal.Reason));
                break;
            default:
                throw new InvalidOperationException($"unknown change {change.GetType().Name}");
        }
    }

    private static void Extend(Feed feed, LineChange.AppendFeed append)
    {
        foreach (var entry in append.Entries)
        {
            feed.Entries.Add(entry);
            feed.Leaves.Add(MerkleHash.Leaf(entry.Header));
        }
        foreach (var subtree in append.Subtrees)
            feed.Subtrees.Add((subtree.Level, subtree.Index), subtree.Hash);
        feed.Checkpoint = append.Checkpoint;
        if (
            append.Checkpoint.Checkpoint.Size != feed.Size
            || feed.FrontierAt(feed.Size).Root() != append.Root
            || append.Root != append.Checkpoint.Checkpoint.Root
        )
            throw new InvalidOperationException("the machine stored a checkpoint that is not that of its entries");
    }

    internal IReadOnlyList<Entry> Read(PartyId author, ulong from, int max, long maxBytes)
    {
        var read = new List<Entry>();
        long bytes = 0;
        foreach (var entry in feeds[author].Entries.Skip((int)from).Take(max))
        {
            bytes += entry.Header.Length + (entry.Body?.Length ?? 0);
            if (read.Count > 0 && bytes > maxBytes)
                break;
            read.Add(entry);
        }
        return read;
    }
}
