using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Media;
using Parley.Station.Telemetry;

namespace Parley.Station.Desks;

/// <summary>
/// What carries calls to peers' stations: a trunk for each peer of a line with which there is a call, and the stream
/// over the link that belongs to it. Either side may open the stream; each sends on the newest. Safe from any thread.
/// CALL-11, CALL-12.
/// </summary>
internal sealed class CallTrunks(
    Premises premises,
    LineTable lines,
    LinkDialer dialer,
    MediaPort? port,
    IReadOnlyList<string> udp
)
{
    /// <summary>A stream on which nothing came for so long is dead.</summary>
    private static readonly TimeSpan Dead = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<(LineId Line, PartyId Peer), Held> held = new();

    /// <summary>Told each datagram, each message, and that a peer can be told something.</summary>
    internal Listener Told { get; set; } = new(_ => (_, _) => { }, (_, _, _) => { }, (_, _) => { });

    internal sealed record Listener(
        Func<(LineId Line, PartyId Peer), Trunk.LegTaker> Media,
        Action<StationLine, PartyId, CallSignal> Signal,
        Action<LineId, PartyId> Opened
    );

    /// <summary>One peer's trunk, and how long it is wanted.</summary>
    private sealed class Held(Trunk trunk, TimeProvider clock) : IDisposable
    {
        internal Trunk Trunk => trunk;
        internal PeerPlaces Places { get; } = new(clock);
        internal CancellationTokenSource Unwanted { get; } = new();
        internal Task Dialling { get; set; } = Task.CompletedTask;
        internal int Accepted;

        public void Dispose() => Unwanted.Dispose();
    }

    /// <summary>True where calls can be carried at all.</summary>
    internal bool AreThere => port is not null;

    internal bool CanCall(StationLine open, PartyId peer) =>
        open.Document.CardOf(peer) is { } card && dialer.Abilities.CanCall(card.Identity);

    internal Trunk? Find(LineId line, PartyId peer) => held.GetValueOrDefault((line, peer))?.Trunk;

    /// <summary>Makes sure that the peer can be reached, or is being called.</summary>
    internal void Want(StationLine open, PartyId peer)
    {
        if (port is null || !CanCall(open, peer))
            return;
        var one = HeldFor(open.Id, peer);
        if (open.Document.CardOf(peer) is not { Addresses.Count: > 0 } card)
            return;
        lock (one)
        {
            if (one.Dialling.IsCompleted && one is { Accepted: 0, Unwanted.IsCancellationRequested: false })
                one.Dialling = Task.Run(() => DialAsync(open, card, one));
        }
    }

    private Held HeldFor(LineId line, PartyId peer) =>
        held.GetOrAdd(
            (line, peer),
            key =>
            {
                var trunk = new Trunk(port!, premises.Clock, Told.Media(key));
                port!.Add(trunk);
                return new Held(trunk, premises.Clock);
            }
        );

    /// <summary>Ends what no call needs any more.</summary>
    internal void Keep(Func<LineId, bool> isWanted)
    {
        foreach (var (key, one) in held)
        {
            if (isWanted(key.Line) || Volatile.Read(ref one.Accepted) > 0)
                continue;
            if (held.TryRemove(KeyValuePair.Create(key, one)))
                End(one);
        }
    }

    private void End(Held one)
    {
        port!.Remove(one.Trunk);
        one.Trunk.Stream?.End();
        one.Unwanted.Cancel();
    }

    /// <summary>Done each <see cref="Trunk.Beat"/>.</summary>
    internal void Tick()
    {
        foreach (var (key, one) in held)
        {
            if (one.Trunk.IsSpent && held.TryRemove(KeyValuePair.Create(key, one)))
            {
                End(one); // whoever needs it makes another
                continue;
            }
            one.Trunk.Tick();
            if (one.Trunk.Stream is { } stream && premises.Clock.GetElapsedTime(stream.HeardAt) > Dead)
                stream.End();
        }
    }

    internal bool Any => !held.IsEmpty;

    /// <summary>Tells a peer what a console said; false where it cannot be told now.</summary>
    internal bool Signal(LineId line, PartyId peer, CallSignal signal) =>
        Find(line, peer)?.Stream?.Send(MediaFrameKind.Signal, default, signal.Encode()) == true;

    private async Task DialAsync(StationLine open, Card card, Held one)
    {
        var ct = one.Unwanted.Token;
        while (!ct.IsCancellationRequested && Volatile.Read(ref one.Accepted) == 0)
        {
            using var stream = StreamOf(open, card.Party, one, null);
            if (
                await dialer.CallAsync(
                    card,
                    open.Id,
                    premises.Self,
                    stream,
                    () => Begin(open.Id, card.Party, one, stream),
                    ct
                ) is
                { } why
            )
                LineLog.CallStreamLost(premises.Log, open.Id.Value, card.Party.Value, why);
            try
            {
                await Task.Delay(Again, premises.Clock, ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Takes a peer's stream; it lasts until one of the two ends it.</summary>
    internal async Task<string?> ServeAsync(
        LineId line,
        PartyId from,
        IPAddress? cameFrom,
        PipeReader reader,
        Stream writer,
        CancellationToken ct
    )
    {
        if (port is null || !lines.TryGet(line, out var open))
            return "this station holds no calls";
        var one = HeldFor(line, from);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, premises.Stopping);
        using var stream = StreamOf(open, from, one, cameFrom);
        Interlocked.Increment(ref one.Accepted);
        try
        {
            var writing = stream.WriteAsync(writer, both.Token);
            Begin(line, from, one, stream);
            var wrong = await stream.ReadAsync(reader, both.Token);
            await writing;
            return wrong;
        }
        finally
        {
            Interlocked.Decrement(ref one.Accepted);
        }
    }

    private void Begin(LineId line, PartyId peer, Held one, CallStream stream)
    {
        stream.HeardAt = premises.Clock.GetTimestamp();
        one.Trunk.Use(stream);
        Greet(one, stream);
        Told.Opened(line, peer);
    }

    private void Greet(Held one, CallStream stream) =>
        stream.Send(MediaFrameKind.Hello, default, one.Trunk.Hello(udp).Encode());

    private CallStream StreamOf(StationLine open, PartyId peer, Held one, IPAddress? cameFrom) =>
        new() { Taker = (stream, kind, content) => Take(open, peer, one, cameFrom, stream, kind, content) };

    private void Take(
        StationLine open,
        PartyId peer,
        Held one,
        IPAddress? cameFrom,
        CallStream stream,
        MediaFrameKind kind,
        ReadOnlySpan<byte> content
    )
    {
        stream.HeardAt = premises.Clock.GetTimestamp();
        switch (kind)
        {
            case MediaFrameKind.Hello when CallHello.Parse(content).TryGet(out var hello, out _):
                if (one.Places.MayAsk())
                    _ = MeetAsync(open, peer, one, cameFrom, stream, hello);
                break;
            case MediaFrameKind.Signal when CallSignal.Parse(content).TryGet(out var signal, out _):
                Told.Signal(open, peer, signal);
                break;
            case MediaFrameKind.Media or MediaFrameKind.Report:
                one.Trunk.Take(kind, content);
                break;
        }
    }

    private async Task MeetAsync(
        StationLine open,
        PartyId peer,
        Held one,
        IPAddress? cameFrom,
        CallStream stream,
        CallHello hello
    )
    {
        try
        {
            var card = open.Document.CardOf(peer)?.Addresses ?? [];
            var places = await one.Places.OfAsync(
                PeerPlaces.Theirs(hello.Udp, card, cameFrom),
                port!.Address.AddressFamily,
                one.Unwanted.Token
            );
            if (one.Trunk.Meet(hello, places))
                Greet(one, stream);
        }
        catch (OperationCanceledException)
        {
            // The call was over before a name was found.
        }
    }

    internal async Task StopAsync()
    {
        foreach (var one in held.Values)
        {
            End(one);
            await one.Dialling;
            one.Dispose();
        }
        held.Clear();
    }
}
