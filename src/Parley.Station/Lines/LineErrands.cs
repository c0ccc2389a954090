using System.Collections.Concurrent;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Link;
using Parley.Station.Telemetry;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>What a line works with.</summary>
/// <param name="Store">Where everything durable lies.</param>
/// <param name="Dialer">How peers are reached.</param>
/// <param name="Clock">The time.</param>
/// <param name="Log">What the operator reads.</param>
internal sealed record LineWorks(IStationStore Store, ILinkDialer Dialer, TimeProvider Clock, ILogger Log);

/// <summary>What the machine wants of store and link, done; what came of it goes into the line's inbox.</summary>
/// <param name="identity">Whose errands.</param>
/// <param name="works">What they are done with.</param>
/// <param name="inbox">Where the answers go.</param>
/// <param name="stopping">Nothing more is sent.</param>
internal sealed class LineErrands(LineIdentity identity, LineWorks works, LineInbox inbox, CancellationToken stopping)
{
    /// <summary>Evidence that the store could not take yet; it is stored before anything else once the store works
    /// again.</summary>
    private readonly ConcurrentQueue<LineChange.RecordFork> unstoredForks = new();

    internal bool OwesEvidence => !unstoredForks.IsEmpty;

    /// <summary>Stores the evidence that waits.</summary>
    internal async Task StoreEvidenceAsync()
    {
        // One more may come in while these are stored: what is taken out is what was stored, and no more.
        var forks = unstoredForks.ToArray();
        if (forks.Length > 0)
            await works.Store.CommitAsync(
                [.. forks.SelectMany(c => StoredChanges.Of(c, identity.Document, works.Clock.GetUtcNow()))],
                stopping
            );
        for (var kept = 0; kept < forks.Length; kept++)
            unstoredForks.TryDequeue(out _);
    }

    /// <summary>Begins what is to be done; what is no errand is left alone.</summary>
    internal void Begin(LinkEffect effect)
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
            case LinkEffect.ReadEntries read:
                Read(
                    read.Token,
                    () =>
                        new LinkEvent.EntriesRead(
                            read.Token,
                            [
                                .. works
                                    .Store.ReadFeed(read.Feed, read.From, read.Max, read.MaxBytes, withBodies: true)
                                    .Select(e => new Entry(e.Header, e.Salt, e.Body)),
                            ]
                        )
                );
                break;
            case LinkEffect.ReadFrontier read:
                Read(
                    read.Token,
                    () =>
                        new LinkEvent.FrontierRead(
                            read.Token,
                            new FeedTiles(works.Store, read.Feed).Frontier(read.Size)
                        )
                );
                break;
            case LinkEffect.ReadConsistency read:
                Read(
                    read.Token,
                    () =>
                        new LinkEvent.ConsistencyRead(
                            read.Token,
                            new FeedTiles(works.Store, read.Feed).Consistency(read.OldSize, read.NewSize)
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
                            bytes[..works.Store.ReadAttachmentChunk(read.Attachment, read.Offset, bytes)]
                        );
                    }
                );
                break;
            case LinkEffect.ReadAttachmentState read:
                Read(
                    read.Token,
                    () =>
                        works.Store.ReadAttachment(read.Attachment) is { } state
                            ? new LinkEvent.AttachmentStateRead(read.Token, state.Length, state.Held, state.Complete)
                            : new LinkEvent.AttachmentStateRead(read.Token, 0, 0, false)
                );
                break;
            case LinkEffect.CheckAttachment check:
                Read(
                    check.Token,
                    () =>
                        new LinkEvent.AttachmentChecked(check.Token, Attachments.Matches(works.Store, check.Attachment))
                );
                break;
        }
    }

    private async Task CommitAsync(LinkEffect.Commit commit)
    {
        LinkEvent outcome;
        using var span = StationTraces.Commit(identity.Line.Value, commit.Changes.Count);
        try
        {
            await works.Store.CommitAsync([
                .. commit.Changes.SelectMany(change => StoredChanges.Of(change, identity.Document, commit.At)),
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
        inbox.Put(outcome);
    }

    private async Task NoteAsync(LineChange change)
    {
        try
        {
            await works.Store.CommitAsync([.. StoredChanges.Of(change, identity.Document, works.Clock.GetUtcNow())]);
        }
        catch (Exception e)
        {
            LineLog.NoteLost(works.Log, identity.Line.Value, change.GetType().Name, e.Message);
        }
    }

    private async Task SendAsync(LinkEffect.Send send)
    {
        LinkEvent outcome;
        try
        {
            outcome = new LinkEvent.AnswerArrived(
                send.Token,
                await works.Dialer.SendAsync(
                    identity.Document.CardOf(send.To)!,
                    identity.Line,
                    identity.Self,
                    send.Request,
                    send.Timeout,
                    stopping
                )
            );
        }
        catch (Exception e)
        {
            outcome = new LinkEvent.SendFailed(send.Token, LinkFailure.Describe(e));
        }
        inbox.Put(outcome);
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
                LineLog.ReadFailed(works.Log, identity.Line.Value, e.Message);
                outcome = new LinkEvent.ReadFailed(token, e.Message);
            }
            inbox.Put(outcome);
        });
}
