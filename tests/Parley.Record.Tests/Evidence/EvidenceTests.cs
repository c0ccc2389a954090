using System.Text;
using Parley.Crypto;
using Parley.Record.Tests.Lines;
using Xunit;

namespace Parley.Record.Tests.Evidence;

public sealed class EvidenceTests
{
    private static readonly TestParty Us = TestParty.Us,
        Ru = TestParty.Ru,
        Icrc = TestParty.Icrc;

    [Fact] // EVIDENCE-1
    public void An_export_verifies_with_nothing_but_itself()
    {
        var record = new TestRecord(Us, Ru, Icrc).Talk(12);
        var report = Verification.Of(record.Export());
        Assert.Equal(Verdict.Good, report.Verdict);
        Assert.Empty(report.Findings);
        Assert.Equal(36UL, report.Entries);
        Assert.Equal(record.Document.Hash, report.Document!.Hash);
        Assert.Equal(["icrc", "ru", "us"], report.Feeds.Select(feed => feed.Party.Value));
        Assert.All(
            report.Feeds,
            feed =>
            {
                Assert.Equal((12UL, 12UL), (feed.Size, feed.SealedSize));
                Assert.Equal(3, feed.Signatures.Count);
                Assert.Equal((feed.Party, (DateTimeOffset?)null), (feed.Signatures[0].Party, feed.Signatures[0].At));
                Assert.Equal(TestLines.Created.AddDays(1), feed.Signatures[1].At);
                Assert.Equal((9L, 0L), (feed.BodiesDisclosed, feed.BodiesWithheld));
            }
        );
    }

    [Fact] // EVIDENCE-2
    public void The_line_file_says_what_follows_from_the_document()
    {
        var record = new TestRecord(Us, Ru).Talk(1);
        using var json = System.Text.Json.JsonDocument.Parse(record.Export()[EvidenceFolder.LineFile]);
        var root = json.RootElement;
        Assert.Equal(record.Document.Id.Value, root.GetProperty("line").GetString());
        Assert.Equal(record.Document.Bytes, Encoding.UTF8.GetBytes(root.GetProperty("document").GetString()!));
        Assert.Equal(Us.Card.Encode(), Encoding.UTF8.GetBytes(root.GetProperty("cards")[1].GetString()!));
        var feed = root.GetProperty("feeds")[1];
        Assert.Equal($"{record.Document.Id}/us", feed.GetProperty("origin").GetString());
        Assert.Equal(
            record.Document.LogKey(Us.Id),
            VerifierKey.Parse(feed.GetProperty("logKey").GetString()!).Required()
        );
        Assert.Equal(
            record.Document.CosignKey(Us.Id),
            VerifierKey.Parse(feed.GetProperty("cosignKey").GetString()!).Required()
        );
        Assert.Equal(300, root.GetProperty("policy").GetProperty("acknowledge").GetProperty("flash").GetInt32());
        Assert.Equal(
            Us.Card.Fingerprint.Hash.ToHex(),
            root.GetProperty("parties")[1].GetProperty("fingerprint").GetString()
        );
    }

    [Fact] // EVIDENCE-2
    public void A_line_file_that_pairs_a_document_with_other_content_is_bad()
    {
        var export = new TestRecord(Us, Ru).Talk(2).Export();
        var other = new TestRecord(Us, Icrc).Talk(2).Export();
        Assert.Equal(
            Verdict.Bad,
            Verification.Of(export.With(EvidenceFolder.LineFile, other[EvidenceFolder.LineFile])).Verdict
        );
        var text = Encoding.UTF8.GetString(export[EvidenceFolder.LineFile]);
        foreach (
            var (found, put) in (ReadOnlySpan<(string, string)>)
                [
                    ("\"parley\":1", "\"parley\":2"),
                    ("},{\"party\":\"us\",\"origin\"", "}, {\"party\":\"us\",\"origin\""),
                    ("\"title\":\"Northern line\",\"parties\"", "\"title\":\"Southern line\",\"parties\""),
                ]
        )
        {
            Assert.Contains(found, text, StringComparison.Ordinal);
            Assert.Equal(
                Verdict.Bad,
                Verification
                    .Of(
                        export.With(
                            EvidenceFolder.LineFile,
                            Encoding.UTF8.GetBytes(text.Replace(found, put, StringComparison.Ordinal))
                        )
                    )
                    .Verdict
            );
        }
    }

