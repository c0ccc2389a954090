using Parley.Record;
using Parley.Storage;

namespace Parley.Station;

/// <summary>
/// Counts refusals that no line stands behind, so anybody's who can reach the port. However many come, at most one write of them is with
/// the store at a time: a flood costs the flooder's bandwidth, not the officers' place in the store's queue. A full or broken store loses no counts.
/// </summary>
internal sealed class RefusalBook(IStationStore store, ILogger log)
{
    /// <summary>Different refusals that may wait to be written; further ones are counted as <see cref="Others"/>.</summary>
    private const int MaxWaiting = 256;
    /// <summary>Counts of one write at most; the rest follow in the next.</summary>
    private const int MaxPerWrite = 2048;
    /// <summary>The peer under which what finds no place is counted.</summary>
    private const string Others = "others";

    private readonly Lock gate = new();
    /// <summary>Guarded by <see cref="gate"/>, as is <see cref="writing"/>.</summary>
    private readonly Dictionary<(LineId? Line, string Key, int Status, string Reason), (long Count, DateTimeOffset Last)> waiting = [];
    private bool writing;

    internal void Count(LineId? line, string key, int status, string reason, DateTimeOffset at)
    {
        lock (gate)
        {
            var entry = (line, key, status, reason);
            if (waiting.Count >= MaxWaiting && !waiting.ContainsKey(entry)) entry = (null, Others, status, "too many different refusals at a time");
            waiting[entry] = (waiting.GetValueOrDefault(entry).Count + 1, at);
            if (writing) return;
            writing = true;
        }
        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        while (Take() is { Count: > 0 } changes)
        {
            try
            {
                await store.CommitAsync(changes);
            }
            catch (Exception e) when (e is StoreFaultException or StoreConflictException or ObjectDisposedException)
            {
                StationLog.RefusalLost(log, e.Message);
                GiveBack(changes);
                return;
            }
        }
    }

    /// <summary>What is written next; with nothing to write, the writer ends.</summary>
    private List<StoreChange> Take()
    {
        var changes = new List<StoreChange>();
        lock (gate)
        {
            foreach (var (entry, (count, last)) in waiting.ToList())
            {
                var taken = Math.Min(count, MaxPerWrite - changes.Count);
                for (var i = 0; i < taken; i++) changes.Add(new CountRefusal(entry.Line, entry.Key, entry.Status, entry.Reason, last));
                if (taken == count) waiting.Remove(entry);
                else waiting[entry] = (count - taken, last);
            }
            writing = changes.Count > 0;
        }
        return changes;
    }

    /// <summary>The store did not take them: they wait for the next refusal to be counted with.</summary>
    private void GiveBack(List<StoreChange> changes)
    {
        lock (gate)
        {
            foreach (var change in changes.Cast<CountRefusal>())
            {
                var entry = (change.Line, change.Peer!, change.Status, change.Reason);
                waiting[entry] = (waiting.GetValueOrDefault(entry).Count + 1, change.At);
            }
            writing = false;
        }
    }
}
