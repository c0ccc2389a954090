using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Telemetry;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Blind;

/// <summary>Which run it is.</summary>
/// <param name="Check">The entry that proposed it.</param>
/// <param name="Peer">With whom.</param>
/// <param name="Terms">What both sides agreed to.</param>
internal sealed record BlindCase(EntryId Check, PartyId Peer, BlindTerms Terms);

/// <summary>What a run goes by.</summary>
internal sealed record BlindMeans(BlindRules Rules, TimeProvider Clock, ILogger Log);

/// <summary>How far a run has come. Its session alone changes it.</summary>
internal sealed class BlindStanding
{
    /// <summary>Of how many chunks so many are done; the total is a guess until the peer has committed.</summary>
    internal (int Done, int Total) Progress { get; set; }

    /// <summary>What it does now, in one word.</summary>
    internal string Phase { get; set; } = "waiting";

    /// <summary>Why it ended without a result; null while it goes on, or when it found one.</summary>
    internal (BlindAbort Reason, bool ByPeer, string? Note)? Ended { get; set; }

    /// <summary>True once there is nothing more to compute.</summary>
    internal bool IsOver { get; set; }
}

/// <summary>
/// One side of one run under way: it plays a <see cref="BlindRun"/> over a <see cref="BlindChannel"/>, writes the run's
/// entries, and ends it when an officer, the record or time
/// says so. It lives in memory alone: what a station that stops had under way is over. BLIND-CHECK-15 to 19.
/// </summary>
internal sealed class BlindSession : IAsyncDisposable
{
    private readonly IBlindDesk desk;
    private readonly BlindCase run;
    private readonly BlindMeans means;
    private readonly BlindReveal reveal;
    private readonly BlindWire wire;
    private readonly Pulse pulse = new();
    private readonly CancellationTokenSource stopping = new();
    private Task playing = Task.CompletedTask,
        dialling = Task.CompletedTask;
    private BlindAbort? asked;

    internal BlindSession(IBlindDesk desk, BlindCase run, BlindMeans means)
    {
        (this.desk, this.run, this.means) = (desk, run, means);
        wire = new BlindWire(desk, run, means, pulse, stopping.Token);
        reveal = new BlindReveal(desk, run);
    }

    /// <summary>The entry that proposed it.</summary>
    internal EntryId Check => run.Check;
    internal PartyId Peer => run.Peer;
    internal BlindTerms Terms => run.Terms;

    /// <summary>How far it has come.</summary>
    internal BlindStanding Standing { get; } = new();

    /// <summary>Completes when everything is said and recorded.</summary>
    internal Task Completion => playing;

    /// <summary>Answers an exchange of the peer.</summary>
    internal Task<LinkAnswer> ServeAsync(BlindExchange exchange) => wire.ServeAsync(exchange);

    internal void Start()
    {
        playing = Task.Run(RunAsync);
        dialling = desk.CanDial ? Task.Run(wire.DialAsync) : Task.CompletedTask;
    }

    /// <summary>An officer ends it. False when it is over already.</summary>
    internal bool Cancel()
    {
        if (Standing.IsOver)
            return false;
        asked ??= BlindAbort.Cancelled;
        pulse.Beat();
        return true;
    }

    /// <summary>Something changed in the record.</summary>
    internal void Touch() => pulse.Beat();

    private async Task RunAsync()
    {
        try
        {
            await UntilPeerKnowsAsync();
            if (!desk.Own().TryGet(out var own, out var why))
            {
                await FinishAsync(null, null, (BlindAbort.OwnSetUnfit, false, why));
                return;
            }
            using var play = BlindRun.Start(Terms, own.Cover, means.Rules.Limits);
            await PlayAsync(play);
            await FinishAsync(
                play,
                own,
                Standing.Ended ?? (play.Aborted is { } aborted ? (aborted.Reason, aborted.ByPeer, null) : null)
            );
        }
        catch (OperationCanceledException)
        {
            // The station stops; the next start records that the run is over (BLIND-CHECK-19).
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary between one run and the station: a mistake of ours ends this run, and is seen.
            StationLog.BlindFailed(means.Log, Check.ToString(), e);
            await FinishAsync(null, null, (BlindAbort.StationStopped, false, e.Message));
        }
        finally
        {
            Standing.IsOver = true;
            await stopping.CancelAsync();
            pulse.Beat();
            desk.Changed();
        }
    }

    /// <summary>Whoever accepted waits until the other station has the acceptance: the time of its silence begins only
    /// then.</summary>
    private async Task UntilPeerKnowsAsync()
    {
        while (
            !Terms.IsInitiator
            && asked is null
            && desk.Item() is { State: BlindFamily.Accepted } item
            && BlindFamily.Of(item, Kinds.BlindAccepted, item.Last(Kinds.BlindAccepted)!.Header.From) is { } acceptance
            && !desk.IsHeld(acceptance.Id)
        )
            await wire.WaitAsync(pulse.Next);
        wire.Silence.Listen();
        wire.Silence.News();
    }

