using Parley.Station.Desks;
using Xunit;

namespace Parley.Station.Tests.Desks;

/// <summary>When an embargo is over, whatever the wall clock does.</summary>
public sealed class EmbargoClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly Hands hands = new() { Wall = Noon };

    private sealed class Hands : TimeProvider
    {
        internal DateTimeOffset Wall { get; set; }
        internal TimeSpan Ran { get; set; }

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ran.Ticks;
    }

    [Fact] // PUBLIC-12
    public void A_clock_that_jumps_ahead_ends_no_embargo_and_one_that_is_set_back_begins_none_again()
    {
        var clock = new EmbargoClock(hands, hands);
        hands.Ran = TimeSpan.FromHours(1);
        hands.Wall = Noon.AddHours(1).AddSeconds(5); // corrected, as clocks are
        Assert.Equal(hands.Wall, clock.Now);
        Assert.Null(clock.Ahead);

        hands.Wall = Noon.AddDays(30);
        Assert.Equal(Noon.AddHours(1).AddSeconds(5), clock.Now);
        Assert.Equal(Noon.AddDays(30) - Noon.AddHours(1), clock.Ahead);

        hands.Wall = Noon.AddDays(-3);
        Assert.Equal(Noon.AddHours(1).AddSeconds(5), clock.Now);
    }

    [Fact] // PUBLIC-12
    public void A_time_that_is_set_is_taken_as_it_is()
    {
        var clock = new EmbargoClock(hands, null);
        hands.Wall = Noon.AddDays(30);
        Assert.Equal(hands.Wall, clock.Now);
        Assert.Null(clock.Ahead);
    }
}
