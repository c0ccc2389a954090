using Parley.Record;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>A line of three, over real ports.</summary>
public sealed class ThreePartyTests
{
    [Fact]
    public async Task On_a_line_of_three_a_body_goes_only_to_whom_it_is_addressed_and_all_three_show_every_entry_sealed()
    {
        await using var line = await LiveLine.StartAsync("us", "ru", "eu");
        var (status, sent) = await line["us"].SendAsync(line.Id, "for ru alone", wait: 60, to: ["ru"]);
        Assert.Equal(201, status);
        Assert.True(sent.GetProperty("sealed").GetBoolean());
        await line["us"].SealAsync(line.Id, "for all"); // so that the first is not the newest when the others learn of its seal

        foreach (var (at, shown) in new[] { ("us", "here"), ("ru", "here"), ("eu", "withheld") })
        {
            // The third party learns from the author who else has cosigned; so it too shows the entry sealed.
            await line[at]
                .UntilAsync(
                    async () =>
                        (await line[at].GetAsync($"lines/{line.Id}/entries/us/2"))
                            .Json.GetProperty("sealed")
                            .GetBoolean(),
                    "us/2 sealed"
                );
            var (_, entry) = await line[at].GetAsync($"lines/{line.Id}/entries/us/1");
            Assert.Equal(shown, entry.GetProperty("bodyState").GetString());
            Assert.Equal(
                at == "eu" ? null : "for ru alone",
                (await line.RecordAsync(at)).Single(e => e.Id == "us/1").Text
            );
            Assert.Equal(
                ["eu", "ru"],
                entry
                    .GetProperty("cosignedBy")
                    .EnumerateArray()
                    .Select(p => p.GetString()!)
                    .Order(StringComparer.Ordinal)
            );
            var report = await line.VerifyAsync(at);
            Assert.True(report.Verdict == Record.Verdict.Good, string.Join('\n', report.Findings));
            Assert.Equal(3UL, report.Feeds.Single(f => f.Party.Value == "us").SealedSize);
        }
        Assert.Equal(404, (await line["eu"].GetAsync($"lines/{line.Id}/entries/us/1/body")).Status);
    }
}
