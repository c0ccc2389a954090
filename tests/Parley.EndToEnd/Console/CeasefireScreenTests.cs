using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Ceasefires on a screen: one text signed by two officers, one incident through the board with a dissent, one
/// file of observations counted, drawn and summed up.</summary>
[Collection(SharedPair.Name)]
public sealed class CeasefireScreenTests(SharedPair pair)
{
    private static async Task<string> ActAsync(TestStation at, params string[] arguments) =>
        (await at.RunAsync([.. arguments, "--by", "First", "--released-by", "Second", "--wait", "sealed", "--json"]))
            .Ended(0)
            .Json.Id();

    private static string Text(string clause, string second) =>
        $$$$"""
            {"title":"Ceasefire at the river","class":"ceasefire",
             "signatories":[{"party":"us","capacity":"party"},{"party":"ru","capacity":"party"}],
             "languages":[{"lang":"en","authoritative":true},{"lang":"ar"}],
             "clauses":[{"id":"1","kind":"prohibited act","lang":"en","text":"{{{{clause}}}}"},
                        {"id":"1","kind":"prohibited act","lang":"ar","text":"يمتنع الطرفان عن إطلاق النار."},
                        {{{{second}}}}],
             "areas":[{"name":"River","type":"line","volumes":[{"volume":{"outline_polygon":{"vertices":[{"lng":38.0,"lat":48.2},{"lng":39.4,"lat":48.6},{"lng":39.4,"lat":48.65},{"lng":38.0,"lat":48.25}]}}}]}],
             "reporting":{"zone":"Europe/Kyiv","closes":"19:30"},"noExpiry":true,
             "countingRule":{"name":"shellings of the river","unit":"incident","gap":"PT1H","least":30,"exclude":["flare","tracer"]}}
            """;

    /// <summary>Where the agreement that is looked at says that it is in force.</summary>
    private static ILocator Standing(Officer officer) =>
        officer
            .Page.GetByRole(AriaRole.Article, new() { Name = "Ceasefire at the river" })
            .GetByText("in force", new() { Exact = true })
            .First;

