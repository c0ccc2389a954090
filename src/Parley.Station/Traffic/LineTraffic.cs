using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>What one newly folded entry did.</summary>
/// <param name="Header">The entry.</param>
/// <param name="Item">The item that it belongs to, as it stands now; null where it belongs to none.</param>
/// <param name="Before">That item's state before; null when the entry opened it.</param>
/// <param name="Flag">An entry that changed nothing, and why.</param>
internal sealed record TrafficChange(EntryHeader Header, Item? Item, string? Before, Flag? Flag);

/// <summary>
/// Owns what stands on one line: a <see cref="LineView"/>, folded at first from the stored record in the order in which entries arrived, then from what
/// becomes durable. It does so on a task of its own, so that neither the start of the station nor an append waits for it; whoever must know the latest
/// asks through <see cref="Read"/>, which folds first what is durable by then. Nothing here is stored: a restart folds again and comes to the same. By when
/// an entry was delivered is not folded at all; the store knows it of every entry (<see cref="IStationStore.ReadDeliveries"/>).
/// </summary>
internal sealed class LineTraffic : IAsyncDisposable
{
    private const int PageEntries = 1024;
    private const long PageBytes = 4 << 20;
    /// <summary>Bodies of one page that are read one by one; for more, the page is read again with all of them.</summary>
    private const int FewBodies = 16;
    /// <summary>Headers that wait in memory to be folded; of what comes while so many do, the headers are read from the store.</summary>
    private const int MaxHeadersKept = 65_536;
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    private readonly LineId line;
    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
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
    private readonly SuspensionBook suspensions = new();
    private readonly ConflictBook conflicts;
    private long arrival;
    private DateTimeOffset nextDue = DateTimeOffset.MinValue;
    private Task loop = Task.CompletedTask;

    internal LineTraffic(LineDocument document, IStationStore store, TimeProvider clock, ILogger log)
    {
        line = document.Id;
        Document = document;
        this.store = store;
        this.clock = clock;
        this.log = log;
        view = new LineView(document);
        tests = new TestBook(document.Parties);
        conflicts = new ConflictBook(document.Policy, document.IsJournal);
    }

    internal LineDocument Document { get; }

    /// <summary>Told of every entry that was folded after the first folding was done and is more than a plain message. Must not block.</summary>
    internal Action<TrafficChange>? Changed { get; init; }

    /// <summary>Told once, when everything that was stored at the start is folded.</summary>
    internal Action? Ready { get; init; }

    /// <summary>Told when what is stored cannot be what was signed.</summary>
    internal Action<string>? Damaged { get; init; }

    /// <summary>True until the record that was there at the start is folded.</summary>
    internal bool IsFolding => !folded.Task.IsCompleted;

    internal Task Folded => folded.Task;

    internal void Start() => loop = Task.Run(RunAsync);

    /// <summary>Entries [<paramref name="from"/>, <paramref name="to"/>) of a feed became durable. Told before anybody is answered that they are.</summary>
    internal void Stored(PartyId author, ulong from, ulong to, IReadOnlyList<EntryHeader> headers)
    {
        if (Interlocked.Add(ref headersKept, headers.Count) > MaxHeadersKept)
        {
            Interlocked.Add(ref headersKept, -headers.Count);
            headers = [];
        }
        arrived.Enqueue(new Batch(author, from, to, headers));
        wake.Writer.TryWrite(true);
    }

    /// <summary>Looks at the view with everything in it that is durable. While the first folding goes on it waits for nothing and sees a part.</summary>
    /// <exception cref="StoreFaultException">The store cannot be read.</exception>
    internal T Read<T>(Func<LineView, T> read) => Read((seen, _, _) => read(seen));

    /// <inheritdoc cref="Read{T}(Func{LineView,T})"/>
    internal T Read<T>(Func<LineView, TestBook, WatchBook, T> read)
    {
        if (!IsFolding) Notify(CatchUp);
        lock (gate) return read(view, tests, watches);
    }

    /// <inheritdoc cref="Read{T}(Func{LineView,T})"/>
    internal T Read<T>(Func<LineView, TestBook, WatchBook, SuspensionBook, T> read)
    {
        if (!IsFolding) Notify(CatchUp);
        lock (gate) return read(view, tests, watches, suspensions);
    }

    /// <inheritdoc cref="Read{T}(Func{LineView,T})"/>
    internal T Plans<T>(Func<LineView, ConflictBook, T> read)
    {
        if (!IsFolding) Notify(CatchUp);
        lock (gate) return read(view, conflicts);
    }

