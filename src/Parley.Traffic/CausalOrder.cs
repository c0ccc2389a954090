namespace Parley.Traffic;

/// <summary>
/// One order for the entries of an item that every party comes to, in whatever order they arrived: what an author had seen comes before what it wrote;
/// of entries that did not know of each other, the one with the earlier time, then by party. Time alone decides nothing that causes contradict.
/// </summary>
internal static class CausalOrder
{
    internal static List<TrafficEntry> Sort(IReadOnlyCollection<TrafficEntry> entries)
    {
        var left = new List<TrafficEntry>(entries);
        left.Sort(Compare);
        var sorted = new List<TrafficEntry>(left.Count);
        while (left.Count > 0)
        {
            var next = left.FindIndex(entry => !left.Exists(other => !ReferenceEquals(other, entry) && entry.Follows(other)));
            if (next < 0) next = 0; // two that each claim to have seen the other: one of them lies, and the order is the same for all
            sorted.Add(left[next]);
            left.RemoveAt(next);
        }
        return sorted;
    }

    private static int Compare(TrafficEntry a, TrafficEntry b)
    {
        var byTime = a.Header.At.CompareTo(b.Header.At);
        if (byTime != 0) return byTime;
        var byParty = string.CompareOrdinal(a.Header.From.Value, b.Header.From.Value);
        return byParty != 0 ? byParty : a.Header.Seq.CompareTo(b.Header.Seq);
    }
}
