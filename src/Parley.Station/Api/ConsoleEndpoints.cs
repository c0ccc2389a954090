namespace Parley.Station.Api;

/// <summary>What the operator decided about the console.</summary>
internal static class ConsoleEndpoints
{
    internal static void MapConsole(this IEndpointRouteBuilder api, bool noticeWords) =>
        api.MapGet("/console", () => TypedResults.Ok(new ConsoleView(noticeWords)))
            .Produces<ConsoleView>()
            .WithName("console")
            .WithSummary("What the operator decided about the console: whether notices of the system carry the words");
}
