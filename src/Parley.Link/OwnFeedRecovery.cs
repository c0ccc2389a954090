using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// A station that lost part of its own feed (an old backup) signs nothing until it has the rest back from its peers.
/// What it lost is proven by its own
/// signature on the peer's checkpoint, never by a peer's word. LINK-60 to LINK-63.
/// </summary>
internal sealed partial class OwnFeedRecovery
{
    private readonly Turn turn;
    private readonly LineFeeds feeds;
    private readonly Presence presence;
    private readonly ForkWatch forks;
    private readonly BodyRecovery bodies;

    /// <summary>True where entry 0 of our feed is to be written here.</summary>
    private readonly bool opens;

    internal OwnFeedRecovery(
        Turn turn,
        LineFeeds feeds,
        Presence presence,
        ForkWatch forks,
        BodyRecovery bodies,
        LoadedLine loaded
    )
    {
        (this.turn, this.feeds, this.presence, this.forks, this.bodies) = (turn, feeds, presence, forks, bodies);
        opens = loaded.Opening is not null;
        BeginWaiting(loaded);
    }

    /// <summary>Asks the peer what it holds of our feed, where we must know it or it claims more than we hold.</summary>
    internal void Pump(PeerLink link)
    {
        PumpShowing(link);
        PumpClaim(link);
    }

    internal DateTimeOffset? NextWake(PeerLink link) => turn.Sooner(NextShowing(link), NextClaim(link));

    /// <summary>True when the store may not know yet that nothing may be signed.</summary>
    private bool markOwed;
    private bool recovering;
    private DateTimeOffset? recoverAt;

    /// <summary>
    /// Set while a peer's answer did not lead from our entries to our signature. Either our feed has diverged, or the
    /// peer lied; the entries from the
    /// first one on decide it. Holds those fetched so far.
    /// </summary>
    private TreeFrontier? proving;

    internal void CompareOwn(PeerLink link, SignedCheckpoint shown)
    {
        if (
            shown.Checkpoint.Origin == feeds.Identity.Own.ToString()
            && shown.Note.Check(feeds.Identity.Document.LogKey(feeds.Identity.Self)) == SignatureCheck.Valid
        )
            CompareSignedByUs(link, shown);
    }

    /// <summary>What our key signed counts, extension lines or not: it is not for us to overlook a signature of our
    /// own.</summary>
    internal void CompareSignedByUs(PeerLink link, SignedCheckpoint shown)
    {
        link.HoldsOfOurs = shown.Checkpoint.Size;
        link.SaidHeld = shown.Checkpoint.Size;
        if (shown.Checkpoint.Size > feeds.Own.Size)
        {
            if (feeds.Doubt.Behind is { } known && known.Checkpoint.Checkpoint.Size >= shown.Checkpoint.Size)
                return;
            if (feeds.Doubt.AwaitingProof.Count == 0 && feeds.Doubt.Foreign is null)
                MeetForeign(link, shown.Checkpoint.Size);
            markOwed |= feeds.Doubt.Behind is null;
            feeds.Doubt.Behind = (link.Peer, shown);
            Claims(link, shown.Checkpoint.Size);
            turn.Report(new LineReport.OwnFeedBehind(link.Peer, feeds.Own.Size, shown.Checkpoint.Size));
        }
        else if (shown.Checkpoint.Size == feeds.Own.Size && feeds.Own.Latest is { } latest)
        {
            if (shown.Checkpoint.Root != feeds.Own.Root)
                forks.Stop(feeds.Identity.Own, latest, shown);
        }
        else if (feeds.Own.Latest is { } mine)
        {
            forks.CompareAt(feeds.Identity.Own, shown, () => mine);
        }
    }

    /// <summary>
    /// What we are behind of is forgotten with the process, and then we would sign: so the mark is made durable like
    /// anything else that counts. While the store
    /// does not take it, nothing goes on, and every machine that is loaded after begins with it. LINK-60.
    /// </summary>
    internal void MarkCatchingUp()
    {
        if (!markOwed)
            return;
        markOwed = false;
        turn.Commit(
            [
                feeds.Doubt.Foreign is { } met
                    ? new LineChange.MarkForeign(feeds.Identity.Line, met)
                    : new LineChange.MarkCatchingUp(feeds.Identity.Line),
            ],
            () => { }
        );
    }

    /// <summary>The peer that is to bring our feed over a connection that it dials itself; null while we do the asking,
    /// or need nothing. LINK-63.</summary>
    private PartyId? awaitedFrom;

