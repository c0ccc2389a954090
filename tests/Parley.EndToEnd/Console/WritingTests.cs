using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>What becomes of a text while it is written and sent: it is lost nowhere, done once, and on no disk where it
/// is off the record.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class WritingTests
{
    [Fact]
    public async Task What_is_off_the_record_or_not_chosen_yet_is_in_no_file_of_the_browser()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await using var browser = await Browser.StartAsync(line["us"]);
        var profile = line.Folder["profile"];
        string[] secrets = ["unchosen-swordfish", "spoken-swordfish", "unsent-swordfish", "heard-swordfish"];
        const string kept = "kept-for-the-record";
        await using (var context = await browser.KeptAsync(profile))
        {
            var officer = await browser.InviteAsync("A. Kovács", "watch", kept: context);
            var text = officer.Field("Text");
            var form = officer.Page.GetByRole(AriaRole.Form, new() { Name = "Write" });
            // A browser writes its storage late: what was put there and taken away again at once leaves no trace to
            // find, so that it is looked at after each step too.
            async Task NothingStoredAsync() =>
                Assert.DoesNotContain(
                    "swordfish",
                    await officer.Page.EvaluateAsync<string>("JSON.stringify({ ...localStorage, ...sessionStorage })"),
                    StringComparison.Ordinal
                );
            await text.FillAsync(secrets[0]);
            await NothingStoredAsync();
            await form.GetByText("Off the record", new() { Exact = true }).ClickAsync();
            await text.FillAsync(secrets[1]);
            await NothingStoredAsync();
            await officer.Button("Say off the record").ClickAsync();
            await officer.SeesAsync(officer.Page.GetByText(secrets[1]));
            await NothingStoredAsync();
            (await line["ru"].RunAsync("send", "--off-record", secrets[3])).Ended(0);
            await officer.SeesAsync(officer.Page.GetByText(secrets[3]));
            await text.FillAsync(secrets[2]);
            await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Record", Exact = true }).ClickAsync();
            await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Watch", Exact = true }).ClickAsync();
            await Assertions.Expect(text).ToHaveValueAsync(secrets[2]); // it lives in the page
            await NothingStoredAsync();

            // A draft that was on the record goes from the storage when it leaves the record.
            await form.GetByText("On the record", new() { Exact = true }).ClickAsync();
            await text.FillAsync("said openly");
            await form.GetByText("Off the record", new() { Exact = true }).ClickAsync();
            await text.FillAsync(secrets[0]);
            await NothingStoredAsync();
            await officer.Page.ReloadAsync();
            await Assertions.Expect(text).ToHaveValueAsync("");

            // The control: a draft on the record is kept, and found by the same search.
            await form.GetByText("On the record", new() { Exact = true }).ClickAsync();
            await text.FillAsync(kept);
            await officer.Page.ReloadAsync();
            await Assertions.Expect(text).ToHaveValueAsync(kept);
        }
        Assert.NotEmpty(FilesWith(profile, kept));
        foreach (var secret in secrets)
            Assert.True(
                FilesWith(profile, secret) is [],
                $"{secret} is in {string.Join(", ", FilesWith(profile, secret))}"
            );
    }

    /// <summary>Files below the folder that hold the text, as bytes of UTF-8 or UTF-16.</summary>
    private static List<string> FilesWith(string folder, string text)
    {
        byte[][] forms = [Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text)];
        return
        [
            .. Directory
                .EnumerateFiles(
                    folder,
                    "*",
                    new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        AttributesToSkip = FileAttributes.ReparsePoint,
                    }
                )
                .Where(file =>
                    File.ReadAllBytes(file) is var bytes && forms.Any(form => bytes.AsSpan().IndexOf(form) >= 0)
                ),
        ];
    }

    [Fact]
    public async Task What_is_typed_while_a_message_is_on_its_way_stays_and_a_lost_answer_sends_nothing_twice()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var text = officer.Field("Text");
        await officer
            .Page.GetByRole(AriaRole.Form, new() { Name = "Write" })
            .GetByText("On the record", new() { Exact = true })
            .ClickAsync();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await officer.Page.RouteAsync(
            "**/api/v1/lines/*/entries",
            async route =>
            {
                await go.Task;
                await route.ContinueAsync();
            }
        );
        await text.FillAsync("first message, slow");
        await text.PressAsync("Control+Enter");
        await text.PressSequentiallyAsync(" SECOND THOUGHT");
        go.SetResult();
        await officer.SeesAsync(officer.Message("first message, slow"));
        await Assertions.Expect(text).ToHaveValueAsync("SECOND THOUGHT");
        await officer.Page.UnrouteAllAsync();

        // The answer is lost twice; the third try gets it.
        var tries = 0;
        await officer.Page.RouteAsync(
            "**/api/v1/lines/*/entries",
            async route =>
            {
                var (status, answer) = await officer.ForwardAsync(route.Request); // it is done, and its answer is lost
                if (++tries < 3)
                    await route.AbortAsync();
                else
                    await route.FulfillAsync(
                        new()
                        {
                            Status = status,
                            ContentType = "application/json",
                            Body = answer,
                        }
                    );
            }
        );
        await text.FillAsync("said once");
        for (var i = 1; i <= 2; i++)
        {
            await text.PressAsync("Control+Enter");
            await officer.SeesAsync(officer.Page.GetByText("It is not known whether this was done"));
            await Assertions.Expect(officer.Button("Send")).ToBeEnabledAsync();
            Assert.Equal(i, tries);
        }
        await officer.ShootAsync("not-known");
        await text.PressAsync("Control+Enter");
        await Assertions.Expect(text).ToHaveValueAsync("");
        await Assertions.Expect(officer.Page.GetByText("It is not known whether this was done")).ToHaveCountAsync(0);
        await line.SealedAsync();
        var all = (await line["ru"].RunAsync("record", "list", "--json")).Ended(0).Output;
        Assert.Equal(2, all.Split("said once").Length);
        Assert.Equal(2, all.Split("first message, slow").Length);
    }

    [Fact]
    public async Task Two_windows_write_on_one_draft_and_neither_overwrites_the_other()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await using var browser = await Browser.StartAsync(line["us"]);
        var a = await browser.InviteAsync("A. Kovács", "watch");
        await a.SeesAsync(a.Field("Text"));
        var b = new Officer(await a.Page.Context.NewPageAsync(), line["us"], a.Name);
        await b.GoAsync($"/watch/{line.Line}");
        await b
            .Page.GetByRole(AriaRole.Form, new() { Name = "Write" })
            .GetByText("On the record", new() { Exact = true })
            .ClickAsync();
        await b.Field("Text").FillAsync("a long text of the second window");
        await Assertions.Expect(a.Field("Text")).ToHaveValueAsync("a long text of the second window");
        await a.Field("Text").PressAsync("End");
        await a.Field("Text").PressSequentiallyAsync("!");
        await Assertions.Expect(b.Field("Text")).ToHaveValueAsync("a long text of the second window!");
        await b.Page.ReloadAsync();
        await Assertions.Expect(b.Field("Text")).ToHaveValueAsync("a long text of the second window!");
    }
}
