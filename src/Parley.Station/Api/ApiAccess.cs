using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Parley.Station.Officers;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>Marks an endpoint that a stranger may ask: it says nothing but what he may know, or it is how he stops being one.</summary>
internal sealed record OpenToAll;

/// <summary>
/// Who may use the API. On the Unix socket: whoever may open it (mode 0600 within a 0700 directory). On TCP: the bearer of <c>api.token</c>, or
/// a browser in which an officer is signed in (docs/decisions/0015). Tokens and sessions are compared by hash.
/// </summary>
internal sealed class ApiAccess
{
    /// <summary>The header that an unsafe request of a browser brings, with the value from <c>GET /api/v1/session</c>.</summary>
    internal const string CsrfHeader = "X-Parley-Csrf";

    private readonly byte[] tokenHash;
    private readonly OfficerBook? officers;
    private readonly ConsoleAddress address;
    // What a browser that is signed out brings. No page of another origin can read it, and that is all it is for.
    private readonly string signedOut = SignedIn.CsrfOf(Secrets.New());
    // Stations of one machine share a host, and so a browser's cookies: the party keeps them apart.
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
        cookie = $"parley-{party}";
    }

    /// <summary>Lets through what may pass, and answers 401 or 403 to the rest.</summary>
    internal async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (IsLocal(http) || IsBearer(http.Request))
        {
            ConsoleConnections.Prove(http);
            await next(http);
            return;
        }
        var session = http.Request.Cookies.TryGetValue(cookie, out var secret) ? officers?.Find(secret) : null;
        if (session is not null)
        {
            http.Features.Set(session);
            ConsoleConnections.Prove(http);
        }
        if (Refused(http, session) is { } why)
        {
            if (why.Status == 401) http.Response.Headers.WWWAuthenticate = "Bearer realm=\"parley\"";
            await Answers.Problem(why).ExecuteAsync(http);
        }
        else if (session is not null && IsSafe(http.Request.Method))
        {
            // What streams to a browser ends with its session.
            using var both = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, session.Session.Ended);
            http.RequestAborted = both.Token;
            await next(http);
        }
        else
        {
            await next(http);
        }
    }

    /// <summary>What the browser of this session, or of none, brings in <see cref="CsrfHeader"/>.</summary>
    internal string CsrfOf(SignedIn? session) => session?.Csrf ?? signedOut;

    /// <summary>Gives the session to the browser.</summary>
    internal void Give(HttpContext http, SignedIn session) => http.Response.Cookies.Append(cookie, session.Secret, Cookie(session.Session.Row.Until - officers!.Now));

    internal void TakeAway(HttpContext http) => http.Response.Cookies.Append(cookie, "", Cookie(TimeSpan.Zero));

    /// <summary>Marks the connections of the listener it is put on (the Unix socket's) as those of the station's owner.</summary>
    internal static ConnectionDelegate MarkLocal(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(LocalCaller.Instance);
        return next(connection);
    };

    internal static bool IsLocal(HttpContext http) => http.Features.Get<LocalCaller>() is not null;

    /// <summary>Where a request comes from, for limits and the door's book: an IPv6 caller by its network, since a host has as many addresses as it likes.</summary>
    internal static string? AddressOf(HttpContext http)
    {
        const int networkBytes = 8;
        if (http.Connection.RemoteIpAddress is not { } ip) return null;
        if (ip.IsIPv4MappedToIPv6) ip = ip.MapToIPv4();
        if (ip.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(ip)) return ip.ToString();
        var bytes = ip.GetAddressBytes();
        bytes.AsSpan(networkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }

    private sealed class LocalCaller
    {
        internal static readonly LocalCaller Instance = new();
    }

    // An age, not a time: the browser's clock may be wrong.
    private CookieOptions Cookie(TimeSpan age) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = address.IsHttps, MaxAge = age, Path = "/", IsEssential = true,
    };

    private Refusal? Refused(HttpContext http, SignedIn? session)
    {
        var request = http.Request;
        // Every endpoint is closed that does not say otherwise. What is no endpoint is a file of the console, or nothing.
        var isClosed = http.GetEndpoint() is RouteEndpoint endpoint ? endpoint.Metadata.GetMetadata<OpenToAll>() is null : request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/openapi");
        if (session is null && isClosed) return new Refusal("sign-in-wanted", "sign in, or send the bearer token of this station", 401);
        if (IsSafe(request.Method)) return null;
        if (!address.IsOwnOrigin(request)) return new Refusal("foreign-origin", "a page of another origin may not act for the officer", 403);
        var brought = request.Headers[CsrfHeader].ToString();
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(brought), Encoding.UTF8.GetBytes(CsrfOf(session))))
            return new Refusal("csrf", $"the header {CsrfHeader} must hold the value from GET /api/v1/session", 403);
        if (request.Path.StartsWithSegments("/api/v1/session")) return null;
        return session?.Seat switch
        {
            null => Speaker.NoSeat,
            Seats.Auditor => new Refusal("seat", "the auditor reads and writes nothing", 403),
            _ => null,
        };
    }

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
