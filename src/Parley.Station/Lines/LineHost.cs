using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Link;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>
/// Runs one line's machine: hands it events one at a time with the clock's time, does the effects, and brings back
/// their answers. After a
/// fault of the store it waits until the store takes writes again and loads a fresh machine: what is durable is the
/// only truth.
/// </summary>
internal sealed partial class LineHost : Carry.ICarriedLine, IAsyncDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly ILinkDialer dialer;
    private readonly ILogger log;

    /// <summary>What this station's own opening of the line is marked.</summary>
    private readonly Mark mark;

    /// <summary>What may stand in our feed while nothing of it is here; holds for this process, and never for a later
    /// one.</summary>
    private readonly OpeningDoubt doubt;
    private readonly Channel<LinkEvent> inbox = Channel.CreateUnbounded<LinkEvent>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly ConcurrentDictionary<long, TaskCompletionSource<LinkAnswer>> replies = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<AppendOutcome>> settlements = new();

    /// <summary>Appends that a machine has taken and not settled: of these alone nobody knows what became of them when
    /// it is gone. The loop's own.</summary>
    private readonly HashSet<long> taken = [];

    /// <summary>By append: the run that it belongs to.</summary>
    private readonly ConcurrentDictionary<long, AppendRun> runs = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly ITimer timer;
    private Task loop;

    /// <summary>Guards <see cref="machine"/>: the loop changes it, status reads it.</summary>
    private readonly Lock gate = new();
    private LineMachine machine;
    private DateTimeOffset wake = DateTimeOffset.MaxValue;
    private long lastToken;
    private int generation;
    private readonly DateTimeOffset startedAt;
    private readonly long startedStamp;

    /// <summary>Evidence that the store could not take yet; it is stored before anything else once the store works
    /// again.</summary>
    private readonly ConcurrentQueue<LineChange.RecordFork> unstoredForks = new();

    /// <summary>Owned by the loop: said off the record while the store was away. It needs no store and is not lost with
    /// what does.</summary>
    private readonly Queue<LinkEvent> spokenMeanwhile = new();
    private volatile bool attended;
    private int halted;

    internal LineHost(
        LineIdentity identity,
        IStationStore store,
        StationSnapshot snapshot,
        LineRow row,
        ILinkDialer dialer,
        TimeProvider clock,
        ILogger log,
        Mark mark = Mark.Actual,
        OpeningDoubt doubt = OpeningDoubt.AskEverybody
    )
    {
        Identity = identity;
        this.store = store;
        this.dialer = dialer;
        this.clock = clock;
        this.log = log;
        this.mark = mark;
        this.doubt = doubt;
        Created = row.At;
        startedAt = clock.GetUtcNow();
        startedStamp = clock.GetTimestamp();
        machine = new LineMachine(
            identity,
            LineLoader.Load(store, snapshot, identity, row.Standing, attended: false, mark, doubt),
            startedAt
        );
        if (machine.SizeOf(identity.Self) > 0)
            begun.SetResult();
        timer = clock.CreateTimer(
            _ => inbox.Writer.TryWrite(new LinkEvent.Tick()),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        loop = Task.CompletedTask;
    }

    /// <summary>Begins; until then nothing is sent, and what is asked waits.</summary>
    internal void Start()
    {
        loop = Task.Run(RunAsync);
        inbox.Writer.TryWrite(new LinkEvent.Tick());
    }

    public LineIdentity Identity { get; }

    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when our feed has its first entry here.</summary>
    internal Task Begun => begun.Task;
    internal DateTimeOffset Created { get; }

    /// <summary>Told what happens on the line, on its loop; must not block it.</summary>
    internal Action<LineReport>? Reported { get; init; }

    /// <summary>Told when the store failed (with the reason) and when it works again (null).</summary>
    internal Action<string?>? Faulted { get; init; }

    internal LineStatus Status()
    {
        LineStatus status;
        lock (gate)
            status = machine.Status(Steady());
        // The machine's times are steady ones; people are shown the clock's.
        var stepped = clock.GetUtcNow() - Steady();
        return status with
        {
            Peers =
            [
                .. status.Peers.Select(p =>
                    p with
                    {
                        LastHeard = p.LastHeard.Plus(stepped),
                        FailingSince = p.FailingSince.Plus(stepped),
                        UntakenThere = Later(p.UntakenThere),
                        UntakenHere = Later(p.UntakenHere),
                    }
                ),
            ],
        };

        UntakenAttachment? Later(UntakenAttachment? untaken) =>
            untaken is null ? null : untaken with { Since = untaken.Since.Plus(stepped) };
    }

    /// <summary>For each other party, the size of <paramref name="author"/>'s feed that it has cosigned, as far as this
    /// station knows.</summary>
    public IReadOnlyDictionary<PartyId, ulong> CosignedSizes(PartyId author)
    {
        lock (gate)
            return Identity
                .Document.Parties.Where(p => p != author)
                .ToDictionary(p => p, p => machine.CosignedBy(author, p));
    }

    internal ulong SealedSize(PartyId author)
    {
        lock (gate)
            return machine.SealedSize(author);
    }

    /// <summary>Places of own entries whose attachments the peer is not known to have; not all of them need be
    /// addressed to it.</summary>
    public IReadOnlyList<ulong> AttachmentsOwedTo(PartyId peer)
    {
        lock (gate)
            return machine.AttachmentsOwedTo(peer);
    }

    internal SignedCheckpoint? LatestOf(PartyId author)
    {
        lock (gate)
            return machine.LatestOf(author);
    }

    public ulong SizeOf(PartyId author)
    {
        lock (gate)
            return machine.SizeOf(author);
    }

    /// <summary>Puts new entries on the record; completes when they are durable here, or refused.</summary>
    /// <param name="added">Together one append.</param>
    /// <param name="run">The appends before it, without all of which it is not written.</param>
    internal Task<AppendOutcome> AppendAsync(IReadOnlyList<NewEntry> added, AppendRun? run = null)
    {
        var token = Interlocked.Increment(ref lastToken);
        if (run is not null)
            runs[token] = run;
        var settled = new TaskCompletionSource<AppendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        settlements[token] = settled;
        if (!inbox.Writer.TryWrite(new LinkEvent.AppendRequested(token, added)))
        {
            settlements.TryRemove(token, out _);
            runs.TryRemove(token, out _);
            return Task.FromResult<AppendOutcome>(new AppendOutcome.Refused("stopping", "the station is stopping"));
        }
        return settled.Task;
    }

    /// <summary>Answers a peer's request.</summary>
    internal Task<LinkAnswer> ServeAsync(PartyId from, LinkRequest request) =>
        AskAsync(token => new LinkEvent.RequestArrived(token, from, request));

    /// <summary>Asks the machine something that it answers with a <see cref="LinkEffect.Reply"/>; the event carries the
    /// token given.</summary>
    public Task<LinkAnswer> AskAsync(Func<long, LinkEvent> what)
    {
        var token = Interlocked.Increment(ref lastToken);
        var reply = new TaskCompletionSource<LinkAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        replies[token] = reply;
        if (!inbox.Writer.TryWrite(what(token)))
        {
            replies.TryRemove(token, out _);
            return Task.FromResult(LinkAnswer.Refuse(503, "the station is stopping"));
        }
        return reply.Task;
    }

    internal void SendOffRecord(OffRecordMessage message, IReadOnlyList<PartyId> to) =>
        inbox.Writer.TryWrite(new LinkEvent.OffRecordRequested(message, to));

    /// <summary>Of these, one for whom no further message off the record can be kept; null where there is room for
    /// all.</summary>
    internal PartyId? OffRecordFullFor(IReadOnlyList<PartyId> to)
    {
        lock (gate)
        {
            foreach (var party in to)
            {
                if (machine.OffRecordWaitingFor(party) >= LinkLimits.MaxOffRecordHeld)
                    return party;
            }
            return null;
        }
    }

    internal void SetAttended(bool value)
    {
        if (attended == value)
            return;
        attended = value;
        inbox.Writer.TryWrite(new LinkEvent.AttendanceChanged(value));
    }

    private async Task RunAsync()
    {
        var reader = inbox.Reader;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var what))
            {
                if (IsAnswered(what))
                    continue;
                if (what is LinkEvent.Tick)
                    wake = DateTimeOffset.MinValue; // the timer is spent, whatever the machine says next
                if (what is LinkEvent.AppendRequested append)
                {
                    if (runs.TryGetValue(append.Token, out var run) && run.Refusal is { } before)
                    {
                        Settle(append.Token, before);
                        continue;
                    }
                    taken.Add(append.Token);
                }
                try
                {
                    IReadOnlyList<LinkEffect> effects;
                    lock (gate)
                        effects = machine.Handle(what, Steady(), clock.GetUtcNow());
                    foreach (var effect in effects)
                        Do(effect);
                    if (what is LinkEvent.CommitFailed failed && machine.IsBroken)
                        await ReloadAsync(failed.Reason);
                    // Evidence whose commit failed while a new machine was being loaded already: it is not left for the
                    // next fault.
                    else if (!unstoredForks.IsEmpty)
                        await ReloadAsync("evidence of a fork is not stored yet");
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    // The boundary between one line and the process: a mistake of ours stops this line's step, not the
                    // station, and is seen.
                    LineLog.StepFailed(log, Identity.Line.Value, e);
                    await ReloadAsync(e.Message);
                }
            }
            Rearm();
        }
    }

    /// <summary>
    /// True for what was refused while the store was away, in the moment before it came into the inbox. Its asker has
    /// been told that nothing
    /// was recorded, and its bytes belong to another request by now.
    /// </summary>
    private bool IsAnswered(LinkEvent what) =>
        what switch
        {
            LinkEvent.AppendRequested append => !settlements.ContainsKey(append.Token),
            LinkEvent.RequestArrived request => !replies.ContainsKey(request.Token),
            LinkEvent.CarriedArrived carried => !replies.ContainsKey(carried.Token),
            LinkEvent.CosignatureWanted wanted => !replies.ContainsKey(wanted.Token),
            LinkEvent.PushWanted wanted => !replies.ContainsKey(wanted.Token),
            LinkEvent.SignOnDecided decided => !replies.ContainsKey(decided.Token),
            _ => false,
        };

    /// <summary>
    /// Time that never steps: where the machine waits, a clock that is set back must neither silence it nor make a dead
    /// peer look alive. What is
    /// written and signed carries <see cref="TimeProvider.GetUtcNow"/>.
    /// </summary>
    private DateTimeOffset Steady() => startedAt.Plus(clock.GetElapsedTime(startedStamp));

    private void Rearm()
    {
        var next = machine.NextWake;
        if (next == wake)
            return;
        wake = next;
        if (next == DateTimeOffset.MaxValue)
        {
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        // Timers count whole milliseconds and cut off the rest: one more, so that what is due is due when it fires.
        var due = next - Steady() + TimeSpan.FromMilliseconds(1);
        timer.Change(due > TimeSpan.Zero ? due : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for the store, then starts again from what it holds. Whatever waited was refused by the machine
    /// when it broke.</summary>
    private async Task ReloadAsync(string reason)
    {
        LineLog.StoreFailed(log, Identity.Line.Value, reason);
        Faulted?.Invoke(reason);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await store.ProbeAsync(stopping.Token);
                // One more may come in while these are stored: what is taken out is what was stored, and no more.
                var forks = unstoredForks.ToArray();
                if (forks.Length > 0)
                    await store.CommitAsync(
                        [.. forks.SelectMany(change => StoredChanges.Of(change, Identity.Document, clock.GetUtcNow()))],
                        stopping.Token
                    );
                for (var kept = 0; kept < forks.Length; kept++)
                    unstoredForks.TryDequeue(out _);
                var snapshot = await store.LoadAsync(stopping.Token);
                var row = snapshot.Lines.Single(l => l.Line == Identity.Line);
                var loaded = LineLoader.Load(store, snapshot, Identity, row.Standing, attended, mark, doubt);
                LineMachine before;
                lock (gate)
                {
                    before = machine;
                    // What the old machine knew and may not have been able to store: that it must sign nothing, or
                    // nothing any more.
                    var old = machine.Status(Steady());
                    loaded = loaded with
                    {
                        Restored = loaded.Restored || old is { CatchingUp: true, Foreign: null, IsOpening: false },
                        Foreign = loaded.Foreign ?? old.Foreign,
                        Stopped = loaded.Stopped || old.Stopped,
                        OffRecord = machine.Unrecorded,
                    };
                    machine = new LineMachine(Identity, loaded, Steady(), ++generation);
                }
                ReportSince(before);
                break;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e)
            {
                reason = e.Message;
                RefuseWaiting(reason);
                Faulted?.Invoke(reason);
                await Task.Delay(ProbeInterval, clock, CancellationToken.None);
            }
        }
        // What came in meanwhile was meant for the broken machine; its askers are told, and peers ask again.
        RefuseWaiting(reason);
        if (stopping.IsCancellationRequested)
            return;
        Faulted?.Invoke(null);
        LineLog.StoreBack(log, Identity.Line.Value);
        while (spokenMeanwhile.TryDequeue(out var spoken))
            inbox.Writer.TryWrite(spoken);
        inbox.Writer.TryWrite(new LinkEvent.AttendanceChanged(attended)); // an officer may have come or gone since the machine was loaded
        inbox.Writer.TryWrite(new LinkEvent.Tick());
    }

    /// <summary>
    /// What became durable and was never reported, because the machine that had asked for it did nothing more when the
    /// store said so: an append that was told
    /// to be in doubt, a peer's push, a cosignature. Whoever follows the record, or waits for a seal, must not wait for
    /// the next one.
    /// </summary>
    private void ReportSince(LineMachine before)
    {
        foreach (var author in Identity.Document.Parties)
        {
            var (feed, from, to) = (new Origin(Identity.Line, author), before.SizeOf(author), machine.SizeOf(author));
            if (to > from)
                Reported?.Invoke(new LineReport.Stored(feed, from, to));
            foreach (var cosigner in Identity.Document.Parties)
            {
                var size = machine.CosignedBy(author, cosigner);
                if (size > before.CosignedBy(author, cosigner))
                    Reported?.Invoke(new LineReport.Cosigned(feed, cosigner, size, machine.SealedSize(author)));
            }
        }
    }

    private void RefuseWaiting(string reason)
    {
        while (inbox.Reader.TryRead(out var what))
        {
            if (what is LinkEvent.AppendRequested append)
                Settle(append.Token, new AppendOutcome.Refused("store-fault", reason));
            else if (what is LinkEvent.RequestArrived request)
                Reply(request.Token, LinkAnswer.Refuse(503, "the station's store has failed"));
            else if (what is LinkEvent.OffRecordRequested && spokenMeanwhile.Count < LinkLimits.MaxOffRecordHeld)
                spokenMeanwhile.Enqueue(what);
        }
        foreach (var token in replies.Keys)
            Reply(token, LinkAnswer.Refuse(503, "the station's store has failed"));
        // What came in after the last look into the inbox is still there, and no machine has seen it.
        var outcome = stopping.IsCancellationRequested ? StoppedInDoubt : AppendOutcome.InDoubt;
        foreach (var token in taken.ToList())
            Settle(token, outcome);
    }

    private static readonly AppendOutcome.Refused StoppedInDoubt = new(
        AppendOutcome.InDoubt.Code,
        "the station stopped while this was being recorded, so it may be recorded: look at the record before you send it again"
    );

    private void Reply(long token, LinkAnswer answer)
    {
        if (replies.TryRemove(token, out var reply))
            reply.TrySetResult(answer);
    }

    private void Settle(long token, AppendOutcome outcome)
    {
        taken.Remove(token);
        if (runs.TryRemove(token, out var run) && outcome is AppendOutcome.Refused refused)
            run.Refusal ??= refused;
        if (settlements.TryRemove(token, out var settled))
            settled.TrySetResult(outcome);
    }

    /// <summary>Ends the line's work: nothing is sent, signed or answered any more, and who waits is refused. What it
    /// holds can still be read.</summary>
    internal async Task HaltAsync()
    {
        if (Interlocked.Exchange(ref halted, 1) != 0)
            return;
        await stopping.CancelAsync();
        inbox.Writer.TryComplete();
        await timer.DisposeAsync();
        await loop;
        RefuseWaiting("the station is stopping");
    }

    public async ValueTask DisposeAsync()
    {
        await HaltAsync();
        await loop;
        stopping.Dispose();
    }
}
