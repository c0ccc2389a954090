namespace Parley.Storage;

/// <summary>
/// Group commit: callers queue up, one thread takes all that wait, up to the limits of a group, into one transaction,
/// and answers each
/// when it is durable. A thread of its own, because it spends its life in fsync and must not hold one of the pool's.
/// </summary>
internal sealed class CommitQueue
{
    private readonly IGroupWriter writer;
    private readonly Action<Ledger> committed;
    private readonly Thread thread;

    // Guarded by itself, as is `stopping`.
    private readonly Queue<Waiter> waiting = new();
    private bool stopping;

    // Owned by the writer thread; null when it must be read anew.
    private Ledger? ledger;
    private volatile StoreFault? fault;

    /// <param name="writer">Opened, with its state read.</param>
    /// <param name="ledger">That state.</param>
    /// <param name="committed">Called on the writer thread after each commit that may have brought new lines or
    /// feeds.</param>
    internal CommitQueue(IGroupWriter writer, Ledger ledger, Action<Ledger> committed)
    {
        this.writer = writer;
        this.ledger = ledger;
        this.committed = committed;
        committed(ledger);
        thread = new Thread(Run) { Name = "store writer", IsBackground = true };
        thread.Start();
    }

    internal StoreFault? Fault => fault;

    /// <summary>Remembers a fault that a reader met.</summary>
    internal void Note(StoreFault met)
    {
        if (fault is not { Kind: StoreFaultKind.Corrupt })
            fault = met;
    }

    internal Task<long> Commit(IReadOnlyList<StoreChange> changes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var waiter = new Waiter(changes, null);
        for (var i = 0; i < changes.Count; i++)
        {
            changes[i].Validate();
            waiter.Weight += changes[i].Weight;
            waiter.Count += changes[i].Count;
        }
        return changes.Count == 0 ? Task.FromResult(0L) : Enqueue(waiter, ct);
    }

    internal async Task<StationSnapshot> Load(CancellationToken ct)
    {
        StationSnapshot? snapshot = null;
        await Enqueue(new Waiter([], () => snapshot = writer.Load()), ct);
        return snapshot!;
    }

    /// <summary>Finishes what waits, then ends the thread and closes the writer.</summary>
    internal Task Stop()
    {
        lock (waiting)
        {
            stopping = true;
            Monitor.Pulse(waiting);
        }
        return Task.Run(thread.Join);
    }

    private Task<long> Enqueue(Waiter waiter, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (waiting)
        {
            ObjectDisposedException.ThrowIf(stopping, typeof(IStationStore));
            if (waiting.Count >= StoreLimits.MaxWaitingCommits)
                return Task.FromException<long>(Busy());
            waiting.Enqueue(waiter);
            Monitor.Pulse(waiting);
        }
        waiter.CancelWith(ct);
        return waiter.Task;
    }

    private StoreFaultException Busy()
    {
        var explained = writer.Explain(
            new InvalidOperationException($"more than {StoreLimits.MaxWaitingCommits} commits wait")
        );
        return new StoreFaultException(explained.Fault with { Kind = StoreFaultKind.Busy });
    }

    private void Run()
    {
        var group = new List<Waiter>();
        while (Take(group))
            Process(group);
        writer.Dispose();
    }

    private bool Take(List<Waiter> group)
    {
        group.Clear();
        long weight = 0;
        var count = 0;
        lock (waiting)
        {
            while (waiting.Count == 0)
            {
                if (stopping)
                    return false;
                Monitor.Wait(waiting);
            }
            while (waiting.TryPeek(out var next))
            {
                var fits =
                    weight + next.Weight <= StoreLimits.MaxGroupBytes
                    && count + next.Count <= StoreLimits.MaxGroupChanges;
                if (group.Count > 0 && (!fits || next.Read is not null))
                    break;
                waiting.Dequeue();
                if (!next.TryBegin())
                    continue;
                group.Add(next);
                weight += next.Weight;
                count += next.Count;
                if (next.Read is not null)
                    break;
            }
        }
        return true;
    }

    private void Process(List<Waiter> group)
    {
        if (group.Count == 0)
            return;
        if (fault is { Kind: StoreFaultKind.Corrupt } corrupt && group[0].Read is null)
        {
            foreach (var waiter in group)
                waiter.Fail(new StoreFaultException(corrupt));
            return;
        }
        try
        {
            ledger ??= writer.Recover();
            if (group[0].Read is { } read)
            {
                read();
                group[0].Complete();
                return;
            }
            var staged = new List<Staged>();
            for (var i = group.Count - 1; i >= 0; i--)
                group[i].LastArrival = 0;
            group.RemoveAll(waiter => Stage(waiter, staged));
            if (staged.Count > 0)
                writer.Write(staged);
            committed(ledger);
            fault = null;
            foreach (var waiter in group)
                waiter.Complete();
        }
        catch (Exception exception)
        {
            // The boundary between the database and its callers: whatever went wrong, each of them hears it and the
            // thread lives on.
            ledger = null;
            var explained = exception as StoreFaultException ?? writer.Explain(exception);
            Note(explained.Fault);
            foreach (var waiter in group)
                waiter.Fail(explained);
        }
    }

    private bool Stage(Waiter waiter, List<Staged> staged)
    {
        var before = ledger!.LastArrival;
        if (ledger.TryStage(waiter.Changes, staged) is { } conflict)
        {
            waiter.Fail(conflict);
            return true;
        }
        waiter.LastArrival = ledger.LastArrival == before ? 0 : ledger.LastArrival;
        return false;
    }

    /// <summary>One caller's turn: waiting, then either begun by the writer or cancelled, never both.</summary>
    private sealed class Waiter(IReadOnlyList<StoreChange> changes, Action? read)
    {
        private readonly TaskCompletionSource<long> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenRegistration registration;
        private int begun;

        internal IReadOnlyList<StoreChange> Changes { get; } = changes;
        internal Action? Read { get; } = read;
        internal long Weight { get; set; }
        internal int Count { get; set; }
        internal long LastArrival { get; set; }
        internal Task<long> Task => done.Task;

        internal bool TryBegin() => Interlocked.Exchange(ref begun, 1) == 0;

        internal void CancelWith(CancellationToken ct)
        {
            if (!ct.CanBeCanceled)
                return;
            registration = ct.UnsafeRegister(
                static (state, token) =>
                {
                    var waiter = (Waiter)state!;
                    if (waiter.TryBegin())
                        waiter.done.TrySetCanceled(token);
                },
                this
            );
            // Otherwise a token that outlives many commits would collect their registrations.
            _ = done.Task.ContinueWith(
                static (_, state) => ((Waiter)state!).registration.Unregister(),
                this,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }

        internal void Complete() => done.TrySetResult(LastArrival);

        internal void Fail(Exception exception) => done.TrySetException(exception);
    }
}
