using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Traffic.Bodies;

/// <summary>
/// A whole number however it is written, as JSON Schema's integer has it: <c>30</c>, <c>30.0</c> and <c>3e1</c> are one.
/// Read from its digits, so that no station rounds what another refuses. TRAFFIC-125.
/// </summary>
internal static class WholeNumber
{
    /// <summary>Longer than anybody writes a number that fits; more is no number of a body.</summary>
    private const int MaxLength = 64;

    /// <summary>Digits of the greatest number that is held.</summary>
    private const int MaxDigits = 19;

    internal static bool TryRead(ref Utf8JsonReader reader, out long value)
    {
        value = 0;
        if (reader.TokenType != JsonTokenType.Number || reader.HasValueSequence)
            return false;
        return reader.TryGetInt64(out value) || TryRead(reader.ValueSpan, out value);
    }

    /// <summary>Reads a number of JSON's grammar.</summary>
    private static bool TryRead(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.Length > MaxLength)
            return false;
        var isNegative = text[0] == '-';
        Span<byte> digits = stackalloc byte[MaxLength];
        var (count, point, at) = (0, -1, isNegative ? 1 : 0);
        for (; at < text.Length && text[at] is not ((byte)'e' or (byte)'E'); at++)
        {
            if (text[at] == '.')
                point = count;
            else
                digits[count++] = (byte)(text[at] - '0');
        }
        var exponent = 0;
        if (at < text.Length)
        {
            var isSmall = text[++at] == '-';
            if (text[at] is (byte)'-' or (byte)'+')
                at++;
            for (; at < text.Length; at++)
                exponent = Math.Min(exponent * 10 + (text[at] - '0'), 10 * MaxLength); // beyond what any digits make up for
            exponent = isSmall ? -exponent : exponent;
        }
        var places = point < 0 ? 0 : count - point;
        while (count > 0 && digits[count - 1] == 0)
            (count, places) = (count - 1, places - 1);
        if (count == 0)
            return true;
        var zeros = exponent - places;
        if (zeros < 0)
            return false; // something is left behind the point
        Int128 whole = 0;
        var held = 0;
        for (var i = 0; i < count + zeros; i++)
        {
            int digit = i < count ? digits[i] : (byte)0;
            if ((held > 0 || digit > 0) && ++held > MaxDigits)
                return false;
            whole = whole * 10 + digit;
        }
        whole = isNegative ? -whole : whole;
        if (whole < long.MinValue || whole > long.MaxValue)
            return false;
        value = (long)whole;
        return true;
    }
}

/// <summary>A whole number of 32 bits in a body.</summary>
internal sealed class WholeIntJson : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var value) && value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}

/// <summary>A whole number of 64 bits in a body.</summary>
internal sealed class WholeLongJson : JsonConverter<long>
{
    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WholeNumber.TryRead(ref reader, out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value);
}
