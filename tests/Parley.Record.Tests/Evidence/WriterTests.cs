using Parley.Crypto;
using Parley.Record.Tests.Lines;
using Xunit;

namespace Parley.Record.Tests.Evidence;

public sealed class WriterTests
{
    private static readonly TestParty Us = TestParty.Us,
        Ru = TestParty.Ru;

    [Fact]
    public void The_same_record_is_exported_to_the_same_bytes()
    {
        var first = new TestRecord(Us, Ru).Talk(5).Export();
        var second = new TestRecord(Us, Ru).Talk(5).Export();
        Assert.Equal(first.Paths, second.Paths);
        Assert.All(first.Paths, path => Assert.Equal(first[path], second[path]));
    }

    [Fact] // EVIDENCE-5
    public void A_store_whose_entries_are_not_those_of_its_checkpoint_cannot_be_exported()
    {
        var record = new TestRecord(Us, Ru).Talk(5);
        var entries = record.FeedOf(Us);
        Faulty(entries.Take(4));
        Faulty(entries.Reverse());
        Faulty([.. entries.Take(4), entries[3]]);
        Faulty([.. entries.Take(4), entries[4] with { Header = record.Next(Us).Encode() }]);
        Faulty([.. entries.Skip(1).Prepend(entries[0] with { Body = [1] })]);
        Assert.Throws<InvalidOperationException>(() => Write(record, [.. entries, entries[0]]));
        Write(record, entries);

        void Faulty(IEnumerable<Entry> kept)
        {
            var folder = new MemoryFolder();
            Assert.Throws<InvalidDataException>(() =>
                new EvidenceWriter(record.Document, folder).WriteFeed(Us.Id, record.Checkpoint(Us, Ru), kept)
            );
            Assert.DoesNotContain(EvidenceFolder.CheckpointOf(Us.Id), folder.Paths);
        }
    }

    [Fact] // EVIDENCE-11
    public void A_body_that_two_entries_commit_to_is_written_once()
    {
        var record = new TestRecord(Us, Ru).Talk(2);
        var twin = record.FeedOf(Us)[1];
        var header = EntryHeader.Parse(twin.Header).Required() with { Seq = 2 };
        record.AddRaw(Us, header.Encode(), twin.Salt, twin.Body);
        var report = Verification.Of(record.Export());
        Assert.Equal(Verdict.Good, report.Verdict);
        Assert.Equal(3, report.Feeds.Single(feed => feed.Party == Us.Id).BodiesDisclosed);
    }

    [Fact]
    public void A_checkpoint_of_another_feed_is_misuse()
    {
        var record = new TestRecord(Us, Ru).Talk(2);
        var writer = new EvidenceWriter(record.Document, new MemoryFolder());
        Assert.Throws<ArgumentException>(() => writer.StartFeed(Us.Id, record.Checkpoint(Ru, Us)));
        Assert.Throws<ArgumentException>(() => writer.StartFeed(TestParty.Icrc.Id, record.Checkpoint(Ru, Us)));
    }

    [Fact] // EVIDENCE-10
    public void An_attachment_is_streamed_and_verifies()
    {
        var record = new TestRecord(Us, Ru).Talk(2);
        byte[] salted = [.. new byte[Body.SaltLength], .. Enumerable.Range(0, 300_000).Select(i => (byte)i)];
        var header = record.Next(Us) with { Body = Sha256.Of(salted), Size = 300_000 };
        record.AddRaw(Us, header.Encode());
        var folder = record.Export();
        var scratch = new MemoryFolder();
        var writer = new EvidenceWriter(record.Document, scratch);
        writer.WriteBody(header, () => new MemoryStream(salted));
        var path = EvidenceFolder.BodyOf(header.Body!.Value);
        Assert.Equal(Verdict.Good, Verification.Of(folder.With(path, scratch[path])).Verdict);

        byte[][] wrong = [salted[..^1], [.. salted, 0], [1, .. salted[1..]], []];
        foreach (var bytes in wrong)
        {
            Assert.Throws<InvalidDataException>(() => writer.WriteBody(header, () => new MemoryStream(bytes)));
            var fault = Assert.Single(Verification.Of(folder.With(path, bytes)).Faults());
            Assert.Equal("us/2", fault.Entry.ToString());
        }
    }

    private static void Write(TestRecord record, IEnumerable<Entry> entries) =>
        new EvidenceWriter(record.Document, new MemoryFolder()).WriteFeed(Us.Id, record.Checkpoint(Us, Ru), entries);
}
