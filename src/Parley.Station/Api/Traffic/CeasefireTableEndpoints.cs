using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic.Incidents;

namespace Parley.Station.Api;

/// <summary>Incidents and observations as tables of very many, page by page.</summary>
internal static class CeasefireTableEndpoints
{
    internal static void MapCeasefireTables(this IEndpointRouteBuilder api, CeasefireTables tables)
    {
        api.MapGet(
                "/lines/{line}/incidents/table",
                (string line, [AsParameters] IncidentsQuery query) =>
                    Answers.TryLine(line, out var id, out var why)
                    && query.Read(out var asked, out why)
                    && TryLimit(query.Limit, CeasefireTables.MaxIncidents, out var limit, out why)
                        ? Answers.Ok(tables.Incidents(id, asked, limit))
                        : Answers.Problem(why)
            )
            .Produces<IncidentTableView>()
            .WithName("incident-table")
            .WithSummary(
                "Incidents of a line that were asked for, page by page, the one that began last first: by period, accused, reporter, what was observed, state and place"
            )
            .WithMetadata(new LongReading());

        api.MapGet(
                "/lines/{line}/observations/table",
                (string line, [AsParameters] ObservationsQuery query) =>
                    Answers.TryLine(line, out var id, out var why)
                    && query.Read(out var asked, out why)
                    && TryLimit(query.Limit, CeasefireTables.MaxObservations, out var limit, out why)
                        ? Answers.Ok(tables.Observations(id, asked, limit))
                        : Answers.Problem(why)
            )
            .Produces<ObservationTableView>()
            .WithName("observation-table")
            .WithSummary(
                "The observations that count and were asked for, page by page, the one that began last first: by period, reporter, accused, what was observed and where the observer stood"
            )
            .WithMetadata(new LongReading());
    }

    private const int UsualLimit = 100;

    /// <summary>A time, an entry, a number and what stands between them.</summary>
    private const int MaxCursor = 160;

    private static bool TryLimit(int? asked, int most, out int limit, [NotNullWhen(false)] out Refusal? why)
    {
        limit = asked ?? Math.Min(UsualLimit, most);
        why = limit >= 1 && limit <= most ? null : Refusal.Invalid($"limit is from 1 to {most}");
        return why is null;
    }

    private static Refusal NoCursor() => Refusal.Invalid("after is the 'next' of another page");

    /// <summary>Which incidents.</summary>
    internal sealed record IncidentsQuery
    {
        /// <summary>Those that began from then on.</summary>
        public string? From { get; init; }
        public string? Until { get; init; }

        /// <summary>Whom an account accuses.</summary>
        public string? Accused { get; init; }

        /// <summary>Whose account stands there.</summary>
        public string? Reporter { get; init; }

        /// <summary>What was observed, by the observations that the accounts name.</summary>
        public string? Kind { get; init; }

        /// <summary>alleged, preliminary, field inquiry, report, board, response, closed or merged.</summary>
        public string? State { get; init; }

        /// <summary>Where, by name.</summary>
        public string? Place { get; init; }
        public string? Mark { get; init; }

        /// <summary>The <c>next</c> of another page.</summary>
        public string? After { get; init; }
        public int? Limit { get; init; }

        internal bool Read([NotNullWhen(true)] out IncidentsAsked? asked, [NotNullWhen(false)] out Refusal? why)
        {
            asked = null;
            if (
                !CeasefireQueries.TryTime("from", From, out var from, out why)
                || !CeasefireQueries.TryTime("until", Until, out var until, out why)
                || !CeasefireQueries.TryMark(Mark, out var mark, out why)
            )
                return false;
            (long, string)? after = null;
            if (After is { Length: > 0 } cursor)
            {
                if (
                    cursor.Length > MaxCursor
                    || cursor.Split('.', 2) is not [var time, var entry]
                    || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                )
                {
                    why = NoCursor();
                    return false;
                }
                after = (ticks, entry);
            }
            asked = new IncidentsAsked(from, until, Accused, Reporter, Kind, State, Place, after, mark);
            return true;
        }
    }

    /// <summary>Which observations.</summary>
    internal sealed record ObservationsQuery
    {
        /// <summary>Those that start from then on.</summary>
        public string? From { get; init; }
        public string? Until { get; init; }
        public string? Reporter { get; init; }

        /// <summary>Whom the reporter accuses; empty for those that accuse nobody.</summary>
        public string? Accused { get; init; }

        /// <summary>What was observed.</summary>
        public string? Kind { get; init; }

        /// <summary>Where the observer stood, by name.</summary>
        public string? Place { get; init; }
        public string? Mark { get; init; }

        /// <summary>The <c>next</c> of another page.</summary>
        public string? After { get; init; }
        public int? Limit { get; init; }

        internal bool Read([NotNullWhen(true)] out ObservationsAsked? asked, [NotNullWhen(false)] out Refusal? why)
        {
            asked = null;
            if (
                !CeasefireQueries.TryTime("from", From, out var from, out why)
                || !CeasefireQueries.TryTime("until", Until, out var until, out why)
                || !CeasefireQueries.TryMark(Mark, out var mark, out why)
            )
                return false;
            ObservationKey? after = null;
            if (After is { Length: > 0 } cursor)
            {
                if (
                    cursor.Length > MaxCursor
                    || cursor.Split('.') is not [var time, var name, var place]
                    || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                    || !EntryId.TryParse(name, out var entry)
                    || !ulong.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                )
                {
                    why = NoCursor();
                    return false;
                }
                after = new ObservationKey(ticks, entry, number);
            }
            asked = new ObservationsAsked(from, until, Reporter, Accused, Kind, Place, after, mark);
            return true;
        }
    }
}
