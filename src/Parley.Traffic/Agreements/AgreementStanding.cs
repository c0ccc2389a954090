using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic.Agreements;

/// <summary>Where one signatory stands towards the newest text, or the one in force.</summary>
/// <param name="Party">Who.</param>
/// <param name="Capacity">In which capacity, as the text has it.</param>
/// <param name="Scope">What was signed: <c>whole</c>, or an annex.</param>
/// <param name="State"><c>waiting</c>, <c>not on this text</c>, <c>conditional</c>, <c>signed</c> or
/// <c>declined</c>.</param>
/// <param name="Entry">The entry that says so; null while there is none.</param>
/// <param name="Note">A reason, a reservation, or whose consent is waited for.</param>
public sealed record SignatoryStanding(
    PartyId Party,
    string Capacity,
    string Scope,
    string State,
    EntryId? Entry,
    string? Note
)
{
    public const string Waiting = "waiting",
        NotOnThisText = "not on this text",
        Conditional = "conditional",
        Signed = "signed",
        Declined = "declined";
}

/// <summary>
/// Where an agreement stands at a time: a pure function of the entries, of how much of the feeds is sealed, and of the
/// time, so that stations that hold the same say the same. It is in force by the signatures in the capacity
/// <c>party</c> alone, all of them on one hash and sealed, and from the stated instant. CEASEFIRE-6, CEASEFIRE-7.
/// </summary>
public sealed record AgreementStanding
{
    public const string Tabled = "tabled",
        Open = "open",
        PartlySigned = "partly signed",
        InForce = "in force",
        Suspended = "suspended",
        Ended = "ended",
        Declined = "declined",
        Denounced = "denounced";

    public required string State { get; init; }

    /// <summary>The text that is shown: the one in force, or the newest.</summary>
    public AgreementVersion? Version { get; init; }

    /// <summary>Since when, or from when on, that text is in force; null while signatures are lacking.</summary>
    public DateTimeOffset? InForceFrom { get; init; }

    /// <summary>When it ends by itself, or by what was said.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>What is waited for: <c>opening</c>, <c>signatures</c>, <c>sealing</c>, <c>start</c>; null for
    /// nothing.</summary>
    public string? WaitsFor { get; init; }
    public IReadOnlyList<SignatoryStanding> Signatories { get; init; } = [];

    /// <summary>Amendments that wait for signatures.</summary>
    public IReadOnlyList<AgreementVersion> Pending { get; init; } = [];

    /// <summary>Where it stands.</summary>
    /// <param name="agreement">Its item, with the entries that have had effect.</param>
    /// <param name="now">The time.</param>
    /// <param name="isSealed">True for an entry that every party of the line has cosigned, and of which all is here that
    /// its author had seen: what it was signed upon. CEASEFIRE-16.</param>
    public static AgreementStanding Of(Item agreement, DateTimeOffset now, Func<EntryHeader, bool> isSealed)
    {
        ArgumentNullException.ThrowIfNull(isSealed);
        var item = agreement.At(now);
        var versions = AgreementVersion.AllOf(item);
        var complete = Complete(item, versions, isSealed);
        var force = complete.LastOrDefault(c => c.From <= now);
        if (force.Version is null)
            return NotInForce(item, versions, complete is [.., var coming] ? coming : default, isSealed);
        var text = force.Version.Text;
        var (ends, asEnded) = End(item, text);
        var suspended = IsSuspended(item, now);
        return new AgreementStanding
        {
            State =
                ends <= now ? asEnded
                : suspended ? Suspended
                : InForce,
            Version = force.Version,
            InForceFrom = force.From,
            Ends = ends,
            Signatories = SignatoriesOf(item, force.Version, isSealed),
            Pending =
            [
                .. versions
                    .SkipWhile(v => v.Hash != force.Version.Hash)
                    .Skip(1)
                    .Where(v => v.Hash != force.Version.Hash),
            ],
        };
    }

    /// <summary>As few as something is agreed between: what one party signs alone binds nobody. CEASEFIRE-6.</summary>
    internal const int FewestParties = 2;

    /// <summary>
    /// The texts that have every signature that they need, in their order, and since when, or from when on. A text that
    /// is to take the place of one that was signed needs those of that one's parties as well: of whom it leaves out in
    /// whatever capacity it gives it, which lets it go by its own word. CEASEFIRE-6, CEASEFIRE-13.
    /// </summary>
    internal static IReadOnlyList<(AgreementVersion Version, DateTimeOffset? From)> Complete(
        Item item,
        IReadOnlyList<AgreementVersion> versions,
        Func<EntryHeader, bool> isSealed
    )
    {
        var complete = new List<(AgreementVersion, DateTimeOffset?)>();
        IReadOnlyCollection<PartyId> bound = [];
        foreach (var version in versions)
        {
            // Whom the earlier one binds follows from what was written: that all of it is sealed comes later.
            if (Completed(item, version, bound, _ => true) is null)
                continue;
            if (Completed(item, version, bound, isSealed) is { } from)
                complete.Add((version, from));
            bound = [.. version.Parties];
        }
        return complete;
    }

