using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>What can cost lives, a secret or a state's word at the screen: an alarm that is overlooked, an act that is
/// signed unread, a text that reads as another.</summary>
public sealed class SafeScreenTests
{
    private static JsonObject By(string name = "Orlov", string seat = "watch") =>
        new() { ["seat"] = seat, ["name"] = name };

    private static async Task<string> SayAsync(
        OpenLine line,
        string party,
        string text,
        string precedence = "routine",
        string? lang = null,
        JsonArray? fields = null,
        string mark = "actual"
    ) =>
        (
            await line[party]
                .Api.PostAsync(
                    $"lines/{line.Line}/entries?wait=sealed",
                    new JsonObject
                    {
                        ["kind"] = "message.sent",
                        ["body"] = new JsonObject { ["text"] = text, ["fields"] = fields ?? [] },
                        ["precedence"] = precedence,
                        ["lang"] = lang,
                        ["mark"] = mark,
                        ["by"] = By(),
                    }
                )
        )["id"]!.GetValue<string>();

    private static async Task<string> ActAsync(
        OpenLine line,
        string party,
        string kind,
        JsonObject body,
        string? re = null,
        string precedence = "routine",
        string seat = "watch"
    ) =>
        (
            await line[party]
                .Api.PostAsync(
                    $"lines/{line.Line}/entries?wait=sealed",
                    new JsonObject
                    {
                        ["kind"] = kind,
                        ["body"] = body,
                        ["precedence"] = precedence,
                        ["re"] = re is null ? [] : new JsonArray(re),
                        ["by"] = By("Orlov", seat),
                        ["releasedBy"] = seat == "principal" ? By("Petrov", seat) : null,
                    }
                )
        )["id"]!.GetValue<string>();

    private static Task<OpenLine> LineAsync() =>
        OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    private static ILocator Alarms(Officer officer) =>
        officer.Page.GetByRole(AriaRole.Region, new() { Name = "Alarms" });

    private static ILocator Row(Officer officer, string text) =>
        Alarms(officer).Locator("[data-alarm]").Filter(new() { HasText = text });

    private static Task<bool> ShowsAsync(Officer officer, string condition) =>
        Until.HoldsAsync(condition, () => officer.Page.EvaluateAsync<bool>(condition), holds => holds);

    private static async Task<IReadOnlyList<JsonNode>> RecordAsync(OpenLine line, string party) =>
        [.. (await line[party].RunAsync("record", "list", "--json")).Ended(0).JsonLines];

    // D8, D1, D19
    [Fact]
    public async Task A_flash_stands_with_its_words_on_every_screen_until_one_press_acknowledges_it_and_silence_is_sound_alone()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/forms/{line.Line}");
        var button = officer.Page.GetByRole(AriaRole.Link, new() { Name = "Forms" });
        await officer.SeesAsync(button);
        await officer.Page.Mouse.MoveAsync(600, 500);
        var before = (await button.BoundingBoxAsync())!;
        var flash = await SayAsync(
            line,
            "ru",
            "Aircraft of yours 2 km from our border. Turn it away at once.",
            "flash",
            fields: [new JsonObject { ["name"] = "position", ["position"] = new JsonArray(36.94, 50.3) }]
        );
        var row = Row(officer, "Aircraft of yours 2 km from our border");
        await officer.SeesAsync(row);
        await officer.SeesAsync(row.GetByText("50.300° N 36.940° E"));
        await officer.SeesAsync(row.GetByText("Party ru"));
        await Assertions
            .Expect(row.Locator("time").First)
            .ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^00:0"));
        Assert.Equal(before.Y, (await button.BoundingBoxAsync())!.Y); // nothing moved from under the pointer
        Assert.Equal("(1) FLASH – Parley", await officer.Page.TitleAsync());
        Assert.Equal(
            "/assets/parley-alarm.svg",
            await officer.Page.Locator("link[rel=icon]").GetAttributeAsync("href")
        );
        await officer.ShootAsync("safe-flash-on-forms");

