using System.Globalization;
using Parley.Record;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>Monitoring (docs/protocol/ceasefire.md): where it was watched and where not, day after day, and the daily
/// summary that an officer may release.</summary>
internal static class MonitoringEndpoints
{
    internal static void MapMonitoring(this IEndpointRouteBuilder api, MonitoringDesk monitoring)
    {
        api.MapGet(
                "/lines/{line}/coverage",
                (string line, [AsParameters] CoverageQuery query) =>
                    Answers.TryLine(line, out var id, out var why)
                    && CeasefireQueries.TryPeriod(query.From, query.Until, out var period, out why)
                    && CeasefireQueries.TryMark(query.Mark, out var mark, out why)
                    && CeasefireQueries.TrySizes(query.AsOf, out var sizes, out why)
                        ? Answers.Ok(monitoring.Coverage(id, period, query.Place, query.Reporter, sizes, mark))
                        : Answers.Problem(why)
            )
            .Produces<CoverageView>()
            .WithName("coverage")
            .WithSummary("Who watched where in a period, and where and when nobody did")
            .WithMetadata(new LongReading());

        api.MapGet(
                "/lines/{line}/tally/days",
                (string line, [AsParameters] DaysQuery query) =>
                    Answers.TryLine(line, out var id, out var why)
                    && CeasefireQueries.TryPeriod(query.From, query.Until, out var period, out why)
                    && CeasefireQueries.TryMark(query.Mark, out var mark, out why)
                    && CeasefireQueries.TrySizes(query.AsOf, out var sizes, out why)
                        ? Answers.Ok(
                            monitoring.Daily(
                                id,
                                new DayTerms(query.Zone, query.Closes),
                                period,
                                query.Rule,
                                sizes,
                                mark,
                                new SlicedBy(query.By, query.Zone)
                            )
                        )
                        : Answers.Problem(why)
            )
            .Produces<DailyTallyView>()
            .WithName("tally-days")
            .WithSummary(
                "Observations counted by reporting day: from one closing to the next by the clock of a stated zone, else of the one that the agreement in force states"
            )
            .WithMetadata(new LongReading());

        api.MapGet(
                "/lines/{line}/summary",
                (string line, [AsParameters] SummaryQuery query) =>
                    Answers.TryLine(line, out var id, out var why)
                    && CeasefireQueries.TryMark(query.Mark, out var mark, out why)
                    && TryDay(query.Day, out var day, out why)
                        ? Answers.Ok(
                            monitoring.Summary(id, new DayTerms(query.Zone, query.Closes), day, query.Rule, mark)
                        )
                        : Answers.Problem(why)
            )
            .Produces<SummaryDraftView>()
            .WithName("summary-draft")
            .WithSummary(
                "The summary of a reporting day as the record gives it; nothing is written: an officer releases it as summary.released, or does not"
            )
            .WithMetadata(new LongReading());
    }

    private static bool TryDay(
        string? text,
        out DateOnly? day,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Refusal? why
    )
    {
        day = null;
        why = null;
        if (text is null)
            return true;
        if (
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
            && Parley.Traffic.Incidents.ReportingWindows.IsDay(read)
        )
        {
            day = read;
            return true;
        }
        why = Refusal.Invalid("day is the date on which it closes, such as 2022-03-23");
        return false;
    }

    /// <summary>Which period and places.</summary>
    internal sealed record CoverageQuery
    {
        public string? From { get; init; }
        public string? Until { get; init; }

        /// <summary>One place by its name; null for all.</summary>
        public string? Place { get; init; }

        /// <summary>What one reporter watched; null for all.</summary>
        public string? Reporter { get; init; }
        public string? Mark { get; init; }
        public string? AsOf { get; init; }
    }

    /// <summary>Which days, and by which rule.</summary>
    internal sealed record DaysQuery
    {
        public string? From { get; init; }
        public string? Until { get; init; }

        /// <summary>Such as Europe/Kyiv, or +02:00.</summary>
        public string? Zone { get; init; }

        /// <summary>Local time, such as 19:30.</summary>
        public string? Closes { get; init; }
        public string? Rule { get; init; }
        public string? Mark { get; init; }
        public string? AsOf { get; init; }

        /// <summary>By what each day is sliced, what or hour; each slice is counted by itself.</summary>
        public string? By { get; init; }
    }

    /// <summary>Which day, and by which rule.</summary>
    internal sealed record SummaryQuery
    {
        /// <summary>The date on which it closes; null for the last that is over.</summary>
        public string? Day { get; init; }
        public string? Zone { get; init; }
        public string? Closes { get; init; }
        public string? Rule { get; init; }
        public string? Mark { get; init; }
    }
}