    [Fact] // EVIDENCE-2
    public void The_fingerprint_that_a_reader_knows_must_be_the_lines()
    {
        var record = new TestRecord(Us, Ru).Talk(2);
        var export = record.Export();
        Assert.Equal(
            Verdict.Good,
            EvidenceVerifier
                .Verify(export, new EvidenceOptions { LineFingerprint = record.Document.Fingerprint.Hex })
                .Verdict
        );
        Assert.Equal(
            Verdict.Good,
            EvidenceVerifier
                .Verify(export, new EvidenceOptions { LineFingerprint = record.Document.Fingerprint.Words })
                .Verdict
        );
        Assert.Equal(
            Verdict.Bad,
            EvidenceVerifier.Verify(export, new EvidenceOptions { LineFingerprint = Us.Card.Fingerprint.Hex }).Verdict
        );
        Assert.Equal(
            Verdict.Bad,
            EvidenceVerifier.Verify(export, new EvidenceOptions { LineFingerprint = "" }).Verdict
        );
    }

    [Fact] // EVIDENCE-1
    public void Nothing_to_verify_is_unusable_and_not_bad() =>
        Assert.Equal(Verdict.Unusable, Verification.Of(new MemoryFolder()).Verdict);

    [Fact] // EVIDENCE-4, EVIDENCE-16
    public void A_missing_cosignature_is_said_and_is_no_fault()
    {
        var record = new TestRecord(Us, Ru, Icrc).Talk(3);
        var report = Verification.Of(
            record.Export().With(EvidenceFolder.CheckpointOf(Us.Id), record.Checkpoint(Us, Ru).Encode())
        );
        Assert.Equal(Verdict.GoodInPart, report.Verdict);
        var feed = report.Feeds.Single(feed => feed.Party == Us.Id);
        Assert.Equal((3UL, 0UL), (feed.Size, feed.SealedSize));
        Assert.Equal([Icrc.Id], feed.NotCosignedBy);
        Assert.Contains(
            report.Findings,
            finding => finding.Feed == Us.Id && finding.Reason.Contains("not sealed", StringComparison.Ordinal)
        );
    }

    [Fact] // EVIDENCE-3, EVIDENCE-4
    public void A_signature_that_does_not_verify_or_is_a_strangers_is_bad()
    {
        var record = new TestRecord(Us, Ru).Talk(3);
        var export = record.Export();
        var good = record.Checkpoint(Us, Ru);
        var older = new TestRecord(Us, Ru).Talk(2).Checkpoint(Us, Ru);
        var stale = older.Note.Signatures.Single(line => line.IsBy(record.Document.CosignKey(Ru.Id)));
        SignedCheckpoint[] bad =
        [
            good.With(stale),
            good.With(Cosignature.Sign(good.Checkpoint, Icrc.Id, Icrc.Cosign, TestLines.Created)),
            good.With(Cosignature.Sign(good.Checkpoint, Us.Id, Us.Cosign, TestLines.Created)),
            good.With(Cosignature.Sign(good.Checkpoint, Ru.Id, Ru.Log, TestLines.Created)),
            good.Keep([record.Document.CosignKey(Ru.Id)])!,
            SignedCheckpoint.Sign(good.Checkpoint, new Origin(record.Document.Id, Us.Id), Ru.Log),
            older,
            record.Checkpoint(Ru, Us),
        ];
        foreach (var checkpoint in bad)
        {
            var report = Verification.Of(export.With(EvidenceFolder.CheckpointOf(Us.Id), checkpoint.Encode()));
            Assert.Equal(Verdict.Bad, report.Verdict);
            Assert.Contains(report.Faults(), fault => fault.Feed == Us.Id);
        }
    }

    [Fact] // EVIDENCE-14
    public void A_line_that_is_repeated_is_no_fault_and_said_and_one_that_does_not_verify_is_bad_however_often_a_good_one_stands_beside_it()
    {
        var record = new TestRecord(Us, Ru).Talk(3);
        var path = EvidenceFolder.CheckpointOf(Us.Id);
        var good = record.Checkpoint(Us, Ru).Note;
        foreach (var repeated in good.Signatures)
        {
            var report = Verification.Of(
                record.Export().With(path, new SignedNote(good.Text, [.. good.Signatures, repeated]).Encode())
            );
            Assert.Equal(Verdict.Good, report.Verdict);
            Assert.Contains(
                report.Findings,
                f => f.Path == path && f.Reason.Contains("count once", StringComparison.Ordinal)
            );
            Assert.Equal(2, report.Feeds.Single(f => f.Party == Us.Id).Signatures.Count);
            var forged = repeated with
            {
                Signature = [.. repeated.Signature[..^1], (byte)(repeated.Signature[^1] ^ 1)],
            };
            Assert.Equal(
                Verdict.Bad,
                Verification
                    .Of(record.Export().With(path, new SignedNote(good.Text, [.. good.Signatures, forged]).Encode()))
                    .Verdict
            );
        }
    }

    [Fact] // EVIDENCE-10
    public void Bodies_withheld_are_counted_and_no_fault()
    {
        var report = Verification.Of(new TestRecord(Us, Ru).Talk(10).Export(_ => false));
        Assert.Equal(Verdict.Good, report.Verdict);
        Assert.All(report.Feeds, feed => Assert.Equal((0L, 7L), (feed.BodiesDisclosed, feed.BodiesWithheld)));
    }