        // Silence is sound alone: the row stands, here and on every other screen, and nothing is on the record.
        await row.GetByRole(AriaRole.Button, new() { Name = "Silence 60 s" }).ClickAsync();
        foreach (var screen in (string[])["watch", "contacts", "forms", "map", "record", "handover", "blind"])
        {
            await officer.GoAsync($"/{screen}/{line.Line}");
            await Assertions.Expect(row).ToBeInViewportAsync();
        }
        Assert.DoesNotContain(
            await RecordAsync(line, "us"),
            e => e["kind"]!.GetValue<string>() == "message.acknowledged"
        );
        // What somebody took down at the station, by whatever program, stands here as well.
        var alarm = (await line["us"].Api.GetAsync("alarms")).AsArray().Single()!["alarm"]!.GetValue<string>();
        await line["us"].Api.PostAsync($"alarms/{alarm}/acknowledge", new JsonObject { ["by"] = By("B. Second") });
        await officer.GoAsync($"/map/{line.Line}");
        await officer.SeesAsync(row.GetByText("taken down before"));

        // A second one, while the pointer moves: no button leaves from under it. (On coming to this screen, what is not
        // urgent made room for the alarm.)
        before = (await button.BoundingBoxAsync())!;
        var formsAt = officer.Page.EvaluateAsync<double>(
            """
            () => new Promise((seen) => {
              const moving = setInterval(() => {
                dispatchEvent(new PointerEvent('pointermove'));
                if (![...document.querySelectorAll('[data-alarm]')].some((row) => row.textContent.includes('And a second'))) return;
                clearInterval(moving);
                seen(document.querySelector('nav a[href^="/forms"]').getBoundingClientRect().top);
              }, 20);
            })
            """
        );
        var second = await SayAsync(line, "ru", "And a second aircraft.", "immediate");
        Assert.Equal(before.Y, await formsAt, 3);
        await officer.ShootAsync("safe-two-alarms");
        await officer.IsAccessibleAsync("two alarms on the map");

