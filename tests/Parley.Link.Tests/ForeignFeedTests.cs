using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Somebody writes with our key: the station fetches it, says so, and signs nothing until two officers have
/// decided.</summary>
public sealed class ForeignFeedTests
{
    private static readonly PartyId Us = PartyId.Parse("us"),
        Ru = PartyId.Parse("ru");

    /// <summary>A copy of the station us writes an entry and gives it to ru.</summary>
    private static LineNetwork WithCopyThatWrote()
    {
        var net = Lines.Opened("us", "ru");
        var copy = new Author(net, "us").Write("written by a copy");
        Assert.Equal(200, net.Answer("us", "ru", copy.Push(1)).Status);
        Assert.True(net.RunUntil(() => net["us"].Status.Foreign is not null, TimeSpan.FromSeconds(15)));
        return net;
    }

    // LINK-104
    [Fact]
    public void Entries_signed_with_our_key_and_not_written_here_are_fetched_said_and_signed_on_by_nobody()
    {
        var net = WithCopyThatWrote();
        Assert.True(net.RunUntil(() => net["us"].Status is { Recovery: null, Awaited: [] }, TimeSpan.FromSeconds(30)));
        Assert.Equal(2UL, net["us"].Store.Feeds[Us].Size);
        net.Run(TimeSpan.FromHours(1));
        var met = net["us"].Status.Foreign!;
        Assert.Equal((Ru, 1UL, 2UL), (met.Peer, met.Held, met.Proven));
        Assert.StartsWith(
            "us/1 was signed with our key and not written here: another copy of this station runs, the key is stolen",
            met.Sentence(Us),
            StringComparison.Ordinal
        );
        Assert.Single(net["us"].Reports, r => r is LineReport.OwnFeedForeign);
        var refused = net["us"].Append(net.Message("no"));
        Assert.Equal("own-feed-foreign", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[refused]).Code);
        net["ru"].Append(net.Message("not cosigned"));
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(1UL, net["us"].Store.Feeds[Ru].Size);
    }

    // LINK-104
    [Fact]
    public void It_is_kept_over_restarts_and_faults_of_the_store()
    {
        var net = WithCopyThatWrote();
        net.Run(TimeSpan.FromSeconds(30));
        net["us"].Crash();
        net["us"].Restart();
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(1UL, net["us"].Status.Foreign!.Held);
        net["us"].StoreFails = true;
        net["ru"].Append(net.Message("something to store"));
        net.Run(TimeSpan.FromSeconds(10));
        net["us"].StoreFails = false;
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(1UL, net["us"].Status.Foreign!.Held);
        Assert.True(net["us"].Status.CatchingUp);
    }

    // LINK-105
    [Fact]
    public void When_two_officers_say_so_it_signs_on_after_what_was_fetched_also_after_a_restart()
    {
        var net = WithCopyThatWrote();
        Assert.True(net.RunUntil(() => net["us"].Status is { Recovery: null, Awaited: [] }, TimeSpan.FromSeconds(30)));
        Assert.Equal(204, net["us"].SignOn().Status);
        Assert.Null(net["us"].Status.Foreign);
        net["us"].Crash();
        net["us"].Restart();
        Assert.Null(net["us"].Status.Foreign);
        net["us"].Append(net.Message("ours again"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(1)));
        Assert.Equal(3UL, net["us"].Store.Feeds[Us].Size);
        Assert.All(net.Stations, s => Assert.Empty(s.Store.Forks));
    }

    // LINK-105: it would certainly fork.
    [Fact]
    public void What_is_proven_and_not_here_is_fetched_first_whatever_officers_say()
    {
        var net = Lines.Opened("us", "ru");
        var copy = new Author(net, "us").Write("written by a copy");
        net.Answer("us", "ru", copy.Push(1));
        net.Intercept = (_, _, request) => request.Verb is LinkVerb.Recover or LinkVerb.Bring;
        Assert.True(net.RunUntil(() => net["us"].Status.Foreign is not null, TimeSpan.FromSeconds(15)));
        var answer = net["us"].SignOn(Ru);
        Assert.Equal(409, answer.Status);
        Assert.Contains("fetched first", answer.Reason, StringComparison.Ordinal);
        Assert.NotNull(net["us"].Status.Foreign);
    }

    // LINK-104: a copy that goes on is met again.
    [Fact]
    public void After_the_officers_word_a_copy_that_writes_on_is_met_anew()
    {
        var net = Lines.Opened("us", "ru");
        var copy = new Author(net, "us").Write("one");
        net.Answer("us", "ru", copy.Push(1));
        Assert.True(
            net.RunUntil(
                () => net["us"].Status is { Foreign: not null, Recovery: null, Awaited: [] },
                TimeSpan.FromSeconds(60)
            )
        );
        Assert.Equal(204, net["us"].SignOn().Status);
        copy.Write("two");
        net.Answer("us", "ru", copy.Push(2));
        Assert.True(net.RunUntil(() => net["us"].Status.Foreign is { Held: 2 }, TimeSpan.FromSeconds(15)));
    }

    // LINK-105
    [Fact]
    public void Where_nothing_is_waited_for_there_is_nothing_to_decide()
    {
        var net = Lines.Opened("us", "ru");
        Assert.Contains("nothing is waited for", net["us"].SignOn().Reason, StringComparison.Ordinal);
    }
}
