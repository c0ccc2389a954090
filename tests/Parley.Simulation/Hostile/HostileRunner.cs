using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Parley.Simulation.Hostile;

/// <summary>Plays as many hostile seeds as asked for, on all processors, and says what came of it.</summary>
internal static class HostileRunner
{
    /// <summary>Seeds between two words on how far it is.</summary>
    private const int SaidEvery = 50;

    internal static int Begin(string[] args)
    {
        int seeds = 0,
            from = 0,
            patience = (int)HostileWorld.Usual.TotalSeconds;
        var isCalm = args.Contains("--calm");
        args = [.. args.Where(a => a != "--calm")];
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var good = args[i] switch
            {
                "--seeds" => SeedRunner.TryNumber(value, 1, int.MaxValue, out seeds),
                "--from" => SeedRunner.TryNumber(value, 0, int.MaxValue, out from),
                "--patience" => SeedRunner.TryNumber(value, 1, 3_600, out patience),
                _ => false,
            };
            if (!good)
                return SeedRunner.Misused();
        }
        if (seeds == 0)
            return SeedRunner.Misused();
        // The stations' hosts take signals for themselves, and would leave this process running.
        using var end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(1));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Environment.Exit(1));
        var watch = Stopwatch.StartNew();
        var first = new List<(HostilePlan Plan, string Failure)>();
        var sum = Sum(
            seeds,
            from,
            TimeSpan.MaxValue,
            seed => HostilePlan.Of(seed) with { IsCalm = isCalm },
            TimeSpan.FromSeconds(patience),
            (plan, failure) =>
            {
                var lines = failure.Split('\n');
                Console.WriteLine(
                    $"hostile seed {plan.Seed}: {string.Join(" |", lines.Take(1).Concat(lines.Where(l => l.Contains("Parley.", StringComparison.Ordinal)).Take(2)).Distinct())}"
                );
                lock (first)
                    first.Add((plan, failure));
            },
            total =>
            {
                if (total.Played % SaidEvery == 0)
                    Console.Error.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{total.Played} played, {total.Failed} failed, {watch.Elapsed.TotalSeconds:F0} s"
                        )
                    );
            }
        );
        if (first.Count > 0)
            Console.WriteLine(
                HostileRun.Describe(first.MinBy(f => f.Plan.Seed).Plan, first.MinBy(f => f.Plan.Seed).Failure)
            );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{sum.Played} hostile seeds, {sum.Failed} failed; {sum.Entries} hostile entries; {watch.Elapsed.TotalSeconds:F1} s, {sum.Played / watch.Elapsed.TotalSeconds:F1} seeds/s"
            )
        );
        return sum.Failed == 0 ? 0 : 1;
    }

    /// <summary>What many runs came to.</summary>
    internal sealed record Total(int Played, int Failed, long Entries);

    /// <summary>Plays seeds until all are played or the time is over.</summary>
    internal static Total Sum(
        int seeds,
        int from,
        TimeSpan within,
        Func<int, HostilePlan> planned,
        TimeSpan patience,
        Action<HostilePlan, string> failed,
        Action<Total>? played = null
    )
    {
        var gate = new Lock();
        var watch = Stopwatch.StartNew();
        var total = new Total(0, 0, 0);
        // The stations' own tasks need threads while a run waits on this one for what they do.
        ThreadPool.SetMinThreads(Math.Max(16, 4 * Environment.ProcessorCount), Environment.ProcessorCount);
        // One seed after the other, whoever plays it: what was played when somebody ends it is all from the first on.
        var next = from - 1;
        Parallel.For(
            0,
            Environment.ProcessorCount,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            _ =>
            {
                for (int seed; watch.Elapsed <= within && (seed = Interlocked.Increment(ref next)) < from + seeds; )
                {
                    var plan = planned(seed);
                    var result = HostileRun.Play(plan, patience);
                    if (result.Failure is { } failure)
                        failed(plan, failure);
                    lock (gate)
                    {
                        total = new Total(
                            total.Played + 1,
                            total.Failed + (result.Failure is null ? 0 : 1),
                            total.Entries + result.Entries
                        );
                        played?.Invoke(total);
                    }
                }
            }
        );
        return total;
    }
}
