using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Console;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>What two officers released, as pages that somebody far away reads, saves and checks.</summary>
[Collection(SharedPair.Name)]
public sealed class PublicSiteTests(SharedPair pair) : IDisposable
{
    private const string Secret = "Zwölf Lastwagen, nur für die andere Seite",
        Text = "We agreed to <script>alert(1)</script> test the line daily.\u202Enot";
    private readonly TestFolder folder = new();

    private string Site => folder["site"];

    private static async Task<string> WriteAsync(TestStation at, params string[] arguments) =>
        (
            await at.RunAsync([
                .. arguments,
                "--by",
                "Anna Bell",
                "--seat",
                "principal",
                "--released-by",
                "Col Ruiz",
                "--wait",
                "sealed",
                "--json",
            ])
        )
            .Ended(0)
            .Json.Id();

    private async Task<JsonNode> PublishAsync(params string[] further) =>
        (await pair.Us.RunAsync(["publish", "--out", Site, "--json", .. further])).Ended(0).Json;

    private async Task<JsonNode> WordAsync() => await pair.Us.Api.GetAsync($"lines/{pair.Line}/public");

    private async Task<string> PageOfAsync(string entry) =>
        Path.Combine(
            Site,
            "e",
            $"{(await WordAsync())["texts"]!.AsArray().Single(t => t!["entry"]!.GetValue<string>() == entry)!["hash"]}.html"
        );

