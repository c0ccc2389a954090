using System.Net;
using System.Net.Sockets;

namespace Parley.Station.Api;

/// <summary>
/// Where browsers find this station: the origin in the settings (<c>console</c>), where a proxy with TLS stands in
/// front; else <c>http://localhost</c> at
/// the listener's port. A passkey belongs to the host of that origin (RP id), which cannot be an IP address.
/// </summary>
internal sealed class ConsoleAddress(Uri? configured)
{
    private const string Localhost = "localhost",
        SameOrigin = "same-origin";
    private const int HttpPort = 80,
        HttpsPort = 443;
    private static readonly string[] LoopbackHosts = [Localhost, "127.0.0.1", "[::1]"];

    /// <summary>The TCP listener's real address, once it listens; null where there is none.</summary>
    internal Uri? Listener { get; set; }

    internal bool IsHttps => configured?.Scheme == Uri.UriSchemeHttps;

    /// <summary>What whoever runs the station has to know of this listener; null where there is nothing.</summary>
    internal string? Warning =>
        Listener is { } at && !at.IsLoopback && !IsHttps
            ? $"the API listens on {at} without TLS: whoever is on that network reads the token, what officers sign in with, and the traffic. Listen on loopback, put TLS in front, and name its origin in the settings (console)"
            : null;

    /// <summary>The host that passkeys belong to.</summary>
    internal string RelyingParty => configured?.IdnHost ?? Localhost;

    /// <summary>What a sign-in link begins with; null where there is no listener.</summary>
    internal string? Origin =>
        configured is not null ? OriginOf(configured)
        : Listener is null ? null
        : IPAddress.TryParse(Listener.Host.Trim('[', ']'), out var ip)
        && (
            ip.Equals(IPAddress.Loopback)
            || ip.Equals(IPAddress.IPv6Loopback)
            || ip.Equals(IPAddress.Any)
            || ip.Equals(IPAddress.IPv6Any)
        )
            ? $"{Listener.Scheme}://{Localhost}:{Listener.Port}"
        : OriginOf(Listener);

    /// <summary>True for the hosts that this station is asked for by; any other name may be a foreign page's, pointed
    /// here.</summary>
    internal bool IsOwnHost(string host) =>
        host is Localhost
        || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || (configured is not null && string.Equals(host, configured.IdnHost, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// True for what a page of this station's own asks. A browser sends an Origin with every unsafe request, and fetch
    /// metadata where it trusts the
    /// connection; what is said must be true. The request's Host says nothing: whoever passes a request on writes what
    /// they like there.
    /// </summary>
    internal bool IsOwnOrigin(HttpRequest request)
    {
        var (site, origin) = (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString());
        if (site is not ("" or SameOrigin))
            return false;
        return origin.Length == 0 ? site == SameOrigin : IsOwn(origin, request.HttpContext.Connection);
    }

    /// <summary>True where a browser says that a page of another origin asks. Other programs say nothing of the
    /// kind.</summary>
    internal static bool IsForeign(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "none" or SameOrigin);

    /// <summary>True where a browser says that it goes to a page, as by a link, and takes nothing into
    /// another.</summary>
    internal static bool IsVisit(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Headers["Sec-Fetch-Mode"].ToString() == "navigate"
        && request.Headers["Sec-Fetch-Dest"].ToString() == "document";

    /// <summary>True where a passkey's signature over this origin counts: the configured one alone; without one,
    /// localhost at the listener's own port.</summary>
    internal bool IsPasskeyOrigin(string origin) => string.Equals(origin, PasskeyOrigin, StringComparison.Ordinal);

    /// <summary>True where the request was sent to the host that passkeys belong to. It is only for telling early what
    /// would fail later.</summary>
    internal bool IsPasskeyHost(HostString host) =>
        string.Equals(host.Host, RelyingParty, StringComparison.OrdinalIgnoreCase)
        && (configured is not null || Listener is null || (host.Port ?? HttpPort) == Listener.Port);

    private string? PasskeyOrigin =>
        configured is not null ? OriginOf(configured)
        : Listener is { } at ? OriginOf(at.Scheme, Localhost, at.Port)
        : null;

    /// <summary>The origins of this station's pages: the configured one, loopback at the listener's port, and the
    /// address that the connection came to.</summary>
    private bool IsOwn(string origin, ConnectionInfo connection)
    {
        if (configured is not null && string.Equals(origin, OriginOf(configured), StringComparison.Ordinal))
            return true;
        if (
            Listener is { } at
            && LoopbackHosts.Any(host =>
                string.Equals(origin, OriginOf(at.Scheme, host, at.Port), StringComparison.Ordinal)
            )
        )
            return true;
        if (connection.LocalIpAddress is not { } ip)
            return false;
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        var host = ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip.ToString();
        return string.Equals(origin, OriginOf(Uri.UriSchemeHttp, host, connection.LocalPort), StringComparison.Ordinal);
    }

    private static string OriginOf(Uri uri) =>
        OriginOf(uri.Scheme, uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost, uri.Port);

    private static string OriginOf(string scheme, string host, int port) =>
        port == (scheme == Uri.UriSchemeHttps ? HttpsPort : HttpPort)
            ? $"{scheme}://{host}"
            : $"{scheme}://{host}:{port}";
}
