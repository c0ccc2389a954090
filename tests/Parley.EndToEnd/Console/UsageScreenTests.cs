using System.Globalization;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>How a line is used, as an officer sees it; and the page in every language that the console has (F10,
/// F21).</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class UsageScreenTests
{
    [Fact]
    public async Task The_usage_of_a_line_is_drawn_stands_in_tables_and_is_saved_exercise_apart()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch", 1280, 1000);
        await officer.GoAsync($"/usage/{line.Line}");
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Heading, new() { Name = "Day by day" }));
        await Assertions.Expect(officer.Page.Locator("figure svg.recharts-surface").First).ToBeVisibleAsync();
        var today = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = today }));
        await officer.ShootAsync("usage");
        await officer.IsAccessibleAsync("the usage of a line");
        await officer.Button("Week").ClickAsync();
        await officer.Page.GetByLabel("Traffic", new() { Exact = true }).SelectOptionAsync("exercise");
        var saving = officer.Page.WaitForDownloadAsync();
        await officer.Button("Save as CSV").ClickAsync();
        var saved = await (await saving).PathAsync();
        Assert.Contains(
            $",{today},entries,us,",
            await File.ReadAllTextAsync(saved!, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await officer.Page.SetViewportSizeAsync(390, 844);
        await officer.ShootAsync("usage-390");
        Assert.True(
            await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            "the usage is wider than a phone"
        );
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task The_console_speaks_each_of_its_languages_in_its_direction_and_no_text_is_left_in_another()
    {
        Browser.SkipUnlessPossible();
        await using var line = await ScreenTests.LineWithTrafficAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        foreach (
            var (language, direction) in new[]
            {
                ("ru", "ltr"),
                ("ar", "rtl"),
                ("fr", "ltr"),
                ("uk", "ltr"),
                ("tr", "ltr"),
                ("he", "rtl"),
            }.Take(Rounds.Of(2, 6))
        )
        {
            await officer.Page.EvaluateAsync($"localStorage.setItem('parley.language', '\"{language}\"')");
            foreach (var screen in (string[])["watch", "map", "usage", "handover"])
            {
                await officer.GoAsync($"/{screen}/{(screen == "handover" ? "" : line.Line)}");
                await Assertions.Expect(officer.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
                await Assertions.Expect(officer.Page.Locator("html")).ToHaveAttributeAsync("dir", direction);
                await officer.SeesAsync(officer.Page.Locator("main h1, main article").First);
                await officer.ShootAsync($"{screen}-{language}");
                await officer.IsAccessibleAsync($"{screen} in {language}");
                Assert.True(
                    await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                    $"{screen} in {language} is wider than its window"
                );
            }
        }
        Assert.Empty(officer.Errors);
    }
}
