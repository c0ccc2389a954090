using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Every screen in every look, by keyboard alone, on a phone, and how soon it is there.</summary>
public sealed class ScreenTests
{
    private static readonly string[] Looks = ["dark", "light", "contrast"];

    [Fact]
    public async Task Every_screen_is_accessible_in_every_look_and_language_and_reports_nothing_to_its_content_security_policy()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Button("Make a passkey").ClickAsync();
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync();
        (string Name, string Path, string Shows)[] screens =
        [
            ("watch", $"/watch/{line.Line}/ru/1", "Received is not agreed"),
            ("contacts-calls", $"/contacts/{line.Line}?tab=calls", "secretary of defence"),
            ("contacts-calendar", $"/contacts/{line.Line}?tab=calendar", "This week"),
            ("contacts-readouts", $"/contacts/{line.Line}?tab=readouts", "New readout"),
            ("contacts-chronology", $"/contacts/{line.Line}?tab=chronology", "Export as CSV"),
            ("forms", $"/forms/{line.Line}", "Skerry West"),
            ("map", $"/map/{line.Line}", "Skerry West"),
            ("record", $"/record/{line.Line}/us/1", "Header, as it is hashed"),
            ("record-export", $"/record/{line.Line}?tab=export", "Fingerprint of the line"),
            ("record-faults", $"/record/{line.Line}?tab=faults", "Nothing has been refused."),
            ("handover", "/handover", "Open items"),
        ];
        foreach (var look in Looks)
        {
            await officer.Page.EvaluateAsync($"localStorage.setItem('parley.look', '\"{look}\"')");
            foreach (var (i, (name, path, shows)) in screens.Index())
            {
                // Of the others each in one look at least, and all looks over three screens.
                if (i > 0 && !Rounds.IsLong && i % Looks.Length != Array.IndexOf(Looks, look))
                    continue;
                await officer.GoAsync(path);
                await officer.SeesAsync(officer.Page.GetByText(shows));
                await officer.ShootAsync($"{name}-{look}");
                await officer.IsAccessibleAsync($"{name}, {look}");
            }
        }
        await officer.Page.EvaluateAsync("localStorage.setItem('parley.language', '\"de\"')");
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Link, new() { Name = "Wache" }));
        await officer.ShootAsync("watch-german");
        await officer.IsAccessibleAsync("watch, German");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task An_administrator_lets_an_officer_in_by_a_link_and_sees_what_happened_at_the_door()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var administrator = await browser.InviteAsync("C. Keeper", "administrator");
        await administrator.GoAsync("/officers");
        await administrator.Page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("D. New");
        await administrator.Button("Make a one-time link").ClickAsync();
        await administrator.SeesAsync(administrator.Page.GetByText("Valid once; hand it over in person:"));
        await administrator.SeesAsync(administrator.Page.Locator("table").GetByText("D. New"));
        await administrator.ShootAsync("officers");
        await administrator.IsAccessibleAsync("officers");
        Assert.Empty(administrator.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task What_is_planned_stands_on_the_map_and_in_its_table_with_what_conflicts()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        string[] when =
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
        var firing = (
            await line["ru"]
                .RunAsync([
                    "activity",
                    "notify",
                    "Live firing east",
                    "--circle",
                    "19.42,57.31,20000",
                    .. when,
                    "--wait",
                    "sealed",
                    "--json",
                ])
        )
            .Ended(0)
            .Json["id"]!.GetValue<string>();
        (
            await line["us"]
                .RunAsync([
                    "activity",
                    "notify",
                    "Patrol flight",
                    "--circle",
                    "19.60,57.31,15000",
                    .. when,
                    "--knowing",
                    firing,
                    "--wait",
                    "sealed",
                ])
        ).Ended(0);
        (
            await line["us"]
                .RunAsync(
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
                    "sealed"
                )
        ).Ended(0);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "planner");
        await officer.GoAsync($"/map/{line.Line}");
        var table = officer.Page.Locator("table");
        await officer.SeesAsync(table.GetByText("Protected site"));
        await officer.SeesAsync(table.GetByText($"conflicts with {firing}"));
        var map = new MapPage(officer);
        await map.DrawsAsync("area", 3);
        await map.DrawsAsync("clash", 1);
        Assert.Equal(0, await table.GetByText("Cannot be compared").CountAsync());
        await table.GetByText("Patrol flight").ClickAsync();
        await Assertions
            .Expect(map.Root)
            .ToHaveAttributeAsync(
                "data-chosen",
                new System.Text.RegularExpressions.Regex(
                    "us/[0-9]+$",
                    System.Text.RegularExpressions.RegexOptions.None,
                    TimeSpan.FromSeconds(1)
                )
            );
        await officer.ShootAsync("map-plans");
        await officer.IsAccessibleAsync("map with plans");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task The_record_is_verified_in_the_browser_and_an_entry_is_checked_against_its_proof()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/record/{line.Line}?tab=export");
        await officer.Button("Verify here").ClickAsync();
        await officer.SeesAsync(officer.Page.Locator("table").GetByText("good"));
        await officer.SeesAsync(officer.Page.Locator("[data-verdict=good]").GetByText("all proven")); // EVIDENCE-16
        await officer.ShootAsync("record-verdict");
        await officer.IsAccessibleAsync("an export's verdict");
        Assert.Equal(4, await officer.Page.Locator("table").GetByText("good").CountAsync()); // tree and signature of both feeds
        Assert.Equal(0, await officer.Page.Locator("table").GetByText("bad", new() { Exact = true }).CountAsync());
        await officer.GoAsync($"/record/{line.Line}/us/1");
        await officer.Button("Check it here").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("The entry is in the tree under the checkpoint"));
        Assert.Equal(0, await officer.Page.GetByText("bad", new() { Exact = true }).CountAsync());
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_message_is_written_sent_and_acknowledged_by_keyboard_alone()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.TabToAsync(officer.Page.Locator("input[type=radio]"));
        await officer.Page.Keyboard.PressAsync("Space");
        await officer.TabToAsync(officer.Field("Text"));
        await officer.Page.Keyboard.TypeAsync("By keyboard alone");
        await officer.Page.Keyboard.PressAsync("Control+Enter");
        await officer.SeesAsync(officer.Message("By keyboard alone").GetByText("to all"));

        await officer.Page.Locator("body").PressAsync("Home");
        // Tab stops once in the list; its messages are gone through with the arrows, and the one arrived at is open.
        await officer.TabToAsync(officer.Page.Locator("[role=log]"));
        await officer.PressToAsync(
            "ArrowUp",
            officer.Message("What are they there for?").GetByRole(AriaRole.Button).First
        );
        await officer.TabToAsync(
            officer
                .Message("What are they there for?")
                .GetByRole(AriaRole.Button, new() { Name = "Acknowledge", Exact = true })
        );
        await officer.Page.Keyboard.PressAsync("Enter");
        await officer.Page.Keyboard.TypeAsync("Read without a mouse");
        await officer.Page.Keyboard.PressAsync("Tab");
        await officer.Page.Keyboard.PressAsync("Enter");
        await Until.HoldsAsync(
            "the acknowledgement is on the record",
            async () => (await line["ru"].RunAsync("record", "list", "--json")).Ended(0).Output,
            all => all.Contains("Read without a mouse", StringComparison.Ordinal)
        );

        // A grave act is held, by key as well.
        await officer.ChoosesPrecedenceAsync("Flash");
        await officer.Field("Text").FillAsync("Held with the space bar");
        await officer.TabToAsync(officer.Page.GetByRole(AriaRole.Button, new() { Name = "Send FLASH" }));
        await officer.Page.Keyboard.PressAsync("Space"); // touched, not held
        Assert.Equal(0, await officer.Message("Held with the space bar").CountAsync());
        await officer.Page.Keyboard.DownAsync("Space");
        await officer.SeesAsync(officer.Message("Held with the space bar"));
        await officer.Page.Keyboard.UpAsync("Space");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task On_a_phone_the_watch_is_read_and_acknowledged_and_nothing_runs_over_the_edge()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Button("Make a passkey").ClickAsync();
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync();
        await officer.Page.SetViewportSizeAsync(390, 844);
        foreach (
            var (name, path) in new[]
            {
                ("watch", "/watch"),
                ("watch-line", $"/watch/{line.Line}"),
                ("calls", $"/contacts/{line.Line}"),
                ("chronology", $"/contacts/{line.Line}?tab=chronology"),
                ("forms", $"/forms/{line.Line}"),
                ("map", $"/map/{line.Line}"),
                ("record", $"/record/{line.Line}"),
                ("handover", "/handover"),
            }
        )
        {
            await officer.GoAsync(path);
            await officer.SeesAsync(officer.Page.GetByText("Live", new() { Exact = true }));
            await officer.SeesAsync(officer.Page.Locator("main :is(h1, h2, article, button):visible"));
            await Assertions.Expect(officer.Page.GetByText("Loading…")).ToHaveCountAsync(0);
            await officer.ShootAsync($"phone-{name}");
            Assert.True(
                await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 390"),
                $"{name} is wider than the phone"
            );
        }
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.Message("What are they there for?").GetByRole(AriaRole.Button).First.ClickAsync();
        await officer
            .Message("What are they there for?")
            .GetByRole(AriaRole.Button, new() { Name = "Acknowledge", Exact = true })
            .ClickAsync();
        await officer.ShootAsync("phone-acknowledge");
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Message("What are they there for?").GetByText("Read you"));
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task What_hides_in_a_text_is_shown_and_a_text_from_right_to_left_keeps_to_itself()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        (await line["ru"].RunAsync("send", "--json", "Fire at \u202E0050\u202C hours\u200B")).Ended(0);
        await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                new JsonObject
                {
                    ["text"] = "نؤكد الاستلام 15 km",
                    ["lang"] = "ar",
                    ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
                }
            );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.SeesAsync(officer.Page.GetByText("U+202E"));
        await officer.SeesAsync(officer.Page.GetByText("U+200B"));
        await officer.SeesAsync(officer.Page.Locator("bdi[dir=rtl][lang=ar]"));
        await officer.ShootAsync("watch-directions");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_console_is_usable_within_a_second_and_no_screen_fetches_more_than_it_needs()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var times = new List<double>();
        // At rest it is there within a second; a machine that runs other tests beside it is looked at a few times more.
        while (times.Count < 5 || (times.Min() > UsableWithin && times.Count < MostLoads))
        {
            await officer.GoAsync($"/watch/{line.Line}");
            await officer.SeesAsync(officer.Message("What are they there for?"));
            times.Add(
                await officer.Page.EvaluateAsync<double>(
                    "performance.getEntriesByName('parley-usable')[0]?.startTime ?? 9e9"
                )
            );
        }
        // What a screen needs is fetched when it is opened, and a language when it is read: nobody is sent all of it.
        var heavy = new List<string>();
        var figures = new List<string>
        {
            $"usable after ms: {string.Join(' ', times.Select(t => t.ToString("0", System.Globalization.CultureInfo.InvariantCulture)))}",
        };
        foreach (
            var (screen, language, most) in new[]
            {
                ("watch", "en", MostAtFirst),
                ("watch", "ru", MostAtFirst),
                ("contacts", "en", MostOfScreen),
                ("forms", "en", MostOfScreen),
                ("map", "en", MostOfScreen),
                ("blind", "en", MostOfScreen),
                ("ceasefire", "en", MostOfScreen),
                ("record", "en", MostOfScreen),
                ("usage", "en", MostOfScreen),
            }
        )
        {
            var (name, path) = ($"{screen} in {language}", $"/{screen}/{line.Line}");
            await officer.Page.EvaluateAsync($"localStorage.setItem('parley.language', '\"{language}\"')");
            await officer.GoAsync(path);
            await officer.SeesAsync(officer.Page.Locator("main :is(h1, h2, article, button):visible"));
            await Assertions.Expect(officer.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
            await Assertions.Expect(officer.Page.GetByText("Loading…")).ToHaveCountAsync(0);
            var bytes = await CompressedAsync(officer);
            figures.Add($"{name}: scripts and styles, gzip bytes: {bytes}");
            if (bytes > most)
                heavy.Add($"{name}: {bytes} bytes of at most {most}");
        }
        await File.WriteAllLinesAsync(
            Path.Combine(Browser.Shots, "figures.txt"),
            figures,
            TestContext.Current.CancellationToken
        );
        TestContext.Current.SendDiagnosticMessage(string.Join('\n', figures));
        Assert.Empty(heavy);
        Assert.True(times.Min() <= UsableWithin, $"usable after {times.Min()} ms");
    }

    /// <summary>Milliseconds from asking for the page, and how many loads have a chance at it.</summary>
    private const double UsableWithin = 1_000;
    private const int MostLoads = 15;
    private const long MostAtFirst = 250_000,
        MostOfScreen = 400_000;

    /// <summary>What the open page has fetched of scripts and styles, each compressed by gzip; the station
    /// sends most of it by Brotli, which is a seventh less.</summary>
    private static async Task<long> CompressedAsync(Officer officer)
    {
        var names = await officer.Page.EvaluateAsync<string[]>(
            "performance.getEntriesByType('resource').map((r) => new URL(r.name).pathname).filter((p) => /\\.(js|css)$/.test(p))"
        );
        Assert.NotEmpty(names);
        var bytes = 0L;
        foreach (var file in names.Distinct())
        {
            await using var counted = new MemoryStream();
            await using (
                var gzip = new System.IO.Compression.GZipStream(
                    counted,
                    System.IO.Compression.CompressionLevel.Optimal,
                    leaveOpen: true
                )
            )
                gzip.Write(
                    await File.ReadAllBytesAsync(
                        Path.Combine(Browser.Built, file.TrimStart('/')),
                        TestContext.Current.CancellationToken
                    )
                );
            bytes += counted.Length;
        }
        return bytes;
    }

    internal static async Task<OpenLine> LineWithTrafficAsync()
    {
        var line = await OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);
        JsonObject By() => new() { ["seat"] = "watch", ["name"] = "A. Tester" };
        await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                new JsonObject
                {
                    ["text"] = "Two columns moved to Alder Crossing. What are they there for?",
                    ["precedence"] = "priority",
                    ["by"] = By(),
                }
            );
        await line["us"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                new JsonObject
                {
                    ["text"] = "This is an exercise.",
                    ["mark"] = "exercise",
                    ["by"] = By(),
                }
            );
        await line["us"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                Act.Of(
                    "notice.given",
                    new JsonObject
                    {
                        ["template"] = "hazard",
                        ["what"] = "Live firing at sea, range Skerry West",
                        ["from"] = "2031-05-18T06:00:00.000Z",
                        ["until"] = "2031-05-18T15:00:00.000Z",
                        ["place"] = new JsonObject
                        {
                            ["name"] = "Skerry West",
                            ["position"] = new JsonArray(19.42, 57.31),
                            ["uncertaintyMetres"] = 500,
                        },
                        ["by"] = By(),
                    }
                )
            );
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
                        ["topic"] = "the columns at Alder Crossing",
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
            );
        await line.SealedAsync();
        return line;
    }
}
