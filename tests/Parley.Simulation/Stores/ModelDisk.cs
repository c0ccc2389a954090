using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Simulation.Stores;

/// <summary>What a store in memory holds durably: it outlives the process that wrote it, and can be copied as a backup
/// is.</summary>
internal sealed class ModelDisk
{
    internal sealed class Feed
    {
        internal List<StoredEntry> Entries { get; init; } = [];
        internal Dictionary<(int Level, ulong Index), Hash> Subtrees { get; init; } = [];
        internal Hash Root { get; set; }
        internal byte[] Checkpoint { get; set; } = [];
        internal Dictionary<(PartyId Cosigner, ulong Size), StoredCosignature> Cosignatures { get; init; } = [];

        internal Feed Copy() =>
            new()
            {
                Entries = [.. Entries],
                Subtrees = new(Subtrees),
                Root = Root,
                Checkpoint = Checkpoint,
                Cosignatures = new(Cosignatures),
            };
    }

    internal sealed class Attachment(long length)
    {
        internal long Length { get; } = length;
        internal MemoryStream Bytes { get; private init; } = new();
        internal bool Complete { get; set; }

        internal Attachment Copy()
        {
            var copy = new Attachment(Length) { Complete = Complete, Bytes = new MemoryStream() };
            Bytes.WriteTo(copy.Bytes);
            return copy;
        }
    }

    internal Dictionary<string, byte[]> Meta { get; init; } = [];
    internal List<LineRow> Lines { get; init; } = [];

    /// <summary>In the order of their making, as rows are.</summary>
    internal List<(Origin Name, Feed Held)> Feeds { get; init; } = [];
    internal Dictionary<LineId, List<StoredEntry>> Record { get; init; } = [];
    internal List<ForkRow> Forks { get; init; } = [];
    internal Dictionary<AttachmentId, Attachment> Attachments { get; init; } = [];
    internal long LastArrival { get; set; }

    internal Feed? FeedOf(Origin name)
    {
        foreach (var (known, held) in Feeds)
        {
            if (known == name)
                return held;
        }
        return null;
    }

    internal ModelDisk Copy() =>
        new()
        {
            Meta = new(Meta),
            Lines = [.. Lines],
            Feeds = [.. Feeds.Select(f => (f.Name, f.Held.Copy()))],
            Record = Record.ToDictionary(r => r.Key, r => r.Value.ToList()),
            Forks = [.. Forks],
            Attachments = Attachments.ToDictionary(a => a.Key, a => a.Value.Copy()),
            LastArrival = LastArrival,
        };
}
