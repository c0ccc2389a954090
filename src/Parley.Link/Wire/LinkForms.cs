using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Record;

namespace Parley.Link.Wire;

/// <summary>
/// A time of the link's JSON: written as ENTRY-6 has it; read with an offset and a finer fraction as well, which stations
/// before this rule wrote. One without a zone means another time at each reader, and is refused. MESSAGES-5.
/// </summary>
internal sealed class LinkTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && UtcText.TryReadTicks(reader.GetString()!, roundUp: false, out var ticks)
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(UtcText.Of(value));
}

/// <summary>A word of ENTRY-7 in the link's JSON; read in any case, since stations before this rule wrote it with a
/// capital. MESSAGES-5.</summary>
internal abstract class LinkWord<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly (string Word, T Value)[] Words =
    [
        .. Enum.GetValues<T>().Select(value => (value.ToString().ToLowerInvariant(), value)),
    ];

    public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException();
        var text = reader.GetString();
        foreach (var (word, value) in Words)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Words.First(w => EqualityComparer<T>.Default.Equals(w.Value, value)).Word);
}

internal sealed class PrecedenceWord : LinkWord<Precedence>;

internal sealed class MarkWord : LinkWord<Mark>;
