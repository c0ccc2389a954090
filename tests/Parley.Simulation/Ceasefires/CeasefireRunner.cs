using System.Diagnostics;
using System.Globalization;
using Parley.Traffic.Agreements;

namespace Parley.Simulation.Ceasefires;

/// <summary>Plays as many agreements as asked for, on all processors, and says what came of them.</summary>
internal static class CeasefireRunner
{
    /// <summary>What many runs came to.</summary>
    /// <param name="Ends">By the state in which agreements were a day later: how many.</param>
    internal sealed record Total(
        int Played,
        int Failed,
        long Looks,
        long InForce,
        int Kills,
        int DatedBack,
        IReadOnlyDictionary<string, int> Ends
    );

    internal static int Begin(string[] args)
    {
        int seeds = 0,
            from = 0;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var good = args[i] switch
            {
                "--seeds" => SeedRunner.TryNumber(value, 1, int.MaxValue, out seeds),
                "--from" => SeedRunner.TryNumber(value, 0, int.MaxValue, out from),
                _ => false,
            };
            if (!good)
                return SeedRunner.Misused();
        }
        if (seeds == 0)
            return SeedRunner.Misused();
        var watch = Stopwatch.StartNew();
        var total = Sum(seeds, from, null, (seed, failure) => Console.WriteLine($"seed {seed}: {failure}"));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{total.Played} agreements, {total.Failed} failed; {total.Kills} kills, {total.DatedBack} acts dated back, {total.Looks} looks at what a station shows, in force in {total.InForce}; in the end {string.Join(", ", total.Ends.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Value} {e.Key}"))}; {watch.Elapsed.TotalSeconds:F1} s, {total.Played / watch.Elapsed.TotalSeconds:F1} seeds/s"
            )
        );
        return total.Failed == 0 ? 0 : 1;
    }

    /// <summary>Plays seeds, each on one thread.</summary>
    /// <param name="seeds">How many.</param>
    /// <param name="from">The first.</param>
    /// <param name="within">Time after which none is begun any more; null for no limit.</param>
    /// <param name="failed">Told of each seed that failed, and how.</param>
    internal static Total Sum(int seeds, int from, TimeSpan? within, Action<int, string> failed)
    {
        var gate = new Lock();
        var watch = Stopwatch.StartNew();
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        var total = new Total(0, 0, 0, 0, 0, 0, ends);
        Parallel.For(
            from,
            from + seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            (seed, state) =>
            {
                if (watch.Elapsed > within)
                {
                    state.Stop();
                    return;
                }
                var result = CeasefireRun.Play(CeasefirePlan.Of(seed));
                lock (gate)
                {
                    total = total with
                    {
                        Played = total.Played + 1,
                        Failed = total.Failed + (result.Failure is null ? 0 : 1),
                        Looks = total.Looks + result.Looks,
                        InForce = total.InForce + result.InForce,
                        Kills = total.Kills + result.Kills,
                        DatedBack = total.DatedBack + result.DatedBack,
                    };
                    if (result.State is { } end)
                        ends[end] = ends.GetValueOrDefault(end) + 1;
                    if (result.Failure is { } failure)
                        failed(seed, failure);
                }
            }
        );
        return total;
    }

    /// <summary>True for an end to which an agreement comes that was in force.</summary>
    internal static bool WasInForce(string end) =>
        end
            is AgreementStanding.InForce
                or AgreementStanding.Suspended
                or AgreementStanding.Ended
                or AgreementStanding.Denounced;
}
