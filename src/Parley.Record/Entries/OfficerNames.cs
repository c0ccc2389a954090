using System.Globalization;
using System.Text;
using Parley.Record.Text;

namespace Parley.Record;

/// <summary>
/// When two names are one officer's: case, spaces, unseen characters, wide and other forms of a letter and how an
/// accent is written make no second officer. From fold 2 on in any script; the
/// rule of fold 1 knows the accented letters of the Latin, Greek and Cyrillic alphabets that stand here, and stays as
/// it was: what counted under it counts.
/// </summary>
internal static class OfficerNames
{
    private const string Accented =
        "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝĀĂĄĆĈĊČĎĒĔĖĘĚĜĞĠĢĤĨĪĬĮİĴĶĹĻĽŃŅŇŌŎŐŔŖŘŚŜŞŠŢŤŨŪŬŮŰŲŴŶŸŹŻŽΆΈΉΊΌΎΏΐΪΫΰЀЁЃЇЌЍЎЙ";
    private const string Plain =
        "AAAAAACEEEEIIIINOOOOOUUUUYAAACCCCDEEEEEGGGGHIIIIIJKLLLNNNOOORRRSSSSTTUUUUUUWYYZZZΑΕΗΙΟΥΩΙΙΥΥЕЕГІКИУИ";

    /// <param name="a">One name.</param>
    /// <param name="b">Another.</param>
    /// <param name="fold">The version of the line's rules. // LINE-13</param>
    internal static bool AreOne(string a, string b, int fold) =>
        fold >= SecondFold ? Key(a) == Key(b) : string.Equals(Folded(a), Folded(b), StringComparison.Ordinal);

    private const int SecondFold = 2;

    /// <summary>Equal for names that are one officer's by the rules of now.</summary>
    private static string Key(string name)
    {
        var key = new StringBuilder(name.Length);
        // Apart once more: what a letter becomes in the other case may have marks of its own.
        foreach (var rune in NormalForm.Apart(Upper(NormalForm.Apart(name))).EnumerateRunes())
        {
            if (!IsUnseen(rune))
                key.Append(rune.ToString());
        }
        return key.ToString();
    }

    private static string Upper(string name) =>
        string.Concat(name.EnumerateRunes().Select(r => Rune.ToUpperInvariant(r).ToString()));

    private static string Folded(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsUnseen(rune))
                continue;
            var upper = Rune.ToUpperInvariant(
                rune.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(rune.Value - 0xFF01 + '!') : rune
            ); // wide forms of ASCII
            if (upper.IsBmp && Accented.IndexOf((char)upper.Value, StringComparison.Ordinal) is >= 0 and var at)
                folded.Append(Plain[at]);
            else
                folded.Append(upper.ToString());
        }
        return folded.ToString();
    }

    /// <summary>Spaces, what is not shown at all, and accents that stand apart from their letter. Signs of other
    /// scripts that spell a vowel stay.</summary>
    private static bool IsUnseen(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
        || rune.Value
            is >= 0x0300
                and <= 0x036F
                or >= 0xFE00
                and <= 0xFE0F
                or >= 0xE0100
                and <= 0xE01EF
                or 0x115F
                or 0x1160
                or 0x2800
                or 0x3164
                or 0xFFA0;
}
