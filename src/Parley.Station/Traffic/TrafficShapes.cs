using System.Text.Json;
using Parley.Record;
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
        var (waiting, overdue) = ReceiptShapes.Earliest(view, document.Policy, now);
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
                            Delivered = ReceiptShapes.Stated(of),
                            DeliveredOff = ReceiptShapes.Off(w.At, of, policy, now),
                        }
                        : w
                ),
            ],
        };

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
}
