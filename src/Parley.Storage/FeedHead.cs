using Parley.Record;

namespace Parley.Storage;

/// <summary>What the writer knows of one feed: its row, its size, and at which sizes whose cosignatures are
/// kept.</summary>
internal sealed class FeedHead(int id, int line, ulong size)
{
    private readonly Dictionary<PartyId, SortedSet<ulong>> cosigned = [];

    internal int Id { get; } = id;
    internal int Line { get; } = line;
    internal ulong Size { get; set; } = size;

    /// <summary>False when one of that size is already kept; the newer replaces it.</summary>
    internal bool Add(PartyId cosigner, ulong at)
    {
        if (!cosigned.TryGetValue(cosigner, out var sizes))
            cosigned.Add(cosigner, sizes = []);
        return sizes.Add(at);
    }

    internal void Remove(PartyId cosigner, ulong at) => cosigned[cosigner].Remove(at);

    /// <summary>What need not be kept: all but each cosigner's latest below the largest size that all required ones
    /// cosigned.</summary>
    internal IReadOnlyList<(PartyId Cosigner, ulong Size)> Superfluous(IReadOnlyList<PartyId> required, PartyId added)
    {
        List<(PartyId, ulong)>? result = null;
        if (LargestCommon(required) is { } common)
        {
            foreach (var (cosigner, sizes) in cosigned)
            {
                foreach (var at in sizes)
                {
                    if (at >= common || at == sizes.Max)
                        break;
                    (result ??= []).Add((cosigner, at));
                }
            }
        }
        // Parties that never cosign the same size, or one that is long away, must not make the table grow without end.
        if (cosigned[added] is { Count: > StoreLimits.MaxCosignaturesPerCosigner } many)
        {
            var keep = LargestCommon(required);
            var oldest = many.FirstOrDefault(at => keep is null || at > keep, many.Max);
            if (oldest != many.Max)
                (result ??= []).Add((added, oldest));
        }
        return result ?? (IReadOnlyList<(PartyId, ulong)>)[];
    }

    private ulong? LargestCommon(IReadOnlyList<PartyId> required)
    {
        if (required.Count == 0 || !cosigned.TryGetValue(required[0], out var candidates))
            return null;
        foreach (var at in candidates.Reverse())
        {
            var all = true;
            for (var i = 1; i < required.Count && all; i++)
                all = cosigned.TryGetValue(required[i], out var sizes) && sizes.Contains(at);
            if (all)
                return at;
        }
        return null;
    }
}
