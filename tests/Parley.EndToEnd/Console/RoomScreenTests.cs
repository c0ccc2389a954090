using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.EndToEnd.Story;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>A mediator's room as officers see it: the sides beside each other, what may cross, and that nothing does
/// unless it is held.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class RoomScreenTests
{
    private const string Proposal = "سنوقف إطلاق النار في السادسة إن فعلوا ذلك أيضاً",
        Secret = "Our last offer, for the mediator alone";

    private static Task SayAsync(TestStation at, string line, string room, params string[] words) =>
        MediationTests.SayAsync(at, [words[0], words[1], room, .. words[2..], "--line", line]);

    [Fact] // MEDIATION-1 MEDIATION-6 MEDIATION-9 MEDIATION-10 MEDIATION-16
    public async Task The_sides_stand_beside_each_other_and_only_what_is_held_crosses()
    {
        Browser.SkipUnlessPossible();
        var (stations, lines) = await OpenLine.SeveralAsync(
            ["tr", "ru", "us"],
            new Dictionary<string, string[]>
            {
                ["tr-ru"] = ["tr", "ru"],
                ["tr-us"] = ["tr", "us"],
                ["all"] = ["tr", "ru", "us"],
            },
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await using var ended = stations;
        var (tr, ru, us) = (stations["tr"], stations["ru"], stations["us"]);
        var (a, b) = (lines["tr-ru"], lines["tr-us"]);
        var onA = await MediationTests.OpenAsync(stations, a, "ru");
        var onB = await MediationTests.OpenAsync(stations, b, "us");
        await SayAsync(ru, a, onA, "room", "say", Secret);
        await SayAsync(ru, a, onA, "room", "say", Proposal, "--pass-to", "us", "--lang", "ar");
        await SayAsync(tr, b, onB, "room", "say", "They are ready to stop", "--reports", "ru");
        await SayAsync(us, b, onB, "room", "condition", "talks", "ua", "--what", "No talks without the consent of ua");
        await SayAsync(tr, b, onB, "room", "say", "ua consents", "--reports", "ua", "--condition", "talks");
        await DraftAsync(tr, b, onB, """{"id":"2","brackets":[{"text":"From six."},{"text":"From noon."}]}""");
        await SayAsync(us, b, onB, "room", "comment", "2", "Six is too early for us", "--instead", "From noon.");
        await DraftAsync(tr, b, onB, """{"id":"2","text":"From noon."},{"id":"3","text":"It ends at dusk."}""");

        await using var browser = await Browser.StartAsync(tr);
        var mediator = await browser.InviteAsync("A. Kovács", "principal watch");
        await mediator.GoAsync($"/rooms/{a}");
        await mediator.SeesAsync(mediator.Page.GetByText("Stays here, not to Party us: not marked for passing"));
        await mediator.SeesAsync(mediator.Page.GetByText("Party tr about Party ru: a claim"));
        await mediator.SeesAsync(
            mediator
                .Page.GetByText("claimed, not by Party ua itself")
                .Or(mediator.Page.GetByText("claimed, not by ua itself"))
        );
        await mediator.SeesAsync(mediator.Page.GetByText("Draft 2, no status"));
        foreach (var look in (string[])["light", "dark", "contrast"])
        {
            await mediator.Page.EvaluateAsync($"localStorage.setItem('parley.look', '\"{look}\"')");
            await mediator.GoAsync($"/rooms/{a}");
            await mediator.SeesAsync(mediator.Page.GetByText(Secret));
            await WholeAsync(mediator, $"rooms-{look}");
            await mediator.IsAccessibleAsync($"rooms, {look}");
        }

        // Any two versions, and the text as one that can be signed.
        await mediator.Page.GetByText("Compare two versions").ClickAsync();
        await mediator.SeesAsync(mediator.Page.Locator("ins").GetByText("It ends at dusk."));

        // Touched, and dragged about, it stays where it is.
        var pass = mediator.Page.GetByRole(AriaRole.Button, new() { Name = "Pass to Party us" });
        await pass.ClickAsync();
        await pass.DragToAsync(mediator.Page.GetByText("They are ready to stop").First);
        Assert.DoesNotContain(
            "room.passed",
            (await us.RunAsync("room", "show", "geneva", "--json")).Ended(0).Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            (await us.Api.GetAsync("rooms?room=geneva"))[0]!["lines"]![0]!["words"]!.AsArray(),
            word => word!["passage"] is not null
        );
        await mediator.HoldAsync(pass, mediator.Page.GetByText("Passed to Party us"));
        await WholeAsync(mediator, "rooms-passed");

        await mediator.Page.SetViewportSizeAsync(390, 844);
        foreach (var language in (string[])["en", "ar"])
        {
            await mediator.Page.EvaluateAsync($"localStorage.setItem('parley.language', '\"{language}\"')");
            await mediator.GoAsync($"/rooms/{a}");
            await mediator.SeesAsync(mediator.Page.GetByText(Secret));
            await WholeAsync(mediator, $"phone-rooms-{language}");
            await mediator.IsAccessibleAsync($"rooms on a phone, {language}");
            Assert.True(
                await mediator.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 390"),
                $"the rooms in {language} are wider than the phone"
            );
        }
        Assert.Empty(mediator.Errors);

        await using var far = await Browser.StartAsync(us);
        var reader = await far.InviteAsync("B. Bell", "principal");
        await reader.GoAsync($"/rooms/{b}");
        // They have a line with each other, so that the keys are known: on it nothing of this was said.
        await reader.SeesAsync(reader.Page.GetByText("Party ru’s own words, proven"));
        await reader.SeesAsync(reader.Page.GetByText(Proposal));
        await WholeAsync(reader, "rooms-far");
        await reader.IsAccessibleAsync("rooms at the far side");
    }

    private static async Task DraftAsync(TestStation at, string line, string room, string clauses)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            path,
            $$"""{"title":"Corridor","clauses":[{"id":"1","heading":"The corridor","text":"It is open."},{{clauses}}]}""",
            TestContext.Current.CancellationToken
        );
        await SayAsync(at, line, room, "room", "draft", path);
        File.Delete(path);
    }

    private static async Task WholeAsync(Officer officer, string name) =>
        await officer.Page.ScreenshotAsync(
            new() { Path = Path.Combine(Browser.Shots, $"{name}.png"), FullPage = true }
        );
}
