using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Simulation.Hostile;

/// <summary>A store for one caller at a time, for as many threads as a real station has.</summary>
internal sealed class LockedStore(IStationStore inner) : IStationStore
{
    private readonly Lock gate = new();

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
            return read();
    }

    public string Description => inner.Description;
    public StoreFault? Fault => null;

    public ValueTask<StationSnapshot> LoadAsync(CancellationToken ct = default) => Locked(() => inner.LoadAsync(ct));

    public Task<long> CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken ct = default) =>
        Locked(() => inner.CommitAsync(changes, ct));

    public IReadOnlyList<StoredEntry> ReadFeed(
        Origin feed,
        ulong from,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) => Locked(() => inner.ReadFeed(feed, from, maxEntries, maxBytes, withBodies));

    public IReadOnlyList<StoredEntry> ReadRecord(
        LineId line,
        long afterArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) => Locked(() => inner.ReadRecord(line, afterArrival, maxEntries, maxBytes, withBodies));

    public IReadOnlyList<StoredEntry> ReadRecordBefore(
        LineId line,
        long beforeArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) => Locked(() => inner.ReadRecordBefore(line, beforeArrival, maxEntries, maxBytes, withBodies));

    public StoredEntry? ReadEntry(Origin feed, ulong seq) => Locked(() => inner.ReadEntry(feed, seq));

    public ReadOnlyMemory<Hash> ReadSubtrees(Origin feed, int level, ulong from, int count) =>
        Locked(() => inner.ReadSubtrees(feed, level, from, count));

    public IReadOnlyList<StoredCosignature> ReadCosignatures(Origin feed) => Locked(() => inner.ReadCosignatures(feed));

    public IReadOnlyList<StoredDelivery> ReadDeliveries(Origin feed, PartyId cosigner, ulong above, int max) =>
        Locked(() => inner.ReadDeliveries(feed, cosigner, above, max));

    public IReadOnlyList<ForkRow> ReadForks(LineId? line) => Locked(() => inner.ReadForks(line));

    public IReadOnlyList<RefusalRow> ReadRefusals(LineId? line, int max) => Locked(() => inner.ReadRefusals(line, max));

    public AttachmentState? ReadAttachment(AttachmentId attachment) => Locked(() => inner.ReadAttachment(attachment));

    public OfficerSnapshot ReadOfficers() => Locked(inner.ReadOfficers);

    public IReadOnlyList<SignInRow> ReadSignIns(int max) => Locked(() => inner.ReadSignIns(max));

    public ValueTask ProbeAsync(CancellationToken ct = default) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // what it holds outlives the process that used it

    public int ReadAttachmentChunk(AttachmentId attachment, long offset, Span<byte> into)
    {
        lock (gate)
            return inner.ReadAttachmentChunk(attachment, offset, into);
    }
}
