using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Record;
using Parley.Traffic.Bodies;
using Xunit;

namespace Parley.Traffic.Tests;

/// <summary>The schema that forms are built from says neither more nor less than the reader that judges what comes of
/// them.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> KindsWithBodies => [.. TrafficBodies.Types.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void What_has_all_that_a_schema_names_is_read(string kind) => Assert.Null(Refusal(kind, Full(kind)));

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void What_lacks_a_required_member_is_refused(string kind) =>
        Assert.All(
            Required(Kinds.Find(kind)!.Schema()!),
            member =>
            {
                var body = Full(kind);
                body.Remove(member);
                Assert.NotNull(Refusal(kind, body));
                body[member] = null;
                Assert.NotNull(Refusal(kind, body));
            }
        );

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void What_is_read_without_a_member_does_not_require_it(string kind)
    {
        // Least of all: what is required, and for the kinds whose members need each other what one of them needs.
        var schema = Kinds.Find(kind)!.Schema()!;
        var least = Full(kind);
        foreach (var member in Properties(schema).Select(p => p.Name).Except(Required(schema)))
        {
            var without = (JsonObject)least.DeepClone();
            without.Remove(member);
            if (Refusal(kind, without) is null)
                least = without;
        }
        Assert.All(Required(schema), member => Assert.True(least.ContainsKey(member)));
        Assert.All(
            least.Select(m => m.Key).Except(Required(schema)),
            member => Assert.Contains((kind, member), NeededByOthers)
        );
    }

    /// <summary>Members that a kind needs only with others, or as the last that says anything.</summary>
    private static readonly (string Kind, string Member)[] NeededByOthers =
    [
        (Kinds.ClarificationAnswered, "material"),
        (Kinds.ReadoutDrafted, "points"),
        (Kinds.ReadoutIssued, "points"),
        (Kinds.ReadoutCorrected, "points"),
    ];

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void A_limit_that_a_schema_states_is_the_one_that_is_kept(string kind) =>
        Assert.All(
            Properties(Kinds.Find(kind)!.Schema()!),
            p =>
            {
                if (p.Schema["maxLength"] is { } longest)
                {
                    if (p.Schema["enum"] is null)
                        Assert.Null(Refusal(kind, With(kind, p.Name, new string('t', (int)longest))));
                    Assert.NotNull(Refusal(kind, With(kind, p.Name, new string('t', (int)longest + 1))));
                }
                if (p.Schema["enum"] is JsonArray words)
                {
                    Assert.NotNull(Refusal(kind, With(kind, p.Name, "no such word")));
                    Assert.All(
                        words,
                        word =>
                            Assert.DoesNotContain(
                                $"{p.Name} is ",
                                Refusal(kind, With(kind, p.Name, word?.DeepClone())) ?? "",
                                StringComparison.Ordinal
                            )
                    );
                }
                if (p.Schema["maxItems"] is { } most)
                    Assert.NotNull(
                        Refusal(
                            kind,
                            With(
                                kind,
                                p.Name,
                                new JsonArray([
                                    .. Enumerable
                                        .Range(0, (int)most + 1)
                                        .Select(_ => Sample((JsonObject)p.Schema["items"]!)),
                                ])
                            )
                        )
                    );
                if (p.Schema["items"]?["maxLength"] is { } each)
                    Assert.NotNull(Refusal(kind, With(kind, p.Name, new JsonArray(new string('t', (int)each + 1)))));
                if (p.Schema["minimum"] is { } least)
                    Assert.NotNull(Refusal(kind, With(kind, p.Name, Number(least) - 1)));
                if (p.Schema["maximum"] is { } top)
                    Assert.NotNull(Refusal(kind, With(kind, p.Name, Number(top) + 1)));
            }
        );

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void A_text_has_a_limit_unless_its_form_is_its_limit(string kind) =>
        Assert.All(
            Everywhere(Kinds.Find(kind)!.Schema()!),
            p =>
            {
                Assert.True(
                    !Is(p.Schema, "string")
                        || p.Schema["maxLength"] is not null
                        || p.Schema["enum"] is not null
                        || p.Schema["format"] is not null,
                    $"{kind}: {p.Name}"
                );
                Assert.True(
                    p.Schema["items"] is not JsonObject items || !Is(items, "string") || items["maxLength"] is not null,
                    $"{kind}: {p.Name}"
                );
            }
        );

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void Every_member_has_a_label_and_every_object_a_name(string kind) =>
        Assert.All(
            Everywhere(Kinds.Find(kind)!.Schema()!),
            p =>
            {
                Assert.True(char.IsUpper(((string)p.Schema["title"]!)[0]), p.Name);
                Assert.True(!Is(p.Schema, "object") || p.Schema["x-type"] is not null, p.Name);
                Assert.Null(p.Schema["$ref"]);
            }
        );

    [Theory] // TRAFFIC-105, TRAFFIC-4
    [InlineData(Kinds.AccidentReported, """{"what":"w","armd":true}""", "$.armd")]
    [InlineData(Kinds.AccidentReported, """{"what":"w","where":{"nam":"Riga"}}""", "$.where.nam")]
    [InlineData(Kinds.CallRequested, """{"topic":"t","Topic":"t"}""", "$.Topic")]
    [InlineData(Kinds.MessageSent, """{"text":"t","feilds":[]}""", "$.feilds")]
    public void A_misspelt_member_is_refused_of_our_own_officer_by_its_name_and_passed_over_in_a_peer_s(
        string kind,
        string json,
        string member
    )
    {
        Assert.False(TrafficBodies.ReadOwn(kind, Encoding.UTF8.GetBytes(json)).TryGet(out _, out var why));
        Assert.Contains(member, why, StringComparison.Ordinal);
        Assert.Contains("no such member is known", why, StringComparison.Ordinal);
        Assert.True(TrafficBodies.Read(kind, Encoding.UTF8.GetBytes(json)).TryGet(out _, out _));
    }

    [Theory]
    [MemberData(nameof(KindsWithBodies))]
    public void A_schema_takes_no_member_that_it_does_not_name(string kind) =>
        Assert.False((bool)Kinds.Find(kind)!.Schema()!["additionalProperties"]!);

    [Theory] // TRAFFIC-4, MESSAGES-13
    [InlineData("3")]
    [InlineData("null")]
    [InlineData("""[null,{"entry":"../../x"}]""")]
    public void Whatever_stands_for_the_files_of_a_message_the_message_is_read(string files) =>
        Assert.True(
            TrafficBodies
                .Read(Kinds.MessageSuperseded, Encoding.UTF8.GetBytes($$"""{"text":"t","attachments":{{files}}}"""))
                .TryGet(out _, out _)
        );

    [Fact]
    public void The_units_that_a_form_offers_are_those_that_are_agreed()
    {
        var unit = Everywhere(Kinds.Find(Kinds.MessageSent)!.Schema()!).First(p => p.Name == "unit").Schema;
        Assert.Equal(CodedField.Units, ((JsonArray)unit["enum"]!).Select(u => (string?)u).OfType<string>());
    }

    [Fact]
    public void A_notice_is_offered_the_templates_that_have_a_lead_time() =>
        Assert.Equal(
            TrafficDefaults.LeadTimes.Keys.Order(StringComparer.Ordinal),
            ((JsonArray)Kinds.Find(Kinds.NoticeGiven)!.Schema()!["properties"]!["template"]!["enum"]!)
                .Select(t => (string?)t)
                .OfType<string>()
                .Order(StringComparer.Ordinal)
        );

    private static string? Refusal(string kind, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        var own = TrafficBodies.ReadOwn(kind, bytes).TryGet(out _, out var why) ? null : why;
        // What our own officer may write, everybody reads.
        if (own is null)
            Assert.True(TrafficBodies.Read(kind, bytes).TryGet(out _, out var theirs), $"{theirs}");
        return own;
    }

    private static JsonObject With(string kind, string member, JsonNode? value)
    {
        var body = Full(kind);
        body[member] = value;
        return body;
    }

    /// <summary>A body of that kind with every member.</summary>
    internal static JsonObject Full(string kind) => (JsonObject)Sample(Kinds.Find(kind)!.Schema()!)!;

    private static IEnumerable<(string Name, JsonObject Schema)> Properties(JsonObject schema) =>
        schema["properties"] is JsonObject members ? members.Select(m => (m.Key, (JsonObject)m.Value!)) : [];

    private static IEnumerable<(string Name, JsonObject Schema)> Everywhere(JsonObject schema) =>
        Properties(schema)
            .SelectMany(p =>
                Everywhere(p.Schema).Concat(p.Schema["items"] is JsonObject items ? Everywhere(items) : []).Prepend(p)
            );

    internal static IEnumerable<string> Required(JsonObject schema) =>
        schema["required"] is JsonArray names ? names.Select(n => (string)n!) : [];

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static bool Is(JsonObject schema, string type) =>
        schema["type"] is JsonArray types ? types.Any(t => (string?)t == type) : (string?)schema["type"] == type;

    /// <summary>Something with every member that the schema names.</summary>
    private static JsonNode? Sample(JsonObject schema)
    {
        if (schema["enum"] is JsonArray words)
            return words[0]!.DeepClone();
        if (Is(schema, "object"))
            return new JsonObject(
                Properties(schema)
                    .Where(p => !IsCoded(schema) || p.Name is not ("number" or "unit" or "time"))
                    .Select(p => KeyValuePair.Create(p.Name, Named(p.Name, p.Schema)))
            );
        switch ((string?)schema["format"])
        {
            case "date-time":
                return "2031-03-23T14:05:11Z";
            case "duration":
                return "PT1H";
            case "position":
                return new JsonArray(30.5, 45.25);
            case "volumes":
                return new JsonArray(new JsonObject());
            case "party":
                return "us";
            case "entry":
                return "us/3";
            case "line":
                return "north-aaaa";
            case "hash":
                return $"sha256:{new string('0', 64)}";
            case "hex":
                return new string('0', 64);
        }
        if (Is(schema, "array"))
            return new JsonArray(schema["items"] is JsonObject items ? Sample(items) : "x");
        if (Is(schema, "boolean"))
            return false;
        return Is(schema, "string") ? "a text" : 1;
    }

    /// <summary>A coded field, which holds one of a number, a time and a position.</summary>
    private static bool IsCoded(JsonObject schema) => Properties(schema).Any(p => p.Name == "number");

    /// <summary>What ends ends after it began.</summary>
    private static JsonNode? Named(string name, JsonObject schema) =>
        name is "until" or "ended" && (string?)schema["format"] == "date-time"
            ? "2031-03-24T14:05:11Z"
            : Sample(schema);
}
