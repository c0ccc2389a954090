using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>What is said off the record.</summary>
internal interface IOffRecordDesk
{
    /// <summary>Sends a message that is never logged or stored; answers per addressed party whether its station took
    /// it.</summary>
    Task<Outcome<IReadOnlyDictionary<PartyId, bool>>> SendOffRecordAsync(
        LineId line,
        NewOffRecord draft,
        CancellationToken ct
    );

    /// <summary>The off-record messages held in memory, oldest first.</summary>
    Outcome<IReadOnlyList<OffRecordMessage>> OffRecord(LineId line);
}
