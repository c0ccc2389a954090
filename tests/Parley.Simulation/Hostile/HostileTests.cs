using Parley.Testing;
using Xunit;

namespace Parley.Simulation.Hostile;

/// <summary>
/// A party that keeps every rule of the wire and wishes the others ill, against whole stations. <c>./parley-sim
/// --hostile --seeds 1 --from SEED</c> plays a failing seed again.
/// </summary>
public sealed class HostileTests
{
    /// <summary>Seeds of the round in <c>./test</c>, and the time after which a busy machine begins no further
    /// one.</summary>
    private const int Round = 160;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(Rounds.Of(25, 40));
    private const int LeastPlayed = 4;

    [Fact]
    public void Whatever_a_party_writes_within_the_rules_what_is_urgent_and_honest_rings_views_are_equal_every_answer_has_a_reason_and_no_officer_is_refused()
    {
        var failed = new List<(HostilePlan Plan, string Failure)>();
        var total = HostileRunner.Sum(
            Round,
            0,
            RoundTime,
            HostilePlan.Of,
            HostileWorld.Usual,
            (plan, failure) =>
            {
                lock (failed)
                    failed.Add((plan, failure));
            }
        );
        if (failed.Count > 0)
            Assert.Fail(
                HostileRun.Describe(failed.MinBy(f => f.Plan.Seed).Plan, failed.MinBy(f => f.Plan.Seed).Failure)
            );
        Assert.True(total.Played >= LeastPlayed && total.Entries > total.Played);
    }

    /// <summary>One body in so many in <c>./test</c>; <c>./parley-sim --sweep</c> takes all.</summary>
    private const int SweepShare = 12;
    private static readonly TimeSpan SweepTime = TimeSpan.FromSeconds(Rounds.Of(10, 25));

    [Fact]
    public void Every_member_of_every_kinds_body_with_extreme_values_is_taken_or_refused_for_a_reason_and_leaves_every_answer_as_it_should_be()
    {
        var total = BodySweep.Run(SweepShare, SweepTime);
        Assert.True(total.Findings.Count == 0, string.Join('\n', total.Findings.Take(20)));
        Assert.True(total.Kinds > 0 && total.Bodies > total.Kinds);
    }

    [Fact]
    public void Every_kind_that_the_code_names_has_a_body_that_is_read_and_so_is_in_the_sweep_and_in_the_floods()
    {
        Assert.All(BodyMaker.Types.Keys, kind => Assert.Contains(kind, BodyMaker.AllKinds));
        Assert.All(
            BodyMaker.Types.Keys,
            kind => Assert.True(BodyMaker.ReadableOf(kind).Count > 0, BodyMaker.WhyNot(kind))
        );
        Assert.True(BodyMaker.Types.Keys.Sum(k => BodyMaker.Swept(k).Count()) > 5_000);
    }

    /// <summary>A defect on purpose, what a party must do to bring it out, and a word that what is broken is said
    /// with.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> Defects =>
        [
            new(nameof(Defect.DiesOfFarTimes), nameof(Move.FarTimes), "does not ring|raises no alarm"),
            new(nameof(Defect.KeepsAllPairs), nameof(Move.ManyCircles), "allocates")
            {
                Traits = { [Rounds.Name] = [Rounds.Long] },
            },
            new(nameof(Defect.WaitsToRing), nameof(Move.UnseenFlash), "does not ring"),
            new(nameof(Defect.RingsByClaim), nameof(Move.OldFlashes), "does not ring|raises no alarm")
            {
                Traits = { [Rounds.Name] = [Rounds.Long] },
            },
            new(nameof(Defect.LetsThingsBeFilled), nameof(Move.FillItem), "is refused")
            {
                Traits = { [Rounds.Name] = [Rounds.Long] },
            },
            new(nameof(Defect.WantsAllNamed), nameof(Move.ManyAreas), "is refused")
            {
                Traits = { [Rounds.Name] = [Rounds.Long] },
            },
            new(nameof(Defect.WritesInfinity), nameof(Move.Sprinkle), "traffic")
            {
                Traits = { [Rounds.Name] = [Rounds.Long] },
            },
            new(nameof(Defect.SortsInTheThirdPower), nameof(Move.Faults), "works")
            {
                Traits = { [Rounds.Name] = [Rounds.Long] },
            },
            new(nameof(Defect.ForgetsWhatWaits), nameof(Move.Early), "different views")
            {
                Traits = { [Rounds.Name] = [Rounds.Long] },
            },
        ];

    /// <summary>For an alarm that is known not to be raised. All else comes also then, and has the usual time: a busy
    /// machine alone is no finding.</summary>
    private static readonly TimeSpan Impatience = TimeSpan.FromSeconds(4);
    private const int PlanSeeds = 2_000,
        PlantedSeeds = 24;

    [Theory]
    [MemberData(nameof(Defects))]
    public void A_defect_that_stations_once_had_is_found_within_twenty_four_seeds_whose_party_does_what_brings_it_out(
        string defect,
        string move,
        string words
    )
    {
        var (kind, mischief) = (Enum.Parse<Defect>(defect), Enum.Parse<Move>(move));
        var plans = Enumerable
            .Range(0, PlanSeeds)
            .Select(HostilePlan.Of)
            .Where(p =>
                p.Store == StoreKind.Memory
                && p.Steps.Count(s => s.Move == mischief) > 1
                && (p.IsHeavy || kind != Defect.ForgetsWhatWaits)
            )
            .Take(PlantedSeeds);
        var (found, failure) = plans
            .Select(p => (Plan: p, HostileRun.Play(p with { Defect = kind }, ringsWithin: Impatience).Failure))
            .FirstOrDefault(r => r.Failure is not null);
        Assert.True(
            failure is not null && words.Split('|').Any(w => failure.Contains(w, StringComparison.Ordinal)),
            $"{defect}: {failure ?? "not found"}"
        );
        Assert.Null(HostileRun.Play(found).Failure); // the defect is what is found
    }

    [Theory]
    [InlineData("--hostile")]
    [InlineData("--hostile", "--seeds", "0")]
    [InlineData("--hostile", "--seeds", "3", "--minutes", "1")]
    public void Wrong_usage_is_said_and_plays_nothing(params string[] args) => Assert.Equal(2, SeedRunner.Begin(args));
}
