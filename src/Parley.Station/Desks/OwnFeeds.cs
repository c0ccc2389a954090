using Parley.Link;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Lines;
using Parley.Station.Telemetry;
using Parley.Storage;

namespace Parley.Station.Desks;

/// <summary>Whether the store holds all that these keys have signed: what may stand on a line that is accepted, entries
/// under our key that were not written here, and the mark of a restored station.</summary>
internal sealed class OwnFeeds(Premises premises, LineTable lines)
{
    private static readonly TimeSpan MarkAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>A line document's time may lie this far ahead of our clock and still be one of this run.</summary>
    private static readonly TimeSpan ClockRoom = TimeSpan.FromMinutes(10);

    /// <summary>Since when the store holds all that these keys have signed; null where it may not.</summary>
    private DateTimeOffset? wholeSince;

    internal void Load(IReadOnlyDictionary<string, byte[]> meta) => wholeSince = StoreBond.WholeSince(meta);

    /// <summary>What may stand on a line whose document came from elsewhere, by what this store can tell. LINE-15,
    /// LINE-16.</summary>
    internal OpeningDoubt DoubtOf(LineDocument document)
    {
        var now = premises.Now;
        if (wholeSince is not { } whole || document.Created > now.Plus(ClockRoom))
            return OpeningDoubt.AskEverybody;
        // Before this store was, these keys signed nothing; and what was made in this very run, an earlier state of
        // this store cannot have signed. Between the two
        // the station may have run on a state that was taken away since.
        return document.Created <= whole || document.Created >= premises.StartedAt
            ? OpeningDoubt.AskReachable
            : OpeningDoubt.AskEverybody;
    }

    /// <summary>Entries under our key came that this station did not write.</summary>
    internal void MeetForeign(StationLine open, ForeignFeed met)
    {
        wholeSince = null;
        StationMetrics.Foreign.Add(1);
        LineLog.OwnFeedForeign(premises.Log, open.Id.Value, met.Sentence(premises.Self));
        open.Bell.Ring();
    }

    /// <summary>Once every line's own feed has been compared with its peers, the station is no longer
    /// "restored".</summary>
    internal async Task ClearRestoredAsync()
    {
        bool IsBehind() => lines.All.Any(l => l.Host.Status() is { CatchingUp: true, IsOpening: false, Foreign: null });
        if (IsBehind() || !await MarkRestoredAsync(null))
            return; // at worst the peers are asked once more
        // A line may have fallen behind meanwhile, whose mark was cleared with the others'.
        while (IsBehind() && !await MarkRestoredAsync([1]) && !premises.Stopping.IsCancellationRequested)
            await Task.Delay(MarkAgainAfter, premises.Clock);
    }

    private async Task<bool> MarkRestoredAsync(byte[]? mark)
    {
        try
        {
            await premises.Store.CommitAsync([new PutMeta(StoreBond.RestoredKey, mark)]);
            return true;
        }
        catch (Exception e) when (e is StoreFaultException or ObjectDisposedException)
        {
            StationLog.RestoredKept(premises.Log, e.Message);
            return false;
        }
    }
}
