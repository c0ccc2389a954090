using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Telemetry;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>What one newly folded entry did.</summary>
/// <param name="Header">The entry.</param>
/// <param name="Item">The item that it belongs to, as it stands now; null where it belongs to none.</param>
/// <param name="Before">That item's state before; null when the entry opened it.</param>
/// <param name="Flag">An entry that changed nothing, and why.</param>
internal sealed record TrafficChange(EntryHeader Header, Item? Item, string? Before, Flag? Flag);

/// <summary>Who is told what becomes of a line's traffic. None of them may block.</summary>
internal sealed record TrafficListener
{
    /// <summary>Told of every entry that was folded after the first folding was done and is more than a plain
    /// message.</summary>
    internal Action<TrafficChange>? Changed { get; init; }

    /// <summary>Told of every entry that may ring, when it is durable and before it is folded.</summary>
    internal Action<EntryHeader>? Arrived { get; init; }

    /// <summary>Told once, when everything that was stored at the start is folded.</summary>
    internal Action? Ready { get; init; }

    /// <summary>Told when what is stored cannot be what was signed.</summary>
    internal Action<string>? Damaged { get; init; }

    /// <summary>Told when the fold itself fails, with the reason, and with null when it goes on.</summary>
    internal Action<string?>? Broken { get; init; }
}

