using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using Parley.Record;
using Parley.Traffic.Bodies;

namespace Parley.Traffic.Incidents;

/// <summary>One line of a tally: never a sum over reporters, who count each in their own way (C-2).</summary>
/// <param name="Reporter">Who counted.</param>
/// <param name="Accused">Whom they accuse; empty where nobody is named.</param>
/// <param name="N">What the rule makes of it.</param>
/// <param name="Observations">Observations behind it, those that the rule leaves out among them.</param>
/// <param name="Feeds">In whose feeds they stand: what another party carries under a reporter's name is not that
/// reporter's word. CEASEFIRE-34.</param>
/// <param name="Slice">What was observed, or the hour, where it is sliced so; null for all of it.</param>
public sealed record TallyRow(
    string Reporter,
    string Accused,
    long N,
    int Observations,
    IReadOnlyList<PartyId> Feeds,
    string? Slice = null
)
{
    /// <summary>What counts as the same comes out as the same: feeds are compared one by one.</summary>
    public bool Equals(TallyRow? other) =>
        other is not null
        && (Reporter, Accused, N, Observations, Slice)
            == (other.Reporter, other.Accused, other.N, other.Observations, other.Slice)
        && Feeds.SequenceEqual(other.Feeds);

    public override int GetHashCode() => HashCode.Combine(Reporter, Accused, N, Observations, Slice);
}

/// <summary>By what a tally is sliced: each slice is counted by itself, so that chains are built within it and slices
/// need not sum to the whole. CEASEFIRE-39.</summary>
/// <param name="Zone">Of hours: by whose clock; null where it is sliced by what was observed.</param>
public sealed record TallySlices(TimeZoneInfo? Zone)
{
    /// <summary>By what was observed.</summary>
    public static TallySlices What { get; } = new((TimeZoneInfo?)null);
}

