using System.Globalization;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>What on a line gives cause for an alarm at one time (R1, R4, R6). Called under the view's gate.</summary>
internal static class AlarmCauses
{
    /// <summary>A staffed test counts for a time of the calendar when it was sent this much earlier.</summary>
    private static readonly TimeSpan TestedBefore = TimeSpan.FromMinutes(15);

    /// <param name="document">The line's.</param>
    /// <param name="self">This station's party.</param>
    /// <param name="picture">What stands.</param>
    /// <param name="now">The time.</param>
    /// <param name="staffedDue">When a staffed test was due last; null where none is.</param>
    /// <param name="failed">Told of a mistake over one of them: the others are found all the same.</param>
    internal static IReadOnlyList<AlarmCause> Of(
        LineDocument document,
        PartyId self,
        LinePicture picture,
        DateTimeOffset now,
        DateTimeOffset? staffedDue,
        Action<Exception> failed
    )
    {
        var (view, tests, watches, plans) = picture;
        var shares = new AlarmShares(document.Cards.Count);
        var ringing = new Lazy<HashSet<EntryId>>(() => RingingByLevel(view, now));
        foreach (var entry in view.Waiting)
        {
            if (LevelOf(entry, document.Policy, self, now, ringing) is not null)
                shares.Add(entry.From, entry);
        }
        Guard(() =>
        {
            foreach (var item in view.Headings(now).Where(ItemShapes.IsOverdue))
                shares.Add(item);
        });
        if (tests.Of(self) is { ConsecutiveMisses: > 0 and var misses, LastSent: { } sent })
            shares.Add(
                new AlarmCause(
                    "tests",
                    null,
                    Kinds.TestSent,
                    AlarmClass.Tests,
                    Mark.Actual,
                    AlarmLevel.Due,
                    $"tests unanswered: {misses}",
                    sent.Plus(TrafficDefaults.TestGivenUp),
                    [.. document.Parties.Where(p => p != self)],
                    self
                )
            );
        if (staffedDue is { } due && !(tests.Of(self).LastStaffed >= due.Minus(TestedBefore)))
        {
            var key = $"staffed.{due.UtcDateTime.ToString("yyyy-MM-dd.HHmm", CultureInfo.InvariantCulture)}";
            shares.Add(
                new AlarmCause(
                    key,
                    null,
                    Kinds.TestSent,
                    AlarmClass.StaffedTest,
                    Mark.Actual,
                    AlarmLevel.Reminder,
                    "staffed test",
                    due,
                    [self],
                    self
                )
            );
        }
        if (watches.All.GetValueOrDefault(self) is { Taken: { } taken, Until: { } end } && end <= now)
            shares.Add(
                new AlarmCause(
                    $"watch.{taken.Seq}",
                    taken.Id,
                    taken.Kind,
                    AlarmClass.WatchOver,
                    taken.Mark,
                    AlarmLevel.Reminder,
                    "watch over",
                    end,
                    [self],
                    self
                )
            );
        Guard(() =>
        {
            foreach (var conflict in ConflictAlarms.Of(plans, self))
                shares.Add(conflict);
        });
        Guard(() =>
        {
            foreach (var movement in plans.All)
            {
                if (movement.UnderFireSince is { } since && movement.Heading is { Id: var id, Mark: var mark })
                    shares.Add(
                        new AlarmCause(
                            $"{Key(id)}.fire",
                            id,
                            Kinds.MovementUnderFire,
                            AlarmClass.UnderFire,
                            mark,
                            AlarmLevel.Arrived,
                            "under fire",
                            since,
                            [.. document.Parties.Where(p => p != id.Party)],
                            id.Party
                        )
                    );
            }
        });
        Guard(() =>
        {
            foreach (var found in BlindAlarms.Of(view, self, now))
                shares.Add(found);
        });
        return shares.Causes(
            entry => Of(entry, document.Policy, self, LevelOf(entry, document.Policy, self, now, ringing)!.Value),
            item => Of(item, document)
        );

        void Guard(Action find)
        {
            try
            {
                find();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failed(e);
            }
        }
    }

