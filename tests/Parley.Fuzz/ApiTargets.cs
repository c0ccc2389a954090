using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Simulation.Hostile;
using Parley.Station;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Officers;
using Parley.Station.Tests.Faults;
using Parley.Storage;
using Parley.Traffic.Bodies;

namespace Parley.Fuzz;

/// <summary>
/// The officers' API, every endpoint of it, over a real station with a real store and without sockets. An input is a
/// request: its method, path and query, a line for each further
/// header, a zero byte, the body. A failure of ours is what the pipeline answers with 500.
/// </summary>
internal sealed class ApiTargets : IDisposable
{
    /// <summary>What is accepted stays: after so many requests another station takes the place of the one that was
    /// written to.</summary>
    private const int RequestsForOneStation = 4000;
    private static readonly string Root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly string root = Path.Combine(Root, $"parley-fuzz-{Guid.NewGuid():N}");
    private readonly List<IAsyncDisposable> parts = [];
    private readonly Failures failures = new();
    private StationFolder? folder;
    private MemoryServer server = null!;
    private string token = "";
    private string line = "",
        journal = "";
    private int asked,
        stations;

    internal ApiTargets()
    {
        Begin();
        Samples = [.. Make()];
    }

    internal IReadOnlyList<byte[]> Samples { get; }

    /// <summary>So that ids of one station in samples mean those of the next.</summary>
    private const string LineMark = "LINE",
        JournalMark = "JOURNAL";

    private void Begin()
    {
        SynchronizationContext.SetSynchronizationContext(null); // nothing here goes on on a test's own thread
        End();
        asked = 0;
        folder = StationFolder.Make(Path.Combine(root, $"us{stations++}"), "us", listens: false);
        token = File.ReadAllText(folder.Directory.Token).Trim();
        var clock = TimeProvider.System;
        var keys = StationKeys.Read(folder.Directory, folder.Card, default, clock.GetUtcNow()).Required();
        var certificate = LinkCertificate.WithKey(keys.LinkCertificate, keys.Link);
        var store = StationStore.OpenAsync($"sqlite:{folder.Directory.Database}", clock).GetAwaiter().GetResult();
        var runtime = StationRuntime
            .LoadAsync(
                new StationSetup
                {
                    Directory = folder.Directory,
                    Card = folder.Card,
                    Keys = keys,
                    Certificate = certificate,
                    Store = store,
                    Reserve = DiskReserve.None(clock),
                    AcceptsConnections = false,
                    Mode = StationMode.Duty,
                    Clock = clock,
                    Log = NullLogger.Instance,
                },
                CancellationToken.None
            )
            .GetAwaiter()
            .GetResult();
        var officers = new OfficerBook(store, OfficerLimits.Watch, clock, NullLogger.Instance);
        server = new MemoryServer();
        var app = ApiHost.Build(
            runtime.Desks,
            new ApiOptions("", null, token, Officers: officers),
            failures,
            clock,
            new ConsoleAddress(null),
            host => host.ConfigureServices(s => s.AddSingleton<IServer>(server))
        );
        app.StartAsync().GetAwaiter().GetResult();
        parts.AddRange([
            new StationHost.Disposal(keys),
            new StationHost.Disposal(certificate),
            store,
            runtime,
            officers,
            app,
        ]);
        endpoints = app.Services.GetRequiredService<EndpointDataSource>();
        var ru = Testing.Lines.LineParty.Named("ru").Card(dialable: false);
        var opened = Ask(
            Encoding.UTF8.GetBytes(
                $"POST /api/v1/lines/open\0{{\"cards\":[{SampleJson.Quoted(Encoding.UTF8.GetString(ru.Encode()))}],\"fingerprints\":{{\"ru\":\"{ru.Fingerprint.Hex}\"}},\"slug\":\"north\",\"title\":\"North\"}}"
            )
        );
        if (opened.Status != 200)
            throw new InvalidOperationException(opened.Body);
        line = Member(opened.Body, "line") ?? Member(opened.Body, "id")!;
        journal = Member(Ask("GET /api/v1/station\0"u8.ToArray()).Body, "journal")!;
        for (var i = 0; i < 3; i++)
            Ask(
                Encoding.UTF8.GetBytes(
                    $"POST /api/v1/lines/{(i == 0 ? journal : line)}/entries\0{{\"text\":\"said\",\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}}}}"
                )
            );
    }

    private EndpointDataSource endpoints = null!;

