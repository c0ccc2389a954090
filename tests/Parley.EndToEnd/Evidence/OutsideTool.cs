using System.Diagnostics;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Evidence;

/// <summary>
/// A verifier that shares no code with Parley: the Go program over golang.org/x/mod (Debian's golang-golang-x-mod-dev),
/// or the script
/// over Node's own cryptography. The calling test is skipped where the machine has not what it needs.
/// </summary>
internal sealed class OutsideTool
{
    private const string GoPath = "/usr/share/gocode";
    private static readonly string Sources = Path.Combine(
        VectorFolder.ProjectRoot(),
        "tests",
        "Parley.EndToEnd",
        "outside"
    );
    private readonly string[] command;

    private OutsideTool(params string[] command) => this.command = command;

    /// <summary>Compiles the Go program into <paramref name="folder"/>.</summary>
    internal static async Task<OutsideTool> GoAsync(string folder, string source = "verify.go")
    {
        if (
            !IsOnPath("go") || !Directory.Exists(Path.Combine(GoPath, "src", "golang.org", "x", "mod", "sumdb", "tlog"))
        )
            Assert.Skip("skipped: no Go, or no golang.org/x/mod (apt-get install golang-go golang-golang-x-mod-dev)");
        var program = Path.Combine(folder, "verify");
        var (code, said) = await RunAsync(["go", "build", "-o", program, Path.Combine(Sources, source)]);
        Assert.True(code == 0, said);
        return new OutsideTool(program);
    }

    internal static OutsideTool Node()
    {
        if (!IsOnPath("node"))
            Assert.Skip("skipped: no node (apt-get install nodejs)");
        return new OutsideTool("node", Path.Combine(Sources, "verify.mjs"));
    }

    /// <summary>Verifies, and gives the one line that it says: it begins with good or bad.</summary>
    internal async Task<string> VerifyAsync(params string[] arguments)
    {
        var (code, said) = await RunAsync([.. command, .. arguments]);
        Assert.True(
            code == 0 == said.StartsWith("good:", StringComparison.Ordinal)
                && code == 1 == said.StartsWith("bad:", StringComparison.Ordinal),
            $"{code}: {said}"
        );
        return said.Trim();
    }

    private static bool IsOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, name)));

    private static async Task<(int Code, string Said)> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["GO111MODULE"] = "off";
        start.Environment["GOPATH"] = GoPath;
        start.Environment["GOFLAGS"] = "";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
