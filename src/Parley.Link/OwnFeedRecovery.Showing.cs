using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Before a station that may have forgotten something signs, it asks every peer outright what lies beyond the entries
/// that it holds. What a peer does not say
/// says nothing; what it claims without our signature proves nothing, and is reason to ask again. LINK-60, LINK-101 to
/// LINK-103.
/// </summary>
internal sealed partial class OwnFeedRecovery
{
    /// <summary>By peer: what it had cosigned of our feed by what the store held when this machine was loaded. It
    /// cannot hold less.</summary>
    private readonly Dictionary<PartyId, ulong> cosignedWhenLoaded = [];

    private bool restored;
    private OpeningDoubt doubt;

    /// <summary>True while nothing is waited for but that peers show that they hold nothing of a feed that begins. What
    /// they wrote is taken meanwhile.</summary>
    internal bool IsOpening =>
        feeds.Own.Size == 0
        && !restored
        && feeds.Doubt.AwaitingProof.Count > 0
        && feeds.Doubt.Behind is null
        && feeds.Doubt.Foreign is null;

    private void BeginWaiting(LoadedLine loaded)
    {
        restored = loaded.Restored;
        doubt = loaded.Doubt;
        feeds.Doubt.Foreign = loaded.Foreign;
        foreach (var peer in feeds.Identity.Peers)
            cosignedWhenLoaded[peer] = feeds.Outboxes[peer].Cosigned;
        if (feeds.Own.Size == 0 && doubt == OpeningDoubt.None && feeds.Doubt.Foreign is null)
            return; // LINE-15: nobody can hold anything, restored or not
        if (restored || feeds.Doubt.Foreign is not null || feeds.Own.Size == 0 && opens)
            AwaitEverybody();
        markOwed = restored || feeds.Doubt.Foreign is not null; // a fault of the store may have been what a mark failed at
        if (restored || feeds.Doubt.Foreign is not null || doubt != OpeningDoubt.AskReachable)
            return;
        foreach (var link in feeds.Links.Values)
        {
            if (!link.Dialable)
                feeds.Doubt.AwaitingProof.Remove(link.Peer);
        }
    }

    private void AwaitEverybody()
    {
        foreach (var peer in feeds.Identity.Peers)
            feeds.Doubt.AwaitingProof.TryAdd(peer, new Showing());
    }

    /// <summary>Asks the peer outright, until it has answered.</summary>
    private void PumpShowing(PeerLink link)
    {
        if (
            feeds.IsStopped
            || !feeds.Doubt.AwaitingProof.TryGetValue(link.Peer, out var showing)
            || !link.Dialable
            || showing.Question != 0
            || showing.AskAt > turn.Now
        )
            return;
        if (feeds.Doubt.Behind is not null || recovering || feeds.IsAppending || proving is not null)
            return; // what is known to be missing comes first
        var from = feeds.Own.Size;
        showing.ClaimedSince = false;
        showing.Question = turn.Await(what =>
        {
            showing.Question = 0;
            showing.Unreachable = what is LinkEvent.SendFailed;
            if (feeds.Doubt.AwaitingProof.GetValueOrDefault(link.Peer) == showing)
                TakeShowing(link, showing, from, what);
        });
        turn.Do(
            new LinkEffect.Send(
                showing.Question,
                link.Peer,
                new LinkRequest(LinkVerb.Recover, Encoding.ASCII.GetBytes($"from {from}\n")),
                LinkLimits.RequestTimeout
            )
        );
    }

    private DateTimeOffset? NextShowing(PeerLink link) =>
        feeds.Doubt.AwaitingProof.TryGetValue(link.Peer, out var showing) && showing.Question == 0
            ? turn.Sooner(null, showing.AskAt)
            : null;

    private void TakeShowing(PeerLink link, Showing showing, ulong from, LinkEvent what)
    {
        showing.Pause(turn.Now);
        switch (what)
        {
            case LinkEvent.AnswerArrived { Answer: { Status: 200, Body: var bytes } }:
                presence.Heard(link);
                if (EntryBatch.ReadOffer(bytes, out _).TryGet(out var offer, out _))
                    CompareOwn(link, offer.Checkpoint);
                if (
                    feeds.IsStopped
                    || feeds.Doubt.Behind is null
                    || from != feeds.Own.Size
                    || recovering
                    || feeds.IsAppending
                    || proving is not null
                )
                    break;
                if (TakeRecovered(from, bytes, () => { }))
                    showing.AskSoon();
                break;
            case LinkEvent.AnswerArrived { Answer.Status: 204 }:
                presence.Heard(link);
                HasShown(link, showing);
                break;
            case LinkEvent.AnswerArrived { Answer.Status: 400 }:
                presence.Heard(link, refusing: true);
                showing.RefusedAsBefore = true;
                if (link.Storing is not false)
                    break;
                if (feeds.Own.Latest is { } latest && latest.Checkpoint.Size == feeds.Own.Size)
                    Offer(link, showing, latest);
                else if (feeds.Own.Size == 0)
                    HasShown(link, showing);
                break;
            case LinkEvent.AnswerArrived { Answer.Status: 403 or 404 }:
                // It does not know us, or the line: it holds nothing, unless we know better.
                presence.Heard(link, refusing: true);
                if (cosignedWhenLoaded[link.Peer] == 0)
                    HasShown(link, showing);
                break;
            case LinkEvent.AnswerArrived:
                presence.Heard(link, refusing: true);
                break;
            default:
                if (
                    feeds.Own.Size == 0
                    && !restored
                    && feeds.Doubt.Foreign is null
                    && doubt == OpeningDoubt.AskReachable
                )
                    HasShown(link, showing);
                break;
        }
    }

