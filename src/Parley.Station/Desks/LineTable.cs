using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>The lines that are open at this station, and whose keys stand on them. Safe from any thread.</summary>
/// <param name="self">Whose station it is.</param>
internal sealed class LineTable(PartyId self) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<LineId, StationLine> lines = new();

    internal PartyId Self => self;

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

    /// <summary>The other party that this identity is on the line; null where the line is not here, or the identity not
    /// on it.</summary>
    internal PartyId? PartyOf(LineId line, PublicKey identity) =>
        lines.TryGetValue(line, out var open) ? PeerOf(open, identity)?.Party : null;

    /// <summary>The other party's card that has this identity, where the line has one.</summary>
    internal Card? PeerOf(StationLine open, PublicKey identity) =>
        open.Document.Cards.FirstOrDefault(c => c.Identity == identity && c.Party != self);

    /// <summary>Ends every line's machine, then its fold.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var open in lines.Values)
        {
            await open.Host.DisposeAsync();
            await open.Traffic.DisposeAsync();
        }
    }
}
