using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Testing.Vectors;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>docs/protocol/schemas: a JSON schema for each kind, made from its definition.</summary>
public sealed class BodySchemaFileTests
{
    private const string Write = "PARLEY_WRITE_TABLES";
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // TRAFFIC-4, TRAFFIC-105
    [Fact]
    public void The_protocol_has_a_schema_of_each_kind_that_has_a_body_and_no_other()
    {
        var folder = Path.Combine(VectorFolder.ProjectRoot(), "docs", "protocol", "schemas");
        var made = TrafficBodies
            .Types.Keys.Order(StringComparer.Ordinal)
            .ToDictionary(kind => $"{kind}.json", Text, StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable(Write) is not null)
        {
            foreach (var stale in Directory.GetFiles(folder, "*.json"))
                File.Delete(stale);
            foreach (var (name, text) in made)
                File.WriteAllText(Path.Combine(folder, name), text);
        }
        Assert.Equal(
            made.Keys.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder, "*.json").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)
        );
        Assert.All(
            made,
            schema =>
                Assert.True(
                    schema.Value == File.ReadAllText(Path.Combine(folder, schema.Key)),
                    $"{schema.Key} is not what the definition says: {Write}=1 writes it anew"
                )
        );
    }

    private static string Text(string kind)
    {
        var definition = Kinds.Find(kind)!;
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = $"urn:parley:body:{kind}",
            ["title"] = kind,
            ["description"] = definition.Says,
        };
        foreach (var (member, value) in definition.Schema()!)
        {
            if (!schema.ContainsKey(member))
                schema[member] = value?.DeepClone();
        }
        return schema.ToJsonString(Indented) + "\n";
    }
}