    /// <summary>
    /// A refusal says nothing of what the peer holds: it may be an older station that holds nothing beyond, or one that
    /// does not give entries back. It is shown the
    /// checkpoint that we have signed already; to that it says how much it holds (LINK-10), whatever its make.
    /// LINK-101.
    /// </summary>
    private void Offer(PeerLink link, Showing showing, SignedCheckpoint latest)
    {
        var bytes = new ArrayBufferWriter<byte>(LinkLimits.MaxPreambleBytes / 8);
        EntryBatch.WriteOffer(bytes, new CheckpointOffer(latest.Checkpoint.Size, [], latest));
        showing.Question = turn.Await(what =>
        {
            showing.Question = 0;
            showing.Unreachable = what is LinkEvent.SendFailed;
            if (
                feeds.Doubt.AwaitingProof.GetValueOrDefault(link.Peer) != showing
                || what is not LinkEvent.AnswerArrived { Answer: var answer }
            )
                return;
            presence.Heard(link, refusing: answer.Status != 200);
            if (latest.Checkpoint.Size != feeds.Own.Size)
                showing.AskSoon(); // it was given back meanwhile
            else if (
                answer.Status == 200
                && CosignatureLines
                    .Parse(answer.Body.Span, feeds.Identity.Document.CosignKey(link.Peer))
                    .TryGet(out var cosignature, out _)
                && Cosignature.Verify(cosignature, feeds.Identity.Document.CosignKey(link.Peer), latest.Checkpoint.Text)
            )
                HasShown(link, showing);
            else if (
                answer.Status == 409
                && CheckpointOffer.TryDecimal(Encoding.ASCII.GetString(answer.Body.Span).TrimEnd('\n'), out var held)
            )
            {
                link.SaidHeld = held;
                Claims(link, held);
                if (held < feeds.Own.Size)
                    HasShown(link, showing);
            }
        });
        turn.Do(
            new LinkEffect.Send(
                showing.Question,
                link.Peer,
                new LinkRequest(LinkVerb.Push, bytes.WrittenMemory),
                LinkLimits.RequestTimeout
            )
        );
    }

    /// <summary>The peer has answered that it holds nothing beyond what we hold. It counts unless something that it
    /// said speaks against it.</summary>
    private void HasShown(PeerLink link, Showing showing)
    {
        if (showing.ClaimedSince || link.SaidHeld is { } said && said < cosignedWhenLoaded[link.Peer])
            return;
        link.Claimed = 0;
        feeds.Doubt.AwaitingProof.Remove(link.Peer);
        if (!feeds.Doubt.IsCatchingUp && (feeds.Own.Size > 0 || restored))
            turn.Report(new LineReport.OwnFeedCaughtUp(feeds.Own.Size));
    }

    /// <summary>
    /// Somebody says that it holds so much of our feed. As long as we wait, more than we hold makes a new question
    /// necessary. A station that waits for nothing is not
    /// stopped by a word (decision 0008): it asks as well, and only our own signature in the answer counts.
    /// </summary>
    internal void Claims(PeerLink link, ulong held)
    {
        if (held <= feeds.Own.Size)
            return;
        link.Claimed = Math.Max(link.Claimed, held);
        if (feeds.Doubt.AwaitingProof.Count == 0)
            return;
        if (!feeds.Doubt.AwaitingProof.TryGetValue(link.Peer, out var showing))
            feeds.Doubt.AwaitingProof.Add(link.Peer, showing = new Showing());
        showing.ClaimedSince = true;
    }

