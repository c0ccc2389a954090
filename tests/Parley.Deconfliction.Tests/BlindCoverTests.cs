using FsCheck;
using FsCheck.Fluent;
using Parley.Record;
using Xunit;

namespace Parley.Deconfliction.Tests;

public sealed class BlindCoverTests
{
    [Fact]
    public void Whatever_conflicts_openly_shares_a_cell() // BLIND-CHECK-13
    {
        var conflicts = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    var profile = Profiles[random.Next(Profiles.Length)];
                    var (a, b) = (Inside(profile, random), Inside(profile, random));
                    if (!a.ConflictsWith(b, profile.Separation))
                        return true;
                    conflicts++;
                    var (first, second) = (
                        CellCover.Of(profile, [a]).Required(),
                        CellCover.Of(profile, [b]).Required()
                    );
                    return first.Outside.Count > 0
                        || second.Outside.Count > 0
                        || first.Cells.Intersect(second.Cells).Any();
                }
            )
        );
        Assert.True(conflicts > 20, $"only {conflicts} conflicts: the sample shows nothing");
    }

    [Fact]
    public void A_blind_check_of_two_plans_finds_every_conflict_that_an_open_one_finds() // BLIND-CHECK-13
    {
        var profile = BlindPair.Profile;
        var random = new Random(8);
        Volume4D[] a = [.. Enumerable.Range(0, 8).Select(_ => Inside(profile, random))],
            b = [.. Enumerable.Range(0, 8).Select(_ => Inside(profile, random))];
        var (first, second) = (CellCover.Of(profile, a).Required(), CellCover.Of(profile, b).Required());
        using var pair = new BlindPair(first.Cells, second.Cells).Play();
        var found = pair.A.Result!.Shared.ToHashSet();
        var conflicts = 0;
        foreach (var (v, w) in from v in a from w in b where v.ConflictsWith(w, profile.Separation) select (v, w))
        {
            conflicts++;
            Assert.NotEmpty(
                CellCover
                    .Of(profile, [v])
                    .Required()
                    .Cells.Intersect(CellCover.Of(profile, [w]).Required().Cells)
                    .Intersect(found)
            );
        }
        Assert.NotEqual(0, conflicts);
    }

    [Fact]
    public void A_border_of_cells_hides_nothing() // BLIND-CHECK-13
    {
        var profile = BlindPair.Profile; // rows of 0.01° from 45°
        var south = Samples.Volume(Samples.Box(30.101, 45.101, 30.102, 45.1099));
        var north = Samples.Volume(Samples.Box(30.101, 45.1101, 30.102, 45.115));
        Assert.False(south.ConflictsWith(north, Separation.None));
        Assert.True(south.ConflictsWith(north, profile.Separation));
        Assert.NotEmpty(
            CellCover.Of(profile, [south]).Required().Cells.Intersect(CellCover.Of(profile, [north]).Required().Cells)
        );
    }

    [Fact]
    public void What_lies_outside_the_area_or_window_is_named_and_altitudes_never_are() // BLIND-CHECK-14
    {
        var cover = CellCover
            .Of(
                BlindPair.Profile,
                [
                    Samples.Volume(Samples.Box(30.2, 45.2, 30.3, 45.3), 0, 100, 60, 90),
                    Samples.Volume(Samples.Box(30.9, 45.2, 31.1, 45.3)),
                    Samples.Volume(Samples.Box(40, 45, 41, 46)),
                    Samples.Volume(Samples.Box(30.2, 45.2, 30.3, 45.3), 0, 100, -60, 90),
                    Samples.Volume(Samples.Box(30.2, 45.2, 30.3, 45.3), 20_000, 30_000, 60, 90),
                    new Volume4D(
                        Samples.Box(30.2, 45.2, 30.3, 45.3),
                        AltitudeBand.All,
                        new TimeWindow(Samples.Noon.AddHours(1).UtcTicks, TimeWindow.Ever)
                    ),
                ]
            )
            .Required();
        Assert.Equal([1, 2, 3, 5], cover.Outside);
        Assert.Contains(cover.Cells, c => c.Layer == BlindPair.Profile.Layers - 1);
    }

    [Fact]
    public void A_plan_that_takes_too_many_cells_is_refused_with_the_reason()
    {
        var all = new Volume4D(Samples.Box(30, 45, 31, 46), AltitudeBand.All, TimeWindow.All);
        Assert.False(CellCover.Of(BlindPair.Profile, [all]).TryGet(out _, out var reason));
        Assert.StartsWith("volume 0: more than 65000 cells", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_is_the_same_bytes_at_both_sides_and_bad_numbers_are_refused() // BLIND-CHECK-2
    {
        var bytes = BlindPair.Profile.Encode();
        Assert.Equal(BlindPair.Profile, BlindProfile.Parse(bytes).Required());
        Assert.Equal(bytes, BlindProfile.Parse(bytes).Required().Encode());
        Assert.NotEqual(BlindPair.Profile.Hash(), BlindPair.MakeProfile(2_000).Hash());
        for (var i = 0; i < bytes.Length; i++)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 0x80;
            Assert.True(
                !BlindProfile.Parse(changed).TryGet(out var other, out _) || other.Hash() != BlindPair.Profile.Hash()
            );
        }
        Assert.False(BlindProfile.Parse(bytes.AsSpan()[..^1]).TryGet(out _, out _));
        Assert.Equal(
            (100, 50, 6, 24),
            (BlindPair.Profile.Rows, BlindPair.Profile.Columns, BlindPair.Profile.Layers, BlindPair.Profile.Slots)
        );
    }

    [Fact]
    public void A_budget_is_charged_for_each_day_and_a_clock_set_back_does_not_renew_it() // BLIND-CHECK-7
    {
        var limits = new BlindLimits { CellsPerDay = 5_000 };
        var day = new DateOnly(2030, 1, 1);
        var budget = new BlindBudget(day, 0).Charge(limits, day, 4_096).Required();
        Assert.Equal(4_096, budget.Spent);
        Assert.False(budget.Charge(limits, day, 1_024).TryGet(out _, out var reason));
        Assert.StartsWith("4096 of 5000 cells were asked on this line on 2030-01-01", reason, StringComparison.Ordinal);
        Assert.False(budget.Charge(limits, day.AddDays(-1), 1_024).TryGet(out _, out _));
        Assert.Equal(new BlindBudget(day.AddDays(1), 1_024), budget.Charge(limits, day.AddDays(1), 1_024).Required());
        Assert.Equal(4_352, budget.Charge(limits, day, 256).Required().Spent);
    }

    private static readonly BlindProfile[] Profiles =
    [
        BlindPair.Profile,
        BlindPair.MakeProfile(0),
        BlindPair.MakeProfile(10_000),
        BlindProfile
            .Create(
                (Vertex.OfDegrees(179, 60), Vertex.OfDegrees(-179, 61)),
                (50_000_000, 25_000_000),
                (0, 2_000_000),
                300_000,
                TimeWindow.Of(Samples.Noon, Samples.Noon.AddHours(6)),
                TimeSpan.FromMinutes(7),
                Samples.Apart("3km,333m,90s")
            )
            .Required(),
        BlindProfile
            .Create(
                (Vertex.OfDegrees(-180, 88), Vertex.OfDegrees(180, 90)),
                (5_000_000_000, 50_000_000),
                (0, 2_000_000),
                300_000,
                TimeWindow.Of(Samples.Noon, Samples.Noon.AddHours(6)),
                TimeSpan.FromMinutes(30),
                Samples.Apart("5km,100m,0")
            )
            .Required(),
    ];

    /// <summary>A volume in the middle of the profile's area and window, small enough that two often meet.</summary>
    private static Volume4D Inside(BlindProfile profile, Random random)
    {
        var shapes = new RandomVolumes(random.Next());
        var (width, height) = ((profile.East - profile.West) / 1e9, (profile.North - profile.South) / 1e9);
        var x = (profile.West + profile.East) / 2e9 + (random.NextDouble() - 0.5) * width * (width > 100 ? 1 : 0.1);
        var y = (profile.South + profile.North) / 2e9 + (random.NextDouble() - 0.5) * height * 0.1;
        x = x > 180 ? x - 360 : x;
        var outline =
            random.Next(3) == 0
                ? Samples.Circle(x, y, 50 + 1_500 * random.NextDouble())
                : shapes.Star(x, y, 0.001 + 0.03 * random.NextDouble());
        var (low, start) = (random.Next(0, 1_000_000), Samples.Noon.AddMinutes(120 + random.Next(0, 60)).UtcTicks);
        return new Volume4D(
            outline,
            new AltitudeBand(low, low + random.Next(0, 400_000), AltitudeReference.W84),
            new TimeWindow(start, start + random.NextInt64(0, 40 * TimeSpan.TicksPerMinute))
        );
    }
}
