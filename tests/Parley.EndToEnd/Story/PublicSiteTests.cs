using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Console;
using Parley.EndToEnd.Stations;
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

    [Fact] // PUBLIC-9 PUBLIC-10 PUBLIC-13 PUBLIC-14 PUBLIC-15 PUBLIC-16 PUBLIC-17 PUBLIC-18 PUBLIC-19
    public async Task Released_texts_become_pages_with_proofs_and_nothing_else_of_the_line_gets_out()
    {
        Browser.SkipUnlessPossible();
        (await pair.Us.RunAsync("send", Secret, "--wait", "sealed")).Ended(0);
        await WriteAsync(pair.Us, "statement", Secret, "--level", "allies");
        var said = await WriteAsync(pair.Us, "statement", Text, "--level", "public", "--lang", "en");
        var doubted = await WriteAsync(pair.Us, "statement", "A number that was wrong", "--level", "public");
        await PublishAsync("--name", "us=United States");
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
                Assert.DoesNotContain("127.", text, StringComparison.Ordinal);
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
