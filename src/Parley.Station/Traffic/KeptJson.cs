using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Station.Traffic;

/// <summary>The JSON of what the station keeps for its officers beside the record, in the manner of
/// <see cref="TrafficApiJson"/>.</summary>
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
[JsonSerializable(typeof(Proposal))]
[JsonSerializable(typeof(RefusedProposal))]
[JsonSerializable(typeof(SignOnWord))]
[JsonSerializable(typeof(KeptDraft))]
[JsonSerializable(typeof(KeptTemplate))]
internal sealed partial class KeptJson : JsonSerializerContext;
