using Parley.Record;

namespace Parley.Station.Lines;

/// <summary>
/// Time that never steps, and the timer that goes by it: where the machine waits, a clock that is set back must neither
/// silence it nor make a dead peer look alive. What is written and signed carries
/// <see cref="TimeProvider.GetUtcNow"/>.
/// </summary>
internal sealed class LineTime : IAsyncDisposable
{
    private readonly TimeProvider clock;
    private readonly DateTimeOffset startedAt;
    private readonly long startedStamp;
    private readonly ITimer timer;

    /// <summary>The line's loop's own.</summary>
    private DateTimeOffset wake = DateTimeOffset.MaxValue;

    /// <param name="clock">The clock that it goes by.</param>
    /// <param name="due">Called when what was waited for is due.</param>
    internal LineTime(TimeProvider clock, Action due)
    {
        this.clock = clock;
        startedAt = clock.GetUtcNow();
        startedStamp = clock.GetTimestamp();
        timer = clock.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The steady time now.</summary>
    internal DateTimeOffset Now => startedAt.Plus(clock.GetElapsedTime(startedStamp));

    /// <summary>How far the clock that people see has stepped away from it.</summary>
    internal TimeSpan Stepped => clock.GetUtcNow() - Now;

    /// <summary>The timer is spent, whatever is waited for next.</summary>
    internal void Spent() => wake = DateTimeOffset.MinValue;

    internal void WakeAt(DateTimeOffset next)
    {
        if (next == wake)
            return;
        wake = next;
        if (next == DateTimeOffset.MaxValue)
        {
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        // Timers count whole milliseconds and cut off the rest: one more, so that what is due is due when it fires.
        var due = next - Now + TimeSpan.FromMilliseconds(1);
        timer.Change(due > TimeSpan.Zero ? due : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
    }

    public ValueTask DisposeAsync() => timer.DisposeAsync();
}
