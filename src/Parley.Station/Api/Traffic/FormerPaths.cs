using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Record;
using Parley.Station.Desks;
using Parley.Traffic;

namespace Parley.Station.Api;

/// <summary>Marks an endpoint that stays for programs that know it, and says what does the same now.</summary>
internal sealed record FormerPath(string Now);

/// <summary>
/// The paths that acts had of their own before <c>POST …/entries</c> took every kind strictly. They stay for programs
/// that use them, and say nothing of their kinds: each turns its request into one of that path. A kind that is new gets
/// none. Why so: docs/decisions/0038.
/// </summary>
internal static class FormerPaths
{
    /// <summary>Stands in a path for the entry that the act answers, <c>party/number</c>.</summary>
    private const string Entry = "ENTRY";

    /// <summary>Below a line's path.</summary>
    internal static readonly IReadOnlyList<(string Path, string Kind)> All =
    [
        ("calls", Kinds.CallRequested),
        ("calls/accept", Kinds.CallAccepted),
        ("calls/log", Kinds.CallHeld),
        ("calls/ENTRY/accept", Kinds.CallAccepted),
        ("calls/ENTRY/counter", Kinds.CallCountered),
        ("calls/ENTRY/decline", Kinds.CallDeclined),
        ("calls/ENTRY/refuse-subject", Kinds.CallSubjectRefused),
        ("calls/ENTRY/withdraw", Kinds.CallWithdrawn),
        ("calls/ENTRY/start", Kinds.CallStarted),
        ("calls/ENTRY/log", Kinds.CallHeld),
        ("readouts", Kinds.ReadoutDrafted),
        ("readouts/issue", Kinds.ReadoutIssued),
        ("readouts/ENTRY/draft", Kinds.ReadoutDrafted),
        ("readouts/ENTRY/issue", Kinds.ReadoutIssued),
        ("readouts/ENTRY/agree", Kinds.ReadoutAgreed),
        ("readouts/ENTRY/withdraw", Kinds.ReadoutWithdrawn),
        ("readouts/ENTRY/release", Kinds.ReadoutReleased),
        ("clarifications", Kinds.ClarificationRequested),
        ("clarifications/ENTRY/answer", Kinds.ClarificationAnswered),
        ("clarifications/ENTRY/insufficient", Kinds.ClarificationInsufficient),
        ("clarifications/ENTRY/meeting", Kinds.ClarificationMeetingAsked),
        ("clarifications/ENTRY/agree-meeting", Kinds.ClarificationMeetingAgreed),
        ("clarifications/ENTRY/close", Kinds.ClarificationClosed),
        ("clarifications/ENTRY/withdraw", Kinds.ClarificationWithdrawn),
        ("notices", Kinds.NoticeGiven),
        ("notices/activity", Kinds.NoticeActivity),
        ("notices/observed", Kinds.NoticeObserved),
        ("notices/ENTRY/update", Kinds.NoticeUpdated),
        ("notices/ENTRY/cancel", Kinds.NoticeCancelled),
        ("notices/ENTRY/read-back", Kinds.NoticeReadBack),
        ("accidents", Kinds.AccidentReported),
        ("accidents/ENTRY/update", Kinds.AccidentUpdated),
        ("accidents/ENTRY/close", Kinds.AccidentClosed),
        ("messages/ENTRY/translate", Kinds.MessageTranslated),
        ("messages/ENTRY/pass-on", Kinds.MessagePassedOn),
        ("messages/ENTRY/supersede", Kinds.MessageSuperseded),
        ("messages/ENTRY/cancel", Kinds.MessageCancelled),
        ("tests", Kinds.TestSent),
        ("tests/ENTRY/answer", Kinds.TestAnswered),
        ("tests/ENTRY/decline", Kinds.TestDeclined),
        ("tests/ENTRY/fault", Kinds.TestFault),
        ("conditions", Kinds.ConditionRaised),
        ("conditions/ENTRY/lower", Kinds.ConditionLowered),
        ("watch/offer", Kinds.WatchOffered),
        ("watch/take", Kinds.WatchTaken),
        ("suspend", Kinds.LineSuspended),
        ("resume", Kinds.LineResumed),
        ("warn", Kinds.LineSuspensionWarned),
        ("admissions", Kinds.PartyAdmitted),
        ("statements", Kinds.StatementReleased),
        ("claims", Kinds.ClaimMade),
        ("claims/ENTRY/dispute", Kinds.ClaimDisputed),
        ("activities/plan", Kinds.ActivityPlanned),
        ("activities", Kinds.ActivityNotified),
        ("activities/ENTRY/change", Kinds.ActivityChanged),
        ("activities/ENTRY/accept", Kinds.ActivityAccepted),
        ("activities/ENTRY/object", Kinds.ActivityObjected),
        ("activities/ENTRY/start", Kinds.ActivityStarted),
        ("activities/ENTRY/end", Kinds.ActivityEnded),
        ("activities/ENTRY/cancel", Kinds.ActivityCancelled),
        ("areas", Kinds.AreaDeclared),
        ("areas/ENTRY/change", Kinds.AreaChanged),
        ("areas/ENTRY/check", Kinds.AreaChecked),
        ("areas/ENTRY/object", Kinds.AreaObjected),
        ("areas/ENTRY/withdraw", Kinds.AreaWithdrawn),
        ("movements", Kinds.MovementSubmitted),
        ("movements/ENTRY/change", Kinds.MovementChanged),
        ("movements/ENTRY/acknowledge", Kinds.MovementAcknowledged),
        ("movements/ENTRY/object", Kinds.MovementObjected),
        ("movements/ENTRY/inform", Kinds.MovementInformed),
        ("movements/ENTRY/depart", Kinds.MovementDeparted),
        ("movements/ENTRY/deviate", Kinds.MovementDeviated),
        ("movements/ENTRY/under-fire", Kinds.MovementUnderFire),
        ("movements/ENTRY/answer-fire", Kinds.MovementFireAnswered),
        ("movements/ENTRY/resume", Kinds.MovementResumed),
        ("movements/ENTRY/complete", Kinds.MovementCompleted),
        ("movements/ENTRY/cancel", Kinds.MovementCancelled),
        ("blind/ENTRY/decline", Kinds.BlindDeclined),
        ("blind/ENTRY/withdraw", Kinds.BlindWithdrawn),
    ];

