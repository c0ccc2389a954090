using System.Buffers.Binary;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// Checks one entry bundle against its tile of leaf hashes, and each header against its place in the feed. One object
/// serves one
/// tile; workers run many of them at once and share nothing but the bodies' marks.
/// </summary>
internal sealed class BundleCheck(FeedPlace place, ulong tileIndex, int width)
{
    private readonly List<EvidenceFinding> findings = [];
    private readonly Hash[] tile = new Hash[width];

    internal IReadOnlyList<EvidenceFinding> Findings => findings;

    /// <summary>The hashes of the tile; where its file is of no use, those of the entries. Null when neither could be
    /// read.</summary>
    internal Hash[]? Leaves { get; private set; }
    internal int Entries { get; private set; }

    /// <summary>Headers that could be read: what the others refer to is not known.</summary>
    internal int HeadersRead { get; private set; }
    internal long Disclosed { get; private set; }
    internal long Withheld { get; private set; }

    private string BundlePath => field ??= EvidenceFolder.EntriesOf(place.Party, tileIndex, width);

    internal void Run()
    {
        var tilePath = EvidenceFolder.TileOf(place.Party, 0, tileIndex, width);
        var hasTile = TileFile.TryRead(place.Source, tilePath, tile, out var fault);
        if (!hasTile)
            findings.Add(new(place.Party, null, tilePath, fault, IsFault: true));
        using var bundle = BoundedFile.Read(place.Source, BundlePath, width * (sizeof(ushort) + EntryHeader.MaxLength));
        var whole = bundle.Fault is null && ReadEntries(bundle.Bytes, hasTile);
        if (bundle.Fault is not null)
            findings.Add(new(place.Party, null, BundlePath, bundle.Fault, IsFault: true));
        if (hasTile || whole)
            Leaves = tile;
    }

    /// <summary>True when the bundle was exactly its entries; without a tile file their hashes are then in
    /// <see cref="tile"/>. // EVIDENCE-6</summary>
    private bool ReadEntries(ReadOnlySpan<byte> bundle, bool hasTile)
    {
        var matched = true;
        for (var i = 0; i < width; i++)
        {
            if (
                !BinaryPrimitives.TryReadUInt16BigEndian(bundle, out var length)
                || bundle.Length < sizeof(ushort) + length
            )
            {
                if (matched)
                    Fault(i, "the bundle ends within this entry");
                return false;
            }
            var entry = bundle.Slice(sizeof(ushort), length);
            bundle = bundle[(sizeof(ushort) + length)..];
            var leaf = MerkleHash.Leaf(entry);
            var before = matched;
            matched = !hasTile || leaf == tile[i];
            if (!hasTile)
                tile[i] = leaf;
            // Where the entry before failed too, the bundle is read out of step: one finding says it.
            if (!matched && before)
                Fault(i, "the entry does not hash to what the feed's tree holds for it");
            if (matched)
                ReadHeader(i, entry);
        }
        if (bundle.IsEmpty)
            return true;
        if (matched)
            Fault(width - 1, "the bundle goes on after this entry, its last");
        return false;
    }

    private void ReadHeader(int i, ReadOnlySpan<byte> entry)
    {
        Entries++;
        if (!EntryHeader.Parse(entry).TryGet(out var header, out var reason))
        {
            Fault(i, reason);
            return;
        }
        HeadersRead++;
        if (EntryPlace.FaultOf(header, new Origin(place.Line, place.Party), Seq(i)) is { } misplaced)
            Fault(i, misplaced);
        if (place.DoubtAbout(header, out var isLack) is { } doubt)
            findings.Add(new(place.Party, header.Id, BundlePath, doubt, IsFault: false) { IsLack = isLack });
        if (header.Body is { } commitment)
            CheckBody(i, header, commitment);
    }

    // EVIDENCE-10
    private void CheckBody(int i, EntryHeader header, Hash commitment)
    {
        if (!place.Bodies.Find(commitment))
        {
            Withheld++;
            return;
        }
        Disclosed++;
        var path = EvidenceFolder.BodyOf(commitment);
        var fault =
            header.Seq == 0
                ? place.OpeningFault(path, commitment, header.Size)
                : place.BodyFault(path, commitment, header.Size);
        if (fault is not null)
            findings.Add(new(place.Party, new EntryId(place.Party, Seq(i)), path, fault, IsFault: true));
    }

    private ulong Seq(int i) => tileIndex * TileTree.FullWidth + (ulong)i;

    private void Fault(int i, string reason) =>
        findings.Add(new(place.Party, new EntryId(place.Party, Seq(i)), BundlePath, reason, IsFault: true));
}
