using System.Collections.Concurrent;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Calls;
using Parley.Station.Media;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>
/// The calls that consoles of this station are in: who may be heard as the record stands, what consoles say to each
/// other, and where their datagrams go. Nothing of it outlives the process. CALL-4 to CALL-9.
/// </summary>
internal sealed class CallFloor : IAsyncDisposable
{
    /// <summary>A console that was not heard for so long is gone.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(30);

    /// <summary>Calls at a time: more than any station has officers for.</summary>
    internal const int MaxRooms = 512;

    private readonly Premises premises;
    private readonly LineTable lines;
    private readonly CallTrunks trunks;
    private readonly CallWires wires;
    private readonly EventHub hub;
    private readonly CallRefusals refusals;
    private readonly ConcurrentDictionary<(LineId Line, EntryId Call), CallRoom> rooms = new();
    private readonly EarlySignals early = new();
    private readonly CallBeat beat;

    /// <summary>Of calls that no console of ours is in any more.</summary>
    internal CallLogs Logs { get; } = new();

    internal CallFloor(
        Premises premises,
        LineTable lines,
        CallTrunks trunks,
        CallWires wires,
        EventHub hub,
        CallRefusals refusals
    )
    {
        this.premises = premises;
        this.lines = lines;
        this.trunks = trunks;
        this.wires = wires;
        this.hub = hub;
        this.refusals = refusals;
        beat = new CallBeat(premises.Clock, Trunk.Beat, Tick, () => !rooms.IsEmpty || trunks.Any);
        trunks.Told = new CallTrunks.Listener(wires.TakerOf, Arrived, Again);
    }

    internal CallTrunks Trunks => trunks;

    internal string PathTo(CallRoom room, PartyId party) => wires.PathTo(room, party);

    internal CallRoom? Find(LineId line, EntryId call) => rooms.GetValueOrDefault((line, call));

    /// <summary>Gives a console its seat in a call; null where there are too many calls.</summary>
    internal CallRoom? Sit(LineId line, EntryId call, CallSeat seat)
    {
        while (rooms.Count < MaxRooms || rooms.ContainsKey((line, call)))
        {
            var room = rooms.GetOrAdd((line, call), _ => new CallRoom(line, call));
            lock (room.Gate)
            {
                room.Sit(seat);
                foreach (var (from, signal) in early.Take(line, call, premises.Now))
                    room.Wait(from, signal, premises.Now);
                beat.Go();
                if (Find(line, call) == room) // it was not put away as empty meanwhile
                    return room;
            }
        }
        return null;
    }

    /// <summary>Something changed in the record of a line, or was sealed.</summary>
    internal void Touch(LineId line)
    {
        foreach (var room in rooms.Values.Where(r => r.Line == line))
            _ = Task.Run(() => See(room));
    }

    /// <summary>The same where nobody waits for it: while the record cannot be read nobody is heard.</summary>
    private void See(CallRoom room)
    {
        try
        {
            Look(room);
        }
        catch (Exception e) when (e is StoreFaultException or InvalidDataException)
        {
            lock (room.Gate)
                wires.Close(room);
        }
    }

    /// <summary>Sees how the record stands, and does what follows.</summary>
    internal void Look(CallRoom room)
    {
        if (!lines.TryGet(room.Line, out var open) || open.Traffic.IsFolding)
            return;
        var now = premises.Now;
        var (item, suspended) = open.Traffic.Read(picture =>
            (picture.View.ItemOf(room.Call, now), picture.Suspensions.Count > 0)
        );
        lock (room.Gate)
        {
            foreach (var seat in room.Seats.Values.Where(s => now - s.SeenAt > Gone).ToList())
                Leave(room, seat, "lost");
            room.Read(item, suspended, id => id.Seq < open.Host.SealedSize(id.Party), id => wires.LeafOf(open, id));
            Greet(room);
            foreach (var (from, signal) in room.Ripe())
                Deliver(room, from, signal);
            foreach (var leg in room.Legs.Values)
            {
                wires.Bind(room, leg);
                wires.NotePath(room, leg, now);
            }
            foreach (var peer in room.Closed is "ended" ? [] : open.Host.Identity.Peers)
                trunks.Want(open, peer);
            if (room.HasNews())
                Publish(room);
        }
    }

    /// <summary>Whoever has joined meanwhile is told who is there. Under the room's gate.</summary>
    private void Greet(CallRoom room)
    {
        foreach (var leg in room.Legs.Values)
        {
            if (leg.IsGreeted || !leg.Own.IsHere || !room.Seats.TryGetValue(leg.Own.Joined, out var seat))
                continue;
            leg.IsGreeted = true;
            SayStateTo(room, seat, leg.Own, leg.Other, "state");
        }
    }

