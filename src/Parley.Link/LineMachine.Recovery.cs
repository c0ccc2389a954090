using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// A station that lost part of its own feed (an old backup) signs nothing until it has the rest back from its peers. What it lost is proven by its own
/// signature on the peer's checkpoint, never by a peer's word. LINK-60 to LINK-62.
/// </summary>
public sealed partial class LineMachine
{
    /// <summary>After a restore: peers that have not yet shown what they hold of our feed.</summary>
    private readonly HashSet<PartyId> awaitingProof = [];

    /// <summary>The largest checkpoint of ours that a peer has shown and we do not hold.</summary>
    private (PartyId Peer, SignedCheckpoint Checkpoint)? behind;
    private bool recovering;
    private DateTimeOffset? recoverAt;

    /// <summary>True while nothing may be signed: we are behind our own signature, or do not yet know whether we are.</summary>
    private bool IsCatchingUp => behind is not null || awaitingProof.Count > 0;

    /// <summary>
    /// Set while a peer's answer did not lead from our entries to our signature. Either our feed has diverged, or the peer lied; the entries from the
    /// first one on decide it. Holds those fetched so far.
    /// </summary>
    private TreeFrontier? proving;

    private void CompareOwn(PeerLink link, SignedCheckpoint shown)
    {
        if (shown.Checkpoint.Origin != identity.Own.ToString() || shown.Note.Check(identity.Document.LogKey(identity.Self)) != SignatureCheck.Valid) return;
        link.HoldsOfOurs = shown.Checkpoint.Size;
        if (shown.Checkpoint.Size > own.Size)
        {
            if (behind is { } known && known.Checkpoint.Checkpoint.Size >= shown.Checkpoint.Size) return;
            if (behind is null) effects.Add(new LinkEffect.Note(new LineChange.MarkCatchingUp(identity.Line)));
            behind = (link.Peer, shown);
            Report(new LineReport.OwnFeedBehind(link.Peer, own.Size, shown.Checkpoint.Size));
        }
        else if (shown.Checkpoint.Size == own.Size && own.Latest is { } latest)
        {
            if (shown.Checkpoint.Root != own.Root) RecordFork(identity.Own, latest, shown);
        }
        else if (own.Latest is { } mine)
        {
            CompareAt(identity.Own, shown, () => mine);
        }
    }

    private void ShownOurs(PeerLink link)
    {
        if (awaitingProof.Remove(link.Peer) && !IsCatchingUp) Report(new LineReport.OwnFeedCaughtUp(own.Size));
    }

    private void PumpRecovery()
    {
        if (stopped || behind is not { } goal || recovering || appending || (recoverAt is { } at && at > now)) return;
        if (own.Size >= goal.Checkpoint.Checkpoint.Size)
        {
            behind = null;
            foreach (var outbox in outboxes.Values) outbox.Reset(Math.Min(outbox.Cosigned, own.Size));
            if (!IsCatchingUp) Report(new LineReport.OwnFeedCaughtUp(own.Size));
            return;
        }
        recovering = true;
        var from = proving?.Size ?? own.Size;
        var body = Encoding.ASCII.GetBytes($"from {from}\n");
        var token = Await(what =>
        {
            recovering = false;
            recoverAt = null;
            if (!TakeRecovered(from, what)) AskAnotherPeer(goal.Peer);
        });
        effects.Add(new LinkEffect.Send(token, goal.Peer, new LinkRequest(LinkVerb.Recover, body), LinkLimits.RequestTimeout));
    }

    /// <summary>The peer could not or would not help; another one that has shown as much is asked next.</summary>
    private void AskAnotherPeer(PartyId asked)
    {
        proving = null;
        recoverAt = now + LinkLimits.MaxRetry;
        if (behind is not { } goal) return;
        var others = identity.Peers.Where(p => links[p].Dialable && links[p].HoldsOfOurs >= goal.Checkpoint.Checkpoint.Size).ToList();
        if (others.Count > 0) behind = (others[(others.IndexOf(asked) + 1) % others.Count], goal.Checkpoint);
    }

