using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Parley.Record;
using Parley.Traffic;

namespace Parley.Contract;

/// <summary>Which of the open items of a line are asked for: those after one, in the order of the list, so many at
/// most.</summary>
/// <param name="After">Time and name of the last item of the page before; null for the first page.</param>
/// <param name="Limit">At most <see cref="TrafficView.MaxListed"/>.</param>
public sealed record OpenPage((long Time, string Entry)? After, int Limit)
{
    /// <summary>A party, a place, a time and what stands between them.</summary>
    private const int MaxCursor = 128;

    internal static OpenPage First { get; } = new(null, TrafficView.MaxListed);

    internal static bool TryRead(
        string? after,
        int? limit,
        [NotNullWhen(true)] out OpenPage? page,
        [NotNullWhen(false)] out Refusal? why
    )
    {
        page = null;
        why = null;
        if (limit is < 1 or > TrafficView.MaxListed)
            why = Refusal.Invalid($"limit is from 1 to {TrafficView.MaxListed}");
        else if (string.IsNullOrEmpty(after))
            page = new OpenPage(null, limit ?? TrafficView.MaxListed);
        else if (
            after.Length <= MaxCursor
            && after.Split('.', 2) is [var time, var entry]
            && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        )
            page = new OpenPage((ticks, entry), limit ?? TrafficView.MaxListed);
        else
            why = Refusal.Invalid("after is the 'next' of another page");
        return page is not null;
    }

    /// <summary>What is given under <c>after</c> to go on behind the item.</summary>
    internal static string CursorOf(Heading item) => $"{item.Opened.UtcTicks}.{item.Id}";

    internal bool IsBefore(Heading item)
    {
        if (After is not { } last)
            return false;
        var ticks = item.Opened.UtcTicks;
        return ticks < last.Time || (ticks == last.Time && string.CompareOrdinal(item.Id.ToString(), last.Entry) <= 0);
    }
}
