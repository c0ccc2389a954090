using Parley.Crypto;
using Parley.Record;

namespace Parley.Storage;

/// <summary>
/// Everything one station keeps. There is one writer process; a second one is refused when it opens. Reads see only
/// what is
/// committed, may be called from any thread, do not wait for the writer, and throw <see cref="StoreFaultException"/> on
/// a fault.
/// </summary>
public interface IStationStore : IOfficerStore, IAsyncDisposable
{
    /// <summary>What the operator is shown: <c>sqlite /path/parley.db</c> or <c>postgres host/database</c>, never a
    /// password.</summary>
    string Description { get; }

    /// <summary>The last fault; null once a commit has succeeded since. <see cref="StoreFaultKind.Corrupt"/>
    /// stays.</summary>
    StoreFault? Fault { get; }

    /// <summary>
    /// The state as committed, after everything that was submitted before it. Settles an uncertain outcome: what it
    /// shows is stored
    /// for good, and what it does not show will never appear.
    /// </summary>
    ValueTask<StationSnapshot> LoadAsync(CancellationToken ct = default);

    /// <summary>
    /// Stores all changes, or none; durable when the task completes. Commits are applied in the order of the calls, and
    /// all that wait
    /// at one time share one database transaction. Cancellation holds only as long as the commit has not begun.
    /// </summary>
    /// <returns>The arrival number of the last entry among the changes (the others are the numbers just before it); 0
    /// without entries.</returns>
    /// <exception cref="StoreConflictException">The changes do not fit what is stored; other callers are not
    /// affected.</exception>
    /// <exception cref="StoreFaultException">The store cannot write.</exception>
    /// <exception cref="ArgumentException">A change is malformed: our own mistake.</exception>
    Task<long> CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken ct = default);

    /// <summary>Entries of a feed from index <paramref name="from"/>, contiguous; at least one if it exists, whatever
    /// its size.</summary>
    IReadOnlyList<StoredEntry> ReadFeed(Origin feed, ulong from, int maxEntries, long maxBytes, bool withBodies);

    /// <summary>Entries of all feeds of a line in order of arrival, after <paramref name="afterArrival"/>; at least one
    /// if there is one.</summary>
    IReadOnlyList<StoredEntry> ReadRecord(
        LineId line,
        long afterArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    );

    /// <summary>The same from the other end: entries that arrived before <paramref name="beforeArrival"/>, the newest
    /// first; at least one if there is one.</summary>
    IReadOnlyList<StoredEntry> ReadRecordBefore(
        LineId line,
        long beforeArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    );

    /// <summary>One entry with its body, or null.</summary>
    StoredEntry? ReadEntry(Origin feed, ulong seq);

    /// <summary>Hashes of full subtrees of 256^<paramref name="level"/> leaves (level ≥ 1) from number
    /// <paramref name="from"/>: as many as are stored, at most <paramref name="count"/>.</summary>
    ReadOnlyMemory<Hash> ReadSubtrees(Origin feed, int level, ulong from, int count);

    /// <summary>The cosignatures kept of a feed, by size and cosigner.</summary>
    IReadOnlyList<StoredCosignature> ReadCosignatures(Origin feed);

    /// <summary>
    /// When <paramref name="cosigner"/> had cosigned how much of a feed: sizes above <paramref name="above"/>, smallest
    /// first, of each second the largest. The first
    /// of them is what proves that the entry at index <paramref name="above"/> was delivered, and by when. Nothing of
    /// this is ever pruned.
    /// </summary>
    IReadOnlyList<StoredDelivery> ReadDeliveries(Origin feed, PartyId cosigner, ulong above, int max);

    /// <summary>Forks of one line, or of all, oldest first.</summary>
    IReadOnlyList<ForkRow> ReadForks(LineId? line);

    /// <summary>Refusals of one line, or of all, latest first.</summary>
    IReadOnlyList<RefusalRow> ReadRefusals(LineId? line, int max);

    /// <summary>How much of an attachment is held; null when none was begun.</summary>
    AttachmentState? ReadAttachment(AttachmentId attachment);

    /// <summary>Copies held bytes from <paramref name="offset"/> on and returns how many: fewer than asked only at the
    /// end of what is held.</summary>
    int ReadAttachmentChunk(AttachmentId attachment, long offset, Span<byte> into);

    /// <summary>A tiny durable write: completes when the store accepts writes, throws <see cref="StoreFaultException"/>
    /// while it does not.</summary>
    ValueTask ProbeAsync(CancellationToken ct = default);
}
