using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Simulation.Hostile;

/// <summary>Every place of a JSON text, and the text with something else in one of them.</summary>
internal static class JsonPlaces
{
    internal static IEnumerable<IReadOnlyList<object>> Of(JsonNode? node) => Of(node, []);

    private static IEnumerable<IReadOnlyList<object>> Of(JsonNode? node, IReadOnlyList<object> path)
    {
        if (path.Count > 0)
            yield return path;
        var inner = node switch
        {
            JsonObject members => members.Select(m => ((object)m.Key, m.Value)),
            JsonArray items => items.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        foreach (var (key, value) in inner)
        {
            foreach (var place in Of(value, [.. path, key]))
                yield return place;
        }
    }

    internal static JsonNode? At(JsonNode? node, IReadOnlyList<object> path) =>
        path.Aggregate(node, (at, key) => key is string name ? at![name] : at![(int)key]);

    /// <summary>As text, since half a character, a number beyond all numbers and a member twice can stand in no object
    /// of ours.</summary>
    internal static string Replace(JsonNode node, IReadOnlyList<object> path, string? value) =>
        Replace(node, path, 0, value);

    private static string Replace(JsonNode node, IReadOnlyList<object> path, int depth, string? value)
    {
        if (depth == path.Count)
            return value ?? "null";
        string Inner(object key, JsonNode? at) =>
            !Equals(key, path[depth]) ? at?.ToJsonString() ?? "null"
            : at is null ? value ?? "null"
            : Replace(at, path, depth + 1, value);
        return node is JsonObject members
            ? $"{{{string.Join(',', members.Select(m => $"{JsonSerializer.Serialize(m.Key)}:{Inner(m.Key, m.Value)}"))}}}"
            : $"[{string.Join(',', ((JsonArray)node).Select((item, i) => Inner(i, item)))}]";
    }
}
