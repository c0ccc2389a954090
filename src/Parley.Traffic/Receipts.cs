using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>That one party did something about an entry, who did it, and when by its own clock.</summary>
public sealed record Fact(PartyId Party, EntryId Entry, DateTimeOffset At, Officer By, string? Note);

/// <summary>
/// Four of the five facts of one entry, never merged (R8): read (seat and name), translated, passed on (to which echelon), answered. The fifth, delivered, is
/// no entry but a cosignature. Beside them: whether its author superseded or cancelled it.
/// </summary>
public sealed class Receipts
{
    private readonly long at;
    private PartyId[] waitingFor;
    /// <summary>Most entries that wait have none yet.</summary>
    private Facts? facts;

    private sealed class Facts
    {
        internal List<Fact>? Read, Translated, PassedOn, Answered;
        internal (EntryId Entry, bool Cancelled)? Replaced { get; set; }
    }

    /// <summary>Nobody has done anything about the entry yet.</summary>
    public Receipts(EntryHeader header, IReadOnlyList<PartyId> parties) : this(header, [.. parties.Where(p => p != header.From)])
    {
    }

    /// <param name="header">The entry.</param>
    /// <param name="others">Every party but its author; shared, and never written to.</param>
    internal Receipts(EntryHeader header, PartyId[] others)
        : this(new WaitingEntry(header.Id, header.Kind, header.Precedence, Replacement.ByTwo(header), header.Mark, header.At, header.To is { } to ? [.. others.Where(to.Contains)] : others))
    {
    }

    internal Receipts(WaitingEntry entry)
    {
        Id = entry.Id;
        Kind = entry.Kind;
        Precedence = entry.Precedence;
        ByTwo = entry.ByTwo;
        Mark = entry.Mark;
        at = entry.At.UtcTicks;
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

    /// <summary>Addressees that have neither acknowledged nor answered it.</summary>
    public IReadOnlyList<PartyId> WaitingFor => waitingFor;

    public IReadOnlyList<Fact> Read => facts?.Read ?? [];
    public IReadOnlyList<Fact> Translated => facts?.Translated ?? [];
    public IReadOnlyList<Fact> PassedOn => facts?.PassedOn ?? [];
    public IReadOnlyList<Fact> Answered => facts?.Answered ?? [];

    /// <summary>The author's own later entry that takes its place, or takes it back.</summary>
    public (EntryId Entry, bool Cancelled)? Replaced => facts?.Replaced;

    /// <summary>Neighbours in <see cref="WaitingList"/>.</summary>
    internal Receipts? Before { get; set; }
    internal Receipts? After { get; set; }
    internal bool IsListed { get; set; }

    internal WaitingEntry AsWaiting() => new(Id, Kind, Precedence, ByTwo, Mark, At, waitingFor);

    /// <summary>Why a later entry of its author does not take this one's place; null when it does, or does not try to.</summary>
    public ReplacementRefusal? RefuseReplacement(EntryHeader later, LinePolicy policy) =>
        later.From == From && Replacement.Is(later.Kind) ? Replacement.Refuse(Id, Kind, Precedence, ByTwo, later, policy) : null;

    /// <summary>
    /// Takes an entry that names this one among those that it answers, and that is of effect or at least an answer: what was flagged is no receipt, and replaces
    /// nothing. TRAFFIC-3, TRAFFIC-13.
    /// </summary>
    public void Take(TrafficEntry later, LinePolicy policy, bool isFlagged = false)
    {
        var header = later.Header;
        if (isFlagged |= later.Fault is not null || TwoPeople.Missing(later, policy) is not null)
        {
            // An answer that is no legal step is still a sign that somebody read it; a receipt that cannot be read is not.
            if (header.From == From || AllFamilies.Of(header.Kind) is null) return;
        }
        if (header.From == From)
        {
            if (Replacement.Is(header.Kind) && RefuseReplacement(header, policy) is null) (facts ??= new Facts()).Replaced = (header.Id, Replacement.Cancels(header.Kind));
            return;
        }
        if (header.Kind != Kinds.MessageAcknowledged && Attention.IsAutomatic(header.Kind)) return;
        facts ??= new Facts();
        switch (header.Kind)
        {
            case Kinds.MessageAcknowledged: Add(ref facts.Read, later, (later.Body as Acknowledgement)?.Note); break;
            case Kinds.MessageTranslated: Add(ref facts.Translated, later, header.Lang); break;
            case Kinds.MessagePassedOn: Add(ref facts.PassedOn, later, (later.Body as PassedOn)?.Echelon); break;
            default: Add(ref facts.Answered, later, null); break;
        }
        if (header.Kind is not (Kinds.MessageTranslated or Kinds.MessagePassedOn)) waitingFor = Array.FindAll(waitingFor, p => p != header.From);
    }

    private static void Add(ref List<Fact>? list, TrafficEntry entry, string? note)
    {
        list ??= new List<Fact>(1);
        if (list.Count < MaxFacts) list.Add(new Fact(entry.Header.From, entry.Id, entry.Header.At, entry.Header.By, note));
    }

    /// <summary>Facts of one sort that are kept of an entry; further ones stand in the record only.</summary>
    private const int MaxFacts = 256;
}

/// <summary>Which entries want an officer's attention, and by when.</summary>
public static class Attention
{
    /// <summary>Written by stations, not by officers.</summary>
    public static bool IsAutomatic(string kind) => kind is LineOpened.Kind or "attachment.received" || kind.StartsWith("test.", StringComparison.Ordinal);

