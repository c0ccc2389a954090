using Parley.Record;
using Parley.Record.Text;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>
/// Folds the contact history out of the records of a station's lines. Contacts count on whatever line they were held,
/// if the parties that spoke are all
/// on the line that is asked about: two ministers who met on another line have met.
/// </summary>
public sealed class ChronologyFold
{
    private readonly Dictionary<LineId, Record> records = [];

    private sealed class Record(LineDocument document)
    {
        internal LinePolicy Policy { get; } = document.Policy;
        internal IReadOnlyList<PartyId> Parties { get; } = [.. document.Parties];
        internal Dictionary<EntryId, List<TrafficEntry>> Calls { get; } = [];
        internal Dictionary<EntryId, List<TrafficEntry>> Readouts { get; } = [];
    }

    public void AddLine(LineDocument document) => records.Add(document.Id, new Record(document));

    /// <summary>True for the kinds that a chronology is made of; no other need be read with its body.</summary>
    public static bool Wants(string kind) =>
        kind.StartsWith("call.", StringComparison.Ordinal) || kind.StartsWith("readout.", StringComparison.Ordinal);

    /// <summary>Takes an entry of a line's record; an entry comes after those that it answers.</summary>
    public void Add(TrafficEntry entry)
    {
        var record = records[entry.Header.Line];
        var family = AllFamilies.Of(entry.Header.Kind);
        var threads = family switch
        {
            CallFamily => record.Calls,
            ReadoutFamily => record.Readouts,
            _ => null,
        };
        // As LineView does it, so that both come to one state: TRAFFIC-5, TRAFFIC-7, TRAFFIC-60.
        if (
            threads is null
            || TwoPeople.Missing(entry, record.Policy) is not null
            || EarlyBook.Unseen(entry.Header, record.Policy) is not null
        )
            return;
        foreach (var re in family!.Continued(entry.Header))
        {
            if (!threads.TryGetValue(re, out var thread))
                continue;
            thread.Add(entry);
            threads[entry.Id] = thread;
            return;
        }
        if (family.Table.Opens(entry.Header.Kind))
            threads[entry.Id] = [entry];
    }

    /// <summary>The chronology of a line as of a time, from what had been written by then.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">The time; what was written later is left out.</param>
    /// <param name="with">An office, or part of one, that must be among those who were to speak; null for all.</param>
    /// <param name="exercise">True for what is marked exercise or test, false for what is actual.</param>
    /// <param name="delivery">Looks up by when a party had cosigned an entry; null when it had not.</param>
    /// <param name="isNow">True where the time is now: whatever stands in the record has been written, also where its
    /// author's clock was ahead.</param>
    public Chronology Of(
        LineId line,
        DateTimeOffset at,
        string? with,
        bool exercise,
        Func<LineId, EntryId, PartyId, Delivery?> delivery,
        bool isNow = false
    )
    {
        var asked = records[line];
        var attempts = new List<Attempt>();
        var contacts = new List<Contact>();
        var leftOut = 0;
        var sought = with is null ? null : NormalForm.Composed(with); // a letter written as one character or as two is the same letter
        bool IsAsked(Mark mark) => mark == Mark.Actual != exercise;
        foreach (var (id, record) in records)
        {
            List<Item>? readouts = null;
            bool IsWritten(TrafficEntry entry) =>
                IsWrittenBy(entry, at, isNow, record.Parties, party => delivery(id, entry.Id, party));
            foreach (var call in Items(record.Calls, at, record.Parties, record.Policy.Fold, IsWritten))
            {
                var between = CallFamily.BetweenOf(call);
                if (
                    with is not null
                    && !between.Any(p =>
                        NormalForm.Composed(p.Office).Contains(sought!, StringComparison.OrdinalIgnoreCase)
                    )
                )
                    continue;
                var speakers =
                    between.Count > 0 ? [.. between.Select(p => PartyId.Parse(p.Party)).Distinct()] : record.Parties;
                if (id != line && speakers.Any(p => !asked.Parties.Contains(p)))
                    continue;
                var attempt =
                    call.Root.Header.Kind == Kinds.CallHeld
                        ? null
                        : Attempt.Of(id, call, between, record.Parties, at, delivery);
                if (attempt is not null)
                {
                    if (IsAsked(attempt.Mark))
                        attempts.Add(attempt);
                    else
                        leftOut++;
                }
                if (call.Applied.FirstOrDefault(e => e.Header.Kind == Kinds.CallHeld) is { } held)
                {
                    var log = held.Body as CallLog;
                    var heldAt = log?.Started ?? held.Header.At;
                    if (heldAt > at)
                        continue;
                    if (!IsAsked(held.Header.Mark))
                    {
                        leftOut++;
                        continue;
                    }
                    var saidBy = SaidBy(
                        held,
                        call,
                        readouts ??= [.. Items(record.Readouts, at, record.Parties, record.Policy.Fold, IsWritten)]
                    );
                    contacts.Add(
                        new Contact(
                            id,
                            held.Id,
                            heldAt,
                            held.Header.Mark,
                            between,
                            log?.Minutes ?? Minutes(log),
                            log?.Outcome,
                            attempt,
                            saidBy,
                            speakers.All(saidBy.Contains)
                        )
                    );
                }
            }
        }
        attempts.Sort((a, b) => Compare(a.At, a.Entry, b.At, b.Entry));
        contacts.Sort((a, b) => Compare(a.At, a.Entry, b.At, b.Entry));
        var last = contacts.LastOrDefault();
        var previous = last is null
            ? null
            : contacts.SkipLast(1).LastOrDefault(c => SameOffices(c.Between, last.Between));
        var standing = attempts
            .Where(a => a.Stands && (last is null || a.At > last.At))
            .GroupBy(a => a.Entry.Party)
            .ToDictionary(g => g.Key, g => g.Count());
        var notes = Items(
                asked.Readouts,
                at,
                asked.Parties,
                asked.Policy.Fold,
                entry => IsWrittenBy(entry, at, isNow, asked.Parties, party => delivery(line, entry.Id, party))
            )
            .Select(r => new ReadoutNote(
                line,
                r.Id,
                r.Root.Header.At,
                r.Root.Header.Mark,
                r.Root.Header.From,
                r.State,
                r.Root.Header.Re
            ))
            .OrderBy(r => r.At)
            .ToList();
        return new Chronology
        {
            Line = line,
            At = at,
            With = with,
            Exercise = exercise,
            LeftOut = leftOut + notes.Count(r => !IsAsked(r.Mark)),
            Attempts = attempts,
            Contacts = contacts,
            Standing = standing,
            Last = last,
            Previous = previous,
            Readouts = [.. notes.Where(r => IsAsked(r.Mark))],
        };
    }

