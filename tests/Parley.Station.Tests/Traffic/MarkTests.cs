using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Exercise and test are never taken for the real thing (R2).</summary>
public sealed class MarkTests
{
    private static object Officer(string party) => new { seat = "watch", name = $"officer of {party}" };

    private static async Task<string> SayAsync(DutyLine line, string party, object request)
    {
        var (status, json) = await line[party].PostAsync($"lines/{line.Id}/entries?wait=sealed&timeout=60", request);
        Assert.True(status == 201, $"{status} {json}");
        return json.GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task An_alarm_an_item_and_a_condition_of_an_exercise_say_so()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var flash = await SayAsync(
            line,
            "us",
            new
            {
                kind = "message.sent",
                text = "missiles fly",
                precedence = "flash",
                mark = "exercise",
                by = Officer("us"),
            }
        );
        Assert.Equal("exercise", (await line.AlarmAsync("ru", flash, "arrived")).GetProperty("mark").GetString());
        await SayAsync(
            line,
            "us",
            new
            {
                kind = "condition.raised",
                body = new
                {
                    scope = "line",
                    level = "crisis",
                    reason = "played",
                },
                mark = "exercise",
                by = Officer("us"),
            }
        );
        await SayAsync(
            line,
            "us",
            new
            {
                kind = "call.requested",
                body = new { topic = "meant" },
                by = Officer("us"),
            }
        );
        await line["ru"]
            .UntilAsync(
                async () => (await line.GetAsync("ru", "traffic")).GetProperty("open").GetArrayLength() == 2,
                "both open"
            );
        var traffic = await line.GetAsync("ru", "traffic");
        Assert.Equal(
            "exercise",
            Assert.Single(traffic.GetProperty("conditions").EnumerateArray()).GetProperty("mark").GetString()
        );
        Assert.Equal(
            ["actual", "exercise"],
            traffic.GetProperty("open").EnumerateArray().Select(i => i.GetProperty("mark").GetString()!).Order()
        );
        Assert.Contains(
            traffic.GetProperty("waiting").EnumerateArray(),
            w => w.GetProperty("entry").GetString() == flash && w.GetProperty("mark").GetString() == "exercise"
        );
    }

    [Fact]
    public async Task An_act_on_an_item_is_marked_as_the_item_unless_the_officer_says_otherwise()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var call = await SayAsync(
            line,
            "us",
            new
            {
                kind = "call.requested",
                body = new { topic = "a made-up day" },
                mark = "exercise",
                by = Officer("us"),
            }
        );
        await line["ru"]
            .UntilAsync(
                async () => (await line.GetAsync("ru", "traffic")).GetProperty("open").GetArrayLength() == 1,
                "asked"
            );
        var declined = await SayAsync(
            line,
            "ru",
            new
            {
                kind = "call.declined",
                re = new[] { call },
                by = Officer("ru"),
            }
        );
        Assert.Equal("exercise", (await line.GetAsync("ru", $"entries/{declined}")).GetProperty("mark").GetString());

        var meant = await SayAsync(
            line,
            "us",
            new
            {
                kind = "call.requested",
                body = new { topic = "meant" },
                by = Officer("us"),
            }
        );
        await line["ru"]
            .UntilAsync(
                async () => (await line.GetAsync("ru", "traffic")).GetProperty("open").GetArrayLength() == 1,
                "asked"
            );
        var (status, refused) = await line["ru"]
            .PostAsync(
                $"lines/{line.Id}/entries",
                new
                {
                    kind = "call.declined",
                    re = new[] { meant },
                    mark = "exercise",
                    by = Officer("ru"),
                }
            );
        Assert.Equal((409, "illegal-step"), (status, refused.GetProperty("code").GetString()));
        // Something that is meant may break into an exercise.
        Assert.Equal(
            "actual",
            (
                await line.GetAsync(
                    "us",
                    $"entries/{await SayAsync(line, "us", new { kind = "message.sent", text = "stop: a real aircraft is down", re = new[] { call }, mark = "actual", by = Officer("us") })}"
                )
            )
                .GetProperty("mark")
                .GetString()
        );
    }
}
