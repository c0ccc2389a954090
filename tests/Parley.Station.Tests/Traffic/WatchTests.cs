using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>The watch on a line (R6).</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task A_watch_that_is_over_is_called_so_at_its_own_station_until_somebody_takes_the_next()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var taken = await line.WriteAsync("us", "watch.taken", new { communicator = "Ada" }, name: "Ada");
        var until = (await WatchAsync(line)).GetProperty("until").GetDateTimeOffset();
        Assert.InRange(until - line.Clock.GetUtcNow(), TimeSpan.FromHours(8) - TimeSpan.FromMinutes(1), TimeSpan.FromHours(8));
        line.Clock.Pass(TimeSpan.FromHours(7.9));
        Assert.DoesNotContain(await line.AlarmsAsync("us"), a => a.GetProperty("about").GetString() == "watch over");
        line.Clock.Pass(TimeSpan.FromHours(0.2));
        var alarm = await line.AlarmAsync("us", taken, "reminder");
        Assert.Equal("watch over", alarm.GetProperty("about").GetString());
        Assert.DoesNotContain(await line.AlarmsAsync("ru"), a => a.GetProperty("about").GetString() == "watch over");

        var offer = await line.WriteAsync("us", "watch.offered", new { communicator = "Grace" }, name: "Ada");
        await line.WriteAsync("us", "watch.taken", new { communicator = "Grace", until = line.Clock.GetUtcNow() + TimeSpan.FromHours(4) }, offer, name: "Grace");
        await line.NoAlarmAsync("us", taken);
        line.Clock.Pass(TimeSpan.FromHours(4.1));
        await line["us"].UntilAsync(async () => (await line.AlarmsAsync("us")).Any(a => a.GetProperty("about").GetString() == "watch over"), "the second watch over");
    }

    private static async Task<System.Text.Json.JsonElement> WatchAsync(DutyLine line) => (await line.GetAsync("us", "watch")).EnumerateArray().First(w => w.GetProperty("party").GetString() == "us");
}
