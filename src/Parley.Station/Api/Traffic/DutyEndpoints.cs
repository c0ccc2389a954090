using Parley.Record;
using Parley.Station.Desks;
using Parley.Station.Traffic;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>What is this station's own: proposals that wait for a second officer, alarms, drafts.</summary>
internal static class DutyEndpoints
{
    internal static void MapProposals(this IEndpointRouteBuilder api, ProposalBook book)
    {
        api.MapGet("/proposals", () => Answers.Ok(Outcome<IReadOnlyList<ProposalView>>.Of(book.All())))
            .Produces<IReadOnlyList<ProposalView>>()
            .WithName("proposals")
            .WithSummary("What waits for a second officer, oldest first");

        api.MapGet(
                "/proposals/refused",
                () => Answers.Ok(Outcome<IReadOnlyList<RefusedProposalView>>.Of(book.RefusedProposals()))
            )
            .Produces<IReadOnlyList<RefusedProposalView>>()
            .WithName("refused-proposals")
            .WithSummary("What was refused or taken back lately, by whom and why, the newest first");
    }

    /// <summary>Acts of two officers.</summary>
    internal static void MapReleases(this IEndpointRouteBuilder api, ProposalDesk desk)
    {
        api.MapPost(
                "/proposals/{proposal}/release",
                async (HttpRequest http, string proposal, string? wait, int? timeout, CancellationToken ct) =>
                    SendEndpoints.Wait(wait, timeout).TryGet(out var until, out var why)
                    && (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.ReleaseRequest, ct)).TryGet(
                        out var request,
                        out why
                    )
                    && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? Answers.Ok(await desk.ReleaseAsync(proposal, by, until.Time, ct))
                        : Answers.Problem(why)
            )
            .Accepts<ReleaseRequest>("application/json")
            .Produces<Appended>()
            .WithName("release-proposal")
            .WithSummary("Puts a proposal on the record as its second officer");

