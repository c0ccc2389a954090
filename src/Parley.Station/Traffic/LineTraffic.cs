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
/// Owns what stands on one line: a <see cref="LineView"/> folded from the stored record, in the order in which entries arrived. It follows the record on
/// a task of its own, so that neither the start of the station nor an append waits for it; whoever must know the latest asks through
/// <see cref="Read"/>, which folds first what is durable by then. Nothing here is stored: a restart folds again and comes to the same.
/// </summary>
internal sealed class LineTraffic : IAsyncDisposable
{
    private const int PageEntries = 1024;
    private const long PageBytes = 4 << 20;
    /// <summary>Bodies of one page that are read one by one; for more, the page is read again with all of them.</summary>
    private const int FewBodies = 16;
    private const int DeliveriesPerRead = 1024;
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    private readonly LineId line;
    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly PartyId[] parties;
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource folded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    /// <summary>Feeds and cosigners of which something new was reported.</summary>
    private readonly ConcurrentDictionary<(PartyId Author, PartyId Cosigner), bool> cosigned = new();
    /// <summary>Guards everything below it.</summary>
    private readonly Lock gate = new();
    private readonly LineView view;
    private readonly TestBook tests;
    private readonly WatchBook watches = new();
    private readonly Dictionary<(PartyId Author, PartyId Cosigner), ulong> delivered = [];
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
        parties = [.. document.Parties];
        view = new LineView(document);
        tests = new TestBook(parties);
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

    /// <summary>Something became durable on this line.</summary>
    internal void Stored() => wake.Writer.TryWrite(true);

    /// <summary>A cosignature became durable.</summary>
    internal void Cosigned(PartyId author, PartyId cosigner)
    {
        cosigned[(author, cosigner)] = true;
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
    internal T Pass<T>(DateTimeOffset now, Func<LineView, TestBook, T> pass)
    {
        lock (gate)
        {
            tests.Resolve(view, now);
            view.Sweep(now);
            var result = pass(view, tests);
            nextDue = view.NextDue(now) ?? DateTimeOffset.MaxValue;
            return result;
        }
    }

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
                    while (Notify(FoldPage)) stopping.Token.ThrowIfCancellationRequested();
                    TakeDeliveries();
                    if (IsFolding)
                    {
                        folded.TrySetResult();
                        Ready?.Invoke();
                    }
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
        while (FoldPage(changes)) { }
        return true;
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
        tests.Fold(header, item, view);
        watches.Fold(header, item);
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

    /// <summary>Brings the view the times at which feeds were cosigned; all of them at first, then what is new.</summary>
    private void TakeDeliveries()
    {
        var first = IsFolding;
        var asked = first ? parties.SelectMany(author => parties.Where(p => p != author).Select(cosigner => (author, cosigner))) : cosigned.Keys.ToList();
        foreach (var (author, cosigner) in asked)
        {
            cosigned.TryRemove((author, cosigner), out _);
            while (true)
            {
                var above = delivered.GetValueOrDefault((author, cosigner));
                var rows = store.ReadDeliveries(new Origin(line, author), cosigner, above, DeliveriesPerRead);
                if (rows.Count == 0) break;
                lock (gate)
                {
                    foreach (var row in rows) view.Delivered(author, cosigner, row.Size, row.At);
                }
                delivered[(author, cosigner)] = rows[^1].Size;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        folded.TrySetCanceled();
        stopping.Dispose();
    }
}
