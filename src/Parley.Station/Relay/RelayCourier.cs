using System.Net;
using System.Text;
using Parley.Link;
using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Lines;
using Parley.Station.Link;

namespace Parley.Station.Relay;

/// <summary>What of the station's work the courier uses.</summary>
internal interface ICarrierDesk
{
    Task<Outcome<CarryOut>> CarryByRelayAsync(LineId line, PartyId to);
    Task<Outcome<CarriedView>> TakeCarriedAsync(Stream content, CancellationToken ct);
}

/// <summary>
/// A line's way around a cut wire: while a peer is not heard, what it lacks is left at the relay, sealed for it; what waits there for us is taken. The relay is not on
/// the line, is never taken for the peer, and nothing that comes through it is a sign of life. RELAY-5, RELAY-6.
/// </summary>
internal sealed class RelayCourier : IAsyncDisposable
{
    private readonly LineHost host;
    private readonly ICarrierDesk desk;
    private readonly LinkDialer dialer;
    private readonly TimeProvider clock;
    private readonly RelayPace pace;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;
    private readonly Lock gate = new();
    /// <summary>By peer: what was left for it last. The loop's own.</summary>
    private readonly Dictionary<PartyId, Left> left = [];
    /// <summary>Guarded by <see cref="gate"/>.</summary>
    private RelayView shown;

    /// <param name="Own">Our size then.</param>
    /// <param name="Cosigned">What the peer had cosigned of it, so far as we knew.</param>
    /// <param name="Theirs">What we held of the peer's feed.</param>
    /// <param name="At">When.</param>
    /// <param name="Wait">How long until the same is left again, if nothing comes of it.</param>
    private sealed record Left(ulong Own, ulong Cosigned, ulong Theirs, long At, TimeSpan Wait);

    internal RelayCourier(Card relay, LineHost host, ICarrierDesk desk, LinkDialer dialer, TimeProvider clock, RelayPace pace)
    {
        Relay = relay;
        this.host = host;
        this.desk = desk;
        this.dialer = dialer;
        this.clock = clock;
        this.pace = pace;
        shown = new RelayView(relay.Party, relay.Name, null, null, null, null, 0);
        loop = Task.Run(RunAsync);
    }

    internal Card Relay { get; }

    internal RelayView Shown
    {
        get
        {
            lock (gate) return shown;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var cut = host.Status().Peers.Where(p => p.State is Parley.Link.LinkState.Down or Parley.Link.LinkState.Unopened).Select(p => p.Peer).ToList();
                try
                {
                    await TakeAsync();
                    foreach (var peer in cut) await LeaveAsync(peer);
                    Show(s => s with { LastReached = clock.GetUtcNow(), Error = null });
                }
                catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
                {
                    Show(s => s with { Error = LinkFailure.Describe(e) });
                }
                await Task.Delay(cut.Count > 0 ? pace.WhileCut : pace.WhileHeard, clock, stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the station stops, or the line has another relay now
        }
    }

    /// <summary>Leaves what the peer lacks, or our receipt for what is new of its own; the same again only after a while, in case the relay lost it.</summary>
    private async Task LeaveAsync(PartyId peer)
    {
        var (own, cosigned, theirs) = (host.SizeOf(host.Identity.Self), host.CosignedSizes(host.Identity.Self)[peer], host.SizeOf(peer));
        var last = left.GetValueOrDefault(peer);
        var owed = own > cosigned;
        if (!owed && theirs == (last?.Theirs ?? 0)) return;
        var same = last is not null && (last.Own, last.Cosigned, last.Theirs) == (own, cosigned, theirs);
        if (same && clock.GetElapsedTime(last!.At) < last.Wait) return;
        if (!(await desk.CarryByRelayAsync(host.Identity.Line, peer)).TryGet(out var carry, out var why)) throw new RoundFailedException(why.Reason);
        using (carry)
        {
            var identity = host.Identity.Document.CardOf(peer)!.Identity;
            using var content = new CarryContent(carry);
            var status = await dialer.AskAsync(Relay, HttpMethod.Post, RelayPort.DepositFor(identity), content, static (_, _) => Task.CompletedTask, RelayLimits.Moving, stopping.Token);
            if (status != HttpStatusCode.OK) throw new RoundFailedException($"the relay did not take what is for {peer} ({(int)status})");
        }
        var longer = same ? last!.Wait * 2 : pace.FirstAgain;
        left[peer] = new Left(own, cosigned, theirs, clock.GetTimestamp(), longer < pace.LastAgain ? longer : pace.LastAgain);
        Show(s => s with { LastLeft = clock.GetUtcNow() });
    }

    /// <summary>
    /// Takes what waits for us there, oldest first; what cannot be of use to us is thrown away there, so that it does not keep out what can. What we cannot take now
    /// stays there for the next round.
    /// </summary>
    private async Task TakeAsync()
    {
        var list = "";
        var status = await dialer.AskAsync(Relay, HttpMethod.Get, RelayPort.List, null, async (body, ct) => list = await ReadAsync(body, ct), RelayLimits.Asking, stopping.Token);
        if (status != HttpStatusCode.OK) throw new RoundFailedException($"the relay does not serve us ({(int)status})");
        string? later = null;
        foreach (var id in list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).Where(id => id.All(char.IsAsciiHexDigitLower)).Take(RelayLimits.MaxTaken))
        {
            Outcome<CarriedView> outcome = default;
            if (await dialer.AskAsync(Relay, HttpMethod.Get, RelayPort.FileOf(id), null, async (body, ct) => outcome = await desk.TakeCarriedAsync(body, ct), RelayLimits.Moving, stopping.Token) != HttpStatusCode.OK) continue;
            if (outcome.TryGet(out var taken, out _))
            {
                if (taken.Taken > 0 || taken.Complete) Show(s => s with { LastTaken = clock.GetUtcNow(), EntriesTaken = s.EntriesTaken + taken.Taken });
                if (taken.Again)
                {
                    later = taken.Stopped;
                    continue;
                }
            }
            await dialer.AskAsync(Relay, HttpMethod.Delete, RelayPort.FileOf(id), null, static (_, _) => Task.CompletedTask, RelayLimits.Asking, stopping.Token);
        }
        if (later is not null) throw new RoundFailedException($"something there cannot be taken now: {later}");
    }

    private static async Task<string> ReadAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[RelayLimits.MaxWaiting * 64];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private void Show(Func<RelayView, RelayView> change)
    {
        lock (gate) shown = change(shown);
    }

    /// <summary>Why a round did not come to its end, in words that an officer is shown.</summary>
    private sealed class RoundFailedException(string reason) : Exception(reason);

    /// <summary>A file that is sealed while it is sent.</summary>
    private sealed class CarryContent(CarryOut carry) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => carry.WriteAsync(stream, CancellationToken.None);
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => carry.WriteAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }
}
