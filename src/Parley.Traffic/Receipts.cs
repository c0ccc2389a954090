using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>That one party did something about an entry, who did it, and when by its own clock.</summary>
public sealed record Fact(PartyId Party, EntryId Entry, DateTimeOffset At, Officer By, string? Note);

/// <summary>
/// Four of the five facts of one entry, never merged (R8): read (seat and name), translated, passed on (to which
/// echelon), answered. The fifth, delivered, is
/// no entry but a cosignature. Beside them: whether its author superseded or cancelled it.
/// </summary>
public sealed class Receipts
{
    private readonly long at,
        since;
    private PartyId[] waitingFor;

    /// <summary>Most entries that wait have none yet.</summary>
    private Facts? facts;

    private sealed class Facts
    {
        private readonly List<Fact>?[] all = new List<Fact>?[Enum.GetValues<Receipt>().Length];

        internal ref List<Fact>? this[Receipt receipt] => ref all[(int)receipt];
        internal (EntryId Entry, bool Cancelled)? Replaced { get; set; }
    }

    /// <summary>Nobody has done anything about the entry yet.</summary>
    /// <param name="header">The entry.</param>
    /// <param name="parties">All of the line.</param>
    /// <param name="since">When the wait for it began.</param>
    public Receipts(EntryHeader header, IReadOnlyList<PartyId> parties, DateTimeOffset since)
        : this(header, [.. parties.Where(p => p != header.From)], since) { }

    /// <param name="header">The entry.</param>
    /// <param name="others">Every party but its author; shared, and never written to.</param>
    /// <param name="since">When the wait for it began.</param>
    internal Receipts(EntryHeader header, PartyId[] others, DateTimeOffset since)
        : this(
            new WaitingEntry(
                header.Id,
                header.Kind,
                header.Precedence,
                Replacement.ByTwo(header),
                header.Mark,
                header.At,
                since,
                header.To is { } to ? [.. others.Where(to.Contains)] : others
            )
        ) { }

    internal Receipts(WaitingEntry entry)
    {
        Id = entry.Id;
        Kind = entry.Kind;
        Precedence = entry.Precedence;
        ByTwo = entry.ByTwo;
        Mark = entry.Mark;
        at = entry.At.UtcTicks;
        since = entry.Since.UtcTicks;
        waitingFor = entry.WaitingFor as PartyId[] ?? [.. entry.WaitingFor];
    }

    public EntryId Id { get; }
    public string Kind { get; }
    public Precedence Precedence { get; }

    /// <summary>True when two officers put their names to it.</summary>
    public bool ByTwo { get; }
    public Mark Mark { get; }
    public PartyId From => Id.Party;

    /// <summary>The time in the entry's header.</summary>
    public DateTimeOffset At => new(at, TimeSpan.Zero);

    /// <summary>When the wait for it began, by this station's clock.</summary>
    public DateTimeOffset Since => new(since, TimeSpan.Zero);

    /// <summary>Addressees that have neither acknowledged nor answered it.</summary>
    public IReadOnlyList<PartyId> WaitingFor => waitingFor;

    public IReadOnlyList<Fact> Read => facts?[Receipt.Read] ?? [];
    public IReadOnlyList<Fact> Translated => facts?[Receipt.Translated] ?? [];
    public IReadOnlyList<Fact> PassedOn => facts?[Receipt.PassedOn] ?? [];
    public IReadOnlyList<Fact> Answered => facts?[Receipt.Answered] ?? [];

    /// <summary>The author's own later entry that takes its place, or takes it back.</summary>
    public (EntryId Entry, bool Cancelled)? Replaced => facts?.Replaced;

    /// <summary>Neighbours in <see cref="WaitingList"/>.</summary>
    internal Receipts? Before { get; set; }
    internal Receipts? After { get; set; }
    internal bool IsListed { get; set; }

    internal WaitingEntry AsWaiting() => new(Id, Kind, Precedence, ByTwo, Mark, At, Since, waitingFor);

    /// <summary>Why a later entry of its author does not take this one's place; null when it does, or does not try
    /// to.</summary>
    public ReplacementRefusal? RefuseReplacement(EntryHeader later, LinePolicy policy) =>
        later.From == From && Replacement.Is(later.Kind)
            ? Replacement.Refuse(Id, Kind, Precedence, ByTwo, later, policy)
            : null;

