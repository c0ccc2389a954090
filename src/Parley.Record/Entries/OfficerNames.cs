using System.Globalization;
using System.Text;

namespace Parley.Record;

/// <summary>
/// When two names are one officer's: case, spaces, unseen characters, wide forms and how an accent is written make no second officer. The platform's own
/// normalisation is off in this program (no locale data), so that the accented letters of the Latin, Greek and Cyrillic alphabets stand here.
/// </summary>
internal static class OfficerNames
{
    private const string Accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝĀĂĄĆĈĊČĎĒĔĖĘĚĜĞĠĢĤĨĪĬĮİĴĶĹĻĽŃŅŇŌŎŐŔŖŘŚŜŞŠŢŤŨŪŬŮŰŲŴŶŸŹŻŽΆΈΉΊΌΎΏΐΪΫΰЀЁЃЇЌЍЎЙ";
    private const string Plain = "AAAAAACEEEEIIIINOOOOOUUUUYAAACCCCDEEEEEGGGGHIIIIIJKLLLNNNOOORRRSSSSTTUUUUUUWYYZZZΑΕΗΙΟΥΩΙΙΥΥЕЕГІКИУИ";

    internal static bool AreOne(string a, string b) => string.Equals(Folded(a), Folded(b), StringComparison.Ordinal);

    private static string Folded(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsUnseen(rune)) continue;
            var upper = Rune.ToUpperInvariant(rune.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(rune.Value - 0xFF01 + '!') : rune); // wide forms of ASCII
            if (upper.IsBmp && Accented.IndexOf((char)upper.Value, StringComparison.Ordinal) is >= 0 and var at) folded.Append(Plain[at]);
            else folded.Append(upper.ToString());
        }
        return folded.ToString();
    }

    /// <summary>Spaces, what is not shown at all, and accents that stand apart from their letter. Signs of other scripts that spell a vowel stay.</summary>
    private static bool IsUnseen(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is >= 0x0300 and <= 0x036F or >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF or 0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0;
}
