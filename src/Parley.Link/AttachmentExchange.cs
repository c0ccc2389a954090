using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Bodies too large to travel beside their header: the entry goes first, so that a FLASH never waits behind a file; the
/// bytes
/// (salt ‖ body) follow in chunks, each durable before it is answered, and go on where they stopped. The author offers
/// them to a peer it can
/// dial; a station that must pull asks for them. This file is the author's side. LINK-70 to LINK-75.
/// </summary>
internal sealed partial class AttachmentExchange
{
    private readonly Turn turn;
    private readonly LineFeeds feeds;
    private readonly Presence presence;

    internal AttachmentExchange(Turn turn, LineFeeds feeds, Presence presence, LoadedLine loaded)
    {
        (this.turn, this.feeds, this.presence) = (turn, feeds, presence);
        foreach (var peer in feeds.Identity.Peers)
        {
            outgoing[peer] = [];
            incoming[peer] = new IncomingAttachments(peer);
        }
        bytesOf = new Dictionary<PartyId, long>(loaded.AttachmentBytes);
        foreach (var entry in loaded.OpenAttachments)
        {
            Track(entry);
            if (entry.Party != feeds.Identity.Self)
                continue;
            foreach (var peer in feeds.Identity.Peers)
                receiptsSought[peer] = turn.Now;
        }
    }

    /// <summary>By peer, in the order of the feed: own attachments that it is not known to have.</summary>
    private readonly Dictionary<PartyId, SortedDictionary<ulong, Transfer>> outgoing = [];

    /// <summary>When the earliest transfer that failed is tried again.</summary>
    private readonly Dictionary<PartyId, DateTimeOffset> retryAt = [];

    /// <summary>Peers whose receipts of earlier runs are still to be looked for, and from when on.</summary>
    private readonly Dictionary<PartyId, DateTimeOffset> receiptsSought = [];

    /// <summary>Places of own entries whose attachments the peer is not known to have; not all of them need be
    /// addressed to it.</summary>
    internal IReadOnlyList<ulong> OwedTo(PartyId peer) =>
        [.. outgoing[peer].Values.Where(t => !t.Done).Select(t => t.Entry.Seq)];

    /// <summary>The first of our attachments for which the peer has no room; null while it has.</summary>
    internal UntakenAttachment? UntakenBy(PartyId peer) =>
        outgoing[peer].Values.FirstOrDefault(t => t.Untaken is not null)?.Untaken;

    /// <summary>The first attachment of this author for which there is no room here; null while there is.</summary>
    internal UntakenAttachment? UntakenOf(PartyId author) =>
        incoming[author].Open.Values.FirstOrDefault(t => t.Untaken is not null)?.Untaken;

    /// <summary>An entry that announces an attachment is in the record: ours is offered, another's is taken.</summary>
    internal void Track(EntryId entry)
    {
        if (entry.Party != feeds.Identity.Self)
            incoming[entry.Party].Announce(entry.Seq);
        else
            foreach (var peer in feeds.Identity.Peers)
                outgoing[peer].TryAdd(entry.Seq, new Transfer(entry));
    }

    private AttachmentId IdOf(Transfer transfer) =>
        new(new Origin(feeds.Identity.Line, transfer.Entry.Party), transfer.Commitment);

    internal void Pump(PeerLink link)
    {
        if (feeds.IsStopped)
            return;
        incoming[link.Peer].Admit();
        if (receiptsSought.TryGetValue(link.Peer, out var due) && due <= turn.Now)
        {
            receiptsSought.Remove(link.Peer);
            SeekReceipts(link, 0);
        }
        var reachable = link.Dialable && presence.IsHeard(link);
        Describe(link);
        if (reachable)
            PumpOffers(link);
        PumpIncoming(link, reachable && presence.MustPull(link));
    }

    internal DateTimeOffset? NextWake(PeerLink link) =>
        turn.Sooner(turn.Sooner(null, retryAt.TryGetValue(link.Peer, out var retry) ? retry : null), link.OffersAt);

    private bool MayTry(Transfer transfer) => !transfer.Done && !transfer.Busy && !(transfer.RetryAt > turn.Now);

    /// <summary>Learns of the next one what it is: it may not be for this peer at all.</summary>
    private void Describe(PeerLink link)
    {
        var looked = 0;
        foreach (var transfer in outgoing[link.Peer].Values)
        {
            if (++looked > LinkLimits.MaxOpenAttachments)
                return;
            if (transfer.Length != 0 || !MayTry(transfer))
                continue;
            Describe(
                transfer,
                () =>
                {
                    if (transfer.To is { } to && !to.Contains(link.Peer))
                        Finish(link.Peer, transfer);
                },
                () => Pause(link, transfer)
            );
            return;
        }
    }

    private void PumpOffers(PeerLink link)
    {
        Transfer? next = null;
        var looked = 0;
        foreach (var transfer in outgoing[link.Peer].Values)
        {
            // The entry first: a peer takes no attachment of an entry that it does not hold. And one at a time for each
            // peer.
            if (++looked > LinkLimits.MaxOpenAttachments || feeds.Outboxes[link.Peer].Cosigned <= transfer.Entry.Seq)
                break;
            if (transfer.Busy)
                return;
            if (transfer.Length != 0 && MayTry(transfer))
                next ??= transfer;
        }
        if (next is not null && !(link.OffersAt > turn.Now))
            Offer(link, next);
    }

