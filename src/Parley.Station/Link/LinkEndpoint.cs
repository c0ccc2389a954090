using System.Net;

namespace Parley.Station.Link;

/// <summary>Where the link listens.</summary>
internal static class LinkEndpoint
{
    private const int DefaultPort = 7474;

    /// <summary>Reads HOST:PORT; null or <c>none</c> is a station that only dials.</summary>
    internal static bool TryParse(string? text, out IPEndPoint? endpoint, out string why)
    {
        endpoint = null;
        why = "";
        if (text is null or "none")
            return true;
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = DefaultPort;
        if (colon >= 0 && (!int.TryParse(text.AsSpan(colon + 1), out port) || port is < 0 or > 65535))
        {
            why = $"'{text}' is not HOST:PORT";
            return false;
        }
        var address = host switch
        {
            "" or "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ => IPAddress.TryParse(host.Trim('[', ']'), out var parsed) ? parsed : null,
        };
        if (address is null)
        {
            why = $"--link takes an IP address to listen on, not '{host}'";
            return false;
        }
        endpoint = new IPEndPoint(address, port);
        return true;
    }
}
