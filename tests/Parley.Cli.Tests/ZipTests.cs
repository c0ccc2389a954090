using System.IO.Compression;
using System.Text;
using Parley.Cli.Evidence;
using Parley.Contract;
using Parley.Station.Api;
using Parley.Station.Exports;
using Xunit;

namespace Parley.Cli.Tests;

public sealed class ZipTests : IDisposable
{
    private static readonly string Body = $"bodies/{new string('a', 64)}";
    private readonly string folder = Directory.CreateTempSubdirectory("parley-zip-").FullName;

    [Fact]
    public void A_flipped_byte_anywhere_in_our_zip_is_a_fault_of_the_zip_or_unreadable()
    {
        var whole = Make();
        var path = Path.Combine(folder, "flipped.zip");
        for (var i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x10;
            File.WriteAllBytes(path, changed);
            using var source = StoredZipSource.TryOpen(path);
            Assert.True(
                source is not null && (source.Faults.Count > 0 || source.List().Any(name => !CanRead(source, name))),
                $"byte {i} of {whole.Length} was changed unseen"
            );
        }
    }

    [Fact]
    public void A_zip_of_ours_that_is_cut_short_or_extended_is_a_fault()
    {
        var whole = Make();
        var path = Path.Combine(folder, "cut.zip");
        foreach (var bytes in Enumerable.Range(31, whole.Length - 31).Select(n => whole[..n]).Append([.. whole, 0]))
        {
            File.WriteAllBytes(path, bytes);
            using var source = StoredZipSource.TryOpen(path);
            Assert.True(source is { Faults.Count: > 0 }, $"{bytes.Length} bytes passed");
        }
    }

    [Fact]
    public async Task Our_zip_reads_the_same_as_zip_as_folder_and_by_any_tool()
    {
        var path = Path.Combine(folder, "ok.zip");
        File.WriteAllBytes(path, Make());
        using var stored = StoredZipSource.TryOpen(path)!;
        Assert.Empty(stored.Faults);
        using var archive = new ArchiveSource(path);
        var unpacked = Path.Combine(folder, "out");
        await using (var content = File.OpenRead(path))
        {
            var received = await ExportReceiver.ReceiveAsync(
                content,
                unpacked,
                _ => { },
                TestContext.Current.CancellationToken
            );
            Assert.Equal(new ExportReceiver.Received(3, 4), received);
        }
        var plain = new FolderSource(unpacked);
        string[] names = ["line.json", "feeds/us/checkpoint", "feeds/us/tile/entries/000.p/3", Body];
        foreach (var name in names)
            Assert.True(
                Read(stored, name).SequenceEqual(Read(archive, name))
                    && Read(stored, name).SequenceEqual(Read(plain, name)),
                name
            );
        Assert.Equal(names.Order(), stored.List().Order());
        Assert.Equal(names.Order(), archive.List().Order());
        Assert.Equal(names.Order(), plain.List().Order());
        Assert.Null(plain.Open("line.txt"));
        Assert.Null(stored.Open("line.txt"));
    }

    [Fact]
    public void A_folder_zipped_with_another_tool_is_read_from_within_its_folder()
    {
        var path = Path.Combine(folder, "foreign.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("evidence/line.json").Open();
            entry.Write("{}"u8);
        }
        Assert.Null(StoredZipSource.TryOpen(path));
        using var archive = new ArchiveSource(path);
        Assert.Equal(["line.json"], archive.List());
        Assert.Equal("{}"u8.ToArray(), Read(archive, "line.json"));
    }

    [Fact] // EVIDENCE-11
    public void What_stands_beside_the_folder_in_a_zip_is_listed()
    {
        var path = Zip(zip =>
        {
            Put(zip, "evidence/line.json", "{}");
            Put(zip, "feeds/us/checkpoint", "unproven");
            Put(zip, "bodies/x", "unproven");
            Put(zip, "note.txt", "hello");
        });
        using var archive = new ArchiveSource(path);
        Assert.Empty(archive.Faults);
        Assert.Equal(
            ["../bodies/x", "../feeds/us/checkpoint", "../note.txt", "line.json"],
            archive.List().Order(StringComparer.Ordinal)
        );
    }

