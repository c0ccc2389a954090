using System.Net;
using System.Text;
using Parley.Link;
using Parley.Record;
using Parley.Station.Carry;
using Parley.Station.Lines;
using Parley.Station.Link;

namespace Parley.Station.Relay;

/// <summary>What of the station's work the courier uses.</summary>
internal interface ICarrierDesk
{
    /// <summary>What a party lacks of our feed from that size on; from what it is known to hold, where there is
    /// none.</summary>
    Task<Outcome<CarryOut>> CarryAsync(LineId line, PartyId to, ulong? from);
    Task<Outcome<CarriedView>> TakeAsync(Stream content, CancellationToken ct);

    /// <summary>Where our files for a party lie at a relay; null without the line's secret.</summary>
    string? SlotFor(LineId line, PartyId to);
}

/// <summary>
/// A line's way around a cut wire: while a peer is not heard, what it lacks is left at the relay, sealed for it; what
/// waits there for us is taken. The relay is not on
/// the line, is never taken for the peer, and nothing that comes through it is a sign of life. RELAY-5, RELAY-6.
/// </summary>
internal sealed class RelayCourier : IAsyncDisposable
{
    private const int MaxListLine = 64;
    private readonly LineHost host;
    private readonly ICarrierDesk desk;
    private readonly LinkDialer dialer;
    private readonly TimeProvider clock;
    private readonly RelayPace pace;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task loop;

    /// <summary>By peer: what was left for it last. The loop's own.</summary>
    private readonly Dictionary<PartyId, Left> left = [];

    /// <summary>By peer: how much of our feed it said in its last file that it holds (less than we had known, if it was
    /// restored), and what we knew then. The loop's own.</summary>
    private readonly Dictionary<PartyId, (ulong Size, ulong Cosigned)> holds = [];

    /// <summary>By id: files at the relay that could not be taken, and when they are tried again. The loop's
    /// own.</summary>
    private Dictionary<string, Later> later = [];

    /// <summary>The loop alone puts another in its place; any thread may look at it.</summary>
    private volatile RelayView shown;

    /// <param name="Own">Our size then.</param>
    /// <param name="Cosigned">What the peer had cosigned of it, so far as we knew.</param>
    /// <param name="Theirs">What we held of the peer's feed.</param>
    /// <param name="At">When.</param>
    /// <param name="Wait">How long until the same is left again, if nothing comes of it.</param>
    private sealed record Left(ulong Own, ulong Cosigned, ulong Theirs, long At, TimeSpan Wait);

    /// <param name="At">When it was tried.</param>
    /// <param name="Wait">How long it is left alone since.</param>
    /// <param name="Why">Why it could not be taken.</param>
    private sealed record Later(long At, TimeSpan Wait, string Why);

    internal RelayCourier(
        Card relay,
        LineHost host,
        ICarrierDesk desk,
        LinkDialer dialer,
        TimeProvider clock,
        RelayPace pace
    )
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

