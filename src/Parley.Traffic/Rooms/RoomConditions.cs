using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Rooms;

/// <summary>Where a condition stands.</summary>
/// <param name="Name">As it was named.</param>
/// <param name="Party">Whose own consent meets it.</param>
/// <param name="What">In words.</param>
/// <param name="By">Who made it.</param>
/// <param name="State">One of the words here.</param>
/// <param name="Entry">The entry that says so; the condition's own while there is none.</param>
/// <param name="At">When that was said, by its author's clock: of what was carried here, when it was said and not when it
/// was carried.</param>
public sealed record ConditionStanding(
    string Name,
    PartyId Party,
    string? What,
    PartyId By,
    string State,
    EntryId Entry,
    DateTimeOffset At
)
{
    /// <summary>Nobody has said anything.</summary>
    public const string Waiting = "waiting";

    /// <summary>Somebody else says that the party consents. It is a claim, and meets nothing.</summary>
    public const string Claimed = "claimed";

    /// <summary>A consent was carried here with its proof, and whose keys those are is not known here.</summary>
    public const string KeysUnknown = "keys not known";

    /// <summary>The party has consented itself, to other words than these under the same name, or to none. It meets
    /// nothing. MEDIATION-18.</summary>
    public const string OtherWords = "other words";

    /// <summary>The party has consented itself.</summary>
    public const string Met = "met";

    /// <summary>The party has taken its consent back.</summary>
    public const string Withdrawn = "withdrawn";
}

/// <summary>Conditions on somebody's consent: met by that party's own signed entry, here or carried here with its proof,
/// and by nobody's word for it. MEDIATION-8.</summary>
public static class RoomConditions
{
    /// <summary>Conditions of one party that count in a room, the first. MEDIATION-8.</summary>
    public const int MaxOfParty = 32;

    /// <summary>The conditions of a room, in the order in which they were made.</summary>
    /// <param name="room">Its item.</param>
    /// <param name="isTrusted">True for a passage whose keys are known here.</param>
    public static IReadOnlyList<ConditionStanding> Of(Item room, Func<Passage, bool> isTrusted)
    {
        ArgumentNullException.ThrowIfNull(room);
        ArgumentNullException.ThrowIfNull(isTrusted);
        var standing = new List<ConditionStanding>();
        foreach (var entry in room.Applied)
        {
            var condition =
                entry.Body as RoomCondition ?? (Passage.Of(entry) is { } made ? made.Words as RoomCondition : null);
            if (condition is null || standing.Any(s => s.Name == condition.Condition))
                continue;
            var by = Passage.Of(entry)?.Proof?.Header.From ?? entry.Header.From;
            if (standing.Count(s => s.By == by) >= MaxOfParty)
                continue;
            standing.Add(
                new ConditionStanding(
                    condition.Condition!,
                    PartyId.Parse(condition.Party!),
                    condition.What,
                    by,
                    ConditionStanding.Waiting,
                    entry.Id,
                    Passage.Of(entry)?.Proof?.Header.At ?? entry.Header.At
                )
            );
        }
        return [.. standing.Select(condition => Judge(room, condition, isTrusted))];
    }

    private static ConditionStanding Judge(Item room, ConditionStanding condition, Func<Passage, bool> isTrusted)
    {
        var claimed = condition;
        // The party's newest own word decides, by its own order: what was passed on later may be the older one.
        (ulong Seq, DateTimeOffset At)? newest = null;
        var own = condition;
        var unknown = condition;
        foreach (var entry in room.Applied)
        {
            if (
                entry.Body is RoomWord word
                && word.Condition == condition.Name
                && word.Reports == condition.Party.Value
                && entry.Header.From != condition.Party
            )
                claimed = condition with { State = ConditionStanding.Claimed, Entry = entry.Id, At = entry.Header.At };
            var passage = Passage.Of(entry);
            var header = passage?.Proof?.Header ?? entry.Header;
            if (
                (passage is null ? entry.Body : passage.Words) is not RoomConsent consent
                || consent.Condition != condition.Name
                || header.From != condition.Party
            )
                continue;
            var state =
                header.Kind == Kinds.RoomConsentWithdrawn ? ConditionStanding.Withdrawn
                : condition.What is null || consent.What == condition.What ? ConditionStanding.Met
                : ConditionStanding.OtherWords;
            if (passage is not null && !isTrusted(passage))
            {
                unknown = condition with { State = ConditionStanding.KeysUnknown, Entry = entry.Id, At = header.At };
                continue;
            }
            if (newest is { } known && (header.At, header.Seq).CompareTo((known.At, known.Seq)) <= 0)
                continue;
            newest = (header.Seq, header.At);
            own = condition with { State = state, Entry = entry.Id, At = header.At };
        }
        return newest is not null ? own
            : unknown.State == ConditionStanding.KeysUnknown ? unknown
            : claimed;
    }

    internal static string? Objection(Item room, TrafficEntry entry, RoomCondition condition)
    {
        if (room.Applied.Any(e => e.Body is RoomCondition earlier && earlier.Condition == condition.Condition))
            return $"there is a condition of the name {condition.Condition} already";
        var own = room.Applied.Count(e => e.Body is RoomCondition && e.Header.From == entry.Header.From);
        return own < MaxOfParty
            ? null
            : $"{entry.Header.From} has made {MaxOfParty} conditions here, and no more count";
    }

    /// <summary>A party consents to what asks for its consent; where nobody made the condition on this line, it may stand
    /// on another.</summary>
    internal static string? Objection(Item room, TrafficEntry entry, RoomConsent consent) =>
        room.Applied.Select(e => e.Body).OfType<RoomCondition>().FirstOrDefault(c => c.Condition == consent.Condition)
            is { } condition
        && condition.Party != entry.Header.From.Value
            ? $"the condition {consent.Condition} asks for the consent of {condition.Party}"
            : null;
}
