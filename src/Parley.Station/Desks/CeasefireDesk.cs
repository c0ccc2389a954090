using System.Text.Json;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>Incidents, and observations: their files in and out, and how they are counted.</summary>
internal sealed class CeasefireDesk(
    Premises premises,
    LineTable lines,
    Integrity integrity,
    ISendDesk sending,
    ObservationBook observations
)
{
    /// <summary>Rows that an import names one by one; further ones are counted.</summary>
    internal const int MaxRefused = 10_000;

    /// <summary>Incidents that are open or were settled lately, the newest first.</summary>
    internal Outcome<Listed<IncidentView>> Incidents(LineId line) =>
        OnItems<Listed<IncidentView>>(
            line,
            (_, view) =>
            {
                var listing = Listing.Of<IncidentFamily>(view, premises.Now);
                var known = new Dictionary<EntryId, EntryId>();
                return new Listed<IncidentView>(
                    [.. listing.Items.Select(item => ViewOf(view, item, known))],
                    listing.LeftOut
                );
            }
        );

    /// <summary>One incident, by any of its entries.</summary>
    internal Outcome<IncidentView> Incident(LineId line, EntryId entry) =>
        OnItems<IncidentView>(
            line,
            (_, view) =>
                view.ItemOf(entry, premises.Now) is { Family: IncidentFamily } item
                    ? ViewOf(view, item, null)
                    : Refusal.UnknownEntry(entry.ToString())
        );

    /// <summary>
    /// Puts the observations of a file on the record, several in an entry, and passes over those that stand there word
    /// for word. Reads the file as it comes: it takes the memory of a batch. Blocks on the stream.
    /// </summary>
    internal async Task<Outcome<ImportView>> ImportAsync(
        LineId line,
        Stream file,
        ImportTerms terms,
        TimeSpan? wait,
        CancellationToken ct
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        var refused = new List<RefusedRowView>();
        long refusedMore = 0;
        if (
            !ObservationCsv
                .Open(
                    file,
                    row =>
                    {
                        if (refused.Count < MaxRefused)
                            refused.Add(new RefusedRowView(row.Row, row.Reason));
                        else
                            refusedMore++;
                    }
                )
                .TryGet(out var csv, out var why)
        )
            return new Refusal("no-log", why, 422);
        var import = new ObservationImport(premises.Self, observations, sending, open, terms);
        observations.Read(open, _ => 0);
        foreach (var read in csv.Read())
        {
            if (import.Add(read.Observation) && await import.SendAsync(null, ct) is { } stopped)
                return stopped;
        }
        import.Close();
        if (await import.SendAsync(wait, ct) is { } last)
            return last;
        return new ImportView(
            import.Count.Imported,
            import.Count.Doubled,
            refused,
            refusedMore,
            import.Count.Entries,
            import.Count.IsSealed
        );
    }

    /// <summary>Counts by a rule.</summary>
    /// <param name="line">The line.</param>
    /// <param name="rule">The rule; null for the one that <paramref name="name"/> names.</param>
    /// <param name="name">Of an agreement's rule, or one that is known everywhere; null for the rule of the agreement in
    /// force, else every discharge.</param>
    /// <param name="from">Begin of the period.</param>
    /// <param name="until">Its end.</param>
    /// <param name="asOf">Sizes of the feeds.</param>
    /// <param name="mark">What is counted.</param>
    /// <param name="by">By what it is sliced.</param>
    internal Outcome<TallyView> Count(
        LineId line,
        CountingRule? rule,
        string? name,
        DateTimeOffset? from,
        DateTimeOffset? until,
        IReadOnlyDictionary<PartyId, ulong>? asOf,
        Mark mark,
        SlicedBy by = default
    )
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (StatedSizes.Stranger(open, asOf) is { } stranger)
            return stranger;
        return integrity.Guarded<TallyView>(() =>
        {
            // What is counted is not the line's view: a long count holds nobody up.
            var texts = open.Traffic.Read(on => AgreementTexts.Of(open, on.View, premises.Now));
            if (
                !texts.Rule(rule, name).TryGet(out var counted, out var why)
                || !by.In(texts).TryGet(out var slices, out why)
            )
                return why;
            var (tally, notCounted) = observations.Read(
                open,
                books =>
                    (
                        Tally.Of(books.Ledger, counted, from, until, asOf, mark, slices.By),
                        books.Ledger.NotCountedAsOf(asOf)
                    )
            );
            return ViewOf(tally, notCounted, texts.Sides);
        });
    }

    /// <summary>A tally as it is shown.</summary>
    internal static TallyView ViewOf(
        Tally tally,
        IReadOnlyDictionary<PartyId, int> notCounted,
        IReadOnlyDictionary<string, string> sides
    ) =>
        new(
            JsonSerializer.SerializeToElement(tally.Rule, TrafficJson.Default.CountingRule),
            tally.From,
            tally.Until,
            [.. tally.Rows.Select(r => new TallyRowView(r.Reporter, r.Accused, r.N, r.Observations, r.Feeds, r.Slice))],
            tally.AsOf.ToDictionary(s => s.Key.Value, s => s.Value),
            notCounted.ToDictionary(n => n.Key.Value, n => n.Value),
            sides
        );

    /// <summary>Writes the observations that count in a form that others read. What the answer holds is fixed when it
    /// begins.</summary>
    internal Outcome<Action<TextWriter>> Export(LineId line, string form, Mark mark)
    {
        if (!lines.Find(line).TryGet(out var open, out var unknown))
            return unknown;
        if (!ObservationExport.Forms.Contains(form))
            return Refusal.Invalid($"the form is one of {string.Join(", ", ObservationExport.Forms)}");
        return integrity.Guarded<Action<TextWriter>>(() =>
        {
            var standing = observations.Read(open, books => books.Ledger.Standing(mark));
            return Outcome<Action<TextWriter>>.Of(to =>
                ObservationExport.Write(
                    form,
                    observations
                        .All(line)
                        .Where(o => standing.Contains((o.Header.Id, ObservationLedger.NumberOf(o.Observation))))
                        .Select(o => (o.Header.Id, o.Observation)),
                    to
                )
            );
        });
    }

    private Outcome<T> OnItems<T>(LineId line, Func<StationLine, LineView, Outcome<T>> read) =>
        lines.Find(line).TryGet(out var open, out var unknown)
            ? integrity.Guarded(() => open.Traffic.Read(on => read(open, on.View)))
            : unknown;

    /// <param name="view">Where it stands.</param>
    /// <param name="item">The incident.</param>
    /// <param name="known">Where numbers lead that were asked for before, in the same answer.</param>
    private static IncidentView ViewOf(LineView view, Item item, Dictionary<EntryId, EntryId>? known)
    {
        return new IncidentView(
            item.Id,
            IncidentNumbers.Resolve(item.Id, view.IncidentOf, known),
            IncidentFamily.TitleOf(item),
            item.State,
            item.Since,
            [.. IncidentFamily.Accounts(item).Select(Account)],
            IncidentFamily.ReportOf(item) is { } report ? Account(report) : null,
            [.. IncidentFamily.Dissents(item).Select(Account)]
        );

        static AccountView Account(TrafficEntry entry) =>
            new(
                entry.Id,
                entry.Header.From,
                entry.Header.At,
                entry.Header.Kind,
                entry.Body is null ? null : Told(entry.Body)
            );
    }

    private static JsonElement? Told(ITrafficBody body) =>
        body switch
        {
            Account account => JsonSerializer.SerializeToElement(account, TrafficJson.Default.Account),
            Finding finding => JsonSerializer.SerializeToElement(finding, TrafficJson.Default.Finding),
            _ => null,
        };
}

/// <summary>By what a tally is sliced, as it was asked for. CEASEFIRE-39.</summary>
/// <param name="What"><c>what</c>, <c>hour</c>, or null.</param>
/// <param name="Zone">By whose clock an hour is told; null for the one that the agreement in force states, else
/// UTC.</param>
internal readonly record struct SlicedBy(string? What, string? Zone)
{
    internal Outcome<TallyBy> In(AgreementTexts texts)
    {
        switch (What)
        {
            case null:
                return new TallyBy(null);
            case "what":
                return new TallyBy(TallySlices.What);
            case "hour":
                var name = Zone ?? texts.InForce?.Text.Reporting?.Zone ?? "UTC";
                return ReportingWindows.TryZone(name, out var zone)
                    ? new TallyBy(new TallySlices(zone))
                    : Refusal.Invalid($"no time zone is known here by the name {name}");
            default:
                return Refusal.Invalid("by is what or hour");
        }
    }
}

/// <summary>The slices that were asked for; null for none.</summary>
internal sealed record TallyBy(TallySlices? By);
