using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Station.Desks;

/// <summary>The lines that are open at this station. Safe from any thread.</summary>
internal sealed class LineTable
{
    private readonly ConcurrentDictionary<LineId, StationLine> lines = new();

    internal IEnumerable<StationLine> All => lines.Values;

    internal IEnumerable<StationLine> InOrder => lines.Values.OrderBy(l => l.Id.Value, StringComparer.Ordinal);

    internal IEnumerable<LineId> Ids => lines.Keys;

    /// <summary>The line on which this party writes for itself: what it keeps internal, and what stands beside any
    /// line.</summary>
    internal LineId? Journal => lines.Values.FirstOrDefault(l => l.Document.IsJournal)?.Id;

    internal bool Has(LineId line) => lines.ContainsKey(line);

    internal bool TryGet(LineId line, [NotNullWhen(true)] out StationLine? open) => lines.TryGetValue(line, out open);

    /// <summary>The line, or what an officer is told who asked for one that is not here.</summary>
    internal Outcome<StationLine> Find(LineId line) =>
        lines.TryGetValue(line, out var open) ? open : Refusal.UnknownLine(line.Value);

    internal void Put(StationLine open) => lines[open.Id] = open;

    /// <summary>Has the watch over the clock look at a line, where it is open.</summary>
    internal void Ring(LineId line)
    {
        if (lines.TryGetValue(line, out var open))
            open.Bell.Ring();
    }
}
