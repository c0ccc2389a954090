using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Console;

/// <summary>Somebody holds another port of the console's host, and an officer opens a page there, in a real browser: he
/// gets nothing by it.</summary>
public sealed class OtherPortTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<OpenLine> LineAsync() =>
        await OpenLine.OfAsync(["us", "ru"], setUp: s => s.Environment["PARLEY_CONSOLE"] = Browser.Built);

    private static HttpClient Thief(TestStation station) =>
        new(
            new SocketsHttpHandler
            {
                UseCookies = false,
                UseProxy = false,
                AllowAutoRedirect = false,
            }
        )
        {
            BaseAddress = station.Api.Address,
        };

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_page_at_another_port_is_sent_the_cookie_and_can_do_nothing_with_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        await using var other = new OtherPort(IPAddress.Loopback).With("/", "<!doctype html><title>A recipe</title>");
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var console = $"http://localhost:{officer.Station.Api.Address.Port}";
        var tab = await officer.OtherTabAsync();
        await tab.Page.GotoAsync(other.Origin);

        // That a cookie knows no port is the browser's nature; if it did, this test would show nothing.
        var stolen = other.Cookies.First(c => c.Contains("parley-us=", StringComparison.Ordinal));
        using var thief = Thief(officer.Station);
        foreach (
            var path in (string[])
                [
                    "station",
                    "lines",
                    $"lines/{line.Line}/entries",
                    $"lines/{line.Line}/traffic",
                    "events",
                    "session/passkeys",
                ]
        )
        {
            using var answer = await SendAsync(thief, HttpMethod.Get, path, stolen);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        using (var session = await SendAsync(thief, HttpMethod.Get, "session", stolen))
            Assert.Null(JsonNode.Parse(await session.Content.ReadAsStringAsync(Stop))!["user"]);
        using (
            var written = await SendAsync(
                thief,
                HttpMethod.Post,
                $"lines/{line.Line}/entries",
                stolen,
                """{"text":"Cease fire","precedence":"flash"}"""
            )
        )
            Assert.Equal(HttpStatusCode.Unauthorized, written.StatusCode);

        // Nor does the page itself reach what the console keeps, or learn what there is.
        Assert.Null(await tab.Page.EvaluateAsync<string?>("sessionStorage.getItem('parley.session')"));
        Assert.Equal(
            "silence",
            await tab.Page.EvaluateAsync<string>(
                """
                () => new Promise(done => {
                    const tabs = new BroadcastChannel('parley.session');
                    tabs.onmessage = ({ data }) => done(JSON.stringify(data));
                    tabs.postMessage({ wanted: true });
                    setTimeout(() => done('silence'), 1500);
                })
                """
            )
        );
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var path in (string[])
                [
                    $"/api/v1/lines/{line.Line}/entries/us/0",
                    $"/api/v1/lines/{line.Line}/entries/us/999",
                    "/api/v1/station",
                    "/api/v1/no-such-path",
                    "/assets/parley.svg",
                    "/health/ready",
                ]
        )
            seen.Add(await tab.Page.EvaluateAsync<string>(Probe, $"{console}{path}"));
        Assert.Equal(["object error, image error, fetch refused, no-cors refused"], seen);

        await officer.Page.ReloadAsync();
        await officer.SeesAsync(officer.Page.GetByText("A. Kovács"));
        Assert.DoesNotContain(
            "Cease fire",
            (await line["us"].RunAsync("record", "list", "--json")).Ended(0).Output,
            StringComparison.Ordinal
        );
    }

    /// <summary>What a page can find out about an address of another origin without reading it.</summary>
    private const string Probe = """
        async url => {
            const loads = element => new Promise(done => {
                element.onload = () => done('load');
                element.onerror = () => done('error');
                if (element.tagName === 'OBJECT') element.data = url; else element.src = url;
                document.body.append(element);
            });
            const fetched = how => fetch(url, { credentials: 'include', ...how }).then(() => 'answered', () => 'refused');
            return `object ${await loads(document.createElement('object'))}, image ${await loads(new Image())}, fetch ${await fetched({})}, no-cors ${await fetched({ mode: 'no-cors' })}`;
        }
        """;

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_look_alike_at_another_port_gets_an_answer_from_the_passkey_and_no_session_for_it()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        await using var alike = new OtherPort(IPAddress.Loopback).With(
            "/",
            "<!doctype html><title>Parley</title><button>Sign in with a passkey</button>"
        );
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Button("Make a passkey").ClickAsync();
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync();
        using var thief = Thief(officer.Station);
        var console = $"http://localhost:{officer.Station.Api.Address.Port}";

        var refusals = new List<string>();
        // His server says what it is, and then that it is the console itself.
        foreach (
            var (host, origin) in ((string, string)[])
                [(new Uri(alike.Origin).Authority, alike.Origin), (new Uri(console).Authority, console)]
        )
        {
            using var asked = await SendAsync(
                thief,
                HttpMethod.Post,
                "session/sign-in/options",
                null,
                "{}",
                host,
                origin
            );
            if (!asked.IsSuccessStatusCode)
            {
                refusals.Add(await CodeAsync(asked));
                continue;
            }
            var options = JsonNode.Parse(await asked.Content.ReadAsStringAsync(Stop))!["options"]!;
            await officer.Page.GotoAsync(alike.Origin);
            var credential = await officer.Page.EvaluateAsync<JsonElement>(
                "async options => (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options)) })).toJSON()",
                options.ToJsonString()
            );
            using var answer = await SendAsync(
                thief,
                HttpMethod.Post,
                "session/sign-in",
                null,
                new JsonObject { ["credential"] = JsonNode.Parse(credential.GetRawText()) }.ToJsonString(),
                host,
                origin
            );
            refusals.Add(await CodeAsync(answer));
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
        Assert.Equal(["foreign-origin", "sign-in-failed"], refusals);

        await officer.GoAsync("/");
        await officer.SeesAsync(officer.Page.GetByText("A. Kovács"));
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_cookie_that_another_port_sets_signs_nobody_in_as_its_setter()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        await officer.Button("Make a passkey").ClickAsync();
        await Assertions.Expect(officer.Button("Make a passkey")).ToBeHiddenAsync();
        var thiefs = (await (await browser.InviteAsync("M. Thief", "watch")).Page.Context.CookiesAsync())
            .Single(c => c.Name == "parley-us")
            .Value;
        await using var other = new OtherPort(IPAddress.Loopback)
            .With(
                "/path",
                "<!doctype html>",
                $"Set-Cookie: parley-us={thiefs}; Path=/api",
                "Set-Cookie: parley-us=x; Path=/api/v1"
            )
            .With("/over", "<!doctype html>", $"Set-Cookie: parley-us={thiefs}; Path=/; HttpOnly; SameSite=Strict");

        // Beside his own, it does not shut him out.
        await officer.Page.GotoAsync($"{other.Origin}/path");
        await officer.GoAsync("/");
        await officer.SeesAsync(officer.Page.GetByText("A. Kovács"));
        // In the place of his own, it ends his session in this browser, in plain words, and begins none of the thief's.
        await officer.Page.GotoAsync($"{other.Origin}/over");
        await officer.GoAsync("/");
        await officer.SeesAsync(officer.Page.GetByText("This browser holds a session that this tab has no part in"));
        await officer.ShootAsync("sign-in-again");
        await officer.IsAccessibleAsync("sign-in again");
        await officer.Button("Sign in with a passkey").ClickAsync();
        await officer.SeesAsync(officer.Page.GetByText("A. Kovács"));
        Assert.Equal(0, await officer.Page.GetByText("M. Thief").CountAsync());
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_tab_beside_an_open_one_is_signed_in_and_follows_it_and_the_last_one_takes_the_session_along()
    {
        Browser.SkipUnlessPossible();
        await using var line = await LineAsync();
        await using var browser = await Browser.StartAsync(line["us"]);
        var officer = await browser.InviteAsync("A. Kovács", "watch");
        var (second, third) = (await officer.OtherTabAsync(), await officer.OtherTabAsync());
        await second.GoAsync("/");
        await second.SeesAsync(second.Page.GetByText("A. Kovács"));
        await officer.Page.CloseAsync();
        await second.Page.ReloadAsync(); // a tab keeps it over a reload
        await second.SeesAsync(second.Page.GetByText("A. Kovács"));
        await second.GoAsync("/handover");
        await second.SeesAsync(second.Page.GetByText("A. Kovács"));
        await second.Page.CloseAsync();
        await third.GoAsync("/"); // no other tab is there to say it
        await third.SeesAsync(third.Button("Sign in with a passkey"));
        await third.SeesAsync(third.Page.GetByText("Sign in again."));

        // A session that begins or ends in one tab does so in the others.
        var fourth = await third.OtherTabAsync();
        await fourth.GoAsync("/");
        await fourth.SeesAsync(fourth.Button("Sign in with a passkey"));
        await third.TakeLinkAsync(
            (await line["us"].RunAsync("invite", "--name", "A. Kovács", "--json")).Ended(0).Json[
                "url"
            ]!.GetValue<string>()
        );
        await third.SeesAsync(third.Page.GetByText("A. Kovács"));
        await fourth.SeesAsync(fourth.Page.GetByText("A. Kovács"));
        await third.Page.Locator("header details summary").First.ClickAsync();
        await third.Button("End the session").ClickAsync();
        await fourth.SeesAsync(fourth.Button("Sign in with a passkey"));
    }

    private static Task<HttpResponseMessage> SendAsync(
        HttpClient thief,
        HttpMethod method,
        string path,
        string? cookie,
        string? body = null,
        string? host = null,
        string? origin = null
    )
    {
        var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (host is not null)
            request.Headers.Host = host;
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return thief.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
    }

    private static async Task<string> CodeAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["code"]!.GetValue<string>();
}
