using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>Who is at which entry just now.</summary>
internal static class PresenceEndpoints
{
    internal static void MapPresence(this IEndpointRouteBuilder api, IEndpointRouteBuilder attended, PresenceDesk desk)
    {
        api.MapGet("/presence", () => Answers.Ok(Outcome<IReadOnlyList<PresenceView>>.Of(desk.All())))
            .Produces<IReadOnlyList<PresenceView>>()
            .WithName("presence")
            .WithSummary("Which officers of this station write an answer or have taken an entry, the earliest first");

        attended
            .MapPut(
                "/lines/{line}/entries/{party}/{seq}/presence",
                async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                    && (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.PresenceRequest, ct)).TryGet(
                        out var request,
                        out why
                    )
                    && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? Answers.Ok(desk.Say(id, entry, request.Doing, by))
                        : Answers.Problem(why)
            )
            .Accepts<PresenceRequest>("application/json")
            .Produces<IReadOnlyList<PresenceView>>()
            .WithName("say-presence")
            .WithSummary(
                "Says that an officer writes about an entry, has taken it, or is at it no longer; it lasts seconds or half an hour"
            );
    }
}
