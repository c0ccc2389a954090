using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>What was counted in a day, and who writes under the names that it is reported by.</summary>
internal sealed record CountedDay(Tally Tally, IReadOnlyDictionary<string, IReadOnlyCollection<PartyId>> Authors);

/// <summary>
/// Drafts the summary of a reporting day: what was counted by whom, by which rule and of what; where nobody watched; the
/// incidents. It says nothing that the record does not, adds up nothing over reporters, and is nobody's word before an
/// officer releases it. Of what does not fit each author has its share, and how much is left out is said. CEASEFIRE-30,
/// CEASEFIRE-37, CEASEFIRE-42.
/// </summary>
internal static class SummaryDraft
{
    private const int MaxBytes = Body.MaxInline - 1024;

    /// <param name="day">When it closes.</param>
    /// <param name="agreement">What is observed.</param>
    /// <param name="counted">The tally.</param>
    /// <param name="places">What was watched.</param>
    /// <param name="incidents">Of the day, the oldest first, and how many there are in all.</param>
    internal static DailySummary Of(
        ReportingDay day,
        EntryId? agreement,
        CountedDay counted,
        IReadOnlyList<CoveredPlaces.Told> places,
        (IReadOnlyList<Item> Known, int All) incidents
    )
    {
        // What does not fit into one entry stays with the tally, which anybody can ask for, and is said.
        for (var most = DailySummary.MaxRows; ; most /= 2)
        {
            var summary = Make(day, agreement, counted, places, incidents, most);
            if (
                most == 1
                || JsonSerializer.SerializeToUtf8Bytes(summary, TrafficJson.Default.DailySummary).Length <= MaxBytes
            )
                return summary;
        }
    }

    private static DailySummary Make(
        ReportingDay day,
        EntryId? agreement,
        CountedDay counted,
        IReadOnlyList<CoveredPlaces.Told> places,
        (IReadOnlyList<Item> Known, int All) incidents,
        int most
    )
    {
        var tally = counted.Tally;
        var gaps = GapsOf(places, most);
        IReadOnlyList<TallyRow> rows =
        [
            .. FairShare
                .Of(
                    // What a party reports itself comes before what it carries of others.
                    [
                        .. tally.Rows.OrderByDescending(r =>
                            counted.Authors[r.Reporter].Any(a => a.Value == r.Reporter)
                        ),
                    ],
                    r => counted.Authors[r.Reporter],
                    most
                )
                .Taken.OrderBy(r => r.Reporter, StringComparer.Ordinal)
                .ThenBy(r => r.Accused, StringComparer.Ordinal)
                .Take(most),
        ];
        var told = FairShare.Of(incidents.Known, i => [i.Root.Header.From], most).Taken;
        return new DailySummary
        {
            From = tally.From,
            Until = tally.Until,
            Day = day,
            Agreement = agreement?.ToString(),
            Rule = tally.Rule,
            AsOf =
            [
                .. tally
                    .AsOf.OrderBy(s => s.Key.Value, StringComparer.Ordinal)
                    .Select(s => new FeedSize { Party = s.Key.Value, Size = (long)s.Value }),
            ],
            Rows =
            [
                .. rows.Select(r => new SummaryRow
                {
                    Reporter = r.Reporter,
                    Accused = r.Accused.Length == 0 ? null : r.Accused,
                    N = r.N,
                    Observations = r.Observations,
                }),
            ],
            Gaps = gaps,
            Incidents = [.. told.Select(i => i.Id.ToString())],
            Text = Words(day, tally, places, rows, gaps, told, incidents.All),
        };
    }

    /// <summary>Where nobody watched: the areas that were agreed first, then of each author's places its share, and of
    /// all of them the longest where they are too many.</summary>
    private static IReadOnlyList<SummaryGap> GapsOf(IReadOnlyList<CoveredPlaces.Told> places, int most)
    {
        var all = places
            .SelectMany(p => p.View.Gaps.Select(g => (Place: p, Gap: g)))
            .OrderByDescending(g => g.Place.View.IsAgreed)
            .ThenByDescending(g => g.Gap.Until - g.Gap.From)
            .ToList();
        var agreed = all.Count(g => g.Place.View.IsAgreed);
        var taken = FairShare
            .Of(all, g => g.Place.View.IsAgreed ? [] : g.Place.Authors, Math.Max(0, most - agreed))
            .Taken.Take(most)
            .ToHashSet();
        return
        [
            .. places.SelectMany(p =>
                p.View.Gaps.Where(g => taken.Contains((p, g)))
                    .Select(g => new SummaryGap
                    {
                        Place = p.View.Place,
                        From = g.From,
                        Until = g.Until,
                    })
            ),
        ];
    }

    private static string Words(
        ReportingDay day,
        Tally tally,
        IReadOnlyList<CoveredPlaces.Told> places,
        IReadOnlyList<TallyRow> rows,
        IReadOnlyList<SummaryGap> gaps,
        IReadOnlyList<Item> incidents,
        int allIncidents
    )
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        void Further(int told, int all)
        {
            if (all > told)
                Line($"- and {all - told} more");
        }
        Line($"Reporting day from {Time(tally.From)} to {Time(tally.Until)} (closes {day.Closes}, {day.Zone}).");
        Line(
            $"Counted by the rule {tally.Rule.Name ?? tally.Rule.Unit}, of the feeds {string.Join(", ", tally.AsOf.OrderBy(s => s.Key.Value, StringComparer.Ordinal).Select(s => $"{s.Key} up to {s.Value}"))}."
        );
        foreach (var row in rows)
            Line(
                $"- {row.Reporter} reports {row.N}{(row.Accused.Length == 0 ? ", accusing nobody" : $" by {row.Accused}")} ({row.Observations} observations)."
            );
        Further(rows.Count, tally.Rows.Count);
        if (tally.Rows.Count == 0)
            Line(
                $"{(places.Any(p => p.View.Watched.Any(w => w.Counts)) ? "Nothing that counts was observed where it was watched." : "Nothing was observed, and nobody is known to have watched.")}"
            );
        foreach (var gap in gaps)
            Line($"- Nobody watched {gap.Place} from {Time(gap.From)} to {Time(gap.Until)}.");
        Further(gaps.Count, places.Sum(p => p.View.Gaps.Count + p.View.GapsMore));
        foreach (var incident in incidents)
            Line($"- Incident {incident.Id}: {IncidentFamily.TitleOf(incident)}, {incident.State}.");
        Further(incidents.Count, allIncidents);
        return text.ToString().TrimEnd();
    }

    private static string Time(DateTimeOffset? at) => UtcText.Of(at!.Value);
}
