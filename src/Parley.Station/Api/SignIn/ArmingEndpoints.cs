using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>Pages in browsers say whether they can ring: peers are told "attended" for those alone that can.</summary>
internal static class ArmingEndpoints
{
    internal static void MapArming(this IEndpointRouteBuilder api, Attendance? attendance) =>
        api.MapPost(
                "/session/armed",
                async (HttpContext http, CancellationToken ct) =>
                {
                    if (Speaker.Of(http).Session is not { } session)
                        return Answers.Problem(SessionEndpoints.NoSession);
                    if (
                        !(await Answers.ReadJsonAsync(http.Request, ApiJson.Default.ArmedChoice, ct)).TryGet(
                            out var choice,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    if (!session.Session.Bells.Arm(choice.Console, choice.Armed))
                        return Answers.Problem(
                            new Refusal("no-stream", "no page of this session follows the events by that name", 409)
                        );
                    attendance?.Update();
                    return TypedResults.Ok(choice);
                }
            )
            .Accepts<ArmedChoice>("application/json")
            .Produces<ArmedChoice>()
            .WithName("arm")
            .WithSummary("Says that a page can ring, or cannot any more");
}
