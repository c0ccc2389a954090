using Microsoft.AspNetCore.Http.HttpResults;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>The station itself: who it is, its card, its health, and what it refused from peers.</summary>
internal static class StationEndpoints
{
    private const int MaxRefusals = 1000;

    internal static void MapStation(this IEndpointRouteBuilder api, IStationDesk station)
    {
        api.MapGet("/station", () => TypedResults.Ok(station.Station()))
            .WithName("station")
            .WithSummary("Who this station is and how it stands");
        api.MapGet("/card", () => TypedResults.Text(station.Card().Span, "text/plain; charset=utf-8"))
            .WithName("card")
            .WithSummary("This party's card, a signed note")
            .Produces<string>(200, "text/plain");
        api.MapGet("/refusals", (int? limit) => Answers.Ok(station.Refusals(Math.Clamp(limit ?? 100, 1, MaxRefusals))))
            .Produces<IReadOnlyList<RefusalView>>()
            .WithName("refusals")
            .WithSummary("What peers sent that was refused, newest first");
    }

    /// <summary>What a browser sees where no console is installed: that it is in the right place.</summary>
    internal static void MapFrontPage(this IEndpointRouteBuilder app, IStationDesk station)
    {
        foreach (var path in ConsoleFiles.Pages)
            app.MapGet(path, (HttpContext http) => FrontPage(http, station))
                .ExcludeFromDescription()
                .WithMetadata(new OpenToAll());
    }

    private static ContentHttpResult FrontPage(HttpContext http, IStationDesk station)
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        var party = station.Station().Party; // an id: nothing in it needs escaping
        return TypedResults.Text(
            $"<!doctype html><html lang=en><meta charset=utf-8><title>Parley: {party}</title><h1>Station of {party}</h1>"
                + "<p>No console is installed here, and officers cannot sign in without one. Programs find the API under /api/v1 with the station's token.",
            "text/html; charset=utf-8"
        );
    }

    /// <summary>Open to anyone who reaches the listener: they say that the process lives and whether it signs, nothing
    /// else.</summary>
    internal static void MapHealth(this IEndpointRouteBuilder app, IStationDesk station)
    {
        app.MapGet("/health/live", () => TypedResults.Text("live\n"))
            .WithName("live")
            .WithSummary("The process answers")
            .WithMetadata(new OpenToAll());
        app.MapGet(
                "/health/ready",
                Results<Ok<HealthView>, JsonHttpResult<HealthView>> () =>
                {
                    var view = station.Station();
                    var health = new HealthView(view.State, view.Fault, view.NoRoom ?? view.NoRoomForAttachments);
                    return view.State == StationState.Ready
                        ? TypedResults.Ok(health)
                        : TypedResults.Json(health, ApiJson.Default.HealthView, statusCode: 503);
                }
            )
            .WithName("ready")
            .WithSummary("The station takes and signs entries; 503 with the fault where not")
            .WithMetadata(new OpenToAll());
    }
}
