using System.Diagnostics;
using System.Globalization;
using Parley.Deconfliction;
using Parley.Record;

namespace Parley.Bench;

/// <summary>
/// The search for conflicts among many volumes in force, beside PostGIS (GiST over geometry, tstzrange and numrange, a
/// prepared query over a socket,
/// as an application asks it) and SQLite's R*Tree in memory (which knows boxes only; the exact test on what it gives is
/// ours). The same
/// volumes and the same questions for all, in one run.
/// </summary>
internal static class ConflictBench
{
    private const int DefaultVolumes = 1_000_000;
    private const int Questions = 20_000,
        PeerQuestions = 3_000,
        Changes = 100_000;

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        var count = (int)(options.Entries ?? DefaultVolumes);
        var all = new PlanSample(1).Many(count);
        var sample = new PlanSample(2);
        var questions = Enumerable.Range(0, Questions).Select(_ => sample.Next()).ToArray();
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"conflicts: {count:N0} volumes, {Questions:N0} questions, on one thread"
            )
        );

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new ConflictIndex();
        var began = Stopwatch.GetTimestamp();
        index.Fill(all);
        Rate("bulk insert into an empty index", count, Stopwatch.GetElapsedTime(began));
        Report.Line(
            "memory of the index, without the volumes",
            Report.Megabytes(GC.GetTotalMemory(forceFullCollection: true) - before)
        );

        var ours = Ask(questions, index, Separation.None, "query, exact");
        _ = Ask(
            questions,
            index,
            Separation.Parse("500m,100m,60s").Required(),
            "query with 500 m, 100 m, 60 s between"
        );

        var oneByOne = new ConflictIndex();
        began = Stopwatch.GetTimestamp();
        foreach (var volume in all)
            oneByOne.Put(Alone(volume));
        Rate("insert one by one", count, Stopwatch.GetElapsedTime(began));
        began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Changes; i++)
            oneByOne.Put(Alone(all[i * 7 % count] with { Volume = sample.Next() }));
        Rate("updates (remove and insert, drawing the new volume)", Changes, Stopwatch.GetElapsedTime(began));
        _ = Ask(questions, oneByOne, Separation.None, "query after growing so and the updates");
        ct.ThrowIfCancellationRequested();

        var asked = questions[..PeerQuestions];
        var expected = ours[..PeerQuestions].Sum();
        using (var tree = new RtreePeer())
        {
            Report.Title("beside: SQLite's R*Tree in memory, exact test by us");
            began = Stopwatch.GetTimestamp();
            tree.Fill(all);
            Rate("bulk insert, one transaction", count, Stopwatch.GetElapsedTime(began));
            Compare("query", asked, expected, q => tree.Find(q, all));
        }
        ct.ThrowIfCancellationRequested();

        await using var postgis = await PostgisPeer.TryStartAsync(ct);
        Report.Title("beside: PostGIS, prepared query over a Unix socket");
        if (postgis is null)
        {
            Report.Line("not measured", "PostGIS is not installed (Debian: apt-get install postgresql-15-postgis-3)");
            return;
        }
        began = Stopwatch.GetTimestamp();
        await postgis.FillAsync(all, ct);
        Rate("bulk insert: COPY, index, analyze", count, Stopwatch.GetElapsedTime(began));
        Report.Line("plan", await postgis.PlanAsync(asked[0], ct));
        Compare("query", asked, expected, postgis.Find);
    }

    private static Deconfliction.Activity Alone(IndexedVolume v) =>
        new(v.Key.Entry, v.Owner, v.Role, 0, ActivityState.Active, v.Disclosure, [], [v.Volume]);

    private static int[] Ask(Volume4D[] questions, ConflictIndex index, Separation separation, string what)
    {
        List<IndexedVolume> found = [];
        foreach (var q in questions)
            index.Find(q, separation, found); // compiled and warm
        var (times, counts) = (new double[questions.Length], new int[questions.Length]);
        for (var i = 0; i < questions.Length; i++)
        {
            found.Clear();
            var began = Stopwatch.GetTimestamp();
            index.Find(questions[i], separation, found);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            counts[i] = found.Count;
        }
        Print(what, times, counts.Sum());
        return counts;
    }

    private static void Compare(string what, Volume4D[] questions, int expected, Func<Volume4D, int> ask)
    {
        foreach (var q in questions[..Math.Min(500, questions.Length)])
            _ = ask(q);
        var times = new double[questions.Length];
        var found = 0;
        for (var i = 0; i < questions.Length; i++)
        {
            var began = Stopwatch.GetTimestamp();
            found += ask(questions[i]);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        Print(what, times, found);
        if (Math.Abs(found - expected) > expected / 100)
            throw new BenchFailure($"{found} conflicts found, not {expected}: the peers do not compare the same");
    }

    private static void Print(string what, double[] times, int found)
    {
        var mean = times.Average();
        Array.Sort(times);
        Report.Line(
            what,
            string.Create(
                CultureInfo.InvariantCulture,
                $"p50 {Report.Percentile(times, 0.5) * 1000:N1} µs, p99 {Report.Percentile(times, 0.99) * 1000:N1} µs, most {times[^1] * 1000:N0} µs, mean {mean * 1000:N1} µs; {(double)found / times.Length:N1} conflicts each"
            )
        );
    }

    private static void Rate(string what, int count, TimeSpan time) =>
        Report.Line(
            what,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count / time.TotalSeconds:N0}/s ({count:N0} in {time.TotalSeconds:N2} s)"
            )
        );
}
