using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>What an officer does besides talking: seats and passkeys, files, claims and statements, a long record, an
/// alarm that is heard, a page that is printed.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class OfficerDayTests(ITestOutputHelper output)
{
    /// <summary>Entries that one request of the search looks at.</summary>
    private const int SearchedAtOnce = 20_000;

    private static JsonObject By() => new() { ["seat"] = "watch", ["name"] = "A. Tester" };

    /// <summary>Waits for what the page itself can tell; its content security policy lets no string be run by the
    /// page.</summary>
    private static Task<bool> ShowsAsync(Officer officer, string condition) =>
        Until.HoldsAsync(condition, () => officer.Page.EvaluateAsync<bool>(condition), holds => holds);

    private static Task<OpenLine> LineAsync() =>
        OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    [Fact]
    public async Task An_officer_of_two_seats_chooses_one_before_anything_and_keeps_his_passkeys_himself()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        // The link of an officer begins in the first seat that it gives; signing in with a passkey leaves the choice to
        // him.
        var officer = await browser.InviteAsync("A. Kovács", "watch interpreter");
        await officer.Button("Make a passkey").ClickAsync();
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync();
        await officer.Page.Locator("header details summary").First.ClickAsync();
        await officer.Button("End the session").ClickAsync();
        await officer.Button("Sign in with a passkey").ClickAsync();
        await officer.SeesAsync(
            officer.Page.GetByRole(AriaRole.Heading, new() { Name = "Choose the seat you sit in:" })
        );
        Assert.Equal(0, await officer.Field("Text").CountAsync()); // nothing can be written from no seat
        await officer.ShootAsync("seat-choice");
        await officer.IsAccessibleAsync("the choice of a seat");
        await officer.Page.GetByRole(AriaRole.Button, new() { Name = "Watch officer" }).ClickAsync();
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Heading, new() { Name = "A line for a test" }));

        await officer.Page.Locator("header details summary").First.ClickAsync();
        await officer.Button("Passkeys…").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("last used"));
        await officer.Field("Name of this passkey").FillAsync("The key on my desk");
        // The one that he has is asked for first; then he takes the other in his hand.
        var asked = 0;
        await officer.Page.RouteAsync(
            "**/api/v1/session/passkeys/options",
            async route =>
            {
                if (++asked == 2)
                    await officer.OtherDeviceAsync();
                await route.ContinueAsync();
            }
        );
        await officer.Button("Add a passkey").ClickAsync();
        var added = officer.Page.GetByRole(AriaRole.Article, new() { Name = "The key on my desk" });
        await officer.SeesAsync(added.GetByText("not used yet"));
        await officer.ShootAsync("passkeys");
        await officer.IsAccessibleAsync("passkeys");

        var first = officer.Page.Locator("article").First;
        await first.GetByRole(AriaRole.Button, new() { Name = "Remove…" }).ClickAsync();
        await officer.SeesAsync(first.GetByText("This passkey will no longer sign you in."));
        await officer.HoldAsync(
            first.GetByRole(AriaRole.Button, new() { Name = "Remove this passkey" }),
            officer.Page.Locator("main:not(:has(article:nth-of-type(2))) article")
        );
        await added.GetByRole(AriaRole.Button, new() { Name = "Remove…" }).ClickAsync();
        await officer.SeesAsync(added.GetByText("This is your only passkey."));
        await officer.ShootAsync("passkeys-last");
        await officer.IsAccessibleAsync("the last passkey");
        await officer.HoldAsync(
            added.GetByRole(AriaRole.Button, new() { Name = "Remove this passkey" }),
            officer.Page.GetByText("You have no passkey")
        );
        Assert.DoesNotContain(officer.Errors, e => e.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_goes_up_with_a_message_and_comes_down_elsewhere_as_the_bytes_it_was_and_never_as_a_page()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var americans = await Browser.StartAsync(line["us"]);
        await using var russians = await Browser.StartAsync(line["ru"]);
        var sends = await americans.InviteAsync("A. Kovács", "watch");
        var takes = await russians.InviteAsync("Orlov", "watch");
        var content = Encoding.UTF8.GetBytes(
            "<!doctype html><script>localStorage.setItem('ran', '1')</script>" + new string('x', 300_000)
        );
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));

        await sends.Page.GetByText("On the record", new() { Exact = true }).ClickAsync();
        await sends.Field("Text").FillAsync("The chart, as promised.");
        await sends.SeesAsync(sends.Page.GetByText("up to 256 MiB each"));
        var pick = sends.Page.Locator("form[aria-label=Write] input[type=file]");
        await pick.SetInputFilesAsync([
            new FilePayload
            {
                Name = "left out.txt",
                MimeType = "text/plain",
                Buffer = [1],
            },
            new FilePayload
            {
                Name = "chart.html",
                MimeType = "text/html",
                Buffer = content,
            },
        ]);
        await sends.Button("Leave out left out.txt").ClickAsync();

        // The first try is given up half-way: nothing of it is kept, and the draft is.
        await sends.Page.RouteAsync("**/attachments?*", _ => Task.CompletedTask);
        await sends.Button("Send").ClickAsync();
        await sends.SeesAsync(sends.Page.GetByRole(AriaRole.Progressbar, new() { Name = "Upload of chart.html" }));
        await sends.ShootAsync("watch-upload");
        await sends.IsAccessibleAsync("an upload");
        await sends.Button("Cancel the upload").ClickAsync();
        await sends.SeesAsync(sends.Page.GetByText("The upload was cancelled."));
        await Assertions.Expect(sends.Field("Text")).ToHaveValueAsync("The chart, as promised.");
        await sends.Page.UnrouteAllAsync();
        await sends.Button("Send").ClickAsync();
        await sends.SeesAsync(
            sends.Message("The chart, as promised.").GetByRole(AriaRole.Button, new() { Name = "chart.html" })
        );

        var message = takes.Message("The chart, as promised.");
        await takes.SeesAsync(message.GetByText($"sha256 {sha256}"));
        await Until.HoldsAsync(
            "the attachment is whole at ru",
            async () => (await line["ru"].RunAsync("record", "list", "--json")).Ended(0).Output,
            all => all.Contains("attachment.received", StringComparison.Ordinal)
        );
        await message.GetByRole(AriaRole.Button, new() { Name = "Check the digest" }).ClickAsync();
        await takes.SeesAsync(message.GetByText("the bytes match"));
        await takes.ShootAsync("watch-attachment");
        await takes.IsAccessibleAsync("a message with an attachment");
        var download = await takes.Page.RunAndWaitForDownloadAsync(() =>
            message.GetByRole(AriaRole.Button, new() { Name = "chart.html" }).ClickAsync()
        );
        Assert.Equal("chart.html", download.SuggestedFilename);
        Assert.Equal(
            content,
            await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken)
        );

        // Typed into the address bar it is nothing: no half of the session but the cookie comes along.
        var entry = (await line["us"].RunAsync("record", "search", "--kind", "message.attachment", "--json"))
            .Ended(0)
            .JsonLines.Single()["id"]!.GetValue<string>();
        Assert.Equal(
            401,
            (
                await takes.Page.GotoAsync(
                    $"http://localhost:{takes.Station.Api.Address.Port}/api/v1/lines/{line.Line}/entries/{entry}/body"
                )
            )!.Status
        );
        Assert.Null(await takes.Page.EvaluateAsync<string?>("localStorage.getItem('ran')"));
        Assert.Single((await line["us"].RunAsync("record", "search", "as promised", "--json")).Ended(0).JsonLines);
    }

    [Fact]
    public async Task Claims_statements_and_an_answer_with_material_are_written_in_their_forms()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var claim = await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                Act.Of(
                    "claim.made",
                    new JsonObject
                    {
                        ["text"] = "Shells fell on the eastern bank.",
                        ["source"] = "two observers",
                        ["by"] = By(),
                    }
                )
            );
        var asked = await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                Act.Of(
                    "clarification.requested",
                    new JsonObject { ["concern"] = "The columns at Alder Crossing", ["by"] = By() }
                )
            );
        await line.SealedAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "principal");
        await officer.GoAsync($"/forms/{line.Line}/{claim["id"]!.GetValue<string>()}");
        await officer.SeesAsync(officer.Page.GetByText("two observers"));
        await officer.Button("Dispute it…").ClickAsync();
        await officer.Field("Text *").FillAsync("None of ours fired.");
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("us disputes it"));
        await officer.ShootAsync("forms-claim");
        await officer.IsAccessibleAsync("a claim");

        await officer.GoAsync($"/forms/{line.Line}/{asked["id"]!.GetValue<string>()}");
        await officer.Button("Answer…").ClickAsync();
        await officer.Field("Purpose").FillAsync("An exercise");
        await officer
            .Page.Locator("main input[type=file]")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "plan.pdf",
                    MimeType = "application/pdf",
                    Buffer = new byte[60_000],
                }
            );
        await officer.Field("Source of plan.pdf").FillAsync("our staff");
        await officer.Field("Verification of plan.pdf").SelectOptionAsync("verified");
        await officer.ShootAsync("forms-material");
        await officer.IsAccessibleAsync("a form with material");
        await officer.Button("Put on the record").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Button, new() { Name = "plan.pdf" }));
        await officer.SeesAsync(officer.Page.GetByText("our staff"));

        // To the public: held, and by two.
        await officer.Page.GetByRole(AriaRole.Button, new() { Name = "Release a statement" }).First.ClickAsync();
        await officer.Field("Release level *").SelectOptionAsync("public");
        await officer.Field("Text *").FillAsync("Both sides spoke today.");
        await officer.ShootAsync("forms-statement");
        await officer.IsAccessibleAsync("a statement");
        await officer.HoldAsync(
            officer.Page.GetByRole(AriaRole.Button, new() { Name = "Release to the public" }),
            officer.Page.GetByText("Proposed: it waits for a second officer")
        );
        var second = await browser.InviteAsync("B. Second", "spokesperson");
        await second.HoldAsync(
            second.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Release") }),
            second.Message("Both sides spoke today.")
        );
        Assert.DoesNotContain(officer.Errors, e => e.Contains("Content Security Policy", StringComparison.Ordinal)); // that it takes two officers is refused first, and the browser notes that
    }

    [Fact]
    public async Task A_long_record_shows_its_newest_first_scrolls_with_few_rows_and_is_searched()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        var entries = int.TryParse(
            Environment.GetEnvironmentVariable("PARLEY_LONG_RECORD"),
            CultureInfo.InvariantCulture,
            out var wanted
        )
            ? wanted
            : 3_000;
        var lines = new StringBuilder();
        for (var i = 0; i < entries; i++)
            lines
                .Append(
                    new JsonObject
                    {
                        ["text"] =
                            i == 40
                                ? "Where are the needles of Alder Crossing?"
                                : string.Create(CultureInfo.InvariantCulture, $"Report number {i}"),
                        ["mark"] = i == 40 ? "exercise" : "actual",
                        ["by"] = By(),
                    }.ToJsonString()
                )
                .Append('\n');
        await line["us"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries/batch",
                new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson")
            );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "auditor");
        await officer.SeesAsync(officer.Message($"Report number {entries - 1}"));
        await officer.GoAsync($"/record/{line.Line}");
        var rows = officer.Page.Locator("[role=option]");
        await officer.SeesAsync(rows.GetByText($"Report number {entries - 1}"));
        await officer.Field("Order").SelectOptionAsync("oldest");
        await officer.SeesAsync(rows.GetByText("Report number 1", new() { Exact = true }));
        // Scrolled to its end again and again, the list reads on until the newest is reached; what is drawn stays what
        // is in sight.
        await Until.HoldsAsync(
            "the end of the record is reached by scrolling",
            async () =>
            {
                await officer
                    .Page.Locator("[role=listbox]")
                    .EvaluateAsync("box => { box.scrollTop = box.scrollHeight; }");
                return await rows.GetByText($"Report number {entries - 1}", new() { Exact = true }).CountAsync();
            },
            count => count == 1
        );
        Assert.InRange(await rows.CountAsync(), 1, 80);
        // How smooth it is depends on the machine, so it is written down and not judged.
        var frames = await officer.Page.EvaluateAsync<double[]>(
            """
            () => new Promise(done => {
                const box = document.querySelector('[role=listbox]'), times = [];
                let last = performance.now();
                const step = now => {
                    times.push(now - last);
                    last = now;
                    box.scrollTop -= 300;
                    if (times.length < 300) requestAnimationFrame(step);
                    else done(times.slice(1).sort((a, b) => a - b));
                };
                requestAnimationFrame(step);
            })
            """
        );
        var smooth = string.Create(
            CultureInfo.InvariantCulture,
            $"scrolling through {entries} entries, ms for a frame: median {frames[frames.Length / 2]:0.0}, 95 of 100 below {frames[frames.Length * 95 / 100]:0.0}, longest {frames[^1]:0.0}"
        );
        output.WriteLine(smooth);
        await File.WriteAllTextAsync(
            Path.Combine(Browser.Shots, "scrolling.txt"),
            $"{smooth}\n",
            TestContext.Current.CancellationToken
        );
        if (entries > SearchedAtOnce)
            return;

        await officer.Button("Search…").ClickAsync();
        await officer.Field("Text in the body").FillAsync("NEEDLES");
        await officer.Page.Locator("[role=search]").GetByLabel("Mark").SelectOptionAsync("exercise");
        await officer
            .Page.Locator("[role=search]")
            .GetByRole(AriaRole.Button, new() { Name = "Search", Exact = true })
            .ClickAsync();
        await officer.SeesAsync(rows.GetByText("Where are the needles"));
        Assert.Equal(1, await rows.CountAsync());
        await officer.ShootAsync("record-search");
        await officer.IsAccessibleAsync("record with a search");
        Assert.Empty(officer.Errors);
        var found = (
            await line["us"]
                .RunAsync(
                    "record",
                    "search",
                    $"report NUMBER {entries - 1}",
                    "--from",
                    "us",
                    "--kind",
                    "message.",
                    "--json"
                )
        )
            .Ended(0)
            .JsonLines;
        Assert.Equal($"Report number {entries - 1}", Assert.Single(found)["body"]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_alarm_is_heard_until_it_is_silenced_and_stands_until_it_is_acknowledged()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        // The browser's own sound: how many tones were begun, and whether its output runs.
        await officer.Page.AddInitScriptAsync(
            """
            window.tones = 0; window.sounds = [];
            const begin = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...when) { window.tones++; if (!window.sounds.includes(this.context)) window.sounds.push(this.context); return begin.apply(this, when); };
            """
        );
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.Field("Text").ClickAsync(); // browsers are silent before they are touched
        await line["ru"]
            .Api.PostAsync(
                $"lines/{line.Line}/entries",
                new JsonObject
                {
                    ["text"] = "Turn it away.",
                    ["precedence"] = "flash",
                    ["by"] = By(),
                    ["releasedBy"] = new JsonObject { ["seat"] = "watch", ["name"] = "B. Tester" },
                }
            );
        await officer.SeesAsync(officer.Page.GetByText("Urgent and new"));
        await ShowsAsync(officer, "window.tones >= 4 && window.sounds.every(one => one.state === 'running')");
        await officer.Button("Silence 60 s").First.ClickAsync();
        await ShowsAsync(officer, "window.sounds.length > 0 && window.sounds.every(one => one.state === 'suspended')");
        await officer.SeesAsync(officer.Page.GetByText("Urgent and new"));
        Assert.Empty(officer.Errors);
    }

    [Fact]
    public async Task The_chronology_is_printed_with_the_hashes_of_its_proofs_and_nothing_of_the_screen_around_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
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
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.GoAsync($"/contacts/{line.Line}?tab=chronology");
        await officer.SeesAsync(officer.Page.Locator("table").GetByText("the columns at Alder Crossing"));
        await officer.Page.EvaluateAsync("window.print = () => { window.printed = true; }");
        await officer.Button("Print with hashes of the proofs").ClickAsync();
        await ShowsAsync(officer, "window.printed === true");
        await officer.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await officer.SeesAsync(officer.Page.GetByText(new System.Text.RegularExpressions.Regex("[0-9a-f]{64}")));
        await Assertions.Expect(officer.Page.Locator("header").First).ToBeHiddenAsync();
        await Assertions.Expect(officer.Page.Locator("nav").First).ToBeHiddenAsync();
        await Assertions.Expect(officer.Button("Export as CSV")).ToBeHiddenAsync();
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync();
        Assert.Equal(
            "rgb(0, 0, 0) on rgb(255, 255, 255)",
            await officer.Page.EvaluateAsync<string>(
                "getComputedStyle(document.body).color + ' on ' + getComputedStyle(document.body).backgroundColor"
            )
        );
        await officer.ShootAsync("chronology-print");
        var pdf = await officer.Page.PdfAsync(
            new()
            {
                Path = Path.Combine(Browser.Shots, "chronology.pdf"),
                Format = "A4",
                PreferCSSPageSize = true,
            }
        );
        Assert.StartsWith("%PDF-", Encoding.ASCII.GetString(pdf.AsSpan(0, 5)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_went_away_and_a_laptop_that_slept_leave_nothing_stale_as_live_and_nothing_twice()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.SeesAsync(officer.Page.GetByText("Live", new() { Exact = true }));
        await officer.Field("Text").FillAsync("A draft that stays");
        await officer.Page.Context.SetOfflineAsync(true);
        await officer.SeesAsync(officer.Page.GetByText("No connection to this station. Nothing here is live."));
        await officer.ShootAsync("watch-offline");
        await officer.IsAccessibleAsync("watch without a network");
        (await line["ru"].RunAsync("send", "--json", "--wait", "sealed", "Said while the network was away")).Ended(0);
        Assert.Equal(0, await officer.Message("Said while the network was away").CountAsync());
        await officer.Page.Context.SetOfflineAsync(false);
        await officer.SeesAsync(officer.Message("Said while the network was away"));

        var devtools = await officer.Page.Context.NewCDPSessionAsync(officer.Page);
        await devtools.SendAsync("Page.setWebLifecycleState", new Dictionary<string, object> { ["state"] = "frozen" });
        (await line["ru"].RunAsync("send", "--json", "--wait", "sealed", "Said while the laptop slept")).Ended(0);
        await devtools.SendAsync("Page.setWebLifecycleState", new Dictionary<string, object> { ["state"] = "active" });
        await officer.SeesAsync(officer.Message("Said while the laptop slept"));
        await officer.SeesAsync(officer.Page.GetByText("Live", new() { Exact = true }));
        Assert.Equal(1, await officer.Message("Said while the network was away").CountAsync());
        Assert.Equal(1, await officer.Message("Said while the laptop slept").CountAsync());
        await Assertions.Expect(officer.Field("Text")).ToHaveValueAsync("A draft that stays");
    }
}
