using System.Text.Json;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>The watch on a line (R6).</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task A_watch_that_is_over_is_called_so_at_its_own_station_until_somebody_takes_the_next()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var taken = await line.WriteAsync("us", "watch.taken", new { communicator = "Ada" }, name: "Ada");
        var until = (await WatchAsync(line)).GetProperty("until").GetDateTimeOffset();
        Assert.InRange(
            until - line.Clock.GetUtcNow(),
            TimeSpan.FromHours(8) - TimeSpan.FromMinutes(1),
            TimeSpan.FromHours(8)
        );
        line.Clock.Pass(TimeSpan.FromHours(7.9));
        Assert.DoesNotContain(await line.AlarmsAsync("us"), a => a.GetProperty("about").GetString() == "watch over");
        line.Clock.Pass(TimeSpan.FromHours(0.2));
        var alarm = await line.AlarmAsync("us", taken, "reminder");
        Assert.Equal("watch over", alarm.GetProperty("about").GetString());
        Assert.DoesNotContain(await line.AlarmsAsync("ru"), a => a.GetProperty("about").GetString() == "watch over");

        var offer = await line.WriteAsync("us", "watch.offered", new { communicator = "Grace" }, name: "Ada");
        await line.WriteAsync(
            "us",
            "watch.taken",
            new { communicator = "Grace", until = line.Clock.GetUtcNow() + TimeSpan.FromHours(4) },
            offer,
            name: "Grace"
        );
        await line.NoAlarmAsync("us", taken);
        line.Clock.Pass(TimeSpan.FromHours(4.1));
        await line["us"]
            .UntilAsync(
                async () => (await line.AlarmsAsync("us")).Any(a => a.GetProperty("about").GetString() == "watch over"),
                "the second watch over"
            );
    }

    [Fact]
    public async Task Who_takes_the_watch_that_was_offered_to_him_takes_it_with_its_translator_and_its_end()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var end = line.Clock.GetUtcNow() + TimeSpan.FromHours(5);
        var offer = await line.ActAsync(
            "us",
            "watch.offered",
            new
            {
                communicator = "Grace",
                translator = "Ivan",
                until = end,
                by = new { seat = "watch", name = "Ada" },
            }
        );
        Assert.Equal("Ivan", (await WatchAsync(line)).GetProperty("offeredTranslator").GetString());
        await line.ActAsync(
            "us",
            "watch.taken",
            new
            {
                communicator = "Grace",
                translator = (string?)null,
                until = (string?)null,
                re = new[] { offer },
                by = new { seat = "watch", name = "Grace" },
            }
        );
        var watch = await WatchAsync(line);
        Assert.Equal(
            ("Grace", "Ivan"),
            (watch.GetProperty("communicator").GetString(), watch.GetProperty("translator").GetString())
        );
        Assert.InRange(
            watch.GetProperty("until").GetDateTimeOffset() - end,
            TimeSpan.FromMilliseconds(-1),
            TimeSpan.FromMilliseconds(1)
        );

        // Said otherwise, it is as said; and what was offered to another is not taken over.
        offer = await line.ActAsync(
            "us",
            "watch.offered",
            new
            {
                communicator = "Ada",
                translator = "Ivan",
                by = new { seat = "watch", name = "Grace" },
            }
        );
        await line.ActAsync(
            "us",
            "watch.taken",
            new
            {
                communicator = "Ada",
                translator = "Olga",
                re = new[] { offer },
                by = new { seat = "watch", name = "Ada" },
            }
        );
        Assert.Equal("Olga", (await WatchAsync(line)).GetProperty("translator").GetString());
        offer = await line.ActAsync(
            "us",
            "watch.offered",
            new
            {
                communicator = "Grace",
                translator = "Ivan",
                by = new { seat = "watch", name = "Ada" },
            }
        );
        await line.ActAsync(
            "us",
            "watch.taken",
            new
            {
                communicator = "Ned",
                re = new[] { offer },
                by = new { seat = "watch", name = "Ned" },
            }
        );
        Assert.Equal(JsonValueKind.Null, (await WatchAsync(line)).GetProperty("translator").ValueKind);
    }

    [Fact]
    public async Task A_watch_over_the_whole_station_which_stands_in_the_journal_is_called_over_too()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var journal = (await line["us"].GetAsync("station")).Json.GetProperty("journal").GetString()!;
        Assert.Equal(
            201,
            (
                await line["us"]
                    .PostAsync(
                        $"lines/{journal}/entries",
                        Act.Of("watch.taken", new { communicator = "Ada", by = new { seat = "watch", name = "Ada" } })
                    )
            ).Status
        );
        line.Clock.Pass(TimeSpan.FromHours(8.1));
        await line["us"]
            .UntilAsync(
                async () =>
                    (await line["us"].GetAsync($"alarms?line={journal}"))
                        .Json.EnumerateArray()
                        .Any(a => a.GetProperty("about").GetString() == "watch over"),
                "the watch's end"
            );
        Assert.DoesNotContain(
            (await line["us"].GetAsync($"alarms?line={journal}")).Json.EnumerateArray(),
            a => a.GetProperty("about").GetString() == "staffed test"
        );
    }

    [Fact]
    public async Task A_handover_that_a_peer_reads_names_nothing_of_other_lines_or_the_journal_and_the_journals_names_everything()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var by = new { seat = "watch", name = "Ada" };
        var journal = (await line["us"].GetAsync("station")).Json.GetProperty("journal").GetString()!;
        Assert.Equal(
            201,
            (
                await line["us"]
                    .PostAsync(
                        $"lines/{journal}/entries",
                        Act.Of(
                            "condition.raised",
                            new
                            {
                                scope = "watch",
                                level = "heightened",
                                reason = "ours alone",
                                by,
                            }
                        )
                    )
            ).Status
        );
        await line.WriteAsync(
            "us",
            "condition.raised",
            new
            {
                scope = "line",
                level = "heightened",
                reason = "for both",
            }
        );

        Assert.Equal([line.Id.Value], await ListedAsync(line.Id.Value));
        Assert.Equal(new[] { journal, line.Id.Value }.Order(StringComparer.Ordinal), await ListedAsync(journal));

        async Task<IEnumerable<string>> ListedAsync(string on)
        {
            var (status, written) = await line["us"]
                .PostAsync($"lines/{on}/entries", Act.Of("watch.taken", new { communicator = "Ada", by }));
            Assert.Equal(201, status);
            var (_, entry) = await line["us"].GetAsync($"lines/{on}/entries/{written.GetProperty("id").GetString()}");
            return entry
                .GetProperty("body")
                .GetProperty("open")
                .EnumerateArray()
                .Select(o => o.GetProperty("line").GetString()!)
                .Distinct()
                .Order(StringComparer.Ordinal);
        }
    }

    private static async Task<System.Text.Json.JsonElement> WatchAsync(DutyLine line) =>
        (await line.GetAsync("us", "watch")).EnumerateArray().First(w => w.GetProperty("party").GetString() == "us");
}
