using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Replay;

/// <summary>The scenario of the shared folder, played once by the real command; each test asks its records.</summary>
public sealed class EpisodesReplay : IAsyncLifetime
{
    private readonly TestFolder folder = new();

    /// <summary>Path of the scenario: beside the vectors.</summary>
    private static string Path =>
        System.IO.Path.GetFullPath(
            System.IO.Path.Combine(
                Environment.GetEnvironmentVariable(VectorFolder.Variable) is { Length: > 0 } vectors
                    ? vectors
                    : System.IO.Path.Combine(VectorFolder.ProjectRoot(), "..", "shared", "vectors"),
                "..",
                "scenario",
                "episodes.json"
            )
        );

    /// <summary>What the replay printed; null where there is no scenario.</summary>
    private Said? said;

    internal TestFolder Folder => folder;

    /// <summary>The file that was played; without it the calling test is skipped.</summary>
    internal static JsonNode Scenario()
    {
        if (!File.Exists(Path))
            Assert.Skip($"skipped: no scenario at {Path}");
        return JsonNode.Parse(File.ReadAllText(Path))!;
    }

    /// <summary>What <c>--json</c> printed, an object for each event.</summary>
    internal JsonNode[] Events()
    {
        _ = Scenario();
        return said!.Ended(0).JsonLines;
    }

    internal JsonNode Event(string id) => Events().Single(e => e["event"]!.GetValue<string>() == id);

    /// <summary>The answer that the file gives to the question that begins like this.</summary>
    internal static JsonNode Answer(string question) =>
        Assert.Single(
            Scenario()["questions"]!.AsArray(),
            q => q!["ask"]!.GetValue<string>().StartsWith(question, StringComparison.Ordinal)
        )!["answer"]!;

    /// <summary>Asks a party's record by a command; no station runs.</summary>
    internal async Task<Said> AskAsync(string party, params string[] arguments)
    {
        _ = Events();
        var answer = (
            await ParleyCommand.HereAsync([.. arguments, "--data", folder[System.IO.Path.Combine("stations", party)]])
        ).Ended(0);
        Assert.Contains("nothing is signed or sent", answer.Error, StringComparison.Ordinal);
        return answer;
    }

    internal Task<Said> ReplayAsync(params string[] more) =>
        ParleyCommand.RunAsync(["replay", Path, "--data", folder["stations"], .. more], input: "");

    public async ValueTask InitializeAsync()
    {
        if (File.Exists(Path))
            said = await ReplayAsync("--json");
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
