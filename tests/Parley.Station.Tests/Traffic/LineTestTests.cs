using System.Text.Json;
using Parley.Record;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Tests of the line, by the stations themselves and by officers (R1, R2).</summary>
public sealed class LineTestTests
{
    private static async Task<JsonElement> TestsAsync(DutyLine line, string at, string party) =>
        (await line.GetAsync(at, "traffic")).GetProperty("tests").GetProperty("byParty").GetProperty(party);

    private static async Task<int> CountAsync(DutyLine line, string at, string kind, string from) =>
        (await line.GetAsync(at, "entries?limit=1000"))
            .GetProperty("entries")
            .EnumerateArray()
            .Count(e =>
                e.GetProperty("kind").GetString() == kind
                && e.GetProperty("id").GetString()!.StartsWith($"{from}/", StringComparison.Ordinal)
            );

    [Fact] // TRAFFIC-122, TRAFFIC-123
    public async Task Each_station_tests_the_line_once_in_each_interval_answers_the_other_and_never_stops_trying()
    {
        await using var line = await DutyLine.StartAsync(LinePolicy.Default, tests: true, "us", "ru");
        Assert.Equal(0, await CountAsync(line, "us", "test.sent", "us")); // the first comes a whole interval after the start
        for (var hour = 1; hour <= 3; hour++)
        {
            line.Clock.Pass(TimeSpan.FromHours(1));
            foreach (var (at, party) in new[] { ("us", "us"), ("ru", "ru"), ("us", "ru"), ("ru", "us") })
            {
                await line[at]
                    .UntilAsync(
                        async () =>
                            await CountAsync(line, at, "test.sent", party) == hour
                            && (await TestsAsync(line, at, party)).GetProperty("lastOutcome").GetString() == "answered",
                        $"{party}'s test {hour} answered"
                    );
                Assert.Equal(0, (await TestsAsync(line, at, party)).GetProperty("consecutiveMisses").GetInt32());
            }
        }
        Assert.Equal(3, await CountAsync(line, "us", "test.answered", "us"));
        var sent = (await line.GetAsync("us", "entries?limit=1000"))
            .GetProperty("entries")
            .EnumerateArray()
            .First(e => e.GetProperty("kind").GetString() == "test.sent");
        Assert.Equal(
            ("test", "watch", "station"),
            (
                sent.GetProperty("mark").GetString(),
                sent.GetProperty("by").GetProperty("seat").GetString(),
                sent.GetProperty("by").GetProperty("name").GetString()
            )
        );

        // Nobody there: it goes on, and says for how long it has been in vain.
        await line["ru"].StopAsync();
        for (var hour = 4; hour <= 6; hour++)
        {
            line.Clock.Pass(TimeSpan.FromMinutes(61));
            await line["us"]
                .UntilAsync(async () => await CountAsync(line, "us", "test.sent", "us") == hour, $"test {hour}");
        }
        line.Clock.Pass(TimeSpan.FromMinutes(30));
        await line["us"]
            .UntilAsync(
                async () => (await TestsAsync(line, "us", "us")).GetProperty("consecutiveMisses").GetInt32() == 2,
                "two missed"
            );
        Assert.Contains(
            await line.AlarmsAsync("us"),
            a => a.GetProperty("about").GetString()!.StartsWith("tests unanswered", StringComparison.Ordinal)
        );
        await line["ru"].StartAsync();
        await line["us"]
            .UntilAsync(
                async () => (await TestsAsync(line, "us", "us")).GetProperty("consecutiveMisses").GetInt32() == 0,
                "answered again"
            );
        Assert.Equal(4, await CountAsync(line, "us", "test.answered", "ru")); // only the newest of what came in together
        Assert.Equal(0, (await line.GetAsync("us", "traffic")).GetProperty("flagCount").GetInt64());
    }

    [Fact] // E6
    public async Task In_a_crisis_the_line_is_tested_four_times_as_often_until_it_is_over()
    {
        await using var line = await DutyLine.StartAsync(LinePolicy.Default, tests: true, "us", "ru");
        var raised = await line.WriteAsync(
            "ru",
            "condition.raised",
            new
            {
                scope = "line",
                level = "crisis",
                reason = "forces mass",
            }
        );
        DateTimeOffset next = default;
        await line["us"]
            .UntilAsync(
                async () => (next = await NextAsync()) <= line.Clock.GetUtcNow() + TimeSpan.FromMinutes(15),
                "the next test in a quarter of an hour"
            );
        for (var quarter = 1; quarter <= 3; quarter++)
        {
            line.Clock.Pass(TimeSpan.FromMinutes(15));
            await line["us"]
                .UntilAsync(async () => await CountAsync(line, "us", "test.sent", "us") == quarter, $"test {quarter}");
        }
        await line.WriteAsync("ru", "condition.lowered", new { reason = "over" }, raised);
        line.Clock.Pass(TimeSpan.FromMinutes(15));
        await line["us"]
            .UntilAsync(
                async () =>
                    await CountAsync(line, "us", "test.sent", "us") == 4
                    && await NextAsync() > line.Clock.GetUtcNow() + TimeSpan.FromMinutes(30),
                "an hour between them again"
            );

        async Task<DateTimeOffset> NextAsync() =>
            (await line.GetAsync("us", "traffic"))
                .GetProperty("tests")
                .GetProperty("nextAutomatic")
                .GetDateTimeOffset();
    }

