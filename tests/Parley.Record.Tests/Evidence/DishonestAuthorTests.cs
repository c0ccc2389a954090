using System.Text;
using Parley.Crypto;
using Parley.Record.Tests.Lines;
using Xunit;

namespace Parley.Record.Tests.Evidence;

/// <summary>Exports whose hashes and signatures all hold, of entries that their author should never have
/// written.</summary>
public sealed class DishonestAuthorTests
{
    private static readonly TestParty Us = TestParty.Us,
        Ru = TestParty.Ru;

    [Fact] // EVIDENCE-7
    public void A_header_out_of_its_place_is_named()
    {
        Refused("us/3", record => record.AddRaw(Us, (record.Next(Us) with { Seq = 4 }).Encode()));
        Refused("us/3", record => record.AddRaw(Us, (record.Next(Us) with { Seq = 2 }).Encode()));
        Refused(
            "us/3",
            record =>
                record.AddRaw(
                    Us,
                    (record.Next(Us) with { From = Ru.Id, Seen = new Dictionary<PartyId, ulong>() }).Encode()
                )
        );
        Refused(
            "us/3",
            record => record.AddRaw(Us, (record.Next(Us) with { Line = TestLines.Of(Us, TestParty.Icrc).Id }).Encode())
        );
    }

    [Fact] // EVIDENCE-7
    public void A_header_that_is_none_is_named()
    {
        Refused("us/3", record => record.AddRaw(Us, []));
        Refused("us/3", record => record.AddRaw(Us, Encoding.UTF8.GetBytes("hello")));
        Refused("us/3", record => record.AddRaw(Us, [.. record.Next(Us).Encode(), (byte)' ']));
        Refused("us/3", record => record.AddRaw(Us, new byte[EntryHeader.MaxLength + 1]));
    }

    [Fact] // EVIDENCE-9
    public void A_feed_that_opens_with_anything_but_this_line_document_is_named()
    {
        Opened(record => record.Add(Us, record.Next(Us), LineOpened.BodyFor(record.Document.Hash)));
        Opened(record => record.Add(Us, record.Next(Us) with { Kind = LineOpened.Kind }, null));
        Opened(record =>
            record.Add(Us, record.Next(Us) with { Kind = LineOpened.Kind }, LineOpened.BodyFor(MerkleHash.Empty))
        );
        Opened(record =>
            record.Add(
                Us,
                record.Next(Us) with
                {
                    Kind = LineOpened.Kind,
                },
                [.. LineOpened.BodyFor(record.Document.Hash), (byte)' ']
            )
        );

        static void Opened(Action<TestRecord> open)
        {
            var record = new TestRecord(Us, Ru);
            open(record);
            Named("us/0", record.Export());
        }
    }

    [Fact] // EVIDENCE-10
    public void A_size_that_is_not_the_bodys_is_named()
    {
        foreach (var size in (long[])[0, 2, 4])
        {
            var record = new TestRecord(Us, Ru).Talk(3);
            var salt = new byte[Body.SaltLength];
            var commitment = Body.Commit(salt, [1, 2, 3]);
            record.AddRaw(Us, (record.Next(Us) with { Body = commitment, Size = size }).Encode());
            Named("us/3", record.Export().With(EvidenceFolder.BodyOf(commitment), [.. salt, 1, 2, 3]));
        }
    }

    [Fact] // EVIDENCE-12
    public void A_checkpoint_that_claims_any_number_of_entries_ends_soon()
    {
        foreach (var size in (ulong[])[4, 1UL << 40, 1UL << 60, ulong.MaxValue])
        {
            var record = new TestRecord(Us, Ru).Talk(3);
            var origin = new Origin(record.Document.Id, Us.Id);
            var claim = SignedCheckpoint.Sign(new Checkpoint(origin, size, MerkleHash.Empty), origin, Us.Log);
            var report = Verification.Of(record.Export().With(EvidenceFolder.CheckpointOf(Us.Id), claim.Encode()));
            Assert.Equal(Verdict.Bad, report.Verdict);
            Assert.True(report.Findings.Count <= EvidenceVerifier.MaxFindings);
        }
    }

    [Fact] // EVIDENCE-5
    public void A_root_that_is_not_that_of_the_entries_is_named_at_the_checkpoint()
    {
        var record = new TestRecord(Us, Ru).Talk(3);
        var origin = new Origin(record.Document.Id, Us.Id);
        var claim = SignedCheckpoint.Sign(new Checkpoint(origin, 3, MerkleHash.Empty), origin, Us.Log);
        var fault = Assert.Single(
            Verification.Of(record.Export().With(EvidenceFolder.CheckpointOf(Us.Id), claim.Encode())).Faults()
        );
        Assert.Equal(EvidenceFolder.CheckpointOf(Us.Id), fault.Path);
    }

    private static void Refused(string entry, Action<TestRecord> add)
    {
        var record = new TestRecord(Us, Ru).Talk(3);
        add(record);
        Named(entry, record.Export());
    }

    private static void Named(string entry, MemoryFolder export)
    {
        var report = Verification.Of(export);
        Assert.Equal(Verdict.Bad, report.Verdict);
        Assert.All(report.Faults(), fault => Assert.Equal((Us.Id, entry), (fault.Feed!.Value, fault.Entry.ToString())));
    }
}
