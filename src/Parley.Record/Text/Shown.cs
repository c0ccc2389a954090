using System.Globalization;
using System.Text;

namespace Parley.Record.Text;

/// <summary>Whether a reader sees anything of a text.</summary>
public static class Shown
{
    /// <summary>True where nothing of it is seen: spaces, controls, what is not shown at all, and marks without a
    /// letter that they stand on.</summary>
    public static bool IsBlank(string? text)
    {
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (IsSeen(rune))
                return false;
        }
        return true;
    }

    private static bool IsSeen(Rune rune) =>
        rune.Value is > 0x20 and < 0x7F
        || (
            !IsFiller(rune)
            && Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.EnclosingMark
                    or UnicodeCategory.SpacingCombiningMark
                    or UnicodeCategory.Surrogate
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                )
        );

    /// <summary>Letters, signs and marks that show nothing: fillers, the empty Braille pattern, joiners of graphemes,
    /// vowels that are not written, selectors of a variant.</summary>
    public static bool IsFiller(Rune rune) =>
        rune.Value
            is 0x034F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or 0x2800
                or 0x3164
                or 0xFFA0
                or >= 0x180B
                and <= 0x180F
                or >= 0xFE00
                and <= 0xFE0F
                or >= 0xE0100
                and <= 0xE01EF;
}
