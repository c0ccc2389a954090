using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>What one newly folded entry did.</summary>
/// <param name="Header">The entry.</param>
/// <param name="Item">The item that it belongs to, as it stands now; null where it belongs to none.</param>
/// <param name="Before">That item's state before; null when the entry opened it.</param>
/// <param name="Flag">An entry that changed nothing, and why.</param>
internal sealed record TrafficChange(EntryHeader Header, Item? Item, string? Before, Flag? Flag);

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
    private const int PageEntries = 1024;
    private const long PageBytes = 4 << 20;

    /// <summary>Bodies of one page that are read one by one; for more, the page is read again with all of
    /// them.</summary>
    private const int FewBodies = 16;

    /// <summary>Headers that wait in memory to be folded; of what comes while so many do, the headers are read from the
    /// store.</summary>
    private const int MaxHeadersKept = 65_536;
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    /// <summary>The gate is held for so many entries, or so long, at once: whoever reads comes between, whatever an
    /// author has written.</summary>
    private const int SliceEntries = 1024;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(10);

    /// <summary>Mistakes of ours that are logged one by one; all are counted.</summary>
    private const int MaxLogged = 1_000;

    private readonly LineId line;
    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly TaskCompletionSource folded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim writing = new(1, 1);

    /// <summary>What became durable and is not folded yet, in each feed's order.</summary>
    private readonly ConcurrentQueue<Batch> arrived = new();
    private int headersKept;

    /// <summary>Guards everything below it.</summary>
    private readonly Lock gate = new();
    private readonly LineView view;
    private readonly TestBook tests;
    private readonly WatchBook watches = new();
    private readonly ConflictBook conflicts;

    /// <summary>Batches that were taken from <see cref="arrived"/> and are folded.</summary>
    private long done;
    private Batch? current;
    private int at;
    private Page? page;
    private readonly HashSet<EntryId> logged = [];

    /// <summary>Why an entry that had waited could not be read again.</summary>
    private StoreFaultException? unread;
    private long arrival;
    private DateTimeOffset nextDue = DateTimeOffset.MinValue;
    private Task loop = Task.CompletedTask;
    private long enqueued;
    private volatile string? fault;
    private volatile TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LineTraffic(LineDocument document, IStationStore store, TimeProvider clock, ILogger log)
    {
        line = document.Id;
        Document = document;
        this.store = store;
        this.clock = clock;
        this.log = log;
        view = new LineView(document, Again) { OnMistake = Mistaken, Clock = clock.GetUtcNow };
        tests = new TestBook(document.Parties);
        conflicts = new ConflictBook(
            document.Policy,
            document.Parties.Count(),
            document.IsJournal,
            id => view.ItemOf(id, clock.GetUtcNow())
        );
    }

    internal LineDocument Document { get; }

    /// <summary>Told of every entry that was folded after the first folding was done and is more than a plain message.
    /// Must not block.</summary>
    internal Action<TrafficChange>? Changed { get; init; }

    /// <summary>Told of every entry that may ring, when it is durable and before it is folded. Must not
    /// block.</summary>
    internal Action<EntryHeader>? Arrived { get; init; }

    /// <summary>Told once, when everything that was stored at the start is folded.</summary>
    internal Action? Ready { get; init; }

    /// <summary>Told when what is stored cannot be what was signed.</summary>
    internal Action<string>? Damaged { get; init; }

    /// <summary>Told when the fold itself fails, with the reason, and with null when it goes on.</summary>
    internal Action<string?>? Broken { get; init; }

    /// <summary>Why the fold does not go on: what is shown of the line is not the newest, and no act that it judges is
    /// taken. Null while it does.</summary>
    internal string? Fault => fault;

    /// <summary>True until the record that was there at the start is folded.</summary>
    internal bool IsFolding => !folded.Task.IsCompleted;

    /// <summary>Waits until the record that was there at the start is folded.</summary>
    /// <exception cref="BrokenFoldException">It cannot be folded: nobody waits for that.</exception>
    internal async Task WhenFoldedAsync(CancellationToken ct)
    {
        while (!folded.Task.IsCompletedSuccessfully)
        {
            var breaks = broken.Task;
            if (fault is { } why)
                throw new BrokenFoldException(why);
            await (await Task.WhenAny(folded.Task, breaks).WaitAsync(ct));
        }
        if (fault is { } still)
            throw new BrokenFoldException(still);
    }

    internal void Start() => loop = Task.Run(RunAsync);

    /// <summary>Entries [<paramref name="from"/>, <paramref name="to"/>) of a feed became durable. Told before anybody
    /// is answered that they are.</summary>
    internal void Stored(PartyId author, ulong from, ulong to, IReadOnlyList<EntryHeader> headers, DateTimeOffset at)
    {
        if (Arrived is not null)
        {
            foreach (var header in headers)
            {
                if (header.Precedence >= Precedence.Immediate)
                    Arrived(header);
            }
        }
        if (Interlocked.Add(ref headersKept, headers.Count) > MaxHeadersKept)
        {
            Interlocked.Add(ref headersKept, -headers.Count);
            headers = [];
        }
        arrived.Enqueue(new Batch(author, from, to, headers, at));
        Interlocked.Increment(ref enqueued);
        wake.Writer.TryWrite(true);
    }

    /// <summary>Looks at the view with everything in it that is durable. While the first folding goes on it waits for
    /// nothing and sees a part.</summary>
    /// <exception cref="StoreFaultException">The store cannot be read.</exception>
    internal T Read<T>(Func<LineView, T> read) => Read((seen, _, _) => read(seen));

    /// <inheritdoc cref="Read{T}(Func{LineView,T})"/>
    internal T Read<T>(Func<LineView, TestBook, WatchBook, T> read)
    {
        CatchUp();
        lock (gate)
            return read(view, tests, watches);
    }

    /// <inheritdoc cref="Read{T}(Func{LineView,T})"/>
    internal T Plans<T>(Func<LineView, ConflictBook, T> read)
    {
        CatchUp();
        lock (gate)
            return read(view, conflicts);
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
    internal T Pass<T>(
        DateTimeOffset now,
        out TimeSpan worked,
        Func<LineView, TestBook, WatchBook, ConflictBook, T> pass
    )
    {
        lock (gate)
        {
            var began = clock.GetTimestamp();
            Guard(() => tests.Resolve(view, now));
            Guard(() => conflicts.Sweep(now));
            Guard(conflicts.Retry);
            view.Sweep(now);
            var result = pass(view, tests, watches, conflicts);
            nextDue = view.NextDue(now) ?? DateTimeOffset.MaxValue;
            foreach (var watch in watches.All.Values)
            {
                if (watch.Until is { } end && end > now)
                    Sooner(end);
            }
            worked = clock.GetElapsedTime(began);
            return result;
        }
    }

    private void Guard(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            StationMetrics.FoldMistakes.Add(1);
            LineLog.FoldMistaken(log, line.Value, "the clock's pass", e);
        }
    }

    /// <summary>A mistake of ours over one entry: it is flagged, logged and counted, and the fold goes on. Called under
    /// the gate.</summary>
    private void Mistaken(EntryHeader header, Exception e)
    {
        StationMetrics.FoldMistakes.Add(1);
        if (logged.Count < MaxLogged && logged.Add(header.Id))
            LineLog.FoldMistaken(log, line.Value, header.Id.ToString(), e);
    }

    /// <summary>An entry that waited and was not kept whole; null while the store cannot be read.</summary>
    private TrafficEntry? Again(EntryId entry)
    {
        try
        {
            return store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is { } stored
                ? TrafficEntry.From(StoredHeader.Read(stored), stored.Body is { } body ? body.AsMemory() : null)
                : null;
        }
        catch (StoreFaultException e)
        {
            unread = e;
            return null;
        }
    }

    /// <summary>Judges some of the entries that had waited for one that has arrived.</summary>
    private bool FoldWaiting()
    {
        unread = null;
        if (view.FoldMore(SliceEntries) == 0)
            return unread is { } e ? throw e : false;
        FoldPlans(null);
        return true;
    }

    /// <param name="Headers">Of the entries from <paramref name="From"/> on, or none.</param>
    /// <param name="At">When these arrived.</param>
    private sealed record Batch(
        PartyId Author,
        ulong From,
        ulong To,
        IReadOnlyList<EntryHeader> Headers,
        DateTimeOffset At
    );

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        private int done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref done, 1) == 0)
                held.Release();
        }
    }

    /// <summary>A page of the stored record that is being folded, slice by slice.</summary>
    private sealed record Page(IReadOnlyList<StoredEntry> Entries, EntryHeader[] Headers, bool WithBodies)
    {
        internal int At { get; set; }
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                while (IsFolding && Step(FoldPage))
                    stopping.Token.ThrowIfCancellationRequested();
                if (folded.TrySetResult())
                    Ready?.Invoke();
                while (Step(FoldArrived))
                    stopping.Token.ThrowIfCancellationRequested();
                Mend();
                await wake.Reader.ReadAsync(stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return; // the station stops
            }
            catch (Exception e)
            {
                if (e is StoreFaultException)
                    LineLog.ReadFailed(log, line.Value, e.Message);
                else
                    Break(e);
                if (e is InvalidDataException)
                {
                    Damaged?.Invoke(e.Message);
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

    /// <summary>The fold does not go on by itself: it is said, and tried again.</summary>
    private void Break(Exception e)
    {
        if (fault is null)
            LineLog.FoldBroken(log, line.Value, e);
        fault = $"what stands on {line} cannot be told: {e.Message}";
        broken.TrySetResult();
        Broken?.Invoke(fault);
    }

    private void Mend()
    {
        if (fault is null)
            return;
        broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fault = null;
        Broken?.Invoke(null);
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
                Changed?.Invoke(change);
        }
    }

    /// <summary>Folds what was durable when it was called; the gate is free between the slices.</summary>
    private void CatchUp()
    {
        if (IsFolding)
            return;
        var target = Interlocked.Read(ref enqueued);
        try
        {
            while (Interlocked.Read(ref done) < target && Step(FoldArrived)) { }
        }
        catch (Exception e) when (e is not (StoreFaultException or InvalidDataException or OutOfMemoryException))
        {
            Break(e); // what is shown is what was folded; acts are refused
        }
    }

    private bool IsSpent(long began, int folds) => folds >= SliceEntries || clock.GetElapsedTime(began) >= Slice;

    private bool FoldArrived(List<TrafficChange> changes)
    {
        var began = clock.GetTimestamp();
        if (view.HasMore && FoldWaiting())
            return true;
        if (current is null)
        {
            if (!arrived.TryDequeue(out current))
                return false;
            Interlocked.Add(ref headersKept, -current.Headers.Count);
            at = 0;
        }
        var batch = current;
        var folds = 0;
        // A batch that the store kept from being folded stays where it is, and goes on there.
        if (at == 0 && batch.Headers.Count > 0 && !FoldFeed(batch.Author, batch.From, changes, began, ref folds))
            return true;
        while (at < batch.Headers.Count)
        {
            var header = batch.Headers[at];
            if (header.Seq == view.Sizes[batch.Author])
            {
                Fold(
                    header,
                    StoredHeader.WantsBody(header)
                        ? store.ReadEntry(new Origin(line, header.From), header.Seq)?.Body
                        : null,
                    batch.At,
                    changes
                );
                folds++;
            }
            at++;
            if (IsSpent(began, folds))
                return true;
        }
        if (!FoldFeed(batch.Author, batch.To, changes, began, ref folds))
            return true;
        current = null;
        Interlocked.Increment(ref done);
        return true;
    }

    /// <summary>Folds a feed up to a size out of the store: what came while the first folding went on, or without its
    /// headers. False where it is not done yet.</summary>
    private bool FoldFeed(PartyId author, ulong size, List<TrafficChange> changes, long began, ref int folds)
    {
        var feed = new Origin(line, author);
        while (view.Sizes[author] < size)
        {
            var read = store.ReadFeed(feed, view.Sizes[author], PageEntries, PageBytes, withBodies: false);
            if (read.Count == 0)
                throw new InvalidDataException($"entry {author}/{view.Sizes[author]} is missing in the store");
            foreach (var stored in read)
            {
                if (IsSpent(began, folds))
                    return false;
                var header = StoredHeader.Read(stored);
                Fold(
                    header,
                    StoredHeader.WantsBody(header) ? store.ReadEntry(feed, stored.Seq)?.Body : null,
                    stored.StoredAt,
                    changes
                );
                folds++;
            }
        }
        return true;
    }

    private bool FoldPage(List<TrafficChange> changes)
    {
        if (view.HasMore && FoldWaiting())
            return true;
        page ??= ReadPage();
        if (page is null)
            return false;
        var began = clock.GetTimestamp();
        for (var folds = 0; page.At < page.Entries.Count; page.At++)
        {
            if (IsSpent(began, folds++))
                return true;
            var stored = page.Entries[page.At];
            var header = page.Headers[page.At];
            Fold(
                header,
                !StoredHeader.WantsBody(header) ? null
                    : page.WithBodies ? stored.Body
                    : store.ReadEntry(stored.Feed, stored.Seq)?.Body,
                stored.StoredAt,
                changes
            );
            arrival = stored.Arrival;
        }
        page = null;
        return true;
    }

    private Page? ReadPage()
    {
        var read = store.ReadRecord(line, arrival, PageEntries, PageBytes, withBodies: false);
        if (read.Count == 0)
            return null;
        var headers = new EntryHeader[read.Count];
        var wanted = 0;
        for (var i = 0; i < read.Count; i++)
        {
            headers[i] = StoredHeader.Read(read[i]);
            if (StoredHeader.WantsBody(headers[i]))
                wanted++;
        }
        if (wanted > FewBodies)
            read = store.ReadRecord(line, arrival, read.Count, PageBytes, withBodies: true); // perhaps a part of them; the rest is the next page
        return new Page(read, headers, wanted > FewBodies);
    }

    private void Fold(EntryHeader header, byte[]? body, DateTimeOffset arrived, List<TrafficChange> changes)
    {
        // What continues no item is part of none: nothing is read again for it.
        var before =
            IsFolding || header.Re.Count == 0 || AllFamilies.Of(header.Kind) is null
                ? null
                : view.ItemOf(header.Re[0], header.At)?.State;
        view.Fold(header, body is null ? null : body.AsMemory(), arrived);
        var item = view.ItemOf(header.Id, header.At);
        FoldPlans(header);
        try
        {
            tests.Fold(header, item, view);
            watches.Fold(header, item);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            view.FlagMistake(header, e);
        }
        if (watches.All.GetValueOrDefault(header.From)?.Until is { } end)
            Sooner(end);
        if (Attention.WantsAcknowledgement(header.Kind))
            Sooner(
                Attention
                    .Since(header.At, arrived, Document.Policy)
                    .Plus(Document.Policy.AcknowledgeWithin(header.Precedence))
            );
        if (item?.Due is { } due)
            Sooner(due);
        if (IsFolding)
            return;
        if (
            item is not null
            || header.Re.Count > 0
            || header.Precedence >= Precedence.Immediate
            || Kinds.Find(header.Kind)?.Rings == true
        )
            changes.Add(new TrafficChange(header, item, before, null));
        foreach (var flag in view.NewFlags)
            changes.Add(new TrafficChange(header, item, before, flag));
    }

    /// <summary>Takes the items that changed to what is planned.</summary>
    private void FoldPlans(EntryHeader? by)
    {
        foreach (var changed in view.Changed)
        {
            try
            {
                conflicts.Fold(changed);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                view.FlagMistake(by ?? changed.Applied[^1].Header, e);
            }
        }
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
            LineLog.FoldBroken(log, line.Value, e);
        }
        folded.TrySetCanceled();
        stopping.Dispose();
    }
}

/// <summary>What stands on a line cannot be told: the fold does not go on.</summary>
internal sealed class BrokenFoldException(string message) : Exception(message);
