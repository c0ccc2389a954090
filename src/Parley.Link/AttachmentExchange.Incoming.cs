using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Taking others' attachments: each author's apart from every other's, chunk after chunk, checked whole, and confirmed
/// on the record. Whatever fails
/// here is that one transfer's failure. LINK-71 to LINK-75.
/// </summary>
internal sealed partial class AttachmentExchange
{
    private readonly Dictionary<PartyId, IncomingAttachments> incoming = [];

    /// <summary>Whole here, and not yet said so on the record.</summary>
    private readonly Queue<Transfer> arrived = new();

    /// <summary>Those whose receipts wait for the store.</summary>
    private readonly Dictionary<EntryId, Transfer> confirming = [];

    /// <summary>By author: the lengths of its attachments that are here or begun, together. LINK-91.</summary>
    private readonly Dictionary<PartyId, long> bytesOf;

    private void PumpIncoming(PeerLink link, bool fetch)
    {
        Transfer? next = null;
        var fetching = false;
        foreach (var transfer in incoming[link.Peer].Open.Values)
        {
            fetching |= transfer.Busy;
            if (!MayTry(transfer))
                continue;
            // What an earlier run left behind may be whole already, and its author done with it.
            if (transfer.Length == 0)
            {
                Locate(transfer, () => { }, _ => Pause(link, transfer));
                return;
            }
            next ??= transfer;
        }
        if (fetch && !fetching && next is not null)
            Fetch(link, next);
    }

    private void Fetch(PeerLink link, Transfer transfer)
    {
        if (transfer.Held is not { } offset)
        {
            Locate(transfer, () => { }, _ => Pause(link, transfer));
            return;
        }
        transfer.Busy = true;
        var token = turn.Await(what =>
        {
            transfer.Busy = false;
            if (
                what is LinkEvent.AnswerArrived { Answer: { Status: 200, Body: { Length: > 0 } bytes } }
                && offset + bytes.Length <= transfer.Length
                && transfer.Held == offset
            )
            {
                presence.Heard(link);
                TakeChunk(
                    transfer,
                    offset,
                    bytes.ToArray(),
                    answer =>
                    {
                        if (answer.Status == 200)
                        {
                            transfer.RetryPause = TimeSpan.Zero;
                            return;
                        }
                        if (answer.Status != LinkAnswer.NoRoom)
                            turn.Count(link.Peer, answer);
                        Pause(link, transfer);
                    }
                );
            }
            else
                Pause(link, transfer);
        });
        turn.Do(
            new LinkEffect.Send(
                token,
                link.Peer,
                new LinkRequest(LinkVerb.AttachmentGet, ReadOnlyMemory<byte>.Empty, transfer.Entry.Seq, offset),
                LinkLimits.RequestTimeout
            )
        );
    }

    /// <summary>Learns what an incoming attachment is and how much of it is here.</summary>
    private void Locate(Transfer transfer, Action then, Action<string> fail)
    {
        if (transfer.Length == 0)
        {
            Describe(transfer, () => Locate(transfer, then, fail), () => fail("its entry cannot be read now"));
            return;
        }
        if (transfer.IsMissing)
        {
            if (!transfer.Done)
                arrived.Enqueue(transfer);
            transfer.Done = true;
            then();
            return;
        }
        if (!IsFirst(transfer))
        {
            fail("an earlier entry of the same author announces the same bytes, and these are taken first");
            return;
        }
        transfer.Busy = true;
        var token = turn.Await(read =>
        {
            transfer.Busy = false;
            if (read is LinkEvent.AttachmentStateRead state && (state.Length == 0 || state.Length == transfer.Length))
            {
                if (state.Held == 0 && NoRoomFor(transfer) is { } full)
                {
                    fail(full);
                    return;
                }
                transfer.Held = state.Held;
                if (state.Complete)
                    Received(transfer);
                else if (state.Held == transfer.Length)
                    CheckWhole(transfer, _ => { });
                then();
            }
            else
                fail(
                    read is LinkEvent.AttachmentStateRead
                        ? "another entry of the same author announces the same commitment with another length"
                        : "the store cannot say what is held"
                );
        });
        turn.Do(new LinkEffect.ReadAttachmentState(token, IdOf(transfer)));
    }

