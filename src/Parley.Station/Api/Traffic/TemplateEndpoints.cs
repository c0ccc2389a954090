using Parley.Station.Desks;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>Messages of this station that are written often: kept by the station, filled in by the console.</summary>
internal static class TemplateEndpoints
{
    internal static void MapTemplates(this IEndpointRouteBuilder api, TemplateShelf shelf)
    {
        api.MapGet("/templates", () => Answers.Ok(Outcome<IReadOnlyList<TemplateView>>.Of(shelf.All())))
            .Produces<IReadOnlyList<TemplateView>>()
            .WithName("templates")
            .WithSummary("Messages of this station that are written often, by their labels");

        api.MapPost(
                "/templates",
                async Task<IResult> (HttpRequest http, CancellationToken ct) =>
                    (await AskedAsync(http, ct)).TryGet(out var asked, out var why)
                    && (await shelf.KeepAsync(null, asked)).TryGet(out var kept, out why)
                        ? TypedResults.Created($"/api/v1/templates/{kept.Template}", kept)
                        : Answers.Problem(why)
            )
            .Accepts<TemplateRequest>("application/json")
            .Produces<TemplateView>(201)
            .WithName("keep-template")
            .WithSummary("Keeps a template for all officers of this station");

        api.MapPut(
                "/templates/{template}",
                async (HttpRequest http, string template, CancellationToken ct) =>
                    (await AskedAsync(http, ct)).TryGet(out var asked, out var why)
                        ? Answers.Ok(await shelf.KeepAsync(template, asked))
                        : Answers.Problem(why)
            )
            .Accepts<TemplateRequest>("application/json")
            .Produces<TemplateView>()
            .WithName("change-template")
            .WithSummary("Keeps another template under the same name");

        api.MapDelete(
                "/templates/{template}",
                async (HttpContext http, string template) =>
                    Speaker.Of(http).MayNot(Kinds.MessageSent) is { } no
                        ? Answers.Problem(no)
                        : Answers.Ok(await shelf.DeleteAsync(template))
            )
            .Produces<TemplateView>()
            .WithName("delete-template")
            .WithSummary("Throws a template away; messages that were written by it stay");
    }

    /// <summary>What is asked, by whom: with a session, by its officer, who must write messages at all.</summary>
    private static async Task<Outcome<TemplateRequest>> AskedAsync(HttpRequest http, CancellationToken ct)
    {
        if (
            !(await Answers.ReadJsonAsync(http, TrafficApiJson.Default.TemplateRequest, ct)).TryGet(
                out var asked,
                out var why
            )
        )
            return why;
        var speaker = Speaker.Of(http.HttpContext);
        if (speaker.Session is null)
            return asked;
        if (speaker.MayNot(Kinds.MessageSent) is { } no)
            return no;
        return speaker.Officer(asked.By).TryGet(out var by, out why) ? asked with { By = by } : why;
    }
}
