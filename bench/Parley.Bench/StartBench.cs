using System.Globalization;

namespace Parley.Bench;

/// <summary>From the start of the process until the station says that it is ready; and its memory after half a minute
/// in which nothing happens.</summary>
internal static class StartBench
{
    private const long DefaultEntries = 1_000_000;
    private const int Times = 7;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        Report.Title("start: from the start of the process until `ready`, and memory after 30 s without work");
        await MeasureAsync("empty record", pair, ct);
        var entries = options.Entries ?? DefaultEntries;
        await CatchUpBench.WriteAsync(pair, entries, options.BodyBytes, ct);
        await pair.SealedAsync(ct);
        await MeasureAsync(string.Create(CultureInfo.InvariantCulture, $"record of {entries:N0} entries"), pair, ct);
    }

    private static async Task MeasureAsync(string what, BenchPair pair, CancellationToken ct)
    {
        var times = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            await pair.StopUsAsync();
            await pair.StartUsAsync(ct);
            times.Add(pair.Us.ReadyAfter.TotalSeconds);
        }
        times.Sort();
        await Task.Delay(Idle, ct);
        Report.Line(
            $"ready, {what}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{times[Times / 2]:N2} s median of {Times} ({times[0]:N2}–{times[^1]:N2})"
            )
        );
        Report.Line($"resident when idle, {what}", Report.Megabytes(pair.Us.Use.Resident));
    }
}
