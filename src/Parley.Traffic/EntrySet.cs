using System.Runtime.InteropServices;
using Parley.Record;

namespace Parley.Traffic;

/// <summary>Entries, as bits of blocks of their feeds: very many of one author take a bit each, not a name.</summary>
internal sealed class EntrySet
{
    private const int BlockSize = 64;

    /// <summary>By author, by the number of the block; none is empty.</summary>
    private readonly Dictionary<PartyId, Dictionary<ulong, ulong>> blocks = [];

    internal long Count { get; private set; }

    internal bool Contains(EntryId entry) =>
        Count > 0
        && blocks.TryGetValue(entry.Party, out var feed)
        && feed.TryGetValue(entry.Seq / BlockSize, out var bits)
        && (bits & Bit(entry)) != 0;

    internal void Add(EntryId entry)
    {
        ref var feed = ref CollectionsMarshal.GetValueRefOrAddDefault(blocks, entry.Party, out _);
        ref var bits = ref CollectionsMarshal.GetValueRefOrAddDefault(feed ??= [], entry.Seq / BlockSize, out _);
        if ((bits & Bit(entry)) != 0)
            return;
        bits |= Bit(entry);
        Count++;
    }

    internal void Remove(EntryId entry)
    {
        if (!Contains(entry))
            return;
        var feed = blocks[entry.Party];
        var left = feed[entry.Seq / BlockSize] & ~Bit(entry);
        if (left == 0)
            feed.Remove(entry.Seq / BlockSize);
        else
            feed[entry.Seq / BlockSize] = left;
        Count--;
    }

    private static ulong Bit(EntryId entry) => 1ul << (int)(entry.Seq % BlockSize);
}
