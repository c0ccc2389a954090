using Microsoft.AspNetCore.Http.HttpResults;

namespace Parley.Station.Api;

/// <summary>The station itself: who it is, its card, its health, and what it refused from peers.</summary>
internal static class StationEndpoints
{
    private const int MaxRefusals = 1000;

    internal static void MapStation(this IEndpointRouteBuilder api, IStationOperations station)
    {
        api.MapGet("/station", () => TypedResults.Ok(station.Station())).WithName("station").WithSummary("Who this station is and how it stands");
        api.MapGet("/card", () => TypedResults.Text(station.Card().Span, "text/plain; charset=utf-8"))
            .WithName("card").WithSummary("This party's card, a signed note").Produces<string>(200, "text/plain");
        api.MapGet("/refusals", (int? limit) => Answers.Ok(station.Refusals(Math.Clamp(limit ?? 100, 1, MaxRefusals))))
            .Produces<IReadOnlyList<RefusalView>>().WithName("refusals").WithSummary("What peers sent that was refused, newest first");
    }

    /// <summary>Open to anyone who reaches the listener: they say that the process lives and whether it signs, nothing else.</summary>
    internal static void MapHealth(this IEndpointRouteBuilder app, IStationOperations station)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live\n")).WithName("live").WithSummary("The process answers");
        app.MapGet("/health/ready", Results<Ok<HealthView>, JsonHttpResult<HealthView>> () =>
        {
            var view = station.Station();
            var health = new HealthView(view.State, view.Fault);
            return view.State == StationState.Ready ? TypedResults.Ok(health) : TypedResults.Json(health, ApiJson.Default.HealthView, statusCode: 503);
        }).WithName("ready").WithSummary("The station takes and signs entries; 503 with the fault where not");
    }
}
