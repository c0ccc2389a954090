using System.Diagnostics;
using System.Globalization;

namespace Parley.Bench;

/// <summary>
/// Sustained delivery: entries sent as NDJSON over the Unix socket of one station (or of both at once) until the other
/// station has them durable and its
/// cosignature is back. The rate is that of the sealed size, the only size that counts.
/// </summary>
internal static class DeliveryBench
{
    private const long DefaultEntries = 300_000;
    private const long WarmUp = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        var entries = options.Entries ?? DefaultEntries;
        await SendAsync(pair.Us, pair.Line, WarmUp, options.BodyBytes, ct);
        await SendAsync(pair.Ru, pair.Line, WarmUp, options.BodyBytes, ct);
        await MeasureAsync("delivery, one direction", pair, [pair.Us], entries, options.BodyBytes, ct);
        if (options.Both)
            await MeasureAsync(
                "delivery, both directions at once",
                pair,
                [pair.Us, pair.Ru],
                entries / 2,
                options.BodyBytes,
                ct
            );
    }

    private static async Task SendAsync(
        StationProcess station,
        string line,
        long entries,
        int bodyBytes,
        CancellationToken ct
    ) =>
        await station.Api.PostAsync(
            $"lines/{line}/entries/batch?wait=sealed&timeout=3600",
            new Load(entries, bodyBytes),
            ct
        );

    private static async Task MeasureAsync(
        string title,
        BenchPair pair,
        StationProcess[] writers,
        long entriesEach,
        int bodyBytes,
        CancellationToken ct
    )
    {
        StationProcess[] stations = [pair.Us, pair.Ru];
        var before = stations.Select(s => s.Use).ToArray();
        var client = ProcessUse.Of(Environment.ProcessId);
        var sealedBefore = await SealedAsync(pair, writers, ct);
        var began = Stopwatch.GetTimestamp();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var windows = WindowsAsync(pair, writers, done.Token);
        await Task.WhenAll(writers.Select(w => SendAsync(w, pair.Line, entriesEach, bodyBytes, ct)));
        var time = Stopwatch.GetElapsedTime(began);
        await done.CancelAsync();
        var count = await SealedAsync(pair, writers, ct) - sealedBefore;
        var after = stations.Select(s => s.Use).ToArray();
        var rates = (await windows).Order().ToList();

        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{title}: {bodyBytes}-byte bodies, durable at both ends and cosigned"
            )
        );
        Report.Rate("sealed", count, time);
        if (rates.Count > 0)
            Report.Line(
                "sealed in one second, median (least–most)",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Report.Percentile(rates, 0.5), 12:N0}  ({rates[0]:N0}–{rates[^1]:N0})"
                )
            );
        for (var i = 0; i < stations.Length; i++)
            Report.Line(i == 0 ? "station us" : "station ru", Used(before[i], after[i], time, count));
        Report.Line("this client", Used(client, ProcessUse.Of(Environment.ProcessId), time, count));
    }

    private static string Used(ProcessUse before, ProcessUse after, TimeSpan time, long count) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(after.Cpu - before.Cpu).TotalMicroseconds / count:N1} µs of CPU per entry ({(after.Cpu - before.Cpu) / time:P0} of a core), {Report.Megabytes(after.MostResident)} resident at most, {(after.Written - before.Written) / count:N0} B/entry written"
        );

    private static async Task<long> SealedAsync(BenchPair pair, StationProcess[] writers, CancellationToken ct)
    {
        long sum = 0;
        foreach (var writer in writers)
            sum += (await writer.Api.SizesAsync(pair.Line, ct)).Sealed;
        return sum;
    }

    /// <summary>Entries sealed per second, second by second; the first and the last are left out, for they are not
    /// whole.</summary>
    private static async Task<List<double>> WindowsAsync(BenchPair pair, StationProcess[] writers, CancellationToken ct)
    {
        var rates = new List<double>();
        try
        {
            var last = await SealedAsync(pair, writers, ct);
            var at = Stopwatch.GetTimestamp();
            while (true)
            {
                await Task.Delay(Window, ct);
                var now = await SealedAsync(pair, writers, ct);
                rates.Add((now - last) / Stopwatch.GetElapsedTime(at).TotalSeconds);
                at = Stopwatch.GetTimestamp();
                last = now;
            }
        }
        catch (OperationCanceledException)
        {
            return rates.Count > 2 ? rates[1..^1] : rates;
        }
    }
}
