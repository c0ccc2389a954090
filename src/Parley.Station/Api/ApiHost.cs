using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Parley.Station.Desks;
using Parley.Station.Officers;
using Parley.Station.Telemetry;

namespace Parley.Station.Api;

/// <param name="SocketPath">Where the Unix socket of the command goes; at most <see cref="ApiHost.MaxSocketPath"/>
/// bytes.</param>
/// <param name="Listen">Where the TCP listener goes (plain HTTP; port 0 picks one); null for none.</param>
/// <param name="Token">The bearer token of the TCP listener.</param>
/// <param name="ReadOnly">True where there is no running station behind it: what would write is refused.</param>
/// <param name="Officers">Who may sign in; null where nobody can.</param>
/// <param name="Files">The console as it was built; null where none is.</param>
/// <param name="Console">The origin under which browsers find this station, where that is not localhost.</param>
/// <param name="Map">The operator's own map; null where none was given.</param>
/// <param name="NoticeWords">True where a notice of the officer's system may carry the words of an alarm.</param>
internal sealed record ApiOptions(
    string SocketPath,
    Uri? Listen,
    string Token,
    bool ReadOnly = false,
    OfficerBook? Officers = null,
    Uri? Console = null,
    ConsoleFiles? Files = null,
    BaseMap? Map = null,
    bool NoticeWords = false
);

