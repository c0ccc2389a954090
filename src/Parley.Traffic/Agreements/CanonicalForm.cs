using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Record;

namespace Parley.Traffic.Agreements;

/// <summary>
/// The one byte form of a JSON object (RFC 8785): members in the order of their names' UTF-16 units, no space, numbers
/// as ECMAScript writes them. Whoever reads the same object comes to the same bytes, whatever it was written with, so
/// that a hash of them names the text and not a file. CEASEFIRE-1.
/// </summary>
public static class CanonicalForm
{
    /// <summary>Deepest nesting that is read, the same as of any body.</summary>
    public const int MaxDepth = 16;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(i => (char)i),
        '"',
        '\\',
    ]);

    /// <summary>The bytes; or why the text has no single meaning: it is no JSON object, names a member twice, holds
    /// half of a character, or a number that nobody can hold.</summary>
    public static Parsed<byte[]> Of(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(
                utf8,
                new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false }
            );
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return new Rejected("it is not one JSON object");
            var text = new StringBuilder();
            Write(text, document.RootElement);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text.ToString());
        }
        catch (JsonException)
        {
            return new Rejected("it is no JSON object with one meaning: a member may stand there twice");
        }
        catch (Exception e) when (e is InvalidOperationException or EncoderFallbackException)
        {
            return new Rejected("a text in it holds half of a character");
        }
        catch (NotFiniteNumberException)
        {
            return new Rejected("a number in it is too large to be held");
        }
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                var isFirst = true;
                foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    if (!isFirst)
                        text.Append(',');
                    isFirst = false;
                    Write(text, member.Name);
                    text.Append(':');
                    Write(text, member.Value);
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                // One after the other: an element by its number is looked for from the front.
                var isNext = false;
                foreach (var element in value.EnumerateArray())
                {
                    if (isNext)
                        text.Append(',');
                    isNext = true;
                    Write(text, element);
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                Write(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                text.Append(Number(value.GetDouble()));
                break;
            default:
                text.Append(value.GetRawText()); // true, false, null
                break;
        }
    }

    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        var rest = value.AsSpan();
        while (rest.IndexOfAny(Escaped) is >= 0 and var at)
        {
            text.Append(rest[..at]);
            text.Append(
                rest[at] switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\b' => "\\b",
                    '\t' => "\\t",
                    '\n' => "\\n",
                    '\f' => "\\f",
                    '\r' => "\\r",
                    var control => $"\\u{(int)control:x4}",
                }
            );
            rest = rest[(at + 1)..];
        }
        text.Append(rest).Append('"');
    }

    /// <summary>A number as ECMAScript's Number::toString writes it: the fewest digits that are read back as the same
    /// number. Throws <see cref="NotFiniteNumberException"/> for what is none.</summary>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new NotFiniteNumberException(value);
        if (value == 0)
            return "0"; // minus zero too
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var digits = Digits(shortest);
        var exponent = Exponent(shortest);
        var sign = value < 0 ? "-" : "";
        var n = exponent + 1; // places before the point
        return n switch
        {
            > 0 and <= 21 when digits.Length <= n => $"{sign}{digits}{new string('0', n - digits.Length)}",
            > 0 and <= 21 => $"{sign}{digits[..n]}.{digits[n..]}",
            > -6 and <= 0 => $"{sign}0.{new string('0', -n)}{digits}",
            _ =>
                $"{sign}{digits[0]}{(digits.Length > 1 ? $".{digits[1..]}" : "")}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}",
        };
    }

    private static string Digits(string shortest)
    {
        var mantissa = shortest.Split('E')[0].Replace(".", "", StringComparison.Ordinal);
        return mantissa.Trim('0') is { Length: > 0 } digits ? digits : "0";
    }

    /// <summary>Of the first digit that is not zero, as a power of ten.</summary>
    private static int Exponent(string shortest)
    {
        var parts = shortest.Split('E');
        var power = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        var whole = parts[0].Split('.')[0].TrimStart('0');
        if (whole.Length > 0)
            return power + whole.Length - 1;
        var fraction = parts[0].Split('.')[1]; // smaller than one, and not zero
        return power - (fraction.Length - fraction.TrimStart('0').Length) - 1;
    }
}
