using System.Diagnostics;
using System.Globalization;

namespace Parley.Bench;

/// <summary>Export of a large record by its station, and its verification by the command: as a folder and as a zip,
/// with headers only and with bodies.</summary>
internal static class VerifyBench
{
    private const long DefaultEntries = 1_000_000;
    private const int Times = 3;

    internal static async Task RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var pair = await BenchPair.StartAsync(options, ct);
        var entries = options.Entries ?? DefaultEntries;
        await CatchUpBench.WriteAsync(pair, entries, options.BodyBytes, ct);
        await pair.SealedAsync(ct);
        Report.Title(
            string.Create(
                CultureInfo.InvariantCulture,
                $"verify: an export of {entries:N0} entries with {options.BodyBytes}-byte bodies, by `parley verify`, whole process"
            )
        );
        foreach (var bodies in (bool[])[false, true])
        {
            foreach (var zip in (bool[])[false, true])
            {
                var path = Path.Combine(pair.Folder, $"{(bodies ? "whole" : "headers")}{(zip ? ".zip" : "")}");
                var kind = $"{(zip ? "zip" : "folder")}, {(bodies ? "with bodies" : "headers only")}";
                string[] export = ["record", "export", "--data", pair.Us.Directory, "--out", path];
                var began = Stopwatch.GetTimestamp();
                await StationProcess.RunAsync(ct, bodies ? export : [.. export, "--headers-only"]);
                Report.Rate($"export, {kind}", entries, Stopwatch.GetElapsedTime(began));
                if (!options.Profile)
                    await VerifyAsync(kind, path, entries, ct);
                if (options.Keep)
                    continue;
                if (zip)
                    File.Delete(path);
                else
                    Directory.Delete(path, recursive: true);
            }
        }
    }

    private static async Task VerifyAsync(string kind, string path, long entries, CancellationToken ct)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await StationProcess.RunAsync(ct, "verify", path, "--json");
            times.Add(Stopwatch.GetElapsedTime(began));
        }
        times.Sort();
        Report.Rate($"verify, {kind}, median of {Times}", entries, times[Times / 2]);
    }
}
