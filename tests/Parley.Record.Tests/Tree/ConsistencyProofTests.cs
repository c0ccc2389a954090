using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Tree;

public sealed class ConsistencyProofTests
{
    private static readonly NaiveTree Naive = new(65_537);
    private static readonly int[] TileBorders = [1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537];
    private static readonly PartyId Party = PartyId.Parse("us");
    private static readonly Origin Feed = new(LineId.Parse("test-" + new string('a', 32)), Party);

    [Fact] // LOG-20
    public void Every_pair_of_small_sizes_has_the_proof_of_the_definition_from_tiles_and_from_a_frontier()
    {
        for (var newSize = 0; newSize <= 130; newSize++)
        {
            for (var oldSize = 0; oldSize <= newSize; oldSize++)
                AssertBuildsAndVerifies(oldSize, newSize);
        }
    }

    [Fact] // LOG-17 LOG-20
    public void Proofs_across_tile_borders_are_those_of_the_definition()
    {
        foreach (var newSize in TileBorders)
        {
            foreach (var oldSize in TileBorders.Where(size => size <= newSize))
                AssertBuildsAndVerifies(oldSize, newSize);
        }
    }

    [Fact] // LOG-20
    public void Proofs_between_random_larger_sizes_are_those_of_the_definition()
    {
        var random = new Random(20);
        for (var i = 0; i < 60; i++)
        {
            var newSize = random.Next(130, 20_000);
            AssertBuildsAndVerifies(random.Next(1, newSize + 1), newSize);
        }
    }

    [Fact] // LOG-20
    public void A_flipped_bit_anywhere_in_the_proof_or_in_a_root_is_refused()
    {
        foreach (var (oldSize, newSize) in new[] { (1, 2), (3, 7), (4, 7), (6, 11), (8, 8), (300, 513) })
        {
            var (oldRoot, newRoot, proof) = (Naive.Root(oldSize), Naive.Root(newSize), Naive.Proof(oldSize, newSize));
            for (var bit = 0; bit < proof.Length * 256; bit++)
            {
                Assert.False(
                    ConsistencyProof.Verify((ulong)oldSize, (ulong)newSize, oldRoot, newRoot, Bits.Flipped(proof, bit))
                );
            }
            for (var bit = 0; bit < 256; bit++)
            {
                Assert.False(
                    ConsistencyProof.Verify(
                        (ulong)oldSize,
                        (ulong)newSize,
                        Bits.Flipped([oldRoot], bit)[0],
                        newRoot,
                        proof
                    )
                );
                Assert.False(
                    ConsistencyProof.Verify(
                        (ulong)oldSize,
                        (ulong)newSize,
                        oldRoot,
                        Bits.Flipped([newRoot], bit)[0],
                        proof
                    )
                );
            }
        }
    }

    [Fact] // LOG-20
    public void A_proof_between_other_sizes_or_with_a_hash_too_few_or_too_many_is_refused()
    {
        for (var newSize = 1; newSize <= 24; newSize++)
        {
            for (var oldSize = 1; oldSize <= newSize; oldSize++)
            {
                var (oldRoot, newRoot, proof) = (
                    Naive.Root(oldSize),
                    Naive.Root(newSize),
                    Naive.Proof(oldSize, newSize)
                );
                for (var other = 0; other < newSize + 3; other++)
                {
                    if (other != oldSize)
                        Assert.False(ConsistencyProof.Verify((ulong)other, (ulong)newSize, oldRoot, newRoot, proof));
                }
                Assert.False(
                    ConsistencyProof.Verify((ulong)oldSize, (ulong)newSize, oldRoot, newRoot, [.. proof, newRoot])
                );
                Assert.False(
                    ConsistencyProof.Verify((ulong)oldSize, (ulong)newSize, oldRoot, newRoot, [newRoot, .. proof])
                );
                if (proof.Length == 0)
                    continue;
                Assert.False(
                    ConsistencyProof.Verify((ulong)oldSize, (ulong)newSize, oldRoot, newRoot, proof.AsSpan(1))
                );
                Assert.False(
                    ConsistencyProof.Verify(
                        (ulong)oldSize,
                        (ulong)newSize,
                        oldRoot,
                        newRoot,
                        proof.AsSpan(0, proof.Length - 1)
                    )
                );
            }
        }
    }

