using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>A volume's name: the entry that states it, and its number there, from 0. What an entry is to a station is
/// not known here.</summary>
public readonly record struct VolumeKey(EntryId Entry, int Number)
{
    public override string ToString() => $"{Entry}[{Number}]";
}

/// <summary>A volume in force, and whose it is.</summary>
public sealed record IndexedVolume(
    VolumeKey Key,
    PartyId Owner,
    VolumeRole Role,
    Disclosure Disclosure,
    Volume4D Volume
);

/// <summary>
/// The volumes in force on one line, in memory, and the exact answer to "what does this conflict with". A coarse pass
/// over boxes is
/// followed by the exact test on each that is left. It is a view: a station fills it from the record when it starts and
/// follows entries
/// from there. Any number of readers or one writer at a time; its owner holds the lock.
/// </summary>
public sealed class ConflictIndex
{
    /// <summary>A filling of at least this share of what is there already is built anew, which makes a better tree than
    /// insertion one by one.</summary>
    private const double RebuildShare = 1.0;
    private const int None = -1;

    private readonly Dictionary<EntryId, int> firstOfEntry = [];
    private BoxTree tree = new();
    private IndexedVolume?[] volumes = new IndexedVolume?[256];
    private int[] nextOfEntry = new int[256];

    /// <summary>By slot: the number of its entry, one for as long as that is in.</summary>
    private int[] numberOfEntry = new int[256];
    private int entryNumbers;
    private readonly Stack<int> freeNumbers = new();
    private int slots;
    private int free = None; // chained through nextOfEntry

    /// <summary>Volumes held.</summary>
    public int Count => tree.Count;

    /// <summary>Takes an activity's volumes in. Those of the same entry from before give way: an update
    /// supersedes.</summary>
    public void Put(Activity activity)
    {
        Remove(activity.Entry);
        for (var i = 0; i < activity.Volumes.Count; i++)
        {
            var volume = new IndexedVolume(
                new VolumeKey(activity.Entry, i),
                activity.Owner,
                activity.Role,
                activity.Disclosure,
                activity.Volumes[i]
            );
            tree.Insert(Keep(volume), CoarseBox.Of(volume.Volume));
        }
    }

    /// <summary>Takes many volumes in at once, as at the start of a station. None of their entries may be in the
    /// index.</summary>
    public void Fill(IReadOnlyCollection<IndexedVolume> many)
    {
        foreach (var volume in many)
        {
            if (firstOfEntry.ContainsKey(volume.Key.Entry))
                throw new ArgumentException($"{volume.Key.Entry} is in the index", nameof(many));
        }
        var from = Count;
        if (many.Count < from * RebuildShare)
        {
            foreach (var volume in many)
                tree.Insert(Keep(volume), CoarseBox.Of(volume.Volume));
            return;
        }
        foreach (var volume in many)
            Keep(volume);
        tree = new BoxTree();
        var (boxes, numbers, at) = (new CoarseBox[from + many.Count], new int[from + many.Count], 0);
        for (var slot = 0; slot < slots; slot++)
        {
            if (volumes[slot] is not { } volume)
                continue;
            boxes[at] = CoarseBox.Of(volume.Volume);
            numbers[at++] = slot;
        }
        tree.Fill(boxes, numbers);
    }

    /// <summary>Takes an entry's volumes out: it was cancelled, ended or superseded. The number of volumes that
    /// went.</summary>
    public int Remove(EntryId entry)
    {
        if (!firstOfEntry.Remove(entry, out var slot))
            return 0;
        freeNumbers.Push(numberOfEntry[slot]);
        var removed = 0;
        while (slot != None)
        {
            tree.Remove(slot);
            volumes[slot] = null;
            var next = nextOfEntry[slot];
            nextOfEntry[slot] = free;
            free = slot;
            slot = next;
            removed++;
        }
        return removed;
    }

    /// <summary>
    /// Adds every volume that is closer than the separation to <paramref name="probe"/> to <paramref name="found"/>, in
    /// no order. Volumes of the
    /// entry <paramref name="except"/> are left out: an activity does not conflict with itself.
    /// </summary>
    public void Find(Volume4D probe, Separation separation, List<IndexedVolume> found, EntryId? except = null)
    {
        var candidates = scratch ?? [];
        scratch = null; // a search begun meanwhile on this thread gets a list of its own
        candidates.Clear();
        var box = CoarseBox.Of(probe, separation);
        Candidates(tree, box, candidates);
        foreach (var slot in candidates)
        {
            var candidate = volumes[slot]!;
            if (!probe.ConflictsWith(candidate.Volume, separation))
                continue;
            if (except is { } own && candidate.Key.Entry == own)
                continue;
            found.Add(candidate);
        }
        scratch = candidates;
    }

