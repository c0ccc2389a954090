using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Lines;

/// <summary>The checkpoints that evidence is built on: the newest that every other party cosigned; else the newest with the most cosignatures.</summary>
internal static class SealedCheckpoints
{
    /// <summary>The best checkpoint of at least <paramref name="minSize"/>, with every cosignature we hold on it; null when there is none.</summary>
    internal static SignedCheckpoint? Best(IStationStore store, LineDocument document, Origin feed, ulong minSize)
    {
        var required = document.Parties.Count() - 1;
        SignedCheckpoint? best = null;
        var bestCount = 0;
        foreach (var group in store.ReadCosignatures(feed).Where(c => c.Size >= minSize).GroupBy(c => c.Size).OrderByDescending(g => g.Key))
        {
            var count = group.Select(c => c.Cosigner).Distinct().Count();
            if (best is not null && count <= bestCount) continue;
            if (!SignedCheckpoint.Parse(group.First().Checkpoint).TryGet(out var checkpoint, out _)) continue;
            foreach (var cosignature in group.OrderBy(c => c.Cosigner.Value, StringComparer.Ordinal))
            {
                if (NoteSignature.ParseLine(cosignature.NoteLine).TryGet(out var line, out _)) checkpoint = checkpoint.With(line);
            }
            best = checkpoint;
            bestCount = count;
            if (count == required) break;
        }
        return best;
    }
}
