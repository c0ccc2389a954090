using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>Delivery of the own feed: by a push that we dial, or as the answer to a pull that the peer dialled. LINK-10, LINK-20.</summary>
public sealed partial class LineMachine
{
    /// <summary>A peer whose pull was answered within this time is not pushed to: it pulls again at once, or does not pull any more.</summary>
    private static readonly TimeSpan PullPause = LinkLimits.MaxRetry;

    private void PumpOutbox(Outbox outbox)
    {
        if (outbox.HeldPull is { } expired && expired.Until <= now) AnswerPull(outbox, LinkAnswer.Nothing);
        if (stopped || IsCatchingUp || own.Latest is null) return;
        outbox.Release(now);
        if (outbox.InFlight is { ViaPull: true } lost && now - lost.SentAt > LinkLimits.RequestTimeout)
        {
            links[outbox.Peer].Stride.Failed();
            outbox.Unanswered("the peer did not come back for the next pull", now, lost.Old);
        }
        PrepareNextPush(outbox);
        if (outbox.Ready is not { } ready || (outbox.InFlight is not null && !outbox.MayFollow)) return;
        if (outbox.HeldPull is not null)
        {
            outbox.Dispatch(0, viaPull: true, now);
            AnswerPull(outbox, LinkAnswer.Ok(LinkAnswer.Bytes, ready.Bytes));
            PrepareNextPush(outbox);
        }
        else if (links[outbox.Peer].Dialable && outbox.MayTry(now) && !IsPulling(outbox))
        {
            var token = Await(answer => PushAnswered(outbox, ready, answer));
            outbox.Dispatch(token, viaPull: false, now);
            effects.Add(new LinkEffect.Send(token, outbox.Peer, new LinkRequest(LinkVerb.Push, ready.Bytes), LinkLimits.RequestTimeout));
            PrepareNextPush(outbox);
        }
    }

    private void PrepareNextPush(Outbox outbox)
    {
        if (outbox.HeldBackUntil is not null || outbox.Ready is not null || outbox.ReadToken != 0 || outbox.WaitsForBody is { } place && IsSought(place)) return;
        outbox.WaitsForBody = null;
        var nothingNew = outbox.TipSize >= own.Size;
        if (nothingNew && (outbox.InFlight is not null || outbox.Cosigned >= own.Size && !OwesCosignatures(outbox))) return;
        if (outbox.Tip is null)
        {
            if (outbox.TipSize == own.Size) outbox.StartAt(own.Frontier.Clone());
            else if (outbox.TipSize == 0) outbox.StartAt(new TreeFrontier());
            else
            {
                if (!outbox.MayTry(now)) return;
                var asked = 0L;
                outbox.ReadToken = asked = Await(read =>
                {
                    if (outbox.ReadToken != asked) return; // it was reset meanwhile
                    outbox.ReadToken = 0;
                    if (read is LinkEvent.FrontierRead { Frontier: var frontier } && frontier.Size == outbox.TipSize) outbox.StartAt(frontier);
                    else outbox.Failed("the store could not give the frontier", now, outbox.TipSize);
                });
                effects.Add(new LinkEffect.ReadFrontier(outbox.ReadToken, identity.Own, outbox.TipSize));
                return;
            }
        }
        if (nothingNew) outbox.MakeReady([], own, identity.Document.Cards.Count, WithKnownCosignatures(outbox));
        else if (own.Recent.TryTake(outbox.TipSize, links[outbox.Peer].Stride.Bytes, out var recent)) MakeReady(outbox, recent);
        else
        {
            if (!outbox.MayTry(now)) return;
            var from = outbox.TipSize;
            var asked = 0L;
            outbox.ReadToken = asked = Await(read =>
            {
                if (outbox.ReadToken != asked) return; // it was reset meanwhile
                outbox.ReadToken = 0;
                if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
                {
                    outbox.Failed("the store could not give the entries", now, outbox.Cosigned);
                    return;
                }
                MakeReady(outbox, [.. entries.Select(e => (e, MerkleHash.Leaf(e.Header)))]);
            });
            effects.Add(new LinkEffect.ReadEntries(outbox.ReadToken, identity.Own, from, LinkLimits.MaxEntriesPerPush, links[outbox.Peer].Stride.Bytes));
        }
    }

