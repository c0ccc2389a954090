using System.Text.Json;
using Parley.Record;
using Xunit;

namespace Parley.Station.Tests.Blind;

/// <summary>Blind checks between real stations over real sockets, from the proposal to what was found.</summary>
public sealed class BlindCheckTests
{
    [Fact] // BLIND-CHECK-1, BLIND-CHECK-6, BLIND-CHECK-12
    public async Task Two_stations_find_the_cells_that_both_planned_to_use_and_record_the_same_digest()
    {
        await using var blind = await BlindLine.StartAsync();
        // Ours stands in the journal, where nobody else learns of it; theirs is given for the check alone.
        var journal = (await blind.Line["us"].GetAsync("station")).Json.GetProperty("journal").GetString()!;
        var (status, plan) = await blind.Line["us"].PostAsync($"lines/{journal}/activities/plan", new { by = BlindLine.By("Ada"), name = "flight", volumes = blind.Circles((19.42, 57.31, 3_000, 1), (19.8, 57.8, 2_000, 1)) });
        Assert.True(status == 201, plan.ToString());
        var theirs = blind.Circles((19.44, 57.32, 3_000, 1.5), (19.2, 57.1, 2_000, 1));

        var check = await blind.ProposeAsync("us", blind.Terms());
        await blind.UntilAsync("ru", check, "proposed");
        await blind.AcceptAsync("ru", check, theirs);
        var (us, ru) = (await blind.UntilAsync("us", check, "agreed"), await blind.UntilAsync("ru", check, "agreed"));

        var findings = us.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(2, findings.Count);
        Assert.Single(findings.Select(f => f.GetProperty("digest").GetString()).Distinct());
        var cells = await blind.CellsAsync("us", check);
        Assert.NotEmpty(cells);
        Assert.Equal(cells, await blind.CellsAsync("ru", check));
        Assert.Equal(cells.Count, us.GetProperty("result").GetProperty("shared").GetInt32());
        Assert.Equal("flight", Assert.Single(us.GetProperty("result").GetProperty("compared").EnumerateArray()).GetProperty("name").GetString());
        Assert.DoesNotContain("flight", ru.ToString(), StringComparison.Ordinal);
        Assert.All(us.GetProperty("commitments").EnumerateArray(), c => Assert.Equal(1_024, c.GetProperty("bucket").GetInt32()));
        Assert.Equal(2, us.GetProperty("commitments").GetArrayLength());
    }
}
