using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// A sign of life, sent each way every ten seconds and answered with one. It carries the signed checkpoints that the
/// sender holds
/// of every feed of the line: what the peer holds of ours is thereby proven by our own signature, and parties that were
/// shown different feeds
/// find out. LINK-30.
/// </summary>
public sealed record Heartbeat
{
    /// <summary>Version of the link protocol, 1.</summary>
    public required int Parley { get; init; }

    /// <summary>The sender's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True when an officer is at the sender's station.</summary>
    public required bool Attended { get; init; }

    /// <summary>The newest checkpoint note that the sender holds, by author. A feed of which it holds nothing is
    /// absent.</summary>
    public required IReadOnlyDictionary<string, string> Checkpoints { get; init; }

    /// <summary>The sender asks for the entries of its own feed from this one on, which it cannot come and get; null
    /// when it wants none. LINK-63.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? Wants { get; init; }

    /// <summary>True while more of the receiver's feed is on its way into the sender's store: what the sender holds of
    /// it is not shown yet. Else null. LINK-60.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Storing { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, LinkJson.Default.Heartbeat);

    public static Parsed<Heartbeat> Parse(ReadOnlySpan<byte> bytes) =>
        LinkJson.Read(
            bytes,
            LinkJson.Default.Heartbeat,
            h =>
                h.Parley == 1
                && h.Checkpoints.Count <= EntryHeader.MaxParties
                && h.Checkpoints.Values.All(note => note is not null)
        );
}

/// <summary>A message off the record: authenticated by the connection that brings it, held in memory, logged by nobody.
/// LINK-40.</summary>
public sealed record OffRecordMessage
{
    /// <summary>Random id, so that a repeated delivery is recognised: 1–64 printable characters.</summary>
    public required string Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Seat { get; init; }
    public required string Name { get; init; }
    public required Precedence Precedence { get; init; }
    public required Mark Mark { get; init; }
    public required string Text { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, LinkJson.Default.OffRecordMessage);

    public static Parsed<OffRecordMessage> Parse(ReadOnlySpan<byte> bytes) =>
        LinkJson.Read(
            bytes,
            LinkJson.Default.OffRecordMessage,
            m =>
                IsId(m.Id)
                && Officer.IsSound(m.Seat, m.Name)
                && // LINK-86
                System.Text.Encoding.UTF8.GetByteCount(m.Text) <= LinkLimits.MaxOffRecordBytes
        );

    /// <summary>1–64 printable ASCII characters without spaces: an id stands in a line of its own.</summary>
    internal static bool IsId(string id) =>
        id.Length is > 0 and <= 64 && !id.AsSpan().ContainsAnyExceptInRange('!', '~');
}

/// <summary>How many bytes of an attachment a station holds, and whether it has checked the whole.
/// MESSAGES-11.</summary>
public sealed record AttachmentHeld
{
    public required long Held { get; init; }
    public required bool Complete { get; init; }

    public byte[] Encode() => JsonSerializer.SerializeToUtf8Bytes(this, LinkJson.Default.AttachmentHeld);

    public static Parsed<AttachmentHeld> Parse(ReadOnlySpan<byte> bytes) =>
        LinkJson.Read(
            bytes,
            LinkJson.Default.AttachmentHeld,
            a => a.Held is >= 0 and <= Body.SaltLength + Body.MaxAttachment
        );
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters = [typeof(LinkTime), typeof(PrecedenceWord), typeof(MarkWord)],
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8
)]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(OffRecordMessage))]
[JsonSerializable(typeof(AttachmentHeld))]
internal sealed partial class LinkJson : JsonSerializerContext
{
    internal static Parsed<T> Read<T>(
        ReadOnlySpan<byte> bytes,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type,
        Func<T, bool> holds
    )
        where T : class
    {
        if (bytes.Length > LinkLimits.MaxSmallMessageBytes)
            return new Rejected("invalid input: the message is too long");
        try
        {
            var value = JsonSerializer.Deserialize(bytes, type);
            return value is not null && holds(value)
                ? value
                : new Rejected("invalid input: a member is missing or out of bounds");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return new Rejected($"invalid input: not a {typeof(T).Name} message{Where(e as JsonException)}");
        }
    }

    /// <summary>Where a reader stopped, as far as that can be shown: the path holds names that the peer
    /// chose.</summary>
    private static string Where(JsonException? e) =>
        e?.Path is { Length: > 1 and <= 64 } path && !path.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? $": {path} is unknown, doubled or of another form"
            : "";
}
