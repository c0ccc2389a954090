using Parley.Link;
using Parley.Record;
using Parley.Simulation.Stores;
using Parley.Station.Data;
using Parley.Station.Lines;
using Parley.Storage;
using Parley.Testing.Lines;

namespace Parley.Simulation;

/// <summary>
/// One station as a process: it is started and killed, has one store for all its lines, and a clock that may lie.
/// Commits take time and are made in the order in
/// which they were asked for; a crash forgets those that were not made.
/// </summary>
internal sealed class SimStation : IDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly World world;
    private readonly Queue<Action> commits = new();
    private readonly List<Disk> snapshots = [];
    private Disk disk;
    private DateTimeOffset storeFree;
    private TimeSpan startedSteady;
    private DateTimeOffset startedWall;

    internal SimStation(World world, int index, LineParty party, double rate, bool twin, Disk? from = null)
    {
        this.world = world;
        Index = index;
        Party = party;
        IsTwin = twin;
        Clock = new StationClock(() => world.Now, rate);
        disk = from ?? Disk.Create(world.Setup.Store);
        Backup = null;
    }

    internal int Index { get; }
    internal LineParty Party { get; }
    internal bool IsTwin { get; }
    internal PartyId Id => Party.Id;
    internal StationClock Clock { get; }
    internal IStationStore Store { get; private set; } = null!;
    internal LineSet Lines { get; } = new();
    internal bool Up { get; private set; }

    /// <summary>Differs after every crash.</summary>
    internal int Life { get; private set; }

    /// <summary>Differs after every restore.</summary>
    internal int Wipes { get; private set; }
    internal bool Attended { get; private set; }

    /// <summary>What was kept for a later restore.</summary>
    internal Disk? Backup { get; private set; }

    /// <summary>By feed: entries that this station's store holds durably.</summary>
    internal Dictionary<Origin, ulong> Durable { get; } = [];

    internal bool DiskIsFull { get; set; }
    internal bool FailsNextBefore { get; set; }
    internal bool FailsNextAfter { get; set; }

    internal sealed class LineSet
    {
        private readonly Dictionary<LineId, SimLine> lines = [];
        internal SimLine? this[LineId id] => lines.GetValueOrDefault(id);
        internal IEnumerable<SimLine> All => lines.Values;

        internal void Add(SimLine line) => lines.Add(line.Id, line);

        internal void Clear() => lines.Clear();
    }

    internal bool Accepts(LineId line) => Index != world.Setup.Hidden && Lines[line] is not null;

    /// <summary>First start: the lines are accepted.</summary>
    internal void Begin()
    {
        var store = disk.Open(Clock);
        store
            .CommitAsync([
                .. world
                    .Documents.Where(d => d.Parties.Contains(Id))
                    .Select(d => new PutLine(d.Id, d.Bytes, LineStanding.Accepted, Clock.GetUtcNow())),
            ])
            .GetAwaiter()
            .GetResult();
        Start(store);
    }

    private void Start(IStationStore store)
    {
        Store = store;
        Up = true;
        startedSteady = Clock.Elapsed;
        startedWall = Clock.GetUtcNow();
        var snapshot = store.LoadAsync().AsTask().GetAwaiter().GetResult();
        Count(snapshot);
        foreach (var row in snapshot.Lines)
            Lines.Add(new SimLine(world, this, world.Documents.First(d => d.Id == row.Line), snapshot));
        world.Truth.Loaded(this, snapshot);
        foreach (var line in Lines.All.ToList())
            line.Handle(new LinkEvent.Tick());
    }

    internal void Count(StationSnapshot snapshot)
    {
        Durable.Clear();
        foreach (var feed in snapshot.Feeds)
            Durable[feed.Feed] = feed.Size;
    }

    /// <summary>Time that never steps while this process lives, from its clock as it was at the start.</summary>
    internal DateTimeOffset Steady => startedWall + (Clock.Elapsed - startedSteady);

    internal DateTimeOffset WorldAt(DateTimeOffset steady) => Clock.WorldAt(startedSteady + (steady - startedWall));

    /// <summary>Kills the process. The first <paramref name="made"/> of the commits under way still reach the
    /// disk.</summary>
    internal void Crash(int made)
    {
        for (; made > 0 && commits.TryDequeue(out var commit); made--)
            commit();
        commits.Clear();
        storeFree = default;
        Life++;
        Up = false;
        Lines.Clear();
        disk.Kill();
        if (world.Setup.Plant == Plant.StoreLies && snapshots.Count > 0)
        {
            disk.Dispose();
            disk = snapshots[0];
            snapshots.Clear();
        }
        world.WentDead(this);
    }

    internal void Restart() => Start(disk.Open(Clock));

    /// <summary>Puts what is durable now aside.</summary>
    internal void TakeBackup() => Backup ??= disk.Backup(Clock);

    internal Disk CopyDisk() => disk.Backup(Clock);

    /// <summary>An operator puts an old backup in the place of the store and, as the manual says, starts the station as
    /// a restored one.</summary>
    internal void Restore()
    {
        if (Backup is not { } old)
            return;
        if (Up)
            Crash(0);
        Wipes++;
        disk.Dispose();
        disk = old;
        Backup = null;
        world.Truth.Restored(this);
        world.Carrying.Restored(this);
        var store = disk.Open(Clock);
        if (world.Setup.Plant != Plant.SignsAfterLoss)
            store.CommitAsync([new PutMeta(StoreBond.RestoredKey, [1])]).GetAwaiter().GetResult();
        Start(store);
    }

    internal void SetAttended(bool attended)
    {
        Attended = attended;
        foreach (var line in Lines.All)
            line.Handle(new LinkEvent.AttendanceChanged(attended));
    }

    /// <summary>Does something unless the process has died by then.</summary>
    internal void Later(TimeSpan after, Action action)
    {
        var life = Life;
        world.At(
            world.Now + after,
            () =>
            {
                if (Life == life && Up)
                    action();
            }
        );
    }

    /// <summary>Makes changes durable, in turn.</summary>
    /// <param name="line">Whose changes.</param>
    /// <param name="changes">All or none.</param>
    /// <param name="then">Told how it went: null, or the exception.</param>
    internal void Commit(SimLine line, IReadOnlyList<LineChange> changes, Action<Exception?> then)
    {
        var due = world.Now + world.StoreDelay();
        storeFree = due > storeFree ? due : storeFree;
        Exception? fault = null;
        var done = false;
        commits.Enqueue(() =>
        {
            done = true;
            fault = Make(line, changes);
            line.Untold++;
        });
        if (world.Setup.Plant == Plant.AnswersBeforeCommit && line.Random(8) == 0)
        {
            then(null);
            then = _ => { };
        }
        Later(
            storeFree - world.Now,
            () =>
            {
                if (!done)
                    commits.Dequeue()();
                line.Untold--;
                then(fault);
            }
        );
    }

    private StoreFaultException Fault(bool uncertain) =>
        new(new StoreFault(StoreFaultKind.Full, "the disk is full", Clock.GetUtcNow()), uncertain);

    private Exception? Make(SimLine line, IReadOnlyList<LineChange> changes)
    {
        if (DiskIsFull || FailsNextBefore)
        {
            FailsNextBefore = false;
            return Fault(uncertain: false);
        }
        if (world.Setup.Plant == Plant.StoreLies)
        {
            snapshots.Add(disk.Backup(Clock));
            if (snapshots.Count > 2)
            {
                snapshots[0].Dispose();
                snapshots.RemoveAt(0);
            }
        }
        world.Truth.Committing(line, changes);
        try
        {
            var stored = changes.SelectMany(c => StoredChanges.Of(c, line.Document, Clock.GetUtcNow())).ToList();
            Store.CommitAsync(stored).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is StoreConflictException or StoreFaultException)
        {
            return e;
        }
        foreach (var change in changes)
        {
            if (change is LineChange.AppendFeed append)
                Durable[append.Feed] = append.Checkpoint.Checkpoint.Size;
        }
        world.Truth.Committed(line, changes);
        if (!FailsNextAfter)
            return null;
        FailsNextAfter = false;
        return Fault(uncertain: true);
    }

    /// <summary>As a station does after a fault: waits until the store takes writes. What was submitted before is
    /// settled by then.</summary>
    internal void WhenStoreWorks(Action<StationSnapshot> then)
    {
        while (commits.TryDequeue(out var commit))
            commit();
        if (DiskIsFull)
        {
            Later(ProbeInterval, () => WhenStoreWorks(then));
            return;
        }
        then(Store.LoadAsync().AsTask().GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        disk.Dispose();
        Backup?.Dispose();
        foreach (var snapshot in snapshots)
            snapshot.Dispose();
    }
}
