using Parley.Record;

namespace Parley.Traffic;

/// <summary>What is known of every open item, also of one that is not kept whole: all that a count, a clock, an alarm
/// or the order of a list asks, and none of its texts.</summary>
public sealed record Heading
{
    /// <summary>Changes by time alone that are followed; the tables have two at most.</summary>
    private const int MaxTurns = 8;

    /// <summary>What an entry is taken for beside its body.</summary>
    private const int PerEntry = 512;

    public required EntryId Id { get; init; }
    public required Family Family { get; init; }

    /// <summary>Kind of the entry that opened it.</summary>
    public required string Kind { get; init; }
    public required Mark Mark { get; init; }
    public required Precedence Precedence { get; init; }

    /// <summary>The time in the header of the entry that opened it.</summary>
    public required DateTimeOffset Opened { get; init; }

    /// <inheritdoc cref="Item.State"/>
    public required string State { get; init; }

    /// <inheritdoc cref="Item.Since"/>
    public required DateTimeOffset Since { get; init; }

    /// <inheritdoc cref="Item.Due"/>
    public DateTimeOffset? Due { get; init; }

    /// <summary>About how many bytes are read again to have it whole.</summary>
    public long Bytes { get; init; }

    /// <summary>As it stands once <see cref="Due"/> has passed; null where nothing changes then.</summary>
    private Heading? Next { get; init; }

    public bool IsSettled => Family.Table.IsSettled(State);

    /// <summary>As it stands at a time; as <see cref="Item.At"/>.</summary>
    public Heading At(DateTimeOffset now)
    {
        var heading = this;
        while (heading.Due is { } due && due <= now && heading.Next is { } next)
            heading = next;
        return heading;
    }

    /// <summary>Bytes of what was read of its body; one that is withheld, attached or of no known kind is not
    /// kept.</summary>
    internal static long BodyOf(TrafficEntry entry) =>
        entry.Body is null && entry.BodyBytes.IsEmpty ? 0 : entry.Header.Size;

    /// <summary>Of an item as it is folded, with what time will make of it.</summary>
    public static Heading Of(Item item) => Of(item, Weigh(item.Applied));

    /// <inheritdoc cref="Of(Item)"/>
    internal static Heading Of(Item item, long bytes) => Of(item, bytes, MaxTurns);

    /// <summary>Of an item as it stands, for those who do not ask for another time.</summary>
    internal static Heading Now(Item item, long bytes) => Of(item, bytes, 0);

    /// <summary>About how many bytes an item's entries are on the wire.</summary>
    internal static long Weigh(IEnumerable<TrafficEntry> entries)
    {
        long bytes = 0;
        foreach (var entry in entries)
            bytes += PerEntry + BodyOf(entry);
        return bytes;
    }

    private static Heading Of(Item item, long bytes, int turns) =>
        new()
        {
            Id = item.Id,
            Family = item.Family,
            Kind = KindOf(item),
            Mark = item.Root.Header.Mark,
            Precedence = item.Root.Header.Precedence,
            Opened = item.Root.Header.At,
            State = item.State,
            Since = item.Since,
            Due = item.Due,
            Bytes = bytes,
            Next =
                turns > 0 && item.Due is { } due && item.At(due) is var later && later != item
                    ? Of(later, bytes, turns - 1)
                    : null,
        };

    /// <summary>The table's own word: one for all items, where every header brings another of the same
    /// letters.</summary>
    private static string KindOf(Item item)
    {
        foreach (var transition in item.Family.Table.Transitions)
        {
            if (transition.Kind == item.Root.Header.Kind)
                return transition.Kind;
        }
        return item.Root.Header.Kind;
    }
}
