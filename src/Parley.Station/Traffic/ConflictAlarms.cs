using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>The alarms about conflicts of our own plans, a share for each other party: one that is in conflict with
/// everything of ours does not hide the others.</summary>
internal static class ConflictAlarms
{
    /// <summary>Conflicts with one party that have an alarm each; the rest have one together.</summary>
    internal const int MaxOfParty = 64;

    internal static IEnumerable<AlarmCause> Of(ConflictBook plans, PartyId self)
    {
        if (plans.Found.Count == 0)
            yield break;
        foreach (
            var with in plans
                .Found.All.Where(c => c.FirstOwner == self || c.SecondOwner == self)
                .GroupBy(c => c.FirstOwner == self ? c.SecondOwner : c.FirstOwner)
        )
        {
            var all = with.ToList();
            foreach (var conflict in all.Take(MaxOfParty))
                yield return Of(conflict, plans, self);
            if (all.Count <= MaxOfParty)
                continue;
            var rest = all[MaxOfParty];
            yield return Cause(
                $"conflicts.{with.Key}",
                rest,
                plans,
                self,
                $"{(plans.Found.HasMore(self, with.Key) ? "more than " : "")}{all.Count - MaxOfParty} more conflicts with {with.Key}"
            );
        }
    }

    private static AlarmCause Of(Conflict conflict, ConflictBook plans, PartyId self)
    {
        var (ours, theirs) =
            conflict.FirstOwner == self ? (conflict.First, conflict.Second) : (conflict.Second, conflict.First);
        var near = conflict.IsExact ? "" : " (perhaps: too much is near for all of it to be compared)";
        return Cause(
            $"conflict.{AlarmCauses.Key(ours)}.{AlarmCauses.Key(theirs)}",
            conflict,
            plans,
            self,
            $"conflict of {ours} with {theirs}: {PlanShapes.Words(conflict.Where)}{near}"
        );
    }

    private static AlarmCause Cause(string key, Conflict conflict, ConflictBook plans, PartyId self, string about)
    {
        // Of an exercise's plan with an actual one, the alarm is the exercise's: an actual act is not stopped by what
        // is played.
        var marks = new[] { conflict.First, conflict.Second }
            .Select(plans.Find)
            .OfType<Planned>()
            .Select(p => p.Heading.Mark);
        return new AlarmCause(
            key,
            conflict.FirstOwner == self ? conflict.First : conflict.Second,
            Kinds.ActivityNotified,
            AlarmClass.Conflict,
            marks.DefaultIfEmpty().Max(),
            AlarmLevel.Arrived,
            about,
            conflict.Where.Time.StartsAt ?? DateTimeOffset.MinValue,
            [conflict.FirstOwner, conflict.SecondOwner],
            conflict.FirstOwner == self ? conflict.SecondOwner : conflict.FirstOwner
        );
    }
}
