using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>A station that was given an old store: it signs nothing until it has its own feed back.</summary>
public sealed class RecoveryTests
{
    private static LineNetwork WithBackupAt(out MemoryLineStore backup, int lost, params IReadOnlyList<string> parties)
    {
        var net = Lines.Opened(parties);
        net["us"].Append(net.Message("kept"));
        net.Run(TimeSpan.FromSeconds(1));
        backup = net["us"].Store.Copy();
        for (var i = 0; i < lost; i++)
        {
            net["us"].Append(net.Message($"lost {i}"));
            net.Run(TimeSpan.FromMilliseconds(20));
        }
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        net["us"].Crash();
        net.Invariants.Lost(net["us"].Id);
        return net;
    }

    // LINK-60, LINK-61
    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    public void A_restored_station_signs_nothing_until_its_feed_is_back_whole(int lost)
    {
        var net = WithBackupAt(out var backup, lost, "us", "ru");
        backup.Restored = true;
        net["us"].Restart(backup);
        var early = net["us"].Append(net.Message("too early"));
        Assert.Equal("catching-up", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[early]).Code);
        Assert.True(net.RunUntil(() => !net["us"].Status.CatchingUp, TimeSpan.FromSeconds(30)));
        Assert.Equal((ulong)lost + 2, net["us"].Store.Feeds[net["us"].Id].Size);
        Assert.Contains(net["us"].Reports, r => r is LineReport.OwnFeedCaughtUp);
        net["us"].Append(net.Message("after"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        Assert.Empty(net.Invariants.Diverged);
        Assert.Empty(net["ru"].Store.Forks);
    }

    // LINK-60
    [Fact]
    public void A_restored_station_waits_for_every_peer_to_show_what_it_holds()
    {
        var net = WithBackupAt(out var backup, 0, "us", "ru", "icrc");
        net.Cut("us", "icrc");
        backup.Restored = true;
        net["us"].Restart(backup);
        net.Run(TimeSpan.FromMinutes(5));
        Assert.True(net["us"].Status.CatchingUp);
        net.Heal();
        Assert.True(net.RunUntil(() => !net["us"].Status.CatchingUp, TimeSpan.FromSeconds(15)));
    }

    // LINK-60: also when nobody said that it was restored; then two officers have to say that it may go on (LINK-104).
    [Fact]
    public void A_heartbeat_with_our_own_signature_proves_that_we_are_behind()
    {
        var net = WithBackupAt(out var backup, 5, "us", "ru");
        net["us"].Restart(backup);
        Assert.True(
            net.RunUntil(
                () => net["us"].Reports.Any(r => r is LineReport.OwnFeedBehind { Proven: 7 }),
                TimeSpan.FromSeconds(5)
            )
        );
        Assert.True(net.RunUntil(() => net["us"].Status is { Recovery: null, Awaited: [] }, TimeSpan.FromSeconds(30)));
        Assert.Equal(204, net["us"].SignOn().Status);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
        Assert.Equal(7UL, net["us"].Store.Feeds[net["us"].Id].Size);
        Assert.Empty(net.Invariants.Diverged);
    }

    // LINK-60: what waited for the store when it came out is not written either.
    [Fact]
    public void Drafts_that_wait_when_it_comes_out_that_we_are_behind_are_refused()
    {
        var net = Lines.Opened("us", "ru");
        net.Cut("us", "ru");
        var later = new Author(net, "us").Write("one").Write("two").Write("three");
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromSeconds(1) };
        net["us"].Append(net.Message("under way"));
        var waiting = net["us"].Append(net.Message("waiting"));
        net.Ask(net["ru"].Id, net["us"].Id, later.Heartbeat((later.Id, later.CheckpointAt(4))));
        net.Run(TimeSpan.FromSeconds(2));
        Assert.Equal("own-feed-foreign", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[waiting]).Code);
        Assert.Equal(2UL, net["us"].Store.Feeds[later.Id].Size);
    }

    // LINK-62
    [Fact]
    public void A_station_that_wrote_on_after_a_restore_has_forked_its_own_feed_and_stops()
    {
        var net = WithBackupAt(out var backup, 5, "us", "ru");
        net.Cut("us", "ru");
        net["us"].Restart(backup);
        net["us"].Append(net.Message("written before anybody could say so"));
        net.Run(TimeSpan.FromSeconds(1));
        net.Heal();
        Assert.True(net.RunUntil(() => net["us"].Status.Stopped, TimeSpan.FromSeconds(60)));
        net.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(net["us"].Identity.Own, Assert.Single(net["us"].Store.Forks).Feed);
        Assert.True(net.RunUntil(() => net["ru"].Status.Stopped, TimeSpan.FromSeconds(60)), "the peer does not know");
    }

    // LINK-62
    [Fact]
    public void A_station_that_wrote_more_than_it_lost_is_found_out_as_well()
    {
        var net = WithBackupAt(out var backup, 2, "us", "ru");
        net.Cut("us", "ru");
        net["us"].Restart(backup);
        for (var i = 0; i < 6; i++)
        {
            net["us"].Append(net.Message("another way"));
            net.Run(TimeSpan.FromSeconds(1));
        }
        net.Heal();
        Assert.True(net.RunUntil(() => net["us"].Status.Stopped, TimeSpan.FromSeconds(60)));
    }

    // LINK-63
    [Theory]
    [InlineData(3)]
    [InlineData(5000)]
    public void A_peer_that_cannot_be_dialled_brings_our_feed_over_the_connection_that_it_dials(int lost)
    {
        var net = Lines.Opened("us", "-ru");
        var backup = net["us"].Store.Copy();
        for (var i = 0; i < lost; i += 1000)
            net["us"].Append([.. Enumerable.Range(0, Math.Min(1000, lost - i)).Select(n => net.Message($"{n}"))]);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(10)));
        net["us"].Crash();
        net.Invariants.Lost(net["us"].Id);
        backup.Restored = true;
        net["us"].Restart(backup);
        Assert.True(
            net.RunUntil(
                () => net["us"].Status.Recovery is { IsAwaited: true, From.Value: "ru" },
                TimeSpan.FromSeconds(15)
            )
        );
        Assert.Contains(
            "dials us and brings back",
            net["us"].StatusOf(net["ru"].Id).LastError,
            StringComparison.Ordinal
        );
        Assert.Contains(net["us"].Reports, r => r is LineReport.OwnFeedAwaited { Peer.Value: "ru" });
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(15)));
        Assert.Equal((ulong)lost + 1, net["us"].Store.Feeds[net["us"].Id].Size);
        Assert.All(net["us"].Store.Feeds[net["us"].Id].All, e => Assert.NotNull(e.Body));
        Assert.Null(net["us"].Status.Recovery);
        Assert.DoesNotContain(net.Sent, s => s.From == net["us"].Id);
        Assert.Empty(net.Invariants.Diverged);
        Assert.Empty(net["us"].Store.Refusals);
    }

    // LINK-63: its card names an address, and nothing gets through to it.
    [Fact]
    public void A_peer_behind_a_wall_brings_our_feed_as_well()
    {
        var net = WithBackupAt(out var backup, 20, "us", "ru");
        net.CutDialling("us", "ru");
        backup.Restored = true;
        net["us"].Restart(backup);
        Assert.True(net.RunUntil(() => net.IsSettled(), TimeSpan.FromMinutes(2)));
        Assert.Equal(22UL, net["us"].Store.Feeds[net["us"].Id].Size);
    }

    // LINK-63: the same verification as if we had asked.
    [Fact]
    public void What_a_peer_brings_that_does_not_lead_to_our_signature_is_refused_and_changes_nothing()
    {
        var net = Lines.Opened("us", "-ru");
        var backup = net["us"].Store.Copy();
        net["us"].Append(net.Message("lost"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        var liar = new Author(net, "us");
        var shown = liar.CheckpointAt(2);
        net["us"].Crash();
        net.Invariants.Lost(net["us"].Id);
        net["ru"].Crash();
        backup.Restored = true;
        net["us"].Restart(backup);
        Assert.Equal(409, net.Answer("ru", "us", new LinkRequest(LinkVerb.Bring, liar.Push(1).Body)).Status); // nobody asked
        var answer = net.Answer("ru", "us", liar.Heartbeat((liar.Id, shown)));
        Assert.Equal(1UL, Heartbeat.Parse(answer.Body.Span).Required().Wants);
        Assert.Equal(409, net.Answer("ru", "us", new LinkRequest(LinkVerb.Bring, liar.Push(1).Body, Offset: 0)).Status); // not from there
        var forged = liar.Twin();
        forged.Write("never written");
        Assert.Equal(
            422,
            net.Answer("ru", "us", new LinkRequest(LinkVerb.Bring, "no entries"u8.ToArray(), Offset: 1)).Status
        );
        Assert.Equal(1UL, net["us"].Store.Feeds[liar.Id].Size);
        Assert.False(net["us"].Status.Stopped);
        net["ru"].Restart();
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(1)));
        Assert.Equal(2UL, net["us"].Store.Feeds[liar.Id].Size);
    }

    // LINK-61: a peer's word is no proof, neither of what we wrote nor of a fork.
    [Fact]
    public void A_peer_that_gives_back_foreign_entries_makes_no_fork_and_another_peer_is_asked()
    {
        var net = WithBackupAt(out var backup, 4, "us", "ru", "icrc");
        backup.Restored = true;
        var liar = new Author(net, "us");
        net.Cut("us", "icrc");
        net.Intercept = (from, to, request) => request.Verb == LinkVerb.Recover && to.Value == "ru";
        net["us"].Restart(backup);
        Assert.True(
            net.RunUntil(() => net["us"].Sends.Any(s => s.Request.Verb == LinkVerb.Recover), TimeSpan.FromSeconds(20))
        );
        var asked = net["us"].Sends.Last(s => s.Request.Verb == LinkVerb.Recover);
        var garbage = liar.Twin().Write("never written").Push(6, liar.CheckpointAt(6), proof: []);
        net["us"].Handle(new LinkEvent.AnswerArrived(asked.Token, LinkAnswer.Ok(LinkAnswer.Bytes, garbage.Body)));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.False(net["us"].Status.Stopped);
        net.Heal();
        Assert.True(net.RunUntil(() => net["us"].Store.Feeds[net["us"].Id].Size == 6, TimeSpan.FromMinutes(3)));
        net.Intercept = null;
        Assert.True(net.RunUntil(() => !net["us"].Status.CatchingUp, TimeSpan.FromMinutes(1)));
        Assert.Equal(6UL, net["us"].Store.Feeds[net["us"].Id].Size);
        Assert.Empty(net["us"].Store.Forks);
    }

    // LINK-60: what was found out must not be forgotten with the process.
    [Fact]
    public void A_mark_that_the_store_did_not_take_is_made_durable_as_soon_as_it_does_and_a_restart_signs_nothing()
    {
        var net = WithBackupAt(out var backup, 5, "us", "ru");
        net.Intercept = (from, to, request) => request.Verb is LinkVerb.Recover;
        net["us"].Restart(backup);
        net["us"].StoreFails = true;
        Assert.True(
            net.RunUntil(() => net["us"].Reports.Any(r => r is LineReport.OwnFeedBehind), TimeSpan.FromSeconds(5))
        );
        net.Run(TimeSpan.FromSeconds(5));
        net["us"].StoreFails = false;
        net.Cut("us", "ru");
        net.Run(TimeSpan.FromSeconds(2));
        net["us"].Crash();
        net["us"].Restart();
        var early = net["us"].Append(net.Message("before the next heartbeat"));
        net.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("own-feed-foreign", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[early]).Code);
        net.Intercept = null;
        net.Heal();
        Assert.True(net.RunUntil(() => net["us"].Status is { Recovery: null, Awaited: [] }, TimeSpan.FromMinutes(1)));
        Assert.Equal(204, net["us"].SignOn().Status);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(1)));
        Assert.Equal(7UL, net["us"].Store.Feeds[net["us"].Id].Size);
        Assert.Empty(net["us"].Store.Forks);
    }

    // LINK-60: the push of our earlier life is still on its way into the peer's store.
    [Theory]
    [InlineData("us", "ru")]
    [InlineData("-us", "ru")]
    [InlineData("us", "-ru")]
    public void A_peer_whose_store_is_slow_has_shown_what_it_holds_of_us_only_when_it_holds_it(params string[] names)
    {
        var net = Lines.Opened(names);
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromSeconds(40) };
        var backup = net["us"].Store.Copy();
        var author = new Author(net, "us").Write("in the old life");
        net.Invariants.Lost(author.Id);
        net["us"].Crash();
        net.Ask(author.Id, net["ru"].Id, author.Push(1));
        var later = author.Twin().Write("and another");
        net.Ask(author.Id, net["ru"].Id, later.Push(2));
        net.Faults = NetworkFaults.None;
        backup.Restored = true;
        net["us"].Restart(backup);
        var early = net["us"].Append(net.Message("in the new life"));
        net.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(1UL, net["ru"].Store.Feeds[author.Id].Size); // else this shows nothing
        Assert.Equal("catching-up", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[early]).Code);
        Assert.True(net["us"].Status.CatchingUp, "it took for all what was not all yet");
        Assert.True(net.RunUntil(() => !net["us"].Status.CatchingUp, TimeSpan.FromMinutes(3)));
        net["us"].Append(net.Message("in the new life"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(1)));
        Assert.Equal(4UL, net["us"].Store.Feeds[author.Id].Size);
        Assert.All(net.Stations, s => Assert.Empty(s.Store.Forks));
    }
}
