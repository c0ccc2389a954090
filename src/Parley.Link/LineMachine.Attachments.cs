using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Bodies too large to travel beside their header: the entry goes first, so that a FLASH never waits behind a file; the bytes
/// (salt ‖ body) follow in chunks, each durable before it is answered, and go on where they stopped. The author offers them to a peer it can
/// dial; a station that must pull asks for them. When they are whole and match the header, the receiver says so in its own feed. LINK-70 to LINK-73.
/// </summary>
public sealed partial class LineMachine
{
    /// <summary>One attachment on its way, out to one peer or in from its author.</summary>
    private sealed class Transfer(EntryId entry)
    {
        internal EntryId Entry { get; } = entry;
        internal Hash Commitment { get; set; }
        /// <summary>Bytes of salt ‖ body; 0 until the header has been read.</summary>
        internal long Length { get; set; }
        internal IReadOnlyList<PartyId>? To { get; set; }
        /// <summary>Bytes at the receiving side; null until it is known.</summary>
        internal long? Held { get; set; }
        internal bool Busy { get; set; }
        internal bool Done { get; set; }
        /// <summary>True while the entry that records its arrival waits for the store.</summary>
        internal bool Confirming { get; set; }
    }

    private readonly Dictionary<(PartyId Peer, EntryId Entry), Transfer> outgoing = [];
    private readonly Dictionary<EntryId, Transfer> incoming = [];
    private readonly Dictionary<PartyId, DateTimeOffset> attachmentRetryAt = [];
    /// <summary>Peers whose receipts of earlier runs are still to be looked for.</summary>
    private readonly HashSet<PartyId> receiptsSought = [];

    private void TrackAttachment(EntryId entry)
    {
        if (entry.Party != identity.Self)
        {
            incoming.TryAdd(entry, new Transfer(entry));
            return;
        }
        foreach (var peer in identity.Peers) outgoing.TryAdd((peer, entry), new Transfer(entry));
    }

    private void PumpAttachments(PeerLink link)
    {
        if (stopped || attachmentRetryAt.TryGetValue(link.Peer, out var retry) && retry > now) return;
        if (receiptsSought.Remove(link.Peer)) SeekReceipts(link.Peer, 0);
        foreach (var ((peer, _), transfer) in outgoing)
        {
            if (peer != link.Peer || transfer.Done || transfer.Busy || transfer.Length != 0) continue;
            Describe(transfer, () => FinishIfForeign(link.Peer, transfer), () => Pause(link, transfer));
            break;
        }
        foreach (var (entry, transfer) in incoming)
        {
            // What an earlier run left behind may be whole already, and its author done with it.
            if (entry.Party != link.Peer || transfer.Done || transfer.Busy || transfer.Length != 0) continue;
            Locate(transfer, () => { }, () => Pause(link, transfer));
            break;
        }
        if (!link.Dialable || !IsHeard(link)) return;
        foreach (var ((peer, _), transfer) in outgoing)
        {
            // The entry first: a peer takes no attachment of an entry that it does not hold.
            if (peer != link.Peer || transfer.Done || outboxes[peer].Cosigned <= transfer.Entry.Seq) continue;
            if (!transfer.Busy) Offer(link, transfer);
            break; // one at a time for each peer
        }
        if (!MustPull(link)) return;
        foreach (var (entry, transfer) in incoming)
        {
            if (entry.Party != link.Peer || transfer.Done) continue;
            if (!transfer.Busy) Fetch(link, transfer);
            break;
        }
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
        if (transfer.Length == 0) return; // its header is being read
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
        effects.Add(new LinkEffect.ReadAttachment(token, transfer.Commitment, held, (int)Math.Min(LinkLimits.AttachmentChunkBytes, transfer.Length - held)));
    }

    private void Ask(PeerLink link, Transfer transfer, LinkRequest request)
    {
        transfer.Busy = true;
        var token = Await(what =>
        {
            transfer.Busy = false;
            if (what is LinkEvent.AnswerArrived { Answer: { Status: 200 or 409 } answer } && AttachmentHeld.Parse(answer.Body.Span).TryGet(out var held, out _) && held.Held <= transfer.Length)
            {
                Heard(link);
                transfer.Held = held.Held;
                if (held.Complete) Finish(link.Peer, transfer);
                else if (held.Held == transfer.Length) Pause(link, transfer); // the peer is still checking the whole
            }
            else Pause(link, transfer);
        });
        effects.Add(new LinkEffect.Send(token, link.Peer, request, LinkLimits.RequestTimeout));
    }

    private void Pause(PeerLink link, Transfer transfer)
    {
        transfer.Held = null;
        attachmentRetryAt[link.Peer] = now + LinkLimits.MaxRetry / 5;
    }

    private void Finish(PartyId peer, Transfer transfer)
    {
        transfer.Done = true;
        outgoing.Remove((peer, transfer.Entry));
        if (!outgoing.Keys.Any(k => k.Entry == transfer.Entry)) Commit([new LineChange.TrackAttachment(identity.Line, transfer.Entry, false)], () => { });
    }

