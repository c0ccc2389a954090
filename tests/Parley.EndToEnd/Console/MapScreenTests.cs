using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>The map as a tool: what officers draw, measure, look up and read on it, with mouse, keyboard and
/// finger.</summary>
public sealed partial class MapScreenTests
{
    /// <summary>Red of a conflict in the dark look.</summary>
    private const string Clash = "#ff5a52";

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

    private static Task<OpenLine> LineAsync() =>
        OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    private static async Task<string> FiringAsync(OpenLine line) =>
        (
            await line["ru"]
                .RunAsync([
                    "activity",
                    "notify",
                    "Live firing east",
                    "--circle",
                    "19.42,57.31,20000",
                    .. When,
                    "--wait",
                    "sealed",
                    "--json",
                ])
        )
            .Ended(0)
            .Json["id"]!.GetValue<string>();

    /// <summary>What us wrote last of this kind, as ru holds it.</summary>
    private static async Task<JsonNode> WrittenAsync(OpenLine line, string kind) =>
        (
            await Until.HoldsAsync(
                $"a {kind} at ru",
                async () =>
                    (await line["ru"].RunAsync("record", "list", "--json"))
                        .Ended(0)
                        .JsonLines.LastOrDefault(entry =>
                            entry["kind"]!.GetValue<string>() == kind
                            && entry["id"]!.GetValue<string>().StartsWith("us/", StringComparison.Ordinal)
                        ),
                entry => entry is not null
            )
        )!["body"]!;

    private static async Task<MapPage> ActivityFormAsync(Officer officer, OpenLine line)
    {
        await officer.GoAsync($"/forms/{line.Line}");
        await officer.Button("Notify an activity").ClickAsync();
        var map = new MapPage(officer);
        await officer.SeesAsync(map.Chart);
        return map;
    }

    private static JsonArray Corners(JsonNode activity, int volume = 0) =>
        activity["volumes"]![volume]!["volume"]!["outline_polygon"]!["vertices"]!.AsArray();

    /// <summary>57.2 N to within some pixels of a map at its closest here.</summary>
    [GeneratedRegex(@"^57\.(19|20)\d*° N 19\.(79|80)\d*° E$")]
    private static partial Regex NearTheCorner();

    [Fact]
    public async Task A_polygon_is_drawn_with_the_mouse_its_conflict_is_seen_before_it_is_sent_and_a_corner_is_pulled_and_undone()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var firing = await FiringAsync(line);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Planner", "planner", 1280, 1000);
        var map = await ActivityFormAsync(officer, line);
        await officer.Field("Name").FillAsync("Patrol flight");
        await map.DrawsAsync("area", 1); // what ru notified stands there before anything is drawn
        await map.StillAsync();
        await map.Chart.ScrollIntoViewIfNeededAsync();

        await officer.Button("Polygon").ClickAsync();
        foreach (var (lon, lat) in ((double, double)[])[(19.55, 57.25), (19.9, 57.25), (19.9, 57.42)])
            await map.PressAsync(lon, lat);
        await map.PressAsync(19.55, 57.42);
        await officer.Button("Finish").ClickAsync();
        await Assertions.Expect(officer.Field("Outline")).ToHaveValueAsync("polygon");
        Assert.Equal(4, (await officer.Field("Corners, a line each *").InputValueAsync()).Split('\n').Length);
        await officer.Field("From height (m)").FillAsync("300");
        await officer.Field("To height (m)").FillAsync("900");
        await officer.Field("From (UTC)").FillAsync("2030-05-18 09:50");
        await officer.Field("Until (UTC)").FillAsync("2030-05-18 14:00");

        var told = officer.Page.GetByRole(AriaRole.List, new() { Name = "Conflicts of what is drawn" });
        await officer.SeesAsync(told.GetByText("2 h 10 overlap"));
        await officer.SeesAsync(told.GetByText("km deep"));
        await officer.SeesAsync(told.GetByText($"conflicts with {firing}"));
        await map.DrawsAsync("clash", 1);
        await map.Chart.ScrollIntoViewIfNeededAsync();
        await map.StillAsync();
        await officer.ShootAsync("map-draw-conflict");
        await Until.HoldsAsync(
            "the conflict is hatched",
            () => map.PixelsAsync(19.6, 57.33, 40, Clash),
            pixels => pixels > 40
        );
        Assert.Equal(0, await map.PixelsAsync(19.2, 57.31, 30, Clash));
        await officer.IsAccessibleAsync("a form with its map");

