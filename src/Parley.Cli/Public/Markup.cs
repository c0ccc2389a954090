using System.Globalization;
using System.Text;

namespace Parley.Cli.Public;

/// <summary>Foreign text in a page of ours: nothing in it is markup, and nothing that hides or turns the reading direction
/// goes unseen. PUBLIC-16.</summary>
internal static class Markup
{
    private static readonly HashSet<string> RightToLeft =
    [
        "ar",
        "arc",
        "azb",
        "ckb",
        "dv",
        "fa",
        "he",
        "iw",
        "ps",
        "sd",
        "ug",
        "ur",
        "yi",
    ];

    /// <summary>As <see cref="Visible"/>, for the text or an attribute of an element, in HTML and in XML.</summary>
    internal static string Text(string text)
    {
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in Visible(text))
            safe.Append(
                c switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&quot;",
                    '\'' => "&#39;",
                    _ => c.ToString(),
                }
            );
        return safe.ToString();
    }

    /// <summary>Each character that does not show itself as <c>[U+202E]</c>; line breaks and tabs stay. The pages' script
    /// has the same rule, and compares.</summary>
    internal static string Visible(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHidden(rune.Value))
                shown.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
            else
                shown.Append(rune.ToString());
        }
        return shown.ToString();
    }

    /// <summary>The direction of a language, for the attribute; auto where it is not known.</summary>
    internal static string Direction(string? lang) =>
        lang is null ? "auto"
        : RightToLeft.Contains(lang.Split('-')[0].ToLowerInvariant()) ? "rtl"
        : "ltr";

    // The same set as the console's (look/visible.ts).
    private static bool IsHidden(int c) =>
        c
            is (>= 0x00 and <= 0x08)
                or (>= 0x0B and <= 0x1F)
                or (>= 0x7F and <= 0x9F)
                or 0xAD
                or 0x034F
                or 0x061C
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or (>= 0x200B and <= 0x200F)
                or (>= 0x2028 and <= 0x202E)
                or (>= 0x2060 and <= 0x206F)
                or 0x2800
                or 0x3164
                or (>= 0xFE00 and <= 0xFE0F)
                or 0xFEFF
                or 0xFFA0
                or (>= 0xFFF9 and <= 0xFFFB)
                or (>= 0x1D173 and <= 0x1D17A)
                or (>= 0xE0000 and <= 0xE0FFF);
}
