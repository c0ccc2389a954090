using System.Text;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Taking others' feeds: requests are told apart, pushes of a feed are taken in order, and an answer leaves only after the commit. A push that
/// continues one that the store is writing is checked meanwhile; any other waits. LINK-13.
/// </summary>
public sealed partial class LineMachine
{
    private readonly Dictionary<PartyId, Queue<(ReadOnlyMemory<byte> Push, Action<LinkAnswer> Reply, bool Carried)>> mirrorQueues = [];

    private void Serve(LinkEvent.RequestArrived request)
    {
        unanswered.Add(request.Token);
        if (!links.TryGetValue(request.From, out var link))
        {
            Reply(request.Token, LinkAnswer.Refuse(403, "not a party of this line"));
            return;
        }
        link.LastInbound = now;
        Heard(link);
        switch (request.Request.Verb)
        {
            case LinkVerb.Push: TakePush(request.From, request.Request.Body, answer => AnswerOrRefuse(request.From, request.Token, answer)); break;
            case LinkVerb.Pull: ServePull(request); break;
            case LinkVerb.Heartbeat: ServeHeartbeat(request, link); break;
            case LinkVerb.OffRecord: TakeOffRecord(request); break;
            case LinkVerb.Recover: ServeRecovery(request); break;
            case LinkVerb.Bring: TakeBrought(request); break;
            case LinkVerb.AttachmentHeld or LinkVerb.AttachmentPut or LinkVerb.AttachmentGet: ServeAttachment(request); break;
            default: Refuse(request.From, request.Token, LinkAnswer.Refuse(400, "unknown request")); break;
        }
    }

    /// <summary>Anything authentic from the peer: it is there, and what waits because nobody answered waits no longer (P4). LINK-17.</summary>
    private void Heard(PeerLink link, bool refusing = false)
    {
        var wasDown = link.LastHeard is not { } last || now - last > DownAfter;
        link.LastHeard = now;
        link.Unanswered = null;
        link.Unopened &= refusing;
        if (refusing) return; // it is there and does not want it now: the pause before the next attempt goes on growing
        if (outboxes[link.Peer].Wake(now) || wasDown) WakeOffRecord(link.Peer);
    }

    private void AnswerOrRefuse(PartyId from, long token, LinkAnswer answer)
    {
        // 503 is our own state, not the peer's doing: it is answered, not counted against it.
        if (answer.Status is 200 or 204 or 409 or 503) Reply(token, answer);
        else Refuse(from, token, answer);
    }

    private void Refuse(PartyId from, long token, LinkAnswer answer)
    {
        Count(from, answer);
        Reply(token, answer);
    }

    private void Count(PartyId from, LinkAnswer answer)
    {
        effects.Add(new LinkEffect.Note(new LineChange.CountRefusal(identity.Line, from, answer.Status, answer.Reason)));
        Report(new LineReport.Refused(from, answer.Status, answer.Reason));
    }

