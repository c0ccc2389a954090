using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Bodies too large to travel beside their header: the entry goes first, so that a FLASH never waits behind a file; the bytes
/// (salt ‖ body) follow in chunks, each durable before it is answered, and go on where they stopped. The author offers them to a peer it can
/// dial; a station that must pull asks for them. This file is the author's side. LINK-70 to LINK-75.
/// </summary>
public sealed partial class LineMachine
{
    /// <summary>By peer, in the order of the feed: own attachments that it is not known to have.</summary>
    private readonly Dictionary<PartyId, SortedDictionary<ulong, Transfer>> outgoing = [];
    /// <summary>When the earliest transfer that failed is tried again.</summary>
    private readonly Dictionary<PartyId, DateTimeOffset> attachmentRetryAt = [];
    /// <summary>Peers whose receipts of earlier runs are still to be looked for, and from when on.</summary>
    private readonly Dictionary<PartyId, DateTimeOffset> receiptsSought = [];

    private void TrackAttachment(EntryId entry)
    {
        if (entry.Party != identity.Self) incoming[entry.Party].Announce(entry.Seq);
        else foreach (var peer in identity.Peers) outgoing[peer].TryAdd(entry.Seq, new Transfer(entry));
    }

    private AttachmentId IdOf(Transfer transfer) => new(new Origin(identity.Line, transfer.Entry.Party), transfer.Commitment);

    private void PumpAttachments(PeerLink link)
    {
        if (stopped) return;
        incoming[link.Peer].Admit();
        if (receiptsSought.TryGetValue(link.Peer, out var due) && due <= now)
        {
            receiptsSought.Remove(link.Peer);
            SeekReceipts(link, 0);
        }
        var reachable = link.Dialable && IsHeard(link);
        Describe(link);
        if (reachable) PumpOffers(link);
        PumpIncoming(link, reachable && MustPull(link));
    }

    private bool MayTry(Transfer transfer) => !transfer.Done && !transfer.Busy && !(transfer.RetryAt > now);

    /// <summary>Learns of the next one what it is: it may not be for this peer at all.</summary>
    private void Describe(PeerLink link)
    {
        var looked = 0;
        foreach (var transfer in outgoing[link.Peer].Values)
        {
            if (++looked > LinkLimits.MaxOpenAttachments) return;
            if (transfer.Length != 0 || !MayTry(transfer)) continue;
            Describe(transfer, () =>
            {
                if (transfer.To is { } to && !to.Contains(link.Peer)) Finish(link.Peer, transfer);
            }, () => Pause(link, transfer));
            return;
        }
    }

    private void PumpOffers(PeerLink link)
    {
        Transfer? next = null;
        var looked = 0;
        foreach (var transfer in outgoing[link.Peer].Values)
        {
            // The entry first: a peer takes no attachment of an entry that it does not hold. And one at a time for each peer.
            if (++looked > LinkLimits.MaxOpenAttachments || outboxes[link.Peer].Cosigned <= transfer.Entry.Seq) break;
            if (transfer.Busy) return;
            if (transfer.Length != 0 && MayTry(transfer)) next ??= transfer;
        }
        if (next is not null && !(link.OffersAt > now)) Offer(link, next);
    }

    /// <summary>Learns from the stored header what the attachment is; then <paramref name="then"/>.</summary>
    private void Describe(Transfer transfer, Action then, Action fail)
    {
        transfer.Busy = true;
        var token = Await(read =>
        {
            transfer.Busy = false;
            if (read is LinkEvent.EntriesRead { Entries: [var entry, ..] } && EntryHeader.Parse(entry.Header).TryGet(out var header, out _) && header.Body is { } commitment)
            {
                transfer.Commitment = commitment;
                transfer.Length = header.Size + Body.SaltLength;
                transfer.To = header.To;
                then();
            }
            else fail();
        });
        effects.Add(new LinkEffect.ReadEntries(token, new Origin(identity.Line, transfer.Entry.Party), transfer.Entry.Seq, 1, 1));
    }

    private void Offer(PeerLink link, Transfer transfer)
    {
        if (transfer.Held is not { } held)
        {
            Ask(link, transfer, new LinkRequest(LinkVerb.AttachmentHeld, ReadOnlyMemory<byte>.Empty, transfer.Entry.Seq));
            return;
        }
        transfer.Busy = true;
        var token = Await(read =>
        {
            transfer.Busy = false;
            if (read is LinkEvent.AttachmentRead { Bytes: { Length: > 0 } bytes }) Ask(link, transfer, new LinkRequest(LinkVerb.AttachmentPut, bytes, transfer.Entry.Seq, held));
            else Pause(link, transfer);
        });
        effects.Add(new LinkEffect.ReadAttachment(token, IdOf(transfer), held, (int)Math.Min(ChunkFor(link), transfer.Length - held)));
    }

    private static int ChunkFor(PeerLink link) => Math.Min(LinkLimits.AttachmentChunkBytes, link.Stride.Bytes);

    private void Ask(PeerLink link, Transfer transfer, LinkRequest request)
    {
        transfer.Busy = true;
        var askedAt = now;
        var token = Await(what =>
        {
            transfer.Busy = false;
            var taken = request.Verb == LinkVerb.AttachmentHeld;
            if (what is LinkEvent.SendFailed) link.Stride.Failed();
            else link.Stride.Took(request.Body.Length, now - askedAt);
            if (what is LinkEvent.AnswerArrived { Answer: { Status: 200 or 409 } answer } && AttachmentHeld.Parse(answer.Body.Span).TryGet(out var held, out _) && held.Held <= transfer.Length)
            {
                Heard(link);
                transfer.Held = held.Held;
                taken |= held.Complete || held.Held >= request.Offset + request.Body.Length;
                if (held.Complete) Finish(link.Peer, transfer);
                else if (!taken || held.Held == transfer.Length) Pause(link, transfer); // it took nothing; or it is still checking the whole
            }
            else Pause(link, transfer);
            if (request.Verb == LinkVerb.AttachmentPut) Pace(link, taken);
        });
        effects.Add(new LinkEffect.Send(token, link.Peer, request, LinkLimits.RequestTimeout));
    }

