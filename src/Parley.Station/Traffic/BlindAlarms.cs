using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>
/// The alarms about what our own blind checks found: where both sides plan to use the same cells, officers are to talk,
/// and a line in a list does not make them. Such an alarm stands until the time that was compared is over, or somebody
/// takes it down.
/// </summary>
internal static class BlindAlarms
{
    internal static IEnumerable<AlarmCause> Of(LineView view, PartyId self, DateTimeOffset now)
    {
        // Both sides may have said what they found, or we alone so far.
        foreach (var check in view.Open(now).Concat(view.RecentlySettled(now)))
        {
            if (
                check.Family is not BlindFamily
                || BlindFamily.Of(check, Kinds.BlindCompared, self)?.Body is not BlindFinding { Shared: > 0 } found
                || BlindFamily.ProposalOf(check) is not { Profile: { } profile }
                || profile.End <= now
            )
                continue;
            var opener = check.Root.Header.From;
            var other = opener == self ? BlindFamily.Asked(check) : opener;
            if (other is not { } with)
                continue;
            yield return new AlarmCause(
                $"blind.{AlarmCauses.Key(check.Id)}",
                check.Id,
                Kinds.BlindCompared,
                AlarmClass.BlindConflict,
                check.Root.Header.Mark,
                AlarmLevel.Arrived,
                $"blind check: both sides plan to use {found.Shared} cells",
                profile.Start,
                [self, with],
                opener
            );
        }
    }
}
