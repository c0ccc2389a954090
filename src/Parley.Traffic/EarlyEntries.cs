using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Parley.Record;

namespace Parley.Traffic;

/// <summary>
/// Entries that came before one that they answer. Of each author some are kept whole; of further ones only which they
/// are and what they wait for, and they are read again from
/// the record when their turn comes: none is given up, so that every order of arrival leads to one view, and no author
/// spends another's room. One that is not kept whole
/// takes some 40 bytes, a fifth of the least that an entry takes in the record.
/// </summary>
/// <param name="again">Reads an entry once more; null where there is no record, and all are kept whole. It may give
/// null for now: it is asked again.</param>
/// <param name="parties">Every party of the line.</param>
internal sealed class EarlyEntries(Func<EntryId, TrafficEntry?>? again, PartyId[] parties)
{
    /// <summary>Bytes of the bodies of one author's that are kept whole.</summary>
    private const long MaxBytes = 1 << 20;

    private readonly record struct Share(int Count, long Bytes);

    /// <summary>Those kept whole, by what they wait for.</summary>
    private readonly Dictionary<EntryId, List<TrafficEntry>> waiting = [];
    private readonly EarlyPlaces places = new(parties);

    /// <summary>All that are here: they have arrived, and what is judged after them waits with them.</summary>
    private readonly EntrySet here = new();
    private readonly Queue<TrafficEntry> ready = new();
    private readonly Dictionary<PartyId, Share> whole = [];

    internal bool IsEmpty => here.Count == 0;

    internal bool HasReady => ready.Count > 0 || places.HasReady;

    internal bool Contains(EntryId entry) => here.Contains(entry);

    internal void Keep(EntryId missing, TrafficEntry entry)
    {
        here.Add(entry.Id);
        ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(whole, entry.Header.From, out _);
        if (
            again is not null
            && (kept.Count >= LineView.MaxEarly || kept.Bytes + Heading.BodyOf(entry) > MaxBytes)
            && places.TryKeep(missing, entry.Id)
        )
            return;
        kept = new Share(kept.Count + 1, kept.Bytes + Heading.BodyOf(entry));
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(waiting, missing, out _);
        (list ??= new List<TrafficEntry>(1)).Add(entry);
    }

    /// <summary>What they waited for has come.</summary>
    internal void Release(EntryId arrived)
    {
        if (waiting.Remove(arrived, out var late))
        {
            foreach (var entry in late)
                ready.Enqueue(entry);
        }
        places.Release(arrived);
    }

    /// <summary>It is judged later: what it answers cannot be read now.</summary>
    internal void Defer(TrafficEntry entry)
    {
        ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(whole, entry.Header.From, out _);
        kept = new Share(kept.Count + 1, kept.Bytes + Heading.BodyOf(entry));
        ready.Enqueue(entry);
        here.Add(entry.Id);
    }

    /// <summary>The next whose turn has come; none while it cannot be read.</summary>
    internal bool TryNext([NotNullWhen(true)] out TrafficEntry? entry)
    {
        if (ready.TryDequeue(out entry))
        {
            ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(whole, entry.Header.From, out _);
            kept = new Share(kept.Count - 1, kept.Bytes - Heading.BodyOf(entry));
        }
        else
        {
            if (places.Next is not { } next || again!(next) is not { } read)
                return false;
            places.Take();
            entry = read;
        }
        here.Remove(entry.Id);
        return true;
    }
}
