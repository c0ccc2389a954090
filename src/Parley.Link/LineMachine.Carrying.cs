using System.Text;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// The same feed by another path than the wire: sealed on removable media, or through a relay. What comes that way is
/// judged exactly as if the
/// peer had pushed it, but it is no sign of life: nobody is heard, no link is up, no wait ends. CARRY-5 to CARRY-9.
/// </summary>
public sealed partial class LineMachine
{
    private void TakeCarried(LinkEvent.CarriedArrived carried)
    {
        turn.Owe(carried.Token);
        if (!links.TryGetValue(carried.From, out var link))
        {
            turn.Reply(carried.Token, LinkAnswer.Refuse(403, "not a party of this line"));
            return;
        }
        switch (carried.Part)
        {
            case CarryPart.Push push:
                TakePush(
                    carried.From,
                    push.Bytes,
                    answer =>
                    {
                        if (answer.Status == 429)
                            turn.Reply(carried.Token, answer); // the wire brings much just then: no fault of the file's
                        else
                            turn.AnswerOrRefuse(carried.From, carried.Token, answer);
                    },
                    carried: true
                );
                break;
            case CarryPart.Cosigned cosigned:
                TakeCarriedCosignature(carried, link, cosigned.Checkpoint);
                break;
            case CarryPart.Attachment attachment:
                attachments.Serve(
                    new LinkEvent.RequestArrived(
                        carried.Token,
                        carried.From,
                        attachment.Bytes.Length == 0
                            ? new LinkRequest(LinkVerb.AttachmentHeld, ReadOnlyMemory<byte>.Empty, attachment.Seq)
                            : new LinkRequest(
                                LinkVerb.AttachmentPut,
                                attachment.Bytes,
                                attachment.Seq,
                                attachment.Offset
                            )
                    )
                );
                break;
            default:
                turn.Reply(carried.Token, LinkAnswer.Nothing);
                break;
        }
    }

    /// <summary>A cosignature is a receipt however it travelled: our own checkpoint, and the peer's word that it holds
    /// it.</summary>
    private void TakeCarriedCosignature(LinkEvent.CarriedArrived carried, PeerLink link, SignedCheckpoint shown)
    {
        var (peer, size) = (carried.From, shown.Checkpoint.Size);
        var key = identity.Document.CosignKey(peer);
        if (
            shown.Checkpoint.Origin != identity.Own.ToString()
            || shown.Keep([identity.Document.LogKey(identity.Self)]) is not { } ours
            || shown.Note.Check(identity.Document.LogKey(identity.Self)) != SignatureCheck.Valid
        )
        {
            turn.Refuse(peer, carried.Token, LinkAnswer.Refuse(403, "the carried checkpoint is not signed by us"));
            return;
        }
        if (!shown.Checkpoint.IsOf(identity.Own))
        {
            turn.Refuse(peer, carried.Token, LinkAnswer.Refuse(422, WitnessRule.Extended));
            return;
        }
        if (
            shown.Note.LinesOf(key)?.FirstOrDefault(line => Cosignature.Verify(line, key, shown.Checkpoint.Text))
            is not { } cosignature
        )
        {
            turn.Refuse(peer, carried.Token, LinkAnswer.Refuse(403, "the carried cosignature does not hold"));
            return;
        }
        // A receipt may have lain about for long: it says what the peer held at least, never that it holds no more.
        var (known, said) = (link.HoldsOfOurs, link.SaidHeld);
        recovery.CompareOwn(link, shown);
        link.HoldsOfOurs = Math.Max(known, size);
        link.SaidHeld = said;
        if (feeds.IsStopped || feeds.Doubt.IsCatchingUp || size > own.Size)
        {
            turn.Reply(
                carried.Token,
                LinkAnswer.Refuse(
                    503,
                    feeds.IsStopped
                        ? "the line is stopped: a fork was found"
                        : "the station is catching up its own feed"
                )
            );
            return;
        }
        if (size <= ledger.CosignedBy(identity.Self, peer))
        {
            turn.Reply(carried.Token, LinkAnswer.Nothing);
            return;
        }
        outboxes[peer].CosignedElsewhere(size);
        turn.Commit(
            [new LineChange.AddCosignature(identity.Own, peer, cosignature, ours)],
            () =>
            {
                ledger.Keep(peer, size, cosignature, mayBeOlder: true);
                turn.Reply(carried.Token, LinkAnswer.Ok(LinkAnswer.Text, Encoding.ASCII.GetBytes($"{size}\n")));
            }
        );
    }

