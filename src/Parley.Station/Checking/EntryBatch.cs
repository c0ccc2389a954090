using Parley.Crypto;
using Parley.Record;
using Parley.Storage;

namespace Parley.Station.Checking;

/// <summary>Some entries of a feed, each looked at by itself, on all cores: header, place, body, and its leaf of the
/// tree.</summary>
internal sealed class EntryBatch
{
    private const int Chunk = 128;

    private EntryBatch(IReadOnlyList<RawEntry> rows)
    {
        Rows = rows;
        Leaves = new Hash[rows.Count];
        HeaderFaults = new string?[rows.Count];
        BodyFaults = new string?[rows.Count];
        BodyHolders = new IReadOnlyList<PartyId>?[rows.Count];
        Absent = new Hash?[rows.Count];
    }

    internal IReadOnlyList<RawEntry> Rows { get; }
    internal Hash[] Leaves { get; }
    internal string?[] HeaderFaults { get; }
    internal string?[] BodyFaults { get; }

    /// <summary>Addressees of an entry whose body is damaged; null for all parties.</summary>
    internal IReadOnlyList<PartyId>?[] BodyHolders { get; }

    /// <summary>The commitment of a body that this party wrote or was to get, and that is not in the row.</summary>
    internal Hash?[] Absent { get; }
    internal long Bodies { get; private set; }

    internal static EntryBatch Check(
        IReadOnlyList<RawEntry> rows,
        Origin feed,
        PartyId self,
        byte[] opening,
        CancellationToken ct
    )
    {
        var batch = new EntryBatch(rows);
        var bodies = 0;
        Parallel.For(
            0,
            (rows.Count + Chunk - 1) / Chunk,
            new ParallelOptions { CancellationToken = ct },
            chunk =>
            {
                var mine = 0;
                for (var i = chunk * Chunk; i < Math.Min(rows.Count, (chunk + 1) * Chunk); i++)
                    mine += batch.Look(i, feed, self, opening);
                Interlocked.Add(ref bodies, mine);
            }
        );
        batch.Bodies = bodies;
        return batch;
    }

    /// <summary>Returns 1 where a body stands in the row, else 0.</summary>
    private int Look(int i, Origin feed, PartyId self, byte[] opening)
    {
        var row = Rows[i];
        Leaves[i] = MerkleHash.Leaf(row.Header);
        var held = row.Body is null ? 0 : 1;
        if (!EntryHeader.Parse(row.Header).TryGet(out var header, out var why))
        {
            HeaderFaults[i] = why;
            return held;
        }
        HeaderFaults[i] = EntryPlace.FaultOf(header, feed, (ulong)row.Seq);
        if (HeaderFaults[i] is not null)
            return held;
        BodyFaults[i] = EntryPlace.BodyFaultOf(header, row.Salt, row.Body);
        if (
            row.Seq == 0
            && BodyFaults[i] is null
            && row.Body is { } accepted
            && !accepted.AsSpan().SequenceEqual(opening)
        )
            BodyFaults[i] = "the first entry accepts another line document";
        if (BodyFaults[i] is not null)
            BodyHolders[i] = header.To;
        if (
            row.Body is null
            && header.Body is { } commitment
            && (feed.Party == self || header.To is null || header.To.Contains(self))
        )
            Absent[i] = commitment;
        return held;
    }
}
