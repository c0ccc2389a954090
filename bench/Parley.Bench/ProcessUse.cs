using System.Globalization;

namespace Parley.Bench;

/// <summary>What a process has used, from Linux's /proc: CPU time, resident memory now and at most, bytes it caused to
/// be written.</summary>
internal readonly record struct ProcessUse(TimeSpan Cpu, long Resident, long MostResident, long Written)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    internal static ProcessUse Of(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]); // utime, stime: fields 14 and 15 of proc(5)
        long resident = 0,
            most = 0,
            written = 0;
        foreach (var line in File.ReadLines($"/proc/{process}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                resident = Kilobytes(line);
            else if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                most = Kilobytes(line);
        }
        foreach (var line in File.ReadLines($"/proc/{process}/io"))
        {
            if (line.StartsWith("write_bytes:", StringComparison.Ordinal))
                written = Number(line.Split(':')[1].Trim());
        }
        return new ProcessUse(TimeSpan.FromSeconds(ticks / TicksPerSecond), resident, most, written);
    }

    private static long Kilobytes(string line) =>
        Number(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
