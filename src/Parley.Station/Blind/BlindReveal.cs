using Parley.Deconfliction;
using Parley.Record;
using Parley.Traffic;
using Parley.Traffic.Bodies;
using Parley.Traffic.Families;

namespace Parley.Station.Blind;

/// <summary>
/// When points of a run may leave: both commitments in the record, ours cosigned by the peer and theirs by us, the same
/// as on the link; and then the budget, durably. BLIND-CHECK-6, BLIND-CHECK-7.
/// </summary>
internal sealed class BlindReveal(IBlindDesk desk, BlindCase run)
{
    private EntryId? commitment;
    private bool charged;

    /// <param name="playing">Both commitments as they were on the link.</param>
    /// <param name="committed">Told once ours is recorded.</param>
    /// <returns>Whether they may leave now; where they never may, why.</returns>
    internal async Task<(bool May, (BlindAbort Reason, string Note)? Never)> AskAsync(
        BlindRun playing,
        Action committed
    )
    {
        if (commitment is null)
        {
            var body = BlindEntries.Commitment(
                run.Terms.Run,
                playing.OwnCommitment!.Value,
                playing.OwnBucket,
                playing.OwnKey.Span
            );
            if (!(await desk.RecordAsync(Kinds.BlindCommitted, body)).TryGet(out var entry, out var why))
                return (false, (BlindAbort.StationStopped, why.Reason));
            commitment = entry;
            committed();
        }
        if (
            desk.Item() is not { } item
            || BlindFamily.Of(item, Kinds.BlindCommitted, run.Peer)?.Body is not BlindCommitment theirs
            || !desk.IsHeld(commitment.Value)
        )
            return (false, null);
        if (
            theirs.Commitment != playing.PeerCommitment!.Value.ToHex()
            || theirs.Bucket != playing.PeerBucket
            || theirs.PublicKey != Convert.ToHexStringLower(playing.PeerKey)
        )
            return (false, (BlindAbort.CommitmentBroken, "the commitment in the record is another than on the link"));
        if (!charged && await desk.ChargeAsync(playing.PeerBucket) is { } refused)
            return (false, (refused.Abort, refused.Reason));
        charged = true;
        return (true, null);
    }
}
