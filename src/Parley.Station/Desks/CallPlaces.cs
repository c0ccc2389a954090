using System.Net;
using Parley.Station.Data;
using Parley.Station.Media;

namespace Parley.Station.Desks;

/// <summary>Where this station's consoles send their datagrams.</summary>
/// <param name="places">Of the relay port; null where there is none.</param>
/// <param name="turn">The server beside it; null where there is none, which is as usual.</param>
internal sealed class CallPlaces(MediaPlaces? places, TurnSettings? turn)
{
    internal IReadOnlyList<IPEndPoint> Of(IPAddress? cameBy) => places?.ForConsole(cameBy) ?? [];

    internal IReadOnlyList<CallServerView> ServersFor(string seat, DateTimeOffset now) =>
        turn is null ? [] : [TurnTicket.For(turn, seat, now)];
}
