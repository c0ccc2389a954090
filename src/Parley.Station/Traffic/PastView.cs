using Parley.Record;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>What stood on a line at an earlier time: of each feed the entries up to the first that was written later.</summary>
internal sealed class PastView(IStationStore store, LineDocument document)
{
    private const int PageEntries = 4096;
    private const long PageBytes = 8 << 20;

    internal (LineView View, TestBook Tests) At(DateTimeOffset at, CancellationToken ct)
    {
        var view = new LineView(document);
        var tests = new TestBook(document.Parties);
        var ended = new HashSet<PartyId>();
        long arrival = 0;
        while (ended.Count < document.Cards.Count && store.ReadRecord(document.Id, arrival, PageEntries, PageBytes, withBodies: false) is { Count: > 0 } page)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var stored in page.Where(e => !ended.Contains(e.Feed.Party)))
            {
                var header = StoredHeader.Read(stored);
                if (header.At > at)
                {
                    ended.Add(header.From);
                    continue;
                }
                var body = StoredHeader.WantsBody(header) ? store.ReadEntry(stored.Feed, stored.Seq)?.Body : null;
                view.Fold(header, body is null ? null : body.AsMemory());
                tests.Fold(header, view.ItemOf(header.Id, header.At), view);
            }
            arrival = page[^1].Arrival;
        }
        tests.Resolve(view, at);
        view.Sweep(at);
        return (view, tests);
    }
}
