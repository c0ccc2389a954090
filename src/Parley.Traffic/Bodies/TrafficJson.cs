using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>
/// Bodies as JSON. A member that is not known is passed over, so that a newer peer can say more; what is known must have the right shape. Bounded by the
/// body's own limit and by depth.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CallRequest))]
[JsonSerializable(typeof(CallAcceptance))]
[JsonSerializable(typeof(CallCounter))]
[JsonSerializable(typeof(Reasoned))]
[JsonSerializable(typeof(SubjectRefusal))]
[JsonSerializable(typeof(CallStart))]
[JsonSerializable(typeof(CallLog))]
[JsonSerializable(typeof(Readout))]
[JsonSerializable(typeof(ReadoutAgreement))]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(Statement))]
[JsonSerializable(typeof(Claim))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(Translation))]
[JsonSerializable(typeof(PassedOn))]
[JsonSerializable(typeof(ClarificationRequest))]
[JsonSerializable(typeof(ClarificationAnswer))]
[JsonSerializable(typeof(Meeting))]
[JsonSerializable(typeof(Accident))]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(ReadBack))]
[JsonSerializable(typeof(LineTest))]
[JsonSerializable(typeof(TestEcho))]
[JsonSerializable(typeof(Handover))]
[JsonSerializable(typeof(Condition))]
[JsonSerializable(typeof(Admission))]
[JsonSerializable(typeof(ActivityPlan))]
[JsonSerializable(typeof(StandingArea))]
[JsonSerializable(typeof(AreaCheck))]
[JsonSerializable(typeof(Movement))]
[JsonSerializable(typeof(MovementReport))]
[JsonSerializable(typeof(Rung))]
[JsonSerializable(typeof(FireAnswer))]
[JsonSerializable(typeof(BlindProposal))]
[JsonSerializable(typeof(BlindAcceptance))]
[JsonSerializable(typeof(BlindCommitment))]
[JsonSerializable(typeof(BlindFinding))]
[JsonSerializable(typeof(BlindEnd))]
public sealed partial class TrafficJson : JsonSerializerContext;

