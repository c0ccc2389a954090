using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Parley.Record;

/// <summary>
/// Readers for the small grammars of the C2SP formats, each with exactly one spelling for a value, so that what was
/// read can be
/// written again byte for byte.
/// </summary>
internal static class StrictText
{
    /// <summary>Base64 (RFC 4648, section 4) with padding, without white space, and with zero bits after the last byte
    /// (LOG-8).</summary>
    internal static bool TryBase64(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 != 0)
            return false;
        var decoded = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, decoded, out var length))
            return false;
        decoded = decoded[..length];
        if (!text.SequenceEqual(Convert.ToBase64String(decoded)))
            return false; // white space or stray bits
        bytes = decoded;
        return true;
    }

    /// <summary>Base64 of exactly 32 bytes.</summary>
    internal static bool TryHash(ReadOnlySpan<char> text, out Crypto.Hash hash)
    {
        hash = default;
        if (text.Length != HashTextLength || !TryBase64(text, out var bytes) || bytes.Length != Crypto.Hash.Length)
            return false;
        hash = new Crypto.Hash(bytes);
        return true;
    }

    /// <summary>ASCII decimal without sign or leading zeros, at most 2^64 - 1.</summary>
    internal static bool TryDecimal(ReadOnlySpan<char> text, out ulong value)
    {
        value = 0;
        if (text.IsEmpty || (text.Length > 1 && text[0] == '0') || text.ContainsAnyExceptInRange('0', '9'))
            return false;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A key name: not empty, no white space of any script, no plus, no control character, well-formed UTF-16
    /// (C2SP signed-note) (LOG-6).</summary>
    internal static bool IsKeyName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < ' ' || c == '+' || char.IsWhiteSpace(c) || char.IsLowSurrogate(c))
                return false;
            if (char.IsHighSurrogate(c) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
                return false;
        }
        return true;
    }

    private const int HashTextLength = 44;
}
