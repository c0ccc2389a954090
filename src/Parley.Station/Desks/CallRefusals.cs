using Parley.Record;
using Parley.Station.Calls;

namespace Parley.Station.Desks;

/// <summary>What peers' stations sent about calls that they may not, by name.</summary>
internal sealed class CallRefusals(Refusals refusals, CallFaults faults, LineTable lines)
{
    internal void Count(LineId line, PartyId peer, string reason) =>
        refusals.Count(line, peer.Value, party: true, 400, reason);

    /// <summary>A key that nobody signed for: no voice goes by it, and the watch is alarmed. CALL-6.</summary>
    internal void Key(CallRoom room, PartyId peer, string reason, DateTimeOffset now)
    {
        Count(room.Line, peer, reason);
        faults.Meet(room.Line, peer, room.Call, now);
        room.Note(now, "another key", peer.Value);
        room.Change();
        lines.Ring(room.Line);
    }
}
