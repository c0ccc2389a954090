using System.Collections.Frozen;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// The kinds of entries that traffic is made of (docs/protocol/traffic.md). An entry of any other kind is kept and
/// shown as it is. Here stand their names; what each of
/// them is stands in its family's file.
/// </summary>
public static class Kinds
{
    /// <summary>The definitions of all kinds, family by family.</summary>
    public static IReadOnlyList<KindOf> All { get; } =
    [.. PlainKinds.Messages, .. AllFamilies.All.SelectMany(f => f.Definitions), .. PlainKinds.Standing];

    private static readonly FrozenDictionary<string, KindOf> ByName = All.ToFrozenDictionary(
        k => k.Name,
        StringComparer.Ordinal
    );

    /// <summary>What a kind is; null for one that is not known here.</summary>
    public static KindOf? Find(string kind) => ByName.GetValueOrDefault(kind);

    /// <summary>First word of a kind. What an officer typed may have no dot at all; that it is no kind, the header's
    /// own grammar says.</summary>
    public static string FamilyOf(string kind) =>
        kind.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? kind[..dot] : kind;

    public const string MessageSent = "message.sent";
    public const string MessageAttachment = "message.attachment";
    public const string MessageSuperseded = "message.superseded";
    public const string MessageCancelled = "message.cancelled";
    public const string MessageAcknowledged = "message.acknowledged";
    public const string MessageTranslated = "message.translated";
    public const string MessagePassedOn = "message.passed_on";

    public const string ClarificationRequested = "clarification.requested";
    public const string ClarificationAnswered = "clarification.answered";
    public const string ClarificationInsufficient = "clarification.insufficient";
    public const string ClarificationMeetingAsked = "clarification.meeting_asked";
    public const string ClarificationMeetingAgreed = "clarification.meeting_agreed";
    public const string ClarificationClosed = "clarification.closed";
    public const string ClarificationWithdrawn = "clarification.withdrawn";

    public const string AccidentReported = "accident.reported";
    public const string AccidentUpdated = "accident.updated";
    public const string AccidentClosed = "accident.closed";

    public const string NoticeGiven = "notice.given";
    public const string NoticeActivity = "notice.activity";
    public const string NoticeObserved = "notice.observed";
    public const string NoticeUpdated = "notice.updated";
    public const string NoticeCancelled = "notice.cancelled";
    public const string NoticeReadBack = "notice.read_back";

    public const string CallRequested = "call.requested";
    public const string CallAccepted = "call.accepted";
    public const string CallCountered = "call.countered";
    public const string CallDeclined = "call.declined";
    public const string CallSubjectRefused = "call.subject_refused";
    public const string CallWithdrawn = "call.withdrawn";
    public const string CallStarted = "call.started";
    public const string CallHeld = "call.held";
    public const string CallOpened = "call.opened";
    public const string CallBusy = "call.busy";
    public const string CallJoined = "call.joined";
    public const string CallWordsMatched = "call.words_matched";
    public const string CallWordsDiffered = "call.words_differed";
    public const string CallAdmitted = "call.admitted";
    public const string CallRecordingConsented = "call.recording_consented";
    public const string CallRecordingRefused = "call.recording_refused";
    public const string CallRecordingStarted = "call.recording_started";
    public const string CallRecordingEnded = "call.recording_ended";

    public const string ReadoutIssued = "readout.issued";
    public const string ReadoutDrafted = "readout.drafted";
    public const string ReadoutAgreed = "readout.agreed";
    public const string ReadoutWithdrawn = "readout.withdrawn";
    public const string ReadoutReleased = "readout.released";
    public const string ReadoutCorrected = "readout.corrected";
    public const string ReadoutRecalled = "readout.recalled";

    public const string ActivityPlanned = "activity.planned";
    public const string ActivityNotified = "activity.notified";
    public const string ActivityChanged = "activity.changed";
    public const string ActivityAccepted = "activity.accepted";
    public const string ActivityObjected = "activity.objected";
    public const string ActivityStarted = "activity.started";
    public const string ActivityEnded = "activity.ended";
    public const string ActivityCancelled = "activity.cancelled";

    public const string AreaDeclared = "area.declared";
    public const string AreaChanged = "area.changed";
    public const string AreaChecked = "area.checked";
    public const string AreaObjected = "area.objected";
    public const string AreaWithdrawn = "area.withdrawn";