    [Fact] // LOG-20
    public void A_tree_in_which_an_old_leaf_was_changed_has_no_proof_from_the_old_one()
    {
        var changed = new TreeFrontier();
        for (var i = 0; i < 9; i++)
            changed.Append(i == 3 ? MerkleHash.Leaf("changed"u8) : Naive.Leaves[i]);
        for (var oldSize = 4; oldSize < 9; oldSize++)
        {
            Assert.False(
                ConsistencyProof.Verify((ulong)oldSize, 9, Naive.Root(oldSize), changed.Root(), Naive.Proof(oldSize, 9))
            );
        }
    }

    [Fact] // LOG-20
    public void The_largest_sizes_and_longest_proofs_get_an_answer()
    {
        var hashes = new Hash[1000];
        ulong[] sizes = [0, 1, 2, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1, ulong.MaxValue - 1, ulong.MaxValue];
        foreach (
            var (oldSize, newSize) in sizes
                .SelectMany(old => sizes.Select(size => (old, size)))
                .Where(pair => pair.old != pair.size)
        )
        {
            for (var length = 0; length <= 66; length++)
                Assert.False(ConsistencyProof.Verify(oldSize, newSize, hashes[0], hashes[0], hashes.AsSpan(0, length)));
            Assert.False(ConsistencyProof.Verify(oldSize, newSize, hashes[0], hashes[0], hashes));
        }
    }

    [Fact] // LOG-20
    public void What_was_held_is_followed_only_by_an_equal_or_a_proven_larger_tree()
    {
        Checkpoint At(int size) => new(Feed, (ulong)size, Naive.Root(size));
        var unknown = default(Hash);
        Assert.True(ConsistencyProof.Extends(0, unknown, At(0), []));
        Assert.True(ConsistencyProof.Extends(0, unknown, At(5), []));
        Assert.False(ConsistencyProof.Extends(0, unknown, At(5), [unknown]));
        Assert.True(ConsistencyProof.Extends(5, Naive.Root(5), At(5), []));
        Assert.False(ConsistencyProof.Extends(5, Naive.Root(4), At(5), []));
        Assert.True(ConsistencyProof.Extends(3, Naive.Root(3), At(5), Naive.Proof(3, 5)));
        Assert.False(ConsistencyProof.Extends(3, Naive.Root(3), At(5), []));
        Assert.False(ConsistencyProof.Extends(5, Naive.Root(5), At(3), Naive.Proof(3, 5)));
        Assert.False(ConsistencyProof.Extends(0, unknown, new Checkpoint(Feed, 0, Naive.Root(1)), []));
        Assert.False(ConsistencyProof.Extends(3, Naive.Root(3), At(5), new Hash[ConsistencyProof.MaxHashes + 1]));
    }

    [Fact]
    public void A_proof_to_a_smaller_tree_is_misuse() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConsistencyProof.Build(4, 3, Naive.Tiles(3)));

    private static void AssertBuildsAndVerifies(int oldSize, int newSize)
    {
        var expected = Naive.Proof(oldSize, newSize);
        var proof = ConsistencyProof.Build((ulong)oldSize, (ulong)newSize, Naive.Tiles(newSize));
        var frontier = TreeFrontier.FromTiles((ulong)oldSize, Naive.Tiles(oldSize));
        Assert.Equal(expected, proof);
        Assert.Equal(expected, ConsistencyProof.Build(frontier, Naive.Leaves.AsSpan(oldSize, newSize - oldSize)));
        Assert.Equal(
            oldSize != 0,
            ConsistencyProof.Verify((ulong)oldSize, (ulong)newSize, Naive.Root(oldSize), Naive.Root(newSize), proof)
        );
    }
}