    /// <summary>
    /// Who says that the call was held: whoever logged it, and whoever wrote a readout about it, or agreed to one,
    /// marked as the log is.
    /// </summary>
    private static List<PartyId> SaidBy(TrafficEntry held, Item call, IReadOnlyList<Item> readouts)
    {
        bool IsAlike(TrafficEntry entry) => entry.Header.Mark == Mark.Actual == (held.Header.Mark == Mark.Actual);
        var logs = call.Applied.Where(e => e.Header.Kind == Kinds.CallHeld);
        var about = readouts
            .Where(r => r.Root.Header.Re.Any(re => call.Applied.Any(e => e.Id == re)))
            .SelectMany(r => r.Applied)
            .Where(e => e.Header.Kind is Kinds.ReadoutIssued or Kinds.ReadoutDrafted or Kinds.ReadoutAgreed);
        return [.. logs.Concat(about).Where(IsAlike).Select(e => e.Header.From).Distinct()];
    }

    /// <summary>
    /// True for what was there by then: by its own time, or because another party had cosigned it, whatever its
    /// author's clock said. TRAFFIC-50.
    /// </summary>
    private static bool IsWrittenBy(
        TrafficEntry entry,
        DateTimeOffset at,
        bool isNow,
        IReadOnlyList<PartyId> parties,
        Func<PartyId, Delivery?> delivery
    ) => isNow || entry.Header.At <= at || parties.Any(p => p != entry.Header.From && delivery(p)?.At <= at);

    private static IEnumerable<Item> Items(
        Dictionary<EntryId, List<TrafficEntry>> threads,
        DateTimeOffset at,
        IReadOnlyList<PartyId> parties,
        int rules,
        Func<TrafficEntry, bool> isWritten
    )
    {
        var share = LineView.MaxEntriesOfParty(parties.Count);
        foreach (var (id, thread) in threads)
        {
            if (thread[0].Id != id)
                continue; // each thread stands under every one of its entries
            var written = thread.Where(isWritten).ToList();
            if (written.Count > share)
                written =
                [
                    .. written
                        .GroupBy(e => e.Header.From)
                        .SelectMany(own => own.OrderBy(e => e.Header.Seq).Take(share))
                        .OrderBy(e => e.Id != id),
                ]; // TRAFFIC-82
            if (written.Count == 0 || written[0].Id != id)
                continue;
            var item = Item.Fold(written[0].Family(), written, parties, rules).At(at);
            if (item.State != item.Family.Unreadable)
                yield return item;
        }
    }

    private static int? Minutes(CallLog? log) =>
        log is { Started: { } started, Ended: { } ended } ? (int)Math.Round((ended - started).TotalMinutes) : null;

    private static bool SameOffices(IReadOnlyList<Principal> a, IReadOnlyList<Principal> b) =>
        a.Count == 0
        || b.Count == 0
        || (
            a.Count == b.Count
            && a.All(x =>
                b.Any(y =>
                    x.Party == y.Party
                    && string.Equals(
                        NormalForm.Composed(x.Office),
                        NormalForm.Composed(y.Office),
                        StringComparison.OrdinalIgnoreCase
                    )
                )
            )
        );

    private static int Compare(DateTimeOffset a, EntryId first, DateTimeOffset b, EntryId second)
    {
        var byTime = a.CompareTo(b);
        return byTime != 0 ? byTime : string.CompareOrdinal(first.ToString(), second.ToString());
    }
}
