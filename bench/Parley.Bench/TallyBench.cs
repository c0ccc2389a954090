using System.Diagnostics;
using System.Globalization;
using System.Text;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Incidents;

namespace Parley.Bench;

/// <summary>
/// Counting observations by the two rules that have a name everywhere, at an eighth, a quarter, a half and all of them:
/// whether it grows as they do. Beside it what folding them into the ledger costs, which is done once.
/// </summary>
internal static class TallyBench
{
    private const long DefaultObservations = 1_000_000;
    private const int OfEntry = 100,
        Rounds = 9;
    private static readonly DateTimeOffset At = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);
    private static readonly string[] Sides = ["jmc", "north", "south"],
        What = ["explosion", "impact", "burst", "flare", "tracer"];

    internal static Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        var all = options.Entries ?? DefaultObservations;
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"tally: up to {all:N0} observations of three reporters, on one thread, medians of {Rounds}"
            )
        );
        foreach (var share in (ReadOnlySpan<int>)[8, 4, 2, 1])
        {
            ct.ThrowIfCancellationRequested();
            var count = all / share;
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var (ledger, folding) = Fold(count);
            var held = GC.GetTotalMemory(forceFullCollection: true) - before;
            Report.Line(
                string.Create(CultureInfo.InvariantCulture, $"{count:N0} observations"),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"discharges {Median(() => Tally.Of(ledger, CountingRules.Discharges)):N1} ms, shellings {Median(() => Tally.Of(ledger, CountingRules.Shellings)):N1} ms, one day of them {Median(() => Tally.Of(ledger, CountingRules.Shellings, At, At.AddDays(1))):N1} ms; folded at {count / folding.TotalSeconds:N0}/s, {(double)held / count:N0} bytes each"
                )
            );
        }
        return Task.CompletedTask;
    }

    private static double Median(Action count)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            count();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        times.Sort();
        return times[Rounds / 2];
    }

    private static (ObservationLedger Ledger, TimeSpan Folding) Fold(long count)
    {
        var us = PartyId.Parse("us");
        var ledger = new ObservationLedger([us, PartyId.Parse("ru")]);
        var chance = new Random(7);
        var line = LineId.Parse("bench-" + new string('a', LineId.HashDigits));
        var folding = TimeSpan.Zero;
        for (long entry = 0; entry < count / OfEntry; entry++)
        {
            var body = new StringBuilder("""{"observations":[""");
            for (var i = 0; i < OfEntry; i++)
            {
                var id = entry * OfEntry + i;
                body.Append(i > 0 ? "," : "")
                    .Append(
                        CultureInfo.InvariantCulture,
                        $$"""{"id":"{{id}}","reporter":"{{Sides[chance.Next(3)]}}","accused":"{{Sides[chance.Next(3)]}}","what":"{{What[chance.Next(5)]}}","count":{{chance.Next(1, 90)}},"start":"{{At.AddSeconds(id * 7 - chance.Next(3_600)):yyyy-MM-ddTHH:mm:ssZ}}"}"""
                    );
            }
            var bytes = Encoding.UTF8.GetBytes(body.Append("]}").ToString());
            var header = new EntryHeader
            {
                Line = line,
                From = us,
                Seq = (ulong)entry,
                At = At,
                Kind = Kinds.ObservationReported,
                Mark = Mark.Actual,
                Precedence = Precedence.Routine,
                By = new Officer("watch", "Bench"),
                Size = bytes.Length,
            };
            var began = Stopwatch.GetTimestamp();
            ledger.Fold(header, bytes);
            folding += Stopwatch.GetElapsedTime(began);
        }
        return (ledger, folding);
    }
}