    /// <summary>
    /// The entries that any of these volumes is too close to, each once, in order of their ids. What it costs is
    /// bounded by how many volumes are held and by <paramref name="work"/>, and what it
    /// keeps by how many entries are found.
    /// </summary>
    public IReadOnlyList<EntryConflict> FindEntries(
        IReadOnlyList<Volume4D> probes,
        Separation separation,
        SearchWork work,
        EntryId? except = null
    )
    {
        var found = new Dictionary<int, Found>();
        var candidates = scratch ?? [];
        scratch = null;
        for (var number = 0; number < probes.Count; number++)
        {
            var probe = probes[number];
            candidates.Clear();
            Candidates(tree, CoarseBox.Of(probe, separation), candidates);
            foreach (var slot in candidates)
            {
                var entry = numberOfEntry[slot];
                var known = found.GetValueOrDefault(entry);
                if (known is not null && (known.Pairs.Count == EntryConflict.MaxPairs || work.IsSpent))
                {
                    known.IsEveryPair = false;
                    continue;
                }
                var candidate = volumes[slot]!;
                if (candidate.Key.Entry == except || !probe.MayConflictWith(candidate.Volume, separation))
                    continue;
                var isCompared = work.Take(probe.Outline, candidate.Volume.Outline);
                if (isCompared && !probe.Outline.IsWithin(candidate.Volume.Outline, separation.Horizontal))
                    continue;
                if (known is null)
                    found[entry] = known = new Found(
                        candidate,
                        Overlap.Of(probe, candidate.Volume, separation),
                        isCompared
                    );
                known.Pairs.Add((number, candidate.Key.Number));
                known.IsEveryPair &= isCompared;
            }
        }
        scratch = candidates;
        return
        [
            .. found
                .Values.Select(f => new EntryConflict(
                    f.First.Key.Entry,
                    f.First.Owner,
                    f.First.Role,
                    f.First.Disclosure,
                    [.. f.Pairs.Order()],
                    f.IsEveryPair,
                    f.IsExact,
                    f.Where
                ))
                .OrderBy(m => m.Entry.Party.Value, StringComparer.Ordinal)
                .ThenBy(m => m.Entry.Seq),
        ];
    }

    private sealed class Found(IndexedVolume first, Overlap where, bool isExact)
    {
        internal IndexedVolume First { get; } = first;
        internal Overlap Where { get; } = where;
        internal bool IsExact { get; } = isExact;
        internal List<(int First, int Second)> Pairs { get; } = [];
        internal bool IsEveryPair { get; set; } = true;
    }

    /// <summary>Every slot of the tree that may meet the box on the globe, each once.</summary>
    internal static void Candidates(BoxTree tree, in CoarseBox box, List<int> candidates)
    {
        tree.Find(box, candidates);
        var direct = candidates.Count;
        // Every volume has a point within [−180°, 180°). A probe that does not hold all of that asks again one turn to
        // either side, for what lies across the antimeridian.
        if (box.MinX > -CoarseBox.Turn / 2 || box.MaxX < CoarseBox.Turn / 2)
        {
            tree.Find(box.East(CoarseBox.Turn), candidates);
            tree.Find(box.East(-CoarseBox.Turn), candidates);
        }
        if (candidates.Count > direct)
            OnceEach(candidates); // what is wide can be met twice
    }

    private static void OnceEach(List<int> sorted)
    {
        sorted.Sort();
        var kept = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i == 0 || sorted[i] != sorted[kept - 1])
                sorted[kept++] = sorted[i];
        }
        sorted.RemoveRange(kept, sorted.Count - kept);
    }

    [ThreadStatic]
    private static List<int>? scratch;

    private int Keep(IndexedVolume volume)
    {
        int slot;
        if (free != None)
        {
            slot = free;
            free = nextOfEntry[slot];
        }
        else
        {
            slot = slots++;
            if (slot == volumes.Length)
            {
                Array.Resize(ref volumes, 2 * slot);
                Array.Resize(ref nextOfEntry, 2 * slot);
                Array.Resize(ref numberOfEntry, 2 * slot);
            }
        }
        volumes[slot] = volume;
        ref var first = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            firstOfEntry,
            volume.Key.Entry,
            out var known
        );
        nextOfEntry[slot] = known ? first : None;
        numberOfEntry[slot] =
            known ? numberOfEntry[first]
            : freeNumbers.TryPop(out var freed) ? freed
            : entryNumbers++;
        first = slot;
        return slot;
    }
}