    /// <summary>That what stands on the line cannot be told.</summary>
    internal static AlarmCause OfFault(PartyId self, string why, DateTimeOffset now) =>
        new("fold", null, null, AlarmClass.Fold, Mark.Actual, AlarmLevel.Arrived, why, now, [self], self);

    /// <summary>What rings as it comes: urgent, from another party, and for us. Null for everything else.</summary>
    internal static AlarmCause? OfArrival(EntryHeader header, LineDocument document, PartyId self, DateTimeOffset now)
    {
        if (
            header.Precedence < Precedence.Immediate
            || header.From == self
            || header.To?.Contains(self) == false
            || !Attention.WantsAcknowledgement(header.Kind)
        )
            return null;
        var entry = new WaitingEntry(
            header.Id,
            header.Kind,
            header.Precedence,
            ByTwo: false,
            header.Mark,
            header.At,
            Attention.Since(header.At, now, document.Policy),
            [.. document.Parties.Where(p => p != header.From && header.To?.Contains(p) != false)]
        );
        return Of(entry, document.Policy, self, AlarmLevel.Arrived);
    }

    private static AlarmCause Of(Heading item, LineDocument document) =>
        new(
            $"{Key(item.Id)}.item",
            item.Id,
            item.Kind,
            AlarmClass.Overdue,
            item.Mark,
            AlarmLevel.Due,
            $"{item.Family.Name} {item.State}",
            item.Since,
            [.. document.Parties.Where(p => p != item.Id.Party)],
            item.Id.Party
        )
        {
            Own = item.Precedence,
        };

    /// <summary>Entries of kinds that ring at one level of their body, and have it.</summary>
    private static HashSet<EntryId> RingingByLevel(LineView view, DateTimeOffset now) =>
        [
            .. view.Open(now)
                .Where(i => i.Family is ConditionFamily && i.Root.Body is Condition)
                .Where(i =>
                    Kinds.Find(i.Root.Header.Kind)?.RingsAtLevel is { } level
                    && ((Condition)i.Root.Body!).Level == level
                )
                .Select(i => i.Id),
        ];

    /// <summary>True for what rings by its kind, whatever its precedence. What is only played does not.</summary>
    private static bool Rings(WaitingEntry entry, Lazy<HashSet<EntryId>> byLevel) =>
        entry.Mark == Mark.Actual
        && Kinds.Find(entry.Kind) is { Rings: true } kind
        && (kind.RingsAtLevel is null || byLevel.Value.Contains(entry.Id));

    private static AlarmLevel? LevelOf(
        WaitingEntry entry,
        LinePolicy policy,
        PartyId self,
        DateTimeOffset now,
        Lazy<HashSet<EntryId>> ringing
    )
    {
        var ours = entry.WaitingFor.Contains(self);
        if (!ours && entry.From != self)
            return null;
        return now >= Attention.DeputyDue(entry, policy) ? AlarmLevel.Deputy
            : now >= Attention.Due(entry, policy) ? AlarmLevel.Due
            : ours && (entry.Precedence >= Precedence.Immediate || Rings(entry, ringing)) ? AlarmLevel.Arrived
            : null;
    }

    private static AlarmCause Of(WaitingEntry entry, LinePolicy policy, PartyId self, AlarmLevel level) =>
        new(
            Key(entry.Id),
            entry.Id,
            entry.Kind,
            level == AlarmLevel.Arrived ? AlarmClass.Urgent : AlarmClass.Overdue,
            entry.Mark,
            level,
            entry.WaitingFor.Contains(self) ? "acknowledgement" : "unacknowledged",
            Attention.Due(entry, policy),
            [.. entry.WaitingFor.OrderBy(p => p.Value, StringComparer.Ordinal)],
            entry.From
        )
        {
            Own = entry.Precedence,
        };

    internal static string Key(EntryId entry) => $"{entry.Party}.{entry.Seq}";
}
