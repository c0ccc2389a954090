using System.Text.RegularExpressions;

namespace Parley.Fuzz;

/// <summary>What one parser went through.</summary>
internal sealed class Tally(string name)
{
    internal string Name { get; } = name;
    internal long Accepted { get; set; }
    internal long Rejected { get; set; }
    internal HashSet<string> Reasons { get; } = new(StringComparer.Ordinal);
    internal double WorstMs { get; set; }
    internal long WorstAllocated { get; set; }
    internal double WorstShare { get; set; }
}

/// <summary>An input that broke a promise: as hexadecimal digits, so that it can be a test.</summary>
internal sealed record Finding(string Target, string What, byte[] Input)
{
    public override string ToString() =>
        $"{Target}: {What}\n  {Input.Length} bytes: {Convert.ToHexStringLower(Input.AsSpan(0, Math.Min(Input.Length, 2000)))}";
}

/// <summary>
/// Feeds mutated bytes to parsers in process, from a seed. What makes a parser give a reason that it never gave before
/// joins the samples, so that the
/// next mutations start deeper inside.
/// </summary>
internal sealed partial class Fuzzer
{
    /// <summary>Longest time for one input, of the processor: how long the system lets others run meanwhile is not the
    /// parser's doing, and none of them waits for anything.</summary>
    internal const double MaxMs = 100;

    /// <summary>The first use of a parser compiles it, and a collection may come in between; what is slow is slow each
    /// time.</summary>
    private const int Retries = 4;
    private const int MaxCorpus = 256;
    private const int MaxReasons = 5_000;
    private const int MaxFindings = 20;

    private readonly IReadOnlyList<Target> targets;
    private readonly List<byte[]>[] corpora;
    private readonly int[] wheel;
    private readonly Random random;
    private readonly Mutator mutator;

    internal Fuzzer(IReadOnlyList<Target> targets, int seed)
    {
        this.targets = targets;
        random = new Random(seed);
        mutator = new Mutator(random);
        corpora = [.. targets.Select(t => t.Samples.ToList())];
        Tallies = [.. targets.Select(t => new Tally(t.Name))];
        wheel = [.. targets.SelectMany((t, i) => Enumerable.Repeat(i, t.Share))];
    }

    internal IReadOnlyList<Tally> Tallies { get; }
    internal List<Finding> Findings { get; } = [];
    internal long Inputs { get; private set; }

    /// <summary>Every sample as it is must be taken: else the mutations start from nowhere.</summary>
    internal IEnumerable<string> RefusedSamples() =>
        targets
            .SelectMany(t => t.Samples.Select(s => (t.Name, Why: t.Feed(s))))
            .Where(r => r.Why is not null)
            .Select(r => $"{r.Name}: {r.Why}");

    internal void Run(long inputs)
    {
        for (var end = Inputs + inputs; Inputs < end && Findings.Count < MaxFindings; Inputs++)
            One(wheel[random.Next(wheel.Length)]);
    }

    private void One(int which)
    {
        var target = targets[which];
        var input = mutator.Make(corpora[which]);
        var tally = Tallies[which];
        for (var attempt = 0; ; attempt++)
        {
            target.Ready?.Invoke();
            var began = ThreadClock.Now;
            var before = GC.GetAllocatedBytesForCurrentThread();
            string? reason;
            try
            {
                reason = target.Feed(input);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Findings.Add(new Finding(target.Name, $"{e.GetType().Name} escaped: {e}", input));
                return;
            }
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            var ms = (ThreadClock.Now - began).TotalMilliseconds;
            if ((ms > MaxMs || allocated > target.AllocationFor(input.Length)) && attempt < Retries)
                continue;
            if (ms > MaxMs)
                Findings.Add(new Finding(target.Name, $"took {ms:F0} ms", input));
            if (allocated > target.AllocationFor(input.Length))
                Findings.Add(new Finding(target.Name, $"allocated {allocated} bytes for {input.Length}", input));
            Count(which, tally, input, reason, ms, allocated);
            return;
        }
    }

    private void Count(int which, Tally tally, byte[] input, string? reason, double ms, long allocated)
    {
        if (reason is null)
            tally.Accepted++;
        else
            tally.Rejected++;
        if (Inputs > 50_000)
            tally.WorstMs = Math.Max(tally.WorstMs, ms); // compiled by then
        tally.WorstAllocated = Math.Max(tally.WorstAllocated, allocated);
        tally.WorstShare = Math.Max(tally.WorstShare, (double)allocated / targets[which].AllocationFor(input.Length));
        if (tally.Reasons.Count >= MaxReasons || !tally.Reasons.Add(Shape(reason ?? "taken")))
            return;
        var corpus = corpora[which];
        if (corpus.Count >= MaxCorpus + targets[which].Samples.Count)
            corpus[targets[which].Samples.Count + random.Next(MaxCorpus)] = input;
        else
            corpus.Add(input);
    }

    /// <summary>A reason without what comes from the input: numbers, quotations, names.</summary>
    private static string Shape(string reason) => Varying().Replace(reason.Length > 300 ? reason[..300] : reason, "#");

    [GeneratedRegex("""'[^']*'|"[^"]*"|[0-9]+|[a-z0-9-]+/#?[0-9]*""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Varying();
}