/// <summary>
/// The station's HTTP server for its own officers: one set of endpoints on a Unix socket and on TCP. The link to other
/// stations is
/// not here. Owns its listeners; disposing it lets running requests end.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>What a Linux socket address can hold (sun_path, without the closing zero).</summary>
    internal const int MaxSocketPath = 107;

    /// <summary>Connections at a time on the TCP port, event streams included.</summary>
    internal const int MaxConnections = 1024;

    private readonly WebApplication server;

    private ApiHost(WebApplication server) => this.server = server;

    /// <summary>The TCP address in use, with the real port; null when there is no TCP listener.</summary>
    internal Uri? Address { get; private set; }

    /// <summary>What is wrong with where it listens; null where nothing is.</summary>
    internal string? Warning { get; private set; }

    internal static async Task<ApiHost> StartAsync(
        StationDesks desks,
        ApiOptions options,
        ILoggerProvider? log,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var address = new ConsoleAddress(options.Console);
        var app = Build(
            desks,
            options,
            log,
            clock,
            address,
            server =>
                server
                    .UseKestrelCore()
                    .ConfigureKestrel(kestrel =>
                    {
                        kestrel.AddServerHeader = false;
                        kestrel.Limits.MaxRequestBodySize = Answers.MaxRequest;
                        kestrel.ListenUnixSocket(options.SocketPath, listener => listener.Use(ApiAccess.MarkLocal));
                        if (options.Listen is { } listen)
                            Listen(
                                kestrel,
                                listen,
                                new ConsoleConnections(MaxConnections, OfficerLimits.MaxConnections)
                            );
                    })
        );
        var host = new ApiHost(app);
        File.Delete(options.SocketPath); // what a killed station left; the directory's lock says that no other runs
        await app.StartAsync(ct);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(options.SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        host.Address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()
            ?.Addresses.Where(a => !a.Contains("//unix:", StringComparison.Ordinal))
            .Select(a => new Uri(a))
            .FirstOrDefault();
        address.Listener = host.Address;
        host.Warning = address.Warning;
        return host;
    }

    /// <summary>All that stands behind the server's connections: who may pass, and every endpoint.</summary>
    internal static WebApplication Build(
        StationDesks desks,
        ApiOptions options,
        ILoggerProvider? log,
        TimeProvider clock,
        ConsoleAddress address,
        Action<IWebHostBuilder> server
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "Parley.Station" }
        );
        builder.Logging.SetMinimumLevel(LogLevel.Warning); // requests are not logged: paths name entries, and the runtime logs what matters
        if (log is not null)
            builder.Logging.AddProvider(log);
        server(builder.WebHost);
        Services(builder.Services);
        if (options.Officers is { } known)
            builder.Services.AddPasskeys(known, address, clock);
        var app = builder.Build();
        var access = new ApiAccess(desks.Station.Station().Party.Value, options.Token, options.Officers, address);

        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(next => http => TraceAsync(http, next));
        app.Use(next => http => SecureAsync(http, next));
        app.Use(next => http => access.GuardAsync(http, next));
        if (options.ReadOnly)
            app.Use(next =>
                http =>
                    HttpMethods.IsGet(http.Request.Method)
                        ? next(http)
                        : Answers.Problem(Refusal.ReadOnly).ExecuteAsync(http)
            );
        if (options.Files is { } files)
            app.Use(next => http => files.ServeAsync(http, next));
        var once = new OnceBook(clock, StartOf(desks.Station));
        app.Use(next => http => once.PassAsync(http, next));
        if (desks.Attendance is { } attendance)
            app.Use(next =>
                http =>
                {
                    // A browser asks much by itself: there, somebody is who has armed it.
                    if (
                        http.GetEndpoint()?.Metadata.GetMetadata<Attended>() is not null
                        && Speaker.Of(http).Session is null
                    )
                        attendance.Attend();
                    return next(http);
                }
            );
        MapStationApi(app, desks, options.Map, clock);
        if (options.Officers is { } officers)
        {
            var api = app.MapGroup("/api/v1");
            api.MapConsole(options.NoticeWords);
            var limits = new DoorLimits(clock);
            api.MapSession(desks.Station, officers, access);
            api.MapArming(desks.Attendance);
            api.MapPasskeys(desks.Station, officers, access, address, limits, new Challenges(clock));
            api.MapUsers(officers, address);
            api.MapLinks(desks.Station, officers, access, limits);
        }
        app.MapOpenApi("/openapi/{documentName}.json");
        return app;
    }

    private static void MapStationApi(WebApplication app, StationDesks desks, BaseMap? map, TimeProvider clock)
    {
        app.MapHealth(desks.Station);
        app.MapFrontPage(desks.Station);
        var api = app.MapGroup("/api/v1");
        var attended = api.MapGroup("").WithMetadata(new Attended());
        api.MapStation(desks.Station);
        api.MapLines(desks.Lines, desks.Ceremony, desks.SignOn);
        attended.MapSending(desks.Sending, desks.Record);
        attended.MapFormerPaths(desks.Sending);
        attended.MapAttachments(desks.Attachments);
        attended.MapOffRecord(desks.OffRecord);
        attended.MapRecord(desks.Record);
        api.MapEvents(desks.Events, desks.Lines, clock);
        api.MapKinds();
        api.MapPlaces();
        api.MapPlacesAround();
        api.MapBaseMap(map);
        if (desks.Carry is { } carry)
            api.MapCarry(carry);
        if (desks.Relays is { } relays)
            api.MapRelays(relays);
        if (desks.Traffic is not { } traffic)
            return;
        attended.MapTraffic(traffic);
        // Asked again by a screen on the wall: no sign that an officer is there.
        if (desks.Usage is { } usage)
            api.MapUsage(usage);
        if (desks.Public is { } word)
            api.MapPublic(word);
        if (desks.Presence is { } presence)
            api.MapPresence(attended, presence);
        if (desks.Alarms is { } alarms)
            attended.MapAlarms(alarms);
        if (desks.Proposals is { } proposals)
            attended.MapProposals(proposals);
        if (desks.Releases is { } releases)
            attended.MapReleases(releases);
        if (desks.Drafts is { } drafts)
            attended.MapDrafts(drafts, clock);
        if (desks.Templates is { } templates)
            attended.MapTemplates(templates);
        if (desks.Plans is { } plans)
            attended.MapPlans(plans);
        if (desks.Agreements is { } agreements)
            attended.MapAgreements(agreements);
        if (desks.Rooms is { } rooms)
            attended.MapRooms(rooms);
        if (desks.Ceasefires is { } ceasefires)
            attended.MapCeasefires(ceasefires);
        if (desks.CeasefireTables is { } tables)
            attended.MapCeasefireTables(tables);
        if (desks.Monitoring is { } monitoring)
            attended.MapMonitoring(monitoring);
        if (desks.Calls is { } calls)
            api.MapCalls(attended, calls);
        if (desks.Blind is { } blind)
            attended.MapBlind(blind);
        if (desks.BlindProposals is { } blindProposals)
            attended.MapBlindActs(blindProposals);
    }

    private static void Services(IServiceCollection services)
    {
        services.AddRouting();
        services.AddProblemDetails(o =>
            o.CustomizeProblemDetails = context =>
                context.ProblemDetails.Extensions.TryAdd("code", CodeOf(context.HttpContext.Response.StatusCode))
        );
        services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, TrafficApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, Parley.Traffic.Bodies.TrafficJson.Default);
            json.SerializerOptions.Encoder = ApiJson.Readable.Options.Encoder;
            foreach (var converter in ApiJson.Default.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        services.AddOpenApi("v1", OpenApiShapes.Configure);
    }

    /// <summary>When this run of the station began, as GET /station writes it.</summary>
    private static string StartOf(IStationDesk station) =>
        System
            .Text.Json.JsonSerializer.SerializeToElement(station.Station(), ApiJson.Default.StationView)
            .GetProperty("startedAt")
            .GetString()!;

    private static async Task TraceAsync(HttpContext http, RequestDelegate next)
    {
        using var span = StationTraces.Api(
            http.Request.Method,
            (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route"
        );
        try
        {
            await next(http);
        }
        finally
        {
            span.Answered(http.Response.StatusCode);
        }
    }

    /// <summary>Codes for what the framework itself answers: no such path, wrong method, a failure of ours.</summary>
    private static string CodeOf(int status) =>
        status switch
        {
            400 => "invalid",
            404 => "unknown-path",
            405 => "wrong-method",
            413 => "too-large",
            415 => "media-type",
            >= 500 => "internal",
            _ => "refused",
        };

    private static void Listen(KestrelServerOptions kestrel, Uri listen, ConsoleConnections connections)
    {
        if (listen.Scheme != Uri.UriSchemeHttp)
            throw new ArgumentException($"--listen takes an http:// address, not '{listen}'", nameof(listen));
        if (IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address))
            kestrel.Listen(address, listen.Port, listener => listener.Use(connections.Admit));
        else if (listen.Host == "localhost")
            kestrel.Listen(IPAddress.Loopback, listen.Port, listener => listener.Use(connections.Admit));
        else
            throw new ArgumentException(
                $"--listen takes an IP address or localhost, not '{listen.Host}'",
                nameof(listen)
            );
    }

    /// <summary>
    /// Headers for every answer, the framework's own among them, which begins anew where an endpoint failed. No page of
    /// another origin is given any of it.
    /// </summary>
    private static Task SecureAsync(HttpContext http, RequestDelegate next)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.OnStarting(
            static state =>
            {
                var headers = ((HttpContext)state).Response.Headers;
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
                return Task.CompletedTask;
            },
            http
        );
        return next(http);
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
    }
}
