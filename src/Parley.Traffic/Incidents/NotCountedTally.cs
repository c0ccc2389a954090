namespace Parley.Traffic.Incidents;

/// <summary>How many of one author's are not counted, as of any size of its feed: what is said beside a number must come
/// out again with it. CEASEFIRE-31.</summary>
internal sealed class NotCountedTally
{
    /// <summary>Entries of one feed that are told apart; of further ones it is known only how many there are in all, so
    /// that whoever writes what nobody can read takes no memory for it.</summary>
    internal const int MaxKnown = 1 << 20;

    /// <summary>By entry, in the feed's order: how many there are up to it.</summary>
    private readonly List<(ulong Seq, int Sum)> marks = [];

    internal int Sum { get; private set; }

    /// <summary>One more, in the newest entry.</summary>
    internal void Add(ulong seq)
    {
        Sum++;
        if (marks.Count > 0 && (marks[^1].Seq == seq || marks.Count >= MaxKnown))
            marks[^1] = (marks[^1].Seq, Sum);
        else
            marks.Add((seq, Sum));
    }

    /// <summary>How many there were when the feed had that size.</summary>
    internal int AsOf(ulong size)
    {
        var (low, high) = (0, marks.Count);
        while (low < high)
        {
            var at = (low + high) / 2;
            if (marks[at].Seq < size)
                low = at + 1;
            else
                high = at;
        }
        return low == 0 ? 0 : marks[low - 1].Sum;
    }
}
