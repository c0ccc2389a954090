using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>Delivery of the own feed: by a push that we dial, or as the answer to a pull that the peer dialled.
/// LINK-10, LINK-20.</summary>
public sealed partial class LineMachine
{
    private void PumpOutbox(PeerLink link)
    {
        var outbox = outboxes[link.Peer];
        if (outbox.HeldPull is { } expired && expired.Until <= turn.Now)
            outbox.AnswerPull(turn, LinkAnswer.Nothing);
        if (feeds.IsStopped || feeds.Doubt.IsCatchingUp || own.Latest is null)
            return;
        outbox.Release(turn.Now);
        if (outbox.InFlight is { ViaPull: true } lost && turn.Now - lost.SentAt > LinkLimits.RequestTimeout)
        {
            link.Stride.Failed();
            outbox.Unanswered("the peer did not come back for the next pull", turn.Now, lost.Old);
        }
        PrepareNextPush(outbox);
        if (outbox.Ready is not { } ready || (outbox.InFlight is not null && !outbox.MayFollow))
            return;
        if (outbox.HeldPull is not null)
        {
            outbox.Dispatch(0, viaPull: true, turn.Now);
            outbox.AnswerPull(turn, LinkAnswer.Ok(LinkAnswer.Bytes, ready.Bytes));
            PrepareNextPush(outbox);
        }
        else if (link.Dialable && outbox.MayTry(turn.Now) && !outbox.IsPulling(turn.Now))
        {
            var token = turn.Await(answer => PushAnswered(outbox, ready, answer));
            outbox.Dispatch(token, viaPull: false, turn.Now);
            turn.Do(
                new LinkEffect.Send(
                    token,
                    outbox.Peer,
                    new LinkRequest(LinkVerb.Push, ready.Bytes),
                    LinkLimits.RequestTimeout
                )
            );
            PrepareNextPush(outbox);
        }
    }

    private DateTimeOffset? NextDelivery(PeerLink link)
    {
        var outbox = outboxes[link.Peer];
        var next = turn.Sooner(null, outbox.InFlight is null ? outbox.RetryAt : null);
        next = turn.Sooner(next, outbox.HeldPull?.Until);
        next = turn.Sooner(next, outbox.HeldBackUntil);
        next = turn.Sooner(next, outbox.PulledAt?.Plus(Outbox.PullPause));
        next = turn.Sooner(
            next,
            outbox.InFlight is { ViaPull: true } lost ? lost.SentAt.Plus(LinkLimits.RequestTimeout) : null
        );
        return next;
    }

    private void PrepareNextPush(Outbox outbox)
    {
        if (
            outbox.HeldBackUntil is not null
            || outbox.Ready is not null
            || outbox.ReadToken != 0
            || outbox.WaitsForBody is { } place && bodies.IsSought(place)
        )
            return;
        outbox.WaitsForBody = null;
        var nothingNew = outbox.TipSize >= own.Size;
        if (
            nothingNew
            && (outbox.InFlight is not null || outbox.Cosigned >= own.Size && !outbox.IsDoubted && !ledger.Owes(outbox))
        )
            return;
        if (outbox.Tip is null)
        {
            if (outbox.TipSize == own.Size)
                outbox.StartAt(own.Frontier.Clone());
            else if (outbox.TipSize == 0)
                outbox.StartAt(new TreeFrontier());
            else
            {
                if (!outbox.MayTry(turn.Now))
                    return;
                var asked = 0L;
                outbox.ReadToken = asked = turn.Await(read =>
                {
                    if (outbox.ReadToken != asked)
                        return; // it was reset meanwhile
                    outbox.ReadToken = 0;
                    if (read is LinkEvent.FrontierRead { Frontier: var frontier } && frontier.Size == outbox.TipSize)
                        outbox.StartAt(frontier);
                    else
                        outbox.Failed("the store could not give the frontier", turn.Now, outbox.TipSize);
                });
                turn.Do(new LinkEffect.ReadFrontier(outbox.ReadToken, identity.Own, outbox.TipSize));
                return;
            }
        }
        if (nothingNew)
            outbox.MakeReady([], own, identity.Document.Cards.Count, ledger.NewestFor(outbox));
        else if (own.Recent.TryTake(outbox.TipSize, links[outbox.Peer].Stride.Bytes, out var recent))
            MakeReady(outbox, recent);
        else
        {
            if (!outbox.MayTry(turn.Now))
                return;
            var from = outbox.TipSize;
            var asked = 0L;
            outbox.ReadToken = asked = turn.Await(read =>
            {
                if (outbox.ReadToken != asked)
                    return; // it was reset meanwhile
                outbox.ReadToken = 0;
                if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
                {
                    outbox.Failed("the store could not give the entries", turn.Now, outbox.Cosigned);
                    return;
                }
                MakeReady(outbox, [.. entries.Select(e => (e, MerkleHash.Leaf(e.Header)))]);
            });
            turn.Do(
                new LinkEffect.ReadEntries(
                    outbox.ReadToken,
                    identity.Own,
                    from,
                    LinkLimits.MaxEntriesPerPush,
                    links[outbox.Peer].Stride.Bytes
                )
            );
        }
    }

