using Parley.Testing.Stores;
using Xunit;

namespace Parley.Storage.Tests.Sqlite;

public sealed class SqliteReadingTests
{
    [Fact]
    public async Task A_reading_sees_one_state_and_its_copy_is_that_state_though_the_store_goes_on()
    {
        using var folder = new TempFolder();
        var location = $"sqlite:{folder.File("parley.db")}";
        var feed = StoreSample.Feed();
        await using var store = await StationStore.OpenAsync(
            location,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        await store.CommitAsync(
            [StoreSample.Accept(feed.Line), StoreSample.Append(feed, 0, 300)],
            TestContext.Current.CancellationToken
        );
        using var reading = StoreReading.Open(location, TimeProvider.System);
        await store.CommitAsync([StoreSample.Append(feed, 300, 200)], TestContext.Current.CancellationToken);

        var copies = folder.File("copies");
        Directory.CreateDirectory(copies);
        reading.CopyTo(copies, (_, _) => { }, CancellationToken.None);
        await store.CommitAsync([StoreSample.Append(feed, 500, 200)], TestContext.Current.CancellationToken);
        Assert.Equal([300L], reading.Feeds().Select(f => f.Size));
        Assert.Equal(300, reading.CountEntries(reading.Feeds()[0].Row));

        var restored = $"sqlite:{folder.File("restored.db")}";
        await StoreRestore.IntoAsync(
            restored,
            copies,
            reading.Migration,
            "mark",
            TimeProvider.System,
            (_, _) => { },
            CancellationToken.None
        );
        await Assert.ThrowsAsync<StoreFaultException>(() =>
            StoreRestore.IntoAsync(
                restored,
                copies,
                reading.Migration,
                "mark",
                TimeProvider.System,
                (_, _) => { },
                CancellationToken.None
            )
        );
        await using var again = await StationStore.OpenAsync(
            restored,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        var snapshot = await again.LoadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(300UL, Assert.Single(snapshot.Feeds).Size);
        Assert.Equal([1], snapshot.Meta["mark"]);
        Assert.Equal(
            store.ReadFeed(feed, 0, 300, long.MaxValue, true).Select(e => e.Body),
            again.ReadFeed(feed, 0, 1000, long.MaxValue, true).Select(e => e.Body)
        );
    }

    [Fact]
    public async Task A_disk_that_fills_up_under_a_copy_is_said_to_be_full()
    {
        using var folder = new TempFolder();
        using var disk = await SmallDisk.MountAsync(8 * 1024);
        var location = $"sqlite:{folder.File("parley.db")}";
        var feed = StoreSample.Feed();
        await using var store = await StationStore.OpenAsync(
            location,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        await store.CommitAsync(
            [StoreSample.Accept(feed.Line), StoreSample.Append(feed, 0, 2000, 20_000)],
            TestContext.Current.CancellationToken
        );
        using var reading = StoreReading.Open(location, TimeProvider.System);
        var fault = Assert
            .Throws<StoreFaultException>(() => reading.CopyTo(disk.Path, (_, _) => { }, CancellationToken.None))
            .Fault;
        Assert.Equal(StoreFaultKind.Full, fault.Kind);
    }
}
