using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>A copy of the station has written with its key: officers see it on their screens, and two of them let it
/// sign on.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class OwnFeedScreenTests
{
    // LINK-104, LINK-105
    [Fact]
    public async Task Two_officers_let_a_line_sign_on_from_the_console_where_entries_are_not_its_own()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built,
            agreed: ["--heartbeat", "1s"]
        );
        var ru = line["ru"];
        await ru.StopAsync();
        (await ParleyCommand.ShellAsync($"cp -a '{ru.Data}' '{line.Folder["clone"]}'")).Ended(0);
        await ru.StartAsync();
        await line.SealedAsync();
        await using (var clone = TestStation.Found(line.Folder, "clone", "127.77.7.7"))
        {
            await clone.StartAsync();
            await Until.HoldsAsync(
                "the copy has written",
                () => clone.RunAsync("send", "--wait", "sealed", "written by the copy"),
                s => s.Code == 0
            );
            await Until.HoldsAsync(
                "ru knows of foreign entries",
                ru.StatusAsync,
                s => s["ownFeed"]?["state"]?.GetValue<string>() == "own-feed-foreign"
            );
            await clone.StopAsync();
        }
        await Until.HoldsAsync(
            "what the copy wrote is here",
            ru.StatusAsync,
            s => s["recovery"] is null && s["ownFeed"]!["awaited"]!.AsArray().Count == 0
        );

        await using var browser = await Browser.StartAsync(ru);
        var first = await browser.InviteAsync("A. Ivanova", "watch");
        var second = await browser.InviteAsync("B. Petrov", "principal");
        var interpreter = await browser.InviteAsync("C. Third", "interpreter");
        await first.SeesAsync(first.Page.GetByText("was signed with our key and not written here"));
        await first.SeesAsync(
            first
                .Page.GetByRole(AriaRole.Region, new() { Name = "Lines" })
                .GetByText("Signed with our key, not written here")
        );
        await first.SeesAsync(first.Page.GetByText("station SIGNED FOR BY ANOTHER"));
        Assert.Equal(0, await interpreter.Button("Sign on…").CountAsync());
        await first.Button("Sign on…").ClickAsync();
        await first
            .Field("What was found out, and how")
            .FillAsync("The copied machine is switched off; seen by the guard.");
        await first.ShootAsync("own-feed-foreign");
        await first.IsAccessibleAsync("a foreign feed");
        await first.HoldAsync(
            first.Page.GetByRole(AriaRole.Button, new() { Name = "Propose to sign on" }),
            first.Page.GetByText("An officer other than you must confirm it.")
        );
        Assert.Equal(0, await first.Button("Confirm that it signs on…").CountAsync());
        Assert.Equal("own-feed-foreign", (await ru.StatusAsync())["ownFeed"]!["state"]!.GetValue<string>());

        await second.SeesAsync(second.Page.GetByText("A. Ivanova (watch) proposes to sign on"));
        await second.SeesAsync(second.Page.GetByText("seen by the guard"));
        await second.Button("Confirm that it signs on…").ClickAsync();
        await second.ShootAsync("own-feed-confirm");
        await second.IsAccessibleAsync("the second officer of a foreign feed");
        await second.HoldAsync(
            second.Page.GetByRole(AriaRole.Button, new() { Name = "Sign on", Exact = false }).Last,
            second.Page.GetByText("A. Ivanova and B. Petrov decided that it signs on")
        );
        await first.SeesAsync(first.Page.GetByText("A. Ivanova and B. Petrov decided that it signs on"));
        await first.ShootAsync("own-feed-decided");
        await Until.HoldsAsync(
            "it signs again",
            () => ru.RunAsync("send", "--wait", "sealed", "ours again"),
            s => s.Code == 0
        );
        Assert.Empty(first.Errors);
    }
}
