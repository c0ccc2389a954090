using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Station.Calls;

/// <summary>What peers' consoles said of calls that none of ours is in yet: whoever answers takes their seat a moment
/// after their joining is seen elsewhere. Safe from any thread.</summary>
internal sealed class EarlySignals
{
    /// <summary>Of one peer on one line; more is dropped.</summary>
    private const int MaxOfPeer = 16;
    private const int Max = 512;
    private static readonly TimeSpan For = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly List<(LineId Line, PartyId From, CallSignal Signal, DateTimeOffset At)> kept = [];

    internal void Keep(LineId line, PartyId from, CallSignal signal, DateTimeOffset now)
    {
        lock (gate)
        {
            kept.RemoveAll(k => now - k.At > For);
            if (kept.Count < Max && kept.Count(k => k.Line == line && k.From == from) < MaxOfPeer)
                kept.Add((line, from, signal, now));
        }
    }

    internal IReadOnlyList<(PartyId From, CallSignal Signal)> Take(LineId line, EntryId call, DateTimeOffset now)
    {
        lock (gate)
        {
            var taken = kept.Where(k => k.Line == line && k.Signal.Call == call && now - k.At <= For).ToList();
            kept.RemoveAll(k => k.Line == line && k.Signal.Call == call);
            return [.. taken.Select(t => (t.From, t.Signal))];
        }
    }
}
