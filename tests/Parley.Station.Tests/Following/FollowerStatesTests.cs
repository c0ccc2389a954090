using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Tests.Api;
using Xunit;

namespace Parley.Station.Tests.Following;

/// <summary>What a follower that does not read is told when it does.</summary>
public sealed class FollowerStatesTests
{
    private static readonly LineId Line = FakeStation.TheLine;
    private static readonly PartyId Us = FakeStation.Us,
        Ru = FakeStation.Ru;

    private static StationEvent.Refused Refused(string peer, string reason) =>
        new(new RefusalView(Line, peer, 422, reason, 1, FakeStation.Noon, FakeStation.Noon));

    private static List<StationEvent> Untold(FollowerStates states)
    {
        var all = new List<StationEvent>();
        while (states.TryTake(out var what))
            all.Add(what);
        return all;
    }

    [Fact]
    public void Of_what_changed_a_million_times_a_slow_follower_is_told_how_it_stands_and_nothing_else_is_pushed_out()
    {
        var states = new FollowerStates(null);
        states.Tell(new StationEvent.Forked(Line, Ru, 3, 3));
        states.Tell(new StationEvent.OwnFeed(Line, true, 2, Ru, 5));
        states.Tell(new StationEvent.PeerLost(Line, Ru, 9, 1));
        for (ulong i = 1; i <= 1_000_000; i++)
            states.Tell(new StationEvent.Sealed(Line, Us, i));
        states.Tell(new StationEvent.Link(Line, Ru, LinkState.Alive));
        states.Tell(new StationEvent.Link(Line, Ru, LinkState.Down));
        Assert.Equal(
            [
                new StationEvent.Forked(Line, Ru, 3, 3),
                new StationEvent.OwnFeed(Line, true, 2, Ru, 5),
                new StationEvent.PeerLost(Line, Ru, 9, 1),
                new StationEvent.Sealed(Line, Us, 1_000_000),
                new StationEvent.Link(Line, Ru, LinkState.Down),
            ],
            Untold(states)
        );
        Assert.Empty(Untold(states));
    }

    [Fact]
    public void Refusals_are_added_up_by_peer_and_strangers_share_one_place()
    {
        var states = new FollowerStates(Line);
        for (var i = 0; i < 500; i++)
            states.Tell(Refused("ru", $"reason {i}"));
        for (var i = 0; i < 10_000; i++)
            states.Tell(Refused($"key {i:x16}", "unknown key"));
        var told = Untold(states).Cast<StationEvent.Refused>().ToList();
        Assert.Equal(
            [("ru", 500L, "reason 499"), ("key 000000000000270f", 10_000L, "unknown key")],
            told.Select(r => (r.Refusal.Peer!, r.Refusal.Count, r.Refusal.Reason))
        );
    }

    [Fact]
    public void A_follower_for_whom_even_the_latest_states_were_too_many_is_told_to_take_all_anew()
    {
        var states = new FollowerStates(null);
        var parties = Enumerable.Range(0, FollowerStates.MaxWaiting + 1).Select(i => PartyId.Parse($"p{i}")).ToList();
        foreach (var party in parties)
            states.Tell(new StationEvent.Link(Line, party, LinkState.Alive));
        states.Tell(new StationEvent.Link(Line, parties[0], LinkState.Down));
        Assert.Equal([new StationEvent.Reset()], Untold(states));
        states.Tell(new StationEvent.Link(Line, Ru, LinkState.Alive));
        Assert.Equal([new StationEvent.Link(Line, Ru, LinkState.Alive)], Untold(states));
    }

    [Fact]
    public async Task A_follower_sleeps_until_it_is_told_something_and_then_once()
    {
        var states = new FollowerStates(Line);
        var stop = TestContext.Current.CancellationToken;
        var waiting = states.WaitAsync(stop).AsTask();
        Assert.False(waiting.IsCompleted);
        states.Tell(new StationEvent.Link(LineId.Parse("us-eu-abcdefghijklmnopqrstuvwxyz234567"), Ru, LinkState.Alive)); // another line
        Assert.False(waiting.IsCompleted);
        states.Wake();
        states.Wake();
        Assert.True(await waiting);
        Assert.False(await states.WaitAsync(new CancellationToken(canceled: true)));
        states.Complete();
        await states.WaitAsync(stop); // the second wake
        Assert.False(await states.WaitAsync(stop));
    }
}
