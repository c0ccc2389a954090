using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>What a day at the desk found in the way, and that it is in nobody's way any more; and how many presses the
/// acts take that must be quick (D16, D29, D31 to D36, D40, D42, D44, D46, D47, D49).</summary>
public sealed class RowTests
{
    /// <summary>Counts what is pressed with the mouse, over every page of the tab.</summary>
    private const string Counting =
        "addEventListener('pointerdown', () => sessionStorage.setItem('clicks', Number(sessionStorage.getItem('clicks') ?? 0) + 1), true);";

    private static Task<OpenLine> LineAsync() =>
        OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    private static JsonObject By() => new() { ["seat"] = "watch", ["name"] = "A. Tester" };

    private static async Task<string> SentAsync(TestStation station, string text, params string[] more) =>
        (await station.RunAsync(["send", "--mark", "actual", "--wait", "sealed", "--json", .. more, text]))
            .Ended(0)
            .Json["id"]!.GetValue<string>();

    private static async Task<int> ClicksAsync(Officer officer)
    {
        var clicks = await officer.Page.EvaluateAsync<int>("Number(sessionStorage.getItem('clicks') ?? 0)");
        await officer.Page.EvaluateAsync("sessionStorage.setItem('clicks', 0)");
        return clicks;
    }

    [Fact]
    public async Task Acts_that_must_be_quick_take_few_presses()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. First", "watch planner", 1280, 1000, script: Counting);
        var page = officer.Page;

