using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>Where a number leads: merged ones to the incident under which they go on, for ever (C-4). CEASEFIRE-27.</summary>
public static class IncidentNumbers
{
    /// <summary>The number under which an incident goes on: its own, unless it was merged. Where merges that crossed
    /// make a circle, the least of its numbers, at every station the same. A chain may be as long as there are
    /// incidents: its cost is one look at each.</summary>
    /// <param name="number">The first entry of an incident.</param>
    /// <param name="find">The incident of an entry; null where there is none.</param>
    /// <param name="known">What was found before, and is found now: who asks for the numbers of a page walks each chain
    /// once, and not once for each row.</param>
    public static EntryId Resolve(
        EntryId number,
        Func<EntryId, Lead?> find,
        IDictionary<EntryId, EntryId>? known = null
    )
    {
        ArgumentNullException.ThrowIfNull(find);
        var path = new List<EntryId>();
        var places = new Dictionary<EntryId, int>();
        var at = number;
        EntryId end;
        while (true)
        {
            if (find(at) is not { } incident)
            {
                end = path.Count > 0 ? path[^1] : number; // what it was merged into is no incident: it stays by itself
                break;
            }
            at = incident.Item;
            if (known is not null && known.TryGetValue(at, out end))
                break;
            if (places.TryGetValue(at, out var first))
            {
                end = path.Skip(first).MinBy(id => (id.Party.Value, id.Seq), IdOrder.Instance);
                break;
            }
            places[at] = path.Count;
            path.Add(at);
            if (incident.Into is not { } into)
            {
                end = at;
                break;
            }
            at = into;
        }
        if (known is not null)
        {
            foreach (var one in path)
                known[one] = end;
        }
        return end;
    }

    /// <summary>Why an incident is not to be merged into another; null when nothing speaks against it.</summary>
    public static string? Refuse(EntryId number, EntryId into, Func<EntryId, Lead?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        if (find(into) is not { } target)
            return $"{into} is no incident that is known here";
        var own = find(number)?.Item ?? number;
        if (target.Item == own)
            return "it would be merged into itself";
        return Resolve(target.Item, find) == own ? $"{into} was merged into {own} itself: it would be a circle" : null;
    }

    private sealed class IdOrder : IComparer<(string Party, ulong Seq)>
    {
        internal static IdOrder Instance { get; } = new();

        public int Compare((string Party, ulong Seq) x, (string Party, ulong Seq) y) =>
            string.CompareOrdinal(x.Party, y.Party) is not 0 and var party ? party : x.Seq.CompareTo(y.Seq);
    }
}

/// <summary>What was watched, and what was not (C-6). CEASEFIRE-23.</summary>
public static class CoverageGaps
{
    /// <summary>The stretches of a period in which none of the coverages watched, oldest first.</summary>
    public static IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)> In(
        DateTimeOffset from,
        DateTimeOffset until,
        IEnumerable<Coverage> coverages
    )
    {
        var gaps = new List<(DateTimeOffset, DateTimeOffset)>();
        var at = from;
        foreach (var watched in coverages.Where(c => c.Until > from && c.From < until).OrderBy(c => c.From))
        {
            if (watched.From > at)
                gaps.Add((at, watched.From!.Value));
            if (watched.Until > at)
                at = watched.Until.Value;
        }
        if (at < until)
            gaps.Add((at, until));
        return gaps;
    }
}