/// <summary>A tally, with all that it depends on: by the same rule as of the same sizes it comes out the same.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="From">Observations that start from then on; null for all before.</param>
/// <param name="Until">Observations that start before; null for all after.</param>
/// <param name="AsOf">Size of each feed.</param>
/// <param name="Rows">By reporter and accused, ordinal.</param>
public sealed record Tally(
    CountingRule Rule,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    IReadOnlyDictionary<PartyId, ulong> AsOf,
    IReadOnlyList<TallyRow> Rows
)
{
    /// <summary>
    /// Counts: reporter × accused × period × rule. An observation belongs to the period in which it starts; chains are
    /// built within the period. Linear in the observations but for putting them in order of time. CEASEFIRE-30,
    /// CEASEFIRE-31.
    /// </summary>
    /// <param name="ledger">What was observed.</param>
    /// <param name="rule">The rule, without a <see cref="CountingRule.Problem"/>.</param>
    /// <param name="from">Begin of the period.</param>
    /// <param name="until">End of the period, no longer in it.</param>
    /// <param name="asOf">Sizes of the feeds; null for as they are folded.</param>
    /// <param name="mark">Which observations: what is actual is never counted with what is played.</param>
    /// <param name="by">By what it is sliced; null for not at all.</param>
    public static Tally Of(
        ObservationLedger ledger,
        CountingRule rule,
        DateTimeOffset? from = null,
        DateTimeOffset? until = null,
        IReadOnlyDictionary<PartyId, ulong>? asOf = null,
        Mark mark = Mark.Actual,
        TallySlices? by = null
    ) => OfEach(ledger, rule, [(from, until)], asOf, mark, by)[0];

    /// <summary>Counts one period after the other, in one reading of the ledger.</summary>
    /// <param name="ledger">What was observed.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="periods">In order of time, none overlapping another.</param>
    /// <param name="asOf">Sizes of the feeds; null for as they are folded.</param>
    /// <param name="mark">Which observations.</param>
    /// <param name="by">By what they are sliced; null for not at all.</param>
    public static IReadOnlyList<Tally> OfEach(
        ObservationLedger ledger,
        CountingRule rule,
        IReadOnlyList<(DateTimeOffset? From, DateTimeOffset? Until)> periods,
        IReadOnlyDictionary<PartyId, ulong>? asOf = null,
        Mark mark = Mark.Actual,
        TallySlices? by = null
    )
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(periods);
        if (periods.Count == 0)
            return [];
        var excluded = rule.Exclude.ToHashSet(StringComparer.Ordinal);
        var leftOut = ledger.Names.Select(excluded.Contains).ToArray();
        var begins = periods.Select(p => p.From?.UtcTicks ?? long.MinValue).ToArray();
        var ends = periods.Select(p => p.Until?.UtcTicks ?? long.MaxValue).ToArray();
        var pairs = periods.Select(_ => new Dictionary<long, Pair>()).ToArray();
        var isChained = rule.Unit == CountingRule.Incident;
        ledger.Each(
            asOf,
            mark,
            (in ObservationLedger.Row row, ulong feeds) =>
            {
                var at = 0;
                if (begins.Length > 1)
                {
                    at = Array.BinarySearch(begins, row.Start);
                    at = at < 0 ? ~at - 1 : at; // the last that begins by then
                }
                if (at < 0 || row.Start < begins[at] || row.Start >= ends[at])
                    return;
                var slice =
                    by is null ? 0
                    : by.Zone is { } zone
                        ? TimeZoneInfo.ConvertTime(new DateTimeOffset(row.Start, TimeSpan.Zero), zone).Hour
                    : row.What;
                var key = ((long)row.Reporter << (2 * NameBits)) | ((long)row.Accused << NameBits) | (long)slice;
                if (!pairs[at].TryGetValue(key, out var pair))
                    pairs[at][key] = pair = new Pair();
                pair.Observations++;
                pair.Feeds |= 1UL << row.Author;
                if (leftOut[row.What])
                    return;
                pair.Counted++;
                pair.Discharges += row.Discharges;
                if (isChained)
                    pair.Shots.Add(new Shot(row.Start, row.End, row.Discharges, feeds));
            }
        );
        var sizes = ledger.Sizes.ToDictionary(
            s => s.Key,
            s => asOf is not null && asOf.TryGetValue(s.Key, out var size) && size < s.Value ? size : s.Value
        );
        return [.. periods.Select((period, i) => new Tally(rule, period.From, period.Until, sizes, RowsOf(pairs[i])))];

        List<TallyRow> RowsOf(Dictionary<long, Pair> of) =>
            [
                .. of.Where(p => p.Value.Counted > 0)
                    .Select(p => new TallyRow(
                        ledger.Names[(int)(p.Key >> (2 * NameBits))],
                        ledger.Names[(int)((p.Key >> NameBits) & NameMask)],
                        isChained ? p.Value.Chains(rule) : p.Value.Discharges,
                        p.Value.Observations,
                        [.. ledger.Parties.Where((_, at) => (p.Value.Feeds & (1UL << at)) != 0)],
                        SliceOf((int)(p.Key & NameMask))
                    ))
                    .OrderBy(r => r.Reporter, StringComparer.Ordinal)
                    .ThenBy(r => r.Accused, StringComparer.Ordinal)
                    .ThenBy(r => r.Slice, StringComparer.Ordinal),
            ];

        string? SliceOf(int slice) =>
            by is null ? null
            : by.Zone is null ? ledger.Names[slice]
            : slice.ToString("00", CultureInfo.InvariantCulture);
    }

    /// <summary>Bits of a name's place: a line's parties bring no more names than fit.</summary>
    private const int NameBits = 20;
    private const long NameMask = (1L << NameBits) - 1;

    private sealed class Pair
    {
        internal int Observations,
            Counted;
        internal long Discharges;
        internal ulong Feeds;
        internal List<Shot> Shots { get; } = [];

        /// <summary>Chains that come to the least: one goes on while no more than the gap lies between the latest end in
        /// it and the next start.</summary>
        internal long Chains(CountingRule rule)
        {
            var gap = rule.Quiet()!.Value.Ticks;
            var least = rule.Least ?? 0;
            Shots.Sort(static (a, b) => a.Start.CompareTo(b.Start));
            var shots = CollectionsMarshal.AsSpan(Shots);
            var count = 0L;
            for (int first = 0, next; first < shots.Length; first = next)
            {
                next = EndOfChain(shots, first, gap);
                count += ChainsIn(shots[first..next], gap, least);
            }
            return count;
        }

        private static int EndOfChain(ReadOnlySpan<Shot> shots, int first, long gap)
        {
            var (at, end) = (first + 1, shots[first].End);
            for (; at < shots.Length && shots[at].Start - end <= gap; at++)
                end = Math.Max(end, shots[at].End);
            return at;
        }

        /// <summary>What hangs together over all feeds is one chain, unless a feed alone has more of it: what one party
        /// adds under a reporter's name joins nothing that another's feed keeps apart. CEASEFIRE-30.</summary>
        private static long ChainsIn(ReadOnlySpan<Shot> chain, long gap, long least)
        {
            var (sum, feeds, isOneFeed) = (0L, chain[0].Feeds, true);
            foreach (var shot in chain)
            {
                sum += shot.Discharges;
                isOneFeed &= shot.Feeds == feeds;
                feeds |= shot.Feeds;
            }
            var most = sum >= least ? 1L : 0;
            if (isOneFeed)
                return most;
            for (; feeds != 0; feeds &= feeds - 1)
                most = Math.Max(most, ChainsOf(chain, feeds & (~feeds + 1), gap, least));
            return most;
        }

        private static long ChainsOf(ReadOnlySpan<Shot> shots, ulong feed, long gap, long least)
        {
            var (count, sum, end) = (0L, -1L, 0L);
            foreach (var shot in shots)
            {
                if ((shot.Feeds & feed) == 0)
                    continue;
                if (sum >= 0 && shot.Start - end <= gap)
                {
                    sum += shot.Discharges;
                    end = Math.Max(end, shot.End);
                    continue;
                }
                if (sum >= least)
                    count++;
                (sum, end) = (shot.Discharges, shot.End);
            }
            return sum >= 0 && sum >= least ? count + 1 : count;
        }
    }

    /// <param name="Feeds">In whose feeds it stands word for word: a bit for each.</param>
    private readonly record struct Shot(long Start, long End, int Discharges, ulong Feeds);
}

