using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>What the machine wants done, done.</summary>
internal sealed partial class LineHost
{
    private void Do(LinkEffect effect)
    {
        switch (effect)
        {
            case LinkEffect.Commit commit:
                _ = CommitAsync(commit);
                break;
            case LinkEffect.Note { Change: LineChange.CountRefusal }:
                break; // the station counts it with the report, within its quotas
            case LinkEffect.Note note:
                _ = NoteAsync(note.Change);
                break;
            case LinkEffect.Send send:
                _ = SendAsync(send);
                break;
            case LinkEffect.Reply reply:
                Reply(reply.Token, reply.Answer);
                break;
            case LinkEffect.Settle settle:
                Settle(settle.Token, settle.Outcome);
                break;
            case LinkEffect.Report report:
                if (report.What is LineReport.Stored stored && stored.Feed.Party == Identity.Self)
                    begun.TrySetResult();
                Reported?.Invoke(report.What);
                break;
            case LinkEffect.ReadEntries read:
                Read(
                    read.Token,
                    () =>
                        new LinkEvent.EntriesRead(
                            read.Token,
                            [
                                .. store
                                    .ReadFeed(read.Feed, read.From, read.Max, read.MaxBytes, withBodies: true)
                                    .Select(e => new Entry(e.Header, e.Salt, e.Body)),
                            ]
                        )
                );
                break;
            case LinkEffect.ReadFrontier read:
                Read(
                    read.Token,
                    () => new LinkEvent.FrontierRead(read.Token, new FeedTiles(store, read.Feed).Frontier(read.Size))
                );
                break;
            case LinkEffect.ReadConsistency read:
                Read(
                    read.Token,
                    () =>
                        new LinkEvent.ConsistencyRead(
                            read.Token,
                            new FeedTiles(store, read.Feed).Consistency(read.OldSize, read.NewSize)
                        )
                );
                break;
            case LinkEffect.ReadAttachment read:
                Read(
                    read.Token,
                    () =>
                    {
                        var bytes = new byte[read.Length];
                        return new LinkEvent.AttachmentRead(
                            read.Token,
                            bytes[..store.ReadAttachmentChunk(read.Attachment, read.Offset, bytes)]
                        );
                    }
                );
                break;
            case LinkEffect.ReadAttachmentState read:
                Read(
                    read.Token,
                    () =>
                        store.ReadAttachment(read.Attachment) is { } state
                            ? new LinkEvent.AttachmentStateRead(read.Token, state.Length, state.Held, state.Complete)
                            : new LinkEvent.AttachmentStateRead(read.Token, 0, 0, false)
                );
                break;
            case LinkEffect.CheckAttachment check:
                Read(
                    check.Token,
                    () => new LinkEvent.AttachmentChecked(check.Token, Attachments.Matches(store, check.Attachment))
                );
                break;
        }
    }

    private async Task CommitAsync(LinkEffect.Commit commit)
    {
        LinkEvent outcome;
        using var span = StationTraces.Commit(Identity.Line.Value, commit.Changes.Count);
        try
        {
            await store.CommitAsync([
                .. commit.Changes.SelectMany(change => StoredChanges.Of(change, Identity.Document, commit.At)),
            ]);
            outcome = new LinkEvent.Committed(commit.Token);
        }
        catch (Exception e)
        {
            // Whatever the store says, nobody was told that this is durable; the machine is loaded anew from what is.
            span.Failed(e.Message);
            outcome = new LinkEvent.CommitFailed(
                commit.Token,
                e.Message,
                Uncertain: e is not (StoreConflictException or StoreFaultException { UncertainOutcome: false }),
                Conflict: e is StoreConflictException
            );
            foreach (var fork in commit.Changes.OfType<LineChange.RecordFork>())
                unstoredForks.Enqueue(fork);
        }
        inbox.Writer.TryWrite(outcome);
    }

    private async Task NoteAsync(LineChange change)
    {
        try
        {
            await store.CommitAsync([.. StoredChanges.Of(change, Identity.Document, clock.GetUtcNow())]);
        }
        catch (Exception e)
        {
            LineLog.NoteLost(log, Identity.Line.Value, change.GetType().Name, e.Message);
        }
    }

    private async Task SendAsync(LinkEffect.Send send)
    {
        LinkEvent outcome;
        try
        {
            outcome = new LinkEvent.AnswerArrived(
                send.Token,
                await dialer.SendAsync(
                    Identity.Document.CardOf(send.To)!,
                    Identity.Line,
                    Identity.Self,
                    send.Request,
                    send.Timeout,
                    stopping.Token
                )
            );
        }
        catch (Exception e)
        {
            outcome = new LinkEvent.SendFailed(send.Token, Link.LinkFailure.Describe(e));
        }
        inbox.Writer.TryWrite(outcome);
    }

    private void Read(long token, Func<LinkEvent> read) =>
        _ = Task.Run(() =>
        {
            LinkEvent outcome;
            try
            {
                outcome = read();
            }
            catch (Exception e)
            {
                LineLog.ReadFailed(log, Identity.Line.Value, e.Message);
                outcome = new LinkEvent.ReadFailed(token, e.Message);
            }
            inbox.Writer.TryWrite(outcome);
        });
}