    private void FinishIfForeign(PartyId peer, Transfer transfer)
    {
        if (transfer.To is { } to && !to.Contains(peer)) Finish(peer, transfer);
    }

    private void AttachmentConfirmed(PartyId by, EntryHeader header)
    {
        foreach (var entry in header.Re)
        {
            if (outgoing.TryGetValue((by, entry), out var transfer)) Finish(by, transfer);
        }
    }

    /// <summary>
    /// A peer that can be dialled is asked what it holds. One that cannot may have recorded its receipts before this machine was loaded: they are in its feed.
    /// </summary>
    private void SeekReceipts(PartyId peer, ulong from)
    {
        if (from >= mirrors[peer].Size || !outgoing.Keys.Any(k => k.Peer == peer)) return;
        var token = Await(read =>
        {
            if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries }) return;
            foreach (var entry in entries)
            {
                if (EntryHeader.Parse(entry.Header).TryGet(out var header, out _) && header.Kind == LineKinds.AttachmentReceived) AttachmentConfirmed(peer, header);
            }
            SeekReceipts(peer, from + (ulong)entries.Count);
        });
        effects.Add(new LinkEffect.ReadEntries(token, mirrors[peer].Origin, from, LinkLimits.MaxEntriesPerPush, LinkLimits.TargetPushBytes));
    }

    private void Fetch(PeerLink link, Transfer transfer)
    {
        if (transfer.Length == 0 || transfer.Held is null)
        {
            Locate(transfer, () => { }, () => Pause(link, transfer));
            return;
        }
        var offset = transfer.Held.Value;
        transfer.Busy = true;
        var token = Await(what =>
        {
            transfer.Busy = false;
            if (what is LinkEvent.AnswerArrived { Answer: { Status: 200, Body: { Length: > 0 } bytes } } && offset + bytes.Length <= transfer.Length)
            {
                Heard(link);
                TakeChunk(transfer, offset, bytes.ToArray(), answer =>
                {
                    if (answer.Status == 200) return;
                    Count(link.Peer, answer);
                    Pause(link, transfer);
                });
            }
            else Pause(link, transfer);
        });
        effects.Add(new LinkEffect.Send(token, link.Peer, new LinkRequest(LinkVerb.AttachmentGet, ReadOnlyMemory<byte>.Empty, transfer.Entry.Seq, offset), LinkLimits.RequestTimeout));
    }

    /// <summary>Learns what an incoming attachment is and how much of it is here.</summary>
    private void Locate(Transfer transfer, Action then, Action fail)
    {
        if (transfer.Length == 0)
        {
            Describe(transfer, () => Locate(transfer, then, fail), fail);
            return;
        }
        if (!IsFirst(transfer))
        {
            fail();
            return;
        }
        transfer.Busy = true;
        var token = Await(read =>
        {
            transfer.Busy = false;
            if (read is LinkEvent.AttachmentStateRead state)
            {
                transfer.Held = state.Held;
                if (state.Complete) Received(transfer);
                else if (state.Held == transfer.Length) CheckWhole(transfer, _ => { });
                then();
            }
            else fail();
        });
        effects.Add(new LinkEffect.ReadAttachmentState(token, transfer.Commitment));
    }

    /// <summary>
    /// True unless another open entry commits to the same bytes and comes first: they are taken once, for that one, and then are here for both.
    /// </summary>
    private bool IsFirst(Transfer transfer)
    {
        foreach (var other in incoming.Values)
        {
            if (other.Done || other.Length == 0 || other.Commitment != transfer.Commitment) continue;
            return other == transfer && !incoming.Values.Any(o => o != transfer && o.Busy && o.Commitment == transfer.Commitment);
        }
        return true;
    }

    private void ServeAttachment(LinkEvent.RequestArrived request)
    {
        var verb = request.Request.Verb;
        if (verb == LinkVerb.AttachmentGet)
        {
            ServeChunk(request);
            return;
        }
        var entry = new EntryId(request.From, request.Request.Seq);
        if (!incoming.TryGetValue(entry, out var transfer))
        {
            // Not open: whole already, or addressed to others.
            if (entry.Seq < mirrors[request.From].Size) Reply(request.Token, Held(0, complete: true));
            else Refuse(request.From, request.Token, LinkAnswer.Refuse(404, "no such entry"));
            return;
        }
        if (transfer.Busy)
        {
            Reply(request.Token, LinkAnswer.Refuse(429, "a chunk of this attachment waits for the store"));
            return;
        }
        if (!transfer.Done && (transfer.Length == 0 || transfer.Held is null || !IsFirst(transfer)))
        {
            Locate(transfer, () => ServeAttachment(request), () => Reply(request.Token, LinkAnswer.Refuse(429, "the attachment cannot be taken now")));
            return;
        }
        if (transfer.Done || verb == LinkVerb.AttachmentHeld) Reply(request.Token, Held(transfer.Held ?? transfer.Length, transfer.Done));
        else if (request.Request.Offset != transfer.Held) Reply(request.Token, Held(transfer.Held ?? 0, false) with { Status = 409 });
        else if (request.Request.Body.Length == 0 || request.Request.Body.Length > LinkLimits.AttachmentChunkBytes || request.Request.Offset + request.Request.Body.Length > transfer.Length)
        {
            Refuse(request.From, request.Token, LinkAnswer.Refuse(413, "the chunk is empty, too long, or past the end"));
        }
        else TakeChunk(transfer, request.Request.Offset, request.Request.Body.ToArray(), answer => AnswerOrRefuse(request.From, request.Token, answer));
    }

    private void TakeChunk(Transfer transfer, long offset, byte[] bytes, Action<LinkAnswer> reply)
    {
        transfer.Busy = true;
        var changes = new List<LineChange>();
        if (offset == 0) changes.Add(new LineChange.BeginAttachment(transfer.Commitment, transfer.Length));
        changes.Add(new LineChange.AppendAttachment(transfer.Commitment, offset, bytes));
        Commit(changes, () =>
        {
            transfer.Busy = false;
            transfer.Held = offset + bytes.Length;
            if (transfer.Held == transfer.Length) CheckWhole(transfer, reply);
            else reply(Held(transfer.Held.Value, false));
        });
    }

    private void CheckWhole(Transfer transfer, Action<LinkAnswer> reply)
    {
        transfer.Busy = true;
        var token = Await(what =>
        {
            transfer.Busy = false;
            if (what is not LinkEvent.AttachmentChecked { Matches: var matches })
            {
                transfer.Held = null;
                reply(LinkAnswer503);
                return;
            }
            transfer.Busy = true;
            Commit(matches ? [new LineChange.CompleteAttachment(transfer.Commitment)] : [new LineChange.DropAttachment(transfer.Commitment)], () =>
            {
                transfer.Busy = false;
                if (matches) Received(transfer);
                else transfer.Held = 0;
                reply(matches ? Held(transfer.Length, true) : LinkAnswer.Refuse(422, $"the attachment of {transfer.Entry} does not match its header; it is wanted again from the start"));
            });
        });
        effects.Add(new LinkEffect.CheckAttachment(token, transfer.Commitment));
    }

    private void Received(Transfer transfer)
    {
        if (transfer.Done) return;
        transfer.Done = true;
        foreach (var other in incoming.Values)
        {
            if (other != transfer && other.Commitment == transfer.Commitment) other.Held = null; // now it is here for that entry, too
        }
        Report(new LineReport.AttachmentArrived(new Origin(identity.Line, transfer.Entry.Party), transfer.Entry.Seq));
    }

    /// <summary>
    /// Says on the record that attachments are whole here. The entry and the end of the tracking are one commit, so that a crash neither loses
    /// nor repeats it; while nothing may be written, it waits.
    /// </summary>
    private void ConfirmReceived()
    {
        if (stopped || IsCatchingUp || own.Size == 0) return;
        foreach (var transfer in incoming.Values)
        {
            if (!transfer.Done || transfer.Confirming) continue;
            transfer.Confirming = true;
            waitingAppends.Enqueue(new LinkEvent.AppendRequested(0, [new Draft { Kind = LineKinds.AttachmentReceived, By = new Officer("station", identity.Self.Value), Re = [transfer.Entry] }]));
            waitingDrafts++;
        }
    }

    /// <summary>The tracked attachment whose receipt this draft of the station's own records, if it is one.</summary>
    private Transfer? ReceiptOf(LinkEvent.AppendRequested append) =>
        append is { Token: 0, Drafts: [{ Kind: LineKinds.AttachmentReceived, Re: [var entry] }] } && incoming.TryGetValue(entry, out var transfer) && transfer.Confirming ? transfer : null;

    private void ServeChunk(LinkEvent.RequestArrived request)
    {
        var entry = new EntryId(identity.Self, request.Request.Seq);
        if (!outgoing.TryGetValue((request.From, entry), out var transfer))
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
        transfer.Busy = true;
        var token = Await(read =>
        {
            transfer.Busy = false;
            Reply(request.Token, read is LinkEvent.AttachmentRead { Bytes: { Length: > 0 } bytes } ? LinkAnswer.Ok(LinkAnswer.Bytes, bytes) : LinkAnswer503);
        });
        effects.Add(new LinkEffect.ReadAttachment(token, transfer.Commitment, offset, (int)Math.Min(LinkLimits.AttachmentChunkBytes, transfer.Length - offset)));
    }

    private static LinkAnswer Held(long held, bool complete) =>
        LinkAnswer.Ok(LinkAnswer.Json, new AttachmentHeld { Held = held, Complete = complete }.Encode());
}
