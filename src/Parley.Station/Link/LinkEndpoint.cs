using System.Net;
using Parley.Record;

namespace Parley.Station.Link;

/// <summary>Where the link listens.</summary>
internal static class LinkEndpoint
{
    private const int DefaultPort = 7474;

    /// <summary>Where nobody said where to listen, the port of the first address on the card: peers dial it. Null where
    /// somebody did, and for a card without address.</summary>
    internal static IPEndPoint? Of(Card card, string? said) =>
        said is null
        && card.Addresses is [var first, ..]
        && int.TryParse(first.AsSpan(first.LastIndexOf(':') + 1), out var port)
            ? new IPEndPoint(IPAddress.IPv6Any, port)
            : null;

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
        // "7474" would be read as the address 0.0.29.50.
        if (host.Length > 0 && host.All(char.IsAsciiDigit))
        {
            why = $"--link takes HOST:PORT, not '{text}': did you mean *:{host}?";
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
