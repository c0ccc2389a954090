using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Parley.Station.Officers;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>Marks an endpoint that a stranger may ask: it says nothing but what he may know, or it is how he stops
/// being one.</summary>
internal sealed record OpenToAll;

/// <summary>Marks an endpoint that reads much: one session asks it so many times at once.</summary>
internal sealed record LongReading;

/// <summary>
/// Who may use the API. On the Unix socket: whoever may open it (mode 0600 within a 0700 directory). On TCP: the bearer
/// of <c>api.token</c>, or
/// a browser in which an officer is signed in (docs/decisions/0015, 0027): it shows the two halves of its session, the
/// cookie and the page's. Tokens and
/// sessions are compared by hash.
/// </summary>
internal sealed class ApiAccess
{
    /// <summary>
    /// The header with the page's half of a session, on every request. A cookie goes to every port of a host; what a
    /// page keeps belongs to its origin, port
    /// included.
    /// </summary>
    internal const string SessionHeader = "X-Parley-Session";

    /// <summary>What pages of older stations brought, whose sessions are over.</summary>
    private const string OlderHeader = "X-Parley-Csrf";

    private readonly byte[] tokenHash;
    private readonly OfficerBook? officers;
    private readonly ConsoleAddress address;

    // Stations of one machine share a host, and so a browser's cookies: the party keeps them apart. Under TLS no other
    // host of the domain can set it (RFC 6265bis §4.1.3.2).
    private readonly string cookie;

    /// <param name="party">Whose station this is.</param>
    /// <param name="token">The bearer token.</param>
    /// <param name="officers">Who may sign in; null where nobody can, for want of a listener.</param>
    /// <param name="address">Where browsers find this station.</param>
    internal ApiAccess(string party, string token, OfficerBook? officers, ConsoleAddress address)
    {
        tokenHash = HashOf(token);
        this.officers = officers;
        this.address = address;
        cookie = address.IsHttps ? $"__Host-parley-{party}" : $"parley-{party}";
    }

