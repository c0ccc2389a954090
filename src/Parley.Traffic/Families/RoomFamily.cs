using Parley.Crypto;
using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Rooms;

namespace Parley.Traffic.Families;

/// <summary>
/// A mediator's room on one line (docs/protocol/mediation.md): what the mediator is admitted for and until when, what was
/// said in it, what was carried into it from other lines with its proof, and the text that is negotiated. The same room
/// stands on each of its lines by its name; no line knows of another but by what is passed.
/// </summary>
public sealed class RoomFamily : Family
{
    public const string Offered = "offered",
        Open = "open",
        Closed = "closed",
        Over = "over";

    public override string Name => "room";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.RoomOpened, Actor.Anyone, Offered),
                new(Offered, Kinds.RoomJoined, Actor.Counterpart, Open),
                .. Goes(Kinds.RoomSaid, Actor.Anyone),
                .. Goes(Kinds.RoomPassed, Actor.Opener),
                .. Goes(Kinds.RoomRecognised, Actor.Anyone),
                .. Goes(Kinds.RoomConditioned, Actor.Anyone),
                .. Goes(Kinds.RoomConsented, Actor.Anyone),
                .. Goes(Kinds.RoomConsentWithdrawn, Actor.Anyone),
                .. Goes(Kinds.RoomDrafted, Actor.Opener),
                .. Goes(Kinds.RoomCommented, Actor.Counterpart),
                .. Goes(Kinds.RoomHandedOver, Actor.Anyone),
                new(Offered, Kinds.RoomClosed, Actor.Anyone, Closed),
                new(Open, Kinds.RoomClosed, Actor.Anyone, Closed),
            ],
            [new(Offered, Over), new(Open, Over)],
            [Closed, Over]
        );

    private static Transition[] Goes(string kind, Actor by) => [new(Open, kind, by, Open)];

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.RoomOpened, TrafficJson.Default.RoomCharter)
        {
            Label = "Open a room",
            Says = "Asks to be admitted as mediator: for what, between whom, and until when.",
            Seats = [Seats.Principal, Seats.Watch],
            WantsAcknowledgement = true,
        },
        new(Kinds.RoomJoined, TrafficJson.Default.Reasoned)
        {
            Label = "Admit the mediator",
            Says = "Admits the mediator for what the room says, until the hour that it says.",
            Seats = [Seats.Principal, Seats.Watch],
        },
        new(Kinds.RoomSaid, TrafficJson.Default.RoomWord)
        {
            Label = "Say in the room",
            Says = "Says something to the other side of the line, and whom else it may be shown to.",
            Seats = [Seats.Principal, Seats.Watch],
            WantsAcknowledgement = true,
        },
        new(Kinds.RoomPassed, TrafficJson.Default.PassedWord)
        {
            Label = "Pass on a text",
            Says = "Carries what a party said on another line to this one, word for word and with its proof.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = LinePolicy.Passing,
            WantsAcknowledgement = true,
        },
        new(Kinds.RoomRecognised, TrafficJson.Default.Recognition)
        {
            Label = "Recognise a party's keys",
            Says = "Says by which keys a party is known here that this party has no line with.",
            Seats = [Seats.Principal, Seats.Administrator],
        },
        new(Kinds.RoomConditioned, TrafficJson.Default.RoomCondition)
        {
            Label = "Make a condition",
            Says = "Names a condition, and the party whose own consent meets it.",
            Seats = [Seats.Principal, Seats.Watch],
            WantsAcknowledgement = true,
        },
        new(Kinds.RoomConsented, TrafficJson.Default.RoomConsent)
        {
            Label = "Consent",
            Says = "Gives this party's own consent to a condition; two officers do it.",
            Seats = [Seats.Principal],
            Act = TwoPeople.Consent,
            WantsAcknowledgement = true,
        },
        new(Kinds.RoomConsentWithdrawn, TrafficJson.Default.RoomConsent)
        {
            Label = "Take a consent back",
            Says = "Takes this party's own consent to a condition back.",
            Seats = [Seats.Principal],
            Act = TwoPeople.Consent,
            WantsAcknowledgement = true,
        },
        new(Kinds.RoomDrafted, TrafficJson.Default.NegotiatingText)
        {
            Label = "Draft a version",
            Says = "Gives a version of the negotiating text. A draft has no status until all agree to it.",
            Seats = [Seats.Principal, Seats.Watch],
            WantsAcknowledgement = true,
            IsAgreedByHash = true,
        },
        new(Kinds.RoomCommented, TrafficJson.Default.ClauseComment)
        {
            Label = "Comment on a clause",
            Says = "Says to the mediator what this side holds of a clause; no other line hears of it.",
            Seats = [Seats.Principal, Seats.Watch],
        },
        new(Kinds.RoomHandedOver, TrafficJson.Default.HandedOver)
        {
            Label = "Say that a non-paper was handed over",
            Says = "Says that a non-paper of that name was handed over; it counts once both sides say so.",
            Seats = [Seats.Principal, Seats.Watch],
        },
        new(Kinds.RoomClosed, TrafficJson.Default.Reasoned)
        {
            Label = "Leave the room",
            Says = "Ends the room on this line; mediation is with everybody's consent.",
            Seats = [Seats.Principal, Seats.Watch],
            WantsAcknowledgement = true,
        },
    ];

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State is Offered or Open ? (item.Root.Body as RoomCharter)?.Until : null;

    /// <summary>What a room asks for; null where its first entry cannot be read.</summary>
    public static RoomCharter? CharterOf(Item room) => room.Root.Body as RoomCharter;

    /// <summary>The versions of the negotiating text, oldest first.</summary>
    public static IReadOnlyList<DraftVersion> Drafts(Item room) =>
        [
            .. room
                .Applied.Where(entry => entry.Body is NegotiatingText)
                .Select(
                    (entry, i) =>
                        new DraftVersion(
                            entry,
                            (NegotiatingText)entry.Body!,
                            i + 1,
                            $"sha256:{Sha256.Of(entry.BodyBytes.Span).ToHex()}"
                        )
                ),
        ];

    /// <summary>What is said in a room is for every party of its line, and each is to judge it alike. MEDIATION-2.</summary>
    internal override string? Unseen(Item item, TrafficEntry entry) =>
        entry.Header.To is not null ? "what is said in a room is for every party of its line: it was not sent to all"
        : entry.IsWithheld ? "what it says is not here: its body was withheld"
        : null;

    internal override string? Bar(Item item, string kind, PartyId by) =>
        kind == Kinds.RoomJoined && item.Applied.Any(e => e.Header.Kind == kind && e.Header.From == by)
            ? $"{by} has admitted the mediator already"
            : null;

    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        if (entry.Header.Kind != Kinds.RoomJoined)
            return next;
        var joined = item
            .Applied.Where(e => e.Header.Kind == Kinds.RoomJoined)
            .Select(e => e.Header.From)
            .Append(entry.Header.From)
            .Append(item.Root.Header.From)
            .ToHashSet();
        return parties.All(joined.Contains) ? next : item.State;
    }

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        if (entry.Body is RoomCharter charter)
            return Charter(charter, entry, parties);
        if (Bar(item, entry.Header.Kind, entry.Header.From) is { } bar)
            return bar;
        if (entry.Body is IPassable said && said.Room != CharterOf(item)?.Room)
            return $"it names the room {said.Room}, and this one is {CharterOf(item)?.Room}"; // MEDIATION-3
        return entry.Body switch
        {
            PassedWord => Passage.Of(entry)!.Objection(item, parties), // MEDIATION-4, MEDIATION-5
            RoomCondition condition => RoomConditions.Objection(item, entry, condition),
            RoomConsent consent => RoomConditions.Objection(item, entry, consent),
            ClauseComment comment => Comment(item, comment),
            _ => null,
        };
    }

    private static string? Charter(RoomCharter charter, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        if (charter.Until <= entry.Header.At)
            return "it is over before it is opened";
        return
            parties.Where(p => p != entry.Header.From).FirstOrDefault(p => !charter.Parties.Contains(p.Value))
                is { Value.Length: > 0 } left
            ? $"{left}, which is on this line, is not among its parties" // MEDIATION-1
            : null;
    }

    private static string? Comment(Item item, ClauseComment comment)
    {
        var draft = Drafts(item)
            .FirstOrDefault(d => string.Equals(d.Hash, comment.Hash, StringComparison.OrdinalIgnoreCase));
        return draft is null ? "it is on a version that is not here" // MEDIATION-9
            : draft.Text.Clauses.All(c => c.Id != comment.Clause)
                ? $"version {draft.Number} has no clause {comment.Clause}"
            : null;
    }
}
