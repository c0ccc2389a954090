using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>What every desk of one station stands on.</summary>
/// <param name="Card">Whose station it is.</param>
/// <param name="Store">Where everything durable lies.</param>
/// <param name="Clock">The time that everything is judged and marked by.</param>
/// <param name="Log">What the operator reads.</param>
/// <param name="Stopping">Cancelled when the station is to end: nobody waits any longer.</param>
internal sealed record Premises(
    Card Card,
    IStationStore Store,
    TimeProvider Clock,
    ILogger Log,
    CancellationToken Stopping
)
{
    /// <summary>What the station is up for.</summary>
    internal StationMode Mode { get; init; }

    internal PartyId Self => Card.Party;

    internal DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>When this run of the station began.</summary>
    internal DateTimeOffset StartedAt { get; } = Clock.GetUtcNow();
}
