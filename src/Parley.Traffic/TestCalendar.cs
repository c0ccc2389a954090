using System.Globalization;
using Parley.Record;

namespace Parley.Traffic;

/// <summary>The times of day at which officers of this party test a line, in the station's own time zone
/// (R1).</summary>
public sealed class TestCalendar(LinePolicy policy, TimeZoneInfo zone)
{
    private readonly TimeOnly[] times =
    [
        .. policy.StaffedTests.Select(t => TimeOnly.ParseExact(t, "HH:mm", CultureInfo.InvariantCulture)),
    ];

    /// <summary>The next time after <paramref name="now"/>; null where the policy names none.</summary>
    public DateTimeOffset? Next(DateTimeOffset now) =>
        Around(now).Where(t => t > now).Select(t => (DateTimeOffset?)t).FirstOrDefault();

    /// <summary>The latest time up to <paramref name="now"/>.</summary>
    public DateTimeOffset? Last(DateTimeOffset now) =>
        Around(now).Where(t => t <= now).Select(t => (DateTimeOffset?)t).LastOrDefault();

    private IEnumerable<DateTimeOffset> Around(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        for (var day = -1; day <= 2; day++)
        {
            foreach (var time in times)
            {
                var local = today.AddDays(day).ToDateTime(time);
                // In the hour that a change of the clocks leaves out, the test comes due an hour later.
                if (zone.IsInvalidTime(local))
                {
                    var later = time.AddHours(1, out var wrapped);
                    local = today.AddDays(day + wrapped).ToDateTime(later);
                }
                yield return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
            }
        }
    }
}
