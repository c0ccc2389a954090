using System.Net;
using System.Net.Sockets;
using Parley.Link;
using Parley.Station.Data;

namespace Parley.Station.Media;

/// <summary>
/// Where datagrams for one peer go: what it says of itself, as far as that is its own. A peer must not have this station
/// look up names or send to places that others have: nothing is looked up or sent to but hosts on its card and the
/// address that it came from, and at a pace. Safe from any thread. CALL-19
/// </summary>
internal sealed class PeerPlaces(TimeProvider clock)
{
    /// <summary>Hellos that are looked at: so many at once, and then one in this time.</summary>
    internal const int MaxAtOnce = 8;
    internal static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>What names stand for is asked again after this time, and not before.</summary>
    internal static readonly TimeSpan LookUpAgain = TimeSpan.FromSeconds(30);

    /// <summary>Addresses that are used of one name.</summary>
    private const int MaxOfName = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long At, IReadOnlyList<IPAddress> Found)> known = new(
        StringComparer.OrdinalIgnoreCase
    );
    private double allowance = MaxAtOnce;
    private long filledAt = clock.GetTimestamp();

    /// <summary>False where the peer says hello more often than any call needs.</summary>
    internal bool MayAsk()
    {
        lock (gate)
        {
            var now = clock.GetTimestamp();
            allowance = Math.Min(MaxAtOnce, allowance + clock.GetElapsedTime(filledAt, now) / Pace);
            filledAt = now;
            if (allowance < 1)
                return false;
            allowance--;
            return true;
        }
    }

    /// <summary>What of a hello is the peer's own.</summary>
    /// <param name="told">HOST:PORT each.</param>
    /// <param name="card">Of the peer's card, HOST:PORT each.</param>
    /// <param name="cameFrom">From where its stream came; null where this station dialled, to a place on the card.</param>
    internal static IReadOnlyList<(string Host, int Port)> Theirs(
        IReadOnlyList<string> told,
        IReadOnlyList<string> card,
        IPAddress? cameFrom
    )
    {
        if (cameFrom is { IsIPv4MappedToIPv6: true })
            cameFrom = cameFrom.MapToIPv4();
        var own = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var address in card)
        {
            if (CallSettings.TrySplit(address, out var host, out _))
                own.Add(host.Trim('[', ']'));
        }
        var theirs = new List<(string Host, int Port)>();
        foreach (var one in told.Take(LinkLimits.MaxRelayAddresses))
        {
            if (!CallSettings.TrySplit(one, out var host, out var number))
                continue;
            host = host.Trim('[', ']');
            if (own.Contains(host) || (IPAddress.TryParse(host, out var literal) && literal.Equals(cameFrom)))
                theirs.Add((host, number));
        }
        return theirs;
    }

    /// <summary>The addresses behind them; of names, what they stand for now.</summary>
    internal async Task<IReadOnlyList<IPEndPoint>> OfAsync(
        IReadOnlyList<(string Host, int Port)> theirs,
        AddressFamily family,
        CancellationToken ct
    )
    {
        var found = new List<IPEndPoint>();
        foreach (var (host, number) in theirs)
        {
            foreach (var address in await AddressesOfAsync(host, ct))
            {
                if (address.AddressFamily == family)
                    found.Add(new IPEndPoint(address, number));
                else if (family == AddressFamily.InterNetworkV6)
                    found.Add(new IPEndPoint(address.MapToIPv6(), number));
            }
        }
        return [.. found.Distinct().Take(LinkLimits.MaxRelayAddresses)];
    }

    private async Task<IReadOnlyList<IPAddress>> AddressesOfAsync(string host, CancellationToken ct)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        lock (gate)
        {
            if (known.TryGetValue(host, out var before) && clock.GetElapsedTime(before.At) < LookUpAgain)
                return before.Found;
            known[host] = (clock.GetTimestamp(), before.Found ?? []); // who asks meanwhile asks nobody
        }
        IReadOnlyList<IPAddress> addresses;
        try
        {
            addresses = [.. (await Dns.GetHostAddressesAsync(host, ct)).Take(MaxOfName)];
        }
        catch (SocketException)
        {
            addresses = []; // it names no place from here: the link carries what datagrams do not
        }
        lock (gate)
            known[host] = (clock.GetTimestamp(), addresses);
        return addresses;
    }
}
