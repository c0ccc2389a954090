using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Traffic;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>What the station tells programs and forms of the kinds that it knows.</summary>
public sealed class KindTests : IAsyncLifetime
{
    private ApiFixture api = null!;

    public async ValueTask InitializeAsync() => api = await ApiFixture.StartAsync();

    public async ValueTask DisposeAsync() => await api.DisposeAsync();

    private async Task<Dictionary<string, JsonElement>> KindsAsync()
    {
        using var answer = await api.Local.GetAsync("kinds", TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        using var json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        return json
            .RootElement.EnumerateArray()
            .ToDictionary(k => k.GetProperty("kind").GetString()!, k => k.Clone(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Every_kind_is_told_with_a_label_its_seats_and_the_schema_of_its_body()
    {
        var kinds = await KindsAsync();
        Assert.Equal(Kinds.All.Select(k => k.Name), kinds.Keys);
        Assert.All(
            kinds.Values,
            kind =>
            {
                Assert.NotEmpty(kind.GetProperty("label").GetString()!);
                Assert.NotEmpty(kind.GetProperty("says").GetString()!);
                Assert.NotEqual(0, kind.GetProperty("seats").GetArrayLength());
            }
        );
        var request = kinds[Kinds.CallRequested];
        Assert.Equal("call", request.GetProperty("family").GetString());
        Assert.True(request.GetProperty("opens").GetBoolean());
        Assert.False(request.GetProperty("needsRe").GetBoolean());
        Assert.True(request.GetProperty("wantsAcknowledgement").GetBoolean());
        var windows = request.GetProperty("body").GetProperty("properties").GetProperty("windows");
        Assert.Equal("Times at which it could be held", windows.GetProperty("title").GetString());
        Assert.Equal("window", windows.GetProperty("items").GetProperty("x-type").GetString());
    }

    [Fact]
    public async Task The_shape_of_volumes_that_is_told_is_the_one_that_is_read()
    {
        var told = (await KindsAsync())[Kinds.ActivityNotified]
            .GetProperty("body")
            .GetProperty("properties")
            .GetProperty("volumes")
            .GetProperty("items");
        foreach (var outline in (string[])["outline_polygon", "outline_circle"])
        {
            var whole = Sample(JsonNode.Parse(told.GetRawText())!.AsObject(), outline)!;
            Assert.Null(Refusal(whole));
            foreach (var (holder, member) in Members(whole).ToList())
            {
                var without = whole.DeepClone();
                var at = holder.Aggregate(without, (node, name) => node[name]!);
                at.AsObject().Remove(member);
                at["no_such_member"] = 1;
                Assert.NotNull(Refusal(without)); // it has no member that is not told
                at.AsObject().Remove("no_such_member");
                var isRequired =
                    holder.Aggregate(JsonNode.Parse(told.GetRawText())!, (s, name) => s["properties"]![name]!)[
                        "required"
                    ]
                        is JsonArray required
                    && required.Any(r => (string?)r == member);
                Assert.Equal(isRequired || member == outline, Refusal(without) is not null);
            }
        }
    }

    private static string? Refusal(JsonNode volume)
    {
        using var json = JsonDocument.Parse(volume.ToJsonString());
        return Deconfliction.VolumeReader.Read(json.RootElement, "v").TryGet(out _, out var why) ? null : why;
    }

    /// <summary>Every member of every object in it, by the way to the object.</summary>
    private static IEnumerable<(string[] Holder, string Member)> Members(JsonNode node, params string[] way) =>
        node is not JsonObject found
            ? []
            : found.SelectMany(m => Members(m.Value!, [.. way, m.Key]).Prepend((way, m.Key)));

    /// <summary>A volume with everything that the schema names and one outline.</summary>
    private static JsonNode? Sample(JsonObject schema, string outline)
    {
        if (schema["enum"] is JsonArray words)
            return words[0]!.DeepClone();
        if (schema["properties"] is JsonObject members)
            return new JsonObject(
                members
                    .Where(m => !m.Key.StartsWith("outline_", StringComparison.Ordinal) || m.Key == outline)
                    .Select(m => KeyValuePair.Create(m.Key, Of(m.Key, m.Value!.AsObject())))
            );
        return (string?)schema["format"] == "date-time" ? "2031-03-23T14:05:11Z" : 1;

        JsonNode? Of(string name, JsonObject member) =>
            name switch
            {
                "vertices" => JsonNode.Parse("""[{"lng":19,"lat":57},{"lng":22,"lat":57},{"lng":20,"lat":60}]"""),
                "holes" => JsonNode.Parse(
                    """[[{"lng":20,"lat":57.6},{"lng":20.2,"lat":57.6},{"lng":20.1,"lat":57.8}]]"""
                ),
                _ => Sample(member, outline),
            };
    }

    [Fact]
    public async Task It_is_told_what_an_act_answers_and_what_a_number_counts()
    {
        var kinds = await KindsAsync();
        Assert.Equal(
            [Kinds.ActivityPlanned, Kinds.ActivityNotified],
            kinds[Kinds.ActivityChanged].GetProperty("answers").EnumerateArray().Select(k => k.GetString())
        );
        Assert.Equal(0, kinds[Kinds.MessageAcknowledged].GetProperty("answers").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, kinds[Kinds.ClaimMade].GetProperty("answers").ValueKind);
        var log = kinds[Kinds.CallHeld].GetProperty("body").GetProperty("properties");
        Assert.Equal("min", log.GetProperty("minutes").GetProperty("x-unit").GetString());
        var place = kinds[Kinds.NoticeGiven].GetProperty("body").GetProperty("properties").GetProperty("place");
        Assert.Equal(
            (2, "m"),
            (
                place.GetProperty("properties").GetProperty("position").GetProperty("minItems").GetInt32(),
                place.GetProperty("properties").GetProperty("uncertaintyMetres").GetProperty("x-unit").GetString()
            )
        );
    }

    [Fact]
    public async Task It_is_told_what_takes_two_officers_what_replaces_what_and_how_early_a_notice_is_to_be()
    {
        var kinds = await KindsAsync();
        Assert.Equal("suspension", kinds[Kinds.LineSuspended].GetProperty("act").GetString());
        Assert.Equal("public", kinds[Kinds.StatementReleased].GetProperty("actAtLevel").GetString());
        Assert.Equal("supersedes", kinds[Kinds.AccidentUpdated].GetProperty("replaces").GetString());
        Assert.Equal("cancels", kinds[Kinds.NoticeCancelled].GetProperty("replaces").GetString());
        Assert.Equal(JsonValueKind.Null, kinds[Kinds.CallHeld].GetProperty("replaces").ValueKind);
        Assert.Equal(3 * 86_400, kinds[Kinds.NoticeGiven].GetProperty("leadTimes").GetProperty("hazard").GetInt64());
        Assert.Equal("test", kinds[Kinds.TestSent].GetProperty("mark").GetString());
        Assert.Equal("flash", kinds[Kinds.MovementUnderFire].GetProperty("precedence").GetString());
        Assert.True(kinds[Kinds.BlindCommitted].GetProperty("byStation").GetBoolean());
        Assert.True(kinds[Kinds.MessageTranslated].GetProperty("needsRe").GetBoolean());
        Assert.Equal(JsonValueKind.Null, kinds[Kinds.MessageAttachment].GetProperty("body").ValueKind);
    }

    [Fact]
    public async Task The_description_of_the_API_says_what_the_body_of_each_kind_is()
    {
        using var answer = await api.Local.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        var schemas = json.RootElement.GetProperty("components").GetProperty("schemas");
        var bodies = schemas
            .GetProperty("EntryRequest")
            .GetProperty("anyOf")
            .EnumerateArray()
            .Where(k => k.TryGetProperty("properties", out _))
            .ToDictionary(
                k => k.GetProperty("properties").GetProperty("kind").GetProperty("const").GetString()!,
                k => k.GetProperty("properties").GetProperty("body").GetProperty("$ref").GetString()!.Split('/')[^1]
            );
        Assert.Equal(Kinds.All.Where(k => k.Schema() is not null).Select(k => k.Name), bodies.Keys);
        Assert.All(
            bodies,
            kind =>
                Assert.Equal(
                    Kinds.Find(kind.Key)!.Schema()!["properties"]!.AsObject().Select(m => m.Key),
                    schemas.GetProperty(kind.Value).GetProperty("properties").EnumerateObject().Select(m => m.Name)
                )
        );
    }
}
