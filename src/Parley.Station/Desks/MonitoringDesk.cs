using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>A reporting day as somebody asks for it; what is not said is what the agreement in force says.</summary>
/// <param name="Zone">The zone's name.</param>
/// <param name="Closes">Local time, <c>HH:mm</c>.</param>
internal sealed record DayTerms(string? Zone, string? Closes);

/// <summary>Where it was watched, and the days in which it was counted.</summary>
internal sealed class MonitoringDesk(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    ObservationBook observations
)
{
    /// <summary>Reporting days of one answer: a year.</summary>
    internal const int MaxDays = 366;

    /// <summary>Who watched where in a period, and where and when nobody did. CEASEFIRE-23.</summary>
    internal Outcome<CoverageView> Coverage(
        LineId line,
        (DateTimeOffset From, DateTimeOffset Until) period,
        string? place,
        string? reporter,
        IReadOnlyDictionary<PartyId, ulong>? asOf,
        Mark mark
    ) =>
        OnLine<CoverageView>(
            line,
            (open, texts) =>
            {
                if (StatedSizes.Stranger(open, asOf) is { } stranger)
                    return stranger;
                var (watched, sizes, notCounted) = observations.Read(
                    open,
                    books =>
                        (books.Coverage.Standing(mark, asOf), books.Coverage.Sizes, books.Coverage.NotCountedAsOf(asOf))
                );
                var (places, leftOut) = new CoveredPlaces([.. open.Document.Parties], texts).In(
                    period,
                    watched.Where(w => reporter is null || w.Coverage.Reporter == reporter),
                    place
                );
                return new CoverageView(
                    period.From,
                    period.Until,
                    [.. places.Select(p => p.View)],
                    sizes.ToDictionary(
                        s => s.Key.Value,
                        s =>
                            asOf is not null && asOf.TryGetValue(s.Key, out var size) && size < s.Value ? size : s.Value
                    ),
                    notCounted.ToDictionary(n => n.Key.Value, n => n.Value),
                    leftOut.ToDictionary(n => n.Key.Value, n => n.Value)
                );
            }
        );

    /// <summary>Tallies of every reporting day that a period touches, by the clock of a stated zone.
    /// CEASEFIRE-35.</summary>
    internal Outcome<DailyTallyView> Daily(
        LineId line,
        DayTerms day,
        (DateTimeOffset From, DateTimeOffset Until) period,
        string? rule,
        IReadOnlyDictionary<PartyId, ulong>? asOf,
        Mark mark,
        SlicedBy sliced
    ) =>
        OnLine<DailyTallyView>(
            line,
            (open, texts) =>
            {
                if (StatedSizes.Stranger(open, asOf) is { } stranger)
                    return stranger;
                if (
                    !Stated(day, texts).TryGet(out var stated, out var why)
                    || !texts.Rule(null, rule).TryGet(out var by, out why)
                    || !sliced.In(texts).TryGet(out var slices, out why)
                )
                    return why;
                var days = ReportingWindows
                    .Daily(period.From, period.Until, stated.Closes, stated.Zone)
                    .Take(MaxDays + 1)
                    .Select(d => ((DateTimeOffset?)d.From, (DateTimeOffset?)d.Until))
                    .ToList();
                // Where the period begins before any calendar there are no days to be counted.
                if (days.Count > MaxDays || period.Until - period.From > TimeSpan.FromDays(MaxDays + 2))
                    return Refusal.Invalid($"the period has more than {MaxDays} reporting days");
                var (tallies, notCounted) = observations.Read(
                    open,
                    books =>
                        (Tally.OfEach(books.Ledger, by, days, asOf, mark, slices.By), books.Ledger.NotCountedAsOf(asOf))
                );
                return new DailyTallyView(
                    stated.Day.Zone!,
                    stated.Day.Closes!,
                    [.. tallies.Select(t => CeasefireDesk.ViewOf(t, notCounted, texts.Sides))]
                );
            }
        );

    /// <summary>The summary of a reporting day as the record gives it. Nothing is written: an officer releases it, or
    /// does not. CEASEFIRE-37.</summary>
    /// <param name="line">The line.</param>
    /// <param name="day">When a day closes.</param>
    /// <param name="closing">The date on which it closes there; null for the last day that is over.</param>
    /// <param name="rule">Name of the rule; null for that of the agreement in force.</param>
    /// <param name="mark">What is counted.</param>
    internal Outcome<SummaryDraftView> Summary(LineId line, DayTerms day, DateOnly? closing, string? rule, Mark mark) =>
        OnLine<SummaryDraftView>(
            line,
            (open, texts) =>
            {
                if (
                    !Stated(day, texts).TryGet(out var stated, out var why)
                    || !texts.Rule(null, rule).TryGet(out var by, out why)
                )
                    return why;
                var window = closing is { } date
                    ? ReportingWindows.OfDay(date, stated.Closes, stated.Zone)
                    : ReportingWindows.LastBefore(premises.Now, stated.Closes, stated.Zone);
                var (counted, watched, reported) = observations.Read(
                    open,
                    books =>
                        (Counted(books, by, window, mark), books.Coverage.Standing(mark), Reported(books, window, mark))
                );
                var (incidents, released) = open.Traffic.Read(on => Recorded(on.View, window, mark));
                var body = SummaryDraft.Of(
                    stated.Day,
                    texts.InForce?.Agreement,
                    counted,
                    new CoveredPlaces([.. open.Document.Parties], texts).In(window, watched, null).Places,
                    (incidents, Math.Max(reported, incidents.Count))
                );
                return new SummaryDraftView(
                    window.From,
                    window.Until,
                    window.Until <= premises.Now,
                    System.Text.Json.JsonSerializer.SerializeToElement(body, TrafficJson.Default.DailySummary),
                    released
                );
            }
        );

    private static CountedDay Counted(
        LineBooks books,
        CountingRule rule,
        (DateTimeOffset From, DateTimeOffset Until) window,
        Mark mark
    )
    {
        var tally = Tally.Of(books.Ledger, rule, window.From, window.Until, null, mark);
        return new CountedDay(
            tally,
            tally
                .Rows.Select(r => r.Reporter)
                .Distinct(StringComparer.Ordinal)
                .ToDictionary(r => r, books.Ledger.AuthorsOf, StringComparer.Ordinal)
        );
    }

    /// <summary>Incidents whose number was given in a period, those among them that the line's view keeps no longer
    /// whole.</summary>
    private static int Reported(LineBooks books, (DateTimeOffset From, DateTimeOffset Until) window, Mark mark) =>
        books.Incidents.All.Count(r => r.Mark == mark && r.At >= window.From && r.At < window.Until);

    private (IReadOnlyList<Item> Incidents, IReadOnlyList<EntryId> Released) Recorded(
        LineView view,
        (DateTimeOffset From, DateTimeOffset Until) window,
        Mark mark
    )
    {
        var items = view.Open(premises.Now).Concat(view.RecentlySettled(premises.Now)).ToList();
        return (
            [
                .. items
                    .Where(i =>
                        i.Family is IncidentFamily
                        && i.Root.Header.Mark == mark
                        && i.Root.Header.At >= window.From
                        && i.Root.Header.At < window.Until
                    )
                    .OrderBy(i => i.Root.Header.At)
                    .ThenBy(i => i.Id.ToString(), StringComparer.Ordinal),
            ],
            [
                .. items
                    .Where(i =>
                        i.Family is SummaryFamily
                        && i.Root.Header.Mark == mark
                        && SummaryFamily.Current(i) is { } told
                        && told.From == window.From
                        && told.Until == window.Until
                    )
                    .Select(i => i.Id),
            ]
        );
    }

    private static Outcome<(ReportingDay Day, TimeOnly Closes, TimeZoneInfo Zone)> Stated(
        DayTerms asked,
        AgreementTexts texts
    )
    {
        var agreed = texts.InForce?.Text.Reporting;
        var day = new ReportingDay { Zone = asked.Zone ?? agreed?.Zone, Closes = asked.Closes ?? agreed?.Closes };
        if (day.Zone is null || day.Closes is null)
            return Refusal.Invalid(
                "a reporting day needs zone and closes, such as Europe/Kyiv and 19:30: no agreement in force states them"
            );
        if (!ReportingDay.TryCloses(day.Closes, out var closes))
            return Refusal.Invalid("closes is a time of day such as 19:30");
        return ReportingWindows.TryZone(day.Zone, out var zone)
            ? (day, closes, zone)
            : Refusal.Invalid($"no time zone is known here by the name {day.Zone}");
    }

    private Outcome<T> OnLine<T>(LineId line, Func<StationLine, AgreementTexts, Outcome<T>> read) =>
        lines.Find(line).TryGet(out var open, out var unknown)
            ? integrity.Guarded(() =>
                read(open, open.Traffic.Read(on => AgreementTexts.Of(open, on.View, premises.Now)))
            )
            : unknown;
}
