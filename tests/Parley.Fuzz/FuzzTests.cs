using Parley.Testing;
using Xunit;

namespace Parley.Fuzz;

/// <summary>A bounded round of what <c>./parley-sim fuzz</c> does for hours.</summary>
public sealed class FuzzTests
{
    /// <summary>Inputs of the round in <c>./test</c>, and the time after which it ends on a busy machine.</summary>
    private const long Round = 600_000;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(Rounds.Of(8, 20));

    // LINK-19, LOG-7, ENTRY-2
    [Fact]
    public void No_input_makes_a_parser_throw_take_a_tenth_of_a_second_or_allocate_beyond_its_bound()
    {
        var fuzzers = InputRunner.Run(Round, 1, Environment.ProcessorCount, _ => true, RoundTime);
        Assert.Empty(fuzzers.SelectMany(f => f.Findings).Select(f => f.ToString()));
        TestContext.Current.SendDiagnosticMessage(InputRunner.Table(fuzzers));
    }

    [Fact]
    public void Every_parser_takes_its_samples_as_they_are_and_refuses_what_becomes_of_them_for_more_than_one_reason()
    {
        using var targets = new Targets(1);
        // What a link or a blind check makes of a message depends on what came before it.
        var alone = targets
            .All.Where(t =>
                !t.Name.StartsWith("link re", StringComparison.Ordinal)
                && !t.Name.StartsWith("link answer", StringComparison.Ordinal)
                && t.Name
                    is not (
                        "API request"
                        or "blind-check message"
                        or "traffic body"
                        or "own traffic body"
                        or "fork evidence"
                    )
            )
            .ToList();
        Assert.Empty(new Fuzzer(alone, 1).RefusedSamples());
        foreach (var target in targets.All.Where(t => t is { Share: > 4, Name: not "normal forms" })) // which every text has
        {
            var fuzzer = new Fuzzer([target], 2);
            fuzzer.Run(Rounds.Of(150, 400));
            Assert.True(fuzzer.Tallies[0].Rejected > 0 && fuzzer.Tallies[0].Reasons.Count > 1, target.Name);
        }
    }

    /// <summary>Extreme values of which one is taken at each place; <c>./parley-sim fuzz --sweep</c>
    /// takes all.</summary>
    private static readonly int ExtremesShare = Rounds.Of(60, 20);

    [Fact]
    public void Every_member_of_every_request_and_every_parameter_of_a_query_with_a_value_of_another_kind_or_an_extreme_one_is_taken_or_refused_and_fails_nothing()
    {
        using var api = new ApiTargets();
        var (asked, taken, failed) = api.Sweep(ExtremesShare);
        Assert.True(failed.Count == 0, $"{failed.Count} of {asked}:\n{string.Join('\n', failed.Take(20))}");
        Assert.True(asked > 2000 && taken > 0);
    }

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        byte[][] samples = ["{\"a\":1}"u8.ToArray(), "held 7\n"u8.ToArray()];
        var (one, two) = (new Mutator(new Random(5)), new Mutator(new Random(5)));
        for (var i = 0; i < 1000; i++)
            Assert.Equal(one.Make(samples), two.Make(samples));
    }

    [Fact]
    public void A_parser_that_throws_hangs_or_takes_memory_is_found_with_the_input_that_does_it()
    {
        byte[][] samples =
        [
            [1, 2, 3, 4, 5, 6, 7, 8],
        ];
        (string Says, Target Defect)[] planted =
        [
            ("escaped", new("throws", samples, b => b.Length < 3 ? throw new FormatException("too short") : null)),
            (
                "allocated",
                new("takes memory", samples, b => new byte[b.Length > 20 ? 40_000_000 : 1].Length == 0 ? "" : null)
            ),
            ("took", new("hangs", samples, b => b.Length > 30 && Work(TimeSpan.FromMilliseconds(150)) ? "slow" : null)),
        ];
        foreach (var (says, defect) in planted)
        {
            var fuzzer = new Fuzzer([defect], 3);
            while (fuzzer.Findings.Count == 0 && fuzzer.Inputs < 20_000)
                fuzzer.Run(1);
            // Forty megabytes may take their time as well: what is told of one input is told of no other.
            Assert.Contains(fuzzer.Findings, f => f.What.Contains(says, StringComparison.Ordinal));
            Assert.All(
                fuzzer.Findings,
                f => Assert.Equal((defect.Name, fuzzer.Findings[0].Input), (f.Target, f.Input))
            );
        }
    }

    private static bool Work(TimeSpan time)
    {
        for (var until = ThreadClock.Now + time; ThreadClock.Now < until; )
            continue;
        return true;
    }

    [Theory]
    [InlineData("--inputs")]
    [InlineData("--inputs", "0")]
    [InlineData("--seed", "1")]
    [InlineData("--inputs", "5", "--sede", "1")]
    public void Wrong_usage_is_said_and_feeds_nothing(params string[] args) => Assert.Equal(2, InputRunner.Begin(args));
}
