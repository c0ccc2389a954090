using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Parley.Record;
using Parley.Record.Text;
using Parley.Station.Desks;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>Everything that writes: entries, acknowledgements, attachments; and what is said off the record.</summary>
internal static class SendEndpoints
{
    /// <summary>How long <c>wait=sealed</c> waits when <c>timeout</c> does not say, in seconds.</summary>
    internal const int DefaultWait = 30;

    /// <summary>Longest wait that a request may ask for, in seconds.</summary>
    internal const int MaxWait = 24 * 3600;

    internal static void MapSending(this IEndpointRouteBuilder api, ISendDesk sending, IRecordDesk record)
    {
        api.MapPost(
                "/lines/{line}/entries",
                async (
                    HttpRequest http,
                    string line,
                    bool? propose,
                    string? wait,
                    int? timeout,
                    CancellationToken ct
                ) =>
                {
                    if (!Wait(wait, timeout).TryGet(out var until, out var why))
                        return Answers.Problem(why);
                    if (propose == true && until.Time is not null)
                        return Answers.Problem(
                            Refusal.Invalid("what is proposed is not sent yet: wait goes with its release")
                        );
                    return (await ReadAsync(http, line, ct)).TryGet(out var read, out why)
                        ? propose == true
                            ? Proposed(await sending.ProposeAsync(read.Line, read.Draft, ct))
                            : Created(read.Line, await sending.AppendAsync(read.Line, read.Draft, until.Time, ct))
                        : Answers.Problem(why);
                }
            )
            .Accepts<EntryRequest>("application/json")
            .Produces<Appended>(201)
            .Produces<ProposalView>(202)
            .WithName("send")
            .WithSummary(
                "Appends an entry to this party's feed; with wait=sealed, answers when it is sealed or the timeout has passed. With propose=true it is kept until another officer releases it, and nothing of it is on the record"
            );

        api.MapPost(
                "/lines/{line}/proposals",
                async (HttpRequest http, string line, CancellationToken ct) =>
                    (await ReadAsync(http, line, ct)).TryGet(out var read, out var why)
                    && (await sending.ProposeAsync(read.Line, read.Draft, ct)).TryGet(out var proposal, out why)
                        ? TypedResults.Created(PlaceOf(proposal), proposal)
                        : Answers.Problem(why)
            )
            .Accepts<EntryRequest>("application/json")
            .Produces<ProposalView>(201)
            .WithMetadata(new FormerPath("POST /lines/{line}/entries?propose=true"))
            .WithName("propose")
            .WithSummary("Keeps an act until another officer releases it; nothing of it is on the record");

        api.MapPost(
                "/lines/{line}/entries/batch",
                async (HttpRequest http, string line, string? wait, int? timeout, CancellationToken ct) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !Wait(wait, timeout).TryGet(out var until, out why)
                    )
                        return Answers.Problem(why);
                    Answers.LimitBody(http, null); // bounded per line, and by back-pressure
                    if (http.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
                        rate.MinDataRate = null; // a slow producer is no attack here
                    var source = new EntryLines(http.BodyReader, Speaker.Of(http.HttpContext));
                    if (
                        !(await sending.AppendBatchAsync(id, source.ReadAsync(ct), until.Time, ct)).TryGet(
                            out var batch,
                            out why
                        )
                    )
                        return Answers.Problem(why);
                    return source.Refused is { } bad
                        ? Answers.Problem(
                            bad with
                            {
                                Reason = $"{bad.Reason}; the {batch.Count} entries before it are on the record",
                            }
                        )
                        : TypedResults.Ok(batch);
                }
            )
            .Accepts<EntryRequest>("application/x-ndjson", "*/*")
            .Produces<AppendedBatch>()
            .WithName("send-batch")
            .WithSummary("Appends one entry per line of the request");

        api.MapPost(
                "/lines/{line}/entries/{party}/{seq}/ack",
                async (
                    HttpRequest http,
                    string line,
                    string party,
                    string seq,
                    string? wait,
                    int? timeout,
                    CancellationToken ct
                ) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !Answers.TryEntry(party, seq, out var entry, out why)
                        || !Wait(wait, timeout).TryGet(out var until, out why)
                    )
                        return Answers.Problem(why);
                    if (
                        !(await Answers.ReadJsonAsync(http, ApiJson.Default.AckRequest, ct)).TryGet(
                            out var request,
                            out why
                        )
                    )
                        return Answers.Problem(why);
                    if (!record.ReadEntry(id, entry).TryGet(out _, out why))
                        return Answers.Problem(why);
                    return HandedOver
                        .Acknowledgement(entry, request, Speaker.Of(http.HttpContext))
                        .TryGet(out var draft, out why)
                        ? Created(id, await sending.AppendAsync(id, draft, until.Time, ct))
                        : Answers.Problem(why);
                }
            )
            .Accepts<AckRequest>("application/json")
            .Produces<Appended>(201)
            .WithName("acknowledge")
            .WithSummary("Acknowledges an entry, on the record");
    }

    internal static IResult Created(LineId line, Outcome<Appended> outcome) =>
        outcome.TryGet(out var appended, out var why)
            ? TypedResults.Created(Place(line, appended.Id), appended)
            : Answers.Problem(why);

    private static IResult Proposed(Outcome<ProposalView> outcome) =>
        outcome.TryGet(out var proposal, out var why)
            ? TypedResults.Accepted(PlaceOf(proposal), proposal)
            : Answers.Problem(why);

    private static async Task<Outcome<(LineId Line, EntryDraft Draft)>> ReadAsync(
        HttpRequest http,
        string line,
        CancellationToken ct
    ) =>
        Answers.TryLine(line, out var id, out var why)
        && (await Answers.ReadJsonAsync(http, ApiJson.Default.EntryRequest, ct)).TryGet(out var request, out why)
        && HandedOver.From(request, Speaker.Of(http.HttpContext)).TryGet(out var draft, out why)
            ? (id, draft)
            : why;

    private static string PlaceOf(ProposalView proposal) => $"/api/v1/proposals/{proposal.Proposal}";

    internal static string Place(LineId line, EntryId entry) => $"/api/v1/lines/{line}/entries/{entry}";

    internal readonly record struct Until(TimeSpan? Time);

    internal static Outcome<Until> Wait(string? wait, int? timeout) =>
        wait switch
        {
            null => timeout is null ? new Until(null) : Refusal.Invalid("timeout goes with wait=sealed"),
            "sealed" when timeout is null or (>= 0 and <= MaxWait) => new Until(
                TimeSpan.FromSeconds(timeout ?? DefaultWait)
            ),
            "sealed" => Refusal.Invalid($"timeout is 0 to {MaxWait} seconds"),
            _ => Refusal.Invalid("the only wait is wait=sealed"),
        };
}
