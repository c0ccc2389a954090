using System.Text.Json.Nodes;
using Parley.Station.Officers;
using Parley.Testing.Stores;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>Signing in with a passkey, verified by Identity's own handler, on a whole station.</summary>
public sealed class PasskeyTests
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_officer_registers_a_passkey_and_signs_in_with_it_before_and_after_a_restart(string kind)
    {
        await using var cluster = kind == "postgres" ? await PostgresCluster.TryStartAsync() : null;
        Assert.SkipWhen(kind == "postgres" && cluster is null, PostgresCluster.Absent);
        await using var door = await Door.OpenAsync(cluster is null ? null : await cluster.CreateDatabaseAsync());
        using var key = new SoftAuthenticator();
        var first = await door.LetInAsync("Kovács", "watch", "interpreter");
        var (status, json) = await first.RegisterAsync(key);
        Assert.True(status == 200, $"{status} {json}");
        Assert.Equal(1, (await first.SessionAsync()).GetProperty("user").GetProperty("passkeys").GetInt32());

        var second = door.NewBrowser();
        (status, json) = await second.SignInAsync(key);
        Assert.True(status == 200, $"{status} {json}");
        Assert.Equal("Kovács", json.GetProperty("user").GetProperty("name").GetString());
        Assert.Null(json.GetProperty("seat").GetString()); // he has two seats, and chooses
        Door.Refused(
            403,
            "seat-wanted",
            await second.PostAsync($"lines/{door.Journal}/entries", new { text = "Good morning" })
        );
        await second.SitAsync("watch");
        Assert.Equal(
            201,
            (await second.PostAsync($"lines/{door.Journal}/entries", new { text = "Good morning" })).Status
        );

        await door.Station.StopAsync();
        await door.Station.StartAsync();
        second = door.Again(second);
        Assert.Equal("watch", (await second.SessionAsync()).GetProperty("seat").GetString());
        Assert.Equal(
            201,
            (await second.PostAsync($"lines/{door.Journal}/entries", new { text = "Still here" })).Status
        );
        Assert.Equal(200, (await door.NewBrowser().SignInAsync(key)).Status);
        Assert.Equal(
            [
                "signed-in Kovács",
                "seat Kovács watch",
                "signed-in Kovács",
                "passkey-added Kovács",
                "link-used Kovács watch",
                "invited Kovács",
            ],
            await door.AuditAsync()
        );
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task An_officer_sees_when_each_passkey_was_used_and_removes_his_last_one_only_when_he_says_so(
        string kind
    )
    {
        await using var cluster = kind == "postgres" ? await PostgresCluster.TryStartAsync() : null;
        Assert.SkipWhen(kind == "postgres" && cluster is null, PostgresCluster.Absent);
        await using var door = await Door.OpenAsync(cluster is null ? null : await cluster.CreateDatabaseAsync());
        using var key = new SoftAuthenticator();
        using var other = new SoftAuthenticator();
        var first = await door.LetInAsync("Ada", "watch");
        Assert.Equal(200, (await first.RegisterAsync(key)).Status);
        Assert.Equal(200, (await first.RegisterAsync(other)).Status);
        Assert.Equal(200, (await door.NewBrowser().SignInAsync(other)).Status);
        await door.Station.StopAsync();
        await door.Station.StartAsync();
        first = door.Again(first);
        Assert.Equal(204, (await first.ConfirmAsync(other)).Status);
        var (_, keys) = await first.GetAsync("session/passkeys");
        var used = keys.EnumerateArray()
            .Where(k => k.GetProperty("used").ValueKind != System.Text.Json.JsonValueKind.Null)
            .ToList();
        Assert.Equal(2, keys.GetArrayLength());
        Assert.Single(used);

        var unused = keys.EnumerateArray()
            .Single(k => k.GetProperty("used").ValueKind == System.Text.Json.JsonValueKind.Null)
            .GetProperty("id")
            .GetString();
        Assert.Equal(200, (await first.DeleteAsync($"session/passkeys/{unused}")).Status);
        var last = $"session/passkeys/{used[0].GetProperty("id").GetString()}";
        Door.Refused(409, "last-passkey", await first.DeleteAsync(last));
        Assert.Equal(200, (await door.NewBrowser().SignInAsync(other)).Status);
        Assert.Equal(200, (await first.DeleteAsync($"{last}?last=true")).Status);
        Door.Refused(401, "sign-in-failed", await door.NewBrowser().SignInAsync(other));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)] // as passkeys do that are copied between their owner's devices
    public async Task An_answer_works_once_whether_the_passkey_counts_or_not(bool counts)
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator { Counts = counts };
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var browser = door.NewBrowser();
        var answer = await browser.AssertionAsync(key);
        Assert.Equal(200, (await browser.PostAsync("session/sign-in", answer)).Status);
        var thief = door.NewBrowser();
        Door.Refused(401, "sign-in-failed", await thief.PostAsync("session/sign-in", answer));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await thief.SessionAsync()).GetProperty("user").ValueKind);
    }

    [Fact]
    public async Task An_answer_made_for_another_origin_or_another_relying_party_or_within_a_foreign_frame_is_refused()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var browser = door.NewBrowser();
        Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key, "http://localhost.evil.example"));
        Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key, "http://localhost:1"));
        key.RelyingParty = "evil.example";
        Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key));
        key.RelyingParty = null;
        key.CrossOrigin = true;
        Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key));
        key.CrossOrigin = false;
        Assert.Equal(200, (await browser.SignInAsync(key)).Status);
        var failures = (await door.Station.GetAsync("session/audit"))
            .Json.EnumerateArray()
            .Where(r => r.GetProperty("what").GetString() == "failed")
            .ToList();
        Assert.All(
            failures,
            f =>
                Assert.Equal(
                    ("Ada", "127.0.0.1"),
                    (f.GetProperty("user").GetString(), f.GetProperty("address").GetString())
                )
        );
        Assert.Equal(
            3,
            failures.Count(f => f.GetProperty("detail").GetString()!.Contains("origin", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_passkey_is_registered_for_this_origin_and_by_one_officer_only()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        var ada = await door.LetInAsync("Ada", "watch");
        Door.Refused(400, "passkey-refused", await ada.RegisterAsync(key, "http://evil.example"));
        key.Verifies = false;
        Door.Refused(400, "passkey-refused", await ada.RegisterAsync(key));
        key.Verifies = true;
        Assert.Equal(200, (await ada.RegisterAsync(key)).Status);
        var bela = await door.LetInAsync("Béla", "watch");
        Door.Refused(400, "passkey-refused", await bela.RegisterAsync(key));
        // What one was asked is not the other's to answer.
        using var other = new SoftAuthenticator();
        var (_, options) = await ada.PostAsync("session/passkeys/options", new { });
        await bela.PostAsync("session/passkeys/options", new { });
        Door.Refused(
            400,
            "passkey-refused",
            await bela.PostAsync(
                "session/passkeys",
                new JsonObject { ["credential"] = other.Create(options.GetProperty("options"), bela.Origin) }
            )
        );
    }

    [Fact]
    public async Task A_passkey_that_does_not_verify_its_user_or_whose_counter_runs_back_does_not_sign_in()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var browser = door.NewBrowser();
        key.Verifies = false;
        Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key));
        key.Verifies = true;
        key.Counter = 10;
        Assert.Equal(200, (await browser.SignInAsync(key)).Status);
        key.Counter = 3; // as a copy of it would
        Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key));
    }

    [Fact]
    public async Task A_challenge_is_good_for_a_while()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var browser = door.NewBrowser();
        var answer = await browser.AssertionAsync(key);
        door.Clock.Pass(OfficerLimits.ChallengeLifetime);
        Door.Refused(401, "sign-in-failed", await browser.PostAsync("session/sign-in", answer));
    }

    [Fact]
    public async Task Failing_with_an_officers_passkey_locks_him_out_over_a_restart_and_until_the_time_has_passed_but_not_his_session()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        var ada = await door.LetInAsync("Ada", "watch");
        Assert.Equal(200, (await ada.RegisterAsync(key)).Status);
        var browser = door.NewBrowser();
        for (var i = 1; i < OfficerLimits.MaxUserFailures; i++)
            Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key, "http://evil.example"));
        Door.Refused(429, "locked-out", await browser.SignInAsync(key, "http://evil.example"));
        Door.Refused(429, "locked-out", await browser.SignInAsync(key));
        Assert.InRange(browser.Headers!.RetryAfter!.Delta!.Value.TotalSeconds, 1, OfficerLimits.LockOut.TotalSeconds);
        Assert.Equal(200, (await ada.GetAsync("station")).Status);

        await door.Station.StopAsync();
        await door.Station.StartAsync();
        browser = door.NewBrowser();
        Door.Refused(429, "locked-out", await browser.SignInAsync(key));
        door.Clock.Pass(OfficerLimits.LockOut);
        Assert.Equal(200, (await browser.SignInAsync(key)).Status);
        Assert.Contains("locked-out Ada", await door.AuditAsync());
    }

    [Fact]
    public async Task A_link_from_the_stations_machine_lifts_a_lock_out()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var browser = door.NewBrowser();
        for (var i = 0; i < OfficerLimits.MaxUserFailures; i++)
            await browser.SignInAsync(key, "http://evil.example");
        Door.Refused(429, "locked-out", await browser.SignInAsync(key));
        await door.LetInAsync("Ada");
        Assert.Equal(200, (await browser.SignInAsync(key)).Status);
    }

    [Fact]
    public async Task An_address_that_fails_too_often_is_locked_out_for_a_while()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator(); // registered nowhere
        var browser = door.NewBrowser();
        for (var i = 0; i < OfficerLimits.MaxAddressFailures; i++)
            Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key));
        Door.Refused(429, "locked-out", await browser.PostAsync("session/sign-in/options", new { }));
        Assert.NotNull(browser.Headers!.RetryAfter);
        Assert.Equal(401, await browser.OpenAsync("http://localhost/sign-in#token=guessed"));
        await door.LetInAsync("Ada", "watch"); // the way in that cannot be guessed stays open
        door.Clock.Pass(OfficerLimits.LockOut);
        Assert.Equal(200, (await browser.PostAsync("session/sign-in/options", new { })).Status);
        Assert.Equal(OfficerLimits.MaxAddressFailures, (await door.AuditAsync()).Count(row => row == "failed")); // what comes while it is locked out fills no book
    }

    [Fact]
    public async Task Challenges_are_not_given_without_end()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        for (var i = 0; i < OfficerLimits.MaxChallengesPerMinute; i++)
            Assert.Equal(200, (await browser.PostAsync("session/sign-in/options", new { name = "Ada" })).Status);
        Door.Refused(429, "locked-out", await browser.PostAsync("session/sign-in/options", new { name = "Ada" }));
    }

    [Fact]
    public async Task A_stranger_does_not_learn_who_has_a_passkey()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        Assert.Equal(200, (await (await door.LetInAsync("Ada", "watch")).RegisterAsync(key)).Status);
        var browser = door.NewBrowser();
        var known = (await browser.PostAsync("session/sign-in/options", new { name = "Ada" })).Json.GetProperty(
            "options"
        );
        Assert.Empty(known.GetProperty("allowCredentials").EnumerateArray());
        Assert.Equal("required", known.GetProperty("userVerification").GetString());
        Assert.Equal("localhost", known.GetProperty("rpId").GetString());
    }

    [Fact]
    public async Task A_removed_passkey_does_not_sign_in()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        var ada = await door.LetInAsync("Ada", "watch");
        Assert.Equal(200, (await ada.RegisterAsync(key)).Status);
        var id = Assert
            .Single((await ada.GetAsync("session/passkeys")).Json.EnumerateArray())
            .GetProperty("id")
            .GetString();
        var bela = await door.LetInAsync("Béla", "watch");
        Door.Refused(
            404,
            "unknown-passkey",
            await bela.SendAsync(HttpMethod.Delete, $"/api/v1/session/passkeys/{id}?last=true")
        );
        Assert.Equal(200, (await ada.SendAsync(HttpMethod.Delete, $"/api/v1/session/passkeys/{id}?last=true")).Status);
        Door.Refused(401, "sign-in-failed", await door.NewBrowser().SignInAsync(key));
    }

    [Fact]
    public async Task Under_an_address_that_is_no_name_there_are_no_passkeys()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        browser.Origin = $"http://127.0.0.1:{door.Station.Api.Port}";
        Door.Refused(409, "passkeys-elsewhere", await browser.PostAsync("session/sign-in/options", new { }));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"credential":null}""")]
    [InlineData("""{"credential":[]}""")]
    [InlineData("""{"credential":{}}""")]
    [InlineData("""{"credential":{"id":7,"response":"x"}}""")]
    [InlineData("""{"credential":{"id":"!!","response":{"clientDataJSON":"bm90IGpzb24"}}}""")]
    [InlineData(
        """{"credential":{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{"clientDataJSON":"eyJjaGFsbGVuZ2UiOiJBQUFBIn0","authenticatorData":"AA","signature":"AA","userHandle":"AA"}}}"""
    )]
    public async Task Nonsense_signs_nobody_in(string body)
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        var (status, json) = await browser.SendAsync(HttpMethod.Post, "/api/v1/session/sign-in", body);
        Assert.True(status is 400 or 401, $"{status} {json}");
    }
}
