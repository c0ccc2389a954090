using System.Globalization;
using System.Text;
using Parley.Record;
using Parley.Record.Text;
using Parley.Traffic;

namespace Parley.Station.Officers;

/// <summary>What an officer may be called: a name that can be shown, and that no other's looks like by spaces, case or
/// unseen characters alone.</summary>
internal static class OfficerName
{
    /// <summary>The name as it is kept; null where it is none.</summary>
    internal static string? Read(string? text)
    {
        if (text is null || text.Length > OfficerLimits.MaxName)
            return null;
        var name = new StringBuilder(text.Length);
        foreach (var rune in text.Trim().EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned:
                case UnicodeCategory.Format when !Joins(rune):
                    return null;
                case UnicodeCategory.SpaceSeparator when name.Length > 0 && name[^1] == ' ':
                    break;
                case UnicodeCategory.SpaceSeparator:
                    name.Append(' ');
                    break;
                default:
                    if (rune == Rune.ReplacementChar)
                        return null; // half a surrogate pair reads as this
                    name.Append(rune.ToString());
                    break;
            }
        }
        return name.ToString().EnumerateRunes().Any(r => Rune.IsLetter(r) && !Shown.IsFiller(r))
            ? name.ToString()
            : null;
    }

    /// <summary>Equal for names that are to be one officer's.</summary>
    internal static string Folded(string name) =>
        string.Concat(name.EnumerateRunes().Where(r => !Joins(r)).Select(r => Rune.ToLowerInvariant(r).ToString()));

    /// <summary>True for names that are to be one officer's, also where their letters are composed otherwise
    /// (TRAFFIC-103).</summary>
    internal static bool AreOne(string name, string other) =>
        Folded(name) == Folded(other) || new Officer("", name).IsNamed(other);

    // Zero-width joiner and non-joiner: Persian and the Indic scripts spell with them.
    private static bool Joins(Rune rune) => rune.Value is 0x200C or 0x200D;

    /// <summary>Why nobody can be given such a name, or such seats; null where they can.</summary>
    internal static Refusal? Checked(string name, IReadOnlyList<string> seats)
    {
        if (Read(name) is null)
            return Refusal.Invalid(
                $"a name is 1 to {OfficerLimits.MaxName} characters that can be shown, with a letter among them"
            );
        return seats.All(Seats.All.Contains) ? null : Refusal.Invalid($"the seats are {string.Join(", ", Seats.All)}");
    }
}
