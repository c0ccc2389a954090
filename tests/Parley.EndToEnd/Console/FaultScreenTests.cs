using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>What the console shows when something is wrong: with an entry, with a file of its own, with an answer of
/// the station.</summary>
public sealed class FaultScreenTests
{
    /// <summary>Members of the wrong type, wherever a body may have one.</summary>
    private const string Odd =
        """{"text":"see the list","points":[null],"between":[null],"windows":[null],"window":{"from":"whenever"},"place":{"name":5,"position":[24.1,56.95],"uncertaintyMetres":"far"},"from":"whenever","until":{},"fields":[null]}""";

    private static Task BrokenAsync(Officer officer, string path, Action<JsonNode> change) =>
        officer.Page.RouteAsync(
            path,
            async route =>
            {
                var (status, text) = await officer.ForwardAsync(route.Request);
                var answer = JsonNode.Parse(text)!;
                if (status == 200)
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

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task No_entry_blanks_a_screen_and_a_part_that_fails_leaves_the_others()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await BrokenAsync(
            officer,
            "**/api/v1/lines/*/entries?*",
            page =>
            {
                foreach (
                    var entry in page["entries"]!.AsArray().Where(e => e!["kind"]!.GetValue<string>() == "message.sent")
                )
                    entry!["body"] = JsonNode.Parse(Odd);
            }
        );
        foreach (var screen in (string[])["watch", "record", "map"])
        {
            await officer.GoAsync($"/{screen}/{line.Line}");
            await officer.SeesAsync(officer.Page.Locator("main").GetByText("see the list"));
        }

        // What no reader was made for: a part fails, and says so; what stands beside it stays.
        await BrokenAsync(officer, "**/api/v1/lines/*/traffic", view => view["open"] = new JsonArray((JsonNode?)null));
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByText("This part cannot be shown"));
        await officer.SeesAsync(officer.Message("see the list"));
        await officer.ShootAsync("fault-part");
        await officer.GoAsync($"/handover/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByText("This screen cannot be shown"));
        await officer.ShootAsync("fault-screen");
        await officer.IsAccessibleAsync("a screen that cannot be shown");
        await officer.Button("Back to the watch").ClickAsync();
        await officer.SeesAsync(officer.Message("see the list"));
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_screen_whose_file_could_not_be_fetched_says_so_is_asked_for_again_and_takes_nothing_else_with_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                new JsonObject
                {
                    ["text"] = "Cease fire now",
                    ["precedence"] = "flash",
                    ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
                }
            );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var gone = true;
        await officer.Page.RouteAsync(
            "**/assets/MapScreen*.js",
            route => gone ? route.AbortAsync() : route.ContinueAsync()
        );
        var alarm = officer.Page.GetByText("Urgent and new");
        await officer.SeesAsync(alarm);
        await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Map", Exact = true }).ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("This screen could not be fetched"));
        await officer.SeesAsync(alarm);
        await officer.ShootAsync("fault-not-fetched");
        await officer.Page.GoBackAsync();
        await officer.SeesAsync(officer.Message("What are they there for?"));
        await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Map", Exact = true }).ClickAsync();
        gone = false;
        await officer.Button("Try again").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Application));

        foreach (var path in (string[])["/watch/%E0%A4%A", "/record/%", "/forms/%ff"])
        {
            await officer.Page.EvaluateAsync(
                "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }",
                path
            );
            await officer.SeesAsync(officer.Page.Locator("main :is(h1, h2, article, button):visible"));
            await officer.SeesAsync(alarm);
        }
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task What_is_not_known_is_never_said_to_be_nothing_and_an_alarm_that_stood_goes_on_standing()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        Task FlashAsync(string text) =>
            line["ru"]
                .Api.PostAsync(
                    $"lines/{line.Line}/entries",
                    new JsonObject
                    {
                        ["text"] = text,
                        ["precedence"] = "flash",
                        ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
                    }
                );
        await FlashAsync("Cease fire now");
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.SeesAsync(officer.Page.GetByText("Urgent and new"));
        await officer.SeesAsync(officer.Page.GetByText("You owe an answer"));
        (string Name, Func<IRoute, Task> Answer)[] answers =
        [
            ("null", r => r.FulfillAsync(new() { ContentType = "application/json", Body = "null" })),
            ("500", r => r.FulfillAsync(new() { Status = 500, Body = "{}" })),
            ("half", r => r.FulfillAsync(new() { ContentType = "application/json", Body = "{\"open\":[" })),
            ("gone", r => r.AbortAsync()),
        ];
        foreach (var (name, answer) in answers)
        {
            await officer.Page.UnrouteAllAsync();
            foreach (var path in (string[])["traffic", "status", "watch"])
                await officer.Page.RouteAsync($"**/api/v1/lines/*/{path}", answer);
            foreach (var path in (string[])["alarms", "proposals"])
                await officer.Page.RouteAsync($"**/api/v1/{path}*", answer);
            // The stream tells that something came, so that the page asks at once, and finds no answer.
            await FlashAsync($"heard with {name}");
            await officer.SeesAsync(officer.Page.GetByText("Not known now: whether alarms stand"));
            await officer.SeesAsync(officer.Page.GetByText("Not known now: what waits and is open"));
            await officer.SeesAsync(officer.Page.GetByText("Urgent and new"));
            Assert.Equal(0, await officer.Page.GetByText("Nothing waits.").CountAsync());
            await officer.ShootAsync($"unknown-{name}");
            await officer.Page.UnrouteAllAsync();
            await FlashAsync($"heard after {name}");
            await Assertions.Expect(officer.Page.GetByText("Not known now")).ToHaveCountAsync(0);
        }
        // From the first on, with nothing that was ever known.
        await officer.Page.RouteAsync("**/api/v1/lines/*/traffic", answers[0].Answer);
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByText("The station has not answered yet."));
        Assert.Equal(0, await officer.Page.GetByText("Nothing is open.").CountAsync());
        await officer.IsAccessibleAsync("a watch of which much is not known");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_time_is_the_stations_and_a_computer_whose_clock_is_wrong_is_told_so()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                new JsonObject
                {
                    ["text"] = "Cease fire now",
                    ["precedence"] = "flash",
                    ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
                }
            );
        await using var browser = await Browser.StartAsync(line["us"]);
        foreach (
            var (minutes, words) in ((int, string)[])[(-45, "s behind the station’s"), (45, "s ahead of the station’s")]
        )
        {
            var officer = await browser.InviteAsync(
                "A. Kovács",
                "watch",
                script: $"{{ const off = {minutes * 60_000}, D = Date; window.Date = class extends D {{ constructor(...a) {{ if (a.length) super(...a); else super(D.now() + off); }} static now() {{ return D.now() + off; }} }}; }}"
            );
            await officer.SeesAsync(officer.Page.GetByText(words));
            var shown = TimeSpan.Parse(
                (
                    await officer.Page.GetByLabel("UTC", new() { Exact = true }).Locator("span").First.InnerTextAsync()
                ).TrimEnd('Z'),
                System.Globalization.CultureInfo.InvariantCulture
            );
            var off = (shown - TimeProvider.System.GetUtcNow().TimeOfDay).Duration();
            Assert.True(off < TimeSpan.FromMinutes(20) || off > TimeSpan.FromHours(23.5), $"the console says {shown}");
            var alarm = await officer
                .Page.Locator("li")
                .Filter(new() { HasText = "Urgent and new" })
                .First.Locator("time")
                .First.InnerTextAsync();
            // It has run since the alarm came, by the station's time: neither backwards nor for three quarters of an hour.
            Assert.InRange(
                TimeSpan.Parse(alarm, System.Globalization.CultureInfo.InvariantCulture),
                TimeSpan.Zero,
                TimeSpan.FromMinutes(20)
            );
            await officer.ShootAsync($"clock-{(minutes < 0 ? "behind" : "ahead")}");
        }
    }
}
