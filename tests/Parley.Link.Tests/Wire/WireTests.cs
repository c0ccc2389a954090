using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests.Wire;

/// <summary>Every message of the link: it comes back as it went, and nothing else is read.</summary>
public sealed class WireTests
{
    private static readonly LineParty Us = LineParty.Named("us");
    private static readonly Entry WithBody = new(
        "header one"u8.ToArray(),
        new byte[Body.SaltLength],
        "body"u8.ToArray()
    );
    private static readonly Entry WithoutBody = new("header two"u8.ToArray(), null, null);

    private static byte[] Batch(params Entry[] entries)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
            EntryBatch.WriteEntry(bytes, entry, withBody: true);
        return bytes.WrittenSpan.ToArray();
    }

    // LINK-12
    [Fact]
    public void Entries_come_back_as_they_went()
    {
        var read = EntryBatch.ReadEntries(Batch(WithBody, WithoutBody), 2).Required();
        Assert.Equal(WithBody.Header, read[0].Header);
        Assert.Equal(WithBody.Salt, read[0].Salt);
        Assert.Equal(WithBody.Body, read[0].Body);
        Assert.Equal(WithoutBody.Header, read[1].Header);
        Assert.Null(read[1].Body);
        Assert.Equal(Batch(WithBody).Length, EntryBatch.WireLength(WithBody));
    }

    // LINK-12
    [Fact]
    public void Entries_cut_short_at_any_byte_followed_by_a_byte_or_of_another_number_are_refused()
    {
        var batch = Batch(WithBody, WithoutBody);
        for (var length = 0; length < batch.Length; length++)
            Assert.False(EntryBatch.ReadEntries(batch.AsSpan(0, length), 2).TryGet(out _, out _), $"at {length}");
        Assert.False(EntryBatch.ReadEntries([.. batch, 0], 2).TryGet(out _, out _));
        Assert.False(EntryBatch.ReadEntries(batch, 1).TryGet(out _, out _));
        Assert.False(EntryBatch.ReadEntries(batch, 3).TryGet(out _, out _));
        Assert.False(EntryBatch.ReadEntries(batch, ulong.MaxValue).TryGet(out _, out _));
    }

    // LINK-12
    [Fact]
    public void An_unknown_disposition_and_a_length_over_its_limit_are_refused()
    {
        var unknown = Batch(WithoutBody);
        unknown[^1] = 3;
        Assert.False(EntryBatch.ReadEntries(unknown, 1).TryGet(out _, out _));
        Assert.False(
            EntryBatch
                .ReadEntries(Batch(new Entry(new byte[EntryHeader.MaxLength + 1], null, null)), 1)
                .TryGet(out _, out _)
        );
        Assert.False(
            EntryBatch.ReadEntries(Batch(WithBody with { Body = new byte[Body.MaxInline + 1] }), 1).TryGet(out _, out _)
        );
        Assert.True(
            EntryBatch.ReadEntries(Batch(WithBody with { Body = new byte[Body.MaxInline] }), 1).TryGet(out _, out _)
        );
    }

    // LINK-10
    [Fact]
    public void A_checkpoint_offer_comes_back_as_it_went_and_is_refused_cut_short_or_misspelt()
    {
        var feed = new Origin(LineId.Parse("north-aaaaaaaabbbbbbbbccccccccdddddddd"), Us.Id);
        var checkpoint = SignedCheckpoint.Sign(new Checkpoint(feed, 3, MerkleHash.Empty), feed, Us.Log);
        var offer = new CheckpointOffer(2, [MerkleHash.Leaf("a"u8), MerkleHash.Leaf("b"u8)], checkpoint);
        var bytes = offer.Encode();
        var read = CheckpointOffer.Parse(bytes).Required();
        Assert.Equal(2UL, read.OldSize);
        Assert.Equal(offer.Proof, read.Proof);
        Assert.Equal(checkpoint.Encode(), read.Checkpoint.Encode());
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(CheckpointOffer.Parse(bytes.AsSpan(0, length)).TryGet(out _, out _), $"at {length}");
        var text = Encoding.UTF8.GetString(bytes);
        foreach (
            var bad in new[]
            {
                text.Replace("old 2", "old 02"),
                text.Replace("old 2", "old -2"),
                text.Replace("old 2", "old 2 "),
                text.Replace("old 2", "OLD 2"),
                text.Replace("old 2", "old 18446744073709551616"),
                text + "\n",
            }
        )
        {
            Assert.False(CheckpointOffer.Parse(Encoding.UTF8.GetBytes(bad)).TryGet(out _, out _), bad);
        }
        Assert.False(
            CheckpointOffer
                .Parse(new CheckpointOffer(2, [.. Enumerable.Repeat(MerkleHash.Empty, 64)], checkpoint).Encode())
                .TryGet(out _, out _)
        );
        Assert.True(
            CheckpointOffer
                .Parse(new CheckpointOffer(2, [.. Enumerable.Repeat(MerkleHash.Empty, 63)], checkpoint).Encode())
                .TryGet(out _, out _)
        );
    }

    // LINK-20, LINK-41
    [Fact]
    public void A_pull_comes_back_as_it_went_and_nothing_else_is_a_pull()
    {
        var feed = new Origin(LineId.Parse("north-aaaaaaaabbbbbbbbccccccccdddddddd"), Us.Id);
        var cosignature = Cosignature.Sign(
            new Checkpoint(feed, 3, MerkleHash.Empty),
            Us.Id,
            Us.Cosign,
            LineNetwork.Epoch
        );
        foreach (
            var pull in new[]
            {
                new PullRequest(0, null),
                new PullRequest(41, cosignature),
                new PullRequest(41, cosignature) { OffRecord = "abc" },
                new PullRequest(7, null) { OffRecord = "abc" },
            }
        )
        {
            Assert.Equal(pull, PullRequest.Parse(pull.Encode()).Required());
        }
        var line = cosignature.ToLine();
        foreach (
            var bad in new[]
            {
                "",
                "held",
                "held 1",
                "held 01\n",
                "held 1\n\n",
                $"held 1\n{line}{line}",
                $"held 1\n{line}x",
                $"held 1\n{line}off-record a\n",
                "held 1\noff-record \n",
                $"held 1\noff-record {new string('a', 65)}\n",
                "HELD 1\n",
                "held 1\r\n",
            }
        )
        {
            Assert.False(PullRequest.Parse(Encoding.UTF8.GetBytes(bad)).TryGet(out _, out _), bad);
        }
        Assert.False(PullRequest.Parse(new byte[2000]).TryGet(out _, out _));
    }

    private static readonly Heartbeat Beat = new()
    {
        Parley = 1,
        At = LineNetwork.Epoch,
        Attended = true,
        Checkpoints = new Dictionary<string, string> { ["us"] = "note" },
    };
    private static readonly OffRecordMessage Off = new()
    {
        Id = "abc",
        At = LineNetwork.Epoch,
        Seat = "watch",
        Name = "A. Officer",
        Precedence = Precedence.Flash,
        Mark = Mark.Actual,
        Text = "between us",
    };

    // LINK-30, LINK-40
    [Fact]
    public void Heartbeats_and_messages_off_the_record_come_back_as_they_went()
    {
        var beat = Heartbeat.Parse(Beat.Encode()).Required();
        Assert.Equal((Beat.At, Beat.Attended, "note"), (beat.At, beat.Attended, beat.Checkpoints["us"]));
        Assert.Equal(Off, OffRecordMessage.Parse(Off.Encode()).Required());
    }

    // LINK-19
    [Fact]
    public void A_json_message_cut_short_at_any_byte_or_with_anything_more_is_refused()
    {
        Strict(Beat.Encode(), bytes => Heartbeat.Parse(bytes).TryGet(out _, out _));
        Strict(Off.Encode(), bytes => OffRecordMessage.Parse(bytes).TryGet(out _, out _));
        Strict(
            new AttachmentHeld { Held = 5, Complete = false }.Encode(),
            bytes => AttachmentHeld.Parse(bytes).TryGet(out _, out _)
        );
    }

    private static void Strict(byte[] bytes, Func<byte[], bool> isRead)
    {
        Assert.True(isRead(bytes));
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(isRead(bytes[..length]), $"at {length}");
        var text = Encoding.UTF8.GetString(bytes);
        var first = text[1..text.IndexOf(',', StringComparison.Ordinal)];
        foreach (
            var bad in new[]
            {
                text + "x",
                text + "{}",
                text[..^1] + ",\"more\":1}",
                text[..^1] + "," + first + "}",
                text[..^1] + ",}",
                "/**/" + text,
                "[" + text + "]",
                "null",
                new string('[', 5000),
                "\ufeff" + text,
            }
        )
        {
            Assert.False(isRead(Encoding.UTF8.GetBytes(bad)), bad);
        }
        Assert.False(isRead([.. bytes, .. Enumerable.Repeat((byte)' ', LinkLimits.MaxSmallMessageBytes)]));
    }

    // LINK-19, LINK-40
    [Fact]
    public void Members_out_of_bounds_are_refused()
    {
        Assert.False(Heartbeat.Parse((Beat with { Parley = 2 }).Encode()).TryGet(out _, out _));
        Assert.False(
            Heartbeat
                .Parse(
                    (Beat with { Checkpoints = Enumerable.Range(0, 33).ToDictionary(i => $"p{i}", _ => "") }).Encode()
                )
                .TryGet(out _, out _)
        );
        Assert.False(OffRecordMessage.Parse((Off with { Id = "" }).Encode()).TryGet(out _, out _));
        Assert.False(OffRecordMessage.Parse((Off with { Id = "two words" }).Encode()).TryGet(out _, out _));
        Assert.False(OffRecordMessage.Parse((Off with { Id = "line\nbreak" }).Encode()).TryGet(out _, out _));
        Assert.False(OffRecordMessage.Parse((Off with { Id = new string('a', 65) }).Encode()).TryGet(out _, out _));
        Assert.False(
            OffRecordMessage
                .Parse((Off with { Text = new string('a', LinkLimits.MaxOffRecordBytes + 1) }).Encode())
                .TryGet(out _, out _)
        );
        Assert.True(
            OffRecordMessage
                .Parse((Off with { Text = new string('a', LinkLimits.MaxOffRecordBytes) }).Encode())
                .TryGet(out _, out _)
        );
        Assert.False(
            AttachmentHeld.Parse(new AttachmentHeld { Held = -1, Complete = false }.Encode()).TryGet(out _, out _)
        );
    }
}