    [Theory] // EVIDENCE-17
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public void A_zip_of_another_tool_is_sound_and_no_byte_can_be_put_before_between_or_behind_its_files(
        CompressionLevel level
    )
    {
        var whole = File.ReadAllBytes(
            Zip(zip =>
            {
                Put(zip, "line.json", "{}", level);
                Put(zip, "feeds/us/checkpoint", new string('c', 200), level);
                Put(zip, "empty/", "");
            })
        );
        Assert.Empty(FaultsOf(whole));
        byte[] sizesFollow = Streamed(level);
        Assert.Empty(FaultsOf(sizesFollow));
        Assert.NotEmpty(FaultsOf([0, .. whole]));
        Assert.NotEmpty(FaultsOf([.. whole, 0]));
        Assert.NotEmpty(FaultsOf(whole[..^1]));
        Assert.NotEmpty(FaultsOf([.. whole, .. whole]));
        var directory = BitConverter.ToInt32(whole, whole.Length - 6);
        for (var i = 1; i < directory; i += 7)
            Assert.NotEmpty(FaultsOf([.. whole[..i], 0, .. whole[i..]]));
        // A file that only the local headers know, as a reader of a stream sees it.
        var local = LocalFile("bodies/lie", "LIES");
        Assert.NotEmpty(FaultsOf([.. local, .. whole]));
        Assert.NotEmpty(FaultsOf(Moved(whole, directory, local)));
    }

