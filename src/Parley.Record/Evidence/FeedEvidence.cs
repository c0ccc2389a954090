using System.Buffers;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>One feed of an export under way: entries go in one by one, tiles and bundles come out as they fill. Made by
/// <see cref="EvidenceWriter.StartFeed"/>.</summary>
public sealed class FeedEvidence
{
    private readonly PartyId party;
    private readonly SignedCheckpoint checkpoint;
    private readonly IEvidenceSink sink;
    private readonly BodyWriter writeBody;
    private readonly TileStack tiles;
    private readonly ArrayBufferWriter<byte> bundle = new();
    private readonly byte[] tileBytes = new byte[TileTree.FullWidth * Hash.Length];
    private bool completed;

    internal FeedEvidence(PartyId party, SignedCheckpoint checkpoint, IEvidenceSink sink, BodyWriter writeBody)
    {
        this.writeBody = writeBody;
        this.party = party;
        this.checkpoint = checkpoint;
        this.sink = sink;
        tiles = new TileStack(WriteTile);
    }

    /// <summary>Checks and writes the body of an entry, unless it is written already.</summary>
    internal delegate void BodyWriter(EntryHeader header, ReadOnlySpan<byte> saltAndBody);

    /// <summary>Entries taken so far.</summary>
    public ulong Size { get; private set; }

    /// <summary>Takes the next entry, and discloses its body if it stands there.</summary>
    public void Append(Entry entry)
    {
        if (Size == checkpoint.Checkpoint.Size)
            throw new InvalidOperationException("more entries than the checkpoint's size");
        if (entry.Body is not null)
        {
            if (entry.Salt is null || !EntryHeader.Parse(entry.Header).TryGet(out var header, out _))
                throw new InvalidDataException($"entry {party}/{Size} is not kept whole");
            writeBody(header, [.. entry.Salt, .. entry.Body]);
        }
        EntryBundle.Append(bundle, entry.Header);
        Size++;
        tiles.Append(0, MerkleHash.Leaf(entry.Header)); // writes the bundle, too, when it fills the tile
    }

    /// <summary>Writes the partial tiles and, last, the checkpoint. Throws when the entries are not those that it
    /// speaks of.</summary>
    public void Complete()
    {
        if (completed)
            throw new InvalidOperationException("the feed is complete");
        completed = true;
        var size = checkpoint.Checkpoint.Size;
        if (Size != size || tiles.Root(size) != checkpoint.Checkpoint.Root)
            throw new InvalidDataException(
                $"the {Size} entries kept of {party} are not those of its checkpoint at size {size}"
            );
        for (var level = 0; level < TileTree.Levels; level++)
        {
            var partial = tiles.Partial(level, out var index);
            if (!partial.IsEmpty)
                WriteTile(level, index, partial.Span);
        }
        sink.Write(EvidenceFolder.CheckpointOf(party), checkpoint.Encode());
    }

    private void WriteTile(int level, ulong index, ReadOnlySpan<Hash> hashes)
    {
        for (var i = 0; i < hashes.Length; i++)
            hashes[i].CopyTo(tileBytes.AsSpan(i * Hash.Length));
        sink.Write(
            EvidenceFolder.TileOf(party, level, index, hashes.Length),
            tileBytes.AsSpan(0, hashes.Length * Hash.Length)
        );
        if (level != 0)
            return;
        sink.Write(EvidenceFolder.EntriesOf(party, index, hashes.Length), bundle.WrittenSpan);
        bundle.ResetWrittenCount();
    }
}
