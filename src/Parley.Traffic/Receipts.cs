using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>That one party did something about an entry, who did it, and when by its own clock.</summary>
public sealed record Fact(PartyId Party, EntryId Entry, DateTimeOffset At, Officer By, string? Note);

/// <summary>
/// The five facts of one entry, never merged (R8): delivered (a cosignature covers it), read (seat and name), translated, passed on (to which echelon),
/// answered. Beside them: whether its author superseded or cancelled it.
/// </summary>
public sealed class Receipts
{
    private readonly Dictionary<PartyId, DateTimeOffset> delivered = [];
    private readonly List<Fact> read = [], translated = [], passedOn = [], answered = [];

    /// <summary>Nobody has done anything about the entry yet.</summary>
    public Receipts(EntryHeader header, IReadOnlyList<PartyId> parties)
    {
        Header = header;
        WaitingFor = [.. parties.Where(p => p != header.From && (header.To is null || header.To.Contains(p)))];
    }

    public EntryHeader Header { get; }
    public EntryId Id => Header.Id;

    /// <summary>Addressees that have neither acknowledged nor answered it.</summary>
    public HashSet<PartyId> WaitingFor { get; }

    /// <summary>By party: the time in the first cosignature that covers the entry.</summary>
    public IReadOnlyDictionary<PartyId, DateTimeOffset> Delivered => delivered;
    public IReadOnlyList<Fact> Read => read;
    public IReadOnlyList<Fact> Translated => translated;
    public IReadOnlyList<Fact> PassedOn => passedOn;
    public IReadOnlyList<Fact> Answered => answered;

    /// <summary>The author's own later entry that takes its place, or takes it back.</summary>
    public (EntryId Entry, bool Cancelled)? Replaced { get; private set; }

    internal void Deliver(PartyId to, DateTimeOffset at) => delivered.TryAdd(to, at);

    /// <summary>Takes an entry that names this one among those that it answers.</summary>
    public void Take(TrafficEntry later)
    {
        var header = later.Header;
        if (header.From == Header.From)
        {
            if (header.Kind is Kinds.MessageSuperseded or Kinds.MessageCancelled or Kinds.NoticeUpdated or Kinds.NoticeCancelled or Kinds.AccidentUpdated)
                Replaced = (header.Id, header.Kind is Kinds.MessageCancelled or Kinds.NoticeCancelled);
            return;
        }
        switch (header.Kind)
        {
            case Kinds.MessageAcknowledged: Add(read, later, (later.Body as Acknowledgement)?.Note); break;
            case Kinds.MessageTranslated: Add(translated, later, header.Lang); break;
            case Kinds.MessagePassedOn: Add(passedOn, later, (later.Body as PassedOn)?.Echelon); break;
            case var kind when !Attention.IsAutomatic(kind): Add(answered, later, null); break;
            default: return;
        }
        if (header.Kind is not (Kinds.MessageTranslated or Kinds.MessagePassedOn)) WaitingFor.Remove(header.From);
    }

    private static void Add(List<Fact> facts, TrafficEntry entry, string? note)
    {
        if (facts.Count < MaxFacts) facts.Add(new Fact(entry.Header.From, entry.Id, entry.Header.At, entry.Header.By, note));
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
        kind is Kinds.NoticeUpdated or Kinds.AccidentUpdated
        || (!IsAutomatic(kind) && kind is not (Kinds.MessageAcknowledged or Kinds.MessagePassedOn or Kinds.MessageTranslated or Kinds.LineResumed or Kinds.ClaimMade or Kinds.StatementReleased)
            && !kind.StartsWith("watch.", StringComparison.Ordinal) && AllFamilies.Of(kind)?.Table.Opens(kind) != false);

    /// <summary>When the acknowledgement of an entry is due (R4).</summary>
    public static DateTimeOffset Due(EntryHeader header, LinePolicy policy) => header.At + policy.AcknowledgeWithin(header.Precedence);

    /// <summary>When the deputy is alarmed too.</summary>
    public static DateTimeOffset DeputyDue(EntryHeader header, LinePolicy policy) => Due(header, policy) + TimeSpan.FromSeconds(policy.Deputy);
}
