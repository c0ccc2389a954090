namespace Parley.Station;

/// <summary>
/// Wakes those who follow the record. It carries no entries: a follower reads them from the store after the last arrival that it
/// has, so that nothing is shown twice or missed, however slow it is.
/// </summary>
internal sealed class Arrivals
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next arrival after this call.</summary>
    internal Task Next => Volatile.Read(ref next).Task;

    internal void Signal() =>
        Interlocked.Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
