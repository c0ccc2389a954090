namespace Parley.Station;

/// <summary>
/// Room that peers may not fill: below it, what they send is refused with a reason, so that the station's own entries, the cosignatures on them
/// and the evidence of a fork still find a place. A record on a PostgreSQL server has its room there, which the station cannot see.
/// </summary>
/// <param name="free">Bytes that are free where the record is kept.</param>
/// <param name="reserve">Bytes that are to stay free; 0 for none.</param>
/// <param name="clock">For looking at the disk no more than once a second.</param>
internal sealed class DiskReserve(Func<long> free, long reserve, TimeProvider clock)
{
    /// <summary>What is kept free unless <c>station.json</c> says otherwise; on a small disk, a twentieth of it.</summary>
    internal const long Default = 256L << 20;
    private const int SmallDiskShare = 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private long? lookedAt;
    private string? refusal;

    /// <summary>The reserve of the disk that a folder is on.</summary>
    internal static DiskReserve Of(string folder, long? reserve, TimeProvider clock)
    {
        var disk = new DriveInfo(Path.GetFullPath(folder));
        return new DiskReserve(() => disk.AvailableFreeSpace, reserve ?? Math.Min(Default, disk.TotalSize / SmallDiskShare), clock);
    }

    internal static DiskReserve None(TimeProvider clock) => new(() => long.MaxValue, 0, clock);

    /// <summary>Null while there is room; else why nothing more is taken from peers.</summary>
    internal string? Refusal
    {
        get
        {
            if (reserve == 0) return null;
            lock (gate)
            {
                if (lookedAt is { } at && clock.GetElapsedTime(at) < LookEvery) return refusal;
                lookedAt = clock.GetTimestamp();
                return refusal = Look();
            }
        }
    }

    private string? Look()
    {
        try
        {
            return free() < reserve ? $"the disk has less than {Shown(reserve)} left: nothing more is taken from peers until there is room" : null;
        }
        catch (IOException)
        {
            return null; // a disk that cannot be asked fails where it is written, and says why there
        }
    }

    private static string Shown(long bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes} bytes";
}
