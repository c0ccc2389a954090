using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;

namespace Parley.Station.Api;

/// <summary>Ceasefires (docs/protocol/ceasefire.md): what is alleged, what was observed and how it
/// counts. What officers write goes through <c>POST …/entries</c> as everything does; a file of observations becomes
/// many entries here.</summary>
internal static class CeasefireEndpoints
{
    internal static void MapCeasefires(this IEndpointRouteBuilder api, CeasefireDesk ceasefires)
    {
        api.MapGet(
                "/lines/{line}/incidents",
                (HttpContext http, string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(http, ceasefires.Incidents(id))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<IncidentView>>()
            .WithName("incidents")
            .WithSummary(
                "Incidents of a line, newest first, of each party that reported some its share; what is left out in the header Parley-Left-Out, and every one in the table"
            );

        api.MapGet(
                "/lines/{line}/incidents/{party}/{seq}",
                (string line, string party, string seq) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                        ? Answers.Ok(ceasefires.Incident(id, entry))
                        : Answers.Problem(why)
            )
            .Produces<IncidentView>()
            .WithName("incident")
            .WithSummary("An incident with every account of it side by side, its report and its dissents");

        MapObservations(api, ceasefires);
    }

    private static void MapObservations(IEndpointRouteBuilder api, CeasefireDesk ceasefires)
    {
        api.MapPost(
                "/lines/{line}/observations",
                async (HttpRequest http, string line, [AsParameters] ImportQuery query, CancellationToken ct) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !SendEndpoints.Wait(query.Wait, query.Timeout).TryGet(out var until, out why)
                        || !query.Terms(Speaker.Of(http.HttpContext)).TryGet(out var terms, out why)
                    )
                        return Answers.Problem(why);
                    Answers.LimitBody(http, null); // bounded by row, and by back-pressure
                    if (http.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
                        rate.MinDataRate = null;
                    AllowReading(http.HttpContext);
                    try
                    {
                        // The file is read as it comes, which blocks: not on a thread that others wait for.
                        return Answers.Ok(
                            await Task.Run(() => ceasefires.ImportAsync(id, http.Body, terms, until.Time, ct), ct)
                        );
                    }
                    catch (BadHttpRequestException)
                    {
                        return Answers.Problem(
                            Refusal.Invalid(
                                "the file ended early; what came before is on the record, and is passed over when it comes again"
                            )
                        );
                    }
                }
            )
            .Accepts<byte[]>("text/csv", "*/*")
            .Produces<ImportView>()
            .WithName("import-observations")
            .WithSummary(
                "Puts the observations of a file on the record: the request body, as CSV in UTF-8. Rows that make no sense are named, all others taken; what stands there word for word is passed over"
            );

        api.MapGet(
                "/lines/{line}/tally",
                (string line, [AsParameters] TallyQuery query) =>
                    Answers.TryLine(line, out var id, out var why) && query.Read(out var period, out why)
                        ? Answers.Ok(
                            ceasefires.Count(
                                id,
                                null,
                                query.Rule,
                                period.From,
                                period.Until,
                                period.AsOf,
                                period.Mark,
                                new SlicedBy(query.By, query.Zone)
                            )
                        )
                        : Answers.Problem(why)
            )
            .Produces<TallyView>()
            .WithName("tally")
            .WithSummary("Observations counted by a rule that has a name: reporter by accused, never one number")
            .WithMetadata(new LongReading());

        api.MapPost(
                "/lines/{line}/tally",
                async (HttpRequest http, string line, [AsParameters] TallyQuery query, CancellationToken ct) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !query.Read(out var period, out why)
                        || !(await Answers.ReadBytesAsync(http, ct)).TryGet(out var bytes, out why)
                    )
                        return Answers.Problem(why);
                    return CountingRules.Read(bytes.WrittenMemory).TryGet(out var rule, out var reason)
                        ? Answers.Ok(
                            ceasefires.Count(
                                id,
                                rule,
                                null,
                                period.From,
                                period.Until,
                                period.AsOf,
                                period.Mark,
                                new SlicedBy(query.By, query.Zone)
                            )
                        )
                        : Answers.Problem(new Refusal("no-rule", reason, 422));
                }
            )
            .Accepts<CountingRule>("application/json")
            .Produces<TallyView>()
            .WithName("tally-by")
            .WithSummary("Observations counted by the rule that is given; nothing is written")
            .WithMetadata(new LongReading());

