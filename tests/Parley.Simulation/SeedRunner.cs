using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Parley.Simulation.Hostile;
using Parley.Simulation.Stores;
using Parley.Testing.Stores;

namespace Parley.Simulation;

/// <summary>Plays as many seeds as asked for, on all processors, and says what came of it.</summary>
internal static class SeedRunner
{
    private const string Digest = "--digest";
    private const string Usage = """
        Plays stations, stores and network from seeds, with everything that can go wrong, and checks the promises after every step.

        usage: parley-sim --seeds N [--from S] [--stations A..B] [--minutes M] [--store postgres] [--digest] [--ceasefire] [--hostile]

          --seeds N        how many seeds
          --from S         the first of them (0)
          --stations A..B  stations of a run, 2 to 10
          --minutes M      simulated minutes with faults (1); rest until everything has settled follows
          --store KIND     memory, sqlite or postgres for all seeds (a server of its own is started); else memory, and SQLite for each 24th
          --digest         one line for each seed, in order, that differs when anything in the run differed: what shows that a change of the code changed nothing
          --sweep          instead of seeds: every member of every kind's body with every extreme value, through the whole API, as an officer's act and as a peer's entry
          --ceasefire      instead: three parties and a guarantor sign an agreement while every station is killed in turn (--seeds and --from go with it)
          --hostile        whole stations with their API, and a party that keeps every rule and wishes them ill (--seeds and --from go with it; --calm: its headers tell no far times; --patience S: seconds that what must come may take, 120)

        A seed that fails is printed with the shortest list of acts that still fails. Exit 0: all held; 1: one failed; 2: wrong usage.
        """;

    internal static int Begin(string[] args)
    {
        if (args is ["--sweep"])
            return BodySweep.Begin();
        if (args.Contains("--ceasefire"))
            return Ceasefires.CeasefireRunner.Begin([.. args.Where(a => a != "--ceasefire")]);
        if (args.Contains("--hostile"))
            return HostileRunner.Begin([.. args.Where(a => a != "--hostile")]);
        int seeds = 0,
            from = 0,
            fewest = 2,
            most = 10,
            minutes = 1;
        StoreKind? store = null;
        var digest = args.Contains(Digest);
        args = [.. args.Where(a => a != Digest)];
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            var range = value.Split("..");
            var good = args[i] switch
            {
                "--seeds" => TryNumber(value, 1, int.MaxValue, out seeds),
                "--from" => TryNumber(value, 0, int.MaxValue, out from),
                "--minutes" => TryNumber(value, 1, 600, out minutes),
                "--stations" => TryNumber(range[0], 2, 10, out fewest) & TryNumber(range[^1], 2, 10, out most)
                    && range.Length <= 2
                    && fewest <= most,
                "--store" => (
                    store = value switch
                    {
                        "memory" => StoreKind.Memory,
                        "sqlite" => StoreKind.Sqlite,
                        "postgres" => StoreKind.Postgres,
                        _ => null,
                    }
                )
                    is not null,
                _ => false,
            };
            if (!good)
                return Misused();
        }
        if (seeds == 0)
            return Misused();
        Plan Unfold(int seed) => Plan.Of(seed, fewest, most, minutes, store: store);
        int PlayAll() => digest ? PrintDigest(seeds, from, Unfold, Console.Out) : Play(seeds, from, Unfold);
        if (store != StoreKind.Postgres)
            return PlayAll();
        if (!PostgresDisk.TryBegin())
        {
            Console.Error.WriteLine(PostgresCluster.Absent);
            return 2;
        }
        try
        {
            return PlayAll();
        }
        finally
        {
            PostgresDisk.End();
        }
    }

    internal static bool TryNumber(string text, int least, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= least
        && number <= most;

    internal static int Misused()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    /// <summary>Prints what each run came to, step by step, as one number, in the order of the seeds; last, one for all
    /// of them.</summary>
    internal static int PrintDigest(int seeds, int from, Func<int, Plan> plan, TextWriter to)
    {
        var results = new RunResult[seeds];
        Parallel.For(
            0,
            seeds,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i => results[i] = Run.Play(plan(from + i))
        );
        var all = new XxHash64();
        for (var i = 0; i < seeds; i++)
        {
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"seed {from + i}: {results[i].TraceHash:x16}, {results[i].Steps} steps, {results[i].Entries} entries{(results[i].Failure is null ? "" : ", failed")}"
            );
            all.Append(Encoding.ASCII.GetBytes(line));
            to.WriteLine(line);
        }
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds: {all.GetCurrentHashAsUInt64():x16}"));
        return results.Any(r => r.Failure is not null) ? 1 : 0;
    }

    private static int Play(int seeds, int from, Func<int, Plan> plan)
    {
        var watch = Stopwatch.StartNew();
        var sum = Sum(
            seeds,
            from,
            Environment.ProcessorCount,
            plan,
            failed =>
            {
                Console.WriteLine(Shrinker.Describe(failed));
            }
        );
        var rate = sum.Played / watch.Elapsed.TotalSeconds;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{sum.Played} seeds, {sum.Failed} failed; {sum.Steps} steps, {sum.Entries} entries, {sum.Carried} of them by {sum.Files} files, liars named {sum.Named} times, settled at most {sum.Longest.TotalSeconds:F0} s after the last fault; {watch.Elapsed.TotalSeconds:F1} s, {rate:F1} seeds/s"
            )
        );
        return sum.Failed == 0 ? 0 : 1;
    }

    /// <summary>What many runs came to.</summary>
    internal sealed record Total(
        int Played,
        int Failed,
        long Steps,
        long Entries,
        int Named,
        TimeSpan Longest,
        int Files,
        long Carried,
        int? FirstFailed
    );

    /// <summary>Plays seeds, each on one thread.</summary>
    internal static Total Sum(int seeds, int from, int threads, Func<int, Plan> plan, Action<Plan> failed)
    {
        var gate = new Lock();
        var total = new Total(0, 0, 0, 0, 0, default, 0, 0, null);
        Parallel.For(
            from,
            from + seeds,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            seed =>
            {
                var made = plan(seed);
                var result = Run.Play(made);
                lock (gate)
                {
                    total = total with
                    {
                        Played = total.Played + 1,
                        Failed = total.Failed + (result.Failure is null ? 0 : 1),
                        Steps = total.Steps + result.Steps,
                        Entries = total.Entries + result.Entries,
                        Named = total.Named + result.Named,
                        Files = total.Files + result.Files,
                        Carried = total.Carried + result.Carried,
                        Longest = result.SettledIn > total.Longest ? result.SettledIn : total.Longest,
                        FirstFailed =
                            result.Failure is not null && !(total.FirstFailed < seed) ? seed : total.FirstFailed,
                    };
                }
                if (result.Failure is not null)
                    failed(made);
            }
        );
        return total;
    }
}
