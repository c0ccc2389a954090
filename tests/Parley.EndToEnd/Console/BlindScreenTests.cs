using System.Globalization;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>The blind check as officers see it: one proposes, another releases, and what was found stands on the map
/// and in a table.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class BlindScreenTests
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

    [Fact]
    public async Task A_planner_proposes_another_officer_releases_and_both_see_what_was_compared_and_found()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        (
            await line["us"]
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
        (
            await line["us"]
                .RunAsync([
                    "activity",
                    "plan",
                    "Long patrol",
                    "--line",
                    "journal",
                    "--circle",
                    "19.98,57.80,6000",
                    .. When,
                ])
        ).Ended(0);
        await using var browser = await Browser.StartAsync(line["us"]);
        var planner = await browser.InviteAsync("A. Kovács", "planner");
        await planner.GoAsync($"/blind/{line.Line}");
        await planner.Button("New blind check").ClickAsync();
        foreach (
            var (field, text) in ((string, string)[])
                [
                    ("West edge", "19"),
                    ("South edge", "57"),
                    ("East edge", "20"),
                    ("North edge", "58"),
                    ("Window from (UTC)", "2035-05-18 00:00"),
                    ("Window until (UTC)", "2035-05-19 00:00"),
                    ("Side of a cell", "2000"),
                ]
        )
            await planner.Page.GetByLabel(field).FillAsync(text);
        await planner.SeesAsync(planner.Page.GetByText("Night flight"));
        await planner.ShootAsync("blind-propose");
        await planner.IsAccessibleAsync("proposing a blind check");
        await planner.Button("Prepare it for another officer").ClickAsync();
        await planner.SeesAsync(planner.Page.GetByText("Prepared. Another officer releases it."));
        await planner.SeesAsync(planner.Page.GetByText("An officer other than you must release it."));
        await planner.SeesAsync(planner.Page.GetByText("Compared in part"));

        var second = await browser.InviteAsync("B. Second", "watch");
        await second.GoAsync($"/blind/{line.Line}");
        var checks = second
            .Page.GetByRole(Microsoft.Playwright.AriaRole.Button)
            .Filter(new() { HasText = "Party us asks Party ru" });
        await second.HoldAsync(second.Page.GetByTitle("Hold to confirm"), checks);
        var check = (
            await Until.HoldsAsync(
                "the proposal at ru",
                async () =>
                    (await line["ru"].RunAsync("blind", "list", "--line", line.Line, "--json")).Ended(0).Json[
                        "checks"
                    ]!.AsArray(),
                found => found.Count == 1
            )
        )[0]!["entry"]!.GetValue<string>();
        (
            await line["ru"]
                .RunAsync(["blind", "accept", check, "--circle", "19.50,57.31,6000", .. When, "--by", "Yuri"])
        ).Ended(0);
        var waiting = (await line["ru"].RunAsync("proposals", "--json")).Ended(0).JsonLines.Single()[
            "proposal"
        ]!.GetValue<string>();
        (await line["ru"].RunAsync("release", waiting, "--by", "Olga")).Ended(0);

        await planner.GoAsync($"/blind/{line.Line}/{check}");
        await planner.SeesAsync(planner.Page.GetByText("cells that both brought"));
        var shared = (await line["us"].RunAsync("blind", "result", check, "--json")).Ended(0).Json[
            "shared"
        ]!.GetValue<int>();
        await planner.SeesAsync(
            planner.Page.GetByText($"Found: {shared.ToString(CultureInfo.InvariantCulture)} cells that both brought")
        );
        // It rings by its own class, on every screen, and leads here.
        var alarm = planner.Page.Locator("[data-alarm][data-class=blind-conflict]");
        await planner.SeesAsync(alarm.GetByText("Conflict (blind check)"));
        await planner.SeesAsync(alarm.GetByText("both sides plan to use the same cells"));
        var map = new MapPage(planner);
        await map.DrawsAsync("area", shared);
        await map.StillAsync();
        Assert.True(await map.PixelsAsync(19.42, 57.31, 60, "#ffb347") > 60, "the cells are not drawn");
        Assert.Equal(shared, await planner.Page.Locator("table tbody tr").CountAsync());
        await planner.SeesAsync(planner.Page.GetByText("It says nothing about what was not brought."));
        Assert.Equal(0, await planner.Page.GetByText("safe").CountAsync());
        await planner.ShootAsync("blind-result");
        await planner.IsAccessibleAsync("what a blind check found");
        await planner.Page.EvaluateAsync("localStorage.setItem('parley.language', '\"de\"')");
        await planner.GoAsync($"/blind/{line.Line}/{check}");
        await planner.SeesAsync(planner.Page.GetByText("Zellen, die beide eingebracht haben"));
        await planner.ShootAsync("blind-result-german");
        Assert.Empty(planner.Errors);
        Assert.Empty(second.Errors);
    }
}
