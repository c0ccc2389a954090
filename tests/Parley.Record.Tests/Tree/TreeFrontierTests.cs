using Parley.Crypto;
using Xunit;

namespace Parley.Record.Tests.Tree;

public sealed class TreeFrontierTests
{
    private static readonly NaiveTree Naive = new(65_537);

    [Fact] // LOG-2
    public void The_root_is_that_of_the_definition_at_every_size()
    {
        var frontier = new TreeFrontier();
        for (var size = 0; size <= 600; size++)
        {
            Assert.Equal((ulong)size, frontier.Size);
            Assert.Equal(Naive.Root(size), frontier.Root());
            frontier.Append(Naive.Leaves[size]);
        }
    }

    [Fact] // LOG-15
    public void Appending_completes_each_subtree_of_256_and_65536_leaves_once_in_order_and_with_its_root()
    {
        var frontier = new TreeFrontier();
        var completed = new List<SubtreeHash>();
        foreach (var leaf in Naive.Leaves)
            frontier.Append(leaf, completed);
        Assert.Equal(257, completed.Count);
        Assert.Equal(new SubtreeHash(2, 0, Naive.Mth(0, 65_536)), completed[^1]);
        for (var i = 0; i < 256; i++)
            Assert.Equal(new SubtreeHash(1, (ulong)i, Naive.Mth(i * 256, (i + 1) * 256)), completed[i]);
        Assert.Equal(Naive.Root(65_537), frontier.Root());
    }

    [Theory] // LOG-17
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void A_frontier_read_from_tiles_is_the_grown_one_and_grows_on(int size)
    {
        var read = TreeFrontier.FromTiles((ulong)size, Naive.Tiles(size));
        Assert.Equal((ulong)size, read.Size);
        Assert.Equal(Naive.Root(size), read.Root());
        var end = Math.Min(size + 300, Naive.Leaves.Length);
        for (var i = size; i < end; i++)
            read.Append(Naive.Leaves[i]);
        Assert.Equal(Naive.Root(end), read.Root());
    }

    [Fact] // LOG-17
    public void Only_the_partial_tile_of_each_level_is_read_and_each_once()
    {
        var asked = new List<(int, ulong, int)>();
        var tiles = Naive.Tiles(65_537);
        TreeFrontier.FromTiles(
            65_537,
            (level, index, width) =>
            {
                asked.Add((level, index, width));
                return tiles(level, index, width);
            }
        );
        Assert.Equal([(0, 256UL, 1), (2, 0UL, 1)], asked);
    }

    [Fact]
    public void A_store_that_returns_a_short_tile_is_a_fault_and_not_an_answer() =>
        Assert.Throws<InvalidDataException>(() => TreeFrontier.FromTiles(5, (_, _, width) => new Hash[width - 1]));

    [Fact]
    public void A_clone_and_its_original_grow_apart()
    {
        var original = new TreeFrontier();
        for (var i = 0; i < 7; i++)
            original.Append(Naive.Leaves[i]);
        var clone = original.Clone();
        clone.Append(Naive.Leaves[7]);
        Assert.Equal((7UL, Naive.Root(7)), (original.Size, original.Root()));
        Assert.Equal((8UL, Naive.Root(8)), (clone.Size, clone.Root()));
    }

    [Fact]
    public void Appending_and_taking_the_root_allocate_nothing()
    {
        var frontier = new TreeFrontier();
        frontier.Append(Naive.Leaves[0]);
        var root = frontier.Root();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 5000; i++)
        {
            frontier.Append(Naive.Leaves[i]);
            root = frontier.Root();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(Naive.Root(5000), root);
    }
}
