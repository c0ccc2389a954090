using Parley.Record;
using Xunit;

namespace Parley.Deconfliction.Tests;

/// <summary>Which entries volumes conflict with, and what that may cost.</summary>
public sealed class EntrySearchTests
{
    private static readonly PartyId Us = PartyId.Parse("us");

    private static Activity Of(int number, params Volume4D[] volumes) =>
        new(
            new EntryId(Us, (ulong)number),
            Us,
            VolumeRole.Activity,
            0,
            ActivityState.Notified,
            Disclosure.Line,
            [],
            volumes
        );

    /// <summary>A sliver from south-west to north-east: the boxes of two meet though they lie apart.</summary>
    private static Volume4D Diagonal(double east) =>
        Samples.Volume(Samples.Polygon((east, 0), (10 + east, 10), (10 + east, 10.000001), (east, 0.000001)));

    [Fact] // DECONFLICTION-11, DECONFLICTION-15
    public void It_finds_the_entries_that_comparing_every_volume_finds_through_updates_and_ends()
    {
        var chance = new Random(20260101);
        var volumes = new RandomVolumes(7);
        var index = new ConflictIndex();
        for (var round = 0; round < 300; round++)
        {
            index.Put(Of(chance.Next(60), [.. Enumerable.Range(0, 1 + chance.Next(6)).Select(_ => volumes.Next())]));
            if (round % 7 == 0)
                index.Remove(new EntryId(Us, (ulong)chance.Next(60)));
            Volume4D[] probes = [volumes.Next(), volumes.Next()];
            var own = new EntryId(Us, (ulong)chance.Next(60));
            var all = new List<(EntryId Entry, (int, int) Pair)>();
            for (var i = 0; i < probes.Length; i++)
            {
                var found = new List<IndexedVolume>();
                index.Find(probes[i], Separation.None, found, own);
                all.AddRange(found.Select(f => (f.Key.Entry, (i, f.Key.Number))));
            }
            var entries = index.FindEntries(probes, Separation.None, new SearchWork(), own);
            Assert.Equal(all.Select(a => a.Entry).Distinct().OrderBy(e => e.Seq), entries.Select(e => e.Entry));
            Assert.All(entries, e => Assert.Equal((true, true), (e.IsExact, e.IsEveryPair)));
            Assert.All(
                entries,
                e => Assert.Equal(all.Where(a => a.Entry == e.Entry).Select(a => a.Pair).Order(), e.Pairs)
            );
        }
    }

    [Fact] // DECONFLICTION-15
    public void Two_entries_of_256_volumes_at_one_place_keep_a_few_pairs_and_say_that_there_are_more()
    {
        var volumes = Enumerable.Repeat(Diagonal(0), Activity.MaxVolumes).ToArray();
        var index = new ConflictIndex();
        index.Put(Of(1, volumes));
        var found = Assert.Single(index.FindEntries(volumes, Separation.None, new SearchWork()));
        Assert.Equal((EntryConflict.MaxPairs, false, true), (found.Pairs.Count, found.IsEveryPair, found.IsExact));
    }

    [Fact] // DECONFLICTION-15
    public void What_is_not_compared_because_the_work_is_spent_counts_as_a_conflict_and_says_that_only_boxes_were_compared()
    {
        var index = new ConflictIndex();
        index.Put(Of(1, Diagonal(0.001)));
        index.Put(Of(2, Diagonal(0.002)));
        var probe = new[] { Diagonal(0) };
        Assert.Empty(index.FindEntries(probe, Separation.None, new SearchWork()));
        Assert.Equal(
            [(1UL, false), (2UL, false)],
            index.FindEntries(probe, Separation.None, new SearchWork(0)).Select(f => (f.Entry.Seq, f.IsExact))
        );
        Assert.False(Assert.Single(index.FindEntries(probe, Separation.None, new SearchWork(1))).IsExact); // the other was compared, and is none
    }
}