        // A corner is pulled out of the conflict's way, and put back.
        var before = await officer.Field("Corners, a line each *").InputValueAsync();
        var corner = before.Split('\n')[2].Split(' ');
        await map.DragAsync(
            (
                double.Parse(corner[2], CultureInfo.InvariantCulture),
                double.Parse(corner[0], CultureInfo.InvariantCulture)
            ),
            (20.0, 57.45)
        );
        var after = await officer.Field("Corners, a line each *").InputValueAsync();
        Assert.NotEqual(before, after);
        Assert.Equal(4, after.Split('\n').Length);
        await officer.Button("Undo").ClickAsync();
        await Assertions.Expect(officer.Field("Corners, a line each *")).ToHaveValueAsync(before);
        await officer.Button("Redo").ClickAsync();
        await Assertions.Expect(officer.Field("Corners, a line each *")).ToHaveValueAsync(after);

        // Moved away by typing, it conflicts with nothing.
        await officer
            .Field("Corners, a line each *")
            .FillAsync("57.25 N 20.5 E\n57.25 N 20.9 E\n57°25′12″N 020°54′00″E");
        await officer.SeesAsync(officer.Page.GetByText("No conflict with the 1 volumes"));
        await Assertions.Expect(told).ToHaveCountAsync(0);
        await officer.Button("Put on the record").ClickAsync();
        var corners = Corners(await WrittenAsync(line, "activity.notified"));
        Assert.Equal(3, corners.Count);
        Assert.Equal(57.42, corners[2]!["lat"]!.GetValue<double>(), 6);
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_polygon_and_a_corridor_are_drawn_by_typed_coordinates_and_by_keyboard_alone()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Planner", "planner", 1280, 1000);
        var map = await ActivityFormAsync(officer, line);
        await officer.Field("Name").FillAsync("Over the date line");

        await officer.Button("Polygon").ClickAsync();
        var typed = officer.Field("Coordinates: degrees, minutes and seconds, or MGRS");
        foreach (var text in (string[])["-17 179.8", "17°00′00″S 179°48′00″W", "16.7 S 180 E"])
        {
            await typed.FillAsync(text);
            await typed.PressAsync("Enter");
        }
        await officer.Button("Finish").ClickAsync();
        await Assertions
            .Expect(officer.Field("Corners, a line each *"))
            .ToHaveValueAsync("17 S 179.8 E\n17 S 179.8 W\n16.7 S 180 E");
        await map.StillAsync();
        await officer.ShootAsync("map-date-line");
        // The shape is one, and whole: its middle is on the date line, and its colour on both sides of it.
        Assert.True(await map.PixelsAsync(179.9, -17.0, 9, "#62b5ff") > 3, "nothing is drawn west of the date line");
        Assert.True(await map.PixelsAsync(180.1, -17.0, 9, "#62b5ff") > 3, "nothing is drawn east of the date line");

        // By keyboard: the tool, then the map, moved under its middle; Enter twice ends the line.
        await officer.TabToAsync(officer.Button("Corridor"));
        await officer.Page.Keyboard.PressAsync("Enter");
        await officer.TabToAsync(map.Chart);
        await officer.Page.Keyboard.PressAsync("Enter");
        foreach (var key in (string[])["ArrowRight", "ArrowDown"])
        {
            await officer.Page.Keyboard.PressAsync(key);
            await map.StillAsync();
            await officer.Page.Keyboard.PressAsync("Enter");
        }
        await officer.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(officer.Field("Width (m) *")).ToHaveValueAsync("2000");
        Assert.Equal(
            3,
            (await officer.Field("Points of its line, a line each *").InputValueAsync()).Split('\n').Length
        );
        await officer.Page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(officer.Field("Width (m) *")).ToHaveCountAsync(0);
        await officer.Page.Keyboard.PressAsync("Control+y");
        await Assertions.Expect(officer.Field("Width (m) *")).ToHaveCountAsync(1);
        foreach (var field in await officer.Field("From (UTC)").AllAsync())
            await field.FillAsync("2031-05-04 20:00");
        foreach (var field in await officer.Field("Until (UTC)").AllAsync())
            await field.FillAsync("2031-05-04 22:00");
        await officer.Button("Put on the record").ClickAsync();
        var activity = await WrittenAsync(line, "activity.notified");
        Assert.Equal([179.8, -179.8, 180], Corners(activity).Select(c => c!["lng"]!.GetValue<double>()));
        Assert.True(Corners(activity, 1).Count > 12, "the corridor has no round ends");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_name_and_a_position_that_disagree_are_told_before_signing_and_the_gazetteers_position_is_taken()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/forms/{line.Line}");
        await officer.Button("Ask for clarification").ClickAsync();
        var name = officer.Page.GetByRole(AriaRole.Combobox, new() { Name = "Name of the place" });
        await name.FillAsync("Belgorod");
        await officer.Page.GetByLabel("Position", new() { Exact = true }).First.FillAsync("51.60 N 36.58 E");
        await officer.SeesAsync(officer.Page.GetByText("Name and position differ: the nearest Belgorod is"));
        await officer.ShootAsync("place-differs");
        await officer.IsAccessibleAsync("a place that differs");
        await officer.Button("Take this position").ClickAsync();
        await Assertions
            .Expect(officer.Page.GetByLabel("Position", new() { Exact = true }).First)
            .ToHaveValueAsync("50.6034 N 36.5809 E");
        await Assertions.Expect(officer.Page.GetByText("Name and position differ")).ToHaveCountAsync(0);

