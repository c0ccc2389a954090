using Parley.Crypto;
using Parley.Link;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Carry;
using Parley.Station.Data;
using Parley.Station.Lines;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Simulation;

/// <summary>
/// One line at one station, in the place of <see cref="LineHost"/>: hands the real machine its events, does the effects
/// on the real store, and loads a fresh
/// machine after a fault. Beside it, the view of the line's traffic, kept as entries become durable.
/// </summary>
internal sealed class SimLine : ICarriedLine
{
    private readonly World world;
    private readonly Dictionary<long, Action<LinkAnswer>> asked = [];
    private readonly HashSet<long> unsettled = [];
    private readonly List<LineChange.RecordFork> unstoredForks = [];
    private readonly List<LinkEvent> spokenMeanwhile = [];
    private DateTimeOffset wake;
    private long lastToken;
    private long arrival;
    private int generation;
    private bool reloading;

    /// <summary>Commits that were made, in the shadow of another line's fault, and that the machine has not been told
    /// of: its view does not hold them yet.</summary>
    internal int Untold { get; set; }

    /// <summary>True from a fault of the store until a fresh machine is loaded: what the fault left in doubt is folded
    /// then, not before.</summary>
    internal bool IsBehindItsStore => reloading || Untold > 0;

    internal SimLine(World world, SimStation station, LineDocument document, StationSnapshot snapshot)
    {
        this.world = world;
        Station = station;
        Document = document;
        Identity = station.Party.On(document);
        View = new LineView(document);
        Machine = Load(snapshot, null);
        FoldArrived();
        if (Machine.Status(station.Steady).Foreign is not null)
            SignOnAsLiar();
    }

    /// <summary>Where there is no wire, nobody can be asked whether anything of ours is there: two officers say that
    /// this line is new (LINE-15, LINK-105).</summary>
    internal void OpenByOfficers()
    {
        if (!Station.Up || reloading || !Status.IsOpening)
            return;
        var token = ++lastToken;
        asked[token] = _ => { };
        Handle(new LinkEvent.SignOnDecided(token, Identity.Peers, [1]));
    }

    /// <summary>A liar's two stations meet each other's entries, and no officers of its stand in the way of more. An
    /// honest station waits for its own.</summary>
    private void SignOnAsLiar()
    {
        if (world.Liar?.Is(Station) is not true)
            return;
        Station.Later(
            TimeSpan.FromSeconds(5),
            () =>
            {
                if (Status.Foreign is null || Status.Stopped)
                    return;
                var token = ++lastToken;
                asked[token] = _ => { };
                Handle(new LinkEvent.SignOnDecided(token, Identity.Peers, [1]));
                SignOnAsLiar();
            }
        );
    }

    internal SimStation Station { get; }
    internal LineDocument Document { get; }
    internal LineId Id => Document.Id;
    internal LineIdentity Identity { get; }
    internal LineMachine Machine { get; private set; }
    internal LineView View { get; }
    internal LineStatus Status => Machine.Status(Station.Steady);
    internal int Unsettled => unsettled.Count;

    /// <summary>Open attachments as stored.</summary>
    internal bool HasOpenAttachments => LineLoader.OpenAttachments(Snapshot(), Id).Any();

    internal StationSnapshot Snapshot() => Station.Store.LoadAsync().AsTask().GetAwaiter().GetResult();

    internal int Random(int below) => world.Next(below);

    private LineMachine Load(StationSnapshot snapshot, LineStatus? old)
    {
        var row = snapshot.Lines.Single(l => l.Line == Id);
        var loaded = LineLoader.Load(Station.Store, snapshot, Identity, row.Standing, Station.Attended, Mark.Actual);
        // The salt of entry 0 is drawn by chance; here chance follows from the seed.
        if (loaded.Opening is { } opening)
            loaded = loaded with { Opening = opening with { Salt = world.Bytes(Body.SaltLength) } };
        if (old is not null)
            loaded = loaded with
            {
                Restored = loaded.Restored || old is { CatchingUp: true, Foreign: null, IsOpening: false },
                Foreign = loaded.Foreign ?? old.Foreign,
                Stopped = loaded.Stopped || old.Stopped,
                OffRecord = Machine.Unrecorded,
            };
        return new LineMachine(Identity, loaded, Station.Steady, generation++);
    }

