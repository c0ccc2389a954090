using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Tests.Faults;

/// <summary>A real store that fails where the test says so: before anything of the commit is written, after all of it
/// is, or when it is read.</summary>
internal sealed class FaultyStore(IStationStore inner) : IStationStore
{
    /// <summary>True for commits that are to fail.</summary>
    internal Predicate<IReadOnlyList<StoreChange>> Fails { get; set; } = _ => false;

    /// <summary>True for commits that are made, and of which the store then cannot say whether they are.</summary>
    internal Predicate<IReadOnlyList<StoreChange>> LeavesInDoubt { get; set; } = _ => false;

    /// <summary>What a commit waits for before it begins; a completed task for nothing.</summary>
    internal Func<IReadOnlyList<StoreChange>, Task> Holds { get; set; } = _ => Task.CompletedTask;

    /// <summary>True while it does not even answer whether it takes writes.</summary>
    internal bool IsAway { get; set; }

    /// <summary>True when every entry that is read alone turns out to be damaged.</summary>
    internal bool IsDamaged { get; set; }

    /// <summary>True while a mistake of the program keeps records from being read.</summary>
    internal bool IsMistaken { get; set; }

    /// <summary>True while a mistake of the program keeps single entries, and with them bodies, from being
    /// read.</summary>
    internal bool IsMistakenOfEntries { get; set; }

    /// <summary>Completes at the next failure after it was read; fails when none comes.</summary>
    internal Task Failure => failure.Task.WaitAsync(Patience);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TaskCompletionSource failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Description => inner.Description;
    public StoreFault? Fault => inner.Fault;

    public async Task<long> CommitAsync(IReadOnlyList<StoreChange> changes, CancellationToken ct = default)
    {
        await Holds(changes);
        var (fails, doubtful) = (Fails(changes), LeavesInDoubt(changes));
        if (!fails)
        {
            var arrival = await inner.CommitAsync(changes, ct);
            if (!doubtful)
                return arrival;
        }
        Interlocked
            .Exchange(ref failure, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();
        throw new StoreFaultException(
            new StoreFault(StoreFaultKind.Full, "no room, says the test", DateTimeOffset.UnixEpoch),
            uncertainOutcome: doubtful
        );
    }

    public ValueTask<StationSnapshot> LoadAsync(CancellationToken ct = default) => inner.LoadAsync(ct);

    public IReadOnlyList<StoredEntry> ReadFeed(
        Origin feed,
        ulong from,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) => inner.ReadFeed(feed, from, maxEntries, maxBytes, withBodies);

    public IReadOnlyList<StoredEntry> ReadRecord(
        LineId line,
        long afterArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) =>
        IsMistaken
            ? throw new InvalidOperationException("a mistake, says the test")
            : inner.ReadRecord(line, afterArrival, maxEntries, maxBytes, withBodies);

    public IReadOnlyList<StoredEntry> ReadRecordBefore(
        LineId line,
        long beforeArrival,
        int maxEntries,
        long maxBytes,
        bool withBodies
    ) => inner.ReadRecordBefore(line, beforeArrival, maxEntries, maxBytes, withBodies);

    public StoredEntry? ReadEntry(Origin feed, ulong seq) =>
        IsMistakenOfEntries ? throw new InvalidOperationException("a mistake, says the test")
        : IsDamaged ? throw new InvalidDataException("damaged, says the test")
        : inner.ReadEntry(feed, seq);

    public ReadOnlyMemory<Hash> ReadSubtrees(Origin feed, int level, ulong from, int count) =>
        inner.ReadSubtrees(feed, level, from, count);

    public IReadOnlyList<StoredCosignature> ReadCosignatures(Origin feed) => inner.ReadCosignatures(feed);

    public IReadOnlyList<StoredDelivery> ReadDeliveries(Origin feed, PartyId cosigner, ulong above, int max) =>
        inner.ReadDeliveries(feed, cosigner, above, max);

    public IReadOnlyList<ForkRow> ReadForks(LineId? line) => inner.ReadForks(line);

    public IReadOnlyList<RefusalRow> ReadRefusals(LineId? line, int max) => inner.ReadRefusals(line, max);

    public OfficerSnapshot ReadOfficers() => inner.ReadOfficers();

    public IReadOnlyList<SignInRow> ReadSignIns(int max) => inner.ReadSignIns(max);

    public AttachmentState? ReadAttachment(AttachmentId attachment) => inner.ReadAttachment(attachment);

    public int ReadAttachmentChunk(AttachmentId attachment, long offset, Span<byte> into) =>
        inner.ReadAttachmentChunk(attachment, offset, into);

    public ValueTask ProbeAsync(CancellationToken ct = default) =>
        IsAway
            ? ValueTask.FromException(
                new StoreFaultException(
                    new StoreFault(StoreFaultKind.Full, "no room, says the test", DateTimeOffset.UnixEpoch)
                )
            )
            : inner.ProbeAsync(ct);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
