using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Station.Calls;

/// <summary>Peers that tried to speak by another key than their officer signed for: an alarm for as long as a watch
/// needs to see it. Safe from any thread. CALL-6.</summary>
internal sealed class CallFaults
{
    /// <summary>How long it is shown after it was met last.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(15);

    /// <summary>Of each peer on a line one is kept. Of more the one that was met longest ago makes room: whoever tries
    /// now is shown.</summary>
    private const int Max = 256;

    private readonly Lock gate = new();
    private readonly Dictionary<
        (LineId Line, PartyId Peer),
        (EntryId Call, DateTimeOffset Since, DateTimeOffset Last)
    > met = [];

    internal void Meet(LineId line, PartyId peer, EntryId call, DateTimeOffset now)
    {
        lock (gate)
        {
            var since = met.TryGetValue((line, peer), out var known) && now - known.Last < Shown ? known.Since : now;
            met[(line, peer)] = (call, since, now);
            if (met.Count > Max)
                met.Remove(met.MinBy(m => m.Value.Last).Key);
        }
    }

    internal bool AreMet(LineId line, DateTimeOffset now)
    {
        lock (gate)
            return met.Any(m => m.Key.Line == line && now - m.Value.Last < Shown);
    }

    internal IReadOnlyList<AlarmCause> CausesOn(LineId line, DateTimeOffset now)
    {
        lock (gate)
            return
            [
                .. met.Where(m => m.Key.Line == line && now - m.Value.Last < Shown)
                    .Select(m => new AlarmCause(
                        $"call-key.{m.Key.Peer}",
                        m.Value.Call,
                        Parley.Traffic.Kinds.CallJoined,
                        AlarmClass.CallKey,
                        Mark.Actual,
                        AlarmLevel.Arrived,
                        $"{m.Key.Peer} would speak by another key than it signed for",
                        m.Value.Since,
                        [m.Key.Peer],
                        m.Key.Peer
                    )),
            ];
    }
}
