using System.Text.Json;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>From a line's view to what officers are shown of it. Called under the view's gate.</summary>
internal static class TrafficShapes
{
    internal static TrafficView Of(
        LineDocument document,
        LineView view,
        TestBook tests,
        DateTimeOffset now,
        bool folding,
        (DateTimeOffset? Automatic, DateTimeOffset? Staffed) next,
        OpenPage page,
        PartyId? self
    )
    {
        var by = document.Parties.ToDictionary(p => p, _ => 0);
        var (listed, more, overdueItems) = Listed(view, now, page, by, self);
        var (waiting, overdue) = Earliest(view, document.Policy, now);
        return new TrafficView(
            document.Id,
            now,
            folding,
            listed,
            waiting,
            view.Waiting.Count,
            overdue + overdueItems,
            [.. view.Open(now).Where(i => i.Family is ConditionFamily).Take(TrafficView.MaxListed).Select(Condition)],
            new TestsView(document.Parties.ToDictionary(p => p, p => Of(tests.Of(p))), next.Automatic, next.Staffed),
            [.. view.Flags.Select(f => new FlagView(f.Entry, f.Kind, f.Reason))],
            view.FlagCount
        )
        {
            Next = more,
            OpenCount = by.Values.Sum(),
            OpenBy = by,
        };
    }

    /// <summary>With the times of delivery, which the store knows: read apart from the view, so that nobody waits for
    /// the store with the view in hand.</summary>
    internal static TrafficView WithDeliveries(
        TrafficView shown,
        LinePolicy policy,
        DateTimeOffset now,
        Func<EntryId, Dictionary<PartyId, DeliveryTime>> delivered
    ) =>
        shown with
        {
            Waiting =
            [
                .. shown.Waiting.Select(w =>
                    delivered(w.Entry) is var of
                        ? w with
                        {
                            Delivered = Stated(of),
                            DeliveredOff = Off(w.At, of, policy, now),
                        }
                        : w
                ),
            ],
        };

    private static Dictionary<PartyId, DateTimeOffset> Stated(Dictionary<PartyId, DeliveryTime> delivered) =>
        delivered.ToDictionary(d => d.Key, d => d.Value.At);

    /// <summary>A page of what is open, and how many of each party's are, in one look at each. What is not kept whole
    /// is read again for it, as far as that goes. TRAFFIC-85, TRAFFIC-107.</summary>
    private static (IReadOnlyList<ItemView> Items, string? Next, int Overdue) Listed(
        LineView view,
        DateTimeOffset now,
        OpenPage page,
        Dictionary<PartyId, int> by,
        PartyId? self
    )
    {
        var overdue = 0;
        var earliest = new PriorityQueue<Heading, Heading>(LatestFirst);
        foreach (var heading in view.Headings(now))
        {
            by[heading.Id.Party]++;
            if (ItemShapes.IsOverdue(heading))
                overdue++;
            if (page.IsBefore(heading))
                continue;
            if (earliest.Count <= page.Limit)
                earliest.Enqueue(heading, heading);
            else
                earliest.EnqueueDequeue(heading, heading);
        }
        var headings = new Heading[earliest.Count];
        for (var i = headings.Length - 1; i >= 0; i--)
            headings[i] = earliest.Dequeue();
        var items = new List<ItemView>();
        long bytes = 0,
            read = 0;
        foreach (var heading in headings)
        {
            if (items.Count >= page.Limit || bytes >= TrafficView.MaxPageBytes)
                return (items, OpenPage.CursorOf(headings[items.Count - 1]), overdue);
            if (!view.IsWhole(heading.Id))
                read += heading.Bytes;
            if (read <= TrafficView.MaxRead && view.ItemOf(heading.Id, now) is { } item)
            {
                items.Add(Brief(item, view, now, self, out var size));
                bytes += size;
            }
            else
            {
                items.Add(Brief(heading));
                bytes += TrafficView.MaxCutText;
            }
        }
        return (items, null, overdue);
    }

    private static readonly IComparer<Heading> LatestFirst = Comparer<Heading>.Create(
        static (a, b) =>
            b.Opened != a.Opened
                ? b.Opened.CompareTo(a.Opened)
                : string.CompareOrdinal(b.Id.ToString(), a.Id.ToString())
    );

    /// <summary>What is known of an item without its texts; whole it is at its own address.</summary>
    private static ItemView Brief(Heading item) =>
        new(
            item.Id,
            item.Family.Name,
            item.Mark,
            item.State,
            item.Since,
            item.Due,
            ItemShapes.IsOverdue(item),
            item.Id.Party,
            [],
            item.IsSettled
        )
        {
            Cut = true,
        };