    [Fact] // CEASEFIRE-5, CEASEFIRE-9, CEASEFIRE-15, CEASEFIRE-22, CEASEFIRE-24, CEASEFIRE-25, CEASEFIRE-26
    public async Task A_countered_text_is_compared_and_signed_by_two_officers_and_an_incident_is_closed_in_the_board_beside_a_dissent()
    {
        Browser.SkipUnlessPossible();
        var (us, ru) = (pair.Us, pair.Ru);
        var file = pair.Open.Folder["ceasefire.json"];
        async Task WriteAsync(string clause, string second) =>
            await File.WriteAllTextAsync(file, Text(clause, second), TestContext.Current.CancellationToken);
        await WriteAsync("No fire.", """{"id":"2","kind":"exception","lang":"en","text":"Demining."}""");
        var agreement = await ActAsync(us, "agreement", "table", file);
        await WriteAsync(
            "No fire and no drones.",
            """{"id":"3","kind":"prisoners","lang":"en","text":"All for all."}"""
        );
        await ActAsync(ru, "agreement", "counter", agreement, file);
        await ActAsync(ru, "agreement", "open", agreement);
        await ActAsync(ru, "agreement", "sign", agreement);
        await ActAsync(
            ru,
            "order",
            "announce",
            agreement,
            "--what",
            "Cease fire",
            "--echelon",
            "Brigade 1",
            "--echelon",
            "Brigade 2"
        );
        await using var browser = await Browser.StartAsync(us);
        var first = await browser.InviteAsync("A. Kovács", "watch", 1280, 1000);
        var second = await browser.InviteAsync("B. Nagy", "principal");
        await first.GoAsync($"/ceasefire/{pair.Line}/{agreement}");
        await first.SeesAsync(first.Page.GetByText("waits for: signatures"));
        await first.SeesAsync(first.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Brigade 2" }));
        Assert.Equal(2, await first.Page.GetByText("not reported", new() { Exact = true }).CountAsync());
        await Assertions.Expect(first.Page.Locator("td[lang=ar]").First).ToHaveAttributeAsync("dir", "rtl");
        await first.Page.GetByLabel("Beside another text").SelectOptionAsync(agreement);
        await first.SeesAsync(first.Page.GetByText("Differences: 3", new() { Exact = true }));
        await Assertions.Expect(first.Page.Locator("mark").Filter(new() { HasText = "drones" })).ToBeVisibleAsync();
        await Assertions.Expect(first.Page.Locator("del").Filter(new() { HasText = "Demining" })).ToBeVisibleAsync();
        await first.SeesAsync(first.Page.GetByText("removed", new() { Exact = true }));
        await first.ShootAsync("ceasefire-beside");
        await first.IsAccessibleAsync("two texts beside each other");

        await first.Button("Sign the text…").ClickAsync();
        await first.SeesAsync(first.Page.GetByRole(AriaRole.Form).GetByText("sha256:"));
        await first.HoldAsync(
            first.Page.GetByTitle("Hold to confirm"),
            first.Page.GetByText("Proposed: it waits for a second officer to release it.").First
        );
        await second.GoAsync($"/ceasefire/{pair.Line}/{agreement}");
        await second.HoldAsync(second.Page.GetByTitle("Hold to confirm"), Standing(second));
        await first.SeesAsync(Standing(first));
        await first.ShootAsync("ceasefire-agreement");
        await Until.HoldsAsync(
            "the other side knows that all is sealed",
            async () => (await ru.RunAsync("agreement", "show", agreement, "--json")).Ended(0).Json.State(),
            state => state == "in force"
        );

        var incident = await ActAsync(
            us,
            "incident",
            "report",
            "Forty shells fell on the mill.",
            "--accused",
            "ru",
            "--place",
            "Mill"
        );
        await ActAsync(ru, "incident", "account", incident, "Nothing was fired from our side.");
        await first.GoAsync($"/ceasefire/{pair.Line}/{incident}");
        await first.SeesAsync(first.Page.GetByRole(AriaRole.Heading, new() { Name = $"{incident} Alleged violation" }));
        await first.SeesAsync(first.Page.GetByText("Accounts side by side: 2"));
        foreach (
            var step in (string[][])
                [
                    ["preliminary", "--what", "Craters were counted."],
                    ["field-inquiry", "--what", "A team went there."],
                    ["report", "--finding", "violation", "--attribution", "ru", "--text", "Forty craters."],
                    ["board"],
                ]
        )
            await VerifyAsync(us, incident, step);
        await VerifyAsync(ru, incident, ["dissent", "--finding", "inconclusive", "--text", "The team saw one side."]);
        await first.SeesAsync(first.Page.GetByText("Attribution: who did it"));
        await first.SeesAsync(first.Page.GetByRole(AriaRole.Heading, new() { Name = "Dissents: 1" }));
        await first.SeesAsync(first.Page.GetByRole(AriaRole.Heading, new() { Name = $"{incident} Alleged violation" }));
        await first.ShootAsync("ceasefire-incident");
        await first.IsAccessibleAsync("an incident with its accounts");
        await VerifyAsync(us, incident, ["closed", "--finding", "violation", "--attribution", "ru"]);
        await first.SeesAsync(first.Page.GetByRole(AriaRole.Heading, new() { Name = $"{incident} violation" }));
        await Assertions
            .Expect(first.Page.GetByRole(AriaRole.Heading, new() { Name = "Dissents: 1" }))
            .ToBeVisibleAsync();
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "All incidents" }).ClickAsync();
        await first
            .Page.GetByRole(AriaRole.Combobox, new() { Name = "State", Exact = true })
            .SelectOptionAsync("closed");
        await first.SeesAsync(first.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Forty shells" }));
        await first.Page.SetViewportSizeAsync(390, 844);
        foreach (var tab in (string[])["agreements", "incidents"])
        {
            await first.GoAsync($"/ceasefire/{pair.Line}?tab={tab}");
            await first.SeesAsync(first.Page.GetByText(tab == "agreements" ? "Who signs" : "Forty shells"));
            await first.ShootAsync($"ceasefire-{tab}-390");
            Assert.True(
                await first.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"{tab} are wider than a phone"
            );
        }
        // That it takes two officers is refused first, and the browser notes that.
        Assert.All(first.Errors, e => Assert.Matches("status of (403|409)", e));
        Assert.Empty(second.Errors);
    }

