using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>An officer who is let in on the station's machine, as a browser would come in: no types of ours.</summary>
public sealed class SignInTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invited_officer_writes_under_his_own_name_and_stays_signed_in_when_the_station_is_killed()
    {
        using var folder = new TestFolder();
        await using var station = await TestStation.InitAsync(folder, "us");
        (await station.RunAsync("invite", "--name", "Kovács", "--seat", "watch")).Refused(1, "no station is running");
        await station.StartAsync();
        var journal = (await station.Api.GetAsync("station"))["journal"]!.GetValue<string>();
        var link = (await station.RunAsync("invite", "--name", "Kovács", "--seat", "watch", "--json")).Ended(0).Json[
            "url"
        ]!.GetValue<string>();
        Assert.StartsWith(
            $"{station.Api.Address.GetLeftPart(UriPartial.Authority)}/sign-in#token=",
            link,
            StringComparison.Ordinal
        );

        using var browser = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                CookieContainer = new CookieContainer(),
            }
        )
        {
            BaseAddress = station.Api.Address,
        };
        using (var looked = await browser.GetAsync(link, Stop))
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode); // the page, whose button is not pressed yet
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        using (var first = await PressAsync(browser, link))
        {
            var begun = JsonNode.Parse(await first.Content.ReadAsStringAsync(Stop))!;
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            browser.DefaultRequestHeaders.Add("X-Parley-Session", begun["secret"]!.GetValue<string>());
        }
        using (var second = await PressAsync(browser, link))
            Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Equal("us/1", await WriteAsync(browser, journal, "Took the watch"));

        await station.KillAsync();
        await station.StartAsync();
        Assert.Equal("us/2", await WriteAsync(browser, journal, "Still on watch"));
        var by = (await station.Api.GetAsync($"lines/{journal}/entries/us/2"))["by"]!;
        Assert.Equal(("watch", "Kovács"), (by["seat"]!.GetValue<string>(), by["name"]!.GetValue<string>()));

        // Whoever has the socket, and the token, speaks as before.
        Assert.Equal(
            "us/3",
            (await station.RunAsync("send", "--line", "journal", "--by", "A. Smith", "--json", "From the command"))
                .Ended(0)
                .Json.Id()
        );
        await station.StopAsync();
    }

    private static Task<HttpResponseMessage> PressAsync(HttpClient browser, string link) =>
        browser.PostAsync(
            "/api/v1/session/link",
            new StringContent(
                new JsonObject { ["token"] = new Uri(link).Fragment["#token=".Length..] }.ToJsonString(),
                Encoding.UTF8,
                "application/json"
            ),
            Stop
        );

    private static async Task<string> WriteAsync(HttpClient browser, string line, string text)
    {
        var session = JsonNode.Parse(await browser.GetStringAsync("/api/v1/session", Stop))!;
        Assert.Equal("Kovács", session["user"]!["name"]!.GetValue<string>());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/lines/{line}/entries");
        request.Content = new StringContent(
            new JsonObject
            {
                ["text"] = text,
                ["by"] = new JsonObject { ["seat"] = "principal", ["name"] = "Somebody Else" },
            }.ToJsonString(),
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await browser.SendAsync(request, Stop);
        var said = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, said);
        return JsonNode.Parse(said)!.Id();
    }
}