    /// <summary>
    /// Takes an entry that names this one among those that it answers, and that is of effect or at least an answer:
    /// what was flagged is no receipt, and replaces
    /// nothing. TRAFFIC-3, TRAFFIC-13.
    /// </summary>
    public void Take(TrafficEntry later, LinePolicy policy, bool isFlagged = false)
    {
        var header = later.Header;
        if (isFlagged |= later.Fault is not null || TwoPeople.Missing(later, policy) is not null)
        {
            // An answer that is no legal step is still a sign that somebody read it; a receipt that cannot be read is
            // not.
            if (header.From == From || AllFamilies.Of(header.Kind) is null)
                return;
        }
        if (header.From == From)
        {
            if (Replacement.Is(header.Kind) && RefuseReplacement(header, policy) is null)
                (facts ??= new Facts()).Replaced = (header.Id, Replacement.Cancels(header.Kind));
            return;
        }
        if (Attention.IsAutomatic(header.Kind))
            return;
        // What a newer peer calls by a name unknown here is an answer.
        var receipt = Kinds.Find(header.Kind)?.Receipt ?? Receipt.Answered;
        Add(
            ref (facts ??= new Facts())[receipt],
            later,
            receipt == Receipt.Translated ? header.Lang : (later.Body as IReceiptBody)?.Note
        );
        if (receipt is Receipt.Answered or Receipt.Read)
            waitingFor = Array.FindAll(waitingFor, p => p != header.From);
    }

    /// <summary>That entry takes its place no longer; false where it did not.</summary>
    internal bool Restore(EntryId flagged)
    {
        if (facts?.Replaced?.Entry != flagged)
            return false;
        facts.Replaced = null;
        return true;
    }

    /// <summary>Another one that replaces it takes its place after all.</summary>
    internal void Restore(TrafficEntry other, LinePolicy policy)
    {
        if (other.Header.From == From && Replacement.Is(other.Header.Kind))
            Take(other, policy);
    }

    private static void Add(ref List<Fact>? list, TrafficEntry entry, string? note)
    {
        list ??= new List<Fact>(1);
        if (list.Count < MaxFacts)
            list.Add(new Fact(entry.Header.From, entry.Id, entry.Header.At, entry.Header.By, note));
    }

    /// <summary>Facts of one sort that are kept of an entry; further ones stand in the record only.</summary>
    private const int MaxFacts = 256;
}

/// <summary>Which entries want an officer's attention, and by when.</summary>
public static class Attention
{
    /// <summary>Written by stations, not by officers.</summary>
    public static bool IsAutomatic(string kind) =>
        kind is LineOpened.Kind or "attachment.received" || kind.StartsWith("test.", StringComparison.Ordinal);

    /// <summary>
    /// As the kind's definition says. What a newer peer calls by a name unknown here wants one, unless its first word
    /// says that a station wrote it, or that it is about a
    /// watch. TRAFFIC-14.
    /// </summary>
    public static bool WantsAcknowledgement(string kind) =>
        Kinds.Find(kind)?.WantsAcknowledgement
        ?? (!IsAutomatic(kind) && !kind.StartsWith("watch.", StringComparison.Ordinal));

    /// <summary>
    /// From when on an acknowledgement is waited for: the time that the entry states, as far as it is within what
    /// clocks may differ from its arrival. An author who
    /// states a time long past brings no deputy from his bed at once, and one in the far future does not keep him
    /// there. TRAFFIC-87.
    /// </summary>
    /// <param name="at">The time in the header.</param>
    /// <param name="arrival">When this station got it; null where that is not known, and the time in the header
    /// counts.</param>
    /// <param name="policy">The line's.</param>
    public static DateTimeOffset Since(DateTimeOffset at, DateTimeOffset? arrival, LinePolicy policy)
    {
        if (arrival is not { } here)
            return at;
        var (first, last) = (
            here.Minus(TimeSpan.FromSeconds(policy.ClockFlag)),
            here.Plus(TimeSpan.FromSeconds(policy.ClockFlag))
        );
        return at < first ? first
            : at > last ? last
            : at;
    }

    /// <summary>When the acknowledgement of an entry is due (R4).</summary>
    public static DateTimeOffset Due(Receipts receipts, LinePolicy policy) =>
        receipts.Since.Plus(policy.AcknowledgeWithin(receipts.Precedence));

    /// <inheritdoc cref="Due(Receipts,LinePolicy)"/>
    public static DateTimeOffset Due(WaitingEntry entry, LinePolicy policy) =>
        entry.Since.Plus(policy.AcknowledgeWithin(entry.Precedence));

    /// <summary>When the deputy is alarmed too.</summary>
    public static DateTimeOffset DeputyDue(WaitingEntry entry, LinePolicy policy) =>
        Due(entry, policy).Plus(TimeSpan.FromSeconds(policy.Deputy));

    /// <inheritdoc cref="DeputyDue(WaitingEntry,LinePolicy)"/>
    public static DateTimeOffset DeputyDue(Receipts receipts, LinePolicy policy) =>
        Due(receipts, policy).Plus(TimeSpan.FromSeconds(policy.Deputy));
}
