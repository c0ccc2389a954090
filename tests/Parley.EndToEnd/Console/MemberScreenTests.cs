using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>All of what an entry says is on the screens that show it, what is in force is on the map, and only our own
/// station's judgement takes it away.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class MemberScreenTests
{
    private static readonly string[] When =
    [
        "--from",
        "2030-05-18T06:00Z",
        "--until",
        "2030-05-18T12:00Z",
        "--lower",
        "0",
        "--upper",
        "3000",
    ];

    [Fact]
    public async Task Whoever_receives_a_convoy_sees_how_it_is_marked_and_whom_to_call_on_the_watch_screen_and_on_the_map()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries?wait=sealed",
                Entry(
                    "movement.submitted",
                    new JsonObject
                    {
                        ["purpose"] = "Food to Alder",
                        ["vehicles"] = "4 white lorries",
                        ["markings"] = "red cross on roofs and doors",
                        ["headcount"] = 11,
                        ["armedEscort"] = true,
                        ["escortOf"] = "UN police",
                        ["liveContact"] = "+41 22 730 00 00",
                        ["departure"] = "2030-05-18T05:00:00.000Z",
                        ["route"] = new JsonArray(
                            new JsonObject
                            {
                                ["name"] = "Depot K",
                                ["position"] = new JsonArray(34.1, 44.9),
                                ["at"] = "2030-05-18T06:00:00.000Z",
                            },
                            new JsonObject { ["name"] = "Bridge M", ["position"] = new JsonArray(34.2, 44.8) }
                        ),
                    }
                )
            );
        (
            await line["ru"]
                .RunAsync([
                    "area",
                    "declare",
                    "Hospital No. 2",
                    "--type",
                    "protected",
                    "--function",
                    "hospital",
                    "--circle",
                    "21.1,55.7,9000",
                    "--verified-by",
                    "OCHA",
                    "--verified-how",
                    "on site",
                    "--verified-at",
                    "2030-01-02",
                    "--consent",
                    "true",
                    "--by",
                    "A. First",
                    "--released-by",
                    "B. Second",
                    "--wait",
                    "sealed",
                ])
        ).Ended(0);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var entry = officer.Page.Locator("article[data-entry]").Filter(new() { HasText = "Food to Alder" });
        foreach (
            var said in (string[])
                [
                    "4 white lorries",
                    "red cross on roofs and doors",
                    "11",
                    "UN police",
                    "+41 22 730 00 00",
                    "Depot K",
                    "Bridge M",
                    "Live contact",
                    "Armed escort",
                ]
        )
            await officer.SeesAsync(entry.GetByText(said));
        await officer.ShootAsync("watch-movement");
        await officer.IsAccessibleAsync("the watch with a movement");
        await officer.GoAsync($"/map/{line.Line}");
        var table = officer.Page.Locator("table");
        await table.GetByText("Hospital No. 2").ClickAsync();
        foreach (var said in (string[])["OCHA", "on site", "Operator’s consent"])
            await officer.SeesAsync(table.GetByText(said));
        await officer.ShootAsync("map-says");
        await officer.IsAccessibleAsync("the map with a body");
        await officer.GoAsync($"/record/{line.Line}/ru/1");
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Complementary).GetByText("+41 22 730 00 00"));
        await officer.ShootAsync("record-movement");
        await officer.IsAccessibleAsync("an entry in the record");
        await officer.Page.SetViewportSizeAsync(390, 844);
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(entry.GetByText("Bridge M"));
        Assert.True(await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 390"));
        await officer.ShootAsync("phone-movement");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task An_update_of_an_accident_keeps_heading_arms_time_and_note_of_the_report_that_it_replaces()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var body = new JsonObject
        {
            ["what"] = "A drone strayed over the line",
            ["when"] = "2026-05-18T06:00:07.250Z",
            ["where"] = new JsonObject { ["name"] = "Skerry", ["position"] = new JsonArray(19.42, 57.31) },
            ["heading"] = 270.5,
            ["armed"] = false,
            ["note"] = "Low on fuel",
        };
        await line["us"].Api.PostAsync($"lines/{line.Line}/entries?wait=sealed", Entry("accident.reported", body));
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/forms/{line.Line}/us/1");
        foreach (var said in (string[])["270.5", "Low on fuel", "Armed"])
            await officer.SeesAsync(officer.Page.Locator("main").GetByText(said));
        await officer.ShootAsync("forms-accident");
        await officer.IsAccessibleAsync("an accident");
        await officer.Button("Update…").ClickAsync();
        await officer
            .Page.GetByRole(AriaRole.Textbox, new() { Name = "What *" })
            .FillAsync("Two drones strayed over the line");
        await officer.ShootAsync("forms-accident-update");
        await officer.Button("Put on the record").ClickAsync();
        var update = await Until.HoldsAsync(
            "the update is on the record",
            async () => (await line["us"].RunAsync("record", "show", "us/2", "--json")),
            s => s.Code == 0
        );
        var updated = update.Json["body"]!;
        Assert.Equal("Two drones strayed over the line", updated["what"]!.GetValue<string>());
        foreach (var member in (string[])["when", "where", "heading", "armed", "note"])
            Assert.Equal(body[member]!.ToJsonString(), Trimmed(updated[member]!));
        static string Trimmed(JsonNode member)
        {
            if (member is JsonObject place && place["uncertaintyMetres"] is null)
                place.Remove("uncertaintyMetres");
            return member.ToJsonString();
        }
    }

    [Fact]
    public async Task A_notice_in_force_is_on_the_map_however_old_and_leaves_it_when_it_is_cancelled()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var notice = (
            await line["us"]
                .Api.PostAsync(
                    $"lines/{line.Line}/entries?wait=sealed",
                    Entry(
                        "notice.given",
                        new JsonObject
                        {
                            ["template"] = "hazard",
                            ["what"] = "Live firing at sea",
                            ["from"] = "2031-05-18T06:00:00.000Z",
                            ["until"] = "2031-05-18T15:00:00.000Z",
                            ["place"] = new JsonObject
                            {
                                ["name"] = "Skerry West",
                                ["position"] = new JsonArray(19.42, 57.31),
                            },
                        }
                    )
                )
        )["id"]!.GetValue<string>();
        var old = (
            await line["us"]
                .Api.PostAsync(
                    $"lines/{line.Line}/entries?wait=sealed",
                    Entry(
                        "notice.given",
                        new JsonObject
                        {
                            ["template"] = "hazard",
                            ["what"] = "Firing that was called off",
                            ["from"] = "2031-05-18T06:00:00.000Z",
                            ["until"] = "2031-05-18T15:00:00.000Z",
                            ["place"] = new JsonObject
                            {
                                ["name"] = "Skerry East",
                                ["position"] = new JsonArray(19.9, 57.31),
                            },
                        }
                    )
                )
        )["id"]!.GetValue<string>();
        (await line["us"].RunAsync("notice", "cancel", old, "--wait", "sealed")).Ended(0);
        var chatter = string.Join(
            '\n',
            Enumerable
                .Range(0, 650)
                .Select(i =>
                    new JsonObject
                    {
                        ["text"] = $"Chatter {i}",
                        ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
                    }.ToJsonString()
                )
        );
        await line["us"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries/batch?wait=sealed",
                new StringContent(chatter, Encoding.UTF8, "application/x-ndjson")
            );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/map/{line.Line}");
        var table = officer.Page.Locator("table");
        await officer.SeesAsync(table.GetByText("Live firing at sea"));
        Assert.Equal(0, await table.GetByText("Firing that was called off").CountAsync());
        await table.GetByText("Live firing at sea").ClickAsync();
        await officer.SeesAsync(table.GetByText("hazard"));
        await officer.ShootAsync("map-old-notice");
        await officer.IsAccessibleAsync("the map with an old notice");
        (await line["us"].RunAsync("notice", "cancel", notice, "--wait", "sealed")).Ended(0);
        await Assertions.Expect(table.GetByText("Live firing at sea")).ToHaveCountAsync(0);
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task An_officer_clears_all_of_their_own_drafts_and_proposals_by_holding_and_nobody_elses()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        foreach (var name in (string[])["A. Kovács", "A. Kovács", "B. Second"])
            (
                await line["us"]
                    .RunAsync(
                        "drafts",
                        "keep",
                        """{"concern":"Columns"}""",
                        "--kind",
                        "clarification.requested",
                        "--line",
                        "trial",
                        "--by",
                        name
                    )
            ).Ended(0);
        foreach (var name in (string[])["A. Kovács", "A. Kovács", "B. Second"])
            (
                await line["us"].RunAsync("line", "suspend", "Diplomats expelled", "--by", name, "--seat", "principal")
            ).Ended(0);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "principal");
        await officer.SeesAsync(officer.Page.GetByText("To release (3)"));
        await officer.Button("Take all of mine back (2)…").ClickAsync();
        await officer.ShootAsync("clear-proposals");
        await officer.IsAccessibleAsync("clearing proposals");
        await officer.HoldAsync(
            officer.Page.GetByRole(AriaRole.Button, new() { Name = "Take 2 back" }),
            officer.Page.GetByText("To release (1)")
        );
        await officer.GoAsync($"/forms/{line.Line}");
        await officer.Button("Discard all of mine (2)…").ClickAsync();
        await officer.ShootAsync("clear-drafts");
        await officer.IsAccessibleAsync("clearing drafts");
        await officer.HoldAsync(
            officer.Page.GetByRole(AriaRole.Button, new() { Name = "Discard 2" }),
            officer.Page.GetByText("Drafts at the station (1)")
        );
        Assert.Equal(
            "B. Second",
            Assert.Single((await line["us"].RunAsync("drafts", "--json")).Ended(0).JsonLines)["by"]![
                "name"
            ]!.GetValue<string>()
        );
        Assert.Equal(
            "B. Second",
            Assert.Single((await line["us"].RunAsync("proposals", "--json")).Ended(0).JsonLines)["by"]![
                "name"
            ]!.GetValue<string>()
        );
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task What_the_station_warns_of_and_what_it_shortens_stand_on_the_screen_with_the_way_to_the_record()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await OverlayAsync(
            "**/api/v1/station",
            answer =>
                answer["warning"] =
                    "the API listens on 0.0.0.0:8787 without TLS: whoever is on that network reads and changes what passes"
        );
        await OverlayAsync(
            "**/api/v1/lines/*/traffic",
            answer =>
                answer["open"]!.AsArray().Single(item => item!["family"]!.GetValue<string>() == "call")!["unshown"] =
                    true
        );
        await officer.GoAsync($"/contacts/{line.Line}?tab=calls");
        await officer.SeesAsync(officer.Page.GetByText("the API listens on 0.0.0.0:8787 without TLS"));
        await officer.SeesAsync(officer.Page.GetByText("cannot be shown here"));
        await officer.ShootAsync("station-warning");
        await officer.IsAccessibleAsync("a warning of the station");
        await officer.Page.GetByRole(AriaRole.Button, new() { Name = "More stands in the record: ru/2" }).ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("Header, as it is hashed"));

        Task OverlayAsync(string path, Action<JsonNode> change) =>
            officer.Page.RouteAsync(
                path,
                async route =>
                {
                    var (status, text) = await officer.ForwardAsync(route.Request);
                    var answer = JsonNode.Parse(text)!;
                    change(answer);
                    await route.FulfillAsync(
                        new()
                        {
                            Status = status,
                            ContentType = "application/json",
                            Body = answer.ToJsonString(),
                        }
                    );
                }
            );
    }

    private static Task<OpenLine> LineAsync() =>
        OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    private static JsonObject Entry(string kind, JsonObject body) =>
        new()
        {
            ["kind"] = kind,
            ["body"] = body.DeepClone(),
            ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
        };
}
