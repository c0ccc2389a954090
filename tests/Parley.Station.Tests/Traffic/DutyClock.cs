namespace Parley.Station.Tests.Traffic;

/// <summary>
/// A clock that runs as time does and can be put forward: what the wall shows jumps, and nothing else. Timers and
/// elapsed time stay real, so that
/// links and requests are not torn; whatever waits for a time of day has to look at the wall, as it must when an
/// operator sets a real clock.
/// </summary>
internal sealed class DutyClock(DateTimeOffset start) : TimeProvider
{
    private readonly long began = System.GetTimestamp();
    private long forward;

    public override DateTimeOffset GetUtcNow() =>
        start + System.GetElapsedTime(began) + TimeSpan.FromTicks(Interlocked.Read(ref forward));

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Puts the clock forward.</summary>
    internal void Pass(TimeSpan time) => Interlocked.Add(ref forward, time.Ticks);
}
