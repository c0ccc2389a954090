using System.Text.Json;
using Parley.Station.Tests.Blind;
using Parley.Station.Traffic;
using Parley.Traffic;
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

    [Fact] // CEASEFIRE-28
    public async Task An_alarm_of_return_fire_carries_the_words_of_the_notice()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var fire = await line.WriteAsync(
            "us",
            "returnfire.notified",
            new
            {
                tried = "called your watch twice",
                failure = "nobody answered",
                authority = "commander of the brigade",
                notice = "We return fire at the battery north of the bridge",
            },
            seat: "principal",
            releasedBy: "another officer of us",
            precedence: "flash"
        );
        Assert.Equal(
            "We return fire at the battery north of the bridge",
            (await line.AlarmAsync("ru", fire, "arrived")).GetProperty("text").GetString()
        );
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

    [Fact]
    public void What_is_heard_and_what_is_only_seen_is_decided_in_one_table_and_by_the_kinds()
    {
        Assert.Equal(
            [
                "urgent",
                "overdue",
                "under-fire",
                "conflict",
                "blind-conflict",
                "tests",
                "two-stations",
                "own-feed-foreign",
                "fold",
                "no-room",
                "attachments-full",
                "call-key",
            ],
            AlarmClass.All.Where(c => c.Rings).Select(c => c.Name)
        );
        Assert.Equal(
            ["link-down", "staffed-test", "watch-over"],
            AlarmClass.All.Where(c => !c.Rings).Select(c => c.Name)
        );
        Assert.Equal(
            [
                "accident.reported",
                "agreement.denounced",
                "agreement.suspended",
                "call.words_differed",
                "condition.raised",
                "line.suspended",
                "line.suspension_warned",
                "movement.deviated",
                "movement.under_fire",
                "returnfire.notified",
                "silence.began",
            ],
            Kinds.All.Where(k => k.Rings).Select(k => k.Name).Order(StringComparer.Ordinal)
        );
        // An alarm ends with an acknowledgement: what wants none would ring for ever.
        Assert.All(Kinds.All.Where(k => k.Rings), k => Assert.True(k.WantsAcknowledgement, k.Name));
    }

    [Fact]
    public async Task A_link_that_stays_down_is_shown_until_the_peer_is_heard_again_and_does_not_ring()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        Assert.DoesNotContain(await line.AlarmsAsync("us"), IsLink);
        await line["ru"].StopAsync();
        JsonElement alarm = default;
        await line["us"]
            .UntilAsync(
                async () =>
                {
                    line.Clock.Pass(TimeSpan.FromSeconds(20));
                    alarm = (await line.AlarmsAsync("us")).FirstOrDefault(IsLink);
                    return alarm.ValueKind == JsonValueKind.Object;
                },
                "an alarm about the link"
            );
        Assert.False(alarm.GetProperty("rings").GetBoolean());
        Assert.Equal(["ru"], alarm.GetProperty("waitingFor").EnumerateArray().Select(p => p.GetString()));
        await line["ru"].StartAsync();
        await line["us"].UntilAsync(async () => !(await line.AlarmsAsync("us")).Any(IsLink), "no alarm about the link");

        static bool IsLink(JsonElement alarm) => alarm.GetProperty("class").GetString() == "link-down";
    }

    [Fact]
    public async Task What_a_blind_check_found_rings_at_both_sides_until_somebody_takes_it_down_or_its_time_is_over()
    {
        await using var blind = await BlindLine.StartAsync();
        var check = await blind.ProposeAsync("us", blind.Terms(blind.Circles((19.42, 57.31, 3_000, 1))));
        await blind.UntilAsync("ru", check, "proposed");
        await blind.AcceptAsync("ru", check, blind.Circles((19.44, 57.32, 3_000, 1.5)));
        foreach (var party in (string[])["us", "ru"])
        {
            await blind.UntilAsync(party, check, "agreed");
            JsonElement alarm = default;
            await blind
                .Line[party]
                .UntilAsync(
                    async () =>
                    {
                        alarm = (await blind.Line.AlarmsAsync(party)).FirstOrDefault(IsFound);
                        return alarm.ValueKind == JsonValueKind.Object;
                    },
                    "an alarm about what was found"
                );
            Assert.True(alarm.GetProperty("rings").GetBoolean());
            Assert.Equal(check, Of(alarm));
        }
        var (status, quieted) = await blind
            .Line["us"]
            .PostAsync(
                $"alarms/{Uri.EscapeDataString((await blind.Line.AlarmsAsync("us")).First(IsFound).GetProperty("alarm").GetString()!)}/acknowledge",
                new { by = new { seat = "watch", name = "Ada" } }
            );
        Assert.True(status == 200, quieted.ToString());
        Assert.DoesNotContain(await blind.Line.AlarmsAsync("us"), IsFound);
        Assert.Contains(await blind.Line.AlarmsAsync("ru"), IsFound);
        blind.Line.Clock.Pass(TimeSpan.FromDays(365));
        await blind
            .Line["ru"]
            .UntilAsync(async () => !(await blind.Line.AlarmsAsync("ru")).Any(IsFound), "no alarm of what is over");

        static bool IsFound(JsonElement alarm) => alarm.GetProperty("class").GetString() == "blind-conflict";
    }

    private static string? Of(JsonElement alarm) => alarm.GetProperty("entry").GetString();
}
