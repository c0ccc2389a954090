namespace Parley.Deconfliction;

/// <summary>Two activities that conflict, by their places in the list, and the pairs of their volumes that
/// do.</summary>
public sealed record ConflictPair(int First, int Second, IReadOnlyList<(int First, int Second)> Volumes);

/// <summary>Where two conflicting volumes lie together: for those who must be told what, where, when and for how
/// long.</summary>
/// <param name="SouthWest">The corner of a box around what both, widened by the separation, have in common. East of it
/// may lie beyond 180°.</param>
/// <param name="Altitude">The band they share. Where only the separation joins them, the gap between them.</param>
/// <param name="Time">The window they share, likewise.</param>
public sealed record Overlap(Vertex SouthWest, Vertex NorthEast, AltitudeBand Altitude, TimeWindow Time)
{
    /// <summary>The overlap of two volumes that conflict.</summary>
    public static Overlap Of(Volume4D a, Volume4D b, Separation separation)
    {
        PlanBox first = Globe.Around(a.Outline.Box, separation.Horizontal),
            second = Globe.Around(b.Outline.Box, separation.Horizontal);
        foreach (var east in (long[])[0, Vertex.Turn, -Vertex.Turn])
        {
            if (!first.Meets(second.East(east)))
                continue;
            second = second.East(east);
            break;
        }
        var (low, high) =
            a.Altitude.Reference == b.Altitude.Reference
                ? (a.Altitude, b.Altitude)
                : (a.Altitude.OnEllipsoid(), b.Altitude.OnEllipsoid());
        var (bottom, top) = Ordered(Math.Max(low.Lower, high.Lower), Math.Min(low.Upper, high.Upper));
        var (start, end) = Ordered(Math.Max(a.Time.Start, b.Time.Start), Math.Min(a.Time.End, b.Time.End));
        return new Overlap(
            new Vertex(Math.Max(first.MinX, second.MinX), Math.Max(first.MinY, second.MinY)),
            new Vertex(Math.Min(first.MaxX, second.MaxX), Math.Min(first.MaxY, second.MaxY)),
            new AltitudeBand(bottom, top, low.Reference),
            new TimeWindow(start, end)
        );
    }

    private static (T, T) Ordered<T>(T a, T b)
        where T : IComparable<T> => a.CompareTo(b) <= 0 ? (a, b) : (b, a);
}

/// <summary>All conflicts within one list of activities.</summary>
public static class ConflictPairs
{
    /// <summary>Every pair of different activities with volumes closer than the separation, in the order of the list.
    /// Pairs come as they are found.</summary>
    public static IEnumerable<ConflictPair> Among(
        IReadOnlyList<IReadOnlyList<Volume4D>> activities,
        Separation separation
    )
    {
        var tree = new BoxTree();
        var volumes = activities
            .SelectMany(
                (list, activity) =>
                    list.Select((volume, number) => (Activity: activity, Number: number, Volume: volume))
            )
            .ToArray();
        tree.Fill([.. volumes.Select(v => CoarseBox.Of(v.Volume))], [.. Enumerable.Range(0, volumes.Length)]);
        var candidates = new List<int>();
        var hits = new SortedSet<(int Second, int FirstVolume, int SecondVolume)>();
        for (var slot = 0; slot < volumes.Length; slot++)
        {
            var (activity, number, volume) = volumes[slot];
            candidates.Clear();
            ConflictIndex.Candidates(tree, CoarseBox.Of(volume, separation), candidates);
            foreach (var other in candidates)
            {
                var (second, secondNumber, secondVolume) = volumes[other];
                if (second > activity && volume.ConflictsWith(secondVolume, separation))
                    hits.Add((second, number, secondNumber));
            }
            if (slot + 1 < volumes.Length && volumes[slot + 1].Activity == activity)
                continue;
            foreach (var pair in hits.GroupBy(h => h.Second))
                yield return new ConflictPair(
                    activity,
                    pair.Key,
                    [.. pair.Select(h => (h.FirstVolume, h.SecondVolume))]
                );
            hits.Clear();
        }
    }
}
