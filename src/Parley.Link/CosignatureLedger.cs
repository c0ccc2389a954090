using Parley.Record;

namespace Parley.Link;

/// <summary>
/// On a line of three or more, each party also learns what the others cosigned: once the newest checkpoint is cosigned,
/// the author offers it
/// again, without entries and with the cosignatures it has. So every party can show, and export, a sealed feed.
/// LINK-15.
/// While entries keep coming there is never a newest one that all have cosigned. So once in a while a size is chosen
/// that no push passes: all cosign
/// that very size, and their cosignatures travel beside the next entries. LINK-22.
/// </summary>
internal sealed class CosignatureLedger
{
    private readonly Turn turn;
    private readonly LineFeeds feeds;
    private readonly Presence presence;

    /// <summary>By author, then by cosigner: the largest size verifiably cosigned.</summary>
    private readonly Dictionary<PartyId, Dictionary<PartyId, ulong>> cosigned = [];

    internal CosignatureLedger(Turn turn, LineFeeds feeds, Presence presence, LoadedLine loaded)
    {
        (this.turn, this.feeds, this.presence) = (turn, feeds, presence);
        foreach (var party in feeds.Identity.Document.Parties)
            cosigned[party] = new Dictionary<PartyId, ulong>(loaded.Feeds[party].Cosigned);
        foreach (var (peer, cosignature) in loaded.OwnCosignatures)
            known[peer] = (feeds.Own.Size, cosignature);
    }

    /// <summary>The newest cosignature by each peer on our own feed, in this run of the station.</summary>
    private readonly Dictionary<PartyId, (ulong Size, NoteSignature Cosignature)> known = [];

    /// <summary>By peer: the size, and how many cosignatures on it, that the peer was last shown.</summary>
    private readonly Dictionary<PartyId, (ulong Size, int Count)> shownTo = [];

    /// <summary>A size of our own feed that every push ends at, so that all cosign the same checkpoint.</summary>
    private sealed record CommonSize(SignedCheckpoint Checkpoint, DateTimeOffset At)
    {
        internal ulong Size => Checkpoint.Checkpoint.Size;
        internal Dictionary<PartyId, NoteSignature> Cosignatures { get; } = [];

        /// <summary>By peer: how many of the others' cosignatures it has.</summary>
        internal Dictionary<PartyId, int> Shown { get; } = [];

        internal int CountFor(PartyId peer) => Cosignatures.Count - (Cosignatures.ContainsKey(peer) ? 1 : 0);
    }

    private CommonSize? common;

    /// <summary>Chooses the next one, once it is time and the last has done its work.</summary>
    internal void ChooseCommonSize()
    {
        if (feeds.Identity.Peers.Count < 2 || feeds.IsStopped || feeds.Own.Latest is not { } latest)
            return;
        if (common is { } last)
        {
            if (latest.Checkpoint.Size <= last.Size || turn.Now - last.At < LinkLimits.CommonSizeInterval)
                return;
            // Whoever is there is waited for, but not without end: one that is slow must not keep the others from
            // learning of each other.
            var due = feeds.Identity.Peers.Where(p => presence.IsHeard(feeds.Links[p])).ToList();
            if (
                turn.Now - last.At < LinkLimits.RequestTimeout
                && due.Any(p => !last.Cosignatures.ContainsKey(p) || last.Shown.GetValueOrDefault(p) < last.CountFor(p))
            )
                return;
        }
        common = new CommonSize(latest, turn.Now);
    }

    /// <summary>How many of the entries from the outbox's tip on go into its next push: none beyond the common size, if
    /// that is still to come.</summary>
    internal int CountToCommonSize(Outbox outbox, int count) =>
        common is { } size && outbox.TipSize < size.Size && outbox.TipSize + (ulong)count > size.Size
            ? (int)(size.Size - outbox.TipSize)
            : count;

    /// <summary>The common checkpoint with the others' cosignatures, where the peer holds it and does not have them
    /// all.</summary>
    internal SignedCheckpoint? CommonFor(Outbox outbox)
    {
        if (
            common is not { } size
            || outbox.Confirmed < size.Size
            || size.CountFor(outbox.Peer) <= size.Shown.GetValueOrDefault(outbox.Peer)
        )
            return null;
        return size
            .Cosignatures.Where(c => c.Key != outbox.Peer)
            .Aggregate(size.Checkpoint, (checkpoint, cosignature) => checkpoint.With(cosignature.Value));
    }