    private void MakeReady(Outbox outbox, List<(Entry Entry, Hash Leaf)> entries)
    {
        var count = CountToCommonSize(outbox, CountDeliverable(outbox, entries));
        if (count == 0) return;
        if (count < entries.Count) entries = entries.GetRange(0, count);
        outbox.MakeReady(entries, own, identity.Document.Cards.Count, null, lostBodies, CommonFor(outbox));
    }

    private void PushAnswered(Outbox outbox, Outbox.Push push, LinkEvent what)
    {
        var follows = ReferenceEquals(outbox.Following, push);
        if (!follows && !ReferenceEquals(outbox.InFlight, push)) return; // given up meanwhile
        if (follows && what is not LinkEvent.AnswerArrived { Answer.Status: 200 })
        {
            outbox.FollowingFailed();
            return;
        }
        switch (what)
        {
            case LinkEvent.AnswerArrived { Answer: { Status: 200 } answer }:
                Heard(links[outbox.Peer]);
                if (!NoteSignature.ParseLine(Encoding.UTF8.GetString(answer.Body.Span)).TryGet(out var cosignature, out var why)) outbox.Failed($"the peer's answer is not a cosignature: {why}", now, push.Old);
                else TakeCosignature(outbox, push, cosignature);
                break;
            case LinkEvent.AnswerArrived { Answer: { Status: 409 } answer }:
                Heard(links[outbox.Peer], refusing: true);
                TakeConflict(outbox, push, Encoding.ASCII.GetString(answer.Body.Span).TrimEnd('\n'));
                break;
            case LinkEvent.AnswerArrived { Answer: var answer }:
                Heard(links[outbox.Peer], refusing: true);
                outbox.Failed(Reason($"the peer refused with {answer.Status}: {answer.Reason}"), now, push.Old);
                break;
            case LinkEvent.SendFailed failed:
                links[outbox.Peer].Stride.Failed();
                outbox.Unanswered(failed.Reason, now, push.Old);
                break;
        }
    }

    /// <summary>A verified cosignature is the delivery receipt; it is kept before anybody is told (design §1.2).</summary>
    private void TakeCosignature(Outbox outbox, Outbox.Push push, NoteSignature cosignature)
    {
        var key = identity.Document.CosignKey(outbox.Peer);
        if (!cosignature.IsBy(key) || !Cosignature.Verify(cosignature, key, push.Checkpoint.Checkpoint.Text))
        {
            outbox.Failed("the peer's cosignature does not hold", now, push.Old);
            return;
        }
        links[outbox.Peer].Stride.Took(push.Bytes.Length, now - push.SentAt);
        outbox.Delivered(push);
        Showed(outbox, push);
        NoteCommon(outbox, push, cosignature);
        Commit([new LineChange.AddCosignature(identity.Own, outbox.Peer, cosignature, push.Checkpoint)], () =>
        {
            knownCosignatures[outbox.Peer] = (push.End, cosignature);
            Cosign(identity.Self, outbox.Peer, push.End);
        });
    }

    private void TakeConflict(Outbox outbox, Outbox.Push push, string text)
    {
        if (!CheckpointOffer.TryDecimal(text, out var held))
        {
            outbox.Failed("the peer's 409 holds no size", now, push.Old);
            return;
        }
        if (held > own.Size)
        {
            // A size alone proves nothing; the peer's heartbeat carries our own signature if it is true.
            outbox.Failed($"the peer says that it holds {held} of our {own.Size} entries", now, push.Old);
            links[outbox.Peer].NextHeartbeat = now;
            return;
        }
        if (held >= outbox.Confirmed) outbox.Conflicted(held, proven: links[outbox.Peer].HoldsOfOurs == held, now);
        else if (held >= push.ConfirmedWhenSent) outbox.Overtaken(); // said before it took what its later cosignature covers
        else
        {
            Lost(outbox, held);
            outbox.Reset(held);
        }
    }

