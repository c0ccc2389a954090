using Xunit;

namespace Parley.Record.Tests;

public sealed class TimeSumTests
{
    private static readonly DateTimeOffset First = DateTimeOffset.MinValue,
        Last = DateTimeOffset.MaxValue,
        Day = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_sum_of_times_ends_at_the_last_and_the_first_time_that_there_is()
    {
        TimeSpan[] spans =
        [
            TimeSpan.Zero,
            TimeSpan.FromTicks(1),
            TimeSpan.FromHours(5),
            TimeSpan.FromDays(31),
            TimeSpan.FromDays(4_000_000),
            TimeSpan.MaxValue,
            TimeSpan.MinValue,
            TimeSpan.FromTicks(-1),
            TimeSpan.FromDays(-31),
        ];
        TimeSpan[] offsets = [TimeSpan.Zero, TimeSpan.FromHours(14), TimeSpan.FromHours(-14)];
        DateTimeOffset[] times =
        [
            First,
            Last,
            Day,
            .. offsets.SelectMany(o =>
                new[]
                {
                    new DateTimeOffset(2026, 1, 1, 0, 0, 0, o),
                    new DateTimeOffset(Last.Ticks - TimeSpan.TicksPerDay, o),
                    new DateTimeOffset(TimeSpan.TicksPerDay, o),
                }
            ),
        ];
        foreach (var at in times)
        {
            foreach (var span in spans)
            {
                var exact = (Int128)at.UtcTicks + span.Ticks;
                // A time with an offset has two ends, the clock's and the moment's: near them the sum is the end
                // itself.
                var sum = at.Plus(span);
                if (exact > Last.Ticks)
                    Assert.Equal(Last, sum);
                else if (exact < 0)
                    Assert.Equal(First, sum);
                else
                    Assert.True(
                        sum.UtcTicks == exact || ((sum == Last || sum == First) && at.Offset != TimeSpan.Zero),
                        $"{at:o} + {span}"
                    );
                var difference = at.Minus(span);
                var without = (Int128)at.UtcTicks - span.Ticks;
                Assert.True(
                    difference.UtcTicks == without || difference == (span > TimeSpan.Zero ? First : Last),
                    $"{at:o} - {span}"
                );
            }
        }
        Assert.Null(((DateTimeOffset?)null).Plus(TimeSpan.FromDays(1)));
    }
}
