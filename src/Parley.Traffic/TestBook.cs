using Parley.Record;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Traffic;

/// <summary>How the tests that one party sent came out.</summary>
/// <param name="LastSuccess">When one was answered last, by the answer's clock.</param>
/// <param name="ConsecutiveMisses">Those since then that nobody answered.</param>
/// <param name="LastSent">When the newest was sent.</param>
/// <param name="LastOutcome">The state of the newest.</param>
/// <param name="LastStaffed">When the newest that officers sent was sent.</param>
public sealed record TestOutcomes(
    DateTimeOffset? LastSuccess,
    int ConsecutiveMisses,
    DateTimeOffset? LastSent,
    string? LastOutcome,
    DateTimeOffset? LastStaffed
);

/// <summary>
/// The outcomes of line tests by the party that sent them (R1), folded beside the view, which forgets what is long
/// settled.
/// One caller at a time.
/// </summary>
public sealed class TestBook(IEnumerable<PartyId> parties)
{
    /// <summary>Tests of one party that wait for their outcome; of more, the oldest counts as missed.</summary>
    private const int MaxPending = 256;

    private readonly Dictionary<PartyId, Page> pages = parties.ToDictionary(p => p, _ => new Page());

    private sealed class Page
    {
        internal TestOutcomes Record { get; set; } = new(null, 0, null, null, null);
        internal LinkedList<EntryId> Pending { get; } = new();
        internal EntryId? Newest { get; set; }
    }

    /// <summary>How a party's tests came out so far.</summary>
    public TestOutcomes Of(PartyId sender) => pages[sender].Record;

    /// <summary>The newest test that a party sent.</summary>
    public EntryId? Newest(PartyId sender) => pages[sender].Newest;

    /// <summary>Takes an entry that the view has taken.</summary>
    /// <param name="header">The entry.</param>
    /// <param name="item">The item that it belongs to; null where it belongs to none.</param>
    /// <param name="view">The view.</param>
    public void Fold(EntryHeader header, Item? item, LineView view)
    {
        if (item?.Family is not LineTestFamily)
            return;
        var page = pages[item.Root.Header.From];
        if (header.Id == item.Id)
        {
            page.Record = page.Record with
            {
                LastSent = header.At,
                LastOutcome = LineTestFamily.Sent,
                LastStaffed = IsStaffed(item) ? header.At : page.Record.LastStaffed,
            };
            page.Newest = header.Id;
            page.Pending.AddLast(header.Id);
            if (page.Pending.Count > MaxPending)
                Missed(page, LineTestFamily.Unanswered, page.Pending.First!.Value);
            Resolve(page, view, header.At);
        }
        else if (item.IsSettled)
            Settle(page, item, item.Id);
    }

    /// <summary>Counts what time alone has settled.</summary>
    public void Resolve(LineView view, DateTimeOffset now)
    {
        foreach (var page in pages.Values)
            Resolve(page, view, now);
    }

    /// <summary>True for a test that officers sent.</summary>
    public static bool IsStaffed(Item test) => test.Root.Body is LineTest { Style: "staffed" };

    private static void Resolve(Page page, LineView view, DateTimeOffset now)
    {
        while (page.Pending.First is { } oldest)
        {
            var item = view.ItemOf(oldest.Value, now);
            if (item is { IsSettled: false })
                return;
            Settle(page, item, oldest.Value);
        }
    }

    private static void Settle(Page page, Item? item, EntryId test)
    {
        var isNewest = page.Pending.Count == 0 || page.Pending.Last!.Value == test;
        if (item?.State is LineTestFamily.Answered or LineTestFamily.Late)
        {
            page.Pending.Remove(test);
            page.Record = page.Record with
            {
                LastSuccess = page.Record.LastSuccess is { } known && known > item.Since ? known : item.Since,
                ConsecutiveMisses = 0,
                LastOutcome = isNewest ? item.State : page.Record.LastOutcome,
            };
        }
        else
            Missed(page, item?.State ?? LineTestFamily.Unanswered, test);
    }

    private static void Missed(Page page, string outcome, EntryId test)
    {
        var isNewest = page.Pending.Last?.Value == test;
        if (!page.Pending.Remove(test))
            return; // counted before
        // Declined is an answer: the line works, and somebody is there.
        page.Record = page.Record with
        {
            ConsecutiveMisses = page.Record.ConsecutiveMisses + (outcome == LineTestFamily.Declined ? 0 : 1),
            LastOutcome = isNewest ? outcome : page.Record.LastOutcome,
        };
    }
}
