using Parley.Record;
using Parley.Station.Calls;
using Parley.Traffic;
using Xunit;

namespace Parley.Station.Tests.Media;

/// <summary>How long a call rings, whatever its author says of the time.</summary>
public sealed class CallRingsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LineId Line = LineId.Parse("north-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    private readonly CallRings rings = new();

    private static EntryId By(string party, ulong seq) => new(PartyId.Parse(party), seq);

    // CALL-18
    [Fact]
    public void A_call_that_is_dated_ahead_rings_for_a_minute_from_when_it_came()
    {
        var (call, due) = (By("ru", 4), Noon.AddYears(3));
        Assert.Equal(Noon.AddSeconds(60), rings.Until(Line, call, Noon, due, Noon));
        Assert.Equal(Noon.AddSeconds(60), rings.Until(Line, call, Noon, due, Noon.AddSeconds(59)));
        Assert.Null(rings.Until(Line, call, Noon, due, Noon.AddSeconds(60)));
    }

    // CALL-18
    [Fact]
    public void Its_own_time_may_end_it_sooner_and_a_clock_that_is_set_back_rings_for_no_longer()
    {
        Assert.Equal(Noon.AddSeconds(5), rings.Until(Line, By("ru", 1), Noon, Noon.AddSeconds(5), Noon));
        Assert.Null(rings.Until(Line, By("ru", 2), Noon, Noon, Noon));
        Assert.Equal(Noon.AddSeconds(60), rings.Until(Line, By("ru", 3), Noon.AddHours(1), null, Noon));
    }

    // CALL-18
    [Fact]
    public void A_peer_that_rings_more_often_than_its_share_makes_no_sound_and_others_ring_all_the_same()
    {
        for (ulong n = 0; n < CallRings.Share; n++)
            Assert.NotNull(rings.Until(Line, By("ru", n), Noon, null, Noon));
        Assert.Null(rings.Until(Line, By("ru", 99), Noon, null, Noon));
        Assert.NotNull(rings.Until(Line, By("ru", 0), Noon, null, Noon)); // what rings goes on
        Assert.NotNull(rings.Until(Line, By("eu", 99), Noon, null, Noon));
        var later = Noon + CallRings.Within;
        Assert.NotNull(rings.Until(Line, By("ru", 100), later, null, later));
    }
}
