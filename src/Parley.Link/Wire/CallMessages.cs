using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>How a station can be reached by datagrams, and by which trunk and key: told to its peer over the link when
/// the two have a call. CALL-12.</summary>
public sealed record CallHello
{
    /// <summary>Chosen by who says it: 16 hexadecimal digits.</summary>
    public required string Trunk { get; init; }

    /// <summary>By which the peer proves its datagrams: 64 hexadecimal digits.</summary>
    public required string Key { get; init; }

    /// <summary>HOST:PORT, the likeliest first; empty where no datagrams are taken.</summary>
    public required IReadOnlyList<string> Udp { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, CallJson.Default.CallHello);

    public static Parsed<CallHello> Parse(ReadOnlySpan<byte> bytes) =>
        CallJson.Read(
            bytes,
            CallJson.Default.CallHello,
            h =>
                CallJson.IsHex(h.Trunk, 16)
                && CallJson.IsHex(h.Key, 64)
                && h.Udp.Count <= LinkLimits.MaxRelayAddresses
                && h.Udp.All(u => u is { Length: > 0 and <= LinkLimits.MaxRelayAddress })
        );
}

/// <summary>A message of one console to another, through both stations and off the record. CALL-9.</summary>
public sealed record CallSignal
{
    /// <summary>The call's first entry.</summary>
    public required EntryId Call { get; init; }

    /// <summary>The joining of whoever says it, and of whom it is said to.</summary>
    public required EntryId From { get; init; }
    public required EntryId To { get; init; }

    /// <summary>Drawn by the sender's station for each console that takes this seat: numbers begin anew with it.</summary>
    public required string Epoch { get; init; }

    /// <summary>Counts up within an epoch: what comes twice is taken once.</summary>
    public required long Number { get; init; }

    /// <summary><c>ready</c>, <c>offer</c>, <c>answer</c>, <c>state</c> or <c>bye</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Which attempt of the two consoles to speak it belongs to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Session { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Sdp { get; init; }

    /// <summary>What the commitment in the sender's joining is the hash of: 64 hexadecimal digits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Nonce { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Held { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Muted { get; init; }

    /// <summary>Why the sender hears nothing: a word of the console's; null where it hears.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Deaf { get; init; }

    /// <summary>What a console may say.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["ready", "offer", "answer", "state", "bye"];

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, CallJson.Default.CallSignal);

    public static Parsed<CallSignal> Parse(ReadOnlySpan<byte> bytes) =>
        CallJson.Read(
            bytes,
            CallJson.Default.CallSignal,
            s => CallJson.IsHex(s.Epoch, 16) && s.Number > 0 && s.IsSound()
        );

    /// <summary>True where what the console said is of the kind that it says.</summary>
    public bool IsSound() =>
        Kinds.Contains(Kind)
        && (Kind is "offer" or "answer") == (Sdp is not null)
        && Sdp is not { Length: > LinkLimits.MaxSdpBytes }
        && (Session is null || CallJson.IsWord(Session))
        && (Deaf is null || CallJson.IsWord(Deaf))
        && (Nonce is null || CallJson.IsHex(Nonce, 64))
        && From != To;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 4,
    Converters = [typeof(EntryIdText)]
)]
[JsonSerializable(typeof(CallHello))]
[JsonSerializable(typeof(CallSignal))]
internal sealed partial class CallJson : JsonSerializerContext
{
    internal static Parsed<T> Read<T>(
        ReadOnlySpan<byte> bytes,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type,
        Func<T, bool> holds
    )
        where T : class
    {
        if (bytes.Length > LinkLimits.MaxCallFrameBytes)
            return new Rejected("invalid input: the message is too long");
        try
        {
            return JsonSerializer.Deserialize(bytes, type) is { } value && holds(value)
                ? value
                : new Rejected("invalid input: a member is missing or out of bounds");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return new Rejected($"invalid input: not a {typeof(T).Name} message");
        }
    }

    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create(
        "0123456789abcdef"
    );
    private static readonly System.Buffers.SearchValues<char> WordLetters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789-"
    );

    internal static bool IsHex(string? text, int digits) =>
        text?.Length == digits && !text.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>1–32 lower-case letters, digits and hyphens.</summary>
    internal static bool IsWord(string text) =>
        text.Length is > 0 and <= 32 && !text.AsSpan().ContainsAnyExcept(WordLetters);
}

/// <summary>An entry id as its text.</summary>
internal sealed class EntryIdText : JsonConverter<EntryId>
{
    public override EntryId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && EntryId.TryParse(reader.GetString()!, out var id)
            ? id
            : throw new JsonException("an entry id is a party, a slash and a number");

    public override void Write(Utf8JsonWriter writer, EntryId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
