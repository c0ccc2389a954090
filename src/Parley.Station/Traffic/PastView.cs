using Parley.Record;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>
/// What stood on a line at an earlier time: of each feed the entries that say that they were written by then. One whose
/// author's clock was ahead hides none of
/// those after it.
/// </summary>
internal sealed class PastView(IStationStore store, LineDocument document)
{
    private const int PageEntries = 4096;
    private const long PageBytes = 8 << 20;

    internal (LineView View, TestBook Tests) At(DateTimeOffset at, CancellationToken ct)
    {
        var view = new LineView(document) { Clock = () => at };
        var tests = new TestBook(document.Parties);
        long arrival = 0;
        while (store.ReadRecord(document.Id, arrival, PageEntries, PageBytes, withBodies: false) is { Count: > 0 } page)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var stored in page)
            {
                var header = StoredHeader.Read(stored);
                if (header.At > at)
                {
                    view.Skip(header);
                    continue;
                }
                var body = StoredHeader.WantsBody(header) ? store.ReadEntry(stored.Feed, stored.Seq)?.Body : null;
                var folded = view.Fold(header, body is null ? null : body.AsMemory());
                tests.Fold(header, folded.Item, view);
            }
            arrival = page[^1].Arrival;
        }
        while (view.FoldMore().Judged > 0) { }
        tests.Resolve(view, at);
        view.Sweep(at);
        return (view, tests);
    }
}
