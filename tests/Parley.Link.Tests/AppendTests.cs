using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Recording: what is refused before it is written, and what becomes of everything when the store
/// fails.</summary>
public sealed class AppendTests
{
    // LINK-5
    [Fact]
    public void Nothing_is_told_or_sent_before_it_is_durable()
    {
        var net = Lines.Opened("us", "ru");
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromMinutes(1) };
        var before = net["us"].Sends.Count(s => s.Request.Verb == LinkVerb.Push);
        var token = net["us"].Append(net.Message("one"));
        Assert.True(
            net.RunUntil(
                () =>
                    net["us"].Store.Feeds[net["us"].Id].Size == 2
                    || net["us"].Outcomes.ContainsKey(token)
                    || net["us"].Sends.Count(s => s.Request.Verb == LinkVerb.Push) > before,
                TimeSpan.FromMinutes(2)
            )
        );
        Assert.Equal(2UL, net["us"].Store.Feeds[net["us"].Id].Size);
    }

    // LINK-5
    [Fact]
    public void An_entry_says_what_its_author_had_mirrored()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].Append(net.Message("one"));
        net.Run(TimeSpan.FromSeconds(1));
        net["us"].Append(net.Message("two") with { Re = [new EntryId(net["ru"].Id, 1)] });
        net.Run(TimeSpan.FromSeconds(1));
        var header = EntryHeader.Parse(net["ru"].Store.Feeds[net["us"].Id].All[1].Header).Required();
        Assert.Equal(2UL, header.Seen[net["ru"].Id]);
    }

    // LINK-5, LINK-13
    [Fact]
    public void A_store_that_fails_breaks_the_machine_and_everything_that_waits_is_refused()
    {
        var net = Lines.Opened("us", "-ru");
        net["us"].KeepsBrokenMachine = true;
        net["us"].StoreFails = true;
        var ru = new Author(net, "ru").Write("one");
        var underWay = net["us"].Append(net.Message("under way"));
        var waiting = net["us"].Append(net.Message("waiting"));
        var push = net.Ask(ru.Id, net["us"].Id, ru.Push(1));
        var queued = net.Ask(ru.Id, net["us"].Id, ru.Push(1));
        var pull = net.Ask(ru.Id, net["us"].Id, new LinkRequest(LinkVerb.Pull, new PullRequest(1, null).Encode()));
        net.Run(TimeSpan.FromSeconds(1));
        foreach (var token in new[] { underWay, waiting })
            Assert.Equal("store-fault", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[token]).Code);
        foreach (var answer in new[] { push, queued, pull })
            Assert.Equal(503, answer()!.Status);

        var late = net["us"].Append(net.Message("late"));
        Assert.Equal("store-fault", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[late]).Code);
        Assert.Equal(503, net.Answer("ru", "us", ru.Push(1)).Status);
        Assert.Equal(1UL, net["us"].Store.Feeds[net["us"].Id].Size);
    }

    // LINK-13
    [Fact]
    public void A_store_that_works_again_goes_on_where_it_stopped_and_nothing_stands_twice()
    {
        var net = Lines.Opened("us", "ru");
        net["ru"].StoreFails = true;
        net["us"].Append(net.Message("one"));
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(1UL, net["us"].Machine.SealedSize(net["us"].Id));
        net["ru"].StoreFails = false;
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(10)));
    }

    // LINK-13
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_crash_before_or_after_the_commit_neither_loses_nor_doubles(int made)
    {
        var net = Lines.Opened("us", "ru");
        net["us"].Append(net.Message("one"));
        Assert.True(net.RunUntil(() => net["us"].Machine.SizeOf(net["us"].Id) == 2, TimeSpan.FromSeconds(1)));
        net.Run(TimeSpan.FromMilliseconds(1.1)); // the push is at the peer, whose store has not answered
        net["ru"].Crash(made);
        net.Run(TimeSpan.FromSeconds(3));
        net["ru"].Restart();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(10)));
        Assert.Equal(2UL, net["ru"].Store.Feeds[net["us"].Id].Size);
    }

    public static TheoryData<string, Func<LineNetwork, NewEntry>> Bad =>
        new()
        {
            { "bad-draft", net => net.Message("x") with { Kind = "Not A Kind" } },
            { "bad-draft", net => net.Message("x") with { Body = new byte[Body.MaxInline + 1] } },
            { "bad-draft", net => net.Message("x") with { Salt = null } },
            { "bad-draft", net => net.Message("x", to: ["ua"]) },
            { "bad-draft", net => net.Message("x", to: ["us"]) },
            { "bad-draft", net => net.Message("x") with { To = [] } },
            { "bad-draft", net => net.Message("x") with { Kind = LineOpened.Kind } },
            { "unknown-entry", net => net.Message("x") with { Re = [new EntryId(net["ru"].Id, 7)] } },
            { "unknown-entry", net => net.Message("x") with { Re = [new EntryId(PartyId.Parse("ua"), 0)] } },
        };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_draft_that_cannot_be_an_entry_is_refused_with_a_reason(string code, Func<LineNetwork, NewEntry> draft)
    {
        var net = Lines.Opened("us", "ru");
        var token = net["us"].Append(draft(net));
        var refused = Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[token]);
        Assert.Equal(code, refused.Code);
        Assert.NotEmpty(refused.Reason);
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(1UL, net["us"].Store.Feeds[net["us"].Id].Size);
    }

    [Fact]
    public void An_append_of_nothing_and_more_than_may_wait_are_refused()
    {
        var net = Lines.Opened("us", "ru");
        Assert.Equal("empty", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[net["us"].Append()]).Code);
        var draft = net.Message("x");
        Assert.Equal(
            "busy",
            Assert
                .IsType<AppendOutcome.Refused>(
                    net["us"].Outcomes[
                        net["us"].Append([.. Enumerable.Repeat(draft, LinkLimits.MaxWaitingEntries + 1)])
                    ]
                )
                .Code
        );
    }
}
