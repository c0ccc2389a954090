using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Console;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A published page in a browser, without a network, and every single byte of what it carries in turn
/// flipped: of the proofs in it and of the words that it shows.</summary>
[Collection(SharedPair.Name)]
[Trait(Rounds.Name, Rounds.Long)]
public sealed class FlippedPageTests(SharedPair pair, ITestOutputHelper output) : IDisposable
{
    private readonly TestFolder folder = new();

    /// <summary>Flips a bit of each byte, presses the button, and gives what went through all the same.</summary>
    private const string Flip = """
        key => {
          document.querySelector('#check-key').value = key;
          const form = document.querySelector('#check-form');
          const passes = () => {
            form.requestSubmit();
            const answers = [...document.querySelectorAll('#check-result li')].map(li => li.dataset.answer);
            return answers.length > 0 && answers.every(answer => answer === 'yes');
          };
          const through = [];
          let tried = 0;
          if (!passes()) through.push('the page as it is does not pass');
          const each = (name, was, set) => {
            for (let i = 0; i < was.length; i++) {
              set(was.slice(0, i) + String.fromCharCode(was.charCodeAt(i) ^ 1) + was.slice(i + 1));
              tried++;
              if (passes()) through.push(`${name} ${i}`);
            }
            set(was);
          };
          for (const place of document.querySelectorAll('[data-proof]')) {
            each(place.dataset.proof, place.textContent, text => { place.textContent = text; });
            each(`the role ${place.dataset.proof}`, place.dataset.proof, text => { place.dataset.proof = text; });
          }
          for (const place of document.querySelectorAll('[data-said]')) {
            each(place.dataset.said, place.textContent, text => { place.textContent = text; });
            each(`the name ${place.dataset.said}`, place.dataset.said, text => { place.dataset.said = text; });
          }
          if (!passes()) through.push('the page put right again does not pass');
          return JSON.stringify({ tried, through });
        }
        """;

    private static async Task<string> WriteAsync(TestStation at, params string[] words) =>
        (
            await at.RunAsync([
                .. words,
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

    [Fact] // PUBLIC-17
    public async Task No_byte_of_a_pages_proofs_or_of_its_words_can_be_another_without_a_no()
    {
        Browser.SkipUnlessPossible();
        var said = await WriteAsync(
            pair.Us,
            "statement",
            "Лінію перевірено о дев’ятій.",
            "--level",
            "public",
            "--lang",
            "uk"
        );
        var call = (await pair.Us.RunAsync("send", "We speak at noon", "--wait", "sealed", "--json"))
            .Ended(0)
            .Json.Id();
        var joint = await WriteAsync(
            pair.Us,
            "readout",
            "propose",
            call,
            "Both sides spoke for an hour.",
            "--point",
            "agreed=The line is tested daily"
        );
        await WriteAsync(pair.Ru, "readout", "agree", joint);
        await WriteAsync(pair.Us, "readout", "publish", joint, "--level", "public");
        await Until.HoldsAsync(
            "all is on the pages",
            async () => (await pair.Us.RunAsync("publish", "--out", folder["site"], "--json")).Ended(0).Json,
            told => told["waiting"]!.GetValue<int>() == 0
        );
        var word = await pair.Us.Api.GetAsync($"lines/{pair.Line}/public");
        var keys = word["keys"]!.GetValue<string>();

        var chromium = await SharedChromium.OfThisRunAsync();
        var context = await chromium.Chromium.NewContextAsync(new BrowserNewContextOptions { Offline = true });
        try
        {
            var tab = await context.NewPageAsync();
            foreach (var entry in (string[])[said, joint])
            {
                var hash = word["texts"]!.AsArray().Single(t => t!["entry"]!.GetValue<string>() == entry)!["hash"];
                var began = TimeProvider.System.GetTimestamp();
                await tab.GotoAsync(new Uri(Path.Combine(folder["site"], "e", $"{hash}.html")).AbsoluteUri);
                var found = JsonNode.Parse(await tab.EvaluateAsync<string>(Flip, keys))!;
                output.WriteLine(
                    $"{entry}: {found["tried"]} flips in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s"
                );
                Assert.Empty(found["through"]!.AsArray().Select(one => one!.GetValue<string>()));
                Assert.True(found["tried"]!.GetValue<int>() > 2000);
            }
        }
        finally
        {
            await context.CloseAsync();
        }
    }

    public void Dispose() => folder.Dispose();
}
