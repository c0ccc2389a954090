using Parley.Storage;
using Xunit;
using static Parley.Testing.Stores.StoreSample;

namespace Parley.Testing.Stores;

public abstract partial class StoreContract
{
    private static IEnumerable<(string, ulong)> Kept(IStationStore store) =>
        store.ReadCosignatures(Feed()).Select(c => (c.Cosigner.Value, c.Size));

    [Fact]
    public async Task Cosignatures_from_the_largest_size_that_all_cosigned_on_are_kept_and_older_ones_go()
    {
        var (store, location) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 10)], Ct);
        string[] all = ["ua", "icrc"];
        await store.CommitAsync(
            [Cosign(Feed(), 2, "ua", all), Cosign(Feed(), 3, "icrc", all), Cosign(Feed(), 4, "ua", all)],
            Ct
        );
        Assert.Equal([("ua", 2), ("icrc", 3), ("ua", 4)], Kept(store));
        await store.CommitAsync([Cosign(Feed(), 4, "icrc", all)], Ct);
        Assert.Equal([("icrc", 4), ("ua", 4)], Kept(store));
        await store.CommitAsync([Cosign(Feed(), 6, "ua", all), Cosign(Feed(), 8, "ua", all)], Ct);
        Assert.Equal([("icrc", 4), ("ua", 4), ("ua", 6), ("ua", 8)], Kept(store));

        await store.DisposeAsync();
        store = await OpenAsync(location);
        await store.CommitAsync([Cosign(Feed(), 6, "icrc", all)], Ct);
        Assert.Equal([("icrc", 6), ("ua", 6), ("ua", 8)], Kept(store));
    }

    [Fact]
    public async Task The_latest_cosignature_of_a_party_that_fell_behind_is_kept()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync(
            [
                Append(Feed(), 0, 10),
                Cosign(Feed(), 2, "observer", "ua"),
                Cosign(Feed(), 5, "ua", "ua"),
                Cosign(Feed(), 9, "ua", "ua"),
            ],
            Ct
        );
        Assert.Equal([("observer", 2), ("ua", 9)], Kept(store));
    }

    [Fact]
    public async Task A_newer_cosignature_of_the_same_size_replaces_the_older()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync(
            [
                Append(Feed(), 0, 3),
                Cosign(Feed(), 3, "ua", "ua"),
                Cosign(Feed(), 3, "ua", "ua") with
                {
                    NoteLine = "— ua later",
                },
            ],
            Ct
        );
        var kept = Assert.Single(store.ReadCosignatures(Feed()));
        Assert.Equal("— ua later", kept.NoteLine);
        Assert.Equal(Checkpoint(Feed(), 3), kept.Checkpoint);
    }

    [Fact]
    public async Task Cosignatures_that_never_meet_do_not_pile_up_without_end()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 0)], Ct);
        await store.CommitAsync(
            [
                .. Enumerable
                    .Range(1, StoreLimits.MaxCosignaturesPerCosigner + 10)
                    .Select(i => Cosign(Feed(), (ulong)i, "ua", "ua", "icrc")),
            ],
            Ct
        );
        Assert.Equal(StoreLimits.MaxCosignaturesPerCosigner, store.ReadCosignatures(Feed()).Count);
        Assert.Equal(11UL, store.ReadCosignatures(Feed())[0].Size);
    }

    [Fact]
    public async Task A_conflict_leaves_the_cosignatures_as_they_were()
    {
        var (store, _) = await WithLineAsync();
        await store.CommitAsync([Append(Feed(), 0, 3), Cosign(Feed(), 1, "ua", "ua")], Ct);
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([Cosign(Feed(), 3, "ua", "ua"), Append(Feed(), 0, 1)], Ct)
        );
        await Assert.ThrowsAsync<StoreConflictException>(() =>
            store.CommitAsync([Cosign(Feed("nobody"), 3, "ua", "ua")], Ct)
        );
        Assert.Equal([("ua", 1)], Kept(store));
        await store.CommitAsync([Cosign(Feed(), 2, "ua", "ua")], Ct);
        Assert.Equal([("ua", 2)], Kept(store));
    }
}
