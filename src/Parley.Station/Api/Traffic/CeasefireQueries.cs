using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Parley.Record;

namespace Parley.Station.Api;

/// <summary>What questions about ceasefires have in common: times, marks, sizes of feeds.</summary>
internal static class CeasefireQueries
{
    internal static bool TryTime(
        string name,
        string? text,
        out DateTimeOffset? at,
        [NotNullWhen(false)] out Refusal? why
    )
    {
        at = null;
        why = null;
        if (text is null)
            return true;
        if (
            text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var read
            )
        )
        {
            at = read;
            return true;
        }
        why = Refusal.Invalid($"{name} is a time such as 2022-03-23T14:05:11Z");
        return false;
    }

    /// <summary>A period with two ends.</summary>
    internal static bool TryPeriod(
        string? from,
        string? until,
        out (DateTimeOffset From, DateTimeOffset Until) period,
        [NotNullWhen(false)] out Refusal? why
    )
    {
        period = default;
        if (!TryTime("from", from, out var begin, out why) || !TryTime("until", until, out var end, out why))
            return false;
        if (begin is null || end is null || end <= begin)
        {
            why = Refusal.Invalid("from and until are needed, and until is after from");
            return false;
        }
        period = (begin.Value, end.Value);
        return true;
    }

    internal static bool TryMark(string? text, out Mark mark, [NotNullWhen(false)] out Refusal? why)
    {
        mark = Mark.Actual;
        why =
            text is null || (Enum.TryParse(text, ignoreCase: true, out mark) && !char.IsAsciiDigit(text[0]))
                ? null
                : Refusal.Invalid("mark is actual, exercise or test");
        return why is null;
    }

    /// <summary>Sizes of feeds, such as <c>us:12,ru:8</c>; null for none.</summary>
    internal static bool TrySizes(
        string? text,
        out IReadOnlyDictionary<PartyId, ulong>? sizes,
        [NotNullWhen(false)] out Refusal? why
    )
    {
        Dictionary<PartyId, ulong>? read = null;
        why = null;
        foreach (var part in text?.Split(',') ?? [])
        {
            if (
                part.Split(':') is not [var party, var size]
                || !PartyId.TryParse(party, out var id)
                || !ulong.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var entries)
            )
            {
                why = Refusal.Invalid("asOf is sizes of feeds, such as us:12,ru:8");
                break;
            }
            if (!(read ??= []).TryAdd(id, entries))
            {
                why = Refusal.Invalid($"asOf names {id} twice");
                break;
            }
        }
        sizes = read;
        return why is null;
    }
}
