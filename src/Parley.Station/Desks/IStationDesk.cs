using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>The station about itself.</summary>
internal interface IStationDesk
{
    /// <summary>What the station says of itself. Cheap: no input or output.</summary>
    StationView Station();

    /// <summary>This station's card as the exact signed note bytes.</summary>
    ReadOnlyMemory<byte> Card();

    /// <summary>What peers sent that was refused, newest first.</summary>
    Outcome<IReadOnlyList<RefusalView>> Refusals(int max);
}
