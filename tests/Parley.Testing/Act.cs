using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Testing;

/// <summary>Requests of <c>POST …/entries</c>, written shorter.</summary>
public static class Act
{
    private static readonly HashSet<string> OfTheEntry = ["by", "releasedBy", "precedence", "mark", "lang", "to", "re"];

    /// <summary>The request of an entry of that kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="members">Members of its body, and beside them who writes it, how urgent it is and the like.</param>
    /// <param name="re">The entry that it answers, if the members name none.</param>
    public static JsonObject Of(string kind, object members, string? re = null)
    {
        var given = JsonSerializer.SerializeToNode(members)!.AsObject();
        var (request, body) = (new JsonObject { ["kind"] = kind }, new JsonObject());
        foreach (var (name, value) in given)
            (OfTheEntry.Contains(name) ? request : body)[name] = value?.DeepClone();
        if (re is not null)
            request["re"] = new JsonArray(re);
        if (body.Count > 0)
            request["body"] = body;
        return request;
    }
}
