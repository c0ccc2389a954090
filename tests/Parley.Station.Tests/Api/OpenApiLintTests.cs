using System.Diagnostics;
using Parley.Station.Tests.Faults;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>The description of the API is one that other people's tools take: a public linter finds no error in
/// it.</summary>
public sealed class OpenApiLintTests
{
    private static readonly string Console = Path.Combine(VectorFolder.ProjectRoot(), "console");

    [Fact]
    public async Task A_public_linter_finds_no_error_in_the_description_of_the_api()
    {
        if (
            !(Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':')
                .Any(folder => File.Exists(Path.Combine(folder, "node")))
            || !Directory.Exists(Path.Combine(Console, "node_modules", "@redocly", "openapi-core"))
        )
            Assert.Skip("skipped: no node, or the console's packages are not installed (.ci/console.sh)");
        await using var line = LiveLine.Make("us", "ru");
        await line["us"].StartAsync();
        var file = line.Spare("openapi.json");
        await File.WriteAllBytesAsync(
            file,
            await line["us"].Http.GetByteArrayAsync("/openapi/v1.json", TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken
        );
        using var linter = Process.Start(
            new ProcessStartInfo("node", ["scripts/lint-api.mjs", file])
            {
                UseShellExecute = false,
                WorkingDirectory = Console,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = linter.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = linter.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await linter.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(linter.ExitCode == 0, $"{await output}{await error}");
        Assert.StartsWith("0 errors", await output, StringComparison.Ordinal);
    }
}