    /// <summary>When the last of the signatures that a text needs came, and its start if that is later; null while one
    /// is lacking, or waits for a consent that is.</summary>
    private static DateTimeOffset? Completed(
        Item item,
        AgreementVersion version,
        IReadOnlyCollection<PartyId> bound,
        Func<EntryHeader, bool> isSealed
    )
    {
        var parties = version.Parties.ToHashSet();
        if (parties.Count < FewestParties)
            return null;
        DateTimeOffset? last = null;
        foreach (var party in bound.Union(parties))
        {
            if (Counting(item, version, party, parties.Contains(party), isSealed) is not { } at)
                return null;
            if (last is null || at > last)
                last = at;
        }
        return last is { } signed && version.Text.Start > signed ? version.Text.Start : last;
    }

    /// <summary>When a party's signature on all of the text, as a party or in any capacity, began to count; null while it
    /// does not.</summary>
    private static DateTimeOffset? Counting(
        Item item,
        AgreementVersion version,
        PartyId party,
        bool asParty,
        Func<EntryHeader, bool> isSealed
    )
    {
        DateTimeOffset? first = null;
        foreach (var entry in item.Applied)
        {
            if (
                entry.Header.From == party
                && entry.Body is AgreementSignature signature
                && (!asParty || signature.Capacity == AgreementWords.Party)
                && IsOn(signature.Hash, version)
                && IsWhole(signature.Scope)
                && isSealed(entry.Header)
                && Consented(item, version, signature, isSealed) is { } consented
            )
            {
                var at = entry.Written > consented ? entry.Written : consented;
                if (first is null || at < first)
                    first = at;
            }
        }
        return first;
    }

    /// <summary>When the last of the consents that a signature waits for was given, the beginning of time where it waits
    /// for none; null while one is lacking. What others say of a third party's consent is no consent of its own.
    /// CEASEFIRE-8.</summary>
    private static DateTimeOffset? Consented(
        Item item,
        AgreementVersion version,
        AgreementSignature signature,
        Func<EntryHeader, bool> isSealed
    )
    {
        var last = DateTimeOffset.MinValue;
        foreach (var third in signature.ConditionalOn)
        {
            if (ConsentOf(item, version, third) is not { } consent || !isSealed(consent.Header))
                return null;
            if (consent.Written > last)
                last = consent.Written;
        }
        return last;
    }

    private static TrafficEntry? ConsentOf(Item item, AgreementVersion version, string third) =>
        item.Applied.FirstOrDefault(e =>
            e.Header.From.Value == third
            && e.Header.Kind == Kinds.AgreementConsented
            && e.Body is AgreementReference c
            && IsOn(c.Hash, version)
        );

    internal static bool IsOn(string? hash, AgreementVersion version) =>
        string.Equals(hash, version.Hash, StringComparison.OrdinalIgnoreCase);

    internal static bool IsWhole(string? scope) => scope is null or AgreementWords.Whole;

    private static AgreementStanding NotInForce(
        Item item,
        IReadOnlyList<AgreementVersion> versions,
        (AgreementVersion Version, DateTimeOffset? From) coming,
        Func<EntryHeader, bool> isSealed
    )
    {
        var shown = coming.Version ?? (versions.Count > 0 ? versions[^1] : null);
        // Every signature counts and has its place; what is lacking is that all of it is sealed, or the hour.
        var isSigned = item.State is AgreementFamily.Signed or AgreementFamily.Suspended or AgreementFamily.UnderNotice;
        return new AgreementStanding
        {
            State = isSigned ? PartlySigned : item.State,
            Version = shown,
            InForceFrom = coming.From,
            Ends = shown?.Text.Ends,
            WaitsFor =
                item.State == AgreementFamily.Tabled ? "opening"
                : item.IsSettled ? null
                : coming.Version is not null ? "start"
                : isSigned ? "sealing"
                : "signatures",
            Signatories = shown is null ? [] : SignatoriesOf(item, shown, isSealed),
        };
    }