    internal RelayView Shown => shown;

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var cut = host.Status()
                    .Peers.Where(p => p.State is Parley.Link.LinkState.Down or Parley.Link.LinkState.Unopened)
                    .Select(p => p.Peer)
                    .ToList();
                // One that fails keeps none of the others back: what is to be said to one peer does not wait for
                // another's mailbox, nor for room here.
                var failed = new List<string?> { await TryAsync(TakeAsync) };
                foreach (var peer in cut)
                    failed.Add(await TryAsync(() => LeaveAsync(peer)));
                var why = string.Join("; ", failed.OfType<string>().Distinct());
                Show(s =>
                    s with
                    {
                        LastReached = failed.Contains(null) ? clock.GetUtcNow() : s.LastReached,
                        Error = why.Length > 0 ? why : null,
                    }
                );
                await Task.Delay(cut.Count > 0 ? pace.WhileCut : pace.WhileHeard, clock, stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the station stops, or the line has another relay now
        }
    }

    /// <summary>Null when it went well.</summary>
    private async Task<string?> TryAsync(Func<Task> step)
    {
        try
        {
            await step();
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            return Own(e) ?? LinkFailure.Describe(e);
        }
    }

    /// <summary>What this courier says of a round by itself, also where it said so while a request was on its
    /// way.</summary>
    private static string? Own(Exception e)
    {
        for (Exception? at = e; at is not null; at = at.InnerException)
        {
            if (at is RoundFailedException own)
                return own.Message;
        }
        return null;
    }

    /// <summary>Leaves what the peer lacks, or our receipt for what is new of its own; the same again only after a
    /// while, in case the relay lost it.</summary>
    private async Task LeaveAsync(PartyId peer)
    {
        var (own, cosigned, theirs) = (
            host.SizeOf(host.Identity.Self),
            host.CosignedSizes(host.Identity.Self)[peer],
            host.SizeOf(peer)
        );
        var last = left.GetValueOrDefault(peer);
        var owed = own > cosigned;
        if (!owed && theirs == (last?.Theirs ?? 0))
            return;
        var same = last is not null && (last.Own, last.Cosigned, last.Theirs) == (own, cosigned, theirs);
        if (same && clock.GetElapsedTime(last!.At) < last.Wait)
            return;
        if (desk.SlotFor(host.Identity.Line, peer) is not { } slot)
            throw new RoundFailedException("the line has no secret");
        ulong? from =
            holds.TryGetValue(peer, out var held) && held.Cosigned == cosigned && held.Size < cosigned
                ? held.Size
                : null;
        if (!(await desk.CarryAsync(host.Identity.Line, peer, from)).TryGet(out var carry, out var why))
            throw new RoundFailedException(why.Reason);
        using (carry)
        {
            var identity = host.Identity.Document.CardOf(peer)!.Identity;
            using var content = new CarryContent(carry);
            var status = await dialer.AskAsync(
                Relay,
                HttpMethod.Post,
                RelayPort.DepositFor(identity, slot),
                content,
                static (_, _) => Task.CompletedTask,
                RelayLimits.Moving,
                stopping.Token
            );
            if (status != HttpStatusCode.OK)
                throw new RoundFailedException($"the relay did not take what is for {peer} ({(int)status})");
        }
        var longer = same ? last!.Wait * 2 : pace.FirstAgain;
        left[peer] = new Left(
            own,
            cosigned,
            theirs,
            clock.GetTimestamp(),
            longer < pace.LastAgain ? longer : pace.LastAgain
        );
        Show(s => s with { LastLeft = clock.GetUtcNow() });
    }

    /// <summary>
    /// Takes what waits for us there, oldest first; what cannot be of use to us is thrown away there, so that it does
    /// not keep out what can. What we cannot take now
    /// stays there, and is tried again after a while; it holds up nothing that came after it.
    /// </summary>
    private async Task TakeAsync()
    {
        var list = "";
        var status = await dialer.AskAsync(
            Relay,
            HttpMethod.Get,
            RelayPort.List,
            null,
            async (body, ct) => list = await ReadAsync(body, ct),
            RelayLimits.Asking,
            stopping.Token
        );
        if (status != HttpStatusCode.OK)
            throw new RoundFailedException($"the relay does not serve us ({(int)status})");
        var ids = list.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Split(' ')[0])
            .Where(id => id.All(char.IsAsciiHexDigitLower))
            .ToList();
        later = later.Where(l => ids.Contains(l.Key)).ToDictionary();
        string? unusable = null;
        foreach (
            var id in ids.Where(id => !later.TryGetValue(id, out var l) || clock.GetElapsedTime(l.At) >= l.Wait)
                .Take(RelayLimits.MaxTaken)
        )
        {
            Outcome<CarriedView> outcome = default;
            if (
                await dialer.AskAsync(
                    Relay,
                    HttpMethod.Get,
                    RelayPort.FileOf(id),
                    null,
                    async (body, ct) => outcome = await desk.TakeAsync(body, ct),
                    RelayLimits.Moving,
                    stopping.Token
                ) != HttpStatusCode.OK
            )
                continue;
            if (Take(outcome) is { } wait)
            {
                var longer = later.TryGetValue(id, out var before) ? before.Wait * 2 : RelayLimits.FirstLater;
                later[id] = new Later(
                    clock.GetTimestamp(),
                    longer < RelayLimits.LastLater ? longer : RelayLimits.LastLater,
                    wait
                );
                continue;
            }
            if (outcome.TryGet(out var taken, out var why) ? !taken.Complete : true)
                unusable = taken?.Stopped ?? why?.Reason;
            later.Remove(id);
            await dialer.AskAsync(
                Relay,
                HttpMethod.Delete,
                RelayPort.FileOf(id),
                null,
                static (_, _) => Task.CompletedTask,
                RelayLimits.Asking,
                stopping.Token
            );
        }
        if (later.Count > 0)
            throw new RoundFailedException($"something there cannot be taken now: {later.Values.First().Why}");
        if (unusable is not null)
            throw new RoundFailedException($"something there was of no use: {unusable}");
    }

    /// <summary>What came of one file; why it stays there, where that is so: it may be of use later, when there is
    /// room, or when the line's secret is here.</summary>
    private string? Take(Outcome<CarriedView> outcome)
    {
        if (!outcome.TryGet(out var taken, out var why))
            return why.Code == Refusal.NotForUs ? why.Reason : null;
        if (taken.Line == host.Identity.Line)
        {
            if (taken.Confirmed is { } size)
                holds[taken.From] = (size, host.CosignedSizes(host.Identity.Self)[taken.From]);
            if (taken.HeldBefore > 0)
                left.Remove(taken.From); // it left again what we have: our receipt was lost
        }
        if (taken.Taken > 0 || taken.Complete)
            Show(s => s with { LastTaken = clock.GetUtcNow(), EntriesTaken = s.EntriesTaken + taken.Taken });
        return taken.Again ? taken.Stopped : null;
    }

    private static async Task<string> ReadAsync(Stream body, CancellationToken ct)
    {
        var buffer = new byte[RelayLimits.MaxWaiting * MaxListLine];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private void Show(Func<RelayView, RelayView> change) => shown = change(shown);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }
}
