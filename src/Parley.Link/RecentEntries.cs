using System.Diagnostics.CodeAnalysis;
using Parley.Crypto;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// The newest entries of the own feed with their leaf hashes, so that a push to a live peer reads nothing from the
/// store. Bounded by
/// <see cref="LinkLimits.RecentEntryBytes"/>; what falls out is read from the store when a peer that was away needs it.
/// </summary>
internal sealed class RecentEntries(ulong start)
{
    private readonly Queue<(Entry Entry, Hash Leaf)> entries = new();
    private long bytes;

    internal ulong Start { get; private set; } = start;

    internal void Add(Entry entry, in Hash leaf)
    {
        entries.Enqueue((entry, leaf));
        bytes += Length(entry);
        while (bytes > LinkLimits.RecentEntryBytes && entries.Count > 1)
        {
            bytes -= Length(entries.Dequeue().Entry);
            Start++;
        }
    }

    /// <summary>Forgets all: they are read from the store, where one of them has changed.</summary>
    internal void Clear()
    {
        Start += (ulong)entries.Count;
        entries.Clear();
        bytes = 0;
    }

    /// <summary>Takes entries from <paramref name="from"/> up to <paramref name="maxBytes"/> and the limit of one push;
    /// false when they are no longer (or not yet) here.</summary>
    internal bool TryTake(ulong from, int maxBytes, [NotNullWhen(true)] out List<(Entry Entry, Hash Leaf)>? taken)
    {
        taken = null;
        if (from < Start || from >= Start + (ulong)entries.Count)
            return false;
        taken = [];
        long taking = 0;
        var skip = from - Start;
        foreach (var item in entries)
        {
            if (skip > 0)
            {
                skip--;
                continue;
            }
            taking += Length(item.Entry);
            if (taken.Count > 0 && taking > maxBytes)
                break;
            taken.Add(item);
            if (taken.Count == LinkLimits.MaxEntriesPerPush)
                break;
        }
        return true;
    }

    private static int Length(Entry entry) => Wire.EntryBatch.WireLength(entry);
}
