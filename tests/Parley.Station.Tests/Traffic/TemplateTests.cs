using System.Text.Json;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Messages that a station's officers write often are the station's: kept over its end, bounded, and no part of
/// any record.</summary>
public sealed class TemplateTests
{
    private static object Of(
        string label = "Ship in distress",
        string text = "{ship} calls for help.",
        string field = "ship",
        string type = "text",
        string? unit = null,
        string lang = "en",
        string by = "Ada"
    ) =>
        new
        {
            label,
            texts = new[] { new { lang, text } },
            fields = new[]
            {
                new
                {
                    name = field,
                    type,
                    unit,
                },
            },
            precedence = "immediate",
            by = new { seat = "watch", name = by },
        };

    private static async Task<(int Status, JsonElement Json)> AskAsync(
        DutyLine line,
        HttpMethod method,
        string path,
        object? body = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null
                ? null
                : new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json"),
        };
        using var answer = await line["us"].Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (
            (int)answer.StatusCode,
            JsonSerializer.Deserialize<JsonElement>(
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            )
        );
    }

    [Fact]
    public async Task A_template_is_kept_changed_thrown_away_and_outlives_the_station()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var (made, template) = await line["us"].PostAsync("templates", Of());
        Assert.True(made == 201, $"{made} {template}");
        var id = template.GetProperty("template").GetString()!;
        await line["us"].StopAsync();
        await line["us"].StartAsync();
        var kept = Assert.Single((await line["us"].GetAsync("templates")).Json.EnumerateArray());
        Assert.Equal("{ship} calls for help.", kept.GetProperty("texts")[0].GetProperty("text").GetString());
        Assert.Equal("immediate", kept.GetProperty("precedence").GetString());
        var (changed, other) = await AskAsync(
            line,
            HttpMethod.Put,
            $"templates/{id}",
            Of("Vessel in distress", by: "Grace")
        );
        Assert.True(changed == 200, $"{changed} {other}");
        Assert.Equal("Grace", other.GetProperty("by").GetProperty("name").GetString());
        Assert.Equal(404, (await AskAsync(line, HttpMethod.Put, "templates/t-none", Of())).Status);
        Assert.Equal(200, (await AskAsync(line, HttpMethod.Delete, $"templates/{id}")).Status);
        Assert.Equal(404, (await AskAsync(line, HttpMethod.Delete, $"templates/{id}")).Status);
        Assert.Empty((await line["us"].GetAsync("templates")).Json.EnumerateArray());
        Assert.Empty((await line["ru"].GetAsync("templates")).Json.EnumerateArray()); // it left nowhere
    }

    [Fact]
    public async Task What_is_no_template_is_refused_in_words_and_one_officer_fills_no_shelf()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        foreach (
            var (bad, why) in new[]
            {
                (Of(label: " "), "label"),
                (Of(label: new string('x', 81)), "label"),
                (Of(text: ""), "text"),
                (Of(text: new string('x', 4097)), "text"),
                (Of(lang: "english please"), "lang"),
                (Of(field: "Ship Name"), "name"),
                (Of(type: "colour"), "type"),
                (Of(type: "time", unit: "s"), "unit"),
            }
        )
        {
            var (status, refused) = await line["us"].PostAsync("templates", bad);
            Assert.True(status == 400, $"{status} {refused}");
            Assert.Contains(why, refused.GetProperty("title").GetString(), StringComparison.Ordinal);
        }
        JsonElement last = default;
        for (var i = 0; i <= 100; i++)
            (_, last) = await line["us"].PostAsync("templates", Of(label: $"Number {i}"));
        Assert.Equal("too-many", last.GetProperty("code").GetString());
        for (var i = 0; i < 100; i++)
            Assert.Equal(201, (await line["us"].PostAsync("templates", Of(label: $"Other {i}", by: "Grace"))).Status);
        // Two officers have filled what all share: a third has room all the same, and not without end.
        for (var i = 0; i < 10; i++)
            Assert.Equal(201, (await line["us"].PostAsync("templates", Of(label: $"Few {i}", by: "Nina"))).Status);
        Assert.Equal(409, (await line["us"].PostAsync("templates", Of(by: "Nina"))).Status);
    }
}
