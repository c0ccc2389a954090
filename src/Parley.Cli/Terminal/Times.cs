using Parley.Record;

namespace Parley.Cli.Terminal;

/// <summary>Times as duty officers write them: a date-time group in UTC, and how long ago.</summary>
internal static class Times
{
    /// <summary>Such as <c>231405Z MAR 22</c>, and <c>312359Z DEC 9999</c> of a year that is far from now.</summary>
    internal static string Group(DateTimeOffset at) => Group(at, TimeProvider.System);

    internal static string Group(DateTimeOffset at, TimeProvider clock) => UtcText.Group(at, clock.GetUtcNow());

    /// <summary>Such as <c>231405Z MAR 22 (3 min ago)</c>.</summary>
    internal static string GroupAndAge(DateTimeOffset at, TimeProvider clock) =>
        $"{Group(at, clock)} ({Age(clock.GetUtcNow() - at)})";

    internal static string Age(TimeSpan age) =>
        age < TimeSpan.Zero ? $"{Length(-age)} ahead"
        : age < TimeSpan.FromSeconds(1) ? "now"
        : $"{Length(age)} ago";

    internal static string Length(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 60 } => $"{(int)span.TotalSeconds} s",
            { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min",
            { TotalHours: < 48 } => $"{(int)span.TotalHours} h",
            _ => $"{(int)span.TotalDays} d",
        };
}
