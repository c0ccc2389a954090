using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Delivery to and from a party that cannot be dialled, and over whichever way round the wire still
/// works.</summary>
public sealed class PullTests
{
    // LINK-20
    [Fact]
    public void A_party_that_cannot_be_dialled_gets_and_gives_everything_over_what_it_dials_itself()
    {
        var net = Lines.Opened("us", "-ru");
        net["us"].Append(net.Message("to you"));
        net["ru"].Append(net.Message("to you, too"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMilliseconds(100)), "a pull is not held open");
        Assert.DoesNotContain(net.Sent, s => s.From == net["us"].Id);
    }

    // LINK-16, LINK-20
    [Fact]
    public void A_puller_that_was_away_catches_up_in_order()
    {
        var net = Lines.Opened("us", "-ru");
        net["ru"].Crash();
        for (var i = 0; i < 5; i++)
            net["us"].Append([.. Enumerable.Range(0, 1000).Select(n => net.Message($"{n}"))]);
        net.Run(TimeSpan.FromMinutes(5));
        net["ru"].Restart();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        Assert.Equal(5001UL, net["ru"].Store.Feeds[net["us"].Id].Size);
    }

    // LINK-20
    [Fact]
    public void A_pull_is_answered_with_nothing_when_its_time_is_over_and_asked_again()
    {
        var net = Lines.Opened("us", "-ru");
        var before = net["ru"].Sends.Count(s => s.Request.Verb == LinkVerb.Pull);
        net.Run(TimeSpan.FromMinutes(10));
        Assert.InRange(net["ru"].Sends.Count(s => s.Request.Verb == LinkVerb.Pull) - before, 28, 32);
    }

    // LINK-107
    [Fact]
    public void A_peer_that_answers_pulls_with_nothing_at_once_does_not_set_their_pace()
    {
        var net = Lines.Opened("us", "-ru");
        net.Instead = (from, verb) => from == net["us"].Id && verb == LinkVerb.Pull ? LinkAnswer.Nothing : null;
        net["us"].Append(net.Message("wakes the pull that is held")); // the ones after it are answered at once
        var before = net["ru"].Sends.Count(s => s.Request.Verb == LinkVerb.Pull);
        net.Run(TimeSpan.FromSeconds(10));
        Assert.InRange(net["ru"].Sends.Count(s => s.Request.Verb == LinkVerb.Pull) - before, 30, 42);
    }

