using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;

namespace Parley.Station.Api;

/// <summary>Marks an endpoint whose request holds an <see cref="ActEnvelope"/> beside its body, for the API's description.</summary>
internal sealed record ActShape;

/// <summary>The acts of officers, a feature each: every one appends one entry of one kind, with a typed body, through the same checks.</summary>
internal static class ActEndpoints
{
    internal static void MapActs(this IEndpointRouteBuilder api, IStationOperations station, ITrafficOperations traffic)
    {
        var line = api.MapGroup("/lines/{line}");
        line.MapCalls(station);
        line.MapReadouts(station);
        line.MapClarifications(station);
        line.MapNotices(station);
        line.MapAccidents(station);
        line.MapMessages(station);
        line.MapTests(station);
        line.MapConditions(station);
        line.MapWatches(station, traffic);
        line.MapStanding(station);
        line.MapClaims(station);
        line.MapActivities(station);
        line.MapAreas(station);
        line.MapMovements(station);
    }

    private static void MapCalls(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<CallRequest>(station, "/calls", Kinds.CallRequested, "request-call", "Asks for a call: between whom, about what, when, and until when an answer is of use");
        line.Open<CallAcceptance>(station, "/calls/accept", Kinds.CallAccepted, "accept-outside-call", "Accepts a call that was asked for outside the record");
        line.Open<CallLog>(station, "/calls/log", Kinds.CallHeld, "log-call", "Logs a call that was held without a request in the record");
        line.Answer<CallAcceptance>(station, "/calls", "accept", Kinds.CallAccepted, "accept-call", "Accepts a call, or the other side's counter-proposal");
        line.Answer<CallCounter>(station, "/calls", "counter", Kinds.CallCountered, "counter-call", "Proposes other windows");
        line.Answer<Reasoned>(station, "/calls", "decline", Kinds.CallDeclined, "decline-call", "Declines, with a reason or without");
        line.Answer<SubjectRefusal>(station, "/calls", "refuse-subject", Kinds.CallSubjectRefused, "refuse-subject", "The call may be held, but not about this");
        line.Answer<Reasoned>(station, "/calls", "withdraw", Kinds.CallWithdrawn, "withdraw-call", "Takes the request back");
        line.Answer<CallStart>(station, "/calls", "start", Kinds.CallStarted, "start-call", "The line is open, and who holds it");
        line.Answer<CallLog>(station, "/calls", "log", Kinds.CallHeld, "end-call", "Logs the call that was held");
    }

    private static void MapReadouts(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<Readout>(station, "/readouts", Kinds.ReadoutDrafted, "draft-readout", "The first draft of a joint readout");
        line.Open<Readout>(station, "/readouts/issue", Kinds.ReadoutIssued, "issue-readout", "A readout of one side's own");
        line.Answer<Readout>(station, "/readouts", "draft", Kinds.ReadoutDrafted, "counter-draft-readout", "Another draft");
        line.Answer<Readout>(station, "/readouts", "issue", Kinds.ReadoutIssued, "issue-readout-of", "A readout of one side's own about a call");
        line.Answer<ReadoutAgreement>(station, "/readouts", "agree", Kinds.ReadoutAgreed, "agree-readout", "Agrees to the newest draft by its hash");
        line.Answer<Reasoned>(station, "/readouts", "withdraw", Kinds.ReadoutWithdrawn, "withdraw-readout", "Gives the joint readout up");
        line.Answer<Release>(station, "/readouts", "release", Kinds.ReadoutReleased, "release-readout", "Says how far it may go: internal, allies or public");
    }