/// <summary>Reporting days: from one closing time to the next, in a stated zone (C-9).</summary>
public static class ReportingWindows
{
    /// <summary>Most windows of one question: ten years of days.</summary>
    public const int MaxWindows = 3_660;

    /// <summary>Days beyond which a calendar's day has no neighbour, or none in every zone.</summary>
    private static readonly DateOnly FirstDay = DateOnly.MinValue.AddDays(2),
        LastDay = DateOnly.MaxValue.AddDays(-2);

    /// <summary>The reporting days that a period touches, oldest first. A day lasts from closing to closing by the
    /// zone's own clock, so that one on which clocks change is longer or shorter.</summary>
    public static IEnumerable<(DateTimeOffset From, DateTimeOffset Until)> Daily(
        DateTimeOffset from,
        DateTimeOffset until,
        TimeOnly closes,
        TimeZoneInfo zone
    )
    {
        ArgumentNullException.ThrowIfNull(zone);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime);
        if (day <= FirstDay)
            yield break;
        var begin = Closing(day, closes, zone);
        if (begin > from)
            begin = Closing(day = day.AddDays(-1), closes, zone);
        for (var i = 0; i < MaxWindows && begin < until && day < LastDay; i++)
        {
            day = day.AddDays(1);
            var end = Closing(day, closes, zone);
            yield return (begin, end);
            begin = end;
        }
    }

    /// <summary>The reporting day that closes on a date of the zone's calendar.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) OfDay(DateOnly day, TimeOnly closes, TimeZoneInfo zone) =>
        day <= FirstDay || day >= LastDay
            ? throw new ArgumentOutOfRangeException(nameof(day))
            : (Closing(day.AddDays(-1), closes, zone), Closing(day, closes, zone));

    /// <summary>The last reporting day that is over at a time.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) LastBefore(
        DateTimeOffset now,
        TimeOnly closes,
        TimeZoneInfo zone
    )
    {
        ArgumentNullException.ThrowIfNull(zone);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var window = OfDay(day, closes, zone);
        return window.Until <= now ? window : OfDay(day.AddDays(-1), closes, zone);
    }

    /// <summary>True for a day that a calendar has in every zone.</summary>
    public static bool IsDay(DateOnly day) => day > FirstDay && day < LastDay;

    /// <summary>A zone by its name in the IANA database, or as an offset such as <c>+02:00</c>.</summary>
    public static bool TryZone(string? name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        if (name is null or "" || name.Length > Bodies.Observation.MaxName)
            return false;
        if (name[0] is '+' or '-')
        {
            if (
                !TimeSpan.TryParseExact(name[1..], @"hh\:mm", CultureInfo.InvariantCulture, out var offset)
                || offset > TimeSpan.FromMinutes(Bodies.Observation.MaxOffset)
            )
                return false;
            zone = TimeZoneInfo.CreateCustomTimeZone(name, name[0] == '-' ? -offset : offset, name, name);
            return true;
        }
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }

    /// <summary>The instant of a local time; where clocks go forward over it, the first that there is after
    /// it.</summary>
    private static DateTimeOffset Closing(DateOnly day, TimeOnly closes, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(closes, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(local))
            local = new DateTimeOffset(local, TimeSpan.Zero).Plus(TimeSpan.FromMinutes(1)).DateTime;
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
