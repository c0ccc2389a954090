using Parley.Record;
using Parley.Station.Telemetry;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>
/// Counts every refusal, of parties and of strangers, and writes a bounded share of them to the log. However many come,
/// at most one write of counts is with
/// the store at a time: a flood costs the flooder's bandwidth, not the officers' place in the store's queue. No peer
/// can push another's rows out of the
/// store: each has a quota of reasons a day, and strangers have one together. A full or broken store loses no counts:
/// they are written when it is back.
/// </summary>
internal sealed class RefusalBook : IAsyncDisposable
{
    /// <summary>Different reasons a day that are counted apart for one party on one line; further ones are counted as
    /// <see cref="OtherReasons"/>.</summary>
    internal const int MaxReasonsOfParty = 64;

    /// <summary>Different reasons a day that are counted apart for one stranger's key.</summary>
    internal const int MaxReasonsOfStranger = 8;

    /// <summary>Strangers a day that are counted apart; further ones are counted as <see cref="OtherKeys"/>.</summary>
    internal const int MaxStrangers = 128;
    internal const string OtherReasons = "other reasons, too many to count apart";
    internal const string OtherKeys = "other keys";

    /// <summary>Quotas begin anew after this time; rows that were not seen since are the first that the store
    /// forgets.</summary>
    private static readonly TimeSpan QuotaTime = TimeSpan.FromDays(1);

    /// <summary>Counts of one write at most; the rest follow in the next.</summary>
    private const int MaxPerWrite = 2048;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly IStationStore store;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly RefusalLog lines;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();

    /// <summary>Guarded by <see cref="gate"/>, as is all below it. Bounded by the quotas.</summary>
    private readonly Dictionary<Row, (long Count, DateTimeOffset Last)> waiting = [];
    private readonly Dictionary<(LineId? Line, string Peer), HashSet<(int Status, string Reason)>> reasons = [];
    private int strangers;
    private DateTimeOffset quotasFrom;
    private Task writing = Task.CompletedTask;

    private readonly record struct Row(LineId? Line, string Peer, int Status, string Reason);

    internal RefusalBook(IStationStore store, TimeProvider clock, ILogger log)
    {
        this.store = store;
        this.clock = clock;
        this.log = log;
        lines = new RefusalLog(clock, log);
        quotasFrom = clock.GetUtcNow();
        // A restart gives nobody a new quota.
        foreach (var row in store.ReadRefusals(null, StoreLimits.MaxRefusalRows))
        {
            if (row.Last > quotasFrom.Minus(QuotaTime) && row.Peer is { } peer)
                Place(new Row(row.Line, peer, row.Status, row.Reason), IsParty(peer));
        }
    }

    /// <summary>Counts one refusal of a party of the line (<paramref name="party"/>), or of whoever else
    /// <paramref name="peer"/> describes.</summary>
    internal void Count(LineId? line, string peer, bool party, int status, string reason, DateTimeOffset at)
    {
        Row row;
        lock (gate)
        {
            if (at - quotasFrom >= QuotaTime)
            {
                reasons.Clear();
                strangers = 0;
                quotasFrom = at;
            }
            row = Place(new Row(line, peer, status, Cut(reason)), party);
            waiting[row] = (waiting.GetValueOrDefault(row).Count + 1, at);
            if (writing.IsCompleted && !stopping.IsCancellationRequested)
                writing = Task.Run(WriteAsync);
        }
        lines.Write(line, row.Peer, status, reason);
    }

    /// <summary>Says how many lines the log was spared, where a minute is over.</summary>
    internal void Tick() => lines.Tick();

    /// <summary>Where a refusal is counted, within the quotas.</summary>
    private Row Place(Row row, bool party)
    {
        if (!reasons.TryGetValue((row.Line, row.Peer), out var known))
        {
            if (!party && row.Peer != OtherKeys)
            {
                if (strangers >= MaxStrangers)
                    return Place(row with { Peer = OtherKeys }, party);
                strangers++;
            }
            reasons[(row.Line, row.Peer)] = known = [];
        }
        if (known.Contains((row.Status, row.Reason)))
            return row;
        if (known.Count >= (party ? MaxReasonsOfParty : MaxReasonsOfStranger))
            return row with { Reason = OtherReasons };
        known.Add((row.Status, row.Reason));
        return row;
    }

    private static bool IsParty(string peer) => PartyId.TryParse(peer, out _);

    /// <summary>As the store keeps it, so that a row is the same before and after a restart.</summary>
    private static string Cut(string reason) =>
        reason.Length <= StoreLimits.MaxRefusalText ? reason : reason[..StoreLimits.MaxRefusalText];

    private async Task WriteAsync()
    {
        var failed = false;
        while (Take() is { Count: > 0 } changes)
        {
            try
            {
                await store.CommitAsync(changes);
                failed = false;
            }
            catch (StoreFaultException e)
            {
                GiveBack(changes);
                if (!failed)
                    StationLog.RefusalLost(log, e.Message);
                failed = true;
                if (!await MayRetryAsync())
                    return;
            }
            catch (Exception e) when (e is StoreConflictException or ObjectDisposedException or ArgumentException)
            {
                StationLog.RefusalLost(log, e.Message);
                return;
            }
        }
    }

    private async Task<bool> MayRetryAsync()
    {
        try
        {
            await Task.Delay(RetryAfter, clock, stopping.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What is written next; with nothing to write, the writer ends.</summary>
    private List<StoreChange> Take()
    {
        var changes = new List<StoreChange>();
        lock (gate)
        {
            foreach (var (row, (count, last)) in waiting.ToList())
            {
                var taken = Math.Min(count, MaxPerWrite - changes.Count);
                for (var i = 0; i < taken; i++)
                    changes.Add(new CountRefusal(row.Line, row.Peer, row.Status, row.Reason, last));
                if (taken == count)
                    waiting.Remove(row);
                else
                    waiting[row] = (count - taken, last);
                if (changes.Count == MaxPerWrite)
                    break;
            }
            if (changes.Count == 0)
                writing = Task.CompletedTask; // under the gate: whoever counts next begins a new writer
        }
        return changes;
    }

    private void GiveBack(List<StoreChange> changes)
    {
        lock (gate)
        {
            foreach (var change in changes.Cast<CountRefusal>())
            {
                var row = new Row(change.Line, change.Peer!, change.Status, change.Reason);
                var (count, last) = waiting.GetValueOrDefault(row);
                waiting[row] = (count + 1, last > change.At ? last : change.At);
            }
        }
    }

    /// <summary>Writes what is left, if the store takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Task last;
        lock (gate)
            last = writing;
        await last;
        await WriteAsync();
        lines.Close();
        stopping.Dispose();
    }
}
