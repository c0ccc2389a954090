using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Contract;
using Parley.Crypto;
using Parley.Fuzz;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Simulation.Stores;
using Parley.Station;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Link;
using Parley.Station.Tests.Faults;
using Parley.Storage;

namespace Parley.Simulation.Hostile;

/// <summary>
/// An honest party's station as it runs, but for its sockets: the runtime with all its parts and tasks, the whole API,
/// a store in memory or SQLite, and the run's
/// clock. What the station logs as a mistake of ours is kept, and breaks the run.
/// </summary>
internal sealed class HonestStation : IDisposable
{
    /// <summary>How long a stop may take, in real time: far more than any machine needs.</summary>
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(60);

    private readonly OwnedClock clock;
    private readonly StoreKind storeKind;
    private readonly ModelDisk disk = new();
    private readonly Mistakes mistakes = new();
    private IStationStore store = null!;
    private StationRuntime runtime = null!;
    private StationKeys keys = null!;
    private System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = null!;
    private WebApplication? api;
    private MemoryServer? server;

    private readonly Planted planted;

    internal HonestStation(string root, string party, OwnedClock clock, StoreKind store, Defect defect)
    {
        planted = new Planted(defect, this);
        this.clock = clock;
        storeKind = store;
        Folder = StationFolder.Make(Path.Combine(root, party), party, listens: false, clock: clock);
    }

    internal StationFolder Folder { get; }
    internal PartyId Party => Folder.Party;
    internal LineDocument Document { get; private set; } = null!;
    internal IStationStore Store => store;

    /// <summary>What the station logged that it must not; null when nothing.</summary>
    internal string? Mistake => mistakes.First;
    internal IEnumerable<RouteEndpoint> Endpoints =>
        api!.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    internal void Begin(LineDocument document)
    {
        Document = document;
        OpenStore();
        store
            .CommitAsync([new PutLine(document.Id, document.Bytes, LineStanding.Accepted, clock.GetUtcNow())])
            .GetAwaiter()
            .GetResult();
        Load();
    }

    private void OpenStore() =>
        store =
            storeKind == StoreKind.Sqlite
                ? StationStore.OpenAsync($"sqlite:{Folder.Directory.Database}", clock).GetAwaiter().GetResult()
                : new LockedStore(new ModelStore(disk));

    private void Load()
    {
        keys = StationKeys.Read(Folder.Directory, Folder.Card, default, clock.GetUtcNow()).Required();
        certificate = LinkCertificate.WithKey(keys.LinkCertificate, keys.Link);
        runtime = StationRuntime
            .LoadAsync(
                new StationSetup
                {
                    Directory = Folder.Directory,
                    Card = Folder.Card,
                    Keys = keys,
                    Certificate = certificate,
                    Store = store,
                    Reserve = DiskReserve.None(clock),
                    AcceptsConnections = false,
                    Mode = StationMode.Duty,
                    Clock = clock,
                    Log = mistakes,
                },
                CancellationToken.None
            )
            .GetAwaiter()
            .GetResult();
        runtime.BeginDuty(automaticTests: true);
        server = new MemoryServer();
        api = ApiHost.Build(
            runtime.Desks,
            new ApiOptions("", null, Token),
            mistakes,
            clock,
            new ConsoleAddress(null),
            host => host.ConfigureServices(s => s.AddSingleton<IServer>(server))
        );
        api.StartAsync().GetAwaiter().GetResult();
    }

    private const string Token = "a token of one run that is long enough to be one";

    /// <summary>Stops the process as an operator does, and starts another on what it left.</summary>
    internal void Restart()
    {
        Stop();
        if (storeKind == StoreKind.Sqlite)
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        OpenStore();
        Load();
    }

    internal void Stop()
    {
        if (api is null)
            return;
        var served = api;
        api = null;
        server = null;
        runtime.StopWaiting();
        var stopping = Task.Run(async () =>
        {
            await served.StopAsync();
            await served.DisposeAsync();
            await runtime.DisposeAsync();
        });
        try
        {
            Broken.Unless(stopping.Wait(StopsWithin), () => $"{Party} does not stop");
        }
        catch (AggregateException e)
        {
            throw new Broken($"{Party} does not stop cleanly: {e.InnerException}");
        }
        certificate.Dispose();
        keys.Dispose();
    }

