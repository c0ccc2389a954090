using Parley.Link;

namespace Parley.Station.Data;

/// <summary>
/// Room that peers may not fill: below it, what they send is refused with a reason, so that the station's own entries,
/// the cosignatures on them
/// and the evidence of a fork still find a place. A record on a PostgreSQL server has its room there, which the station
/// cannot see.
/// </summary>
/// <param name="free">Bytes that are free where the record is kept.</param>
/// <param name="reserve">Bytes that are to stay free; 0 for none.</param>
/// <param name="clock">For looking at the disk no more than once a second.</param>
/// <param name="attachments">Bytes that attachments leave free; no less than the reserve. What is whole is never
/// dropped (LINK-74), so that a party that sends
/// large ones would else leave no room for what others have to say. LINK-89.</param>
internal sealed class DiskReserve(Func<long> free, long reserve, TimeProvider clock, long attachments = 0)
{
    /// <summary>What attachments leave free unless <c>station.json</c> says otherwise; on a smaller disk, a tenth of
    /// it.</summary>
    internal const long AttachmentDefault = 4L << 30;
    private const int AttachmentShare = 10;

    /// <summary>On a smaller disk, this part of it is what attachments of one party on one line may take: half of what
    /// is always left to entries.</summary>
    private const int QuotaShare = 20;

    /// <summary>What is kept free unless <c>station.json</c> says otherwise; on a small disk, a twentieth of
    /// it.</summary>
    internal const long Default = 256L << 20;
    private const int SmallDiskShare = 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private long? lookedAt;
    private string? refusal,
        attachmentRefusal;

    /// <summary>The reserve of the disk that a folder is on.</summary>
    internal static DiskReserve Of(
        string folder,
        long? reserve,
        TimeProvider clock,
        long? attachments = null,
        long? quota = null
    )
    {
        var disk = new DriveInfo(Path.GetFullPath(folder));
        return new DiskReserve(
            () => disk.AvailableFreeSpace,
            reserve ?? Math.Min(Default, disk.TotalSize / SmallDiskShare),
            clock,
            attachments ?? Math.Min(AttachmentDefault, disk.TotalSize / AttachmentShare)
        )
        {
            AttachmentQuota = QuotaOf(quota ?? Math.Min(LinkLimits.AttachmentQuota, disk.TotalSize / QuotaShare)),
        };
    }

    internal static DiskReserve None(TimeProvider clock, long? quota = null) =>
        new(() => long.MaxValue, 0, clock) { AttachmentQuota = QuotaOf(quota ?? LinkLimits.AttachmentQuota) };

    /// <summary>Bytes that attachments of one party may take on one line. LINK-91.</summary>
    internal long AttachmentQuota { get; init; } = LinkLimits.AttachmentQuota;

    private static long QuotaOf(long set) => set == 0 ? long.MaxValue : set;

    /// <summary>Null while there is room; else why nothing more is taken from peers.</summary>
    internal string? Refusal => Looked().Refusal;

    /// <summary>Null while there is room for attachments; else why none is taken of peers. Entries, and what our own
    /// officers attach, go on down to the reserve. LINK-89.</summary>
    internal string? AttachmentRefusal => Looked() is var (all, large) ? all ?? large : null;

    private (string? Refusal, string? AttachmentRefusal) Looked()
    {
        if (reserve == 0 && attachments == 0)
            return (null, null);
        lock (gate)
        {
            if (lookedAt is { } at && clock.GetElapsedTime(at) < LookEvery)
                return (refusal, attachmentRefusal);
            lookedAt = clock.GetTimestamp();
            return (refusal, attachmentRefusal) = Look();
        }
    }

    private (string?, string?) Look()
    {
        try
        {
            var left = free();
            return (
                left < reserve
                    ? $"the disk has less than {Shown(reserve)} left: nothing more is taken from peers until there is room"
                    : null,
                left < attachments
                    ? $"the disk has less than {Shown(attachments)} left: no attachment is taken from peers until there is room; entries are"
                    : null
            );
        }
        catch (IOException)
        {
            return (null, null); // a disk that cannot be asked fails where it is written, and says why there
        }
    }

    private static string Shown(long bytes) => bytes >= 1 << 20 ? $"{bytes >> 20} MiB" : $"{bytes} bytes";
}
