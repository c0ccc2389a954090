using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>A desk as officers set it up and leave it: what they can take back, keep at hand, and hand over; and how it
/// looks (D12, F3, F9, F13 to F15, F17, F19, F20, F22, F23).</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed partial class DeskTests
{
    [GeneratedRegex("^[a-z]+/[0-9]+, [0-9]{6}Z [A-Z]{3} [0-9]{2}, sha256:[0-9a-f]{64}$")]
    private static partial Regex Citation { get; }

    private static Task<OpenLine> LineAsync() =>
        OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    private static async Task<string> SentAsync(TestStation station, string text, params string[] more) =>
        (await station.RunAsync(["send", "--mark", "actual", "--wait", "sealed", "--json", .. more, text]))
            .Ended(0)
            .Json["id"]!.GetValue<string>();

    private static async Task<int> CountAsync(TestStation station, string text) =>
        (await station.RunAsync("record", "list", "--json"))
            .Ended(0)
            .JsonLines.Count(e => e["body"]?["text"]?.GetValue<string>() == text);

    [Fact]
    public async Task What_is_sent_can_be_taken_back_until_it_is_signed_is_written_by_a_template_and_cited()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var asked = await SentAsync(line["ru"], "Is the buoy at 57.31 N yours?");
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync(
            "A. First",
            "watch",
            script: "localStorage.setItem('parley.undo', '10'); window.copied = []; navigator.clipboard.writeText = async words => void window.copied.push(words);"
        );
        var page = officer.Page;
        await officer.SeesAsync(officer.Message("Is the buoy"));
        await page.GetByText("On the record", new() { Exact = true }).ClickAsync();

        // Taken back: nothing was signed, and the words stand in the box.
        await officer.Field("Text").FillAsync("Sent too soon");
        await officer.Button("Send").ClickAsync();
        var signs = page.GetByText("Will be signed:");
        await officer.SeesAsync(signs);
        await officer.ShootAsync("desk-undo");
        await officer.IsAccessibleAsync("what can be taken back");
        await officer.Button("Take back").ClickAsync();
        await Assertions.Expect(signs).ToHaveCountAsync(0);
        await Assertions.Expect(officer.Field("Text")).ToHaveValueAsync("Sent too soon");

        // Escape takes back as well; what is sent again goes at once where the officer says so.
        await page.Keyboard.PressAsync("Control+Enter");
        await officer.SeesAsync(signs);
        await officer.Field("Text").PressAsync("Escape");
        await Assertions.Expect(signs).ToHaveCountAsync(0);
        await officer.Field("Text").FillAsync("Sent at last");
        await page.Keyboard.PressAsync("Control+Enter");
        await officer.Button("Sign now").ClickAsync();
        await officer.SeesAsync(officer.Message("Sent at last"));
        Assert.Equal(0, await CountAsync(line["us"], "Sent too soon"));

        // A template of the station, in two languages, with a field that fills the text.
        await officer.Field("Text").ClickAsync(); // what belongs to writing stands there once somebody writes
        await page.GetByLabel("Template").SelectOptionAsync(new SelectOptionValue { Label = "Change the templates…" });
        await officer.Field("What it is called").FillAsync("Ship in distress");
        await officer.Field("Text of the template").FillAsync("{ship} calls for help with {persons} on board.");
        await officer.Field("Fields").FillAsync("ship persons:n");
        await officer.Button("Another language").ClickAsync();
        await page.GetByLabel("Lang.").Nth(1).FillAsync("de");
        await page.GetByLabel("Text of the template").Nth(1).FillAsync("{ship} ruft um Hilfe.");
        await officer.Button("Keep the template").ClickAsync();
        await officer.SeesAsync(page.GetByRole(AriaRole.Dialog).GetByText("Ship in distress"));
        await officer.ShootAsync("desk-templates");
        await officer.IsAccessibleAsync("the templates");
        await page.Keyboard.PressAsync("Escape");
        var kept = (await line["us"].Api.GetAsync("templates")).AsArray().Single()!;
        Assert.Equal(2, kept["texts"]!.AsArray().Count);
        await officer.Field("Text").ClickAsync();
        await page.GetByLabel("Template").SelectOptionAsync(new SelectOptionValue { Label = "Ship in distress" });
        await officer.Field("ship").FillAsync("Aurora");
        await page.GetByLabel("persons").FillAsync("12");
        await officer.Button("Send").ClickAsync();
        await officer.Button("Sign now").ClickAsync();
        await officer.SeesAsync(officer.Message("Aurora calls for help with 12 on board."));

        // What is cited is what was signed.
        await officer.Message("Is the buoy").GetByRole(AriaRole.Button).First.ClickAsync();
        await officer.Message("Is the buoy").GetByText("Evidence").ClickAsync();
        await officer.Button("Copy citation").ClickAsync();
        await officer.SeesAsync(page.GetByText("Copied:"));
        await officer.Button("Copy link").ClickAsync();
        var copied = await Until.HoldsAsync(
            "a citation and a link",
            () => page.EvaluateAsync<string[]>("window.copied"),
            all => all.Length == 2
        );
        Assert.Matches(Citation, copied[0]);
        Assert.StartsWith($"{asked}, ", copied[0], StringComparison.Ordinal);
        Assert.EndsWith($"/watch/{line.Line}/{asked}", copied[1], StringComparison.Ordinal);
        var saving = page.WaitForDownloadAsync();
        await officer.Button("Save proof").ClickAsync();
        Assert.EndsWith(".tlog-proof", (await saving).SuggestedFilename, StringComparison.Ordinal);
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task A_desk_whose_link_goes_down_is_set_up_toured_searched_and_told()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await SentAsync(line["ru"], "Two columns moved to Alder Crossing.");
        await SentAsync(line["us"], "Weather over the strait", "--precedence", "priority");
        await using var browser = await Browser.StartAsync(line["us"]);
        await browser.InviteAsync("B. Second", "watch");
        var officer = await browser.InviteAsync("A. First", "watch");
        var page = officer.Page;
        await officer.SeesAsync(officer.Message("Two columns"));
        await line["ru"].StopAsync(); // what the link's alarm needs a minute for goes on beside what follows

        // The letters are the station's own, with figures of one width, in every script that the console speaks.
        Assert.Equal(
            "loaded",
            await page.EvaluateAsync<string>(
                "document.fonts.load('13px \"Parley Sans\"', 'aЖΩ').then(faces => faces.every(f => f.status === 'loaded') && faces.length >= 3 ? 'loaded' : 'missing')"
            )
        );
        Assert.Equal(
            "loaded",
            await page.EvaluateAsync<string>(
                "document.fonts.load('13px \"Parley Sans\"', '\\u0645\\u05d0').then(faces => faces.every(f => f.status === 'loaded') && faces.length >= 2 ? 'loaded' : 'missing')"
            )
        );
        Assert.True(
            await page.EvaluateAsync<bool>(
                """
                () => {
                  const probe = document.body.appendChild(document.createElement('span'));
                  const width = text => { probe.textContent = text; return probe.getBoundingClientRect().width; };
                  const same = width('1111111111') === width('8888888888');
                  probe.remove();
                  return same;
                }
                """
            )
        );

        // First steps, and the tour, by keyboard.
        await officer.SeesAsync(page.GetByText("Before your first watch"));
        await officer.ShootAsync("desk-first-steps");
        await page.GetByRole(AriaRole.Button, new() { Name = "A tour of this page" }).First.ClickAsync();
        var tour = page.GetByRole(AriaRole.Dialog, new() { Name = "A tour of this page" });
        foreach (var stop in (string[])["How things stand", "What must be dealt with", "Your lines"])
        {
            await officer.SeesAsync(tour.GetByRole(AriaRole.Heading, new() { Name = stop }));
            await officer.ShootAsync($"desk-tour-{stop.Split(' ')[^1]}");
            await officer.Button("Next").ClickAsync();
        }
        for (var i = 0; i < 5; i++)
            await officer.Button("Next").ClickAsync();
        await officer.SeesAsync(tour.GetByRole(AriaRole.Heading, new() { Name = "Practise" }));
        await Assertions.Expect(page.Locator("form[data-tour=write]")).ToHaveAttributeAsync("data-mark", "exercise");
        await Assertions.Expect(page.Locator("form[data-tour=write]")).ToHaveAttributeAsync("data-precedence", "flash");
        await officer.ShootAsync("desk-tour-practise");
        await officer.IsAccessibleAsync("the tour");
        await officer.Button("Done").ClickAsync();
        await Assertions.Expect(tour).ToHaveCountAsync(0);
        await page.Locator("form[data-tour=write]").GetByText("Routine", new() { Exact = true }).ClickAsync();

        // Size of letters, rows, and the edge of a pane: kept over a reload.
        await page.Locator("header details summary").First.ClickAsync();
        await page.GetByLabel("Size of the letters").SelectOptionAsync("large");
        await page.GetByLabel("Rows").SelectOptionAsync("dense");
        await page.Keyboard.PressAsync("Escape");
        var edge = page.GetByRole(AriaRole.Separator, new() { Name = "Width of the lines" });
        await edge.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(edge).ToHaveAttributeAsync("aria-valuenow", "288");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-text", "large");
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-density", "dense");
        await Assertions.Expect(edge).ToHaveAttributeAsync("aria-valuenow", "288");
        await officer.ShootAsync("desk-large-dense");

        // What of the traffic is shown.
        await page.GetByText("Filter", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("any precedence").SelectOptionAsync("priority");
        await officer.SeesAsync(page.GetByText("are shown."));
        await Assertions.Expect(officer.Message("Two columns")).ToHaveCountAsync(0);
        await officer.SeesAsync(officer.Message("Weather over the strait"));
        await officer.Button("Show everything").ClickAsync();
        await officer.SeesAsync(officer.Message("Two columns"));

        // A search that names who and what, kept for the next time.
        await officer.GoAsync($"/record/{line.Line}?tab=search");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("from:us kind:message strait");
        await page.Keyboard.PressAsync("Enter");
        await officer.SeesAsync(page.Locator("[role=option]").GetByText("Weather over the strait"));
        await Assertions.Expect(page.Locator("[role=option]")).ToHaveCountAsync(1);
        Assert.True(await page.EvaluateAsync<bool>("CSS.highlights.get('parley-hits')?.size > 0"));
        await officer.Button("Save this search").ClickAsync();
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Search).GetByText("strait from:us kind:message.").ClickAsync();
        await officer.SeesAsync(page.Locator("[role=option]").GetByText("Weather over the strait"));
        await officer.ShootAsync("desk-search");
        await officer.IsAccessibleAsync("a search that is kept");

        // The watch is offered to somebody who can take it, and to nobody else.
        await officer.GoAsync("/handover");
        await officer.Button("Offer the watch").ClickAsync();
        var relief = page.GetByRole(AriaRole.Combobox, new() { Name = "Communicator" });
        await Assertions.Expect(relief.Locator("option")).ToHaveTextAsync(["Choose…", "B. Second (Watch officer)"]);
        await officer.ShootAsync("desk-relief");

        // What cannot go now waits in the page, and can be taken back.
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Message("Two columns"));
        await page.GetByText("On the record", new() { Exact = true }).ClickAsync();
        await page.Context.SetOfflineAsync(true);
        await officer.SeesAsync(page.GetByText("No connection to this station."));
        await officer.Field("Text").FillAsync("Written while nothing was heard");
        await officer.Button("Send").ClickAsync();
        await officer.SeesAsync(page.GetByText("Waits for the station:"));
        await officer.ShootAsync("desk-waits");
        await page.Context.SetOfflineAsync(false);
        await officer.SeesAsync(officer.Message("Written while nothing was heard"));
        Assert.Equal(1, await CountAsync(line["us"], "Written while nothing was heard"));

        // The wall: large, read only, left by a key.
        await page.Locator("summary[aria-label=Help]").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Wall: one screen for the room" }).ClickAsync();
        var wall = page.GetByRole(AriaRole.Region, new() { Name = "Wall: one screen for the room" });
        await officer.SeesAsync(wall.GetByText("A line for a test"));
        await officer.ShootAsync("desk-wall");
        await officer.IsAccessibleAsync("the wall");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(wall).ToHaveCountAsync(0);

        // By now the link has been down for longer than a passing silence.
        var down = page.GetByRole(AriaRole.Region, new() { Name = "Alarms" }).Locator("[data-class=link-down]");
        await officer.SeesAsync(down);
        await officer.SeesAsync(down.GetByText("Party ru"));
        await Assertions.Expect(down.GetByRole(AriaRole.Button, new() { Name = "Silence 60 s" })).ToHaveCountAsync(0);
        await officer.ShootAsync("desk-link-down");
        await officer.IsAccessibleAsync("a link that is down");
        Assert.DoesNotContain(officer.Errors, e => !e.Contains("ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_is_about_to_end_says_so_before_it_does()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. First", "watch");
        // The station's own answer, but for how long the session lasts.
        await officer.Page.RouteAsync(
            "**/api/v1/session",
            async route =>
            {
                var (status, text) = await officer.ForwardAsync(route.Request);
                var session = JsonNode.Parse(text)!;
                session["until"] = DateTimeOffset
                    .FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + SecondsLeft)
                    .ToString("O");
                await route.FulfillAsync(
                    new()
                    {
                        Status = status,
                        ContentType = "application/json",
                        Body = session.ToJsonString(),
                    }
                );
            }
        );
        await officer.Page.ReloadAsync();
        await officer.SeesAsync(officer.Button("Session ends in 4 min"));
        await officer.ShootAsync("desk-session-ends");
        await officer.Button("Session ends in 4 min").ClickAsync();
        await Assertions.Expect(officer.Page).ToHaveURLAsync(new Regex("/handover$"));
    }

    private const int SecondsLeft = 4 * 60 - 5;
}