    private void MakeReady(Outbox outbox, List<(Entry Entry, Hash Leaf)> entries)
    {
        var count = ledger.CountToCommonSize(outbox, bodies.CountDeliverable(outbox, entries));
        if (count == 0)
            return;
        if (count < entries.Count)
            entries = entries.GetRange(0, count);
        outbox.MakeReady(entries, own, identity.Document.Cards.Count, null, bodies.Lost, ledger.CommonFor(outbox));
    }

    private void PushAnswered(Outbox outbox, Outbox.Push push, LinkEvent what)
    {
        var follows = ReferenceEquals(outbox.Following, push);
        if (!follows && !ReferenceEquals(outbox.InFlight, push))
            return; // given up meanwhile
        if (follows && what is not LinkEvent.AnswerArrived { Answer.Status: 200 })
        {
            outbox.FollowingFailed();
            return;
        }
        switch (what)
        {
            case LinkEvent.AnswerArrived { Answer: { Status: 200 } answer }:
                presence.Heard(links[outbox.Peer]);
                if (
                    !CosignatureLines
                        .Parse(answer.Body.Span, identity.Document.CosignKey(outbox.Peer))
                        .TryGet(out var cosignature, out var why)
                )
                    outbox.Failed(Turn.Reason($"the peer's answer is not a cosignature: {why}"), turn.Now, push.Old);
                else
                    TakeCosignature(outbox, push, cosignature);
                break;
            case LinkEvent.AnswerArrived { Answer: { Status: 409 } answer }:
                presence.Heard(links[outbox.Peer], refusing: true);
                TakeConflict(outbox, push, Encoding.ASCII.GetString(answer.Body.Span).TrimEnd('\n'));
                break;
            case LinkEvent.AnswerArrived { Answer: var answer }:
                presence.Heard(links[outbox.Peer], refusing: true);
                outbox.Failed(
                    Turn.Reason($"the peer refused with {answer.Status}: {answer.Reason}"),
                    turn.Now,
                    push.Old
                );
                break;
            case LinkEvent.SendFailed failed:
                links[outbox.Peer].Stride.Failed();
                outbox.Unanswered(failed.Reason, turn.Now, push.Old);
                break;
        }
    }

    /// <summary>A verified cosignature is the delivery receipt; it is kept before anybody is told (design
    /// §1.2).</summary>
    private void TakeCosignature(Outbox outbox, Outbox.Push push, NoteSignature cosignature)
    {
        var key = identity.Document.CosignKey(outbox.Peer);
        if (!cosignature.IsBy(key) || !Cosignature.Verify(cosignature, key, push.Checkpoint.Checkpoint.Text))
        {
            outbox.Failed("the peer's cosignature does not hold", turn.Now, push.Old);
            return;
        }
        links[outbox.Peer].Stride.Took(push.Bytes.Length, turn.Now - push.SentAt);
        outbox.Delivered(push);
        ledger.Showed(outbox, push);
        ledger.NoteCommon(outbox, push, cosignature);
        turn.Commit(
            [new LineChange.AddCosignature(identity.Own, outbox.Peer, cosignature, push.Checkpoint)],
            () =>
            {
                ledger.Keep(outbox.Peer, push.End, cosignature);
            }
        );
    }

    private void TakeConflict(Outbox outbox, Outbox.Push push, string text)
    {
        outbox.IsDoubted = false;
        if (!CheckpointOffer.TryDecimal(text, out var held))
        {
            outbox.Failed("the peer's 409 holds no size", turn.Now, push.Old);
            return;
        }
        if (held > own.Size)
        {
            // A size alone proves nothing; the peer's heartbeat carries our own signature if it is true.
            outbox.Failed($"the peer says that it holds {held} of our {own.Size} entries", turn.Now, push.Old);
            recovery.Claims(links[outbox.Peer], held);
            links[outbox.Peer].NextHeartbeat = turn.Now;
            return;
        }
        if (held >= outbox.Confirmed)
            outbox.Conflicted(held, proven: links[outbox.Peer].HoldsOfOurs == held, turn.Now);
        else if (held >= push.ConfirmedWhenSent)
            outbox.Overtaken(); // said before it took what its later cosignature covers
        else
        {
            Lost(outbox, held);
            outbox.Reset(held);
        }
    }

