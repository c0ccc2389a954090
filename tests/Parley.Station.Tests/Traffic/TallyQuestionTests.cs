using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>What is asked of a tally that makes no sense is refused with its reason.</summary>
public sealed class TallyQuestionTests
{
    [Fact] // CEASEFIRE-31, CEASEFIRE-35, CEASEFIRE-4
    public async Task A_period_of_all_times_and_sizes_of_nobody_are_refused_and_a_zone_that_nobody_knows_is_warned_of()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var us = line["us"];
        async Task RefusedAsync(string path, string reason)
        {
            var (status, json) = await us.GetAsync($"lines/{line.Id}/{path}");
            Assert.True(status == 400, $"{path}: {status} {json}");
            Assert.Contains(reason, json.GetProperty("title").GetString(), StringComparison.Ordinal);
        }
        const string zone = "zone=UTC&closes=19:30";
        await RefusedAsync($"tally/days?from=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z&{zone}", "reporting days");
        Assert.Equal(
            200,
            (
                await us.GetAsync(
                    $"lines/{line.Id}/tally/days?from=0001-01-01T00:00:00Z&until=0001-01-01T12:00:00Z&{zone}"
                )
            ).Status
        );
        await RefusedAsync("tally?asOf=us:1,us:2", "asOf names us twice");
        await RefusedAsync("tally?asOf=zz:1", "asOf names zz, who is not on this line");
        await RefusedAsync(
            $"tally/days?from=2026-11-01T00:00:00Z&until=2026-11-03T00:00:00Z&{zone}&asOf=zz:1",
            "asOf names zz"
        );
        Assert.Equal(200, (await us.GetAsync($"lines/{line.Id}/tally?asOf=us:1,ru:1")).Status);

        var (status, check) = await us.PostAsync(
            $"lines/{line.Id}/agreements/check",
            new { title = "Ceasefire", reporting = new { zone = "Mars/Olympus", closes = "19:30" } }
        );
        Assert.True(status == 200, check.ToString());
        Assert.Contains("Mars/Olympus", check.GetProperty("warnings").ToString(), StringComparison.Ordinal);
    }
}
