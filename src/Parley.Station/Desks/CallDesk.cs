using System.Net;
using System.Text.Json;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Calls;
using Parley.Station.Media;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Desks;

/// <summary>Calls as officers' consoles use them.</summary>
internal sealed class CallDesk(
    Premises premises,
    LineTable lines,
    SendDesk sending,
    CallFloor floor,
    CallPlaces places,
    Integrity integrity
)
{
    /// <summary>How long a joining is waited for to be sealed; the console is told how it stands then.</summary>
    private static readonly TimeSpan SealWait = TimeSpan.FromSeconds(5);

    private readonly CallShapes shapes = new(floor, premises);
    private readonly CallListing listing = new(floor, premises);

    private static readonly Refusal NoSeat = new(
        "no-seat",
        "this console is not in the call, or another one has taken its seat",
        409
    );

    /// <summary>The calls of a line that ring or that voice may be on, the newest first, and what is left out of
    /// them.</summary>
    internal Outcome<Listed<CallLiveView>> All(LineId line)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (open.Traffic.IsFolding)
            return Refusal.NotYet("the station is still reading its record");
        return integrity.Guarded<Listed<CallLiveView>>(() =>
        {
            var calls = listing.Of(open);
            return new Listed<CallLiveView>(
                [.. calls.Views.Select(i => shapes.Of(open, listing.Standing(open, i), null, 0))],
                calls.LeftOut
            );
        });
    }

    /// <summary>One call; with a seat, what its console was told after a number.</summary>
    internal Outcome<CallLiveView> One(LineId line, EntryId call, string? seat, long after) =>
        On<CallLiveView>(
            line,
            call,
            (open, item) =>
            {
                if (seat is null)
                    return shapes.Of(open, item, null, 0);
                if (floor.Find(line, item.Id) is not { } room)
                    return NoSeat;
                lock (room.Gate)
                {
                    if (SeatOf(room, seat) is not { } own)
                        return NoSeat;
                    own.SeenAt = premises.Now;
                    return shapes.Of(open, item, own, after);
                }
            }
        );

    /// <summary>What each side says of a call, and where they differ.</summary>
    internal Outcome<CallLogsView> Logs(LineId line, EntryId call) =>
        On<CallLogsView>(line, call, (open, item) => shapes.Logs(open, item, premises.Now));

    /// <summary>Joins a call with a console's key, on the record; or takes a seat again that a joining gave.</summary>
    internal async Task<Outcome<CallSeatView>> JoinAsync(
        LineId line,
        EntryId call,
        CallJoinRequest request,
        Officer by,
        IPAddress? cameBy,
        CancellationToken ct
    )
    {
        var joining = On<(EntryId Call, EntryId? Joined)>(
            line,
            call,
            (open, item) => Unjoinable(open, item, request, by) is { } why ? why : (item.Id, request.Joined)
        );
        if (!joining.TryGet(out var asked, out var refused))
            return refused;
        var joined = asked.Joined;
        if (joined is null)
        {
            var body = new CallJoin
            {
                Fingerprint = request.Fingerprint,
                Commitment = request.Commitment,
                Part = request.Part,
            };
            var draft = new EntryDraft(
                Kinds.CallJoined,
                JsonSerializer.SerializeToUtf8Bytes(body, TrafficJson.Default.CallJoin),
                by,
                Re: [asked.Call]
            )
            {
                IsMarkGiven = false,
                IsPrecedenceGiven = false,
            };
            if (!(await sending.AppendAsync(line, draft, SealWait, ct)).TryGet(out var appended, out refused))
                return refused;
            joined = appended.Id;
        }
        var seat = new CallSeat(joined.Value, by, places.Of(cameBy)) { SeenAt = premises.Now };
        return On<CallSeatView>(
            line,
            call,
            (open, _) =>
            {
                if (floor.Sit(line, asked.Call, seat) is not { } room)
                    return new Refusal("too-many", $"{CallFloor.MaxRooms} calls are held at a time", 409);
                floor.Look(room);
                if (!ItemOf(open, call).TryGet(out var item, out var why))
                    return why;
                lock (room.Gate)
                    return new CallSeatView(
                        seat.Joined,
                        seat.Token,
                        places.ServersFor(seat.Token, premises.Now),
                        shapes.Of(open, item, seat, 0)
                    );
            }
        );
    }

    /// <summary>Why an officer cannot join a call just now; null where they can.</summary>
    private Refusal? Unjoinable(StationLine open, Item item, CallJoinRequest request, Officer by)
    {
        if (!floor.Trunks.AreThere)
            return new Refusal("no-calls", "this station has no port for calls: see station.json, calls.listen", 409);
        if (open.Host.Identity.Peers.All(p => !floor.Trunks.CanCall(open, p)))
            return new Refusal(
                "peer-cannot-call",
                "no other station on this line holds calls, or none has been heard since this one started",
                409
            );
        return
            request.Joined is { } earlier
            && (
                CallFamily.JoinsOf(item).FirstOrDefault(e => e.Id == earlier) is not { } entry
                || entry.Header.From != premises.Self
                || entry.Header.By.Seat != by.Seat
                || entry.Header.By.Name != by.Name
            )
            ? new Refusal("no-seat", $"{earlier} is no joining of this call by {by.Name}", 409)
            : null;
    }

    /// <summary>Says something to another console.</summary>
    internal Outcome<CallLiveView> Signal(LineId line, EntryId call, CallSignalRequest request, Officer by) =>
        On<CallLiveView>(line, call, (_, item) => Signal(line, item, request, by));

    private Outcome<CallLiveView> Signal(LineId line, Item item, CallSignalRequest request, Officer by)
    {
        if (floor.Find(line, item.Id) is not { } room)
            return NoSeat;
        lock (room.Gate)
        {
            if (SeatOf(room, request.Seat) is not { } seat || !room.Members.TryGetValue(seat.Joined, out var own))
                return NoSeat;
            if (seat.By.Name != by.Name)
                return NoSeat;
            if (!room.Members.ContainsKey(request.To))
                return new Refusal("no-member", $"{request.To} has not joined this call", 409);
            seat.SeenAt = premises.Now;
            SessionText? text = null;
            if (request.Sdp is not null)
            {
                if (!SessionText.Parse(request.Sdp).TryGet(out text, out var unfit))
                    return Refusal.Invalid(unfit);
                if (CallRoom.Objection(own, text) is { } objection)
                    return new Refusal("call-key", objection, 409);
            }
            if (request.Nonce is { } nonce && !IsCommitted(own, nonce))
                return new Refusal("call-key", "this is not what the joining is bound by", 409);
            var signal = new CallSignal
            {
                Call = item.Id,
                From = own.Joined,
                To = request.To,
                Epoch = seat.Epoch,
                Number = seat.NextNumber(),
                Kind = request.Kind,
                Session = request.Session,
                Sdp = text?.Bare(),
                Nonce = request.Nonce,
                Held = request.Kind == "state" ? own.IsHeld : null,
                Muted = request.Kind == "state" ? own.IsMuted : null,
                Deaf = request.Kind == "state" ? own.Deaf : null,
            };
            if (!signal.IsSound())
                return Refusal.Invalid("a console says ready, offer, answer, state or bye, and what belongs to it");
            if (text is not null && room.Legs.TryGetValue((own.Joined, request.To), out var leg))
                leg.OwnText = text;
            floor.Say(room, seat, signal);
        }
        floor.Look(room);
        return One(line, item.Id, request.Seat, long.MaxValue);
    }

    /// <summary>Says how it is at a console, or leaves.</summary>
    internal Outcome<CallLiveView> Say(LineId line, EntryId call, CallSayRequest request, Officer by) =>
        On<CallLiveView>(line, call, (open, item) => Say(open, item, request, by));

    private Outcome<CallLiveView> Say(StationLine open, Item item, CallSayRequest request, Officer by)
    {
        if (floor.Find(open.Id, item.Id) is not { } room)
            return NoSeat;
        lock (room.Gate)
        {
            if (
                SeatOf(room, request.Seat) is not { } seat
                || seat.By.Name != by.Name
                || !room.Members.TryGetValue(seat.Joined, out var own)
            )
                return NoSeat;
            seat.SeenAt = premises.Now;
            if (request.What is { Length: > 0 and <= 80 } what)
                room.Note(premises.Now, what, own);
            if (request.Leave)
                floor.Leave(room, seat, "left");
            else
            {
                if (request.Held is { } held && held != own.IsHeld)
                    room.Note(premises.Now, held ? "held" : "resumed", own);
                own.IsHeld = request.Held ?? own.IsHeld;
                own.IsMuted = request.Muted ?? own.IsMuted;
                own.Deaf =
                    request.Deaf is { Length: > 0 and <= 32 } deaf && deaf.All(char.IsAsciiLetterLower) ? deaf : null;
                floor.SayState(room, seat, own);
                room.Change();
            }
        }
        floor.Look(room);
        return shapes.Of(open, item, null, 0);
    }

    /// <summary>Does something with a call of a line; what the store cannot give is a refusal.</summary>
    private Outcome<T> On<T>(LineId line, EntryId call, Func<StationLine, Item, Outcome<T>> read) =>
        lines.Find(line).TryGet(out var open, out var unknown)
            ? integrity.Guarded<T>(() => ItemOf(open, call).TryGet(out var item, out var why) ? read(open, item) : why)
            : unknown;

    private static bool IsCommitted(CallMember own, string nonce) =>
        nonce.Length == 64
        && Hash.TryParseHex(nonce, out _)
        && own.Commitment == $"sha256:{Sha256.Of(Convert.FromHexString(nonce)).ToHex()}";

    private static CallSeat? SeatOf(CallRoom room, string token) =>
        room.Seats.Values.FirstOrDefault(s => s.Token == token);

    private Outcome<Item> ItemOf(StationLine open, EntryId call)
    {
        if (open.Traffic.IsFolding)
            return Refusal.NotYet("the station is still reading its record");
        return open.Traffic.Read(picture => picture.View.ItemOf(call, premises.Now)) is { Family: CallFamily } item
            ? listing.Standing(open, item)
            : new Refusal("no-call", $"{call} is no call that is open or ended lately", 404);
    }
}
