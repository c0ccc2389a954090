using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>An entry that volumes conflict with: whose, and what of it.</summary>
/// <param name="Pairs">Numbers of the volumes that are too close, ours first; at most <see cref="MaxPairs"/>.</param>
/// <param name="IsEveryPair">False where the search for pairs ended at <see cref="MaxPairs"/>, or with the work that it
/// may do: there may be more.</param>
/// <param name="IsExact">False where the work that a search may do was done before any pair was compared exactly: boxes
/// around the volumes are too close.</param>
/// <param name="Where">Around the first pair.</param>
public sealed record EntryConflict(
    EntryId Entry,
    PartyId Owner,
    VolumeRole Role,
    Disclosure Disclosure,
    IReadOnlyList<(int First, int Second)> Pairs,
    bool IsEveryPair,
    bool IsExact,
    Overlap Where
)
{
    /// <summary>Most pairs that are kept of two entries: that they conflict is said by one, and 256 volumes a side make
    /// 65,536.</summary>
    public const int MaxPairs = 16;
}

/// <summary>What a search may cost: pairs of edges that are compared. What is left when it is spent counts as a
/// conflict where the boxes meet: never as none.</summary>
public sealed class SearchWork(long edges = SearchWork.Most)
{
    /// <summary>For one entry: that is at most some tenths of a second. Two activities of as many vertices as a body
    /// holds take less than half.</summary>
    public const long Most = 16_000_000;

    /// <summary>What a comparison costs where shapes have few edges, or are circles.</summary>
    private const long Least = 16;

    private long left = edges;

    public bool IsSpent => left <= 0;

    internal bool Take(Outline a, Outline b)
    {
        if (left <= 0)
            return false;
        left -= Math.Max(Least, Edges(a) * Edges(b));
        return true;
    }

    private static long Edges(Outline outline)
    {
        long edges = 0;
        foreach (var ring in outline.Rings)
            edges += ring.Length;
        return edges;
    }
}