    /// <summary>A peer that claims more than we hold, and shows no proof of itself, is asked for it: its heartbeats may
    /// name nothing, and its 409 would come for ever.</summary>
    private void PumpClaim(PeerLink link)
    {
        if (
            feeds.IsStopped
            || link.Claimed <= feeds.Own.Size
            || feeds.Doubt.IsCatchingUp
            || feeds.IsAppending
            || !link.Dialable
            || link.AskingClaim
            || link.ClaimAskAt > turn.Now
        )
            return;
        link.AskingClaim = true;
        link.ClaimAskAt = turn.Now.Plus(LinkLimits.MaxRetry);
        var claimed = link.Claimed;
        var token = turn.Await(what =>
        {
            link.AskingClaim = false;
            if (what is not LinkEvent.AnswerArrived { Answer: var answer })
                return;
            if (answer.Status == 200 && EntryBatch.ReadOffer(answer.Body, out _).TryGet(out var offer, out _))
                CompareOwn(link, offer.Checkpoint);
            if (answer.Status is not (429 or 503) && link.Claimed == claimed)
                link.Claimed = 0; // proven by now, or nothing
        });
        turn.Do(
            new LinkEffect.Send(
                token,
                link.Peer,
                new LinkRequest(LinkVerb.Recover, Encoding.ASCII.GetBytes($"from {feeds.Own.Size}\n")),
                LinkLimits.RequestTimeout
            )
        );
    }

    private DateTimeOffset? NextClaim(PeerLink link) =>
        link.Claimed > feeds.Own.Size && !link.AskingClaim ? turn.Sooner(null, link.ClaimAskAt) : null;

    /// <summary>A pull says how much its sender holds durably: of a peer that cannot be asked, that is the
    /// answer.</summary>
    internal void TakeHeldByPull(PeerLink link, ulong held)
    {
        link.SaidHeld = held;
        Claims(link, held);
        if (
            held > feeds.Own.Size
            || !feeds.Doubt.AwaitingProof.TryGetValue(link.Peer, out var showing)
            || link.Dialable && !showing.Unreachable
        )
            return;
        showing.ClaimedSince = false;
        HasShown(link, showing);
    }

    /// <summary>What the heartbeat said beside the checkpoints, of a peer that is waited for.</summary>
    internal void TakeStoring(PeerLink link, bool storing)
    {
        link.Storing = storing;
        if (!feeds.Doubt.AwaitingProof.TryGetValue(link.Peer, out var showing))
            return;
        if (storing)
            link.NextHeartbeat = turn.Now.Plus(LinkLimits.FirstRetry); // it soon is
        else if (showing.RefusedAsBefore && showing.Question == 0)
            showing.AskSoon();
    }

    /// <summary>From where a peer that claims more, and that we cannot ask, is to bring it; null when nothing is wanted
    /// of it so. LINK-63.</summary>
    internal ulong? ClaimWanted(PeerLink link) =>
        feeds.Doubt.Behind is null
        && link.Claimed > feeds.Own.Size
        && (!link.Dialable || feeds.Doubt.AwaitingProof.TryGetValue(link.Peer, out var showing) && showing.Unreachable)
            ? feeds.Own.Size
            : null;

    /// <summary>A peer that says nothing of our feed in its heartbeat may have lost it, or may just not say it: it is
    /// shown the checkpoint again and answers. LINK-100.</summary>
    internal void DoubtWhetherHeld(PeerLink link)
    {
        var outbox = feeds.Outboxes[link.Peer];
        if (
            feeds.IsStopped
            || feeds.Doubt.IsCatchingUp
            || outbox.Confirmed == 0
            || outbox.InFlight is not null
            || outbox.IsPulling(turn.Now)
        )
            return;
        if (link.DoubtedAt is { } last && (link.SaidHeld is null || turn.Now - last < LinkLimits.FirstRepushPause))
            return;
        link.DoubtedAt = turn.Now;
        link.SaidHeld = null;
        outbox.IsDoubted = true;
    }

    /// <summary>What of our own feed we wait for from this peer, for whoever watches the line; null when it is nothing.</summary>
    internal string? WaitsFor(PeerLink link) =>
        awaitedFrom == link.Peer
            ? $"nothing is signed until {link.Peer}, which we cannot dial, dials us and brings back our own entries from {WantedFrom} on"
        : feeds.Doubt.AwaitingProof.ContainsKey(link.Peer) ? Awaits(link)
        : null;

    private string Awaits(PeerLink link) =>
        link.SaidHeld is { } said && said < cosignedWhenLoaded[link.Peer]
            ? $"nothing is signed: {link.Peer} shows {said} of our entries and had cosigned {cosignedWhenLoaded[link.Peer]}"
        : link.Claimed > feeds.Own.Size
            ? $"nothing is signed: {link.Peer} says that it holds {link.Claimed} of our entries, we hold {feeds.Own.Size}, and it has not given the rest"
        : $"nothing is signed until {link.Peer} has shown what it holds of our feed";
}
