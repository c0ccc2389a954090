using System.Text.Json;
using Parley.Record;
using Parley.Station.Api;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Incidents;

namespace Parley.Station.Desks;

/// <summary>What an import is to write, besides the observations.</summary>
/// <param name="By">The officer.</param>
/// <param name="Mark">What it is for.</param>
/// <param name="Agreement">The agreement that was observed; null where none is named.</param>
/// <param name="Source">The file's name; null where it has none.</param>
internal sealed record ImportTerms(Officer By, Mark Mark, EntryId? Agreement, string? Source);

/// <summary>How far an import has come.</summary>
/// <param name="Imported">Observations that are on the record by it.</param>
/// <param name="Doubled">Those that were there before.</param>
/// <param name="Entries">Entries that hold them.</param>
/// <param name="IsSealed">True where every party holds what was appended last.</param>
internal sealed record ImportCount(long Imported, long Doubled, long Entries, bool IsSealed);

/// <summary>One file on its way into the record.</summary>
internal sealed class ObservationImport(
    PartyId self,
    ObservationBook book,
    ISendDesk sending,
    StationLine open,
    ImportTerms terms
)
{
    /// <summary>Entries that are appended together.</summary>
    private const int BatchEntries = 64;

    /// <summary>Bytes of observations in one entry, with room for what stands beside them.</summary>
    private const int EntryBytes = Body.MaxInline - 1024;

    private readonly List<Observation> pack = [];
    private readonly List<EntryDraft> batch = [];

    /// <summary>What waits in the batch, word for word: the ledger knows it only once it is on the record.</summary>
    private readonly HashSet<string> waiting = new(StringComparer.Ordinal);
    private int packed;
    private long inBatch;

    /// <summary>How far the import has come.</summary>
    internal ImportCount Count { get; private set; } = new(0, 0, 0, IsSealed: true);

    /// <summary>Takes one more; true where a batch is full.</summary>
    internal bool Add(Observation observation)
    {
        var json = JsonSerializer.Serialize(observation, TrafficJson.Default.Observation);
        var known = book.ReadAsItWas(open, books => books.Ledger.Find(self, observation));
        if (known == KnownAs.Same || !waiting.Add(json))
        {
            Count = Count with { Doubled = Count.Doubled + 1 };
            return false;
        }
        var bytes = System.Text.Encoding.UTF8.GetByteCount(json) + 1;
        if (pack.Count == ObservationReport.MaxObservations || packed + bytes > EntryBytes)
            Close();
        pack.Add(observation);
        packed += bytes;
        return batch.Count == BatchEntries;
    }

    /// <summary>Ends the entry that is being filled.</summary>
    internal void Close()
    {
        if (pack.Count == 0)
            return;
        var report = new ObservationReport
        {
            Observations = [.. pack],
            Agreement = terms.Agreement?.ToString(),
            Source = terms.Source,
        };
        batch.Add(
            new EntryDraft(
                Kinds.ObservationReported,
                JsonSerializer.SerializeToUtf8Bytes(report, TrafficJson.Default.ObservationReport),
                terms.By,
                Mark: terms.Mark
            )
        );
        inBatch += pack.Count;
        pack.Clear();
        packed = 0;
    }

    /// <summary>Appends the batch; the refusal that ends the import.</summary>
    internal async Task<Refusal?> SendAsync(TimeSpan? wait, CancellationToken ct)
    {
        if (batch.Count == 0)
            return null;
        if (!(await sending.AppendBatchAsync(open.Id, Drafts(), wait, ct)).TryGet(out var appended, out var why))
            return why with { Reason = $"{why.Reason}; {Count.Imported} observations before are on the record" };
        Count = Count with
        {
            Imported = Count.Imported + inBatch,
            Entries = Count.Entries + appended.Count,
            IsSealed = appended.Sealed,
        };
        inBatch = 0;
        book.Read(open, _ => 0);
        batch.Clear();
        waiting.Clear();
        foreach (var one in pack)
            waiting.Add(JsonSerializer.Serialize(one, TrafficJson.Default.Observation));
        return null;
    }

    private async IAsyncEnumerable<EntryDraft> Drafts()
    {
        foreach (var draft in batch)
            yield return draft;
        await Task.CompletedTask;
    }
}