    /// <summary>
    /// The answer: a checkpoint offer whose checkpoint is the peer's newest of our feed and whose proof leads to it from the end of the entries
    /// that follow. Those entries are ours only if they lead, by that proof, to what we have signed. False when the answer is of no use.
    /// </summary>
    private bool TakeRecovered(ulong from, LinkEvent what)
    {
        if (what is not LinkEvent.AnswerArrived { Answer: { Status: 200, Body: var body } }) return false;
        if (!EntryBatch.ReadOffer(body, out var bytes).TryGet(out var offer, out _) || offer.OldSize <= from) return false;
        var target = offer.Checkpoint.Checkpoint;
        if (target.Origin != identity.Own.ToString() || offer.Checkpoint.Note.Check(identity.Document.LogKey(identity.Self)) != SignatureCheck.Valid) return false;
        if (!EntryBatch.ReadEntries(bytes.Span, offer.OldSize - from).TryGet(out var entries, out _)) return false;
        var tree = proving is null ? own.Frontier.Clone() : proving.Clone();
        var headers = new List<EntryHeader>(entries.Count);
        var diverges = false;
        foreach (var entry in entries)
        {
            if (!EntryHeader.Parse(entry.Header).TryGet(out var header, out _) || header.From != identity.Self || header.Line != identity.Line || header.Seq != tree.Size) return false;
            if (entry.Body is not null && (header.Body is not { } commitment || header.Size != entry.Body.Length || Body.Commit(entry.Salt, entry.Body) != commitment)) return false;
            headers.Add(header);
            tree.Append(MerkleHash.Leaf(entry.Header));
            diverges |= tree.Size == own.Size && tree.Root() != own.Root;
        }
        var reaches = offer.OldSize == target.Size
            ? tree.Root() == target.Root
            : offer.OldSize < target.Size && ConsistencyProof.Verify(offer.OldSize, target.Size, tree.Root(), target.Root, [.. offer.Proof]);
        if (proving is not null)
        {
            if (!reaches) return false;
            if (diverges && own.Latest is { } latest) RecordFork(identity.Own, latest, offer.Checkpoint);
            proving = tree.Size < own.Size ? tree : null;
            return diverges || proving is not null;
        }
        if (!reaches)
        {
            if (own.Size == 0) return false;
            proving = new TreeFrontier();
            return true;
        }
        Recover(own.Extend(entries), headers);
        return true;
    }

    private void Recover(AuthoredFeed.Step step, IReadOnlyList<EntryHeader> headers)
    {
        var from = own.Size;
        var changes = new List<LineChange> { step.Change };
        foreach (var header in headers)
        {
            if (FoldSuspension(identity.Self, header.Kind)) changes.Add(new LineChange.SetSuspended(identity.Line, [.. suspendedBy]));
        }
        recovering = true;
        Commit(changes, () =>
        {
            recovering = false;
            own.Accept(step);
            Report(new LineReport.Stored(identity.Own, from, own.Size));
        });
    }

    private void ServeRecovery(LinkEvent.RequestArrived request)
    {
        var text = Encoding.ASCII.GetString(request.Request.Body.Span[..Math.Min(request.Request.Body.Length, 64)]);
        var mirror = mirrors[request.From];
        if (!text.StartsWith("from ", StringComparison.Ordinal) || !CheckpointOffer.TryDecimal(text.AsSpan(5).TrimEnd('\n'), out var from) || mirror.Latest is null || from >= mirror.Size)
        {
            Refuse(request.From, request.Token, LinkAnswer.Refuse(400, "there is nothing of yours from that size"));
            return;
        }
        var latest = mirror.Latest;
        var token = Await(read =>
        {
            if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
            {
                Reply(request.Token, LinkAnswer.Refuse(503, "the store could not give the entries"));
                return;
            }
            entries = [.. entries.Take((int)Math.Min((ulong)entries.Count, latest.Checkpoint.Size - from))];
            var end = from + (ulong)entries.Count;
            if (end == latest.Checkpoint.Size)
            {
                Reply(request.Token, LinkAnswer.Ok(LinkAnswer.Bytes, Recovered(end, [], latest, entries)));
                return;
            }
            var proofToken = Await(proof => Reply(request.Token, proof is LinkEvent.ConsistencyRead consistency
                ? LinkAnswer.Ok(LinkAnswer.Bytes, Recovered(end, consistency.Proof, latest, entries))
                : LinkAnswer.Refuse(503, "the store could not give the proof")));
            effects.Add(new LinkEffect.ReadConsistency(proofToken, mirror.Origin, end, latest.Checkpoint.Size));
        });
        effects.Add(new LinkEffect.ReadEntries(token, mirror.Origin, from, LinkLimits.MaxEntriesPerPush, LinkLimits.TargetPushBytes));
    }

    private static ReadOnlyMemory<byte> Recovered(ulong end, IReadOnlyList<Hash> proof, SignedCheckpoint latest, IReadOnlyList<Entry> entries)
    {
        var bytes = new ArrayBufferWriter<byte>(LinkLimits.TargetPushBytes / 4);
        EntryBatch.WriteOffer(bytes, new CheckpointOffer(end, proof, latest));
        foreach (var entry in entries) EntryBatch.WriteEntry(bytes, entry, withBody: true);
        return bytes.WrittenMemory;
    }
}
