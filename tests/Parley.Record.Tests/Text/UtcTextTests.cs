using System.Text;
using Xunit;

namespace Parley.Record.Tests.Text;

public sealed class UtcTextTests
{
    private static readonly DateTimeOffset At = new(2022, 3, 23, 16, 5, 11, 204, TimeSpan.FromHours(2));

    [Fact]
    public void A_time_is_written_in_UTC_in_each_of_the_forms()
    {
        Assert.Equal("2022-03-23T14:05:11.204Z", UtcText.Of(At));
        Assert.Equal("2022-03-23T14:05:11.204Z", UtcText.Of(At.AddTicks(9_999)));
        Assert.Equal("2022-03-23T14:05:11Z", UtcText.ToSecond(At));
        Assert.Equal("2022-03-23T14:05:11.204Z", UtcText.Exact(At));
        Assert.Equal("2022-03-23T14:05:11.2040001Z", UtcText.Exact(At.AddTicks(1)));
        Assert.Equal("231405Z MAR 22", UtcText.Group(At, At.AddYears(3)));
        Assert.Equal("0001-01-01T00:00:00.000Z", UtcText.Of(DateTimeOffset.MinValue));
        Assert.Equal("9999-12-31T23:59:59.999Z", UtcText.Of(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void A_year_that_is_far_from_now_is_written_in_full_so_that_no_century_is_hidden()
    {
        Assert.Equal("312359Z DEC 9999", UtcText.Group(DateTimeOffset.MaxValue, At));
        Assert.Equal("010000Z JAN 0001", UtcText.Group(DateTimeOffset.MinValue, At));
        Assert.Equal("231405Z MAR 2122", UtcText.Group(At.AddYears(100), At));
        Assert.Equal("231405Z MAR 1922", UtcText.Group(At.AddYears(-100), At));
        Assert.Equal("231405Z MAR 2073", UtcText.Group(At.AddYears(51), At));
    }

    [Theory] // ENTRY-6
    [InlineData("2022-03-23T14:05:11.204Z", true)]
    [InlineData("2024-02-29T00:00:00.000Z", true)]
    [InlineData("2022-02-29T00:00:00.000Z", false)]
    [InlineData("2022-03-23T24:00:00.000Z", false)]
    [InlineData("2022-03-23T14:05:60.000Z", false)]
    [InlineData("0000-01-01T00:00:00.000Z", false)]
    [InlineData("2022-03-23T14:05:11Z", false)]
    [InlineData("2022-03-23T14:05:11.20Z", false)]
    [InlineData("2022-03-23t14:05:11.204z", false)]
    [InlineData("2022-03-23T14:05:11.204+00:00", false)]
    [InlineData(" 2022-03-23T14:05:11.204Z", false)]
    [InlineData("２022-03-23T14:05:11.204Z", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_form_of_records_is_read_and_nothing_else(string? text, bool isTime)
    {
        Assert.Equal(isTime, UtcText.TryRead(text, out var at));
        Assert.Equal(isTime, UtcText.TryRead(Encoding.UTF8.GetBytes(text ?? ""), out var same));
        Assert.Equal(at, same);
        if (isTime)
            Assert.Equal(text, UtcText.Of(at));
    }

    [Theory]
    [InlineData("2022-03-23", "2022-03-23T00:00:00.000Z", true)]
    [InlineData("2022-03-23T14:05Z", "2022-03-23T14:05:00.000Z", false)]
    [InlineData("2022-03-23T14:05:11Z", "2022-03-23T14:05:11.000Z", false)]
    [InlineData("2022-03-23T14:05:11.204Z", "2022-03-23T14:05:11.204Z", false)]
    [InlineData("2022-03-23T14:05", null, false)]
    [InlineData("2022-03-23T16:05:11+02:00", null, false)]
    [InlineData("23.3.2022", null, false)]
    [InlineData(null, null, false)]
    public void A_typed_time_is_a_moment_in_UTC_or_a_day(string? text, string? meant, bool isDay)
    {
        Assert.Equal(meant is not null, UtcText.TryReadTyped(text, out var at, out var day));
        if (meant is null)
            return;
        Assert.Equal((meant, isDay), (UtcText.Of(at), day));
    }

    [Theory]
    [InlineData("2022-03-23T16:05:11+02:00", "2022-03-23T14:05:11.000Z")]
    [InlineData("2022-03-23T16:05:11.204+02:00", "2022-03-23T14:05:11.204Z")]
    [InlineData("2022-03-23T14:05Z", "2022-03-23T14:05:00.000Z")]
    [InlineData("2022-03-23T14:05:11", null)]
    public void With_an_offset_it_is_the_same_moment_in_UTC(string text, string? meant)
    {
        Assert.Equal(meant is not null, UtcText.TryReadWithOffset(text, out var at, out _));
        if (meant is not null)
            Assert.Equal(meant, UtcText.Of(at));
    }

    [Theory]
    [InlineData("2030-01-01T12:00:00Z", false, "2030-01-01T12:00:00.0000000Z")]
    [InlineData("2030-01-01T14:00:00.5+02:00", false, "2030-01-01T12:00:00.5000000Z")]
    [InlineData("2030-01-01T12:00:00.00000001Z", false, "2030-01-01T12:00:00.0000000Z")]
    [InlineData("2030-01-01T12:00:00.00000001Z", true, "2030-01-01T12:00:00.0000001Z")]
    [InlineData("2030-01-01T12:00:60Z", false, null)]
    [InlineData("2030-01-01T12:00:00", false, null)]
    public void A_time_of_RFC_3339_is_read_to_the_tick(string text, bool roundUp, string? meant)
    {
        Assert.Equal(meant is not null, UtcText.TryReadTicks(text, roundUp, out var ticks));
        if (meant is not null)
            Assert.Equal(meant, new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ"));
    }

    [Fact]
    public void A_day_ends_with_its_last_millisecond()
    {
        Assert.True(UtcText.TryReadTyped("9999-12-31", out var last, out _));
        Assert.Equal("9999-12-31T23:59:59.999Z", UtcText.Of(UtcText.EndOfDay(last)));
    }
}