    /// <summary>Asks for an append; <see cref="Truth"/> is told what becomes of it.</summary>
    internal void Append(params IReadOnlyList<NewEntry> drafts)
    {
        var token = ++lastToken;
        unsettled.Add(token);
        world.Truth.Asked(this, token, drafts);
        Handle(new LinkEvent.AppendRequested(token, drafts));
        if (world.Setup.Plant == Plant.WritesTwice && world.Next(8) == 0)
            Handle(new LinkEvent.AppendRequested(0, drafts));
    }

    internal void Ask(PartyId from, LinkRequest request, Action<LinkAnswer> answered)
    {
        var token = ++lastToken;
        asked[token] = answered;
        if (reloading)
            Reply(token, LinkAnswer.Refuse(503, "the station's store has failed"));
        else
            Handle(new LinkEvent.RequestArrived(token, from, request));
    }

    LineIdentity ICarriedLine.Identity => Identity;

    ulong ICarriedLine.SizeOf(PartyId author) => Machine.SizeOf(author);

    IReadOnlyDictionary<PartyId, ulong> ICarriedLine.CosignedSizes(PartyId author) =>
        Document.Parties.Where(p => p != author).ToDictionary(p => p, p => Machine.CosignedBy(author, p));

    IReadOnlyList<ulong> ICarriedLine.AttachmentsOwedTo(PartyId peer) => Machine.AttachmentsOwedTo(peer);

    /// <summary>The answer goes on in a step of its own, as it does where a loop hands it over.</summary>
    Task<LinkAnswer> ICarriedLine.AskAsync(Func<long, LinkEvent> what)
    {
        var answered = new TaskCompletionSource<LinkAnswer>();
        var token = ++lastToken;
        asked[token] = answer => Station.Later(TimeSpan.Zero, () => answered.SetResult(answer));
        var asking = what(token);
        if (reloading)
            Reply(token, LinkAnswer.Refuse(503, "the station's store has failed"));
        else if (
            world.Setup.Plant == Plant.SignsUnseen
            && asking is LinkEvent.CosignatureWanted wanted
            && world[wanted.To].Lines[Id]?.Machine.LatestOf(wanted.To) is { } unseen
        )
            Reply(
                token,
                LinkAnswer.Ok(
                    LinkAnswer.Text,
                    unseen
                        .With(Cosignature.Sign(unseen.Checkpoint, Station.Id, Station.Party.Cosign, world.Now))
                        .Encode()
                )
            );
        else
            Handle(asking);
        if (world.Setup.Plant == Plant.TakesFilesEarly && asking is LinkEvent.CarriedArrived { Part: CarryPart.Push })
            Reply(token, LinkAnswer.Ok(LinkAnswer.Bytes, ReadOnlyMemory<byte>.Empty));
        return answered.Task;
    }

    internal void Handle(LinkEvent what)
    {
        if (!Station.Up || Station.Lines[Id] != this)
            return;
        if (reloading)
        {
            if (what is LinkEvent.AppendRequested append)
                Settle(append.Token, new AppendOutcome.Refused("store-fault", "the store has failed"));
            if (what is LinkEvent.OffRecordRequested)
                spokenMeanwhile.Add(what);
            if (
                what
                is LinkEvent.OffRecordRequested
                    or LinkEvent.AttendanceChanged
                    or LinkEvent.Tick
                    or LinkEvent.AppendRequested
            )
                return;
        }
        world.Trace(Station.Index, 0, System.Text.Encoding.ASCII.GetBytes(what.GetType().Name));
        world.Truth.Touched(this);
        var heardBefore = what is LinkEvent.CarriedArrived ? Status : null;
        if (
            world.Setup.Plant == Plant.HearsFiles
            && what is LinkEvent.CarriedArrived { Part: CarryPart.Push push } carried
        )
            what = new LinkEvent.RequestArrived(
                carried.Token,
                carried.From,
                new LinkRequest(LinkVerb.Push, push.Bytes)
            );
        var effects = Machine.Handle(what, Station.Steady, Station.Clock.GetUtcNow());
        if (heardBefore is not null)
            Truth.CheckNotHeard(this, heardBefore);
        foreach (var effect in effects)
        {
            world.Trace(Station.Index, 1, System.Text.Encoding.UTF8.GetBytes(Say(effect)));
            Do(effect);
        }
        if (!reloading && ((what is LinkEvent.CommitFailed && Machine.IsBroken) || unstoredForks.Count > 0))
            Reload();
        if (!reloading)
            Rearm();
    }

