using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Faults;

/// <summary>A station is started twice: by an impatient operator, or by a service manager that believes the first one
/// dead.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class SameDirectoryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_second_station_on_one_data_directory_is_refused_and_the_first_goes_on()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        await using var load = new LineUnderLoad(line, Environment.TickCount);
        await load.MoreIsSealedAsync();
        foreach (var station in line.Stations)
        {
            (await station.RunAloneAsync("run")).Ended(1);
            (await station.RunAloneAsync("run", "--restored")).Ended(1);
        }
        // A kill leaves the lock's file behind, and holds nobody up; what runs then is as much alone.
        await line["us"].KillAsync();
        await line["us"].StartAsync();
        var second = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => line["us"].RunAloneAsync("run")));
        Assert.All(second, s => s.Ended(1));
        await load.SettleAsync();
        await load.JudgeAsync(output);
    }
}
