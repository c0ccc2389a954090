using System.Buffers;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Record.Tests.Tree;

public sealed class TileTests
{
    private static readonly ulong[] Indices =
    [
        0,
        1,
        67,
        999,
        1000,
        1_234_067,
        999_999_999,
        1_000_000_000,
        ulong.MaxValue,
    ];

    [Fact] // LOG-16
    public void The_paths_of_the_specification_are_written_and_read()
    {
        using var document = VectorFolder.Json("c2sp/spec-examples.json");
        var count = 0;
        foreach (var example in document.RootElement.GetProperty("tiles").GetProperty("paths").EnumerateArray())
        {
            var (level, index) = (example.GetProperty("level").GetInt32(), example.GetProperty("index").GetUInt64());
            var path = $"tile/{level}/{example.GetProperty("path_element").GetString()}";
            Assert.Equal(path, TilePath.Encode(level, index, TilePath.FullWidth));
            Assert.True(TilePath.TryParse(path, out var readLevel, out var readIndex, out var width));
            Assert.Equal((level, index, TilePath.FullWidth), (readLevel, readIndex, width));
            count++;
        }
        Assert.Equal(1, count);
    }

    [Fact] // LOG-17
    public void The_tree_sizes_of_the_specification_have_the_tiles_that_it_lists()
    {
        using var document = VectorFolder.Json("c2sp/spec-examples.json");
        var count = 0;
        foreach (var example in document.RootElement.GetProperty("tiles").GetProperty("tree_sizes").EnumerateArray())
        {
            var size = example.GetProperty("size").GetUInt64();
            for (var level = 0; level <= 2; level++)
            {
                var full = example.TryGetProperty($"full_level{level}", out var number) ? number.GetUInt64() : 0;
                var partial = example.TryGetProperty($"partial_level{level}_width", out number) ? number.GetInt32() : 0;
                if (full > 0)
                    Assert.Equal(TilePath.FullWidth, TilePath.WidthAt(size, level, full - 1));
                Assert.Equal(partial, TilePath.WidthAt(size, level, full));
                Assert.Equal(0, TilePath.WidthAt(size, level, full + 1));
            }
            count++;
        }
        Assert.Equal(2, count);
    }

    [Fact] // LOG-16
    public void Every_path_written_is_read_back_and_no_other_kind_of_path()
    {
        foreach (var index in Indices)
        {
            foreach (var width in new[] { 1, 5, 255, 256 })
            {
                foreach (var level in new[] { 0, 1, 7, 63 })
                {
                    var path = TilePath.Encode(level, index, width);
                    Assert.True(TilePath.TryParse(path, out var readLevel, out var readIndex, out var readWidth), path);
                    Assert.Equal((level, index, width), (readLevel, readIndex, readWidth));
                    Assert.False(TilePath.TryParseEntries(path, out _, out _));
                }
                var entries = TilePath.EncodeEntries(index, width);
                Assert.True(TilePath.TryParseEntries(entries, out var entriesIndex, out var entriesWidth), entries);
                Assert.Equal((index, width), (entriesIndex, entriesWidth));
                Assert.False(TilePath.TryParse(entries, out _, out _, out _));
            }
        }
    }

    [Theory] // LOG-16
    [InlineData("")]
    [InlineData("tile/")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/0/67")]
    [InlineData("tile/0/0067")]
    [InlineData("tile/00/067")]
    [InlineData("tile/64/067")]
    [InlineData("tile/-1/067")]
    [InlineData("tile/0/x067")]
    [InlineData("tile/0/x000/067")]
    [InlineData("tile/0/001/067")]
    [InlineData("tile/0/x001/x067")]
    [InlineData("tile/0/x001//067")]
    [InlineData("tile/0/X001/067")]
    [InlineData("tile/0/06a")]
    [InlineData("tile/0/067/")]
    [InlineData("tile/0/067.p")]
    [InlineData("tile/0/067.p/")]
    [InlineData("tile/0/067.p/0")]
    [InlineData("tile/0/067.p/01")]
    [InlineData("tile/0/067.p/256")]
    [InlineData("tile/0/067.p/5/")]
    [InlineData("tile/0/067.p/5.p/5")]
    [InlineData("/tile/0/067")]
    [InlineData("tile/0/x018/x446/x744/x073/x709/x551/616")]
    [InlineData("tile/0/x001/x000/x000/x000/x000/x000/x000/000")]
    [InlineData("tile/../000")]
    [InlineData("tile/０/067")]
    public void A_second_spelling_of_a_path_is_refused(string path)
    {
        Assert.False(TilePath.TryParse(path, out _, out _, out _));
        Assert.False(
            TilePath.TryParseEntries(path.Replace("tile/0/", "tile/entries/", StringComparison.Ordinal), out _, out _)
        );
    }

    [Fact]
    public void Levels_and_widths_that_no_tile_has_are_misuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Encode(-1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Encode(64, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Encode(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.EncodeEntries(0, 257));
    }

    [Fact] // LOG-18
    public void A_bundle_gives_back_its_entries_and_refuses_every_cut_and_every_added_byte()
    {
        byte[][] entries =
        [
            [1, 2, 3],
            [],
            new byte[EntryBundle.MaxEntryLength],
            [4],
        ];
        var writer = new ArrayBufferWriter<byte>();
        foreach (var entry in entries)
            EntryBundle.Append(writer, entry);
        var bundle = writer.WrittenMemory;
        Assert.True(EntryBundle.Read(bundle, 4).TryGet(out var read, out _));
        Assert.Equal(entries, read.Select(entry => entry.ToArray()));
        for (var length = 0; length < bundle.Length; length += length is > 20 and < 65_500 ? 97 : 1)
        {
            Assert.False(EntryBundle.Read(bundle[..length], 4).TryGet(out _, out _));
        }
        Assert.False(EntryBundle.Read(bundle, 3).TryGet(out _, out _));
        Assert.False(EntryBundle.Read(bundle, 5).TryGet(out _, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            EntryBundle.Append(writer, new byte[EntryBundle.MaxEntryLength + 1])
        );
    }
}
