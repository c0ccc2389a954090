using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>The blind check (docs/protocol/blind-check.md): proposals and acceptances wait for a second officer under
/// <c>/proposals</c>.</summary>
internal static class BlindEndpoints
{
    internal static void MapBlind(this IEndpointRouteBuilder api, BlindChecks blind)
    {
        var line = api.MapGroup("/lines/{line}/blind");

        line.MapGet(
                "",
                (string line) =>
                    Answers.TryLine(line, out var id, out var why) ? Answers.Ok(blind.All(id)) : Answers.Problem(why)
            )
            .Produces<BlindListView>()
            .WithName("blind-checks")
            .WithSummary(
                "The blind checks of a line that are open or ended lately, and what was spent of the day's budget"
            );

        line.MapGet("/{party}/{seq}", (string line, string party, string seq) => On(line, party, seq, blind.One))
            .Produces<BlindView>()
            .WithName("blind-check")
            .WithSummary("A blind check as it stands: what was compared, how far it is, what was found");

        line.MapGet(
                "/{party}/{seq}/cells",
                (string line, string party, string seq) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                    && blind.Cells(id, entry).TryGet(out var features, out why)
                        ? TypedResults.Text(features, "application/geo+json")
                        : Answers.Problem(why)
            )
            .Produces<string>(200, "application/geo+json")
            .WithName("blind-cells")
            .WithSummary("Every cell that both sides brought, as GeoJSON; known to this party and not in the record");

        api.MapGet("/proposals/{proposal}/blind", (string proposal) => Answers.Ok(blind.Prepared(proposal)))
            .Produces<BlindPrepared>()
            .WithName("prepared-blind-check")
            .WithSummary(
                "What a proposed or accepted blind check would compare of our own, for the officer who is to release it"
            );
    }

    /// <summary>What officers do about blind checks.</summary>
    internal static void MapBlindActs(this IEndpointRouteBuilder api, BlindProposals blind)
    {
        var line = api.MapGroup("/lines/{line}/blind");

        line.MapPost(
                "",
                async Task<IResult> (HttpRequest http, string line, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.BlindTermsRequest, ct)).TryGet(
                        out var request,
                        out why
                    )
                    && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                    && (await blind.ProposeAsync(id, request, by, ct)).TryGet(out var prepared, out why)
                        ? TypedResults.Created($"/api/v1/proposals/{prepared.Proposal.Proposal}", prepared)
                        : Answers.Problem(why)
            )
            .Accepts<BlindTermsRequest>("application/json")
            .Produces<BlindPrepared>(201)
            .WithName("propose-blind-check")
            .WithSummary("Prepares a blind check; a second officer releases the proposal");

        line.MapPost(
                "/{party}/{seq}/accept",
                async Task<IResult> (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                    && (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.BlindAcceptRequest, ct)).TryGet(
                        out var request,
                        out why
                    )
                    && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                    && (await blind.AcceptAsync(id, entry, request, by, ct)).TryGet(out var prepared, out why)
                        ? TypedResults.Created($"/api/v1/proposals/{prepared.Proposal.Proposal}", prepared)
                        : Answers.Problem(why)
            )
            .Accepts<BlindAcceptRequest>("application/json")
            .Produces<BlindPrepared>(201)
            .WithName("accept-blind-check")
            .WithSummary("Prepares to take part in a blind check; a second officer releases it, and the run begins");

        line.MapPost(
                "/{party}/{seq}/cancel",
                async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.BlindStopRequest, ct)).TryGet(
                        out var request,
                        out var why
                    ) && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? On(line, party, seq, (id, entry) => blind.Stop(id, entry, by))
                        : Answers.Problem(why)
            )
            .Accepts<BlindStopRequest>("application/json")
            .Produces<BlindView>()
            .WithName("cancel-blind-check")
            .WithSummary("Ends a run under way, at both sides; it is not resumed and its cells stay charged");
    }

    private static IResult On(string line, string party, string seq, Func<LineId, EntryId, Outcome<BlindView>> ask) =>
        Answers.TryLine(line, out var id, out var why) && Answers.TryEntry(party, seq, out var entry, out why)
            ? Answers.Ok(ask(id, entry))
            : Answers.Problem(why);
}
