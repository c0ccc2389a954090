using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// Whether forces have the order to stop (R25): from its announcement to its effect each party reports, echelon by
/// echelon, which of its forces have it. A rung that nobody has reported stays empty, after the hour as before it.
/// </summary>
public sealed class OrderFamily : Family
{
    public const string Announced = "announced",
        InEffect = "in effect",
        Closed = "closed";

    public override string Name => "order";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.OrderAnnounced, Actor.Anyone, Announced),
                new("", Kinds.OrderReported, Actor.Anyone, Announced),
                new(Announced, Kinds.OrderAnnounced, Actor.Anyone, Announced),
                new(Announced, Kinds.OrderReported, Actor.Anyone, Announced),
                new(InEffect, Kinds.OrderReported, Actor.Anyone, InEffect),
                new(Announced, Kinds.OrderClosed, Actor.Opener, Closed),
                new(InEffect, Kinds.OrderClosed, Actor.Opener, Closed),
            ],
            [new(Announced, InEffect)],
            [Closed]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.OrderAnnounced, TrafficJson.Default.OrderAnnouncement)
        {
            Label = "Announce an order",
            Says = "Says what forces are ordered, when that takes effect, and which echelons are to have it.",
            Seats = Seats.Planners,
            WantsAcknowledgement = true,
        },
        new(Kinds.OrderReported, TrafficJson.Default.OrderReceipt)
        {
            Label = "Say who has the order",
            Says = "Says that an echelon of the party's forces has the order, or is still to have it.",
            Seats = Seats.Planners,
        },
        new(Kinds.OrderClosed, TrafficJson.Default.Reasoned)
        {
            Label = "Close the order",
            Says = "Says that there is no more to report of the order.",
            Seats = Seats.Planners,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Seats.Planners;

    internal override DateTimeOffset? DueOf(Item item) => item.State == Announced ? EffectOf(item) : null;

    /// <summary>When the order takes effect, by the newest announcement that says; null where none does.</summary>
    public static DateTimeOffset? EffectOf(Item order) =>
        order.Applied.Select(e => (e.Body as OrderAnnouncement)?.Effect).LastOrDefault(at => at is not null);

    /// <summary>By party and echelon, in the order in which they were first named. CEASEFIRE-15.</summary>
    public static IReadOnlyList<OrderRung> Ladder(Item order)
    {
        var rungs = new Dictionary<(PartyId, string), OrderRung>();
        var places = new List<(PartyId, string)>();
        foreach (var entry in order.Applied)
        {
            if (entry.Body is OrderAnnouncement announcement)
                foreach (var echelon in announcement.Echelons)
                    Put(new OrderRung(entry.Header.From, echelon, null, null, null, null), isReport: false);
            else if (entry.Body is OrderReceipt { Echelon: { } echelon } receipt)
                Put(
                    new OrderRung(entry.Header.From, echelon, receipt.At, receipt.Forces, receipt.Note, entry.Id),
                    isReport: true
                );
        }
        return [.. places.Select(p => rungs[p])];

        void Put(OrderRung rung, bool isReport)
        {
            var place = (rung.Party, rung.Echelon);
            if (rungs.TryAdd(place, rung))
                places.Add(place);
            else if (isReport)
                rungs[place] = rung;
        }
    }
}

/// <summary>Whether an echelon has the order, by its party's newest word.</summary>
/// <param name="Party">Whose forces.</param>
/// <param name="Echelon">Which of them.</param>
/// <param name="At">When it had the order; null for a rung that is still empty.</param>
/// <param name="Forces">Which forces of it.</param>
/// <param name="Note">What was said with it.</param>
/// <param name="Entry">The entry that says so; null while nobody has reported.</param>
public sealed record OrderRung(
    PartyId Party,
    string Echelon,
    DateTimeOffset? At,
    string? Forces,
    string? Note,
    EntryId? Entry
);
