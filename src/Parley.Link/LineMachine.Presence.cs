using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>Who is there: heartbeats each way, and the five states of a link told apart. LINK-30, LINK-31.</summary>
public sealed partial class LineMachine
{
    private TimeSpan DownAfter => heartbeat * LinkLimits.HeartbeatsUntilDown;

    private void PumpHeartbeat(PeerLink link)
    {
        if (!link.Dialable || link.HeartbeatToken != 0 || link.NextHeartbeat > now) return;
        link.NextHeartbeat = now + heartbeat;
        var sentAt = now;
        var confirmedWhenSent = outboxes[link.Peer].Confirmed;
        link.HeartbeatToken = Await(what =>
        {
            link.HeartbeatToken = 0;
            if (what is not LinkEvent.AnswerArrived { Answer: { Status: 200 } answer })
            {
                if (what is LinkEvent.AnswerArrived { Answer.Status: var status })
                {
                    Heard(link, refusing: status is 403 or 404);
                    link.Unopened = status is 403 or 404;
                    if (link.Unopened) link.NextHeartbeat = now + LinkLimits.MaxRetry;
                }
                else if (what is LinkEvent.SendFailed { Reason: var reason }) link.Unanswered = (link.Unanswered?.Since ?? now, reason);
                // While the link is down it is tried at the pace of retries, so that a peer's return is noticed in seconds.
                if (!IsHeard(link)) link.NextHeartbeat = now + LinkLimits.MaxRetry;
                return;
            }
            if (!Heartbeat.Parse(answer.Body.Span).TryGet(out var heard, out var why))
            {
                Count(link.Peer, LinkAnswer.Refuse(400, why));
                return;
            }
            Heard(link);
            TakeHeartbeat(link, heard, sentAt + (now - sentAt) / 2);
            NoticeLoss(link, confirmedWhenSent);
        });
        effects.Add(new LinkEffect.Send(link.HeartbeatToken, link.Peer, new LinkRequest(LinkVerb.Heartbeat, OwnHeartbeat(link).Encode()), LinkLimits.HeartbeatTimeout));
    }

    private void ServeHeartbeat(LinkEvent.RequestArrived request, PeerLink link)
    {
        if (!Heartbeat.Parse(request.Request.Body.Span).TryGet(out var heard, out var why))
        {
            Refuse(request.From, request.Token, LinkAnswer.Refuse(400, why));
            return;
        }
        TakeHeartbeat(link, heard, now);
        PumpRecovery(); // so that the answer can say at once what the peer has just shown to be missing here
        Reply(request.Token, LinkAnswer.Ok(LinkAnswer.Json, OwnHeartbeat(link).Encode()));
    }

    private Heartbeat OwnHeartbeat(PeerLink link)
    {
        var checkpoints = new Dictionary<string, string>();
        if (own.Latest is { } latest) checkpoints[identity.Self.Value] = Note(CosignaturesFor(link.Peer).Aggregate(latest, (checkpoint, cosignature) => checkpoint.With(cosignature)));
        foreach (var (party, mirror) in mirrors)
        {
            if (mirror.Latest is { } held) checkpoints[party.Value] = Note(held);
        }
        return new Heartbeat { Parley = 1, At = wall, Attended = attended, Checkpoints = checkpoints, Wants = awaitedFrom == link.Peer ? WantedFrom : BodyWantedFrom(link), Storing = IsStoring(link.Peer) ? true : null };

        static string Note(SignedCheckpoint checkpoint) => System.Text.Encoding.UTF8.GetString(checkpoint.Encode());
    }

    private void TakeHeartbeat(PeerLink link, Heartbeat heard, DateTimeOffset receivedAt)
    {
        link.AttendedAt = heard.Attended ? now : null;
        link.Unopened = false;
        link.ClockOffset = heard.At - (receivedAt + (wall - now));
        link.HoldsOfOurs = 0;
        foreach (var (name, note) in heard.Checkpoints)
        {
            if (!PartyId.TryParse(name, out var author) || !cosigned.ContainsKey(author)) continue;
            if (!SignedCheckpoint.Parse(System.Text.Encoding.UTF8.GetBytes(note)).TryGet(out var checkpoint, out _)) continue;
            if (author == identity.Self) CompareOwn(link, checkpoint);
            else
            {
                var mirror = mirrors[author];
                if (mirror.Contradicts(checkpoint)) RecordFork(mirror.Origin, mirror.Latest!, checkpoint);
                else if (mirror.IsOlderAndSigned(checkpoint)) CompareOlder(mirror, checkpoint);
                else if (author == link.Peer) LearnCosignatures(mirror, checkpoint);
            }
        }
        if (heard.Storing is not true) ShownOurs(link);
        else if (awaitingProof.Contains(link.Peer)) link.NextHeartbeat = now + LinkLimits.FirstRetry; // it soon is
        if (heard.Wants is { } from) Bring(link, from);
    }

    /// <summary>
    /// The peer answered, after it had cosigned that much, that it holds less: it was given an old store. What it lost is given again. LINK-18.
    /// </summary>
    private void NoticeLoss(PeerLink link, ulong confirmedBefore)
    {
        var outbox = outboxes[link.Peer];
        if (stopped || IsCatchingUp || link.HoldsOfOurs >= confirmedBefore || link.HoldsOfOurs >= outbox.Confirmed || outbox.InFlight is not null || outbox.TipSize < confirmedBefore) return;
        if (Lost(outbox, link.HoldsOfOurs)) outbox.Reset(link.HoldsOfOurs);
    }

    private bool IsHeard(PeerLink link) => link.LastHeard is { } heard && now - heard <= DownAfter;

    /// <summary>What a heartbeat said of the officers is good for as long as silence is: entries alone do not say that anybody is there.</summary>
    private bool IsAttended(PeerLink link, DateTimeOffset at) => link.AttendedAt is { } said && at - said <= DownAfter;

    private LinkState StateOf(PeerLink link, DateTimeOffset at)
    {
        if (link.LastHeard is not { } heard || at - heard > DownAfter) return LinkState.Down;
        if (link.Unopened) return LinkState.Unopened;
        if (suspendedBy.Count > 0) return LinkState.Suspended;
        return IsAttended(link, at) ? LinkState.Alive : LinkState.Unattended;
    }

    private void UpdateLinkState(PeerLink link)
    {
        var state = StateOf(link, now);
        if (state == link.State) return;
        link.State = state;
        Report(new LineReport.LinkChanged(link.Peer, state));
    }
}
