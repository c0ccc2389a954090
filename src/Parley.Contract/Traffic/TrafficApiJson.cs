using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Contract;

/// <summary>The JSON of traffic, in the manner of <see cref="ApiJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [
        typeof(LineIdJson),
        typeof(PartyIdJson),
        typeof(EntryIdJson),
        typeof(OfficerJson),
        typeof(InstantJson),
        typeof(WordJson<Mark>),
        typeof(WordJson<Precedence>),
    ]
)]
[JsonSerializable(typeof(IReadOnlyList<KindView>))]
[JsonSerializable(typeof(PlacesView))]
[JsonSerializable(typeof(NearPlacesView))]
[JsonSerializable(typeof(PlaceListView))]
[JsonSerializable(typeof(BaseMapView))]
[JsonSerializable(typeof(IReadOnlyList<PlanView>))]
[JsonSerializable(typeof(IReadOnlyList<ConflictView>))]
[JsonSerializable(typeof(CheckRequest))]
[JsonSerializable(typeof(CheckAnswer))]
[JsonSerializable(typeof(TrafficView))]
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(PublicWordView))]
[JsonSerializable(typeof(IReadOnlyList<RoomView>))]
[JsonSerializable(typeof(IReadOnlyList<SilenceView>))]
[JsonSerializable(typeof(IReadOnlyList<ClauseChangeView>))]
[JsonSerializable(typeof(IReadOnlyList<PresenceView>))]
[JsonSerializable(typeof(PresenceRequest))]
[JsonSerializable(typeof(ItemView))]
[JsonSerializable(typeof(ReceiptsView))]
[JsonSerializable(typeof(ChronologyView))]
[JsonSerializable(typeof(IReadOnlyList<WatchView>))]
[JsonSerializable(typeof(ProposalView))]
[JsonSerializable(typeof(IReadOnlyList<ProposalView>))]
[JsonSerializable(typeof(QuietedView))]
[JsonSerializable(typeof(RefusedProposalView))]
[JsonSerializable(typeof(IReadOnlyList<RefusedProposalView>))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(RefuseRequest))]
[JsonSerializable(typeof(RefuseManyRequest))]
[JsonSerializable(typeof(DeleteDraftsRequest))]
[JsonSerializable(typeof(ManyDone))]
[JsonSerializable(typeof(AgreementView))]
[JsonSerializable(typeof(IReadOnlyList<AgreementView>))]
[JsonSerializable(typeof(IncidentView))]
[JsonSerializable(typeof(IReadOnlyList<IncidentView>))]
[JsonSerializable(typeof(IncidentTableView))]
[JsonSerializable(typeof(ObservationTableView))]
[JsonSerializable(typeof(IReadOnlyList<OrderView>))]
[JsonSerializable(typeof(ImportView))]
[JsonSerializable(typeof(TallyView))]
[JsonSerializable(typeof(TextCheckView))]
[JsonSerializable(typeof(CoverageView))]
[JsonSerializable(typeof(DailyTallyView))]
[JsonSerializable(typeof(SummaryDraftView))]
[JsonSerializable(typeof(BlindTermsRequest))]
[JsonSerializable(typeof(BlindAcceptRequest))]
[JsonSerializable(typeof(BlindStopRequest))]
[JsonSerializable(typeof(BlindPrepared))]
[JsonSerializable(typeof(BlindListView))]
[JsonSerializable(typeof(BlindView))]
[JsonSerializable(typeof(BlindData))]
[JsonSerializable(typeof(CallData))]
[JsonSerializable(typeof(CallLiveView))]
[JsonSerializable(typeof(IReadOnlyList<CallLiveView>))]
[JsonSerializable(typeof(CallJoinRequest))]
[JsonSerializable(typeof(CallSeatView))]
[JsonSerializable(typeof(CallSignalRequest))]
[JsonSerializable(typeof(CallSayRequest))]
[JsonSerializable(typeof(CallLogsView))]
[JsonSerializable(typeof(AlarmView))]
[JsonSerializable(typeof(IReadOnlyList<AlarmView>))]
[JsonSerializable(typeof(TrafficData))]
[JsonSerializable(typeof(AlarmAcknowledgement))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(TemplateRequest))]
[JsonSerializable(typeof(TemplateView))]
[JsonSerializable(typeof(IReadOnlyList<TemplateView>))]
[JsonSerializable(typeof(DraftRequest))]
[JsonSerializable(typeof(DraftView))]
[JsonSerializable(typeof(IReadOnlyList<DraftView>))]
public sealed partial class TrafficApiJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters of every script readable.</summary>
    internal static TrafficApiJson Readable => Kept.Readable;

    private static class Kept
    {
        internal static readonly TrafficApiJson Readable = new(
            new JsonSerializerOptions(Default.Options)
            {
                TypeInfoResolver = null,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
    }
}
