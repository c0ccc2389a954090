using System.Collections.Concurrent;
using System.Text;
using Parley.Record;
using Parley.Station.Calls;
using Parley.Station.Media;

namespace Parley.Station.Desks;

/// <summary>Where the datagrams of calls go: from a console of ours to the peer's station or to another of our consoles,
/// and back. Safe from any thread.</summary>
internal sealed class CallWires(Premises premises, CallTrunks trunks, MediaPort? port)
{
    private readonly ConcurrentDictionary<ulong, CallLeg> legs = new();

    /// <summary>The hash of an entry's leaf, which words are made of; empty for one that is not here.</summary>
    internal string LeafOf(StationLine open, EntryId id) =>
        premises.Store.ReadEntry(new Origin(open.Id, id.Party), id.Seq) is { } stored
            ? $"sha256:{MerkleHash.Leaf(stored.Header).ToHex()}"
            : "";

    /// <summary>Nothing of the call is carried any more. Under the room's gate.</summary>
    internal void Close(CallRoom room)
    {
        foreach (var leg in room.Legs.Values)
        {
            leg.Set("ended");
            Bind(room, leg);
        }
    }

    /// <summary>Makes the relay port know a leg that is open, and forget one that is not. Under the room's gate.</summary>
    internal void Bind(CallRoom room, CallLeg leg)
    {
        var user =
            leg.IsOpen && room.Seats.ContainsKey(leg.Own.Joined)
                ? Encoding.ASCII.GetBytes($"{leg.OtherText!.Ufrag}:{leg.OwnText!.Ufrag}")
                : null;
        if (port is null || (user is null ? leg.End is null : leg.End?.User.AsSpan().SequenceEqual(user) == true))
            return;
        if (leg.End is { } old)
            port.Remove(old);
        leg.End = null;
        if (user is null)
        {
            legs.TryRemove(KeyValuePair.Create(leg.Id, leg));
            return;
        }
        var end = new ConsoleEnd(
            user,
            Encoding.ASCII.GetBytes(leg.OtherText!.Password),
            datagram => Spoken(room, leg, datagram.Span)
        );
        if (!port.Add(end))
            return;
        leg.End = end;
        if (leg.Other.Joined.Party != premises.Self)
            legs[leg.Id] = leg;
    }

    /// <summary>Notes which way what is said goes, where that changed. Under the room's gate.</summary>
    internal void NotePath(CallRoom room, CallLeg leg, DateTimeOffset now)
    {
        var path = leg.IsOpen ? PathTo(room, leg.Other.Joined.Party) : "none";
        if (path == leg.Path || path is "both" or "none")
            return;
        leg.Path = path;
        room.Note(now, $"path {path}", leg.Other);
        room.Change();
    }

    /// <summary>How what is said to a member goes to their station.</summary>
    internal string PathTo(CallRoom room, PartyId party) =>
        party == premises.Self ? "here"
        : trunks.Find(room.Line, party) is not { } trunk ? "none"
        : trunk.Path switch
        {
            MediaPath.Udp => "udp",
            MediaPath.Link => "link",
            _ => "both",
        };

    /// <summary>Takes a peer's datagrams for our consoles.</summary>
    internal Trunk.LegTaker TakerOf((LineId Line, PartyId Peer) from) =>
        (id, datagram) =>
        {
            if (
                legs.TryGetValue(id, out var leg)
                && leg.IsOpen
                && leg.Other.Joined.Party == from.Peer
                && leg.End is { } end
                && leg.MayTake(premises.Clock)
            )
                port!.Give(end, datagram);
        };

    /// <summary>A console of ours said something by datagram.</summary>
    private void Spoken(CallRoom room, CallLeg leg, ReadOnlySpan<byte> datagram)
    {
        if (!leg.IsOpen)
            return;
        if (leg.Other.Joined.Party != premises.Self)
            trunks.Find(room.Line, leg.Other.Joined.Party)?.Send(leg.Id, datagram);
        else if (leg.Mirrored is { IsOpen: true, End: { } end })
            port!.Give(end, datagram);
    }
}
