using System.Net;

namespace Parley.Station.Api;

/// <summary>
/// Where browsers find this station: the origin in the settings (<c>console</c>), where a proxy with TLS stands in front; else <c>http://localhost</c> at
/// the listener's port. A passkey belongs to the host of that origin (RP id), which cannot be an IP address.
/// </summary>
internal sealed class ConsoleAddress(Uri? configured)
{
    private const string Localhost = "localhost";

    /// <summary>The TCP listener's real address, once it listens; null where there is none.</summary>
    internal Uri? Listener { get; set; }

    internal bool IsHttps => configured?.Scheme == Uri.UriSchemeHttps;

    /// <summary>The host that passkeys belong to.</summary>
    internal string RelyingParty => configured?.IdnHost ?? Localhost;

    /// <summary>What a sign-in link begins with; null where there is no listener.</summary>
    internal string? Origin => configured is not null ? OriginOf(configured)
        : Listener is null ? null
        : IPAddress.TryParse(Listener.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Loopback) || ip.Equals(IPAddress.IPv6Loopback) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? $"{Listener.Scheme}://{Localhost}:{Listener.Port}"
            : OriginOf(Listener);

    /// <summary>True for the hosts that this station is asked for by; any other name may be a foreign page's, pointed here.</summary>
    internal bool IsOwnHost(string host) => host is Localhost or "station" || IPAddress.TryParse(host.Trim('[', ']'), out _) || (configured is not null && string.Equals(host, configured.IdnHost, StringComparison.OrdinalIgnoreCase));

    /// <summary>Fetch metadata where the browser sends it, else the Origin header; a browser sends one of the two on every unsafe request.</summary>
    internal bool IsOwnOrigin(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" => true,
        "" => IsOwnOrigin(request.Headers.Origin.ToString(), request),
        _ => false,
    };

    /// <summary>True for the origin of this station's own pages: the configured one, or that of the request.</summary>
    internal bool IsOwnOrigin(string origin, HttpRequest request) => configured is not null && string.Equals(origin, OriginOf(configured), StringComparison.Ordinal)
        || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.Ordinal);

    /// <summary>True where a passkey's signature over this origin counts: the configured one; without one, any port of localhost, since a port may be forwarded.</summary>
    internal bool IsPasskeyOrigin(string origin, HttpRequest request) =>
        IsOwnOrigin(origin, request) && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && (configured is null ? uri.Host == Localhost : OriginOf(uri) == OriginOf(configured));

    private static string OriginOf(Uri uri) => uri.IsDefaultPort ? $"{uri.Scheme}://{uri.IdnHost}" : $"{uri.Scheme}://{uri.IdnHost}:{uri.Port}";
}
