using System.Text.Json.Serialization;
using Parley.Contract;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Commands;

/// <summary>Reads the entry within a larger object (an entry's details); members besides the entry's own are left for
/// others.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    Converters = [
        typeof(LineIdJson),
        typeof(PartyIdJson),
        typeof(EntryIdJson),
        typeof(OfficerJson),
        typeof(InstantJson),
        typeof(WordJson<Mark>),
        typeof(WordJson<Precedence>),
        typeof(WordJson<BodyState>),
    ]
)]
[JsonSerializable(typeof(EntryView))]
internal sealed partial class EntryViewReader : JsonSerializerContext;
