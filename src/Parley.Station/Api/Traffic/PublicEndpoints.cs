using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>What was released to the public (docs/protocol/public.md): for the program that writes the pages.</summary>
internal static class PublicEndpoints
{
    internal static void MapPublic(this IEndpointRouteBuilder api, PublicDesk word) =>
        api.MapGet(
                "/lines/{line}/public",
                async (string line, int? skip, int? limit, CancellationToken ct) =>
                    !Answers.TryLine(line, out var id, out var why) ? Answers.Problem(why)
                    : skip is < 0 || limit is < 1 or > PublicWordView.MaxPage
                        ? Answers.Problem(Refusal.Invalid($"skip is from 0 up, limit is 1 to {PublicWordView.MaxPage}"))
                    : Answers.Ok(await word.WordAsync(id, skip ?? 0, limit ?? PublicWordView.MaxPage, ct))
            )
            .Produces<PublicWordView>()
            .WithName("public-word")
            .WithSummary(
                "What of a line two officers released to the public, the newest first, with the proof file of each such entry and of no other"
            )
            .WithMetadata(new LongReading());
}
