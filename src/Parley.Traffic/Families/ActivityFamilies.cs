using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A planned activity in space and time (E7). What conflicts with what is not decided here; nor is anybody's permission.</summary>
public sealed class ActivityFamily : Family
{
    public const string Draft = "draft", Notified = "notified", Accepted = "accepted", Objected = "objected", Active = "active", Ended = "ended", Cancelled = "cancelled";

    private static readonly string[] Standing = [Notified, Accepted, Objected];

    public override string Name => "activity";

    public override StateTable Table { get; } = new(
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
        .. new[] { Draft, Notified, Accepted, Objected, Active }.Select(state => new Transition(state, Kinds.ActivityCancelled, Actor.Opener, Cancelled)),
    ],
    [.. new[] { Draft, Notified, Accepted, Objected, Active }.Select(state => new Expiry(state, Ended))],
    [Ended, Cancelled]);

    internal override DateTimeOffset? DueOf(Item item) => item.State is Ended or Cancelled ? null : Current(item)?.Until();

    /// <summary>On a line of several, acceptance is everybody's: until then it stays as it was.</summary>
    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        if (entry.Header.Kind != Kinds.ActivityAccepted) return next;
        var told = Newest(item)?.Header.To ?? parties;
        var answers = Answers(item);
        answers[entry.Header.From] = Kinds.ActivityAccepted;
        return told.Where(p => p != item.Root.Header.From).All(p => answers.GetValueOrDefault(p) == Kinds.ActivityAccepted) ? Accepted : answers.ContainsValue(Kinds.ActivityObjected) ? Objected : Notified;
    }

    /// <summary>Where and when it is to be, by the newest of notice and changes that this party was given.</summary>
    public static ActivityPlan? Current(Item activity) => activity.Applied.Select(e => e.Body).OfType<ActivityPlan>().LastOrDefault();

    private static TrafficEntry? Newest(Item activity) => activity.Applied.LastOrDefault(IsText);

    private static bool IsText(TrafficEntry entry) => entry.Header.Kind is Kinds.ActivityPlanned or Kinds.ActivityNotified or Kinds.ActivityChanged;

    /// <summary>What was said about the text in force; a change makes earlier answers void.</summary>
    private static IEnumerable<TrafficEntry> Since(Item activity) => activity.Applied.Reverse().TakeWhile(e => !IsText(e));

    /// <summary>By party: its last answer to the text in force.</summary>
    private static Dictionary<PartyId, string> Answers(Item activity)
    {
        var last = new Dictionary<PartyId, string>();
        foreach (var entry in Since(activity).Where(e => e.Header.Kind is Kinds.ActivityAccepted or Kinds.ActivityObjected)) last.TryAdd(entry.Header.From, entry.Header.Kind);
        return last;
    }
}

/// <summary>
/// A standing area: one to be kept out of, or a protected site (R14). Two people check a protected site, and again every 90 days. It is a notice in good
/// faith: whether it stands, lapses or is missing changes nothing of the protection that the law gives (R18).
/// </summary>
public sealed class AreaFamily : Family
{
    public const string InForce = "in force", CheckDue = "check due", Withdrawn = "withdrawn", Lapsed = "expired";

    public override string Name => "area";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.AreaDeclared, Actor.Anyone, InForce),
        .. new[] { InForce, CheckDue }.SelectMany(state => (Transition[])
        [
            new(state, Kinds.AreaChanged, Actor.Opener, InForce), new(state, Kinds.AreaChecked, Actor.Anyone, InForce),
            new(state, Kinds.AreaObjected, Actor.Counterpart, state), new(state, Kinds.AreaWithdrawn, Actor.Opener, Withdrawn),
        ]),
    ],
    [new(InForce, CheckDue), new(CheckDue, Lapsed)],
    [Withdrawn, Lapsed]);

    /// <summary>In force: until the next check is due. Check due: until it expires, which it does not where it has no end.</summary>
    internal override DateTimeOffset? DueOf(Item item) => item.State switch
    {
        InForce when Current(item)?.Type == StandingArea.Protected || Current(item)?.Expires is not null => Earlier(
            Current(item)!.Type == StandingArea.Protected ? CheckedAt(item) + TrafficDefaults.SiteCheck : null, Current(item)!.Expires),
        CheckDue => Current(item)?.Expires,
        _ => null,
    };

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        var isSite = (entry.Body as StandingArea ?? Current(item))?.Type == StandingArea.Protected;
        if (!isSite || entry.Header.Kind is not (Kinds.AreaDeclared or Kinds.AreaChanged or Kinds.AreaChecked)) return null;
        var by = entry.Header.By;
        return by.ReleasedBy is { } second && !string.Equals(second.Name, by.Name, StringComparison.OrdinalIgnoreCase) ? null : "a protected site is checked by two officers: one states it, another releases it";
    }

    public static StandingArea? Current(Item area) => area.Applied.Select(e => e.Body).OfType<StandingArea>().LastOrDefault();

    private static DateTimeOffset CheckedAt(Item area) => area.Applied.Last(e => e.Header.Kind is Kinds.AreaDeclared or Kinds.AreaChanged or Kinds.AreaChecked).Header.At;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;
}

