using System.Diagnostics;
using Xunit;

namespace Parley.Storage.Tests.Sqlite;

/// <summary>A file system of a few megabytes, to be filled for real. Mounting takes root; without it the test is
/// skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TempFolder folder = new();

    private SmallDisk() { }

    internal string Path => folder.Path;

    internal static async Task<SmallDisk> MountAsync(int kibibytes)
    {
        var disk = new SmallDisk();
        if (
            Environment.IsPrivilegedProcess
            && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={kibibytes}k", "tmpfs", disk.Path)
        )
            return disk;
        disk.folder.Dispose();
        Assert.Skip("mounting a small file system takes root");
        return disk;
    }

    internal async Task MakeReadOnlyAsync() => Assert.True(await RunAsync("mount", "-o", "remount,ro", Path));

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        using var unmount = Process.Start("umount", ["-l", Path]);
        unmount.WaitForExit();
        folder.Dispose();
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true }
        );
        if (process is null)
            return false;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