    /// <summary>This transfer is tried again in a while, from what is held then; the peer's others do not wait for it.</summary>
    private void Pause(PeerLink link, Transfer transfer)
    {
        transfer.Held = null;
        transfer.RetryAt = now + LinkLimits.MaxRetry / 5;
        if (!(attachmentRetryAt.TryGetValue(link.Peer, out var earlier) && earlier > now)) attachmentRetryAt[link.Peer] = transfer.RetryAt.Value;
    }

    /// <summary>A chunk that was not taken is a read and a megabyte in vain: the next one to this peer, of whatever attachment, waits. LINK-17.</summary>
    private void Pace(PeerLink link, bool taken)
    {
        link.OfferPause = taken ? TimeSpan.Zero : link.OfferPause == TimeSpan.Zero ? LinkLimits.FirstRetry : link.OfferPause * 2 < LinkLimits.MaxRetry ? link.OfferPause * 2 : LinkLimits.MaxRetry;
        link.OffersAt = taken ? null : now + link.OfferPause;
    }

    private void SeekReceiptsAgain(PeerLink link)
    {
        var at = receiptsSought[link.Peer] = now + LinkLimits.MaxRetry / 5;
        if (!(attachmentRetryAt.TryGetValue(link.Peer, out var earlier) && earlier > now)) attachmentRetryAt[link.Peer] = at;
    }

    private void Finish(PartyId peer, Transfer transfer)
    {
        transfer.Done = true;
        outgoing[peer].Remove(transfer.Entry.Seq);
        if (!outgoing.Values.Any(o => o.ContainsKey(transfer.Entry.Seq))) Commit([new LineChange.TrackAttachment(identity.Line, transfer.Entry, false)], () => { });
    }

    private void AttachmentConfirmed(PartyId by, EntryHeader header)
    {
        foreach (var entry in header.Re)
        {
            if (entry.Party == identity.Self && outgoing[by].TryGetValue(entry.Seq, out var transfer)) Finish(by, transfer);
        }
    }

    /// <summary>
    /// A peer may have recorded its receipts before this machine was loaded: they are in its feed. Who can be dialled would be asked as well; but the wire may be cut, and
    /// every carried file would bring the attachment once more.
    /// </summary>
    private void SeekReceipts(PeerLink link, ulong from)
    {
        var peer = link.Peer;
        if (from >= mirrors[peer].Size || outgoing[peer].Count == 0) return;
        var token = Await(read =>
        {
            if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
            {
                SeekReceiptsAgain(link);
                return;
            }
            foreach (var entry in entries)
            {
                if (EntryHeader.Parse(entry.Header).TryGet(out var header, out _) && header.Kind == LineKinds.AttachmentReceived) AttachmentConfirmed(peer, header);
            }
            SeekReceipts(link, from + (ulong)entries.Count);
        });
        effects.Add(new LinkEffect.ReadEntries(token, mirrors[peer].Origin, from, LinkLimits.MaxEntriesPerPush, LinkLimits.TargetPushBytes));
    }

    private void ServeChunk(LinkEvent.RequestArrived request)
    {
        if (!outgoing[request.From].TryGetValue(request.Request.Seq, out var transfer))
        {
            Reply(request.Token, LinkAnswer.Refuse(404, "no attachment of that entry is open towards you"));
            return;
        }
        if (transfer.Busy)
        {
            Reply(request.Token, LinkAnswer.Refuse(429, "a chunk of this attachment is being read"));
            return;
        }
        if (transfer.Length == 0)
        {
            Describe(transfer, () => ServeChunk(request), () => Reply(request.Token, LinkAnswer503));
            return;
        }
        var offset = request.Request.Offset;
        if (transfer.To is { } to && !to.Contains(request.From) || offset < 0 || offset >= transfer.Length)
        {
            Refuse(request.From, request.Token, LinkAnswer.Refuse(404, "no such chunk for you"));
            return;
        }
        var link = links[request.From];
        // Whether it got the last one, and how long that took, shows in what it asks for now.
        if (transfer.Given is { } given && offset == given.Offset + given.Length) link.Stride.Took(given.Length, now - given.At);
        else if (transfer.Given is not null) link.Stride.Failed();
        transfer.Busy = true;
        var token = Await(read =>
        {
            transfer.Busy = false;
            transfer.Given = read is LinkEvent.AttachmentRead { Bytes: { Length: > 0 } taken } ? (offset, taken.Length, now) : null;
            Reply(request.Token, read is LinkEvent.AttachmentRead { Bytes: { Length: > 0 } bytes } ? LinkAnswer.Ok(LinkAnswer.Bytes, bytes) : LinkAnswer503);
        });
        effects.Add(new LinkEffect.ReadAttachment(token, IdOf(transfer), offset, (int)Math.Min(ChunkFor(link), transfer.Length - offset)));
    }

    private static LinkAnswer Held(long held, bool complete) =>
        LinkAnswer.Ok(LinkAnswer.Json, new AttachmentHeld { Held = held, Complete = complete }.Encode());
}
