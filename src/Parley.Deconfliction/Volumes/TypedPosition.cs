using System.Globalization;
using Parley.Record;

namespace Parley.Deconfliction;

/// <summary>
/// A position as people type it, WGS 84: read as that place or refused, never as another one. Longitude and latitude in
/// degrees with a comma between them
/// (<c>24.1,56.95</c>), or with hemispheres, before or after, in either order (<c>56°57'30"N 24°6'E</c>, <c>N56.958
/// E24.1</c>). Degrees, minutes and seconds may have their signs or
/// spaces between them; only the last of them has decimals, with a point.
/// </summary>
public readonly record struct TypedPosition(double Longitude, double Latitude)
{
    /// <summary>How it is said, for help and refusals.</summary>
    public const string Form =
        "longitude and latitude in degrees, such as 24.1,56.95, or with hemispheres, such as 56°57'30\"N 24°6'0\"E";

    /// <summary>The reason where nothing better can be said.</summary>
    public const string Unreadable = $"a position is {Form}";

    /// <summary>Longest text that is read.</summary>
    public const int MaxLength = 100;
    private const int MaxDigits = 3,
        MaxDecimals = 12,
        SixtyParts = 60;

    /// <summary>Reads a position. The reason says what is wrong with it.</summary>
    public static Parsed<TypedPosition> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength)
            return new Rejected($"a position has at most {MaxLength} characters");
        var reader = new Reader(text);
        if (!reader.Angle().TryGet(out var first, out var why))
            return new Rejected(why);
        var comma = reader.Comma();
        if (!reader.Angle().TryGet(out var second, out why))
            return new Rejected(why);
        if (!reader.AtEnd)
            return new Rejected(Unreadable);
        if (first.Hemisphere is null != second.Hemisphere is null)
            return new Rejected("both or neither of longitude and latitude have a hemisphere");
        if (first.Hemisphere is null && !comma)
            return new Rejected("longitude and latitude have a comma between them");
        var (east, north) = first.Hemisphere is 'N' or 'S' ? (second, first) : (first, second);
        if (
            first.Hemisphere is not null
            && (east.Hemisphere is not ('E' or 'W') || north.Hemisphere is not ('N' or 'S'))
        )
            return new Rejected("one of N and S and one of E and W are required");
        if (Math.Abs(east.Degrees) > 180)
            return new Rejected("the longitude, which comes first without a hemisphere, is outside ±180°");
        return Math.Abs(north.Degrees) > 90
            ? new Rejected("the latitude, which comes second without a hemisphere, is outside ±90°")
            : new TypedPosition(east.Degrees, north.Degrees);
    }

    private readonly record struct Part(double Degrees, char? Hemisphere);

    private ref struct Reader(ReadOnlySpan<char> rest)
    {
        private ReadOnlySpan<char> rest = rest;

        internal bool AtEnd => rest.Trim().IsEmpty;

        internal bool Comma()
        {
            rest = rest.TrimStart();
            if (rest.IsEmpty || rest[0] != ',')
                return false;
            rest = rest[1..];
            return true;
        }

        internal Parsed<Part> Angle()
        {
            var hemisphere = Hemisphere();
            rest = rest.TrimStart();
            var signed = !rest.IsEmpty && rest[0] is '-' or '−' or '+';
            var negative = signed && rest[0] != '+';
            if (signed)
                rest = rest[1..];
            if (!Number(out var degrees, out var whole, out var digits) || digits > MaxDigits)
                return new Rejected(Unreadable);
            var marked = Mark("°º˚");
            // What follows is a part of this angle only after a sign or a space, and never after decimals.
            double value = degrees,
                unit = 1;
            foreach (var marks in (string[])["'′’", "\"″”"])
            {
                if (!whole || !PartFollows(marked))
                    break;
                if (!Number(out var sixtieths, out whole, out digits))
                    break;
                if (digits > 2 || sixtieths >= SixtyParts)
                    return new Rejected("minutes and seconds are below 60");
                unit /= SixtyParts;
                value += sixtieths * unit;
                marked = Mark(marks);
            }
            hemisphere ??= Hemisphere();
            if (signed && hemisphere is not null)
                return new Rejected("a sign and a hemisphere are one too many");
            return new Part(negative || hemisphere is 'S' or 'W' ? -value : value, hemisphere);
        }

        private readonly bool PartFollows(bool marked)
        {
            var next = rest.TrimStart();
            return !next.IsEmpty && char.IsAsciiDigit(next[0]) && (marked || next.Length < rest.Length);
        }

        private char? Hemisphere()
        {
            var next = rest.TrimStart();
            if (next.IsEmpty || char.ToUpperInvariant(next[0]) is not ('N' or 'S' or 'E' or 'W'))
                return null;
            rest = next[1..];
            return char.ToUpperInvariant(next[0]);
        }

        private bool Mark(string marks)
        {
            var next = rest.TrimStart();
            if (next.IsEmpty || !marks.Contains(next[0], StringComparison.Ordinal))
                return false;
            rest = next[1..];
            return true;
        }

        private bool Number(out double value, out bool whole, out int digits)
        {
            rest = rest.TrimStart();
            digits = Digits(rest);
            var length = digits;
            whole = true;
            if (length > 0 && length < rest.Length && rest[length] == '.')
            {
                var decimals = Digits(rest[(length + 1)..]);
                if (decimals is 0 or > MaxDecimals)
                    length = 0;
                else
                    length += 1 + decimals;
                whole = false;
            }
            value = 0;
            if (
                length == 0
                || !double.TryParse(
                    rest[..length],
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out value
                )
            )
                return false;
            rest = rest[length..];
            return true;
        }

        private static int Digits(ReadOnlySpan<char> text)
        {
            var end = text.IndexOfAnyExceptInRange('0', '9');
            return end < 0 ? text.Length : end;
        }
    }
}
