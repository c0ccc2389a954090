using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>What a peer may not do: each gets its status and a reason, changes nothing, is counted, and ends
/// nothing.</summary>
public sealed class HostilePushTests
{
    private readonly LineNetwork net = Lines.Opened("us", "ru");
    private readonly Author us;

    public HostilePushTests()
    {
        net.Cut("us", "ru");
        us = new Author(net, "us");
    }

    private void Refused(int status, LinkRequest request, string from = "us")
    {
        var before = net["ru"].Store.Copy();
        var answer = net.Answer(from, "ru", request);
        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Reason);
        foreach (var (party, feed) in net["ru"].Store.Feeds)
        {
            Assert.Equal(before.Feeds[party].Size, feed.Size);
            Assert.Equal(before.Feeds[party].CosignedBy(net["ru"].Id), feed.CosignedBy(net["ru"].Id));
        }
        if (status is not (409 or 429))
        {
            Assert.Equal(before.Refusals.Count + 1, net["ru"].Store.Refusals.Count);
            Assert.Equal(
                (from, status),
                (net["ru"].Store.Refusals[^1].Peer.Value, net["ru"].Store.Refusals[^1].Status)
            );
            Assert.Contains(net["ru"].Reports, r => r is LineReport.Refused refused && refused.Status == status);
        }
        Assert.Empty(net.StoreFaults);
        Assert.False(net["ru"].Status.Stopped);
    }

    private static LinkRequest Raw(LinkVerb verb, params byte[] bytes) => new(verb, bytes);

    // LINK-11
    [Fact]
    public void A_sound_push_of_the_same_shape_is_taken()
    {
        var answer = net.Answer("us", "ru", us.Write("one").Push(1));
        Assert.Equal(200, answer.Status);
        Assert.True(
            Cosignature.Verify(
                NoteSignature.ParseLine(Encoding.UTF8.GetString(answer.Body.Span)).Required(),
                net.Document.CosignKey(net["ru"].Id),
                us.CheckpointAt(2).Checkpoint.Text
            )
        );
    }

    // LINK-12, LINK-19
    [Fact]
    public void A_push_cut_short_at_any_byte_is_refused_with_400()
    {
        var push = us.Write("one").Push(1).Body.ToArray();
        var before = net["ru"].Store.Refusals.Count;
        for (var length = 0; length < push.Length; length++)
        {
            var answer = net.Answer("us", "ru", Raw(LinkVerb.Push, push[..length]));
            Assert.True(answer.Status == 400, $"{answer.Status} at {length} of {push.Length}: {answer.Reason}");
        }
        Assert.Equal(before + push.Length, net["ru"].Store.Refusals.Count);
        Assert.Equal(1UL, net["ru"].Store.Feeds[us.Id].Size);
    }

    // LINK-12
    [Fact]
    public void Bytes_after_the_last_entry_are_refused() =>
        Refused(400, Raw(LinkVerb.Push, [.. us.Write("one").Push(1).Body.Span, 0]));

    // LINK-11, LINK-19
    [Fact]
    public void A_flipped_bit_anywhere_in_a_push_never_changes_the_feed()
    {
        var push = us.Write("one").Push(1).Body.ToArray();
        for (var i = 0; i < push.Length; i++)
        {
            var flipped = push.ToArray();
            flipped[i] ^= 1;
            var answer = net.Answer("us", "ru", Raw(LinkVerb.Push, flipped));
            Assert.True(
                answer.Status is 400 or 403 or 404 or 409 or 413 or 422,
                $"{answer.Status} with byte {i} flipped"
            );
        }
        Assert.Equal(1UL, net["ru"].Store.Feeds[us.Id].Size);
        Assert.Empty(net.StoreFaults);
    }

    // LINK-11
    [Fact]
    public void A_checkpoint_that_another_key_signed_is_refused_with_403()
    {
        var sound = us.Write("one").CheckpointAt(2).Checkpoint;
        Refused(403, us.Push(1, SignedCheckpoint.Sign(sound, us.Feed, net["ru"].Party.Log)));
        Refused(403, us.Push(1, SignedCheckpoint.Sign(sound, us.Feed, net["us"].Party.Cosign)));
    }

    // LINK-11
    [Fact]
    public void A_checkpoint_of_another_line_or_feed_is_refused_with_404()
    {
        var other = new LineNetwork(2, "us", "ru");
        var stranger = new Origin(other.Document.Id, us.Id);
        us.Write("one");
        Refused(
            404,
            us.Push(
                1,
                SignedCheckpoint.Sign(
                    new Checkpoint(stranger, 2, us.CheckpointAt(2).Checkpoint.Root),
                    stranger,
                    net["us"].Party.Log
                )
            )
        );
        Refused(404, new Author(net, "ru").Write("not mine to push").Push(1));
    }

    // LINK-4
    [Fact]
    public void A_party_that_is_not_on_the_line_is_refused_with_403()
    {
        var answer = net.Ask(PartyId.Parse("icrc"), net["ru"].Id, us.Write("one").Push(1));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(403, answer()!.Status);
        Assert.Equal(1UL, net["ru"].Store.Feeds[us.Id].Size);
    }

    // LINK-11
    [Fact]
    public void An_old_size_that_is_not_the_one_held_is_answered_with_the_size_held()
    {
        us.Write("one").Write("two");
        Refused(409, us.Push(2));
        Refused(409, us.Push(0));
        Assert.Equal("1\n", Encoding.ASCII.GetString(net.Answer("us", "ru", us.Push(2)).Body.Span));
    }

    // LINK-11
    [Fact]
    public void A_wrong_root_a_wrong_proof_and_a_missing_proof_are_refused_with_422()
    {
        us.Write("one").Write("two");
        Refused(422, us.Push(1, proof: []));
        Refused(422, us.Push(1, proof: [MerkleHash.Empty, MerkleHash.Empty]));
        var other = us.Twin().Write("three").CheckpointAt(4);
        Refused(
            422,
            us.Push(
                1,
                SignedCheckpoint.Sign(new Checkpoint(us.Feed, 3, other.Checkpoint.Root), us.Feed, net["us"].Party.Log)
            )
        );
    }

    // LINK-11, LINK-12
    [Fact]
    public void Entries_that_do_not_hash_to_the_checkpoint_are_refused_with_422()
    {
        us.Write("one");
        var other = us.Header(h => h with { Seq = 1, Kind = "message.other" }).Encode();
        Refused(422, us.Push(1, change: _ => new Entry(other, null, null)));
    }

    // LINK-12
    [Fact]
    public void More_entries_than_one_push_may_carry_are_refused_with_413()
    {
        for (var i = 0; i <= LinkLimits.MaxEntriesPerPush; i++)
            us.Write(new Entry(us.Header().Encode(), null, null));
        Refused(413, us.Push(1));
    }

    // LINK-10
    [Fact]
    public void An_empty_feed_is_not_cosigned_and_a_smaller_checkpoint_than_its_old_size_is_refused()
    {
        var empty = SignedCheckpoint.Sign(new Checkpoint(us.Feed, 0, MerkleHash.Empty), us.Feed, net["us"].Party.Log);
        Refused(400, us.Push(1, empty, proof: []));
        var fresh = new LineNetwork(3, "us", "ru");
        fresh.Cut("us", "ru");
        var feed = new Origin(fresh.Document.Id, us.Id);
        var nothing = SignedCheckpoint.Sign(new Checkpoint(feed, 0, MerkleHash.Empty), feed, net["us"].Party.Log);
        Assert.Equal(422, fresh.Answer("us", "ru", new Author(fresh, "us").Push(0, nothing, to: 0)).Status);
        Assert.Empty(fresh.StoreFaults);
    }

    public static TheoryData<string, Func<EntryHeader, EntryHeader>> BadHeaders =>
        new()
        {
            { "another line", h => h with { Line = LineId.Parse("north-aaaaaaaabbbbbbbbccccccccdddddddd") } },
            { "another author", h => h with { From = PartyId.Parse("ru") } },
            { "a place too far", h => h with { Seq = h.Seq + 1 } },
            { "a place taken", h => h with { Seq = 0 } },
            { "a second opening", h => h with { Kind = LineOpened.Kind } },
        };

    // LINK-12
    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void An_entry_that_does_not_belong_where_it_stands_is_refused_with_422(
        string what,
        Func<EntryHeader, EntryHeader> change
    )
    {
        Assert.NotEmpty(what);
        Refused(422, us.Write("one", change).Push(1));
    }

    // LINK-6
    [Fact]
    public void A_feed_that_opens_another_document_or_opens_nothing_is_refused()
    {
        var fresh = new LineNetwork(4, "us", "ru");
        fresh.Cut("us", "ru");
        Assert.Equal(422, fresh.Answer("us", "ru", new Author(fresh, "us").Write("no opening").Push(0)).Status);
        Assert.Equal(
            422,
            fresh
                .Answer(
                    "us",
                    "ru",
                    new Author(fresh, "us").Write("another document", h => h with { Kind = LineOpened.Kind }).Push(0)
                )
                .Status
        );
    }

    // LINK-12
    [Fact]
    public void A_missing_a_changed_and_an_uncommitted_body_are_refused_with_422()
    {
        us.Write("one");
        Refused(422, us.Push(1, withBodies: false));
        Refused(422, us.Push(1, change: e => e with { Body = "two"u8.ToArray() }));
        Refused(422, us.Push(1, change: e => e with { Salt = net.Bytes(Body.SaltLength) }));
        var bare = us.Twin();
        var uncommitted = new Author(net, "us").Write(
            new Entry(us.Header(h => h with { Seq = 1 }).Encode(), net.Bytes(Body.SaltLength), "x"u8.ToArray())
        );
        Refused(422, uncommitted.Push(1));
        Assert.Equal(2UL, bare.Size);
    }

    // LINK-11, LINK-13
    [Fact]
    public void A_push_that_comes_again_is_answered_with_the_size_held_and_stored_once()
    {
        var push = us.Write("one").Push(1);
        Assert.Equal(200, net.Answer("us", "ru", push).Status);
        Refused(409, push);
        Assert.Equal(200, net.Answer("us", "ru", us.Push(2)).Status); // the checkpoint alone: the cosignature is given again
        Assert.Equal(2UL, net["ru"].Store.Feeds[us.Id].Size);
    }

    // LINK-13
    [Fact]
    public void Two_pushes_of_the_same_entries_at_once_are_stored_once()
    {
        var push = us.Write("one").Push(1);
        var first = net.Ask(us.Id, net["ru"].Id, push);
        var second = net.Ask(us.Id, net["ru"].Id, push);
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((200, 409), (first()!.Status, second()!.Status));
        Assert.Empty(net.StoreFaults);
    }

    // LINK-13
    [Fact]
    public void More_pushes_than_may_wait_for_the_store_are_answered_429()
    {
        var push = us.Write("one").Push(1);
        var answers = Enumerable
            .Range(0, LinkLimits.MaxWaitingPushes + 3)
            .Select(_ => net.Ask(us.Id, net["ru"].Id, push))
            .ToList();
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, answers.Count(a => a()!.Status == 429));
    }

    // LINK-14
    [Fact]
    public void No_answer_leaves_before_the_store_has_the_entries()
    {
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromMinutes(1) };
        var answer = net.Ask(us.Id, net["ru"].Id, us.Write("one").Push(1));
        Assert.True(
            net.RunUntil(() => answer() is not null || net["ru"].Store.Feeds[us.Id].Size == 2, TimeSpan.FromMinutes(2))
        );
        Assert.Equal(2UL, net["ru"].Store.Feeds[us.Id].Size);
    }

    // LINK-2, LINK-19
    [Theory]
    [InlineData(LinkVerb.Heartbeat)]
    [InlineData(LinkVerb.OffRecord)]
    [InlineData(LinkVerb.Pull)]
    [InlineData(LinkVerb.Recover)]
    [InlineData(LinkVerb.Push)]
    public void Bytes_that_are_no_message_are_refused_with_400(LinkVerb verb)
    {
        Refused(400, Raw(verb));
        Refused(400, Raw(verb, [.. "{}"u8]));
        Refused(400, Raw(verb, [0xff, 0xfe, 0, 0]));
        Refused(400, Raw(verb, new byte[LinkLimits.MaxSmallMessageBytes + 1]));
    }

    // LINK-70
    [Fact]
    public void Chunks_of_attachments_that_nobody_announced_are_refused()
    {
        Refused(404, new LinkRequest(LinkVerb.AttachmentPut, net.Bytes(10), Seq: 5));
        Refused(404, new LinkRequest(LinkVerb.AttachmentHeld, default, Seq: 5));
    }
}
