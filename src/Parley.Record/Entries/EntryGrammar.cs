using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Parley.Record;

/// <summary>The grammars of a header's small texts (docs/protocol/entry.md). One place, so that reading and writing
/// cannot differ.</summary>
internal static class EntryGrammar
{
    // ENTRY-7: two or more dotted words; the first is letters and digits, later ones may have underscores.
    internal static bool TryKind(string text, [MaybeNullWhen(false)] out string kind)
    {
        kind = text;
        if (text.Length is 0 or > EntryHeader.MaxKindLength)
            return false;
        var words = 0;
        var start = true;
        foreach (var c in text)
        {
            if (c == '.' && !start)
            {
                words++;
                start = true;
                continue;
            }
            var fits = c is >= 'a' and <= 'z' || (!start && (c is >= '0' and <= '9' || (c == '_' && words > 0)));
            if (!fits)
                return false;
            start = false;
        }
        return words > 0 && !start;
    }

    internal static bool TrySeat(string text, [MaybeNullWhen(false)] out string seat)
    {
        seat = text;
        return Slug.IsValid(text, EntryHeader.MaxSeatLength);
    }

    internal static bool TryLang(string text, [MaybeNullWhen(false)] out string lang)
    {
        lang = text;
        if (text.Length is 0 or > EntryHeader.MaxLangLength || !char.IsAsciiLetter(text[0]) || text[^1] == '-')
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }
        return !text.Contains("--", StringComparison.Ordinal);
    }

    // ENTRY-9: a name can neither break a line nor reorder what stands beside it on a screen.
    internal static bool TryName(string text, [MaybeNullWhen(false)] out string name)
    {
        name = text;
        return text.Length is > 0 and <= EntryHeader.MaxNameLength && IsShowable(text);
    }

    internal static bool IsShowable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= ' ' and <= '~')
                continue;
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[++i]))
                    return false;
                continue;
            }
            if (
                char.IsControl(c)
                || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')
            )
                return false;
        }
        return !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]);
    }

    internal static bool TryEntryId(ReadOnlySpan<byte> text, InternTable<PartyId> parties, out EntryId id)
    {
        id = default;
        var slash = text.IndexOf((byte)'/');
        if (slash < 0 || !parties.TryRead(text[..slash], out var party))
            return false;
        var digits = text[(slash + 1)..];
        if (
            digits.IsEmpty
            || (digits.Length > 1 && digits[0] == '0')
            || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        )
            return false;
        if (
            !Utf8Parser.TryParse(digits, out ulong seq, out var used)
            || used != digits.Length
            || seq > EntryHeader.MaxSeq
        )
            return false;
        id = new EntryId(party, seq);
        return true;
    }
}