    /// <summary>
    /// False for what is itself a receipt or a station's own doing, and for a step that only continues an item: the item says whose turn it is. Everything else
    /// wants one, also what a newer peer calls by a name unknown here.
    /// </summary>
    public static bool WantsAcknowledgement(string kind) =>
        kind is Kinds.NoticeUpdated or Kinds.AccidentUpdated or Kinds.ActivityChanged or Kinds.AreaChanged or Kinds.MovementChanged or Kinds.MovementDeviated or Kinds.MovementUnderFire
        || (!IsAutomatic(kind) && kind is not (Kinds.MessageAcknowledged or Kinds.MessagePassedOn or Kinds.MessageTranslated or Kinds.LineResumed or Kinds.ClaimMade or Kinds.StatementReleased)
            && !kind.StartsWith("watch.", StringComparison.Ordinal) && AllFamilies.Of(kind)?.Table.Opens(kind) != false);

    /// <summary>When the acknowledgement of an entry is due (R4).</summary>
    public static DateTimeOffset Due(EntryHeader header, LinePolicy policy) => header.At + policy.AcknowledgeWithin(header.Precedence);

    /// <inheritdoc cref="Due(EntryHeader,LinePolicy)"/>
    public static DateTimeOffset Due(Receipts receipts, LinePolicy policy) => receipts.At + policy.AcknowledgeWithin(receipts.Precedence);

    /// <inheritdoc cref="Due(EntryHeader,LinePolicy)"/>
    public static DateTimeOffset Due(WaitingEntry entry, LinePolicy policy) => entry.At + policy.AcknowledgeWithin(entry.Precedence);

    /// <inheritdoc cref="DeputyDue(EntryHeader,LinePolicy)"/>
    public static DateTimeOffset DeputyDue(WaitingEntry entry, LinePolicy policy) => Due(entry, policy) + TimeSpan.FromSeconds(policy.Deputy);

    /// <inheritdoc cref="DeputyDue(EntryHeader,LinePolicy)"/>
    public static DateTimeOffset DeputyDue(Receipts receipts, LinePolicy policy) => Due(receipts, policy) + TimeSpan.FromSeconds(policy.Deputy);

    /// <summary>When the deputy is alarmed too.</summary>
    public static DateTimeOffset DeputyDue(EntryHeader header, LinePolicy policy) => Due(header, policy) + TimeSpan.FromSeconds(policy.Deputy);
}