    /// <summary>Learns from the stored header what the attachment is; then <paramref name="then"/>.</summary>
    private void Describe(Transfer transfer, Action then, Action fail)
    {
        transfer.Busy = true;
        var token = turn.Await(read =>
        {
            transfer.Busy = false;
            if (
                read is LinkEvent.EntriesRead { Entries: [var entry, ..] }
                && EntryHeader.Parse(entry.Header).TryGet(out var header, out _)
                && header.Body is { } commitment
            )
            {
                transfer.Commitment = commitment;
                transfer.Length = header.Size + Body.SaltLength;
                transfer.To = header.To;
                then();
            }
            else
                fail();
        });
        turn.Do(
            new LinkEffect.ReadEntries(
                token,
                new Origin(feeds.Identity.Line, transfer.Entry.Party),
                transfer.Entry.Seq,
                1,
                1
            )
        );
    }

    private void Offer(PeerLink link, Transfer transfer)
    {
        if (transfer.Held is not { } held)
        {
            Ask(
                link,
                transfer,
                new LinkRequest(LinkVerb.AttachmentHeld, ReadOnlyMemory<byte>.Empty, transfer.Entry.Seq)
            );
            return;
        }
        transfer.Busy = true;
        var token = turn.Await(read =>
        {
            transfer.Busy = false;
            if (read is LinkEvent.AttachmentRead { Bytes: { Length: > 0 } bytes })
                Ask(link, transfer, new LinkRequest(LinkVerb.AttachmentPut, bytes, transfer.Entry.Seq, held));
            else
                Pause(link, transfer);
        });
        turn.Do(
            new LinkEffect.ReadAttachment(
                token,
                IdOf(transfer),
                held,
                (int)Math.Min(ChunkFor(link), transfer.Length - held)
            )
        );
    }

    private static int ChunkFor(PeerLink link) => Math.Min(LinkLimits.AttachmentChunkBytes, link.Stride.Bytes);

    private void Ask(PeerLink link, Transfer transfer, LinkRequest request)
    {
        transfer.Busy = true;
        var askedAt = turn.Now;
        var token = turn.Await(what =>
        {
            transfer.Busy = false;
            var taken = request.Verb == LinkVerb.AttachmentHeld;
            if (what is LinkEvent.SendFailed)
                link.Stride.Failed();
            else
                link.Stride.Took(request.Body.Length, turn.Now - askedAt);
            if (
                what is LinkEvent.AnswerArrived { Answer: { Status: 200 or 409 } answer }
                && AttachmentHeld.Parse(answer.Body.Span).TryGet(out var held, out _)
                && held.Held <= transfer.Length
            )
            {
                presence.Heard(link);
                transfer.Held = held.Held;
                var isTaken =
                    held.Complete
                    || request.Verb == LinkVerb.AttachmentPut && held.Held >= request.Offset + request.Body.Length;
                taken |= isTaken;
                if (isTaken)
                {
                    // An answer to the question alone says nothing: a peer without room for a chunk answers it as well.
                    transfer.RetryPause = TimeSpan.Zero;
                    transfer.FindsRoom();
                }
                if (held.Complete)
                    Finish(link.Peer, transfer);
                else if (!taken || held.Held == transfer.Length)
                    Pause(link, transfer); // it took nothing; or it is still checking the whole
            }
            else if (what is LinkEvent.AnswerArrived { Answer: { Status: LinkAnswer.NoRoom } full })
            {
                transfer.FindsNoRoom(turn.Now, full.Reason);
                Pause(link, transfer, hasNoRoom: true);
            }
            else
                Pause(link, transfer);
            if (request.Verb == LinkVerb.AttachmentPut)
                Pace(link, taken);
        });
        turn.Do(new LinkEffect.Send(token, link.Peer, request, LinkLimits.RequestTimeout));
    }

    /// <summary>
    /// This transfer is tried again in a while, each time later up to the longest wait, from what is held then; the
    /// peer's others do not wait for it. Room does not come
    /// back by the second, and each look for it costs a chunk. LINK-17, LINK-91.
    /// </summary>
    private void Pause(PeerLink link, Transfer transfer, bool hasNoRoom = false)
    {
        var (first, longest) = hasNoRoom
            ? (LinkLimits.MaxRetry, LinkLimits.MaxRoomRetry)
            : (LinkLimits.MaxRetry / 5, LinkLimits.MaxRetry);
        var twice = transfer.RetryPause * 2;
        transfer.Held = null;
        transfer.RetryPause =
            twice < first ? first
            : twice < longest ? twice
            : longest;
        transfer.RetryAt = turn.Now.Plus(transfer.RetryPause);
        if (!(retryAt.TryGetValue(link.Peer, out var earlier) && earlier > turn.Now && earlier <= transfer.RetryAt))
            retryAt[link.Peer] = transfer.RetryAt.Value;
    }

