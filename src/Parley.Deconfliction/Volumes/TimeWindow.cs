namespace Parley.Deconfliction;

/// <summary>A closed window of time in ticks of 100 ns, UTC (as <see cref="DateTime.Ticks"/>). Start and end may be
/// equal.</summary>
public readonly record struct TimeWindow(long Start, long End)
{
    /// <summary>No start, and no end.</summary>
    public const long Always = long.MinValue,
        Ever = long.MaxValue;

    /// <summary>All of time, for volumes that state no window.</summary>
    public static TimeWindow All { get; } = new(Always, Ever);

    public static TimeWindow Of(DateTimeOffset start, DateTimeOffset end) => new(start.UtcTicks, end.UtcTicks);

    /// <summary>Null where the window is open at its start.</summary>
    public DateTimeOffset? StartsAt => Start == Always ? null : new DateTimeOffset(Start, TimeSpan.Zero);

    /// <summary>Null where the window is open at its end.</summary>
    public DateTimeOffset? EndsAt => End == Ever ? null : new DateTimeOffset(End, TimeSpan.Zero);

    /// <summary>Whether the windows, with <paramref name="apart"/> ticks between them, have an instant in
    /// common.</summary>
    public bool Meets(TimeWindow other, long apart) => Start <= Add(other.End, apart) && other.Start <= Add(End, apart);

    internal TimeWindow Widened(long by) => new(Add(Start, -by), Add(End, by));

    /// <summary>Adds ticks; an open end stays open, and what leaves the calendar is held at its border.</summary>
    private static long Add(long at, long ticks) =>
        at is Always or Ever ? at : Math.Clamp(at + ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
}
