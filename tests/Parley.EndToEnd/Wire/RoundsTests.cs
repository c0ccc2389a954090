using System.Diagnostics;
using System.Globalization;
using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>
/// One loaded line, and round after round something else that goes wrong with its wire, by chance. Not in
/// <c>./test</c>: <c>bench/run wire --rounds N --seed N</c>
/// sets <c>PARLEY_WIRE_ROUNDS</c> and <c>PARLEY_WIRE_SEED</c>.
/// </summary>
public sealed class RoundsTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 10,
        ShortestSeconds = 5,
        LongestSeconds = 75;
    private static readonly WireCondition Lossy = new()
    {
        Delay = TimeSpan.FromMilliseconds(300),
        Jitter = TimeSpan.FromMilliseconds(60),
        Loss = 0.1,
    };

    private static readonly (string Name, Action<VirtualWire> Begin)[] Faults =
    [
        ("nothing from us", w => w.There = WireCondition.Cut),
        ("nothing from ru", w => w.Back = WireCondition.Cut),
        ("nothing either way", w => w.BothWays = WireCondition.Cut),
        ("300 ms and a tenth lost", w => w.BothWays = Lossy),
        (
            "20 kB/s",
            w => w.BothWays = new WireCondition { Delay = TimeSpan.FromMilliseconds(100), BytesPerSecond = 20_000 }
        ),
        ("ru's port closed", w => w.There = new WireCondition { ClosedPort = TestStation.LinkPort }),
        ("us without interface", w => w.First.Down()),
        ("ru without interface", w => w.Second.Down()),
    ];

    [Fact(Explicit = true)]
    public async Task Whatever_becomes_of_a_wire_round_after_round_nothing_is_lost_doubled_or_out_of_order_and_each_time_it_goes_on_by_itself()
    {
        var rounds = Number("PARLEY_WIRE_ROUNDS") ?? DefaultRounds;
        var seed = Number("PARLEY_WIRE_SEED") ?? Environment.TickCount;
        output.WriteLine($"PARLEY_WIRE_ROUNDS={rounds} PARLEY_WIRE_SEED={seed}");
        var random = new Random(seed);
        await using var line = await WiredLine.OfAsync(seed, "us", "ru");
        await using var load = new LineUnderLoad(line.Open, seed, sealedWithin: 20, pace: WiredLine.Pace);
        await load.MoreIsSealedAsync();
        var wire = line.Wire("us", "ru");
        var worst = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            var (name, begin) = Faults[random.Next(Faults.Length)];
            var lasts = TimeSpan.FromSeconds(random.Next(ShortestSeconds, LongestSeconds));
            begin(wire);
            var began = Stopwatch.GetTimestamp();
            await Until.HoldsAsync(
                "the round is over",
                () => Task.FromResult(Stopwatch.GetElapsedTime(began)),
                passed => passed >= lasts
            );
            if (name.StartsWith("us without", StringComparison.Ordinal))
                wire.First.Up();
            else if (name.StartsWith("ru without", StringComparison.Ordinal))
                wire.Second.Up();
            wire.BothWays = WireCondition.Sound;
            var healed = Stopwatch.GetTimestamp();
            await load.MoreIsSealedAsync();
            var took = Stopwatch.GetElapsedTime(healed);
            if (took > worst)
                worst = took;
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{round + 1}. {name} for {lasts.TotalSeconds:0} s: sealed both ways {took.TotalSeconds:0.0} s after it was sound"
                )
            );
        }
        await load.SettleAsync();
        await load.JudgeAsync(output);
        output.WriteLine(
            $"{rounds} rounds; sealed both ways again after {worst.TotalSeconds:0.0} s at most; packets {wire.Packets}"
        );
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