        // One press acknowledges, from any screen, by mouse or by key, and where a sheet stands over the page as well.
        await officer.Page.Keyboard.PressAsync("Control+k");
        var sheet = officer.Page.GetByRole(AriaRole.Dialog, new() { Name = "Find" });
        await officer.SeesAsync(sheet);
        await officer.ShootAsync("safe-flash-over-sheet");
        await row.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        await officer.SeesAsync(sheet);
        await sheet.GetByRole(AriaRole.Combobox).PressAsync("Escape");
        await Assertions.Expect(sheet).ToHaveCountAsync(0);
        // A press at once was meant for the row before: the button waits until the rows have settled.
        await Assertions
            .Expect(Row(officer, "And a second").GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }))
            .ToBeEnabledAsync();
        await officer.Page.Keyboard.PressAsync("a");
        await Assertions.Expect(Row(officer, "And a second")).ToHaveCountAsync(0);
        var acknowledged = (await RecordAsync(line, "us"))
            .Where(e => e["kind"]!.GetValue<string>() == "message.acknowledged")
            .SelectMany(e => e["re"]!.AsArray().Select(re => re!.GetValue<string>()))
            .ToList();
        Assert.Equal([flash, second], acknowledged);
        Assert.Equal("Parley", await officer.Page.TitleAsync());
        Assert.Empty(officer.Errors);
    }

    // D1
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Show_puts_the_top_of_the_entry_at_the_top_from_any_screen_and_marks_it_once()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var lines = string.Join(
            '\n',
            Enumerable
                .Range(0, 200)
                .Select(i => new JsonObject { ["text"] = $"message {i}", ["by"] = By() }.ToJsonString())
        );
        using (var batch = new StringContent(lines, Encoding.UTF8, "application/x-ndjson"))
            await line["ru"].Api.PostAsync($"lines/{line.Line}/entries/batch", batch);
        var flash = await SayAsync(
            line,
            "ru",
            $"The one that matters. {string.Concat(Enumerable.Repeat("A long text. ", 60))}",
            "flash"
        );
        using (var batch = new StringContent(lines, Encoding.UTF8, "application/x-ndjson"))
            await line["ru"].Api.PostAsync($"lines/{line.Line}/entries/batch", batch);
        await line.SealedAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        foreach (var screen in (string[])["map", "watch"])
        {
            await officer.GoAsync($"/{screen}/{line.Line}");
            await Row(officer, "The one that matters").GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
            var shown = officer.Page.Locator($"article[data-entry='{flash}']");
            await officer.SeesAsync(shown);
            // What is drawn later must not push it away: it is marked once, and stays where it is until the mark is gone.
            await officer.SeesAsync(officer.Page.Locator($"article[data-entry='{flash}']:not([data-flashed=true])"));
            var top = (await shown.BoundingBoxAsync())!.Y;
            var box = (await officer.Page.GetByRole(AriaRole.Log).BoundingBoxAsync())!;
            Assert.InRange(top - box.Y, -1, 60);
        }
        await officer.ShootAsync("safe-shown");
        // A direct link does the same.
        await officer.GoAsync($"/watch/{line.Line}/{flash}");
        await officer.SeesAsync(officer.Page.Locator($"article[data-flashed=true][data-entry='{flash}']"));
    }

    // D10, title bar
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task An_accident_a_crisis_and_a_suspension_ring_whatever_their_precedence_and_the_title_says_why()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/map/{line.Line}");
        await ActAsync(
            line,
            "ru",
            "accident.reported",
            new JsonObject
            {
                ["what"] = "A drone of ours lost its link and drifts east.",
                ["where"] = new JsonObject { ["name"] = "Kharkiv", ["position"] = new JsonArray(36.23, 50.0) },
            }
        );
        await officer.SeesAsync(Row(officer, "A drone of ours lost its link").GetByText("Kharkiv"));
        await ActAsync(
            line,
            "ru",
            "condition.raised",
            new JsonObject
            {
                ["scope"] = "line",
                ["level"] = "crisis",
                ["reason"] = "Convoy under fire",
            }
        );
        await ActAsync(
            line,
            "ru",
            "line.suspended",
            new JsonObject { ["reason"] = "Consultations" },
            seat: "principal"
        );
        await officer.SeesAsync(Row(officer, "Convoy under fire"));
        await officer.SeesAsync(Row(officer, "Consultations"));
        var title = officer.Page.Locator("header").First;
        await officer.SeesAsync(title.GetByRole(AriaRole.Button, new() { Name = "SUSPENDED by Party ru" }));
        await officer.SeesAsync(title.GetByRole(AriaRole.Button, new() { Name = "CRISIS: Party ru" }));
        await officer.ShootAsync("safe-title-reasons");
        await officer.IsAccessibleAsync("three alarms by their kind");
        await title.GetByRole(AriaRole.Button, new() { Name = "SUSPENDED by Party ru" }).ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("Orlov (principal) + Petrov: Consultations"));
        // The composer says what passes before anything is typed.
        await officer.SeesAsync(officer.Page.GetByText("The line is suspended: only FLASH passes."));
    }

    // D17
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task What_is_played_looks_counts_and_sounds_apart_from_what_is_meant()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Page.AddInitScriptAsync(
            """
            window.notes = [];
            const begin = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...when) { window.notes.push(this.frequency.value); return begin.apply(this, when); };
            """
        );
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.Field("Text").ClickAsync(); // browsers are silent before they are touched
        await SayAsync(line, "ru", "An aircraft is played across the line.", "flash", mark: "exercise");
        var played = Row(officer, "An aircraft is played");
        await officer.SeesAsync(played.GetByText("Exercise"));
        await Assertions.Expect(played).ToHaveAttributeAsync("data-played", "true");
        await Assertions.Expect(played).ToHaveAttributeAsync("data-level", "standby");
        await ShowsAsync(officer, "window.notes.length >= 2");
        Assert.All(await officer.Page.EvaluateAsync<double[]>("window.notes"), note => Assert.Equal(330, note));
        Assert.Equal("Parley", await officer.Page.TitleAsync());
        var worst = officer.Page.Locator("header [data-level]").First;
        await Assertions.Expect(worst).Not.ToHaveAttributeAsync("data-level", "critical");
        await officer.SeesAsync(worst.GetByText("Exercise: 1"));
        await officer.ShootAsync("safe-exercise");
        await officer.IsAccessibleAsync("an alarm of an exercise");

        // What is meant has the bar and the sound to itself; what is played is folded beneath it, and counted apart.
        await SayAsync(line, "ru", "An aircraft of yours is across the line.", "flash");
        await Assertions
            .Expect(Row(officer, "An aircraft of yours is across"))
            .ToHaveAttributeAsync("data-level", "critical");
        await Assertions.Expect(played).ToBeHiddenAsync();
        await officer.SeesAsync(Alarms(officer).GetByText("Exercise: 1"));
        await ShowsAsync(officer, "window.notes.at(-1) === 660");
        await officer.SeesAsync(worst.GetByText("1 FLASH"));
        Assert.Equal("(1) FLASH – Parley", await officer.Page.TitleAsync());
        await officer.ShootAsync("safe-exercise-and-actual");
        await Alarms(officer).GetByText("Exercise: 1").ClickAsync();
        await officer.SeesAsync(played);
    }

    // D19
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task On_a_phone_nothing_moves_when_the_first_alarm_comes()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await SayAsync(line, "ru", "Nothing pressing.");
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Page.SetViewportSizeAsync(390, 844);
        foreach (var screen in (string[])["watch", "forms", "map"])
        {
            await officer.GoAsync($"/{screen}/{line.Line}");
            await officer.SeesAsync(officer.Page.Locator("#main"));
            await officer.SeesAsync(officer.Page.Locator("header").GetByText("Live", new() { Exact = true }));
            var before = (await officer.Page.Locator("#main").BoundingBoxAsync())!;
            var flash = await SayAsync(line, "ru", $"It rings on {screen}.", "flash");
            await officer.SeesAsync(Row(officer, $"It rings on {screen}."));
            var after = (await officer.Page.Locator("#main").BoundingBoxAsync())!;
            Assert.Equal((before.Y, before.Height), (after.Y, after.Height));
            await officer.ShootAsync($"safe-phone-{screen}");
            await Row(officer, $"It rings on {screen}.")
                .GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })
                .ClickAsync();
            await Assertions.Expect(Row(officer, $"It rings on {screen}.")).ToHaveCountAsync(0);
        }
    }

    // D38
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Whoever_answers_reads_the_question_beside_the_answer()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var asked = await ActAsync(
            line,
            "ru",
            "clarification.requested",
            new JsonObject { ["concern"] = "What are the eleven columns west of Belgorod?" }
        );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/forms/{line.Line}/{asked}");
        await officer.Button("Answer…").ClickAsync();
        var form = officer.Page.GetByRole(AriaRole.Form);
        await officer.SeesAsync(
            form.GetByRole(AriaRole.Region, new() { Name = "You answer:" })
                .GetByText("What are the eleven columns west of Belgorod?")
        );
        await officer.ShootAsync("safe-answer");
        await officer.IsAccessibleAsync("an answer beside its question");
    }

    // D45
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task An_hour_of_the_calendar_becomes_a_window_of_a_request_by_mouse_and_by_keyboard()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/contacts/{line.Line}?tab=calendar");
        var hour = officer.Page.Locator("[data-hour='1.10']");
        var name = await hour.GetAttributeAsync("aria-label");
        await hour.ClickAsync();
        await officer.SeesAsync(officer.Field("From (UTC)"));
        var typed = await officer.Field("From (UTC)").InputValueAsync();
        Assert.EndsWith("10:00", typed, StringComparison.Ordinal);
        Assert.Contains("1000Z", name, StringComparison.Ordinal);
        await Assertions.Expect(officer.Field("Until (UTC)")).ToHaveValueAsync($"{typed[..^5]}11:00");
        await officer.ShootAsync("safe-calendar");
        await officer.IsAccessibleAsync("a window from the calendar");
        await hour.FocusAsync();
        await officer.Page.Keyboard.PressAsync("ArrowDown");
        await officer.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(officer.Field("From (UTC)")).ToHaveCountAsync(2);
    }

    // D5
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_convoy_under_fire_has_a_running_clock_its_place_and_three_answers_of_one_press()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var convoy = await ActAsync(
            line,
            "us",
            "movement.submitted",
            new JsonObject { ["purpose"] = "Medical supplies to Vovchansk", ["liveContact"] = "radio 5" },
            seat: "planner"
        );
        await ActAsync(line, "us", "movement.departed", [], convoy, seat: "planner");
        await ActAsync(
            line,
            "us",
            "movement.under_fire",
            new JsonObject { ["place"] = new JsonObject { ["position"] = new JsonArray(36.94, 50.29) } },
            convoy,
            "flash",
            "planner"
        );
        await using var browser = await Browser.StartAsync(line["ru"]);
        var officer = await browser.InviteAsync("Orlov", "watch planner");
        await officer.GoAsync($"/forms/{line.Line}");
        var row = Alarms(officer).Locator("[data-fire]");
        await officer.SeesAsync(row);
        await officer.SeesAsync(row.GetByText("Under fire"));
        await officer.SeesAsync(row.GetByText("Medical supplies to Vovchansk"));
        await officer.SeesAsync(row.GetByText("50.290° N 36.940° E"));
        await officer.SeesAsync(row.Locator("time").First);
        await Assertions.Expect(Alarms(officer).Locator("[data-alarm]")).ToHaveCountAsync(1); // one event, one row
        await officer.ShootAsync("safe-under-fire");
        await row.GetByRole(AriaRole.Button, new() { Name = "Checking" }).ClickAsync();
        await officer.SeesAsync(row.GetByText("you have answered"));
        var answer = (await RecordAsync(line, "ru")).Single(e =>
            e["kind"]!.GetValue<string>() == "movement.fire_answered"
        );
        Assert.Equal("checking", answer["body"]!["answer"]!.GetValue<string>());
    }

    // D15
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_position_within_a_text_from_right_to_left_is_painted_from_left_to_right()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await SayAsync(line, "ru", "השיירה נעצרה בנקודה 50.30 N 36.94 E בשעה 04:00Z.", lang: "he");
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/watch/{line.Line}");
        var position = officer.Page.Locator("article bdi[dir=ltr]").GetByText("50.30 N 36.94 E");
        await officer.SeesAsync(position);
        // Where each character is painted: the first number left of the second.
        var (latitude, longitude) = (await AtAsync(position, 0), await AtAsync(position, "50.30 N ".Length));
        Assert.True(latitude < longitude, $"latitude is painted at {latitude}, longitude at {longitude}");
        await officer.ShootAsync("safe-right-to-left");

        static Task<double> AtAsync(ILocator of, int character) =>
            of.EvaluateAsync<double>(
                "(e, at) => { const r = document.createRange(); r.setStart(e.firstChild, at); r.setEnd(e.firstChild, at + 1); return r.getBoundingClientRect().x; }",
                character
            );
    }

    // D24
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_screen_reader_is_told_of_an_arrival_once_and_of_nothing_that_ticks()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Log));
        await officer.Page.EvaluateAsync(
            """
            () => {
              window.said = [];
              const live = '[aria-live=polite], [aria-live=assertive], [role=alert], [role=status]:not([aria-live=off]), [role=log]:not([aria-live=off])';
              new MutationObserver(all => {
                for (const one of all) {
                  const at = one.target.nodeType === 1 ? one.target : one.target.parentElement;
                  const region = at?.closest(live);
                  if (region?.textContent) window.said.push(region.textContent);
                }
              }).observe(document.body, { childList: true, subtree: true, characterData: true });
              window.ticks = 0;
              new MutationObserver(() => window.ticks++).observe(document.querySelector('header [aria-label=UTC]'), { childList: true, subtree: true, characterData: true });
            }
            """
        );
        await SayAsync(line, "ru", "A first word for the ear.");
        await officer.SeesAsync(officer.Message("A first word for the ear."));
        await SayAsync(line, "ru", "A second, which rings.", "flash");
        await officer.SeesAsync(Row(officer, "A second, which rings."));
        // Five ticks of every clock on the page.
        await officer.Page.EvaluateAsync("window.ticks = 0");
        await ShowsAsync(officer, "window.ticks >= 5");
        var said = await officer.Page.EvaluateAsync<string[]>("window.said");
        Assert.Single(said, one => one.Contains("A first word for the ear.", StringComparison.Ordinal));
        Assert.Single(said, one => one.Contains("A second, which rings.", StringComparison.Ordinal));
        Assert.True(said.Length == 2, string.Join('\n', said));
    }

    // D26
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_sound_is_in_sight_armed_by_the_sign_in_and_a_mute_ends_with_the_page()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var sound = officer.Page.Locator("[data-sound]");
        await officer.SeesAsync(officer.Page.Locator("[data-sound=on]")); // the press of the sign-in armed it
        await sound.Locator("summary").ClickAsync();
        await officer.Button("Play a test tone").ClickAsync();
        await officer.Button("Mute for 10 minutes").ClickAsync();
        await officer.SeesAsync(officer.Page.Locator("[data-sound=muted]").GetByText("Muted 10 min"));
        await officer.ShootAsync("safe-sound");
        await officer.IsAccessibleAsync("the sound's menu");
        await officer.Page.ReloadAsync();
        // After a reload the browser wants a touch again, and the title says so, with no alarm there.
        await officer.SeesAsync(officer.Page.Locator("[data-sound=blocked]").GetByText("Sound not armed"));
        await officer.Page.Locator("main").ClickAsync();
        await officer.SeesAsync(officer.Page.Locator("[data-sound=on]"));
    }

    // D9
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task An_empty_request_for_a_call_is_refused_by_the_form_and_a_full_one_says_what_is_signed()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/contacts/{line.Line}?tab=calls");
        await officer.Button("Ask for a call").ClickAsync();
        var ask = officer.Page.Locator("form").GetByRole(AriaRole.Button, new() { Name = "Ask for a call" });
        await ask.ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("Missing: who is to speak, on each side; the topic; a time"));
        await officer.ShootAsync("safe-empty-call");
        Assert.DoesNotContain(await RecordAsync(line, "us"), e => e["kind"]!.GetValue<string>() == "call.requested");
        await officer.Field("Office of Party us").FillAsync("secretary of defence");
        await officer.Field("Office of Party ru").FillAsync("minister of defence");
        await officer.Field("Topic").FillAsync("the aircraft");
        await officer.Field("From (UTC)").FillAsync("2031-05-04 10:00");
        await officer.Field("Until (UTC)").FillAsync("2031-05-04 11:00");
        await officer.SeesAsync(
            officer.Page.GetByText("You will sign: Party us asks Party ru for a call between secretary of defence")
        );
        await officer.ShootAsync("safe-full-call");
        await ask.ClickAsync();
        await officer.SeesAsync(officer.Page.Locator("table").GetByText("the aircraft"));
    }

    // D3
    [Fact]
    public async Task A_draft_of_theirs_never_becomes_ours_and_is_agreed_to_only_when_its_differences_were_read()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        static JsonObject Draft(string km) =>
            new()
            {
                ["points"] = new JsonArray(
                    new JsonObject { ["text"] = $"Both sides keep {km} km from the line.", ["tag"] = "agreed" }
                ),
            };
        var first = await ActAsync(line, "us", "readout.drafted", Draft("10"));
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/contacts/{line.Line}?tab=readouts");
        await officer.Field("Point 1").FillAsync("Both sides keep 12 km from the line.");
        var counter = await ActAsync(line, "ru", "readout.drafted", Draft("5"), first);
        await officer.SeesAsync(officer.Page.GetByText("A new draft of Party ru has come."));
        await Assertions.Expect(officer.Field("Point 1")).ToHaveValueAsync("Both sides keep 12 km from the line.");
        await officer.SeesAsync(officer.Page.Locator("#their-draft mark").GetByText("5"));
        await officer.SeesAsync(officer.Page.Locator("#their-draft").GetByText("1 difference"));
        var agree = officer.Page.GetByRole(AriaRole.Button, new() { Name = "Agree to this text" });
        Assert.True(await agree.IsDisabledAsync());
        await officer.ShootAsync("safe-readout");
        await officer.IsAccessibleAsync("a draft of theirs beside ours");
        await officer.Field("I have read every difference").CheckAsync();
        Assert.False(await agree.IsDisabledAsync());
        // A newer draft of theirs is to be read again.
        await ActAsync(line, "ru", "readout.drafted", Draft("4"), counter);
        await officer.SeesAsync(officer.Page.Locator("#their-draft mark").GetByText("4"));
        await Assertions.Expect(agree).ToBeDisabledAsync();
        await Assertions.Expect(officer.Field("Point 1")).ToHaveValueAsync("Both sides keep 12 km from the line.");
    }

    // D11, D12
    [Fact]
    public async Task The_second_officer_reads_the_act_what_it_causes_and_whether_their_seat_may_release_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await line["us"]
            .Api.PostAsync(
                $"lines/{line.Line}/proposals",
                new JsonObject
                {
                    ["kind"] = "line.suspended",
                    ["body"] = new JsonObject { ["reason"] = "Consultations at home" },
                    ["by"] = By("P. First", "principal"),
                }
            );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("B. Second", "watch principal");
        await officer.GoAsync($"/watch/{line.Line}");
        var card = officer.Page.Locator("[data-proposal]");
        await officer.SeesAsync(card.GetByText("P. First (Principal) asks you to release: Suspend the line"));
        await officer.SeesAsync(card.GetByText("Consultations at home"));
        await officer.SeesAsync(card.GetByText("The line is suspended. Until it is resumed"));
        await officer.ShootAsync("safe-second-officer");
        await officer.SeesAsync(
            card.GetByText("Your seat does not release this. It is for: Principal, Administrator.")
        );
        Assert.Equal(0, await card.GetByRole(AriaRole.Button, new() { Name = "Release" }).CountAsync());
        // The first press in a page arms its sound, which the title bar says: not while the pointer is down, or what is
        // pressed would go from under it.
        await officer.SeesAsync(officer.Page.Locator("[data-sound=blocked]"));
        var menu = officer.Page.Locator("header details summary").First;
        await menu.HoverAsync();
        var before = await menu.BoundingBoxAsync();
        await officer.Page.Mouse.DownAsync();
        await officer.Page.EvaluateAsync(
            """
            async () => {
              await new AudioContext().resume(); // this page could be heard now
              for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
            }
            """
        );
        Assert.Equal(before!.X, (await menu.BoundingBoxAsync())!.X);
        await officer.Page.Mouse.UpAsync();
        await officer.Page.GetByLabel("Seat").SelectOptionAsync("principal");
        await officer.SeesAsync(officer.Page.Locator("[data-sound=on]"));
        await officer.SeesAsync(card.GetByRole(AriaRole.Button, new() { Name = "Release" }));
    }

    // D13
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_note_of_a_handover_is_the_first_thing_that_the_relieving_officer_reads()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await SayAsync(line, "ru", "Something waits.");
        await line["us"]
            .Api.PostAsync(
                $"lines/{line.Line}/watch/offer",
                new JsonObject
                {
                    ["communicator"] = "B. Second",
                    ["note"] = "Convoy near Kharkiv still under fire.",
                    ["by"] = By("A. First"),
                }
            );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("B. Second", "watch");
        await officer.GoAsync("/handover");
        await officer.SeesAsync(
            officer
                .Page.GetByRole(AriaRole.Region, new() { Name = "Note of the officer who is relieved" })
                .GetByText("Convoy near Kharkiv still under fire.")
        );
        await officer.ShootAsync("safe-handover");
        await officer.IsAccessibleAsync("a watch that is offered");
    }

    // D6, D8, D20
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task What_you_owe_stands_apart_from_what_they_owe_with_its_words_and_one_press_acknowledges_a_message_with_its_files()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        (
            await line["ru"].RunAsync("send", "--attach", await FileAsync(), "--wait", "sealed", "A word with a file")
        ).Ended(0);
        await SayAsync(line, "us", "We ask where your patrol is.");
        foreach (var text in (string[])["A routine word", "Another routine word"])
            await SayAsync(line, "ru", text);
        var urgent = await SayAsync(line, "ru", "A pressing word", "priority");
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/watch/{line.Line}");
        var ours = officer.Page.GetByRole(AriaRole.Region, new() { Name = "What you owe" });
        var theirs = officer.Page.GetByRole(AriaRole.Region, new() { Name = "What they owe" });
        await officer.SeesAsync(ours.GetByText("A pressing word"));
        await officer.SeesAsync(theirs.GetByText("We ask where your patrol is."));
        await officer.SeesAsync(theirs.GetByText("waits for Party ru"));
        Assert.Equal(urgent, await ours.Locator("[data-waits]").First.GetAttributeAsync("data-waits"));
        await officer.ShootAsync("safe-duty");
        await officer.IsAccessibleAsync("what is owed");
        await ours.Locator($"[data-waits='{urgent}']")
            .GetByRole(AriaRole.Button, new() { Name = $"Acknowledge {urgent}" })
            .ClickAsync();
        await Assertions.Expect(ours.GetByText("A pressing word")).ToHaveCountAsync(0);
        await ours.Locator("[data-waits]")
            .Filter(new() { HasText = "A word with a file" })
            .GetByRole(AriaRole.Button, new() { NameRegex = new("^Acknowledge") })
            .ClickAsync();
        await Assertions.Expect(ours.Locator("[data-waits]")).ToHaveCountAsync(2); // the file went with its message
        await officer.HoldAsync(
            ours.GetByRole(AriaRole.Button, new() { NameRegex = new("routine entries") }),
            ours.GetByText("Nothing waits.")
        );

        static async Task<string> FileAsync()
        {
            var path = Path.Combine(Directory.CreateTempSubdirectory("parley-e-").FullName, "map.txt");
            await File.WriteAllTextAsync(path, "a map", TestContext.Current.CancellationToken);
            return path;
        }
    }
}
