using Parley.Record;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>How the lines are used, as officers are shown it.</summary>
internal sealed class UsageDesk(Premises premises, LineTable lines, Integrity integrity)
{
    /// <param name="line">The line.</param>
    /// <param name="from">The first day of UTC; null for <see cref="UsageView.UsualDays"/> before the last.</param>
    /// <param name="until">The last; null for today.</param>
    /// <param name="ct">The caller's.</param>
    internal async Task<Outcome<UsageView>> UsageAsync(
        LineId line,
        DateOnly? from,
        DateOnly? until,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (premises.Mode == StationMode.Reading && await open.FoldedAsync(ct) is { } broken)
            return broken; // a reader asks once, and is gone
        var last = until ?? DateOnly.FromDateTime(premises.Now.UtcDateTime);
        var first =
            from ?? (last.DayNumber >= UsageView.UsualDays ? last.AddDays(1 - UsageView.UsualDays) : DateOnly.MinValue);
        if (last < first)
            return Refusal.Invalid("until is before from");
        if (last.DayNumber - first.DayNumber >= UsageView.MaxDays || last == DateOnly.MaxValue)
            return Refusal.Invalid($"one answer is about {UsageView.MaxDays} days at most");
        return integrity.Guarded<UsageView>(() =>
            open.Traffic.Read(picture =>
                UsageShapes.Of(open.Document, picture.Usage, open.Links, (first, last), open.Traffic.IsFolding)
            )
        );
    }
}