    private void Rearm()
    {
        if (Machine.NextWake == wake || Machine.NextWake == DateTimeOffset.MaxValue)
            return;
        var due = wake = Machine.NextWake;
        if (world.Setup.Plant == Plant.GivesUp && world.Now > World.Epoch + TimeSpan.FromSeconds(20))
            return;
        var life = Station.Life;
        world.At(
            Station.WorldAt(due),
            () =>
            {
                if (Station.Life != life || wake != due)
                    return;
                wake = default;
                Handle(new LinkEvent.Tick());
            }
        );
    }

    private void Reload()
    {
        reloading = true;
        foreach (var token in asked.Keys.ToList())
            Reply(token, LinkAnswer.Refuse(503, "the station's store has failed"));
        foreach (var token in unsettled.ToList())
            Settle(token, AppendOutcome.InDoubt);
        Station.WhenStoreWorks(snapshot =>
        {
            if (unstoredForks.Count > 0)
            {
                world.Truth.Committing(this, unstoredForks);
                var kept = unstoredForks
                    .SelectMany(f => StoredChanges.Of(f, Document, Station.Clock.GetUtcNow()))
                    .ToList();
                Station.Store.CommitAsync(kept).GetAwaiter().GetResult();
                unstoredForks.Clear();
                snapshot = Snapshot();
            }
            Station.Count(snapshot);
            world.Truth.Loaded(Station, snapshot);
            Machine = Load(snapshot, Machine.Status(Station.Steady));
            reloading = false;
            wake = default;
            FoldArrived();
            foreach (var spoken in spokenMeanwhile)
                Handle(spoken);
            spokenMeanwhile.Clear();
            Handle(new LinkEvent.Tick());
        });
    }

    /// <summary>What is traced of an effect: what it does, without what memory alone decides.</summary>
    private static string Say(LinkEffect effect) =>
        effect switch
        {
            LinkEffect.Commit commit =>
                $"{commit.At:O} {string.Join(' ', commit.Changes.Select(c => c.GetType().Name))}",
            LinkEffect.Settle settle => settle.Outcome.ToString(),
            LinkEffect.Report { What: LineReport.Stored stored } => $"{stored.Feed} {stored.From} {stored.To}",
            LinkEffect.Report report => report.What.ToString(),
            LinkEffect.ReadEntries read => $"{read.Feed} {read.From} {read.Max} {read.MaxBytes}",
            LinkEffect.ReadAttachment read => $"{read.Attachment} {read.Offset} {read.Length}",
            _ => effect.GetType().Name,
        };

    private void Do(LinkEffect effect)
    {
        switch (effect)
        {
            case LinkEffect.Commit commit:
                Commit(commit);
                break;
            case LinkEffect.Note { Change: LineChange.CountRefusal }:
                break;
            case LinkEffect.Note note:
                Station.Commit(this, [note.Change], _ => { });
                break;
            case LinkEffect.Send send:
                world.Send(this, send);
                break;
            case LinkEffect.Reply reply:
                Reply(reply.Token, reply.Answer);
                break;
            case LinkEffect.Settle { Token: 0 }:
                break; // the station's own entries: nobody asked
            case LinkEffect.Settle settle:
                Settle(settle.Token, settle.Outcome);
                break;
            case LinkEffect.Report report:
                if (report.What is LineReport.Stored)
                    FoldArrived();
                if (report.What is LineReport.OwnFeedCaughtUp)
                    ClearRestored();
                if (report.What is LineReport.OwnFeedForeign)
                    SignOnAsLiar();
                world.Truth.Reported(this, report.What);
                break;
            default:
                Read(effect);
                break;
        }
    }

