using Parley.Cli.Replay;
using Parley.EndToEnd.Stations;
using Parley.Record;
using Parley.Station.Data;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Replay;

/// <summary>A replay that is cut off goes on where it was.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class CutOffTests
{
    [Theory]
    [InlineData(1, Traits = [Rounds.Name, Rounds.Long])]
    [InlineData(9)]
    [InlineData(25, Traits = [Rounds.Name, Rounds.Long])]
    public async Task A_replay_that_is_cut_off_goes_on_and_doubles_nothing(int after)
    {
        using var folder = new TestFolder();
        var scenario = ScenarioReader.Read(OwnScenario.Bytes()).Required();
        List<ReplayPlace> places =
        [
            .. scenario.Parties.Select(p => new ReplayPlace(p, new DataDirectory(folder[p.Id.Value]))),
        ];
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var first = new List<Played>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Replayer.PlayAsync(
                scenario,
                places,
                folder["replay.json"],
                (_, _, _) => { },
                played =>
                {
                    first.Add(played);
                    if (first.Count == after)
                        cut.Cancel();
                },
                cut.Token
            )
        );

        var second = new List<Played>();
        Assert.False(
            await Replayer.PlayAsync(
                scenario,
                places,
                folder["replay.json"],
                (_, _, _) => { },
                second.Add,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(scenario.Events.Count, second.Count);
        Assert.Equal(first.Select(Entries), second.Take(after).Select(Entries));
        Assert.All(second.Take(after), p => Assert.True(p.Already));
        Assert.All(second.Skip(after + 1), p => Assert.False(p.Already)); // the one that was being written may have been

        var third = new List<Played>();
        Assert.True(
            await Replayer.PlayAsync(
                scenario,
                places,
                folder["replay.json"],
                (_, _, _) => { },
                third.Add,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(second.Select(Entries), third.Select(Entries));
        var written = (await ParleyCommand.RunAsync("record", "list", "--json", "--data", folder["norland"]))
            .Ended(0)
            .Lines.Length;
        Assert.Equal(second.Sum(p => p.Entries.Count) + 2, written); // and the two openings
    }

    [Fact]
    public async Task A_directory_that_holds_something_else_is_left_alone()
    {
        using var folder = new TestFolder();
        var mine = await TestStation.InitAsync(folder, "norland");
        var scenario = folder["day.json"];
        await File.WriteAllBytesAsync(scenario, OwnScenario.Bytes(), TestContext.Current.CancellationToken);
        (await ParleyCommand.RunAsync("replay", scenario, "--data", folder.Path)).Refused(
            1,
            "holds a station that no replay made"
        );
        (await ParleyCommand.RunAsync("replay", scenario, "--data", folder["a"], folder["b"], folder["c"])).Refused(
            2,
            "one for each of norland, sudmark"
        );
        Assert.False(Directory.Exists(folder["sudmark"]));
        (await ParleyCommand.RunAsync("replay", scenario, "--data", folder["a"], folder["b"], "--json")).Ended(0);
        Assert.True(new DataDirectory(folder["b"]).HoldsStation);
        await File.AppendAllTextAsync(scenario, "\n", TestContext.Current.CancellationToken);
        (await ParleyCommand.RunAsync("replay", scenario, "--data", folder["a"], folder["b"])).Refused(
            1,
            "another scenario, or of another version"
        );
        await mine.DisposeAsync();
    }

    private static string Entries(Played played) => string.Join(' ', played.Entries.Select(e => $"{e.Line}/{e.Entry}"));
}
