using Parley.Record;

namespace Parley.Link;

/// <summary>
/// On a line of three or more, each party also learns what the others cosigned: once the newest checkpoint is cosigned, the author offers it
/// again, without entries and with the cosignatures it has. So every party can show, and export, a sealed feed. LINK-15.
/// While entries keep coming there is never a newest one that all have cosigned. So once in a while a size is chosen that no push passes: all cosign
/// that very size, and their cosignatures travel beside the next entries. LINK-22.
/// </summary>
public sealed partial class LineMachine
{
    /// <summary>The newest cosignature by each peer on our own feed, in this run of the station.</summary>
    private readonly Dictionary<PartyId, (ulong Size, NoteSignature Cosignature)> knownCosignatures = [];

    /// <summary>By peer: the size, and how many cosignatures on it, that the peer was last shown.</summary>
    private readonly Dictionary<PartyId, (ulong Size, int Count)> shownCosignatures = [];

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

    private void ChooseCommonSize()
    {
        if (identity.Peers.Count < 2 || stopped || own.Latest is not { } latest) return;
        if (common is { } last)
        {
            if (latest.Checkpoint.Size <= last.Size || now - last.At < LinkLimits.CommonSizeInterval) return;
            // Whoever is there is waited for, but not without end: one that is slow must not keep the others from learning of each other.
            var due = identity.Peers.Where(p => IsHeard(links[p])).ToList();
            if (now - last.At < LinkLimits.RequestTimeout && due.Any(p => !last.Cosignatures.ContainsKey(p) || last.Shown.GetValueOrDefault(p) < last.CountFor(p))) return;
        }
        common = new CommonSize(latest, now);
    }

    /// <summary>How many of the entries from the outbox's tip on go into its next push: none beyond the common size, if that is still to come.</summary>
    private int CountToCommonSize(Outbox outbox, int count) =>
        common is { } size && outbox.TipSize < size.Size && outbox.TipSize + (ulong)count > size.Size ? (int)(size.Size - outbox.TipSize) : count;

    /// <summary>The common checkpoint with the others' cosignatures, where the peer holds it and does not have them all.</summary>
    private SignedCheckpoint? CommonFor(Outbox outbox)
    {
        if (common is not { } size || outbox.Confirmed < size.Size || size.CountFor(outbox.Peer) <= size.Shown.GetValueOrDefault(outbox.Peer)) return null;
        return size.Cosignatures.Where(c => c.Key != outbox.Peer).Aggregate(size.Checkpoint, (checkpoint, cosignature) => checkpoint.With(cosignature.Value));
    }

    /// <summary>A push was cosigned: it may have ended at the common size, or have shown cosignatures on it.</summary>
    private void NoteCommon(Outbox outbox, Outbox.Push push, NoteSignature cosignature)
    {
        if (common is not { } size) return;
        if (push.End == size.Size) size.Cosignatures[outbox.Peer] = cosignature;
        if (push.Beside is { } beside && beside.Checkpoint.Size == size.Size) size.Shown[outbox.Peer] = beside.Note.Signatures.Count - 1;
    }

    private bool OwesCosignatures(Outbox outbox)
    {
        if (identity.Peers.Count < 2 || own.Size == 0 || outbox.Cosigned < own.Size) return false;
        var count = CosignaturesFor(outbox.Peer).Count;
        return count > 0 && (!shownCosignatures.TryGetValue(outbox.Peer, out var shown) || shown.Size != own.Size || shown.Count < count);
    }

    private SignedCheckpoint? WithKnownCosignatures(Outbox outbox)
    {
        var cosignatures = CosignaturesFor(outbox.Peer);
        return cosignatures.Count == 0 ? null : cosignatures.Aggregate(own.Latest!, (checkpoint, cosignature) => checkpoint.With(cosignature));
    }

    /// <summary>The peer has taken a checkpoint together with these cosignatures.</summary>
    private void Showed(Outbox outbox, Outbox.Push push) => shownCosignatures[outbox.Peer] = (push.End, push.Checkpoint.Note.Signatures.Count - 1);

    /// <summary>
    /// What others cosigned, as its author's heartbeat shows it: an author does not offer again what we have taken once, and does not know that we were given
    /// an old store since. Looked at only where something is missing here. LINK-15.
    /// </summary>
    private void LearnCosignatures(MirroredFeed mirror, SignedCheckpoint shown)
    {
        var author = mirror.Origin.Party;
        var size = shown.Checkpoint.Size;
        if (stopped || IsCatchingUp || mirror.Staged > 0 || size == 0 || size != mirror.Size || shown.Note.Signatures.Count < 2) return;
        if (!identity.Peers.Any(p => p != author && CosignedBy(author, p) < size)) return;
        var missing = mirror.CosignaturesOn(shown).Where(c => CosignedBy(author, c.Cosigner) < size).ToList();
        if (missing.Count == 0) return;
        Commit([.. missing], () =>
        {
            foreach (var added in missing) Cosign(author, added.Cosigner, size);
        });
    }

    private List<NoteSignature> CosignaturesFor(PartyId peer) =>
        [.. knownCosignatures.Where(k => k.Key != peer && k.Value.Size == own.Size).Select(k => k.Value.Cosignature)];
}