    /// <summary>An item as a list shows it: whole, or cut where it is long, or that it cannot be shown. One item never
    /// takes the others away.</summary>
    private static ItemView Brief(Item item, LineView view, DateTimeOffset now, PartyId? self, out int bytes)
    {
        try
        {
            var whole = ItemShapes.Of(item, view, now, self) with { IsListed = true };
            if ((bytes = SizeOf(whole)) <= TrafficView.MaxItemBytes)
                return whole;
            var cut = whole with
            {
                Cut = true,
                Entries = [.. whole.Entries.TakeLast(TrafficView.MaxCutList)],
                Flags = whole.Flags is { } flags ? [.. flags.TakeLast(TrafficView.MaxCutList)] : null,
                Reason = Cut(whole.Reason),
                PlaceCheck = null,
                Part = whole.Part?.Brief(Cut, bare: false),
            };
            bytes = SizeOf(cut);
            return bytes <= 2 * TrafficView.MaxItemBytes ? cut : cut with { Part = cut.Part?.Brief(Cut, bare: true) };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            bytes = TrafficView.MaxCutText;
            return new ItemView(
                item.Id,
                item.Family.Name,
                item.Root.Header.Mark,
                item.State,
                item.Since,
                item.Due,
                false,
                item.Root.Header.From,
                [],
                item.IsSettled
            )
            {
                Unshown = true,
            };
        }
    }

    private static int SizeOf(ItemView item) =>
        JsonSerializer.SerializeToUtf8Bytes(item, TrafficApiJson.Default.ItemView).Length;

    private static string? Cut(string? text) =>
        text is null || text.Length <= TrafficView.MaxCutText
            ? text
            : $"{text.AsSpan(0, TrafficView.MaxCutText - (char.IsHighSurrogate(text[TrafficView.MaxCutText - 1]) ? 1 : 0))}…";

    /// <summary>Of all that wait the earliest due, found in one look at each.</summary>
    private static (IReadOnlyList<ReceiptsView> Waiting, int Overdue) Earliest(
        LineView view,
        LinePolicy policy,
        DateTimeOffset now
    )
    {
        var overdue = 0;
        var earliest = new PriorityQueue<WaitingEntry, (DateTimeOffset, string, ulong)>(LastFirst);
        foreach (var entry in view.Waiting)
        {
            var due = Attention.Due(entry, policy);
            if (due <= now)
                overdue++;
            var rank = (due, entry.From.Value, entry.Id.Seq);
            if (earliest.Count < TrafficView.MaxListed)
                earliest.Enqueue(entry, rank);
            else
                earliest.EnqueueDequeue(entry, rank);
        }
        var waiting = new ReceiptsView[earliest.Count];
        for (var i = waiting.Length - 1; i >= 0; i--)
            waiting[i] = Brief(Of(view.ReceiptsOf(earliest.Dequeue().Id)!, policy, now, []));
        return (waiting, overdue);
    }

    private static readonly IComparer<(DateTimeOffset Due, string From, ulong Seq)> LastFirst = Comparer<(
        DateTimeOffset Due,
        string From,
        ulong Seq
    )>.Create(
        (a, b) =>
            b.Due != a.Due ? b.Due.CompareTo(a.Due)
            : string.CompareOrdinal(b.From, a.From) is not 0 and var byParty ? byParty
            : b.Seq.CompareTo(a.Seq)
    );

    /// <summary>Of each sort the first facts; the entry's own receipts tell all of them.</summary>
    private static ReceiptsView Brief(ReceiptsView receipts) =>
        receipts.Read.Count + receipts.Translated.Count + receipts.PassedOn.Count + receipts.Answered.Count
        <= TrafficView.MaxCutList
            ? receipts
            : receipts with
            {
                Read = First(receipts.Read),
                Translated = First(receipts.Translated),
                PassedOn = First(receipts.PassedOn),
                Answered = First(receipts.Answered),
            };

    private static IReadOnlyList<FactView> First(IReadOnlyList<FactView> facts) =>
        facts.Count <= TrafficView.MaxCutList ? facts : [.. facts.Take(TrafficView.MaxCutList)];

    internal static ReceiptsView Of(
        Receipts receipts,
        LinePolicy policy,
        DateTimeOffset now,
        Dictionary<PartyId, DeliveryTime> delivered
    )
    {
        var wants = Attention.WantsAcknowledgement(receipts.Kind);
        var due = Attention.Due(receipts, policy);
        var isWaiting = wants && receipts.WaitingFor.Count > 0 && receipts.Replaced is null;
        return new ReceiptsView(
            receipts.Id,
            receipts.Kind,
            receipts.From,
            receipts.At,
            receipts.Precedence,
            receipts.Mark,
            Stated(delivered),
            Facts(receipts.Read),
            Facts(receipts.Translated),
            Facts(receipts.PassedOn),
            Facts(receipts.Answered),
            wants ? [.. receipts.WaitingFor.OrderBy(p => p.Value, StringComparer.Ordinal)] : [],
            wants ? due : null,
            wants ? Attention.DeputyDue(receipts, policy) : null,
            isWaiting && due <= now,
            receipts.Replaced is { } replaced ? new ReplacedView(replaced.Entry, replaced.Cancelled) : null
        )
        {
            DeliveredOff = Off(receipts.At, delivered, policy, now),
        };
    }

