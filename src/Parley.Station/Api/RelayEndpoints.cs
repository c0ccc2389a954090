using Parley.Record;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>Whom this station relays for, and which relay a line uses.</summary>
internal static class RelayEndpoints
{
    internal static void MapRelays(this IEndpointRouteBuilder api, RelayRoutes station)
    {
        api.MapGet("/relayed", () => TypedResults.Ok(station.Relayed()))
            .WithName("relayed")
            .WithSummary("Parties that this station relays for, and what waits for them");

        api.MapPost(
                "/relayed",
                async (HttpRequest http, CancellationToken ct) =>
                    Speaker.Of(http.HttpContext).MustSit(http.HttpContext, Parley.Traffic.Seats.Administrator) is { } no
                        ? Answers.Problem(no)
                    : (await Answers.ReadJsonAsync(http, ApiJson.Default.CardRequest, ct)).TryGet(
                        out var request,
                        out var why
                    )
                        ? Answers.Ok(station.Admit(request))
                    : Answers.Problem(why)
            )
            .Accepts<CardRequest>("application/json")
            .Produces<RelayedView>()
            .WithName("admit-to-relay")
            .WithSummary("Relays for a party from now on");

        api.MapDelete(
                "/relayed/{party}",
                (HttpContext http, string party) =>
                    Speaker.Of(http).MustSit(http, Parley.Traffic.Seats.Administrator) is { } no ? Answers.Problem(no)
                    : PartyId.TryParse(party, out var id) ? Answers.Ok(station.Dismiss(id))
                    : Answers.Problem(Refusal.UnknownParty(party))
            )
            .Produces<RelayedView>()
            .WithName("dismiss-from-relay")
            .WithSummary("Relays for a party no more, and throws away what waits for it");

        api.MapPut(
                "/lines/{line}/relay",
                async (HttpRequest http, string line, CancellationToken ct) =>
                {
                    if (
                        Speaker.Of(http.HttpContext).MustSit(http.HttpContext, Parley.Traffic.Seats.Administrator) is
                        { } no
                    )
                        return Answers.Problem(no);
                    return
                        Answers.TryLine(line, out var id, out var why)
                        && (await Answers.ReadJsonAsync(http, ApiJson.Default.CardRequest, ct)).TryGet(
                            out var request,
                            out why
                        )
                        ? Answers.Ok(await station.UseAsync(id, request))
                        : Answers.Problem(why);
                }
            )
            .Accepts<CardRequest>("application/json")
            .Produces<RelayView>()
            .WithName("use-relay")
            .WithSummary("Has a line use a relay while a peer is not heard");

        api.MapDelete(
                "/lines/{line}/relay",
                async (HttpContext http, string line) =>
                    Speaker.Of(http).MustSit(http, Parley.Traffic.Seats.Administrator) is { } no ? Answers.Problem(no)
                    : Answers.TryLine(line, out var id, out var why) ? Answers.Ok(await station.UseAsync(id, null))
                    : Answers.Problem(why)
            )
            .Produces<RelayView>()
            .WithName("drop-relay")
            .WithSummary("Has a line use no relay");
    }
}
