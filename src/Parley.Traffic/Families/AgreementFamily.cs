using Parley.Record;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Families;

/// <summary>
/// An agreement to stop (R24): a text that goes back and forth, is opened for signature, and is signed by its hash. The
/// table knows what was written; whether it is in force depends on what is sealed and on the hour besides, and is what
/// <see cref="AgreementStanding"/> says. No state here is called so.
/// </summary>
public sealed class AgreementFamily : Family
{
    public const string Tabled = "tabled",
        Open = "open",
        PartlySigned = "partly signed",
        Signed = "signed",
        Suspended = "suspended",
        UnderNotice = "under notice",
        Declined = "declined",
        Ended = "ended",
        Denounced = "denounced";

    private static readonly string[] Negotiated = [Tabled, Open, PartlySigned],
        Standing = [Signed, Suspended, UnderNotice];

    public override string Name => "agreement";

    public override StateTable Table { get; } =
        new(
            [
                new("", Kinds.AgreementTabled, Actor.Anyone, Tabled),
                .. Negotiated
                    .Append(Declined)
                    .Select(state => new Transition(state, Kinds.AgreementCountered, Actor.Anyone, Tabled)),
                new(Tabled, Kinds.AgreementOpened, Actor.Anyone, Open),
                new(Open, Kinds.AgreementSigned, Actor.Anyone, PartlySigned),
                new(PartlySigned, Kinds.AgreementSigned, Actor.Anyone, Signed),
                .. Standing.Select(state => new Transition(state, Kinds.AgreementSigned, Actor.Anyone, state)),
                new(Open, Kinds.AgreementConsented, Actor.Anyone, Open),
                new(PartlySigned, Kinds.AgreementConsented, Actor.Anyone, Signed),
                .. Standing.Select(state => new Transition(state, Kinds.AgreementConsented, Actor.Anyone, state)),
                .. Negotiated.Select(state => new Transition(state, Kinds.AgreementDeclined, Actor.Anyone, Declined)),
                .. Standing.Select(state => new Transition(state, Kinds.AgreementDeclined, Actor.Anyone, state)),
                .. Standing.Select(state => new Transition(state, Kinds.AgreementAmended, Actor.Anyone, state)),
                new(Signed, Kinds.AgreementSuspended, Actor.Anyone, Suspended),
                new(Suspended, Kinds.AgreementSuspended, Actor.Anyone, Suspended),
                new(UnderNotice, Kinds.AgreementSuspended, Actor.Anyone, UnderNotice),
                new(Suspended, Kinds.AgreementResumed, Actor.Anyone, Signed),
                new(UnderNotice, Kinds.AgreementResumed, Actor.Anyone, UnderNotice),
                .. Standing.Select(state => new Transition(state, Kinds.AgreementDenounced, Actor.Anyone, UnderNotice)),
                .. Standing.Select(state => new Transition(state, Kinds.AgreementEnded, Actor.Anyone, Ended)),
            ],
            [
                .. Negotiated.Append(Signed).Select(state => new Expiry(state, Ended)),
                new(Suspended, Signed),
                new(UnderNotice, Denounced),
            ],
            [Declined, Ended, Denounced]
        );

