using System.Diagnostics;
using System.Globalization;

namespace Parley.Bench;

/// <summary>One entry in flight on one kept connection: from the request until the answer that it is sealed.</summary>
internal static class LatencyBench
{
    private const long DefaultEntries = 2_000;
    private const int WarmUp = 1_000;

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        var request = LoadBody.Request(options.BodyBytes);
        var path = $"lines/{pair.Line}/entries?wait=sealed&timeout=30";
        for (var i = 0; i < WarmUp; i++)
            await pair.Us.Api.PostAsync(path, request, ct);
        var times = new List<double>();
        for (var i = 0; i < (options.Entries ?? DefaultEntries); i++)
        {
            LoadBody.Number(request, i);
            var began = Stopwatch.GetTimestamp();
            var answer = await pair.Us.Api.PostAsync(path, request, ct);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (!answer.GetProperty("sealed").GetBoolean())
                throw new BenchFailure("an entry was not sealed within 30 s");
        }
        times.Sort();
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"latency: {times.Count} sends with wait=sealed, one in flight, {options.BodyBytes}-byte bodies"
            )
        );
        foreach (var share in (double[])[0.5, 0.9, 0.99])
            Report.Line(
                string.Create(CultureInfo.InvariantCulture, $"p{share * 100:0}"),
                string.Create(CultureInfo.InvariantCulture, $"{Report.Percentile(times, share):N2} ms")
            );
        Report.Line("least, most", string.Create(CultureInfo.InvariantCulture, $"{times[0]:N2} ms, {times[^1]:N2} ms"));
    }
}
