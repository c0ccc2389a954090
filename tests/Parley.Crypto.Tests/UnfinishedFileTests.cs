using Xunit;

namespace Parley.Crypto.Tests;

public sealed class UnfinishedFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("parley-files-").FullName;

    private string Target => Path.Combine(folder, "file");

    [Fact]
    public void A_file_is_its_owners_alone_from_the_first_instant_and_has_its_name_only_when_it_is_whole()
    {
        using (var file = UnfinishedFile.Begin(Target))
        {
            file.Content.Write("half"u8);
            Assert.False(File.Exists(Target));
            Assert.Equal(UnfinishedFile.OwnerOnly, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(folder))));
            file.PublishNew();
        }
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder));
        Assert.Equal(("half", UnfinishedFile.OwnerOnly), (File.ReadAllText(Target), File.GetUnixFileMode(Target)));
    }

    [Fact]
    public void One_that_is_given_up_leaves_nothing()
    {
        using (var file = UnfinishedFile.Begin(Target))
            file.Content.Write("half"u8);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void No_planted_link_leads_a_file_elsewhere()
    {
        var victim = Path.Combine(folder, "victim");
        File.WriteAllText(victim, "whole");
        File.CreateSymbolicLink(Target, victim);
        File.CreateSymbolicLink(Target + ".part", victim);
        using (var file = UnfinishedFile.Begin(Target))
            Assert.Throws<IOException>(file.PublishNew);
        Assert.Throws<IOException>(() => UnfinishedFile.OpenNew(Target));
        Assert.Throws<IOException>(() => UnfinishedFile.OpenToAppend(Target));
        Assert.True(UnfinishedFile.IsTaken(Target));
        UnfinishedFile.Replace(Target, "ours"u8);
        Assert.Equal(("whole", "ours"), (File.ReadAllText(victim), File.ReadAllText(Target)));
        Assert.Null(new FileInfo(Target).LinkTarget);
    }

    [Fact]
    public void Neither_a_folder_nor_a_device_is_replaced()
    {
        Directory.CreateDirectory(Target);
        Assert.Throws<IOException>(() => UnfinishedFile.Replace(Target, "x"u8));
        var device = Path.Combine(folder, "null");
        File.CreateSymbolicLink(device, "/dev/null");
        Assert.Throws<IOException>(() => UnfinishedFile.Replace(device, "x"u8));
        Assert.Equal("/dev/null", new FileInfo(device).LinkTarget);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder).Length);
    }

    [Fact]
    public void A_log_is_its_owners_alone_also_where_it_was_not()
    {
        File.WriteAllText(Target, "old\n");
        File.SetUnixFileMode(Target, UnfinishedFile.Public);
        using (var log = UnfinishedFile.OpenToAppend(Target))
            log.Write("new\n"u8);
        Assert.Equal(
            ("old\nnew\n", UnfinishedFile.OwnerOnly),
            (File.ReadAllText(Target), File.GetUnixFileMode(Target))
        );
    }

    [Fact]
    public void A_folder_is_its_owners_alone()
    {
        var made = UnfinishedFile.BeginFolder(Target + "/");
        Assert.Equal((folder, UnfinishedFile.OwnersFolder), (Path.GetDirectoryName(made), File.GetUnixFileMode(made)));
        DurableFolder.Publish(made, Target);
        Assert.Equal([Target], Directory.GetFileSystemEntries(folder));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
