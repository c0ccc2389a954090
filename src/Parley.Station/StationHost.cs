using System.Net;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Data;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Media;
using Parley.Station.Officers;
using Parley.Station.Operations;
using Parley.Station.Relay;
using Parley.Station.Telemetry;
using Parley.Storage;

namespace Parley.Station;

/// <summary>How a station is to run; what is null is taken from <c>station.json</c>, then from the defaults.</summary>
/// <param name="Directory">The station's data directory.</param>
/// <param name="Listen">URL of the HTTP API.</param>
/// <param name="Link">HOST:PORT that the link listens on; <c>none</c> for a station that only dials. Where nothing says
/// so, it is the port of the card's first address.</param>
/// <param name="Store"><c>sqlite</c>, <c>sqlite:PATH</c> or <c>postgres://…</c>.</param>
/// <param name="Passphrase">Opens the key files when they are encrypted.</param>
/// <param name="Restored">True after a restore from a backup: nothing is signed until the peers have shown what they
/// hold of us.</param>
/// <param name="NewStore">True to begin with another record than the one that the directory belongs to.</param>
/// <param name="LineTests">False for a station that neither tests its lines nor answers tests by itself; null for what
/// its settings say.</param>
/// <param name="Exercise">True for a station that a scenario is played through: what it writes by itself is marked
/// exercise, and it tests no line by itself.</param>
public sealed record StationHostOptions(
    DataDirectory Directory,
    Uri? Listen = null,
    string? Link = null,
    string? Store = null,
    string? Passphrase = null,
    bool Restored = false,
    bool NewStore = false,
    bool? LineTests = null,
    bool Exercise = false
)
{
    /// <summary>For tests that need them smaller.</summary>
    internal LinkPortLimits PortLimits { get; init; } = new();

    /// <summary>Folder of the console's files; null for where they are found by themselves, empty for none.</summary>
    public string? Console { get; init; }

    /// <summary>A PMTiles file that the console draws in the place of its built-in map; null for what the settings
    /// say.</summary>
    public string? BaseMap { get; init; }

    /// <summary>For tests: how often a relay is looked at.</summary>
    internal RelayPace RelayPace { get; init; } = RelayPace.Usual;

    /// <summary>For tests: what others may ask by blind checks, and how long a run waits.</summary>
    internal Blind.BlindRules? Blind { get; init; }

    /// <summary>For tests: what takes the place of the disk's own reserve.</summary>
    internal DiskReserve? Reserve { get; init; }
}

/// <summary>What a station tells whoever started it, once it is ready.</summary>
/// <param name="Warning">What should not stay as it is, in words; null where nothing is.</param>
public sealed record StationReady(
    PartyId Party,
    Uri? Api,
    IPEndPoint? Link,
    string Store,
    int Lines,
    string? Warning = null
);

/// <summary>
/// A station as a process runs it: locks its directory, opens keys and store, loads its lines, opens the link and the
/// API, and runs until it is told to stop.
/// </summary>
public sealed class StationHost : IAsyncDisposable
{
    private static readonly Uri DefaultListen = new("http://127.0.0.1:0");

    /// <summary>Characters below which a bearer token could be guessed; <c>parley init</c> makes 43.</summary>
    private const int MinTokenLength = 32;

    private readonly Stack<IAsyncDisposable> parts;
    private readonly StationRuntime station;

    internal bool IsAttended => station.Desks.Attendance!.IsAttended;

    /// <summary>Who may sign in.</summary>
    internal OfficerBook Officers { get; private init; } = null!; // set by StartAsync, the only way to make one

    /// <summary>Threads of the pool that are there at once.</summary>
    private const int ThreadsAtHand = 16;