        // A name is found by its beginning, by keyboard; a grid reference is a position too. Escape closes the
        // suggestions first, also while they are on their way, and never the form with them.
        await name.FillAsync("Khark");
        await name.PressAsync("Escape");
        await Assertions.Expect(name).ToHaveValueAsync("Khark");
        await name.FillAsync("Kharki");
        await name.FillAsync("Khark");
        var options = officer
            .Page.GetByRole(AriaRole.Listbox, new() { Name = "Places that begin so" })
            .GetByRole(AriaRole.Option);
        await officer.SeesAsync(options.GetByText("Kharkiv"));
        await officer.ShootAsync("place-search");
        var wanted = (await options.AllInnerTextsAsync())
            .ToList()
            .FindIndex(t => t.Contains("Kharkiv", StringComparison.Ordinal));
        for (var i = 0; i <= wanted; i++)
            await name.PressAsync("ArrowDown");
        await name.PressAsync("Enter");
        await Assertions.Expect(name).ToHaveValueAsync("Kharkiv");
        await name.FillAsync("");
        await officer.Page.GetByLabel("Position", new() { Exact = true }).First.FillAsync("37U CR 03176 38912");
        await officer.SeesAsync(officer.Page.GetByText("Nearest:"));
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_map_opens_on_what_stands_there_is_worked_by_key_and_its_address_keeps_the_view()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        var firing = await FiringAsync(line);
        (
            await line["us"]
                .RunAsync([
                    "activity",
                    "notify",
                    "Patrol flight",
                    "--circle",
                    "19.60,57.31,15000",
                    .. When,
                    "--knowing",
                    firing,
                    "--wait",
                    "sealed",
                ])
        ).Ended(0);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/map/{line.Line}");
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync(); // a conflict stands: it can wait
        var map = new MapPage(officer);
        await map.DrawsAsync("area", 2);
        await map.DrawsAsync("clash", 1);
        await map.StillAsync();
        Assert.True(
            double.Parse((await map.Root.GetAttributeAsync("data-zoom"))!, CultureInfo.InvariantCulture) > 6,
            "it did not open on its objects"
        );
        Assert.True(await map.PixelsAsync(19.5, 57.31, 60, Clash) > 60, "the conflict is not hatched");

