using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Station.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Desks;

/// <summary>What this station knows of its blind checks: the runs, what officers chose for those to come, what was
/// found, and what was spent of each day's budget.</summary>
/// <param name="premises">What the book stands on.</param>
/// <param name="rules">What others may ask, and how long a run waits.</param>
/// <param name="results">Folder of what was found.</param>
internal sealed class BlindBook(Premises premises, BlindRules rules, string results) : IAsyncDisposable
{
    /// <summary>Runs that are over and still known, so that what comes late is told so.</summary>
    private const int MaxRunsKnown = 64;

    private readonly Shelf<BlindSpent> spentShelf = new(
        premises.Store,
        BlindSpent.Prefix,
        BlindKeptJson.Default.BlindSpent,
        BlindSpent.Max
    );
    private readonly ConcurrentDictionary<Hash, BlindUnderWay> runs = new();
    private readonly SemaphoreSlim charging = new(1, 1);
    private long lastRun;

    internal BlindRules Rules => rules;

    internal BlindFolder Results { get; } = new(results);

    internal Shelf<BlindChoice> Choices { get; } =
        new(premises.Store, BlindChoice.Prefix, BlindKeptJson.Default.BlindChoice, BlindChoice.Max);

    /// <summary>Takes over what an earlier run of the station kept; names what cannot be read.</summary>
    internal IEnumerable<string> Load(IReadOnlyDictionary<string, byte[]> meta) =>
        [.. Choices.Load(meta), .. spentShelf.Load(meta)];

    internal BlindSession? Find(LineId line, EntryId check) =>
        runs.Values.FirstOrDefault(r => r.Line == line && r.Session.Check == check)?.Session;

    internal BlindUnderWay? Find(Hash run) => runs.GetValueOrDefault(run);

    internal bool IsUnderWay(LineId line) => runs.Values.Any(r => r.Line == line && !r.Session.Standing.IsOver);

    /// <summary>Wakes the runs of a line: something changed in its record.</summary>
    internal void Touch(LineId line)
    {
        foreach (var run in runs.Values)
            if (run.Line == line)
                run.Session.Touch();
    }

    /// <summary>False where that run is known already.</summary>
    internal bool TryAdd(Hash run, LineId line, BlindSession session) =>
        runs.TryAdd(run, new BlindUnderWay(line, session, Interlocked.Increment(ref lastRun)));

    /// <summary>Forgets the oldest of those that are over.</summary>
    internal async Task ForgetAsync()
    {
        foreach (
            var (id, old) in runs.Where(r => r.Value.Session.Completion.IsCompleted)
                .OrderByDescending(r => r.Value.Number)
                .Skip(MaxRunsKnown)
        )
        {
            if (runs.TryRemove(id, out _))
                await old.Session.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in runs.Values)
            await run.Session.DisposeAsync();
        charging.Dispose();
    }

    internal BlindBudget SpentOn(LineId line) =>
        spentShelf.Find(line.Value) is { } spent
            ? new BlindBudget(spent.Day, spent.Spent)
            : new BlindBudget(DateOnly.FromDateTime(premises.Now.UtcDateTime), 0);

    /// <summary>Charges the budget, durably; the reason where it may not be, or cannot. What is left is looked at and
    /// spent in one step: two runs of one line must not spend the same cells.</summary>
    internal async Task<(BlindAbort Abort, string Reason)?> ChargeAsync(LineId line, int bucket)
    {
        await charging.WaitAsync(premises.Stopping);
        try
        {
            var today = DateOnly.FromDateTime(premises.Now.UtcDateTime);
            if (!SpentOn(line).Charge(rules.Limits, today, bucket).TryGet(out var charged, out var why))
                return (BlindAbort.BudgetSpent, why);
            return (await spentShelf.PutAsync(line.Value, new BlindSpent(charged.Day, charged.Spent))).TryGet(
                out _,
                out var kept
            )
                ? null
                : (BlindAbort.StationStopped, kept.Reason);
        }
        finally
        {
            charging.Release();
        }
    }

    /// <summary>A backup may not know what was asked since it was made: a station restored from one lets nothing more
    /// be asked on that day. BLIND-CHECK-7.</summary>
    internal async Task SpendAsync(IEnumerable<LineId> lines)
    {
        var today = DateOnly.FromDateTime(premises.Now.UtcDateTime);
        foreach (var line in lines)
        {
            var (day, spent) = SpentOn(line);
            await spentShelf.PutAsync(
                line.Value,
                day > today
                    ? new BlindSpent(day, Math.Max(spent, rules.Limits.CellsPerDay))
                    : new BlindSpent(today, rules.Limits.CellsPerDay)
            );
        }
    }
}

/// <summary>A run of a blind check that this station plays, or played.</summary>
/// <param name="Number">In the order in which they began.</param>
internal sealed record BlindUnderWay(LineId Line, BlindSession Session, long Number);
