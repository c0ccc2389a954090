using Parley.Record;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station.Exports;

/// <summary>Makes the proof file of one entry (docs/protocol/public.md): for the public, and for what a mediator carries to
/// another line.</summary>
internal static class EntryProofs
{
    /// <summary>The proof of an entry; why there is none yet. What a reader would refuse is not given to one.</summary>
    internal static Parsed<PublicProof> Of(
        IStationStore store,
        LineDocument document,
        PublicKeySheet keys,
        EntryId entry,
        out string leaf
    )
    {
        leaf = "";
        var feed = new Origin(document.Id, entry.Party);
        if (store.ReadEntry(feed, entry.Seq) is not { } stored)
            return new Rejected("the entry cannot be read");
        leaf = MerkleHash.Leaf(stored.Header).ToHex();
        if (SealedCheckpoints.Best(store, document, feed, entry.Seq + 1) is not { } checkpoint)
            return new Rejected("no other party has cosigned it yet");
        var path = new FeedTiles(store, feed).Inclusion(entry.Seq, checkpoint.Checkpoint.Size);
        if (
            !PublicProof
                .Create(
                    new Entry(stored.Header, stored.Salt, stored.Body),
                    keys,
                    new TlogProof(entry.Seq, path, checkpoint)
                )
                .TryGet(out var proof, out var reason)
        )
            return new Rejected(reason);
        var verdict = proof.Judge(keys.Fingerprint.Hash.ToHex());
        return verdict.HasNoFault ? proof : new Rejected(verdict.Signed.Reason);
    }
}