        foreach (
            var (look, width, height) in ((string, int, int)[])
                [
                    ("dark", 1280, 800),
                    ("light", 1280, 800),
                    ("contrast", 1280, 800),
                    ("night", 1280, 800),
                    ("dark", 1920, 1080),
                    ("light", 390, 844),
                ]
        )
        {
            await officer.Page.SetViewportSizeAsync(width, height);
            await officer.Page.EvaluateAsync($"localStorage.setItem('parley.look', '\"{look}\"')");
            await officer.GoAsync($"/map/{line.Line}");
            await map.DrawsAsync("clash", 1);
            await map.StillAsync();
            await officer.SeesAsync(officer.Page.GetByText("Live", new() { Exact = true }));
            await officer.ShootAsync($"map-{look}-{width}");
            await officer.IsAccessibleAsync($"the map, {look}, {width} wide");
            Assert.True(
                await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"the map is wider than {width}"
            );
        }
        await officer.Page.SetViewportSizeAsync(1280, 800);
        await officer.Page.EvaluateAsync("localStorage.setItem('parley.look', '\"dark\"')");
        await officer.GoAsync($"/map/{line.Line}#7.00/57.3000/19.5000&band=low");
        // The map is open already, and follows the address that it is given.
        await Assertions.Expect(map.Root).ToHaveAttributeAsync("data-zoom", "7.00");
        await map.DrawsAsync("area", 2);
        await map.StillAsync();
        await officer.TabToAsync(map.Chart);
        await officer.Page.Keyboard.PressAsync("+");
        await map.ZoomsAsync(zoom => zoom == 8);
        await officer.Page.Keyboard.PressAsync("ArrowRight");
        var centre = await Until.HoldsAsync(
            "the arrow moves the map",
            async () => (await map.Root.GetAttributeAsync("data-centre"))!.Split(' '),
            at => double.Parse(at[0], CultureInfo.InvariantCulture) > 19.6
        );
        await Assertions
            .Expect(officer.Page)
            .ToHaveURLAsync(new Regex(Regex.Escape($"#8.00/{centre[1]}/{centre[0]}&band=low") + "$"));

        // Measured by key: from the middle, a little to the right.
        await officer.Button("Measure distance and bearing").ClickAsync();
        await map.Chart.FocusAsync();
        await officer.Page.Keyboard.PressAsync("Enter");
        await officer.Page.Keyboard.PressAsync("ArrowRight");
        await map.StillAsync();
        await officer.Page.Keyboard.PressAsync("Enter");
        await officer.SeesAsync(officer.Page.Locator("[role=status]").GetByText("· 090°"));
        await officer.ShootAsync("map-measure");
        await officer.Page.Keyboard.PressAsync("Escape");

        // The wheel zooms at the pointer: what is under it stays there.
        var (x, y) = await map.AtAsync(19.8, 57.2);
        await officer.Page.Mouse.MoveAsync(x, y);
        await officer.Page.Mouse.WheelAsync(0, -300);
        await map.ZoomsAsync(zoom => zoom > 8.2);
        var (nowX, nowY) = await map.AtAsync(19.8, 57.2);
        Assert.True(Math.Abs(x - nowX) < 12 && Math.Abs(y - nowY) < 12, $"{x - nowX} {y - nowY}");

        // Coordinates under the pointer, in three notations.
        await officer.Page.Mouse.MoveAsync(x, y + 1);
        await officer.SeesAsync(officer.Page.Locator("bdi").GetByText(NearTheCorner()));
        await officer.Page.GetByLabel("How coordinates are written").SelectOptionAsync("mgrs");
        await officer.Page.Mouse.MoveAsync(x + 2, y);
        await officer.SeesAsync(officer.Page.Locator("bdi").GetByText("34V"));

