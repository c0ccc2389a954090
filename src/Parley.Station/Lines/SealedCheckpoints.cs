using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>
/// The checkpoints that evidence is built on: the newest that every other party cosigned; else the newest with the most
/// cosignatures. Only what a reader of
/// evidence takes counts. A store may hold other things, which a peer wrote before they were refused: they are passed
/// over, so that nobody can make their own
/// feed unprovable. EVIDENCE-15.
/// </summary>
internal static class SealedCheckpoints
{
    /// <summary>The best checkpoint of at least <paramref name="minSize"/>, with every cosignature we hold on it; null
    /// when there is none.</summary>
    internal static SignedCheckpoint? Best(IStationStore store, LineDocument document, Origin feed, ulong minSize)
    {
        var required = document.Parties.Count() - 1;
        SignedCheckpoint? best = null;
        var bestCount = 0;
        foreach (
            var group in store
                .ReadCosignatures(feed)
                .Where(c => c.Size >= minSize)
                .GroupBy(c => c.Size)
                .OrderByDescending(g => g.Key)
        )
        {
            SignedCheckpoint? checkpoint = null;
            var count = 0;
            foreach (
                var cosignature in group
                    .OrderBy(c => c.Cosigner.Value, StringComparer.Ordinal)
                    .DistinctBy(c => c.Cosigner)
            )
            {
                if (
                    !SignedCheckpoint.Parse(cosignature.Checkpoint).TryGet(out var signed, out _)
                    || Provable(signed, document, feed) is not { } plain
                )
                    continue;
                if (
                    !NoteSignature.ParseLine(cosignature.NoteLine).TryGet(out var line, out _)
                    || !Cosignature.TryGetTimestamp(line, out _)
                )
                    continue;
                checkpoint = (checkpoint ?? plain).With(line); // of one size there is one text: a second root would be a fork
                count++;
            }
            if (checkpoint is null || best is not null && count <= bestCount)
                continue;
            best = checkpoint;
            bestCount = count;
            if (count == required)
                break;
        }
        return best;
    }

    /// <summary>The checkpoint with its author's signature, once; null where a reader of evidence would refuse
    /// it.</summary>
    internal static SignedCheckpoint? Provable(SignedCheckpoint checkpoint, LineDocument document, Origin feed) =>
        checkpoint.Checkpoint.IsOf(feed) ? checkpoint.Keep([document.LogKey(feed.Party)]) : null;
}
