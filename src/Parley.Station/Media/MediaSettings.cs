using System.Globalization;
using System.Net;
using System.Text;
using Parley.Crypto;

namespace Parley.Station.Media;

/// <summary>Where calls go through: part of <c>station.json</c>; what is left out follows from where the link
/// listens.</summary>
/// <param name="Listen">HOST:PORT that datagrams are taken on, or <c>none</c>; else the link's host and port, by
/// UDP.</param>
/// <param name="Consoles">IP addresses that consoles are told to send to, where that is not what it listens on.</param>
/// <param name="Peers">HOST:PORT that peers' stations are told to send to; else the card's addresses.</param>
/// <param name="Turn">A TURN server beside the station, for consoles that cannot send datagrams.</param>
public sealed record MediaSettings(
    string? Listen = null,
    IReadOnlyList<string>? Consoles = null,
    IReadOnlyList<string>? Peers = null,
    TurnSettings? Turn = null
)
{
    internal const string None = "none";

    internal string? Problem() =>
        Listen is not null and not None && !IPEndPoint.TryParse(Listen, out _)
            ? "calls.listen is an IP address and a port, or none"
        : Consoles is { } consoles && (consoles.Count > 8 || consoles.Any(c => !IPAddress.TryParse(c, out _)))
            ? "calls.consoles is at most 8 IP addresses"
        : Peers is { } peers && (peers.Count > 8 || peers.Any(p => !MediaPlaces.TrySplit(p, out _, out _)))
            ? "calls.peers is at most 8 of HOST:PORT"
        : Turn is { } turn && (turn.Urls.Count is 0 or > 8 || turn.Secret.Length == 0)
            ? "calls.turn has urls and a secret"
        : null;
}

/// <param name="Urls">Such as <c>turns:turn.example:443?transport=tcp</c>.</param>
/// <param name="Secret">What is shared with the server (coturn's <c>static-auth-secret</c>).</param>
public sealed record TurnSettings(IReadOnlyList<string> Urls, string Secret)
{
    /// <summary>How long a console may come with what it was given: it asks at once.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);

    /// <summary>What one console signs in with, for one call.</summary>
    internal CallServerView For(string seat, DateTimeOffset now)
    {
        var until = (now.ToUnixTimeSeconds() + (long)GoodFor.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var name = $"{until}:{seat}";
        Span<byte> code = stackalloc byte[Hmac.Sha1Length];
        Hmac.Sha1(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(name), code);
        return new CallServerView(Urls, name, Convert.ToBase64String(code));
    }
}
