using Parley.Simulation.Stores;
using Parley.Testing;
using Parley.Testing.Stores;
using Xunit;

namespace Parley.Simulation;

/// <summary>
/// Everything at once, from seeds. The message of a failing test names the seed and the shortest list of acts that
/// still fails; <c>./parley-sim --seeds 1 --from SEED</c>
/// plays it again.
/// </summary>
public sealed class SimulationTests
{
    /// <summary>Seeds of the round, over all processors.</summary>
    private static readonly int Round = Rounds.Of(100, 300);

    /// <summary>Those of the long round, which begin where the short one ends.</summary>
    private const int LongRound = 1_700;
    private static readonly int RoundOfMany = Rounds.Of(8, 24);

    /// <summary>A commit at a server takes a thousand times as long as one in memory.</summary>
    private static readonly int RoundOnServer = Rounds.Of(2, 4);

    // LINK-13 to LINK-18, LINK-20, LINK-40, LINK-50 to LINK-52, LINK-60 to LINK-63, LINK-70 to LINK-76
    [Fact]
    public void Whatever_networks_stores_clocks_processes_and_a_liar_do_what_was_cosigned_is_at_both_ends_identical_once_and_in_order() =>
        Play(Round, 0, 2, 10);

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public void The_same_promises_hold_over_two_thousand_seeds() => Play(LongRound, Round, 2, 10);

    [Fact]
    public void Six_to_ten_stations_keep_the_same_promises() => Play(RoundOfMany, 1_000_000, 6, 10);

    [Fact]
    public void On_a_PostgreSQL_server_the_same_promises_hold()
    {
        Assert.SkipUnless(PostgresDisk.TryBegin(), PostgresCluster.Absent);
        try
        {
            Play(RoundOnServer, 2_000_000, 2, 3, StoreKind.Postgres);
        }
        finally
        {
            PostgresDisk.End();
        }
    }

    private static void Play(int seeds, int from, int fewest, int most, StoreKind? store = null)
    {
        var failed = new List<Plan>();
        var total = SeedRunner.Sum(
            seeds,
            from,
            Environment.ProcessorCount,
            seed => Plan.Of(seed, fewest, most, store: store),
            plan =>
            {
                lock (failed)
                    failed.Add(plan);
            }
        );
        if (failed.Count > 0)
            Assert.Fail(Shrinker.Describe(failed.MinBy(p => p.Setup.Seed)!));
        Assert.Equal(seeds, total.Played);
        Assert.True(total.Longest < Run.SettlesWithin);
        if (seeds == Round)
            Assert.True(total.Named > 0 && total.Entries > seeds); // liars were among them, and something was said
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(24)] // with SQLite
    [InlineData(41)]
    public void The_same_seed_gives_the_same_run_step_by_step(int seed)
    {
        var first = Run.Play(Plan.Of(seed));
        var second = Run.Play(Plan.Of(seed));
        Assert.Null(first.Failure);
        Assert.Equal((first.TraceHash, first.Steps), (second.TraceHash, second.Steps));
        Assert.NotEqual(first.TraceHash, Run.Play(Plan.Of(seed + 1)).TraceHash);
    }

    [Fact]
    public void The_digest_is_a_line_for_each_seed_the_same_each_time_and_another_when_a_run_was_another()
    {
        var first = Digest(Plant.None);
        Assert.Equal(first, Digest(Plant.None));
        Assert.Equal(5, first.Length);
        Assert.StartsWith("seed 100: ", first[0], StringComparison.Ordinal);
        Assert.StartsWith("4 seeds: ", first[^1], StringComparison.Ordinal);
        Assert.NotEqual(first[^1], Digest(Plant.WritesTwice)[^1]);

        static string[] Digest(Plant plant)
        {
            using var lines = new StringWriter();
            SeedRunner.PrintDigest(4, 100, seed => Plan.Of(seed, 2, 3, plant: plant), lines);
            return lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>A defect on purpose, and a word that what is broken must be said with.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Plants =>
        [
            new(
                nameof(Plant.StoreLies),
                "after a restart has|signs another entry|did not write there|lost entries|does not durably have"
            ),
            new(nameof(Plant.AnswersBeforeCommit), "durabl|stored"),
            new(nameof(Plant.SignsAfterLoss), "signs another entry|accuses|does not durably have"),
            new(nameof(Plant.ViewForgets), "differs from its record"),
            Slow(nameof(Plant.GivesUp), "not settled"),
            Slow(nameof(Plant.ForgivesForks), "name|evidence"),
            new(nameof(Plant.WritesTwice), "said once stands 2 times"),
            new(nameof(Plant.HearsFiles), "sign of life"),
            Slow(nameof(Plant.TakesFilesEarly), "says that it took"),
            new(nameof(Plant.SignsUnseen), "shows a checkpoint of"),
        ];

    /// <summary>One that takes many seeds, or long ones, to show.</summary>
    private static TheoryDataRow<string, string> Slow(string plant, string words) =>
        new TheoryDataRow<string, string>(plant, words).WithTrait(Rounds.Name, Rounds.Long);

    [Theory]
    [MemberData(nameof(Plants))]
    public void A_planted_defect_is_found_within_sixty_seeds_and_shrinks_to_fewer_acts(string plant, string words)
    {
        var kind = Enum.Parse<Plant>(plant);
        var found = Enumerable
            .Range(0, 60)
            .Select(seed => Plan.Of(seed, 2, 4, plant: kind))
            .FirstOrDefault(p =>
                p.Setup.Store == StoreKind.Memory
                && Run.Play(p).Failure is { } failure
                && words.Split('|').Any(failure.Contains)
            );
        Assert.True(found is not null, $"{plant} was not found");
        var shrunk = Shrinker.Shrink(found);
        Assert.True(
            shrunk is not null && shrunk.Value.Plan.Acts.Count < found.Acts.Count,
            "what fails did not fail again, or did not shrink"
        );
        Assert.Null(Run.Play(found with { Setup = found.Setup with { Plant = Plant.None } }).Failure); // the defect is what is found
    }

    [Fact]
    public void A_failing_seed_says_which_it_is_how_it_was_set_up_and_what_is_left_of_its_acts()
    {
        var failing = Enumerable
            .Range(0, 60)
            .Select(seed => Plan.Of(seed, 2, 2, plant: Plant.GivesUp))
            .First(p => Run.Play(p).Failure is not null);
        var said = Shrinker.Describe(failing);
        Assert.StartsWith($"seed {failing.Setup.Seed}:", said, StringComparison.Ordinal);
        Assert.Contains("shrunk to", said, StringComparison.Ordinal);
        Assert.Contains("not settled", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seeds")]
    [InlineData("--seeds", "0")]
    [InlineData("--stations", "2..4")]
    [InlineData("--seeds", "3", "--stations", "5..2")]
    [InlineData("--seeds", "3", "--stations", "1..99")]
    [InlineData("--seeds", "-3")]
    [InlineData("--sedes", "3")]
    [InlineData("--seeds", "3", "--store", "paper")]
    public void Wrong_usage_is_said_and_plays_nothing(params string[] args) => Assert.Equal(2, SeedRunner.Begin(args));
}
