using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Parley.Station.Officers;

namespace Parley.Station.Api;

/// <param name="SocketPath">Where the Unix socket of the command goes; at most <see cref="ApiHost.MaxSocketPath"/> bytes.</param>
/// <param name="Listen">Where the TCP listener goes (plain HTTP; port 0 picks one); null for none.</param>
/// <param name="Token">The bearer token of the TCP listener.</param>
/// <param name="ReadOnly">True where there is no running station behind it: what would write is refused.</param>
/// <param name="Officers">Who may sign in; null where nobody can.</param>
/// <param name="Files">The console as it was built; null where none is.</param>
/// <param name="Console">The origin under which browsers find this station, where that is not localhost.</param>
internal sealed record ApiOptions(string SocketPath, Uri? Listen, string Token, bool ReadOnly = false, OfficerBook? Officers = null, Uri? Console = null, ConsoleFiles? Files = null);

/// <summary>
/// The station's HTTP server for its own officers: one set of endpoints on a Unix socket and on TCP. The link to other stations is
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

    internal static async Task<ApiHost> StartAsync(IStationOperations station, ApiOptions options, ILoggerProvider? log, TimeProvider clock, CancellationToken ct)
    {
        var address = new ConsoleAddress(options.Console);
        var app = Build(station, options, log, clock, address, server => server.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Answers.MaxRequest;
            kestrel.ListenUnixSocket(options.SocketPath, listener => listener.Use(ApiAccess.MarkLocal));
            if (options.Listen is { } listen) Listen(kestrel, listen, new ConsoleConnections(MaxConnections));
        }));
        var host = new ApiHost(app);
        File.Delete(options.SocketPath); // what a killed station left; the directory's lock says that no other runs
        await app.StartAsync(ct);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(options.SocketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        host.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses
            .Where(a => !a.Contains("//unix:", StringComparison.Ordinal)).Select(a => new Uri(a)).FirstOrDefault();
        address.Listener = host.Address;
        return host;
    }

    /// <summary>All that stands behind the server's connections: who may pass, and every endpoint.</summary>
    internal static WebApplication Build(IStationOperations station, ApiOptions options, ILoggerProvider? log, TimeProvider clock, ConsoleAddress address, Action<IWebHostBuilder> server)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Parley.Station" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning); // requests are not logged: paths name entries, and the runtime logs what matters
        if (log is not null) builder.Logging.AddProvider(log);
        server(builder.WebHost);
        Services(builder.Services);
        if (options.Officers is { } known) builder.Services.AddPasskeys(known, address, clock);
        var app = builder.Build();
        var access = new ApiAccess(station.Station().Party.Value, options.Token, options.Officers, address);

        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(next => http => TraceAsync(http, next));
        app.Use(next => http => SecureAsync(http, address, next));
        app.Use(next => http => access.GuardAsync(http, next));
        if (options.ReadOnly) app.Use(next => http => HttpMethods.IsGet(http.Request.Method) ? next(http) : Answers.Problem(Refusal.ReadOnly).ExecuteAsync(http));
        if (options.Files is { } files) app.Use(next => http => files.ServeAsync(http, next));
        MapStationApi(app, station, clock);
        if (options.Officers is { } officers)
        {
            var api = app.MapGroup("/api/v1");
            var limits = new DoorLimits(clock);
            api.MapSession(station, officers, access);
            api.MapPasskeys(station, officers, access, address, limits, clock);
            api.MapUsers(officers, address);
            app.MapSignIn(officers, access, limits);
        }
        app.MapOpenApi("/openapi/{documentName}.json");
        return app;
    }

    private static void MapStationApi(WebApplication app, IStationOperations station, TimeProvider clock)
    {
        app.MapHealth(station);
        app.MapFrontPage(station);
        var api = app.MapGroup("/api/v1");
        api.MapStation(station);
        api.MapLines(station);
        api.MapSending(station);
        api.MapRecord(station);
        api.MapEvents(station, clock);
        if (station is ICarryOperations carry) api.MapCarry(carry);
        if (station is IRelayOperations relays) api.MapRelays(relays);
        if (station is not ITrafficOperations traffic) return;
        api.MapTraffic(traffic);
        api.MapActs(station, traffic);
        api.MapProposals(traffic);
        api.MapAlarms(traffic);
        api.MapDrafts(traffic);
        if (station is IBlindOperations blind) api.MapBlind(station, blind);
    }

    private static void Services(IServiceCollection services)
    {
        services.AddRouting();
        services.AddProblemDetails(o => o.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("code", CodeOf(context.HttpContext.Response.StatusCode)));
        services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, TrafficApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, Parley.Traffic.Bodies.TrafficJson.Default);
            json.SerializerOptions.Encoder = ApiJson.Readable.Options.Encoder;
            foreach (var converter in ApiJson.Default.Options.Converters) json.SerializerOptions.Converters.Add(converter);
        });
        services.AddOpenApi("v1", OpenApiShapes.Configure);
    }

    private static async Task TraceAsync(HttpContext http, RequestDelegate next)
    {
        using var span = StationTraces.Api(http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route");
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
    private static string CodeOf(int status) => status switch
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
        if (listen.Scheme != Uri.UriSchemeHttp) throw new ArgumentException($"--listen takes an http:// address, not '{listen}'", nameof(listen));
        if (IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address)) kestrel.Listen(address, listen.Port, listener => listener.Use(connections.Admit));
        else if (listen.Host == "localhost") kestrel.Listen(IPAddress.Loopback, listen.Port, listener => listener.Use(connections.Admit));
        else throw new ArgumentException($"--listen takes an IP address or localhost, not '{listen.Host}'", nameof(listen));
    }

    /// <summary>
    /// Headers for every answer. A page elsewhere that got its own name to point here (DNS rebinding) is refused by that name: the
    /// host a client asks for is an IP address, localhost or the console's own, unless a proxy in front says what it likes on loopback with a token.
    /// </summary>
    private static Task SecureAsync(HttpContext http, ConsoleAddress address, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return address.IsOwnHost(http.Request.Host.Host) || http.Request.Headers.ContainsKey("Authorization")
            ? next(http)
            : Answers.Problem(new Refusal("wrong-host", "ask for this station by its IP address, as localhost, or by the name in its settings", 421)).ExecuteAsync(http);
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
    }
}