/// <summary>
/// Owns what stands on one line: a <see cref="LineView"/>, folded at first from the stored record in the order in which
/// entries arrived, then from what
/// becomes durable. It does so on a task of its own, so that neither the start of the station nor an append waits for
/// it; whoever must know the latest
/// asks through <see cref="Read"/>, which folds first what is durable by then. Nothing here is stored: a restart folds
/// again and comes to the same. By when
/// an entry was delivered is not folded at all; the store knows it of every entry
/// (<see cref="IStationStore.ReadDeliveries"/>).
/// </summary>
internal sealed class LineTraffic : IAsyncDisposable
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    private readonly ILogger log;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ArrivedEntries arrived = new();
    private readonly FoldHealth health;

    /// <summary>Guards everything below it.</summary>
    private readonly Lock gate = new();
    private readonly RecordFold record;
    private DateTimeOffset nextDue = DateTimeOffset.MinValue;
    private Task loop = Task.CompletedTask;

    internal LineTraffic(LineDocument document, IStationStore store, TimeProvider clock, ILogger log)
    {
        Document = document;
        this.clock = clock;
        this.log = log;
        health = new FoldHealth(document.Id, log) { Broken = why => Told.Broken?.Invoke(why) };
        record = new RecordFold(document, store, clock, arrived, health.Mistaken) { Took = Took };
    }

    internal LineDocument Document { get; }

    internal TrafficListener Told { get; init; } = new();

    /// <summary>Why the fold does not go on: what is shown of the line is not the newest, and no act that it judges is
    /// taken. Null while it does.</summary>
    internal string? Fault => health.Fault;

    /// <summary>True until the record that was there at the start is folded.</summary>
    internal bool IsFolding => health.IsFolding;

    /// <summary>Waits until the record that was there at the start is folded.</summary>
    /// <exception cref="BrokenFoldException">It cannot be folded: nobody waits for that.</exception>
    internal Task WhenFoldedAsync(CancellationToken ct) => health.WhenFoldedAsync(ct);

    internal void Start() => loop = Task.Run(RunAsync);

    /// <summary>Entries [<paramref name="from"/>, <paramref name="to"/>) of a feed became durable. Told before anybody
    /// is answered that they are.</summary>
    internal void Stored(PartyId author, ulong from, ulong to, IReadOnlyList<EntryHeader> headers, DateTimeOffset at)
    {
        if (Told.Arrived is { } ring)
        {
            foreach (var header in headers)
            {
                if (header.Precedence >= Precedence.Immediate)
                    ring(header);
            }
        }
        arrived.Put(author, from, to, headers, at);
    }

    /// <summary>Looks at what stands on the line with everything in it that is durable. While the first folding goes on
    /// it waits for nothing and sees a part.</summary>
    /// <exception cref="StoreFaultException">The store cannot be read.</exception>
    internal T Read<T>(Func<LinePicture, T> read)
    {
        CatchUp();
        lock (gate)
            return read(record.Picture);
    }

    /// <summary>
    /// Waits for the folding and for others who write what the view judges, so that of two contradicting acts the
    /// second is judged with the first in
    /// the record. Whoever holds it writes, and disposes it when the entry is durable.
    /// </summary>
    internal async Task<IDisposable> WriteAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping.Token);
        await WhenFoldedAsync(either.Token);
        await writing.WaitAsync(either.Token);
        return new Turn(writing);
    }

    /// <summary>When something falls due next, as far as known; the clock's pass over this line need not come
    /// earlier.</summary>
    internal DateTimeOffset NextDue
    {
        get
        {
            lock (gate)
                return nextDue;
        }
    }

    /// <summary>What fell due is being dealt with: the next time is found anew.</summary>
    /// <param name="now">The time.</param>
    /// <param name="worked">How long the pass itself took, without the wait for its turn.</param>
    /// <param name="pass">What is done; no item's mistake may end it.</param>
    internal T Pass<T>(DateTimeOffset now, out TimeSpan worked, Func<LinePicture, T> pass)
    {
        lock (gate)
        {
            var began = clock.GetTimestamp();
            record.Picture.Sweep(now, health.Guard);
            var result = pass(record.Picture);
            nextDue = record.Picture.NextDue(now);
            worked = clock.GetElapsedTime(began);
            return result;
        }
    }

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        private int done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref done, 1) == 0)
                held.Release();
        }
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                while (IsFolding && Step(record.FoldPage))
                    stopping.Token.ThrowIfCancellationRequested();
                if (health.TryFinish())
                    Told.Ready?.Invoke();
                while (Step(record.FoldArrived))
                    stopping.Token.ThrowIfCancellationRequested();
                health.Mend();
                await arrived.WaitAsync(stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return; // the station stops
            }
            catch (Exception e)
            {
                if (e is StoreFaultException)
                    LineLog.ReadFailed(log, Document.Id.Value, e.Message);
                else
                    health.Break(e);
                if (e is InvalidDataException)
                {
                    Told.Damaged?.Invoke(e.Message);
                    return;
                }
                if (!await RestAsync())
                    return;
            }
        }
    }

    private async Task<bool> RestAsync()
    {
        try
        {
            await Task.Delay(StoreRetry, clock, stopping.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Folds a slice under the gate and tells what came of it outside.</summary>
    private bool Step(Func<List<TrafficChange>, bool> fold)
    {
        var changes = new List<TrafficChange>();
        try
        {
            lock (gate)
                return fold(changes);
        }
        finally
        {
            foreach (var change in changes)
                Told.Changed?.Invoke(change);
        }
    }

    /// <summary>Folds what was durable when it was called; the gate is free between the slices.</summary>
    private void CatchUp()
    {
        if (IsFolding)
            return;
        var target = arrived.Enqueued;
        try
        {
            while (!arrived.IsDone(target) && Step(record.FoldArrived)) { }
        }
        catch (Exception e) when (e is not (StoreFaultException or InvalidDataException or OutOfMemoryException))
        {
            health.Break(e); // what is shown is what was folded; acts are refused
        }
    }

    /// <summary>An entry was folded: by when something falls due, and what is told of it. Called under the
    /// gate.</summary>
    private void Took(EntryHeader header, DateTimeOffset stored, Folded did, List<TrafficChange> changes)
    {
        if (record.Picture.Watches.All.GetValueOrDefault(header.From)?.Until is { } end)
            Sooner(end);
        if (Attention.WantsAcknowledgement(header.Kind))
            Sooner(
                Attention
                    .Since(header.At, stored, Document.Policy)
                    .Plus(Document.Policy.AcknowledgeWithin(header.Precedence))
            );
        if (did.Item?.Due is { } due)
            Sooner(due);
        if (IsFolding)
            return;
        if (
            did.Item is not null
            || header.Re.Count > 0
            || header.Precedence >= Precedence.Immediate
            || Kinds.Find(header.Kind)?.Rings == true
        )
            changes.Add(new TrafficChange(header, did.Item, did.Before, null));
        foreach (var flag in did.Flags)
            changes.Add(new TrafficChange(header, did.Item, did.Before, flag));
    }

    private void Sooner(DateTimeOffset due)
    {
        if (due < nextDue)
            nextDue = due;
    }

    /// <summary>Ends the fold. It never throws: a station that stops must stop, whatever went wrong before.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await loop;
        }
        catch (Exception e)
        {
            LineLog.FoldBroken(log, Document.Id.Value, e);
        }
        health.End();
        stopping.Dispose();
    }
}
