using System.Diagnostics;
using Parley.Storage.Tests.Sqlite;
using Parley.Testing.Stores;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Storage.Tests.Postgres;

/// <summary>Faults of the server, made for real, on a server of their own.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private PostgresCluster? cluster;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_dies_under_load_loses_nothing_acknowledged_and_writes_nothing_twice()
    {
        var location = await cluster!.CreateDatabaseAsync();
        var store = await StationStore.OpenAsync(location, TimeProvider.System, Ct);
        await store.CommitAsync([Accept(Line())], Ct);
        var parties = Enumerable.Range(0, 6).Select(i => $"p{i}").ToArray();
        var underWay = new CountdownEvent(parties.Length);
        var writers = parties.Select(party => Task.Run(() => WriteUntilFault(store, party, underWay), Ct)).ToArray();
        await Task.Run(() => underWay.Wait(Ct), Ct);
        await cluster.StopImmediatelyAsync();
        var outcomes = await Task.WhenAll(writers);
        await Assert.ThrowsAsync<StoreFaultException>(() => store.ProbeAsync(Ct).AsTask());
        Assert.Throws<StoreFaultException>(() => store.ReadFeed(Feed("p0"), 0, 1, 1, false));
        Assert.Equal(StoreFaultKind.Unreachable, store.Fault!.Kind);

        await cluster.StartAsync();
        var sizes = (await store.LoadAsync(Ct)).Feeds.ToDictionary(f => f.Feed, f => f.Size);
        foreach (var (party, acknowledged, uncertain) in outcomes)
        {
            var stored = sizes[Feed(party)];
            Assert.True(
                stored == acknowledged || (uncertain && stored == acknowledged + 30),
                $"{party}: {acknowledged} acknowledged, {stored} stored"
            );
            await store.CommitAsync([Append(Feed(party), stored, 30)], Ct);
        }
        Assert.Null(store.Fault);
        await store.DisposeAsync();

        store = await StationStore.OpenAsync(location, TimeProvider.System, Ct);
        var total = 0;
        foreach (var (feed, size) in sizes)
        {
            var entries = store.ReadFeed(feed, 0, 60_000, 1L << 30, true);
            Assert.Equal(Enumerable.Range(0, (int)size + 30).Select(i => (ulong)i), entries.Select(e => e.Seq));
            total += entries.Count;
        }
        Assert.Equal(
            Enumerable.Range(1, total).Select(i => (long)i),
            store.ReadRecord(Line(), 0, 65_536, 1L << 30, false).Select(e => e.Arrival)
        );
        await store.DisposeAsync();
    }

    private static async Task<(string Party, ulong Acknowledged, bool Uncertain)> WriteUntilFault(
        IStationStore store,
        string party,
        CountdownEvent underWay
    )
    {
        ulong acknowledged = 0;
        try
        {
            for (; acknowledged < 9000; acknowledged += 30)
            {
                await store.CommitAsync([Append(Feed(party), acknowledged, 30)], Ct);
                if (acknowledged == 90)
                    underWay.Signal();
            }
            throw new UnreachableException("the server was to die first");
        }
        catch (StoreFaultException fault)
        {
            return (party, acknowledged, fault.UncertainOutcome);
        }
    }

    [Fact]
    public async Task A_full_disk_at_the_server_fails_the_commit_and_keeps_what_was_acknowledged()
    {
        using var disk = await SmallDisk.MountAsync(24 * 1024);
        using (var chown = Process.Start("chown", ["postgres", disk.Path]))
            await chown.WaitForExitAsync(Ct);
        var space = disk.File("space");
        using (var make = Process.Start("install", ["-d", "-o", "postgres", "-m", "700", space]))
            await make.WaitForExitAsync(Ct);
        await cluster!.SqlAsync("postgres", $"CREATE TABLESPACE small LOCATION '{space}'");
        var store = await StationStore.OpenAsync(
            await cluster.CreateDatabaseAsync("TABLESPACE small"),
            TimeProvider.System,
            Ct
        );
        await store.CommitAsync([Accept(Line())], Ct);
        ulong acknowledged = 0;
        var fault = await Assert.ThrowsAsync<StoreFaultException>(async () =>
        {
            for (; ; acknowledged += 200)
                await store.CommitAsync([Append(Feed(), acknowledged, 200, 4000)], Ct);
        });
        Assert.Equal(StoreFaultKind.Full, fault.Fault.Kind);
        Assert.False(fault.UncertainOutcome);
        var row = Assert.Single((await store.LoadAsync(Ct)).Feeds);
        Assert.Equal(acknowledged, row.Size);
        Assert.Equal(acknowledged, (ulong)store.ReadFeed(Feed(), 0, 60_000, 1L << 30, false).Count);
        await store.DisposeAsync();
    }
}
