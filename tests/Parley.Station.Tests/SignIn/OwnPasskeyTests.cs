using System.Text.Json;
using Parley.Station.Officers;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>What stands between a session, or a look-alike of the console, and a passkey that stays.</summary>
public sealed class OwnPasskeyTests
{
    private static async Task<Browser> SignedInAsync(Door door, SoftAuthenticator key)
    {
        var browser = door.NewBrowser();
        Assert.Equal(200, (await browser.SignInAsync(key)).Status);
        return browser;
    }

    [Fact]
    public async Task A_look_alike_at_another_port_of_localhost_gets_no_session_from_a_passkey_whatever_it_says_of_itself()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var port = door.Station.Api.Port;
        var alike = $"http://localhost:{port + 1}";
        // As it is: its own origin, and its own name in Host.
        var relay = door.NewBrowser();
        relay.Origin = alike;
        Door.Refused(403, "foreign-origin", await relay.PostAsync("session/sign-in/options", new { }));
        // Without an Origin, and then with the station's in every header: the passkey itself says where it was asked.
        Door.Refused(
            409,
            "passkeys-elsewhere",
            await relay.SendAsync(
                HttpMethod.Post,
                "/api/v1/session/sign-in/options",
                "{}",
                r =>
                {
                    r.Headers.Remove("Origin");
                    r.Headers.Add("Sec-Fetch-Site", "same-origin");
                }
            )
        );
        relay.Origin = $"http://localhost:{port}";
        Door.Refused(401, "sign-in-failed", await relay.SignInAsync(key, alike));
        Door.Refused(401, "sign-in-failed", await relay.SignInAsync(key, "http://localhost"));
        Door.Refused(401, "sign-in-failed", await relay.SignInAsync(key, $"https://localhost:{port}"));
        Assert.Null(relay.Cookie);
        Assert.Equal(200, (await relay.SignInAsync(key)).Status);
    }

    [Fact]
    public async Task Behind_a_forwarded_port_passkeys_work_where_the_settings_name_it_and_there_alone()
    {
        const string forwarded = "http://localhost:8123";
        await using var door = await Door.OpenAsync(address: forwarded);
        using var key = new SoftAuthenticator();
        var ada = door.NewBrowser();
        ada.Origin = forwarded;
        Assert.Equal(200, await ada.OpenAsync(await door.InviteAsync("Ada", "watch")));
        Assert.Equal(200, (await ada.RegisterAsync(key)).Status);
        Assert.Equal(200, (await ada.SignInAsync(key)).Status);
        Door.Refused(401, "sign-in-failed", await ada.SignInAsync(key, $"http://localhost:{door.Station.Api.Port}"));
    }

    [Fact]
    public async Task A_session_alone_adds_no_passkey_and_takes_none_away_until_one_of_them_is_shown_again()
    {
        await using var door = await Door.OpenAsync();
        using SoftAuthenticator key = new(),
            another = new(),
            belas = new(),
            thiefs = new();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        Assert.Equal(200, (await (await door.LetInAsync("Béla", "watch")).RegisterAsync(belas)).Status);
        var ada = await SignedInAsync(door, key);
        var id = Assert
            .Single((await ada.GetAsync("session/passkeys")).Json.EnumerateArray())
            .GetProperty("id")
            .GetString();
        await WantedAsync();
        Door.Refused(401, "sign-in-failed", await ada.ConfirmAsync(belas));
        Door.Refused(401, "sign-in-failed", await ada.ConfirmAsync(thiefs));
        Door.Refused(401, "sign-in-failed", await ada.PostAsync("session/confirm", await ada.AssertionAsync(key))); // an answer to the door's challenge is none to this one
        await WantedAsync();

        Assert.Equal(204, (await ada.ConfirmAsync(key)).Status);
        Assert.Equal(200, (await ada.RegisterAsync(another)).Status);
        await WantedAsync(); // one proof, one passkey
        Assert.Equal(204, (await ada.ConfirmAsync(another)).Status);
        door.Clock.Pass(OfficerLimits.PasskeyChange);
        await WantedAsync();
        Assert.Equal(204, (await ada.ConfirmAsync(key)).Status);
        Assert.Equal(200, (await ada.DeleteAsync($"session/passkeys/{id}")).Status);
        // Failing here is the session's doing, and locks no passkey out.
        for (var i = 0; i < 2 * OfficerLimits.MaxUserFailures; i++)
            Door.Refused(401, "sign-in-failed", await ada.ConfirmAsync(thiefs));
        await SignedInAsync(door, another);

        async Task WantedAsync()
        {
            Door.Refused(403, "passkey-wanted", await ada.PostAsync("session/passkeys/options", new { }));
            Door.Refused(403, "passkey-wanted", await ada.DeleteAsync($"session/passkeys/{id}"));
            Door.Refused(403, "passkey-wanted", await ada.DeleteAsync($"session/passkeys/{id}?last=true"));
        }
    }

    [Fact]
    public async Task Who_lost_his_passkey_replaces_it_by_a_link_while_that_is_fresh()
    {
        await using var door = await Door.OpenAsync();
        using SoftAuthenticator lost = new(),
            found = new();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(lost)).Status);
        var ada = await door.LetInAsync("Ada");
        Assert.Equal(200, (await ada.RegisterAsync(found)).Status);
        var late = await door.LetInAsync("Ada");
        door.Clock.Pass(OfficerLimits.PasskeyChange);
        Door.Refused(403, "passkey-wanted", await late.PostAsync("session/passkeys/options", new { }));
        // Whoever has none yet takes his time.
        var bela = await door.LetInAsync("Béla", "watch");
        door.Clock.Pass(OfficerLimits.PasskeyChange);
        using var first = new SoftAuthenticator();
        Assert.Equal(200, (await bela.RegisterAsync(first)).Status);
    }

    [Fact]
    public async Task An_officer_is_told_of_a_passkey_that_was_added_since_he_last_used_his_and_from_where()
    {
        await using var door = await Door.OpenAsync();
        using SoftAuthenticator key = new(),
            thiefs = new();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        door.Clock.Pass(TimeSpan.FromMinutes(1));
        var ada = await SignedInAsync(door, key);
        Assert.Empty(News(await ada.SessionAsync()));
        door.Clock.Pass(TimeSpan.FromMinutes(1));
        var elsewhere = await door.LetInAsync("Ada");
        Assert.Equal(200, (await elsewhere.RegisterAsync(thiefs)).Status);

        Assert.Single(News(await elsewhere.SessionAsync())); // his own of before; what was done there is no news there
        Assert.Equal(["Key of this test from 127.0.0.1"], News(await ada.SessionAsync())); // on his screen at once
        door.Clock.Pass(TimeSpan.FromMinutes(1));
        await SignedInAsync(door, thiefs); // its use keeps nothing from him
        Assert.Equal(["Key of this test from 127.0.0.1"], News(await (await SignedInAsync(door, key)).SessionAsync()));
        door.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(News(await (await SignedInAsync(door, key)).SessionAsync())); // told once
        Assert.Equal(2, News(await (await door.LetInAsync("Ada")).SessionAsync()).Count); // who comes by a link has no last time
        var row = (await door.Station.GetAsync("session/audit"))
            .Json.EnumerateArray()
            .First(r => r.GetProperty("what").GetString() == "passkey-added");
        Assert.Equal(
            ("Ada", "127.0.0.1"),
            (row.GetProperty("user").GetString(), row.GetProperty("address").GetString())
        );

        static List<string> News(JsonElement session) =>
            [
                .. session
                    .GetProperty("newPasskeys")
                    .EnumerateArray()
                    .Select(n => $"{n.GetProperty("label").GetString()} from {n.GetProperty("address").GetString()}"),
            ];
    }

    [Fact]
    public async Task Wrong_links_lock_nobody_out_and_fill_no_book()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var page = door.NewBrowser();
        for (var i = 0; i < 3 * OfficerLimits.MaxAddressFailures; i++)
        {
            Assert.Equal(200, (await page.SendAsync(HttpMethod.Get, "/sign-in?token=x")).Status); // as an <img> does it
            Assert.Equal(401, await page.OpenAsync("http://localhost/sign-in#token=x"));
        }
        await SignedInAsync(door, key);
        Assert.Equal(OfficerLimits.MaxAddressFailures, (await door.AuditAsync()).Count(row => row == "link-refused"));
    }
}
