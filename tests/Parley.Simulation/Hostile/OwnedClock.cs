namespace Parley.Simulation.Hostile;

/// <summary>
/// The one clock of a hostile run's stations: wall, timers and elapsed time move when the run moves them, and at no
/// other time. Timers that fall due are called
/// on the thread that moves it.
/// </summary>
internal sealed class OwnedClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private TimeSpan elapsed;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
            return start + elapsed;
    }

    public override long GetTimestamp()
    {
        lock (gate)
            return elapsed.Ticks;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves it on, and calls what falls due meanwhile, each once at most.</summary>
    internal void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (gate)
        {
            elapsed += by;
            due = [.. timers.Where(t => t.Due <= elapsed).OrderBy(t => t.Due)];
            foreach (var timer in due)
                timer.Rearm(elapsed);
        }
        foreach (var timer in due)
            timer.Call();
    }

    private sealed class Timer(OwnedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;
        private bool isArmed;

        internal TimeSpan Due { get; private set; } = TimeSpan.MaxValue;

        internal void Call() => callback(state);

        internal void Rearm(TimeSpan now)
        {
            if (period > TimeSpan.Zero)
                Due = now + period;
            else
                Disarm();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                this.period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    Disarm();
                else
                {
                    Due = clock.elapsed + dueTime;
                    if (!isArmed)
                        clock.timers.Add(this);
                    isArmed = true;
                }
            }
            return true;
        }

        private void Disarm()
        {
            Due = TimeSpan.MaxValue;
            if (isArmed)
                clock.timers.Remove(this);
            isArmed = false;
        }

        public void Dispose()
        {
            lock (clock.gate)
                Disarm();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
