using System.Text;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Link.Tests;

/// <summary>Before a station that may have forgotten something signs, every peer has answered outright what lies beyond
/// what it holds.</summary>
public sealed class ShowingTests
{
    private static readonly PartyId Us = PartyId.Parse("us"),
        Ru = PartyId.Parse("ru");

    /// <summary>The line of two, the station us restored to 2 entries of the 2 + <paramref name="lost"/> that ru
    /// holds.</summary>
    private static LineNetwork Restored(int lost, string[] parties, Action<LineNetwork>? peers = null)
    {
        var net = Lines.Opened(parties);
        net["us"].Append(net.Message("kept"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
        var backup = net["us"].Store.Copy();
        for (var i = 0; i < lost; i++)
            net["us"].Append(net.Message($"lost {i}"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(30)));
        peers?.Invoke(net);
        net["us"].Crash();
        net.Invariants.Lost(Us);
        backup.Restored = true;
        net["us"].Restart(backup);
        return net;
    }

    private static void SignsOnWithoutFork(LineNetwork net, ulong size)
    {
        Assert.True(
            net.RunUntil(() => !net["us"].Status.CatchingUp, TimeSpan.FromMinutes(2)),
            net["us"].Status.Peers[0].LastError
        );
        Assert.Equal(size, net["us"].Store.Feeds[Us].Size);
        net["us"].Append(net.Message("in the new life"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(1)));
        Assert.All(net.Stations, s => Assert.Empty(s.Store.Forks));
        Assert.Empty(net.Invariants.Diverged);
    }

    // LINK-100, LINK-101: what a heartbeat does not say says nothing.
    [Theory]
    [InlineData("us", "ru")]
    [InlineData("-us", "ru")]
    [InlineData("us", "-ru")]
    public void A_restored_station_gets_its_feed_back_from_a_peer_whose_heartbeats_name_no_feed_and_does_not_fork_it(
        params string[] parties
    )
    {
        var net = Restored(2, parties, n => n.Terse.Add(Ru));
        var early = net["us"].Append(net.Message("too early"));
        Assert.Equal("catching-up", Assert.IsType<AppendOutcome.Refused>(net["us"].Outcomes[early]).Code);
        SignsOnWithoutFork(net, 4);
    }

    // LINK-101: a station of the version before answers the question with 400.
    [Theory]
    [InlineData(0, "us", "ru")]
    [InlineData(3, "us", "ru")]
    [InlineData(3, "-us", "ru")]
    [InlineData(3, "us", "-ru")]
    public void A_peer_of_the_version_before_does_not_keep_a_restored_station_waiting(
        int lost,
        params string[] parties
    ) => SignsOnWithoutFork(Restored(lost, parties, n => n.Older.Add(Ru)), 2 + (ulong)lost);

    // LINK-101: its store is slow, and it cannot say so in the answer; its heartbeats do.
    [Fact]
    public void A_refusal_of_the_version_before_shows_nothing_until_a_heartbeat_has_said_that_nothing_is_being_stored()
    {
        var net = Restored(
            0,
            ["us", "ru"],
            n =>
            {
                n.Older.Add(Ru);
                n.Intercept = (_, to, request) => request.Verb == LinkVerb.Heartbeat;
            }
        );
        net.Run(TimeSpan.FromMinutes(1));
        Assert.Contains(net["us"].Sends, s => s.Request.Verb == LinkVerb.Recover);
        Assert.True(net["us"].Status.CatchingUp);
        net.Intercept = null;
        SignsOnWithoutFork(net, 2);
    }

    // LINK-102
    [Fact]
    public void What_a_peer_claims_to_hold_beyond_makes_it_unshown_again_until_it_is_asked_once_more()
    {
        var net = Lines.Opened("us", "ru", "icrc");
        var backup = net["us"].Store.Copy();
        net["us"].Crash();
        net.Invariants.Lost(Us);
        net.Cut("us", "icrc");
        backup.Restored = true;
        net["us"].Restart(backup);
        Assert.True(net.RunUntil(() => net["us"].Status.Awaited is [{ Value: "icrc" }], TimeSpan.FromSeconds(10)));
        net.Intercept = (_, to, request) => request.Verb == LinkVerb.Recover && to == Ru;
        Assert.Equal(503, net.Answer("ru", "us", new LinkRequest(LinkVerb.Pull, "held 9\n"u8.ToArray())).Status);
        Assert.Contains(Ru, net["us"].Status.Awaited);
        Assert.Contains("says that it holds 9", net["us"].StatusOf(Ru).LastError, StringComparison.Ordinal);
        net.Heal();
        net.Run(TimeSpan.FromSeconds(60));
        Assert.Equal([Ru], net["us"].Status.Awaited);
        net.Intercept = null;
        Assert.True(net.RunUntil(() => !net["us"].Status.CatchingUp, TimeSpan.FromMinutes(1)));
    }

    // LINK-102: decision 0008 stands.
    [Fact]
    public void A_claim_without_our_signature_does_not_stop_a_station_that_waits_for_nothing()
    {
        var net = Lines.Opened("us", "ru");
        Assert.Equal(409, net.Answer("ru", "us", new LinkRequest(LinkVerb.Pull, "held 9\n"u8.ToArray())).Status);
        Assert.False(net["us"].Status.CatchingUp);
    }

    // LINK-103
    [Fact]
    public void A_peer_that_shows_less_than_the_backup_says_that_it_had_cosigned_has_shown_nothing_and_two_officers_may_go_on_without_it()
    {
        var net = Lines.Opened("us", "ru");
        var poor = net["ru"].Store.Copy();
        net["us"].Append(net.Message("cosigned"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        var backup = net["us"].Store.Copy();
        foreach (var station in net.Stations)
        {
            station.Crash();
            net.Invariants.Lost(station.Id);
        }
        (backup.Restored, poor.Restored) = (true, true);
        net["us"].Restart(backup);
        net["ru"].Restart(poor);
        net.Run(TimeSpan.FromMinutes(2));
        Assert.True(net["us"].Status.CatchingUp);
        Assert.Equal(
            "nothing is signed: ru shows 1 of our entries and had cosigned 2",
            net["us"].StatusOf(Ru).LastError
        );
        Assert.Contains("not shown yet", net["us"].SignOn().Reason, StringComparison.Ordinal);
        Assert.Equal(204, net["us"].SignOn(Ru).Status);
        Assert.True(net.RunUntil(() => !net["ru"].Status.CatchingUp, TimeSpan.FromMinutes(1)));
        net["us"].Append(net.Message("and on"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(2)));
    }

    // LINK-101
    [Fact]
    public void The_question_for_what_there_is_not_is_answered_204_and_counts_as_no_refused_request()
    {
        var net = Lines.Opened("us", "ru");
        Assert.Equal(204, net.Answer("ru", "us", Question(1)).Status);
        Assert.Equal(204, net.Answer("ru", "us", Question(77)).Status);
        Assert.Equal(200, net.Answer("ru", "us", Question(0)).Status);
        Assert.Equal(400, net.Answer("ru", "us", new LinkRequest(LinkVerb.Recover, "all of it"u8.ToArray())).Status);
        Assert.Single(net["us"].Store.Refusals);
    }

    // LINK-101
    [Fact]
    public void While_more_of_the_askers_feed_is_on_its_way_into_the_store_the_question_is_answered_503()
    {
        var net = Lines.Opened("us", "ru");
        var author = new Author(net, "ru").Write("on its way");
        net.Faults = new NetworkFaults { MaxStoreDelay = TimeSpan.FromSeconds(40) };
        net.Ask(Ru, Us, author.Push(1));
        net.Faults = NetworkFaults.None;
        Assert.Equal(503, net.Answer("ru", "us", Question(1)).Status);
    }

    // LINK-100: neither lost nor said; it is shown the checkpoint once and answers, and that is all.
    [Fact]
    public void A_peer_whose_heartbeats_name_no_feed_is_not_taken_to_have_lost_what_it_cosigned()
    {
        var net = Lines.Opened("us", "ru");
        net["us"].Append(net.Message("sealed"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        net.Terse.Add(Ru);
        var before = net.Sent.Count(s => s.From == Us && s.Request.Verb == LinkVerb.Push);
        net.Run(TimeSpan.FromMinutes(10));
        Assert.DoesNotContain(net["us"].Reports, r => r is LineReport.PeerLostEntries or LineReport.PeerHeldBack);
        Assert.Equal(1, net.Sent.Count(s => s.From == Us && s.Request.Verb == LinkVerb.Push) - before);
    }

    // LINK-18, LINK-100: its heartbeats name nothing because it holds nothing any more.
    [Fact]
    public void A_peer_that_lost_its_whole_record_is_found_out_and_given_everything_again()
    {
        var net = Lines.Opened("us", "ru");
        var empty = MemoryLineStore.For(net.Document);
        net["us"].Append(net.Message("sealed"));
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromSeconds(5)));
        net["ru"].Crash();
        net.Invariants.Lost(Ru);
        net["ru"].Restart(empty);
        Assert.True(net.RunUntil(net.IsSettled, TimeSpan.FromMinutes(2)));
        Assert.Contains(net["us"].Reports, r => r is LineReport.PeerLostEntries { Held: 0 });
        Assert.Equal(1UL, net["ru"].Store.Feeds[Ru].Size);
        Assert.All(net.Stations, s => Assert.Empty(s.Store.Forks));
    }

    private static LinkRequest Question(ulong from) => new(LinkVerb.Recover, Encoding.ASCII.GetBytes($"from {from}\n"));
}
