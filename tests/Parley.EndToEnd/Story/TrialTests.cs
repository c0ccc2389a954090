using Microsoft.Playwright;
using Parley.EndToEnd.Console;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>What the README promises of the first minutes.</summary>
public sealed class TrialTests
{
    [Fact]
    public async Task Two_stations_come_up_linked_and_a_second_run_on_the_directory_goes_on_with_the_same_line_and_record()
    {
        using var folder = new TestFolder();
        string line;
        await using (var first = await TrialProcess.StartAsync(folder))
        {
            line = first.Line;
            Assert.Equal(
                ["us", "ru"],
                first.Report["stations"]!.AsArray().Select(s => s!["party"]!.GetValue<string>())
            );
            foreach (var station in first.Report["stations"]!.AsArray())
            {
                var api = station!["api"]!.GetValue<string>();
                Assert.StartsWith("http://127.0.0.1:", api, StringComparison.Ordinal);
                var console = station["console"]!.GetValue<string>();
                Assert.Equal(api.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "/", console); // passkeys belong to a name
                Assert.StartsWith(
                    $"{console}sign-in#token=",
                    station["signIn"]!.GetValue<string>(),
                    StringComparison.Ordinal
                );
                Assert.Equal(
                    ["watch", "principal"],
                    station["officers"]!.AsArray().Select(o => o!["seat"]!.GetValue<string>())
                );
                Assert.True(Directory.Exists(station["data"]!.GetValue<string>()));
            }
            var sent = (
                await first.RunAsync(
                    "us",
                    "send",
                    "--line",
                    line,
                    "--wait",
                    "sealed",
                    "--json",
                    "Line test, how do you read?"
                )
            )
                .Ended(0)
                .Json;
            Assert.Equal("us/1", sent.Id());
            Assert.True(sent.IsSealed());
            await first.InterruptAsync();
            (await first.RunAsync("us", "send", "anybody?")).Refused(1, "no station is running");
        }

        await using var second = await TrialProcess.StartAsync(folder);
        Assert.Equal(line, second.Line);
        Assert.Equal(
            "us/2",
            (await second.RunAsync("us", "send", "--line", line, "--wait", "sealed", "--json", "And again."))
                .Ended(0)
                .Json.Id()
        );
        foreach (var party in (string[])["us", "ru"])
        {
            var record = (await second.RunAsync(party, "record", "list", "--line", line, "--json")).Ended(0).JsonLines;
            Assert.All(record, e => Assert.True(e.IsSealed()));
            Assert.Equal(["ru/0", "us/0", "us/1", "us/2"], record.Select(e => e.Id()).Order(StringComparer.Ordinal));
            Assert.Equal(["Line test, how do you read?", "And again."], record.Select(e => e.Text()).OfType<string>());
        }
        await second.EndInputAsync(); // as when the program that started it is gone
    }

    /// <summary>The day has a ceasefire, countered once, and two alleged violations of it.</summary>
    private static async Task CeasefireAsync(TrialProcess trial)
    {
        foreach (var party in (string[])["us", "ru"])
        {
            var agreement = Assert.Single(
                (await trial.RunAsync(party, "agreement", "list", "--line", "exercise", "--json")).Ended(0).JsonLines
            )["agreement"]!.GetValue<string>();
            foreach (
                var (at, state) in ((string, string)[])
                    [
                        ("2025-05-14T13:29Z", "partly signed"),
                        ("2025-05-14T13:30Z", "in force"),
                        ("2025-05-21T13:30Z", "ended"),
                    ]
            )
                Assert.Equal(
                    state,
                    (
                        await trial.RunAsync(
                            party,
                            "agreement",
                            "show",
                            agreement,
                            "--line",
                            "exercise",
                            "--at",
                            at,
                            "--json"
                        )
                    )
                        .Ended(0)
                        .Json.State()
                );
            var incidents = (await trial.RunAsync(party, "incident", "list", "--line", "exercise", "--json"))
                .Ended(0)
                .JsonLines;
            Assert.Equal(["alleged", "alleged"], incidents.Select(i => i.State()));
            Assert.Equal([1, 2], incidents.Select(i => i["accounts"]!.AsArray().Count).Order());
        }
    }

