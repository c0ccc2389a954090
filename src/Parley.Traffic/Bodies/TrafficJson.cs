using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Traffic.Bodies;

/// <summary>
/// Bodies as JSON. A member that is not known is passed over, so that a newer peer can say more; what is known must
/// have the right shape. Bounded by the
/// body's own limit and by depth.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = TrafficBodies.MaxDepth,
    RespectNullableAnnotations = true,
    Converters = [typeof(BodyTimeJson), typeof(WholeIntJson), typeof(WholeLongJson)]
)]
[JsonSerializable(typeof(CallRequest))]
[JsonSerializable(typeof(CallAcceptance))]
[JsonSerializable(typeof(CallCounter))]
[JsonSerializable(typeof(Reasoned))]
[JsonSerializable(typeof(SubjectRefusal))]
[JsonSerializable(typeof(CallStart))]
[JsonSerializable(typeof(CallLog))]
[JsonSerializable(typeof(CallOpening))]
[JsonSerializable(typeof(CallJoin))]
[JsonSerializable(typeof(CallWords))]
[JsonSerializable(typeof(CallAdmission))]
[JsonSerializable(typeof(CallRecordingStart))]
[JsonSerializable(typeof(CallRecording))]
[JsonSerializable(typeof(Readout))]
[JsonSerializable(typeof(ReadoutAgreement))]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(Statement))]
[JsonSerializable(typeof(Withdrawal))]
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
[JsonSerializable(typeof(AgreementText))]
[JsonSerializable(typeof(AgreementReference))]
[JsonSerializable(typeof(AgreementSignature))]
[JsonSerializable(typeof(AgreementRefusal))]
[JsonSerializable(typeof(AgreementSuspension))]
[JsonSerializable(typeof(AgreementDenunciation))]
[JsonSerializable(typeof(OrderAnnouncement))]
[JsonSerializable(typeof(OrderReceipt))]
[JsonSerializable(typeof(Coverage))]
[JsonSerializable(typeof(ObservationReport))]
[JsonSerializable(typeof(ObservationWithdrawal))]
[JsonSerializable(typeof(DailySummary))]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Inquiry))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(IncidentMerge))]
[JsonSerializable(typeof(IncidentSplit))]
[JsonSerializable(typeof(ReturnFire))]
[JsonSerializable(typeof(RoomCharter))]
[JsonSerializable(typeof(RoomWord))]
[JsonSerializable(typeof(PassedWord))]
[JsonSerializable(typeof(Recognition))]
[JsonSerializable(typeof(RoomCondition))]
[JsonSerializable(typeof(RoomConsent))]
[JsonSerializable(typeof(NegotiatingText))]
[JsonSerializable(typeof(ClauseComment))]
[JsonSerializable(typeof(HandedOver))]
[JsonSerializable(typeof(SilenceProcedure))]
[JsonSerializable(typeof(SilenceReceived))]
[JsonSerializable(typeof(SilenceBroken))]
[JsonSerializable(typeof(SilenceClosed))]
public sealed partial class TrafficJson : JsonSerializerContext;

/// <summary>Which body each kind has, and how it is read: by the kinds' definitions.</summary>
public static class TrafficBodies
{
    /// <summary>Deepest nesting of a body. TRAFFIC-120.</summary>
    internal const int MaxDepth = 16;

    /// <summary>True for a kind whose body this version reads.</summary>
    public static bool IsKnown(string kind) => Kinds.Find(kind)?.Body is not null;

    /// <summary>The type of the body of each kind that this version reads.</summary>
    public static IReadOnlyDictionary<string, Type> Types { get; } =
        Kinds
            .All.Where(k => k.Body is not null)
            .ToFrozenDictionary(k => k.Name, k => k.Body!.Type, StringComparer.Ordinal);

    /// <summary>Reads the body of an entry of that kind; an absent body counts as an empty object.</summary>
    public static Parsed<ITrafficBody> Read(string kind, ReadOnlyMemory<byte> body) =>
        Kinds.Find(kind)?.Body is { } reader ? reader.Any(body) : Unknown(kind);

    /// <summary>Reads the body of an own officer: a time says its zone, a text shows something, no member is misspelt,
    /// and the reason names the member.</summary>
    public static Parsed<ITrafficBody> ReadOwn(string kind, ReadOnlyMemory<byte> body) =>
        Kinds.Find(kind)?.Body is { } reader ? reader.Own(body) : Unknown(kind);

    /// <summary>Why a body of that kind that was read makes no sense; null when it does.</summary>
    public static string? Problem(string kind, ITrafficBody body) => Kinds.Find(kind)?.Body?.Problem(body);

    /// <summary>How the bodies of own officers are read, for whoever reads one as a part of something else.</summary>
    public static JsonSerializerOptions OwnOptions()
    {
        var options = BodyReader.OwnOptions(TrafficJson.Default.Options);
        options.TypeInfoResolver = null;
        return options;
    }

    /// <summary>Where something is not as it is documented, and what would be; null where that is not known. It holds
    /// nothing of the body but names of members.</summary>
    public static string? At(JsonException e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (e.Path is not { Length: > 0 and <= MaxPath } path)
            return null;
        var wanted =
            e.InnerException is not null ? Other
            : e.Message.StartsWith(BodyTimeJson.Wanted, StringComparison.Ordinal) ? BodyTimeJson.Wanted
            : e.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "no such member is known there"
            : Other;
        return $"at {path}: {wanted}";
    }

    private const int MaxPath = 80;
    private const string Other = "another kind of value is required there";

    private static Rejected Unknown(string kind) => new($"no body is known for {kind}");
}
