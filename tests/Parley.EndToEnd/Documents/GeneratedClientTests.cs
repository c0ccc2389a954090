using System.Diagnostics;
using System.Net.Http.Headers;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Documents;

/// <summary>The clients that docs/api makes from the description that a station gives do what its examples say, through a
/// kill of the station.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class GeneratedClientTests
{
    private static readonly string Api = Path.Combine(VectorFolder.ProjectRoot(), "docs", "api"),
        Packages = Path.Combine(VectorFolder.ProjectRoot(), "console", "node_modules");

    [Fact]
    public Task A_client_in_Python_is_made_of_the_description_and_works()
    {
        if (!ClientTests.IsOnPath("python3"))
            Assert.Skip("skipped: no python3 (apt-get install python3)");
        return ClientTests.SaysFollowsAndGoesOnAsync(async open =>
        {
            var folder = await DescribedAsync(open);
            File.Copy(Path.Combine(Api, "example.py"), Path.Combine(folder, "example.py"));
            await RunAsync(
                folder,
                "python3",
                Path.Combine(Api, "make_client.py"),
                "openapi.json",
                Path.Combine(folder, "parley_client.py")
            );
            return ["python3", Path.Combine(folder, "example.py")];
        });
    }

    [Fact]
    public Task A_client_in_TypeScript_is_made_of_the_description_is_sound_and_works()
    {
        if (!ClientTests.IsOnPath("node") || !Directory.Exists(Path.Combine(Packages, "openapi-typescript")))
            Assert.Skip("skipped: no node, or the console's packages are not installed (.ci/console.sh)");
        return ClientTests.SaysFollowsAndGoesOnAsync(async open =>
        {
            var folder = await DescribedAsync(open);
            Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), Packages);
            File.Copy(Path.Combine(Api, "example.ts"), Path.Combine(folder, "example.ts"));
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"type":"module"}""");
            await RunAsync(
                folder,
                "node",
                Path.Combine(Packages, "openapi-typescript", "bin", "cli.js"),
                "openapi.json",
                "-o",
                "parley-api.ts"
            );
            // The types are checked as in the console, and then taken away.
            await RunAsync(
                folder,
                "node",
                Path.Combine(Packages, "typescript", "bin", "tsc"),
                "--strict",
                "--skipLibCheck",
                "--target",
                "es2023",
                "--module",
                "esnext",
                "--moduleResolution",
                "bundler",
                "--lib",
                "es2023,dom,dom.iterable,dom.asynciterable",
                "--types",
                "node",
                "--outDir",
                "made",
                "example.ts"
            );
            return ["node", Path.Combine(folder, "made", "example.js")];
        });
    }

    /// <summary>A folder with the description that a station of the line gives.</summary>
    private static async Task<string> DescribedAsync(OpenLine open)
    {
        var folder = Directory.CreateDirectory(Path.Combine(open.Folder.Path, "client")).FullName;
        var us = open["us"];
        using var http = new HttpClient { BaseAddress = us.Api.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            (await File.ReadAllTextAsync(Path.Combine(us.Data, "api.token"))).Trim()
        );
        await File.WriteAllBytesAsync(
            Path.Combine(folder, "openapi.json"),
            await http.GetByteArrayAsync(
                new Uri("/openapi/v1.json", UriKind.Relative),
                TestContext.Current.CancellationToken
            )
        );
        return folder;
    }

    private static async Task RunAsync(string folder, params string[] command)
    {
        using var process = Process.Start(ClientTests.Describe(command, folder))!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {await output}{await error}");
    }
}
