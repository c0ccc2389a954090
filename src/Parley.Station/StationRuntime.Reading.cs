using Parley.Record;
using Parley.Station.Api;
using Parley.Station.Desks;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station;

/// <summary>Forks, and what peers sent that was refused.</summary>
internal sealed partial class StationRuntime
{
    private const long PageBytes = 8 << 20;

    public Outcome<IReadOnlyList<ForkView>> Forks(LineId line) =>
        TryOpen(line, out var open)
            ? Guarded(() =>
                Outcome<IReadOnlyList<ForkView>>.Of([
                    .. store
                        .ReadForks(line)
                        .Select(f => new ForkView(
                            f.Line,
                            f.Feed.Party,
                            Text(f.First),
                            Text(f.Second),
                            f.At,
                            KeptForks.Evidence(store, open.Host.Identity.Document, f)?.EncodeProof()
                        )),
                ])
            )
            : Refusal.UnknownLine(line.Value);

    public Outcome<IReadOnlyList<RefusalView>> Refusals(int max) => refusals.Newest(max);

    private static List<EntryView> View(StationLine open, IReadOnlyList<StoredEntry> stored) =>
        EntryViews.Of(open, stored);

    private Outcome<EntryDetail> ReadEntry(LineId line, EntryId entry) => record.ReadEntry(line, entry);

    private static string Text(byte[] note) => System.Text.Encoding.UTF8.GetString(note);

    private Outcome<T> Guarded<T>(Func<Outcome<T>> read) => integrity.Guarded(read);

    private void Halt(string reason) => integrity.Halt(reason);
}
