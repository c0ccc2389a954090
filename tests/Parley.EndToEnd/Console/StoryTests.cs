using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>An officer's day in real browsers: two stations as processes, officers who sign in with passkeys, and what
/// they see of each other.</summary>
public sealed class StoryTests
{
    [Fact]
    public async Task From_a_passkey_to_a_flash_released_by_two_a_declined_call_an_agreed_readout_and_a_station_that_was_killed()
    {
        Browser.SkipUnlessPossible();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built
        );
        await using var americans = await Browser.StartAsync(line["us"]);
        await using var russians = await Browser.StartAsync(line["ru"]);

        var kovacs = await americans.InviteAsync("A. Kovács", "watch");
        await SignInByPasskeyAsync(kovacs);
        var second = await americans.InviteAsync("B. Second", "watch");
        var orlov = await russians.InviteAsync("Orlov", "watch");
        var petrova = await russians.InviteAsync("Petrova", "watch");

        await FlashAsync(line, kovacs, second, orlov);
        await CallAsync(line, kovacs, orlov);
        await ReadoutAsync(line, kovacs, orlov, petrova);
        await KilledAsync(line, kovacs);
        Assert.DoesNotContain(
            kovacs.Errors.Concat(orlov.Errors),
            e => e.Contains("Content Security Policy", StringComparison.Ordinal)
        );
    }

    /// <summary>The link lets him in once; his passkey, from then on.</summary>
    private static async Task SignInByPasskeyAsync(Officer officer)
    {
        await officer.Button("Make a passkey").ClickAsync();
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync();
        await officer.Page.Locator("header details summary").First.ClickAsync();
        await officer.Button("End the session").ClickAsync();
        await officer.SeesAsync(officer.Button("Sign in with a passkey"));
        await officer.ShootAsync("sign-in");
        await officer.IsAccessibleAsync("sign-in");
        await officer.Button("Sign in with a passkey").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("A. Kovács"));
    }

    private static async Task FlashAsync(OpenLine line, Officer first, Officer second, Officer other)
    {
        const string text = "Your aircraft has crossed the line of contact. Turn it away.";
        Assert.True(await first.Button("Send").IsDisabledAsync()); // neither written nor chosen whether it is on the record
        await first.Page.GetByText("On the record", new() { Exact = true }).ClickAsync();
        await first.ChoosesPrecedenceAsync("Flash");
        await first.Field("Text").FillAsync(text);
        await first.Page.ReloadAsync();
        await Assertions.Expect(first.Field("Text")).ToHaveValueAsync(text); // a draft survives
        await first.Button("Ask a second officer to release").ClickAsync();

        // Who proposed it cannot release it; another officer can, by holding.
        await first.SeesAsync(first.Page.GetByText("An officer other than you must release it."));
        Assert.Equal(
            0,
            await first.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Release") }).CountAsync()
        );
        await second.SeesAsync(second.Page.GetByText("To release (1)"));
        await second.ShootAsync("watch-proposal");
        await second.HoldAsync(
            second.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Release") }),
            second.Message(text)
        );

        await other.SeesAsync(other.Page.GetByText("Urgent and new", new() { Exact = true }));
        await other.SeesAsync(other.Page.GetByText("Act now"));
        await other.ShootAsync("watch-alarm");
        await other.IsAccessibleAsync("watch with an alarm");
        await other.Message(text).GetByRole(AriaRole.Button).First.ClickAsync();
        await other.Message(text).GetByRole(AriaRole.Button, new() { Name = "Acknowledge", Exact = true }).ClickAsync();
        await other.Field("Note (optional)").FillAsync("Understood, turning it away.");
        await other.Button("Put on the record").ClickAsync();
        await Assertions.Expect(other.Page.GetByText("Urgent and new", new() { Exact = true })).ToBeHiddenAsync();

        await first.SeesAsync(first.Message(text).GetByText("Read Party ru"));
        var record = (await line["us"].RunAsync("record", "list", "--json")).Ended(0).JsonLines;
        var flash = record.Single(e => e.Text() == text);
        Assert.Equal("A. Kovács", flash["by"]!["name"]!.GetValue<string>());
        Assert.Equal("B. Second", flash["by"]!["releasedBy"]!["name"]!.GetValue<string>());
    }

    private static async Task CallAsync(OpenLine line, Officer asked, Officer asks)
    {
        await asks.GoAsync($"/contacts/{line.Line}?tab=calls");
        await asks.Button("Ask for a call").ClickAsync();
        await asks.Field("Office of Party us").FillAsync("secretary of defence");
        await asks.Field("Office of Party ru").FillAsync("minister of defence");
        await asks.Field("Topic").FillAsync("the aircraft at the line of contact");
        await asks.Field("From (UTC)").FillAsync("2031-05-04 10:00");
        await asks.Field("Until (UTC)").FillAsync("2031-05-04 11:00");
        await asks.Page.Locator("form").GetByRole(AriaRole.Button, new() { Name = "Ask for a call" }).ClickAsync();

        await asked.GoAsync($"/contacts/{line.Line}?tab=calls");
        await asked.Button("Decline…").ClickAsync();
        await asked.Field("Reason").FillAsync("Not before the inquiry is done.");
        await asked.ShootAsync("contacts-calls");
        await asked.IsAccessibleAsync("calls");
        await asked.Button("Put on the record").ClickAsync();

        await asks.SeesAsync(asks.Page.Locator("table").GetByText("declined"));
        await asks.GoAsync($"/contacts/{line.Line}?tab=chronology");
        await asks.SeesAsync(asks.Page.Locator("table").GetByText("declined"));
        await asks.ShootAsync("contacts-chronology");
        await asks.IsAccessibleAsync("chronology");
    }

    private static async Task ReadoutAsync(OpenLine line, Officer drafts, Officer agrees, Officer releases)
    {
        const string point = "Both sides keep their aircraft 20 km from the line.";
        await drafts.GoAsync($"/contacts/{line.Line}?tab=readouts");
        await drafts.Button("New readout").ClickAsync();
        await drafts.Button("Add a point").ClickAsync();
        await drafts.Field("Point 1").FillAsync(point);
        await drafts.Button("Propose the draft").ClickAsync();

        await agrees.GoAsync($"/contacts/{line.Line}?tab=readouts");
        await agrees.SeesAsync(agrees.Page.GetByText("Newest draft, of Party us"));
        await agrees.Button("Take theirs over").ClickAsync();
        await agrees.Field("Point 1").FillAsync($"{point} For a month.");
        await agrees.SeesAsync(agrees.Page.Locator("#their-draft del").GetByText("For a month."));
        await agrees.ShootAsync("contacts-readout");
        await agrees.IsAccessibleAsync("readout");
        await agrees.Button("Send our draft").ClickAsync();

        // Whoever agrees takes the newest draft as it stands; agreeing takes a second officer.
        await drafts.SeesAsync(drafts.Page.GetByText("Newest draft, of Party ru"));
        await agrees.SeesAsync(agrees.Page.GetByText("Newest draft, of Party ru"));
        await drafts.Field("Point 1").FillAsync($"{point} For a month, day and night.");
        await drafts.Button("Send our draft").ClickAsync();
        await agrees.SeesAsync(agrees.Page.GetByText("Newest draft, of Party us"));
        // What they changed is marked against what we said, and nobody agrees before it was read.
        await agrees.SeesAsync(agrees.Page.Locator("mark").GetByText("day and night."));
        await Assertions.Expect(agrees.Field("Point 1")).ToHaveValueAsync($"{point} For a month.");
        Assert.True(
            await agrees.Page.GetByRole(AriaRole.Button, new() { Name = "Agree to this text" }).IsDisabledAsync()
        );
        await agrees.Field("I have read every difference").CheckAsync();
        await agrees.HoldAsync(
            agrees.Page.GetByRole(AriaRole.Button, new() { Name = "Agree to this text" }),
            agrees.Page.GetByText("Proposed: it waits for a second officer")
        );
        await releases.SeesAsync(releases.Page.GetByText("To release (1)"));
        await releases.HoldAsync(
            releases.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Release") }),
            releases.Page.Locator("article[data-entry]").Filter(new() { HasText = "Agrees to the readout" })
        );
        foreach (var officer in (Officer[])[drafts, agrees])
        {
            await officer.SeesAsync(officer.Page.GetByRole(AriaRole.Heading, new() { Name = "Joint readout" }));
            await officer.SeesAsync(officer.Page.GetByText("For a month, day and night."));
        }
    }

    /// <summary>Kill -9 under an open console: it says so, keeps the draft, and afterwards shows what came meanwhile,
    /// once.</summary>
    private static async Task KilledAsync(OpenLine line, Officer officer)
    {
        await officer.GoAsync($"/watch/{line.Line}");
        await officer.Field("Text").FillAsync("Half a sentence that must not be lost");
        await line["us"].KillAsync();
        await officer.SeesAsync(officer.Page.GetByText("No connection to this station. Nothing here is live."));
        await officer.ShootAsync("watch-broken");
        await line["ru"].RunAsync("send", "--json", "Said while you were away");
        await line["us"].StartAsync();
        await Assertions
            .Expect(officer.Page.GetByText("No connection to this station. Nothing here is live."))
            .ToBeHiddenAsync();
        await officer.SeesAsync(officer.Message("Said while you were away"));
        Assert.Equal(1, await officer.Message("Said while you were away").CountAsync());
        await Assertions.Expect(officer.Field("Text")).ToHaveValueAsync("Half a sentence that must not be lost");
        await officer.SeesAsync(officer.Page.GetByText("Live", new() { Exact = true }));
        Assert.Equal(
            await officer.Page.Locator("article[data-entry]").CountAsync(),
            (
                await officer
                    .Page.Locator("article[data-entry]")
                    .EvaluateAllAsync<string[]>("all => [...new Set(all.map(e => e.dataset.entry))]")
            ).Length
        );
    }
}
