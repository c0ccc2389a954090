using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>How a line is used, at two real stations: told the same after a restart, and with what the link was.</summary>
public sealed class UsageTests
{
    [Fact]
    public async Task A_line_tells_how_it_is_used_and_the_same_after_the_station_was_started_again()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var flash = (
            await line["us"]
                .RunAsync(
                    "send",
                    "--precedence",
                    "immediate",
                    "--mark",
                    "actual",
                    "--wait",
                    "sealed",
                    "--json",
                    "Aircraft near the line"
                )
        )
            .Ended(0)
            .Json["id"]!.GetValue<string>();
        (await line["ru"].RunAsync("ack", flash, "--wait", "sealed")).Ended(0);

        var told = await Until.HoldsAsync(
            "the acknowledgement in how the line is used",
            () => UsageAsync(line),
            usage => usage["acknowledged"]!.AsArray().Count > 0
        );
        var taken = Assert.Single(told["acknowledged"]!.AsArray())!;
        Assert.Equal(
            ("ru", "immediate", "actual", 1, 1),
            (
                Text(taken, "by"),
                Text(taken, "precedence"),
                Text(taken, "mark"),
                Number(taken, "count"),
                Number(taken, "inTime")
            )
        );
        Assert.InRange(taken["medianSeconds"]!.GetValue<long>(), 0, 120);
        Assert.Contains(
            "1 IMMEDIATE",
            (await line["us"].RunAsync("line", "usage")).Ended(0).Output,
            StringComparison.Ordinal
        );
        (await line["us"].RunAsync("line", "usage", "--from", "2026-13-01")).Ended(1);
        (await line["us"].RunAsync("line", "usage", "--from", "2020-01-01", "--until", "2026-01-01")).Ended(1);

        await line["us"].StopAsync();
        await line["ru"].StopAsync();
        await line["us"].StartAsync();
        var again = await Until.HoldsAsync(
            "the same after a restart",
            () => UsageAsync(line),
            usage => !usage["folding"]!.GetValue<bool>() && usage["acknowledged"]!.AsArray().Count > 0
        );
        Assert.Equal(taken.ToJsonString(), again["acknowledged"]![0]!.ToJsonString());
        Assert.NotNull(again["days"]!.AsArray().Last()!["links"]![0]!["hours"]);
    }

    private static async Task<JsonNode> UsageAsync(OpenLine line) =>
        (await line["us"].RunAsync("line", "usage", "--json")).Ended(0).Json;

    private static string Text(JsonNode of, string member) => of[member]!.GetValue<string>();

    private static int Number(JsonNode of, string member) => of[member]!.GetValue<int>();
}
