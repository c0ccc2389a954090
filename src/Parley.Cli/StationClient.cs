using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;

namespace Parley.Cli;

/// <summary>
/// The running station of a data directory, over its Unix socket. Refusals of the station, and its absence, end the command with
/// the reason (<see cref="Failure"/>).
/// </summary>
internal sealed class StationClient : IDisposable
{
    private static readonly Uri Base = new("http://station/api/v1/");
    private readonly HttpClient http;
    private readonly DataDirectory directory;

    internal StationClient(DataDirectory directory)
    {
        this.directory = directory;
        http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseCookies = false, UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = Base,
            Timeout = Timeout.InfiniteTimeSpan, // a wait may last; Ctrl-C ends it
        };
    }

    internal Task<string> GetAsync(string path, CancellationToken ct) => TextAsync(new HttpRequestMessage(HttpMethod.Get, path), ct);

    internal async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) => Read(await GetAsync(path, ct), type);

    internal Task<string> PostAsync<T>(string path, T request, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return TextAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, ct);
    }

    internal Task<string> PostAsync(string path, HttpContent? content, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = content is not null; // a refusal comes before a long body, instead of breaking it off
        return TextAsync(request, ct);
    }

    /// <summary>The answer as soon as its headers are here; the caller disposes it.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken ct)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException e)
        {
            throw e.InnerException is Failure failure ? failure : new Failure($"the station on {directory.Path} broke off: {e.Message}");
        }
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw new Failure(Reason((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(ct)));
    }

    internal static T Read<T>(string json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw new Failure("the station's answer is empty");

    /// <summary>
    /// The line that <paramref name="given"/> names: an id, the start of one, or a slug, so long as it fits one line only; without
    /// it, the station's only line.
    /// </summary>
    internal async Task<LineId> LineAsync(string? given, CancellationToken ct)
    {
        if (LineId.TryParse(given, out var exact)) return exact;
        var lines = await GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
        LineId[] found = [.. lines.Select(l => l.Line).Where(l => given is null || SlugOf(l) == given)];
        if (found.Length == 0) found = [.. lines.Select(l => l.Line).Where(l => l.Value.StartsWith(given!, StringComparison.Ordinal))];
        return found switch
        {
            [var one] => one,
            [] when lines.Count == 0 => throw new Failure("this station is on no line yet (open one: parley line open --with CARDFILE)"),
            [] => throw new Failure($"no line '{given}' on this station"),
            _ when given is null => throw new Failure($"this station is on {lines.Count} lines: say which with --line\n  {string.Join("\n  ", found)}", Program.Usage),
            _ => throw new Failure($"'{given}' fits {found.Length} lines: say more of it\n  {string.Join("\n  ", found)}", Program.Usage),
        };
    }

    internal static string SlugOf(LineId line) => line.Value[..^(LineId.HashDigits + 1)];

    private async Task<string> TextAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            using var answer = await OpenAsync(request, ct);
            try
            {
                return await answer.Content.ReadAsStringAsync(ct);
            }
            catch (HttpRequestException e)
            {
                throw new Failure($"the station on {directory.Path} broke off: {e.Message}");
            }
        }
    }

    private static string Reason(int status, string problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            if (json.RootElement.TryGetProperty("title", out var title) && title.GetString() is { } text) return text;
        }
        catch (JsonException)
        {
            // not a problem document: the status alone has to do
        }
        return $"the station answered {status}";
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        if (!directory.HoldsStation) throw new Failure($"no station in {directory.Path} (make one: parley init --party ID --name NAME --data {directory.Path})");
        if (directory.Socket is not { } path) throw new Failure($"{directory.Path} is too long for a socket's path; change to a directory nearer to it");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AccessDenied
                ? new Failure($"you may not use the station on {directory.Path}: its socket belongs to another user")
                : new Failure($"no station is running on {directory.Path} (start it: parley run --data {directory.Path})");
        }
    }

    public void Dispose() => http.Dispose();
}
