using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// A humanitarian movement (R15), with the ladder of who has been told (R16) and the alarm under fire (R17). An
/// acknowledgement is no permission, and its absence
/// changes no protection (R18).
/// </summary>
public sealed class MovementFamily : Family
{
    public const string Submitted = "submitted",
        Acknowledged = "acknowledged",
        Objected = "objected",
        UnderWay = "under way",
        Deviated = "deviated",
        Incident = "incident",
        Complete = "complete",
        Cancelled = "cancelled";

    private static readonly string[] Before = [Submitted, Acknowledged, Objected],
        OnTheRoad = [UnderWay, Deviated],
        Open = [.. Before, .. OnTheRoad, Incident];

    public override string Name => "movement";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.MovementSubmitted, Actor.Anyone, Submitted),
                .. Before.Select(state => new Transition(state, Kinds.MovementChanged, Actor.Opener, Submitted)),
                .. OnTheRoad.Select(state => new Transition(state, Kinds.MovementChanged, Actor.Opener, state)),
                .. Before.Select(state => new Transition(
                    state,
                    Kinds.MovementAcknowledged,
                    Actor.Counterpart,
                    Acknowledged
                )),
                .. OnTheRoad.Select(state => new Transition(
                    state,
                    Kinds.MovementAcknowledged,
                    Actor.Counterpart,
                    state
                )),
                .. Before.Select(state => new Transition(state, Kinds.MovementObjected, Actor.Counterpart, Objected)),
                .. OnTheRoad.Select(state => new Transition(state, Kinds.MovementObjected, Actor.Counterpart, state)),
                .. Open.Select(state => new Transition(state, Kinds.MovementInformed, Actor.Counterpart, state)),
                .. Before.Select(state => new Transition(state, Kinds.MovementDeparted, Actor.Opener, UnderWay)),
                .. OnTheRoad.Select(state => new Transition(state, Kinds.MovementDeviated, Actor.Opener, Deviated)),
                new(Deviated, Kinds.MovementResumed, Actor.Opener, UnderWay),
                .. ((string[])[.. Before, .. OnTheRoad, Incident]).Select(state => new Transition(
                    state,
                    Kinds.MovementUnderFire,
                    Actor.Opener,
                    Incident
                )),
                new(Incident, Kinds.MovementFireAnswered, Actor.Counterpart, Incident),
                new(Incident, Kinds.MovementResumed, Actor.Opener, UnderWay),
                .. OnTheRoad
                    .Append(Incident)
                    .Select(state => new Transition(state, Kinds.MovementCompleted, Actor.Opener, Complete)),
                .. Open.Select(state => new Transition(state, Kinds.MovementCancelled, Actor.Opener, Cancelled)),
            ],
            [],
            [Complete, Cancelled]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.MovementSubmitted, TrafficJson.Default.Movement)
        {
            Label = "Submit a movement",
            Says = "Announces a humanitarian movement: what it is for, its route, its marking and whom to call.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
        },
        new(Kinds.MovementChanged, TrafficJson.Default.Movement)
        {
            Label = "Change the movement",
            Says = "States the movement anew; earlier acknowledgements do not count, and nobody counts as informed.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            Replaces = OnEarlier.Supersedes,
        },
        new(Kinds.MovementAcknowledged, TrafficJson.Default.Reasoned)
        {
            Label = "Acknowledge the movement",
            Says = "Says that the movement is known; it is no permission.",
            Seats = Seats.Planners,
        },
        new(Kinds.MovementObjected, TrafficJson.Default.Reasoned)
        {
            Label = "Object to the movement",
            Says = "Objects to the movement as it is planned.",
            Seats = Seats.Planners,
        },
        new(Kinds.MovementInformed, TrafficJson.Default.Rung)
        {
            Label = "Say who was informed",
            Says = "Says that an echelon was told of the movement, or is still to be.",
            Seats = Seats.Planners,
        },
        new(Kinds.MovementDeparted, TrafficJson.Default.Reasoned)
        {
            Label = "Say that it has departed",
            Says = "Says that the movement is under way.",
            Seats = Seats.Planners,
        },
        new(Kinds.MovementDeviated, TrafficJson.Default.MovementReport)
        {
            Label = "Report that it left its route",
            Says = "Says that the movement left its route, where it is and why.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            Rings = true,
        },
        new(Kinds.MovementUnderFire, TrafficJson.Default.MovementReport)
        {
            Label = "Report fire",
            Says = "Says that the movement is under fire: FLASH, and the time since runs on every screen.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            Rings = true,
            Precedence = Precedence.Flash,
        },
        new(Kinds.MovementFireAnswered, TrafficJson.Default.FireAnswer)
        {
            Label = "Answer the report of fire",
            Says = "Says that the fire has stopped, is not ours, or is being looked into.",
            Seats = Seats.Planners,
        },
        new(Kinds.MovementResumed, TrafficJson.Default.Reasoned)
        {
            Label = "Say that it goes on",
            Says = "Says that the movement goes on.",
            Seats = Seats.Planners,
        },
        new(Kinds.MovementCompleted, TrafficJson.Default.Reasoned)
        {
            Label = "Say that it has arrived",
            Says = "Says that the movement is complete.",
            Seats = Seats.Planners,
        },
        new(Kinds.MovementCancelled, TrafficJson.Default.Reasoned)
        {
            Label = "Cancel the movement",
            Says = "Takes the movement back.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Cancels,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties) =>
        entry.Header.Kind == Kinds.MovementUnderFire && entry.Header.Precedence != Precedence.Flash
            ? "under fire is FLASH"
            : null;

    public static Movement? Current(Item movement) =>
        movement.Applied.Select(e => e.Body).OfType<Movement>().LastOrDefault();

    /// <summary>The ladder (R16): by party and echelon, when it was told of the text in force; null for a rung that is
    /// still empty.</summary>
    public static IReadOnlyList<(PartyId Party, string Echelon, DateTimeOffset? At)> Ladder(Item movement)
    {
        var rungs = new Dictionary<(PartyId, string), DateTimeOffset?>();
        foreach (var entry in movement.Applied)
        {
            if (entry.Header.Kind is Kinds.MovementChanged)
                foreach (var known in rungs.Keys.ToList())
                    rungs[known] = null; // they were told of another text
            else if (entry.Body is Rung { Echelon: { } echelon } rung)
                rungs[(entry.Header.From, echelon)] = rung.At;
        }
        return [.. rungs.Select(r => (r.Key.Item1, r.Key.Item2, r.Value))];
    }

    /// <summary>Since when it has been under fire, with nobody having said that it stopped; null when it is
    /// not.</summary>
    public static DateTimeOffset? UnderFireSince(Item movement) =>
        movement.State == Incident && movement.Last(Kinds.MovementUnderFire) is { } report ? report.Header.At : null;
}
