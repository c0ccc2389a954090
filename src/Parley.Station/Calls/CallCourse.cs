using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Station.Calls;

/// <summary>Something that happened on a call, and by whose doing.</summary>
internal sealed record SeenMoment(PartyId Of, CallMoment Moment);

/// <summary>What happened on a call, in order of time.</summary>
internal static class CallCourse
{
    /// <summary>Moments that a log holds.</summary>
    internal const int MaxMoments = 64;

    /// <summary>As many as a log holds. Of more each party has its share, the first of its doing, and what is left goes to
    /// who was first: nobody keeps what another did out of the log by doing much.</summary>
    internal static IReadOnlyList<SeenMoment> Cut(IEnumerable<SeenMoment> all)
    {
        List<SeenMoment> sorted = [.. all.OrderBy(m => m.Moment.At)];
        if (sorted.Count <= MaxMoments)
            return sorted;
        var share = MaxMoments / sorted.Select(m => m.Of).Distinct().Count();
        var taken = new Dictionary<PartyId, int>();
        var kept = new bool[sorted.Count];
        var room = MaxMoments;
        for (var i = 0; i < sorted.Count; i++)
        {
            var before = taken.GetValueOrDefault(sorted[i].Of);
            if (before >= share)
                continue;
            taken[sorted[i].Of] = before + 1;
            kept[i] = true;
            room--;
        }
        for (var i = 0; i < sorted.Count && room > 0; i++)
        {
            if (kept[i])
                continue;
            kept[i] = true;
            room--;
        }
        return [.. sorted.Where((_, i) => kept[i])];
    }
}
