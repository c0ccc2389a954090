using Parley.Record;

namespace Parley.Station.Api;

/// <summary>What is this station's own: proposals that wait for a second officer, alarms, drafts.</summary>
internal static class DutyEndpoints
{
    internal static void MapProposals(this IEndpointRouteBuilder api, ITrafficOperations station)
    {
        api.MapPost("/lines/{line}/proposals", async (HttpRequest http, string line, CancellationToken ct) =>
        {
            if (!Answers.TryLine(line, out var id, out var why) || !(await Answers.ReadJsonAsync(http, ApiJson.Default.EntryRequest, ct)).TryGet(out var request, out why)
                || !Drafts.From(request, Speaker.Of(http.HttpContext)).TryGet(out var draft, out why) || !(await station.ProposeAsync(id, draft, ct)).TryGet(out var proposal, out why)) return Answers.Problem(why);
            return TypedResults.Created($"/api/v1/proposals/{proposal.Proposal}", proposal);
        }).Accepts<EntryRequest>("application/json").Produces<ProposalView>(201).WithName("propose").WithSummary("Keeps an act until another officer releases it; nothing of it is on the record");

        api.MapGet("/proposals", () => Answers.Ok(Outcome<IReadOnlyList<ProposalView>>.Of(station.Proposals())))
            .Produces<IReadOnlyList<ProposalView>>().WithName("proposals").WithSummary("What waits for a second officer, oldest first");

        api.MapGet("/proposals/refused", () => Answers.Ok(Outcome<IReadOnlyList<RefusedProposalView>>.Of(station.RefusedProposals())))
            .Produces<IReadOnlyList<RefusedProposalView>>().WithName("refused-proposals").WithSummary("What was refused or taken back lately, by whom and why, the newest first");

        api.MapPost("/proposals/{proposal}/release", async (HttpRequest http, string proposal, string? wait, int? timeout, CancellationToken ct) =>
            SendEndpoints.Wait(wait, timeout).TryGet(out var until, out var why) && (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.ReleaseRequest, ct)).TryGet(out var request, out why)
                && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                ? Answers.Ok(await station.ReleaseAsync(proposal, by, until.Time, ct)) : Answers.Problem(why))
            .Accepts<ReleaseRequest>("application/json").Produces<Appended>().WithName("release-proposal").WithSummary("Puts a proposal on the record as its second officer");

        api.MapPost("/proposals/{proposal}/refuse", async (HttpRequest http, string proposal, CancellationToken ct) =>
            (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.RefuseRequest, ct)).TryGet(out var request, out var why)
                && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                ? Answers.Ok(await station.RefuseAsync(proposal, by, request.Reason, ct)) : Answers.Problem(why))
            .Accepts<RefuseRequest>("application/json").Produces<RefusedProposalView>().WithName("refuse-proposal").WithSummary("Drops a proposal");
    }

    internal static void MapAlarms(this IEndpointRouteBuilder api, ITrafficOperations station)
    {
        api.MapGet("/alarms", (string? line, bool? quiet) =>
        {
            if (line is null) return Answers.Ok(Outcome<IReadOnlyList<AlarmView>>.Of(station.Alarms(null, quiet == true)));
            return Answers.TryLine(line, out var id, out var why) ? Answers.Ok(Outcome<IReadOnlyList<AlarmView>>.Of(station.Alarms(id, quiet == true))) : Answers.Problem(why);
        }).Produces<IReadOnlyList<AlarmView>>().WithName("alarms").WithSummary("The alarms that stand, actual ones before those of exercises, the most urgent first; with quiet=true also those that an officer took down, and who");

        api.MapPost("/alarms/{alarm}/acknowledge", async (HttpRequest http, string alarm, CancellationToken ct) =>
            (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.AlarmAcknowledgement, ct)).TryGet(out var request, out var why)
                && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                ? Answers.Ok(await station.AcknowledgeAlarmAsync(alarm, by)) : Answers.Problem(why))
            .Accepts<AlarmAcknowledgement>("application/json").Produces<AlarmView>().WithName("acknowledge-alarm").WithSummary("Takes an alarm down until its next level; what it is about stays");
    }

    internal static void MapDrafts(this IEndpointRouteBuilder api, ITrafficOperations station)
    {
        api.MapGet("/drafts", () => Answers.Ok(Outcome<IReadOnlyList<DraftView>>.Of(station.Drafts())))
            .Produces<IReadOnlyList<DraftView>>().WithName("drafts").WithSummary("What officers have not sent yet; nothing of it leaves by itself");

        api.MapPost("/drafts", async (HttpRequest http, CancellationToken ct) =>
            (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.DraftRequest, ct)).TryGet(out var request, out var why) && Named(http, request).TryGet(out request, out why)
                && (await station.KeepDraftAsync(null, request)).TryGet(out var kept, out why)
                ? TypedResults.Created($"/api/v1/drafts/{kept.Draft}", kept) : Answers.Problem(why))
            .Accepts<DraftRequest>("application/json").Produces<DraftView>(201).WithName("keep-draft").WithSummary("Keeps a draft, whatever is wrong with it");

        api.MapPut("/drafts/{draft}", async (HttpRequest http, string draft, CancellationToken ct) =>
            (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.DraftRequest, ct)).TryGet(out var request, out var why) && Named(http, request).TryGet(out request, out why)
                && (why = NotYours(station, http.HttpContext, draft)) is null
                ? Answers.Ok(await station.KeepDraftAsync(draft, request)) : Answers.Problem(why))
            .Accepts<DraftRequest>("application/json").Produces<DraftView>().WithName("change-draft").WithSummary("Keeps another text under the same name");

        api.MapDelete("/drafts/{draft}", async (HttpContext http, string draft) => NotYours(station, http, draft) is { } no ? Answers.Problem(no) : Answers.Ok(await station.DeleteDraftAsync(draft)))
            .Produces<DraftView>().WithName("delete-draft").WithSummary("Throws a draft away");
    }

    /// <summary>A draft is its author's: with a session, another officer changes it as little as he throws it away.</summary>
    private static Refusal? NotYours(ITrafficOperations station, HttpContext http, string draft) =>
        Speaker.Of(http).Session is { } session && station.Drafts().FirstOrDefault(d => d.Draft == draft)?.By is { } by && !by.IsNamed(session.User.Name)
            ? new Refusal("not-yours", $"it is a draft of {by.Name}", 403) : null;

    /// <summary>With a session, a draft is the session's officer's.</summary>
    private static Outcome<DraftRequest> Named(HttpRequest http, DraftRequest request)
    {
        var speaker = Speaker.Of(http.HttpContext);
        if (speaker.Session is null) return request;
        return speaker.Officer(request.By).TryGet(out var by, out var why) ? request with { By = by } : why;
    }
}
