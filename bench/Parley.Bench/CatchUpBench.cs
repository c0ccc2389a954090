using System.Diagnostics;
using System.Globalization;

namespace Parley.Bench;

/// <summary>
/// A peer that was away: it is stopped, entries are written at the other station, it is started again. Measured is the
/// time until the last is cosigned,
/// from its first connection and from the start of its process, and both stations' memory all the while.
/// </summary>
internal static class CatchUpBench
{
    private const long DefaultEntries = 1_000_000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        var entries = options.Entries ?? DefaultEntries;
        var before = (await pair.Us.Api.SizesAsync(pair.Line, ct)).Sealed;
        await pair.StopRuAsync();
        var began = Stopwatch.GetTimestamp();
        await WriteAsync(pair, entries, options.BodyBytes, ct);
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"catch-up: {entries:N0} entries with {options.BodyBytes}-byte bodies, the peer was away"
            )
        );
        Report.Rate("recorded while it was away", entries, Stopwatch.GetElapsedTime(began));

        var cpu = pair.Us.Use.Cpu;
        var started = Stopwatch.GetTimestamp();
        await pair.StartRuAsync(ct);
        var samples = new List<(TimeSpan At, long Sealed, long Us, long Ru)>();
        TimeSpan? first = null;
        long done;
        do
        {
            await Task.Delay(Look, ct);
            done = (await pair.Us.Api.SizesAsync(pair.Line, ct)).Sealed - before;
            var at = Stopwatch.GetElapsedTime(started);
            if (done > 0)
                first ??= at;
            samples.Add((at, done, pair.Us.Use.Resident, pair.Ru.Use.Resident));
        } while (done < entries);
        var whole = Stopwatch.GetElapsedTime(started);

        Report.Rate("sealed, from the start of the peer's process", entries, whole);
        var start = samples.First(s => s.Sealed > 0);
        Report.Rate("sealed, once it had begun", entries - start.Sealed, whole - start.At);
        Report.Line(
            "CPU per entry",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(pair.Us.Use.Cpu - cpu).TotalMicroseconds / entries:N1} µs at the sender, {pair.Ru.Use.Cpu.TotalMicroseconds / entries:N1} µs at the receiver"
            )
        );
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            var sample = samples.First(s => s.Sealed >= entries * tenth / 10);
            Report.Line(
                string.Create(CultureInfo.InvariantCulture, $"resident at {tenth * 10} %"),
                $"sender {Report.Megabytes(sample.Us)}, receiver {Report.Megabytes(sample.Ru)}"
            );
        }
        Report.Line(
            "resident at most",
            $"sender {Report.Megabytes(pair.Us.Use.MostResident)}, receiver {Report.Megabytes(pair.Ru.Use.MostResident)}"
        );
    }

    internal static async Task WriteAsync(BenchPair pair, long entries, int bodyBytes, CancellationToken ct) =>
        await pair.Us.Api.PostAsync($"lines/{pair.Line}/entries/batch", new Load(entries, bodyBytes), ct);
}
