using System.Globalization;

namespace Parley.Cli.Evidence;

/// <summary>
/// The paths that an export may hold (design.md §3), and no others: what comes over a wire or out of an archive must
/// never choose
/// a place of its own on this disk.
/// </summary>
internal static class EvidencePath
{
    private const int MaxLength = 200;
    private const int BundleWidth = 256;

    internal static bool IsKnown(string path)
    {
        if (path.Length is 0 or > MaxLength)
            return false;
        if (path == "line.json")
            return true;
        var parts = path.Split('/');
        return parts switch
        {
            ["bodies", var name] => name.Length == 64 && name.All(char.IsAsciiHexDigitLower),
            ["feeds", var party, "checkpoint"] => IsParty(party),
            ["feeds", var party, "tile", .. var tile] => IsParty(party)
                && tile.Length is >= 2 and <= 10
                && IsLevel(tile[0])
                && tile[1..].All(IsTilePart),
            _ => false,
        };
    }

    /// <summary>How many entries a file holds: for progress.</summary>
    internal static int EntriesIn(string path)
    {
        const string bundles = "/tile/entries/";
        var at = path.IndexOf(bundles, StringComparison.Ordinal);
        if (at < 0)
            return 0;
        var partial = path.LastIndexOf(".p/", StringComparison.Ordinal);
        return partial < 0 ? BundleWidth
            : int.TryParse(path.AsSpan(partial + 3), NumberStyles.None, null, out var width) ? width
            : 0;
    }

    private static bool IsParty(string text) => Record.PartyId.TryParse(text, out _);

    private static bool IsLevel(string text) =>
        text == "entries" || (text.Length is 1 or 2 && text.All(char.IsAsciiDigit));

    /// <summary>Three digits, with an x before all but the last group and .p after a partial tile's; or the partial
    /// tile's width.</summary>
    private static bool IsTilePart(string text)
    {
        var digits =
            text.StartsWith('x') ? text[1..]
            : text.EndsWith(".p", StringComparison.Ordinal) ? text[..^2]
            : text;
        return digits.Length is >= 1 and <= 3 && digits.All(char.IsAsciiDigit);
    }
}