/// <summary>
/// A humanitarian movement (R15), with the ladder of who has been told (R16) and the alarm under fire (R17). An acknowledgement is no permission, and its absence
/// changes no protection (R18).
/// </summary>
public sealed class MovementFamily : Family
{
    public const string Submitted = "submitted", Acknowledged = "acknowledged", Objected = "objected", UnderWay = "under way", Deviated = "deviated", Incident = "incident", Complete = "complete", Cancelled = "cancelled";

    private static readonly string[] Before = [Submitted, Acknowledged, Objected], OnTheRoad = [UnderWay, Deviated], Open = [.. Before, .. OnTheRoad, Incident];

    public override string Name => "movement";

    public override StateTable Table { get; } = new(
    [
        new("", Kinds.MovementSubmitted, Actor.Anyone, Submitted),
        .. Before.Select(state => new Transition(state, Kinds.MovementChanged, Actor.Opener, Submitted)),
        .. OnTheRoad.Select(state => new Transition(state, Kinds.MovementChanged, Actor.Opener, state)),
        .. Before.Select(state => new Transition(state, Kinds.MovementAcknowledged, Actor.Counterpart, Acknowledged)),
        .. OnTheRoad.Select(state => new Transition(state, Kinds.MovementAcknowledged, Actor.Counterpart, state)),
        .. Before.Select(state => new Transition(state, Kinds.MovementObjected, Actor.Counterpart, Objected)),
        .. OnTheRoad.Select(state => new Transition(state, Kinds.MovementObjected, Actor.Counterpart, state)),
        .. Open.Select(state => new Transition(state, Kinds.MovementInformed, Actor.Counterpart, state)),
        .. Before.Select(state => new Transition(state, Kinds.MovementDeparted, Actor.Opener, UnderWay)),
        .. OnTheRoad.Select(state => new Transition(state, Kinds.MovementDeviated, Actor.Opener, Deviated)),
        new(Deviated, Kinds.MovementResumed, Actor.Opener, UnderWay),
        .. ((string[])[.. Before, .. OnTheRoad, Incident]).Select(state => new Transition(state, Kinds.MovementUnderFire, Actor.Opener, Incident)),
        new(Incident, Kinds.MovementFireAnswered, Actor.Counterpart, Incident),
        new(Incident, Kinds.MovementResumed, Actor.Opener, UnderWay),
        .. OnTheRoad.Append(Incident).Select(state => new Transition(state, Kinds.MovementCompleted, Actor.Opener, Complete)),
        .. Open.Select(state => new Transition(state, Kinds.MovementCancelled, Actor.Opener, Cancelled)),
    ], [], [Complete, Cancelled]);

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties) =>
        entry.Header.Kind == Kinds.MovementUnderFire && entry.Header.Precedence != Precedence.Flash ? "under fire is FLASH" : null;

    public static Movement? Current(Item movement) => movement.Applied.Select(e => e.Body).OfType<Movement>().LastOrDefault();

    /// <summary>The ladder (R16): by party and echelon, when it was told of the text in force; null for a rung that is still empty.</summary>
    public static IReadOnlyList<(PartyId Party, string Echelon, DateTimeOffset? At)> Ladder(Item movement)
    {
        var rungs = new Dictionary<(PartyId, string), DateTimeOffset?>();
        foreach (var entry in movement.Applied)
        {
            if (entry.Header.Kind is Kinds.MovementChanged) foreach (var known in rungs.Keys.ToList()) rungs[known] = null; // they were told of another text
            else if (entry.Body is Rung { Echelon: { } echelon } rung) rungs[(entry.Header.From, echelon)] = rung.At;
        }
        return [.. rungs.Select(r => (r.Key.Item1, r.Key.Item2, r.Value))];
    }

    /// <summary>Since when it has been under fire, with nobody having said that it stopped; null when it is not.</summary>
    public static DateTimeOffset? UnderFireSince(Item movement) => movement.State == Incident && movement.Last(Kinds.MovementUnderFire) is { } report ? report.Header.At : null;
}
