using Parley.Crypto;
using Parley.Link.Wire;
using Parley.Record;

namespace Parley.Link;

/// <summary>
/// Whether a checkpoint may be cosigned after the one held: the checks of C2SP tlog-witness <c>add-checkpoint</c>, in
/// its order and
/// with its statuses. The entries are checked afterwards, by <see cref="MirroredFeed"/>. LINK-11.
/// </summary>
public static class WitnessRule
{
    /// <summary>Such a checkpoint would be refused by everybody who reads the record later, with our cosignature on it.
    /// LOG-12, LINK-80.</summary>
    internal const string Extended = "extension lines in a checkpoint of a feed";

    /// <summary>The refusal, or null when the offer extends (or repeats) what is held.</summary>
    public static LinkAnswer? Check(
        CheckpointOffer offer,
        string origin,
        VerifierKey authorKey,
        ulong heldSize,
        in Hash heldRoot
    )
    {
        var checkpoint = offer.Checkpoint.Checkpoint;
        if (!string.Equals(checkpoint.Origin, origin, StringComparison.Ordinal))
            return LinkAnswer.Refuse(404, "unknown log");
        if (checkpoint.Extensions.Count != 0)
            return LinkAnswer.Refuse(422, Extended);
        switch (offer.Checkpoint.Note.Check(authorKey))
        {
            case SignatureCheck.Absent:
                return LinkAnswer.Refuse(403, "no signature by the feed's author: invalid signature");
            case SignatureCheck.Invalid:
                return LinkAnswer.Refuse(403, "invalid signature");
        }
        if (offer.OldSize > checkpoint.Size)
            return LinkAnswer.Refuse(400, "old size is larger than the checkpoint");
        if (offer.OldSize != heldSize)
            return LinkAnswer.Conflict(heldSize);
        if (checkpoint.Size == 0 && checkpoint.Root != MerkleHash.Empty)
            return LinkAnswer.Refuse(422, "the root of an empty feed is wrong");
        if (offer.OldSize == checkpoint.Size && heldRoot != checkpoint.Root)
            return LinkAnswer.Refuse(422, "another root at the size already held");
        if (offer.OldSize == 0 || offer.OldSize == checkpoint.Size)
        {
            return offer.Proof.Count == 0 ? null : LinkAnswer.Refuse(422, "consistency proof given where none belongs");
        }
        return ConsistencyProof.Verify(offer.OldSize, checkpoint.Size, heldRoot, checkpoint.Root, [.. offer.Proof])
            ? null
            : LinkAnswer.Refuse(422, "consistency proof does not hold");
    }
}
