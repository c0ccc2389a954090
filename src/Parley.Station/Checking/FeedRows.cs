using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>What is stored of one feed, piece by piece.</summary>
internal sealed class FeedRows(IStoreReading reading, StoredFeed feed, FeedDamages damages)
{
    private IReadOnlyList<string> deliveredTo = [];

    /// <summary>What one question for entries gave.</summary>
    internal sealed record Read(long From, int Asked, IReadOnlyList<RawEntry>? Rows, string? Fault);

    internal Read ReadFrom(long from, int max)
    {
        try
        {
            return new Read(
                from,
                max,
                reading.Entries(feed.Row.Row, from, (int)Math.Min(max, feed.Row.Size - from)),
                null
            );
        }
        catch (StoreFaultException e)
        {
            return new Read(from, max, null, e.Fault.Message);
        }
    }

    /// <summary>Entries that are stored beyond the feed's size.</summary>
    internal long Extra() => reading.CountEntries(feed.Row.Row) - feed.Row.Size;

    internal long CountSubtrees() => reading.CountSubtrees(feed.Row.Row);

    internal void ReadWhoItWasDeliveredTo() =>
        deliveredTo = damages.Guarded("deliveries", () => reading.DeliveredTo(feed.Row.Row)) ?? [];

    /// <summary>The cosignatures by size.</summary>
    internal SortedDictionary<long, List<RawSignature>> ReadCosignatures()
    {
        var cosigned = new SortedDictionary<long, List<RawSignature>>();
        foreach (
            var cosignature in damages.Guarded(SignatureScan.Cosignatures, () => reading.Cosignatures(feed.Row.Row))
                ?? []
        )
        {
            if (PartyId.TryParse(cosignature.Cosigner, out var party) && cosignature.Size >= 0)
                damages.Hold(party, (ulong)cosignature.Size);
            if (!cosigned.TryGetValue(cosignature.Size, out var rows))
                cosigned.Add(cosignature.Size, rows = []);
            rows.Add(cosignature);
        }
        return cosigned;
    }

    /// <summary>Deliveries of sizes above <paramref name="from"/> and up to <paramref name="to"/>, by size.</summary>
    internal Queue<RawSignature> Delivered(long from, long to)
    {
        var all = new List<RawSignature>();
        foreach (var cosigner in deliveredTo)
        {
            var rows = damages.Guarded(
                "deliveries",
                () => reading.Deliveries(feed.Row.Row, cosigner, from, (int)(to - from))
            );
            if (rows is not null)
                all.AddRange(rows.Where(r => r.Size <= to));
        }
        all.Sort((a, b) => a.Size.CompareTo(b.Size));
        return new Queue<RawSignature>(all);
    }

    /// <summary>The stored hashes of the subtrees that are completed by entries from <paramref name="from"/> up to
    /// <paramref name="to"/>.</summary>
    internal Dictionary<(int, ulong), byte[]> Subtrees(long from, long to)
    {
        var hashes = new Dictionary<(int, ulong), byte[]>();
        for (var level = 1; to >> (8 * level) > 0 && level < 8; level++)
        {
            var (first, end) = (from >> (8 * level), to >> (8 * level));
            if (first == end)
                continue;
            foreach (
                var subtree in damages.Guarded(
                    "subtrees",
                    () => reading.Subtrees(feed.Row.Row, level, first, (int)(end - first))
                ) ?? []
            )
            {
                if (subtree.Number >= 0)
                    hashes[(level, (ulong)subtree.Number)] = subtree.Hash;
            }
        }
        return hashes;
    }
}
