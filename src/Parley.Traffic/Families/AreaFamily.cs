using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// A standing area: one to be kept out of, or a protected site (R14). Two people check a protected site, and again
/// every 90 days. It is a notice in good
/// faith: whether it stands, lapses or is missing changes nothing of the protection that the law gives (R18).
/// </summary>
public sealed class AreaFamily : Family
{
    public const string InForce = "in force",
        CheckDue = "check due",
        Withdrawn = "withdrawn",
        Lapsed = "expired";

    public override string Name => "area";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.AreaDeclared, Actor.Anyone, InForce),
                .. new[] { InForce, CheckDue }.SelectMany(state =>
                    (Transition[])
                        [
                            new(state, Kinds.AreaChanged, Actor.Opener, InForce),
                            new(state, Kinds.AreaChecked, Actor.Anyone, InForce),
                            new(state, Kinds.AreaObjected, Actor.Counterpart, state),
                            new(state, Kinds.AreaWithdrawn, Actor.Opener, Withdrawn),
                        ]
                ),
            ],
            [new(InForce, CheckDue), new(CheckDue, Lapsed)],
            [Withdrawn, Lapsed]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.AreaDeclared, TrafficJson.Default.StandingArea)
        {
            Label = "Declare an area",
            Says = "Declares an area to be kept out of, or a protected site, which two officers check.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
        },
        new(Kinds.AreaChanged, TrafficJson.Default.StandingArea)
        {
            Label = "Change the area",
            Says = "States the area anew, in the place of the earlier text.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
            Replaces = OnEarlier.Supersedes,
        },
        new(Kinds.AreaChecked, TrafficJson.Default.AreaCheck)
        {
            Label = "Check the area",
            Says = "Says that the area was looked at again, by whom and how.",
            Seats = Seats.Planners,
        },
        new(Kinds.AreaObjected, TrafficJson.Default.Reasoned)
        {
            Label = "Object to the area",
            Says = "Objects to the area; it stands all the same.",
            Seats = Seats.Planners,
        },
        new(Kinds.AreaWithdrawn, TrafficJson.Default.Reasoned)
        {
            Label = "Withdraw the area",
            Says = "Withdraws the area; copies that others hold remain.",
            Seats = Seats.Planners,
            Replaces = OnEarlier.Cancels,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;

    /// <summary>In force: until the next check is due. Check due: until it expires, which it does not where it has no
    /// end.</summary>
    internal override DateTimeOffset? DueOf(Item item) =>
        item.State switch
        {
            InForce when Current(item)?.Type == StandingArea.Protected || Current(item)?.Expires is not null => Earlier(
                Current(item)!.Type == StandingArea.Protected ? CheckedAt(item).Plus(TrafficDefaults.SiteCheck) : null,
                Current(item)!.Expires
            ),
            CheckDue => Current(item)?.Expires,
            _ => null,
        };

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        var isSite = (entry.Body as StandingArea ?? Current(item))?.Type == StandingArea.Protected;
        if (!isSite || entry.Header.Kind is not (Kinds.AreaDeclared or Kinds.AreaChanged or Kinds.AreaChecked))
            return null;
        var by = entry.Header.By;
        // The rule of fold 1 sees case alone, and stays as it was: what counted under it counts.
        var isByTwo =
            item.Rules >= NamesInAnyForm
                ? by.HasSecond(item.Rules)
                : by.ReleasedBy is { } second
                    && !string.Equals(second.Name, by.Name, StringComparison.OrdinalIgnoreCase);
        return isByTwo ? null : "a protected site is checked by two officers: one states it, another releases it";
    }

    /// <summary>From this version of the rules on, names are one here as in every act that takes two.
    /// TRAFFIC-103.</summary>
    private const int NamesInAnyForm = 2;

    public static StandingArea? Current(Item area) =>
        area.Applied.Select(e => e.Body).OfType<StandingArea>().LastOrDefault();

    private static DateTimeOffset CheckedAt(Item area) =>
        area.Applied.Last(e => e.Header.Kind is Kinds.AreaDeclared or Kinds.AreaChanged or Kinds.AreaChecked).Header.At;

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
        a is null ? b
        : b is null || a < b ? a
        : b;
}
