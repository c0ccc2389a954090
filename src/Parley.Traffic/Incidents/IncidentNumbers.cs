using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic.Incidents;

/// <summary>Where a number leads: merged ones to the incident under which they go on, for ever (C-4). CEASEFIRE-27.</summary>
public static class IncidentNumbers
{
    /// <summary>Most merges that are followed from one number.</summary>
    public const int MaxSteps = 4_096;

    /// <summary>The number under which an incident goes on: its own, unless it was merged. Where merges that crossed
    /// make a circle, the least of its numbers, at every station the same.</summary>
    /// <param name="number">The first entry of an incident.</param>
    /// <param name="find">The incident of an entry; null where there is none.</param>
    public static EntryId Resolve(EntryId number, Func<EntryId, Item?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        var met = new List<EntryId>();
        var at = number;
        while (find(at) is { Family: IncidentFamily } incident)
        {
            at = incident.Id;
            if (met.IndexOf(at) is >= 0 and var first)
                return met.Skip(first).MinBy(id => (id.Party.Value, id.Seq), IdOrder.Instance);
            if (IntoOf(incident) is not { } into || met.Count == MaxSteps)
                return at;
            met.Add(at);
            at = into;
        }
        return met.Count > 0 ? met[^1] : number; // what it was merged into is no incident: it stays by itself
    }

    /// <summary>Why an incident is not to be merged into another; null when nothing speaks against it.</summary>
    public static string? Refuse(EntryId number, EntryId into, Func<EntryId, Item?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        if (find(into) is not { Family: IncidentFamily } target)
            return $"{into} is no incident that is known here";
        var own = find(number)?.Id ?? number;
        if (target.Id == own)
            return "it would be merged into itself";
        return Resolve(target.Id, find) == own ? $"{into} was merged into {own} itself: it would be a circle" : null;
    }

    /// <summary>What a merged incident goes on under; null for one that is not merged.</summary>
    public static EntryId? IntoOf(Item incident) =>
        incident.State == IncidentFamily.Merged
        && incident.Last(Kinds.IncidentMerged)?.Body is IncidentMerge merge
        && EntryId.TryParse(merge.Into, out var into)
            ? into
            : null;

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
