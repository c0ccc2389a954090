using System.Text;
using System.Text.Json;
using Parley.Station.Officers;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>
/// A session has two halves (docs/decisions/0027): the cookie, which a browser sends to every port of a host, and the
/// page's, which no other origin can read.
/// Whoever has one of them has nothing.
/// </summary>
public sealed class TwoHalvesTests
{
    private const string Header = "X-Parley-Session";

    private static string[] Readings(Door door) =>
        [
            "station",
            "lines",
            "card",
            "events",
            "events?after=0",
            "refusals",
            "drafts",
            "proposals",
            "proposals/refused",
            "alarms",
            "users",
            "session/audit",
            "session/passkeys",
            "no-such-path",
            $"lines/{door.Journal}",
            $"lines/{door.Journal}/status",
            $"lines/{door.Journal}/entries",
            $"lines/{door.Journal}/entries/us/0",
            $"lines/{door.Journal}/entries/us/0/body",
            $"lines/{door.Journal}/export",
            $"lines/{door.Journal}/traffic",
            $"lines/{door.Journal}/chronology",
        ];

    [Fact]
    public async Task The_cookie_alone_reads_nothing_writes_nothing_and_ends_nothing()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch");
        var thief = door.NewBrowser();
        thief.Cookie = ada.Cookie; // as another port of localhost is sent it
        foreach (var path in Readings(door))
            Door.Refused(401, "sign-in-wanted", await thief.GetAsync(path));
        var told = await thief.SessionAsync();
        Assert.Equal(
            (JsonValueKind.Null, true),
            (told.GetProperty("user").ValueKind, told.GetProperty("cookieAlone").GetBoolean())
        );
        foreach (var guess in (string?[])[null, "", ada.Cookie!.Split('=')[1], Secrets.New()])
        {
            thief.Page = guess;
            Door.Refused(
                401,
                "sign-in-wanted",
                await thief.PostAsync($"lines/{door.Journal}/entries", new { text = "FLASH" })
            );
            Door.Refused(401, "sign-in-wanted", await thief.PostAsync("session/seat", new { seat = "watch" }));
            Door.Refused(401, "sign-in-wanted", await thief.PostAsync("session/passkeys/options", new { }));
            Assert.Equal(200, (await thief.PostAsync("session/end", new { })).Status);
            thief.Cookie = ada.Cookie;
        }
        Assert.Equal(200, (await ada.GetAsync("station")).Status);
        Assert.DoesNotContain("signed-out Ada watch", await door.AuditAsync());
    }

    [Fact]
    public async Task The_pages_half_alone_is_worth_nothing_either_and_is_given_once()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        var (_, begun) = await browser.PostAsync(
            "session/link",
            new { token = Browser.TokenOf(await door.InviteAsync("Ada", "watch", "planner")) }
        );
        browser.Page = begun.GetProperty("secret").GetString();
        Assert.Equal(Secrets.Length, browser.Page!.Length);
        Assert.False(
            (await browser.SessionAsync()).TryGetProperty("secret", out var again)
                && again.ValueKind != JsonValueKind.Null
        );
        var (_, seated) = await browser.PostAsync("session/seat", new { seat = "planner" });
        Assert.False(seated.TryGetProperty("secret", out again) && again.ValueKind != JsonValueKind.Null);
        browser.Cookie = null;
        foreach (var path in Readings(door))
            Door.Refused(401, "sign-in-wanted", await browser.GetAsync(path));
    }

    [Fact]
    public async Task Cookies_that_another_port_set_open_nothing_and_shut_nobody_out()
    {
        await using var door = await Door.OpenAsync();
        var (ada, thief) = (await door.LetInAsync("Ada", "watch"), await door.LetInAsync("Thief", "watch"));
        var own = ada.Cookie!;
        foreach (
            var jar in (string[])
                [
                    $"{thief.Cookie}; {own}",
                    $"{own}; {thief.Cookie}",
                    $"parley-us=; parley-us=x; {own}",
                    $"a b=\"; =; ;; parley-us; {own}",
                    $"parley-usa=1; {own}",
                    string.Concat(Enumerable.Range(0, 300).Select(i => $"parley-us={Secrets.New()}; ")) + own,
                ]
        )
        {
            ada.Cookie = jar;
            Assert.Equal("Ada", (await ada.SessionAsync()).GetProperty("user").GetProperty("name").GetString());
        }
        // Where the thief's cookie took the place of hers, she is signed out, and not signed in as him.
        ada.Cookie = thief.Cookie;
        Assert.Equal(JsonValueKind.Null, (await ada.SessionAsync()).GetProperty("user").ValueKind);
        Door.Refused(
            401,
            "sign-in-wanted",
            await ada.PostAsync($"lines/{door.Journal}/entries", new { text = "for him" })
        );
    }

    [Fact]
    public async Task What_the_station_keeps_of_a_session_is_neither_half_nor_the_hash_of_one()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch");
        await door.Station.StopAsync();
        var halves = new[] { ada.Cookie!.Split('=')[1], ada.Page! };
        var wanted = halves.SelectMany(h => new[] { Encoding.UTF8.GetBytes(h), Secrets.HashOf(h).ToArray() }).ToList();
        var found = Secrets.OfSession(halves[0], halves[1]).ToArray();
        var kept = Directory
            .EnumerateFiles(door.Station.Folder.Directory.Path, "*", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes)
            .ToList();
        Assert.Contains(kept, bytes => bytes.AsSpan().IndexOf(found) >= 0);
        Assert.All(wanted, one => Assert.DoesNotContain(kept, bytes => bytes.AsSpan().IndexOf(one) >= 0));
    }

    [Fact]
    public async Task A_session_from_before_there_were_two_halves_is_over_and_an_older_page_is_told_to_load_anew()
    {
        await using var door = await Door.OpenAsync();
        await door.Station.StopAsync();
        var cookie = Secrets.New();
        await using (
            var store = await StationStore.OpenAsync(
                $"sqlite:{door.Station.Folder.Directory.Database}",
                door.Clock,
                TestContext.Current.CancellationToken
            )
        )
        {
            var user = new UserRow("u-1", "Ada", ["watch"], door.Clock.GetUtcNow());
            await store.CommitAsync(
                [
                    new PutUser(user),
                    new PutSession(
                        new SessionRow(
                            Secrets.HashOf(cookie),
                            user.Id,
                            "watch",
                            door.Clock.GetUtcNow(),
                            door.Clock.GetUtcNow() + OfficerLimits.Watch
                        )
                    ),
                ],
                TestContext.Current.CancellationToken
            );
        }
        await door.Station.StartAsync();
        var older = door.NewBrowser();
        older.Cookie = $"parley-us={cookie}";
        Door.Refused(401, "sign-in-wanted", await older.GetAsync("station"));
        Assert.True((await older.SessionAsync()).GetProperty("cookieAlone").GetBoolean());
        Door.Refused(
            403,
            "page-older",
            await older.SendAsync(
                HttpMethod.Post,
                "/api/v1/session/sign-in/options",
                "{}",
                r => r.Headers.Add("X-Parley-Csrf", "undefined")
            )
        );
    }

    [Fact]
    public async Task To_a_page_of_another_site_every_path_of_the_API_gives_the_same_answer_whoever_is_signed_in()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch");
        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var site in (string[])["same-site", "cross-site"])
        {
            foreach (
                var path in (string[])
                    [.. Readings(door).Select(p => $"/api/v1/{p}"), "/api/v1/session", "/openapi/v1.json"]
            )
            {
                foreach (var signedIn in (bool[])[true, false])
                {
                    var answer = await ada.SendAsync(
                        HttpMethod.Get,
                        path,
                        change: r =>
                        {
                            r.Headers.Add("Sec-Fetch-Site", site);
                            if (!signedIn)
                                r.Headers.Remove(Header);
                        }
                    );
                    Door.Refused(403, "foreign-origin", answer);
                    answers.Add(answer.Json.GetProperty("title").GetString()!);
                }
            }
        }
        Assert.Single(answers);
        foreach (var site in (string[])["same-origin", "none"])
            Assert.Equal(
                200,
                (
                    await ada.SendAsync(
                        HttpMethod.Get,
                        "/api/v1/station",
                        change: r => r.Headers.Add("Sec-Fetch-Site", site)
                    )
                ).Status
            );
    }

    [Fact]
    public async Task Another_sites_page_may_lead_a_browser_to_the_console_and_take_nothing_of_it_into_itself()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        foreach (
            var (mode, dest, expected) in ((string, string, int)[])
                [
                    ("navigate", "document", 200),
                    ("navigate", "iframe", 403),
                    ("navigate", "object", 403),
                    ("no-cors", "image", 403),
                    ("cors", "empty", 403),
                ]
        )
        {
            foreach (var path in (string[])["/", "/sign-in", "/health/ready"])
                Assert.Equal(
                    expected,
                    (await browser.SendAsync(HttpMethod.Get, path, change: r => From(r, mode, dest))).Status
                );
            Assert.Equal(
                403,
                (await browser.SendAsync(HttpMethod.Get, "/api/v1/session", change: r => From(r, mode, dest))).Status
            );
        }

        static void From(HttpRequestMessage request, string mode, string dest)
        {
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            request.Headers.Add("Sec-Fetch-Mode", mode);
            request.Headers.Add("Sec-Fetch-Dest", dest);
        }
    }

    [Fact]
    public async Task No_answer_is_given_to_a_page_of_another_origin_not_even_a_refusal()
    {
        await using var door = await Door.OpenAsync();
        var browser = door.NewBrowser();
        foreach (
            var path in (string[])
                [
                    "/",
                    "/sign-in",
                    "/health/live",
                    "/health/ready",
                    "/api/v1/session",
                    "/api/v1/station",
                    "/no-such-path",
                    "/openapi/v1.json",
                ]
        )
        {
            await browser.SendAsync(HttpMethod.Get, path);
            Assert.Equal(["same-origin"], browser.Headers!.GetValues("Cross-Origin-Resource-Policy"));
            Assert.Equal(["nosniff"], browser.Headers.GetValues("X-Content-Type-Options"));
        }
        browser.Origin = "http://evil.example";
        await browser.SendAsync(HttpMethod.Get, "/");
        Assert.Equal(["same-origin"], browser.Headers!.GetValues("Cross-Origin-Resource-Policy"));
    }

    [Fact]
    public async Task Who_does_the_same_over_and_over_does_not_push_the_rest_out_of_the_book_of_the_door()
    {
        await using var door = await Door.OpenAsync();
        var ada = await door.LetInAsync("Ada", "watch", "planner");
        for (var i = 0; i < 5; i++)
            await ada.SitAsync("watch"); // where he sits already
        Assert.Equal("link-used Ada watch", (await door.AuditAsync())[0]);
        for (var i = 0; i < OfficerLimits.MaxDeeds; i++)
            await ada.SitAsync(i % 2 == 0 ? "planner" : "watch");
        Door.Refused(409, "too-many", await ada.PostAsync("session/seat", new { seat = "planner" }));
        Assert.Equal(200, (await ada.PostAsync("session/end", new { })).Status);
    }
}
