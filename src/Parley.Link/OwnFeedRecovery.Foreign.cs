using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// A station that was not restored and meets more of its own feed than it holds: somebody else writes with its key, or
/// its record was put back unsaid. It fetches
/// what there is, says so for as long as it is so, and signs nothing on this line until two officers have said that it
/// may. LINK-104, LINK-105.
/// </summary>
internal sealed partial class OwnFeedRecovery
{
    private void MeetForeign(PeerLink link, ulong proven)
    {
        feeds.Doubt.Foreign = new ForeignFeed(link.Peer, feeds.Own.Size, proven, turn.Wall);
        markOwed = true;
        AwaitEverybody(); // whoever was away may hold more still
        turn.Report(new LineReport.OwnFeedForeign(feeds.Doubt.Foreign));
    }

    /// <summary>
    /// Two officers say that this station may sign on, knowing who has not shown what it holds. What is proven and not
    /// here is fetched first, whatever they say:
    /// to sign before that would certainly fork the feed.
    /// </summary>
    internal void SignOn(LinkEvent.SignOnDecided decided)
    {
        turn.Owe(decided.Token);
        if (RefuseSignOn(decided) is { } why)
        {
            turn.Reply(decided.Token, LinkAnswer.Refuse(409, why));
            return;
        }
        feeds.Doubt.Foreign = null;
        restored = false;
        feeds.Doubt.AwaitingProof.Clear();
        feeds.Doubt.SigningOn = true;
        turn.Commit(
            [new LineChange.SignOn(feeds.Identity.Line, decided.Word)],
            () =>
            {
                feeds.Doubt.SigningOn = false;
                turn.Reply(decided.Token, LinkAnswer.Nothing);
                if (!feeds.Doubt.IsCatchingUp)
                    turn.Report(new LineReport.OwnFeedCaughtUp(feeds.Own.Size));
            }
        );
    }

    private string? RefuseSignOn(LinkEvent.SignOnDecided decided)
    {
        if (feeds.IsStopped)
            return "the line is stopped: a fork was found";
        if (!feeds.Doubt.IsCatchingUp || feeds.Doubt.SigningOn)
            return "nothing is waited for: this station signs on this line";
        if (feeds.Doubt.Behind is { } goal)
            return $"{goal.Checkpoint.Checkpoint.Size} entries were signed with our key and {feeds.Own.Size} are here: they are fetched first, whatever is decided";
        if (recovering || feeds.IsAppending)
            return "entries of ours are on their way into the store; say it again in a moment";
        var unnamed = feeds
            .Doubt.AwaitingProof.Keys.Where(p => !decided.Without.Contains(p))
            .Order(Comparer<PartyId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)))
            .ToList();
        return unnamed.Count == 0
            ? null
            : $"not shown yet what it holds of our feed: {string.Join(", ", unnamed)}; wait for it, or name it as not waited for";
    }
}