    private static string? Member(string json, string name)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
    }

    /// <summary>A request of every endpoint, its body made from the type that it says it takes.</summary>
    private IEnumerable<byte[]> Make()
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is [var first, ..]
                ? first
                : "GET";
            var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            if (pattern.Contains("openapi", StringComparison.Ordinal))
                continue; // its own text, which holds nothing of a request
            if (endpoint.Metadata.GetMetadata<FormerPath>() is not null)
                continue; // each turns its request into one of the path that takes every kind; some are below
            var body =
                endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } type && type != typeof(byte[])
                    ? SampleJson.Of(type)
                    : "";
            foreach (var where in (string[])[LineMark, JournalMark])
            {
                yield return Encoding.UTF8.GetBytes($"{method} {Filled(pattern, where)}\0{body}");
                if (!pattern.Contains("{line}", StringComparison.Ordinal))
                    break;
            }
        }
        foreach (var (kind, type) in TrafficBodies.Types)
        {
            foreach (var where in (string[])[LineMark, JournalMark])
                yield return Encoding.UTF8.GetBytes(
                    $"POST /api/v1/lines/{where}/entries\0{{\"kind\":\"{kind}\",\"body\":{SampleJson.Of(type)},\"re\":[\"us/1\"],\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}}}}"
                );
        }
        foreach (
            var request in (string[])
                [
                    $"POST /api/v1/lines/{LineMark}/entries?propose=true\0{{\"text\":\"said\",\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}},\"precedence\":\"flash\"}}",
                    $"POST /api/v1/lines/{LineMark}/watch/take\0{{\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}},\"communicator\":\"Ada\",\"re\":[\"us/1\"],\"wait\":\"sealed\"}}",
                    $"POST /api/v1/lines/{LineMark}/clarifications/us/1/answer\0{{\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}},\"purpose\":\"text\",\"wait\":1}}",
                    $"POST /api/v1/lines/{LineMark}/entries\0{{\"text\":\"said\",\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}},\"to\":[\"ru\"],\"re\":[\"us/1\"],\"lang\":\"en\",\"precedence\":\"flash\",\"mark\":\"test\"}}",
                    $"POST /api/v1/lines/{LineMark}/entries/batch\0{{\"text\":\"one\",\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}}}}\n{{\"text\":\"two\",\"by\":{{\"seat\":\"watch\",\"name\":\"Ada\"}}}}\n",
                    $"POST /api/v1/lines/{LineMark}/attachments?name=a.bin&seat=watch&by=Ada\ncontent-type: application/octet-stream\0bytes of a file",
                    $"GET /api/v1/lines/{LineMark}/search?text=said&kind=message.&from=us&by=Ada&since=2022-03-23T14:05Z&until=2122-03-23&mark=actual&after=0&limit=10\0",
                    $"GET /api/v1/lines/{LineMark}/record?after=1&limit=2\0",
                    $"GET /api/v1/lines/{LineMark}/record?before=3&limit=2\0",
                    $"GET /api/v1/lines/{LineMark}/entries/us/1/body\nrange: bytes=2-5\0",
                    $"GET /api/v1/lines/{LineMark}/entries/us/1/body\nrange: bytes=-3\nif-range: \"x\"\0",
                    $"GET /api/v1/events?line={LineMark}&after=1\nlast-event-id: 2\0",
                    "GET /api/v1/events\nlast-event-id: 0\0",
                    $"GET /api/v1/lines/{LineMark}/chronology?at=2122-03-23T14:05:00.000Z&with={JournalMark}\0",
                    "GET /api/v1/places?name=Kyiv&lon=30.5&lat=50.4\0",
                    "GET /api/v1/session/audit?limit=5\0",
                    "GET /api/v1/refusals?limit=5\0",
                ]
        )
            yield return Encoding.UTF8.GetBytes(request);
    }

    /// <summary>
    /// Every member of every request in turn with a value of another kind or with one that is as large, small, far or
    /// odd as can be, and every parameter of every query: what nobody
    /// writes by hand, and chance seldom.
    /// </summary>
    /// <param name="share">Of the extreme values one in so many; 1 for all.</param>
    internal IEnumerable<byte[]> Swept(int share)
    {
        var turn = 0;
        foreach (var sample in Samples)
        {
            var end = Array.IndexOf(sample, (byte)0);
            JsonNode? body;
            try
            {
                body = JsonNode.Parse(sample.AsSpan(end + 1));
            }
            catch (System.Text.Json.JsonException)
            {
                continue; // no body, or one that is no JSON
            }
            if (body is null)
                continue;
            foreach (var path in JsonPlaces.Of(body))
            {
                foreach (
                    var value in (string[])
                        ["null", "[null]", "[]", "{}", "7", "\"\\ud800\"", "\"\"", .. Extremes(share, turn++)]
                )
                    yield return
                    [
                        .. sample.AsSpan(0, end + 1),
                        .. Encoding.UTF8.GetBytes(JsonPlaces.Replace(body, path, value)),
                    ];
            }
        }
        foreach (var query in Queries())
        {
            foreach (var value in Extremes(share, turn++))
                yield return Encoding.UTF8.GetBytes($"GET {query}={Uri.EscapeDataString(value.Trim('"'))}\0");
        }
    }

    /// <summary>Asks all that is swept; how many were asked and taken, and what failed, each failure of ours
    /// once.</summary>
    internal (int Asked, int Taken, IReadOnlyList<string> Failed) Sweep(int share)
    {
        var (asked, taken, failed) = (0, 0, new List<(string What, string Where)>());
        foreach (var request in Swept(share))
        {
            asked++;
            Ready();
            try
            {
                if (Feed(request) is null)
                    taken++;
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException)
            {
                var where =
                    e.InnerException?.StackTrace?.Split('\n')
                        .FirstOrDefault(l => l.Contains("Parley", StringComparison.Ordinal))
                    ?? e.Message;
                failed.Add(
                    (
                        $"{Encoding.UTF8.GetString(request.AsSpan(0, Math.Min(request.Length, 600))).Replace('\0', '\n')}\n  {e.InnerException?.GetType().Name} {e.InnerException?.Message} {where}",
                        where
                    )
                );
            }
        }
        return (asked, taken, [.. failed.DistinctBy(f => f.Where).Select(f => f.What)]);
    }

    private static IEnumerable<string> Extremes(int share, int turn) =>
        BodyMaker.Extremes.Where((_, i) => (i + turn) % share == 0);

    /// <summary>Every GET with each of the parameters that its handler takes out of the query: path, and the
    /// parameter's name.</summary>
    private IEnumerable<string> Queries()
    {
        foreach (
            var endpoint in endpoints
                .Endpoints.OfType<RouteEndpoint>()
                .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
        )
        {
            var path = Filled("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), LineMark);
            var named = endpoint.Metadata.GetMetadata<System.Reflection.MethodInfo>()?.GetParameters() ?? [];
            foreach (
                var parameter in named.Where(p =>
                    endpoint.RoutePattern.Parameters.All(r => r.Name != p.Name) && IsValue(p.ParameterType)
                )
            )
                yield return $"{path}?{parameter.Name}";
        }
    }

    private static bool IsValue(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain == typeof(string) || plain.IsPrimitive || plain.IsEnum);

    private static string Filled(string pattern, string line) =>
        pattern
            .Replace("{line}", line, StringComparison.Ordinal)
            .Replace("{party}", "us", StringComparison.Ordinal)
            .Replace("{seq}", "1", StringComparison.Ordinal)
            .Replace("{by}", "ru", StringComparison.Ordinal)
            .Replace("{name}", "Ada", StringComparison.Ordinal)
            .Replace("{", "", StringComparison.Ordinal)
            .Replace("}", "", StringComparison.Ordinal);

    /// <summary>Puts another station in the place of one that was asked much.</summary>
    internal void Ready()
    {
        if (asked >= RequestsForOneStation)
            Begin();
    }

    internal string? Feed(byte[] input)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var (status, body) = Ask(input, patiently: false);
        if (failures.Take() is { } failure)
            throw new InvalidOperationException($"answered {status}, after: {failure}", failure);
        if (status >= 500 && body.Contains("\"internal\"", StringComparison.Ordinal))
            throw new InvalidOperationException($"answered {status}: {body}");
        return status < 300 ? null : $"{status} {Reason(body)}";
    }

    private static string Reason(string body)
    {
        var at = body.IndexOf("\"title\":\"", StringComparison.Ordinal);
        return at < 0 ? "" : body[(at + 9)..Math.Min(body.Length, at + 120)];
    }

    private (int Status, string Body) Ask(byte[] input, bool patiently = true)
    {
        asked++;
        var end = Array.IndexOf(input, (byte)0);
        var head = Encoding
            .UTF8.GetString(input, 0, end < 0 ? input.Length : end)
            .Replace(LineMark, line, StringComparison.Ordinal)
            .Replace(JournalMark, journal, StringComparison.Ordinal)
            .Split('\n');
        var words = head[0].Split(' ', 2);
        var target = words.Length > 1 ? words[1] : "/";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Host"] = "localhost",
            ["Authorization"] = $"Bearer {token}",
            ["Content-Type"] = "application/json",
        };
        foreach (var header in head.Skip(1))
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                headers[header[..colon]] = header[(colon + 1)..].Trim();
        }
        var path = query < 0 ? target : target[..query];
        return server.Ask(
            words[0],
            path.StartsWith('/') ? path : "/" + path,
            query < 0 ? "" : target[query..],
            headers,
            end < 0 ? [] : input[(end + 1)..],
            patiently
        );
    }

    private void End()
    {
        for (var i = parts.Count - 1; i >= 0; i--)
            parts[i].DisposeAsync().AsTask().GetAwaiter().GetResult();
        parts.Clear();
        folder?.Dispose();
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
    }

    public void Dispose() => End();

    /// <summary>Keeps what the pipeline logs as an exception of ours: its answer tells nobody.</summary>
    private sealed class Failures : ILoggerProvider, ILogger
    {
        private Exception? last;

        internal Exception? Take() => Interlocked.Exchange(ref last, null);

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel >= LogLevel.Error && exception is not (null or OperationCanceledException))
                Interlocked.Exchange(ref last, exception);
        }

        public void Dispose() { }
    }
}
