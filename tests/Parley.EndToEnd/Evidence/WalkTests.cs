using System.Diagnostics;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Evidence;

/// <summary>What an implementer does first: the worked example and the vectors, with tools that share no code with
/// Parley.</summary>
public sealed class WalkTests
{
    private static readonly string Vectors = Path.Combine(VectorFolder.ProjectRoot(), "docs", "protocol", "vectors");

    [Fact] // LINE-3 LINE-4 LINE-7 LOG-1 LOG-2 LOG-3 LOG-4 LOG-5 LOG-13 LOG-14 LINK-10 LINK-11 LINK-12 ENTRY-12
    public async Task The_worked_example_holds_for_openssl_jq_and_gos_transparency_log_packages()
    {
        foreach (var tool in (string[])["bash", "jq", "openssl", "basenc"])
            SkipWithout(tool);
        var said = await RunAsync("bash", Path.Combine(Vectors, "walk.sh"));
        Assert.EndsWith("everything holds\n", said, StringComparison.Ordinal);
        if (!said.Contains("sumdb/tlog:", StringComparison.Ordinal))
            Assert.Skip(
                "all but one part holds: no Go, or no golang.org/x/mod (apt-get install golang-go golang-golang-x-mod-dev)"
            );
    }

    [Fact] // LOG-1 LOG-2 LOG-4 LOG-19 LOG-20 LINE-4 LINE-7 ENTRY-12
    public async Task The_vectors_hold_for_pythons_standard_library()
    {
        SkipWithout("python3");
        Assert.EndsWith(
            "values are as the vectors say\n",
            await RunAsync("python3", Path.Combine(Vectors, "check.py")),
            StringComparison.Ordinal
        );
    }

    private static void SkipWithout(string tool)
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!path.Split(':').Any(folder => File.Exists(Path.Combine(folder, tool))))
            Assert.Skip($"skipped: no {tool}");
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{await output}{await error}");
        return await output;
    }
}