        // The table leads to the map, and the legend and layers are there.
        await officer.Button("Table (2)").ClickAsync(); // it was opened on a phone, where the table is folded away
        await officer.Page.Locator("table").GetByText("Patrol flight").ClickAsync();
        await Assertions
            .Expect(officer.Page.Locator("[data-chosen^='journal'], [data-chosen*=' us/']"))
            .ToHaveCountAsync(1);
        await officer.Page.GetByText("Legend", new() { Exact = true }).ClickAsync();
        await officer.Page.Locator("summary").GetByText("Layers", new() { Exact = true }).ClickAsync();
        await officer.Page.GetByLabel("Conflicts", new() { Exact = true }).UncheckAsync();
        await officer.ShootAsync("map-legend");
        await officer.IsAccessibleAsync("the map with its legend");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_time_conductor_shows_a_moment_follows_the_clock_and_is_typed()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await FiringAsync(line);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/map/{line.Line}");
        var map = new MapPage(officer);
        var table = officer.Page.Locator("table");
        await officer.SeesAsync(table.GetByText("Live firing east"));
        await officer.Button("Now").ClickAsync();
        await Assertions.Expect(table.GetByText("Live firing east")).ToHaveCountAsync(0);
        await map.DrawsAsync("area", 0);
        var typed = officer.Field("Time (UTC), as 2026-11-22 17:30");
        await typed.FillAsync("2030-05-18 11:30");
        await typed.PressAsync("Enter");
        await officer.SeesAsync(table.GetByText("Live firing east"));
        await Assertions.Expect(officer.Page).ToHaveURLAsync(new Regex("at=2030-05-18T11:30"));
        var slider = officer.Page.GetByRole(AriaRole.Slider, new() { Name = "Time", Exact = true });
        await slider.FocusAsync();
        for (var i = 0; i < 7; i++)
            await officer.Page.Keyboard.PressAsync("ArrowRight"); // five minutes each, in a span of a day
        await Assertions.Expect(table.GetByText("Live firing east")).ToHaveCountAsync(0);
        await officer.Button("Any time").ClickAsync();
        await officer.SeesAsync(table.GetByText("Live firing east"));
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_finger_pinches_and_drags_the_map_on_a_phone_and_draws_on_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await FiringAsync(line);
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Planner", "planner");
        await officer.Page.SetViewportSizeAsync(390, 844);
        await officer.GoAsync($"/map/{line.Line}#8.00/57.3000/19.5000");
        var map = new MapPage(officer);
        await map.DrawsAsync("area", 1);
        await map.StillAsync();
        var touch = await officer.Page.Context.NewCDPSessionAsync(officer.Page);
        await touch.SendAsync(
            "Emulation.setTouchEmulationEnabled",
            new Dictionary<string, object> { ["enabled"] = true, ["maxTouchPoints"] = 2 }
        );
        var box = (await map.Chart.BoundingBoxAsync())!;
        var (x, y) = (box.X + box.Width / 2, box.Y + box.Height / 2);
        Task FingersAsync(string type, params double[] apart) =>
            touch.SendAsync(
                "Input.dispatchTouchEvent",
                new Dictionary<string, object>
                {
                    ["type"] = type,
                    ["touchPoints"] = apart
                        .Select(
                            (dx, i) =>
                                new Dictionary<string, object>
                                {
                                    ["x"] = x + dx,
                                    ["y"] = y,
                                    ["id"] = i,
                                }
                        )
                        .ToArray(),
                }
            );
        await FingersAsync("touchStart", -30, 30);
        for (var i = 1; i <= 6; i++)
            await FingersAsync("touchMove", -30 - 10 * i, 30 + 10 * i);
        await FingersAsync("touchEnd");
        await map.StillAsync();
        Assert.True(
            double.Parse((await map.Root.GetAttributeAsync("data-zoom"))!, CultureInfo.InvariantCulture) > 9,
            "the pinch did not zoom"
        );
        await officer.ShootAsync("map-phone");
        var form = await ActivityFormAsync(officer, line);
        await form.StillAsync();
        await form.Chart.ScrollIntoViewIfNeededAsync();
        await officer.ShootAsync("map-phone-form");
        Assert.True(await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 390"));
        await officer.IsAccessibleAsync("drawing on a phone");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_operators_own_map_is_drawn_and_no_request_leaves_the_station()
    {
        Browser.SkipUnlessPossible();
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "own.pmtiles");
        await File.WriteAllBytesAsync(file, OwnMap.OfOneSquare(), TestContext.Current.CancellationToken);
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s =>
            {
                s.Environment["PARLEY_CONSOLE"] = Browser.Built;
                if (s.Party == "us")
                    s.Options = ["--base-map", file];
            }
        );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var asked = new List<string>();
        officer.Page.Request += (_, request) => asked.Add(request.Url);
        await officer.GoAsync($"/map/{line.Line}#3.00/0.0000/0.0000");
        var map = new MapPage(officer);
        await map.StillAsync();
        // The only land of that map is a square about the middle of the world.
        await Until.HoldsAsync(
            "the square of the operator's map",
            () => map.PixelsAsync(2, 2, 10, "#1c2a35"),
            pixels => pixels > 80
        );
        Assert.Equal(0, await map.PixelsAsync(-100, 45, 10, "#1c2a35"));
        await officer.ShootAsync("map-own");
        Assert.Contains(asked, url => url.EndsWith("/api/v1/base-map/tiles", StringComparison.Ordinal));
        Assert.All(
            asked.Where(url => !url.StartsWith("data:", StringComparison.Ordinal)),
            url => Assert.StartsWith($"http://localhost:{line["us"].Api.Address.Port}/", url, StringComparison.Ordinal)
        );
        Assert.Empty(officer.Errors);
    }
}
