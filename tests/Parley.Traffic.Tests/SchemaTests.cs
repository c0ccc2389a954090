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

    [Theory] // TRAFFIC-124
    [MemberData(nameof(KindsWithBodies))]
    public void A_member_that_is_null_reads_as_if_it_were_left_out_at_every_depth(string kind)
    {
        var nulls = 0;
        Each(
            Full(kind),
            (whole, at, member) =>
            {
                at[member] = null;
                var (isNull, isNullOwn) = Both(whole);
                at.Remove(member);
                Assert.Equal(Both(whole), (isNull, isNullOwn));
                nulls++;
            }
        );
        Assert.NotEqual(0, nulls);

        (string, string) Both(JsonObject body)
        {
            var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
            return (Told(TrafficBodies.Read(kind, bytes)), Told(TrafficBodies.ReadOwn(kind, bytes)));
        }

        static string Told(Parsed<ITrafficBody> read) =>
            read.TryGet(out var body, out var why)
                ? JsonSerializer.Serialize(body, TrafficJson.Default.GetTypeInfo(body.GetType())!)
                : why;
    }

    [Theory] // TRAFFIC-124
    [MemberData(nameof(KindsWithBodies))]
    public void A_schema_takes_null_for_each_member_that_it_does_not_require(string kind) =>
        Objects(Kinds.Find(kind)!.Schema()!)
            .ForEach(o =>
                Assert.All(Properties(o), p => Assert.Equal(Required(o).Contains(p.Name), !Is(p.Schema, "null")))
            );

    [Theory] // TRAFFIC-124, TRAFFIC-120
    [InlineData("""{"what":"w","observations":["us/3"],"observations":null}""", 0)]
    [InlineData("""{"what":"w","observations":null,"observations":["us/3"]}""", 1)]
    [InlineData("""{"what":"w","observations":["us/3"],"observ\u0061tions":null}""", 0)]
    [InlineData("""{"what":"null","observations":["us/3"],"more":[null,{"x":null}]}""", 1)]
    public void What_stands_twice_counts_as_it_stands_last_null_or_not(string json, int observations)
    {
        Assert.True(
            TrafficBodies.Read(Kinds.IncidentReported, Encoding.UTF8.GetBytes(json)).TryGet(out var body, out var why),
            why
        );
        Assert.Equal(observations, Assert.IsType<Account>(body).Observations.Count);
    }

    [Fact] // TRAFFIC-124, TRAFFIC-105
    public void A_misspelt_member_is_refused_of_our_own_officer_also_where_it_is_null()
    {
        var body = """{"what":"w","observatons":null,"observations":null}"""u8.ToArray();
        Assert.True(TrafficBodies.Read(Kinds.IncidentReported, body).TryGet(out _, out _));
        Assert.False(TrafficBodies.ReadOwn(Kinds.IncidentReported, body).TryGet(out _, out var why));
        Assert.Contains("$.observatons", why, StringComparison.Ordinal);
    }

    [Theory] // TRAFFIC-125
    [InlineData("30.0", 30L)]
    [InlineData("3e1", 30L)]
    [InlineData("3E+1", 30L)]
    [InlineData("0.3e2", 30L)]
    [InlineData("300e-1", 30L)]
    [InlineData("-0.0", 0L)]
    [InlineData("0e99999999999999999999", 0L)]
    [InlineData("999999999999.0", 999999999999L)]
    [InlineData("1e12", 1000000000000L)]
    [InlineData("9223372036854775808.0", null)]
    [InlineData("1e19", null)]
    [InlineData("1e99999999999999999999", null)]
    [InlineData("1e-99999999999999999999", null)]
    [InlineData("30.5", null)]
    [InlineData("1.00000000000000000000000000000000001", null)]
    [InlineData("\"30\"", null)]
    public void A_whole_number_is_read_by_its_value_and_nothing_is_rounded(string number, long? value)
    {
        var isRead = TrafficBodies
            .Read(
                Kinds.CallRecordingEnded,
                Encoding.UTF8.GetBytes($$"""{"recordingHash":"sha256:{{new string('0', 64)}}","bytes":{{number}}}""")
            )
            .TryGet(out var body, out var why);
        Assert.True(isRead == value is not null, why);
        Assert.Equal(value, (body as CallRecording)?.Bytes);
    }

    /// <summary>Does something with each member of an object and of the objects in it, one at a time, each time of the
    /// whole.</summary>
    private static void Each(JsonObject full, Action<JsonObject, JsonObject, string> act)
    {
        foreach (var path in Paths(full))
        {
            var whole = (JsonObject)full.DeepClone();
            var at = path.SkipLast(1).Aggregate((JsonNode)whole, (n, step) => step is int i ? n[i]! : n[(string)step]!);
            act(whole, (JsonObject)at, (string)path[^1]);
        }
    }

    private static IEnumerable<IReadOnlyList<object>> Paths(JsonNode? node) =>
        node switch
        {
            JsonObject of => of.SelectMany(m =>
                Paths(m.Value).Select(p => (IReadOnlyList<object>)[m.Key, .. p]).Prepend([m.Key])
            ),
            JsonArray list => list.SelectMany((n, i) => Paths(n).Select(p => (IReadOnlyList<object>)[i, .. p])),
            _ => [],
        };

    private static List<JsonObject> Objects(JsonObject schema) =>
        [
            schema,
            .. Everywhere(schema)
                .Where(p => (string?)p.Schema["format"] != "volumes") // ASTM's, kept as they are
                .SelectMany(p => new[] { p.Schema, p.Schema["items"] as JsonObject })
                .OfType<JsonObject>()
                .Where(s => s["properties"] is not null && (s["x-type"] is not null)),
        ];

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
