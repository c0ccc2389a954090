using System.Globalization;

namespace Parley.Bench;

/// <summary>How figures are printed, and what stands beside them: the machine and how busy it was.</summary>
internal static class Report
{
    internal static void Machine()
    {
        var model =
            File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':')[1]
                .Trim()
            ?? "unknown processor";
        Line(
            "machine",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} × {model}, .NET {Environment.Version}"
            )
        );
        Line("load average before", LoadAverage());
    }

    internal static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    internal static void Title(string what) => Console.WriteLine($"\n{what}");

    internal static void Line(string what, string value) => Console.WriteLine($"  {what, -44} {value}");

    internal static void Rate(string what, long count, TimeSpan time) =>
        Line(
            what,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count / time.TotalSeconds, 12:N0} entries/s  ({count:N0} in {time.TotalSeconds:N2} s)"
            )
        );

    internal static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:N0} MiB");

    /// <summary>The value below which a share of the sorted ones lies (nearest rank).</summary>
    internal static T Percentile<T>(IReadOnlyList<T> sorted, double share) =>
        sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
}
