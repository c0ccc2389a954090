namespace Parley.Station.Calls;

/// <summary>Does something at each beat for as long as it is wanted, one at a time: a record that is slow to read is not
/// read by more and more threads. Safe from any thread.</summary>
/// <param name="clock">The clock.</param>
/// <param name="each">How long a beat is.</param>
/// <param name="beat">Done at each; throws nothing.</param>
/// <param name="isWanted">False once there is nothing to do any more, until it goes again.</param>
internal sealed class CallBeat(TimeProvider clock, TimeSpan each, Action beat, Func<bool> isWanted) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private ITimer? timer;
    private bool goes,
        isOver;
    private int beating;

    /// <summary>Goes from now on. Whatever makes it wanted is there before this is called.</summary>
    internal void Go()
    {
        lock (gate)
        {
            if (goes || isOver)
                return;
            goes = true;
            timer ??= clock.CreateTimer(_ => Beat(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(each, each);
        }
    }

    private void Beat()
    {
        if (Interlocked.Exchange(ref beating, 1) != 0)
            return;
        beat();
        lock (gate)
        {
            goes = isWanted();
            if (!goes)
                timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        Volatile.Write(ref beating, 0);
    }

    public async ValueTask DisposeAsync()
    {
        ITimer? last;
        lock (gate)
            (isOver, last) = (true, timer);
        if (last is not null)
            await last.DisposeAsync();
    }
}
