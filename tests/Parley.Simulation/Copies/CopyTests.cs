using System.Collections.Concurrent;
using Parley.Testing;
using Xunit;

namespace Parley.Simulation.Copies;

/// <summary>Restored stations, lost records, old states put back unsaid, copies that run beside the station: from
/// seeds.</summary>
public sealed class CopyTests
{
    /// <summary>Seeds of the round.</summary>
    private static readonly int Round = Rounds.Of(150, 600);

    // LINK-100 to LINK-105, LINE-15
    [Fact]
    public void No_station_forks_its_feed_by_its_own_restore_or_by_accepting_a_line_again_and_a_copy_that_writes_is_always_noticed()
    {
        var failures = new ConcurrentBag<string>();
        var incidents = new ConcurrentDictionary<Incident, int>();
        Parallel.For(
            0,
            Round,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            seed =>
            {
                var run = new CopyRun(seed);
                incidents.AddOrUpdate(run.Incident, 1, (_, n) => n + 1);
                try
                {
                    run.Play();
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    failures.Add($"seed {seed} ({run.Incident}): {e.Message}");
                }
            }
        );
        Assert.True(
            failures.IsEmpty,
            $"{failures.Count} of {Round}:\n{string.Join('\n', failures.Order(StringComparer.Ordinal).Take(12))}"
        );
        Assert.Equal(Enum.GetValues<Incident>().Length, incidents.Count);
    }
}
