using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Parley.EndToEnd.Stations;

/// <summary>A station's HTTP API as a program of somebody else sees it: paths, JSON and the token, no types of
/// ours.</summary>
internal sealed class StationApi : IDisposable
{
    private readonly HttpClient http;

    /// <param name="address">Where it listens.</param>
    /// <param name="token">The bearer token; null to come as a stranger.</param>
    /// <param name="socket">The Unix socket that is dialled instead of the address; null for none.</param>
    internal StationApi(Uri address, string? token, string? socket = null)
    {
        http = new HttpClient(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                ConnectCallback = socket is null ? null : (_, ct) => ConnectAsync(socket, ct),
            }
        )
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    internal Uri Address => http.BaseAddress!;

    /// <summary>The answer, whatever its status; the path is below the API's root unless it begins with a
    /// slash.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null) =>
        http.SendAsync(
            new HttpRequestMessage(method, Rooted(path)) { Content = content },
            TestContext.Current.CancellationToken
        );

    internal async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await GetTextAsync(path))!;

    internal async Task<string> GetTextAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"GET {path}: {answer.StatusCode} {text}");
        return text;
    }

    internal Task<JsonNode> PostAsync(string path, JsonNode body) =>
        PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));

    internal async Task<JsonNode> PostAsync(string path, HttpContent content)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    internal static JsonObject Message(string text) =>
        new()
        {
            ["text"] = text,
            ["by"] = new JsonObject { ["seat"] = "watch", ["name"] = "A. Tester" },
        };

    /// <summary>Events as they come, from after <paramref name="last"/>; ends when the station or the reader
    /// does.</summary>
    internal async IAsyncEnumerable<SseItem<string>> EventsAsync(
        string line,
        string? last,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Rooted($"events?line={line}"));
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(ct))
            yield return item;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Rooted(string path) => path.StartsWith('/') ? path : $"/api/v1/{path}";

    public void Dispose() => http.Dispose();
}
