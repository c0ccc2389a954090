using Parley.Record;
using Parley.Storage;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Traffic;

/// <summary>From stored entries to what traffic reads of them.</summary>
internal static class StoredHeader
{
    /// <exception cref="InvalidDataException">It was checked before it was stored, so the store is damaged.</exception>
    internal static EntryHeader Read(StoredEntry stored) =>
        EntryHeader.Parse(stored.Header).TryGet(out var header, out var why)
            ? header
            : throw new InvalidDataException($"stored entry {stored.Feed.Party}/{stored.Seq} cannot be read: {why}");

    /// <summary>True where a state or a receipt depends on the body. What a message says changes neither, and most
    /// entries are messages.</summary>
    internal static bool WantsBody(EntryHeader header) =>
        header.Body is not null
        && header.Size <= Body.MaxInline
        && header.Kind != Kinds.MessageSent
        && TrafficBodies.IsKnown(header.Kind);
}