        api.MapPost(
                "/proposals/{proposal}/refuse",
                async (HttpRequest http, string proposal, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.RefuseRequest, ct)).TryGet(
                        out var request,
                        out var why
                    ) && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? Answers.Ok(await desk.RefuseAsync(proposal, by, request.Reason, ct))
                        : Answers.Problem(why)
            )
            .Accepts<RefuseRequest>("application/json")
            .Produces<RefusedProposalView>()
            .WithName("refuse-proposal")
            .WithSummary("Drops a proposal; the administrator may drop any");

        api.MapPost(
                "/proposals/refuse",
                async (HttpRequest http, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.RefuseManyRequest, ct)).TryGet(
                        out var request,
                        out var why
                    ) && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? Answers.Ok(
                            await ManyAsync(
                                request.Proposals,
                                async proposal =>
                                    (await desk.RefuseAsync(proposal, by, request.Reason, ct)).TryGet(
                                        out _,
                                        out var left
                                    )
                                        ? null
                                        : left
                            )
                        )
                        : Answers.Problem(why)
            )
            .Accepts<RefuseManyRequest>("application/json")
            .Produces<ManyDone>()
            .WithName("refuse-proposals")
            .WithSummary("Drops several proposals for one reason; says of each that stays why");
    }

    /// <summary>Most things that one request takes away.</summary>
    private const int MaxMany = 1_000;

    /// <summary>Does the same to each, one after another; what cannot be done to one does not keep the
    /// others.</summary>
    private static async Task<Outcome<ManyDone>> ManyAsync(IReadOnlyList<string> ids, Func<string, Task<Refusal?>> act)
    {
        if (ids is null or { Count: 0 or > MaxMany } || ids.Any(id => id is null))
            return Refusal.Invalid($"1 to {MaxMany} names are required");
        var (done, left) = (new List<string>(), new List<LeftUndone>());
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await act(id) is { } why)
                left.Add(new LeftUndone(Answers.Shown(id), why.Code, why.Reason));
            else
                done.Add(id);
        }
        return new ManyDone(done, left);
    }

    internal static void MapAlarms(this IEndpointRouteBuilder api, AlarmDesk station)
    {
        api.MapGet(
                "/alarms",
                (string? line, bool? quiet) =>
                {
                    if (line is null)
                        return Answers.Ok(Outcome<IReadOnlyList<AlarmView>>.Of(station.Standing(null, quiet == true)));
                    return Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(Outcome<IReadOnlyList<AlarmView>>.Of(station.Standing(id, quiet == true)))
                        : Answers.Problem(why);
                }
            )
            .Produces<IReadOnlyList<AlarmView>>()
            .WithName("alarms")
            .WithSummary(
                "The alarms that stand, actual ones before those of exercises, the most urgent first; with quiet=true also those that an officer took down, and who"
            );

        api.MapPost(
                "/alarms/{alarm}/acknowledge",
                async (HttpRequest http, string alarm, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.AlarmAcknowledgement, ct)).TryGet(
                        out var request,
                        out var why
                    ) && Speaker.Of(http.HttpContext).Officer(request.By).TryGet(out var by, out why)
                        ? Answers.Ok(await station.AcknowledgeAsync(alarm, by))
                        : Answers.Problem(why)
            )
            .Accepts<AlarmAcknowledgement>("application/json")
            .Produces<AlarmView>()
            .WithName("acknowledge-alarm")
            .WithSummary("Takes an alarm down until its next level; what it is about stays");
    }

    internal static void MapDrafts(this IEndpointRouteBuilder api, DraftShelf shelf, TimeProvider clock)
    {
        api.MapGet("/drafts", () => Answers.Ok(Outcome<IReadOnlyList<DraftView>>.Of(shelf.All())))
            .Produces<IReadOnlyList<DraftView>>()
            .WithName("drafts")
            .WithSummary("What officers have not sent yet; nothing of it leaves by itself");

        api.MapPost(
                "/drafts",
                async Task<IResult> (HttpRequest http, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.DraftRequest, ct)).TryGet(
                        out var request,
                        out var why
                    )
                    && Named(http, request).TryGet(out request, out why)
                    && (await shelf.KeepAsync(null, request)).TryGet(out var kept, out why)
                        ? TypedResults.Created($"/api/v1/drafts/{kept.Draft}", kept)
                        : Answers.Problem(why)
            )
            .Accepts<DraftRequest>("application/json")
            .Produces<DraftView>(201)
            .WithName("keep-draft")
            .WithSummary("Keeps a draft, whatever is wrong with it");

        api.MapPut(
                "/drafts/{draft}",
                async (HttpRequest http, string draft, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.DraftRequest, ct)).TryGet(
                        out var request,
                        out var why
                    )
                    && Named(http, request).TryGet(out request, out why)
                    && (why = NotYours(shelf, http.HttpContext, draft)) is null
                    && Changed(http).TryGet(out var changed, out why)
                        ? Answers.Ok(await shelf.KeepAsync(draft, request, changed.At))
                        : Answers.Problem(why)
            )
            .Accepts<DraftRequest>("application/json")
            .Produces<DraftView>()
            .WithName("change-draft")
            .WithSummary(
                "Keeps another text under the same name; with If-Match, the draft's at in quotes, only where nobody changed it since"
            );

        api.MapDelete(
                "/drafts/{draft}",
                async (HttpContext http, string draft) =>
                    NotYours(shelf, http, draft, clock) is { } no ? Answers.Problem(no)
                    : Changed(http.Request).TryGet(out var changed, out var why)
                        ? Answers.Ok(await shelf.DeleteAsync(draft, changed.At))
                    : Answers.Problem(why)
            )
            .Produces<DraftView>()
            .WithName("delete-draft")
            .WithSummary(
                "Throws a draft away: one's own, as administrator any, and any that nobody touched for seven days; with If-Match only where nobody changed it since"
            );

        api.MapPost(
                "/drafts/delete",
                async (HttpRequest http, CancellationToken ct) =>
                    (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.DeleteDraftsRequest, ct)).TryGet(
                        out var request,
                        out var why
                    )
                        ? Answers.Ok(
                            await ManyAsync(
                                request.Drafts,
                                async draft =>
                                    NotYours(shelf, http.HttpContext, draft, clock) is { } no ? no
                                    : (await shelf.DeleteAsync(draft)).TryGet(out _, out var left) ? null
                                    : left
                            )
                        )
                        : Answers.Problem(why)
            )
            .Accepts<DeleteDraftsRequest>("application/json")
            .Produces<ManyDone>()
            .WithName("delete-drafts")
            .WithSummary("Throws several drafts away; says of each that stays why");
    }

    /// <summary>
    /// A draft is its author's: with a session, another officer changes it as little as they throw it away. With a
    /// clock, what may be thrown away: by the administrator any, by every
    /// other officer what nobody touched for <see cref="KeptDraft.StaleAfter"/>.
    /// </summary>
    private static Refusal? NotYours(DraftShelf shelf, HttpContext http, string draft, TimeProvider? clock = null)
    {
        if (
            Speaker.Of(http).Session is not { } session
            || shelf.All().FirstOrDefault(d => d.Draft == draft) is not { By: { } by } found
            || by.IsNamed(session.User.Name)
        )
            return null;
        if (session.Seat is null)
            return Speaker.NoSeat;
        if (
            clock is not null
            && (
                session.Seat == Seats.Administrator
                || (session.Seat != Seats.Auditor && clock.GetUtcNow() - found.At > KeptDraft.StaleAfter)
            )
        )
            return null;
        return new Refusal("not-yours", $"it is a draft of {by.Name}", 403);
    }

    /// <summary>Which state of the draft the request means to change: the draft's <c>at</c>, as an entity tag (RFC 9110
    /// §13.1.1); none for whatever state it has.</summary>
    private static Outcome<DraftState> Changed(HttpRequest http)
    {
        var tag = http.Headers.IfMatch.ToString();
        if (tag is "" or "*")
            return new DraftState(null);
        return tag.Length > 2 && tag[0] == '"' && tag[^1] == '"' && UtcText.TryReadAny(tag[1..^1], out var at)
            ? new DraftState(at)
            : Refusal.Invalid("If-Match is the draft's at, in quotes");
    }

    private readonly record struct DraftState(DateTimeOffset? At);

    /// <summary>With a session, a draft is the session's officer's.</summary>
    private static Outcome<DraftRequest> Named(HttpRequest http, DraftRequest request)
    {
        var speaker = Speaker.Of(http.HttpContext);
        if (speaker.Session is null)
            return request;
        // A seat that writes nothing keeps no drafts either; what a draft's kind asks, the station sees to.
        if (speaker.MayNot(Kinds.MessageAcknowledged) is { } mute)
            return mute;
        return speaker.Officer(request.By).TryGet(out var by, out var why) ? request with { By = by } : why;
    }
}
