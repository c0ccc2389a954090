using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>A line that is open at this station, and everything that belongs to it alone.</summary>
/// <param name="Host">Runs its machine.</param>
/// <param name="Sealed">Who waits for a seal on it.</param>
/// <param name="OffRecord">What was said off its record, and is in no store.</param>
/// <param name="Traffic">What stands on it.</param>
/// <param name="AcceptedAt">When it was opened here.</param>
internal sealed record StationLine(
    LineHost Host,
    SealedWaiters Sealed,
    OffRecordLog OffRecord,
    LineTraffic Traffic,
    DateTimeOffset AcceptedAt
)
{
    /// <summary>How its links have stood.</summary>
    internal required LinkHistory Links { get; init; }

    internal LineId Id => Host.Identity.Line;

    internal LineDocument Document => Host.Identity.Document;

    /// <summary>Rung when something on the line changed that the watch over the clock must look at.</summary>
    internal PassBell Bell { get; } = new();

    /// <summary>Waits for the fold of the record; the refusal where it cannot be folded.</summary>
    internal async Task<Refusal?> FoldedAsync(CancellationToken ct)
    {
        try
        {
            await Traffic.WhenFoldedAsync(ct);
            return null;
        }
        catch (BrokenFoldException e)
        {
            return Refusal.Faulted(e.Message);
        }
    }

    /// <summary>Waits until so much of our feed is sealed; false where the time is up, or the station stops.</summary>
    internal async Task<bool> ReachAsync(Premises premises, ulong size, TimeSpan limit, CancellationToken ct)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(ct, premises.Stopping);
        return await Sealed.ReachAsync(size, limit, premises.Clock, given.Token);
    }

    /// <summary>How far an entry of ours has come.</summary>
    internal Appended Settlement(EntryId id, DateTimeOffset at, bool waited)
    {
        var sizes = Host.CosignedSizes(Host.Identity.Self);
        var by = sizes.Where(s => s.Value > id.Seq).Select(s => s.Key).ToList();
        var isSealed = by.Count == sizes.Count;
        return new Appended(
            id,
            at,
            isSealed,
            by,
            isSealed ? Settled.Sealed
                : by.Count > 0 ? Settled.Delivered
                : waited ? Settled.Undelivered
                : Settled.Recorded
        );
    }
}
