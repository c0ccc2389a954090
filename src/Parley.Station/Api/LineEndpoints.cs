using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>Opening, accepting and looking at lines.</summary>
internal static class LineEndpoints
{
    internal static void MapLines(
        this IEndpointRouteBuilder api,
        ILineDesk lines,
        ICeremony ceremony,
        ISignOnDesk signOn
    )
    {
        api.MapPost(
                "/lines/open",
                async (HttpRequest http, CancellationToken ct) =>
                    Speaker.Of(http.HttpContext).MayNot(Speaker.LineWork) is { } no ? Answers.Problem(no)
                    : (await Answers.ReadJsonAsync(http, ApiJson.Default.OpenLine, ct)).TryGet(
                        out var request,
                        out var why
                    )
                        ? Answers.Ok(await ceremony.OpenLineAsync(request, ct))
                    : Answers.Problem(why)
            )
            .Accepts<OpenLine>("application/json")
            .Produces<OpenedLine>()
            .WithMetadata(new Attended())
            .WithName("open-line")
            .WithSummary("Makes a line document with the parties of the given cards and accepts it here");

        api.MapPost(
                "/lines/accept",
                async (HttpRequest http, CancellationToken ct) =>
                {
                    if (Speaker.Of(http.HttpContext).MayNot(Speaker.LineWork) is { } no)
                        return Answers.Problem(no);
                    if (
                        !(await Answers.ReadJsonAsync(http, ApiJson.Default.AcceptLine, ct)).TryGet(
                            out var request,
                            out var why
                        )
                    )
                        return Answers.Problem(why);
                    return (await ceremony.AcceptLineAsync(request, ct)).TryGet(out var line, out why)
                        ? TypedResults.Ok(new AcceptedLine(line))
                        : Answers.Problem(why);
                }
            )
            .Accepts<AcceptLine>("application/json")
            .Produces<AcceptedLine>()
            .WithMetadata(new Attended())
            .WithName("accept-line")
            .WithSummary("Accepts a line document that another party made");

        api.MapGet("/lines", () => TypedResults.Ok(lines.Lines())).WithName("lines").WithSummary("All lines");

        api.MapGet(
                "/lines/{line}",
                (string line) =>
                    Answers.TryLine(line, out var id, out var why) ? Answers.Ok(lines.Line(id)) : Answers.Problem(why)
            )
            .Produces<LineDetail>()
            .WithName("line")
            .WithSummary("One line: parties, fingerprints, standing, status");

        api.MapGet(
                "/lines/{line}/status",
                (string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(lines.LineStatus(id))
                        : Answers.Problem(why)
            )
            .Produces<LineStatus>()
            .WithName("line-status")
            .WithSummary("Per peer: link state, last heard, sizes held and sealed, oldest undelivered");

        api.MapPost(
                "/lines/{line}/sign-on",
                async (HttpRequest http, string line, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && (await Answers.ReadJsonAsync(http, ApiJson.Default.SignOnRequest, ct)).TryGet(
                        out var request,
                        out why
                    )
                    && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? Answers.Ok(await signOn.SignOnAsync(id, request, by, ct))
                        : Answers.Problem(why)
            )
            .Accepts<SignOnRequest>("application/json")
            .Produces<SignOnView>()
            .WithMetadata(new Attended())
            .WithName("sign-on")
            .WithSummary(
                "Two officers, one after the other, say that this station may sign on where entries are foreign or peers have not shown what they hold"
            );

        api.MapGet(
                "/lines/{line}/forks",
                (string line) =>
                    Answers.TryLine(line, out var id, out var why) ? Answers.Ok(lines.Forks(id)) : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<ForkView>>()
            .WithName("forks")
            .WithSummary("Pairs of checkpoints that contradict each other, as evidence");
    }
}