    public override IReadOnlyList<KindOf> Definitions { get; } =
    [
        new(Kinds.AgreementTabled, TrafficJson.Default.AgreementText)
        {
            Label = "Table a ceasefire",
            Says = "Proposes the text of a ceasefire: clauses, area, time, who signs as what, and how it is counted.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            IsAgreedByHash = true,
        },
        new(Kinds.AgreementCountered, TrafficJson.Default.AgreementText)
        {
            Label = "Counter with another text",
            Says =
                "Puts another text in the place of the one on the table; signatures on the earlier one do not count.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            IsAgreedByHash = true,
        },
        new(Kinds.AgreementOpened, TrafficJson.Default.AgreementReference)
        {
            Label = "Open it for signature",
            Says = "Says that the newest text may be signed, by its hash.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
        },
        new(Kinds.AgreementSigned, TrafficJson.Default.AgreementSignature)
        {
            Label = "Sign the text",
            Says = "Signs one text by its hash, in a capacity that it gives; two officers do it.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.Agreement,
            WantsAcknowledgement = true,
        },
        new(Kinds.AgreementConsented, TrafficJson.Default.AgreementReference)
        {
            Label = "Consent to the text",
            Says = "Gives a party's own consent, for which signatures of others may wait.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.Agreement,
            WantsAcknowledgement = true,
        },
        new(Kinds.AgreementDeclined, TrafficJson.Default.AgreementRefusal)
        {
            Label = "Decline to sign",
            Says = "Says that a text will not be signed, and why.",
            Seats = [Seats.Principal, Seats.Watch],
            WantsAcknowledgement = true,
        },
        new(Kinds.AgreementAmended, TrafficJson.Default.AgreementText)
        {
            Label = "Propose an amendment",
            Says = "Proposes the text as it is to be from its own start on; it counts once every party signed it.",
            Seats = Seats.Officers,
            WantsAcknowledgement = true,
            IsAgreedByHash = true,
        },
        new(Kinds.AgreementSuspended, TrafficJson.Default.AgreementSuspension)
        {
            Label = "Suspend the agreement",
            Says = "Says that a party holds itself not bound for a time, and why.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.Agreement,
            WantsAcknowledgement = true,
            Rings = true,
        },
        new(Kinds.AgreementResumed, TrafficJson.Default.Reasoned)
        {
            Label = "Resume the agreement",
            Says = "Takes the party's own suspension back.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.Agreement,
            WantsAcknowledgement = true,
        },
        new(Kinds.AgreementDenounced, TrafficJson.Default.AgreementDenunciation)
        {
            Label = "Denounce the agreement",
            Says = "Gives notice that the agreement is to end; it stands until the notice has run out.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.Agreement,
            WantsAcknowledgement = true,
            Rings = true,
        },
        new(Kinds.AgreementEnded, TrafficJson.Default.Reasoned)
        {
            Label = "Agree that it is over",
            Says = "Agrees that the agreement ends; it does once every party says so.",
            Seats = [Seats.Principal, Seats.Watch],
            Act = TwoPeople.Agreement,
            WantsAcknowledgement = true,
        },
    ];

    internal override DateTimeOffset? DueOf(Item item)
    {
        var version = Bound(item) ?? Newest(item);
        if (version is null)
            return null;
        return item.State switch
        {
            Tabled or Open or PartlySigned or Signed => version.Text.Ends,
            Suspended when AgreementStanding.Suspensions(item).ToList() is { Count: > 0 } all => Earlier(
                all.All(s => s.Until is not null) ? all.Max(s => s.Until) : null,
                version.Text.Ends
            ),
            UnderNotice => Earlier(AgreementStanding.DenouncedAt(item, version.Text), version.Text.Ends),
            _ => null,
        };
    }

    /// <summary>
    /// Everybody is to judge the texts and the signatures alike, so that they go to every party of the line, and none
    /// counts before a party that has not read it. CEASEFIRE-3.
    /// </summary>
    internal override string? Unseen(Item item, TrafficEntry entry)
    {
        if (entry.Header.To is not null)
            return "an agreement is for every party of the line: it was not sent to all";
        if (entry.IsWithheld)
            return "what it says is not here: its body was withheld";
        return
            !AgreementVersion.IsText(entry)
            && item.Applied.LastOrDefault(AgreementVersion.IsText) is { IsWithheld: true } text
            ? $"the text of {text.Id} is not here: its body was withheld"
            : null;
    }

    /// <summary>The fold from which acts that cross are judged by what their authors had seen, before by the order that
    /// all agree on alone; and from which none takes effect in the past. // LINE-13, CEASEFIRE-16, CEASEFIRE-41</summary>
    private const int ActsCross = 3;

    /// <summary>True for an entry that takes effect no earlier than what its author's feed states before it.
    /// // LINE-13, CEASEFIRE-41</summary>
    internal static bool IsNeverDatedBack(EntryHeader header, LinePolicy policy) =>
        IsGuarded(policy) && AllFamilies.Of(header.Kind) is AgreementFamily;

