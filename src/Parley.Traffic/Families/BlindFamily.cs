using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// A blind check in the record (docs/protocol/blind-check.md): two people at each side start it, both sides commit,
/// both say what they found as a digest. The
/// points themselves never stand here. That a check is agreed says that both found the same, not that anything is safe.
/// </summary>
public sealed class BlindFamily : Family
{
    public const string Proposed = "proposed",
        Accepted = "accepted",
        Committed = "committed",
        Agreed = "agreed",
        Differs = "differs",
        Concluded = "concluded",
        Declined = "declined",
        Withdrawn = "withdrawn",
        Aborted = "aborted",
        Expired = "expired";

    private static readonly string[] Comparing = [Seats.Planner, Seats.Watch, Seats.Principal];

    public override string Name => "blind";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.BlindProposed, Actor.Anyone, Proposed),
                new(Proposed, Kinds.BlindAccepted, Actor.Counterpart, Accepted),
                new(Proposed, Kinds.BlindDeclined, Actor.Counterpart, Declined),
                new(Proposed, Kinds.BlindWithdrawn, Actor.Opener, Withdrawn),
                new(Accepted, Kinds.BlindCommitted, Actor.Anyone, Committed),
                new(Committed, Kinds.BlindCompared, Actor.Anyone, Agreed),
                .. new[] { Accepted, Committed, Aborted }.Select(state => new Transition(
                    state,
                    Kinds.BlindAborted,
                    Actor.Anyone,
                    Aborted
                )),
            ],
            [.. new[] { Proposed, Accepted, Committed }.Select(state => new Expiry(state, Expired))],
            [Agreed, Differs, Concluded, Declined, Withdrawn, Aborted, Expired]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.BlindProposed, TrafficJson.Default.BlindProposal)
        {
            Label = "Propose a blind check",
            Says = "Proposes to compare plans without showing them: with whom, in which area and time.",
            Seats = Comparing,
            Act = TwoPeople.BlindCheck,
            WantsAcknowledgement = true,
        },
        new(Kinds.BlindAccepted, TrafficJson.Default.BlindAcceptance)
        {
            Label = "Accept the blind check",
            Says = "Agrees to the blind check as it was proposed.",
            Seats = Comparing,
            Act = TwoPeople.BlindCheck,
        },
        new(Kinds.BlindDeclined, TrafficJson.Default.Reasoned)
        {
            Label = "Decline the blind check",
            Says = "Declines the blind check.",
            Seats = Comparing,
        },
        new(Kinds.BlindWithdrawn, TrafficJson.Default.Reasoned)
        {
            Label = "Withdraw the blind check",
            Says = "Takes the proposal of a blind check back.",
            Seats = Comparing,
        },
        new(Kinds.BlindCommitted, TrafficJson.Default.BlindCommitment)
        {
            Label = "Commit to the own plans",
            Says = "Binds a side to the plans that it compares, before any of them leaves.",
            Seats = Comparing,
            IsByStation = true,
        },
        new(Kinds.BlindCompared, TrafficJson.Default.BlindFinding)
        {
            Label = "Record what was found",
            Says = "Says what a side found, as a digest that tells nobody where.",
            Seats = Comparing,
            IsByStation = true,
        },
        new(Kinds.BlindAborted, TrafficJson.Default.BlindEnd)
        {
            Label = "End the blind check",
            Says = "Says that a side ended the blind check without a result, and why.",
            Seats = Comparing,
            IsByStation = true,
        },
    ];

    public override IReadOnlyList<string> UsualSeats => Comparing;

    internal override DateTimeOffset? DueOf(Item item) =>
        item.State switch
        {
            Proposed => ProposalOf(item)?.Expires ?? item.Root.Header.At.Plus(TrafficDefaults.BlindAnswer),
            Accepted or Committed => item.Last(Kinds.BlindAccepted)!.Header.At.Plus(TrafficDefaults.BlindRun),
            _ => null,
        };

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        if (entry.Body is BlindProposal proposal)
        {
            if (proposal.With == entry.Header.From.Value || !parties.Any(p => p.Value == proposal.With))
                return "it is proposed to nobody else on this line";
            return entry.Header.To is { } to && (to.Count != 1 || to[0].Value != proposal.With)
                ? "it is for the party that is asked, and for no other"
                : null;
        }
        if (Bar(item, entry.Header.Kind, entry.Header.From) is { } bar)
            return bar;
        switch (entry.Body)
        {
            case BlindAcceptance acceptance:
                if (ProposalOf(item) is not { } asked)
                    return null;
                return acceptance.ProfileHash != asked.ProfileHash ? "it accepts another profile"
                    : acceptance.Nonce == asked.Nonce ? "it repeats the nonce of the proposal"
                    : null;
            case BlindCommitment commitment:
                return Of(item, Kinds.BlindCommitted, entry.Header.From) is not null
                    ? "this party has committed already"
                    : OfAnotherRun(item, commitment.Run);
            case BlindFinding finding:
                return Of(item, Kinds.BlindCompared, entry.Header.From) is not null
                    ? "this party has said already what it found"
                    : OfAnotherRun(item, finding.Run);
            case BlindEnd end:
                return Of(item, Kinds.BlindAborted, entry.Header.From) is not null
                    ? "this party has said already that it ended"
                    : OfAnotherRun(item, end.Run);
            default:
                return null;
        }
    }

    internal override string? Bar(Item item, string kind, PartyId by) =>
        IsOfIt(item, by) ? null : $"the check is between {item.Root.Header.From} and {ProposalOf(item)?.With}";

    /// <summary>Both sides commit, and both say what they found, before the state moves on. Who was not given the
    /// digests only knows that both have ended.</summary>
    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        if (entry.Header.Kind == Kinds.BlindCommitted)
            return item.Last(Kinds.BlindCommitted) is { } other && other.Header.From != entry.Header.From
                ? Committed
                : Accepted;
        if (entry.Header.Kind != Kinds.BlindCompared)
            return next;
        if (item.Last(Kinds.BlindCompared) is not { } first || first.Header.From == entry.Header.From)
            return Committed;
        return (first.Body, entry.Body) is not (BlindFinding a, BlindFinding b) ? Concluded
            : a.Digest == b.Digest && a.Shared == b.Shared ? Agreed
            : Differs;
    }

    /// <summary>What was proposed; null where it was not for this party.</summary>
    public static BlindProposal? ProposalOf(Item check) => check.Root.Body as BlindProposal;

    public static BlindAcceptance? AcceptanceOf(Item check) => check.Last(Kinds.BlindAccepted)?.Body as BlindAcceptance;

    /// <summary>The entry of that kind by one side; null where there is none.</summary>
    public static TrafficEntry? Of(Item check, string kind, PartyId by) =>
        check.Applied.FirstOrDefault(e => e.Header.Kind == kind && e.Header.From == by);

    /// <summary>The party that was asked; null where the proposal was not for this party.</summary>
    public static PartyId? Asked(Item check) => PartyId.TryParse(ProposalOf(check)?.With, out var asked) ? asked : null;

    private static bool IsOfIt(Item check, PartyId party) =>
        party == check.Root.Header.From || Asked(check) is not { } asked || asked == party;

    private static string? OfAnotherRun(Item check, string? run) =>
        AcceptanceOf(check) is { } acceptance && acceptance.Run != run ? "it is of another run" : null;
}