    /// <summary>A chunk that was not taken is a read and a megabyte in vain: the next one to this peer, of whatever
    /// attachment, waits. LINK-17.</summary>
    private void Pace(PeerLink link, bool taken)
    {
        link.OfferPause =
            taken ? TimeSpan.Zero
            : link.OfferPause == TimeSpan.Zero ? LinkLimits.FirstRetry
            : link.OfferPause * 2 < LinkLimits.MaxRetry ? link.OfferPause * 2
            : LinkLimits.MaxRetry;
        link.OffersAt = taken ? null : turn.Now.Plus(link.OfferPause);
    }

    private void SeekReceiptsAgain(PeerLink link)
    {
        var at = receiptsSought[link.Peer] = turn.Now.Plus(LinkLimits.MaxRetry / 5);
        if (!(retryAt.TryGetValue(link.Peer, out var earlier) && earlier > turn.Now))
            retryAt[link.Peer] = at;
    }

    private void Finish(PartyId peer, Transfer transfer)
    {
        transfer.Done = true;
        outgoing[peer].Remove(transfer.Entry.Seq);
        if (!outgoing.Values.Any(o => o.ContainsKey(transfer.Entry.Seq)))
            turn.Commit([new LineChange.TrackAttachment(feeds.Identity.Line, transfer.Entry, false)], () => { });
    }

    internal void ConfirmedBy(PartyId by, EntryHeader header)
    {
        foreach (var entry in header.Re)
        {
            if (entry.Party == feeds.Identity.Self && outgoing[by].TryGetValue(entry.Seq, out var transfer))
                Finish(by, transfer);
        }
    }

    /// <summary>
    /// A peer may have recorded its receipts before this machine was loaded: they are in its feed. Who can be dialled
    /// would be asked as well; but the wire may be cut, and
    /// every carried file would bring the attachment once more.
    /// </summary>
    private void SeekReceipts(PeerLink link, ulong from)
    {
        var peer = link.Peer;
        if (from >= feeds.Mirrors[peer].Size || outgoing[peer].Count == 0)
            return;
        var token = turn.Await(read =>
        {
            if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
            {
                SeekReceiptsAgain(link);
                return;
            }
            foreach (var entry in entries)
            {
                if (
                    EntryHeader.Parse(entry.Header).TryGet(out var header, out _)
                    && header.Kind == LineKinds.AttachmentReceived
                )
                    ConfirmedBy(peer, header);
            }
            SeekReceipts(link, from + (ulong)entries.Count);
        });
        turn.Do(
            new LinkEffect.ReadEntries(
                token,
                feeds.Mirrors[peer].Origin,
                from,
                LinkLimits.MaxEntriesPerPush,
                LinkLimits.TargetPushBytes
            )
        );
    }

    private void ServeChunk(LinkEvent.RequestArrived request)
    {
        if (!outgoing[request.From].TryGetValue(request.Request.Seq, out var transfer))
        {
            turn.Reply(request.Token, LinkAnswer.Refuse(404, "no attachment of that entry is open towards you"));
            return;
        }
        if (transfer.Busy)
        {
            turn.Reply(request.Token, LinkAnswer.Refuse(429, "a chunk of this attachment is being read"));
            return;
        }
        if (transfer.Length == 0)
        {
            Describe(transfer, () => ServeChunk(request), () => turn.Reply(request.Token, LinkAnswer.StoreHasFailed));
            return;
        }
        var offset = request.Request.Offset;
        if (transfer.To is { } to && !to.Contains(request.From) || offset < 0 || offset >= transfer.Length)
        {
            turn.Refuse(request.From, request.Token, LinkAnswer.Refuse(404, "no such chunk for you"));
            return;
        }
        var link = feeds.Links[request.From];
        // Whether it got the last one, and how long that took, shows in what it asks for now.
        if (transfer.Given is { } given && offset == given.Offset + given.Length)
            link.Stride.Took(given.Length, turn.Now - given.At);
        else if (transfer.Given is not null)
            link.Stride.Failed();
        transfer.Busy = true;
        var token = turn.Await(read =>
        {
            transfer.Busy = false;
            transfer.Given = read is LinkEvent.AttachmentRead { Bytes: { Length: > 0 } taken }
                ? (offset, taken.Length, turn.Now)
                : null;
            turn.Reply(
                request.Token,
                read is LinkEvent.AttachmentRead { Bytes: { Length: > 0 } bytes }
                    ? LinkAnswer.Ok(LinkAnswer.Bytes, bytes)
                    : LinkAnswer.StoreHasFailed
            );
        });
        turn.Do(
            new LinkEffect.ReadAttachment(
                token,
                IdOf(transfer),
                offset,
                (int)Math.Min(ChunkFor(link), transfer.Length - offset)
            )
        );
    }

    private static LinkAnswer Held(long held, bool complete) =>
        LinkAnswer.Ok(LinkAnswer.Json, new AttachmentHeld { Held = held, Complete = complete }.Encode());
}