    /// <summary>The peer shows less than it had cosigned. True when it is given that again at once. LINK-18.</summary>
    private bool Lost(Outbox outbox, ulong held)
    {
        if (outbox.HeldBackUntil is not null)
            return false;
        var confirmed = outbox.Confirmed;
        var again = outbox.MayGiveAgain(held, turn.Now);
        turn.Report(
            again
                ? new LineReport.PeerLostEntries(outbox.Peer, confirmed, held)
                : new LineReport.PeerHeldBack(outbox.Peer, confirmed, held, outbox.HeldBackUntil!.Value - turn.Now)
        );
        return again;
    }

    /// <summary>True for a pull that costs nothing that is not ready or due: it takes up what the last answer brought,
    /// or asks again for the same.</summary>
    private static bool GoesOn(Outbox outbox, PullRequest pull) =>
        outbox.InFlight is { } sent
            ? sent.ViaPull && pull.Held == sent.End && pull.Cosignature is not null
            : pull.Held == (outbox.Ready?.Old ?? outbox.TipSize);

    private void ServePull(LinkEvent.RequestArrived request)
    {
        if (!PullRequest.Parse(request.Request.Body.Span).TryGet(out var pull, out var why))
        {
            turn.Refuse(request.From, request.Token, LinkAnswer.Refuse(400, why));
            return;
        }
        recovery.TakeHeldByPull(links[request.From], pull.Held);
        if (feeds.IsStopped || feeds.Doubt.IsCatchingUp || own.Latest is null)
        {
            turn.Reply(
                request.Token,
                LinkAnswer.Refuse(
                    503,
                    feeds.IsStopped
                        ? "the line is stopped: a fork was found"
                        : "the station is catching up its own feed"
                )
            );
            return;
        }
        var (outbox, link) = (outboxes[request.From], links[request.From]);
        if (!link.Pulls.TryTake(turn.Now))
        {
            turn.Reply(
                request.Token,
                LinkAnswer.Refuse(429, $"more than {LinkLimits.MaxPullsPerSecond} pulls in a second")
            );
            return;
        }
        if (!GoesOn(outbox, pull) && !link.PullRestarts.TryTake(turn.Now))
        {
            turn.Reply(
                request.Token,
                LinkAnswer.Refuse(429, "too many pulls that start elsewhere than where the last answer ended")
            );
            return;
        }
        if (pull.Held >= outbox.Confirmed)
            outbox.Release();
        else if (pull.Held >= outbox.ConfirmedWhenPulled)
        {
            // It may have asked before it took the last push. Whatever it asks after this answer, it asks with that in
            // its store.
            outbox.ConfirmedWhenPulled = outbox.Confirmed;
            turn.Reply(request.Token, LinkAnswer.Nothing);
            return;
        }
        else if (!Lost(outbox, pull.Held))
        {
            turn.Reply(request.Token, LinkAnswer.Refuse(429, Turn.Reason(outbox.LastError!)));
            return;
        }
        outbox.PulledAt = turn.Now;
        mail.Confirm(request.From, pull.OffRecord);
        if (outbox.InFlight is { } inFlight)
        {
            if (inFlight.ViaPull && pull.Held == inFlight.End && pull.Cosignature is { } cosignature)
                TakeCosignature(outbox, inFlight, cosignature);
            else if (pull.Held <= own.Size)
            {
                if (inFlight.ViaPull)
                    link.Stride.Failed(); // the last answer was lost
                outbox.Reset(pull.Held);
            }
        }
        if (pull.Held > own.Size)
        {
            turn.Reply(request.Token, LinkAnswer.Conflict(own.Size));
            return;
        }
        if ((outbox.Ready?.Old ?? outbox.TipSize) != pull.Held)
            outbox.Reset(pull.Held);
        outbox.AnswerPull(turn, LinkAnswer.Nothing); // an older one, whose asker has gone
        outbox.HeldPull = (request.Token, turn.Now.Plus(LinkLimits.PullHold));
        outbox.ConfirmedWhenPulled = outbox.Confirmed;
    }
}