    private static void MapClarifications(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<ClarificationRequest>(station, "/clarifications", Kinds.ClarificationRequested, "ask-clarification", "Asks for clarification; the clock runs");
        line.Answer<ClarificationAnswer>(station, "/clarifications", "answer", Kinds.ClarificationAnswered, "answer-clarification", "Answers it");
        line.Answer<Reasoned>(station, "/clarifications", "insufficient", Kinds.ClarificationInsufficient, "find-insufficient", "The answer does not do; the clock runs anew");
        line.Answer<Meeting>(station, "/clarifications", "meeting", Kinds.ClarificationMeetingAsked, "ask-meeting", "Asks for a meeting, after silence or an insufficient answer");
        line.Answer<Meeting>(station, "/clarifications", "agree-meeting", Kinds.ClarificationMeetingAgreed, "agree-meeting", "Agrees to meet");
        line.Answer<Reasoned>(station, "/clarifications", "close", Kinds.ClarificationClosed, "close-clarification", "It is settled");
        line.Answer<Reasoned>(station, "/clarifications", "withdraw", Kinds.ClarificationWithdrawn, "withdraw-clarification", "Takes the request back");
    }

    private static void MapNotices(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<Notice>(station, "/notices", Kinds.NoticeGiven, "give-notice", "Gives notice in advance, by template with its lead time");
        line.Open<Notice>(station, "/notices/activity", Kinds.NoticeActivity, "notify-activity", "Notifies an activity: window and place");
        line.Open<Notice>(station, "/notices/observed", Kinds.NoticeObserved, "notify-observed", "Says what was observed, with material and its verification");
        line.Answer<Notice>(station, "/notices", "update", Kinds.NoticeUpdated, "update-notice", "Supersedes it; earlier receipts do not count");
        line.Answer<Reasoned>(station, "/notices", "cancel", Kinds.NoticeCancelled, "cancel-notice", "Cancels it");
        line.Answer<ReadBack>(station, "/notices", "read-back", Kinds.NoticeReadBack, "read-back", "Reads the place back as it was understood");
    }

    private static void MapAccidents(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<Accident>(station, "/accidents", Kinds.AccidentReported, "report-accident", "Reports what was not meant");
        line.Answer<Accident>(station, "/accidents", "update", Kinds.AccidentUpdated, "update-accident", "Says what is known now");
        line.Answer<Reasoned>(station, "/accidents", "close", Kinds.AccidentClosed, "close-accident", "Closes the report");
    }

    private static void MapMessages(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Answer<Translation>(station, "/messages", "translate", Kinds.MessageTranslated, "translate", "A translation, as an entry of its own; the author's language stays authoritative");
        line.Answer<PassedOn>(station, "/messages", "pass-on", Kinds.MessagePassedOn, "pass-on", "To which echelon it was passed on");
        line.Answer<Message>(station, "/messages", "supersede", Kinds.MessageSuperseded, "supersede", "Takes the place of an own entry");
        line.Answer<Reasoned>(station, "/messages", "cancel", Kinds.MessageCancelled, "cancel", "Takes an own entry back");
    }

    private static void MapTests(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<LineTest>(station, "/tests", Kinds.TestSent, "test-line", "Tests the line; a staffed test carries fresh text", Mark.Test);
        line.Answer<TestEcho>(station, "/tests", "answer", Kinds.TestAnswered, "answer-test", "Answers a test, with the echo", Mark.Test);
        line.Answer<Reasoned>(station, "/tests", "decline", Kinds.TestDeclined, "decline-test", "Declines to test now", Mark.Test);
        line.Answer<Reasoned>(station, "/tests", "fault", Kinds.TestFault, "fault-test", "The test failed", Mark.Test);
    }

    private static void MapConditions(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<Condition>(station, "/conditions", Kinds.ConditionRaised, "raise-condition", "Raises a condition of the line or of the watch; on the journal it stays internal");
        line.Answer<Reasoned>(station, "/conditions", "lower", Kinds.ConditionLowered, "lower-condition", "Ends a condition");
    }