    [Fact]
    public async Task Without_being_asked_for_no_station_tests_or_answers_by_itself()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        line.Clock.Pass(TimeSpan.FromHours(5));
        await line.ActAsync("us", "test.sent", new { by = new { seat = "watch", name = "Ada" }, style = "automatic" });
        await line.WriteAsync("ru", "message.sent", new { text = "after the passes" });
        Assert.Equal(1, await CountAsync(line, "ru", "test.sent", "us"));
        Assert.Equal(0, await CountAsync(line, "ru", "test.answered", "ru"));
    }

    [Fact]
    public async Task At_the_agreed_times_of_day_an_officer_is_reminded_to_test_the_line_until_he_does()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        line.Clock.Pass(TimeSpan.FromDays(1));
        JsonElement reminder = default;
        await line["us"]
            .UntilAsync(
                async () =>
                {
                    reminder = (await line.AlarmsAsync("us")).FirstOrDefault(a =>
                        a.GetProperty("level").GetString() == "reminder"
                    );
                    return reminder.ValueKind == JsonValueKind.Object;
                },
                "a reminder"
            );
        Assert.Contains(
            reminder.GetProperty("due").GetDateTimeOffset().ToString("HH:mm"),
            LinePolicy.Default.StaffedTests
        );
        var test = await line.ActAsync(
            "us",
            "test.sent",
            new
            {
                by = new { seat = "watch", name = "Ada" },
                style = "staffed",
                text = "The cat sat on the mat",
                lang = "en",
            }
        );
        await line["us"]
            .UntilAsync(
                async () => (await line.AlarmsAsync("us")).All(a => a.GetProperty("level").GetString() != "reminder"),
                "no reminder"
            );
        await line.ActAsync(
            "ru",
            "test.answered",
            new
            {
                by = new { seat = "watch", name = "Boris" },
                text = "Кошка сидела на коврике",
                lang = "ru",
            },
            test
        );
        Assert.Equal("answered", await line.StateAsync(test));
        Assert.True(
            (await line.GetAsync("us", "traffic")).GetProperty("tests").GetProperty("nextStaffed").GetDateTimeOffset()
                > line.Clock.GetUtcNow()
        );
    }

    [Fact]
    public async Task A_staffed_test_that_came_due_while_the_station_was_down_is_still_to_be_done_when_it_runs_again()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        await line["us"].StopAsync();
        line.Clock.Pass(TimeSpan.FromDays(1));
        await line["us"].StartAsync();
        await line["us"]
            .UntilAsync(
                async () =>
                    (await line.AlarmsAsync("us")).Any(a => a.GetProperty("about").GetString() == "staffed test"),
                "the reminder of what came due meanwhile"
            );
        await line.ActAsync(
            "us",
            "test.sent",
            new
            {
                by = new { seat = "watch", name = "Ada" },
                style = "staffed",
                text = "The cat sat on the mat",
                lang = "en",
            }
        );
        await line["us"].StopAsync();
        await line["us"].StartAsync();
        await line.WriteAsync("us", "message.sent", new { text = "after the restart" });
        Assert.DoesNotContain(await line.AlarmsAsync("us"), a => a.GetProperty("about").GetString() == "staffed test");
    }

    [Fact] // TRAFFIC-19
    public async Task An_echo_of_other_words_is_refused_at_its_author_and_one_that_comes_from_a_peer_all_the_same_is_recorded_as_a_fault()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        var us = line["us"] = new LiveStation(line["us"].Folder) { LineTests = true };
        await line.OpenAsync("us");
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var (status, sent) = await us.PostAsync(
            $"lines/{line.Id}/entries",
            Act.Of(
                "test.sent",
                new
                {
                    by = new { seat = "watch", name = "Ada" },
                    style = "staffed",
                    text = "The cat sat on the mat",
                }
            )
        );
        Assert.True(status == 201, $"{status} {sent}");
        var test = EntryId.TryParse(sent.GetProperty("id").GetString()!, out var id) ? id : default;
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.WriteEntry("test.answered", """{"text":"The hat sat on the cat"}""", test)
            .WriteEntry("test.sent", """{"style":"staffed","text":"Seven herons"}""");
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        JsonElement item = default;
        await us.UntilAsync(
            async () =>
                (item = (await us.GetAsync($"lines/{line.Id}/items/{test}")).Json).GetProperty("state").GetString()
                == "fault",
            "the fault"
        );
        Assert.Contains("ru/1", item.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var (refused, why) = await us.PostAsync(
            $"lines/{line.Id}/entries",
            Act.Of("test.answered", new { by = new { seat = "watch", name = "Ada" } }, "ru/2")
        );
        Assert.Equal((409, "illegal-step"), (refused, why.GetProperty("code").GetString()));
        Assert.Equal(
            201,
            (
                await us.PostAsync(
                    $"lines/{line.Id}/entries",
                    Act.Of(
                        "test.answered",
                        new { by = new { seat = "watch", name = "Ada" }, text = "seven herons" },
                        "ru/2"
                    )
                )
            ).Status
        );
    }

    [Fact]
    public async Task On_a_line_of_three_both_others_answer_a_test_and_neither_answer_is_flagged()
    {
        await using var line = await DutyLine.StartAsync(LinePolicy.Default, tests: true, "us", "ru", "eu");
        line.Clock.Pass(TimeSpan.FromHours(1));
        await line["us"]
            .UntilAsync(
                async () =>
                    await CountAsync(line, "us", "test.answered", "ru") == 2
                    && await CountAsync(line, "us", "test.answered", "eu") == 2
                    && await CountAsync(line, "us", "test.answered", "us") == 2,
                "every test answered by both others"
            );
        Assert.Equal(0, (await line.GetAsync("us", "traffic")).GetProperty("flagCount").GetInt64());
    }
}
