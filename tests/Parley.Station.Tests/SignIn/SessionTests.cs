using System.Text.Json;
using Parley.Station.Data;
using Parley.Station.Officers;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>Links, sessions, and what a session may do.</summary>
public sealed class SessionTests
{
    private static object Text(string text, string seat = "principal", string name = "Somebody Else") =>
        new { text, by = new { seat, name } };

    [Fact]
    public async Task A_link_signs_its_officer_in_once_and_in_its_seat()
    {
        await using var door = await Door.OpenAsync();
        var link = await door.InviteAsync("Kovács", "interpreter", "watch");
        var browser = door.NewBrowser();
        Assert.Equal(200, await browser.OpenAsync(link));
        var session = await browser.SessionAsync();
        Assert.Equal(
            ("us", "Kovács", "interpreter"),
            (
                session.GetProperty("party").GetString(),
                session.GetProperty("user").GetProperty("name").GetString(),
                session.GetProperty("seat").GetString()
            )
        );
        Assert.Equal(401, await door.NewBrowser().OpenAsync(link));
        Assert.Equal(["link-refused", "link-used Kovács interpreter", "invited Kovács"], await door.AuditAsync());
    }

    // CALL-17, V-9
    [Fact]
    public async Task The_watch_is_attended_while_a_page_is_open_that_can_ring_and_not_for_one_that_cannot()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        await browser.OpenAsync(await door.InviteAsync("Ada", "watch"));
        await browser.SitAsync("watch");

        // What was done without a browser is forgotten with the process that it was done to.
        await door.Station.StopAsync();
        await door.Station.StartAsync();
        browser = door.Again(browser);
        Door.Refused(409, "no-stream", await browser.PostAsync("session/armed", new { console = "a1", armed = true }));

