using System.Text;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Taking others' feeds: requests are told apart, pushes of a feed are taken in order, and an answer leaves only after
/// the commit. A push that
/// continues one that the store is writing is checked meanwhile; any other waits. LINK-13.
/// </summary>
public sealed partial class LineMachine
{
    private void Serve(LinkEvent.RequestArrived request)
    {
        turn.Owe(request.Token);
        if (!links.TryGetValue(request.From, out var link))
        {
            turn.Reply(request.Token, LinkAnswer.Refuse(403, "not a party of this line"));
            return;
        }
        link.LastInbound = turn.Now;
        presence.Heard(link);
        switch (request.Request.Verb)
        {
            case LinkVerb.Push:
                TakePush(
                    request.From,
                    request.Request.Body,
                    answer => turn.AnswerOrRefuse(request.From, request.Token, answer)
                );
                break;
            case LinkVerb.Pull:
                ServePull(request);
                break;
            case LinkVerb.Heartbeat:
                ServeHeartbeat(request, link);
                break;
            case LinkVerb.OffRecord:
                mail.Serve(request);
                break;
            case LinkVerb.Recover:
                returns.Serve(request);
                break;
            case LinkVerb.Bring:
                recovery.TakeBrought(request);
                break;
            case LinkVerb.AttachmentHeld or LinkVerb.AttachmentPut or LinkVerb.AttachmentGet:
                attachments.Serve(request);
                break;
            default:
                turn.Refuse(request.From, request.Token, LinkAnswer.Refuse(400, "unknown request"));
                break;
        }
    }

    /// <summary>A push, however it came: as a request, as the answer to our pull, or <paramref name="carried"/> by
    /// another path. Then it may begin with entries that came over the wire meanwhile.</summary>
    private void TakePush(PartyId author, ReadOnlyMemory<byte> push, Action<LinkAnswer> reply, bool carried = false)
    {
        if (feeds.IsStopped)
        {
            reply(LinkAnswer.Refuse(503, "the line is stopped: a fork was found"));
            TakeNextPush(author);
            return;
        }
        if (feeds.Doubt.IsCatchingUp && !recovery.IsOpening)
        {
            // Until it is known what we have forgotten, we do not say either what we hold of others. LINK-60.
            reply(LinkAnswer.Refuse(503, "the station is catching up its own feed"));
            TakeNextPush(author);
            return;
        }
        var mirror = mirrors[author];
        if (mirror.Staged > 0)
        {
            if (
                !carried
                && mirror.Staged < LinkLimits.MaxStagedPushes
                && mirror.Check(push, turn.Wall).Step is { } ahead
            )
            {
                Take(author, mirror, ahead, reply);
                return;
            }
            if (mirror.Waiting.Count >= LinkLimits.MaxWaitingPushes)
                reply(LinkAnswer.Refuse(429, "too many pushes wait for the store"));
            else
                mirror.Waiting.Enqueue(new MirroredFeed.WaitingPush(push, reply, carried));
            return;
        }
        var verdict = mirror.Check(carried ? mirror.FromWhatIsHeld(push) : push, turn.Wall);
        if (verdict.Contradiction is { } contradiction)
            forks.Stop(mirror.Origin, mirror.Latest!, contradiction);
        if (verdict.Older is { } older)
            forks.CompareOlder(mirror, older);
        if (verdict.Step is not { } step)
        {
            reply(verdict.Refusal!);
            TakeNextPush(author);
            return;
        }
        Take(author, mirror, step, reply);
    }

    private void Take(PartyId author, MirroredFeed mirror, MirroredFeed.Step step, Action<LinkAnswer> reply)
    {
        var changes = new List<LineChange>(step.Changes);
        for (var i = 0; i < step.Headers.Count; i++)
        {
            var header = step.Headers[i];
            if (feeds.FoldSuspension(author, header.By, header.Kind))
                changes.Add(new LineChange.SetSuspended(identity.Line, [.. feeds.SuspendedBy]));
            if (header.Size > Body.MaxInline && mirror.IsForUs(header) || step.Withheld.Contains(header.Seq))
                changes.Add(new LineChange.TrackAttachment(identity.Line, header.Id, true));
        }
        mirror.Stage(step);
        var at = turn.Arrival;
        turn.Commit(
            changes,
            () =>
            {
                var from = mirror.Size;
                mirror.Accept(step);
                if (mirror.Size > from)
                    turn.Report(
                        new LineReport.Stored(mirror.Origin, from, mirror.Size) { Headers = step.Headers, At = at }
                    );
                foreach (var change in step.Changes)
                {
                    if (change is LineChange.AddCosignature added)
                        ledger.Count(author, added.Cosigner, added.Checkpoint.Checkpoint.Size);
                }
                foreach (var header in step.Headers)
                {
                    if (header.Size > Body.MaxInline && mirror.IsForUs(header))
                        attachments.Track(new EntryId(author, header.Seq));
                    if (step.Withheld.Contains(header.Seq))
                        attachments.Missed(header);
                    if (header.Kind == LineKinds.AttachmentReceived)
                        attachments.ConfirmedBy(author, header);
                }
                reply(LinkAnswer.Ok(LinkAnswer.Text, Encoding.UTF8.GetBytes(step.Cosignature.ToLine())));
                TakeNextPush(author);
            }
        );
    }

