using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Parley.Record;
using Parley.Record.Text;
using Parley.Station.Desks;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>What is put on a line in another way than as an entry's JSON: attachments, and words off the record.</summary>
internal static class AttachmentEndpoints
{
    internal static void MapAttachments(this IEndpointRouteBuilder api, IAttachmentIntake intake) =>
        api.MapPost(
                "/lines/{line}/attachments",
                async (HttpRequest http, string line, [AsParameters] AttachmentQuery query, CancellationToken ct) =>
                {
                    if (
                        !Answers.TryLine(line, out var id, out var why)
                        || !SendEndpoints.Wait(query.Wait, query.Timeout).TryGet(out var until, out why)
                        || !query
                            .Attachment(http.ContentLength, Speaker.Of(http.HttpContext))
                            .TryGet(out var draft, out why)
                    )
                        return Answers.Problem(why);
                    Answers.LimitBody(http, Body.MaxAttachment);
                    try
                    {
                        return (await intake.AttachAsync(id, draft, http.Body, until.Time, ct)).TryGet(
                            out var attached,
                            out why
                        )
                            ? TypedResults.Created(SendEndpoints.Place(id, attached.Id), attached)
                            : Answers.Problem(why);
                    }
                    catch (BadHttpRequestException e)
                    {
                        return Answers.Problem(
                            e.StatusCode == 413
                                ? Refusal.TooLarge($"an attachment is at most {Body.MaxAttachment} bytes")
                                : Refusal.Invalid("the attachment ended early; nothing was kept")
                        );
                    }
                }
            )
            .Accepts<byte[]>("application/octet-stream", "*/*")
            .Produces<Attached>(201)
            .WithName("attach")
            .WithSummary("Appends an attachment: the request body, up to 256 MiB");

    internal static void MapOffRecord(this IEndpointRouteBuilder api, IOffRecordDesk offRecord)
    {
        api.MapPost(
                "/lines/{line}/off-record",
                async (HttpRequest http, string line, CancellationToken ct) =>
                {
                    if (!Answers.TryLine(line, out var id, out var why))
                        return Answers.Problem(why);
                    if (
                        !(await Answers.ReadJsonAsync(http, ApiJson.Default.OffRecordRequest, ct)).TryGet(
                            out var request,
                            out why
                        )
                    )
                        return Answers.Problem(why);
                    if (Shown.IsBlank(request.Text))
                        return Answers.Problem(Refusal.Invalid("the text is empty"));
                    var speaker = Speaker.Of(http.HttpContext);
                    if (
                        !speaker.Officer(request.By).TryGet(out var by, out why)
                        || (why = speaker.MayNot(Kinds.MessageSent)) is not null
                    )
                        return Answers.Problem(why);
                    return (
                        await offRecord.SendOffRecordAsync(
                            id,
                            new NewOffRecord(request.Text, request.Precedence, by, request.To, request.Mark),
                            ct
                        )
                    ).TryGet(out var delivered, out why)
                        ? TypedResults.Ok(new OffRecordAnswer(delivered))
                        : Answers.Problem(why);
                }
            )
            .Accepts<OffRecordRequest>("application/json")
            .Produces<OffRecordAnswer>()
            .WithName("send-off-record")
            .WithSummary("Says something off the record: authenticated, never logged");

        api.MapGet(
                "/lines/{line}/off-record",
                (string line) =>
                    Answers.TryLine(line, out var id, out var why)
                        ? Answers.Ok(offRecord.OffRecord(id))
                        : Answers.Problem(why)
            )
            .Produces<IReadOnlyList<OffRecordMessage>>()
            .WithName("off-record")
            .WithSummary("What was said off the record and is still in memory");
    }

    /// <summary>An attachment's request body is its bytes, so that everything else stands in the query.</summary>
    internal sealed record AttachmentQuery
    {
        public string? Name { get; init; }
        public string? Type { get; init; }
        public string? Seat { get; init; }

        [FromQuery(Name = "by")]
        public string? Officer { get; init; }

        [FromQuery(Name = "releasedBy")]
        public string? Second { get; init; }
        public string? Precedence { get; init; }
        public string? Mark { get; init; }

        [FromQuery]
        public string[]? Re { get; init; }

        [FromQuery]
        public string[]? To { get; init; }
        public string? Wait { get; init; }
        public int? Timeout { get; init; }

        internal Outcome<NewAttachment> Attachment(long? length, Speaker speaker)
        {
            if (length > Body.MaxAttachment)
                return Refusal.TooLarge($"an attachment is at most {Body.MaxAttachment} bytes");
            if (speaker.Session is null && (Seat is null || Officer is null))
                return Refusal.Invalid("the query needs seat and by (the officer's name)");
            if (
                !speaker
                    .Officer(
                        new Officer(Seat ?? "", Officer ?? ""),
                        Second is null ? null : new Officer(Seat ?? "", Second)
                    )
                    .TryGet(out var by, out var why)
            )
                return why;
            if (!Word(Precedence, Record.Precedence.Routine, out var precedence))
                return Refusal.Invalid("precedence is routine, priority, immediate or flash");
            if (!Word(Mark, Record.Mark.Actual, out var mark))
                return Refusal.Invalid("mark is actual, exercise or test");
            List<EntryId>? re = null;
            foreach (var text in Re ?? [])
            {
                if (!EntryId.TryParse(text, out var entry))
                    return Refusal.Invalid("re is an entry id such as us/3");
                (re ??= []).Add(entry);
            }
            List<PartyId>? to = null;
            foreach (var text in To ?? [])
            {
                if (!PartyId.TryParse(text, out var party))
                    return Refusal.Invalid("to is a party id");
                (to ??= []).Add(party);
            }
            return new NewAttachment(Name, Type, length, by, precedence, mark, re, to);
        }

        private static bool Word<T>(string? text, T otherwise, out T value)
            where T : struct, Enum
        {
            value = otherwise;
            return text is null
                || (
                    !char.IsAsciiDigit(text.FirstOrDefault())
                    && Enum.TryParse(text, ignoreCase: true, out value)
                    && Enum.IsDefined(value)
                );
        }
    }
}
