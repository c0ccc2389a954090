using Parley.Crypto;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Link;
using Parley.Station.Telemetry;
using Parley.Station.Traffic;

namespace Parley.Station.Desks;

/// <summary>Peers of which two stations run with one identity. LINK-106.</summary>
internal sealed class TwinWatch(Premises premises, LineTable lines, RunBook runs)
{
    /// <summary>Begins the name of every alarm's cause that is of this.</summary>
    internal const string CausePrefix = "two-stations.";

    /// <summary>The number of this station's own run.</summary>
    internal string Run => runs.Own;

    /// <summary>A peer said of which run it is.</summary>
    internal void Heard(PublicKey identity, string? run)
    {
        if (runs.Heard(identity, run))
            Meet(identity);
    }

    /// <summary>Two runs of one identity were heard in turns.</summary>
    internal void Meet(PublicKey identity)
    {
        StationMetrics.Doubled.Add(1);
        foreach (var open in lines.All)
        {
            if (open.Document.Cards.FirstOrDefault(c => c.Identity == identity) is not { } theirs)
                continue;
            if (theirs.Party == premises.Self)
                continue;
            LineLog.TwoStations(premises.Log, open.Id.Value, theirs.Party.Value);
            open.Bell.Ring();
        }
    }

    internal DateTimeOffset? Since(StationLine open, PartyId peer) =>
        runs.DoubledSince(open.Document.CardOf(peer)!.Identity);

    internal bool IsMet(StationLine open) => open.Host.Identity.Peers.Any(p => Since(open, p) is not null);

    internal IEnumerable<AlarmCause> CausesOn(StationLine open)
    {
        foreach (var peer in open.Host.Identity.Peers)
        {
            if (Since(open, peer) is { } since)
                yield return new AlarmCause(
                    $"{CausePrefix}{peer}",
                    null,
                    null,
                    AlarmClass.TwoStations,
                    Mark.Actual,
                    AlarmLevel.Arrived,
                    $"two stations of {peer} answer at once",
                    since,
                    [peer],
                    peer
                );
        }
    }
}
