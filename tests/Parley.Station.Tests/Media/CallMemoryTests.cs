using System.Net;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Calls;
using Parley.Station.Media;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>What a station keeps of a call in memory: a peer that does much takes nobody else's part of it.</summary>
public sealed class CallMemoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PartyId Us = PartyId.Parse("us"),
        Ru = PartyId.Parse("ru");

    private static SeenMoment At(PartyId of, int second, string what) =>
        new(of, new CallMoment(Noon.AddSeconds(second), what, of.Value));

    // CALL-2
    [Fact]
    public void What_one_party_does_much_leaves_the_others_doings_in_the_log()
    {
        var all = Enumerable.Range(0, 500).Select(i => At(Ru, i, "held")).Append(At(Us, 600, "left")).ToList();
        var cut = CallCourse.Cut(all);
        Assert.Equal(CallCourse.MaxMoments, cut.Count);
        Assert.Equal("left", cut[^1].Moment.What);
        Assert.Equal(CallCourse.MaxMoments - 1, cut.Count(m => m.Of == Ru)); // room that nobody else needs is theirs
        Assert.Equal(cut.OrderBy(m => m.Moment.At), cut);
        Assert.Equal(3, CallCourse.Cut(all.Take(3)).Count);
    }

    // CALL-9
    [Fact]
    public void An_epoch_that_another_took_the_place_of_is_over()
    {
        var seat = new CallSeat(new EntryId(Us, 1), new Officer("watch", "Ada"), []);
        Assert.True(seat.IsNew(Said("aa", 1), out var isFresh) && isFresh);
        Assert.True(seat.IsNew(Said("aa", 2), out isFresh) && !isFresh);
        Assert.True(seat.IsNew(Said("bb", 1), out isFresh) && isFresh);
        Assert.False(seat.IsNew(Said("aa", 3), out _));
        Assert.False(seat.IsNew(Said("bb", 1), out _));
        Assert.True(seat.IsNew(Said("bb", 2), out _));
    }

    private static CallSignal Said(string epoch, long number) =>
        new()
        {
            Call = new EntryId(Ru, 0),
            From = new EntryId(Ru, 1),
            To = new EntryId(Us, 1),
            Epoch = epoch,
            Number = number,
            Kind = "ready",
        };

    // CALL-19
    [Fact]
    public void Of_the_places_in_a_hello_only_the_peers_own_are_looked_up_or_sent_to()
    {
        string[] card = ["station.example:7443", "192.0.2.7:7443", "[2001:db8::7]:7443"];
        var from = IPAddress.Parse("::ffff:198.51.100.9");
        Assert.Equal(
            [("station.example", 9000), ("192.0.2.7", 7443), ("2001:db8::7", 1), ("198.51.100.9", 7443)],
            PeerPlaces.Theirs(
                ["Station.example:9000", "192.0.2.7:7443", "[2001:db8::7]:1", "198.51.100.9:7443"],
                card,
                from
            ),
            (a, b) => string.Equals(a.Item1, b.Item1, StringComparison.OrdinalIgnoreCase) && a.Item2 == b.Item2
        );
        Assert.Empty(
            PeerPlaces.Theirs(
                ["victim.example:53", "10.0.0.1:161", "127.0.0.1:8125", "198.51.100.8:7443", "x", "192.0.2.7:0"],
                card,
                from
            )
        );
        Assert.Empty(PeerPlaces.Theirs(["198.51.100.9:7443"], card, null));
    }

    // CALL-19
    [Fact]
    public void A_peer_that_says_hello_again_and_again_is_listened_to_at_a_pace()
    {
        var places = new PeerPlaces(TimeProvider.System);
        var asked = Enumerable.Range(0, 1_000).Count(_ => places.MayAsk());
        Assert.InRange(asked, PeerPlaces.MaxAtOnce, PeerPlaces.MaxAtOnce + 30);
    }
}
