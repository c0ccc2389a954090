using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>What must not be taken for something else on the screens: an exercise for the real thing (R2), a suspended
/// line for one that works (R7), one side's word for both.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class MarkScreenTests
{
    [Fact]
    public async Task An_exercise_says_so_before_anything_else_and_a_suspended_line_by_whom_and_why()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        JsonObject By(string name = "Orlov", string seat = "watch") => new() { ["seat"] = seat, ["name"] = name };
        JsonArray Between() =>
            [
                new JsonObject
                {
                    ["party"] = "us",
                    ["office"] = "secretary of defence",
                    ["rank"] = "general",
                },
                new JsonObject { ["party"] = "ru", ["office"] = "minister of defence" },
            ];
        async Task<string> SayAsync(string party, JsonObject entry) =>
            (await line[party].Api.PostAsync($"lines/{line.Line}/entries", entry))["id"]!.GetValue<string>();

        await SayAsync(
            "ru",
            new()
            {
                ["text"] = "Missiles are in the air.",
                ["precedence"] = "flash",
                ["mark"] = "exercise",
                ["by"] = By(),
            }
        );
        await SayAsync(
            "ru",
            new()
            {
                ["kind"] = "condition.raised",
                ["body"] = new JsonObject
                {
                    ["scope"] = "line",
                    ["level"] = "crisis",
                    ["reason"] = "as played",
                },
                ["mark"] = "exercise",
                ["by"] = By(),
            }
        );
        await SayAsync(
            "ru",
            new()
            {
                ["kind"] = "call.requested",
                ["body"] = new JsonObject { ["between"] = Between(), ["topic"] = "as played" },
                ["mark"] = "exercise",
                ["by"] = By(),
            }
        );
        await SayAsync(
            "ru",
            new()
            {
                ["kind"] = "call.held",
                ["body"] = new JsonObject
                {
                    ["between"] = Between(),
                    ["minutes"] = 12,
                    ["outcome"] = "an agreement, they say",
                },
                ["by"] = By(),
            }
        );
        await line.SealedAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByText("Urgent and new"));
        var alarm = await officer
            .Page.Locator("li")
            .Filter(new() { HasText = "Urgent and new" })
            .First.InnerTextAsync();
        Assert.StartsWith("exercise", alarm.TrimStart(), StringComparison.OrdinalIgnoreCase);
        await officer.ShootAsync("watch-exercise");
        await officer.IsAccessibleAsync("watch with an exercise");

        await officer.GoAsync($"/contacts/{line.Line}?tab=chronology");
        await officer.SeesAsync(officer.Page.GetByText("according to Party ru, not confirmed"));
        await officer.ShootAsync("contacts-one-side");
        await officer.Field("The exercise").ClickAsync();
        await officer.SeesAsync(
            officer.Page.GetByText("This is the history of an exercise. None of it was actual traffic.")
        );
        await officer.ShootAsync("contacts-exercise");
        await officer.IsAccessibleAsync("chronology of an exercise");

        await SayAsync(
            "ru",
            new()
            {
                ["kind"] = "line.suspended",
                ["body"] = new JsonObject { ["reason"] = "Diplomats expelled" },
                ["by"] = By("Orlov", "principal"),
                ["releasedBy"] = By("Petrov", "principal"),
            }
        );
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByText("SUSPENDED by Party ru"));
        await officer.SeesAsync(officer.Page.GetByText("Orlov (principal) + Petrov: Diplomats expelled"));
        await officer.ShootAsync("watch-suspended");
        await officer.IsAccessibleAsync("watch of a suspended line");
        await officer.Page.SetViewportSizeAsync(390, 844);
        await officer.ShootAsync("phone-suspended");
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task Who_proposed_reads_by_whom_it_was_refused_and_why()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built,
            agreed: ["--two-people", "flash"]
        );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var flash = new JsonObject
        {
            ["text"] = "Cease fire at once.",
            ["precedence"] = "flash",
            ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Kovács" },
        };
        var proposal = (await line["us"].Api.PostAsync($"lines/{line.Line}/proposals", flash))[
            "proposal"
        ]!.GetValue<string>();
        await line["us"]
            .Api.PostAsync(
                $"proposals/{proposal}/refuse",
                new JsonObject
                {
                    ["by"] = new JsonObject { ["seat"] = "principal", ["name"] = "B. Second" },
                    ["reason"] = "it was agreed by voice",
                }
            );
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByText("it was agreed by voice"));
        await officer.ShootAsync("watch-refused");
        await officer.IsAccessibleAsync("watch with a refused proposal");
        Assert.Empty(officer.Errors);
    }
}
