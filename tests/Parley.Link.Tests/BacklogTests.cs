using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>A backlog goes out in full pushes, the next one while the one before is being written; what the peer does
/// with them.</summary>
public sealed class BacklogTests
{
    private const int Backlog = 9_000;
    private static readonly PartyId Us = PartyId.Parse("us"),
        Ru = PartyId.Parse("ru");

    private static LineNetwork WithBacklog()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        for (var i = 0; i < Backlog / 1000; i++)
            net["us"].Append([.. Enumerable.Range(0, 1000).Select(n => net.Message($"{i}/{n}"))]);
        net.Run(TimeSpan.FromMinutes(2));
        return net;
    }

    // LINK-16
    [Fact]
    public void A_full_push_follows_before_the_first_is_answered_and_never_a_third()
    {
        var net = WithBacklog();
        var ends = new List<ulong>();
        var most = 0;
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromMilliseconds(100) };
        net.Intercept = (from, to, request) =>
        {
            if (from != Us || request.Verb != LinkVerb.Push)
                return false;
            ends.Add(EntryBatch.ReadOffer(request.Body, out var _).Required().Checkpoint.Checkpoint.Size);
            most = Math.Max(most, ends.Count(end => end > net["ru"].Machine.SizeOf(Us)));
            return false;
        };
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(15)));
        Assert.Equal(2, most);
    }

    // LINK-24
    [Fact]
    public void What_a_wire_does_not_carry_in_time_goes_in_smaller_pushes_until_all_of_it_is_there()
    {
        const int carried = 100_000;
        var net = WithBacklog();
        int most = 0,
            lost = 0;
        net.Intercept = (from, _, request) =>
        {
            if (from != Us || request.Verb != LinkVerb.Push)
                return false;
            most = Math.Max(most, request.Body.Length);
            if (request.Body.Length > carried)
                lost++;
            return request.Body.Length > carried;
        };
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromHours(1)));
        Assert.True(lost > 0 && most < carried * 2, $"{lost} lost, the largest of {most} bytes");
    }

    // LINK-24
    [Fact]
    public void Over_a_wide_wire_pushes_grow_to_the_largest_and_one_lost_connection_does_not_keep_them_small()
    {
        var net = WithBacklog();
        var lengths = new List<int>();
        net.Intercept = (from, _, request) =>
        {
            if (from == Us && request.Verb == LinkVerb.Push)
                lengths.Add(request.Body.Length);
            return false;
        };
        net.Heal();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(15)));
        Assert.True(lengths[0] < LinkLimits.FirstStrideBytes, $"the first of {lengths[0]} bytes");
        Assert.True(lengths.Max() > LinkLimits.FirstStrideBytes * 4, $"the largest of {lengths.Max()} bytes");
        Assert.True(lengths.Count < 20, $"{lengths.Count} pushes");
    }

    // LINK-18: the peer refuses the third push before it takes the second, and its two answers overtake each other on
    // their way.
    [Fact]
    public void An_answer_that_is_older_than_the_cosignature_it_comes_after_is_no_loss()
    {
        var net = WithBacklog();
        net.Invariants.Lost(Ru); // the test answers in its place, and nothing reaches it
        net.Intercept = (from, _, request) => from == Us && request.Verb == LinkVerb.Push;
        var before = net["us"].Sends.Count;
        net.Heal();
        var answered = 0;
        Assert.True(net.RunUntil(() => Pushes().Count > 0, TimeSpan.FromSeconds(15)));
        while (!net.RunUntil(() => Pushes().Count == answered + 2, TimeSpan.FromMilliseconds(500))) // small ones go alone; from then on two at a time
        {
            Answer(Pushes()[answered], Cosigned(net, Pushes()[answered].Request));
            answered++;
        }
        var (first, second, third) = (Pushes()[answered - 1], Pushes()[answered], Pushes()[answered + 1]);
        var held = EndOf(first.Request);
        Answer(second, Cosigned(net, second.Request));
        Answer(third, LinkAnswer.Conflict(held));
        net.Run(TimeSpan.FromMilliseconds(10));
        Assert.DoesNotContain(net["us"].Reports, r => r is LineReport.PeerLostEntries or LineReport.PeerHeldBack);
        Assert.Equal(EndOf(second.Request), EntryBatch.ReadOffer(Pushes()[^1].Request.Body, out _).Required().OldSize);

        List<LinkEffect.Send> Pushes() => [.. net["us"].Sends.Skip(before).Where(s => s.Request.Verb == LinkVerb.Push)];
        void Answer(LinkEffect.Send push, LinkAnswer answer) =>
            net["us"].Handle(new LinkEvent.AnswerArrived(push.Token, answer));
    }

    // LINK-18: a pull that was asked before a push was taken, and comes after the push's answer.
    [Fact]
    public void A_pull_that_is_older_than_a_cosignature_is_no_loss_and_the_next_one_that_says_the_same_is()
    {
        var net = Lines.Opened("us", "ru");
        net["us"].Append(net.Message("one"), net.Message("two"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        net.Invariants.Lost(net["ru"].Id);
        var stale = new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode());
        Assert.Equal(204, net.Answer("ru", "us", stale).Status);
        Assert.DoesNotContain(net["us"].Reports, r => r is LineReport.PeerLostEntries);
        Assert.Equal(200, net.Answer("ru", "us", stale).Status);
        Assert.Contains(net["us"].Reports, r => r is LineReport.PeerLostEntries { CosignedSize: 3, Held: 1 });
    }

    private static ulong EndOf(LinkRequest push) =>
        EntryBatch.ReadOffer(push.Body, out _).Required().Checkpoint.Checkpoint.Size;

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

    // LINK-16: late, doubled and lost requests, and answers that overtake each other.
    [Fact]
    public void A_backlog_over_a_bad_network_arrives_once_and_in_order()
    {
        for (var seed = 0; seed < Rounds.Of(2, 8); seed++)
        {
            var net = WithBacklog();
            var chance = new Random(seed);
            net.Faults = new NetworkFaults
            {
                Drop = chance.NextDouble() * 0.3,
                LoseAnswer = chance.NextDouble() * 0.3,
                Duplicate = chance.NextDouble() * 0.3,
                Replay = 0.1,
                MaxDelay = TimeSpan.FromMilliseconds(chance.Next(1, 400)),
                MaxStoreDelay = TimeSpan.FromMilliseconds(chance.Next(1, 400)),
            };
            net.Heal();
            net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(3));
            net.Faults = NetworkFaults.None;
            Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(2)), $"seed {seed}");
            Assert.Empty(net["ru"].Store.Refusals);
            Assert.Equal(
                net["us"].Store.Feeds[Us].All.Select(e => e.Header),
                net["ru"].Store.Feeds[Us].All.Select(e => e.Header)
            );
        }
    }

    // LINK-13, LINK-14
    [Fact]
    public void A_push_that_continues_one_being_written_is_checked_meanwhile_and_cosigned_after_it()
    {
        var net = Lines.Opened("us", "ru");
        var us = new Author(net, "us").Write("one");
        var first = us.Push(1);
        var second = us.Write("two").Push(2);
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromMilliseconds(50) };
        var (one, two) = (net.Ask(Us, Ru, first), net.Ask(Us, Ru, second));
        Assert.True(net.RunUntil(() => one() is not null, TimeSpan.FromSeconds(5)));
        Assert.Equal(200, one()!.Status);
        Assert.True(net.RunUntil(() => two() is not null, TimeSpan.FromSeconds(5)));
        Assert.Equal(200, two()!.Status);
        Assert.Equal(3UL, net["ru"].Machine.SizeOf(Us));
        Assert.Equal(3UL, net["ru"].Machine.CosignedBy(Us, Ru));
    }

    // LINK-13
    [Fact]
    public void When_the_store_refuses_the_first_of_two_neither_is_cosigned()
    {
        var net = Lines.Opened("us", "ru");
        var us = new Author(net, "us").Write("one");
        var first = us.Push(1);
        var second = us.Write("two").Push(2);
        net["ru"].StoreFails = true;
        var (one, two) = (net.Ask(Us, Ru, first), net.Ask(Us, Ru, second));
        Assert.True(net.RunUntil(() => one() is not null && two() is not null, TimeSpan.FromSeconds(5)));
        Assert.Equal((503, 503), (one()!.Status, two()!.Status));
        net["ru"].StoreFails = false;
        net.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(1UL, net["ru"].Machine.SizeOf(Us));
        Assert.Equal(200, net.Answer("us", "ru", first).Status);
    }

    // LINK-13: checking ahead refuses nothing; what does not continue is judged once its turn comes.
    [Fact]
    public void A_push_that_does_not_continue_the_one_being_written_waits_and_is_told_the_size_held()
    {
        var net = Lines.Opened("us", "ru");
        var us = new Author(net, "us").Write("one");
        var first = us.Push(1);
        var gap = us.Write("two").Write("three").Push(3);
        var (one, two) = (net.Ask(Us, Ru, first), net.Ask(Us, Ru, gap));
        Assert.True(net.RunUntil(() => one() is not null && two() is not null, TimeSpan.FromSeconds(5)));
        Assert.Equal((200, 409), (one()!.Status, two()!.Status));
        Assert.Equal("2\n", System.Text.Encoding.ASCII.GetString(two()!.Body.Span));
    }
}