    private void Commit(LinkEffect.Commit commit)
    {
        if (world.Setup.Plant == Plant.ForgivesForks && commit.Changes.Any(c => c is LineChange.RecordFork))
            return;
        Station.Commit(
            this,
            commit.Changes,
            fault =>
            {
                if (fault is not null)
                    unstoredForks.AddRange(commit.Changes.OfType<LineChange.RecordFork>());
                Handle(
                    fault is null
                        ? new LinkEvent.Committed(commit.Token)
                        : new LinkEvent.CommitFailed(
                            commit.Token,
                            fault.Message,
                            Uncertain: fault
                                is not (StoreConflictException or StoreFaultException { UncertainOutcome: false }),
                            Conflict: fault is StoreConflictException
                        )
                );
            }
        );
    }

    /// <summary>Once every line's own feed has been compared with its peers, the station is no longer a restored
    /// one.</summary>
    private void ClearRestored()
    {
        if (Station.Lines.All.Any(l => l.Status.CatchingUp) || Station.DiskIsFull)
            return;
        Station.Store.CommitAsync([new PutMeta(StoreBond.RestoredKey, null)]).GetAwaiter().GetResult();
    }

    private void Reply(long token, LinkAnswer answer)
    {
        if (!asked.Remove(token, out var answered))
            return;
        world.Trace(Station.Index, answer.Status, answer.Body.Span);
        world.Truth.Answering(this, answer);
        answered(answer);
    }

    private void Settle(long token, AppendOutcome outcome)
    {
        if (unsettled.Remove(token))
            world.Truth.Settled(this, token, outcome);
    }

    private void Read(LinkEffect effect) => Station.Later(world.StoreDelay(), () => Handle(ReadNow(effect)));

    private LinkEvent ReadNow(LinkEffect effect)
    {
        var store = Station.Store;
        var failing = world.IsFaulty && world.Chance(0.003);
        switch (effect)
        {
            case LinkEffect.ReadEntries read:
                return failing
                    ? new LinkEvent.ReadFailed(read.Token, "bad sector")
                    : new LinkEvent.EntriesRead(
                        read.Token,
                        [
                            .. store
                                .ReadFeed(read.Feed, read.From, read.Max, read.MaxBytes, withBodies: true)
                                .Select(e => new Entry(e.Header, e.Salt, e.Body)),
                        ]
                    );
            case LinkEffect.ReadFrontier read:
                return failing
                    ? new LinkEvent.ReadFailed(read.Token, "bad sector")
                    : new LinkEvent.FrontierRead(read.Token, new FeedTiles(store, read.Feed).Frontier(read.Size));
            case LinkEffect.ReadConsistency read:
                return failing
                    ? new LinkEvent.ReadFailed(read.Token, "bad sector")
                    : new LinkEvent.ConsistencyRead(
                        read.Token,
                        new FeedTiles(store, read.Feed).Consistency(read.OldSize, read.NewSize)
                    );
            case LinkEffect.ReadAttachment read:
                var bytes = new byte[read.Length];
                return failing
                    ? new LinkEvent.ReadFailed(read.Token, "bad sector")
                    : new LinkEvent.AttachmentRead(
                        read.Token,
                        bytes[..store.ReadAttachmentChunk(read.Attachment, read.Offset, bytes)]
                    );
            case LinkEffect.ReadAttachmentState read:
                return store.ReadAttachment(read.Attachment) is { } held
                    ? new LinkEvent.AttachmentStateRead(read.Token, held.Length, held.Held, held.Complete)
                    : new LinkEvent.AttachmentStateRead(read.Token, 0, 0, false);
            case LinkEffect.CheckAttachment check:
                return new LinkEvent.AttachmentChecked(check.Token, Attachments.Matches(store, check.Attachment));
            default:
                throw new InvalidOperationException($"unknown effect {effect.GetType().Name}");
        }
    }

    /// <summary>What became durable, in the order of arrival, as the station's own view is kept.</summary>
    private void FoldArrived()
    {
        while (Station.Store.ReadRecord(Id, arrival, 1024, 4 << 20, withBodies: true) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                arrival = entry.Arrival;
                if (world.Setup.Plant == Plant.ViewForgets && entry.Seq % 3 == 1)
                {
                    var header = EntryHeader.Parse(entry.Header).Required();
                    View.Fold(header with { Kind = "line.noted", Re = [], Body = null, Size = 0 }, null);
                }
                else
                    View.Fold(EntryHeader.Parse(entry.Header).Required(), entry.Body);
            }
        }
    }
}
