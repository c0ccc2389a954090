using Parley.Link;
using Parley.Record;
using Parley.Station.Lines;
using Parley.Station.Telemetry;

namespace Parley.Station.Desks;

/// <summary>Hands what a line's machine reports to whom it concerns: the line's waiters and fold, the log, those who
/// follow.</summary>
internal sealed class LineReports(
    Premises premises,
    Integrity integrity,
    OwnFeeds ownFeeds,
    StandingStates states,
    Refusals refusals,
    BlindBook blind
)
{
    /// <summary>Told when something was sealed where there are calls.</summary>
    internal CallFloor? Calls { private get; init; }

    /// <summary>The machine waits for the store; null once it does not.</summary>
    internal void Faulted(LineId line, string? reason) => integrity.SetStoreFault(line, reason);

    internal void Take(StationLine open, LineReport report)
    {
        switch (report)
        {
            case LineReport.Stored stored:
                Stored(open, stored);
                break;
            case LineReport.Cosigned cosigned:
                Calls?.Touch(open.Id);
                if (cosigned.Feed.Party != premises.Self)
                    break;
                open.Sealed.Advance(cosigned.Sealed);
                blind.Touch(open.Id);
                break;
            case LineReport.Refused refused:
                refusals.Count(open.Id, refused.Peer.Value, party: true, refused.Status, refused.Reason);
                break;
            case LineReport.OwnFeedForeign foreign:
                ownFeeds.MeetForeign(open, foreign.Met);
                break;
            case LineReport.OwnFeedCaughtUp caughtUp:
                LineLog.OwnFeedCaughtUp(premises.Log, open.Id.Value, caughtUp.Size);
                _ = ownFeeds.ClearRestoredAsync();
                break;
            case LineReport.AttachmentUntaken untaken:
                LineLog.AttachmentUntaken(premises.Log, open.Id.Value, untaken.Entry.ToString(), untaken.Reason);
                open.Bell.Ring();
                break;
            case LineReport.OffRecordArrived arrived:
                open.OffRecord.Arrived(arrived.From, arrived.Message);
                break;
            case LineReport.OffRecordDelivered delivered:
                open.OffRecord.Delivered(delivered.Id, delivered.To);
                break;
            case LineReport.LinkChanged changed:
                open.Links.Changed(changed.Peer, changed.State, premises.Now);
                LineLog.LinkChanged(premises.Log, open.Id.Value, changed.Peer.Value, changed.State.ToString());
                break;
            default:
                Note(premises.Log, open.Id.Value, report);
                break;
        }
        states.Follow(open.Id, report);
    }

    private void Stored(StationLine open, LineReport.Stored stored)
    {
        StationMetrics.EntriesStored.Add(
            (long)(stored.To - stored.From),
            new KeyValuePair<string, object?>("own", stored.Feed.Party == premises.Self)
        );
        open.Traffic.Stored(stored.Feed.Party, stored.From, stored.To, stored.Headers, stored.At);
        if (open.Host.Identity.Peers.Count > 0)
            return;
        open.Sealed.Advance(stored.To);
        states.SealedAlone(open.Id, stored.To);
    }

    /// <summary>What is only written down for the operator.</summary>
    private static void Note(ILogger log, string line, LineReport report)
    {
        switch (report)
        {
            case LineReport.Forked forked:
                LineLog.Forked(log, line, forked.Feed.Party.Value, forked.HeldSize, forked.OfferedSize);
                break;
            case LineReport.PeerLostEntries lost:
                LineLog.PeerLostEntries(log, line, lost.Peer.Value, lost.CosignedSize, lost.Held);
                break;
            case LineReport.OwnFeedBehind behind:
                LineLog.OwnFeedBehind(log, line, behind.Peer.Value, behind.Held, behind.Proven);
                break;
            case LineReport.PeerHeldBack held:
                LineLog.PeerHeldBack(
                    log,
                    line,
                    held.Peer.Value,
                    held.CosignedSize,
                    held.Held,
                    (long)held.Wait.TotalSeconds
                );
                break;
            case LineReport.OwnFeedAwaited awaited:
                LineLog.OwnFeedAwaited(log, line, awaited.Peer.Value);
                break;
            case LineReport.BodyRecovered body:
                LineLog.BodyRecovered(log, line, body.Entry.ToString());
                break;
            case LineReport.BodyLost body:
                LineLog.BodyLost(log, line, body.Entry.ToString());
                break;
            case LineReport.BodyWithheld body:
                LineLog.BodyWithheld(log, line, body.Entry.ToString());
                break;
        }
    }
}
