using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Cli.Commands;

namespace Parley.Cli.Replay;

/// <summary>
/// <c>replay.json</c>: which scenario is played into these directories, and how far the clock has come. What was
/// written, the records themselves say.
/// </summary>
/// <param name="Scenario">Name of the scenario.</param>
/// <param name="Digest">SHA-256 of its file, in hex.</param>
/// <param name="At">Time of the event that was begun last: a run that is cut off goes on from there.</param>
/// <param name="Finished">True once everything is written and sealed.</param>
internal sealed record ReplayState(string Scenario, string Digest, DateTimeOffset At, bool Finished)
{
    private const int MaxLength = 64 * 1024;

    internal static ReplayState? Load(string path)
    {
        if (new FileInfo(path) is not { Exists: true } file)
            return null;
        try
        {
            return
                file.Length <= MaxLength
                && JsonSerializer.Deserialize(File.ReadAllBytes(path), ReplayJson.Default.ReplayState) is { } state
                ? state
                : throw new Failure($"{path} is none that a replay wrote");
        }
        catch (JsonException e)
        {
            throw new Failure($"{path} cannot be read: {e.Message}");
        }
    }

    internal void Save(string path) =>
        NewStation.Replace(path, JsonSerializer.SerializeToUtf8Bytes(this, ReplayJson.Default.ReplayState));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(ReplayState))]
internal sealed partial class ReplayJson : JsonSerializerContext;
