using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Record;

namespace Parley.Cli.Commands;

/// <summary>A body that is given as a file of JSON.</summary>
internal static class BodyFile
{
    /// <summary>Its members.</summary>
    internal static JsonObject Read(FileInfo file)
    {
        try
        {
            if (file.Length > Body.MaxInline)
                throw new Failure($"{file} is longer than {Body.MaxInline} bytes: attach maps and annexes");
            return JsonNode.Parse(File.ReadAllBytes(file.FullName)) as JsonObject
                ?? throw new Failure($"{file} is not one JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new Failure($"{file} cannot be read: {e.Message}");
        }
    }
}