    /// <summary>A push was cosigned: it may have ended at the common size, or have shown cosignatures on it.</summary>
    internal void NoteCommon(Outbox outbox, Outbox.Push push, NoteSignature cosignature)
    {
        if (common is not { } size)
            return;
        if (push.End == size.Size)
            size.Cosignatures[outbox.Peer] = cosignature;
        if (push.Beside is { } beside && beside.Checkpoint.Size == size.Size)
            size.Shown[outbox.Peer] = beside.Note.Signatures.Count - 1;
    }

    /// <summary>True where the peer has our newest checkpoint and not all of the others' cosignatures on it.</summary>
    internal bool Owes(Outbox outbox)
    {
        if (feeds.Identity.Peers.Count < 2 || feeds.Own.Size == 0 || outbox.Cosigned < feeds.Own.Size)
            return false;
        var count = For(outbox.Peer).Count;
        return count > 0
            && (
                !shownTo.TryGetValue(outbox.Peer, out var shown) || shown.Size != feeds.Own.Size || shown.Count < count
            );
    }

    /// <summary>Our newest checkpoint with what the others have cosigned on it; null where that is nothing.</summary>
    internal SignedCheckpoint? NewestFor(Outbox outbox)
    {
        var cosignatures = For(outbox.Peer);
        return cosignatures.Count == 0
            ? null
            : cosignatures.Aggregate(feeds.Own.Latest!, (checkpoint, cosignature) => checkpoint.With(cosignature));
    }

    /// <summary>The peer has taken a checkpoint together with these cosignatures.</summary>
    internal void Showed(Outbox outbox, Outbox.Push push) =>
        shownTo[outbox.Peer] = (push.End, push.Checkpoint.Note.Signatures.Count - 1);

    /// <summary>
    /// What others cosigned, as its author's heartbeat shows it: an author does not offer again what we have taken
    /// once, and does not know that we were given
    /// an old store since. Looked at only where something is missing here. LINK-15.
    /// </summary>
    internal void Learn(MirroredFeed mirror, ShownNotes.Shown shown)
    {
        var author = mirror.Origin.Party;
        var checkpoint = shown.Checkpoint!;
        var size = checkpoint.Checkpoint.Size;
        if (
            mirror.Staged > 0
            || size == 0
            || size != mirror.Size
            || checkpoint.Note.Signatures.Count < 2
            || shown.LearnedAt == size
        )
            return;
        if (!feeds.Identity.Peers.Any(p => p != author && CosignedBy(author, p) < size))
            return;
        shown.LearnedAt = size;
        var missing = mirror.CosignaturesOn(checkpoint).Where(c => CosignedBy(author, c.Cosigner) < size).ToList();
        if (missing.Count == 0)
            return;
        turn.Commit(
            [.. missing],
            () =>
            {
                foreach (var added in missing)
                    Count(author, added.Cosigner, size);
            }
        );
    }

    /// <summary>The cosignatures on our newest checkpoint of everybody but the peer itself.</summary>
    internal List<NoteSignature> For(PartyId peer) =>
        [.. known.Where(k => k.Key != peer && k.Value.Size == feeds.Own.Size).Select(k => k.Value.Cosignature)];

    /// <summary>The size of a feed that every other party of the line has cosigned.</summary>
    internal ulong SealedSize(PartyId author)
    {
        var least = ulong.MaxValue;
        foreach (var party in feeds.Identity.Document.Parties)
        {
            if (party != author)
                least = Math.Min(least, CosignedBy(author, party));
        }
        return least == ulong.MaxValue ? feeds.SizeOf(author) : least; // a journal has nobody to wait for
    }

    /// <summary>The size of <paramref name="author"/>'s feed that <paramref name="cosigner"/> has cosigned, as far as
    /// this station knows.</summary>
    internal ulong CosignedBy(PartyId author, PartyId cosigner) => cosigned[author].GetValueOrDefault(cosigner);

    /// <summary>What is kept of a cosignature by now: that the cosigner holds so much of the feed.</summary>
    internal void Count(PartyId author, PartyId cosigner, ulong size)
    {
        if (size <= CosignedBy(author, cosigner))
            return;
        cosigned[author][cosigner] = size;
        turn.Report(
            new LineReport.Cosigned(new Origin(feeds.Identity.Line, author), cosigner, size, SealedSize(author))
        );
    }

    /// <summary>A peer's cosignature on our own feed is durable.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="size">What it covers.</param>
    /// <param name="cosignature">The cosignature.</param>
    /// <param name="mayBeOlder">True where it may have lain about for long: then a newer one is kept.</param>
    internal void Keep(PartyId peer, ulong size, NoteSignature cosignature, bool mayBeOlder = false)
    {
        if (!mayBeOlder || !known.TryGetValue(peer, out var last) || last.Size < size)
            known[peer] = (size, cosignature);
        Count(feeds.Identity.Self, peer, size);
    }
}
