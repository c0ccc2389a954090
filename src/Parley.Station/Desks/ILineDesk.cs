using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>The lines as they stand.</summary>
internal interface ILineDesk
{
    /// <summary>All lines, by id.</summary>
    IReadOnlyList<LineSummary> Lines();

    Outcome<LineDetail> Line(LineId line);

    Outcome<LineStatus> LineStatus(LineId line);

    Outcome<IReadOnlyList<ForkView>> Forks(LineId line);
}