    /// <summary>
    /// Null where its author's attachments may take so much here, with all that has been begun: no party can use up the
    /// room of the others. What is
    /// here stays (LINK-74), so that it is never a question of time; the operator decides. LINK-91.
    /// </summary>
    private string? NoRoomFor(Transfer transfer)
    {
        var author = transfer.Entry.Party;
        if (transfer.Length <= feeds.Identity.AttachmentQuota - bytesOf.GetValueOrDefault(author))
        {
            transfer.FindsRoom();
            return null;
        }
        var full =
            $"attachments of {author} on this line may take {feeds.Identity.AttachmentQuota} bytes here; {bytesOf.GetValueOrDefault(author)} are taken, and {transfer.Entry} has {transfer.Length}";
        if (transfer.FindsNoRoom(turn.Now, full))
            turn.Report(new LineReport.AttachmentUntaken(transfer.Entry, full));
        return full;
    }

    private void CountBytes(Transfer transfer, long bytes) =>
        bytesOf[transfer.Entry.Party] = bytesOf.GetValueOrDefault(transfer.Entry.Party) + bytes;

    /// <summary>
    /// True unless another open entry of the same author commits to the same bytes and comes first: they are taken
    /// once, for that one, and then are here for both.
    /// </summary>
    private bool IsFirst(Transfer transfer)
    {
        var first = true;
        foreach (var other in incoming[transfer.Entry.Party].Open.Values)
        {
            if (other == transfer || other.Done || other.Length == 0 || other.Commitment != transfer.Commitment)
                continue;
            first &= other.Entry.Seq > transfer.Entry.Seq && !other.Busy;
        }
        return first;
    }

    internal void Serve(LinkEvent.RequestArrived request)
    {
        if (request.Request.Verb == LinkVerb.AttachmentGet)
        {
            ServeChunk(request);
            return;
        }
        var (seq, attachments) = (request.Request.Seq, incoming[request.From]);
        if (attachments.Open.TryGetValue(seq, out var transfer))
            Serve(request, transfer);
        else if (attachments.IsWaiting(seq))
            turn.Reply(
                request.Token,
                LinkAnswer.Refuse(
                    429,
                    $"{attachments.Open.Count} attachments of yours are open; this one waits for its turn"
                )
            );
        else if (seq < feeds.Mirrors[request.From].Size)
            turn.Reply(request.Token, Held(0, complete: true)); // whole already, or addressed to others
        else
            turn.Refuse(request.From, request.Token, LinkAnswer.Refuse(404, "no such entry"));
    }

    private void Serve(LinkEvent.RequestArrived request, Transfer transfer)
    {
        if (transfer.Busy)
        {
            turn.Reply(request.Token, LinkAnswer.Refuse(429, "a chunk of this attachment waits for the store"));
            return;
        }
        if (!transfer.Done && (transfer.Length == 0 || transfer.Held is null || !IsFirst(transfer)))
        {
            Locate(
                transfer,
                () => Serve(request, transfer),
                why =>
                    turn.Reply(
                        request.Token,
                        transfer.Untaken is { } full
                            ? LinkAnswer.Refuse(LinkAnswer.NoRoom, full.Reason)
                            : LinkAnswer.Refuse(429, $"the attachment cannot be taken now: {why}")
                    )
            );
            return;
        }
        if (transfer.Done || request.Request.Verb == LinkVerb.AttachmentHeld)
            turn.Reply(request.Token, Held(transfer.Held ?? transfer.Length, transfer.Done));
        else if (request.Request.Offset != transfer.Held)
            turn.Reply(request.Token, Held(transfer.Held ?? 0, false) with { Status = 409 });
        else if (
            request.Request.Body.Length == 0
            || request.Request.Body.Length > LinkLimits.AttachmentChunkBytes
            || request.Request.Offset + request.Request.Body.Length > transfer.Length
        )
        {
            turn.Refuse(
                request.From,
                request.Token,
                LinkAnswer.Refuse(413, "the chunk is empty, too long, or past the end")
            );
        }
        else
            TakeChunk(
                transfer,
                request.Request.Offset,
                request.Request.Body.ToArray(),
                answer => turn.AnswerOrRefuse(request.From, request.Token, answer)
            );
    }

    private void TakeChunk(Transfer transfer, long offset, byte[] bytes, Action<LinkAnswer> reply)
    {
        var changes = new List<LineChange>();
        if (offset == 0)
        {
            if (NoRoomFor(transfer) is { } full)
            {
                transfer.Held = null;
                reply(LinkAnswer.Refuse(LinkAnswer.NoRoom, full));
                return;
            }
            changes.Add(new LineChange.BeginAttachment(IdOf(transfer), transfer.Length));
            CountBytes(transfer, transfer.Length);
        }
        changes.Add(new LineChange.AppendAttachment(IdOf(transfer), offset, bytes));
        Commit(
            transfer,
            changes,
            answer =>
            {
                if (offset == 0)
                    CountBytes(transfer, -transfer.Length);
                reply(answer);
            },
            () =>
            {
                transfer.Held = offset + bytes.Length;
                if (transfer.Held == transfer.Length)
                    CheckWhole(transfer, reply);
                else
                    reply(Held(transfer.Held.Value, false));
            }
        );
    }

