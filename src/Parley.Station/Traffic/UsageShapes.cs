using Parley.Record;
using Parley.Station.Lines;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>From what is counted of a line to what is shown of it.</summary>
internal static class UsageShapes
{
    internal static UsageView Of(
        LineDocument document,
        UsageBook book,
        LinkHistory links,
        (DateOnly From, DateOnly Until) span,
        bool isFolding
    )
    {
        var byHour = span.Until.DayNumber - span.From.DayNumber < UsageView.MostDaysByHour;
        var days = new List<UsageDayView>();
        var times = new Dictionary<UsageKey, WaitTimes>();
        for (var date = span.From; date <= span.Until; date = date.AddDays(1))
        {
            var day = book.Days.GetValueOrDefault(date);
            List<UsageLink> linked =
            [
                .. document
                    .Parties.Select(p => (Peer: p, Hours: links.On(p, date)))
                    .Where(l => l.Hours is not null)
                    .Select(l => Of(l.Peer, l.Hours!, byHour)),
            ];
            if (day is null && linked.Count == 0)
                continue;
            foreach (var (key, taken) in day?.Acknowledged ?? None<UsageKey, WaitTimes>())
            {
                if (!times.TryGetValue(key, out var all))
                    times[key] = all = new WaitTimes();
                all.Add(taken);
            }
            days.Add(
                new UsageDayView(
                    date,
                    [
                        .. Sorted(day?.Entries ?? None<UsageKey, int>())
                            .Select(e => new UsageEntries(e.Key.Party, e.Key.Precedence, e.Key.Mark, e.Value)),
                    ],
                    [.. Sorted(day?.Acknowledged ?? None<UsageKey, WaitTimes>()).Select(Of)],
                    [
                        .. (day?.Tests ?? None<PartyId, (int Sent, int Answered)>())
                            .OrderBy(t => t.Key.Value, StringComparer.Ordinal)
                            .Select(t => new UsageTests(t.Key, t.Value.Sent, t.Value.Answered)),
                    ],
                    linked
                )
            );
        }
        return new UsageView(
            document.Id,
            span.From,
            span.Until,
            isFolding,
            [
                .. Enum.GetValues<Precedence>()
                    .Select(p => new UsagePromise(p, (long)document.Policy.AcknowledgeWithin(p).TotalSeconds)),
            ],
            days,
            [.. Sorted(times).Select(Of)],
            [
                .. book
                    .Watches.SelectMany(w => w.Value)
                    .Where(w =>
                        DateOnly.FromDateTime(w.At.UtcDateTime) is var on && on >= span.From && on <= span.Until
                    )
                    .OrderBy(w => w.At)
                    .Select(w => new UsageWatch(w.Entry.Party, w.Entry, w.By.Seat, w.By.Name, w.At)),
            ]
        );
    }

    private static IReadOnlyDictionary<TKey, TValue> None<TKey, TValue>()
        where TKey : notnull => System.Collections.ObjectModel.ReadOnlyDictionary<TKey, TValue>.Empty;

    private static IOrderedEnumerable<KeyValuePair<UsageKey, T>> Sorted<T>(
        IEnumerable<KeyValuePair<UsageKey, T>> counted
    ) =>
        counted
            .OrderBy(c => c.Key.Party.Value, StringComparer.Ordinal)
            .ThenBy(c => c.Key.Precedence)
            .ThenBy(c => c.Key.Mark);

    private static UsageAcknowledged Of(KeyValuePair<UsageKey, WaitTimes> taken) =>
        new(
            taken.Key.Party,
            taken.Key.Precedence,
            taken.Key.Mark,
            taken.Value.Count,
            taken.Value.InTime,
            (long?)taken.Value.Within(0.5)?.TotalSeconds,
            (long?)taken.Value.Within(0.95)?.TotalSeconds
        );

    private static UsageLink Of(PartyId peer, IReadOnlyList<LinkHour> hours, bool byHour) =>
        new(
            peer,
            new UsageHour(
                hours.Sum(h => h.Up),
                hours.Sum(h => h.Unattended),
                hours.Sum(h => h.Down),
                hours.Sum(h => h.Drops)
            ),
            byHour ? [.. hours.Select(h => new UsageHour(h.Up, h.Unattended, h.Down, h.Drops))] : null
        );
}
