using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Delivery of the own feed to a peer that is there, that was away, and that says it holds something
/// else.</summary>
public sealed class PushTests
{
    // LINK-10, LINK-14: one request carries entries and checkpoint, its answer is the delivery receipt.
    [Fact]
    public void An_entry_is_delivered_and_cosigned_in_one_round_trip()
    {
        var net = Lines.Opened("us", "ru");
        var sentBefore = net.Sent.Count;
        var token = net["us"].Append(net.Message("incident report"));
        net.Run(TimeSpan.FromMilliseconds(50));

        Assert.Equal("us/1", Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[token]).First.ToString());
        var push = Assert.Single(net.Sent.Skip(sentBefore), s => s.Request.Verb == LinkVerb.Push);
        Assert.Equal("us", push.From.Value);
        Assert.Equal(2UL, net["us"].Machine.SealedSize(net["us"].Id));
        Assert.Equal("incident report", Encoding.UTF8.GetString(net["ru"].Store.Feeds[net["us"].Id].All[1].Body!));
        Assert.Contains(net["us"].Reports, r => r is LineReport.Cosigned { Size: 2, Sealed: 2 });
    }

    [Fact]
    public void Drafts_that_wait_for_the_store_become_one_append_one_checkpoint_and_one_push()
    {
        var net = Lines.Opened("us", "ru");
        var before = net.Sent.Count;
        for (var i = 0; i < 50; i++)
            net["us"].Append(net.Message($"{i}"));
        net.Run(TimeSpan.FromMilliseconds(50));
        Assert.True(net.IsSettled());
        Assert.Equal(51UL, net["us"].Machine.SealedSize(net["us"].Id));
        Assert.InRange(net.Sent.Skip(before).Count(s => s.Request.Verb == LinkVerb.Push), 1, 3);
    }

    // LINK-10, LINK-16
    [Fact]
    public void A_backlog_larger_than_one_push_is_caught_up_in_order_with_a_checkpoint_on_every_push()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        for (var i = 0; i < 3; i++)
            net["us"].Append([.. Enumerable.Range(0, 1000).Select(n => net.Message($"{i}/{n}"))]);
        net["us"].Append([.. Enumerable.Range(0, 60).Select(n => net.Message(new string('x', Body.MaxInline)))]);
        net.Run(TimeSpan.FromMinutes(2));
        Assert.Equal(3061UL, net["us"].Machine.SizeOf(net["us"].Id));

        var before = net.Sent.Count;
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(15)));
        var pushes = net
            .Sent.Skip(before)
            .Where(s => s.Request.Verb == LinkVerb.Push && s.From == net["us"].Id)
            .Select(s => EntryBatch.ReadOffer(s.Request.Body, out _).Required())
            .ToList();
        Assert.True(pushes.Count >= 3, $"{pushes.Count} pushes");
        ulong held = 1;
        foreach (var offer in pushes.Where(o => o.Checkpoint.Checkpoint.Size > 1))
        {
            Assert.Equal(held, offer.OldSize);
            held = offer.Checkpoint.Checkpoint.Size;
        }
        Assert.Equal(3061UL, held);
    }

    // LINK-17 (P4): a sign of life ends every wait.
    [Fact]
    public void A_peer_that_comes_back_is_served_at_once()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].Crash();
        net["us"].Append(net.Message("while you were away"));
        net.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(1UL, net["us"].Machine.SealedSize(net["us"].Id));
        net["ru"].Restart(); // it dials first, as a station does when it starts
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMilliseconds(100)), "it waited for a back-off");
    }

    // LINK-17 (P2)
    [Fact]
    public void Attempts_never_stop_and_the_operator_sees_since_when_and_how_many()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].Crash();
        net["us"].Append(net.Message("still trying"));
        var since = net.Now;
        net.Run(TimeSpan.FromHours(2));
        var status = net["us"].StatusOf(net["ru"].Id);
        Assert.InRange(status.FailingSince!.Value, since, since + TimeSpan.FromSeconds(1));
        Assert.True(status.Attempts > 1000, $"{status.Attempts} attempts in two hours");
        Assert.NotNull(status.LastError);
        var before = net.Sent.Count(s => s.Request.Verb == LinkVerb.Push);
        net.Run(TimeSpan.FromSeconds(11));
        Assert.True(net.Sent.Count(s => s.Request.Verb == LinkVerb.Push) > before, "no attempt in eleven seconds");
    }

    // LINK-18
    [Fact]
    public void A_peer_that_answers_with_a_smaller_size_is_given_the_rest_again()
    {
        var net = Lines.Opened("us", "ru");
        var backup = net["ru"].Store.Copy();
        net["us"].Append(net.Message("one"), net.Message("two"));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.True(net.IsSettled());

        net["ru"].Crash();
        net.Invariants.Lost(net["ru"].Id);
        net["ru"].Restart(backup);
        net["us"].Append(net.Message("three"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
        Assert.Contains(net["us"].Reports, r => r is LineReport.PeerLostEntries { CosignedSize: 3, Held: 1 });
        Assert.Equal(4UL, net["ru"].Store.Feeds[net["us"].Id].Size);
    }

    // LINK-18: also when nothing new is written that would show it.
    [Fact]
    public void A_peer_whose_heartbeat_shows_that_it_lost_entries_is_given_them_again_without_being_asked()
    {
        var net = Lines.Opened("us", "ru");
        var backup = net["ru"].Store.Copy();
        net["us"].Append(net.Message("one"), net.Message("two"));
        net.Run(TimeSpan.FromSeconds(1));
        net["ru"].Crash();
        net.Invariants.Lost(net["ru"].Id);
        net["ru"].Restart(backup);
        Assert.True(net.RunUntil(() => net["ru"].Store.Feeds[net["us"].Id].Size == 3, TimeSpan.FromSeconds(30)));
    }

    /// <summary>Lets a time pass in which every push of us is taken from the wire and answered by the test in the
    /// peer's place.</summary>
    private static long Pretend(LineNetwork net, TimeSpan time, Func<LinkRequest, LinkAnswer> answer)
    {
        net.Intercept = (from, _, request) => from.Value == "us" && request.Verb == LinkVerb.Push;
        var (answered, bytes) = (net["us"].Sends.Count, 0L);
        for (var end = net.Now + time; net.Now < end; net.Run(TimeSpan.FromMilliseconds(100)))
        {
            for (; answered < net["us"].Sends.Count; answered++)
            {
                var send = net["us"].Sends[answered];
                if (send.Request.Verb != LinkVerb.Push)
                    continue;
                bytes += send.Request.Body.Length;
                net["us"].Handle(new LinkEvent.AnswerArrived(send.Token, answer(send.Request)));
            }
        }
        net.Intercept = null;
        return bytes;
    }

    private static LinkAnswer Cosigned(LineNetwork net, LinkRequest push) =>
        LinkAnswer.Ok(
            LinkAnswer.Text,
            System.Text.Encoding.UTF8.GetBytes(
                Cosignature
                    .Sign(
                        EntryBatch.ReadOffer(push.Body, out _).Required().Checkpoint.Checkpoint,
                        net["ru"].Id,
                        net["ru"].Party.Cosign,
                        net.Now
                    )
                    .ToLine()
            )
        );

    // LINK-18: a peer must not be able to make us send the whole feed without end.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_claims_again_and_again_to_have_lost_what_it_cosigned_is_given_it_ever_more_seldom_and_never_given_up(
        bool takesAllFirst
    )
    {
        var net = Lines.Opened("us", "ru");
        net.Invariants.Lost(net["ru"].Id);
        for (var i = 0; i < 3; i++)
            net["us"].Append([.. Enumerable.Range(0, 1000).Select(n => net.Message($"{n}"))]);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        var feed = net["us"].Store.Feeds[net["us"].Id].All.Sum(e => (long)EntryBatch.WireLength(e));
        var loses = false;
        net["us"].Append(net.Message("one more"));
        var bytes = Pretend(
            net,
            TimeSpan.FromHours(6),
            push =>
            {
                var offer = EntryBatch.ReadOffer(push.Body, out _).Required();
                loses =
                    !loses
                    && offer.Checkpoint.Checkpoint.Size
                        >= (takesAllFirst ? net["us"].Store.Feeds[net["us"].Id].Size : 1);
                if (takesAllFirst)
                    net["us"].Append(net.Message("and another"));
                return loses || !takesAllFirst ? LinkAnswer.Conflict(0) : Cosigned(net, push);
            }
        );
        Assert.InRange(bytes / (double)feed, 1, 25); // 0, 30 s, 1 min, 2 min … 64 min, and then once an hour: not 5,000 times
        Assert.Contains(net["us"].Reports, r => r is LineReport.PeerLostEntries { Held: 0 });
        if (takesAllFirst)
            Assert.Contains(net["us"].Reports, r => r is LineReport.PeerHeldBack { Held: 0 });
        Assert.NotNull(net["us"].StatusOf(net["ru"].Id).FailingSince);
        Assert.Contains("tried again in", net["us"].StatusOf(net["ru"].Id).LastError, StringComparison.Ordinal);
        Assert.True(
            net.RunUntil(net.IsSettled, LinkLimits.MaxRepushPause + TimeSpan.FromMinutes(2)),
            "the peer is given up"
        );
    }

    // LINK-18
    [Fact]
    public void A_peer_that_pulls_is_held_back_in_the_same_way_and_told_why()
    {
        var net = Lines.Opened("us", "-ru");
        net.Invariants.Lost(net["ru"].Id);
        net["us"].Append([.. Enumerable.Range(0, 1000).Select(n => net.Message($"{n}"))]);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        net["ru"].Crash();
        Assert.Equal(
            200,
            net.Answer("ru", "us", new LinkRequest(LinkVerb.Pull, new PullRequest(0, null).Encode())).Status
        );
        var cosigned = Cosigned(net, new LinkRequest(LinkVerb.Push, new Author(net, "us").Push(0).Body));
        var line = NoteSignature.ParseLine(System.Text.Encoding.UTF8.GetString(cosigned.Body.Span)).Required();
        var next = net.Ask(
            net["ru"].Id,
            net["us"].Id,
            new LinkRequest(LinkVerb.Pull, new PullRequest(1001, line).Encode())
        );
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Null(next());
        var refused = net.Answer("ru", "us", new LinkRequest(LinkVerb.Pull, new PullRequest(0, null).Encode()));
        Assert.Equal(429, refused.Status);
        Assert.Contains("tried again in", refused.Reason, StringComparison.Ordinal);
        net.Run(LinkLimits.FirstRepushPause);
        Assert.Equal(
            200,
            net.Answer("ru", "us", new LinkRequest(LinkVerb.Pull, new PullRequest(0, null).Encode())).Status
        );
    }

    // LINK-18: a size is only a claim; what counts is our own signature.
    [Fact]
    public void An_answer_that_claims_a_larger_size_proves_nothing_and_changes_nothing()
    {
        var net = Lines.Opened("us", "ru");
        net.Intercept = (_, _, request) => request.Verb == LinkVerb.Push; // it hangs: nobody has answered yet
        var token = net["us"].Append(net.Message("one"));
        net.Run(TimeSpan.FromSeconds(1));
        var push = net["us"].Sends.Last(s => s.Request.Verb == LinkVerb.Push);
        net["us"].Handle(new LinkEvent.AnswerArrived(push.Token, LinkAnswer.Conflict(77)));
        Assert.IsType<AppendOutcome.Recorded>(net["us"].Outcomes[token]);
        Assert.False(net["us"].Status.CatchingUp);
        Assert.False(net["us"].Status.Stopped);
        net.Intercept = null;
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
    }

    // LINK-14: a socket's optimism is no receipt.
    [Theory]
    [InlineData("not a cosignature")]
    [InlineData("foreign")]
    public void An_answer_that_is_no_valid_cosignature_seals_nothing(string kind)
    {
        var net = Lines.Opened("us", "ru");
        net.Intercept = (_, _, request) => request.Verb == LinkVerb.Push; // it hangs: nobody has answered yet
        net["us"].Append(net.Message("one"));
        net.Run(TimeSpan.FromSeconds(1));
        var push = net["us"].Sends.Last(s => s.Request.Verb == LinkVerb.Push);
        var other = new Checkpoint(net["us"].Identity.Own, 2, MerkleHash.Empty);
        var line =
            kind == "foreign" ? Cosignature.Sign(other, net["ru"].Id, net["ru"].Party.Cosign, net.Now).ToLine() : kind;
        net["us"]
            .Handle(
                new LinkEvent.AnswerArrived(push.Token, LinkAnswer.Ok(LinkAnswer.Text, Encoding.UTF8.GetBytes(line)))
            );
        Assert.Equal(1UL, net["us"].Machine.SealedSize(net["us"].Id));
        Assert.NotNull(net["us"].StatusOf(net["ru"].Id).LastError);
        net.Intercept = null;
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
    }
}
