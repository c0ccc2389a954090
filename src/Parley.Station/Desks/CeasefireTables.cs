using System.Globalization;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>Which incidents are asked for; what is null is any.</summary>
/// <param name="Accused">Whom an account accuses.</param>
/// <param name="Reporter">Whose account stands there.</param>
/// <param name="Kind">What was observed, by the observations that the accounts name.</param>
/// <param name="State">A rung, closed or merged.</param>
/// <param name="Place">Where, by name.</param>
/// <param name="After">The cursor of the page before.</param>
internal sealed record IncidentsAsked(
    DateTimeOffset? From,
    DateTimeOffset? Until,
    string? Accused,
    string? Reporter,
    string? Kind,
    string? State,
    string? Place,
    (long Time, string Entry)? After,
    Mark Mark
);

/// <summary>Incidents and observations as tables of very many, page by page.</summary>
internal sealed class CeasefireTables(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    ObservationBook observations
)
{
    /// <summary>Most rows of a page; a map draws more of the observations than anybody reads.</summary>
    internal const int MaxIncidents = 500,
        MaxObservations = 10_000;

    /// <summary>A page of incidents. What is asked of the line's view is asked for those of the page alone, but for the
    /// state where that is asked for.</summary>
    internal Outcome<IncidentTableView> Incidents(LineId line, IncidentsAsked asked, int limit)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<IncidentTableView>(() =>
        {
            var (rows, notHeld) = observations.Read(
                open,
                books =>
                    (books.Incidents.All.Where(r => Fits(asked, r, books.Ledger)).ToList(), books.Incidents.NotHeld)
            );
            if (asked.State is { } state)
                rows = open.Traffic.Read(on => InState(on.View, rows, state));
            var newest = rows.OrderByDescending(r => r.From)
                .ThenByDescending(r => r.Number.ToString(), StringComparer.Ordinal)
                .Where(r => asked.After is not { } after || IsBehind(r, after))
                .Take(limit + 1)
                .ToList();
            var page = newest.Take(limit).ToList();
            var kinds = observations.Read(open, books => page.Select(r => KindsOf(r, books.Ledger)).ToList());
            var known = new Dictionary<EntryId, EntryId>();
            return open.Traffic.Read(on =>
                Outcome<IncidentTableView>.Of(
                    new IncidentTableView(
                        [.. page.Zip(kinds).Select(r => ViewOf(on.View, r.First, r.Second, known))],
                        rows.Count,
                        newest.Count > limit ? $"{page[^1].From.UtcTicks}.{page[^1].Number}" : null,
                        notHeld.ToDictionary(n => n.Key.Value, n => n.Value)
                    )
                )
            );
        });
    }

    private List<IncidentRow> InState(LineView view, List<IncidentRow> rows, string state)
    {
        var going = view.Headings(premises.Now)
            .Where(h => h.Family is IncidentFamily)
            .ToDictionary(h => h.Id, h => h.State);
        return [.. rows.Where(r => StateOf(view, r, going) == state)];
    }

    /// <summary>A page of the observations that count.</summary>
    internal Outcome<ObservationTableView> Observations(LineId line, ObservationsAsked asked, int limit)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        return integrity.Guarded<ObservationTableView>(() =>
        {
            var (found, notCounted) = observations.Read(
                open,
                books => (books.Ledger.Find(asked, limit), books.Ledger.NotCounted)
            );
            var rows = new List<ObservationRowView>(found.Page.Count);
            var read = new Dictionary<EntryId, Dictionary<ulong, Observation>>();
            foreach (var key in found.Page)
            {
                if (!read.TryGetValue(key.Entry, out var of))
                    read[key.Entry] = of = Read(line, key.Entry);
                if (of.TryGetValue(key.Number, out var one) && (asked.Place is null || one.Place?.Name == asked.Place))
                    rows.Add(new ObservationRowView(key.Entry, one));
            }
            return new ObservationTableView(
                rows,
                found.Total,
                found.Page.Count == limit ? CursorOf(found.Page[^1]) : null,
                notCounted.ToDictionary(n => n.Key.Value, n => n.Value)
            );
        });
    }

    /// <summary>A place in the order of observations: time, entry, and the number among those of the entry.</summary>
    internal static string CursorOf(ObservationKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"{key.Start}.{key.Entry}.{key.Number}");

    private Dictionary<ulong, Observation> Read(LineId line, EntryId entry)
    {
        var of = new Dictionary<ulong, Observation>();
        if (
            premises.Store.ReadEntry(new Origin(line, entry.Party), entry.Seq) is { Body: { } body } stored
            && EntryHeader.Parse(stored.Header).TryGet(out var header, out _)
            && TrafficBodies.Read(header.Kind, body).TryGet(out var read, out _)
            && read is ObservationReport report
        )
        {
            foreach (var observation in report.Observations)
                of[ObservationLedger.NumberOf(observation)] = observation;
        }
        return of;
    }

    private static bool Fits(IncidentsAsked asked, IncidentRow row, ObservationLedger ledger) =>
        row.Mark == asked.Mark
        && !(row.From < asked.From)
        && !(row.From >= asked.Until)
        && (asked.Accused is null || row.Accused.Contains(asked.Accused, StringComparer.Ordinal))
        && (asked.Reporter is null || row.Reporters.Contains(asked.Reporter, StringComparer.Ordinal))
        && (asked.Place is null || row.Place?.Name == asked.Place)
        && (asked.Kind is null || KindsOf(row, ledger).Contains(asked.Kind, StringComparer.Ordinal));

    private static IReadOnlyList<string> KindsOf(IncidentRow row, ObservationLedger ledger) =>
        row.Observations.Count == 0
            ? []
            :
            [
                .. row
                    .Observations.SelectMany(ledger.WhatOf)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];

    private static bool IsBehind(IncidentRow row, (long Time, string Entry) after)
    {
        var ticks = row.From.UtcTicks;
        return ticks < after.Time
            || (ticks == after.Time && string.CompareOrdinal(row.Number.ToString(), after.Entry) < 0);
    }

    /// <summary>What goes on has its state with the line's view; of what is settled, what was written last tells the
    /// state, unless it was both merged and closed: then the item is asked.</summary>
    private string StateOf(LineView view, IncidentRow row, Dictionary<EntryId, string> going) =>
        going.TryGetValue(row.Number, out var state) ? state
        : row.Settling == Kinds.IncidentClosed ? IncidentFamily.Closed
        : row.Settling == Kinds.IncidentMerged ? IncidentFamily.Merged
        : view.ItemOf(row.Number, premises.Now)?.State ?? "";

    private IncidentRowView ViewOf(
        LineView view,
        IncidentRow row,
        IReadOnlyList<string> kinds,
        Dictionary<EntryId, EntryId> known
    )
    {
        var item = view.ItemOf(row.Number, premises.Now);
        return new IncidentRowView(
            row.Number,
            IncidentNumbers.Resolve(row.Number, view.IncidentOf, known),
            item is null ? "Alleged violation" : IncidentFamily.TitleOf(item),
            item?.State ?? "",
            row.Mark,
            row.At,
            row.From,
            row.Until,
            row.What,
            row.Place?.Name,
            row.Place?.Position,
            row.Accused,
            row.Reporters,
            kinds,
            row.Accounts,
            row.Dissents
        );
    }
}
