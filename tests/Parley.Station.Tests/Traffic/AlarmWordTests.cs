using System.Text.Json;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>What an alarm tells whoever is rung at: its first words and its place; and which kinds ring however little
/// urgent they are.</summary>
public sealed class AlarmWordTests
{
    [Fact]
    public async Task An_alarm_carries_the_first_words_and_the_place_of_what_it_is_about()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var text = $"Aircraft of yours 2 km from our border.\n{new string('x', 200)}";
        var flash = await line.WriteAsync(
            "us",
            "message.sent",
            new { text, fields = new[] { new { name = "position", position = new[] { 36.94, 50.3 } } } },
            precedence: "flash"
        );
        var alarm = await line.AlarmAsync("ru", flash, "arrived");
        var told = alarm.GetProperty("text").GetString()!;
        Assert.StartsWith("Aircraft of yours 2 km from our border. xxx", told);
        Assert.Equal(121, told.Length);
        Assert.EndsWith("…", told);
        Assert.Equal(36.94, alarm.GetProperty("position")[0].GetDouble());
    }

    [Fact]
    public async Task An_accident_a_crisis_and_a_suspension_ring_until_they_are_acknowledged_and_a_heightened_condition_does_not()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var accident = await line.WriteAsync(
            "us",
            "accident.reported",
            new
            {
                what = "A drone of ours lost its link",
                when = line.Clock.GetUtcNow(),
                where = new { name = "Kharkiv", position = new[] { 36.23, 50.0 } },
            }
        );
        var told = await line.AlarmAsync("ru", accident, "arrived");
        Assert.Equal("Kharkiv", told.GetProperty("place").GetString());
        Assert.Equal("A drone of ours lost its link", told.GetProperty("text").GetString());

        var heightened = await line.WriteAsync(
            "us",
            "condition.raised",
            new
            {
                scope = "line",
                level = "heightened",
                reason = "exercise season",
            }
        );
        var crisis = await line.WriteAsync(
            "us",
            "condition.raised",
            new
            {
                scope = "line",
                level = "crisis",
                reason = "Convoy under fire",
            }
        );
        Assert.Equal(
            "Convoy under fire",
            (await line.AlarmAsync("ru", crisis, "arrived")).GetProperty("text").GetString()
        );
        Assert.DoesNotContain(await line.AlarmsAsync("ru"), a => Of(a) == heightened);
        Assert.DoesNotContain(await line.AlarmsAsync("us"), a => Of(a) == crisis);

        await line.WriteAsync("ru", "message.acknowledged", new { }, accident);
        await line.WriteAsync("ru", "message.acknowledged", new { }, crisis);
        await line.NoAlarmAsync("ru", accident);
        await line.NoAlarmAsync("ru", crisis);

        var suspended = await line.WriteAsync(
            "us",
            "line.suspended",
            new { reason = "Consultations" },
            seat: "principal",
            releasedBy: "another officer of us"
        );
        Assert.Equal(
            "Consultations",
            (await line.AlarmAsync("ru", suspended, "arrived")).GetProperty("text").GetString()
        );
    }

    private static string? Of(JsonElement alarm) => alarm.GetProperty("entry").GetString();
}
