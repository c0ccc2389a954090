using System.Text;

namespace Parley.Station.Api;

/// <summary>Under which name a party's bytes are saved: a name that another party wrote, and that a browser is not to
/// be fooled by.</summary>
internal static class FileNames
{
    /// <summary>Longest name that is handed on, in characters.</summary>
    internal const int MaxName = 120;

    /// <summary><c>Content-Disposition</c> (RFC 6266): always a download; without a usable name, the browser makes one
    /// up.</summary>
    internal static string Disposition(string? name)
    {
        if (Safe(name) is not { } safe)
            return "attachment";
        var ascii = string.Concat(safe.Select(c => char.IsAscii(c) ? c : '_'));
        return $"attachment; filename=\"{ascii}\"; filename*=UTF-8''{Uri.EscapeDataString(safe)}";
    }

    /// <summary>The last part of a path, without what could leave the header, the folder, or the line it is shown on;
    /// null where nothing is left.</summary>
    private static string? Safe(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return null;
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var kept = new StringBuilder(Math.Min(last.Length, MaxName));
        foreach (var rune in last.EnumerateRunes())
        {
            if (kept.Length >= MaxName)
                break;
            // Control and format characters (such as U+202E, which shows exe.txt as txt.exe) are no part of a name; nor
            // are quotes.
            var isHidden =
                Rune.GetUnicodeCategory(rune)
                is System.Globalization.UnicodeCategory.Control
                    or System.Globalization.UnicodeCategory.Format
                    or System.Globalization.UnicodeCategory.LineSeparator
                    or System.Globalization.UnicodeCategory.ParagraphSeparator
                    or System.Globalization.UnicodeCategory.OtherNotAssigned
                    or System.Globalization.UnicodeCategory.PrivateUse
                    or System.Globalization.UnicodeCategory.Surrogate;
            kept.Append(
                isHidden || rune.Value is '"' or ':' or '*' or '?' or '<' or '>' or '|' or ';' or '%' or 0xFFFD
                    ? "_"
                    : rune.ToString()
            );
        }
        var text = kept.ToString().Trim().TrimStart('.');
        return text.Length == 0 ? null : text;
    }
}
