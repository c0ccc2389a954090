using Parley.Record;

namespace Parley.Station.Desks;

/// <summary>
/// What of very many an answer takes: of each author one after the other in turn, until it is full, so that nobody's
/// thousands push out another's few, and a single author has all of the room. What is nobody's is taken first. What is
/// left out is counted by author. CEASEFIRE-42.
/// </summary>
internal static class FairShare
{
    /// <param name="all">What there is, of each author what it is to be known by first.</param>
    /// <param name="authors">Whose it is; none for what is taken before all others.</param>
    /// <param name="most">As many at most, beside what is nobody's.</param>
    /// <returns>What is taken, in the order in which it was given.</returns>
    internal static (IReadOnlyList<T> Taken, IReadOnlyDictionary<PartyId, int> LeftOut) Of<T>(
        IReadOnlyList<T> all,
        Func<T, IReadOnlyCollection<PartyId>> authors,
        int most
    )
    {
        var whose = all.Select(authors).ToArray();
        var free = whose.Count(w => w.Count == 0);
        if (all.Count - free <= most)
            return (all, new Dictionary<PartyId, int>());
        var taken = whose.Select(w => w.Count == 0).ToArray();
        var queues = new SortedDictionary<string, Queue<int>>(StringComparer.Ordinal);
        for (var i = 0; i < whose.Length; i++)
        {
            foreach (var author in whose[i])
            {
                if (!queues.TryGetValue(author.Value, out var queue))
                    queues[author.Value] = queue = new Queue<int>();
                queue.Enqueue(i);
            }
        }
        for (var room = most; room > 0; )
        {
            var before = room;
            foreach (var queue in queues.Values)
            {
                while (queue.TryDequeue(out var next))
                {
                    if (taken[next])
                        continue; // by another author's turn
                    taken[next] = true;
                    room--;
                    break;
                }
                if (room == 0)
                    break;
            }
            if (room == before)
                break;
        }
        return (
            [.. all.Where((_, i) => taken[i])],
            whose.Where((_, i) => !taken[i]).GroupBy(w => w.First()).ToDictionary(g => g.Key, g => g.Count())
        );
    }
}