    /// <summary>The same on the screen of the first station, to the officer whose link was printed.</summary>
    private static async Task SeenAsync(TrialProcess trial)
    {
        if (Browser.Program is null || !Directory.Exists(Browser.Built))
            return;
        var line = (await trial.RunAsync("us", "line", "list", "--json"))
            .Ended(0)
            .JsonLines.Select(l => l["line"]!.GetValue<string>())
            .Single(l => l.StartsWith("exercise-", StringComparison.Ordinal));
        var station = trial.Report["stations"]!.AsArray()[0]!;
        var console = station["console"]!.GetValue<string>();
        var context = await (await SharedChromium.OfThisRunAsync()).Chromium.NewContextAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 1280, Height = 900 },
                Locale = "en-GB",
            }
        );
        try
        {
            context.SetDefaultTimeout((float)Until.Limit.TotalMilliseconds);
            var page = await context.NewPageAsync();
            await page.GotoAsync(station["signIn"]!.GetValue<string>());
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Sign in as ") }).ClickAsync();
            await page.GetByRole(AriaRole.Navigation).First.WaitForAsync();
            await page.GotoAsync($"{console}ceasefire/{line}");
            await page.GetByRole(AriaRole.Heading, new() { Name = "Who signs" }).WaitForAsync();
            await page.ScreenshotAsync(new() { Path = Path.Combine(Browser.Shots, "try-agreement.png") });
            await page.GotoAsync($"{console}ceasefire/{line}?tab=incidents");
            // On a line where an exercise is played the exercise is what one sees first.
            await page.GetByText("Alleged violation").Nth(1).WaitForAsync();
            await page.ScreenshotAsync(new() { Path = Path.Combine(Browser.Shots, "try-incidents.png") });
        }
        finally
        {
            await context.CloseAsync();
        }
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_first_run_plays_a_made_up_day_on_a_line_of_its_own_and_a_second_run_does_not_double_it()
    {
        using var folder = new TestFolder();
        string[] day;
        await using (var first = await TrialProcess.StartAsync(folder))
        {
            day = (await first.RunAsync("ru", "record", "list", "--line", "exercise", "--json")).Ended(0).Lines;
            var entries = (await first.RunAsync("us", "record", "list", "--line", "exercise", "--json"))
                .Ended(0)
                .JsonLines;
            Assert.Equal(day.Length, entries.Length);
            Assert.All(entries, e => Assert.Equal("exercise", e["mark"]!.GetValue<string>()));
            Assert.Subset(
                entries.Select(e => e.Kind()).ToHashSet(StringComparer.Ordinal),
                new HashSet<string>(StringComparer.Ordinal)
                {
                    "test.sent",
                    "test.answered",
                    "message.sent",
                    "clarification.requested",
                    "clarification.answered",
                    "call.requested",
                    "call.declined",
                    "call.accepted",
                    "call.held",
                    "readout.issued",
                    "readout.agreed",
                    "notice.given",
                }
            );
            await CeasefireAsync(first);
            await SeenAsync(first);
            var chronology = (await first.RunAsync("us", "chronology", "--line", "exercise", "--json")).Ended(0).Json;
            Assert.Equal(
                ["declined", "held"],
                chronology["attempts"]!.AsArray().Select(a => a!["outcome"]!.GetValue<string>())
            );
            Assert.Equal(0, chronology["standingRequests"]!.GetValue<int>());
            // Who names no line means the trial's own, on which only its opening stands.
            Assert.Equal(
                ["ru/0", "us/0"],
                (await first.RunAsync("us", "record", "list", "--json"))
                    .Ended(0)
                    .JsonLines.Select(e => e.Id())
                    .Order(StringComparer.Ordinal)
            );
            Assert.Equal(
                first.Line,
                (await first.RunAsync("us", "status", "--json")).Ended(0).JsonLines[0]["line"]!.GetValue<string>()
            );
        }
        await using var second = await TrialProcess.StartAsync(folder);
        Assert.Equal(
            day.Length,
            (await second.RunAsync("ru", "record", "list", "--line", "exercise", "--json")).Ended(0).Lines.Length
        );
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Without_a_scenario_there_is_one_line()
    {
        using var folder = new TestFolder();
        await using var trial = await TrialProcess.StartAsync(folder, "--no-scenario");
        Assert.Equal(
            trial.Line,
            Assert.Single((await trial.RunAsync("us", "line", "list", "--json")).Ended(0).JsonLines)[
                "line"
            ]!.GetValue<string>()
        );
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task With_a_mediator_a_room_stands_open_on_a_line_to_each_side_and_is_there_the_next_time()
    {
        using var folder = new TestFolder();
        await using (var first = await TrialProcess.StartAsync(folder, "--mediator", "--no-scenario"))
        {
            Assert.Equal(
                ["us", "ru", "tr"],
                first.Report["stations"]!.AsArray().Select(s => s!["party"]!.GetValue<string>())
            );
            async Task<string> SayAsync(string party, params string[] words) =>
                (await first.RunAsync(party, [.. words, "--wait", "sealed", "--json"])).Ended(0).Json.Id();
            var said = await SayAsync(
                "us",
                "room",
                "say",
                "tr/1",
                "We stop at six if they do",
                "--line",
                "tr-us",
                "--pass-to",
                "ru"
            );
            await SayAsync("tr", "pass", said, "--line", "tr-us", "--to", "tr-ru");
            // The two have a line with each other, so that the keys are known.
            Assert.Contains(
                "us's own words, proven",
                (await first.RunAsync("ru", "room", "show", "corridor")).Ended(0).Output,
                StringComparison.Ordinal
            );
            await first.InterruptAsync();
        }
        await using var second = await TrialProcess.StartAsync(folder);
        var room = Assert.Single((await second.RunAsync("tr", "room", "list", "--json")).Ended(0).JsonLines);
        Assert.Equal(["open", "open"], room["lines"]!.AsArray().Select(on => on!.State()));
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Another_scenario_brings_its_own_parties_and_lines()
    {
        using var folder = new TestFolder();
        var file = folder["other.json"];
        await File.WriteAllTextAsync(
            file,
            """
            {"name": "three at sea", "parties": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}, {"id": "c", "name": "C"}],
             "lines": [{"id": "north", "parties": ["a", "b"], "opened": "2025-01-01"}, {"id": "all", "parties": ["a", "b", "c"], "opened": "2025-01-02"}],
             "events": [{"id": "1", "at": "2025-01-03", "line": "all", "from": "c", "what": "message.sent", "facts": {"text": "Good morning."}}]}
            """,
            TestContext.Current.CancellationToken
        );
        await using var trial = await TrialProcess.StartAsync(folder, "--scenario", file);
        Assert.StartsWith("north-", trial.Line, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], trial.Report["stations"]!.AsArray().Select(s => s!["party"]!.GetValue<string>()));
        Assert.Equal(
            "Good morning.",
            (await trial.RunAsync("b", "record", "show", "c/1", "--line", "all", "--json")).Ended(0).Json.Text()
        );
        var sent = (
            await trial.RunAsync("b", "send", "--line", "all", "--wait", "sealed", "--json", "Good morning, c.")
        )
            .Ended(0)
            .Json;
        Assert.Equal(["a", "c"], sent.CosignedBy().Order(StringComparer.Ordinal));
    }
}