    /// <summary>
    /// Folds and passes of lines work on the pool: on two cores two of them would keep a request waiting until the pool
    /// grows, half a second each time. Not before the
    /// station is ready: while everything is compiled and read, more threads than cores are in each other's way.
    /// </summary>
    private static void KeepThreadsAtHand()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        if (workers < ThreadsAtHand)
            ThreadPool.SetMinThreads(ThreadsAtHand, completions);
    }

    private StationHost(Stack<IAsyncDisposable> parts, StationRuntime runtime, StationReady ready)
    {
        this.parts = parts;
        station = runtime;
        Ready = ready;
    }

    public StationReady Ready { get; }

    /// <summary>Starts a station, or says why it cannot be started. Nothing is left open in the second case.</summary>
    public static async Task<Parsed<StationHost>> StartAsync(
        StationHostOptions options,
        ILoggerProvider? logs,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var directory = options.Directory;
        if (!StationSettings.Read(directory).TryGet(out var settings, out var why))
            return new Rejected(why);
        if (directory.Socket is not { } socket)
            return new Rejected(
                $"the path of {directory.Path} is too long for a Unix socket; choose a shorter one or start from a nearer directory"
            );
        if (!LinkEndpoint.TryParse(options.Link ?? settings.Link, out var linkEndpoint, out why))
            return new Rejected(why);

        var opened = new Stack<IAsyncDisposable>();
        try
        {
            if (LockDirectory(directory) is not { } held)
                return new Rejected($"another station runs on {directory.Path}");
            opened.Push(held);
            if (!Card.Parse(await File.ReadAllBytesAsync(directory.Card, ct)).TryGet(out var card, out why))
                return await Fail($"the card {directory.Card} cannot be read: {why}");
            linkEndpoint ??= LinkEndpoint.Of(card, options.Link ?? settings.Link);
            if (card.Party.Value != settings.Party)
                return await Fail($"{directory.Settings} is of {settings.Party}, and {directory.Card} of {card.Party}");
            var token = (await File.ReadAllTextAsync(directory.Token, ct)).Trim();
            if (token.Length < MinTokenLength)
                return await Fail(
                    $"{directory.Token} holds no token: at least {MinTokenLength} characters are required"
                );
            if (!StationKeys.Read(directory, card, options.Passphrase, clock.GetUtcNow()).TryGet(out var keys, out why))
                return await Fail(why);
            opened.Push(new Disposal(keys));
            var certificate = LinkCertificate.WithKey(keys.LinkCertificate, keys.Link);
            opened.Push(new Disposal(certificate));
            var location = options.Store ?? settings.Store ?? "sqlite";
            var place = location == "sqlite" ? $"sqlite:{directory.Database}" : location;
            if (!options.NewStore && StoreBond.RefusalBefore(directory, place, clock) is { } missing)
                return await Fail(missing);
            var store = await StationStore.OpenAsync(place, clock, ct);
            opened.Push(store);
            if (
                await StoreBond.BindAsync(directory, card, store, options.NewStore, options.Restored, clock, ct) is
                { } unbound
            )
                return await Fail(unbound);
            if (options.Restored)
                await store.CommitAsync([new PutMeta(StoreBond.RestoredKey, [1])], ct);
            var factory = new LoggerFactory(logs is null ? [] : [logs]);
            opened.Push(new Disposal(factory));
            var log = factory.CreateLogger("Parley.Station");
            var reserve = options.Reserve ?? ReserveOf(location, directory, settings, clock);
            var mode = options.Exercise ? StationMode.Exercise : StationMode.Duty;
            var listen = options.Listen ?? (settings.Listen is { } configured ? new Uri(configured) : DefaultListen);
            var media = MediaMeans.Open(settings.Calls, linkEndpoint, listen, card.Addresses, log);
            opened.Push(media);
            var runtime = await StationRuntime.LoadAsync(
                new StationSetup
                {
                    Directory = directory,
                    Card = card,
                    Keys = keys,
                    Certificate = certificate,
                    Store = store,
                    Reserve = reserve,
                    RelayReserve = options.Reserve ?? DiskReserve.Of(directory.Path, settings.DiskReserve, clock),
                    AcceptsConnections = linkEndpoint is not null,
                    Mode = mode,
                    Clock = clock,
                    Log = log,
                    Passphrase = options.Passphrase,
                    Blind =
                        options.Blind
                        ?? new Blind.BlindRules(
                            settings.Blind?.Limits() ?? new Parley.Deconfliction.BlindLimits(),
                            new Blind.BlindTimes()
                        ),
                    Media = media,
                    GivesCursorOnTarget = settings.CursorOnTarget ?? false,
                },
                ct
            );
            opened.Push(runtime);
            runtime.BeginRelaying(options.RelayPace);
            if (!options.Exercise)
                runtime.BeginDuty(options.LineTests ?? settings.LineTests ?? true);
            LinkServer? link = null;
            if (linkEndpoint is not null)
            {
                link = await LinkServer.StartAsync(
                    runtime.Link,
                    linkEndpoint,
                    certificate,
                    options.PortLimits,
                    logs,
                    clock,
                    ct
                );
                opened.Push(link);
            }
            BaseMap? map = null;
            if (
                (options.BaseMap ?? (settings.BaseMap is { } own ? Path.Combine(directory.Path, own) : null))
                    is { } mapFile
                && !BaseMap.Open(mapFile).TryGet(out map, out var noMap)
            )
                return await Fail(noMap);
            var officers = new OfficerBook(
                store,
                settings.WatchHours is { } hours ? TimeSpan.FromHours(hours) : OfficerLimits.Watch,
                clock,
                log
            );
            opened.Push(officers);
            if (options.Restored && await officers.EndAllAsync() is { } kept)
                return await Fail(kept.Reason);
            var looksAfter = new OperatorSetup(runtime.Desks, directory, settings, !options.Exercise, clock, log);
            if (!(await OperatorWatch.BeginAsync(looksAfter, ct)).TryGet(out var operators, out why))
                return await Fail(why);
            opened.Push(operators);
            var api = await ApiHost.StartAsync(
                runtime.Desks,
                new ApiOptions(
                    socket,
                    listen,
                    token,
                    Officers: officers,
                    Console: settings.ConsoleOrigin,
                    Files: ConsoleFiles.Load(ConsoleFiles.Find(options.Console), log),
                    Map: map,
                    NoticeWords: settings.NoticeWords ?? false
                )
                {
                    Operators = operators,
                },
                logs,
                clock,
                ct
            );
            opened.Push(api);
            KeepThreadsAtHand();
            var ready = new StationReady(
                card.Party,
                api.Address,
                link?.Address,
                store.Description,
                runtime.Desks.Lines.Lines().Count,
                api.Warning
            );
            runtime.Warn(api.Warning);
            if (api.Warning is { } warning)
                StationLog.Warned(log, warning);
            StationLog.Ready(
                log,
                card.Party.Value,
                ready.Store,
                ready.Link?.ToString() ?? "dials only",
                ready.Api?.ToString() ?? "socket only",
                ready.Lines
            );
            return new StationHost(opened, runtime, ready) { Officers = officers };
        }
        catch (Exception e)
            when (e
                    is StoreFaultException
                        or InvalidDataException
                        or IOException
                        or FormatException
                        or ArgumentException
                        or UnauthorizedAccessException
            )
        {
            return await Fail(e.Message);
        }

        async Task<Parsed<StationHost>> Fail(string reason)
        {
            await CloseAsync(opened);
            return new Rejected(reason);
        }
    }

    /// <summary>The disk of the database file; a server's is not ours to look at.</summary>
    private static DiskReserve ReserveOf(
        string store,
        DataDirectory directory,
        StationSettings settings,
        TimeProvider clock
    )
    {
        const string file = "sqlite:";
        if (store != "sqlite" && !store.StartsWith(file, StringComparison.Ordinal))
            return DiskReserve.None(clock, settings.AttachmentQuota);
        var folder =
            store == "sqlite" ? directory.Path : Path.GetDirectoryName(Path.GetFullPath(store[file.Length..]))!;
        return DiskReserve.Of(
            folder,
            settings.DiskReserve,
            clock,
            settings.AttachmentReserve,
            settings.AttachmentQuota
        );
    }

    internal static FileStream? LockDirectory(DataDirectory directory)
    {
        try
        {
            return new FileStream(
                directory.Lock,
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal sealed class Disposal(IDisposable what) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            what.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    internal static async Task CloseAsync(Stack<IAsyncDisposable> opened)
    {
        while (opened.TryPop(out var last))
            await last.DisposeAsync();
    }

    /// <summary>Stops taking requests, lets what is being committed finish, and closes everything, last opened
    /// first.</summary>
    public async ValueTask DisposeAsync()
    {
        station.StopWaiting();
        await CloseAsync(parts);
    }
}
