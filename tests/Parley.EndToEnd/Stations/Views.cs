using System.Text.Json.Nodes;

namespace Parley.EndToEnd.Stations;

/// <summary>Members of the JSON that the command and the API print, by the names that the contract gives
/// them.</summary>
internal static class Views
{
    /// <summary>Where an item stands.</summary>
    internal static string State(this JsonNode item) => item["state"]!.GetValue<string>();

    internal static string Id(this JsonNode entry) => entry["id"]!.GetValue<string>();

    internal static string Kind(this JsonNode entry) => entry["kind"]!.GetValue<string>();

    internal static bool IsSealed(this JsonNode entry) => entry["sealed"]!.GetValue<bool>();

    internal static string[] CosignedBy(this JsonNode entry) =>
        [.. entry["cosignedBy"]!.AsArray().Select(p => p!.GetValue<string>())];

    /// <summary>The text of a message; null for an entry that is none, or whose body is not here.</summary>
    internal static string? Text(this JsonNode entry) => (entry["body"] as JsonObject)?["text"]?.GetValue<string>();

    /// <summary>What a status says of one peer.</summary>
    internal static JsonNode Peer(this JsonNode status, string party) =>
        status["peers"]!.AsArray().Single(p => p!["party"]!.GetValue<string>() == party)!;
}