    /// <summary>A push, however it came: as a request, as the answer to our pull, or <paramref name="carried"/> by another path. Then it may begin with entries that came over the wire meanwhile.</summary>
    private void TakePush(PartyId author, ReadOnlyMemory<byte> push, Action<LinkAnswer> reply, bool carried = false)
    {
        if (stopped)
        {
            reply(LinkAnswer.Refuse(503, "the line is stopped: a fork was found"));
            TakeNextPush(author);
            return;
        }
        if (IsCatchingUp)
        {
            // Until it is known what we have forgotten, we do not say either what we hold of others. LINK-60.
            reply(LinkAnswer.Refuse(503, "the station is catching up its own feed"));
            TakeNextPush(author);
            return;
        }
        var mirror = mirrors[author];
        if (mirror.Staged > 0)
        {
            if (!carried && mirror.Staged < LinkLimits.MaxStagedPushes && mirror.Check(push, wall).Step is { } ahead)
            {
                Take(author, mirror, ahead, reply);
                return;
            }
            if (!mirrorQueues.TryGetValue(author, out var queue)) mirrorQueues[author] = queue = new();
            if (queue.Count >= LinkLimits.MaxWaitingPushes) reply(LinkAnswer.Refuse(429, "too many pushes wait for the store"));
            else queue.Enqueue((push, reply, carried));
            return;
        }
        var verdict = mirror.Check(carried ? mirror.FromWhatIsHeld(push) : push, wall);
        if (verdict.Contradiction is { } contradiction) RecordFork(mirror.Origin, mirror.Latest!, contradiction);
        if (verdict.Older is { } older) CompareOlder(mirror, older);
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
            if (FoldSuspension(author, header.By, header.Kind)) changes.Add(new LineChange.SetSuspended(identity.Line, [.. suspendedBy]));
            if (header.Size > Body.MaxInline && mirror.IsForUs(header) || step.Withheld.Contains(header.Seq)) changes.Add(new LineChange.TrackAttachment(identity.Line, header.Id, true));
        }
        mirror.Stage(step);
        Commit(changes, () =>
        {
            var from = mirror.Size;
            mirror.Accept(step);
            if (mirror.Size > from) Report(new LineReport.Stored(mirror.Origin, from, mirror.Size) { Headers = step.Headers });
            foreach (var change in step.Changes)
            {
                if (change is LineChange.AddCosignature added) Cosign(author, added.Cosigner, added.Checkpoint.Checkpoint.Size);
            }
            foreach (var header in step.Headers)
            {
                if (header.Size > Body.MaxInline && mirror.IsForUs(header)) TrackAttachment(new EntryId(author, header.Seq));
                if (step.Withheld.Contains(header.Seq)) Missed(header);
                if (header.Kind == LineKinds.AttachmentReceived) AttachmentConfirmed(author, header);
            }
            reply(LinkAnswer.Ok(LinkAnswer.Text, Encoding.UTF8.GetBytes(step.Cosignature.ToLine())));
            TakeNextPush(author);
        });
    }

    /// <summary>The queue is at most <see cref="LinkLimits.MaxWaitingPushes"/> long, and so is this recursion.</summary>
    private void TakeNextPush(PartyId author)
    {
        if (mirrors[author].Staged == 0 && mirrorQueues.TryGetValue(author, out var queue) && queue.TryDequeue(out var next)) TakePush(author, next.Push, next.Reply, next.Carried);
    }

    /// <summary>Our side of a pull: ask, take what comes as a push, and return the cosignature with the next question. LINK-20.</summary>
    private void PumpPuller(PeerLink link)
    {
        if (stopped || IsCatchingUp || !link.Dialable || link.PullToken != 0 || mirrors[link.Peer].Staged > 0 || !(MustPull(link) || OwesAnswer(link))) return;
        if (link.PullRetryAt is { } retry && retry > now) return;
        var mirror = mirrors[link.Peer];
        // A cosignature on a smaller size is of no use: the author has since been answered otherwise.
        var cosignature = link.CosignatureToReturn is { } kept && kept.Size == mirror.Size ? kept.Cosignature : null;
        var body = new PullRequest(mirror.Size, cosignature) { OffRecord = link.OffRecordToConfirm }.Encode();
        link.CosignatureToReturn = null;
        link.OffRecordToConfirm = null;
        link.PullAgain = false;
        link.PullRetryAt = null;
        link.PullToken = Await(answer => PullAnswered(link, answer));
        effects.Add(new LinkEffect.Send(link.PullToken, link.Peer, new LinkRequest(LinkVerb.Pull, body), LinkLimits.PullHold + LinkLimits.RequestTimeout));
    }

    /// <summary>We pull when peers cannot dial us, or when this one answers but has not dialled for three heartbeats (P5).</summary>
    private bool MustPull(PeerLink link) =>
        !identity.AcceptsConnections ||
        (link.LastHeard is { } heard && now - heard <= DownAfter && now - (link.LastInbound ?? loadedAt) > heartbeat * LinkLimits.HeartbeatsUntilPull);

    /// <summary>What a pull brought is confirmed by the next one, even if the peer dials again by now: it waits for nothing else meanwhile.</summary>
    private static bool OwesAnswer(PeerLink link) => link.CosignatureToReturn is not null || link.OffRecordToConfirm is not null || link.PullAgain;

    private void PullAnswered(PeerLink link, LinkEvent what)
    {
        link.PullToken = 0;
        switch (what)
        {
            case LinkEvent.AnswerArrived { Answer: { Status: 200, ContentType: var type } answer } when type == LinkAnswer.Json:
                Heard(link);
                if (OffRecordMessage.Parse(answer.Body.Span).TryGet(out var message, out var why))
                {
                    TakeOffRecord(link.Peer, message);
                    link.OffRecordToConfirm = message.Id;
                }
                else
                {
                    link.PullRetryAt = now + LinkLimits.MaxRetry;
                    Count(link.Peer, LinkAnswer.Refuse(400, why));
                }
                break;
            case LinkEvent.AnswerArrived { Answer: { Status: 200 } answer }:
                Heard(link);
                TakePush(link.Peer, answer.Body, outcome =>
                {
                    if (outcome.Status == 200 && NoteSignature.ParseLine(Encoding.UTF8.GetString(outcome.Body.Span)).TryGet(out var cosignature, out _)) link.CosignatureToReturn = (mirrors[link.Peer].Size, cosignature);
                    else if (outcome.Status == 409)
                    {
                        // It came by a push meanwhile. The author waits for our next pull, and pushes nothing until it has come.
                        link.PullAgain = true;
                        link.PullRetryAt = now + LinkLimits.FirstRetry;
                    }
                    else
                    {
                        link.PullRetryAt = now + LinkLimits.MaxRetry;
                        if (outcome.Status is not (429 or 503)) Count(link.Peer, outcome); // these two are our own state, not the peer's doing
                    }
                });
                break;
            case LinkEvent.AnswerArrived { Answer: { Status: 204 } }:
                Heard(link);
                break;
            case LinkEvent.AnswerArrived { Answer.Status: var status }:
                Heard(link, refusing: status is 403 or 404);
                link.PullRetryAt = now + LinkLimits.MaxRetry;
                break;
            default:
                link.PullRetryAt = now + LinkLimits.MaxRetry;
                break;
        }
    }
}
