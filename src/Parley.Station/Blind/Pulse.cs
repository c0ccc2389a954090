namespace Parley.Station.Blind;

/// <summary>Wakes whoever waits for a change, any number of them. Take <see cref="Next"/> before looking.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task Next => Volatile.Read(ref next).Task;

    internal void Beat() =>
        Interlocked
            .Exchange(ref next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();
}
