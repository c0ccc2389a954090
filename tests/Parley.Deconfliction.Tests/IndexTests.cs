using Parley.Record;
using Xunit;
using static Parley.Deconfliction.Tests.Samples;

namespace Parley.Deconfliction.Tests;

public sealed class IndexTests
{
    private static readonly Separation Wide = Apart("2km,50m,300s");

    [Theory] // DECONFLICTION-11
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_index_finds_what_comparing_everything_with_everything_finds(int seed)
    {
        var random = new RandomVolumes(seed);
        var all = Enumerable.Range(0, 3_000).Select(i => Indexed(random.Next(), (ulong)i)).ToArray();
        var index = new ConflictIndex();
        index.Fill(all[..1500]);
        index.Fill(all[1500..1600]); // one by one
        foreach (var volume in all[1600..])
            index.Put(
                new Activity(
                    volume.Key.Entry,
                    volume.Owner,
                    volume.Role,
                    0,
                    ActivityState.Notified,
                    Disclosure.Line,
                    [],
                    [volume.Volume]
                )
            );
        Assert.Equal(all.Length, index.Count);
        var conflicts = 0;
        for (var i = 0; i < 300; i++)
        {
            var probe = random.Next();
            var separation = i % 2 == 0 ? Separation.None : Wide;
            conflicts += AssertSame(index, all, probe, separation);
        }
        Assert.True(conflicts > 100, $"only {conflicts} conflicts: the sample shows nothing");
    }

    [Fact]
    public void Updates_and_removals_leave_exactly_what_is_in_force() // DECONFLICTION-11
    {
        var random = new RandomVolumes(7);
        var index = new ConflictIndex();
        var held = new Dictionary<ulong, IndexedVolume[]>();
        var chance = new Random(7);
        for (var step = 0; step < 20_000; step++)
        {
            var entry = (ulong)chance.Next(step < 10_000 ? 2_000 : 500);
            if (chance.Next(3) > 0 && step < 15_000)
            {
                Volume4D[] volumes = [.. Enumerable.Range(0, 1 + chance.Next(3)).Select(_ => random.Next())];
                held[entry] = [.. volumes.Select((v, i) => Indexed(v, entry, i))];
                index.Put(
                    new Activity(
                        Entry("us", entry),
                        PartyId.Parse("us"),
                        VolumeRole.Activity,
                        0,
                        ActivityState.Active,
                        Disclosure.Line,
                        [],
                        volumes
                    )
                );
            }
            else
            {
                Assert.Equal(held.TryGetValue(entry, out var old) ? old.Length : 0, index.Remove(Entry("us", entry)));
                held.Remove(entry);
            }
            if (step % 1_000 == 0)
                _ = AssertSame(index, [.. held.Values.SelectMany(v => v)], random.Next(), Wide);
        }
        Assert.Equal(held.Values.Sum(v => v.Length), index.Count);
        foreach (var entry in held.Keys)
            index.Remove(Entry("us", entry));
        Assert.Equal(0, index.Count);
        index.Put(
            new Activity(
                Entry("us", 1),
                PartyId.Parse("us"),
                VolumeRole.KeepOut,
                0,
                ActivityState.Active,
                Disclosure.Line,
                [],
                [Volume(Box(0, 0, 1, 1))]
            )
        );
        Assert.Equal(
            1,
            AssertSame(index, [Indexed(Volume(Box(0, 0, 1, 1)), 1)], Volume(Circle(0.5, 0.5, 10)), Separation.None)
        );
    }

    [Fact]
    public void Volumes_at_the_antimeridian_and_the_poles_are_found_from_every_side() // DECONFLICTION-4 DECONFLICTION-11
    {
        var index = new ConflictIndex();
        IndexedVolume[] all =
        [
            Indexed(Volume(Box(179, 0, -179, 1)), 0),
            Indexed(Volume(Polygon((0, 80), (90, 80), (180, 80), (-90, 80))), 1),
            Indexed(Volume(Circle(0, 89.9, 20_000)), 2),
            Indexed(Volume(Box(-180, 0, -179, 1)), 3),
            Indexed(Volume(Polygon((10, -80), (20, -80), (15, -90))), 4),
        ];
        index.Fill(all);
        Assert.Equal(2, AssertSame(index, all, Volume(Box(179.5, 0.5, -179.5, 0.6)), Separation.None));
        Assert.Equal(2, AssertSame(index, all, Volume(Box(-179.9, 0.5, -179.5, 0.6)), Separation.None));
        Assert.Equal(1, AssertSame(index, all, Volume(Circle(179.99, 0.5, 10)), Separation.None));
        Assert.Equal(2, AssertSame(index, all, Volume(Circle(180, 89.99, 10)), Separation.None));
        Assert.Equal(2, AssertSame(index, all, Volume(Polygon((-100, 80), (-110, 80), (-105, 90))), Separation.None));
        Assert.Equal(1, AssertSame(index, all, Volume(Circle(-170, -90, 1)), Separation.None));
        Assert.Equal(1, AssertSame(index, all, Volume(Box(-178.99, 0, -178, -1)), Separation.None) + 1);
        Assert.Equal(2, AssertSame(index, all, Volume(Box(-178.99, 0, -178, -1)), Apart("2km")));
    }

    [Fact]
    public void An_entry_is_not_held_against_itself_and_cannot_be_filled_in_twice()
    {
        var index = new ConflictIndex();
        index.Fill([Indexed(Volume(Box(0, 0, 1, 1)), 5), Indexed(Volume(Box(0, 0, 1, 1)), 5, 1)]);
        List<IndexedVolume> found = [];
        index.Find(Volume(Box(0, 0, 1, 1)), Separation.None, found, Entry("us", 5));
        Assert.Empty(found);
        Assert.Throws<ArgumentException>(() => index.Fill([Indexed(Volume(Box(0, 0, 1, 1)), 5)]));
    }

    private static int AssertSame(
        ConflictIndex index,
        IReadOnlyList<IndexedVolume> all,
        Volume4D probe,
        Separation separation
    )
    {
        List<IndexedVolume> found = [];
        index.Find(probe, separation, found);
        var expected = all.Where(v => probe.ConflictsWith(v.Volume, separation))
            .Select(v => v.Key.ToString())
            .Order(StringComparer.Ordinal);
        Assert.Equal(expected, found.Select(v => v.Key.ToString()).Order(StringComparer.Ordinal));
        return found.Count;
    }
}
