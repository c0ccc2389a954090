using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Parley.Record;

namespace Parley.Conformance.Peer;

/// <summary>A party that the suite plays, and where the station dials it.</summary>
internal sealed record PeerSeat(TestingParty Party, PeerPort Port)
{
    /// <summary>Listens, and draws keys for a card that says where.</summary>
    internal static async Task<PeerSeat> TakeAsync(
        ConformanceOptions options,
        PartyId id,
        int at,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var port = new PeerPort(clock);
        X509Certificate2? certificate = null;
        var listening = await port.StartAsync(options.Listen.Address, at, () => certificate!, ct).ConfigureAwait(false);
        var host = options.Host ?? Shown(options.Listen.Address);
        var party = TestingParty.Make(id, string.Create(CultureInfo.InvariantCulture, $"{host}:{listening}"), now);
        certificate = party.Certificate(now);
        return new PeerSeat(party, port);
    }

    private static string Shown(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
}
