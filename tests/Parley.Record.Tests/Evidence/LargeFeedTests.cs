using System.Buffers.Binary;
using Parley.Crypto;
using Parley.Record.Tests.Lines;
using Xunit;

namespace Parley.Record.Tests.Evidence;

/// <summary>A feed of more than 65,536 entries, so that three levels of tiles are written and checked.</summary>
public sealed class LargeFeedTests
{
    private const int Size = 66_000;
    private static readonly TestParty Us = TestParty.Us;
    private static readonly Lazy<MemoryFolder> Export = new(() =>
        new TestRecord(Us, TestParty.Ru).Talk(1).Extend(Us, Size).Export()
    );

    [Fact] // EVIDENCE-5
    public void A_feed_with_tiles_of_three_levels_verifies_and_tells_how_far_it_is()
    {
        var steps = new List<EvidenceProgress>();
        var report = EvidenceVerifier.Verify(Export.Value, new EvidenceOptions { Progress = steps.Add });
        Assert.Equal(Verdict.Good, report.Verdict);
        Assert.Equal((ulong)Size + 1, report.Entries);
        Assert.True(steps.Count >= 2);
        Assert.Equal(new EvidenceProgress(Size + 1, Size + 1), steps[^1]);
        string[] upper =
        [
            .. Export.Value.Paths.Where(path =>
                path.StartsWith("feeds/us/tile/1/", StringComparison.Ordinal)
                || path.StartsWith("feeds/us/tile/2/", StringComparison.Ordinal)
            ),
        ];
        Assert.Equal(["feeds/us/tile/1/000", "feeds/us/tile/1/001.p/1", "feeds/us/tile/2/000.p/1"], upper);
    }

    [Fact] // EVIDENCE-5
    public void The_exports_tiles_prove_single_entries_to_a_tile_client()
    {
        TileReader read = (level, index, width) =>
            Array.ConvertAll(
                Export.Value[EvidenceFolder.TileOf(Us.Id, level, index, width)].Chunk(Hash.Length).ToArray(),
                bytes => new Hash(bytes)
            );
        var checkpoint = SignedCheckpoint.Parse(Export.Value[EvidenceFolder.CheckpointOf(Us.Id)]).Required().Checkpoint;
        foreach (var index in (ulong[])[0, 255, 256, 65_535, 65_536, Size - 1])
        {
            var width = TilePath.WidthAt(checkpoint.Size, 0, index / 256);
            var entry = EntryBundle
                .Read(Export.Value[EvidenceFolder.EntriesOf(Us.Id, index / 256, width)], width)
                .Required()[(int)(index % 256)];
            var proof = InclusionProof.Build(index, checkpoint.Size, read);
            Assert.True(
                InclusionProof.Verify(index, checkpoint.Size, MerkleHash.Leaf(entry.Span), proof, checkpoint.Root)
            );
        }
    }

    [Theory] // EVIDENCE-5
    [
        InlineData("feeds/us/tile/1/000", 8191),
        InlineData("feeds/us/tile/1/001.p/1", 0),
        InlineData("feeds/us/tile/2/000.p/1", 31)
    ]
    public void A_flipped_byte_in_an_upper_tile_is_named_with_its_file(string path, int at)
    {
        var bytes = Export.Value[path].ToArray();
        bytes[at] ^= 0x80;
        var report = EvidenceVerifier.Verify(Export.Value.With(path, bytes));
        Assert.Equal(Verdict.Bad, report.Verdict);
        var fault = Assert.Single(report.Faults());
        Assert.Equal((Us.Id, path), (fault.Feed!.Value, fault.Path));
    }

    [Theory] // EVIDENCE-6, EVIDENCE-13
    [InlineData(1), InlineData(300), InlineData(65_535), InlineData(65_999)]
    public void One_changed_entry_gives_one_finding_that_names_it(int seq)
    {
        var width = TilePath.WidthAt(Size, 0, (ulong)seq / 256);
        var path = EvidenceFolder.EntriesOf(Us.Id, (ulong)seq / 256, width);
        var bytes = Export.Value[path].ToArray();
        var start = 0;
        for (var i = 0; i < seq % 256; i++)
            start += sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(start));
        bytes[start + 30] ^= 0x01;
        var report = EvidenceVerifier.Verify(Export.Value.With(path, bytes));
        Assert.Equal(Verdict.Bad, report.Verdict);
        var fault = Assert.Single(report.Faults());
        Assert.Equal((path, new EntryId(Us.Id, (ulong)seq)), (fault.Path, fault.Entry!.Value));
    }

    [Fact] // EVIDENCE-5
    public void Two_full_tiles_exchanged_with_their_bundles_are_found()
    {
        var swapped = Export.Value.Copy();
        foreach (
            var of in (Func<ulong, string>[])
                [
                    index => EvidenceFolder.TileOf(Us.Id, 0, index, 256),
                    index => EvidenceFolder.EntriesOf(Us.Id, index, 256),
                ]
        )
        {
            (swapped[of(7)], swapped[of(8)]) = (Export.Value[of(8)], Export.Value[of(7)]);
        }
        var report = EvidenceVerifier.Verify(swapped);
        Assert.Equal(Verdict.Bad, report.Verdict);
        Assert.Contains(report.Faults(), fault => fault.Path == "feeds/us/tile/1/000");
        Assert.Contains(report.Faults(), fault => fault.Entry.ToString() == "us/1792");
    }

    [Fact]
    public void Verification_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            EvidenceVerifier.Verify(Export.Value, new EvidenceOptions { Cancel = cancel.Token })
        );
    }
}
