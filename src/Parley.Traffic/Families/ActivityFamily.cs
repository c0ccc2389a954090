using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A planned activity in space and time (E7). What conflicts with what is not decided here; nor is anybody's
/// permission.</summary>
public sealed class ActivityFamily : Family
{
    public const string Draft = "draft",
        Notified = "notified",
        Accepted = "accepted",
        Objected = "objected",
        Active = "active",
        Ended = "ended",
        Cancelled = "cancelled";

    private static readonly string[] Standing = [Notified, Accepted, Objected];

    public override string Name => "activity";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.ActivityPlanned, Actor.Anyone, Draft),
                new("", Kinds.ActivityNotified, Actor.Anyone, Notified),
                new(Draft, Kinds.ActivityChanged, Actor.Opener, Draft),
                .. Standing.Select(state => new Transition(state, Kinds.ActivityChanged, Actor.Opener, Notified)),
                .. Standing.Select(state => new Transition(state, Kinds.ActivityAccepted, Actor.Counterpart, Accepted)),
                .. Standing.Select(state => new Transition(state, Kinds.ActivityObjected, Actor.Counterpart, Objected)),
                .. Standing.Select(state => new Transition(state, Kinds.ActivityStarted, Actor.Opener, Active)),
                new(Active, Kinds.ActivityObjected, Actor.Counterpart, Active),
                new(Active, Kinds.ActivityChanged, Actor.Opener, Active),
                new(Active, Kinds.ActivityEnded, Actor.Opener, Ended),
                .. new[] { Draft, Notified, Accepted, Objected, Active }.Select(state => new Transition(
                    state,
                    Kinds.ActivityCancelled,
                    Actor.Opener,
                    Cancelled
                )),
            ],
            [.. new[] { Draft, Notified, Accepted, Objected, Active }.Select(state => new Expiry(state, Ended))],
            [Ended, Cancelled]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.ActivityPlanned, TrafficJson.Default.ActivityPlan)
        {
            Label = "Plan an activity",
            Says = "Keeps an activity as a plan, before it is notified.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
        },
        new(Kinds.ActivityNotified, TrafficJson.Default.ActivityPlan)
        {
            Label = "Notify a planned activity",
            Says = "Says what is planned, where and when, and names what of the other side it conflicts with.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
        },
        new(Kinds.ActivityChanged, TrafficJson.Default.ActivityPlan)
        {
            Label = "Change the activity",
            Says = "Changes what is planned; earlier answers do not count for it.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            Replaces = OnEarlier.Supersedes,
        },
        new(Kinds.ActivityAccepted, TrafficJson.Default.Reasoned)
        {
            Label = "Accept the activity",
            Says = "Says that nothing speaks against the activity; it is no permission.",
            Seats = Seats.Planners,
        },
        new(Kinds.ActivityObjected, TrafficJson.Default.Reasoned)
        {
            Label = "Object to the activity",
            Says = "Objects to the activity.",
            Seats = Seats.Planners,
        },
        new(Kinds.ActivityStarted, TrafficJson.Default.Reasoned)
        {
            Label = "Say that it begins",
            Says = "Says that the activity has begun.",
            Seats = Seats.Planners,
        },
        new(Kinds.ActivityEnded, TrafficJson.Default.Reasoned)
        {
            Label = "Say that it is over",
            Says = "Says that the activity is over.",
            Seats = Seats.Planners,
        },
        new(Kinds.ActivityCancelled, TrafficJson.Default.Reasoned)
        {
            Label = "Cancel the activity",
            Says = "Takes the activity back.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Cancels,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State is Ended or Cancelled ? null : Current(item)?.Until();

    /// <summary>On a line of several, acceptance is everybody's: until then it stays as it was.</summary>
    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        if (entry.Header.Kind != Kinds.ActivityAccepted)
            return next;
        var told = Newest(item)?.Header.To ?? parties;
        var answers = Answers(item);
        answers[entry.Header.From] = Kinds.ActivityAccepted;
        return told.Where(p => p != item.Root.Header.From)
                .All(p => answers.GetValueOrDefault(p) == Kinds.ActivityAccepted)
                ? Accepted
            : answers.ContainsValue(Kinds.ActivityObjected) ? Objected
            : Notified;
    }

    /// <summary>Where and when it is to be, by the newest of notice and changes that this party was given.</summary>
    public static ActivityPlan? Current(Item activity) =>
        activity.Applied.Select(e => e.Body).OfType<ActivityPlan>().LastOrDefault();

    private static TrafficEntry? Newest(Item activity) => activity.Applied.LastOrDefault(IsText);

    private static bool IsText(TrafficEntry entry) =>
        entry.Header.Kind is Kinds.ActivityPlanned or Kinds.ActivityNotified or Kinds.ActivityChanged;

    /// <summary>What was said about the text in force; a change makes earlier answers void.</summary>
    private static IEnumerable<TrafficEntry> Since(Item activity) =>
        activity.Applied.Reverse().TakeWhile(e => !IsText(e));

    /// <summary>By party: its last answer to the text in force.</summary>
    private static Dictionary<PartyId, string> Answers(Item activity)
    {
        var last = new Dictionary<PartyId, string>();
        foreach (
            var entry in Since(activity).Where(e => e.Header.Kind is Kinds.ActivityAccepted or Kinds.ActivityObjected)
        )
            last.TryAdd(entry.Header.From, entry.Header.Kind);
        return last;
    }
}