    /// <summary>Members of such a request that are not its body's: in it both stand in one object.</summary>
    private static readonly HashSet<string> Envelope = ["by", "releasedBy", "precedence", "mark", "lang", "to", "re"];

    private const string WaitMember = "wait";

    internal static void MapFormerPaths(this IEndpointRouteBuilder api, ISendDesk station)
    {
        foreach (var (path, kind) in All)
        {
            var pattern = $"/lines/{{line}}/{path.Replace(Entry, "{party}/{seq}", StringComparison.Ordinal)}";
            var endpoint = path.Contains(Entry, StringComparison.Ordinal)
                ? api.MapPost(
                    pattern,
                    async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
                        Answers.TryEntry(party, seq, out var entry, out var why)
                            ? await ActAsync(station, http, line, kind, entry, ct)
                            : Answers.Problem(why)
                )
                : api.MapPost(
                    pattern,
                    (HttpRequest http, string line, CancellationToken ct) =>
                        ActAsync(station, http, line, kind, null, ct)
                );
            endpoint
                .Accepts<JsonElement>("application/json")
                .Produces<Appended>(201)
                .WithName($"former-{path.Replace($"/{Entry}/", "-entry-", StringComparison.Ordinal).Replace('/', '-')}")
                .WithMetadata(new FormerPath($"POST /lines/{{line}}/entries with the kind {kind}"))
                .WithSummary($"{Kinds.Find(kind)!.Says} ({kind})");
        }
    }

    private static async Task<IResult> ActAsync(
        ISendDesk station,
        HttpRequest http,
        string line,
        string kind,
        EntryId? about,
        CancellationToken ct
    ) =>
        Answers.TryLine(line, out var id, out var why)
        && (await Answers.ReadJsonAsync(http, TrafficApiJson.Default.JsonElement, ct)).TryGet(out var json, out why)
        && RequestOf(json, kind, about).TryGet(out var request, out why)
        && WaitOf(json, http.Query).TryGet(out var until, out why)
        && HandedOver.From(request, Speaker.Of(http.HttpContext)).TryGet(out var draft, out why)
            ? SendEndpoints.Created(id, await station.AppendAsync(id, draft, until.Time, ct))
            : Answers.Problem(why);

    /// <summary>The entry in the path comes first among those that the act answers.</summary>
    private static Outcome<EntryRequest> RequestOf(JsonElement json, string kind, EntryId? about)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Refusal.Invalid("an object is required");
        if (
            !Answers
                .Parse(Part(json, Envelope.Contains), ApiJson.Default.EntryRequest)
                .TryGet(out var request, out var why)
        )
            return why;
        var body = Part(json, member => !Envelope.Contains(member) && member != WaitMember);
        return request with
        {
            Kind = kind,
            Body = body.AsSpan().SequenceEqual("{}"u8) ? null : JsonElement.Parse(body),
            Re = about is { } first ? [first, .. (request.Re ?? []).Where(e => e != first)] : request.Re,
        };
    }

    private static byte[] Part(JsonElement json, Predicate<string> holds)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (
            var writer = new Utf8JsonWriter(
                bytes,
                new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            writer.WriteStartObject();
            foreach (var member in json.EnumerateObject().Where(m => holds(m.Name)))
                member.WriteTo(writer);
            writer.WriteEndObject();
        }
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>In the request <c>"sealed"</c> or a number of seconds; else as the query says.</summary>
    private static Outcome<SendEndpoints.Until> WaitOf(JsonElement json, IQueryCollection query)
    {
        if (
            json.TryGetProperty(WaitMember, out var asked)
            && asked.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
        )
            return asked.ValueKind switch
            {
                JsonValueKind.String => SendEndpoints.Wait(asked.GetString(), null),
                JsonValueKind.Number when asked.TryGetInt32(out var seconds) => SendEndpoints.Wait("sealed", seconds),
                _ => Refusal.Invalid("wait is \"sealed\", or a number of seconds"),
            };
        var timeout = query["timeout"].ToString();
        if (timeout.Length == 0)
            return SendEndpoints.Wait(query[WaitMember].FirstOrDefault(), null);
        return int.TryParse(timeout, out var given)
            ? SendEndpoints.Wait(query[WaitMember].FirstOrDefault(), given)
            : Refusal.Invalid("timeout is a number of seconds");
    }
}