    private static void MapWatches(this IEndpointRouteBuilder line, IStationOperations station, ITrafficOperations traffic)
    {
        // A handover lists what is open; the station knows that better than whoever writes at the end of a watch. What a peer reads names nothing of other lines.
        Handover Listed(LineId on, Handover handover) => handover.Open.Count > 0 ? handover : handover with { Open = [.. traffic.OpenFor(on).Take(Handover.MaxOpen)] };
        // Whoever takes what was offered to him takes it as it was offered, unless he says otherwise.
        Handover Taken(LineId on, Handover handover) => Listed(on, traffic.Offered(on) is { } offer && offer.Communicator == handover.Communicator
            ? handover with { Translator = handover.Translator ?? offer.Translator, Until = handover.Until ?? offer.Until } : handover);
        line.Open<Handover>(station, "/watch/offer", Kinds.WatchOffered, "offer-watch", "Offers the watch, with what is open on the line; on the journal, with everything that is open", complete: Listed);
        line.Open<Handover>(station, "/watch/take", Kinds.WatchTaken, "take-watch", "Takes the watch; with re, the one that was offered, with its translator and its end where the request names none", complete: Taken);
    }

    private static void MapStanding(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<Reasoned>(station, "/suspend", Kinds.LineSuspended, "suspend-line", "Suspends the line; FLASH and tests still pass");
        line.Open<Reasoned>(station, "/resume", Kinds.LineResumed, "resume-line", "Takes the suspension back");
        line.Open<Reasoned>(station, "/warn", Kinds.LineSuspensionWarned, "warn-suspension", "Says that a suspension is considered");
        line.Open<Admission>(station, "/admissions", Kinds.PartyAdmitted, "admit-party", "Says who joins, and the line that continues this one with it");
    }

    private static void MapClaims(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<Statement>(station, "/statements", Kinds.StatementReleased, "release-statement", "Releases a statement at a level");
        line.Open<Claim>(station, "/claims", Kinds.ClaimMade, "claim", "Makes a claim, with its source");
        line.Answer<Claim>(station, "/claims", "dispute", Kinds.ClaimDisputed, "dispute-claim", "Puts dissent beside a claim");
    }

    private static void MapActivities(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<ActivityPlan>(station, "/activities/plan", Kinds.ActivityPlanned, "plan-activity", "Plans an activity; on the journal nobody else learns of it");
        line.Open<ActivityPlan>(station, "/activities", Kinds.ActivityNotified, "notify-planned-activity", "Notifies an activity; what it conflicts with must stand under re");
        line.Answer<ActivityPlan>(station, "/activities", "change", Kinds.ActivityChanged, "change-activity", "Changes where and when; earlier answers do not count");
        line.Answer<Reasoned>(station, "/activities", "accept", Kinds.ActivityAccepted, "accept-activity", "Accepts it; it is no permission");
        line.Answer<Reasoned>(station, "/activities", "object", Kinds.ActivityObjected, "object-activity", "Objects");
        line.Answer<Reasoned>(station, "/activities", "start", Kinds.ActivityStarted, "start-activity", "It begins");
        line.Answer<Reasoned>(station, "/activities", "end", Kinds.ActivityEnded, "end-activity", "It is over");
        line.Answer<Reasoned>(station, "/activities", "cancel", Kinds.ActivityCancelled, "cancel-activity", "Cancels it");
    }

    private static void MapAreas(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<StandingArea>(station, "/areas", Kinds.AreaDeclared, "declare-area", "Declares an area to be kept out of, or a protected site, which two officers check");
        line.Answer<StandingArea>(station, "/areas", "change", Kinds.AreaChanged, "change-area", "States it anew");
        line.Answer<AreaCheck>(station, "/areas", "check", Kinds.AreaChecked, "check-area", "It was looked at again; a protected site every 90 days");
        line.Answer<Reasoned>(station, "/areas", "object", Kinds.AreaObjected, "object-area", "Objects");
        line.Answer<Reasoned>(station, "/areas", "withdraw", Kinds.AreaWithdrawn, "withdraw-area", "Withdraws it; copies that others hold remain");
    }

