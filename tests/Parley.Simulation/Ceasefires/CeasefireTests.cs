using Parley.Traffic.Agreements;
using Xunit;

namespace Parley.Simulation.Ceasefires;

/// <summary>
/// Three parties and a guarantor sign a text that is countered, refused, amended and suspended meanwhile, while every
/// station is killed in turn. <c>./parley-sim --ceasefire --seeds 1 --from SEED</c> plays a failing seed again.
/// </summary>
public sealed class CeasefireTests
{
    /// <summary>Seeds of the round in <c>./test</c>, and the time after which a busy machine begins no further
    /// one.</summary>
    private const int Round = 120;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(18);
    private const int LeastPlayed = 6;

    [Fact] // CEASEFIRE-6, CEASEFIRE-7, CEASEFIRE-8, CEASEFIRE-13, CEASEFIRE-16, CEASEFIRE-41
    public void In_force_shows_nowhere_before_the_last_signature_is_sealed_is_never_taken_back_and_is_the_same_at_stations_that_hold_the_same()
    {
        var failures = new List<string>();
        var total = CeasefireRunner.Sum(
            Round,
            0,
            RoundTime,
            (seed, failure) => failures.Add($"seed {seed}: {failure}")
        );
        Assert.True(failures.Count == 0, string.Join('\n', failures.Order(StringComparer.Ordinal).Take(8)));
        Assert.True(total.Played >= LeastPlayed);
        Assert.True(total.Kills >= 4 * total.Played); // every station, in turn
        Assert.True(total.InForce > total.Played); // and they came to something
        Assert.True(total.DatedBack > 0);
        Assert.True(total.Ends.Where(e => CeasefireRunner.WasInForce(e.Key)).Sum(e => e.Value) > total.Played / 2);
    }

    [Theory]
    [InlineData(nameof(CeasefirePlant.ShowsUnsealed), "before a signature of")]
    [InlineData(nameof(CeasefirePlant.TrustsItself), "before a signature of")]
    [InlineData(nameof(CeasefirePlant.JudgesByArrival), "hold the same|when all is sealed")]
    [InlineData(nameof(CeasefirePlant.TakesTheStatedTime), "dated back")]
    public void A_planted_defect_is_found_within_thirty_agreements(string plant, string words)
    {
        var kind = Enum.Parse<CeasefirePlant>(plant);
        Assert.Contains(
            Enumerable.Range(0, 30),
            seed =>
                CeasefireRun.Play(CeasefirePlan.Of(seed), kind).Failure is { } failure
                && words.Split('|').Any(failure.Contains)
        );
    }

    [Fact]
    public void The_same_seed_gives_the_same_agreement()
    {
        var first = CeasefireRun.Play(CeasefirePlan.Of(5));
        Assert.Null(first.Failure);
        Assert.Equal(first, CeasefireRun.Play(CeasefirePlan.Of(5)));
    }
}