    /// <summary>
    /// Waits for the folding and for others who write what the view judges, so that of two contradicting acts the second is judged with the first in
    /// the record. Whoever holds it writes, and disposes it when the entry is durable.
    /// </summary>
    internal async Task<IDisposable> WriteAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping.Token);
        await folded.Task.WaitAsync(either.Token);
        await writing.WaitAsync(either.Token);
        return new Turn(writing);
    }

    /// <summary>When something falls due next, as far as known; the clock's pass over this line need not come earlier.</summary>
    internal DateTimeOffset NextDue
    {
        get { lock (gate) return nextDue; }
    }

    /// <summary>What fell due is being dealt with: the next time is found anew.</summary>
    internal T Pass<T>(DateTimeOffset now, Func<LineView, TestBook, WatchBook, ConflictBook, T> pass)
    {
        lock (gate)
        {
            tests.Resolve(view, now);
            foreach (var ended in conflicts.All.Select(p => p.Item.At(now)).Where(i => i.IsSettled).ToList()) conflicts.Fold(ended);
            view.Sweep(now);
            var result = pass(view, tests, watches, conflicts);
            nextDue = view.NextDue(now) ?? DateTimeOffset.MaxValue;
            foreach (var watch in watches.All.Values)
            {
                if (watch.Until is { } end && end > now) Sooner(end);
            }
            return result;
        }
    }

    /// <param name="Headers">Of the entries from <paramref name="From"/> on, or none.</param>
    private sealed record Batch(PartyId Author, ulong From, ulong To, IReadOnlyList<EntryHeader> Headers);

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        private int done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref done, 1) == 0) held.Release();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    while (IsFolding && Notify(FoldPage)) stopping.Token.ThrowIfCancellationRequested();
                    if (folded.TrySetResult()) Ready?.Invoke();
                    while (Notify(FoldArrived)) stopping.Token.ThrowIfCancellationRequested();
                    await wake.Reader.ReadAsync(stopping.Token);
                }
                catch (StoreFaultException e)
                {
                    LineLog.ReadFailed(log, line.Value, e.Message);
                    await Task.Delay(StoreRetry, clock, stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // the station stops
        }
        catch (InvalidDataException e)
        {
            Damaged?.Invoke(e.Message);
        }
    }

    /// <summary>Folds under the gate and tells what came of it outside.</summary>
    private bool Notify(Func<List<TrafficChange>, bool> fold)
    {
        var changes = new List<TrafficChange>();
        bool any;
        lock (gate) any = fold(changes);
        foreach (var change in changes) Changed?.Invoke(change);
        return any;
    }

    private bool CatchUp(List<TrafficChange> changes)
    {
        for (var left = arrived.Count; left > 0 && FoldArrived(changes); left--) { }
        return true;
    }

    private bool FoldArrived(List<TrafficChange> changes)
    {
        if (!arrived.TryDequeue(out var batch)) return false;
        Interlocked.Add(ref headersKept, -batch.Headers.Count);
        try
        {
            if (batch.Headers.Count > 0) FoldFeed(batch.Author, batch.From, changes);
            foreach (var header in batch.Headers)
            {
                if (header.Seq == view.Sizes[batch.Author]) Fold(header, StoredHeader.WantsBody(header) ? store.ReadEntry(new Origin(line, header.From), header.Seq)?.Body : null, changes);
            }
            FoldFeed(batch.Author, batch.To, changes);
            return true;
        }
        catch (StoreFaultException)
        {
            arrived.Enqueue(batch with { Headers = [] }); // the rest of it is read once the store can be read again
            wake.Writer.TryWrite(true);
            throw;
        }
    }

    /// <summary>Folds a feed up to a size out of the store: what came while the first folding went on, or without its headers.</summary>
    private void FoldFeed(PartyId author, ulong size, List<TrafficChange> changes)
    {
        var feed = new Origin(line, author);
        while (view.Sizes[author] < size)
        {
            var page = store.ReadFeed(feed, view.Sizes[author], PageEntries, PageBytes, withBodies: false);
            if (page.Count == 0) throw new InvalidDataException($"entry {author}/{view.Sizes[author]} is missing in the store");
            foreach (var stored in page)
            {
                var header = StoredHeader.Read(stored);
                Fold(header, StoredHeader.WantsBody(header) ? store.ReadEntry(feed, stored.Seq)?.Body : null, changes);
            }
        }
    }

    private bool FoldPage(List<TrafficChange> changes)
    {
        var page = store.ReadRecord(line, arrival, PageEntries, PageBytes, withBodies: false);
        if (page.Count == 0) return false;
        var headers = new EntryHeader[page.Count];
        var wanted = 0;
        for (var i = 0; i < page.Count; i++)
        {
            headers[i] = StoredHeader.Read(page[i]);
            if (StoredHeader.WantsBody(headers[i])) wanted++;
        }
        if (wanted > FewBodies) page = store.ReadRecord(line, arrival, page.Count, PageBytes, withBodies: true); // perhaps a part of them; the rest is the next page
        for (var i = 0; i < page.Count; i++)
        {
            var stored = page[i];
            var body = !StoredHeader.WantsBody(headers[i]) ? null : wanted > FewBodies ? stored.Body : store.ReadEntry(stored.Feed, stored.Seq)?.Body;
            Fold(headers[i], body, changes);
            arrival = stored.Arrival;
        }
        return true;
    }

    private void Fold(EntryHeader header, byte[]? body, List<TrafficChange> changes)
    {
        var flagsBefore = view.FlagCount;
        var before = IsFolding || header.Re.Count == 0 ? null : view.ItemOf(header.Re[0], header.At)?.State;
        view.Fold(header, body is null ? null : body.AsMemory());
        var item = view.ItemOf(header.Id, header.At);
        foreach (var changed in view.Changed) conflicts.Fold(changed);
        tests.Fold(header, item, view);
        watches.Fold(header, item);
        suspensions.Fold(header, body, view.FlagCount > flagsBefore && view.Flags.Any(f => f.Entry == header.Id));
        if (watches.All.GetValueOrDefault(header.From)?.Until is { } end) Sooner(end);
        if (Attention.WantsAcknowledgement(header.Kind)) Sooner(Attention.Due(header, Document.Policy));
        if (item?.Due is { } due) Sooner(due);
        if (IsFolding) return;
        if (item is not null || header.Re.Count > 0 || header.Precedence >= Precedence.Immediate) changes.Add(new TrafficChange(header, item, before, null));
        var flagged = (int)Math.Min(view.FlagCount - flagsBefore, view.Flags.Count);
        if (flagged == 0) return;
        foreach (var flag in view.Flags.Skip(view.Flags.Count - flagged)) changes.Add(new TrafficChange(header, item, before, flag));
    }

    private void Sooner(DateTimeOffset due)
    {
        if (due < nextDue) nextDue = due;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        folded.TrySetCanceled();
        stopping.Dispose();
    }
}
