using System.Numerics;
using Parley.Crypto;

namespace Parley.Record;

/// <summary>
/// Shows that a tree is an earlier one with leaves added: nothing was changed, removed or put between (RFC 9162,
/// section 2.1.4).
/// </summary>
public static class ConsistencyProof
{
    /// <summary>Most hashes that travel in one proof (C2SP tlog-witness).</summary>
    public const int MaxHashes = 63;

    /// <summary>
    /// The proof from <paramref name="oldSize"/> to <paramref name="newSize"/> leaves, read from the tiles of the newer
    /// tree. Empty where
    /// there is nothing to show: from 0, or between equal sizes. An old size above the new one is misuse and throws.
    /// </summary>
    public static Hash[] Build(ulong oldSize, ulong newSize, TileReader read)
    {
        var tiles = new TileTree(newSize, read);
        return [.. Ranges(oldSize, newSize).Select(range => tiles.Range(range.Start, range.End))];
    }

    /// <summary>
    /// The proof from a frontier to the same tree with <paramref name="newLeaves"/> (leaf hashes) added. Every hash of
    /// it is either a node of
    /// that frontier or a subtree of new leaves only, so no store is needed.
    /// </summary>
    public static Hash[] Build(TreeFrontier old, ReadOnlySpan<Hash> newLeaves)
    {
        var oldSize = old.Size;
        var newSize = checked(oldSize + (ulong)newLeaves.Length);
        var proof = new List<Hash>(MaxHashes);
        foreach (var (start, end) in Ranges(oldSize, newSize))
        {
            proof.Add(
                start >= oldSize
                    ? MerkleHash.Root(newLeaves[(int)(start - oldSize)..(int)(end - oldSize)])
                    : old.NodeAt(BitOperations.TrailingZeroCount(end - start))
            );
        }
        return [.. proof];
    }

    /// <summary>
    /// True when <paramref name="proof"/> leads from <paramref name="oldRoot"/> to <paramref name="newRoot"/> (RFC
    /// 9162, section 2.1.4.2).
    /// From size 0 there is nothing to prove, so that is refused: whoever holds nothing decides that before it asks
    /// (LOG-20).
    /// </summary>
    public static bool Verify(ulong oldSize, ulong newSize, Hash oldRoot, Hash newRoot, ReadOnlySpan<Hash> proof)
    {
        if (oldSize == 0 || oldSize > newSize)
            return false;
        if (oldSize == newSize)
            return proof.IsEmpty && oldRoot == newRoot;
        if (proof.IsEmpty)
            return false;

        // Where the old tree is one full subtree its root is the first node, and is left out of the proof.
        var isFull = BitOperations.IsPow2(oldSize);
        var first = isFull ? oldRoot : proof[0];
        var rest = isFull ? proof : proof[1..];
        var (fn, sn) = (oldSize - 1, newSize - 1);
        var right = BitOperations.TrailingZeroCount(~fn);
        (fn, sn) = (Shift(fn, right), Shift(sn, right));
        var (fr, sr) = (first, first);
        foreach (var hash in rest)
        {
            if (sn == 0)
                return false;
            if ((fn & 1) != 0 || fn == sn)
            {
                fr = MerkleHash.Node(hash, fr);
                sr = MerkleHash.Node(hash, sr);
                var zeros = fn == 0 ? 0 : BitOperations.TrailingZeroCount(fn);
                (fn, sn) = (Shift(fn, zeros), Shift(sn, zeros));
            }
            else
            {
                sr = MerkleHash.Node(sr, hash);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && fr == oldRoot && sr == newRoot;
    }

    /// <summary>
    /// True when <paramref name="newer"/> may follow the size and root last held, by all rules of C2SP tlog-witness: an
    /// empty tree has
    /// the one root; equal sizes have equal roots and need no proof; from 0 the proof is empty; else it verifies
    /// (LOG-20).
    /// </summary>
    public static bool Extends(ulong oldSize, Hash oldRoot, Checkpoint newer, ReadOnlySpan<Hash> proof)
    {
        if (proof.Length > MaxHashes || (newer.Size == 0 && newer.Root != MerkleHash.Empty))
            return false;
        return oldSize == 0 ? proof.IsEmpty : Verify(oldSize, newer.Size, oldRoot, newer.Root, proof);
    }

    /// <summary>The subtrees whose hashes are the proof, in the proof's order: SUBPROOF of RFC 9162, section 2.1.4.1,
    /// without recursion.</summary>
    private static List<(ulong Start, ulong End)> Ranges(ulong oldSize, ulong newSize)
    {
        if (oldSize > newSize)
            throw new ArgumentOutOfRangeException(nameof(oldSize), "a tree does not shrink");
        var ranges = new List<(ulong Start, ulong End)>(MaxHashes);
        if (oldSize == 0 || oldSize == newSize)
            return ranges;
        var (start, end, old, complete) = (0UL, newSize, oldSize, true);
        while (old != end - start)
        {
            var split = InclusionProof.Split(end - start);
            if (old <= split)
            {
                ranges.Add((start + split, end));
                end = start + split;
            }
            else
            {
                ranges.Add((start, start + split));
                start += split;
                old -= split;
                complete = false; // from here on the old tree is no longer the whole subtree, so its last node must be told
            }
        }
        if (!complete)
            ranges.Add((start, end));
        ranges.Reverse();
        return ranges;
    }

    private static ulong Shift(ulong value, int by) => by < 64 ? value >> by : 0;
}
