using System.Text;
using BenchmarkDotNet.Attributes;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Incidents;

namespace Parley.Bench.Micro;

/// <summary>Counting observations: that it stays linear, and how long a million take (issue: at most a second).</summary>
[MemoryDiagnoser]
public class TallyBenchmarks
{
    private const int OfEntry = 100;
    private static readonly DateTimeOffset At = new(2026, 3, 2, 18, 0, 0, TimeSpan.Zero);
    private static readonly string[] Sides = ["jmc", "north", "south"],
        What = ["explosion", "impact", "burst", "flare", "tracer"];
    private readonly PartyId us = PartyId.Parse("us"),
        ru = PartyId.Parse("ru");
    private ObservationLedger ledger = null!;

    [Params(125_000, 250_000, 500_000, 1_000_000)]
    public int Observations { get; set; }

    [GlobalSetup]
    public void Fold()
    {
        ledger = new ObservationLedger([us, ru]);
        var chance = new Random(7);
        var line = LineId.Parse("bench-" + new string('a', LineId.HashDigits));
        for (var entry = 0; entry < Observations / OfEntry; entry++)
        {
            var body = new StringBuilder("""{"observations":[""");
            for (var i = 0; i < OfEntry; i++)
            {
                var id = entry * OfEntry + i;
                body.Append(i > 0 ? "," : "")
                    .Append(
                        $$"""{"id":"{{id}}","reporter":"{{Sides[chance.Next(3)]}}","accused":"{{Sides[chance.Next(3)]}}","what":"{{What[chance.Next(5)]}}","count":{{chance.Next(1, 90)}},"start":"{{At.AddSeconds(id * 7 - chance.Next(3_600)):yyyy-MM-ddTHH:mm:ssZ}}"}"""
                    );
            }
            var bytes = Encoding.UTF8.GetBytes(body.Append("]}").ToString());
            ledger.Fold(
                new EntryHeader
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
                },
                bytes
            );
        }
    }

    [Benchmark]
    public Tally Discharges() => Tally.Of(ledger, CountingRules.Discharges);

    [Benchmark]
    public Tally Shellings() => Tally.Of(ledger, CountingRules.Shellings);
}
