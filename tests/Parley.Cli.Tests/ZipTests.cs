using System.IO.Compression;
using System.Text;
using Parley.Cli.Evidence;
using Parley.Station.Api;
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
            Assert.True(source is not null && (source.Faults.Count > 0 || source.List().Any(name => !CanRead(source, name))), $"byte {i} of {whole.Length} was changed unseen");
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
            var received = await ExportReceiver.ReceiveAsync(content, unpacked, _ => { }, TestContext.Current.CancellationToken);
            Assert.Equal(new ExportReceiver.Received(3, 4), received);
        }
        var plain = new FolderSource(unpacked);
        string[] names = ["line.json", "feeds/us/checkpoint", "feeds/us/tile/entries/000.p/3", Body];
        foreach (var name in names) Assert.True(Read(stored, name).SequenceEqual(Read(archive, name)) && Read(stored, name).SequenceEqual(Read(plain, name)), name);
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
        await Assert.ThrowsAsync<Failure>(() => ExportReceiver.ReceiveAsync(bytes, target, _ => { }, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("record.zip")]
    [InlineData("record")]
    public async Task An_export_that_breaks_off_leaves_nothing(string name)
    {
        var whole = Make();
        var target = Path.Combine(folder, name);
        var failure = await Assert.ThrowsAsync<Failure>(() => ExportReceiver.ReceiveAsync(new MemoryStream(whole[..(whole.Length / 2)]), target, _ => { }, TestContext.Current.CancellationToken));
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