    /// <summary>What we are behind of, and how it goes on; null while nothing is proven to be missing.</summary>
    internal RecoveryStatus? Status =>
        feeds.Doubt.Behind is { } goal
            ? new RecoveryStatus(goal.Peer, feeds.Own.Size, goal.Checkpoint.Checkpoint.Size, awaitedFrom is not null)
            : null;

    /// <summary>From where our heartbeat to this peer asks for our own entries; null when it does not.</summary>
    internal ulong? AskedOf(PeerLink link) => awaitedFrom == link.Peer ? WantedFrom : ClaimWanted(link);

    private TimeSpan BringWait => presence.Heartbeat * LinkLimits.HeartbeatsUntilPull;

    internal ulong WantedFrom => proving?.Size ?? feeds.Own.Size;

    internal void Pump()
    {
        if (feeds.IsStopped || feeds.Doubt.Behind is not { } goal || recovering || feeds.IsAppending)
            return;
        if (feeds.Own.Size >= goal.Checkpoint.Checkpoint.Size)
        {
            feeds.Doubt.Behind = null;
            awaitedFrom = null;
            foreach (var showing in feeds.Doubt.AwaitingProof.Values)
                showing.AskSoon();
            foreach (var outbox in feeds.Outboxes.Values)
                outbox.Reset(Math.Min(outbox.Cosigned, feeds.Own.Size));
            if (!feeds.Doubt.IsCatchingUp)
                turn.Report(new LineReport.OwnFeedCaughtUp(feeds.Own.Size));
            return;
        }
        if (recoverAt is { } at && at > turn.Now)
            return;
        var link = feeds.Links[goal.Peer];
        if (awaitedFrom == goal.Peer)
        {
            // It did not come. It may be reachable by now, and so may another.
            link.CannotBeAsked = false;
            AskAnotherPeer(goal.Peer);
        }
        else if (!link.Dialable || link.CannotBeAsked)
        {
            awaitedFrom = goal.Peer;
            recoverAt = turn.Now.Plus(BringWait);
            link.NextHeartbeat = turn.Now;
            turn.Report(new LineReport.OwnFeedAwaited(goal.Peer, feeds.Own.Size, goal.Checkpoint.Checkpoint.Size));
        }
        else
            AskForOwnFeed(goal.Peer);
    }

    internal DateTimeOffset? NextWake() => recovering ? null : turn.Sooner(null, recoverAt);

    private void AskForOwnFeed(PartyId peer)
    {
        recovering = true;
        var from = WantedFrom;
        var body = Encoding.ASCII.GetBytes($"from {from}\n");
        var token = turn.Await(what =>
        {
            recovering = false;
            recoverAt = null;
            if (
                what is LinkEvent.AnswerArrived { Answer: { Status: 200, Body: var bytes } }
                && TakeRecovered(from, bytes, () => { })
            )
                return;
            feeds.Links[peer].CannotBeAsked = what is LinkEvent.SendFailed;
            AskAnotherPeer(peer);
        });
        turn.Do(new LinkEffect.Send(token, peer, new LinkRequest(LinkVerb.Recover, body), LinkLimits.RequestTimeout));
    }

    /// <summary>The peer could not or would not help; another one that has shown as much is asked next.</summary>
    private void AskAnotherPeer(PartyId asked)
    {
        proving = null;
        awaitedFrom = null;
        recoverAt = turn.Now.Plus(LinkLimits.MaxRetry);
        if (feeds.Doubt.Behind is not { } goal)
            return;
        var others = feeds
            .Identity.Peers.Where(p => feeds.Links[p].HoldsOfOurs >= goal.Checkpoint.Checkpoint.Size)
            .ToList();
        if (others.Count > 0)
            feeds.Doubt.Behind = (others[(others.IndexOf(asked) + 1) % others.Count], goal.Checkpoint);
    }

