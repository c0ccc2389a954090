using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// A planned activity, an area to be kept out of, or a protected area, stated in four dimensions (E7). Others accept it or object to it; a change makes a
/// new text of it, for which earlier answers do not count.
/// </summary>
public sealed class ActivityFamily : Family
{
    public const string Notified = "notified", Accepted = "accepted", Objected = "objected", Active = "active", Ended = "ended", Cancelled = "cancelled";

    private static readonly string[] Waiting = [Notified, Objected, Accepted];

    public override string Name => "activity";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.ActivityNotified, Actor.Anyone, Notified),
        .. Waiting.SelectMany(state => new Transition[]
        {
            new(state, Kinds.ActivityAccepted, Actor.Counterpart, Accepted),
            new(state, Kinds.ActivityObjected, Actor.Counterpart, Objected),
            new(state, Kinds.ActivityChanged, Actor.Opener, Notified),
            new(state, Kinds.ActivityStarted, Actor.Opener, Active),
            new(state, Kinds.ActivityCancelled, Actor.Opener, Cancelled),
        }),
        new(Active, Kinds.ActivityObjected, Actor.Counterpart, Active),
        new(Active, Kinds.ActivityChanged, Actor.Opener, Active),
        new(Active, Kinds.ActivityEnded, Actor.Opener, Ended),
        new(Active, Kinds.ActivityCancelled, Actor.Opener, Cancelled),
        new(Ended, Kinds.ActivityChanged, Actor.Opener, Notified),
    ],
    [.. Waiting.Append(Active).Select(state => new Expiry(state, Ended))],
    [Ended, Cancelled]);

    /// <summary>When its last volume ends; null where one is open, or the text is withheld from us.</summary>
    internal override DateTimeOffset? DueOf(Item item) => Table.IsSettled(item.State) ? null : Current(item)?.LastEnd();

    /// <summary>An objection stands until the party that made it accepts; accepted is what everyone accepted who was told of the text in force.</summary>
    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        if (next is not (Accepted or Objected)) return next;
        var answers = new Dictionary<PartyId, string>();
        var text = item.Root;
        foreach (var applied in item.Applied.Append(entry))
        {
            if (applied.Header.Kind is Kinds.ActivityNotified or Kinds.ActivityChanged)
            {
                text = applied;
                answers.Clear();
            }
            else if (applied.Header.Kind is Kinds.ActivityAccepted or Kinds.ActivityObjected)
            {
                answers[applied.Header.From] = applied.Header.Kind;
            }
        }
        if (answers.ContainsValue(Kinds.ActivityObjected)) return Objected;
        return (text.Header.To ?? parties).All(p => p == item.Root.Header.From || answers.ContainsKey(p)) ? Accepted : Notified;
    }

    /// <summary>The text in force: the newest of notification and changes.</summary>
    public static PlannedActivity? Current(Item activity) => activity.Applied.Select(e => e.Body).OfType<PlannedActivity>().LastOrDefault();

    /// <summary>The entry that holds the text in force: what an index of volumes names them by.</summary>
    public static EntryId TextOf(Item activity) => activity.Applied.Last(e => e.Header.Kind is Kinds.ActivityNotified or Kinds.ActivityChanged).Id;

    /// <summary>Whether its volumes take part in the search for conflicts.</summary>
    public static bool IsInForce(Item activity) => activity.State is Notified or Objected or Accepted or Active;
}