/// <summary>Which body each kind has, and how it is read.</summary>
public static class TrafficBodies
{
    private static readonly FrozenDictionary<string, Func<ReadOnlyMemory<byte>, Parsed<ITrafficBody>>> Readers = new Dictionary<string, Func<ReadOnlyMemory<byte>, Parsed<ITrafficBody>>>(StringComparer.Ordinal)
    {
        [Kinds.MessageSent] = Of(TrafficJson.Default.Message),
        [Kinds.MessageSuperseded] = Of(TrafficJson.Default.Message),
        [Kinds.MessageCancelled] = Of(TrafficJson.Default.Reasoned),
        [Kinds.MessageAcknowledged] = Of(TrafficJson.Default.Acknowledgement),
        [Kinds.MessageTranslated] = Of(TrafficJson.Default.Translation),
        [Kinds.MessagePassedOn] = Of(TrafficJson.Default.PassedOn),
        [Kinds.ClarificationRequested] = Of(TrafficJson.Default.ClarificationRequest),
        [Kinds.ClarificationAnswered] = Of(TrafficJson.Default.ClarificationAnswer),
        [Kinds.ClarificationInsufficient] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ClarificationMeetingAsked] = Of(TrafficJson.Default.Meeting),
        [Kinds.ClarificationMeetingAgreed] = Of(TrafficJson.Default.Meeting),
        [Kinds.ClarificationClosed] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ClarificationWithdrawn] = Of(TrafficJson.Default.Reasoned),
        [Kinds.AccidentReported] = Of(TrafficJson.Default.Accident),
        [Kinds.AccidentUpdated] = Of(TrafficJson.Default.Accident),
        [Kinds.AccidentClosed] = Of(TrafficJson.Default.Reasoned),
        [Kinds.NoticeGiven] = Of(TrafficJson.Default.Notice),
        [Kinds.NoticeActivity] = Of(TrafficJson.Default.Notice),
        [Kinds.NoticeObserved] = Of(TrafficJson.Default.Notice),
        [Kinds.NoticeUpdated] = Of(TrafficJson.Default.Notice),
        [Kinds.NoticeCancelled] = Of(TrafficJson.Default.Reasoned),
        [Kinds.NoticeReadBack] = Of(TrafficJson.Default.ReadBack),
        [Kinds.CallRequested] = Of(TrafficJson.Default.CallRequest),
        [Kinds.CallAccepted] = Of(TrafficJson.Default.CallAcceptance),
        [Kinds.CallCountered] = Of(TrafficJson.Default.CallCounter),
        [Kinds.CallDeclined] = Of(TrafficJson.Default.Reasoned),
        [Kinds.CallSubjectRefused] = Of(TrafficJson.Default.SubjectRefusal),
        [Kinds.CallWithdrawn] = Of(TrafficJson.Default.Reasoned),
        [Kinds.CallStarted] = Of(TrafficJson.Default.CallStart),
        [Kinds.CallHeld] = Of(TrafficJson.Default.CallLog),
        [Kinds.ReadoutIssued] = Of(TrafficJson.Default.Readout),
        [Kinds.ReadoutDrafted] = Of(TrafficJson.Default.Readout),
        [Kinds.ReadoutAgreed] = Of(TrafficJson.Default.ReadoutAgreement),
        [Kinds.ReadoutWithdrawn] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ReadoutReleased] = Of(TrafficJson.Default.Release),
        [Kinds.TestSent] = Of(TrafficJson.Default.LineTest),
        [Kinds.TestAnswered] = Of(TrafficJson.Default.TestEcho),
        [Kinds.TestDeclined] = Of(TrafficJson.Default.Reasoned),
        [Kinds.TestFault] = Of(TrafficJson.Default.Reasoned),
        [Kinds.WatchOffered] = Of(TrafficJson.Default.Handover),
        [Kinds.WatchTaken] = Of(TrafficJson.Default.Handover),
        [Kinds.ConditionRaised] = Of(TrafficJson.Default.Condition),
        [Kinds.ConditionLowered] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ActivityPlanned] = Of(TrafficJson.Default.ActivityPlan),
        [Kinds.ActivityNotified] = Of(TrafficJson.Default.ActivityPlan),
        [Kinds.ActivityChanged] = Of(TrafficJson.Default.ActivityPlan),
        [Kinds.ActivityAccepted] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ActivityObjected] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ActivityStarted] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ActivityEnded] = Of(TrafficJson.Default.Reasoned),
        [Kinds.ActivityCancelled] = Of(TrafficJson.Default.Reasoned),
        [Kinds.AreaDeclared] = Of(TrafficJson.Default.StandingArea),
        [Kinds.AreaChanged] = Of(TrafficJson.Default.StandingArea),
        [Kinds.AreaChecked] = Of(TrafficJson.Default.AreaCheck),
        [Kinds.AreaObjected] = Of(TrafficJson.Default.Reasoned),
        [Kinds.AreaWithdrawn] = Of(TrafficJson.Default.Reasoned),
        [Kinds.MovementSubmitted] = Of(TrafficJson.Default.Movement),
        [Kinds.MovementChanged] = Of(TrafficJson.Default.Movement),
        [Kinds.MovementAcknowledged] = Of(TrafficJson.Default.Reasoned),
        [Kinds.MovementObjected] = Of(TrafficJson.Default.Reasoned),
        [Kinds.MovementInformed] = Of(TrafficJson.Default.Rung),
        [Kinds.MovementDeparted] = Of(TrafficJson.Default.Reasoned),
        [Kinds.MovementDeviated] = Of(TrafficJson.Default.MovementReport),
        [Kinds.MovementUnderFire] = Of(TrafficJson.Default.MovementReport),
        [Kinds.MovementFireAnswered] = Of(TrafficJson.Default.FireAnswer),
        [Kinds.MovementResumed] = Of(TrafficJson.Default.Reasoned),
        [Kinds.MovementCompleted] = Of(TrafficJson.Default.Reasoned),
        [Kinds.MovementCancelled] = Of(TrafficJson.Default.Reasoned),
        [Kinds.BlindProposed] = Of(TrafficJson.Default.BlindProposal),
        [Kinds.BlindAccepted] = Of(TrafficJson.Default.BlindAcceptance),
        [Kinds.BlindDeclined] = Of(TrafficJson.Default.Reasoned),
        [Kinds.BlindWithdrawn] = Of(TrafficJson.Default.Reasoned),
        [Kinds.BlindCommitted] = Of(TrafficJson.Default.BlindCommitment),
        [Kinds.BlindCompared] = Of(TrafficJson.Default.BlindFinding),
        [Kinds.BlindAborted] = Of(TrafficJson.Default.BlindEnd),
        [Kinds.LineSuspended] = Of(TrafficJson.Default.Reasoned),
        [Kinds.LineResumed] = Of(TrafficJson.Default.Reasoned),
        [Kinds.LineSuspensionWarned] = Of(TrafficJson.Default.Reasoned),
        [Kinds.PartyAdmitted] = Of(TrafficJson.Default.Admission),
        [Kinds.StatementReleased] = Of(TrafficJson.Default.Statement),
        [Kinds.ClaimMade] = Of(TrafficJson.Default.Claim),
        [Kinds.ClaimDisputed] = Of(TrafficJson.Default.Claim),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True for a kind whose body this version reads.</summary>
    public static bool IsKnown(string kind) => Readers.ContainsKey(kind);

    /// <summary>Reads the body of an entry of that kind; an absent body counts as an empty object.</summary>
    public static Parsed<ITrafficBody> Read(string kind, ReadOnlyMemory<byte> body) =>
        Readers.TryGetValue(kind, out var reader) ? reader(body.Length == 0 ? "{}"u8.ToArray() : body) : new Rejected($"no body is known for {kind}");

    private static Func<ReadOnlyMemory<byte>, Parsed<ITrafficBody>> Of<T>(JsonTypeInfo<T> type) where T : class, ITrafficBody => body =>
    {
        try
        {
            if (JsonSerializer.Deserialize(body.Span, type) is not { } read) return new Rejected("the body is not an object");
            return read.Problem() is { } problem ? new Rejected(problem) : Parsed<ITrafficBody>.Of(read);
        }
        catch (JsonException)
        {
            return new Rejected("the body is not of its kind's shape");
        }
    };
}
