namespace Parley.Cli.Replay;

/// <summary>
/// A clock that stands at the scenario's time until it is set on. What stations write and sign carries that time; how
/// long they wait for one
/// another is measured in real time, as always.
/// </summary>
internal sealed class ScenarioClock(DateTimeOffset start) : TimeProvider
{
    private long ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    /// <summary>Sets it on; it never goes back.</summary>
    internal void Set(DateTimeOffset now)
    {
        if (now.UtcTicks > Volatile.Read(ref ticks))
            Volatile.Write(ref ticks, now.UtcTicks);
    }
}
