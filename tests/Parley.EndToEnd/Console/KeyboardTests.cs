using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>The console without a mouse: every way by key, an answer in two, and what others of the watch are doing
/// (F6, F7, F8, F12).</summary>
public sealed class KeyboardTests
{
    private static Task<OpenLine> LineAsync() =>
        OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    private static async Task<string> SentAsync(TestStation station, string text, params string[] more) =>
        (await station.RunAsync(["send", "--mark", "actual", "--wait", "sealed", "--json", .. more, text]))
            .Ended(0)
            .Json["id"]!.GetValue<string>();

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Keys_lead_to_every_screen_are_told_by_a_question_mark_and_find_what_is_typed()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var entry = await SentAsync(line["ru"], "Weather over the strait");
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.SeesAsync(officer.Message("Weather over the strait"));
        var keys = officer.Page.Keyboard;

        await keys.PressAsync("?");
        var help = officer.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });
        await officer.SeesAsync(help);
        await officer.ShootAsync("keys");
        await officer.IsAccessibleAsync("the keys");
        await keys.PressAsync("Escape");
        await Assertions.Expect(help).ToHaveCountAsync(0);

        foreach (
            var (key, screen) in ((string, string)[])
                [
                    ("m", "map"),
                    ("r", "record"),
                    ("u", "usage"),
                    ("h", "handover"),
                    ("c", "contacts"),
                    ("f", "forms"),
                    ("w", "watch"),
                ]
        )
        {
            await keys.PressAsync("g");
            await keys.PressAsync(key);
            await Assertions
                .Expect(officer.Page)
                .ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/{screen}"));
        }
        await keys.PressAsync("/");
        await Assertions.Expect(officer.Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await keys.TypeAsync("strait?"); // what is typed is no key
        await Assertions.Expect(help).ToHaveCountAsync(0);

        await keys.PressAsync("Control+k");
        var find = officer.Page.GetByRole(AriaRole.Combobox, new() { Name = "Find" });
        await find.FillAsync(entry);
        await officer.ShootAsync("palette");
        await officer.IsAccessibleAsync("the palette");
        await keys.PressAsync("Enter");
        await Assertions
            .Expect(officer.Page)
            .ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"/record/.*/{entry}$"));
        await keys.PressAsync("Control+k");
        await find.FillAsync("light");
        await keys.PressAsync("Enter");
        await Assertions.Expect(officer.Page.Locator("html")).ToHaveAttributeAsync("data-look", "light");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task An_answer_is_written_by_key_names_what_it_answers_and_others_see_who_writes_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var first = await browser.InviteAsync("A. First", "watch");
        var second = await browser.InviteAsync("B. Second", "watch");
        await first.SeesAsync(first.Field("Text"));
        var asked = await SentAsync(line["ru"], "Is the buoy at 57.31 N yours?");
        await first.SeesAsync(first.Message("Is the buoy"));
        await first.SeesAsync(first.Page.GetByText("New since you last read"));
        // With nothing open, r answers what the others said last; a press on the text opens it as the head does.
        await first.Page.Keyboard.PressAsync("r");
        await first.SeesAsync(first.Page.GetByText($"Answers {asked}"));
        await first.Page.Keyboard.PressAsync("Escape");
        await first.Message("Is the buoy").GetByText("Is the buoy at 57.31 N yours?").ClickAsync();
        await first.SeesAsync(first.Message("Is the buoy").GetByText("Received is not agreed"));
        await second.Message("Is the buoy").GetByRole(AriaRole.Button).First.ClickAsync();

        // r, the text, Ctrl+Enter: that is all.
        await first.Page.Keyboard.PressAsync("r");
        await Assertions.Expect(first.Field("Text")).ToBeFocusedAsync();
        await first.SeesAsync(first.Page.GetByText($"Answers {asked}"));
        await first.Page.Keyboard.TypeAsync("No, it is not ours.");
        await second.SeesAsync(second.Page.GetByText("A. First is writing an answer"));
        await second.ShootAsync("presence");
        await first.ShootAsync("reply");
        await first.IsAccessibleAsync("an answer being written");
        await first.Page.Keyboard.PressAsync("Control+Enter");
        await first.SeesAsync(first.Message("No, it is not ours."));
        var sent = await Until.HoldsAsync(
            "the answer at ru",
            async () =>
                (await line["ru"].RunAsync("record", "list", "--json"))
                    .Ended(0)
                    .JsonLines.LastOrDefault(e =>
                        e["kind"]!.GetValue<string>() == "message.sent"
                        && e["id"]!.GetValue<string>().StartsWith("us/", StringComparison.Ordinal)
                    ),
            found => found is not null
        );
        Assert.Equal([asked], sent!["re"]!.AsArray().Select(r => r!.GetValue<string>()));
        await Assertions.Expect(second.Page.GetByText("A. First is writing an answer")).ToHaveCountAsync(0);

        // Taken, it is told so until it is given back.
        await second.Button("I take this").ClickAsync();
        await first.SeesAsync(first.Page.GetByText("B. Second has taken this"));
        // Who begins an answer and leaves it has it still.
        await second.Page.Keyboard.PressAsync("r");
        await second.Page.Keyboard.TypeAsync("We");
        await second.Field("Text").FillAsync("");
        await second.Button("No, a new message").ClickAsync();
        await second.SeesAsync(second.Page.GetByText("You have taken this."));
        await second.Button("Give it back").ClickAsync();
        await Assertions.Expect(first.Page.GetByText("B. Second has taken this")).ToHaveCountAsync(0);
        Assert.Empty(first.Errors);
        Assert.Empty(second.Errors);
    }

    [Fact]
    public async Task The_tabulator_stops_once_in_the_traffic_and_j_and_k_go_through_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        foreach (var i in Enumerable.Range(1, 12))
            await SentAsync(line["ru"], $"Message {i}");
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.SeesAsync(officer.Message("Message 12"));
        Assert.Equal(
            1,
            await officer.Page.EvaluateAsync<int>(
                "[...document.querySelectorAll('article[data-entry] > button')].filter(b => b.tabIndex === 0).length"
            )
        );
        await officer.Page.Keyboard.PressAsync("k");
        await officer.Page.Keyboard.PressAsync("k");
        await officer.Page.Keyboard.PressAsync("j");
        await Assertions.Expect(officer.Page.Locator("article[data-chosen=true]")).ToHaveCountAsync(1);
        // 'a' acknowledges the open one, where no alarm goes before.
        var open = await officer.Page.Locator("article[data-chosen=true]").GetAttributeAsync("data-entry");
        await officer.SeesAsync(officer.Page.Locator("article[data-chosen=true]").GetByText("Reply"));
        await officer.Page.Keyboard.PressAsync("a");
        await Until.HoldsAsync(
            "the acknowledgement at ru",
            async () =>
                (await line["ru"].RunAsync("record", "list", "--json"))
                    .Ended(0)
                    .JsonLines.Count(e =>
                        e["kind"]!.GetValue<string>() == "message.acknowledged"
                        && e["re"]!.AsArray().Any(r => r!.GetValue<string>() == open)
                    ),
            count => count == 1
        );
        Assert.Empty(officer.Errors);
    }
}
