using System.Collections.Concurrent;
using Parley.Record;
using Parley.Station.Traffic;
using Parley.Storage;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>What observers wrote on a line: what they saw, where and when they looked, and what is alleged of it.</summary>
internal sealed record LineBooks(ObservationLedger Ledger, CoverageLedger Coverage, IncidentLedger Incidents);

/// <summary>
/// The observations of each line, folded from the stored record when somebody asks, and from where it had come to when
/// it was asked last: a station of whose lines nobody counts pays nothing for it. Safe to call from any thread.
/// </summary>
internal sealed class ObservationBook(IStationStore store)
{
    private const int PageEntries = 1024;
    private const long PageBytes = 8 << 20;
    private readonly ConcurrentDictionary<LineId, LineLedger> ledgers = [];

    /// <summary>Reads the ledger of a line with everything that is stored by now.</summary>
    internal T Read<T>(StationLine line, Func<LineBooks, T> read)
    {
        var of = ledgers.GetOrAdd(line.Id, _ => new LineLedger(line.Document));
        lock (of.Gate)
        {
            while (Fold(line.Id, of)) { }
            return read(of.Books);
        }
    }

    /// <summary>Reads the ledger as it was when it was read last: for who asks very often and knows what came
    /// since.</summary>
    internal T ReadAsItWas<T>(StationLine line, Func<LineBooks, T> read)
    {
        var of = ledgers.GetOrAdd(line.Id, _ => new LineLedger(line.Document));
        lock (of.Gate)
            return read(of.Books);
    }

    /// <summary>Observations in their entries, in the order of arrival, page by page.</summary>
    internal IEnumerable<(EntryHeader Header, Observation Observation)> All(LineId line)
    {
        long arrival = 0;
        while (Page(line, arrival) is { Count: > 0 } page)
        {
            foreach (var (stored, header) in page)
            {
                if (
                    ObservationLedger.Reads(header.Kind)
                    && stored.Body is { } body
                    && TrafficBodies.Read(header.Kind, body).TryGet(out var read, out _)
                    && read is ObservationReport report
                )
                {
                    foreach (var observation in report.Observations)
                        yield return (header, observation);
                }
            }
            arrival = page[^1].Stored.Arrival;
        }
    }

    private bool Fold(LineId line, LineLedger of)
    {
        var page = Page(line, of.Arrival);
        foreach (var (stored, header) in page)
        {
            var body = stored.Body is { } bytes ? bytes.AsMemory() : (ReadOnlyMemory<byte>?)null;
            of.Books.Ledger.Fold(header, body);
            of.Books.Coverage.Fold(header, body);
            of.Books.Incidents.Fold(header, body);
            of.Arrival = stored.Arrival;
        }
        return page.Count > 0;
    }

    /// <summary>Most entries of a line are none of ours: their bodies are not read.</summary>
    private List<(StoredEntry Stored, EntryHeader Header)> Page(LineId line, long after)
    {
        var page = store.ReadRecord(line, after, PageEntries, PageBytes, withBodies: false).Select(Headed).ToList();
        if (
            page.Count == 0
            || !page.Exists(p =>
                ObservationLedger.Reads(p.Header.Kind)
                || CoverageLedger.Reads(p.Header.Kind)
                || IncidentLedger.Reads(p.Header.Kind)
            )
        )
            return page;
        return [.. store.ReadRecord(line, after, page.Count, PageBytes, withBodies: true).Select(Headed)];
    }

    private static (StoredEntry Stored, EntryHeader Header) Headed(StoredEntry stored) =>
        (stored, StoredHeader.Read(stored));

    private sealed class LineLedger(LineDocument document)
    {
        internal Lock Gate { get; } = new();
        internal LineBooks Books { get; } = new(new(document.Parties), new(document.Parties), new(document.Parties));
        internal long Arrival { get; set; }
    }
}
