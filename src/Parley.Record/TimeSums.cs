namespace Parley.Record;

/// <summary>
/// Sums of times that others choose. A peer may date an entry to the end of the year 9999, and whatever is due after it
/// is then due at the end of time,
/// and never an exception. In src/ no other sum of a time and a duration is allowed (BannedSymbols.Sums.txt).
/// </summary>
public static class TimeSums
{
    /// <summary>The later time, at most the last that there is.</summary>
    public static DateTimeOffset Plus(this DateTimeOffset at, TimeSpan span)
    {
        if (span < TimeSpan.Zero)
            return Shifted(
                at,
                span.Ticks,
                Math.Min(at.Ticks, at.UtcTicks) + span.Ticks >= DateTimeOffset.MinValue.Ticks,
                DateTimeOffset.MinValue
            );
        return Shifted(
            at,
            span.Ticks,
            span.Ticks <= DateTimeOffset.MaxValue.Ticks - Math.Max(at.Ticks, at.UtcTicks),
            DateTimeOffset.MaxValue
        );
    }

    /// <inheritdoc cref="Plus(DateTimeOffset,TimeSpan)"/>
    public static DateTimeOffset? Plus(this DateTimeOffset? at, TimeSpan span) => at?.Plus(span);

    /// <summary>The earlier time, at least the first that there is.</summary>
    public static DateTimeOffset Minus(this DateTimeOffset at, TimeSpan span) =>
        span == TimeSpan.MinValue ? DateTimeOffset.MaxValue : at.Plus(-span);

    // Both what the clock shows and the moment that it means must be times (a time with an offset has two).
    private static DateTimeOffset Shifted(DateTimeOffset at, long ticks, bool fits, DateTimeOffset end) =>
        fits ? new DateTimeOffset(at.Ticks + ticks, at.Offset) : end;
}