    // LINK-20
    [Fact]
    public void A_cosignature_that_was_lost_on_its_way_with_a_pull_is_asked_for_again()
    {
        var net = Lines.Opened("us", "-ru");
        net.Faults = new NetworkFaults { LoseAnswer = 0.5, Drop = 0.5 };
        for (var i = 0; i < 20; i++)
        {
            net["us"].Append(net.Message($"{i}"));
            net.Run(TimeSpan.FromSeconds(10));
        }
        net.Faults = NetworkFaults.None;
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(2)));
    }

    // LINK-21 (P5)
    [Theory]
    [InlineData("us", "ru")]
    [InlineData("ru", "us")]
    public void When_only_one_side_can_dial_the_line_works_over_that_way(string canDial, string cannot)
    {
        var net = Lines.Opened("us", "ru");
        net.CutDialling(cannot, canDial);
        net.Run(TimeSpan.FromMinutes(1));
        net[canDial].Append(net.Message("over my connection"));
        net[cannot].Append(net.Message("over your connection"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(10)));
        net.Heal();
        net.Run(TimeSpan.FromMinutes(1));
        net["us"].Append(net.Message("as before"));
        net["ru"].Append(net.Message("as before"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(6)));
    }

    // LINK-20, LINK-21: both stood still for a while, the one that pulled first is dialled again, and a push of before
    // comes first
    [Fact]
    public void A_pull_that_was_overtaken_by_a_push_is_answered_for_at_once_though_no_further_pull_is_due()
    {
        var net = Lines.Opened("us", "ru");
        net.CutDialling("us", "ru");
        net.Run(TimeSpan.FromMinutes(1));
        net.Faults = new NetworkFaults { MaxDelay = TimeSpan.FromSeconds(1) };
        net["us"].Append(net.Message("by a push and by a pull"));
        Assert.True(net.RunUntil(() => net["us"].Store.Feeds[net["us"].Id].Size == 2, TimeSpan.FromSeconds(1)));
        net.Heal();
        var pulled = net.Answer("ru", "us", new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode()));
        net.Ask(net["us"].Id, net["ru"].Id, new LinkRequest(LinkVerb.Push, pulled.Body));
        Assert.True(
            net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(10)),
            "the author waits for a pull that does not come"
        );
    }

    // LINK-23
    [Fact]
    public void A_peer_that_pulls_now_here_now_there_does_not_make_us_read_the_feed_again_and_again()
    {
        var net = Lines.Opened("us", "-ru");
        net["us"].Append([.. Enumerable.Range(0, 2000).Select(n => net.Message($"{n}"))]);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        net["ru"].Crash();
        net.Invariants.Lost(net["ru"].Id);
        net["us"].Append(net.Message("for later"));
        var answers = new List<Func<LinkAnswer?>>();
        for (var i = 0; i < 10_000; i++)
        {
            answers.Add(
                net.Ask(
                    net["ru"].Id,
                    net["us"].Id,
                    new LinkRequest(LinkVerb.Pull, new PullRequest((ulong)(i % 2 == 0 ? 2001 : 2002), null).Encode())
                )
            );
            net.Run(TimeSpan.FromMilliseconds(1));
        }
        net.Run(LinkLimits.PullHold);
        Assert.InRange(answers.Count(a => a()!.Status is 200), 1, LinkLimits.MaxPullRestartsAtOnce + 12);
        var refused = answers.Last(a => a()!.Status is 429)()!;
        Assert.NotEmpty(refused.Reason);
        net["ru"].Restart();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)), "the line is closed to an honest peer");
    }

    // LINK-23
    [Fact]
    public void More_pulls_in_a_second_than_anybody_needs_are_answered_with_the_reason_and_the_newest_is_held()
    {
        var net = Lines.Opened("us", "-ru");
        net["ru"].Crash();
        net.Run(TimeSpan.FromSeconds(1));
        var answers = Enumerable
            .Range(0, LinkLimits.MaxPullsPerSecond + 5)
            .Select(_ =>
                net.Ask(net["ru"].Id, net["us"].Id, new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode()))
            )
            .ToList();
        Assert.Equal(5, answers.Count(a => a() is { Status: 429 }));
        Assert.Single(answers, a => a() is null);
        Assert.Equal(LinkLimits.MaxPullsPerSecond - 1, answers.Count(a => a() is { Status: 204 }));
        Assert.Contains("pulls in a second", answers[^1]()!.Reason, StringComparison.Ordinal);
        net["ru"].Restart();
        net["us"].Append(net.Message("goes on"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(10)));
    }

    // LINK-23
    [Fact]
    public void One_request_for_a_peers_own_entries_is_read_at_a_time()
    {
        var net = Lines.Opened("us", "ru");
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromMilliseconds(500) };
        var answers = Enumerable
            .Range(0, 3)
            .Select(_ => net.Ask(net["ru"].Id, net["us"].Id, new LinkRequest(LinkVerb.Recover, "from 0\n"u8.ToArray())))
            .ToList();
        net.Run(TimeSpan.FromSeconds(2));
        Assert.Equal([200, 429, 429], answers.Select(a => a()!.Status));
    }

    // LINK-20
    [Fact]
    public void A_pull_that_claims_more_than_we_wrote_is_answered_with_our_size()
    {
        var net = Lines.Opened("us", "ru");
        var answer = net.Answer("ru", "us", new LinkRequest(LinkVerb.Pull, new PullRequest(9, null).Encode()));
        Assert.Equal((409, LinkAnswer.TlogSize), (answer.Status, answer.ContentType));
        Assert.False(net["us"].Status.CatchingUp);
    }
}