    /// <summary>The queue is at most <see cref="LinkLimits.MaxWaitingPushes"/> long, and so is this
    /// recursion.</summary>
    private void TakeNextPush(PartyId author)
    {
        if (mirrors[author].Staged == 0 && mirrors[author].Waiting.TryDequeue(out var next))
            TakePush(author, next.Push, next.Reply, next.Carried);
    }

    /// <summary>Our side of a pull: ask, take what comes as a push, and return the cosignature with the next question.
    /// LINK-20.</summary>
    private void PumpPuller(PeerLink link)
    {
        if (
            feeds.IsStopped
            || feeds.Doubt.IsCatchingUp && !recovery.IsOpening
            || !link.Dialable
            || link.PullToken != 0
            || mirrors[link.Peer].Staged > 0
            || !(presence.MustPull(link) || OwesAnswer(link))
        )
            return;
        if (link.PullRetryAt is { } retry && retry > turn.Now)
            return;
        var mirror = mirrors[link.Peer];
        // A cosignature on a smaller size is of no use: the author has since been answered otherwise.
        var cosignature = link.CosignatureToReturn is { } kept && kept.Size == mirror.Size ? kept.Cosignature : null;
        var body = new PullRequest(mirror.Size, cosignature) { OffRecord = link.OffRecordToConfirm }.Encode();
        link.CosignatureToReturn = null;
        link.OffRecordToConfirm = null;
        link.PullAgain = false;
        link.PullRetryAt = null;
        var askedAt = turn.Now;
        link.PullToken = turn.Await(answer => PullAnswered(link, askedAt, answer));
        turn.Do(
            new LinkEffect.Send(
                link.PullToken,
                link.Peer,
                new LinkRequest(LinkVerb.Pull, body),
                LinkLimits.PullHold + LinkLimits.RequestTimeout
            )
        );
    }

    private DateTimeOffset? NextPull(PeerLink link) => link.PullToken == 0 ? turn.Sooner(null, link.PullRetryAt) : null;

    /// <summary>What a pull brought is confirmed by the next one, even if the peer dials again by now: it waits for
    /// nothing else meanwhile.</summary>
    private static bool OwesAnswer(PeerLink link) =>
        link.CosignatureToReturn is not null || link.OffRecordToConfirm is not null || link.PullAgain;

    private void PullAnswered(PeerLink link, DateTimeOffset askedAt, LinkEvent what)
    {
        link.PullToken = 0;
        switch (what)
        {
            case LinkEvent.AnswerArrived { Answer: { Status: 200, ContentType: var type } answer }
                when type == LinkAnswer.Json:
                presence.Heard(link);
                if (OffRecordMessage.Parse(answer.Body.Span).TryGet(out var message, out var why))
                {
                    mail.Arrived(link.Peer, message);
                    link.OffRecordToConfirm = message.Id;
                }
                else
                {
                    link.PullRetryAt = turn.Now.Plus(LinkLimits.MaxRetry);
                    turn.Count(link.Peer, LinkAnswer.Refuse(400, why));
                }
                break;
            case LinkEvent.AnswerArrived { Answer: { Status: 200 } answer }:
                presence.Heard(link);
                TakePush(
                    link.Peer,
                    answer.Body,
                    outcome =>
                    {
                        if (
                            outcome.Status == 200
                            && NoteSignature
                                .ParseLine(Encoding.UTF8.GetString(outcome.Body.Span))
                                .TryGet(out var cosignature, out _)
                        )
                            link.CosignatureToReturn = (mirrors[link.Peer].Size, cosignature);
                        else if (outcome.Status == 409)
                        {
                            // It came by a push meanwhile. The author waits for our next pull, and pushes nothing until
                            // it has come.
                            link.PullAgain = true;
                            link.PullRetryAt = turn.Now.Plus(LinkLimits.FirstRetry);
                        }
                        else
                        {
                            link.PullRetryAt = turn.Now.Plus(LinkLimits.MaxRetry);
                            if (outcome.Status is not (429 or 503))
                                turn.Count(link.Peer, outcome); // these two are our own state, not the peer's doing
                        }
                    }
                );
                break;
            case LinkEvent.AnswerArrived { Answer: { Status: 204 } }:
                presence.Heard(link);
                // Who has nothing holds the question: one that answers at once must not set the pace. LINK-107.
                link.PullRetryAt = askedAt.Plus(LinkLimits.FirstRetry);
                break;
            case LinkEvent.AnswerArrived { Answer.Status: var status }:
                presence.Heard(link, refusing: status is 403 or 404);
                link.PullRetryAt = turn.Now.Plus(LinkLimits.MaxRetry);
                break;
            default:
                link.PullRetryAt = turn.Now.Plus(LinkLimits.MaxRetry);
                break;
        }
    }
}