    /// <summary>When it ends, and as what: at its own end, by every party's word, or by a denunciation.</summary>
    internal static (DateTimeOffset? At, string As) End(Item item, AgreementText text)
    {
        var (at, state) = (text.Ends, Ended);
        if (DenouncedAt(item, text) is { } denounced && !(at <= denounced))
            (at, state) = (denounced, Denounced);
        if (item.State == AgreementFamily.Ended && item.Ended is { Header.Kind: Kinds.AgreementEnded } all)
            (at, state) = at <= all.Written ? (at, state) : (all.Written, Ended);
        return (at, state);
    }

    /// <summary>When the first denunciation takes effect: after the text's notice, which begins not before it was
    /// written. CEASEFIRE-12, CEASEFIRE-41.</summary>
    internal static DateTimeOffset? DenouncedAt(Item item, AgreementText text)
    {
        DateTimeOffset? first = null;
        foreach (var entry in item.Applied)
        {
            if (entry.Header.Kind != Kinds.AgreementDenounced)
                continue;
            var at = entry.Written.Plus(TimeSpan.FromDays(text.NoticeDays ?? 0));
            if (entry.Body is AgreementDenunciation { Effective: { } later } && later > at)
                at = later;
            if (first is null || at < first)
                first = at;
        }
        return first;
    }

    /// <summary>True while a party that suspended it has not resumed, and its suspension has begun and not run
    /// out.</summary>
    internal static bool IsSuspended(Item item, DateTimeOffset now) =>
        Suspensions(item).Any(s => s.From <= now && !(s.Until <= now));

    /// <summary>By party: the suspension that it has not taken back.</summary>
    internal static IEnumerable<(PartyId Party, DateTimeOffset From, DateTimeOffset? Until)> Suspensions(Item item)
    {
        var last = new Dictionary<PartyId, TrafficEntry>();
        foreach (var entry in item.Applied)
        {
            if (entry.Header.Kind is Kinds.AgreementSuspended or Kinds.AgreementResumed)
                last[entry.Header.From] = entry;
        }
        foreach (var (party, entry) in last)
        {
            if (entry.Header.Kind != Kinds.AgreementSuspended)
                continue;
            var body = entry.Body as AgreementSuspension;
            yield return (party, body?.From > entry.Written ? body.From.Value : entry.Written, body?.Until);
        }
    }

    private static IReadOnlyList<SignatoryStanding> SignatoriesOf(
        Item item,
        AgreementVersion version,
        Func<EntryHeader, bool> isSealed
    )
    {
        var standings = new List<SignatoryStanding>();
        foreach (var signatory in version.Text.Signatories)
        {
            if (!PartyId.TryParse(signatory.Party, out var party))
                continue;
            var own = item.Applied.Where(e =>
                e.Header.From == party && e.Body is AgreementSignature s && s.Capacity == signatory.Capacity
            );
            var here = own.Where(e => IsOn(((AgreementSignature)e.Body!).Hash, version)).ToList();
            if (here.Count > 0)
            {
                standings.AddRange(
                    here.GroupBy(
                            e => ((AgreementSignature)e.Body!).Scope ?? AgreementWords.Whole,
                            StringComparer.Ordinal
                        )
                        .Select(g => StandingOf(item, version, signatory, party, g.Last(), isSealed))
                );
                continue;
            }
            var refusal = item.Applied.LastOrDefault(e =>
                e.Header.From == party && e.Body is AgreementRefusal r && IsOn(r.Hash, version)
            );
            var other = own.LastOrDefault();
            standings.Add(
                new SignatoryStanding(
                    party,
                    signatory.Capacity!,
                    AgreementWords.Whole,
                    refusal is not null ? SignatoryStanding.Declined
                        : other is not null ? SignatoryStanding.NotOnThisText
                        : SignatoryStanding.Waiting,
                    (refusal ?? other)?.Id,
                    (refusal?.Body as AgreementRefusal)?.Reason
                )
            );
        }
        return standings;
    }

    private static SignatoryStanding StandingOf(
        Item item,
        AgreementVersion version,
        Signatory signatory,
        PartyId party,
        TrafficEntry entry,
        Func<EntryHeader, bool> isSealed
    )
    {
        var signature = (AgreementSignature)entry.Body!;
        var lacking = signature
            .ConditionalOn.Where(t => ConsentOf(item, version, t) is not { } consent || !isSealed(consent.Header))
            .ToList();
        return new SignatoryStanding(
            party,
            signatory.Capacity!,
            signature.Scope ?? AgreementWords.Whole,
            lacking.Count > 0 ? SignatoryStanding.Conditional : SignatoryStanding.Signed,
            entry.Id,
            lacking.Count > 0
                ? $"counts once these consent themselves: {string.Join(", ", lacking)}"
                : signature.Reservation
        );
    }
}
