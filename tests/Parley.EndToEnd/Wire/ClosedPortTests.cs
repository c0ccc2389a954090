using System.Diagnostics;
using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>Somebody's firewall closes one side's port in the middle of everything, connections that stand
/// included.</summary>
public sealed class ClosedPortTests(ITestOutputHelper output)
{
    // LINK-21: whoever can still dial asks for what the other cannot bring. bench/run wire does this.
    [Fact(Explicit = true)]
    public async Task Where_one_side_can_be_dialled_no_more_the_link_stays_up_and_what_is_said_is_sealed_over_the_other_sides_connections()
    {
        var seed = Environment.TickCount;
        await using var line = await WiredLine.OfAsync(seed, "us", "ru");
        await using var load = new LineUnderLoad(line.Open, seed, pace: WiredLine.Pace);
        await load.MoreIsSealedAsync();
        using var watch = new StateWatch(line, ("us", "ru"), ("ru", "us"));
        line.Wire("us", "ru").There = new WireCondition { ClosedPort = TestStation.LinkPort };
        var began = Stopwatch.GetTimestamp();
        // What us had given to a connection that is dead, and what it sends now, comes to ru when ru asks for it.
        await Until.HoldsAsync("us cannot dial ru", () => line.SeesAsync("us", "ru"), p => p["lastError"] is not null);
        await load.MoreIsSealedAsync();
        output.WriteLine(
            $"sealed both ways again {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s after ru's port was closed"
        );
        Assert.DoesNotContain("down", await watch.EndAsync());
        await load.SettleAsync();
        await load.JudgeAsync(output);
    }
}
