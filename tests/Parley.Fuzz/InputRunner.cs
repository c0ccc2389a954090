using System.Diagnostics;
using System.Globalization;

namespace Parley.Fuzz;

/// <summary>Feeds as many inputs as asked for, on all processors, and says what came of it.</summary>
internal static class InputRunner
{
    private const string Usage = """
        Feeds mutated bytes to every parser that bytes of strangers reach.

        usage: parley-sim fuzz --inputs N [--seed S] [--only NAME]
               parley-sim fuzz --sweep

          --inputs N   how many inputs, over all parsers
          --seed S     decides all of them (1)
          --only NAME  parsers whose name contains NAME
          --sweep      instead: every member of every request of the officers' API, and every parameter of a query, with every extreme value

        No exception may escape, no input may take longer than 100 ms, none may make a parser allocate more than its bound. An input that breaks this is
        printed. Exit 0: all held; 1: one did not; 2: wrong usage.
        """;

    private const int Slice = 20_000;

    internal static int Begin(string[] args)
    {
        if (args is ["--sweep"])
            return Sweep();
        long inputs = 0;
        var seed = 1;
        var only = "";
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var good = args[i] switch
            {
                "--inputs" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out inputs)
                    && inputs > 0,
                "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                "--only" => (only = value).Length > 0,
                _ => false,
            };
            if (!good)
                inputs = -1;
        }
        if (inputs <= 0)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        var watch = Stopwatch.StartNew();
        var fuzzers = Run(
            inputs,
            seed,
            Environment.ProcessorCount,
            t => t.Name.Contains(only, StringComparison.Ordinal),
            TimeSpan.MaxValue
        );
        Console.WriteLine(Table(fuzzers));
        foreach (var finding in fuzzers.SelectMany(f => f.Findings))
            Console.WriteLine(finding);
        var fed = fuzzers.Sum(f => f.Inputs);
        var found = fuzzers.Sum(f => f.Findings.Count);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{fed} inputs, {found} findings; {watch.Elapsed.TotalSeconds:F0} s, {fed / watch.Elapsed.TotalSeconds:F0} inputs/s"
            )
        );
        return found == 0 ? 0 : 1;
    }

    private static int Sweep()
    {
        var watch = Stopwatch.StartNew();
        using var api = new ApiTargets();
        var (asked, taken, failed) = api.Sweep(1);
        foreach (var failure in failed)
            Console.WriteLine(failure);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{asked} requests, {taken} taken, {failed.Count} failures; {watch.Elapsed.TotalSeconds:F0} s"
            )
        );
        return failed.Count == 0 ? 0 : 1;
    }

    /// <summary>Each thread has parsers, samples and a seed of its own; all end when the inputs are fed or the time is
    /// over.</summary>
    internal static IReadOnlyList<Fuzzer> Run(
        long inputs,
        int seed,
        int threads,
        Func<Target, bool> wanted,
        TimeSpan within
    )
    {
        var watch = Stopwatch.StartNew();
        var fuzzers = new Fuzzer[threads];
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            t =>
            {
                using var targets = new Targets(seed + t);
                var fuzzer = fuzzers[t] = new Fuzzer([.. targets.All.Where(wanted)], seed * 1000 + t);
                var share = inputs / threads + (t < inputs % threads ? 1 : 0);
                while (fuzzer.Inputs < share && watch.Elapsed < within && fuzzer.Findings.Count == 0)
                    fuzzer.Run(Math.Min(Slice, share - fuzzer.Inputs));
            }
        );
        return fuzzers;
    }

    /// <summary>Per parser: inputs, how many were taken, how many different reasons were given, the slowest, and the
    /// most allocated as a share of its bound.</summary>
    internal static string Table(IReadOnlyList<Fuzzer> fuzzers)
    {
        var rows = fuzzers
            .SelectMany(f => f.Tallies)
            .GroupBy(t => t.Name, StringComparer.Ordinal)
            .Select(g =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{g.Key, -22} {g.Sum(t => t.Accepted + t.Rejected), 10} {g.Sum(t => t.Accepted), 10} {g.SelectMany(t => t.Reasons).Distinct(StringComparer.Ordinal).Count(), 8} {g.Max(t => t.WorstMs), 8:F1} {g.Max(t => t.WorstAllocated) / 1024, 9} {g.Max(t => t.WorstShare), 6:P0}"
                )
            );
        return $"{"parser", -22} {"inputs", 10} {"taken", 10} {"reasons", 8} {"ms", 8} {"KiB", 9} {"share", 6}\n{string.Join('\n', rows)}";
    }
}