    /// <summary>What we hold of the peer's feed, cosigned, to be carried to it; 204 where that is nothing.</summary>
    private void GiveCosignature(LinkEvent.CosignatureWanted wanted)
    {
        turn.Owe(wanted.Token);
        if (!mirrors.TryGetValue(wanted.To, out var mirror))
            turn.Reply(wanted.Token, LinkAnswer.Refuse(403, "not a party of this line"));
        else if (RefuseToCarry() is { } refusal)
            turn.Reply(wanted.Token, refusal);
        else if (mirror.Latest is not { } held || !held.Checkpoint.IsOf(mirror.Origin))
            turn.Reply(wanted.Token, LinkAnswer.Nothing);
        else
            turn.Reply(
                wanted.Token,
                LinkAnswer.Ok(
                    LinkAnswer.Text,
                    held.With(Cosignature.Sign(held.Checkpoint, identity.Self, identity.CosignKey, turn.Wall)).Encode()
                )
            );
    }

    /// <summary>One push for the peer from the size asked for, as large as pushes are; 204 where there is nothing
    /// more.</summary>
    private void GivePush(LinkEvent.PushWanted wanted)
    {
        turn.Owe(wanted.Token);
        if (!outboxes.ContainsKey(wanted.To))
            turn.Reply(wanted.Token, LinkAnswer.Refuse(403, "not a party of this line"));
        else if (RefuseToCarry() is { } refusal)
            turn.Reply(wanted.Token, refusal);
        else if (wanted.From > own.Size)
            turn.Reply(wanted.Token, LinkAnswer.Conflict(own.Size));
        else
        {
            var outbox = new Outbox(wanted.To, wanted.From);
            if (wanted.From == own.Size)
                GiveKnownCosignatures(wanted, outbox);
            else if (wanted.From == 0)
                GiveEntries(wanted, outbox, new TreeFrontier());
            else
            {
                turn.Do(
                    new LinkEffect.ReadFrontier(
                        turn.Await(read =>
                        {
                            if (
                                read is LinkEvent.FrontierRead { Frontier: var frontier }
                                && frontier.Size == wanted.From
                            )
                                GiveEntries(wanted, outbox, frontier);
                            else
                                turn.Reply(
                                    wanted.Token,
                                    LinkAnswer.Refuse(503, "the store could not give the frontier")
                                );
                        }),
                        identity.Own,
                        wanted.From
                    )
                );
            }
        }
    }

    private LinkAnswer? RefuseToCarry() =>
        feeds.IsStopped ? LinkAnswer.Refuse(503, "the line is stopped: a fork was found")
        : feeds.Doubt.IsCatchingUp ? LinkAnswer.Refuse(503, MaySignNothing.Reason)
        : own.Latest is null ? LinkAnswer.Refuse(503, "the line is not open yet")
        : null;

    /// <summary>There is nothing new; but the others' cosignatures on the newest checkpoint may be, on a line of three
    /// or more. LINK-15.</summary>
    private void GiveKnownCosignatures(LinkEvent.PushWanted wanted, Outbox outbox)
    {
        if (ledger.NewestFor(outbox) is not { } checkpoint)
        {
            turn.Reply(wanted.Token, LinkAnswer.Nothing);
            return;
        }
        outbox.StartAt(own.Frontier.Clone());
        outbox.MakeReady([], own, identity.Document.Cards.Count, checkpoint);
        turn.Reply(wanted.Token, LinkAnswer.Ok(LinkAnswer.Bytes, outbox.Ready!.Bytes));
    }

    private void GiveEntries(LinkEvent.PushWanted wanted, Outbox outbox, TreeFrontier frontier)
    {
        outbox.StartAt(frontier);
        turn.Do(
            new LinkEffect.ReadEntries(
                turn.Await(read =>
                {
                    if (RefuseToCarry() is { } refusal)
                    {
                        turn.Reply(wanted.Token, refusal);
                        return;
                    }
                    if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
                    {
                        turn.Reply(wanted.Token, LinkAnswer.Refuse(503, "the store could not give the entries"));
                        return;
                    }
                    List<(Entry Entry, Crypto.Hash Leaf)> given =
                    [
                        .. entries.Select(e => (e, MerkleHash.Leaf(e.Header))),
                    ];
                    var count = bodies.CountDeliverable(outbox, given);
                    if (count == 0)
                    {
                        turn.Reply(
                            wanted.Token,
                            LinkAnswer.Refuse(
                                503,
                                $"the body of {new EntryId(identity.Self, wanted.From)} was lost in a restore and is being looked for"
                            )
                        );
                        return;
                    }
                    outbox.MakeReady(given.GetRange(0, count), own, identity.Document.Cards.Count, null, bodies.Lost);
                    turn.Reply(wanted.Token, LinkAnswer.Ok(LinkAnswer.Bytes, outbox.Ready!.Bytes));
                }),
                identity.Own,
                wanted.From,
                LinkLimits.MaxEntriesPerPush,
                LinkLimits.TargetPushBytes
            )
        );
    }
}
