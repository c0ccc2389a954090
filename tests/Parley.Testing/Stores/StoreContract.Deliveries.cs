using Parley.Storage;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Testing.Stores;

public abstract partial class StoreContract
{
    private static PutCosignature CosignAt(ulong size, string cosigner, int second) =>
        Cosign(Feed(), size, cosigner, "ua") with
        {
            StatedAt = At.AddSeconds(second),
            NoteLine = $"— {cosigner} {size} at {second}",
        };

    private static IEnumerable<(ulong, int)> Delivered(IStationStore store, string cosigner, ulong above = 0) =>
        store.ReadDeliveries(Feed(), Party(cosigner), above, 100).Select(d => (d.Size, (int)(d.At - At).TotalSeconds));

    [Fact]
    public async Task By_when_an_entry_was_delivered_is_known_long_after_its_cosignature_is_pruned_and_after_a_restart()
    {
        var (store, location) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 90)], Ct);
        for (var i = 1; i <= 9; i++)
            await store.CommitAsync([CosignAt((ulong)i * 10, "ua", i)], Ct);
        Assert.Equal([("ua", 90)], Kept(store));
        await store.DisposeAsync();
        store = await OpenAsync(location);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => ((ulong)i * 10, i)), Delivered(store, "ua"));
        var covers = Assert.Single(store.ReadDeliveries(Feed(), Party("ua"), 34, 1));
        Assert.Equal(
            (40UL, At.AddSeconds(4), "— ua 40 at 4", Party("ua"), Feed()),
            (covers.Size, covers.At, covers.NoteLine, covers.Cosigner, covers.Feed)
        );
        Assert.Equal(Checkpoint(Feed(), 40), covers.Checkpoint);
        Assert.Empty(store.ReadDeliveries(Feed(), Party("ua"), 90, 1));
        Assert.Empty(store.ReadDeliveries(Feed(), Party("icrc"), 0, 1));
        Assert.Empty(store.ReadDeliveries(Feed("nobody"), Party("ua"), 0, 1));
    }

    [Fact] // LINK-90
    public async Task When_a_proof_of_delivery_came_is_kept_with_it_and_not_known_of_those_from_before()
    {
        var (store, location) = await WithLineAsync();
        await store.CommitAsync(
            [
                Append(Feed(), 0, 10),
                CosignAt(3, "ua", 1),
                CosignAt(5, "ua", 2) with
                {
                    ArrivedAt = At.AddMilliseconds(1500),
                },
            ],
            Ct
        );
        await store.CommitAsync([CosignAt(8, "ua", 2) with { ArrivedAt = At.AddMilliseconds(2500) }], Ct);
        await store.DisposeAsync();
        store = await OpenAsync(location);
        Assert.Equal(
            [(3UL, null), (8UL, At.AddMilliseconds(2500))],
            store.ReadDeliveries(Feed(), Party("ua"), 0, 100).Select(d => (d.Size, d.ArrivedAt))
        );
    }

    [Fact]
    public async Task Of_one_second_only_the_largest_size_is_kept_as_delivered()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync(
            [Append(Feed(), 0, 10), CosignAt(3, "ua", 1), CosignAt(5, "ua", 1), CosignAt(5, "icrc", 1)],
            Ct
        );
        await store.CommitAsync([CosignAt(8, "ua", 1), CosignAt(9, "ua", 2)], Ct);
        Assert.Equal([(8UL, 1), (9UL, 2)], Delivered(store, "ua"));
        Assert.Equal([(5UL, 1)], Delivered(store, "icrc"));
    }

    [Fact]
    public async Task What_was_delivered_before_is_not_made_later_by_a_cosignature_that_repeats_it()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 10), CosignAt(6, "ua", 1)], Ct);
        await store.CommitAsync([CosignAt(6, "ua", 2), CosignAt(4, "ua", 3), Cosign(Feed(), 9, "ua", "ua")], Ct);
        Assert.Equal([(6UL, 1)], Delivered(store, "ua"));
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([CosignAt(10, "ua", 4), Append(Feed(), 0, 1)], Ct)
        );
        Assert.Equal([(6UL, 1)], Delivered(store, "ua"));
    }
}