        api.MapGet(
                "/lines/{line}/observations",
                (HttpContext http, string line, string? form, string? mark) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !CeasefireQueries.TryMark(mark, out var of, out why)
                        || !ceasefires.Export(id, form ?? "csv", of).TryGet(out var write, out why)
                    )
                        return Answers.Problem(why);
                    AllowReading(http);
                    return TypedResults.Stream(
                        async stream =>
                            await Task.Run(() =>
                            {
                                using var to = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
                                write(to);
                            }),
                        form == "geojson" ? "application/geo+json" : "text/csv; charset=utf-8"
                    );
                }
            )
            .Produces<byte[]>(200, "text/csv", "application/geo+json")
            .WithName("export-observations")
            .WithSummary("The observations that count, as csv, geojson, acled or ucdp")
            .WithMetadata(new LongReading());
    }

    /// <summary>What is read or written as it comes blocks on the connection; for these requests that is meant.</summary>
    private static void AllowReading(HttpContext http)
    {
        if (http.Features.Get<IHttpBodyControlFeature>() is { } control)
            control.AllowSynchronousIO = true;
    }

    /// <summary>What is counted, and as of when.</summary>
    internal sealed record TallyQuery
    {
        /// <summary>Name of a rule: an agreement's, <c>discharges</c> or <c>shellings</c>.</summary>
        public string? Rule { get; init; }
        public string? From { get; init; }
        public string? Until { get; init; }

        /// <summary>Sizes of feeds, such as <c>us:12,ru:8</c>.</summary>
        public string? AsOf { get; init; }
        public string? Mark { get; init; }

        /// <summary>By what it is sliced, what or hour; each slice is counted by itself.</summary>
        public string? By { get; init; }

        /// <summary>Of hours: by whose clock (default: the agreement's, else UTC).</summary>
        public string? Zone { get; init; }

        internal bool Read(
            out (
                DateTimeOffset? From,
                DateTimeOffset? Until,
                IReadOnlyDictionary<PartyId, ulong>? AsOf,
                Mark Mark
            ) period,
            [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Refusal? why
        )
        {
            period = default;
            if (
                !CeasefireQueries.TryTime("from", From, out var from, out why)
                || !CeasefireQueries.TryTime("until", Until, out var until, out why)
                || !CeasefireQueries.TryMark(Mark, out var mark, out why)
                || !CeasefireQueries.TrySizes(AsOf, out var sizes, out why)
            )
                return false;
            period = (from, until, sizes, mark);
            return true;
        }
    }

    /// <summary>Who imports, and what.</summary>
    internal sealed record ImportQuery
    {
        public string? Seat { get; init; }

        [FromQuery(Name = "by")]
        public string? Officer { get; init; }
        public string? Mark { get; init; }

        /// <summary>The agreement that was observed, by its first entry.</summary>
        public string? Agreement { get; init; }

        /// <summary>The file's name.</summary>
        public string? Name { get; init; }
        public string? Wait { get; init; }
        public int? Timeout { get; init; }

        internal Outcome<ImportTerms> Terms(Speaker speaker)
        {
            if (speaker.Session is null && (Seat is null || Officer is null))
                return Refusal.Invalid("the query needs seat and by (the officer's name)");
            if (!speaker.Officer(new Officer(Seat ?? "", Officer ?? ""), null).TryGet(out var by, out var why))
                return why;
            if (!CeasefireQueries.TryMark(Mark, out var mark, out why))
                return why;
            EntryId? agreement = null;
            if (Agreement is not null)
            {
                if (!EntryId.TryParse(Agreement, out var entry))
                    return Refusal.Invalid("agreement is an entry such as us/3");
                agreement = entry;
            }
            if (Name?.Length > MaxName)
                return Refusal.Invalid($"name is longer than {MaxName} characters");
            return new ImportTerms(by, mark, agreement, string.IsNullOrWhiteSpace(Name) ? null : Name);
        }

        private const int MaxName = 200;
    }
}