    /// <summary>A peer that we cannot dial brings our own entries, because our heartbeat said that we want them. They
    /// are judged as if we had asked. LINK-63.</summary>
    internal void TakeBrought(LinkEvent.RequestArrived request)
    {
        if (
            !feeds.IsStopped
            && ClaimWanted(feeds.Links[request.From]) == (ulong)request.Request.Offset
            && EntryBatch.ReadOffer(request.Request.Body, out _).TryGet(out var claimed, out _)
        )
        {
            // It claimed more, could not be asked, and brings it: our signature is in its hand.
            CompareOwn(feeds.Links[request.From], claimed.Checkpoint);
            if (feeds.Doubt.Behind is { } proven && proven.Peer == request.From)
                awaitedFrom = request.From;
        }
        if (feeds.IsStopped || awaitedFrom != request.From || (ulong)request.Request.Offset != WantedFrom)
        {
            if (feeds.IsStopped || feeds.Doubt.IsCatchingUp || !bodies.TakeBrought(request))
                turn.Reply(request.Token, LinkAnswer.Refuse(409, "these are not the entries that were asked for"));
            return;
        }
        if (recovering || feeds.IsAppending)
        {
            turn.Reply(request.Token, LinkAnswer.Refuse(429, "entries brought before wait for the store"));
            return;
        }
        recoverAt = turn.Now.Plus(BringWait);
        if (
            TakeRecovered(
                WantedFrom,
                request.Request.Body,
                () =>
                    turn.Reply(
                        request.Token,
                        Bringing.Wanted(
                            feeds.Own.Size < feeds.Doubt.Behind?.Checkpoint.Checkpoint.Size ? WantedFrom : null
                        )
                    )
            )
        )
            return;
        turn.Refuse(
            request.From,
            request.Token,
            LinkAnswer.Refuse(422, "these entries do not lead to what we have signed")
        );
        AskAnotherPeer(request.From);
    }

    /// <summary>
    /// The answer: a checkpoint offer whose checkpoint is the peer's newest of our feed and whose proof leads to it
    /// from the end of the entries
    /// that follow. Those entries are ours only if they lead, by that proof, to what we have signed. False when the
    /// answer is of no use; else
    /// <paramref name="taken"/> follows, once what is new is durable.
    /// </summary>
    private bool TakeRecovered(ulong from, ReadOnlyMemory<byte> body, Action taken)
    {
        if (!EntryBatch.ReadOffer(body, out var bytes).TryGet(out var offer, out _) || offer.OldSize <= from)
            return false;
        var target = offer.Checkpoint.Checkpoint;
        if (
            target.Origin != feeds.Identity.Own.ToString()
            || offer.Checkpoint.Note.Check(feeds.Identity.Document.LogKey(feeds.Identity.Self)) != SignatureCheck.Valid
        )
            return false;
        if (!EntryBatch.ReadEntries(bytes.Span, offer.OldSize - from).TryGet(out var entries, out _))
            return false;
        var tree = proving is null ? feeds.Own.Frontier.Clone() : proving.Clone();
        var headers = new List<EntryHeader>(entries.Count);
        var diverges = false;
        foreach (var entry in entries)
        {
            if (
                !EntryHeader.Parse(entry.Header).TryGet(out var header, out _)
                || header.From != feeds.Identity.Self
                || header.Line != feeds.Identity.Line
                || header.Seq != tree.Size
            )
                return false;
            if (
                entry.Body is not null
                && (
                    header.Body is not { } commitment
                    || header.Size != entry.Body.Length
                    || Body.Commit(entry.Salt, entry.Body) != commitment
                )
            )
                return false;
            headers.Add(header);
            tree.Append(MerkleHash.Leaf(entry.Header));
            diverges |= tree.Size == feeds.Own.Size && tree.Root() != feeds.Own.Root;
        }
        var reaches =
            offer.OldSize == target.Size
                ? tree.Root() == target.Root
                : offer.OldSize < target.Size
                    && ConsistencyProof.Verify(offer.OldSize, target.Size, tree.Root(), target.Root, [.. offer.Proof]);
        if (proving is not null)
        {
            if (!reaches)
                return false;
            if (diverges && feeds.Own.Latest is { } latest)
                forks.Stop(feeds.Identity.Own, latest, offer.Checkpoint);
            proving = tree.Size < feeds.Own.Size ? tree : null;
            if (!diverges && proving is null)
                return false;
            taken();
            return true;
        }
        if (!reaches)
        {
            if (feeds.Own.Size == 0)
                return false;
            proving = new TreeFrontier();
            taken();
            return true;
        }
        Recover(feeds.Own.Extend(entries), headers, taken);
        return true;
    }

    private void Recover(AuthoredFeed.Step step, IReadOnlyList<EntryHeader> headers, Action taken)
    {
        var from = feeds.Own.Size;
        var changes = new List<LineChange> { step.Change };
        foreach (var header in headers)
        {
            if (feeds.FoldSuspension(feeds.Identity.Self, header.By, header.Kind))
                changes.Add(new LineChange.SetSuspended(feeds.Identity.Line, [.. feeds.SuspendedBy]));
        }
        recovering = true;
        turn.Commit(
            changes,
            () =>
            {
                recovering = false;
                feeds.Own.Accept(step);
                turn.Report(new LineReport.Stored(feeds.Identity.Own, from, feeds.Own.Size));
                for (var i = 0; i < headers.Count; i++)
                {
                    if (step.Change.Entries[i].Body is null)
                        bodies.Seek(headers[i]);
                }
                taken();
            }
        );
    }
}
