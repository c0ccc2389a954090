using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>Blind checks by commands alone, between two real stations.</summary>
public sealed class BlindTests
{
    private static readonly string[] When =
    [
        "--from",
        "2035-05-18T06:00Z",
        "--until",
        "2035-05-18T07:00Z",
        "--lower",
        "100",
        "--upper",
        "900",
    ];

    [Fact] // BLIND-CHECK-1, BLIND-CHECK-16
    public async Task Two_officers_at_each_side_start_it_and_both_are_told_which_cells_they_share()
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        (
            await open["us"]
                .RunAsync([
                    "activity",
                    "plan",
                    "Night flight",
                    "--line",
                    "journal",
                    "--circle",
                    "19.42,57.31,6000",
                    .. When,
                ])
        ).Ended(0);
        var prepared = (
            await open["us"]
                .RunAsync(
                    "blind",
                    "propose",
                    "--area",
                    "19,57,20,58",
                    "--window",
                    "2035-05-18T00:00Z/2035-05-19T00:00Z",
                    "--cell",
                    "2000",
                    "--line",
                    open.Line,
                    "--by",
                    "Ada"
                )
        ).Ended(0);
        Assert.Contains("waits for another officer", prepared.Output, StringComparison.Ordinal);
        Assert.Contains("Night flight", prepared.Output, StringComparison.Ordinal);
        var check = await ReleaseAsync(open["us"], "Bea");
        await UntilAsync(open["ru"], check, "proposed");
        (
            await open["ru"]
                .RunAsync(["blind", "accept", check, "--circle", "19.50,57.31,6000", .. When, "--by", "Yuri"])
        ).Ended(0);
        await ReleaseAsync(open["ru"], "Olga");
        foreach (var party in (string[])["us", "ru"])
            await UntilAsync(open[party], check, "agreed");

        var (us, ru) = (
            (await open["us"].RunAsync("blind", "result", check, "--json")).Ended(0).Json,
            (await open["ru"].RunAsync("blind", "result", check, "--json")).Ended(0).Json
        );
        Assert.Equal(us["digest"]!.GetValue<string>(), ru["digest"]!.GetValue<string>());
        Assert.Equal(
            (await open["us"].RunAsync("blind", "result", check, "--geojson")).Ended(0).Output,
            (await open["ru"].RunAsync("blind", "result", check, "--geojson"))
                .Ended(0)
                .Output.Replace("\"with\":\"us\"", "\"with\":\"ru\"", StringComparison.Ordinal)
        );
        Assert.NotEmpty(us["cells"]!.AsArray());
        foreach (var shown in (string[])["show", "result", "list"])
        {
            var text = (
                await open["ru"]
                    .RunAsync(shown == "list" ? ["blind", "list", "--line", open.Line] : ["blind", shown, check])
            )
                .Ended(0)
                .Output;
            Assert.DoesNotContain("safe", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Night flight", text, StringComparison.Ordinal);
        }
        (await open["ru"].RunAsync("blind", "cancel", check, "--by", "Yuri")).Refused(1, "no run of");
        (await open["us"].RunAsync("blind", "propose", "--area", "nowhere", "--window", "2035-05-18/2035-05-19")).Ended(
            2
        );
    }

    [Fact] // BLIND-CHECK-19
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_station_that_is_killed_in_the_middle_records_that_the_run_is_over_and_does_not_resume_it()
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        string[] large =
        [
            "--circle",
            "19.5,57.5,12000",
            "--from",
            "2035-05-18T00:00Z",
            "--until",
            "2035-05-18T02:00Z",
            "--lower",
            "0",
            "--upper",
            "5000",
        ];
        (
            await open["us"]
                .RunAsync([
                    "blind",
                    "propose",
                    "--area",
                    "18,56,21,59",
                    "--window",
                    "2035-05-18T00:00Z/2035-05-19T00:00Z",
                    "--cell",
                    "2000",
                    .. large,
                    "--line",
                    open.Line,
                    "--by",
                    "Ada",
                ])
        ).Ended(0);
        var check = await ReleaseAsync(open["us"], "Bea");
        await UntilAsync(open["ru"], check, "proposed");
        (await open["ru"].RunAsync(["blind", "accept", check, .. large, "--by", "Yuri"])).Ended(0);
        await ReleaseAsync(open["ru"], "Olga");
        await Until.HoldsAsync(
            "the run is under way",
            () => ShowAsync(open["ru"], check),
            shown => shown?["progress"]?["phase"]?.GetValue<string>() == "comparing"
        );
        await open["ru"].KillAsync();
        await open["ru"].StartAsync();
        await UntilAsync(open["ru"], check, "aborted");
        await UntilAsync(open["us"], check, "aborted");
        var ends = (await ShowAsync(open["us"], check))!["ends"]!.AsArray();
        Assert.Contains(
            ends,
            end => end!["party"]!.GetValue<string>() == "ru" && end["reason"]!.GetValue<string>() == "station-stopped"
        );
        (await open["ru"].RunAsync("blind", "result", check)).Refused(1, "no agreed result");
    }

    private static async Task<string> ReleaseAsync(TestStation station, string name)
    {
        var proposal = (await station.RunAsync("proposals", "--json")).Ended(0).JsonLines.Single()[
            "proposal"
        ]!.GetValue<string>();
        Assert.Contains(
            "cells of ours",
            (await station.RunAsync("blind", "show", proposal)).Ended(0).Output,
            StringComparison.Ordinal
        ); // what is released is seen before
        return (await station.RunAsync("release", proposal, "--by", name, "--json")).Ended(0).Json[
            "id"
        ]!.GetValue<string>();
    }

    private static async Task<JsonNode?> ShowAsync(TestStation station, string check) =>
        await station.RunAsync("blind", "show", check, "--json") is { Code: 0 } said ? said.Json : null;

    private static Task UntilAsync(TestStation station, string check, string state) =>
        Until.HoldsAsync(
            $"{check} {state} at {station.Party}",
            () => ShowAsync(station, check),
            shown => shown?["state"]?.GetValue<string>() == state
        );
}