    [Fact] // PUBLIC-9 PUBLIC-10 PUBLIC-13 PUBLIC-14 PUBLIC-15 PUBLIC-16 PUBLIC-17 PUBLIC-18 PUBLIC-19 PUBLIC-22
    public async Task Released_texts_become_pages_with_proofs_and_nothing_else_of_the_line_gets_out()
    {
        Browser.SkipUnlessPossible();
        (await pair.Us.RunAsync("send", Secret, "--wait", "sealed")).Ended(0);
        await WriteAsync(pair.Us, "statement", Secret, "--level", "allies");
        var said = await WriteAsync(pair.Us, "statement", Text, "--level", "public", "--lang", "en");
        var doubted = await WriteAsync(pair.Us, "statement", "A number that was wrong", "--level", "public");
        var check = (await PublishAsync("--name", "us=United States"))["check"]!.GetValue<string>();
        await WriteAsync(pair.Us, "statement", $"Our pages bring the check {check}", "--level", "public");
        var retracted = await PageOfAsync(doubted);
        Assert.Contains(
            "A number that was wrong",
            await File.ReadAllTextAsync(retracted, TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await WriteAsync(pair.Us, "retract", doubted, "--reason", "It was another");
        var again = await PublishAsync("--name", "us=United States");
        Assert.True(again["filesChanged"]!.GetValue<int>() > 0);
        Assert.Equal(0, (await PublishAsync("--name", "us=United States"))["filesChanged"]!.GetValue<int>());

        Assert.Contains(
            "Stated by United States",
            await File.ReadAllTextAsync(Path.Combine(Site, "verify.html"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        var tombstone = await File.ReadAllTextAsync(retracted, TestContext.Current.CancellationToken);
        Assert.Contains("It was another", tombstone, StringComparison.Ordinal);
        Assert.Contains(
            "at:deleted-entry",
            await File.ReadAllTextAsync(Path.Combine(Site, "feed.atom"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        var shown = await File.ReadAllTextAsync(await PageOfAsync(said), TestContext.Current.CancellationToken);
        Assert.Contains(
            "&lt;script&gt;alert(1)&lt;/script&gt; test the line daily.[U+202E]not",
            shown,
            StringComparison.Ordinal
        );

        // Every byte that stands in the folder, also within the Base64 of its proofs.
        foreach (var file in Directory.EnumerateFiles(Site, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            foreach (var text in Texts(bytes))
            {
                Assert.DoesNotContain("Lastwagen", text, StringComparison.Ordinal);
                Assert.DoesNotContain("A number that was wrong", text, StringComparison.Ordinal);
                Assert.DoesNotMatch(@"\b127\.\d", text); // where our stations are
            }
        }

        var proof = Path.ChangeExtension(await PageOfAsync(said), ".proof");
        var keys = (await WordAsync())["keys"]!.GetValue<string>();
        var verdict = (await pair.Us.RunAsync("verify", proof, "--key", keys, "--json")).Ended(0).Json;
        foreach (var answer in (string[])["wellFormed", "signed", "trusted"])
            Assert.Equal("yes", verdict[answer]!["answer"]!.GetValue<string>());
        Assert.Equal(keys, (await pair.Ru.Api.GetAsync($"lines/{pair.Line}/public"))["keys"]!.GetValue<string>());
        (await pair.Us.RunAsync("verify", proof, "--key", new string('0', 64))).Ended(1);
    }

    [Fact] // PUBLIC-7 PUBLIC-11 PUBLIC-17
    public async Task Two_browsers_without_a_network_check_a_saved_page_and_catch_what_was_changed_in_it()
    {
        Browser.SkipUnlessPossible();
        var call = (await pair.Us.RunAsync("send", "We speak at noon", "--wait", "sealed", "--json")).Ended(0).Json[
            "id"
        ]!.GetValue<string>();
        var draft = await WriteAsync(pair.Us, "readout", "propose", call, "Both sides spoke for an hour.");
        await WriteAsync(pair.Ru, "readout", "agree", draft);
        await WriteAsync(pair.Us, "readout", "publish", draft, "--level", "public");
        await PublishAsync();
        var page = await PageOfAsync(draft);
        var keys = (await WordAsync())["keys"]!.GetValue<string>();
        var good = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        var changed = Path.Combine(folder.Path, "changed.html");
        await File.WriteAllTextAsync(
            changed,
            good.Replace("for an hour", "for two hours", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        var flipped = Path.Combine(folder.Path, "flipped.html");
        await File.WriteAllTextAsync(flipped, Flipped(good), TestContext.Current.CancellationToken);

        const string Ask = """
            (() => { document.querySelector('#check-key').value = 'KEY';
            document.querySelector('#check-form').requestSubmit();
            return [...document.querySelectorAll('#check-result li')].map(li => li.dataset.answer).join(' '); })()
            """;
        // The text, its release and the agreement: three answers each, and one of what goes with it.
        var allYes = string.Join(' ', Enumerable.Repeat("yes", 12));
        async Task CheckAsync(Func<string, Task> open, Func<string, Task<string>> evaluate)
        {
            async Task<string> AnswersAsync(string file, string key)
            {
                await open(new Uri(file).AbsoluteUri);
                return await evaluate(Ask.Replace("KEY", key, StringComparison.Ordinal));
            }
            Assert.Equal(allYes, await AnswersAsync(page, keys));
            Assert.Equal(
                allYes.Replace("yes yes yes yes", "yes yes no yes", StringComparison.Ordinal),
                await AnswersAsync(page, new string('0', 64))
            );
            Assert.StartsWith("yes yes yes no ", await AnswersAsync(changed, keys), StringComparison.Ordinal);
            Assert.StartsWith("no not asked not asked", await AnswersAsync(flipped, keys), StringComparison.Ordinal);
        }

        var chromium = await SharedChromium.OfThisRunAsync();
        var context = await chromium.Chromium.NewContextAsync(new BrowserNewContextOptions { Offline = true });
        try
        {
            var tab = await context.NewPageAsync();
            await CheckAsync(url => tab.GotoAsync(url), script => tab.EvaluateAsync<string>(script));
            await tab.GotoAsync(new Uri(page).AbsoluteUri);
            await tab.ScreenshotAsync(
                new PageScreenshotOptions { Path = Path.Combine(Browser.Shots, "public-page.png"), FullPage = true }
            );
        }
        finally
        {
            await context.CloseAsync();
        }
        await using var firefox = await Firefox.StartAsync();
        await CheckAsync(firefox.OpenAsync, firefox.EvaluateAsync);
    }

    /// <summary>E11 of the scenario: a statement, a contested claim, a readout after 84 days; and what is awkward.</summary>
    [Fact] // PUBLIC-13 PUBLIC-16 PUBLIC-17 PUBLIC-20 PUBLIC-21
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task The_pages_are_readable_in_every_look_on_a_phone_and_without_script()
    {
        Browser.SkipUnlessPossible();
        await WriteAsync(
            pair.Us,
            "statement",
            "Calls sought for a month, so far declined.",
            "--level",
            "public",
            "--lang",
            "en"
        );
        await WriteAsync(pair.Us, "statement", "اتفقنا على اختبار الخط يومياً.", "--level", "public", "--lang", "ar");
        var corrected = await WriteAsync(
            pair.Ru,
            "statement",
            "הקו נבדק בכל יום בשעה 08:00.",
            "--level",
            "public",
            "--lang",
            "he"
        );
        await WriteAsync(
            pair.Ru,
            "restate",
            corrected,
            "הקו נבדק בכל יום בשעה 09:00.",
            "--level",
            "public",
            "--lang",
            "he"
        );
        var wrong = await WriteAsync(pair.Us, "statement", "=HYPERLINK(\"https://evil\")\u200b", "--level", "public");
        await WriteAsync(pair.Us, "retract", wrong, "--reason", "It was a formula");
        var claim = await WriteAsync(
            pair.Us,
            "claim",
            "make",
            "War crimes officially determined",
            "--source",
            "a ministry",
            "--level",
            "public"
        );
        await WriteAsync(pair.Ru, "claim", "dispute", claim, "Nothing of the kind was determined", "--level", "public");
        var call = (
            await pair.Us.RunAsync("send", "The secretary and the minister speak", "--wait", "sealed", "--json")
        )
            .Ended(0)
            .Json.Id();
        var joint = await WriteAsync(
            pair.Us,
            "readout",
            "propose",
            call,
            "They spoke for an hour. An immediate ceasefire was asked for; nothing changed.",
            "--first-since",
            "2022-02-18"
        );
        await WriteAsync(pair.Ru, "readout", "agree", joint);
        await WriteAsync(pair.Us, "readout", "publish", joint, "--level", "public");
        string[] names = ["--name", "us=United States", "--name", "ru=Russian Federation"];
        // A publisher waits until all have cosigned.
        await Until.HoldsAsync(
            "everything is on the pages",
            () => PublishAsync(names),
            said => said["waiting"]!.GetValue<int>() == 0
        );
        Assertions.SetDefaultExpectTimeout((float)Until.Limit.TotalMilliseconds);
        var pages = Directory
            .EnumerateFiles(Site, "*.html", SearchOption.AllDirectories)
            .Select(page => (File: page, Name: Path.GetRelativePath(Site, page)))
            .OrderBy(page => page.Name, StringComparer.Ordinal)
            .ToList();
        Assert.Contains(
            "<dt>First contact since</dt>",
            await File.ReadAllTextAsync(await PageOfAsync(joint), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );

        var chromium = await SharedChromium.OfThisRunAsync();
        foreach (
            var (look, scheme, script) in ((string, ColorScheme, bool)[])
                [
                    ("light", ColorScheme.Light, true),
                    ("dark", ColorScheme.Dark, true),
                    ("without-script", ColorScheme.Light, false),
                ]
        )
        {
            var context = await chromium.Chromium.NewContextAsync(
                new BrowserNewContextOptions
                {
                    Offline = true,
                    ColorScheme = scheme,
                    JavaScriptEnabled = script,
                    ViewportSize = new ViewportSize { Width = 390, Height = 844 },
                }
            );
            try
            {
                var tab = await context.NewPageAsync();
                var complaints = new List<string>();
                tab.Console += (_, message) => complaints.Add(message.Text);
                foreach (var (i, (file, name)) in pages.Index())
                {
                    await tab.GotoAsync(new Uri(file).AbsoluteUri);
                    await Assertions.Expect(tab.Locator("h1")).ToBeVisibleAsync();
                    await Assertions.Expect(tab.GetByText("What is not proven")).ToBeVisibleAsync();
                    await tab.ScreenshotAsync(
                        new PageScreenshotOptions
                        {
                            Path = Path.Combine(Browser.Shots, $"public-{look}-{i}.png"),
                            FullPage = true,
                        }
                    );
                    if (!script)
                        continue;
                    Assert.True(
                        await tab.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 390"),
                        $"{name} is wider than the phone"
                    );
                    await Officer.IsAccessibleAsync(tab, $"{name}, {look}");
                }
                Assert.Empty(complaints);
            }
            finally
            {
                await context.CloseAsync();
            }
        }
    }

    /// <summary>One bit of the first proof that the page carries.</summary>
    private static string Flipped(string page)
    {
        var at = page.IndexOf("data-proof=\"text\">", StringComparison.Ordinal) + 100;
        return page[..at] + (page[at] == 'A' ? 'B' : 'A') + page[(at + 1)..];
    }

    /// <summary>A file as it is, and what its words are in Base64, and again.</summary>
    private static IEnumerable<string> Texts(string file)
    {
        yield return file;
        foreach (var word in file.Split([' ', '\n', '>', '<', '"'], StringSplitOptions.RemoveEmptyEntries))
        {
            var bytes = new byte[word.Length];
            if (word.Length < 16 || !Convert.TryFromBase64String(word, bytes, out var length))
                continue;
            var inner = System.Text.Encoding.UTF8.GetString(bytes, 0, length);
            foreach (var text in word.Length > 64 ? Texts(inner) : [inner])
                yield return text;
        }
    }

    public void Dispose() => folder.Dispose();
}
