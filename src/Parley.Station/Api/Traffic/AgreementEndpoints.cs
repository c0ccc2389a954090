using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>Agreements (docs/protocol/ceasefire.md): what is in force, who signed, what stood when.</summary>
internal static class AgreementEndpoints
{
    internal static void MapAgreements(this IEndpointRouteBuilder api, AgreementDesk agreements)
    {
        api.MapGet(
                "/lines/{line}/agreements",
                (HttpContext http, string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(http, agreements.Agreements(id))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<AgreementView>>()
            .WithName("agreements")
            .WithSummary(
                "Agreements of a line and where they stand, newest first; of each party that tabled some its share, what it leaves out in the header Parley-Left-Out"
            );

        api.MapGet(
                "/lines/{line}/agreements/{party}/{seq}",
                (string line, string party, string seq, string? at, string? asOf) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                    && TryMoment(at, asOf, out var when, out why)
                        ? Answers.Ok(agreements.Agreement(id, entry, when))
                        : Answers.Problem(why)
            )
            .Produces<AgreementView>()
            .WithName("agreement")
            .WithSummary(
                "An agreement as it stands now, or stood at a time (at) or by sizes of the feeds (asOf, such as us:12,ru:8): the text in force then, who had signed, what was lacking, and whether its maps and annexes are the files that it states"
            );

        api.MapGet(
                "/lines/{line}/orders",
                (HttpContext http, string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(http, agreements.Orders(id))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<OrderView>>()
            .WithName("orders")
            .WithSummary(
                "Orders of a line, newest first, and by echelon which forces have them; what is left out in the header Parley-Left-Out"
            );

        api.MapPost(
                "/lines/{line}/agreements/check",
                async (HttpRequest http, string line, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && (await Answers.ReadBytesAsync(http, ct)).TryGet(out var bytes, out why)
                        ? Answers.Ok(agreements.Check(id, bytes.WrittenMemory))
                        : Answers.Problem(why)
            )
            .Accepts<AgreementText>("application/json")
            .Produces<TextCheckView>()
            .WithName("check-agreement")
            .WithSummary(
                "What is to be said of a text before it is put on the table: its manifest hash, what it lacks, whether its maps and annexes are the files that it states; nothing is written"
            );

        api.MapGet(
                "/lines/{line}/agreements/{party}/{seq}/document",
                (HttpContext http, string line, string party, string seq, [AsParameters] DocumentQuery query) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !Answers.TryEntry(party, seq, out var entry, out why)
                        || !TryMoment(query.At, query.AsOf, out var when, out why)
                        || !agreements
                            .Document(id, entry, when, query.Form ?? AgreementForms.Print, query.Lang)
                            .TryGet(out var document, out why)
                    )
                        return Answers.Problem(why);
                    // A sheet is for paper and for files: whatever stands in it, it runs nothing and fetches nothing.
                    http.Response.Headers.ContentSecurityPolicy =
                        "sandbox; default-src 'none'; style-src 'unsafe-inline'";
                    return TypedResults.Text(document.Text, document.ContentType);
                }
            )
            .Produces<string>(200, "text/html", "application/akn+xml")
            .WithName("agreement-document")
            .WithSummary(
                "An agreement as a document for others: form=print, a sheet for paper in all of its languages; form=akn, Akoma Ntoso 1.0 in one language (lang)"
            );
    }

    /// <summary>Which document.</summary>
    internal sealed record DocumentQuery
    {
        /// <summary>print or akn.</summary>
        public string? Form { get; init; }

        /// <summary>The language of an Akoma Ntoso document; null for the deciding one, or the first.</summary>
        public string? Lang { get; init; }
        public string? At { get; init; }

        /// <summary>Sizes of feeds, such as <c>us:12,ru:8</c>.</summary>
        public string? AsOf { get; init; }
    }

    private static bool TryMoment(
        string? at,
        string? asOf,
        out PastMoment when,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Refusal? why
    )
    {
        when = new PastMoment(null, null);
        if (!CeasefireQueries.TryTime("at", at, out var time, out why))
            return false;
        if (!CeasefireQueries.TrySizes(asOf, out var sizes, out why))
            return false;
        when = new PastMoment(time, sizes);
        return true;
    }
}
