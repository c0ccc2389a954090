using Parley.Record;
using Parley.Station.Desks;

namespace Parley.Station.Api;

/// <summary>Calls while they are held (docs/protocol/call.md). They are opened, answered and logged as entries.</summary>
internal static class CallEndpoints
{
    /// <param name="api">What consoles ask by themselves: no sign that an officer is there.</param>
    /// <param name="attended">What officers do.</param>
    /// <param name="calls">The desk.</param>
    internal static void MapCalls(this IEndpointRouteBuilder api, IEndpointRouteBuilder attended, CallDesk calls)
    {
        var line = api.MapGroup("/lines/{line}/calls");
        line.MapGet(
                "",
                (HttpContext http, string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(http, calls.All(id))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<CallLiveView>>()
            .WithName("live-calls")
            .WithSummary(
                "The calls of a line that ring or that voice may be on, the newest first; of each opener those that came here last, what is left out in the header Parley-Left-Out"
            );

        line.MapGet(
                "/{party}/{seq}",
                (string line, string party, string seq, string? seat, long? after) =>
                    On(line, party, seq, (id, call) => calls.One(id, call, seat, after ?? 0))
            )
            .Produces<CallLiveView>()
            .WithName("live-call")
            .WithSummary("A call as it is just now; with a seat, what its console was told after a number");

        line.MapGet(
                "/{party}/{seq}/log",
                (string line, string party, string seq) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var entry, out why)
                        ? Answers.Ok(calls.Logs(id, entry))
                        : Answers.Problem(why)
            )
            .Produces<CallLogsView>()
            .WithName("call-logs")
            .WithSummary(
                "The log of a call as this station would write it, what parties signed, and where they differ"
            );

        var acts = attended.MapGroup("/lines/{line}/calls");
        acts.MapPost(
                "/{party}/{seq}/join",
                async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
                    Answers.TryLine(line, out var id, out var why)
                    && Answers.TryEntry(party, seq, out var call, out why)
                    && (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.CallJoinRequest, ct)).TryGet(
                        out var request,
                        out why
                    )
                    && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? Answers.Ok(
                            await calls.JoinAsync(id, call, request, by, http.HttpContext.Connection.LocalIpAddress, ct)
                        )
                        : Answers.Problem(why)
            )
            .Accepts<CallJoinRequest>("application/json")
            .Produces<CallSeatView>()
            .WithName("join-call")
            .WithSummary("Joins a call with the key of a console, on the record, and gives the console its seat");

        acts.MapPost(
                "/{party}/{seq}/signal",
                async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.CallSignalRequest, ct)).TryGet(
                        out var request,
                        out var why
                    ) && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? On(line, party, seq, (id, call) => calls.Signal(id, call, request, by))
                        : Answers.Problem(why)
            )
            .Accepts<CallSignalRequest>("application/json")
            .Produces<CallLiveView>()
            .WithName("signal-call")
            .WithSummary("Says something from one console of a call to another, off the record");

        api.MapGroup("/lines/{line}/calls")
            .MapPost(
                "/{party}/{seq}/state",
                async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.CallSayRequest, ct)).TryGet(
                        out var request,
                        out var why
                    ) && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? On(line, party, seq, (id, call) => calls.Say(id, call, request, by))
                        : Answers.Problem(why)
            )
            .Accepts<CallSayRequest>("application/json")
            .Produces<CallLiveView>()
            .WithName("say-call")
            .WithSummary("Says how it is at a console: on hold, muted, deaf; or leaves the call");
    }

    private static IResult On(
        string line,
        string party,
        string seq,
        Func<LineId, EntryId, Outcome<CallLiveView>> ask
    ) =>
        Answers.TryLine(line, out var id, out var why) && Answers.TryEntry(party, seq, out var entry, out why)
            ? Answers.Ok(ask(id, entry))
            : Answers.Problem(why);
}
