using System.Security.Cryptography;
using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Tree;

public sealed class MerkleHashTests
{
    [Theory] // LOG-1
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(65535)]
    public void A_leaf_of_any_length_is_hashed_behind_a_zero_byte(int length)
    {
        var data = new byte[length];
        new Random(1).NextBytes(data);
        Assert.Equal(SHA256.HashData([0, .. data]), MerkleHash.Leaf(data).ToArray());
    }

    [Fact] // LOG-1
    public void A_node_is_hashed_behind_a_one_byte_left_before_right()
    {
        Hash left = Sha256.Of("left"u8),
            right = Sha256.Of("right"u8);
        Assert.Equal(
            SHA256.HashData([1, .. left.ToArray(), .. right.ToArray()]),
            MerkleHash.Node(left, right).ToArray()
        );
        Assert.NotEqual(MerkleHash.Node(left, right), MerkleHash.Node(right, left));
    }

    [Fact] // LOG-2
    public void The_root_of_no_leaves_is_the_hash_of_nothing() =>
        Assert.Equal(SHA256.HashData([]), MerkleHash.Empty.ToArray());

    [Fact]
    public void Hashing_leaves_and_nodes_allocates_nothing()
    {
        var (small, large) = (new byte[500], new byte[16 * 1024]);
        var hash = MerkleHash.Node(MerkleHash.Leaf(small), MerkleHash.Leaf(large));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            hash = MerkleHash.Node(MerkleHash.Leaf(small), MerkleHash.Node(hash, MerkleHash.Leaf(large)));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
