using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>Events for those who follow.</summary>
internal interface IEventDesk
{
    /// <summary>
    /// All states that hold, then events as they come; with <paramref name="afterArrival"/>, first every entry that
    /// arrived after it, without gap or
    /// double. A subscriber that cannot keep up loses no entry (they are read again from the store), only states that
    /// newer ones have replaced.
    /// </summary>
    /// <param name="line">The line that is followed; null for all.</param>
    /// <param name="afterArrival">The last arrival that is known already.</param>
    /// <param name="bell">Of a console in a browser; null for a program.</param>
    /// <param name="ct">Ends it.</param>
    IAsyncEnumerable<StationEvent> Subscribe(LineId? line, long? afterArrival, ConsoleBell? bell, CancellationToken ct);
}
