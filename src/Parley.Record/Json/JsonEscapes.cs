using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Parley.Record;

/// <summary>The escapes of JSON strings (RFC 8259, section 7).</summary>
internal static class JsonEscapes
{
    /// <summary>Replaces each escape by its character; false for an unknown one, or a surrogate without its
    /// partner.</summary>
    internal static bool TryRemove(string raw, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var plain = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                plain.Append(raw[i]);
                continue;
            }
            if (++i == raw.Length)
                return false;
            if (raw[i] == 'u')
            {
                if (i + 5 > raw.Length || !TryHex(raw.AsSpan(i + 1, 4), out var unit))
                    return false;
                plain.Append(unit);
                i += 4;
                continue;
            }
            var meant = raw[i] switch
            {
                '"' => '"',
                '\\' => '\\',
                '/' => '/',
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => '\0',
            };
            if (meant == '\0')
                return false;
            plain.Append(meant);
        }
        text = plain.ToString();
        return HasOnlyPairs(text);
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out char unit)
    {
        var good = ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value);
        unit = (char)value;
        return good;
    }

    private static bool HasOnlyPairs(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i]))
                return false;
        }
        return true;
    }
}
