using System.Collections.Concurrent;
using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>
/// What the clock does on the lines: alarms, items whose time runs out, line tests. Each line has a pass of its own, so
/// that none waits for another's; it is made when something happened or is due, and looks at the wall's time each
/// second, so that a clock that was set, or a machine that slept, is noticed at once. What is urgent does not wait for a
/// pass at all: it rings as it is folded.
/// </summary>
internal sealed class WatchClock(Premises premises, LineTable lines, AlarmDesk alarms, LineTests tests, ClockPass pass)
    : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two passes: what happens meanwhile is dealt with at once in the next.</summary>
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMilliseconds(50);

    /// <summary>A pass may take this share of the time at most; one over very many waiting entries comes less
    /// often.</summary>
    private const int RestPerWork = 4;

    /// <summary>However long a pass took, the next comes by then.</summary>
    private static readonly TimeSpan MaxRest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<LineId, Lazy<Task>> loops = new();
    private volatile bool isOnDuty;

    /// <summary>Begins to watch the clock. Until then there are no alarms and no tests: a record that is only read has
    /// no use for them.</summary>
    /// <param name="automaticTests">True where the station is to test its lines, and answer tests, by itself.</param>
    internal void Begin(bool automaticTests)
    {
        tests.Begin(automaticTests);
        alarms.Begin();
        isOnDuty = true;
        foreach (var open in lines.All)
            Watch(open);
    }

    /// <summary>Watches a line that was opened since; nothing before <see cref="Begin"/>.</summary>
    internal void Watch(StationLine open)
    {
        if (isOnDuty)
            _ = loops.GetOrAdd(open.Id, _ => new Lazy<Task>(() => Task.Run(() => RunAsync(open)))).Value;
    }

    private async Task RunAsync(StationLine open)
    {
        tests.Of(open);
        var seen = new ClockPass.Seen(premises.StartedAt);
        try
        {
            while (!premises.Stopping.IsCancellationRequested)
            {
                seen.Worked = TimeSpan.Zero;
                await pass.RunAsync(open, seen);
                var rest = seen.Worked > MaxRest / RestPerWork ? MaxRest : seen.Worked * RestPerWork;
                await Task.Delay(rest > BetweenPasses ? rest : BetweenPasses, premises.Clock, premises.Stopping);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(premises.Stopping);
                await Task.WhenAny(open.Bell.WaitAsync(either.Token), Task.Delay(Look, premises.Clock, either.Token));
                await either.CancelAsync();
                open.Bell.Heard();
            }
        }
        catch (OperationCanceledException)
        {
            // the station stops
        }
    }

    /// <summary>Waits for every line's pass, once the station stops.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(loops.Values.Select(l => l.Value));
}
