using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Telemetry;
using Parley.Storage;
using LineStatus = Parley.Link.LineStatus;
using OffRecordMessage = Parley.Link.Wire.OffRecordMessage;

namespace Parley.Station.Lines;

/// <summary>
/// Runs one line's machine: hands it events one at a time with the clock's time, has the effects done, and brings back
/// their answers. After a fault of the store it waits until the store takes writes again and loads a fresh machine: what
/// is durable is the only truth.
/// </summary>
internal sealed class LineHost : Carry.ICarriedLine, IAsyncDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly LineWorks works;

    /// <summary>What this station's own opening of the line is marked; and what may stand in our feed while nothing of
    /// it is here, which holds for this process, and never for a later one.</summary>
    private readonly (Mark Mark, OpeningDoubt Doubt) opening;
    private readonly LineInbox inbox = new();
    private readonly LineErrands errands;
    private readonly LiveMachine machine;
    private readonly CancellationTokenSource stopping = new();
    private Task loop = Task.CompletedTask;
    private volatile bool attended;
    private int halted;

    /// <param name="identity">Who we are on the line.</param>
    /// <param name="works">What the line works with.</param>
    /// <param name="snapshot">What is stored.</param>
    /// <param name="row">What is stored of the line itself.</param>
    /// <param name="opening">How our own opening is marked, and what may stand in our feed already.</param>
    internal LineHost(
        LineIdentity identity,
        LineWorks works,
        StationSnapshot snapshot,
        LineRow row,
        (Mark Mark, OpeningDoubt Doubt) opening
    )
    {
        Identity = identity;
        this.works = works;
        this.opening = opening;
        var time = new LineTime(works.Clock, () => inbox.Put(new LinkEvent.Tick()));
        errands = new LineErrands(identity, works, inbox, stopping.Token);
        machine = new LiveMachine(identity, Loaded(snapshot, row), time, new HeardBefore(identity.Line, snapshot.Meta));
    }

    private LoadedLine Loaded(StationSnapshot snapshot, LineRow row) =>
        LineLoader.Load(works.Store, snapshot, Identity, row.Standing, attended, opening.Mark, opening.Doubt);

    /// <summary>Begins; until then nothing is sent, and what is asked waits.</summary>
    internal void Start()
    {
        loop = Task.Run(RunAsync);
        inbox.Put(new LinkEvent.Tick());
    }

    public LineIdentity Identity { get; }

    /// <summary>Told what happens on the line, on its loop; must not block it.</summary>
    internal Action<LineReport>? Reported { get; init; }

    /// <summary>Told when the store failed (with the reason) and when it works again (null).</summary>
    internal Action<string?>? Faulted { get; init; }

    /// <summary>Completes when our feed has its first entry here.</summary>
    internal Task Begun => machine.Begun;

    internal LineStatus Status() => machine.Status();

    /// <summary>Keeps when each peer was heard last, as far as it is worth a write.</summary>
    internal async Task KeepHeardAsync(bool all)
    {
        try
        {
            await machine.KeepHeardAsync(works.Store, all);
        }
        catch (Exception e) when (e is StoreFaultException or ObjectDisposedException)
        {
            StationLog.NotKept(works.Log, "when peers were heard", e.Message); // a note for people, and tried again
        }
    }

    /// <summary>For each other party, the size of <paramref name="author"/>'s feed that it has cosigned, as far as this
    /// station knows.</summary>
    public IReadOnlyDictionary<PartyId, ulong> CosignedSizes(PartyId author) => machine.CosignedSizes(author);

    internal ulong SealedSize(PartyId author) => machine.SealedSize(author);

    /// <summary>Places of own entries whose attachments the peer is not known to have; not all of them need be
    /// addressed to it.</summary>
    public IReadOnlyList<ulong> AttachmentsOwedTo(PartyId peer) => machine.AttachmentsOwedTo(peer);

    internal SignedCheckpoint? LatestOf(PartyId author) => machine.LatestOf(author);

    public ulong SizeOf(PartyId author) => machine.SizeOf(author);

    /// <summary>Puts new entries on the record; completes when they are durable here, or refused.</summary>
    /// <param name="added">Together one append.</param>
    /// <param name="run">The appends before it, without all of which it is not written.</param>
    internal Task<AppendOutcome> AppendAsync(IReadOnlyList<NewEntry> added, AppendRun? run = null) =>
        inbox.AppendAsync(added, run);

    /// <summary>Answers a peer's request.</summary>
    internal Task<LinkAnswer> ServeAsync(PartyId from, LinkRequest request) =>
        AskAsync(token => new LinkEvent.RequestArrived(token, from, request));

    /// <summary>Asks the machine something that it answers with a <see cref="LinkEffect.Reply"/>; the event carries the
    /// token given.</summary>
    public Task<LinkAnswer> AskAsync(Func<long, LinkEvent> what) => inbox.AskAsync(what);

    internal void SendOffRecord(OffRecordMessage message, IReadOnlyList<PartyId> to) =>
        inbox.Put(new LinkEvent.OffRecordRequested(message, to));

    /// <summary>Of these, one for whom no further message off the record can be kept; null where there is room for
    /// all.</summary>
    internal PartyId? OffRecordFullFor(IReadOnlyList<PartyId> to) => machine.OffRecordFullFor(to);

    internal void SetAttended(bool value)
    {
        if (attended == value)
            return;
        attended = value;
        inbox.Put(new LinkEvent.AttendanceChanged(value));
    }

    private async Task RunAsync()
    {
        while (await inbox.WaitAsync())
        {
            while (inbox.TryRead(out var what))
                await HandleAsync(what);
            machine.Rearm();
        }
    }

    private async Task HandleAsync(LinkEvent what)
    {
        if (inbox.IsAnswered(what))
            return;
        if (what is LinkEvent.Tick)
            machine.TimerSpent();
        if (what is LinkEvent.AppendRequested append && !inbox.MayTake(append))
            return;
        try
        {
            foreach (var effect in machine.Handle(what, works.Clock.GetUtcNow()))
                Do(effect);
            if (what is LinkEvent.CommitFailed failed && machine.IsBroken)
                await ReloadAsync(failed.Reason);
            // Evidence whose commit failed while a new machine was being loaded already: it is not left for the next
            // fault.
            else if (errands.OwesEvidence)
                await ReloadAsync("evidence of a fork is not stored yet");
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary between one line and the process: a mistake of ours stops this line's step, not the station,
            // and is seen.
            LineLog.StepFailed(works.Log, Identity.Line.Value, e);
            await ReloadAsync(e.Message);
        }
    }

    private void Do(LinkEffect effect)
    {
        switch (effect)
        {
            case LinkEffect.Reply reply:
                inbox.Reply(reply.Token, reply.Answer);
                break;
            case LinkEffect.Settle settle:
                inbox.Settle(settle.Token, settle.Outcome);
                break;
            case LinkEffect.Report report:
                if (report.What is LineReport.Stored stored && stored.Feed.Party == Identity.Self)
                    machine.Begin();
                Reported?.Invoke(report.What);
                break;
            default:
                errands.Begin(effect);
                break;
        }
    }

    /// <summary>Waits for the store, then starts again from what it holds. Whatever waited was refused by the machine
    /// when it broke.</summary>
    private async Task ReloadAsync(string reason)
    {
        LineLog.StoreFailed(works.Log, Identity.Line.Value, reason);
        Faulted?.Invoke(reason);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await works.Store.ProbeAsync(stopping.Token);
                await errands.StoreEvidenceAsync();
                var snapshot = await works.Store.LoadAsync(stopping.Token);
                var row = snapshot.Lines.Single(l => l.Line == Identity.Line);
                // Whoever follows the record, or waits for a seal, must not wait for the next one.
                foreach (var report in machine.Replace(Loaded(snapshot, row)))
                    Reported?.Invoke(report);
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
                await Task.Delay(ProbeInterval, works.Clock, CancellationToken.None);
            }
        }
        // What came in meanwhile was meant for the broken machine; its askers are told, and peers ask again.
        RefuseWaiting(reason);
        if (stopping.IsCancellationRequested)
            return;
        Faulted?.Invoke(null);
        LineLog.StoreBack(works.Log, Identity.Line.Value);
        inbox.SayAgain();
        inbox.Put(new LinkEvent.AttendanceChanged(attended)); // an officer may have come or gone since the machine was loaded
        inbox.Put(new LinkEvent.Tick());
    }

    private void RefuseWaiting(string reason) => inbox.RefuseWaiting(reason, stopping.IsCancellationRequested);

    /// <summary>Ends the line's work: nothing is sent, signed or answered any more, and who waits is refused. What it
    /// holds can still be read.</summary>
    internal async Task HaltAsync()
    {
        if (Interlocked.Exchange(ref halted, 1) != 0)
            return;
        await stopping.CancelAsync();
        inbox.Close();
        await machine.DisposeAsync();
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
