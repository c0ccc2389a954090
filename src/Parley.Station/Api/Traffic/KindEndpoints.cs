using System.Text.Json;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>The kinds of entries that this station knows.</summary>
internal static class KindEndpoints
{
    internal static void MapKinds(this IEndpointRouteBuilder api) =>
        api.MapGet("/kinds", () => TypedResults.Ok(KindView.All))
            .Produces<IReadOnlyList<KindView>>()
            .WithName("kinds")
            .WithSummary(
                "Every kind of entry that is known here: what it says, who may write it, what it takes and replaces, and the JSON schema of its body with a label per member"
            );
}