    private async Task PlayAsync(BlindRun run)
    {
        while (true)
        {
            var changed = pulse.Next;
            if (run is { Aborted: null, Result: null } && ReasonToEnd() is { } reason)
            {
                Standing.Ended = reason;
                run.Cancel(reason.Reason);
            }
            var read = false;
            while (wire.TryRead(out var message))
            {
                await SliceAsync(() => run.Receive(message));
                Report(run);
                read = true;
            }
            if (!wire.HasRoom)
            {
                if (run is { Aborted: not null } or { Result: not null })
                    return; // it does not listen any more
                if (!read)
                    await wire.WaitAsync(changed);
                continue;
            }
            byte[]? next = null;
            var need = BlindNeed.Nothing;
            await SliceAsync(() => need = run.Advance(out next));
            if (next is not null)
                wire.Send(next);
            Report(run);
            if (need == BlindNeed.Nothing)
                return;
            if (need == BlindNeed.Reveal && await MayRevealAsync(run))
                run.Reveal();
            else if (need is BlindNeed.Reveal or BlindNeed.Message)
                await wire.WaitAsync(changed);
        }
    }

    private async Task SliceAsync(Action work)
    {
        await desk.Slices.WaitAsync(stopping.Token);
        try
        {
            work();
        }
        finally
        {
            desk.Slices.Release();
        }
    }

    /// <summary>True when points may leave; where they never may, the run is ended.</summary>
    private async Task<bool> MayRevealAsync(BlindRun run)
    {
        Standing.Phase = "committing";
        var (may, why) = await reveal.AskAsync(run, wire.Silence.News);
        if (why is { } end)
        {
            Standing.Ended ??= (end.Reason, false, end.Note);
            run.Cancel(end.Reason);
            pulse.Beat();
        }
        else if (may)
            Standing.Phase = "comparing";
        return may;
    }

    private (BlindAbort Reason, bool ByPeer, string? Note)? ReasonToEnd()
    {
        if (asked is { } cancelled)
            return (cancelled, false, null);
        if (wire.IsLost)
            return (BlindAbort.StationStopped, true, "the other station does not know the run any more");
        if (wire.Broken is { } why)
            return (BlindAbort.Malformed, false, why);
        if (desk.Item() is not { } item)
            return (BlindAbort.StationStopped, false, "the check is not known any more");
        if (BlindFamily.Of(item, Kinds.BlindAborted, Peer)?.Body is BlindEnd end)
            return (BlindEntries.ReasonOf(end.Reason) ?? BlindAbort.Cancelled, true, null);
        if (item.State is not (BlindFamily.Accepted or BlindFamily.Committed))
            return (BlindAbort.PeerSilent, false, $"it is {item.State}");
        if (wire.Silence.SinceHeard > means.Rules.Times.Silence)
            return (
                BlindAbort.PeerSilent,
                false,
                $"nothing was heard for {means.Rules.Times.Silence.TotalSeconds:0} s"
            );
        return wire.Silence.SinceNews > means.Rules.Times.Stall
            ? (BlindAbort.PeerSilent, false, $"nothing new was sent for {means.Rules.Times.Stall.TotalSeconds:0} s")
            : null;
    }

    /// <summary>Keeps and records what came of it, then stays until the peer has taken the last message, or is
    /// silent.</summary>
    private async Task FinishAsync(BlindRun? run, BlindOwn? own, (BlindAbort Reason, bool ByPeer, string? Note)? ended)
    {
        Standing.Ended = ended;
        Standing.IsOver = true;
        Standing.Phase = "ended";
        if (run?.Result is { } found)
        {
            Standing.Ended = null;
            if (await desk.KeepAsync(found, own!) is { } notKept)
                StationLog.NotKept(means.Log, $"the result of {Check}", notKept);
            if (
                !(await desk.RecordAsync(Kinds.BlindCompared, BlindEntries.Finding(Terms.Run, found))).TryGet(
                    out _,
                    out var why
                )
            )
                StationLog.NotKept(means.Log, $"that {Check} was compared", why.Reason);
        }
        else if (ended is { } end)
        {
            if (
                !(
                    await desk.RecordAsync(Kinds.BlindAborted, BlindEntries.End(Terms.Run, end.Reason, end.ByPeer))
                ).TryGet(out _, out var why)
            )
                StationLog.NotKept(means.Log, $"that {Check} ended: {BlindEntries.Word(end.Reason)}", why.Reason);
            if (run is null)
                wire.Send(BlindRun.Farewell(Terms, end.Reason));
        }
        desk.Changed();
        wire.Silence.Listen();
        while (wire.IsOwed && !wire.IsLost && wire.Silence.SinceHeard < means.Rules.Times.Silence)
            await wire.WaitAsync(pulse.Next);
    }

    private void Report(BlindRun run)
    {
        if (Standing.Phase == "waiting")
            Standing.Phase = "preparing";
        if (run.Progress == Standing.Progress)
            return;
        Standing.Progress = run.Progress;
        desk.Changed();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        pulse.Beat();
        await Task.WhenAll(playing, dialling);
        stopping.Dispose();
    }
}
