using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>Heartbeats each way: what they say, and what is learned from them. LINK-30.</summary>
public sealed partial class LineMachine
{
    private void PumpHeartbeat(PeerLink link)
    {
        if (!link.Dialable || link.HeartbeatToken != 0 || link.NextHeartbeat > turn.Now)
            return;
        link.NextHeartbeat = turn.Now.Plus(presence.Heartbeat);
        var (sentAt, confirmedWhenSent) = (turn.Now, outboxes[link.Peer].Confirmed);
        link.HeartbeatToken = turn.Await(what =>
        {
            link.HeartbeatToken = 0;
            if (what is not LinkEvent.AnswerArrived { Answer: { Status: 200 } answer })
            {
                if (what is LinkEvent.AnswerArrived { Answer.Status: var status })
                {
                    presence.Heard(link, refusing: status is 403 or 404);
                    link.Unopened = status is 403 or 404;
                    if (link.Unopened)
                        link.NextHeartbeat = turn.Now.Plus(LinkLimits.MaxRetry);
                }
                else if (what is LinkEvent.SendFailed { Reason: var reason })
                    link.Unanswered = (link.Unanswered?.Since ?? turn.Now, reason);
                // While the link is down it is tried at the pace of retries, so that a peer's return is noticed in
                // seconds.
                if (!presence.IsHeard(link))
                    link.NextHeartbeat = turn.Now.Plus(LinkLimits.MaxRetry);
                return;
            }
            if (!Heartbeat.Parse(answer.Body.Span).TryGet(out var heard, out var why))
            {
                presence.Heard(link);
                Unread(link, why);
                turn.Count(link.Peer, LinkAnswer.Refuse(400, why));
                return;
            }
            presence.Heard(link);
            TakeHeartbeat(
                link,
                heard,
                ClockBounds.OfAnswer(heard.At, sentAt.Plus(turn.Wall - turn.Now), turn.Wall, turn.Now)
            );
            NoticeLoss(link, confirmedWhenSent);
        });
        turn.Do(
            new LinkEffect.Send(
                link.HeartbeatToken,
                link.Peer,
                new LinkRequest(LinkVerb.Heartbeat, OwnHeartbeat(link).Encode()),
                LinkLimits.HeartbeatTimeout
            )
        );
    }

    private DateTimeOffset? NextHeartbeat(PeerLink link) =>
        link.Dialable && link.HeartbeatToken == 0 ? link.NextHeartbeat : null;

    private void ServeHeartbeat(LinkEvent.RequestArrived request, PeerLink link)
    {
        if (!link.Heartbeats.TryTake(turn.Now))
        {
            turn.Reply(
                request.Token,
                LinkAnswer.Refuse(429, $"more than {LinkLimits.MaxHeartbeatsPerSecond} heartbeats in a second")
            );
            return;
        }
        if (!Heartbeat.Parse(request.Request.Body.Span).TryGet(out var heard, out var why))
        {
            Unread(link, why);
            turn.Refuse(request.From, request.Token, LinkAnswer.Refuse(400, why));
            return;
        }
        TakeHeartbeat(link, heard, ClockBounds.OfRequest(heard.At, turn.Wall, turn.Now));
        recovery.Pump(); // so that the answer can say at once what the peer has just shown to be missing here
        turn.Reply(request.Token, LinkAnswer.Ok(LinkAnswer.Json, OwnHeartbeat(link).Encode()));
    }

    private Heartbeat OwnHeartbeat(PeerLink link)
    {
        var checkpoints = new Dictionary<string, string>();
        if (own.Latest is { } latest)
            checkpoints[identity.Self.Value] = Note(
                ledger.For(link.Peer).Aggregate(latest, (checkpoint, cosignature) => checkpoint.With(cosignature))
            );
        foreach (var (party, mirror) in mirrors)
        {
            if (mirror.Latest is { } held)
                checkpoints[party.Value] = Note(held);
        }
        return new Heartbeat
        {
            Parley = 1,
            At = turn.Wall,
            Attended = attended,
            Checkpoints = checkpoints,
            Wants = recovery.AskedOf(link) ?? bodies.WantedFrom(link),
            Storing = mirrors[link.Peer].IsStoring ? true : null,
        };

        static string Note(SignedCheckpoint checkpoint) => System.Text.Encoding.UTF8.GetString(checkpoint.Encode());
    }

    /// <summary>The peer speaks, and what it says of itself is not to be read: nothing of it is known, which is no
    /// empty room. LINK-84.</summary>
    private void Unread(PeerLink link, string why) =>
        link.Unreadable = (
            link.Unreadable?.Since ?? turn.Now,
            turn.Now,
            Turn.Reason($"its heartbeats cannot be read: {why}")
        );

    private void TakeHeartbeat(PeerLink link, Heartbeat heard, ClockBounds clock)
    {
        link.Unreadable = null;
        link.AttendedAt = heard.Attended ? turn.Now : null;
        link.Unopened = false;
        link.Clock = ClockBounds.Joined(link.Clock, clock, presence.DownAfter);
        var named = false;
        foreach (var shown in link.Shown.Take(heard.Checkpoints))
        {
            var checkpoint = shown.Checkpoint!;
            if (shown.Author == identity.Self)
            {
                if (shown.IsSigned)
                    recovery.CompareSignedByUs(link, checkpoint);
                named |= shown.IsSigned;
                continue;
            }
            var mirror = mirrors[shown.Author];
            if (checkpoint.Checkpoint.Size < mirror.Size)
            {
                if (shown.IsSigned)
                    forks.CompareOlder(mirror, checkpoint);
            }
            else if (mirror.Differs(checkpoint))
            {
                if (shown.IsSigned)
                    forks.Stop(mirror.Origin, mirror.Latest!, checkpoint);
            }
            else if (shown.Author == link.Peer && !feeds.IsStopped && !feeds.Doubt.IsCatchingUp)
                ledger.Learn(mirror, shown);
        }
        link.NamedOurs = named;
        recovery.TakeStoring(link, heard.Storing is true);
        if (!named)
            recovery.DoubtWhetherHeld(link);
        if (heard.Wants is { } from)
            returns.Bring(link, from);
    }

    /// <summary>
    /// The peer answered, after it had cosigned that much, that it holds less: it was given an old store. What it lost
    /// is given again. LINK-18.
    /// </summary>
    private void NoticeLoss(PeerLink link, ulong confirmedBefore)
    {
        var outbox = outboxes[link.Peer];
        if (
            feeds.IsStopped
            || feeds.Doubt.IsCatchingUp
            || !link.NamedOurs
            || link.HoldsOfOurs >= confirmedBefore
            || link.HoldsOfOurs >= outbox.Confirmed
            || outbox.InFlight is not null
            || outbox.TipSize < confirmedBefore
        )
            return;
        if (Lost(outbox, link.HoldsOfOurs))
            outbox.Reset(link.HoldsOfOurs);
    }
}
