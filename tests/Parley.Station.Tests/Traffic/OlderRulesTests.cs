using Parley.Record;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Agreements on a line that was opened for older programs.</summary>
public sealed class OlderRulesTests
{
    [Theory] // CEASEFIRE-41, LINE-13
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Whoever_tables_or_reads_an_agreement_on_a_line_of_older_rules_is_told_so(int fold, bool isTold)
    {
        await using var line = await DutyLine.StartAsync(LinePolicy.Default with { Fold = fold }, false, "us", "ru");
        object text = new
        {
            title = "Ceasefire",
            signatories = new[] { new { party = "us", capacity = "party" }, new { party = "ru", capacity = "party" } },
        };
        var (_, check) = await line["us"].PostAsync($"lines/{line.Id}/agreements/check", text);
        Assert.Equal(isTold, Tells(check));
        var (made, tabled) = await line["us"]
            .PostAsync(
                $"lines/{line.Id}/entries?wait=sealed&timeout=60",
                new
                {
                    kind = "agreement.tabled",
                    body = text,
                    by = new { seat = "watch", name = "Ada" },
                }
            );
        Assert.True(made is 200 or 201, $"{made} {tabled}");
        var agreement = tabled.GetProperty("id").GetString();
        foreach (var party in (string[])["us", "ru"])
            Assert.Equal(isTold, Tells((await line[party].GetAsync($"lines/{line.Id}/agreements/{agreement}")).Json));

        bool Tells(System.Text.Json.JsonElement answer) =>
            answer
                .GetProperty("warnings")
                .EnumerateArray()
                .Any(w => w.GetString()!.Contains($"judged by fold {fold}", StringComparison.Ordinal));
    }
}
