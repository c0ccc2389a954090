using System.Text;

namespace Parley.Simulation;

/// <summary>
/// Delta debugging: leaves acts out, in ever smaller pieces, as long as the run still fails. What is left is (nearly)
/// what is needed for the failure.
/// </summary>
internal static class Shrinker
{
    private const int MaxRuns = 400;

    /// <summary>A failing plan with fewer acts, and what it fails with; null when the plan does not fail.</summary>
    internal static (Plan Plan, string Failure)? Shrink(Plan plan)
    {
        if (Run.Play(plan).Failure is not { } failure)
            return null;
        var runs = 0;
        for (var pieces = 2; plan.Acts.Count > 0 && runs < MaxRuns; )
        {
            var length = Math.Max(1, plan.Acts.Count / pieces);
            var smaller = (Plan?)null;
            for (var at = 0; at < plan.Acts.Count && runs < MaxRuns; at += length)
            {
                var without = plan with { Acts = [.. plan.Acts.Take(at), .. plan.Acts.Skip(at + length)] };
                runs++;
                if (Run.Play(without).Failure is not { } still)
                    continue;
                (smaller, failure) = (without, still);
                break;
            }
            if (smaller is not null)
            {
                plan = smaller;
                pieces = Math.Max(2, pieces - 1);
            }
            else if (length == 1)
                break;
            else
                pieces = Math.Min(plan.Acts.Count, pieces * 2);
        }
        return (plan, failure);
    }

    /// <summary>The seed, its setup, the shrunk acts and what is broken, for people.</summary>
    internal static string Describe(Plan failing)
    {
        var text = new StringBuilder().AppendLine($"seed {failing.Setup.Seed}: {failing.Acts.Count} acts fail");
        if (Shrink(failing) is not { } shrunk)
            return text.Append("  not again when it was played again: the run is not deterministic").ToString();
        var setup = failing.Setup;
        text.AppendLine(
            $"  {setup.Stations} stations, lines {string.Join(" ", setup.Lines.Select(l => $"[{string.Join(",", l)}]"))}, liar {setup.Liar}, cannot be dialled {setup.Hidden}, {setup.Store switch { StoreKind.Sqlite => "SQLite", StoreKind.Postgres => "PostgreSQL", _ => "store in memory" }}"
        );
        text.AppendLine($"  shrunk to {shrunk.Plan.Acts.Count} acts:");
        foreach (var act in shrunk.Plan.Acts)
            text.AppendLine($"    {act}");
        return text.Append("  ").Append(shrunk.Failure).ToString();
    }
}
