using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Parley.Link;
using Parley.Station.Data;

namespace Parley.Station.Media;

/// <summary>Under which addresses the relay port is found: by the own consoles, and by peers' stations.</summary>
internal sealed class MediaPlaces(IPEndPoint port, CallSettings settings, IReadOnlyList<string> card)
{
    /// <summary>Addresses that one console is given.</summary>
    private const int MaxOfConsole = 4;

    /// <summary>HOST:PORT, for peers. A card names where the link is: the same place by UDP.</summary>
    internal IReadOnlyList<string> ForPeers { get; } =
    [
        .. (
            settings.Peers
            ??
            [
                .. card.Where(a => CallSettings.TrySplit(a, out _, out _))
                    .Select(a =>
                    {
                        _ = CallSettings.TrySplit(a, out var host, out _);
                        return $"{host}:{port.Port.ToString(CultureInfo.InvariantCulture)}";
                    }),
            ]
        ).Take(LinkLimits.MaxRelayAddresses),
    ];

    /// <summary>For a console that came to the station by this address.</summary>
    internal IReadOnlyList<IPEndPoint> ForConsole(IPAddress? by)
    {
        if (settings.Consoles is { Count: > 0 } told)
            return [.. told.Take(MaxOfConsole).Select(c => new IPEndPoint(IPAddress.Parse(c), port.Port))];
        if (!port.Address.Equals(IPAddress.Any) && !port.Address.Equals(IPAddress.IPv6Any))
            return [port];
        if (by is { IsIPv4MappedToIPv6: true })
            by = by.MapToIPv4();
        var all = by is null ? [] : new List<IPAddress> { by };
        // A browser leaves the machine's own loopback out: one on the same machine finds its other addresses.
        foreach (var one in Own())
        {
            if (!all.Contains(one))
                all.Add(one);
        }
        return
        [
            .. all.Where(a =>
                    port.AddressFamily == AddressFamily.InterNetworkV6 || a.AddressFamily == port.AddressFamily
                )
                .Take(MaxOfConsole)
                .Select(a => new IPEndPoint(a, port.Port)),
        ];
    }

    private static IEnumerable<IPAddress> Own()
    {
        try
        {
            return
            [
                .. NetworkInterface
                    .GetAllNetworkInterfaces()
                    .Where(n => n.OperationalStatus == OperationalStatus.Up)
                    .SelectMany(n => n.GetIPProperties().UnicastAddresses.Select(a => a.Address))
                    .Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)),
            ];
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