    public const string MovementSubmitted = "movement.submitted";
    public const string MovementChanged = "movement.changed";
    public const string MovementAcknowledged = "movement.acknowledged";
    public const string MovementObjected = "movement.objected";
    public const string MovementInformed = "movement.informed";
    public const string MovementDeparted = "movement.departed";
    public const string MovementDeviated = "movement.deviated";
    public const string MovementUnderFire = "movement.under_fire";
    public const string MovementFireAnswered = "movement.fire_answered";
    public const string MovementResumed = "movement.resumed";
    public const string MovementCompleted = "movement.completed";
    public const string MovementCancelled = "movement.cancelled";

    public const string BlindProposed = "blind.proposed";
    public const string BlindAccepted = "blind.accepted";
    public const string BlindDeclined = "blind.declined";
    public const string BlindWithdrawn = "blind.withdrawn";
    public const string BlindCommitted = "blind.committed";
    public const string BlindCompared = "blind.compared";
    public const string BlindAborted = "blind.aborted";

    public const string AgreementTabled = "agreement.tabled";
    public const string AgreementCountered = "agreement.countered";
    public const string AgreementOpened = "agreement.opened";
    public const string AgreementSigned = "agreement.signed";
    public const string AgreementConsented = "agreement.consented";
    public const string AgreementDeclined = "agreement.declined";
    public const string AgreementAmended = "agreement.amended";
    public const string AgreementSuspended = "agreement.suspended";
    public const string AgreementResumed = "agreement.resumed";
    public const string AgreementDenounced = "agreement.denounced";
    public const string AgreementEnded = "agreement.ended";

    public const string OrderAnnounced = "order.announced";
    public const string OrderReported = "order.reported";
    public const string OrderClosed = "order.closed";

    public const string CoverageLogged = "coverage.logged";
    public const string CoverageCorrected = "coverage.corrected";
    public const string CoverageWithdrawn = "coverage.withdrawn";

    public const string SummaryReleased = "summary.released";
    public const string SummaryCorrected = "summary.corrected";
    public const string SummaryWithdrawn = "summary.withdrawn";

    public const string ObservationReported = "observation.reported";
    public const string ObservationCorrected = "observation.corrected";
    public const string ObservationWithdrawn = "observation.withdrawn";

    public const string IncidentReported = "incident.reported";
    public const string IncidentAccountGiven = "incident.account_given";
    public const string IncidentExamined = "incident.examined";
    public const string IncidentInquired = "incident.inquired";
    public const string IncidentFound = "incident.found";
    public const string IncidentBoardConvened = "incident.board_convened";
    public const string IncidentResponded = "incident.responded";
    public const string IncidentClosed = "incident.closed";
    public const string IncidentDissented = "incident.dissented";
    public const string IncidentMerged = "incident.merged";
    public const string IncidentSplit = "incident.split";

    public const string ReturnFireNotified = "returnfire.notified";
    public const string ReturnFireAnswered = "returnfire.answered";
    public const string ReturnFireBegun = "returnfire.begun";
    public const string ReturnFireEnded = "returnfire.ended";

    public const string RoomOpened = "room.opened";
    public const string RoomJoined = "room.joined";
    public const string RoomSaid = "room.said";
    public const string RoomPassed = "room.passed";
    public const string RoomRecognised = "room.recognised";
    public const string RoomConditioned = "room.conditioned";
    public const string RoomConsented = "room.consented";
    public const string RoomConsentWithdrawn = "room.consent_withdrawn";
    public const string RoomDrafted = "room.drafted";
    public const string RoomCommented = "room.commented";
    public const string RoomHandedOver = "room.handed_over";
    public const string RoomClosed = "room.closed";

    public const string SilenceBegan = "silence.began";
    public const string SilenceReceived = "silence.received";
    public const string SilenceBroken = "silence.broken";
    public const string SilenceClosed = "silence.closed";

    public const string TestSent = "test.sent";
    public const string TestAnswered = "test.answered";
    public const string TestDeclined = "test.declined";
    public const string TestFault = "test.fault";

    public const string WatchOffered = "watch.offered";
    public const string WatchTaken = "watch.taken";

    public const string ConditionRaised = "condition.raised";
    public const string ConditionLowered = "condition.lowered";

    public const string LineSuspended = "line.suspended";
    public const string LineResumed = "line.resumed";
    public const string LineSuspensionWarned = "line.suspension_warned";
    public const string PartyAdmitted = "party.admitted";

    public const string StatementReleased = "statement.released";
    public const string StatementCorrected = "statement.corrected";
    public const string StatementWithdrawn = "statement.withdrawn";
    public const string ClaimMade = "claim.made";
    public const string ClaimDisputed = "claim.disputed";
}
