using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Kill;

/// <summary>
/// kill -9 of either station, or of both, at any moment: nothing that was reported is missing after the restart, and
/// nothing stands twice.
/// <c>PARLEY_KILL_ROUNDS</c> sets the number of rounds (6), <c>PARLEY_KILL_SEED</c> the seed, which every run prints;
/// <c>bench/run kills</c> sets both.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly int DefaultRounds = Rounds.Of(3, 6);

    /// <summary>In one of so many rounds both stations are killed.</summary>
    private const int BothOneIn = 5;

    /// <summary>A station lives this long at most between its start and its end.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(900);

    [Fact]
    public async Task Killed_at_any_moment_neither_station_loses_or_doubles_what_it_reported()
    {
        var rounds = Number("PARLEY_KILL_ROUNDS") ?? DefaultRounds;
        var seed = Number("PARLEY_KILL_SEED") ?? Environment.TickCount;
        var random = new Random(seed);
        output.WriteLine($"PARLEY_KILL_ROUNDS={rounds} PARLEY_KILL_SEED={seed}");

        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        await using var load = new LineUnderLoad(line, seed);
        var kills = line.Stations.ToDictionary(s => s.Party, _ => 0, StringComparer.Ordinal);
        for (var round = 0; round < rounds; round++)
        {
            // Half of the kills meet stations that are back in full exchange; the others may meet them while they start
            // or catch up.
            if (random.Next(2) == 0)
                await load.MoreIsSealedAsync();
            await Task.Delay(
                LongestLife * random.NextDouble(),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            ); // the moment, not a wait for anything
            TestStation[] victims = random.Next(BothOneIn) == 0 ? [.. line.Stations] : [line.Stations[random.Next(2)]];
            await Task.WhenAll(victims.Select(v => v.KillAsync()));
            await Task.WhenAll(victims.Select(v => v.StartAsync()));
            foreach (var victim in victims)
                kills[victim.Party]++;
        }
        await load.SettleAsync();
        await load.JudgeAsync(output);
        output.WriteLine($"{rounds} rounds: {string.Join(", ", kills.Select(k => $"{k.Key} killed {k.Value} times"))}");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
