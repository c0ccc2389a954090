using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Traffic.Bodies;

/// <summary>
/// A time in a body, read alike at every station: the platform reads one without an offset by the zone of the machine,
/// and two stations that hold the same entries would come to
/// different states. One without an offset is UTC, as is a date alone, which means its beginning. TRAFFIC-100.
/// </summary>
internal sealed class BodyTimeJson : JsonConverter<DateTimeOffset>
{
    internal const string Wanted = "a time is required, with Z or an offset, such as 2022-03-23T14:05:11Z";

    /// <summary>Longer than any time that is read, written with escapes.</summary>
    private const int MaxLength = 512;

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryRead(ref reader, out var at, out _) ? at : throw new JsonException(Wanted);

    /// <summary>In the platform's own form for a time in UTC.</summary>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);

    /// <param name="hasOffset">False where it was taken for UTC.</param>
    internal static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset at, out bool hasOffset)
    {
        (at, hasOffset) = (default, false);
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > MaxLength || reader.HasValueSequence)
            return false;
        Span<char> text = stackalloc char[MaxLength];
        text = text[..reader.CopyString(text)];
        hasOffset = text.IndexOf('T') is >= 0 and var from && text[from..].IndexOfAny('Z', '+', '-') >= 0;
        if (hasOffset)
        {
            if (!reader.TryGetDateTimeOffset(out at))
                return false;
            at = at.ToUniversalTime();
            return true;
        }
        if (!reader.TryGetDateTime(out var local))
            return false;
        at = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Utc));
        return true;
    }
}

/// <summary>As <see cref="BodyTimeJson"/>, for the body of an own officer: he can still say which zone he
/// means.</summary>
internal sealed class OwnTimeJson : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        BodyTimeJson.TryRead(ref reader, out var at, out var hasOffset) && hasOffset
            ? at
            : throw new JsonException(BodyTimeJson.Wanted);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value);
}