    /// <summary>True for a line on which what was in force cannot be undone by what crosses or is dated back.</summary>
    public static bool IsGuarded(LinePolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Fold >= ActsCross;
    }

    internal override Item AsSeen(Item item, TrafficEntry entry) =>
        item.Rules >= ActsCross ? Negotiation.AsSeen(item, entry) : item;

    internal override string Joined(Item item, TrafficEntry entry) =>
        IsStanding(item.State) ? item.State : Negotiation.StateOf(item with { Applied = [.. item.Applied, entry] });

    /// <summary>True for a state that comes after every party's signature, and before the end.</summary>
    internal static bool IsStanding(string state) => Standing.Contains(state);

    internal override string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties)
    {
        if (AgreementVersion.IsText(entry))
            return Text(item, entry);
        if (Bar(item, entry.Header.Kind, entry.Header.From) is { } bar)
            return bar;
        return entry.Body switch
        {
            AgreementSignature signature => Signature(item, entry, signature),
            AgreementReference { Hash: { } hash } when entry.Header.Kind == Kinds.AgreementOpened => OnNewest(
                item,
                hash
            ),
            IOnText on => OnSome(item, on.Hash),
            _ => null,
        };
    }

    internal override string? Bar(Item item, string kind, PartyId by)
    {
        switch (kind)
        {
            case Kinds.AgreementSigned:
                return Signable(item).Any(v => Capacities(v, by).Any())
                    ? null
                    : $"no text that may be signed gives {by} a capacity to sign in";
            case Kinds.AgreementSuspended or Kinds.AgreementDenounced or Kinds.AgreementEnded:
                if (Bound(item) is { } bound && !bound.Parties.Contains(by))
                    return $"{by} is no party to it";
                if (kind == Kinds.AgreementEnded && item.Applied.Any(e => e.Header.Kind == kind && e.Header.From == by))
                    return $"{by} has said already that it is over";
                return
                    kind == Kinds.AgreementDenounced
                    && item.Applied.Any(e => e.Header.Kind == kind && e.Header.From == by)
                    ? $"{by} has denounced it already"
                    : null;
            case Kinds.AgreementResumed:
                return AgreementStanding.Suspensions(item).Any(s => s.Party == by)
                    ? null
                    : $"{by} has not suspended it";
            default:
                return null;
        }
    }

    internal override string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties)
    {
        switch (entry.Header.Kind)
        {
            case Kinds.AgreementSigned or Kinds.AgreementConsented when item.State is Open or PartlySigned:
                var with = item with { Applied = [.. item.Applied, entry] };
                var newest = Newest(item)!;
                return Bound(with)?.Hash == newest.Hash ? Signed
                    : with.Applied.Any(e => e.Body is AgreementSignature s && AgreementStanding.IsOn(s.Hash, newest))
                        ? PartlySigned
                    : Open;
            case Kinds.AgreementDeclined:
                return Newest(item)?.Parties.Contains(entry.Header.From) == true ? next : item.State;
            case Kinds.AgreementResumed when item.State == Suspended:
                return AgreementStanding.Suspensions(item).Any(s => s.Party != entry.Header.From) ? Suspended : next;
            case Kinds.AgreementEnded:
                var over = item
                    .Applied.Where(e => e.Header.Kind == Kinds.AgreementEnded)
                    .Select(e => e.Header.From)
                    .Append(entry.Header.From)
                    .ToHashSet();
                return Bound(item)?.Parties.All(over.Contains) != false ? next : item.State;
            default:
                return next;
        }
    }

    /// <summary>The newest text, which is what is negotiated; null where it is not here.</summary>
    public static AgreementVersion? Newest(Item agreement) =>
        agreement.Applied.LastOrDefault(AgreementVersion.IsText) is { } entry
        && AgreementVersion.Of(entry).TryGet(out var version, out _)
            ? version
            : null;

    /// <summary>True for one that two parties or more have signed, and that is not over: who opens thousands beside it
    /// pushes it out of nobody's sight. CEASEFIRE-42.</summary>
    internal override bool IsBinding(Item item) => IsStanding(item.State) && Bound(item) is not null;

    /// <summary>The newest text that has every signature that it needs, sealed or not.</summary>
    internal static AgreementVersion? Bound(Item agreement) =>
        SignedTexts(agreement, AgreementVersion.AllOf(agreement)) is [.., var last] ? last.Version : null;

    private static IReadOnlyList<(AgreementVersion Version, DateTimeOffset? From)> SignedTexts(
        Item agreement,
        IReadOnlyList<AgreementVersion> versions
    ) => AgreementStanding.Complete(agreement, versions, _ => true);

    /// <summary>The texts that may be signed now: the one that was opened; once all parties signed one, that and its
    /// amendments.</summary>
    private static IReadOnlyList<AgreementVersion> Signable(Item item)
    {
        var versions = AgreementVersion.AllOf(item);
        return item.State switch
        {
            Open or PartlySigned => [.. versions.TakeLast(1)],
            Signed or Suspended or UnderNotice when SignedTexts(item, versions) is [var first, ..] =>
            [
                .. versions.SkipWhile(v => v.Hash != first.Version.Hash),
            ],
            _ => [],
        };
    }

    private static IEnumerable<string> Capacities(AgreementVersion version, PartyId party) =>
        version.Text.Signatories.Where(s => s.Party == party.Value).Select(s => s.Capacity!);

    private static string? Text(Item item, TrafficEntry entry)
    {
        if (!AgreementVersion.Of(entry).TryGet(out var version, out var why))
            return $"its text has no canonical form: {why}";
        if (AgreementVersion.AllOf(item).Any(v => v.Hash == version.Hash))
            return "it is a text that stands there already";
        return version.Text.Ends <= entry.Written ? "it ends before it is tabled" : null;
    }

    private static string? Signature(Item item, TrafficEntry entry, AgreementSignature signature)
    {
        if (OnSome(item, signature.Hash) is { } other)
            return other;
        if (Signable(item).LastOrDefault(v => AgreementStanding.IsOn(signature.Hash, v)) is not { } version)
            return "it is not on this text: the text that it names was replaced by a newer one"; // CEASEFIRE-3
        var capacities = Capacities(version, entry.Header.From).ToList();
        if (!capacities.Contains(signature.Capacity!))
            return capacities.Count == 0
                ? $"the text gives {entry.Header.From} no capacity"
                : $"the text gives {entry.Header.From} the capacity {string.Join(", ", capacities)}, not {signature.Capacity}";
        if (!AgreementStanding.IsWhole(signature.Scope) && version.Text.Annexes.All(a => a.Id != signature.Scope))
            return $"the text has no annex {signature.Scope}";
        if (version.Text.Ends <= entry.Written)
            return $"the text ended at {version.Text.Ends:u}";
        return item.Applied.Any(e =>
            e.Header.From == entry.Header.From
            && e.Body is AgreementSignature s
            && AgreementStanding.IsOn(s.Hash, version)
            && s.Capacity == signature.Capacity
            && (s.Scope ?? AgreementWords.Whole) == (signature.Scope ?? AgreementWords.Whole)
            && (s.ConditionalOn.Count == 0 || signature.ConditionalOn.Count > 0)
        )
            ? $"{entry.Header.From} has signed that already"
            : null;
    }

    private static string? OnSome(Item item, string? hash) =>
        AgreementVersion.AllOf(item).Any(v => AgreementStanding.IsOn(hash, v))
            ? null
            : $"it is not on this text: no text of {item.Id} has the hash that it names"; // CEASEFIRE-3

    private static string? OnNewest(Item item, string hash) =>
        Newest(item) is not { } newest ? "no text is here"
        : AgreementStanding.IsOn(hash, newest) ? null
        : $"it is not on this text: the newest is {newest.Hash}";

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
        a is null ? b
        : b is null || a < b ? a
        : b;
}
