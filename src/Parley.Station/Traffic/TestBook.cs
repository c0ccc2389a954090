using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Traffic;

/// <summary>How the tests that one party sent came out.</summary>
internal sealed record TestRecord(DateTimeOffset? LastSuccess, int ConsecutiveMisses, DateTimeOffset? LastSent, string? LastOutcome, DateTimeOffset? LastStaffed);

/// <summary>
/// The outcomes of line tests by the party that sent them (R1), folded beside the view, which forgets what is long settled. Owned by its
/// <see cref="LineTraffic"/>, under the same gate.
/// </summary>
internal sealed class TestBook(IEnumerable<PartyId> parties)
{
    /// <summary>Tests of one party that wait for their outcome; of more, the oldest counts as missed.</summary>
    private const int MaxPending = 256;

    private readonly Dictionary<PartyId, Page> pages = parties.ToDictionary(p => p, _ => new Page());

    private sealed class Page
    {
        internal TestRecord Record { get; set; } = new(null, 0, null, null, null);
        internal LinkedList<EntryId> Pending { get; } = new();
        internal EntryId? Newest { get; set; }
    }

    internal TestRecord Of(PartyId sender) => pages[sender].Record;

    /// <summary>The newest test that a party sent.</summary>
    internal EntryId? Newest(PartyId sender) => pages[sender].Newest;

    internal void Fold(EntryHeader header, Item? item, LineView view)
    {
        if (item?.Family is not LineTestFamily) return;
        var page = pages[item.Root.Header.From];
        if (header.Id == item.Id)
        {
            page.Record = page.Record with { LastSent = header.At, LastOutcome = LineTestFamily.Sent, LastStaffed = IsStaffed(item) ? header.At : page.Record.LastStaffed };
            page.Newest = header.Id;
            page.Pending.AddLast(header.Id);
            if (page.Pending.Count > MaxPending) Missed(page, LineTestFamily.Unanswered, page.Pending.First!.Value);
            Resolve(page, view, header.At);
        }
        else if (item.IsSettled) Settle(page, item, item.Id);
    }

    /// <summary>Counts what time alone has settled.</summary>
    internal void Resolve(LineView view, DateTimeOffset now)
    {
        foreach (var page in pages.Values) Resolve(page, view, now);
    }

    internal static bool IsStaffed(Item test) => test.Root.Body is LineTest { Style: "staffed" };

    private static void Resolve(Page page, LineView view, DateTimeOffset now)
    {
        while (page.Pending.First is { } oldest)
        {
            var item = view.ItemOf(oldest.Value, now);
            if (item is { IsSettled: false }) return;
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
                LastSuccess = page.Record.LastSuccess is { } known && known > item.Since ? known : item.Since, ConsecutiveMisses = 0, LastOutcome = isNewest ? item.State : page.Record.LastOutcome,
            };
        }
        else Missed(page, item?.State ?? LineTestFamily.Unanswered, test);
    }

    private static void Missed(Page page, string outcome, EntryId test)
    {
        var isNewest = page.Pending.Last?.Value == test;
        if (!page.Pending.Remove(test)) return; // counted before
        // Declined is an answer: the line works, and somebody is there.
        page.Record = page.Record with { ConsecutiveMisses = page.Record.ConsecutiveMisses + (outcome == LineTestFamily.Declined ? 0 : 1), LastOutcome = isNewest ? outcome : page.Record.LastOutcome };
    }
}
