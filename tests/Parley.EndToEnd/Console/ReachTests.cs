using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>That everything can be reached and read: by keyboard, in a small window, however old it is, on paper, and
/// on the map.</summary>
public sealed class ReachTests
{
    private static JsonObject Said(string text, string precedence = "routine") =>
        new()
        {
            ["text"] = text,
            ["precedence"] = precedence,
            ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
        };

    private static ILocator Alarms(Officer officer) =>
        officer.Page.GetByRole(AriaRole.Region, new() { Name = "Alarms" });

    private static ILocator Rows(Officer officer) => Alarms(officer).Locator("[data-alarm]");

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Show_reaches_an_entry_however_old_and_alarms_leave_the_screen_its_room_at_any_size()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await line["ru"].Api.PostAsync($"lines/{line.Line}/entries", Said("The first and oldest alarm", "flash"));
        var lines = string.Join('\n', Enumerable.Range(0, 750).Select(i => Said($"message {i}").ToJsonString()));
        using (var batch = new StringContent(lines, Encoding.UTF8, "application/x-ndjson"))
            await line["ru"].Api.PostAsync($"lines/{line.Line}/entries/batch", batch);
        for (var i = 0; i < 5; i++)
            await line["ru"].Api.PostAsync($"lines/{line.Line}/entries", Said($"A later alarm {i}", "flash"));
        await line.SealedAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/watch/{line.Line}/ru/1");
        var old = officer.Message("The first and oldest alarm");
        await officer.SeesAsync(old);
        await Assertions.Expect(old).ToBeInViewportAsync();
        await officer.SeesAsync(old.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }));
        await officer.ShootAsync("show-old");
        await officer.IsAccessibleAsync("an old entry on the watch");

        var alarms = officer.Page.GetByRole(AriaRole.Region, new() { Name = "Alarms" });
        await officer.SeesAsync(alarms);
        foreach (var (width, height) in ((int, int)[])[(1280, 800), (640, 400), (390, 844), (320, 256), (1280, 300)])
        {
            await officer.Page.SetViewportSizeAsync(width, height);
            var bar = (await alarms.BoundingBoxAsync())!;
            Assert.True(bar.Height <= 0.5 * height, $"at {width} × {height} the alarms take {bar.Height}");
            var main = (await officer.Page.Locator("#main").BoundingBoxAsync())!;
            Assert.True(main.Height >= 150, $"at {width} × {height} the screen has {main.Height}");
            await officer.Field("Text").ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(officer.Field("Text")).ToBeInViewportAsync();
            Assert.True(
                await officer.Page.EvaluateAsync<bool>(
                    """
                    () => { const e = document.querySelector('#write'), r = e.getBoundingClientRect(); return document.elementsFromPoint(r.x + r.width / 2, r.y + Math.min(r.height / 2, 10)).includes(e); }
                    """
                ),
                $"at {width} × {height} something covers the text box"
            );
            await officer.ShootAsync($"alarms-{width}x{height}");
        }
    }

    [Fact]
    public async Task On_a_phone_show_brings_what_rings_into_sight_however_many_ring_and_the_screen_keeps_a_third_of_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        var first =
            $"The first to ring. {string.Concat(Enumerable.Repeat("It is long, as what matters may be. ", 12))}";
        foreach (var text in (string[])[first, "second", "third", "fourth", "fifth", "sixth"])
            await line["ru"].Api.PostAsync($"lines/{line.Line}/entries", Said(text, "flash"));
        await line.SealedAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Page.SetViewportSizeAsync(390, 780);
        await officer.GoAsync($"/watch/{line.Line}");
        await Assertions.Expect(officer.Button("Show")).ToHaveCountAsync(4);
        await officer.Button("Show").First.ClickAsync();
        var shown = officer.Message("The first to ring");
        await officer.SeesAsync(shown.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }));
        // What is drawn later must not take it away: it is marked once, and stays where it is when the mark is gone.
        await Assertions.Expect(officer.Page.Locator("article[data-flashed=true]")).ToHaveCountAsync(0);
        await Assertions.Expect(shown.GetByText("The first to ring")).ToBeInViewportAsync();
        var main = (await officer.Page.Locator("#main").BoundingBoxAsync())!;
        Assert.True(main.Height >= 390, $"the screen has {main.Height} of 780");
        var sound = officer.Page.Locator("[data-sound] summary");
        await Assertions.Expect(sound).ToBeInViewportAsync();
        await Assertions.Expect(sound).ToHaveTextAsync("Sound on");
        await officer.ShootAsync("phone-shown");
        await officer.IsAccessibleAsync("what rings, shown on a phone");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_focus_goes_on_where_it_was_and_paper_holds_the_record_without_buttons()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        var lines = string.Join('\n', Enumerable.Range(0, 200).Select(i => Said($"message {i}").ToJsonString()));
        using (var batch = new StringContent(lines, Encoding.UTF8, "application/x-ndjson"))
            await line["ru"].Api.PostAsync($"lines/{line.Line}/entries/batch", batch);
        foreach (var text in (string[])["one", "two"])
            await line["ru"].Api.PostAsync($"lines/{line.Line}/entries", Said($"Alarm {text}", "flash"));
        await line.SealedAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/watch/{line.Line}");
        await Assertions.Expect(Rows(officer)).ToHaveCountAsync(2);

        // On paper: no button, one line that says that alarms stood; and every entry of the record.
        await officer.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(officer.Button("Silence 60 s").First).ToBeHiddenAsync();
        await officer.SeesAsync(officer.Page.GetByText("Alarms standing when this was printed: 2"));
        await officer.ShootAsync("paper-watch");
        await officer.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await officer.GoAsync($"/record/{line.Line}");
        await officer.SeesAsync(officer.Page.Locator("[role=option]"));
        await officer.Page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");
        await officer.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(officer.Page.Locator("[data-paper]")).ToHaveCountAsync(204); // both openings, 200 messages, two alarms
        await officer.SeesAsync(officer.Page.GetByText("204 entries, printed"));
        await officer.SeesAsync(officer.Page.GetByText("printed by A. Kovács"));
        await officer.ShootAsync("paper-record");
        await officer.Page.EvaluateAsync("dispatchEvent(new Event('afterprint'))");
        await officer.Page.EmulateMediaAsync(new() { Media = Media.Screen });
        await Assertions.Expect(officer.Page.Locator("[data-paper]")).ToHaveCountAsync(0);

        // The chosen row is named to a screen reader only while it is drawn.
        await officer.GoAsync($"/record/{line.Line}/us/0");
        await officer.SeesAsync(officer.Page.Locator("[role=option]"));
        Assert.Null(await officer.Page.GetByRole(AriaRole.Listbox).GetAttributeAsync("aria-activedescendant"));
        await officer.IsAccessibleAsync("the record with a chosen entry far away");

        await officer.GoAsync($"/watch/{line.Line}");
        Task<bool> InAsync(string where) =>
            officer.Page.EvaluateAsync<bool>(
                "where => document.activeElement !== document.body && document.activeElement.closest(where) !== null",
                where
            );
        await Alarms(officer).GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).First.FocusAsync();
        await officer.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Rows(officer)).ToHaveCountAsync(1);
        Assert.True(await InAsync("[aria-label=Alarms]"), "after the first alarm the focus is not on the next");
        // A press at once was meant for the row before: the button waits until the rows have settled.
        await Assertions
            .Expect(Alarms(officer).GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }))
            .ToBeEnabledAsync();
        await Alarms(officer).GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).FocusAsync();
        await officer.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Rows(officer)).ToHaveCountAsync(0);
        Assert.True(await InAsync("#main, [aria-label=Alarms]"), "after the last alarm the focus is not on the screen");

        var message = officer.Message("message 199");
        await message.GetByRole(AriaRole.Button).First.ClickAsync();
        await message.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await officer.Page.Keyboard.PressAsync("Tab");
        await officer.Page.Keyboard.PressAsync("Enter");
        await officer.SeesAsync(message.GetByText("Read you"));
        await Assertions.Expect(message.Locator("form")).ToHaveCountAsync(0);
        Assert.True(await InAsync("article[data-entry]"), "after an acknowledgement the focus is not on its entry");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Lines_of_contact_are_refused_in_words_or_drawn_as_their_inside_and_bad_ones_that_were_kept_are_dropped()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Page.EvaluateAsync(
            """localStorage.setItem('parley.overlay', '{"name":"old.geojson","data":{"type":"FeatureCollection","features":[null]}}')"""
        );
        await officer.GoAsync($"/map/{line.Line}#9.00/57.0000/24.2000");
        await officer.SeesAsync(officer.Page.GetByText("They were dropped: choose the file again."));
        Assert.Null(await officer.Page.EvaluateAsync<string?>("localStorage.getItem('parley.overlay')"));
        async Task LoadAsync(string content) =>
            await officer
                .Page.Locator("input[type=file]")
                .SetInputFilesAsync(
                    new FilePayload
                    {
                        Name = "contact.geojson",
                        MimeType = "application/geo+json",
                        Buffer = Encoding.UTF8.GetBytes(content),
                    }
                );
        static string Of(string geometry) =>
            $$$"""{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{{{geometry}}}}]}""";

        foreach (
            var (bad, words) in ((string, string)[])
                [
                    (Of("""{"type":"Polygon","coordinates":null}"""), "A list belongs here:"),
                    (Of("""{"type":"LineString","coordinates":[null,[24,57]]}"""), "not a position of two numbers"),
                    (Of("""{"type":"Polygon","coordinates":[[]]}"""), "A ring needs four positions"),
                    ("{", "not JSON"),
                ]
        )
        {
            await LoadAsync(bad);
            await officer.SeesAsync(officer.Page.GetByText(words));
            Assert.Null(await officer.Page.EvaluateAsync<string?>("localStorage.getItem('parley.overlay')"));
        }
        await officer.ShootAsync("map-refused");
        await LoadAsync(
            Of(
                """{"type":"Polygon","coordinates":[[[24.1,56.95],[24.3,56.95],[24.3,57.05],[24.1,57.05],[24.1,56.95]]]}"""
            )
        );
        var map = new MapPage(officer);
        await map.DrawsAsync("overlay", 1);
        await map.StillAsync();
        // Land is land outside of the area, and shaded inside.
        const string land = "#1c2a35";
        Assert.True(await map.PixelsAsync(24.45, 56.97, 12, land) > 100, "the area is shaded outside");
        Assert.Equal(0, await map.PixelsAsync(24.27, 57.03, 6, land));
        await officer.Page.ReloadAsync();
        await map.DrawsAsync("overlay", 1);
        await officer.ShootAsync("map-overlay");
    }
}