        // A FLASH, from a screen that is about something else: one.
        await officer.GoAsync($"/usage/{line.Line}");
        var flash = await SentAsync(line["ru"], "Turn your aircraft away at once.", "--precedence", "flash");
        var row = page.GetByRole(AriaRole.Region, new() { Name = "Alarms" }).Locator("[data-alarm]");
        await officer.SeesAsync(row.GetByText("Turn your aircraft away"));
        await ClicksAsync(officer);
        await Assertions.Expect(row.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToBeEnabledAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Equal(1, await ClicksAsync(officer));

        // A reply, from the traffic: two.
        var asked = await SentAsync(line["ru"], "Is the buoy yours?");
        await officer.GoAsync($"/watch/{line.Line}");
        await page.GetByText("On the record", new() { Exact = true }).ClickAsync(); // chosen once, and kept
        await officer.Message("Is the buoy yours?").HoverAsync();
        await ClicksAsync(officer);
        await officer.Message("Is the buoy yours?").GetByRole(AriaRole.Button, new() { Name = "Reply" }).ClickAsync();
        await page.Keyboard.TypeAsync("No.");
        await officer.Button("Send").ClickAsync();
        await officer.SeesAsync(officer.Message("No."));
        Assert.Equal(2, await ClicksAsync(officer));
        Assert.Equal(
            asked,
            (await line["us"].RunAsync("record", "list", "--json"))
                .Ended(0)
                .JsonLines.Single(e => e["body"]?["text"]?.GetValue<string>() == "No.")["re"]!
                .AsArray()
                .Single()!
                .GetValue<string>()
        );
        Assert.NotEqual(flash, asked);

        // An activity with a polygon that conflicts: at most twelve, from the watch to the record.
        (
            await line["ru"]
                .RunAsync(
                    "activity",
                    "notify",
                    "Live firing east",
                    "--circle",
                    "19.42,57.31,20000",
                    "--from",
                    "2030-05-18T06:00Z",
                    "--until",
                    "2030-05-18T12:00Z",
                    "--lower",
                    "0",
                    "--upper",
                    "3000",
                    "--wait",
                    "sealed"
                )
        ).Ended(0);
        await page.Locator("header details summary").First.ClickAsync();
        await page.GetByLabel("Seat").SelectOptionAsync("planner");
        await page.Keyboard.PressAsync("Escape");
        await ClicksAsync(officer);
        await page.GetByRole(AriaRole.Link, new() { Name = "Forms" }).ClickAsync();
        await officer.Button("Notify an activity").ClickAsync();
        var map = new MapPage(officer);
        await officer.SeesAsync(map.Chart);
        await officer.Field("Name").FillAsync("Patrol flight"); // the form opens with the focus there
        await map.DrawsAsync("area", 1);
        await map.StillAsync();
        await map.Chart.ScrollIntoViewIfNeededAsync();
        await officer.Button("Polygon").ClickAsync();
        foreach (var (lon, lat) in ((double, double)[])[(19.55, 57.25), (19.9, 57.25), (19.9, 57.42)])
            await map.PressAsync(lon, lat);
        await officer.Button("Finish").ClickAsync();
        await officer.Field("From height (m)").ClickAsync();
        await page.Keyboard.TypeAsync("300");
        await page.Keyboard.PressAsync("Tab");
        await officer.Field("To height (m)").FillAsync("900");
        await officer.Field("From (UTC)").ClickAsync();
        await page.Keyboard.TypeAsync("2030-05-18 09:50");
        await officer.Field("Until (UTC)").ClickAsync();
        await page.Keyboard.TypeAsync("2030-05-18 14:00");
        await officer.SeesAsync(
            page.GetByRole(AriaRole.List, new() { Name = "Conflicts of what is drawn" }).GetByText("2 h 10 overlap")
        );
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(page.GetByText("Not done yet: this conflicts"));
        await officer.ShootAsync("rows-conflict");
        // The nearer act goes back to the plan; that it stands all the same is held.
        var conflict = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Not done yet" });
        await officer.SeesAsync(conflict.GetByText("Live firing east"));
        await Assertions
            .Expect(conflict.GetByRole(AriaRole.Button).Filter(new() { HasText = "Change the plan" }))
            .ToBeVisibleAsync();
        await officer.HoldAsync(
            conflict.GetByRole(AriaRole.Button, new() { NameRegex = new("all the same") }),
            page.Locator("main article").GetByText("Patrol flight")
        );
        await Until.HoldsAsync(
            "the activity at ru",
            async () => (await line["ru"].RunAsync("record", "list", "--json")).Ended(0).Output,
            all => all.Contains("Patrol flight", StringComparison.Ordinal)
        );
        Assert.InRange(await ClicksAsync(officer), 1, 12);
        Assert.All(officer.Errors, e => Assert.Contains("409 (Conflict)", e)); // what the station refused at first
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task What_a_day_found_in_the_way_is_in_nobodys_way_any_more()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var message = await SentAsync(line["ru"], "A routine word with a day to go");
        var call = (
            await line["ru"]
                .Api.PostAsync(
                    $"lines/{line.Line}/entries",
                    Act.Of(
                        "call.requested",
                        new JsonObject
                        {
                            ["between"] = new JsonArray(
                                new JsonObject { ["party"] = "us", ["office"] = "secretary of defence" },
                                new JsonObject { ["party"] = "ru", ["office"] = "minister of defence" }
                            ),
                            ["topic"] = "the columns",
                            ["windows"] = new JsonArray(
                                new JsonObject
                                {
                                    ["from"] = "2031-05-04T10:00:00.000Z",
                                    ["until"] = "2031-05-04T11:00:00.000Z",
                                }
                            ),
                            ["by"] = By(),
                        }
                    )
                )
        )!["id"]!.GetValue<string>();
        await line["us"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                Act.Of("readout.drafted", new JsonObject { ["text"] = "The sides spoke of grain.", ["by"] = By() })
            );
        (
            await line["ru"].RunAsync("test", "send", "The heron stands in the reeds.", "--wait", "sealed", "--json")
        ).Ended(0);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. First", "watch");
        var page = officer.Page;

        // D16: waiting is no trouble as long as there is time.
        await officer.SeesAsync(officer.Message("A routine word"));
        await Assertions
            .Expect(page.Locator("[data-tour=lines] button[data-level]").First)
            .ToHaveAttributeAsync("data-level", "normal");
        // D35: beside Live stands no age.
        await officer.SeesAsync(page.GetByText("Live", new() { Exact = true }));
        await Assertions.Expect(page.GetByText("as of ")).ToHaveCountAsync(0);
        // D31: what another screen owns is answered there, and the watch leads to it; that it was received can be said here.
        await officer.Message("the columns").GetByRole(AriaRole.Button).First.ClickAsync();
        await officer.SeesAsync(page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Answer: ") }));
        // D32: what was done closes its sheet. D34: what was sent leaves its room.
        await officer.Button("Condition").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Reason").FillAsync("Two columns");
        await officer.Button("Put on the record").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.GetByText("On the record", new() { Exact = true }).ClickAsync();
        await officer.Field("Text").FillAsync("Short");
        await officer.Button("Send").ClickAsync();
        await officer.SeesAsync(officer.Message("Short"));
        await Assertions.Expect(page.Locator("form[data-tour=write]")).ToHaveAttributeAsync("data-open", "false");
        // D33: nothing says that it will be delivered once it was.
        await officer.SeesAsync(officer.Message("Short").GetByText("to all"));
        await officer.ShootAsync("rows-watch");

        // D4: a test is echoed in the officer's own language, with its words in sight.
        await officer.Message("The heron stands").GetByRole(AriaRole.Button).First.ClickAsync();
        await officer.Button("Answer the test").ClickAsync();
        await officer.SeesAsync(page.Locator("blockquote").GetByText("The heron stands in the reeds."));
        await officer.Field("The echo, in your language").FillAsync("Цапля стоит в камышах.");
        await officer.Field("Language of the echo").FillAsync("ru");
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Message("Цапля стоит в камышах."));

        // D36: readouts are told by their words.
        await officer.GoAsync($"/contacts/{line.Line}?tab=readouts");
        await officer.SeesAsync(page.GetByRole(AriaRole.Button).GetByText("The sides spoke of grain."));
        await officer.ShootAsync("rows-readouts");
        // D46: a clock that shows what UTC shows stands nowhere beside it.
        await officer.GoAsync($"/contacts/{line.Line}?tab=calendar");
        await officer.SeesAsync(page.Locator("[data-hour]").First);
        await Assertions.Expect(page.GetByText("10", new() { Exact = true })).Not.ToHaveCountAsync(2);
        await officer.ShootAsync("rows-calendar");

        // D29: what an entry says stands in words, and who holds it since when.
        await officer.GoAsync($"/record/{line.Line}/{message}");
        await officer.SeesAsync(page.GetByRole(AriaRole.Complementary).GetByText("A routine word with a day to go"));
        await officer.SeesAsync(page.GetByRole(AriaRole.Columnheader, new() { Name = "Newest cosignature" }));
        await officer.ShootAsync("rows-inspector");
        // D44: on a phone a row has its time.
        await page.SetViewportSizeAsync(390, 844);
        await officer.GoAsync($"/record/{line.Line}");
        await officer.SeesAsync(page.GetByRole(AriaRole.Option).Filter(new() { HasText = "Short" }).Locator("time"));
        await officer.ShootAsync("rows-record-390");
        // Four tabs, the rest behind one of them.
        await Assertions.Expect(page.GetByRole(AriaRole.Navigation).Locator("> a, > details")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Navigation).GetByText("To do").ClickAsync();
        await officer.SeesAsync(page.GetByText("You owe an answer"));
        await officer.ShootAsync("rows-todo-390");
        await page.GetByRole(AriaRole.Navigation).Locator("summary").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Handover" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/handover$"));
        await page.SetViewportSizeAsync(1280, 800);

        // D42, D49: an address that leads nowhere, or not this seat, says so.
        await officer.GoAsync("/watch/no-such-line");
        await officer.SeesAsync(page.GetByText("There is no such line here. Choose one."));
        await officer.GoAsync($"/watch/{line.Line}/ru/999");
        await officer.SeesAsync(page.GetByText("There is no entry ru/999 on this line."));
        await officer.GoAsync("/officers");
        await officer.SeesAsync(page.GetByText("This screen is for administrators and auditors."));

        // D47: that nothing could be reached is over once it is.
        await officer.GoAsync($"/watch/{line.Line}/{call}");
        await officer.Message("the columns").GetByText("Evidence").ClickAsync();
        await page.Context.SetOfflineAsync(true);
        await officer.Button("Save proof").ClickAsync();
        await officer.SeesAsync(officer.Message("the columns").GetByRole(AriaRole.Alert));
        await officer.SeesAsync(page.GetByText("No connection to this station."));
        await page.Context.SetOfflineAsync(false);
        await Assertions.Expect(officer.Message("the columns").GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }
}
