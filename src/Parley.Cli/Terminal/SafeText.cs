using System.Globalization;
using System.Text;
using Parley.Record.Text;

namespace Parley.Cli.Terminal;

/// <summary>
/// Text of others, made harmless for a terminal: controls cannot move the cursor, and characters that are invisible or
/// turn the
/// reading direction cannot make an officer read something else than what was signed. Line breaks stay.
/// </summary>
internal static class SafeText
{
    internal static string Show(string text) => Escape(text, keepLineBreaks: true, rune => $"\\u{{{rune.Value:X}}}");

    /// <summary>As <see cref="Show"/>, for one line of a list.</summary>
    internal static string ShowLine(string text) =>
        Escape(text, keepLineBreaks: false, rune => rune.Value == '\n' ? "⏎" : $"\\u{{{rune.Value:X}}}");

    /// <summary>The same JSON: such characters can stand only within strings, and there an escape means the
    /// same.</summary>
    internal static string EscapeJson(string json) =>
        Escape(
            json,
            keepLineBreaks: true,
            rune =>
            {
                var units = new StringBuilder();
                foreach (var unit in rune.ToString())
                    units.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                return units.ToString();
            }
        );

    private static string Escape(string text, bool keepLineBreaks, Func<Rune, string> replace)
    {
        StringBuilder? safe = null;
        var index = 0;
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate is seen as U+FFFD
        {
            if (IsHarmless(rune, keepLineBreaks))
                safe?.Append(rune.ToString());
            else
                (safe ??= new StringBuilder(text, 0, index, text.Length + 16)).Append(replace(rune));
            index += rune.Utf16SequenceLength;
        }
        return safe?.ToString() ?? text;
    }

    private static bool IsHarmless(Rune rune, bool keepLineBreaks)
    {
        if (rune.Value == '\n')
            return keepLineBreaks;
        if (rune.Value is >= 0x20 and < 0x7F)
            return true;
        return Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                )
            && !Shown.IsFiller(rune);
    }
}