    [Fact] // EVIDENCE-17
    public void A_flipped_byte_in_a_header_of_another_tools_zip_is_a_fault_or_changes_nothing_that_is_read()
    {
        var whole = File.ReadAllBytes(Zip(zip => Put(zip, "line.json", "{}")));
        var name = whole.AsSpan().IndexOf("line.json"u8);
        foreach (var i in Enumerable.Range(name, 9).Concat([6, 8, 14, 18, 22, 26]))
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x01;
            Assert.NotEmpty(FaultsOf(changed));
        }
    }

    [Fact] // EVIDENCE-17
    public void A_name_that_comes_twice_is_a_fault()
    {
        var path = Zip(zip =>
        {
            Put(zip, "line.json", "{}");
            Put(zip, "line.json", "{ }");
        });
        using var archive = new ArchiveSource(path);
        Assert.Contains(archive.Faults, f => f is { Path: "line.json", Reason: "it stands in the archive twice" });
    }

    [Fact]
    public void Hostile_zips_are_looked_through_and_never_throw()
    {
        var whole = File.ReadAllBytes(Zip(zip => Put(zip, "line.json", "{}")));
        var random = new Random(11);
        for (var i = 0; i < 2_000; i++)
        {
            byte[] changed = [.. whole];
            for (var n = random.Next(1, 6); n > 0; n--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            FaultsOf(changed);
        }
        FaultsOf([]);
    }

    [Fact] // EVIDENCE-18
    public void A_link_in_an_export_is_a_fault_and_is_never_followed()
    {
        var export = Path.Combine(folder, "linked");
        Directory.CreateDirectory(Path.Combine(export, "feeds", "us"));
        File.WriteAllText(Path.Combine(export, "line.json"), "{}");
        File.CreateSymbolicLink(Path.Combine(export, "feeds", "us", "checkpoint"), Path.Combine(export, "line.json"));
        Directory.CreateSymbolicLink(Path.Combine(export, "bodies"), export);
        File.CreateSymbolicLink(Path.Combine(export, "note"), "/etc/passwd");
        var source = new FolderSource(export);
        Assert.Equal(
            ["bodies", "feeds/us/checkpoint", "line.json", "note"],
            source.List().Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["bodies", "feeds/us/checkpoint"],
            source.Faults.Select(f => f.Path).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("record.zip")]
    [InlineData("record")]
    public async Task An_export_is_its_owners_alone_and_follows_no_planted_link(string name)
    {
        var (target, victim) = (Path.Combine(folder, name), Path.Combine(folder, "victim"));
        File.WriteAllText(victim, "whole");
        File.CreateSymbolicLink(target + ".part", victim);
        await ExportReceiver.ReceiveAsync(
            new MemoryStream(Make()),
            target,
            _ => { },
            TestContext.Current.CancellationToken
        );
        Assert.Equal("whole", File.ReadAllText(victim));
        string[] made = Directory.Exists(target)
            ? [target, .. Directory.GetFileSystemEntries(target, "*", SearchOption.AllDirectories)]
            : [target];
        foreach (var path in made)
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & ~Crypto.UnfinishedFile.OwnersFolder);
        File.Delete(victim);
        File.CreateSymbolicLink(Path.Combine(folder, "link.zip"), victim);
        await Assert.ThrowsAsync<Failure>(() =>
            ExportReceiver.ReceiveAsync(
                new MemoryStream(Make()),
                Path.Combine(folder, "link.zip"),
                _ => { },
                TestContext.Current.CancellationToken
            )
        );
        Assert.False(File.Exists(victim));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("feeds/../../x/checkpoint")]
    [InlineData("feeds/us/tile/0/../../../../x")]
    [InlineData("bodies/../x")]
    [InlineData("feeds/us/tile/0/x001/067.p/5/6/7/8/9/10/11/12")]
    [InlineData("notes.txt")]
    [InlineData("line.json/")]
    public async Task A_station_cannot_make_the_command_write_elsewhere(string name)
    {
        Assert.False(EvidencePath.IsKnown(name));
        using var bytes = new MemoryStream();
        using (var zip = new StoredZip(bytes))
        {
            zip.Write(name, "x"u8);
            zip.Complete();
        }
        bytes.Position = 0;
        var target = Path.Combine(folder, "target");
        await Assert.ThrowsAsync<Failure>(() =>
            ExportReceiver.ReceiveAsync(bytes, target, _ => { }, TestContext.Current.CancellationToken)
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("record.zip")]
    [InlineData("record")]
    public async Task An_export_that_breaks_off_leaves_nothing(string name)
    {
        var whole = Make();
        var target = Path.Combine(folder, name);
        var failure = await Assert.ThrowsAsync<Failure>(() =>
            ExportReceiver.ReceiveAsync(
                new MemoryStream(whole[..(whole.Length / 2)]),
                target,
                _ => { },
                TestContext.Current.CancellationToken
            )
        );
        Assert.StartsWith("the export broke off", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("line.json", 0)]
    [InlineData("feeds/us/checkpoint", 0)]
    [InlineData("feeds/us/tile/0/000", 0)]
    [InlineData("feeds/us/tile/0/000.p/7", 0)]
    [InlineData("feeds/us/tile/entries/x001/067", 256)]
    [InlineData("feeds/us/tile/entries/000.p/7", 7)]
    [InlineData("feeds/us/tile/1/x001/x234/067.p/12", 0)]
    public void The_layout_of_an_export_is_known(string path, int entries)
    {
        Assert.True(EvidencePath.IsKnown(path));
        Assert.Equal(entries, EvidencePath.EntriesIn(path));
    }

    private string Zip(Action<ZipArchive> fill)
    {
        var path = Path.Combine(folder, "foreign.zip");
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        fill(zip);
        return path;
    }

    private static void Put(ZipArchive zip, string name, string text, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var entry = zip.CreateEntry(name, level).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }

    private IReadOnlyList<(string Path, string Reason)> FaultsOf(byte[] archive)
    {
        var path = Path.Combine(folder, "tested.zip");
        File.WriteAllBytes(path, archive);
        return ZipLayout.FaultsOf(path);
    }

    /// <summary>As a tool writes that cannot go back: sizes stand behind each file.</summary>
    private static byte[] Streamed(CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(new ForwardOnly(bytes), ZipArchiveMode.Create))
            Put(zip, "line.json", "{}", level);
        return bytes.ToArray();
    }

    private static byte[] LocalFile(string name, string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            Put(zip, name, text, CompressionLevel.NoCompression);
        var whole = bytes.ToArray();
        return whole[..BitConverter.ToInt32(whole, whole.Length - 6)];
    }

    /// <summary>The archive with a further local file before its directory, whose place is put right.</summary>
    private static byte[] Moved(byte[] whole, int directory, byte[] local)
    {
        byte[] moved = [.. whole[..directory], .. local, .. whole[directory..]];
        BitConverter.TryWriteBytes(moved.AsSpan(moved.Length - 6), directory + local.Length);
        return moved;
    }

    private sealed class ForwardOnly(Stream to) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => to.Write(buffer, offset, count);

        public override void Flush() => to.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    private static byte[] Make()
    {
        using var bytes = new MemoryStream();
        using (var zip = new StoredZip(bytes))
        {
            zip.Write("line.json", "{}\n"u8);
            zip.Write("feeds/us/checkpoint", "note"u8);
            zip.Write("feeds/us/tile/entries/000.p/3", new byte[100]);
            zip.Write(Body, 50, () => new MemoryStream(Encoding.ASCII.GetBytes(new string('b', 50))));
            zip.Complete();
        }
        return bytes.ToArray();
    }

    private static bool CanRead(Record.IEvidenceSource source, string name)
    {
        try
        {
            Read(source, name);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Read(Record.IEvidenceSource source, string name)
    {
        using var content = source.Open(name)!;
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return copy.ToArray();
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
