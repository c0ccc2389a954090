using System.Diagnostics;
using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Faults;

/// <summary>
/// A station stands still with its connections open: SIGSTOP, a frozen virtual machine, a machine out of memory.
/// <c>PARLEY_PAUSED</c> says which
/// station (us or ru), else chance does.
/// </summary>
public sealed class PauseTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("1s", 5)]
    [InlineData("10s", 30, Traits = [Rounds.Name, Rounds.Long])]
    public async Task A_station_that_stands_still_longer_than_its_heartbeats_may_is_shown_as_down_and_goes_on_with_nothing_lost(
        string heartbeat,
        int seconds
    )
    {
        var pause = TimeSpan.FromSeconds(seconds);
        var seed = Environment.TickCount;
        var paused = Environment.GetEnvironmentVariable("PARLEY_PAUSED") ?? (seed % 2 == 0 ? "us" : "ru");
        output.WriteLine($"PARLEY_PAUSED={paused}");
        await using var line = await OpenLine.OfAsync(["us", "ru"], agreed: ["--heartbeat", heartbeat]);
        await using var load = new LineUnderLoad(line, seed);
        var other = line.Stations.Single(s => s.Party != paused);
        Task<string> StateAsync() => StateOf(other, line.Line, paused);
        await load.MoreIsSealedAsync();

        line[paused].Pause();
        try
        {
            var began = Stopwatch.GetTimestamp();
            await Until.HoldsAsync($"{other.Party} says that {paused} is down", StateAsync, state => state == "down");
            output.WriteLine($"down after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
            // What its officers send meanwhile is on the record, and not called sealed.
            var recorded = load.RecordedOf(other.Party);
            await Until.HoldsAsync(
                $"{other.Party} goes on recording",
                () => Task.FromResult(load.RecordedOf(other.Party)),
                now => now > recorded
            );
            await Until.HoldsAsync(
                "the pause is over",
                () => Task.FromResult(Stopwatch.GetElapsedTime(began)),
                passed => passed >= pause
            );
        }
        finally
        {
            line[paused].Continue();
        }
        var resumed = Stopwatch.GetTimestamp();
        await load.MoreIsSealedAsync();
        output.WriteLine(
            $"sealed at both again {Stopwatch.GetElapsedTime(resumed).TotalSeconds:0.0} s after it went on"
        );
        await Until.HoldsAsync($"{paused} is no longer down", StateAsync, state => state != "down");
        await load.SettleAsync();
        await load.JudgeAsync(output);
    }

    private static async Task<string> StateOf(TestStation station, string line, string peer) =>
        (await station.Api.GetAsync($"lines/{line}/status")).Peer(peer)["state"]!.GetValue<string>();
}
