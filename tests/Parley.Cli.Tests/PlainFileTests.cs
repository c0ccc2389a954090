using System.Diagnostics;
using Xunit;

namespace Parley.Cli.Tests;

/// <summary>Evidence comes from strangers: what is no plain file in it is refused with a reason, and never waited
/// for.</summary>
public sealed class PlainFileTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private static async Task MakePipeAsync(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, made.ExitCode);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(Transcript transcript, string command)
    {
        var run = Task.Run(() => transcript.RunAsync(command), TestContext.Current.CancellationToken);
        return await run.WaitAsync(Soon, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("line.json")]
    [InlineData("feeds/us/checkpoint")]
    [InlineData("feeds/us/tile/entries/000.p/1")]
    [InlineData("bodies/0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_pipe_in_an_evidence_folder_is_refused_and_not_waited_for(string path)
    {
        using var transcript = new Transcript();
        var pipe = Path.Combine(transcript.Folder, "evidence", path);
        Directory.CreateDirectory(Path.GetDirectoryName(pipe)!);
        await MakePipeAsync(pipe);
        var said = await RunAsync(transcript, "verify DIR/evidence");
        Assert.Contains(said[^1], new[] { "? 1", "? 2" });
    }

    [Fact]
    public async Task A_pipe_or_a_device_in_place_of_an_export_or_an_attachment_is_refused_with_the_reason()
    {
        using var transcript = new Transcript();
        await MakePipeAsync(Path.Combine(transcript.Folder, "pipe"));
        Assert.Equal(
            ["! parley: DIR/pipe is a pipe or a device: save the export as a file first", "? 2"],
            await RunAsync(transcript, "verify DIR/pipe")
        );
        Assert.Equal(
            ["! parley: /dev/zero is a pipe or a device: save the export as a file first", "? 2"],
            await RunAsync(transcript, "verify /dev/zero")
        );
        File.CreateSymbolicLink(Path.Combine(transcript.Folder, "link"), "/dev/zero");
        Assert.Equal(
            ["! parley: DIR/link is a pipe or a device: save the export as a file first", "? 2"],
            await RunAsync(transcript, "verify DIR/link")
        );
    }
}