    /// <summary>A peer's request on the link, as it is when its connection has been proven.</summary>
    internal Task<LinkAnswer> ServeAsync(PartyId from, LinkRequest request) =>
        runtime.Link.ServeAsync(Document.Id, from, request);

    /// <summary>Entries of a feed that it holds.</summary>
    internal ulong SizeOf(PartyId author) => SizesNow().GetValueOrDefault(author);

    private Dictionary<PartyId, ulong> SizesNow()
    {
        if (!runtime.Desks.Lines.LineStatus(Document.Id).TryGet(out var status, out var why))
            throw new Broken($"{Party} says of its line: {why.Reason}");
        var sizes = status.Peers.ToDictionary(p => p.Party, p => p.TheirSizeHeld);
        sizes[Party] = status.OwnSize;
        return sizes;
    }

    internal IReadOnlyList<AlarmView> Alarms => planted.Shown(runtime.Desks.Alarms!.Standing(Document.Id, quiet: true));

    internal Planted Planted => planted;

    internal (int Status, byte[] Body) Ask(string method, string path, object? body = null)
    {
        var query = path.IndexOf('?', StringComparison.Ordinal);
        var headers = new Dictionary<string, string>
        {
            ["Host"] = "localhost",
            ["Authorization"] = $"Bearer {Token}",
            ["Content-Type"] = "application/json",
        };
        byte[] bytes = body switch
        {
            null => [],
            byte[] raw => raw,
            string text => Encoding.UTF8.GetBytes(text),
            _ => JsonSerializer.SerializeToUtf8Bytes(body),
        };
        if (planted.Fails(path))
            return (500, []);
        var answer = server!.AskWhole(
            method,
            query < 0 ? path : path[..query],
            query < 0 ? "" : path[query..],
            headers,
            bytes,
            patiently: true
        );
        Broken.Unless(Mistake is null, () => $"{method} {path} at {Party}: {Mistake}");
        return answer;
    }

    /// <summary>An officer's act on the line; the answer is JSON.</summary>
    /// <param name="path">Under the line.</param>
    /// <param name="body">The request.</param>
    /// <param name="named">Entries that it names to show that they are known.</param>
    internal (int Status, JsonElement Json) Post(string path, object body, int named = 0)
    {
        if (planted.Refused(path, named) is { } refusal)
            return (409, JsonSerializer.SerializeToElement(new { code = refusal }));
        var (status, answer) = Ask("POST", $"/api/v1/lines/{Document.Id}/{path}", body);
        using var json = JsonDocument.Parse(answer.Length == 0 ? "{}"u8.ToArray() : answer);
        return (status, json.RootElement.Clone());
    }

    /// <summary>Where there is no wire, nobody can be asked whether anything of ours is there: two officers say that
    /// this line is new (LINE-15, LINK-105).</summary>
    internal void OpenByOfficers()
    {
        if (SizeOf(Party) > 0)
            return;
        var without = Document.Parties.Where(p => p != Party).Select(p => p.Value).ToArray();
        foreach (var name in (string[])["Ada", "Ben"])
        {
            var (status, json) = Post("sign-on", new { by = new { seat = "watch", name }, without });
            Broken.Unless(status == 200, () => $"{Party} does not let its officers open the line: {status} {json}");
        }
    }

    internal JsonElement Get(string path)
    {
        var (status, answer) = Ask("GET", $"/api/v1/lines/{Document.Id}/{path}");
        Broken.Unless(status == 200, () => $"GET {path} at {Party}: {status} {Encoding.UTF8.GetString(answer)}");
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.Clone();
    }

    public void Dispose()
    {
        try
        {
            Stop();
        }
        catch (Broken)
        {
            // the run has failed, or it would have been found there
        }
        if (storeKind == StoreKind.Sqlite)
            store?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Folder.Dispose();
    }

    /// <summary>Keeps the first thing that was logged as an error with an exception: no input may lead to
    /// one.</summary>
    private sealed class Mistakes : ILoggerProvider, ILogger
    {
        private string? first;
        internal string? First => Volatile.Read(ref first);

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
                Interlocked.CompareExchange(ref first, $"{formatter(state, exception)}: {exception}", null);
        }

        public void Dispose() { }
    }
}