    /// <summary>Lets through what may pass, and answers 401, 403 or 421 to the rest.</summary>
    internal async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (IsLocal(http) || IsBearer(http.Request))
        {
            ConsoleConnections.Prove(http, this);
            await next(http);
            return;
        }
        var session = Find(http.Request);
        if (session is not null)
        {
            http.Features.Set(session);
            ConsoleConnections.Prove(http, session.Session);
        }
        if (Refused(http, session) is { } why)
        {
            if (why.Status == 401)
                http.Response.Headers.WWWAuthenticate = "Bearer realm=\"parley\"";
            await Answers.Problem(why).ExecuteAsync(http);
        }
        else if (session is not null && IsSafe(http.Request.Method))
        {
            // What streams to a browser ends with its session.
            using var both = CancellationTokenSource.CreateLinkedTokenSource(
                http.RequestAborted,
                session.Session.Ended
            );
            http.RequestAborted = both.Token;
            await InTurnAsync(http, session, next);
        }
        else
        {
            await next(http);
        }
    }

    /// <summary>What takes long is read by a session so many at a time, so that one officer's, or a thief's, leave the
    /// station to the others.</summary>
    private static async Task InTurnAsync(HttpContext http, SignedIn session, RequestDelegate next)
    {
        var turns = http.GetEndpoint()?.Metadata.GetMetadata<LongReading>() is null
            ? null
            : session.Session.LongReadings;
        if (turns is not null)
            await turns.WaitAsync(http.RequestAborted);
        try
        {
            await next(http);
        }
        finally
        {
            turns?.Release();
        }
    }

    /// <summary>
    /// True where a browser sends a session's cookie and its page has not the other half: another tab's, an older
    /// station's, or one that was set from
    /// another port of this host.
    /// </summary>
    internal bool HasCookieAlone(HttpContext http) => Speaker.Of(http).Session is null && Cookies(http.Request).Any();

    /// <summary>Gives the cookie's half of the session to the browser.</summary>
    internal void Give(HttpContext http, BegunSession session) =>
        http.Response.Cookies.Append(
            cookie,
            session.Cookie,
            Cookie(session.Who.Session.Row.Until - officers!.Door.Now)
        );

    internal void TakeAway(HttpContext http) => http.Response.Cookies.Append(cookie, "", Cookie(TimeSpan.Zero));

    /// <summary>Marks the connections of the listener it is put on (the Unix socket's) as those of the station's
    /// owner.</summary>
    internal static ConnectionDelegate MarkLocal(ConnectionDelegate next) =>
        connection =>
        {
            connection.Features.Set(LocalCaller.Instance);
            return next(connection);
        };

    internal static bool IsLocal(HttpContext http) => http.Features.Get<LocalCaller>() is not null;

    /// <summary>Where a request comes from, for limits and the door's book: an IPv6 caller by its network, since a host
    /// has as many addresses as it likes.</summary>
    internal static string? AddressOf(HttpContext http)
    {
        const int networkBytes = 8;
        if (http.Connection.RemoteIpAddress is not { } ip)
            return null;
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        if (ip.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(ip))
            return ip.ToString();
        var bytes = ip.GetAddressBytes();
        bytes.AsSpan(networkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    private sealed class LocalCaller
    {
        internal static readonly LocalCaller Instance = new();
    }

    // An age, not a time: the browser's clock may be wrong.
    private CookieOptions Cookie(TimeSpan age) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = address.IsHttps,
            MaxAge = age,
            Path = "/",
            IsEssential = true,
        };

    /// <summary>
    /// The session whose halves the request brings. Another port of this host may have set more cookies of this name;
    /// they open nothing, and do not stand in
    /// the way of the one that does. All that a request can hold are tried, which its size bounds.
    /// </summary>
    private SignedIn? Find(HttpRequest request)
    {
        var page = request.Headers[SessionHeader].ToString();
        if (officers is null || page.Length != Secrets.Length)
            return null;
        foreach (var value in Cookies(request))
        {
            if (value.Length == Secrets.Length && officers.Find(value, page) is { } session)
                return session;
        }
        return null;
    }

    /// <summary>Every cookie of this station's name. A list that breaks the rules elsewhere hides none of
    /// them.</summary>
    private IEnumerable<string> Cookies(HttpRequest request) =>
        request
            .Headers.Cookie.SelectMany(line => (line ?? "").Split(';', StringSplitOptions.TrimEntries))
            .Where(pair =>
                pair.Length > cookie.Length + 1
                && pair[cookie.Length] == '='
                && pair.StartsWith(cookie, StringComparison.Ordinal)
            )
            .Select(pair => pair[(cookie.Length + 1)..]);

    private Refusal? Refused(HttpContext http, SignedIn? session)
    {
        var request = http.Request;
        if (!address.IsOwnHost(request.Host.Host))
            return new Refusal(
                "wrong-host",
                "ask for this station by its IP address, as localhost, or by the name in its settings",
                421
            );
        var isApi = request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/openapi");
        // The same answer to every such request: another site's page learns not even whether there is something to
        // read. It may only lead the browser here.
        if (ConsoleAddress.IsForeign(request) && (isApi || !ConsoleAddress.IsVisit(request)))
            return ForeignOrigin;
        // Every endpoint is closed that does not say otherwise. What is no endpoint is a file of the console, or
        // nothing.
        var isClosed = http.GetEndpoint() is RouteEndpoint endpoint
            ? endpoint.Metadata.GetMetadata<OpenToAll>() is null
            : isApi;
        if (session is null && isApi && request.Headers.ContainsKey(OlderHeader))
            return new Refusal(
                "page-older",
                "this page is older than the station: load it anew, and sign in again",
                403
            );
        if (session is null && isClosed)
            return new Refusal("sign-in-wanted", "sign in, or send the bearer token of this station", 401);
        if (IsSafe(request.Method))
            return null;
        if (!address.IsOwnOrigin(request))
            return ForeignOrigin;
        if (request.Path.StartsWithSegments("/api/v1/session"))
            return null;
        return session?.Seat switch
        {
            null => Speaker.NoSeat,
            Seats.Auditor => new Refusal("seat", "the auditor reads and writes nothing", 403),
            _ => null,
        };
    }

    private static Refusal ForeignOrigin =>
        new(
            "foreign-origin",
            "a page of another origin may not ask for the officer; where a port is forwarded to this station, its settings say under which origin browsers find it (console)",
            403
        );

    private bool IsBearer(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(HashOf(header[scheme.Length..].Trim()), tokenHash);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
