using Parley.Crypto;
using Parley.Record;
using Parley.Storage;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Testing.Stores;

/// <summary>
/// What a station may rely on, whatever the database. Each database's tests derive from this class and say how to make,
/// abandon and
/// look at a store.
/// </summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    private readonly List<IStationStore> opened = [];

    protected CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The location of a new, empty store.</summary>
    protected abstract Task<string> CreateAsync();

    /// <summary>
    /// Leaves the store as a process that dies at once leaves it, without a farewell, and returns where it is to be
    /// opened again.
    /// </summary>
    protected abstract Task<string> AbandonAsync(IStationStore store, string location);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var store in opened)
            await store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<IStationStore> OpenAsync(string location)
    {
        var store = await StationStore.OpenAsync(location, TimeProvider.System, Ct);
        opened.Add(store);
        return store;
    }

    /// <summary>A new store with line a accepted.</summary>
    protected async Task<(IStationStore Store, string Location)> WithLineAsync()
    {
        var location = await CreateAsync();
        var store = await OpenAsync(location);
        await store.CommitAsync([Accept(Line())], Ct);
        return (store, location);
    }

    protected static async Task<StoreFaultException> AssertFault(StoreFaultKind kind, Func<Task> act)
    {
        var fault = await Assert.ThrowsAsync<StoreFaultException>(act);
        Assert.True(fault.Fault.Kind == kind, $"expected {kind}, got {fault.Fault.Kind}: {fault.Fault.Message}");
        return fault;
    }

    /// <summary>Every entry of the feed is there once, in order, with its own content.</summary>
    protected static void AssertWhole(IStationStore store, Origin feed, ulong size, int bodyLength = 40)
    {
        ulong next = 0;
        long arrival = 0;
        while (store.ReadFeed(feed, next, 1000, 4 << 20, withBodies: true) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                var expected = Entry(feed, next, bodyLength);
                Assert.Equal(next, entry.Seq);
                Assert.True(entry.Arrival > arrival, "arrival numbers follow the feed");
                Assert.Equal(expected.Header, entry.Header);
                Assert.Equal(expected.Body, entry.Body);
                arrival = entry.Arrival;
                next++;
            }
        }
        Assert.Equal(size, next);
    }

    [Fact]
    public async Task A_new_store_is_empty_and_healthy()
    {
        var store = await OpenAsync(await CreateAsync());
        var snapshot = await store.LoadAsync(Ct);
        Assert.Empty(snapshot.Meta);
        Assert.Empty(snapshot.Lines);
        Assert.Empty(snapshot.Feeds);
        Assert.Empty(snapshot.IncompleteAttachments);
        Assert.Equal(0, snapshot.LastArrival);
        Assert.Null(store.Fault);
        await store.ProbeAsync(Ct);
    }

    [Fact]
    public async Task What_was_committed_is_there_after_reopening()
    {
        var (store, location) = await WithLineAsync();
        var feed = Feed();
        var append = Append(feed, 0, 300);
        await store.CommitAsync([new PutMeta("k", [1, 2]), append, Cosign(feed, 300, "ua", "ua")], Ct);
        await store.DisposeAsync();

        store = await OpenAsync(location);
        var snapshot = await store.LoadAsync(Ct);
        Assert.Equal([1, 2], snapshot.Meta["k"]);
        var line = Assert.Single(snapshot.Lines);
        Assert.Equal((Line(), LineStanding.Accepted, At), (line.Line, line.Standing, line.At));
        Assert.Equal(Accept(Line()).Document, line.Document);
        var row = Assert.Single(snapshot.Feeds);
        Assert.Equal((feed, 300UL, append.Root), (row.Feed, row.Size, row.Root));
        Assert.Equal(append.Checkpoint, row.Checkpoint);
        Assert.Equal(300, snapshot.LastArrival);
        AssertWhole(store, feed, 300);
        Assert.Equal(Digest($"{feed} 1 0"), Assert.Single(store.ReadSubtrees(feed, 1, 0, 256).ToArray()));
        Assert.Equal("— ua 300", Assert.Single(store.ReadCosignatures(feed)).NoteLine);
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_process_that_dies_without_a_farewell()
    {
        var (store, location) = await WithLineAsync();
        for (ulong size = 0; size < 200; size += 10)
            await store.CommitAsync([Append(Feed(), size, 10)], Ct);
        store = await OpenAsync(await AbandonAsync(store, location));
        AssertWhole(store, Feed(), 200);
        await store.CommitAsync([Append(Feed(), 200, 1)], Ct);
        AssertWhole(store, Feed(), 201);
    }

    [Fact]
    public async Task A_second_station_on_the_same_store_is_refused()
    {
        var (first, location) = await WithLineAsync();
        await AssertFault(StoreFaultKind.Locked, () => OpenAsync(location));
        await first.CommitAsync([Append(Feed(), 0, 1)], Ct);
        await first.DisposeAsync();
        AssertWhole(await OpenAsync(location), Feed(), 1);
    }

    [Fact]
    public async Task Arrival_numbers_run_without_gaps_over_all_feeds_and_lines_and_past_conflicts()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Accept(Line('b'))], Ct);
        Assert.Equal(3, await store.CommitAsync([Append(Feed(), 0, 3)], Ct));
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([Append(Feed("ua"), 0, 5), Append(Feed(), 7, 1)], Ct)
        );
        Assert.Equal(5, await store.CommitAsync([Append(Feed("ua"), 0, 2)], Ct));
        Assert.Equal(9, await store.CommitAsync([Append(Feed("us", 'b'), 0, 1), Append(Feed(), 3, 3)], Ct));
        Assert.Equal(0, await store.CommitAsync([new PutMeta("k", [])], Ct));
        Assert.Equal([1, 2, 3, 4, 5, 7, 8, 9], store.ReadRecord(Line(), 0, 100, 1 << 20, false).Select(e => e.Arrival));
        Assert.Equal([6], store.ReadRecord(Line('b'), 0, 100, 1 << 20, false).Select(e => e.Arrival));
        Assert.Equal(
            [9, 8, 7, 5, 4, 3, 2, 1],
            store.ReadRecordBefore(Line(), long.MaxValue, 100, 1 << 20, false).Select(e => e.Arrival)
        );
        Assert.Equal([5, 4], store.ReadRecordBefore(Line(), 7, 2, 1 << 20, false).Select(e => e.Arrival));
        Assert.Equal(9, (await store.LoadAsync(Ct)).LastArrival);
    }

    [Fact]
    public async Task An_append_on_another_size_than_the_stored_one_is_a_conflict_that_tells_the_size_and_writes_nothing()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 3)], Ct);
        foreach (var oldSize in new ulong[] { 0, 2, 4 })
        {
            var conflict = await Assert.ThrowsAsync<StoreConflictException>(() =>
                store.CommitAsync([new PutMeta("trace", [1]), Append(Feed(), oldSize, 2)], Ct)
            );
            Assert.Equal(3UL, conflict.StoredSize);
        }
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([Append(Feed(), 3, 2) with { Size = 6 }], Ct)
        );
        await Assert.ThrowsAsync<StoreConflictException>(() => store.CommitAsync([Append(Feed("us", 'z'), 0, 1)], Ct));
        Assert.Empty((await store.LoadAsync(Ct)).Meta);
        AssertWhole(store, Feed(), 3);
        Assert.Null(store.Fault);
    }

    [Fact]
    public async Task Of_many_callers_at_once_a_conflict_harms_only_its_own()
    {
        var (store, _) = await WithLineAsync();
        var parties = Enumerable.Range(0, 40).Select(i => $"p{i}").ToArray();
        var commits = parties
            .SelectMany(p =>
                new[]
                {
                    store.CommitAsync([Append(Feed(p), 0, 2)], Ct),
                    store.CommitAsync([Append(Feed(p), 1, 2)], Ct),
                    store.CommitAsync([Append(Feed(p), 2, 2)], Ct),
                }
            )
            .ToArray();
        for (var i = 0; i < commits.Length; i++)
        {
            if (i % 3 == 1)
                await Assert.ThrowsAsync<StoreConflictException>(() => commits[i]);
            else
                await commits[i];
        }
        foreach (var party in parties)
            AssertWhole(store, Feed(party), 4);
        Assert.Equal(
            Enumerable.Range(1, 160).Select(i => (long)i),
            store.ReadRecord(Line(), 0, 1000, 1 << 20, false).Select(e => e.Arrival)
        );
    }

    [Fact]
    public async Task Commits_are_applied_in_the_order_of_the_calls_without_waiting_in_between()
    {
        var (store, _) = await WithLineAsync();
        var commits = Enumerable
            .Range(0, 500)
            .Select(i => store.CommitAsync([Append(Feed(), (ulong)i * 3, 3)], Ct))
            .ToArray();
        Assert.Equal(Enumerable.Range(1, 500).Select(i => (long)i * 3), await Task.WhenAll(commits));
        AssertWhole(store, Feed(), 1500);
    }

    [Fact]
    public async Task A_reader_beside_the_writer_sees_each_commit_whole_or_not_at_all()
    {
        var (store, _) = await WithLineAsync();
        var writer = Task.Run(
            async () =>
            {
                for (ulong size = 0; size < 150; size++)
                    await store.CommitAsync([Append(Feed(), size, 1), Append(Feed("ua"), size, 1)], Ct);
            },
            Ct
        );
        while (!writer.IsCompleted)
        {
            var seen = store.ReadRecord(Line(), 0, 1000, 1 << 24, false);
            Assert.Equal(seen.Count(e => e.Feed == Feed()), seen.Count(e => e.Feed == Feed("ua")));
        }
        await writer;
        Assert.Equal(300, store.ReadRecord(Line(), 0, 1000, 1 << 24, false).Count);
    }

    [Fact]
    public async Task A_commit_cancelled_before_it_begins_is_not_stored_and_one_with_nothing_to_store_completes()
    {
        var (store, _) = await WithLineAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.CommitAsync([Append(Feed(), 0, 1)], new CancellationToken(canceled: true))
        );
        await store.CommitAsync([], Ct);
        Assert.Empty(store.ReadFeed(Feed(), 0, 10, 1000, true));
    }

    [Fact]
    public async Task Malformed_changes_throw_at_once_and_leave_the_store_alone()
    {
        var (store, _) = await WithLineAsync();
        var entry = Entry(Feed(), 0);
        foreach (
            var bad in new[]
            {
                entry with
                {
                    Header = [],
                },
                entry with
                {
                    Salt = null,
                },
                entry with
                {
                    Salt = [1],
                },
                entry with
                {
                    Body = new byte[Body.MaxInline + 1],
                },
            }
        )
            await Assert.ThrowsAsync<ArgumentException>(async () =>
                await store.CommitAsync([Append(Feed(), 0, 1) with { Entries = [bad] }], Ct)
            );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await store.CommitAsync([new PutAttachmentChunk(File(), 0, [])], Ct)
        );
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await store.CommitAsync([new PutAttachmentChunk(File(), 0, new byte[StoreLimits.MaxChunkLength + 1])], Ct)
        );
        Assert.Null(store.Fault);
        await store.CommitAsync([Append(Feed(), 0, 1)], Ct);
    }

    [Fact]
    public async Task An_empty_feed_and_a_newer_checkpoint_of_the_same_size_can_be_stored()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 0)], Ct);
        Assert.Equal(0UL, Assert.Single((await store.LoadAsync(Ct)).Feeds).Size);
        await store.CommitAsync([Append(Feed(), 0, 2), Append(Feed(), 2, 0) with { Checkpoint = Bytes("newer") }], Ct);
        Assert.Equal(Bytes("newer"), Assert.Single((await store.LoadAsync(Ct)).Feeds).Checkpoint);
        AssertWhole(store, Feed(), 2);
    }

    [Fact]
    public async Task Reads_stop_at_their_limits_but_never_before_the_first_entry()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 50, bodyLength: 1000)], Ct);
        Assert.Equal(7, store.ReadFeed(Feed(), 0, 7, 1 << 20, true).Count);
        Assert.Single(store.ReadFeed(Feed(), 0, 50, 1, true));
        Assert.InRange(store.ReadFeed(Feed(), 0, 50, 5000, true).Count, 3, 5);
        Assert.InRange(store.ReadRecord(Line(), 0, 50, 5000, true).Count, 3, 5);
        Assert.Equal(50, store.ReadFeed(Feed(), 0, 50, 6000, false).Count);
        Assert.Equal([48, 49], store.ReadFeed(Feed(), 48, 50, 1 << 20, true).Select(e => (int)e.Seq));
        Assert.Empty(store.ReadFeed(Feed(), 50, 50, 1 << 20, true));
        Assert.Empty(store.ReadFeed(Feed(), ulong.MaxValue, 50, 1 << 20, true));
        Assert.Empty(store.ReadFeed(Feed("nobody"), 0, 50, 1 << 20, true));
        Assert.Empty(store.ReadRecord(Line('z'), 0, 50, 1 << 20, true));
        Assert.InRange(store.ReadRecordBefore(Line(), long.MaxValue, 50, 5000, true).Count, 3, 5);
        Assert.Single(store.ReadRecordBefore(Line(), long.MaxValue, 50, 1, true));
        Assert.Empty(store.ReadRecordBefore(Line(), 1, 50, 1 << 20, true));
        Assert.Empty(store.ReadRecordBefore(Line('z'), long.MaxValue, 50, 1 << 20, true));
        Assert.All(store.ReadFeed(Feed(), 0, 50, 1 << 20, false), e => Assert.True(e.Salt is null && e.Body is null));
        Assert.Null(store.ReadEntry(Feed(), 50));
        Assert.Equal(Entry(Feed(), 9, 1000).Body, store.ReadEntry(Feed(), 9)!.Body);
        Assert.Equal(At, store.ReadEntry(Feed(), 9)!.StoredAt);
    }

    [Fact]
    public async Task An_entry_without_a_body_and_one_with_an_empty_body_stay_what_they_are()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync(
            [
                Append(Feed(), 0, 1, bodyLength: -1),
                Append(Feed(), 1, 1, bodyLength: 0),
                Append(Feed(), 2, 1, bodyLength: Body.MaxInline),
            ],
            Ct
        );
        Assert.Null(store.ReadEntry(Feed(), 0)!.Body);
        Assert.Null(store.ReadEntry(Feed(), 0)!.Salt);
        Assert.Empty(store.ReadEntry(Feed(), 1)!.Body!);
        Assert.Equal(32, store.ReadEntry(Feed(), 1)!.Salt!.Length);
        Assert.Equal(Body.MaxInline, store.ReadEntry(Feed(), 2)!.Body!.Length);
    }

    [Fact]
    public async Task Subtree_hashes_are_read_by_level_and_number_as_far_as_they_are_stored()
    {
        var (store, _) = await WithLineAsync();
        var append = Append(Feed(), 0, 1100);
        await store.CommitAsync(
            [append with { Subtrees = [.. append.Subtrees, new SubtreeHash(2, 0, Digest("level 2"))] }],
            Ct
        );
        Assert.Equal(
            Enumerable.Range(0, 4).Select(i => Digest($"{Feed()} 1 {i}")),
            store.ReadSubtrees(Feed(), 1, 0, 256).ToArray()
        );
        Assert.Equal([Digest($"{Feed()} 1 2")], store.ReadSubtrees(Feed(), 1, 2, 1).ToArray());
        Assert.Equal([Digest("level 2")], store.ReadSubtrees(Feed(), 2, 0, 256).ToArray());
        Assert.True(store.ReadSubtrees(Feed(), 1, 4, 256).IsEmpty);
        Assert.True(store.ReadSubtrees(Feed("nobody"), 1, 0, 1).IsEmpty);
    }

    [Fact]
    public async Task A_lines_standing_changes_and_its_document_never_does()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Accept(Line(), LineStanding.Stopped)], Ct);
        Assert.Equal(LineStanding.Stopped, Assert.Single((await store.LoadAsync(Ct)).Lines).Standing);
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([Accept(Line()) with { Document = [1] }], Ct)
        );
        Assert.Equal(Accept(Line()).Document, Assert.Single((await store.LoadAsync(Ct)).Lines).Document);
    }

    [Fact]
    public async Task Small_values_are_set_replaced_and_deleted()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([new PutMeta("a", [1]), new PutMeta("b", []), new PutMeta("a", [2])], Ct);
        await store.CommitAsync([new PutMeta("c", null)], Ct);
        var meta = (await store.LoadAsync(Ct)).Meta;
        Assert.Equal(2, meta.Count);
        Assert.Equal([2], meta["a"]);
        Assert.Empty(meta["b"]);
        await store.CommitAsync([new PutMeta("a", null)], Ct);
        Assert.Equal(["b"], (await store.LoadAsync(Ct)).Meta.Keys);
    }

    [Fact]
    public async Task Forks_are_kept_once_per_pair_and_listed_by_line()
    {
        var (store, _) = await WithLineAsync();
        var fork = new PutFork(Line(), Feed("ua"), Bytes("one"), Bytes("two"), At);
        await store.CommitAsync([fork, fork, fork with { Line = Line('b'), Feed = Feed("ua", 'b') }], Ct);
        await store.CommitAsync([fork], Ct);
        Assert.Equal(2, store.ReadForks(null).Count);
        var row = Assert.Single(store.ReadForks(Line()));
        Assert.Equal((Line(), Feed("ua"), At), (row.Line, row.Feed, row.At));
        Assert.Equal(Bytes("one"), row.First);
        Assert.Equal(Bytes("two"), row.Second);
    }

    [Fact]
    public async Task Refusals_are_counted_by_what_they_have_in_common()
    {
        var (store, _) = await WithLineAsync();
        for (var i = 0; i < 3; i++)
            await store.CommitAsync(
                [
                    new CountRefusal(Line(), "ua", 422, "bad proof", At.AddSeconds(i)),
                    new CountRefusal(null, null, 403, "unknown key", At.AddMinutes(i)),
                ],
                Ct
            );
        Assert.Equal(["unknown key", "bad proof"], store.ReadRefusals(null, 10).Select(r => r.Reason));
        Assert.Equal(
            new RefusalRow(Line(), "ua", 422, "bad proof", 3, At, At.AddSeconds(2)),
            Assert.Single(store.ReadRefusals(Line(), 10))
        );
        Assert.Equal(
            new RefusalRow(null, null, 403, "unknown key", 3, At, At.AddMinutes(2)),
            Assert.Single(store.ReadRefusals(null, 1))
        );
    }

    [Fact]
    public async Task A_peer_cannot_fill_the_store_with_refusals()
    {
        var (store, _) = await WithLineAsync();
        var flood = Enumerable
            .Range(0, StoreLimits.MaxRefusalRows + 50)
            .Select(i => new CountRefusal(null, $"peer {i}", 403, "unknown key", At.AddMilliseconds(i)));
        foreach (var part in flood.Chunk(2500))
            await store.CommitAsync(part, Ct);
        await store.CommitAsync(
            [new CountRefusal(null, new string('p', 10_000), 403, "cut\0" + new string('r', 10_000), At.AddDays(1))],
            Ct
        );
        var rows = store.ReadRefusals(null, 100_000);
        Assert.Equal(StoreLimits.MaxRefusalRows, rows.Count);
        Assert.Equal(StoreLimits.MaxRefusalText, rows[0].Reason.Length);
        Assert.Equal(StoreLimits.MaxRefusalText, rows[0].Peer!.Length);
        Assert.Equal("peer 51", rows[^1].Peer);
    }
}
