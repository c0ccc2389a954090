using System.Globalization;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>What on a line gives cause for an alarm at one time (R1, R4, R6). Called under the view's gate.</summary>
internal static class AlarmCauses
{
    /// <summary>A staffed test counts for a time of the calendar when it was sent this much earlier.</summary>
    private static readonly TimeSpan TestedBefore = TimeSpan.FromMinutes(15);

    internal static IReadOnlyList<AlarmCause> Of(LineDocument document, PartyId self, LineView view, TestBook tests, WatchBook watches, ConflictBook plans, DateTimeOffset now, DateTimeOffset? staffedDue)
    {
        var causes = new List<AlarmCause>();
        foreach (var entry in view.Waiting)
        {
            if (Of(entry, document.Policy, self, now) is { } cause) causes.Add(cause);
        }
        foreach (var item in view.Open(now).Where(ItemShapes.IsOverdue))
        {
            causes.Add(new AlarmCause($"{Key(item.Id)}.item", item.Id, item.Root.Header.Kind, item.Root.Header.Precedence, item.Root.Header.Mark, AlarmLevel.Due, $"{item.Family.Name} {item.State}", item.Since,
                [.. document.Parties.Where(p => p != item.Root.Header.From)]));
        }
        if (tests.Of(self) is { ConsecutiveMisses: > 0 and var misses, LastSent: { } sent })
            causes.Add(new AlarmCause("tests", null, Kinds.TestSent, Precedence.Routine, Mark.Actual, AlarmLevel.Due, $"tests unanswered: {misses}", sent + TrafficDefaults.TestGivenUp, [.. document.Parties.Where(p => p != self)]));
        if (staffedDue is { } due && !(tests.Of(self).LastStaffed >= due - TestedBefore))
        {
            var key = $"staffed.{due.UtcDateTime.ToString("yyyy-MM-dd.HHmm", CultureInfo.InvariantCulture)}";
            causes.Add(new AlarmCause(key, null, Kinds.TestSent, Precedence.Routine, Mark.Actual, AlarmLevel.Reminder, "staffed test", due, [self]));
        }
        if (watches.All.GetValueOrDefault(self) is { Taken: { } taken, Until: { } end } && end <= now)
            causes.Add(new AlarmCause($"watch.{taken.Seq}", taken.Id, taken.Kind, Precedence.Routine, taken.Mark, AlarmLevel.Reminder, "watch over", end, [self]));
        foreach (var conflict in plans.ConflictCount == 0 ? [] : plans.Conflicts)
        {
            if (conflict.FirstOwner != conflict.SecondOwner && (conflict.FirstOwner == self || conflict.SecondOwner == self)) causes.Add(Of(conflict, plans, self));
        }
        foreach (var movement in plans.All.Select(p => p.Item))
        {
            if (MovementFamily.UnderFireSince(movement) is { } since)
                causes.Add(new AlarmCause($"{Key(movement.Id)}.fire", movement.Id, Kinds.MovementUnderFire, Precedence.Flash, movement.Root.Header.Mark, AlarmLevel.Arrived, "under fire", since, [.. document.Parties.Where(p => p != movement.Root.Header.From)]));
        }
        return causes.Count <= AlarmBoard.MaxPerLine ? causes : [.. causes.OrderBy(c => c.Mark != Mark.Actual).ThenByDescending(c => c.Precedence).ThenBy(c => c.Due).Take(AlarmBoard.MaxPerLine)];
    }

    private static AlarmCause? Of(WaitingEntry entry, LinePolicy policy, PartyId self, DateTimeOffset now)
    {
        var ours = entry.WaitingFor.Contains(self);
        if (!ours && entry.From != self) return null;
        var due = Attention.Due(entry, policy);
        AlarmLevel? level = now >= Attention.DeputyDue(entry, policy) ? AlarmLevel.Deputy
            : now >= due ? AlarmLevel.Due
            : ours && entry.Precedence >= Precedence.Immediate ? AlarmLevel.Arrived
            : null;
        return level is null ? null
            : new AlarmCause(Key(entry.Id), entry.Id, entry.Kind, entry.Precedence, entry.Mark, level.Value, ours ? "acknowledgement" : "unacknowledged", due, [.. entry.WaitingFor.OrderBy(p => p.Value, StringComparer.Ordinal)]);
    }

    private static AlarmCause Of(Conflict conflict, ConflictBook plans, PartyId self)
    {
        // Of an exercise's plan with an actual one, the alarm is the exercise's: an actual act is not stopped by what is played.
        var mark = plans.All.Where(p => p.Item.Id == conflict.First || p.Item.Id == conflict.Second).Select(p => p.Item.Root.Header.Mark).DefaultIfEmpty().Max();
        var (ours, theirs) = conflict.FirstOwner == self ? (conflict.First, conflict.Second) : (conflict.Second, conflict.First);
        return new AlarmCause($"conflict.{Key(ours)}.{Key(theirs)}", ours, Kinds.ActivityNotified, Precedence.Priority, mark, AlarmLevel.Arrived, $"conflict of {ours} with {theirs}: {PlanShapes.Words(conflict.Where)}",
            conflict.Where.Time.StartsAt ?? DateTimeOffset.MinValue, [conflict.FirstOwner, conflict.SecondOwner]);
    }

    private static string Key(EntryId entry) => $"{entry.Party}.{entry.Seq}";
}
