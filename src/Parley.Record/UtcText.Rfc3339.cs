using System.Globalization;

namespace Parley.Record;

public static partial class UtcText
{
    /// <summary>Fractional digits that <see cref="TryReadTicks"/> reads.</summary>
    private const int MaxFraction = 12;
    private const int WholeLength = 19; // 2030-01-01T12:00:00
    private const int TickDigits = 7;

    /// <summary>Reads a time of RFC 3339 with any offset and up to twelve fractional digits, to the tick:
    /// no window loses a part, what is finer is rounded down or up. A leap second is not read.</summary>
    /// <param name="text">The text.</param>
    /// <param name="roundUp">Up instead of down.</param>
    /// <param name="ticks">Ticks of UTC.</param>
    public static bool TryReadTicks(string text, bool roundUp, out long ticks)
    {
        ticks = 0;
        if (text.Length is <= WholeLength or > WholeLength + 1 + MaxFraction + 6)
            return false;
        if (
            !DateTime.TryParseExact(
                text.AsSpan(0, WholeLength),
                "yyyy-MM-dd'T'HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var whole
            )
        )
            return false;
        ticks = whole.Ticks;
        var rest = text.AsSpan(WholeLength);
        if (rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > MaxFraction)
                return false;
            var unit = TimeSpan.TicksPerSecond;
            for (var i = 0; i < digits; i++)
            {
                unit /= 10;
                ticks += unit * (rest[1 + i] - '0');
            }
            if (roundUp && digits > TickDigits && rest[(1 + TickDigits)..(1 + digits)].IndexOfAnyExcept('0') >= 0)
                ticks++;
            rest = rest[(1 + digits)..];
        }
        if (!TryOffset(rest, out var offset))
            return false;
        ticks -= offset;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text is "Z")
            return true;
        if (
            text.Length != 6
            || text[0] is not ('+' or '-')
            || text[3] != ':'
            || text[1..3].ContainsAnyExceptInRange('0', '9')
            || text[4..].ContainsAnyExceptInRange('0', '9')
        )
            return false;
        var (hours, minutes) = (
            int.Parse(text[1..3], CultureInfo.InvariantCulture),
            int.Parse(text[4..], CultureInfo.InvariantCulture)
        );
        ticks = (hours * TimeSpan.TicksPerHour + minutes * TimeSpan.TicksPerMinute) * (text[0] == '-' ? -1 : 1);
        return hours < 24 && minutes < 60;
    }
}
