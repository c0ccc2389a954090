using System.Globalization;
using System.Net;

namespace Parley.Station.Data;

/// <summary>Where calls go through: part of <c>station.json</c>; what is left out follows from where the link
/// listens.</summary>
/// <param name="Listen">HOST:PORT that datagrams are taken on, or <c>none</c>; else the link's host and port, by
/// UDP.</param>
/// <param name="Consoles">IP addresses that consoles are told to send to, where that is not what it listens on.</param>
/// <param name="Peers">HOST:PORT that peers' stations are told to send to; else the card's addresses.</param>
/// <param name="Turn">A TURN server beside the station, for consoles that cannot send datagrams.</param>
public sealed record CallSettings(
    string? Listen = null,
    IReadOnlyList<string>? Consoles = null,
    IReadOnlyList<string>? Peers = null,
    TurnSettings? Turn = null
)
{
    internal const string None = "none";

    /// <summary>Addresses of one kind.</summary>
    private const int Max = 8;

    internal string? Problem() =>
        Listen is not null and not None && !IPEndPoint.TryParse(Listen, out _)
            ? "calls.listen is an IP address and a port, or none"
        : Consoles is { } consoles && (consoles.Count > Max || consoles.Any(c => !IPAddress.TryParse(c, out _)))
            ? $"calls.consoles is at most {Max} IP addresses"
        : Peers is { } peers && (peers.Count > Max || peers.Any(p => !TrySplit(p, out _, out _)))
            ? $"calls.peers is at most {Max} of HOST:PORT"
        : Turn is { } turn && (turn.Urls.Count is 0 or > Max || turn.Secret.Length == 0)
            ? "calls.turn has urls and a secret"
        : null;

    /// <summary>Host and port of HOST:PORT.</summary>
    internal static bool TrySplit(string text, out string host, out int number)
    {
        var colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon] : "";
        number = 0;
        return colon > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number is > 0 and < 65536
            && Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;
    }
}

/// <param name="Urls">Such as <c>turns:turn.example:443?transport=tcp</c>.</param>
/// <param name="Secret">What is shared with the server (coturn's <c>static-auth-secret</c>).</param>
public sealed record TurnSettings(IReadOnlyList<string> Urls, string Secret);
