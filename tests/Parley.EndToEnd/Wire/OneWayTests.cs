using System.Diagnostics;
using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Wire;

/// <summary>A wire that carries one way only. TCP hears nothing without the way back, so neither side may believe that
/// the other is there.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class OneWayTests(ITestOutputHelper output)
{
    // LINK-31
    [Fact]
    public Task What_is_cut_one_way_is_shown_as_down_with_the_reason_at_both_ends_and_goes_on_by_itself_when_it_is_healed() =>
        Task.WhenAll(CutAsync("us", w => w.There = WireCondition.Cut), CutAsync("ru", w => w.Back = WireCondition.Cut));

    private async Task CutAsync(string unheard, Action<VirtualWire> cut)
    {
        var seed = Environment.TickCount + unheard[0];
        await using var line = await WiredLine.OfAsync(seed, "us", "ru");
        await using var load = new LineUnderLoad(line.Open, seed, pace: WiredLine.Pace);
        await load.MoreIsSealedAsync();
        var before = TimeProvider.System.GetUtcNow();
        var began = Stopwatch.GetTimestamp();
        cut(line.Wire("us", "ru"));
        var down = await Task.WhenAll(
            new[] { ("us", "ru"), ("ru", "us") }.Select(async pair =>
            {
                var seen = await Until.HoldsAsync(
                    $"{pair.Item1} says that {pair.Item2} is down",
                    () => line.SeesAsync(pair.Item1, pair.Item2),
                    p => p["state"]!.GetValue<string>() == "down"
                );
                return (Party: pair.Item1, After: Stopwatch.GetElapsedTime(began), Seen: seen);
            })
        );
        foreach (var (party, after, seen) in down)
        {
            output.WriteLine(
                $"what {unheard} sends is cut: {party} says down after {after.TotalSeconds:0.0} s, '{seen["lastError"]}', last heard {(seen["lastHeard"]!.GetValue<DateTimeOffset>() - before).TotalSeconds:0.0} s after the cut"
            );
            // What the officer is told: since when it fails and why, what waits, and that nobody was heard; not that
            // the peer refuses, nor that its station is away.
            Assert.NotNull(seen["failingSince"]);
            Assert.NotNull(seen["oldestUndelivered"]);
            Assert.Equal("no answer in time", seen["lastError"]!.GetValue<string>());
        }
        var recorded = line.Open.Stations.ToDictionary(
            s => s.Party,
            s => load.RecordedOf(s.Party),
            StringComparer.Ordinal
        );
        await Task.WhenAll(
            recorded.Select(r =>
                Until.HoldsAsync(
                    $"{r.Key} goes on recording",
                    () => Task.FromResult(load.RecordedOf(r.Key)),
                    now => now > r.Value
                )
            )
        );

        line.Wire("us", "ru").BothWays = WireCondition.Sound;
        var healed = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            down.Select(d =>
                Until.HoldsAsync(
                    $"{d.Party} hears again",
                    () => line.SeesAsync(d.Party, d.Party == "us" ? "ru" : "us"),
                    p => p["state"]!.GetValue<string>() != "down"
                )
            )
        );
        output.WriteLine(
            $"what {unheard} sends is heard again {Stopwatch.GetElapsedTime(healed).TotalSeconds:0.0} s after the healing"
        );
        await load.SettleAsync();
        await load.JudgeAsync(output);
    }
}
