using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>What the README promises of the first minutes.</summary>
public sealed class TrialTests
{
    [Fact]
    public async Task Two_stations_come_up_linked_and_a_second_run_on_the_directory_goes_on_with_the_same_line_and_record()
    {
        using var folder = new TestFolder();
        string line;
        await using (var first = await TrialProcess.StartAsync(folder))
        {
            line = first.Line;
            Assert.Equal(["us", "ru"], first.Report["stations"]!.AsArray().Select(s => s!["party"]!.GetValue<string>()));
            foreach (var station in first.Report["stations"]!.AsArray())
            {
                var api = station!["api"]!.GetValue<string>();
                Assert.StartsWith("http://127.0.0.1:", api, StringComparison.Ordinal);
                Assert.StartsWith(api, station["console"]!.GetValue<string>(), StringComparison.Ordinal);
                Assert.StartsWith($"{api}/sign-in?token=", station["signIn"]!.GetValue<string>(), StringComparison.Ordinal);
                Assert.True(Directory.Exists(station["data"]!.GetValue<string>()));
            }
            var sent = (await first.RunAsync("us", "send", "--line", line, "--wait", "sealed", "--json", "Line test, how do you read?")).Ended(0).Json;
            Assert.Equal("us/1", sent.Id());
            Assert.True(sent.IsSealed());
            await first.InterruptAsync();
            (await first.RunAsync("us", "send", "anybody?")).Refused(1, "no station is running");
        }

        await using var second = await TrialProcess.StartAsync(folder);
        Assert.Equal(line, second.Line);
        Assert.Equal("us/2", (await second.RunAsync("us", "send", "--line", line, "--wait", "sealed", "--json", "And again.")).Ended(0).Json.Id());
        foreach (var party in (string[])["us", "ru"])
        {
            var record = (await second.RunAsync(party, "record", "list", "--line", line, "--json")).Ended(0).JsonLines;
            Assert.All(record, e => Assert.True(e.IsSealed()));
            Assert.Equal(["ru/0", "us/0", "us/1", "us/2"], record.Select(e => e.Id()).Order(StringComparer.Ordinal));
            Assert.Equal(["Line test, how do you read?", "And again."], record.Select(e => e.Text()).OfType<string>());
        }
        await second.EndInputAsync(); // as when the program that started it is gone
    }
}
