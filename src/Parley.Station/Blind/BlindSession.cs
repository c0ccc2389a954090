using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Blind;

/// <summary>How long a run waits. For tests that need it shorter.</summary>
internal sealed record BlindTimes
{
    /// <summary>Without any exchange for so long, the peer counts as silent (BLIND-CHECK-18).</summary>
    internal TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A peer that answers and yet sends nothing new for so long counts as silent too: its computer may be
    /// slow, a set is at most 256 chunks.</summary>
    internal TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The side that was asked dials by itself when it was not dialled for so long.</summary>
    internal TimeSpan OwnDial { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Between two attempts that failed.</summary>
    internal TimeSpan Retry { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>What a station lets others ask by blind checks, and how long a run waits.</summary>
internal sealed record BlindRules(BlindLimits Limits, BlindTimes Times)
{
    /// <summary>For tests of a station that lies: what goes out in place of a message, or null for nothing.</summary>
    internal Func<byte[], byte[]?> Says { get; init; } = message => message;
}

/// <summary>What a run needs of its station.</summary>
internal interface IBlindDesk
{
    /// <summary>What our officers chose, as cells.</summary>
    Parsed<BlindOwn> Own();

    /// <summary>Writes one of the run's entries by itself.</summary>
    Task<Outcome<EntryId>> RecordAsync(string kind, byte[] body);

    /// <summary>How the check stands in the record.</summary>
    Item? Item();

    /// <summary>True when the peer has cosigned an entry of ours.</summary>
    bool IsHeld(EntryId own);

    /// <summary>Charges the budget, durably; the reason where it may not be, or cannot.</summary>
    Task<(BlindAbort Abort, string Reason)?> ChargeAsync(int bucket);

    /// <summary>Keeps what was found for our officers alone; why it could not be kept.</summary>
    Task<string?> KeepAsync(BlindResult found, BlindOwn own);
    bool CanDial { get; }
    Task<LinkAnswer> AskAsync(ReadOnlyMemory<byte> exchange, CancellationToken ct);
    void Refused(string reason);

    /// <summary>Progress, or the end.</summary>
    void Changed();

    /// <summary>One slice of work at a time on all but one of the processors: the record goes first.</summary>
    SemaphoreSlim Slices { get; }
}

/// <summary>
/// One side of one run under way: it plays a <see cref="BlindRun"/> over a <see cref="BlindChannel"/>, writes the run's
/// entries, and ends it when an officer, the record or time
/// says so. It lives in memory alone: what a station that stops had under way is over. BLIND-CHECK-15 to 19.
/// </summary>
internal sealed partial class BlindSession : IAsyncDisposable
{
    private readonly IBlindDesk desk;
    private readonly TimeProvider clock;
    private readonly BlindRules rules;
    private readonly BlindTimes times;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private readonly Pulse pulse = new();
    private Task playing = Task.CompletedTask,
        dialling = Task.CompletedTask;
    private long heardAt,
        newsAt;
    private BlindAbort? asked;
    private EntryId? commitment;
    private bool charged;

    internal BlindSession(
        IBlindDesk desk,
        EntryId check,
        PartyId peer,
        BlindTerms terms,
        BlindRules rules,
        TimeProvider clock,
        ILogger log
    )
    {
        (this.desk, Check, Peer, Terms, this.rules, times, this.clock, this.log) = (
            desk,
            check,
            peer,
            terms,
            rules,
            rules.Times,
            clock,
            log
        );
        channel = new BlindChannel(terms.Run);
        heardAt = newsAt = clock.GetTimestamp();
    }

    /// <summary>The entry that proposed it.</summary>
    internal EntryId Check { get; }
    internal PartyId Peer { get; }
    internal BlindTerms Terms { get; }

    /// <summary>Of how many chunks so many are done; the total is a guess until the peer has committed.</summary>
    internal (int Done, int Total) Progress { get; private set; }

    /// <summary>What it does now, in one word.</summary>
    internal string Phase { get; private set; } = "waiting";

    /// <summary>Why it ended without a result; null while it goes on, or when it found one.</summary>
    internal (BlindAbort Reason, bool ByPeer, string? Note)? Ended { get; private set; }

    /// <summary>True once there is nothing more to compute.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Completes when everything is said and recorded.</summary>
    internal Task Completion => playing;

    internal void Start()
    {
        playing = Task.Run(RunAsync);
        dialling = desk.CanDial ? Task.Run(DialAsync) : Task.CompletedTask;
    }

    /// <summary>An officer ends it. False when it is over already.</summary>
    internal bool Cancel()
    {
        if (IsOver)
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
            using var run = BlindRun.Start(Terms, own.Cover, rules.Limits);
            await PlayAsync(run);
            await FinishAsync(
                run,
                own,
                Ended ?? (run.Aborted is { } aborted ? (aborted.Reason, aborted.ByPeer, null) : null)
            );
        }
        catch (OperationCanceledException)
        {
            // The station stops; the next start records that the run is over (BLIND-CHECK-19).
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary between one run and the station: a mistake of ours ends this run, and is seen.
            StationLog.BlindFailed(log, Check.ToString(), e);
            await FinishAsync(null, null, (BlindAbort.StationStopped, false, e.Message));
        }
        finally
        {
            IsOver = true;
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
            await WaitAsync(pulse.Next);
        heardAt = newsAt = clock.GetTimestamp();
    }

    private async Task PlayAsync(BlindRun run)
    {
        while (true)
        {
            var changed = pulse.Next;
            if (run is { Aborted: null, Result: null } && ReasonToEnd() is { } reason)
            {
                Ended = reason;
                run.Cancel(reason.Reason);
            }
            var read = false;
            while (TryRead(out var message))
            {
                await SliceAsync(() => run.Receive(message));
                Report(run);
                read = true;
            }
            if (!HasRoom)
            {
                if (run is { Aborted: not null } or { Result: not null })
                    return; // it does not listen any more
                if (!read)
                    await WaitAsync(changed);
                continue;
            }
            byte[]? next = null;
            var need = BlindNeed.Nothing;
            await SliceAsync(() => need = run.Advance(out next));
            if (next is not null)
                Send(next);
            Report(run);
            if (need == BlindNeed.Nothing)
                return;
            if (need == BlindNeed.Reveal && await MayRevealAsync(run))
                run.Reveal();
            else if (need is BlindNeed.Reveal or BlindNeed.Message)
                await WaitAsync(changed);
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

    /// <summary>
    /// Both commitments in the record, ours cosigned by the peer and theirs by us, the same as on the link; and then
    /// the budget, durably. True when points may leave.
    /// BLIND-CHECK-6, BLIND-CHECK-7.
    /// </summary>
    private async Task<bool> MayRevealAsync(BlindRun run)
    {
        Phase = "committing";
        if (commitment is null)
        {
            var body = BlindEntries.Commitment(Terms.Run, run.OwnCommitment!.Value, run.OwnBucket, run.OwnKey.Span);
            if (!(await desk.RecordAsync(Kinds.BlindCommitted, body)).TryGet(out var entry, out var why))
                return End(run, BlindAbort.StationStopped, why.Reason);
            commitment = entry;
            newsAt = clock.GetTimestamp();
        }
        if (
            desk.Item() is not { } item
            || BlindFamily.Of(item, Kinds.BlindCommitted, Peer)?.Body is not BlindCommitment theirs
            || !desk.IsHeld(commitment.Value)
        )
            return false;
        if (
            theirs.Commitment != run.PeerCommitment!.Value.ToHex()
            || theirs.Bucket != run.PeerBucket
            || theirs.PublicKey != Convert.ToHexStringLower(run.PeerKey)
        )
            return End(run, BlindAbort.CommitmentBroken, "the commitment in the record is another than on the link");
        if (!charged && await desk.ChargeAsync(run.PeerBucket) is { } refused)
            return End(run, refused.Abort, refused.Reason);
        charged = true;
        Phase = "comparing";
        return true;
    }

    private bool End(BlindRun run, BlindAbort reason, string note)
    {
        Ended ??= (reason, false, note);
        run.Cancel(reason);
        pulse.Beat();
        return false;
    }

    private (BlindAbort Reason, bool ByPeer, string? Note)? ReasonToEnd()
    {
        if (asked is { } cancelled)
            return (cancelled, false, null);
        if (lost)
            return (BlindAbort.StationStopped, true, "the other station does not know the run any more");
        if (broken is { } why)
            return (BlindAbort.Malformed, false, why);
        if (desk.Item() is not { } item)
            return (BlindAbort.StationStopped, false, "the check is not known any more");
        if (BlindFamily.Of(item, Kinds.BlindAborted, Peer)?.Body is BlindEnd end)
            return (BlindEntries.ReasonOf(end.Reason) ?? BlindAbort.Cancelled, true, null);
        if (item.State is not (BlindFamily.Accepted or BlindFamily.Committed))
            return (BlindAbort.PeerSilent, false, $"it is {item.State}");
        if (clock.GetElapsedTime(Volatile.Read(ref heardAt)) > times.Silence)
            return (BlindAbort.PeerSilent, false, $"nothing was heard for {times.Silence.TotalSeconds:0} s");
        return clock.GetElapsedTime(Volatile.Read(ref newsAt)) > times.Stall
            ? (BlindAbort.PeerSilent, false, $"nothing new was sent for {times.Stall.TotalSeconds:0} s")
            : null;
    }

    /// <summary>Keeps and records what came of it, then stays until the peer has taken the last message, or is
    /// silent.</summary>
    private async Task FinishAsync(BlindRun? run, BlindOwn? own, (BlindAbort Reason, bool ByPeer, string? Note)? ended)
    {
        Ended = ended;
        IsOver = true;
        Phase = "ended";
        if (run?.Result is { } found)
        {
            Ended = null;
            if (await desk.KeepAsync(found, own!) is { } notKept)
                StationLog.NotKept(log, $"the result of {Check}", notKept);
            if (
                !(await desk.RecordAsync(Kinds.BlindCompared, BlindEntries.Finding(Terms.Run, found))).TryGet(
                    out _,
                    out var why
                )
            )
                StationLog.NotKept(log, $"that {Check} was compared", why.Reason);
        }
        else if (ended is { } end)
        {
            if (
                !(
                    await desk.RecordAsync(Kinds.BlindAborted, BlindEntries.End(Terms.Run, end.Reason, end.ByPeer))
                ).TryGet(out _, out var why)
            )
                StationLog.NotKept(log, $"that {Check} ended: {BlindEntries.Word(end.Reason)}", why.Reason);
            if (run is null)
                Send(BlindRun.Farewell(Terms, end.Reason));
        }
        desk.Changed();
        heardAt = clock.GetTimestamp();
        while (IsOwed && !lost && clock.GetElapsedTime(Volatile.Read(ref heardAt)) < times.Silence)
            await WaitAsync(pulse.Next);
    }

    private void Report(BlindRun run)
    {
        if (Phase == "waiting")
            Phase = "preparing";
        if (run.Progress == Progress)
            return;
        Progress = run.Progress;
        desk.Changed();
    }

    private async Task WaitAsync(Task changed)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        var look = times.Silence / 4 < MaxLook ? times.Silence / 4 : MaxLook;
        await Task.WhenAny(changed, Task.Delay(look, clock, either.Token));
        await either.CancelAsync();
        stopping.Token.ThrowIfCancellationRequested();
    }

    private static readonly TimeSpan MaxLook = TimeSpan.FromSeconds(1);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        pulse.Beat();
        await Task.WhenAll(playing, dialling);
        stopping.Dispose();
    }
}

/// <summary>Wakes whoever waits for a change, any number of them. Take <see cref="Next"/> before looking.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Next => Volatile.Read(ref next).Task;

    internal void Beat() =>
        Interlocked
            .Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();
}
