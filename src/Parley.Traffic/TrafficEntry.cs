using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic;

/// <summary>An entry as the state machines take it: its header, and its body where this party has it and it could be
/// read.</summary>
/// <param name="Header">As signed.</param>
/// <param name="Body">Null when there is none of use: withheld, of no known kind, or not of its kind's shape (then
/// <paramref name="Fault"/>).</param>
/// <param name="Fault">Why the body could not be read.</param>
/// <param name="BodyBytes">The exact bytes, where a state machine compares their hash.</param>
public sealed record TrafficEntry(EntryHeader Header, ITrafficBody? Body, string? Fault, ReadOnlyMemory<byte> BodyBytes)
{
    public EntryId Id => Header.Id;

    /// <summary>The latest time that earlier entries of its feed state, where it is one that takes effect no earlier and
    /// that is dated back behind it; null for any other. CEASEFIRE-41.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When it takes effect at the earliest: when it says that it was written, unless its own feed had come
    /// further by then.</summary>
    public DateTimeOffset Written => NotBefore > Header.At ? NotBefore.Value : Header.At;

    /// <summary>True when it has a body of a kind that is read here, and this party does not have it.</summary>
    public bool IsWithheld =>
        Header.Body is not null
        && Body is null
        && Fault is null
        && Kinds.Find(Header.Kind) is { Body: not null, IsReadElsewhere: false };

    /// <param name="header">The header.</param>
    /// <param name="body">Body bytes without salt; null when withheld from this party, or when there is none.</param>
    public static TrafficEntry From(EntryHeader header, ReadOnlyMemory<byte>? body)
    {
        // What its header says is longer than nothing and is nothing here was withheld: it lacks no member.
        var isHere = body is { } given && (given.Length > 0 || header.Size == 0);
        if (Kinds.Find(header.Kind) is not { Body: { } reader } kind || (!isHere && header.Body is not null))
            return new(header, null, null, default);
        var bytes = body ?? default;
        // What was read of it is enough, but for what parties agree to by its hash: an item may stay open for years.
        var exact = kind.IsAgreedByHash ? bytes : default;
        return reader.Any(bytes).TryGet(out var read, out var why)
            ? new(header, kind.IsReadElsewhere ? null : read, null, exact)
            : new(header, null, why, default);
    }

    /// <summary>The state machine of its kind; only for kinds that have one.</summary>
    internal Family Family() =>
        Families.AllFamilies.Of(Header.Kind)
        ?? throw new InvalidOperationException($"{Header.Kind} has no state machine");

    /// <summary>True when this entry's author had the other one when it wrote: its own earlier ones, and what its
    /// header says it had seen.</summary>
    internal bool Follows(TrafficEntry other) =>
        other.Header.From == Header.From
            ? other.Header.Seq < Header.Seq
            : Header.Seen.TryGetValue(other.Header.From, out var seen) && seen > other.Header.Seq;
}