    private void CheckWhole(Transfer transfer, Action<LinkAnswer> reply)
    {
        transfer.Busy = true;
        var token = turn.Await(what =>
        {
            transfer.Busy = false;
            if (what is not LinkEvent.AttachmentChecked { Matches: var matches })
            {
                transfer.Held = null;
                reply(LinkAnswer.StoreHasFailed);
                return;
            }
            Commit(
                transfer,
                matches
                    ? [new LineChange.CompleteAttachment(IdOf(transfer))]
                    : [new LineChange.DropAttachment(IdOf(transfer))],
                reply,
                () =>
                {
                    if (matches)
                        Received(transfer);
                    else
                    {
                        transfer.Held = 0;
                        CountBytes(transfer, -transfer.Length);
                    }
                    reply(
                        matches
                            ? Held(transfer.Length, true)
                            : LinkAnswer.Refuse(
                                422,
                                $"the attachment of {transfer.Entry} does not match its header; it is wanted again from the start"
                            )
                    );
                }
            );
        });
        turn.Do(new LinkEffect.CheckAttachment(token, IdOf(transfer)));
    }

    /// <summary>A conflict with what the store holds is this transfer's alone: what is held is looked up anew, and the
    /// line goes on. LINK-74.</summary>
    private void Commit(Transfer transfer, IReadOnlyList<LineChange> changes, Action<LinkAnswer> refused, Action then)
    {
        transfer.Busy = true;
        turn.Commit(
            changes,
            () =>
            {
                transfer.Busy = false;
                then();
            },
            conflict =>
            {
                transfer.Busy = false;
                transfer.Held = null;
                refused(LinkAnswer.Refuse(503, Turn.Reason($"the store did not take it: {conflict}")));
            }
        );
    }

    private void Received(Transfer transfer)
    {
        if (transfer.Done)
            return;
        transfer.Done = true;
        arrived.Enqueue(transfer);
        foreach (var other in incoming[transfer.Entry.Party].Open.Values)
        {
            if (other == transfer || other.Commitment != transfer.Commitment)
                continue;
            other.Held = null; // now it is here for that entry, too
            other.RetryAt = null;
        }
        turn.Report(
            new LineReport.AttachmentArrived(new Origin(feeds.Identity.Line, transfer.Entry.Party), transfer.Entry.Seq)
        );
    }

    /// <summary>The author has lost the body of an entry for us: what remains is the header, and our word that nothing
    /// more came with it. LINK-76.</summary>
    internal void Missed(EntryHeader header)
    {
        arrived.Enqueue(new Transfer(header.Id) { Length = header.Size + Body.SaltLength, Done = true });
        turn.Report(new LineReport.BodyWithheld(header.Id));
    }

    /// <summary>
    /// What is to be said on the record of attachments that are whole here. The entry and the end of the tracking are
    /// one commit, so that a crash neither loses nor repeats it; while nothing may be written, it waits. LINK-73.
    /// </summary>
    internal IEnumerable<NewEntry> TakeReceipts()
    {
        if (feeds.IsStopped || feeds.Doubt.IsCatchingUp || feeds.Own.Size == 0)
            yield break;
        while (arrived.TryDequeue(out var transfer))
        {
            confirming.Add(transfer.Entry, transfer);
            yield return new NewEntry
            {
                Kind = transfer.IsMissing ? LineKinds.BodyMissing : LineKinds.AttachmentReceived,
                By = new Officer("station", feeds.Identity.Self.Value),
                Re = [transfer.Entry],
            };
        }
    }

    /// <summary>The transfer whose receipt this new entry of the station's own records, if it is one.</summary>
    internal Transfer? ReceiptOf(LinkEvent.AppendRequested append) =>
        append
            is { Token: 0, Entries: [{ Kind: LineKinds.AttachmentReceived or LineKinds.BodyMissing, Re: [var entry] }] }
            ? confirming.GetValueOrDefault(entry)
            : null;

    /// <summary>The receipt is on the record.</summary>
    internal void Confirmed(Transfer transfer)
    {
        confirming.Remove(transfer.Entry);
        incoming[transfer.Entry.Party].Open.Remove(transfer.Entry.Seq);
    }

    /// <summary>The receipt could not be written now; it is recorded later.</summary>
    internal void Unconfirmed(Transfer transfer)
    {
        confirming.Remove(transfer.Entry);
        arrived.Enqueue(transfer);
    }
}