    private static Task<string> VerifyAsync(TestStation at, string incident, string[] step) =>
        ActAsync(at, ["incident", "verify", step[0], incident, .. step[1..]]);

    [Fact] // CEASEFIRE-20, CEASEFIRE-23, CEASEFIRE-30, CEASEFIRE-31, CEASEFIRE-37
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_log_is_imported_counted_by_a_rule_that_is_in_sight_drawn_as_sectors_and_its_day_summed_up_and_released()
    {
        Browser.SkipUnlessPossible();
        var folder = Path.Combine(Path.GetDirectoryName(VectorFolder.Root())!, "ceasefire");
        if (!Directory.Exists(folder))
            Assert.Skip($"skipped: no observers' logs at {folder}; set {VectorFolder.Variable}");
        var (us, line) = (pair.Us, pair.Line);
        var expected = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Path.Combine(folder, "observations.expected.json"),
                TestContext.Current.CancellationToken
            )
        )!;
        var file = pair.Open.Folder["monitored.json"];
        await File.WriteAllTextAsync(
            file,
            Text("No fire.", """{"id":"2","kind":"other","lang":"en","text":"."}"""),
            TestContext.Current.CancellationToken
        );
        var agreement = await ActAsync(us, "agreement", "table", file);
        await ActAsync(us, "agreement", "open", agreement);
        await ActAsync(us, "agreement", "sign", agreement);
        await ActAsync(pair.Ru, "agreement", "sign", agreement);
        await ActAsync(
            us,
            "coverage",
            "log",
            "--reporter",
            "jmc",
            "--place",
            "Crossing West",
            "--from",
            "2026-03-02T18:00Z",
            "--until",
            "2026-03-03T06:00Z"
        );
        await using var browser = await Browser.StartAsync(us);
        var officer = await browser.InviteAsync("C. Szabó", "watch", 1280, 1000);
        await officer.GoAsync($"/ceasefire/{line}?tab=observations");
        await officer
            .Page.Locator("input[type=file][accept*=csv]")
            .SetInputFilesAsync(Path.Combine(folder, "observations.csv"));
        await officer.SeesAsync(officer.Page.GetByText("On the record: 120; there already: 0; rows not taken: 0"));
        await officer.SeesAsync(officer.Page.GetByText("100 of 120, page 1"));
        await officer.Button("Older").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("20 of 120, page 2"));
        await officer.SeesAsync(officer.Page.GetByText("=1+1"));
        await officer.ShootAsync("ceasefire-observations");
        await officer.IsAccessibleAsync("observations");

        var (paged, next) = (0, "");
        do
        {
            var page = await us.Api.GetAsync($"lines/{line}/observations/table?limit=50&after={next}");
            paged += page["rows"]!.AsArray().Count;
            next = page["next"]?.GetValue<string>() ?? "";
        } while (next.Length > 0);
        Assert.Equal(120, paged);
        var narrowed = await us.Api.GetAsync(
            $"lines/{line}/observations/table?reporter=jmc&accused=&place={Uri.EscapeDataString("Position North 2")}"
        );
        Assert.All(
            narrowed["rows"]!.AsArray(),
            row =>
                Assert.Equal(
                    ("jmc", "Position North 2", null),
                    (
                        row!["observation"]!["reporter"]!.GetValue<string>(),
                        row["observation"]!["place"]!["name"]!.GetValue<string>(),
                        row["observation"]!["accused"]?.GetValue<string>()
                    )
                )
        );
        Assert.NotEmpty(narrowed["rows"]!.AsArray());

        await officer.GoAsync($"/ceasefire/{line}?tab=tallies");
        await officer.Button("Weeks: 26").ClickAsync();
        await officer.Button("Earlier").ClickAsync();
        foreach (var (rule, all) in expected["all"]!.AsObject())
        {
            await officer
                .Page.GetByRole(AriaRole.Combobox, new() { Name = "Counting rule", Exact = true })
                .SelectOptionAsync(rule);
            foreach (var row in all!.AsArray())
            {
                var (reporter, accused, n) = (
                    row!["reporter"]!.GetValue<string>(),
                    row["accused"]!.GetValue<string>(),
                    row["n"]!.GetValue<int>()
                );
                await officer.SeesAsync(
                    officer.Page.GetByRole(
                        AriaRole.Row,
                        new()
                        {
                            NameRegex = new($"^{reporter} {(accused.Length == 0 ? "nobody" : accused)} {rule} {n} "),
                        }
                    )
                );
            }
        }
        await officer.SeesAsync(officer.Page.GetByText("Computed from the feeds up to"));
        await officer.SeesAsync(
            officer.Page.GetByRole(AriaRole.Heading, new() { Name = "Counted by jmc, each hour; rule shellings" })
        );
        await Assertions.Expect(officer.Page.Locator("figure svg.recharts-surface").First).ToBeVisibleAsync();
        await officer.ShootAsync("ceasefire-tallies");
        await officer.IsAccessibleAsync("counts");
        var saving = officer.Page.WaitForDownloadAsync();
        await officer.Button("Save as CSV").ClickAsync();
        Assert.Contains(
            "reporter,accused,from,until,slice,n,observations,rule,as_of",
            await File.ReadAllTextAsync((await (await saving).PathAsync())!, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );

        await officer.GoAsync($"/ceasefire/{line}?tab=coverage");
        await officer.Page.GetByLabel("Day that closes on").FillAsync("2026-03-03");
        await officer.SeesAsync(officer.Page.GetByText("jmc reports 1 by north"));
        var place = officer.Page.GetByRole(AriaRole.Region, new() { Name = "Crossing West", Exact = true });
        await officer.SeesAsync(place.GetByText("nobody watched"));
        await officer.SeesAsync(place.GetByText("jmc watched"));
        await officer.ShootAsync("ceasefire-coverage");
        await officer.IsAccessibleAsync("coverage and the daily summary");
        await officer.Button("Release the summary…").ClickAsync();
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("released", new() { Exact = true }));

        await officer.GoAsync($"/map/{line}");
        var map = officer.Page.Locator("[data-sector]").First;
        await Assertions.Expect(map).ToHaveAttributeAsync("data-sector", "120");
        await officer.ShootAsync("ceasefire-map");
        await officer.Page.SetViewportSizeAsync(390, 844);
        foreach (var look in (string[])["light", "contrast"])
        {
            await officer.Page.EvaluateAsync($"localStorage.setItem('parley.look', '\"{look}\"')");
            foreach (var tab in (string[])["observations", "tallies", "coverage"])
            {
                await officer.GoAsync($"/ceasefire/{line}?tab={tab}");
                await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Tabpanel));
                await officer.ShootAsync($"ceasefire-{tab}-390-{look}");
                await officer.IsAccessibleAsync($"{tab}, {look}, on a phone");
                Assert.True(
                    await officer.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                    $"{tab} are wider than a phone"
                );
            }
        }
        Assert.Empty(officer.Errors);
    }
}