    private static void MapMovements(this IEndpointRouteBuilder line, IStationOperations station)
    {
        line.Open<Movement>(station, "/movements", Kinds.MovementSubmitted, "submit-movement", "Submits a humanitarian movement");
        line.Answer<Movement>(station, "/movements", "change", Kinds.MovementChanged, "change-movement", "States it anew; earlier acknowledgements do not count, and every rung is empty");
        line.Answer<Reasoned>(station, "/movements", "acknowledge", Kinds.MovementAcknowledged, "acknowledge-movement", "Acknowledges it; it is no permission");
        line.Answer<Reasoned>(station, "/movements", "object", Kinds.MovementObjected, "object-movement", "Objects");
        line.Answer<Rung>(station, "/movements", "inform", Kinds.MovementInformed, "inform-echelon", "A rung of the ladder: an echelon that was told, or is still to be");
        line.Answer<Reasoned>(station, "/movements", "depart", Kinds.MovementDeparted, "depart-movement", "It is under way");
        line.Answer<MovementReport>(station, "/movements", "deviate", Kinds.MovementDeviated, "deviate-movement", "It left its route");
        line.Answer<MovementReport>(station, "/movements", "under-fire", Kinds.MovementUnderFire, "under-fire", "It is under fire: FLASH, with a timer that runs");
        line.Answer<FireAnswer>(station, "/movements", "answer-fire", Kinds.MovementFireAnswered, "answer-fire", "Stopped, not ours, or checking");
        line.Answer<Reasoned>(station, "/movements", "resume", Kinds.MovementResumed, "resume-movement", "It goes on");
        line.Answer<Reasoned>(station, "/movements", "complete", Kinds.MovementCompleted, "complete-movement", "It arrived");
        line.Answer<Reasoned>(station, "/movements", "cancel", Kinds.MovementCancelled, "cancel-movement", "Cancels it");
    }

    private static void Open<T>(this IEndpointRouteBuilder line, IStationOperations station, string path, string kind, string name, string summary, Mark mark = Mark.Actual, Func<LineId, T, T>? complete = null)
        where T : class, ITrafficBody =>
        line.MapPost(path, (HttpRequest http, string line, CancellationToken ct) => ActAsync(station, http, line, kind, null, mark, complete, ct)).Shape<T>(name, $"{summary} ({kind})");

    private static void Answer<T>(this IEndpointRouteBuilder line, IStationOperations station, string feature, string act, string kind, string name, string summary, Mark mark = Mark.Actual)
        where T : class, ITrafficBody =>
        line.MapPost($"{feature}/{{party}}/{{seq}}/{act}", async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
            Answers.TryEntry(party, seq, out var entry, out var why) ? await ActAsync<T>(station, http, line, kind, entry, mark, null, ct) : Answers.Problem(why)).Shape<T>(name, $"{summary} ({kind})");

    /// <summary>An answer under a path of its own, with <c>{party}</c> and <c>{seq}</c> in it.</summary>
    internal static void MapAnswer<T>(this IEndpointRouteBuilder line, IStationOperations station, string path, string kind, string name, string summary) where T : class, ITrafficBody =>
        line.MapPost(path, async (HttpRequest http, string line, string party, string seq, CancellationToken ct) =>
            Answers.TryEntry(party, seq, out var entry, out var why) ? await ActAsync<T>(station, http, line, kind, entry, Mark.Actual, null, ct) : Answers.Problem(why)).Shape<T>(name, $"{summary} ({kind})");

    private static async Task<IResult> ActAsync<T>(IStationOperations station, HttpRequest http, string line, string kind, EntryId? about, Mark mark, Func<LineId, T, T>? complete, CancellationToken ct)
        where T : class, ITrafficBody
    {
        if (!Answers.TryLine(line, out var id, out var why)) return Answers.Problem(why);
        return (await ActRequests.ReadAsync<T>(http, kind, about, mark, complete is null ? null : body => complete(id, body), ct)).TryGet(out var act, out why)
            ? SendEndpoints.Created(id, await station.AppendAsync(id, act.Draft, act.Wait, ct)) : Answers.Problem(why);
    }

    private static void Shape<T>(this RouteHandlerBuilder endpoint, string name, string summary) where T : class, ITrafficBody =>
        endpoint.Accepts<T>("application/json").Produces<Appended>(201).WithName(name).WithSummary(summary).WithMetadata(new ActShape());
}
