using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Calls;
using Parley.Station.Media;

namespace Parley.Station.Desks;

/// <summary>What peers' stations sent about calls that they may not, by name.</summary>
internal sealed class CallRefusals(Refusals refusals, CallFaults faults, LineTable lines)
{
    internal void Count(LineId line, PartyId peer, string reason) =>
        refusals.Count(line, peer.Value, party: true, 400, reason);

    /// <summary>False where a description may not pass: it is named, and takes no honest one's place. CALL-6</summary>
    internal bool Passes(
        CallRoom room,
        PartyId from,
        CallMember member,
        CallSignal signal,
        DateTimeOffset now,
        out SessionText? text
    )
    {
        text = null;
        if (signal.Sdp is null)
            return true;
        if (!SessionText.Parse(signal.Sdp).TryGet(out text, out var why))
        {
            Count(room.Line, from, why);
            return false;
        }
        if (CallRoom.Objection(member, text) is not { } objection)
            return true;
        Key(room, from, objection, now);
        return false;
    }

    /// <summary>A key that nobody signed for: no voice goes by it, and the watch is alarmed. CALL-6.</summary>
    private void Key(CallRoom room, PartyId peer, string reason, DateTimeOffset now)
    {
        Count(room.Line, peer, reason);
        faults.Meet(room.Line, peer, room.Call, now);
        room.Note(now, "another key", peer, peer.Value);
        room.Change();
        lines.Ring(room.Line);
    }
}