    /// <summary>The peer shows less than it had cosigned. True when it is given that again at once. LINK-18.</summary>
    private bool Lost(Outbox outbox, ulong held)
    {
        if (outbox.HeldBackUntil is not null) return false;
        var confirmed = outbox.Confirmed;
        var again = outbox.MayGiveAgain(held, now);
        Report(again ? new LineReport.PeerLostEntries(outbox.Peer, confirmed, held) : new LineReport.PeerHeldBack(outbox.Peer, confirmed, held, outbox.HeldBackUntil!.Value - now));
        return again;
    }

    private bool IsPulling(Outbox outbox) => outbox.PulledAt is { } pulled && now - pulled < PullPause;

    private void AnswerPull(Outbox outbox, LinkAnswer answer)
    {
        if (outbox.HeldPull is not { } pull) return;
        outbox.HeldPull = null;
        outbox.PulledAt = now;
        outbox.ConfirmedWhenPulled = outbox.Confirmed;
        Reply(pull.Token, answer);
    }

    /// <summary>True for a pull that costs nothing that is not ready or due: it takes up what the last answer brought, or asks again for the same.</summary>
    private static bool GoesOn(Outbox outbox, PullRequest pull) => outbox.InFlight is { } sent
        ? sent.ViaPull && pull.Held == sent.End && pull.Cosignature is not null
        : pull.Held == (outbox.Ready?.Old ?? outbox.TipSize);

    private void ServePull(LinkEvent.RequestArrived request)
    {
        if (!PullRequest.Parse(request.Request.Body.Span).TryGet(out var pull, out var why))
        {
            Refuse(request.From, request.Token, LinkAnswer.Refuse(400, why));
            return;
        }
        if (stopped || IsCatchingUp || own.Latest is null)
        {
            Reply(request.Token, LinkAnswer.Refuse(503, stopped ? "the line is stopped: a fork was found" : "the station is catching up its own feed"));
            return;
        }
        var (outbox, link) = (outboxes[request.From], links[request.From]);
        if (!link.Pulls.TryTake(now))
        {
            Reply(request.Token, LinkAnswer.Refuse(429, $"more than {LinkLimits.MaxPullsPerSecond} pulls in a second"));
            return;
        }
        if (!GoesOn(outbox, pull) && !link.PullRestarts.TryTake(now))
        {
            Reply(request.Token, LinkAnswer.Refuse(429, "too many pulls that start elsewhere than where the last answer ended"));
            return;
        }
        if (pull.Held >= outbox.Confirmed) outbox.Release();
        else if (pull.Held >= outbox.ConfirmedWhenPulled)
        {
            // It may have asked before it took the last push. Whatever it asks after this answer, it asks with that in its store.
            outbox.ConfirmedWhenPulled = outbox.Confirmed;
            Reply(request.Token, LinkAnswer.Nothing);
            return;
        }
        else if (!Lost(outbox, pull.Held))
        {
            Reply(request.Token, LinkAnswer.Refuse(429, Reason(outbox.LastError!)));
            return;
        }
        outbox.PulledAt = now;
        ConfirmOffRecord(request.From, pull.OffRecord);
        if (outbox.InFlight is { } inFlight)
        {
            if (inFlight.ViaPull && pull.Held == inFlight.End && pull.Cosignature is { } cosignature) TakeCosignature(outbox, inFlight, cosignature);
            else if (pull.Held <= own.Size)
            {
                if (inFlight.ViaPull) link.Stride.Failed(); // the last answer was lost
                outbox.Reset(pull.Held);
            }
        }
        if (pull.Held > own.Size)
        {
            Reply(request.Token, LinkAnswer.Conflict(own.Size));
            return;
        }
        if ((outbox.Ready?.Old ?? outbox.TipSize) != pull.Held) outbox.Reset(pull.Held);
        AnswerPull(outbox, LinkAnswer.Nothing); // an older one, whose asker has gone
        outbox.HeldPull = (request.Token, now + LinkLimits.PullHold);
        outbox.ConfirmedWhenPulled = outbox.Confirmed;
    }
}
