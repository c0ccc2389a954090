using System.Buffers;
using System.Text;
using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// A station that lost part of its own feed (an old backup) signs nothing until it has the rest back from its peers. What it lost is proven by its own
/// signature on the peer's checkpoint, never by a peer's word. LINK-60 to LINK-63.
/// </summary>
public sealed partial class LineMachine
{
    /// <summary>After a restore: peers that have not yet shown what they hold of our feed.</summary>
    private readonly HashSet<PartyId> awaitingProof = [];

    /// <summary>The largest checkpoint of ours that a peer has shown and we do not hold.</summary>
    private (PartyId Peer, SignedCheckpoint Checkpoint)? behind;
    /// <summary>True when the store may not know yet that nothing may be signed.</summary>
    private bool markOwed;
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
            markOwed |= behind is null;
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

    /// <summary>
    /// What we are behind of is forgotten with the process, and then we would sign: so the mark is made durable like anything else that counts. While the store
    /// does not take it, nothing goes on, and every machine that is loaded after begins with it. LINK-60.
    /// </summary>
    private void MarkCatchingUp()
    {
        if (!markOwed) return;
        markOwed = false;
        Commit([new LineChange.MarkCatchingUp(identity.Line)], () => { });
    }

    /// <summary>True while pushes of the author wait to become durable here: what its feed here comes to is not known yet.</summary>
    private bool IsStoring(PartyId author) => mirrors[author].Staged > 0 || mirrorQueues.TryGetValue(author, out var queue) && queue.Count > 0;

    private void ShownOurs(PeerLink link)
    {
        if (awaitingProof.Remove(link.Peer) && !IsCatchingUp) Report(new LineReport.OwnFeedCaughtUp(own.Size));
    }

    /// <summary>The peer that is to bring our feed over a connection that it dials itself; null while we do the asking, or need nothing. LINK-63.</summary>
    private PartyId? awaitedFrom;

    private TimeSpan BringWait => heartbeat * LinkLimits.HeartbeatsUntilPull;

    private ulong WantedFrom => proving?.Size ?? own.Size;

    private void PumpRecovery()
    {
        if (stopped || behind is not { } goal || recovering || appending) return;
        if (own.Size >= goal.Checkpoint.Checkpoint.Size)
        {
            behind = null;
            awaitedFrom = null;
            foreach (var outbox in outboxes.Values) outbox.Reset(Math.Min(outbox.Cosigned, own.Size));
            if (!IsCatchingUp) Report(new LineReport.OwnFeedCaughtUp(own.Size));
            return;
        }
        if (recoverAt is { } at && at > now) return;
        var link = links[goal.Peer];
        if (awaitedFrom == goal.Peer)
        {
            // It did not come. It may be reachable by now, and so may another.
            link.CannotBeAsked = false;
            AskAnotherPeer(goal.Peer);
        }
        else if (!link.Dialable || link.CannotBeAsked)
        {
            awaitedFrom = goal.Peer;
            recoverAt = now + BringWait;
            link.NextHeartbeat = now;
            Report(new LineReport.OwnFeedAwaited(goal.Peer, own.Size, goal.Checkpoint.Checkpoint.Size));
        }
        else AskForOwnFeed(goal.Peer);
    }

    private void AskForOwnFeed(PartyId peer)
    {
        recovering = true;
        var from = WantedFrom;
        var body = Encoding.ASCII.GetBytes($"from {from}\n");
        var token = Await(what =>
        {
            recovering = false;
            recoverAt = null;
            if (what is LinkEvent.AnswerArrived { Answer: { Status: 200, Body: var bytes } } && TakeRecovered(from, bytes, () => { })) return;
            links[peer].CannotBeAsked = what is LinkEvent.SendFailed;
            AskAnotherPeer(peer);
        });
        effects.Add(new LinkEffect.Send(token, peer, new LinkRequest(LinkVerb.Recover, body), LinkLimits.RequestTimeout));
    }

    /// <summary>The peer could not or would not help; another one that has shown as much is asked next.</summary>
    private void AskAnotherPeer(PartyId asked)
    {
        proving = null;
        awaitedFrom = null;
        recoverAt = now + LinkLimits.MaxRetry;
        if (behind is not { } goal) return;
        var others = identity.Peers.Where(p => links[p].HoldsOfOurs >= goal.Checkpoint.Checkpoint.Size).ToList();
        if (others.Count > 0) behind = (others[(others.IndexOf(asked) + 1) % others.Count], goal.Checkpoint);
    }

    /// <summary>A peer that we cannot dial brings our own entries, because our heartbeat said that we want them. They are judged as if we had asked. LINK-63.</summary>
    private void TakeBrought(LinkEvent.RequestArrived request)
    {
        if (stopped || awaitedFrom != request.From || (ulong)request.Request.Offset != WantedFrom)
        {
            if (stopped || IsCatchingUp || !TakeBroughtBodies(request)) Reply(request.Token, LinkAnswer.Refuse(409, "these entries are not what is wanted"));
            return;
        }
        if (recovering || appending)
        {
            Reply(request.Token, LinkAnswer.Refuse(429, "entries brought before wait for the store"));
            return;
        }
        recoverAt = now + BringWait;
        if (TakeRecovered(WantedFrom, request.Request.Body, () => Reply(request.Token, Wanted(own.Size < behind?.Checkpoint.Checkpoint.Size ? WantedFrom : null)))) return;
        Refuse(request.From, request.Token, LinkAnswer.Refuse(422, "these entries do not lead to what we have signed"));
        AskAnotherPeer(request.From);
    }

