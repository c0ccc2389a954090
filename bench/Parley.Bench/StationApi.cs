using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Parley.Bench;

/// <summary>A station's sizes on the line, as it states them.</summary>
internal readonly record struct Sizes(long Own, long Sealed, long TheirsHeld);

/// <summary>A station's API over its Unix socket, as any client sees it.</summary>
internal sealed class StationApi : IDisposable
{
    private readonly HttpClient http;

    internal StationApi(string socketPath)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        http = new HttpClient(handler)
        {
            BaseAddress = new Uri("http://station/api/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    internal async Task<string> TextAsync(string path, CancellationToken ct) =>
        await AnswerAsync(await http.GetAsync(path, ct), ct);

    /// <summary>An answer that does not end, such as events.</summary>
    internal async Task<Stream> StreamAsync(string path, string? lastEventId, CancellationToken ct)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            asked.Headers.Add("Last-Event-ID", lastEventId);
        var answer = await http.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, ct);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStreamAsync(ct);
    }

    internal async Task<JsonElement> GetAsync(string path, CancellationToken ct) =>
        JsonElement.Parse(await TextAsync(path, ct));

    internal async Task<JsonElement> PostAsync(string path, HttpContent content, CancellationToken ct)
    {
        using (content)
            return JsonElement.Parse(await AnswerAsync(await http.PostAsync(path, content, ct), ct));
    }

    internal Task<JsonElement> PostAsync(string path, byte[] json, CancellationToken ct) =>
        PostAsync(
            path,
            new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
            ct
        );

    internal Task<JsonElement> PostAsync(string path, string json, CancellationToken ct) =>
        PostAsync(path, Encoding.UTF8.GetBytes(json), ct);

    internal async Task<Sizes> SizesAsync(string line, CancellationToken ct)
    {
        var status = await GetAsync($"lines/{line}/status", ct);
        return new Sizes(
            status.GetProperty("ownSize").GetInt64(),
            status.GetProperty("ownSealed").GetInt64(),
            status.GetProperty("peers")[0].GetProperty("theirSizeHeld").GetInt64()
        );
    }

    private static async Task<string> AnswerAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(ct);
            return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created
                ? text
                : throw new BenchFailure($"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
        }
    }

    public void Dispose() => http.Dispose();
}