        Task AttendedAsync(bool attended) =>
            door.Station.UntilAsync(
                () => Task.FromResult(door.Station.IsAttended == attended),
                attended ? "the watch is attended" : "the watch is not attended"
            );
        Task<(int Status, System.Text.Json.JsonElement Json)> ArmAsync(bool armed) =>
            browser.PostAsync("session/armed", new { console = "a1", armed });
        using (await browser.FollowAsync("console=a1&armed=false"))
        {
            Assert.Equal(200, (await ArmAsync(true)).Status);
            await AttendedAsync(true);
            await ArmAsync(false);
            Assert.False(door.Station.IsAttended);
            await browser.GetAsync($"lines/{door.Journal}/entries"); // what a page asks is asked by nobody
            Assert.False(door.Station.IsAttended);
            await ArmAsync(true);
            Assert.True(door.Station.IsAttended);
        }
        await AttendedAsync(false); // it was closed
        using (await browser.FollowAsync("console=c3&armed=true"))
            await AttendedAsync(true);
    }

    [Fact]
    public async Task The_cookie_is_for_this_site_alone_and_out_of_reach_of_scripts()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        await browser.OpenAsync(await door.InviteAsync("Ada", "watch"));
        var cookie = browser.Headers!.GetValues("Set-Cookie").Single();
        foreach (var part in (string[])["parley-us=", "httponly", "samesite=strict", "path=/"])
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase); // there is no TLS on localhost
        Assert.Equal("no-referrer", browser.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Nothing_that_only_loads_a_link_spends_it_and_it_says_beforehand_whom_it_is_for()
    {
        await using var door = await Door.OpenAsync();
        var link = await door.InviteAsync("Ada", "watch", "principal");
        var token = Browser.TokenOf(link);
        var browser = door.NewBrowser();
        foreach (var path in (string[])["/sign-in", $"/sign-in?token={token}"])
            Assert.Equal(200, (await browser.SendAsync(HttpMethod.Get, path)).Status);
        Assert.Null(browser.Cookie);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            Assert.InRange((await browser.SendAsync(method, $"/api/v1/session/link?token={token}")).Status, 400, 405);
        Assert.InRange(
            (await browser.SendAsync(HttpMethod.Post, "/sign-in", JsonSerializer.Serialize(new { token }))).Status,
            400,
            499
        );
        var (status, look) = await browser.PostAsync("session/link/look", new { token });
        Assert.Equal(
            (200, "Ada", """["watch","principal"]"""),
            (status, look.GetProperty("name").GetString(), look.GetProperty("seats").GetRawText())
        );
        Assert.Equal(200, await browser.OpenAsync(link));
        Door.Refused(401, "sign-in-spent", await browser.PostAsync("session/link/look", new { token }));
    }

    [Fact]
    public async Task A_link_that_nobody_used_is_good_for_its_time_and_over_a_restart()
    {
        await using var door = await Door.OpenAsync();
        var (good, late) = (await door.InviteAsync("Ada", "watch"), await door.InviteAsync("Ada", "watch"));
        await door.Station.StopAsync();
        await door.Station.StartAsync();
        Assert.Equal(200, await door.NewBrowser().OpenAsync(good));
        door.Clock.Pass(OfficerLimits.LinkLifetime);
        Assert.Equal(401, await door.NewBrowser().OpenAsync(late));
    }

    [Fact]
    public async Task Who_is_signed_out_hears_only_what_everybody_may_know()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        var session = await browser.SessionAsync();
        Assert.Equal(JsonValueKind.Null, session.GetProperty("user").ValueKind);
        foreach (
            var path in (string[])
                [
                    "station",
                    "lines",
                    "events",
                    "users",
                    "session/audit",
                    "session/passkeys",
                    "drafts",
                    "no-such-path",
                    $"lines/{door.Journal}/entries",
                ]
        )
            Door.Refused(401, "sign-in-wanted", await browser.GetAsync(path));
        foreach (
            var path in (string[])
                ["/openapi/v1.json", "/API/v1/station", "/%61pi/v1/station", "/api//v1/station", "//api/v1/station"]
        )
            Assert.True((await browser.SendAsync(HttpMethod.Get, path)).Status is 401 or 404, path);
        Door.Refused(401, "sign-in-wanted", await browser.PostAsync("session/seat", new { seat = "watch" }));
        Door.Refused(401, "sign-in-wanted", await browser.PostAsync($"lines/{door.Journal}/entries", Text("x")));
        browser.Cookie = $"parley-us={Secrets.New()}";
        browser.Page = Secrets.New();
        Door.Refused(401, "sign-in-wanted", await browser.GetAsync("station"));
    }

    [Fact]
    public async Task What_an_officer_writes_carries_his_name_and_seat_whatever_the_page_says()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch");
        var (status, json) = await ada.PostAsync($"lines/{door.Journal}/entries", Text("Noted"));
        Assert.True(status == 201, $"{status} {json}");
        await ada.PostAsync(
            $"lines/{door.Journal}/entries",
            Act.Of(
                "condition.raised",
                new
                {
                    scope = "watch",
                    level = "heightened",
                    reason = "fog",
                    by = new { seat = "principal", name = "B" },
                }
            )
        );
        await ada.PostAsync($"lines/{door.Journal}/entries/{json.GetProperty("id").GetString()}/ack", new { });
        await ada.SendAsync(
            HttpMethod.Post,
            $"/api/v1/lines/{door.Journal}/attachments?name=map.png&seat=principal&by=B",
            "png"
        );
        await ada.SendAsync(
            HttpMethod.Post,
            $"/api/v1/lines/{door.Journal}/entries/batch",
            """{"text":"one","by":{"seat":"principal","name":"B"}}""" + "\n" + """{"text":"two"}"""
        );
        var entries = (await ada.GetAsync($"lines/{door.Journal}/entries"))
            .Json.GetProperty("entries")
            .EnumerateArray()
            .Where(e => e.GetProperty("kind").GetString() != "line.opened")
            .ToList();
        Assert.Equal(6, entries.Count);
        Assert.All(entries, e => Assert.Equal("""{"seat":"watch","name":"Ada"}""", e.GetProperty("by").GetRawText()));
        var (_, draft) = await ada.PostAsync(
            "drafts",
            new { content = new { text = "later" }, by = new { seat = "principal", name = "B" } }
        );
        Assert.Equal("Ada", draft.GetProperty("by").GetProperty("name").GetString());
    }

    [Fact]
    public async Task On_the_socket_the_request_says_who_writes_as_before()
    {
        await using var door = await Door.OpenAsync();
        Assert.Equal(
            201,
            (await door.Station.PostAsync($"lines/{door.Journal}/entries", Text("From the command", "watch"))).Status
        );
        Door.Refused(
            400,
            "invalid",
            await door.Station.PostAsync($"lines/{door.Journal}/entries", new { text = "Nobody" })
        );
    }

    [Fact]
    public async Task The_rights_of_the_seat_hold_for_the_session()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch", "principal", "auditor", "administrator", "interpreter");
        var statement = new { kind = "statement.released", body = new { text = "We regret it", level = "internal" } };
        Door.Refused(403, "seat", await ada.PostAsync($"lines/{door.Journal}/entries", statement));
        await ada.SitAsync("principal");
        Assert.Equal(201, (await ada.PostAsync($"lines/{door.Journal}/entries", statement)).Status);
        Door.Refused(403, "seat", await ada.GetAsync("users"));
        Door.Refused(403, "seat", await ada.GetAsync("session/audit"));
        await ada.SitAsync("interpreter");
        Door.Refused(403, "seat", await ada.PostAsync($"lines/{door.Journal}/off-record", new { text = "x" }));
        Door.Refused(
            403,
            "seat",
            await ada.PostAsync("lines/open", new { cards = Array.Empty<string>(), fingerprints = new { } })
        );
        await ada.SitAsync("auditor");
        Assert.Equal(200, (await ada.GetAsync("session/audit")).Status);
        Assert.Equal(200, (await ada.GetAsync($"lines/{door.Journal}/entries")).Status);
        Door.Refused(403, "seat", await ada.PostAsync($"lines/{door.Journal}/entries", Text("x")));
        Door.Refused(403, "seat", await ada.PostAsync("drafts", new { content = 1 }));
        Door.Refused(403, "seat", await ada.PostAsync("session/seat", new { seat = "planner" }));
    }

    [Fact]
    public async Task A_grave_act_is_released_by_another_user_from_his_own_session()
    {
        await using var door = await Door.OpenAsync();
        var (ada, bela) = (await door.LetInAsync("Ada", "principal"), await door.LetInAsync("Béla", "principal"));
        object grave = new { kind = "statement.released", body = new { text = "We regret it", level = "public" } };
        Door.Refused(
            403,
            "two-officers",
            await ada.PostAsync(
                $"lines/{door.Journal}/entries",
                new
                {
                    text = "Cease fire",
                    precedence = "flash",
                    releasedBy = new { seat = "principal", name = "Béla" },
                }
            )
        );
        Door.Refused(
            403,
            "two-officers",
            await ada.PostAsync(
                $"lines/{door.Journal}/entries",
                new
                {
                    text = "x",
                    by = new
                    {
                        seat = "principal",
                        name = "Ada",
                        releasedBy = new { seat = "principal", name = "Béla" },
                    },
                }
            )
        );
        var (status, proposal) = await ada.PostAsync($"lines/{door.Journal}/proposals", grave);
        Assert.True(status == 201, $"{status} {proposal}");
        var path = $"proposals/{proposal.GetProperty("proposal").GetString()}/release";
        Door.Refused(
            409,
            "two-officers",
            await ada.PostAsync(path, new { by = new { seat = "principal", name = "Béla" } })
        );
        var twin = await door.LetInAsync("  ada ", "principal"); // the same user, not another
        Door.Refused(409, "two-officers", await twin.PostAsync(path, new { }));
        var (_, released) = await bela.PostAsync(path, new { });
        var entry = (
            await bela.GetAsync($"lines/{door.Journal}/entries/{released.GetProperty("id").GetString()}")
        ).Json;
        Assert.Equal(
            """{"seat":"principal","name":"Ada","releasedBy":{"seat":"principal","name":"Béla"}}""",
            entry.GetProperty("by").GetRawText().Replace("\\u00E9", "é", StringComparison.Ordinal)
        );
    }

    /// <summary>The administrator throws away whatever is in the way, many at once; each that stays is said.</summary>
    private static async Task DraftsOfOthersAsync(Door door, Browser ada, Browser bela)
    {
        var chief = await door.LetInAsync("Chief", "administrator");
        async Task<string> DraftAsync() =>
            (await ada.PostAsync("drafts", new { content = new { text = "left" } }))
                .Json.GetProperty("draft")
                .GetString()!;
        string[] left = [await DraftAsync(), await DraftAsync(), await DraftAsync()];
        var (_, not) = await bela.PostAsync("drafts/delete", new { drafts = left });
        Assert.Equal(
            (0, 3, "not-yours"),
            (
                not.GetProperty("done").GetArrayLength(),
                not.GetProperty("left").GetArrayLength(),
                not.GetProperty("left")[0].GetProperty("code").GetString()
            )
        );
        Assert.Equal(
            left[0],
            Assert
                .Single(
                    (await chief.PostAsync("drafts/delete", new { drafts = left[..1] }))
                        .Json.GetProperty("done")
                        .EnumerateArray()
                )
                .GetString()
        );
        Door.Refused(
            403,
            "not-yours",
            await chief.SendAsync(
                HttpMethod.Put,
                $"/api/v1/drafts/{left[1]}",
                """{"content":{"text":"changed"}}""",
                _ => { }
            )
        );
        Door.Refused(
            403,
            "seat",
            await bela.PostAsync("drafts", new { content = new { what = "x" }, kind = "notice.given" })
        );
        Door.Refused(400, "invalid", await chief.PostAsync("drafts/delete", new { drafts = Array.Empty<string>() }));
    }

    [Fact]
    public async Task A_draft_that_nobody_touched_for_seven_days_any_officer_deletes()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch");
        var path =
            $"/api/v1/drafts/{(await ada.PostAsync("drafts", new { content = new { text = "left" } })).Json.GetProperty("draft").GetString()}";
        door.Clock.Pass(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        Door.Refused(
            403,
            "not-yours",
            await (await door.LetInAsync("Béla", "planner")).SendAsync(HttpMethod.Delete, path, null, _ => { })
        );
        door.Clock.Pass(TimeSpan.FromMinutes(2));
        Door.Refused(
            403,
            "seat",
            await (await door.LetInAsync("Cleo", "auditor")).SendAsync(HttpMethod.Delete, path, null, _ => { })
        );
        Assert.Equal(
            200,
            (await (await door.LetInAsync("Béla", "planner")).SendAsync(HttpMethod.Delete, path, null, _ => { })).Status
        );
    }

    [Fact]
    public async Task A_draft_is_changed_and_thrown_away_by_its_author_and_an_alarm_is_no_spokesmans_to_take_down()
    {
        await using var door = await Door.OpenAsync();
        var (ada, bela) = (await door.LetInAsync("Ada", "watch"), await door.LetInAsync("Béla", "spokesperson"));
        var (status, draft) = await ada.PostAsync("drafts", new { content = new { text = "unfinished" } });
        Assert.True(status == 201, $"{status} {draft}");
        var path = $"drafts/{draft.GetProperty("draft").GetString()}";
        Door.Refused(
            403,
            "not-yours",
            await bela.SendAsync(HttpMethod.Put, $"/api/v1/{path}", """{"content":{"text":"changed"}}""", _ => { })
        );
        Door.Refused(403, "not-yours", await bela.SendAsync(HttpMethod.Delete, $"/api/v1/{path}", null, _ => { }));
        Assert.Equal(
            200,
            (
                await ada.SendAsync(HttpMethod.Put, $"/api/v1/{path}", """{"content":{"text":"finished"}}""", _ => { })
            ).Status
        );
        Assert.Equal(200, (await ada.SendAsync(HttpMethod.Delete, $"/api/v1/{path}", null, _ => { })).Status);
        await DraftsOfOthersAsync(door, ada, bela);
        Door.Refused(403, "seat", await bela.PostAsync("alarms/any/acknowledge", new { }));
        Door.Refused(404, "unknown-alarm", await ada.PostAsync("alarms/any/acknowledge", new { }));
    }

    [Fact]
    public async Task A_page_of_another_origin_cannot_act_and_neither_can_one_that_lacks_the_header()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch");
        async Task<(int, JsonElement)> PostAsync(Action<HttpRequestMessage> change) =>
            await ada.SendAsync(HttpMethod.Post, $"/api/v1/lines/{door.Journal}/entries", """{"text":"x"}""", change);
        Door.Refused(403, "foreign-origin", await PostAsync(r => Set(r, "Origin", "http://evil.example")));
        Door.Refused(
            403,
            "foreign-origin",
            await PostAsync(r => Set(r, "Origin", $"http://localhost:{door.Station.Api.Port + 1}"))
        );
        Door.Refused(403, "foreign-origin", await PostAsync(r => r.Headers.Remove("Origin")));
        foreach (var site in (string[])["same-site", "cross-site", "nonsense"])
            Door.Refused(403, "foreign-origin", await PostAsync(r => Set(r, "Sec-Fetch-Site", site)));
        Door.Refused(
            403,
            "foreign-origin",
            await PostAsync(r =>
            {
                Set(r, "Sec-Fetch-Site", "same-origin"); // and yet from elsewhere: one of the two is a lie
                Set(r, "Origin", $"http://localhost:{door.Station.Api.Port + 1}");
            })
        );
        Door.Refused(401, "sign-in-wanted", await PostAsync(r => r.Headers.Remove("X-Parley-Session")));
        Door.Refused(401, "sign-in-wanted", await PostAsync(r => Set(r, "X-Parley-Session", Secrets.New())));
        Assert.Equal(201, (await PostAsync(r => Set(r, "Sec-Fetch-Site", "same-origin"))).Item1);
        // What one session's page brings is not good for another's cookie.
        var bela = await door.LetInAsync("Béla", "watch");
        ada.Page = bela.Page;
        Door.Refused(401, "sign-in-wanted", await PostAsync(_ => { }));

        static void Set(HttpRequestMessage request, string header, string value)
        {
            request.Headers.Remove(header);
            request.Headers.Add(header, value);
        }
    }

    [Fact]
    public async Task A_session_ends_with_the_watch_and_what_streams_to_it_stops()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch");
        var session = await ada.SessionAsync();
        Assert.Equal(
            OfficerLimits.Watch.TotalHours,
            (session.GetProperty("until").GetDateTimeOffset() - door.Clock.GetUtcNow()).TotalHours,
            0.1
        );
        using var http = new HttpClient { BaseAddress = door.Station.Api, Timeout = TimeSpan.FromSeconds(60) };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events")
        {
            Headers = { { "Cookie", ada.Cookie }, { "X-Parley-Session", ada.Page } },
        };
        using var stream = await http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        Assert.True(stream.IsSuccessStatusCode);
        var body = await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        door.Clock.Pass(OfficerLimits.Watch);
        Door.Refused(401, "sign-in-wanted", await ada.GetAsync("station"));
        Assert.Equal(JsonValueKind.Null, (await ada.SessionAsync()).GetProperty("user").ValueKind);
        var buffer = new byte[4096];
        await Assert.ThrowsAnyAsync<Exception>(async () => // the connection is cut, or ends
        {
            while (await body.ReadAsync(buffer, TestContext.Current.CancellationToken) > 0) { }
            throw new EndOfStreamException();
        });
        await door.Station.UntilAsync(
            async () => (await door.AuditAsync())[0] == "watch-over Ada watch",
            "the end of the watch is in the book"
        );
    }

    [Fact]
    public async Task Behind_a_proxy_with_a_name_of_its_own_links_cookies_and_passkeys_are_for_that_name()
    {
        const string address = "https://hotline.example";
        await using var door = await Door.OpenAsync(address: address);
        using var key = new SoftAuthenticator();
        var link = await door.InviteAsync("Ada", "watch");
        Assert.StartsWith($"{address}/sign-in#token=", link, StringComparison.Ordinal);
        var browser = door.NewBrowser();
        browser.Origin = address;
        await browser.OpenAsync(link);
        var cookie = browser.Headers!.GetValues("Set-Cookie").Single();
        Assert.StartsWith("__Host-parley-us=", cookie, StringComparison.Ordinal);
        foreach (var part in (string[])["; secure", "; path=/"])
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        var session = await browser.SessionAsync();
        Assert.Equal(
            Door.ShortWatch,
            (session.GetProperty("until").GetDateTimeOffset() - door.Clock.GetUtcNow()).TotalHours,
            0.1
        );
        Assert.Equal(200, (await browser.RegisterAsync(key)).Status);
        Door.Refused(401, "sign-in-failed", await browser.SignInAsync(key, "http://hotline.example"));
        Assert.Equal(200, (await browser.SignInAsync(key)).Status);
        Assert.Equal(201, (await browser.PostAsync($"lines/{door.Journal}/entries", Text("x"))).Status);
        browser.Origin = $"http://localhost:{door.Station.Api.Port}";
        Door.Refused(409, "passkeys-elsewhere", await browser.PostAsync("session/sign-in/options", new { }));
        browser.Origin = "https://evil.example";
        Door.Refused(421, "wrong-host", await browser.GetAsync("session"));
    }

    [Fact]
    public async Task After_a_restore_nobody_is_signed_in_and_no_link_works_but_passkeys_do()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        var ada = await door.LetInAsync("Ada", "watch");
        Assert.Equal(200, (await ada.RegisterAsync(key)).Status);
        var link = await door.InviteAsync("Béla", "watch");
        await door.Station.StopAsync();
        await door.Station.StartAsync(restored: true);
        Door.Refused(401, "sign-in-wanted", await door.Again(ada).GetAsync("station"));
        Assert.Equal(401, await door.NewBrowser().OpenAsync(link));
        Assert.Equal(200, (await door.NewBrowser().SignInAsync(key)).Status);
    }

    [Theory]
    [InlineData("http://hotline.example")]
    [InlineData("https://192.0.2.1")]
    [InlineData("https://hotline.example/console")]
    [InlineData("hotline.example")]
    public async Task A_console_address_under_which_no_passkey_could_work_is_refused_at_the_start(string address)
    {
        await using var door = await Door.OpenAsync();
        await door.Station.StopAsync();
        File.WriteAllBytes(
            door.Station.Folder.Directory.Settings,
            new StationSettings("us", door.Station.Folder.Card.Name, Console: address).Encode()
        );
        Assert.False((await door.Station.TryStartAsync()).TryGet(out _, out var why));
        Assert.Contains("console is an origin", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_officer_who_hands_over_is_signed_out_in_that_browser_and_no_other()
    {
        await using var door = await Door.OpenAsync();
        var (desk, phone) = (await door.LetInAsync("Ada", "watch"), await door.LetInAsync("Ada"));
        var cookie = desk.Cookie;
        Assert.Equal(200, (await desk.PostAsync("session/end", new { })).Status);
        desk.Cookie = cookie;
        Door.Refused(401, "sign-in-wanted", await desk.GetAsync("station"));
        Assert.True((await desk.SessionAsync()).GetProperty("cookieAlone").GetBoolean());
        Assert.Equal(200, (await phone.GetAsync("station")).Status);
    }

    [Fact]
    public async Task One_user_has_a_limited_number_of_sessions_and_the_oldest_ends()
    {
        await using var door = await Door.OpenAsync();
        var first = await door.LetInAsync("Ada", "watch");
        for (var i = 1; i < OfficerLimits.MaxSessions; i++)
            await door.LetInAsync("Ada");
        Assert.Equal(200, (await first.GetAsync("station")).Status);
        await door.LetInAsync("Ada");
        Door.Refused(401, "sign-in-wanted", await first.GetAsync("station"));
    }

    [Fact]
    public async Task An_administrator_invites_and_changes_seats_but_cannot_sign_in_as_one_who_has_a_passkey()
    {
        await using var door = await Door.OpenAsync();
        using var key = new SoftAuthenticator();
        var bela = await door.LetInAsync("Béla", "watch");
        Assert.Equal(200, (await bela.RegisterAsync(key)).Status);
        Door.Refused(403, "seat", await bela.PostAsync("users/Cili/invite", new { seats = new[] { "administrator" } }));
        var ada = await door.LetInAsync("Ada", "administrator");
        Door.Refused(
            409,
            "has-passkey",
            await ada.PostAsync("users/B%C3%A9la/invite", new { seats = new[] { "watch" } })
        );
        var (status, link) = await ada.PostAsync("users/Cili/invite", new { seats = new[] { "planner" } });
        Assert.True(status == 200, $"{status} {link}");
        Assert.Equal(200, await door.NewBrowser().OpenAsync(link.GetProperty("url").GetString()!));

        Assert.Equal(
            200,
            (await ada.PostAsync("users", new { name = "Béla", seats = new[] { "interpreter" } })).Status
        );
        Assert.Null((await bela.SessionAsync()).GetProperty("seat").GetString()); // it is not his any more
        Door.Refused(403, "seat-wanted", await bela.PostAsync($"lines/{door.Journal}/entries", Text("x")));
        var kept = await door.InviteAsync("Béla", "principal"); // for a day when he is not wanted any more
        Assert.Equal(200, (await ada.PostAsync("users", new { name = "Béla", seats = Array.Empty<string>() })).Status);
        Assert.Equal(401, await door.NewBrowser().OpenAsync(kept));
        Door.Refused(401, "sign-in-wanted", await bela.GetAsync("station"));
        Door.Refused(401, "sign-in-failed", await door.NewBrowser().SignInAsync(key));
        var users = (await ada.GetAsync("users"))
            .Json.EnumerateArray()
            .Select(u =>
                $"{u.GetProperty("name").GetString()} {u.GetProperty("seats").GetRawText()} {u.GetProperty("passkeys").GetInt32()}"
            );
        Assert.Equal(["Ada [\"administrator\"] 0", "Béla [] 1", "Cili [\"planner\"] 0"], users);
    }

    [Fact] // TRAFFIC-103, decision 0026
    public async Task However_its_letters_are_composed_a_name_is_invited_as_one_officer_and_a_link_goes_with_his_seats()
    {
        const string composed = "Béla Kovács",
            apart = "Be\u0301la Kova\u0301cs",
            wide = "Ｂéla  Ｋovács";
        await using var door = await Door.OpenAsync();
        var first = await door.InviteAsync(apart, "watch");
        Assert.Equal(
            200,
            (await door.Station.PostAsync("users", new { name = composed, seats = Array.Empty<string>() })).Status
        );
        Assert.Equal(401, await door.NewBrowser().OpenAsync(first)); // it would give back what was taken away
        foreach (var name in (string[])[apart, composed, wide])
        {
            var browser = door.NewBrowser();
            Assert.Equal(200, await browser.OpenAsync(await door.InviteAsync(name, "watch")));
            Assert.Equal(composed, (await browser.SessionAsync()).GetProperty("user").GetProperty("name").GetString());
        }
        Assert.Single((await door.Station.GetAsync("users")).Json.EnumerateArray());
    }

    [Fact] // decision 0026
    public async Task A_link_that_waits_is_shown_with_its_officer_however_his_name_was_written()
    {
        await using var door = await Door.OpenAsync();
        Assert.Equal(
            200,
            (await door.Station.PostAsync("users", new { name = "Béla", seats = new[] { "watch" } })).Status
        );
        await door.InviteAsync("Be\u0301la", "watch");
        var user = Assert.Single((await door.Station.GetAsync("users")).Json.EnumerateArray());
        Assert.Equal(JsonValueKind.String, user.GetProperty("invitedUntil").ValueKind);
    }

    [Theory]
    [InlineData("", "watch")]
    [InlineData("   ", "watch")]
    [InlineData("12", "watch")]
    [InlineData("Ada\u202eecila", "watch")]
    [InlineData("Ada\u200b", "watch")]
    [InlineData("Ada\nLovelace", "watch")]
    [InlineData("Ada", "captain")]
    [InlineData("Ada")]
    public async Task Names_that_cannot_be_told_apart_and_seats_that_are_none_are_refused(
        string name,
        params string[] seats
    )
    {
        await using var door = await Door.OpenAsync();
        Door.Refused(
            400,
            "invalid",
            name.Length == 0
                ? await door.Station.PostAsync("users", new { name, seats })
                : await door.Station.PostAsync($"users/{Uri.EscapeDataString(name)}/invite", new { seats })
        );
    }
}
