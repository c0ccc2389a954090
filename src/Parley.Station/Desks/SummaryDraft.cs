using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>
/// Drafts the summary of a reporting day: what was counted by whom, by which rule and of what; where nobody watched; the
/// incidents. It says nothing that the record does not, adds up nothing over reporters, and is nobody's word before an
/// officer releases it. CEASEFIRE-30, CEASEFIRE-37.
/// </summary>
internal static class SummaryDraft
{
    private const int MaxBytes = Body.MaxInline - 1024;

    internal static DailySummary Of(
        ReportingDay day,
        EntryId? agreement,
        Tally tally,
        IReadOnlyList<CoveredPlaceView> places,
        IReadOnlyList<Item> incidents
    )
    {
        // What does not fit into one entry stays with the tally, which anybody can ask for, and is said.
        for (var most = DailySummary.MaxRows; ; most /= 2)
        {
            var summary = Make(day, agreement, tally, places, incidents, most);
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
        Tally tally,
        IReadOnlyList<CoveredPlaceView> places,
        IReadOnlyList<Item> incidents,
        int most
    )
    {
        var gaps = places
            .SelectMany(p =>
                p.Gaps.Select(g => new SummaryGap
                {
                    Place = p.Place,
                    From = g.From,
                    Until = g.Until,
                })
            )
            .ToList();
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
                .. tally
                    .Rows.Take(most)
                    .Select(r => new SummaryRow
                    {
                        Reporter = r.Reporter,
                        Accused = r.Accused.Length == 0 ? null : r.Accused,
                        N = r.N,
                        Observations = r.Observations,
                    }),
            ],
            Gaps = [.. gaps.Take(most)],
            Incidents = [.. incidents.Take(most).Select(i => i.Id.ToString())],
            Text = Words(day, tally, places, gaps, incidents, most),
        };
    }

    private static string Words(
        ReportingDay day,
        Tally tally,
        IReadOnlyList<CoveredPlaceView> places,
        IReadOnlyList<SummaryGap> gaps,
        IReadOnlyList<Item> incidents,
        int most
    )
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        void Further(int all)
        {
            if (all > most)
                Line($"- and {all - most} more");
        }
        Line($"Reporting day from {Time(tally.From)} to {Time(tally.Until)} (closes {day.Closes}, {day.Zone}).");
        Line(
            $"Counted by the rule {tally.Rule.Name ?? tally.Rule.Unit}, of the feeds {string.Join(", ", tally.AsOf.OrderBy(s => s.Key.Value, StringComparer.Ordinal).Select(s => $"{s.Key} up to {s.Value}"))}."
        );
        foreach (var row in tally.Rows.Take(most))
            Line(
                $"- {row.Reporter} reports {row.N}{(row.Accused.Length == 0 ? ", accusing nobody" : $" by {row.Accused}")} ({row.Observations} observations)."
            );
        Further(tally.Rows.Count);
        if (tally.Rows.Count == 0)
            Line(
                $"{(places.Any(p => p.Watched.Count > 0) ? "Nothing that counts was observed where it was watched." : "Nothing was observed, and nobody is known to have watched.")}"
            );
        foreach (var gap in gaps.Take(most))
            Line($"- Nobody watched {gap.Place} from {Time(gap.From)} to {Time(gap.Until)}.");
        Further(gaps.Count);
        foreach (var incident in incidents.Take(most))
            Line($"- Incident {incident.Id}: {IncidentFamily.TitleOf(incident)}, {incident.State}.");
        Further(incidents.Count);
        return text.ToString().TrimEnd();
    }

    private static string Time(DateTimeOffset? at) => UtcText.Of(at!.Value);
}
