using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// A text that is taken as consented to where nobody objects before an exact hour, on lines whose document allows it.
/// It signs nothing: a ceasefire comes into force by signatures, and by nothing else. MEDIATION-14, MEDIATION-15.
/// </summary>
public sealed class SilenceFamily : Family
{
    public const string Running = "running",
        RunOut = "run out",
        Broken = "broken",
        Closed = "closed";

    public override string Name => "silence";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.SilenceBegan, Actor.Anyone, Running),
                new(Running, Kinds.SilenceReceived, Actor.Counterpart, Running),
                new(Running, Kinds.SilenceBroken, Actor.Counterpart, Broken),
                new(RunOut, Kinds.SilenceClosed, Actor.Opener, Closed),
            ],
            [new(Running, RunOut)],
            [Broken, Closed]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.SilenceBegan, TrafficJson.Default.SilenceProcedure)
        {
            Label = "Begin a silence procedure",
            Says = "Proposes a text that counts as consented to where nobody objects before the hour that it says.",
            Seats = [Seats.Principal],
            Act = LinePolicy.Silence,
            WantsAcknowledgement = true,
            Rings = true,
        },
        new(Kinds.SilenceReceived, TrafficJson.Default.SilenceReceived)
        {
            Label = "Sign for delivery",
            Says = "Says that the text was read and until when an objection can be made; it is no consent.",
            Seats = [Seats.Principal, Seats.Watch],
        },
        new(Kinds.SilenceBroken, TrafficJson.Default.SilenceBroken)
        {
            Label = "Break the silence",
            Says = "Objects to the text, or wants another wording: it is consented to by nobody then.",
            Seats = [Seats.Principal, Seats.Watch],
            WantsAcknowledgement = true,
        },
        new(Kinds.SilenceClosed, TrafficJson.Default.SilenceClosed)
        {
            Label = "Say what the silence came to",
            Says = "Says in writing that the silence was not broken, and who was not in reach.",
            Seats = [Seats.Principal],
            Act = LinePolicy.Silence,
        },
    ];

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State == Running ? (item.Root.Body as SilenceProcedure)?.Expires : null;

    internal override string? Unseen(Item item, TrafficEntry entry) =>
        entry.Header.To is not null ? "a silence procedure is for every party of the line: it was not sent to all"
        : entry.IsWithheld ? "what it says is not here: its body was withheld"
        : null;

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties) =>
        entry.Body is SilenceProcedure procedure && procedure.Expires <= entry.Header.At
            ? "it ends before it begins"
            : Bar(item, entry.Header.Kind, entry.Header.From);

    internal override string? Bar(Item item, string kind, PartyId by) =>
        kind == Kinds.SilenceReceived && item.Applied.Any(e => e.Header.Kind == kind && e.Header.From == by)
            ? $"{by} has signed for it already"
            : null;
}