    /// <summary>The answer to what was brought: from where we want more, or that we do not.</summary>
    private static LinkAnswer Wanted(ulong? from) =>
        from is { } size ? LinkAnswer.Ok(LinkAnswer.Text, Encoding.ASCII.GetBytes($"{WantsWord}{size}\n")) : LinkAnswer.Nothing;

    private const string WantsWord = "wants ";

    /// <summary>The peer's heartbeat says that it wants its own feed and cannot ask for it: it is brought, as long as it goes on wanting more. LINK-63.</summary>
    private void Bring(PeerLink link, ulong from)
    {
        if (!link.Dialable || link.Bringing || from >= mirrors[link.Peer].Size) return;
        link.Bringing = true;
        ReadForAuthor(link.Peer, from, bytes =>
        {
            link.Bringing = false;
            if (bytes is not { } entries) return;
            link.Bringing = true;
            var token = Await(what =>
            {
                link.Bringing = false;
                if (what is not LinkEvent.AnswerArrived { Answer: var answer }) return;
                Heard(link);
                var text = Encoding.ASCII.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, 64)]);
                // Only onwards: what starts over waits for the next heartbeat.
                if (answer.Status == 200 && text.StartsWith(WantsWord, StringComparison.Ordinal) && CheckpointOffer.TryDecimal(text.AsSpan(WantsWord.Length).TrimEnd('\n'), out var next) && next > from) Bring(link, next);
            });
            effects.Add(new LinkEffect.Send(token, link.Peer, new LinkRequest(LinkVerb.Bring, entries, Offset: (long)from), LinkLimits.RequestTimeout));
        });
    }

    /// <summary>
    /// The answer: a checkpoint offer whose checkpoint is the peer's newest of our feed and whose proof leads to it from the end of the entries
    /// that follow. Those entries are ours only if they lead, by that proof, to what we have signed. False when the answer is of no use; else
    /// <paramref name="taken"/> follows, once what is new is durable.
    /// </summary>
    private bool TakeRecovered(ulong from, ReadOnlyMemory<byte> body, Action taken)
    {
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
            if (!diverges && proving is null) return false;
            taken();
            return true;
        }
        if (!reaches)
        {
            if (own.Size == 0) return false;
            proving = new TreeFrontier();
            taken();
            return true;
        }
        Recover(own.Extend(entries), headers, taken);
        return true;
    }

    private void Recover(AuthoredFeed.Step step, IReadOnlyList<EntryHeader> headers, Action taken)
    {
        var from = own.Size;
        var changes = new List<LineChange> { step.Change };
        foreach (var header in headers)
        {
            if (FoldSuspension(identity.Self, header.By, header.Kind)) changes.Add(new LineChange.SetSuspended(identity.Line, [.. suspendedBy]));
        }
        recovering = true;
        Commit(changes, () =>
        {
            recovering = false;
            own.Accept(step);
            Report(new LineReport.Stored(identity.Own, from, own.Size));
            for (var i = 0; i < headers.Count; i++)
            {
                if (step.Change.Entries[i].Body is null) SeekBody(headers[i]);
            }
            taken();
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
        if (links[request.From].Recovering)
        {
            Reply(request.Token, LinkAnswer.Refuse(429, "entries that were asked for before are being read"));
            return;
        }
        links[request.From].Recovering = true;
        ReadForAuthor(request.From, from, bytes =>
        {
            links[request.From].Recovering = false;
            Reply(request.Token, bytes is { } entries ? LinkAnswer.Ok(LinkAnswer.Bytes, entries) : LinkAnswer.Refuse(503, "the store could not give the entries"));
        });
    }

    /// <summary>Reads what a peer is to have of its own feed from <paramref name="from"/> on, in the form of LINK-61; null when the store cannot give it.</summary>
    private void ReadForAuthor(PartyId author, ulong from, Action<ReadOnlyMemory<byte>?> then)
    {
        var mirror = mirrors[author];
        var latest = mirror.Latest!;
        var token = Await(read =>
        {
            if (read is not LinkEvent.EntriesRead { Entries: { Count: > 0 } entries })
            {
                then(null);
                return;
            }
            entries = [.. entries.Take((int)Math.Min((ulong)entries.Count, latest.Checkpoint.Size - from))];
            var end = from + (ulong)entries.Count;
            if (end == latest.Checkpoint.Size)
            {
                then(Recovered(end, [], latest, entries));
                return;
            }
            var proofToken = Await(proof => then(proof is LinkEvent.ConsistencyRead consistency ? Recovered(end, consistency.Proof, latest, entries) : null));
            effects.Add(new LinkEffect.ReadConsistency(proofToken, mirror.Origin, end, latest.Checkpoint.Size));
        });
        effects.Add(new LinkEffect.ReadEntries(token, mirror.Origin, from, LinkLimits.MaxEntriesPerPush, LinkLimits.RecoveryBytes));
    }

    private static ReadOnlyMemory<byte> Recovered(ulong end, IReadOnlyList<Hash> proof, SignedCheckpoint latest, IReadOnlyList<Entry> entries)
    {
        var bytes = new ArrayBufferWriter<byte>(LinkLimits.RecoveryBytes / 4);
        EntryBatch.WriteOffer(bytes, new CheckpointOffer(end, proof, latest));
        foreach (var entry in entries) EntryBatch.WriteEntry(bytes, entry, withBody: true);
        return bytes.WrittenMemory;
    }
}
