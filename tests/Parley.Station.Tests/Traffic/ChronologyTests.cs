using System.Text.Json;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>The contact history as the API gives it, of what is actual and of what was played.</summary>
public sealed class ChronologyTests
{
    private static async Task<JsonElement> ChronologyAsync(DutyLine line, string query = "") =>
        await line.GetAsync("us", $"chronology{query}");

    private static Task<string> CallAsync(DutyLine line, string kind, string mark) =>
        line.ActAsync(
            "us",
            kind,
            new
            {
                by = new { seat = "watch", name = "Ada" },
                mark,
                between = new[] { new { party = "us", office = "chief" }, new { party = "ru", office = "chief" } },
            }
        );

    [Fact] // TRAFFIC-51
    public async Task A_day_that_was_played_stands_apart_from_the_actual_history_and_a_line_of_exercises_only_is_shown_as_one()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        Assert.False((await ChronologyAsync(line)).GetProperty("exercise").GetBoolean()); // nothing yet is no exercise
        await CallAsync(line, "call.requested", "exercise");
        await CallAsync(line, "call.held", "exercise");
        var played = await ChronologyAsync(line);
        Assert.Equal(
            (true, 1, 1),
            (
                played.GetProperty("exercise").GetBoolean(),
                played.GetProperty("attempts").GetArrayLength(),
                played.GetProperty("contacts").GetArrayLength()
            )
        );
        Assert.Equal("exercise", played.GetProperty("contacts")[0].GetProperty("mark").GetString());
        Assert.Equal(0, (await ChronologyAsync(line, "?exercise=false")).GetProperty("attempts").GetArrayLength());

        var asked = await CallAsync(line, "call.requested", "actual");
        var actual = await ChronologyAsync(line);
        Assert.Equal(
            (false, asked, 1, 2),
            (
                actual.GetProperty("exercise").GetBoolean(),
                Assert.Single(actual.GetProperty("attempts").EnumerateArray()).GetProperty("entry").GetString(),
                actual.GetProperty("standingRequests").GetInt32(),
                actual.GetProperty("leftOut").GetInt32()
            )
        );
        Assert.Equal(JsonValueKind.Null, actual.GetProperty("lastContact").ValueKind);
        Assert.Equal(1, (await ChronologyAsync(line, "?exercise=true")).GetProperty("contacts").GetArrayLength());

        var held = await CallAsync(line, "call.held", "actual");
        Assert.False((await ChronologyAsync(line)).GetProperty("contacts")[0].GetProperty("confirmed").GetBoolean());
        await line.WriteAsync("ru", "call.held", new { minutes = 12 }, held);
        Assert.True((await ChronologyAsync(line)).GetProperty("contacts")[0].GetProperty("confirmed").GetBoolean()); // TRAFFIC-52
        Assert.Equal(400, (await line["us"].GetAsync($"lines/{line.Id}/chronology?exercise=perhaps")).Status);
    }

    [Fact] // TRAFFIC-9
    public async Task A_crisis_that_is_played_does_not_change_how_often_the_line_is_tested()
    {
        await using var line = await DutyLine.StartAsync(Parley.Record.LinePolicy.Default, tests: true, "us", "ru");
        var by = new { seat = "watch", name = "Ada" };
        var before = (await line.GetAsync("us", "traffic"))
            .GetProperty("tests")
            .GetProperty("nextAutomatic")
            .GetDateTimeOffset();
        await line.ActAsync(
            "us",
            "condition.raised",
            new
            {
                by,
                scope = "line",
                level = "crisis",
                reason = "played",
                mark = "exercise",
            }
        );
        line.Clock.Pass(TimeSpan.FromMinutes(20));
        await line.ActAsync("ru", "notice.observed", new { by, what = "a flight" });
        await line["us"]
            .UntilAsync(
                async () => (await line.GetAsync("us", "traffic")).GetProperty("waiting").GetArrayLength() > 1,
                "the pass after it"
            );
        Assert.Equal(
            before,
            (await line.GetAsync("us", "traffic")).GetProperty("tests").GetProperty("nextAutomatic").GetDateTimeOffset()
        );
        await line.ActAsync(
            "us",
            "condition.raised",
            new
            {
                by,
                scope = "line",
                level = "crisis",
                reason = "real",
            }
        );
        await line["us"]
            .UntilAsync(
                async () =>
                    (await line.GetAsync("us", "traffic"))
                        .GetProperty("tests")
                        .GetProperty("nextAutomatic")
                        .GetDateTimeOffset() < before,
                "tests come sooner"
            );
    }
}
