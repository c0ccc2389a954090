using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>A notice of something planned, going on or observed (R12, R13, E4). An update supersedes; earlier receipts
/// do not count for it.</summary>
public sealed class NoticeFamily : Family
{
    public const string InForce = "in force",
        Cancelled = "cancelled",
        Ended = "ended";

    public override string Name => "notice";

    public override StateTable Table { get; } =
        new(
            [
                .. new[] { Kinds.NoticeGiven, Kinds.NoticeActivity, Kinds.NoticeObserved }.Select(
                    kind => new Transition("", kind, Actor.Anyone, InForce)
                ),
                new(InForce, Kinds.NoticeUpdated, Actor.Opener, InForce),
                new(InForce, Kinds.NoticeReadBack, Actor.Counterpart, InForce),
                new(InForce, Kinds.NoticeCancelled, Actor.Opener, Cancelled),
                new(Ended, Kinds.NoticeUpdated, Actor.Opener, InForce),
            ],
            [new(InForce, Ended)],
            [Cancelled, Ended]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.NoticeGiven, TrafficJson.Default.Notice)
        {
            Label = "Give notice",
            Says = "Gives notice in advance of a launch, a hazard or an exercise, with its lead time.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            LeadTimes = TrafficDefaults.LeadTimes,
        },
        new(Kinds.NoticeActivity, TrafficJson.Default.Notice)
        {
            Label = "Notify an activity",
            Says = "Says what is being done, when and where.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            LeadTimes = TrafficDefaults.LeadTimes,
        },
        new(Kinds.NoticeObserved, TrafficJson.Default.Notice)
        {
            Label = "Say what was observed",
            Says = "Says what was observed, with material and how far it was verified.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
        },
        new(Kinds.NoticeUpdated, TrafficJson.Default.Notice)
        {
            Label = "Update the notice",
            Says = "Takes the place of the notice; earlier receipts do not count for it.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            Replaces = OnEarlier.Supersedes,
            LeadTimes = TrafficDefaults.LeadTimes,
        },
        new(Kinds.NoticeCancelled, TrafficJson.Default.Reasoned)
        {
            Label = "Cancel the notice",
            Says = "Takes the notice back.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Cancels,
        },
        new(Kinds.NoticeReadBack, TrafficJson.Default.ReadBack)
        {
            Label = "Read the place back",
            Says = "Repeats the place as it was understood, so that a mistake shows.",
            Seats = Seats.Planners,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State == InForce
            ? Current(item)?.Until ?? (item.Root.Header.Kind == Kinds.NoticeObserved ? item.Since : null)
            : null;

    /// <summary>The text in force: the newest of notice and updates.</summary>
    public static Notice? Current(Item notice) => notice.Applied.Select(e => e.Body).OfType<Notice>().LastOrDefault();

    /// <summary>
    /// How much too late what is in force was given for what its template asks: the notice, or the update that last
    /// changed when or where. Null when in time,
    /// when it has no beginning, and for what was merely observed (R12).
    /// </summary>
    public static TimeSpan? Lateness(Item notice)
    {
        if (notice.Root.Header.Kind == Kinds.NoticeObserved)
            return null;
        Notice? before = null;
        string? template = null;
        TimeSpan? late = null;
        foreach (var entry in notice.Applied)
        {
            if (entry.Body is not Notice text)
                continue;
            template = text.Template ?? template ?? "activity";
            if (
                text.From is { } from
                && (
                    before is null
                    || text.From != before.From
                    || text.Until != before.Until
                    || !IsSamePlace(text.Place, before.Place)
                )
            )
            {
                var by = entry.Header.At.Plus(TrafficDefaults.LeadTimes.GetValueOrDefault(template)) - from;
                late = by > TimeSpan.Zero ? by : null;
            }
            before = text;
        }
        return late;
    }

    private static bool IsSamePlace(Place? a, Place? b) =>
        a?.Name == b?.Name && (a?.Position ?? []).AsSpan().SequenceEqual(b?.Position ?? []);

    /// <summary>How far the place read back lies from the one given, in metres; null where either has no position
    /// (R13).</summary>
    public static double? ReadBackDistance(Item notice) =>
        Current(notice)?.Place?.Position is { } given
        && (ReadBackOf(notice)?.Body as ReadBack)?.Place?.Position is { } read
            ? Distance.Metres(given, read)
            : null;

    /// <summary>The newest read-back of the text in force; one whose author had not seen that text read an earlier one
    /// back. TRAFFIC-13.</summary>
    public static TrafficEntry? ReadBackOf(Item notice) =>
        notice.Applied.LastOrDefault(e => e.Body is Notice) is { } text
            ? notice.Applied.LastOrDefault(e => e.Header.Kind == Kinds.NoticeReadBack && e.Follows(text))
            : null;
}

internal static class Distance
{
    private const double EarthRadiusMetres = 6_371_008.8; // mean radius, WGS 84

    /// <summary>Great-circle distance of two positions [longitude, latitude]: within 0.6 % of the ellipsoid's, which is
    /// enough to compare with 1 km.</summary>
    internal static double Metres(double[] a, double[] b)
    {
        var (lat1, lat2) = (double.DegreesToRadians(a[1]), double.DegreesToRadians(b[1]));
        var dLat = Math.Sin((lat2 - lat1) / 2);
        var dLon = Math.Sin(double.DegreesToRadians(b[0] - a[0]) / 2);
        return 2
            * EarthRadiusMetres
            * Math.Asin(Math.Sqrt(Math.Min(1, dLat * dLat + Math.Cos(lat1) * Math.Cos(lat2) * dLon * dLon)));
    }
}
