using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>Recording: what is new waits for the store in one queue; whatever waits becomes one append, one commit and one
/// signature.</summary>
public sealed partial class LineMachine
{
    private readonly Queue<LinkEvent.AppendRequested> waitingAppends = new();
    private int waitingEntries;
    private readonly NewEntry? opening;

    /// <summary>True once entry 0 is in the feed, or first in the queue.</summary>
    private bool opened;
    private IReadOnlyList<LinkEvent.AppendRequested> appendsUnderWay = [];

    /// <summary>The commit that <see cref="appendsUnderWay"/> waits for.</summary>
    private long appendToken;

    private void QueueAppend(LinkEvent.AppendRequested append)
    {
        if (RefuseAppend(append) is { } refused)
            turn.Do(new LinkEffect.Settle(append.Token, refused));
        else
        {
            waitingAppends.Enqueue(append);
            waitingEntries += append.Entries.Count;
            opened = true;
        }
    }

    /// <summary>Writes entry 0 when it is not there: at the opening of the line, and after whatever came between.
    /// LINE-11.</summary>
    private void OpenOwnFeed()
    {
        opened |= own.Size > 0; // it may have come back from a peer
        if (!opened && opening is not null && !feeds.IsStopped && !feeds.Doubt.IsCatchingUp)
            QueueAppend(new LinkEvent.AppendRequested(0, [opening]));
    }

    /// <summary>The receipts of attachments go on the record like what officers write, and before what they write
    /// now.</summary>
    private void ConfirmReceived()
    {
        foreach (var receipt in attachments.TakeReceipts())
        {
            waitingAppends.Enqueue(new LinkEvent.AppendRequested(0, [receipt]));
            waitingEntries++;
        }
    }

    private AppendOutcome.Refused? RefuseAppend(LinkEvent.AppendRequested append)
    {
        if (feeds.IsStopped)
            return new AppendOutcome.Refused(
                "line-stopped",
                "the line is stopped: a fork was found, and both checkpoints are kept as evidence"
            );
        if (feeds.Doubt.IsCatchingUp)
            return MaySignNothing;
        if (append.Entries.Count == 0)
            return new AppendOutcome.Refused("empty", "there is nothing to record");
        if (waitingEntries + append.Entries.Count > LinkLimits.MaxWaitingEntries)
            return new AppendOutcome.Refused("busy", "the store cannot keep up; try again");
        var place = own.Size + (ulong)(waitingEntries + appendsUnderWay.Sum(a => a.Entries.Count));
        NewEntry? accepted = null;
        foreach (var wanted in append.Entries)
        {
            if (AuthoredFeed.Refuse(wanted, identity, accepted) is { } reason)
                return new AppendOutcome.Refused("bad-draft", reason);
            accepted = wanted;
            if (wanted.Kind == LineOpened.Kind != (place == 0))
                return new AppendOutcome.Refused("bad-draft", "entry 0 of a feed opens the line, and no other");
            place++;
            foreach (var re in wanted.Re)
            {
                if (re.Party != identity.Self && !mirrors.ContainsKey(re.Party) || re.Seq >= SizeOf(re.Party))
                    return new AppendOutcome.Refused("unknown-entry", $"{re} is not in the record");
            }
            if (IsHeldBack(wanted))
                return SuspendedRefusal;
        }
        return null;
    }

    /// <summary>True for what a line that is suspended now does not take. LINK-32.</summary>
    private bool IsHeldBack(NewEntry wanted) =>
        feeds.SuspendedBy.Count > 0 && !Suspension.Passes(wanted.Kind, wanted.Precedence);

    private AppendOutcome.Refused SuspendedRefusal =>
        new(
            "suspended",
            $"the line is suspended by {string.Join(", ", feeds.SuspendedBy)}; it takes FLASH, tests, acknowledgements and the watch's handover only"
        );

