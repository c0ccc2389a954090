using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Xunit;

namespace Parley.Testing.Vectors;

/// <summary>
/// The protocol's own vectors, docs/protocol/vectors: each names the clauses that it shows and says what a reader makes
/// of it. They are made from fixed seeds, so that who makes them anew gets the same bytes: with
/// <c>PARLEY_WRITE_VECTORS</c> they are written, else compared. What a vector says is written down here by hand, and
/// other tests read the file as an implementer of another make would.
/// </summary>
public sealed class OwnVectors(string group, string about)
{
    private const string Write = "PARLEY_WRITE_VECTORS";

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.BasicLatin),
    };

    private readonly List<JsonObject> made = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>What all vectors of the group stand on: the line's document, say.</summary>
    public JsonObject Common { get; init; } = [];

    /// <param name="name">A sentence, once in a group.</param>
    /// <param name="clauses">What it shows: <c>ENTRY-2 ENTRY-5</c>.</param>
    /// <param name="content">Input and outcome.</param>
    public void Add(string name, string clauses, JsonObject content)
    {
        Assert.True(names.Add(name), $"{group}: two vectors are called '{name}'");
        var vector = new JsonObject
        {
            ["name"] = name,
            ["clauses"] = new JsonArray([.. clauses.Split(' ').Select(c => (JsonNode)c)]),
        };
        foreach (var (member, value) in content)
            vector[member] = value?.DeepClone();
        made.Add(vector);
    }

    /// <summary>Holds what was made against the file, or writes it.</summary>
    public void AreThoseOfTheProtocol()
    {
        var text = Text();
        if (Environment.GetEnvironmentVariable(Write) is not null)
            System.IO.File.WriteAllText(PathOf(group), text);
        Assert.True(
            text == System.IO.File.ReadAllText(PathOf(group)),
            $"{PathOf(group)} is not what is made: {Write}=1 writes it anew"
        );
    }

    /// <summary>For what holds randomness, which nobody can make twice: writes it only where it is asked for by
    /// name.</summary>
    public static bool IsToBeWritten(string group) => Environment.GetEnvironmentVariable(Write) == group;

    public void WriteOnce() => System.IO.File.WriteAllText(PathOf(group), Text());

    private string Text()
    {
        var text = new StringBuilder("{\n")
            .Append($"\"group\":{JsonSerializer.Serialize(group, Plain)},\n")
            .Append($"\"about\":{JsonSerializer.Serialize(about, Plain)},\n")
            .Append(string.Concat(Common.Select(c => $"\"{c.Key}\":{c.Value!.ToJsonString(Plain)},\n")))
            .Append("\"vectors\":[\n");
        for (var i = 0; i < made.Count; i++)
            text.Append(made[i].ToJsonString(Plain)).Append(i == made.Count - 1 ? "\n" : ",\n");
        return text.Append("]\n}\n").ToString();
    }

    /// <summary>The vectors of a group as the file has them.</summary>
    public static IReadOnlyList<JsonObject> Read(string group)
    {
        var vectors = ((JsonArray)File(group)["vectors"]!).Select(v => (JsonObject)v!).ToList();
        Assert.NotEmpty(vectors);
        return vectors;
    }

    /// <summary>A group's file.</summary>
    public static JsonObject File(string group)
    {
        var file = (JsonObject)JsonNode.Parse(System.IO.File.ReadAllText(PathOf(group)))!;
        Assert.Equal(group, (string?)file["group"]);
        return file;
    }

    /// <summary>Every vector of a group, one of which names a failure.</summary>
    public static void Each(string group, Action<JsonObject> holds)
    {
        var failed = new List<string>();
        foreach (var vector in Read(group))
        {
            try
            {
                holds(vector);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failed.Add($"{(string?)vector["name"]}: {e.Message}");
            }
        }
        Assert.True(failed.Count == 0, string.Join('\n', failed));
    }

    /// <summary>Bytes in a vector: a text where they are one that can be shown, else hexadecimal digits.</summary>
    public static JsonObject Of(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes) && !bytes.ContainsAnyInRange((byte)0, (byte)8))
            return new JsonObject { ["text"] = Encoding.UTF8.GetString(bytes) };
        return new JsonObject { ["hex"] = Convert.ToHexStringLower(bytes) };
    }

    public static byte[] Bytes(JsonNode? node) =>
        (string?)node!["text"] is { } text ? Encoding.UTF8.GetBytes(text) : Convert.FromHexString((string)node["hex"]!);

    private static string PathOf(string group) =>
        Path.Combine(VectorFolder.ProjectRoot(), "docs", "protocol", "vectors", $"{group}.json");
}
