using System.Globalization;
using System.Text;

namespace Parley.Record;

/// <summary>
/// Where tiles and entry bundles stand under a log's prefix (C2SP tlog-tiles): <c>tile/0/x001/x234/067</c>, with
/// <c>.p/5</c> behind it
/// for one that holds 5 hashes so far. Each tile and width has one path, and only that one is read (LOG-16).
/// </summary>
public static class TilePath
{
    /// <summary>Hashes or entries in a full tile.</summary>
    public const int FullWidth = TileTree.FullWidth;

    /// <summary>Highest tile level that the format names.</summary>
    public const int MaxLevel = 63;

    /// <summary>Longest path that is read, in characters; the longest that is written is shorter.</summary>
    public const int MaxLength = 64;

    private const string Prefix = "tile/";
    private const string Entries = "entries";
    private const string PartialMark = ".p/";
    private const int GroupDigits = 3;
    private const int MaxGroups = 7; // 2^64 has 20 digits

    /// <summary>The path of a tile of hashes. <paramref name="width"/> is 1–256; 256 is a full tile. Misuse
    /// throws.</summary>
    public static string Encode(int level, ulong index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, MaxLevel);
        return Encode(level.ToString(CultureInfo.InvariantCulture), index, width);
    }

    /// <summary>The path of an entry bundle; index and width as for a tile of level 0.</summary>
    public static string EncodeEntries(ulong index, int width) => Encode(Entries, index, width);

    /// <summary>Reads the path of a tile of hashes.</summary>
    public static bool TryParse(string path, out int level, out ulong index, out int width)
    {
        level = 0;
        if (
            !TrySplit(path, out var place, out index, out width)
            || !StrictText.TryDecimal(place, out var number)
            || number > MaxLevel
        )
            return false;
        level = (int)number;
        return true;
    }

    /// <summary>Reads the path of an entry bundle.</summary>
    public static bool TryParseEntries(string path, out ulong index, out int width) =>
        TrySplit(path, out var place, out index, out width) && place.SequenceEqual(Entries);

    /// <summary>Hashes that the tile at (level, index) holds in a tree of <paramref name="size"/> leaves: 256, the
    /// partial width, or 0 where there is none (LOG-17).</summary>
    public static int WidthAt(ulong size, int level, ulong index) => TileTree.WidthOf(size, level, index);

    private static string Encode(string place, ulong index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, FullWidth);
        var digits = index.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + GroupDigits - 1) / GroupDigits * GroupDigits, '0');
        var path = new StringBuilder(Prefix, MaxLength).Append(place).Append('/');
        for (var i = 0; i < digits.Length - GroupDigits; i += GroupDigits)
            path.Append('x').Append(digits, i, GroupDigits).Append('/');
        path.Append(digits, digits.Length - GroupDigits, GroupDigits);
        return width == FullWidth ? path.ToString() : path.Append(PartialMark).Append(width).ToString();
    }

    private static bool TrySplit(ReadOnlySpan<char> path, out ReadOnlySpan<char> place, out ulong index, out int width)
    {
        place = default;
        (index, width) = (0, FullWidth);
        if (path.Length > MaxLength || !path.StartsWith(Prefix))
            return false;
        path = path[Prefix.Length..];
        var slash = path.IndexOf('/');
        if (slash < 0)
            return false;
        place = path[..slash];
        path = path[(slash + 1)..];

        var mark = path.IndexOf(PartialMark);
        if (mark >= 0)
        {
            if (
                !StrictText.TryDecimal(path[(mark + PartialMark.Length)..], out var partial)
                || partial is < 1 or >= FullWidth
            )
                return false;
            width = (int)partial;
            path = path[..mark];
        }
        return TryIndex(path, out index);
    }

    private static bool TryIndex(ReadOnlySpan<char> path, out ulong index)
    {
        index = 0;
        Span<char> digits = stackalloc char[MaxGroups * GroupDigits];
        var count = 0;
        for (var isFirst = true; ; isFirst = false)
        {
            var isLast = path.Length == GroupDigits;
            if (!isLast && (path.Length < GroupDigits + 2 || path[0] != 'x' || path[GroupDigits + 1] != '/'))
                return false;
            var group = path.Slice(isLast ? 0 : 1, GroupDigits);
            if (group.ContainsAnyExceptInRange('0', '9') || count == digits.Length)
                return false;
            if (isFirst && !isLast && group is "000")
                return false; // a second spelling of a smaller index
            group.CopyTo(digits[count..]);
            count += GroupDigits;
            if (isLast)
                return ulong.TryParse(digits[..count], NumberStyles.None, CultureInfo.InvariantCulture, out index);
            path = path[(GroupDigits + 2)..];
        }
    }
}
