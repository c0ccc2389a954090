using Parley.Record;

namespace Parley.Traffic;

/// <summary>
/// Kinds of entries that belong together, as one state machine: its table says who may do what in which state;
/// <see cref="Objection"/> what the
/// table cannot say; <see cref="DueOf"/> when time itself does something. Pure: nothing in here reads a clock.
/// </summary>
public abstract class Family
{
    /// <summary>First word of its kinds, and its name on screen.</summary>
    public abstract string Name { get; }
    public abstract StateTable Table { get; }

    /// <summary>What its kinds are: every kind in its table, and no other.</summary>
    public abstract IReadOnlyList<KindOf> Definitions { get; }

    /// <summary>Who may write a kind of this family that is not known here.</summary>
    public virtual IReadOnlyList<string> UsualSeats => Seats.Officers;

    /// <summary>State of an item whose first entry cannot be read: it is shown, and waits for nothing.</summary>
    public string Unreadable => "unreadable";

    /// <summary>Entries whose item an entry may continue, the first that is known counting; none where its kind only
    /// opens items. TRAFFIC-7, TRAFFIC-60.</summary>
    internal IReadOnlyList<EntryId> Continued(EntryHeader header) => Table.OnlyOpens(header.Kind) ? [] : header.Re;

    /// <summary>True where a step that is marked an exercise counts though the item is actual: nobody acts on what
    /// comes of it.</summary>
    internal virtual bool TakesAnyMark => false;

    /// <summary>When the state changes by itself; null when it does not.</summary>
    internal virtual DateTimeOffset? DueOf(Item item) => null;

    /// <summary>Why this entry is not to be taken though the table has a row for it; null when nothing speaks against
    /// it.</summary>
    internal virtual string? Objection(Item item, TrafficEntry entry, IReadOnlyList<PartyId> parties) => null;

    /// <summary>Why a party may not take a step that the table has for it, whatever it would write; null when nothing
    /// speaks against it. It says what can be offered.</summary>
    internal virtual string? Bar(Item item, string kind, PartyId by) => null;

    /// <summary>What must have been read for the step and is not here, where that may not be taken on anybody's word;
    /// null for everything else.</summary>
    internal virtual string? Unseen(Item item, TrafficEntry entry) => null;

    /// <summary>The state the table leads to, where more than the table decides it.</summary>
    internal virtual string Outcome(Item item, TrafficEntry entry, string next, IReadOnlyList<PartyId> parties) => next;

    /// <summary>The item that an entry is judged by: as it stands in the order that all agree on; or, where that may
    /// not undo what an author did in good faith, as its author had seen it.</summary>
    internal virtual Item AsSeen(Item item, TrafficEntry entry) => item;

    /// <summary>The state of an item that takes an entry which was judged by another than it: by all that counts, in
    /// whatever order.</summary>
    internal virtual string Joined(Item item, TrafficEntry entry) => item.State;

    /// <summary>The entry of another item under which this one goes on; null for one that goes on under its own number.
    /// It is kept of every item, so that a chain of them is followed without reading any again.</summary>
    internal virtual EntryId? LeadOf(Item item) => null;

    /// <summary>True for an item that stays whole, and is listed before others, however many its opener opens beside it:
    /// one that another party has bound itself by. Nobody makes such items alone.</summary>
    internal virtual bool IsBinding(Item item) => false;

    internal bool Judge(
        Item item,
        TrafficEntry entry,
        IReadOnlyList<PartyId> parties,
        out string next,
        out string reason
    )
    {
        next = "";
        if (entry.Fault is { } fault)
        {
            reason = fault;
            return false;
        }
        if (
            !Table.TryStep(
                item.State,
                entry.Header.Kind,
                item.State.Length == 0 || item.Root.Header.From == entry.Header.From,
                out next,
                out reason
            )
        )
            return false;
        if (
            item.State.Length > 0
            && item.Root.Header.Mark == Mark.Actual
            && entry.Header.Mark != Mark.Actual
            && !TakesAnyMark
        )
        {
            reason =
                $"it is marked {(entry.Header.Mark == Mark.Test ? "a test" : "an exercise")}, and {item.Id} is actual"; // TRAFFIC-9
            return false;
        }
        if (Unseen(item, entry) is { } unseen)
        {
            reason = unseen;
            return false;
        }
        // Another body that was withheld from us cannot be judged: the step is taken on the header's word, as everybody
        // who has the body takes it.
        if (entry.Body is not null && Objection(item, entry, parties) is { } objection)
        {
            reason = objection;
            return false;
        }
        next = Outcome(item, entry, next, parties);
        return true;
    }
}
