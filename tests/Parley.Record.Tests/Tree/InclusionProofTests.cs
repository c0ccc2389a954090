using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Tree;

public sealed class InclusionProofTests
{
    private static readonly NaiveTree Naive = new(65_537);
    private static readonly int[] TileBorders = [255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537];

    [Fact] // LOG-19
    public void Every_leaf_of_every_small_tree_has_the_proof_of_the_definition_and_it_verifies()
    {
        for (var size = 1; size <= 130; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = InclusionProof.Build((ulong)index, (ulong)size, Naive.Tiles(size));
                Assert.Equal(Naive.Path(index, size), proof);
                Assert.True(
                    InclusionProof.Verify((ulong)index, (ulong)size, Naive.Leaves[index], proof, Naive.Root(size))
                );
            }
        }
    }

    [Fact] // LOG-17 LOG-19
    public void Proofs_across_tile_borders_are_those_of_the_definition()
    {
        var random = new Random(19);
        foreach (var size in TileBorders)
        {
            int[] indices =
            [
                0,
                1,
                255,
                256,
                size - 2,
                size - 1,
                .. Enumerable.Range(0, 10).Select(_ => random.Next(size)),
            ];
            foreach (var index in indices.Where(i => i >= 0 && i < size))
            {
                var proof = InclusionProof.Build((ulong)index, (ulong)size, Naive.Tiles(size));
                Assert.Equal(Naive.Path(index, size), proof);
                Assert.True(
                    InclusionProof.Verify((ulong)index, (ulong)size, Naive.Leaves[index], proof, Naive.Root(size))
                );
            }
        }
    }

    [Fact] // LOG-19
    public void A_flipped_bit_anywhere_in_the_proof_is_refused()
    {
        foreach (var (index, size) in new[] { (0, 1), (5, 11), (10, 11), (300, 513) })
        {
            var proof = Naive.Path(index, size);
            for (var bit = 0; bit < proof.Length * 256; bit++)
            {
                Assert.False(
                    InclusionProof.Verify(
                        (ulong)index,
                        (ulong)size,
                        Naive.Leaves[index],
                        Bits.Flipped(proof, bit),
                        Naive.Root(size)
                    )
                );
            }
            for (var bit = 0; bit < 256; bit++)
            {
                Assert.False(
                    InclusionProof.Verify(
                        (ulong)index,
                        (ulong)size,
                        Bits.Flipped([Naive.Leaves[index]], bit)[0],
                        proof,
                        Naive.Root(size)
                    )
                );
                Assert.False(
                    InclusionProof.Verify(
                        (ulong)index,
                        (ulong)size,
                        Naive.Leaves[index],
                        proof,
                        Bits.Flipped([Naive.Root(size)], bit)[0]
                    )
                );
            }
        }
    }

    [Fact] // LOG-19
    public void A_proof_for_another_index_or_with_a_hash_too_few_or_too_many_is_refused()
    {
        for (var size = 1; size <= 40; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var (leaf, root, proof) = (Naive.Leaves[index], Naive.Root(size), Naive.Path(index, size));
                for (var other = 0; other < size + 3; other++)
                {
                    if (other != index)
                        Assert.False(InclusionProof.Verify((ulong)other, (ulong)size, leaf, proof, root));
                }
                Assert.False(InclusionProof.Verify((ulong)index, (ulong)size, leaf, [.. proof, root], root));
                Assert.False(InclusionProof.Verify((ulong)index, (ulong)size, leaf, [root, .. proof], root));
                if (proof.Length == 0)
                    continue;
                Assert.False(InclusionProof.Verify((ulong)index, (ulong)size, leaf, proof.AsSpan(1), root));
                Assert.False(
                    InclusionProof.Verify((ulong)index, (ulong)size, leaf, proof.AsSpan(0, proof.Length - 1), root)
                );
            }
        }
    }

    [Fact] // LOG-19
    public void The_largest_sizes_and_longest_proofs_get_an_answer()
    {
        var hashes = new Hash[1000];
        foreach (var size in new ulong[] { 0, 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue })
        {
            foreach (var index in new ulong[] { 0, 1, (1UL << 63) - 1, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue })
            {
                for (var length = 0; length <= 66; length++)
                    Assert.False(
                        InclusionProof.Verify(index, size, hashes[0], hashes.AsSpan(0, length), MerkleHash.Empty)
                    );
                Assert.False(InclusionProof.Verify(index, size, hashes[0], hashes, MerkleHash.Empty));
            }
        }
    }

    [Fact]
    public void A_proof_for_a_leaf_outside_the_tree_is_misuse() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => InclusionProof.Build(3, 3, Naive.Tiles(3)));
}

internal static class Bits
{
    internal static Hash[] Flipped(Hash[] hashes, int bit)
    {
        var bytes = hashes[bit / 256].ToArray();
        bytes[bit % 256 / 8] ^= (byte)(1 << (bit % 8));
        Hash[] changed = [.. hashes];
        changed[bit / 256] = new Hash(bytes);
        return changed;
    }
}
