using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Cli.Terminal;
using Parley.Contract;
using Parley.Record;
using Parley.Station;
using Parley.Station.Api;
using Parley.Station.Data;

namespace Parley.Cli;

/// <summary>
/// The running station of a data directory, over its Unix socket. Refusals of the station, and its absence, end the
/// command with
/// the reason (<see cref="Failure"/>).
/// </summary>
internal sealed class StationClient : IDisposable, IAsyncDisposable
{
    private static readonly Uri Base = new("http://station/api/v1/");
    private readonly HttpClient http;
    private readonly DataDirectory directory;

    /// <summary>Set where no station runs: what answers in its place, in this process.</summary>
    private readonly StationReader? reader;

    internal StationClient(DataDirectory directory, StationReader? reader = null)
    {
        this.directory = directory;
        this.reader = reader;
        http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = ConnectAsync,
                UseCookies = false,
                UseProxy = false,
                AllowAutoRedirect = false,
            }
        )
        {
            BaseAddress = Base,
            Timeout = Timeout.InfiniteTimeSpan, // a wait may last; Ctrl-C ends it
        };
    }

    /// <summary>The running station; where none runs, its record as it lies in the directory, which standard error then
    /// says.</summary>
    internal static async Task<StationClient> ForReadingAsync(
        DataDirectory directory,
        Screen screen,
        CancellationToken ct
    )
    {
        if (!directory.HoldsStation || await IsRunningAsync(directory, ct))
            return new StationClient(directory);
        if (!(await StationReader.OpenAsync(directory, null, screen.Clock, ct)).TryGet(out var reader, out var reason))
        {
            return await IsRunningAsync(directory, ct)
                ? new StationClient(directory)
                : throw new Failure(
                    $"no station is running on {directory.Path}, and its record cannot be read: {reason}"
                );
        }
        screen.ErrorPlain(
            $"No station runs on {directory.Path}: this is its record as it lies there; nothing is signed or sent."
        );
        return new StationClient(directory, reader);
    }

    /// <summary>Where the running station keeps its record, as it says itself; null where none runs.</summary>
    internal static async Task<string?> StoreInUseAsync(DataDirectory directory, CancellationToken ct)
    {
        if (!await IsRunningAsync(directory, ct))
            return null;
        await using var client = new StationClient(directory);
        try
        {
            using var station = JsonDocument.Parse(await client.GetAsync("station", ct));
            return station.RootElement.TryGetProperty("store", out var store) ? store.GetString() : null;
        }
        catch (Failure)
        {
            return null; // a station in trouble must not keep anybody from looking at, or saving, what it stores
        }
    }

    /// <summary>True as well where a station is there that this user may not reach: asking it says so.</summary>
    private static async Task<bool> IsRunningAsync(DataDirectory directory, CancellationToken ct)
    {
        if (directory.Socket is not { } path)
            return false;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AccessDenied;
        }
    }

    internal Task<string> GetAsync(string path, CancellationToken ct) =>
        TextAsync(new HttpRequestMessage(HttpMethod.Get, path), ct);

    /// <summary>As <see cref="GetAsync(string, CancellationToken)"/>, with a header of the answer; null where it has
    /// none.</summary>
    internal async Task<(string Body, string? Header)> GetAsync(string path, string header, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var answer = await OpenAsync(request, ct);
        return (
            await TextAsync(answer, HttpMethod.Get, ct),
            answer.Headers.TryGetValues(header, out var values) ? string.Join("; ", values) : null
        );
    }

    /// <summary>As <see cref="GetAsync(string, CancellationToken)"/>, page by page: each names the one that comes after
    /// it.</summary>
    internal async IAsyncEnumerable<string> PagesAsync(string path, [EnumeratorCancellation] CancellationToken ct)
    {
        for (string? next = ""; next is not null; )
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                next.Length == 0
                    ? path
                    : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}after={Uri.EscapeDataString(next)}"
            );
            using var answer = await OpenAsync(request, ct);
            yield return await TextAsync(answer, HttpMethod.Get, ct);
            next = answer.Headers.TryGetValues(ApiWords.Next, out var values) ? string.Concat(values) : null;
        }
    }

    internal async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) =>
        Read(await GetAsync(path, ct), type);

    internal Task<string> DeleteAsync(string path, CancellationToken ct) =>
        TextAsync(new HttpRequestMessage(HttpMethod.Delete, path), ct);

    internal Task<string> PostAsync<T>(string path, T request, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, type))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        return TextAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, ct);
    }

    internal Task<string> PostAsync(string path, HttpContent? content, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = content is not null; // a refusal comes before a long body, instead of breaking it off
        return TextAsync(request, ct);
    }

    /// <summary>As <see cref="PostAsync(string, HttpContent?, CancellationToken)"/>, with a header of the answer; null
    /// where it has none.</summary>
    internal async Task<(string Body, string? Header)> PostAsync(
        string path,
        HttpContent content,
        string header,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = true;
        using var answer = await OpenAsync(request, ct);
        return (
            await TextAsync(answer, HttpMethod.Post, ct),
            answer.Headers.TryGetValues(header, out var values) ? string.Join("; ", values) : null
        );
    }

    internal Task<string> PutAsync(string path, HttpContent content, CancellationToken ct) =>
        TextAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = content }, ct);

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
            // A failure of our own comes from dialling: then nothing was asked.
            throw e.InnerException is Failure failure ? failure : BrokeOff(request.Method, e.Message);
        }
        catch (OperationCanceledException) when (IsWrite(request.Method))
        {
            throw new Failure($"interrupted before the station answered: {Doubt}", Program.Interrupted);
        }
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw Refused(request.Method, (int)answer.StatusCode, await TextAsync(answer, request.Method, ct));
    }

    private const string Doubt =
        "it is not known whether it was done. Look before you do it again (parley record list, parley status)";

    private static bool IsWrite(HttpMethod method) => method != HttpMethod.Get;

    /// <summary>A question that was not answered is asked again; an act may have been done all the same.</summary>
    private Failure BrokeOff(HttpMethod method, string why) =>
        IsWrite(method)
            ? new Failure(
                $"the station on {directory.Path} broke off before it answered: {Doubt} ({why})",
                Program.NotKnown
            )
            : new Failure($"the station on {directory.Path} broke off: {why}");

    private async Task<string> TextAsync(HttpResponseMessage answer, HttpMethod method, CancellationToken ct)
    {
        try
        {
            return await answer.Content.ReadAsStringAsync(ct);
        }
        catch (HttpRequestException e)
        {
            throw BrokeOff(method, e.Message);
        }
        catch (OperationCanceledException) when (IsWrite(method))
        {
            throw new Failure($"interrupted before the station's answer was whole: {Doubt}", Program.Interrupted);
        }
    }

    internal static T Read<T>(string json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw new Failure("the station's answer is empty");

    /// <summary>
    /// The line that <paramref name="given"/> names: an id, the start of one, a slug, or <c>journal</c>, so long as it
    /// fits one line only; without
    /// it, the station's only line. Of lines that continue one another it is the newest, and an exercise line is meant
    /// only when it is named.
    /// </summary>
    internal async Task<LineId> LineAsync(string? given, CancellationToken ct)
    {
        if (LineId.TryParse(given, out var exact))
            return exact;
        var lines = await GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
        if (given == Journal)
            return (await GetAsync("station", ApiJson.Default.StationView, ct)).Journal
                ?? throw new Failure("this station keeps no journal yet: it makes one when it runs");
        LineId[] found =
        [
            .. Newest(lines.Where(l => given is null ? !IsExercise(l.Line) : SlugOf(l.Line) == given))
                .Select(l => l.Line),
        ];
        if (found.Length == 0 && given is null)
            found = [.. Newest(lines).Select(l => l.Line)];
        if (found.Length == 0)
            found = [.. lines.Select(l => l.Line).Where(l => l.Value.StartsWith(given!, StringComparison.Ordinal))];
        return found switch
        {
            [var one] => one,
            [] when lines.Count == 0 => throw new Failure(
                "this station is on no line yet (open one: parley line open --with CARDFILE)"
            ),
            [] => throw new Failure($"no line '{given}' on this station"),
            _ when given is null => throw new Failure(
                $"this station is on {lines.Count} lines: say which with --line\n  {string.Join("\n  ", found)}",
                Program.Usage
            ),
            _ => throw new Failure(
                $"'{given}' fits {found.Length} lines: say more of it\n  {string.Join("\n  ", found)}",
                Program.Usage
            ),
        };
    }

    /// <summary>
    /// The line that an entry is meant on when none is named: the station's only line; of several, the one where the
    /// entry belongs to something that is
    /// open, else the one that has such an entry at all.
    /// </summary>
    internal async Task<LineId> LineOfAsync(EntryId entry, CancellationToken ct)
    {
        var lines = await GetAsync("lines", ApiJson.Default.IReadOnlyListLineSummary, ct);
        if (lines.Count <= 1)
            return await LineAsync(null, ct);
        List<LineId> open = [],
            having = [];
        List<LineId> asked = [.. lines.Where(l => l.Parties.Contains(entry.Party)).Select(l => l.Line)];
        if (
            (await GetAsync("station", ApiJson.Default.StationView, ct)) is { Journal: { } journal } self
            && self.Party == entry.Party
        )
            asked.Add(journal);
        foreach (var line in asked)
        {
            if (await TryGetAsync($"lines/{line}/items/{entry}", ct) is { } item)
            {
                using var json = JsonDocument.Parse(item);
                if (!json.RootElement.GetProperty("settled").GetBoolean())
                    open.Add(line);
                having.Add(line);
            }
            else if (await TryGetAsync($"lines/{line}/entries/{entry}", ct) is not null)
                having.Add(line);
        }
        return (open, having) switch
        {
            ([var one], _) => one,
            ([], [var one]) => one,
            ([], []) => throw new Failure($"no line of this station has an entry {entry}"),
            _ => throw new Failure(
                $"{entry} is on several lines: say which with --line\n  {string.Join("\n  ", open.Count > 0 ? open : having)}",
                Program.Usage
            ),
        };
    }

    /// <summary>The answer; null where there is no such thing.</summary>
    internal async Task<string?> TryGetAsync(string path, CancellationToken ct)
    {
        try
        {
            return await GetAsync(path, ct);
        }
        catch (StationRefusal refusal) when (refusal.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Name of the line on which a party writes for itself.</summary>
    internal const string Journal = "journal";

    /// <summary>Lines named like this are for exercises: a command that names no line does not mean them.</summary>
    internal const string ExerciseSlug = "exercise";

    internal static bool IsExercise(LineId line) => SlugOf(line) == ExerciseSlug;

    /// <summary>Those lines that none of the others continues.</summary>
    internal static IEnumerable<LineSummary> Newest(IEnumerable<LineSummary> lines)
    {
        var all = lines.ToList();
        return all.Where(line => !all.Exists(later => later.Continues == line.Line));
    }

    internal static IReadOnlyList<LineSummary> ExercisesLast(IReadOnlyList<LineSummary> lines) =>
        [.. lines.OrderBy(l => IsExercise(l.Line))];

    internal static string SlugOf(LineId line) => line.Value[..^(LineId.HashDigits + 1)];

    private async Task<string> TextAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using (request)
        {
            using var answer = await OpenAsync(request, ct);
            return await TextAsync(answer, request.Method, ct);
        }
    }

    /// <summary>Codes of an answer after which it may have been done all the same.</summary>
    private const string InDoubt = "in-doubt",
        Internal = "internal";

    private static StationRefusal Refused(HttpMethod method, int status, string problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            var code = json.RootElement.TryGetProperty("code", out var given) ? given.GetString() : null;
            if (json.RootElement.TryGetProperty("title", out var title) && title.GetString() is { } text)
                return new StationRefusal(
                    text,
                    status,
                    code,
                    IsWrite(method) && (code is InDoubt or Internal) ? Program.NotKnown : Program.Failed
                );
        }
        catch (JsonException)
        {
            // not a problem document: the status alone has to do
        }
        return new StationRefusal(
            $"the station answered {status}",
            status,
            null,
            IsWrite(method) && status >= 500 ? Program.NotKnown : Program.Failed
        );
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        if (!directory.HoldsStation)
            throw new Failure(directory.NoStation);
        if ((reader?.Socket ?? directory.Socket) is not { } path)
            throw new Failure($"{directory.Path} is too long for a socket's path; change to a directory nearer to it");
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
                : new Failure(
                    $"no station is running on {directory.Path} (start it: parley run --data {directory.Path})"
                );
        }
    }

    public void Dispose() => http.Dispose();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (reader is not null)
            await reader.DisposeAsync();
    }
}

/// <summary>What the station refused: its reason for people, its code for programs (<c>two-officers</c>,
/// <c>illegal-step</c>, …).</summary>
internal sealed class StationRefusal(string reason, int status, string? code, int exitCode = Program.Failed)
    : Failure(reason, exitCode)
{
    internal int Status { get; } = status;
    internal string? Code { get; } = code;
}