    [Fact] // EVIDENCE-10, EVIDENCE-11
    public void A_body_that_no_entry_refers_to_is_bad()
    {
        var export = new TestRecord(Us, Ru).Talk(4).Export();
        var foreign = new byte[40];
        var report = Verification.Of(export.With(EvidenceFolder.BodyOf(Sha256.Of(foreign)), foreign));
        Assert.Equal(Verdict.Bad, report.Verdict);
        Assert.Contains("no entry refers", Assert.Single(report.Faults()).Reason, StringComparison.Ordinal);
    }

    [Theory] // EVIDENCE-11
    [
        InlineData("feeds/us/notes.txt"),
        InlineData("feeds/us/tile/0/001"),
        InlineData("feeds/us/tile/0/000"),
        InlineData("feeds/us/tile/0/000.p/2"),
        InlineData("feeds/us/tile/1/000.p/1")
    ]
    [
        InlineData("feeds/us/tile/entries/000"),
        InlineData("feeds/icrc/checkpoint"),
        InlineData("feeds/x"),
        InlineData("feeds/../line.json"),
        InlineData("bodies/readme"),
        InlineData("bodies/00")
    ]
    public void A_stray_file_where_proof_is_kept_is_bad(string path)
    {
        var report = Verification.Of(new TestRecord(Us, Ru).Talk(3).Export().With(path, [1]));
        Assert.Equal(Verdict.Bad, report.Verdict);
        Assert.Equal(path, Assert.Single(report.Faults()).Path);
    }

    [Fact] // EVIDENCE-11
    public void A_stray_file_elsewhere_is_noted_only()
    {
        var report = Verification.Of(new TestRecord(Us, Ru).Talk(3).Export().With("README.txt", [1]));
        Assert.Equal(Verdict.Good, report.Verdict);
        Assert.Equal("README.txt", Assert.Single(report.Findings).Path);
    }

    [Fact] // EVIDENCE-11
    public void A_file_that_stands_there_twice_is_bad()
    {
        var export = new TestRecord(Us, Ru).Talk(3).Export();
        foreach (var path in export.Paths)
        {
            var doubled = export.Copy();
            doubled.ListedTwice.Add(path);
            Assert.Equal(Verdict.Bad, Verification.Of(doubled).Verdict);
        }
    }

    [Fact] // EVIDENCE-8, EVIDENCE-16
    public void What_an_entry_saw_beyond_the_export_is_noted_only()
    {
        var record = new TestRecord(Us, Ru).Talk(3);
        record.Add(Us, record.Next(Us) with { Seen = new Dictionary<PartyId, ulong> { [Ru.Id] = 99 } }, null);
        record.Add(Us, record.Next(Us) with { Re = [new EntryId(Ru.Id, 50)] }, null);
        record.Add(Us, record.Next(Us) with { To = [Icrc.Id] }, null);
        record.Add(Us, record.Next(Us) with { Seen = new Dictionary<PartyId, ulong> { [Icrc.Id] = 1 } }, null);
        var report = Verification.Of(record.Export());
        Assert.Equal(Verdict.GoodInPart, report.Verdict);
        Assert.Equal(["us/3", "us/4", "us/5", "us/6"], report.Findings.Select(finding => finding.Entry.ToString()));
    }

    [Fact] // EVIDENCE-3, EVIDENCE-16
    public void A_feed_that_is_not_there_at_all_is_noted_only()
    {
        var export = new TestRecord(Us, Ru).Talk(3).Export(_ => false);
        foreach (
            var path in export.Paths.Where(path =>
                path.StartsWith(EvidenceFolder.FeedOf(Ru.Id), StringComparison.Ordinal)
            )
        )
            export = export.Without(path);
        var report = Verification.Of(export);
        Assert.Equal(Verdict.GoodInPart, report.Verdict);
        Assert.Equal((Ru.Id, false), (Assert.Single(report.Findings).Feed!.Value, report.Findings[0].IsFault));
        Assert.Null(report.Feeds.Single(feed => feed.Party == Ru.Id).Root);
    }

    [Fact] // EVIDENCE-16
    public void An_answer_to_what_never_was_does_not_make_a_whole_record_a_part_of_one()
    {
        var record = new TestRecord(Us, Ru).Talk(3);
        record.Add(Us, record.Next(Us) with { Re = [new EntryId(Ru.Id, 900_000)] }, null);
        Assert.Equal(Verdict.Good, Verification.Of(record.Export()).Verdict);
    }

    [Fact]
    public void An_empty_feed_is_a_checkpoint_and_nothing_else()
    {
        var report = Verification.Of(new TestRecord(Us, Ru).Export());
        Assert.Equal(Verdict.Good, report.Verdict);
        Assert.All(report.Feeds, feed => Assert.Equal((0UL, MerkleHash.Empty), (feed.Size, feed.Root!.Value)));
    }
}