    private void WriteWaiting()
    {
        if (feeds.IsAppending || waitingAppends.Count == 0)
            return;
        if (feeds.Doubt.IsCatchingUp)
        {
            // It came out while these waited that the feed is behind what we have signed: nothing may be added to it.
            RefuseWaitingAppends(MaySignNothing);
            return;
        }
        var taken = new List<LinkEvent.AppendRequested>();
        var added = new List<NewEntry>();
        long bytes = 0;
        while (waitingAppends.TryPeek(out var next))
        {
            if (next.Entries.Any(IsHeldBack))
            {
                // Suspended while it waited: written now, it would say that its author knew of that.
                waitingAppends.Dequeue();
                waitingEntries -= next.Entries.Count;
                turn.Do(new LinkEffect.Settle(next.Token, SuspendedRefusal));
                continue;
            }
            var size = next.Entries.Sum(d => (long)(d.Body?.Length ?? 0));
            if (
                taken.Count > 0
                && (
                    added.Count + next.Entries.Count > LinkLimits.MaxEntriesPerAppend
                    || bytes + size > LinkLimits.MaxBytesPerAppend
                )
            )
                break;
            taken.Add(waitingAppends.Dequeue());
            added.AddRange(next.Entries);
            bytes += size;
            if (next.Entries.Any(d => Suspension.IsStep(d.Kind)))
                break; // what waits behind it is judged by how the line stands after it
        }
        if (taken.Count == 0)
            return;
        waitingEntries -= added.Count;
        var first = own.Size;
        var step = own.Write(added, SizesSeen(), turn.Wall);
        var changes = new List<LineChange> { step.Change };
        for (var i = 0; i < added.Count; i++)
        {
            if (added[i].Attachment is not null)
                changes.Add(
                    new LineChange.TrackAttachment(identity.Line, new EntryId(identity.Self, first + (ulong)i), true)
                );
            if (feeds.FoldSuspension(identity.Self, added[i].By, added[i].Kind))
                changes.Add(new LineChange.SetSuspended(identity.Line, [.. feeds.SuspendedBy]));
        }
        var receipts = taken.Select(attachments.ReceiptOf).OfType<Transfer>().ToList();
        foreach (var receipt in receipts)
            changes.Add(new LineChange.TrackAttachment(identity.Line, receipt.Entry, false));
        var at = turn.Arrival;
        feeds.IsAppending = true;
        appendsUnderWay = taken;
        appendToken = turn.Commit(
            changes,
            () =>
            {
                feeds.IsAppending = false;
                appendsUnderWay = [];
                own.Accept(step);
                turn.Report(new LineReport.Stored(identity.Own, first, own.Size) { Headers = step.Headers, At = at });
                foreach (var receipt in receipts)
                    attachments.Confirmed(receipt);
                var place = first;
                foreach (var append in taken)
                {
                    turn.Do(
                        new LinkEffect.Settle(
                            append.Token,
                            new AppendOutcome.Recorded(new EntryId(identity.Self, place), append.Entries.Count, at)
                        )
                    );
                    foreach (var wanted in append.Entries)
                    {
                        if (wanted.Attachment is not null)
                            attachments.Track(new EntryId(identity.Self, place));
                        place++;
                    }
                }
            }
        );
    }

    /// <summary>What this station had mirrored of the others when it wrote: a verifiable happened-before (design
    /// §3).</summary>
    private Dictionary<PartyId, ulong> SizesSeen()
    {
        var seen = new Dictionary<PartyId, ulong>();
        foreach (var (party, mirror) in mirrors)
        {
            if (mirror.Size > 0)
                seen[party] = mirror.Size;
        }
        return seen;
    }

    private void RefuseEverythingWaiting(LinkEvent.CommitFailed failed)
    {
        var refused = new AppendOutcome.Refused("store-fault", failed.Reason);
        // Only the very commit that failed, and failed for certain, tells that nothing of it was written.
        var underWay = failed.Token == appendToken && !failed.Uncertain ? refused : AppendOutcome.InDoubt;
        foreach (var append in appendsUnderWay)
            turn.Do(new LinkEffect.Settle(append.Token, underWay));
        appendsUnderWay = [];
        RefuseWaitingAppends(refused);
        turn.ReplyToAll(LinkAnswer.StoreHasFailed);
    }

    private void RefuseWaitingAppends(AppendOutcome.Refused refused)
    {
        foreach (var append in waitingAppends)
        {
            if (attachments.ReceiptOf(append) is { } receipt)
                attachments.Unconfirmed(receipt);
            else
                turn.Do(new LinkEffect.Settle(append.Token, refused));
        }
        waitingAppends.Clear();
        waitingEntries = 0;
    }

    private AppendOutcome.Refused MaySignNothing =>
        feeds.Doubt.Foreign is { } met
            ? new AppendOutcome.Refused("own-feed-foreign", met.Sentence(identity.Self))
            : CatchingUp;

    private static readonly AppendOutcome.Refused CatchingUp = new(
        "catching-up",
        "nothing is signed until our own feed has been caught up from the peers"
    );
}
