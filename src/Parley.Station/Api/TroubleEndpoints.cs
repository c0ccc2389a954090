using Parley.Station.Operations;

namespace Parley.Station.Api;

/// <summary>What is wrong, and who is told of it.</summary>
internal static class TroubleEndpoints
{
    internal static void MapTroubles(this IEndpointRouteBuilder api, Troubles troubles, Pager pager)
    {
        api.MapGet("/troubles", () => Answers.Ok(Outcome<IReadOnlyList<TroubleView>>.Of(troubles.Now())))
            .Produces<IReadOnlyList<TroubleView>>()
            .WithName("troubles")
            .WithSummary("What is wrong now or waits for somebody, the most urgent first");

        api.MapGet("/alerts", () => Answers.Ok(Outcome<IReadOnlyList<ReceiverView>>.Of(pager.Receivers)))
            .Produces<IReadOnlyList<ReceiverView>>()
            .WithName("alerts")
            .WithSummary("Who is told of it, and whether that works");

        api.MapPost(
                "/alerts/{receiver}/test",
                async (HttpContext http, string receiver, CancellationToken ct) =>
                    Speaker.Of(http).MustSit(http, Parley.Traffic.Seats.Administrator) is { } no ? Answers.Problem(no)
                    : await pager.TestAsync(receiver, ct) is { } told ? Answers.Ok(Outcome<ReceiverView>.Of(told))
                    : Answers.Problem(
                        new Refusal("unknown-receiver", $"the settings name no receiver of alerts '{receiver}'", 404)
                    )
            )
            .Produces<ReceiverView>()
            .ProducesProblem(404)
            .WithName("test-alert")
            .WithSummary("Sends a test to one receiver and says whether it was taken");
    }
}
