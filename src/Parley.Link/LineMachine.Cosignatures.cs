using Parley.Record;

namespace Parley.Link;

/// <summary>
/// On a line of three or more, each party also learns what the others cosigned: once the newest checkpoint is cosigned, the author offers it
/// again, without entries and with the cosignatures it has. So every party can show, and export, a sealed feed. LINK-15.
/// </summary>
public sealed partial class LineMachine
{
    /// <summary>The newest cosignature by each peer on our own feed, in this run of the station.</summary>
    private readonly Dictionary<PartyId, (ulong Size, NoteSignature Cosignature)> knownCosignatures = [];

    /// <summary>By peer: the size, and how many cosignatures on it, that the peer was last shown.</summary>
    private readonly Dictionary<PartyId, (ulong Size, int Count)> shownCosignatures = [];

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

    private List<NoteSignature> CosignaturesFor(PartyId peer) =>
        [.. knownCosignatures.Where(k => k.Key != peer && k.Value.Size == own.Size).Select(k => k.Value.Cosignature)];
}
