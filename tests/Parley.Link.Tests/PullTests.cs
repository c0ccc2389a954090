using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Delivery to and from a party that cannot be dialled, and over whichever way round the wire still works.</summary>
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
        for (var i = 0; i < 5; i++) net["us"].Append([.. Enumerable.Range(0, 1000).Select(n => net.Message($"{n}"))]);
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
