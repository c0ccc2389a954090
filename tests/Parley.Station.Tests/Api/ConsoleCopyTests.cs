using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Station.Tests.Faults;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>
/// The console is checked against what the station tells of itself: the kinds, and the shapes of the API. It keeps
/// copies for that, and here they are held against the station's own word. With <c>PARLEY_WRITE_TABLES</c> they are
/// written anew; then <c>npm run schema</c> in console/ makes the types.
/// </summary>
public sealed class ConsoleCopyTests : IAsyncLifetime
{
    private const string Write = "PARLEY_WRITE_TABLES",
        Anew = "run this class with PARLEY_WRITE_TABLES=1, then npm run schema in console/";

    private LiveLine line = null!;
    private LiveStation station = null!;

    public async ValueTask InitializeAsync()
    {
        line = LiveLine.Make("us", "ru");
        station = line["us"];
        await station.StartAsync();
    }

    public async ValueTask DisposeAsync() => await line.DisposeAsync();

    private static string InConsole(string name) =>
        Path.Combine(VectorFolder.ProjectRoot(), "console", "src", "api", name);

    [Fact]
    public async Task The_consoles_copy_of_the_kinds_is_what_the_station_tells()
    {
        using var json = JsonDocument.Parse(
            await station.Http.GetStringAsync("kinds", TestContext.Current.CancellationToken)
        );
        var told = $"[\n{string.Join(",\n", json.RootElement.EnumerateArray().Select(kind => kind.GetRawText()))}\n]\n";
        var path = InConsole("kinds.json");
        if (Environment.GetEnvironmentVariable(Write) is not null)
            await File.WriteAllTextAsync(path, told, TestContext.Current.CancellationToken);
        Assert.True(
            told == await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken),
            $"{path} is not what the station tells: {Anew}"
        );
    }

    [Fact]
    public async Task The_consoles_types_are_made_from_the_description_that_the_station_gives()
    {
        var told = await station.Http.GetByteArrayAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        if (Environment.GetEnvironmentVariable(Write) is not null)
        {
            var path = Path.Combine(VectorFolder.ProjectRoot(), "artifacts", "openapi.json");
            await File.WriteAllBytesAsync(path, told, TestContext.Current.CancellationToken);
        }
        var head = (
            await File.ReadAllTextAsync(InConsole("schema.d.ts"), Encoding.UTF8, TestContext.Current.CancellationToken)
        )[..400];
        var hash = Convert.ToHexStringLower(SHA256.HashData(told));
        Assert.True(
            head.Contains($"// sha256 of the description: {hash}\n", StringComparison.Ordinal),
            $"console/src/api/schema.d.ts is of another description: {Anew}"
        );
    }
}
