using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Station.Tests.Api;
using Xunit;

namespace Parley.Station.Tests.SignIn;

/// <summary>A browser on a station's console: its cookie, its origin, and the half of the session that its page keeps
/// and sends in a header.</summary>
internal sealed class Browser(Uri station) : IDisposable
{
    private readonly HttpClient http = new(
        new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
        }
    )
    {
        BaseAddress = station,
    };

    /// <summary>What the address bar shows; not that of a station that started anew on another port.</summary>
    internal string Origin { get; set; } = $"{station.Scheme}://localhost:{station.Port}";
    internal string? Cookie { get; set; }
    internal string? Page { get; set; }

    /// <summary>The last answer's headers.</summary>
    internal HttpResponseHeaders? Headers { get; private set; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Opens a sign-in link and presses the button of its page; the status.</summary>
    internal async Task<int> OpenAsync(string link)
    {
        var (status, json) = await PostAsync("session/link", new { token = TokenOf(link) });
        if (status == 200)
            Page = json.GetProperty("secret").GetString();
        return status;
    }

    internal static string TokenOf(string link) => new Uri(link).Fragment["#token=".Length..];

    /// <summary><c>GET /api/v1/session</c>.</summary>
    internal async Task<JsonElement> SessionAsync()
    {
        var (status, json) = await GetAsync("session");
        Assert.Equal(200, status);
        return json;
    }

    internal Task<(int Status, JsonElement Json)> GetAsync(string path) => SendAsync(HttpMethod.Get, $"/api/v1/{path}");

    internal Task<(int Status, JsonElement Json)> DeleteAsync(string path) =>
        SendAsync(HttpMethod.Delete, $"/api/v1/{path}");

    internal Task<(int Status, JsonElement Json)> PostAsync(string path, object body) =>
        SendAsync(HttpMethod.Post, $"/api/v1/{path}", JsonSerializer.Serialize(body));

    internal async Task<(int Status, JsonElement Json)> SendAsync(
        HttpMethod method,
        string path,
        string? body = null,
        Action<HttpRequestMessage>? change = null
    )
    {
        using var request = new HttpRequestMessage(method, $"{station.GetLeftPart(UriPartial.Authority)}{path}");
        request.Headers.Host = new Uri(Origin).Authority;
        if (Cookie is not null)
            request.Headers.Add("Cookie", Cookie);
        if (Page is not null)
            request.Headers.Add("X-Parley-Session", Page);
        if (method != HttpMethod.Get)
        {
            request.Headers.Add("Origin", Origin);
            if (body is not null)
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        change?.Invoke(request);
        using var answer = await http.SendAsync(request, Stop);
        Headers = answer.Headers;
        if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            Cookie = cookies.Single().Split(';')[0];
        var text = await answer.Content.ReadAsStringAsync(Stop);
        return (
            (int)answer.StatusCode,
            text.StartsWith('{') || text.StartsWith('[') ? JsonSerializer.Deserialize<JsonElement>(text) : default
        );
    }

    /// <summary>Follows the events as a page does, until it is disposed.</summary>
    internal async Task<HttpResponseMessage> FollowAsync(string query)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"{station.GetLeftPart(UriPartial.Authority)}/api/v1/events?{query}"
        );
        request.Headers.Host = new Uri(Origin).Authority;
        request.Headers.Add("Cookie", Cookie);
        request.Headers.Add("X-Parley-Session", Page);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(200, (int)answer.StatusCode);
        var stream = await answer.Content.ReadAsStreamAsync(Stop);
        Assert.True(await stream.ReadAsync(new byte[1], Stop) > 0); // the station is following up
        return answer;
    }

    internal async Task SitAsync(string seat)
    {
        var (status, json) = await PostAsync("session/seat", new { seat });
        Assert.True(status == 200, $"{status} {json}");
    }

    /// <summary>Registers a passkey for the officer who is signed in; the station's answer.</summary>
    internal async Task<(int Status, JsonElement Json)> RegisterAsync(
        SoftAuthenticator authenticator,
        string? origin = null
    )
    {
        var (status, json) = await PostAsync("session/passkeys/options", new { });
        Assert.True(status == 200, $"{status} {json}");
        return await PostAsync(
            "session/passkeys",
            new JsonObject
            {
                ["credential"] = authenticator.Create(json.GetProperty("options"), origin ?? Origin),
                ["label"] = "Key of this test",
            }
        );
    }

    /// <summary>What the passkey answers to a new challenge, as it would be posted.</summary>
    internal async Task<JsonObject> AssertionAsync(SoftAuthenticator authenticator, string? origin = null)
    {
        var (status, json) = await PostAsync("session/sign-in/options", new { });
        Assert.True(status == 200, $"{status} {json}");
        return new JsonObject { ["credential"] = authenticator.Get(json.GetProperty("options"), origin ?? Origin) };
    }

    /// <summary>Signs in with a passkey; the station's answer.</summary>
    internal async Task<(int Status, JsonElement Json)> SignInAsync(
        SoftAuthenticator authenticator,
        string? origin = null
    )
    {
        var (status, json) = await PostAsync("session/sign-in", await AssertionAsync(authenticator, origin));
        if (status == 200)
            Page = json.GetProperty("secret").GetString();
        return (status, json);
    }

    /// <summary>Shows a passkey again within the session; the station's answer.</summary>
    internal async Task<(int Status, JsonElement Json)> ConfirmAsync(SoftAuthenticator authenticator)
    {
        var (status, json) = await PostAsync("session/confirm/options", new { });
        Assert.True(status == 200, $"{status} {json}");
        return await PostAsync(
            "session/confirm",
            new JsonObject { ["credential"] = authenticator.Get(json.GetProperty("options"), Origin) }
        );
    }

    public void Dispose() => http.Dispose();
}