    /// <summary>By party, how far each stated time is off, where it is. LINK-90</summary>
    internal static Dictionary<PartyId, double>? Off(
        DateTimeOffset written,
        IReadOnlyDictionary<PartyId, DeliveryTime> delivered,
        LinePolicy policy,
        DateTimeOffset now
    )
    {
        Dictionary<PartyId, double>? off = null;
        foreach (var (party, time) in delivered)
        {
            if (Off(written, time, policy, now) is { } seconds)
                (off ??= [])[party] = seconds;
        }
        return off;
    }

    /// <summary>What was cosigned was written before, and was cosigned when the cosignature came, or by now where that
    /// is not known; how far a stated time is from that. LINK-90</summary>
    private static double? Off(DateTimeOffset written, DeliveryTime time, LinePolicy policy, DateTimeOffset now)
    {
        var latest = time.Arrived ?? now;
        var seconds =
            time.At < written ? (time.At - written).TotalSeconds
            : time.At > latest ? (time.At - latest).TotalSeconds
            : 0;
        return Math.Abs(seconds) > policy.ClockFlag ? Math.Round(seconds, 1) : null;
    }

    internal static AttemptView Of(Attempt attempt, LineDocument document, DateTimeOffset now)
    {
        var proofs = attempt
            .Delivered.Select(d => new DeliveredProof(
                d.By,
                d.At,
                d.Size,
                d.Cosignature?.TrimEnd('\n'),
                $"/api/v1/lines/{attempt.Line}/entries/{attempt.Entry}/delivery/{d.By}"
            )
            {
                Off = Off(attempt.At, new DeliveryTime(d.At, d.Arrived), document.Policy, now),
            })
            .ToList();
        var byAll = proofs.Count > 0 && proofs.Count == document.Cards.Count - 1;
        return new AttemptView(
            attempt.Entry,
            attempt.Line,
            attempt.At,
            attempt.Mark,
            attempt.Entry.Party,
            attempt.Between,
            attempt.Topic,
            attempt.Outcome,
            attempt.Answer,
            attempt.AnsweredAt,
            attempt.Expires,
            byAll ? proofs.Max(p => p.At) : null,
            proofs
        )
        {
            DatedAhead = attempt.IsDatedAhead,
        };
    }

    internal static ChronologyView Of(Chronology chronology, Func<LineId, LineDocument> documentOf, DateTimeOffset now)
    {
        AttemptView Shown(Attempt attempt) => Of(attempt, documentOf(attempt.Line), now);
        return new ChronologyView(
            chronology.Line,
            chronology.At,
            chronology.With,
            chronology.Exercise,
            chronology.LeftOut,
            chronology.StandingRequests,
            chronology.Standing,
            chronology.Last?.At,
            chronology.Previous?.At,
            chronology.DaysSinceLastContact,
            chronology.DaysBetweenContacts,
            chronology.Previous?.At,
            [.. chronology.Attempts.Select(Shown)],
            [
                .. chronology.Contacts.Select(c => new ContactView(
                    c.Entry,
                    c.Line,
                    c.At,
                    c.Mark,
                    c.Minutes,
                    c.Between,
                    c.Outcome,
                    c.SaidBy,
                    c.Confirmed
                )),
            ],
            [
                .. chronology.Readouts.Select(r => new ReadoutNoteView(
                    r.Entry,
                    r.Line,
                    r.At,
                    r.Mark,
                    r.By,
                    r.State,
                    r.About
                )),
            ],
            [.. chronology.Silences.Select(Shown)]
        );
    }

    internal static IReadOnlyList<WatchView> Of(WatchBook watches) =>
        [
            .. watches
                .All.OrderBy(w => w.Key.Value, StringComparer.Ordinal)
                .Select(w => new WatchView(
                    w.Key,
                    w.Value.Taken?.Id,
                    w.Value.Taken?.At,
                    w.Value.Handover?.Communicator,
                    w.Value.Handover?.Translator,
                    w.Value.Until,
                    w.Value.Offered?.Id,
                    w.Value.Offer?.Communicator,
                    w.Value.Offer?.Translator,
                    w.Value.Offer?.Until
                )),
        ];

    private static PartyTests Of(TestOutcomes record) =>
        new(record.LastSuccess, record.ConsecutiveMisses, record.LastSent, record.LastOutcome);

    private static ConditionView Condition(Item item)
    {
        var body = item.Root.Body as Condition;
        return new ConditionView(
            item.Id,
            item.Root.Header.From,
            item.Root.Header.Mark,
            body?.Scope,
            body?.Level,
            body?.Reason,
            item.Root.Header.At
        );
    }

    private static IReadOnlyList<FactView> Facts(IReadOnlyList<Fact> facts) =>
        [.. facts.Select(f => new FactView(f.Party, f.Entry, f.At, f.By, f.Note))];
}
