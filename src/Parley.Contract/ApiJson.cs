using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Parley.Record;

namespace Parley.Contract;

/// <summary>
/// The JSON of the API, both ways: camelCase, ids as their text, words in lower case, times as in entry headers.
/// Requests are read
/// strictly: an unknown or doubled member is refused, so that a misspelt option is not silently lost.
/// </summary>
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
        typeof(WordJson<StationState>),
        typeof(WordJson<LinkState>),
        typeof(WordJson<BodyState>),
        typeof(WordJson<Settled>),
        typeof(WordJson<OwnFeedState>),
    ]
)]
[JsonSerializable(typeof(StationView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(OpenLine))]
[JsonSerializable(typeof(AcceptLine))]
[JsonSerializable(typeof(OpenedLine))]
[JsonSerializable(typeof(AcceptedLine))]
[JsonSerializable(typeof(IReadOnlyList<LineSummary>))]
[JsonSerializable(typeof(LineDetail))]
[JsonSerializable(typeof(LineStatus))]
[JsonSerializable(typeof(SignOnRequest))]
[JsonSerializable(typeof(SignOnView))]
[JsonSerializable(typeof(EntryRequest))]
[JsonSerializable(typeof(AckRequest))]
[JsonSerializable(typeof(Appended))]
[JsonSerializable(typeof(AppendedBatch))]
[JsonSerializable(typeof(Attached))]
[JsonSerializable(typeof(OffRecordRequest))]
[JsonSerializable(typeof(OffRecordAnswer))]
[JsonSerializable(typeof(IReadOnlyList<OffRecordMessage>))]
[JsonSerializable(typeof(RecordPage))]
[JsonSerializable(typeof(RecordFindings))]
[JsonSerializable(typeof(EntryDetail))]
[JsonSerializable(typeof(IReadOnlyList<ForkView>))]
[JsonSerializable(typeof(IReadOnlyList<RefusalView>))]
[JsonSerializable(typeof(SealedData))]
[JsonSerializable(typeof(LinkData))]
[JsonSerializable(typeof(ForkData))]
[JsonSerializable(typeof(OwnFeedData))]
[JsonSerializable(typeof(PeerLostData))]
[JsonSerializable(typeof(SignInLink))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(ConsoleView))]
[JsonSerializable(typeof(ReliefView))]
[JsonSerializable(typeof(IReadOnlyList<ReliefView>))]
[JsonSerializable(typeof(SignInLinkRequest))]
[JsonSerializable(typeof(SignInLinkView))]
[JsonSerializable(typeof(SeatChoice))]
[JsonSerializable(typeof(ArmedChoice))]
[JsonSerializable(typeof(IReadOnlyList<UserView>))]
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(IReadOnlyList<SignInView>))]
[JsonSerializable(typeof(PasskeyOptions))]
[JsonSerializable(typeof(SignInOptionsRequest))]
[JsonSerializable(typeof(SignInRequest))]
[JsonSerializable(typeof(PasskeyRequest))]
[JsonSerializable(typeof(IReadOnlyList<PasskeyView>))]
[JsonSerializable(typeof(LineSecretView))]
[JsonSerializable(typeof(CarriedView))]
[JsonSerializable(typeof(CardRequest))]
[JsonSerializable(typeof(IReadOnlyList<RelayedView>))]
[JsonSerializable(typeof(RelayView))]
[JsonSerializable(typeof(TextBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(string))]
public sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, but letters of every script stay readable instead of becoming
    /// escapes.</summary>
    internal static ApiJson Readable => Kept.Readable;

    private static class Kept // apart, since static members of the generated half may not be set yet when those of this half are
    {
        internal static readonly ApiJson Readable = new(
            new JsonSerializerOptions(Default.Options)
            {
                TypeInfoResolver = null,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
    }
}

public sealed class WordJson<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>An id as its text; as a member name too.</summary>
public abstract class IdJson<T> : JsonConverter<T>
    where T : notnull
{
    protected abstract T Parse(string? text);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parse(reader.GetString())
            : throw new JsonException("a string is required");

    public override T ReadAsPropertyName(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString()!);
}

public sealed class LineIdJson : IdJson<LineId>
{
    protected override LineId Parse(string? text) =>
        LineId.TryParse(text, out var id) ? id : throw new JsonException("not a line id");
}

public sealed class PartyIdJson : IdJson<PartyId>
{
    protected override PartyId Parse(string? text) =>
        PartyId.TryParse(text, out var id) ? id : throw new JsonException("not a party id");
}

public sealed class EntryIdJson : IdJson<EntryId>
{
    protected override EntryId Parse(string? text) =>
        EntryId.TryParse(text, out var id) ? id : throw new JsonException("not an entry id such as us/3");
}

/// <summary>RFC 3339 UTC with milliseconds, the form of entry headers (design.md §3).</summary>
public sealed class InstantJson : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && UtcText.TryRead(reader.GetString(), out var at)
            ? at
            : throw new JsonException("a time is required, such as 2022-03-23T14:05:11.204Z");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(UtcText.Of(value));
}

/// <summary><c>{"seat","name","releasedBy"?}</c>; the second officer's member is absent when there is none.</summary>
public sealed class OfficerJson : JsonConverter<Officer>
{
    public override Officer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, withRelease: true);

    private static Officer Read(ref Utf8JsonReader reader, bool withRelease)
    {
        string? seat = null,
            name = null;
        Officer? releasedBy = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("\"by\" is an object with seat and name");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "seat" when reader.TokenType == JsonTokenType.String:
                    seat = reader.GetString();
                    break;
                case "name" when reader.TokenType == JsonTokenType.String:
                    name = reader.GetString();
                    break;
                case "releasedBy" when withRelease && reader.TokenType == JsonTokenType.Null:
                    break;
                case "releasedBy" when withRelease:
                    releasedBy = Read(ref reader, withRelease: false);
                    break;
                default:
                    throw new JsonException($"\"by\" cannot hold such a \"{member}\"");
            }
        }
        return seat is null || name is null
            ? throw new JsonException("\"by\" needs seat and name")
            : new Officer(seat, name, releasedBy);
    }

    public override void Write(Utf8JsonWriter writer, Officer value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("seat", value.Seat);
        writer.WriteString("name", value.Name);
        if (value.ReleasedBy is { } second)
        {
            writer.WritePropertyName("releasedBy");
            Write(writer, second, options);
        }
        writer.WriteEndObject();
    }
}

/// <summary>Body bytes as the JSON they are; null when they are none (another format; or JSON too deep for
/// readers).</summary>
public sealed class BodyJson : JsonConverter<byte[]?>
{
    private const int MaxDepth = 32;

    public override bool HandleNull => true;

    public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        using var document = JsonDocument.ParseValue(ref reader);
        return Encoding.UTF8.GetBytes(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, byte[]? value, JsonSerializerOptions options)
    {
        if (value is null || !IsJson(value))
        {
            writer.WriteNullValue();
        }
        else if (value.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            writer.WriteRawValue(value, skipInputValidation: true);
        }
        else // readers of one object per line, and of server-sent events, need it on one line; outside strings a line break is a space, and inside there is none
        {
            var line = value.ToArray();
            line.AsSpan().Replace((byte)'\n', (byte)' ');
            line.AsSpan().Replace((byte)'\r', (byte)' ');
            writer.WriteRawValue(line, skipInputValidation: true);
        }
    }

    /// <summary>One complete JSON value, valid UTF-8 throughout: a lone byte inside a string would break the whole
    /// answer.</summary>
    private static bool IsJson(byte[] bytes)
    {
        if (bytes.Length == 0 || !Utf8.IsValid(bytes))
            return false;
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
