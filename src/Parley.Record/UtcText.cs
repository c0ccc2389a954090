using System.Globalization;

namespace Parley.Record;

/// <summary>Times in UTC as text: the one form of records and interfaces, how officers and other systems write them,
/// and what is read of what people type. All in the one calendar, whatever the language of the computer.</summary>
public static partial class UtcText
{
    /// <summary>Characters of <c>yyyy-MM-ddTHH:mm:ss.fffZ</c>.</summary>
    public const int Length = 24;

    private const string Day = "yyyy-MM-dd";
    private const string Seconds = "yyyy-MM-ddTHH:mm:ssZ";
    private const string Ticks = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    /// <summary>What people type: a moment to the minute or finer, or a day.</summary>
    private static readonly string[] TypedForms = ["yyyy-MM-ddTHH:mmZ", Seconds, "yyyy-MM-ddTHH:mm:ss.fffZ", Day];

    private static readonly string[] OffsetForms = ["yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.fffzzz"];

    /// <summary>RFC 3339 with milliseconds, such as <c>2022-03-23T14:05:11.204Z</c>; what is finer is left
    /// out.</summary>
    // Digit by digit: this is written for every entry sent, and a format string costs twenty times as much.
    public static string Of(DateTimeOffset at) =>
        string.Create(
            Length,
            at.UtcDateTime,
            static (text, time) =>
            {
                "0000-00-00T00:00:00.000Z".CopyTo(text);
                Write(text[..4], time.Year);
                Write(text[5..7], time.Month);
                Write(text[8..10], time.Day);
                Write(text[11..13], time.Hour);
                Write(text[14..16], time.Minute);
                Write(text[17..19], time.Second);
                Write(text[20..23], time.Millisecond);
            }
        );

    /// <summary>RFC 3339 to the second, such as <c>2022-03-23T14:05:11Z</c>; what is finer is left out.</summary>
    public static string ToSecond(DateTimeOffset at) => at.UtcDateTime.ToString(Seconds, CultureInfo.InvariantCulture);

    /// <summary>As <see cref="Of"/>, and finer only where there is something finer: nothing is left out.</summary>
    public static string Exact(DateTimeOffset at) =>
        at.UtcTicks % TimeSpan.TicksPerMillisecond == 0
            ? Of(at)
            : at.UtcDateTime.ToString(Ticks, CultureInfo.InvariantCulture);

    /// <summary>Years from now within which a year is written with two digits, as the console has it.</summary>
    private const int NearYears = 50;

    /// <summary>A date-time group, such as <c>231405Z MAR 22</c>; of a year that is far from now, or of another century,
    /// all digits, so that nobody takes it for a near one.</summary>
    public static string Group(DateTimeOffset at, DateTimeOffset now)
    {
        var year = at.UtcDateTime.Year;
        var isNear = year is >= 2000 and < 2100 && Math.Abs(year - now.UtcDateTime.Year) <= NearYears;
        return at
            .UtcDateTime.ToString(isNear ? "ddHHmm'Z' MMM yy" : "ddHHmm'Z' MMM yyyy", CultureInfo.InvariantCulture)
            .ToUpperInvariant();
    }

    /// <summary>Reads what <see cref="Of"/> writes and nothing else, so that equal times are equal bytes.
    /// ENTRY-6.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out DateTimeOffset at)
    {
        at = default;
        if (
            text.Length != Length
            || text[4] != '-'
            || text[7] != '-'
            || text[10] != 'T'
            || text[13] != ':'
            || text[16] != ':'
            || text[19] != '.'
            || text[23] != 'Z'
        )
            return false;
        var year = Digits(text[..4]);
        var month = Digits(text[5..7]);
        var day = Digits(text[8..10]);
        var hour = Digits(text[11..13]);
        var minute = Digits(text[14..16]);
        var second = Digits(text[17..19]);
        var millisecond = Digits(text[20..23]);
        if ((year | month | day | hour | minute | second | millisecond) < 0)
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        if (hour > 23 || minute > 59 || second > 59)
            return false;
        at = new DateTimeOffset(year, month, day, hour, minute, second, millisecond, TimeSpan.Zero);
        return true;
    }

    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte},out DateTimeOffset)"/>
    public static bool TryRead(string? text, out DateTimeOffset at)
    {
        at = default;
        if (text is not { Length: Length })
            return false;
        Span<byte> bytes = stackalloc byte[Length];
        return System.Text.Ascii.FromUtf16(text, bytes, out _) == System.Buffers.OperationStatus.Done
            && TryRead(bytes, out at);
    }

    /// <summary>Reads a time as people type it: RFC 3339 in UTC to the minute, the second or the millisecond, or a day,
    /// which is its first moment.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The time.</param>
    /// <param name="isDay">True for a day alone.</param>
    public static bool TryReadTyped(string? text, out DateTimeOffset at, out bool isDay)
    {
        isDay = text is { Length: 10 };
        return TryReadExact(text, TypedForms, out at);
    }

    /// <summary>The last moment of a day, to the millisecond, of its first one; past the end of the calendar the last
    /// that there is.</summary>
    public static DateTimeOffset EndOfDay(DateTimeOffset day) =>
        day.Plus(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));

    /// <summary>As <see cref="TryReadTyped"/>, to the second or finer with any offset as well.</summary>
    public static bool TryReadWithOffset(string? text, out DateTimeOffset at, out bool isDay) =>
        TryReadTyped(text, out at, out isDay) || TryReadExact(text, OffsetForms, out at);

    /// <summary>Reads whatever the platform takes for a time, which without an offset is UTC: for what others wrote and
    /// nobody here chose the form of.</summary>
    public static bool TryReadAny(string? text, out DateTimeOffset at) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out at
        );

    private static bool TryReadExact(string? text, string[] forms, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(
            text,
            forms,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out at
        );

    private static void Write(Span<char> digits, int value)
    {
        for (var i = digits.Length - 1; i >= 0; i--, value /= 10)
            digits[i] = (char)('0' + value % 10);
    }

    /// <summary>The value of a few digits, or −1.</summary>
    private static int Digits(ReadOnlySpan<byte> text)
    {
        var value = 0;
        foreach (var digit in text)
        {
            var unit = digit - '0';
            if ((uint)unit > 9)
                return -1;
            value = value * 10 + unit;
        }
        return value;
    }
}
