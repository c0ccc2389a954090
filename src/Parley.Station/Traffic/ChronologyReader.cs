using Parley.Record;
using Parley.Storage;
using Parley.Traffic;

namespace Parley.Station.Traffic;

/// <summary>Folds the chronology out of the store: one scan of the headers of the station's lines, and the bodies of
/// calls and readouts only.</summary>
internal sealed class ChronologyReader(IStationStore store)
{
    private const int PageEntries = 4096;
    private const long PageBytes = 8 << 20;

    /// <summary>What is actual, and what belongs to an exercise, was written on the line that is asked about.</summary>
    private bool hasActual,
        hasExercise;

    /// <param name="line">The line that is asked about.</param>
    /// <param name="documents">Every line of the station: contacts count wherever they were held.</param>
    /// <param name="at">As of when.</param>
    /// <param name="with">An office that must be among those who speak, or null.</param>
    /// <param name="exercise">True for what is marked exercise or test, false for what is actual; null for what is
    /// actual, unless officers wrote nothing but exercises on the line by then.</param>
    /// <param name="ct">Gives up the scan.</param>
    /// <param name="isNow">True where the time is now: what an author's fast clock dated later is in the record all the
    /// same.</param>
    internal Chronology Read(
        LineId line,
        IEnumerable<LineDocument> documents,
        DateTimeOffset at,
        string? with,
        bool? exercise,
        CancellationToken ct,
        bool isNow = false
    )
    {
        var fold = new ChronologyFold();
        foreach (var document in documents)
        {
            fold.AddLine(document);
            Action<StoredEntry>? look =
                document.Id == line && exercise is null
                    ? stored => LookAtMark(stored, isNow ? DateTimeOffset.MaxValue : at)
                    : null;
            foreach (var entry in InOrder(Wanted(document.Id, look, ct)))
                fold.Add(entry);
        }
        return fold.Of(line, at, with, exercise ?? (hasExercise && !hasActual), DeliveryOf, isNow); // TRAFFIC-51
    }

    /// <summary>By when a party had cosigned an entry, and the cosignature that proves it.</summary>
    internal Delivery? DeliveryOf(LineId line, EntryId entry, PartyId by) =>
        store.ReadDeliveries(new Origin(line, entry.Party), by, entry.Seq, 1) is [var first]
            ? new Delivery(first.At, by, first.Size, first.NoteLine) { Arrived = first.ArrivedAt }
            : null;

    /// <summary>One actual entry of an officer's settles it; until there is one, headers are read.</summary>
    private void LookAtMark(StoredEntry stored, DateTimeOffset at)
    {
        if (hasActual)
            return;
        var isActual = stored.Header.AsSpan().IndexOf("\"mark\":\"actual\""u8) >= 0;
        if (!isActual && hasExercise)
            return;
        var header = StoredHeader.Read(stored);
        if (header.At > at)
            return;
        hasExercise |= header.Mark == Mark.Exercise;
        hasActual |=
            header.Mark == Mark.Actual
            && !Attention.IsAutomatic(header.Kind)
            && header.Kind != Parley.Link.LineKinds.BodyMissing;
    }

    private List<TrafficEntry> Wanted(LineId line, Action<StoredEntry>? look, CancellationToken ct)
    {
        var found = new List<TrafficEntry>();
        long arrival = 0;
        while (store.ReadRecord(line, arrival, PageEntries, PageBytes, withBodies: false) is { Count: > 0 } page)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var stored in page)
            {
                look?.Invoke(stored);
                if (!MayBeWanted(stored.Header))
                    continue;
                var header = StoredHeader.Read(stored);
                if (!ChronologyFold.Wants(header.Kind))
                    continue;
                var body = header.Body is null ? null : store.ReadEntry(stored.Feed, stored.Seq)?.Body;
                found.Add(TrafficEntry.From(header, body is null ? null : body.AsMemory()));
            }
            arrival = page[^1].Arrival;
        }
        return found;
    }

    /// <summary>Spares most headers the parsing. A kind is written without escapes (ENTRY-1), so that its bytes stand
    /// in the header as they are.</summary>
    private static bool MayBeWanted(ReadOnlySpan<byte> header) =>
        header.IndexOf("\"call."u8) >= 0 || header.IndexOf("\"readout."u8) >= 0;

    /// <summary>Entries of different feeds may arrive before those that they answer, on a line of three; the fold takes
    /// them after.</summary>
    private static IEnumerable<TrafficEntry> InOrder(List<TrafficEntry> arrived)
    {
        var waiting = arrived.ToDictionary(e => e.Id);
        var path = new Stack<TrafficEntry>();
        var onPath = new HashSet<EntryId>();
        foreach (var entry in arrived)
        {
            if (!waiting.ContainsKey(entry.Id))
                continue;
            path.Push(entry);
            onPath.Add(entry.Id);
            while (path.TryPeek(out var top))
            {
                var before = top
                    .Header.Re.Where(re => waiting.ContainsKey(re) && !onPath.Contains(re))
                    .Select(re => (EntryId?)re)
                    .FirstOrDefault();
                if (before is { } id)
                {
                    path.Push(waiting[id]);
                    onPath.Add(id);
                    continue;
                }
                onPath.Remove(path.Pop().Id);
                if (waiting.Remove(top.Id))
                    yield return top;
            }
        }
    }
}
