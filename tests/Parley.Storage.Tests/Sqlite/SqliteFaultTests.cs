#pragma warning disable CA1416 // File modes are what these tests are about; stations run on Linux.

using Parley.Storage.Sqlite;
using Parley.Testing.Stores;
using SQLitePCL;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Storage.Tests.Sqlite;

/// <summary>Faults of disk and file, made for real. After each of them, what was acknowledged is there, once.</summary>
public sealed class SqliteFaultTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private static Task<IStationStore> OpenAsync(string path) =>
        StationStore.OpenAsync("sqlite:" + path, TimeProvider.System, Ct);

    private static async Task<StoreFault> FaultAsync(StoreFaultKind kind, Func<Task> act)
    {
        var fault = (await Assert.ThrowsAsync<StoreFaultException>(act)).Fault;
        Assert.True(kind == fault.Kind, $"expected {kind}, got {fault.Kind}: {fault.Message}");
        return fault;
    }

    private static int CountWhole(IStationStore store)
    {
        var next = 0;
        while (store.ReadFeed(Feed(), (ulong)next, 1000, 1 << 22, true) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                Assert.Equal((ulong)next, entry.Seq);
                Assert.Equal(next + 1, entry.Arrival);
                Assert.Equal(Entry(Feed(), entry.Seq, 2000).Body, entry.Body);
                next++;
            }
        }
        return next;
    }

    private static async Task<int> FillAsync(IStationStore store, int from, int batches)
    {
        for (var i = 0; i < batches; i++)
            await store.CommitAsync([Append(Feed(), (ulong)(from + (i * 20)), 20, 2000)], Ct);
        return from + (batches * 20);
    }

    [Fact]
    public async Task A_full_disk_fails_the_commit_keeps_what_was_acknowledged_and_heals_when_there_is_room()
    {
        // The ballast is more than what the write-ahead log can hold, so that without it the log fits into the
        // database.
        using var disk = await SmallDisk.MountAsync(12 * 1024);
        var ballast = disk.File("ballast");
        await File.WriteAllBytesAsync(ballast, new byte[8 << 20], Ct);
        var store = await OpenAsync(disk.File("p.db"));
        await store.CommitAsync([Accept(Line())], Ct);
        var acknowledged = 0;
        await FaultAsync(
            StoreFaultKind.Full,
            async () =>
            {
                while (true)
                    acknowledged = await FillAsync(store, acknowledged, 1);
            }
        );
        Assert.True(acknowledged > 0);
        Assert.Equal(StoreFaultKind.Full, store.Fault!.Kind);
        await FaultAsync(
            StoreFaultKind.Full,
            () => store.CommitAsync([Append(Feed(), (ulong)acknowledged, 200, 2000)], Ct)
        );
        Assert.Equal(acknowledged, CountWhole(store));

        File.Delete(ballast);
        acknowledged = await FillAsync(store, acknowledged, 5);
        Assert.Null(store.Fault);
        await store.DisposeAsync();
        store = await OpenAsync(disk.File("p.db"));
        Assert.Equal(acknowledged, CountWhole(store));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_file_system_that_became_read_only_is_said_to_be_so()
    {
        using var disk = await SmallDisk.MountAsync(8 * 1024);
        var store = await OpenAsync(disk.File("p.db"));
        await store.CommitAsync([Accept(Line()), Append(Feed(), 0, 5)], Ct);
        await store.DisposeAsync();
        await disk.MakeReadOnlyAsync();
        await FaultAsync(StoreFaultKind.ReadOnly, () => OpenAsync(disk.File("p.db")));
    }

    [Fact]
    public async Task A_read_only_database_file_is_said_to_be_so()
    {
        Assert.SkipWhen(
            Environment.IsPrivilegedProcess,
            "root may write to any file; the file system's own flag is tested instead"
        );
        var path = folder.File("p.db");
        await (await OpenAsync(path)).DisposeAsync();
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        await FaultAsync(StoreFaultKind.ReadOnly, () => OpenAsync(path));
    }

    [Fact]
    public async Task A_database_locked_by_a_tool_fails_commits_while_it_lasts_and_no_longer_and_reads_go_on()
    {
        var path = folder.File("p.db");
        await using var store = await OpenAsync(path);
        await store.CommitAsync([Accept(Line())], Ct);
        var acknowledged = await FillAsync(store, 0, 2);
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(path, out var tool));
        using (tool)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(tool, "BEGIN EXCLUSIVE"));
            await FaultAsync(StoreFaultKind.Locked, () => store.ProbeAsync(Ct).AsTask());
            await FaultAsync(
                StoreFaultKind.Locked,
                () => store.CommitAsync([Append(Feed(), (ulong)acknowledged, 1, 2000)], Ct)
            );
            Assert.Equal(StoreFaultKind.Locked, store.Fault!.Kind);
            Assert.Equal(acknowledged, CountWhole(store));
        }
        acknowledged = await FillAsync(store, acknowledged, 1);
        Assert.Null(store.Fault);
        Assert.Equal(acknowledged, CountWhole(store));
    }

    [Fact]
    public async Task More_waiting_commits_than_the_limit_are_refused_and_the_others_are_not()
    {
        var path = folder.File("p.db");
        await using var store = await OpenAsync(path);
        await store.CommitAsync([Accept(Line())], Ct);
        Task<long>[] commits;
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(path, out var tool));
        using (tool)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(tool, "BEGIN EXCLUSIVE"));
            commits =
            [
                .. Enumerable
                    .Range(0, StoreLimits.MaxWaitingCommits * 2)
                    .Select(i => store.CommitAsync([new PutMeta("k", [1])], Ct)),
            ];
        }
        var outcomes = await Task.WhenAll(
            commits.Select(async c =>
            {
                try
                {
                    await c;
                    return (StoreFaultKind?)null;
                }
                catch (StoreFaultException fault)
                {
                    return fault.Fault.Kind;
                }
            })
        );
        Assert.Contains(StoreFaultKind.Busy, outcomes);
        Assert.Contains(null, outcomes);
        await store.ProbeAsync(Ct);
        Assert.Null(store.Fault);
    }

    [Theory]
    [InlineData(
        "not a database at all, but long enough to have a header of one hundred bytes, were it one of those files"
    )]
    [InlineData("x")]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is(string content)
    {
        var path = folder.File("p.db");
        await File.WriteAllTextAsync(path, content, Ct);
        await FaultAsync(StoreFaultKind.Corrupt, () => OpenAsync(path));
        Assert.Equal(content, await File.ReadAllTextAsync(path, Ct));
    }

    [Fact]
    public async Task Damage_to_any_page_and_a_cut_file_are_found_when_the_store_opens()
    {
        var path = folder.File("p.db");
        var store = await OpenAsync(path);
        await store.CommitAsync([Accept(Line()), new PutMeta("k", [1])], Ct);
        await FillAsync(store, 0, 10);
        await store.DisposeAsync();
        var sound = await File.ReadAllBytesAsync(path, Ct);
        const int page = 8192;
        for (var at = 0; at < sound.Length; at += page)
        {
            var damaged = (byte[])sound.Clone();
            // The page's head: its kind, its cells' number and places. Bytes of a body are what the record's hashes are
            // for.
            for (var i = at; i < at + 64; i++)
                damaged[i] ^= 0x55;
            await File.WriteAllBytesAsync(path, damaged, Ct);
            await FaultAsync(StoreFaultKind.Corrupt, () => OpenAsync(path));
        }
        foreach (var cut in new[] { sound.Length - page, sound.Length / 2, page + 100, 50 })
        {
            await File.WriteAllBytesAsync(path, sound[..cut], Ct);
            await FaultAsync(StoreFaultKind.Corrupt, () => OpenAsync(path));
        }
        await File.WriteAllBytesAsync(path, sound, Ct);
        store = await OpenAsync(path);
        Assert.Equal(200, CountWhole(store));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Damage_met_while_running_stops_all_writing_until_the_store_is_opened_anew()
    {
        var path = folder.File("p.db");
        var store = await OpenAsync(path);
        await store.CommitAsync([Accept(Line())], Ct);
        await FillAsync(store, 0, 20);
        await store.DisposeAsync();
        var sound = await File.ReadAllBytesAsync(path, Ct);

        store = await OpenAsync(path);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Seek(10 * 8192, SeekOrigin.Begin);
            await file.WriteAsync(Enumerable.Repeat((byte)0xEE, sound.Length - (10 * 8192)).ToArray(), Ct);
        }
        var met = Assert.Throws<StoreFaultException>(() => CountWhole(store));
        Assert.Equal(StoreFaultKind.Corrupt, met.Fault.Kind);
        await FaultAsync(StoreFaultKind.Corrupt, () => store.CommitAsync([new PutMeta("k", [1])], Ct));
        await FaultAsync(StoreFaultKind.Corrupt, () => store.ProbeAsync(Ct).AsTask());
        Assert.Equal(StoreFaultKind.Corrupt, store.Fault!.Kind);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task The_write_ahead_log_stays_bounded_under_sustained_writing_with_readers_beside_it()
    {
        var path = folder.File("p.db");
        await using var store = await OpenAsync(path);
        await store.CommitAsync([Accept(Line())], Ct);
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                    store.ReadRecord(Line(), 0, 500, 1 << 20, true);
            },
            Ct
        );
        long largest = 0;
        for (ulong size = 0; size < 120_000; size += 1000)
        {
            await store.CommitAsync([Append(Feed(), size, 1000, 1000)], Ct);
            largest = Math.Max(largest, new FileInfo(path + "-wal").Length);
        }
        await stop.CancelAsync();
        await reader;
        Assert.InRange(largest, 1, SqliteWriter.MaxWalBytes + (8 << 20)); // and the commit that reached it, with what it took beside the entries
    }
}
