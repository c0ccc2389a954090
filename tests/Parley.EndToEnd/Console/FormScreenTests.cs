using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Forms that are made from what the station says of a kind: what is typed into them is what goes on the
/// record, and an update begins with the whole of what it replaces.</summary>
public sealed class FormScreenTests
{
    [Fact]
    public async Task An_area_a_movement_and_an_activity_are_written_and_changed_in_forms_that_have_every_member()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Planner", "planner");
        await officer.GoAsync($"/forms/{line.Line}");

        await officer.Button("Declare an area").ClickAsync();
        await officer.Field("Type *").SelectOptionAsync("keep-out"); // a protected site takes two officers
        await officer.Field("Name *").FillAsync("Hospital No. 2");
        await officer.Field("Function").FillAsync("hospital");
        await officer.Field("Centre *").FillAsync("56.5 N 24.5 E");
        await officer.Field("Radius (m) *").FillAsync("500");
        await officer.Field("Verified by").FillAsync("OCHA");
        await officer.Field("Verified how").FillAsync("on site");
        await officer.Field("Verified at (UTC)").FillAsync("2026-11-01 00:00");
        await officer.Field("Operator’s consent").SelectOptionAsync("yes");
        await officer.ShootAsync("forms-area");
        await officer.IsAccessibleAsync("the form of an area");
        // The station is slow: whoever opens another form meanwhile keeps it.
        var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await officer.Page.RouteAsync(
            "**/api/v1/lines/*/entries",
            async route =>
            {
                await goesOn.Task;
                await route.ContinueAsync();
            }
        );
        await officer.Button("Put on the record").ClickAsync();
        await officer.Button("Submit a movement").ClickAsync();
        await officer.Field("Purpose *").FillAsync("Food to Alder");
        await officer.Page.RunAndWaitForResponseAsync(
            () =>
            {
                goesOn.SetResult();
                return Task.CompletedTask;
            },
            "**/api/v1/lines/*/entries"
        );
        await officer.Page.UnrouteAllAsync();
        var area = await WrittenAsync(line, "area.declared");
        Assert.Equal("hospital", area["function"]!.GetValue<string>());
        Assert.True(area["consent"]!.GetValue<bool>());
        Assert.Equal(500, area["volumes"]![0]!["volume"]!["outline_circle"]!["radius"]!["value"]!.GetValue<double>());

        await officer.Button("Add: Route").ClickAsync();
        var point = officer.Page.GetByRole(AriaRole.Group, new() { Name = "Route 1", Exact = true });
        await point.GetByLabel("Name", new() { Exact = true }).FillAsync("Bridge M");
        await point.GetByLabel("At (UTC)", new() { Exact = true }).FillAsync("2031-05-04 10:00");
        await officer.Field("People").FillAsync("11");
        await officer.Field("Live contact *").FillAsync("+41 22 730 00 00");
        await officer.ShootAsync("forms-movement");
        await officer.IsAccessibleAsync("the form of a movement");
        await officer.Page.SetViewportSizeAsync(390, 844);
        await officer.ShootAsync("phone-form");
        Assert.True(await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 390"));
        await officer.Page.SetViewportSizeAsync(1280, 800);
        await officer.Button("Put on the record").ClickAsync();
        var movement = await WrittenAsync(line, "movement.submitted");
        Assert.Equal("Bridge M", movement["route"]![0]!["name"]!.GetValue<string>());
        Assert.Equal(11, movement["headcount"]!.GetValue<int>());

        // One word is changed; all the rest is what it was.
        await officer.Page.Locator("button", new() { HasText = "Food to Alder" }).First.ClickAsync();
        await officer.Button("Change…").ClickAsync();
        await officer.Field("Purpose *").FillAsync("Food and water to Alder");
        await officer.ShootAsync("forms-movement-change");
        await officer.Button("Put on the record").ClickAsync();
        var changed = await WrittenAsync(line, "movement.changed");
        Assert.Equal("Food and water to Alder", changed["purpose"]!.GetValue<string>());
        movement["purpose"] = "Food and water to Alder";
        Assert.True(JsonNode.DeepEquals(movement, changed), changed.ToJsonString());

        await officer.Button("Notify an activity").ClickAsync();
        await officer.Field("Name").FillAsync("Night flight");
        await officer.Field("Type").FillAsync("flight");
        await officer.Button("Add a volume").ClickAsync();
        await officer.Field("Outline").SelectOptionAsync("polygon");
        await officer.Field("Corners, a line each *").FillAsync("56.0 N 24.0 E\n56.0 N 24.2 E\n56.2 N 24.1 E");
        await officer.Field("From height (m)").FillAsync("300");
        await officer.Field("From (UTC)").FillAsync("2031-05-04 20:00");
        await officer.Field("Until (UTC)").FillAsync("2031-05-04 22:00");
        await officer.ShootAsync("forms-activity");
        await officer.Button("Put on the record").ClickAsync();
        var activity = await WrittenAsync(line, "activity.notified");
        Assert.Equal(3, activity["volumes"]![0]!["volume"]!["outline_polygon"]!["vertices"]!.AsArray().Count);
        await officer.ShootAsync("forms-open-plans");
        await officer.IsAccessibleAsync("the forms with plans");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_kind_that_another_screen_has_a_tool_for_is_written_by_its_form_as_well()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/forms/{line.Line}");
        await officer.Page.GetByLabel("Another kind…").SelectOptionAsync("call.held");
        await officer.Field("What was asked").Or(officer.Field("Asked")).FillAsync("Where the columns go");
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("Required").First); // a log of nobody's call is none
        var who = officer.Page.GetByRole(AriaRole.Group, new() { Name = "Between * 1" });
        await who.GetByLabel("Party").SelectOptionAsync("us");
        await who.GetByLabel("Office").FillAsync("secretary of defence");
        await officer.Field("Started (UTC) *").FillAsync("2026-05-05 10:00");
        await officer.Field("Minutes *").FillAsync("12");
        await officer.Field("Outcome *").FillAsync("They meet again.");
        await officer.ShootAsync("forms-call-held");
        await officer.Button("Put on the record").ClickAsync();
        var log = await WrittenAsync(line, "call.held");
        Assert.Equal("Where the columns go", log["asked"]!.GetValue<string>());
        Assert.Equal(12, log["minutes"]!.GetValue<int>());
    }

    private static async Task<JsonNode> WrittenAsync(OpenLine line, string kind)
    {
        var record = await Until.HoldsAsync(
            $"{kind} is on the record",
            async () => (await line["us"].RunAsync("record", "list", "--json")).Ended(0).JsonLines,
            entries => entries.Any(e => e["kind"]!.GetValue<string>() == kind)
        );
        return record.Last(e => e["kind"]!.GetValue<string>() == kind)["body"]!;
    }
}
