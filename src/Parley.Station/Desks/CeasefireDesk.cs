using System.Text.Json;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Agreements;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>Agreements as they stand, incidents, and observations: their files in and out, and how they are
/// counted.</summary>
internal sealed class CeasefireDesk(Premises premises, LineTable lines, Integrity integrity, ISendDesk sending)
{
    /// <summary>Rows that an import names one by one; further ones are counted.</summary>
    internal const int MaxRefused = 10_000;

    /// <summary>Agreements and incidents that one answer lists.</summary>
    private const int MaxListed = 1_000;

    private readonly ObservationBook observations = new(premises.Store);

    /// <summary>Agreements that are open or were settled lately, the newest first.</summary>
    internal Outcome<IReadOnlyList<AgreementView>> Agreements(LineId line) =>
        OnItems<IReadOnlyList<AgreementView>>(
            line,
            (open, view) =>
                Outcome<IReadOnlyList<AgreementView>>.Of([
                    .. Items<AgreementFamily>(view)
                        .Select(item => ViewOf(open, view, item, premises.Now) with { Text = null }),
                ])
        );

    /// <summary>One agreement, as it stands at a time.</summary>
    internal Outcome<AgreementView> Agreement(LineId line, EntryId entry, DateTimeOffset? at) =>
        OnItems<AgreementView>(
            line,
            (open, view) =>
                view.ItemOf(entry, premises.Now) is { Family: AgreementFamily } item
                    ? ViewOf(open, view, item, at ?? premises.Now)
                    : Refusal.UnknownEntry(entry.ToString())
        );

    /// <summary>Incidents that are open or were settled lately, the newest first.</summary>
    internal Outcome<IReadOnlyList<IncidentView>> Incidents(LineId line) =>
        OnItems<IReadOnlyList<IncidentView>>(
            line,
            (_, view) =>
                Outcome<IReadOnlyList<IncidentView>>.Of([
                    .. Items<IncidentFamily>(view).Select(item => ViewOf(view, item)),
                ])
        );

    /// <summary>One incident, by any of its entries.</summary>
    internal Outcome<IncidentView> Incident(LineId line, EntryId entry) =>
        OnItems<IncidentView>(
            line,
            (_, view) =>
                view.ItemOf(entry, premises.Now) is { Family: IncidentFamily } item
                    ? ViewOf(view, item)
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
    internal Outcome<TallyView> Count(
        LineId line,
        CountingRule? rule,
        string? name,
        DateTimeOffset? from,
        DateTimeOffset? until,
        IReadOnlyDictionary<PartyId, ulong>? asOf,
        Mark mark
    ) =>
        OnItems<TallyView>(
            line,
            (open, view) =>
            {
                var texts = Items<AgreementFamily>(view)
                    .Select(i => AgreementStanding.Of(i, premises.Now, IsSealed(open)))
                    .OrderByDescending(s => s.State == AgreementStanding.InForce)
                    .Select(s => s.Version?.Text)
                    .OfType<AgreementText>()
                    .ToList();
                var rules = texts.Select(t => t.CountingRule).OfType<CountingRule>().Concat(CountingRules.Known);
                var by = rule ?? rules.FirstOrDefault(r => name is null || r.Name == name);
                if (by is null)
                    return new Refusal("unknown-rule", "no agreement on this line has a rule of that name", 404);
                var tally = observations.Read(
                    open,
                    ledger => (Tally.Of(ledger, by, from, until, asOf, mark), ledger.NotCounted)
                );
                return new TallyView(
                    JsonSerializer.SerializeToElement(by, TrafficJson.Default.CountingRule),
                    from,
                    until,
                    [.. tally.Item1.Rows.Select(r => new TallyRowView(r.Reporter, r.Accused, r.N, r.Observations))],
                    tally.Item1.AsOf.ToDictionary(s => s.Key.Value, s => s.Value),
                    tally.NotCounted.ToDictionary(n => n.Key.Value, n => n.Value),
                    texts
                        .SelectMany(t => t.Sides)
                        .DistinctBy(s => s.Side, StringComparer.Ordinal)
                        .ToDictionary(s => s.Side!, s => s.Party!, StringComparer.Ordinal)
                );
            }
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
            var standing = observations.Read(open, ledger => ledger.Standing(mark));
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

    private IEnumerable<Item> Items<T>(LineView view)
        where T : Family =>
        view.Open(premises.Now)
            .Concat(view.RecentlySettled(premises.Now))
            .Where(i => i.Family is T)
            .OrderByDescending(i => i.Root.Header.At)
            .Take(MaxListed);

    private static Func<EntryId, bool> IsSealed(StationLine open) => id => id.Seq < open.Host.SealedSize(id.Party);

    private static AgreementView ViewOf(StationLine open, LineView view, Item item, DateTimeOffset at)
    {
        var standing = AgreementStanding.Of(item, at, IsSealed(open));
        var versions = AgreementVersion.AllOf(item);
        var shown = standing.Version;
        var before = shown is null ? null : versions.TakeWhile(v => v.Hash != shown.Hash).LastOrDefault();
        return new AgreementView(
            item.Id,
            standing.State,
            shown?.Text.Title,
            shown?.Hash,
            standing.InForceFrom,
            standing.Ends,
            standing.WaitsFor,
            [
                .. standing.Signatories.Select(s => new SignatoryView(
                    s.Party,
                    s.Capacity,
                    s.Scope,
                    s.State == SignatoryStanding.Waiting ? Received(open, view, shown!.Entry.Id, s.Party) : s.State,
                    s.Entry,
                    s.Note
                )),
            ],
            shown is null ? [] : AgreementForm.Missing(shown.Text),
            [
                .. versions.Select(v => new AgreementVersionView(
                    v.Entry.Id,
                    v.Entry.Header.Kind,
                    v.Hash,
                    v.Entry.Header.At,
                    v.Text.Title!
                )),
            ],
            [.. standing.Pending.Select(v => v.Hash)],
            before is null ? [] : AgreementForm.Between(before.Text, shown!.Text),
            shown is null ? null : JsonSerializer.SerializeToElement(shown.Text, TrafficJson.Default.AgreementText)
        );
    }

    /// <summary>How far the text has come to somebody who has not signed: waiting, delivered or read.</summary>
    private static string Received(StationLine open, LineView view, EntryId text, PartyId party)
    {
        if (party == text.Party)
            return SignatoryStanding.Waiting;
        if (view.ReceiptsOf(text)?.Read.Any(r => r.Party == party) == true)
            return "read";
        return
            open.Document.Parties.Contains(party)
            && open.Host.CosignedSizes(text.Party).GetValueOrDefault(party) > text.Seq
            ? "delivered"
            : SignatoryStanding.Waiting;
    }

    private IncidentView ViewOf(LineView view, Item item)
    {
        return new IncidentView(
            item.Id,
            IncidentNumbers.Resolve(item.Id, id => view.ItemOf(id, premises.Now)),
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
