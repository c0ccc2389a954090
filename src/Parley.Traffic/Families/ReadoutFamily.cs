using Parley.Crypto;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// What is said of a call afterwards (R23). A joint readout goes back and forth as drafts; it is agreed once every
/// other party has named the hash of the
/// newest draft. A party's own is issued and needs nobody. How far either may go is released apart, level by level.
/// </summary>
public sealed class ReadoutFamily : Family
{
    public const string Drafting = "drafting",
        Agreed = "agreed",
        Issued = "issued",
        Withdrawn = "withdrawn",
        Released = "released";

    public override string Name => "readout";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.ReadoutIssued, Actor.Anyone, Issued),
                new("", Kinds.ReadoutDrafted, Actor.Anyone, Drafting),
                new(Drafting, Kinds.ReadoutDrafted, Actor.Anyone, Drafting),
                new(Drafting, Kinds.ReadoutAgreed, Actor.Anyone, Agreed),
                new(Drafting, Kinds.ReadoutWithdrawn, Actor.Anyone, Withdrawn),
                new(Agreed, Kinds.ReadoutReleased, Actor.Anyone, Released),
                new(Released, Kinds.ReadoutReleased, Actor.Anyone, Released),
                new(Issued, Kinds.ReadoutReleased, Actor.Opener, Issued),
                // They change no state, so that stations that do not know them come to no other.
                new(Issued, Kinds.ReadoutCorrected, Actor.Opener, Issued),
                new(Issued, Kinds.ReadoutRecalled, Actor.Opener, Issued),
                new(Released, Kinds.ReadoutRecalled, Actor.Anyone, Released),
            ],
            [],
            [Agreed, Issued, Withdrawn, Released]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.ReadoutIssued, TrafficJson.Default.Readout)
        {
            Label = "Issue a readout",
            Says = "Gives one side's own account of a call.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            IsAgreedByHash = true,
        },
        new(Kinds.ReadoutDrafted, TrafficJson.Default.Readout)
        {
            Label = "Draft a joint readout",
            Says = "Proposes a text that both sides could say of a call.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            IsAgreedByHash = true,
        },
        new(Kinds.ReadoutAgreed, TrafficJson.Default.ReadoutAgreement)
        {
            Label = "Agree to the draft",
            Says = "Agrees to the newest draft, by the hash of its text.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = LinePolicy.JointReadout,
        },
        new(Kinds.ReadoutWithdrawn, TrafficJson.Default.Reasoned)
        {
            Label = "Give the draft up",
            Says = "Gives the joint readout up.",
            Seats = Seats.Officers,
        },
        new(Kinds.ReadoutReleased, TrafficJson.Default.Release)
        {
            Label = "Release the readout",
            Says = "Says how far the readout may go: internal, allies or public.",
            Seats = [Seats.Spokesperson, Seats.Principal],
            Act = LinePolicy.PublicRelease,
            ActAtLevel = Release.Public,
        },
        new(Kinds.ReadoutCorrected, TrafficJson.Default.Readout)
        {
            Label = "Correct the readout",
            Says = "States a party's own readout anew; the earlier text stays readable beside it.",
            Seats = [Seats.Spokesperson, Seats.Principal],
            Act = LinePolicy.PublicRelease,
            WantsAcknowledgement = true,
        },
        new(Kinds.ReadoutRecalled, TrafficJson.Default.Withdrawal)
        {
            Label = "Withdraw the readout from the public",
            Says = "Takes the party's own release to the public back, and says why; that it was released stays known.",
            Seats = [Seats.Spokesperson, Seats.Principal],
            Act = LinePolicy.PublicRelease,
        },
    ];

    /// <summary>Nobody has agreed to a text, or released it, before a party that has not read which.</summary>
    internal override string? Unseen(Item item, TrafficEntry entry) =>
        entry.Header.Kind switch
        {
            Kinds.ReadoutAgreed when entry.IsWithheld => "what it agrees to is not here: its body was withheld",
            Kinds.ReadoutAgreed when Newest(item) is { IsWithheld: true } draft =>
                $"the text of the newest draft, {draft.Id}, is not here: its body was withheld, so that no hash can be compared",
            Kinds.ReadoutReleased when entry.IsWithheld => "how far it is released is not here: its body was withheld",
            _ => null,
        };

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        switch (entry.Body)
        {
            case ReadoutAgreement agreement:
                if (Bar(item, entry.Header.Kind, entry.Header.From) is { } bar)
                    return bar;
                var draft = Newest(item)!;
                if (!string.Equals(agreement.Hash, HashOf(draft), StringComparison.OrdinalIgnoreCase))
                    return $"it agrees to another text than the newest draft, {draft.Id}";
                return null;
            case Release { Level: var level }:
                if (EmbargoOf(item) is { } embargo && level == "public" && embargo > entry.Header.At)
                    return $"it is under embargo until {embargo:u}";
                return ReleasedTo(item, entry.Header.From) is { } earlier && Rank(level) <= Rank(earlier)
                    ? $"it is released to {earlier} already"
                    : null;
            case Readout corrected when entry.Header.Kind == Kinds.ReadoutCorrected:
                return corrected.Embargo == EmbargoOf(item) ? null : "a correction changes no embargo"; // PUBLIC-12
            case Withdrawal:
                return Bar(item, entry.Header.Kind, entry.Header.From);
            default:
                return null;
        }
    }

    internal override string? Bar(Item item, string kind, PartyId by) =>
        kind == Kinds.ReadoutAgreed && Newest(item)?.Header.From == by
            ? "the newest draft is the party's own: agreeing is for the others"
        : kind == Kinds.ReadoutReleased && ReleasedTo(item, by) == Release.Public
            ? $"it is released to {Release.Public} already"
        : kind == Kinds.ReadoutRecalled && ReleasedTo(item, by) != Release.Public
            ? $"this party has not released it to {Release.Public}"
        : kind == Kinds.ReadoutRecalled && RecallBy(item, by) is not null ? "this party has taken it back already"
        : null;

    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        if (entry.Header.Kind != Kinds.ReadoutAgreed)
            return next;
        var draft = Newest(item)!;
        var agreed = item
            .Applied.Where(e => e.Header.Kind == Kinds.ReadoutAgreed && e.Follows(draft))
            .Select(e => e.Header.From)
            .Append(entry.Header.From)
            .ToHashSet();
        return parties.All(p => p == draft.Header.From || agreed.Contains(p)) ? Agreed : Drafting;
    }

    /// <summary>The newest draft, which is what can be agreed to; of an own readout, the readout.</summary>
    public static TrafficEntry? Newest(Item readout) =>
        readout.Last(Kinds.ReadoutDrafted) ?? readout.Last(Kinds.ReadoutIssued);

    /// <summary>What is to be read of it now: as <see cref="Newest"/>, or the newest correction of an own readout.</summary>
    public static TrafficEntry? Text(Item readout) => readout.Last(Kinds.ReadoutCorrected) ?? Newest(readout);

    /// <summary>The entry by which a party took its release to the public back, or null.</summary>
    public static TrafficEntry? RecallBy(Item readout, PartyId by) =>
        readout.Applied.FirstOrDefault(e => e.Header.Kind == Kinds.ReadoutRecalled && e.Header.From == by);

    /// <summary>What an agreement names: <c>sha256:</c> of the draft's body bytes.</summary>
    public static string HashOf(TrafficEntry draft) => $"sha256:{Sha256.Of(draft.BodyBytes.Span).ToHex()}";

    /// <summary>The widest level that a party has released it to, or null.</summary>
    public static string? ReleasedTo(Item readout, PartyId by) =>
        readout
            .Applied.Where(e => e.Header.From == by && e.Body is Release)
            .Select(e => ((Release)e.Body!).Level)
            .MaxBy(Rank);

    private static DateTimeOffset? EmbargoOf(Item item) => (Newest(item)?.Body as Readout)?.Embargo;

    private static int Rank(string? level) => Release.Levels.IndexOf(level ?? "");
}

internal static class Lists
{
    internal static int IndexOf(this IReadOnlyList<string> list, string item)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] == item)
                return i;
        }
        return -1;
    }
}