    private void Publish(CallRoom room) =>
        hub.Publish(new StationEvent.Call(new CallData(room.Line, room.Call, room.Version)));

    private void Tick()
    {
        trunks.Tick();
        foreach (var (key, room) in rooms)
        {
            See(room);
            lock (room.Gate)
            {
                if (room.Seats.Count > 0 || !rooms.TryRemove(KeyValuePair.Create(key, room)))
                    continue;
                wires.Close(room);
                Logs.Keep(room.Line, room.Call, room.Course);
            }
        }
        trunks.Keep(line => rooms.Keys.Any(k => k.Line == line));
    }

    // What consoles say.

    /// <summary>Says something for one of our consoles to another member. Under the room's gate.</summary>
    internal void Say(CallRoom room, CallSeat seat, CallSignal signal)
    {
        seat.Keep(signal);
        if (signal.To.Party == premises.Self)
            Deliver(room, premises.Self, signal);
        else
            trunks.Signal(room.Line, signal.To.Party, signal);
    }

    /// <summary>Says to all others how it is at one of our consoles. Under the room's gate.</summary>
    internal void SayState(CallRoom room, CallSeat seat, CallMember own, string kind = "state")
    {
        foreach (var other in room.Members.Values.Where(m => m.Joined != own.Joined))
            SayStateTo(room, seat, own, other, kind);
    }

    private void SayStateTo(CallRoom room, CallSeat seat, CallMember own, CallMember other, string kind) =>
        Say(
            room,
            seat,
            new CallSignal
            {
                Call = room.Call,
                From = own.Joined,
                To = other.Joined,
                Epoch = seat.Epoch,
                Number = seat.NextNumber(),
                Kind = kind,
                Held = own.IsHeld,
                Muted = own.IsMuted,
                Deaf = own.Deaf,
            }
        );

    /// <summary>Takes a console of ours out of a call. Under the room's gate.</summary>
    internal void Leave(CallRoom room, CallSeat seat, string how)
    {
        if (room.Members.TryGetValue(seat.Joined, out var own))
        {
            SayState(room, seat, own, "bye");
            own.IsHere = false;
            room.Note(premises.Now, how, own);
        }
        room.Seats.Remove(seat.Joined);
        room.Change();
    }

    /// <summary>A peer's console said something.</summary>
    private void Arrived(StationLine open, PartyId from, CallSignal signal)
    {
        if (signal.From.Party != from || signal.To.Party != premises.Self)
        {
            refusals.Count(open.Id, from, $"speaks on a call for {signal.From} to {signal.To}");
            return;
        }
        if (Find(open.Id, signal.Call) is not { } room)
        {
            early.Keep(open.Id, from, signal, premises.Now);
            return;
        }
        lock (room.Gate)
        {
            if (room.Members.ContainsKey(signal.From) && room.Members.ContainsKey(signal.To))
                Deliver(room, from, signal);
            else
                room.Wait(from, signal, premises.Now);
            foreach (var leg in room.Legs.Values)
                wires.Bind(room, leg);
        }
        See(room);
    }

    /// <summary>Tells a console of ours what another member said. Under the room's gate.</summary>
    private void Deliver(CallRoom room, PartyId from, CallSignal signal)
    {
        if (
            !room.Seats.TryGetValue(signal.To, out var seat)
            || !room.Members.TryGetValue(signal.From, out var other)
            || !refusals.Passes(room, from, other, signal, premises.Now, out var text)
            || !seat.IsNew(signal, out var isFresh)
        )
            return;
        if (room.Legs.TryGetValue((signal.To, signal.From), out var leg))
        {
            // What was said before that console took its seat did not reach it.
            if (isFresh)
                leg.IsGreeted = false;
            leg.OtherText = text ?? leg.OtherText;
        }
        room.Follow(other, signal, premises.Now);
        seat.Tell(signal, text?.With(seat.Relays));
        room.Change();
    }

    /// <summary>The peer's station can be told again what holds.</summary>
    private void Again(LineId line, PartyId peer)
    {
        beat.Go(); // also a station at which nobody has joined tells its peer what comes. CALL-13
        foreach (var room in rooms.Values.Where(r => r.Line == line))
        {
            lock (room.Gate)
            {
                foreach (var signal in room.Seats.Values.SelectMany(s => s.SaidTo(peer)))
                    trunks.Signal(line, peer, signal);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await beat.DisposeAsync();
        foreach (var room in rooms.Values)
        {
            lock (room.Gate)
                wires.Close(room);
        }
        await trunks.StopAsync();
    }
}
