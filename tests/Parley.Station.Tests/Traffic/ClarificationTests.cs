using System.Text.Json;
using Parley.Station.Tests.Following;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Requests for clarification between two real stations, with their clock (R10, E4).</summary>
public sealed class ClarificationTests
{
    [Fact]
    public async Task A_clarification_that_nobody_answers_goes_overdue_is_alarmed_at_both_ends_and_asks_for_a_meeting()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var by = new { seat = "watch", name = "Ada" };
        var asked = await line.ActAsync(
            "us",
            "clarification.requested",
            new
            {
                by,
                concern = "build-up of forces and what exactly is going on",
                type = "movement",
                place = new { name = "Yelnya", position = new[] { 33.16, 54.57 } },
            }
        );
        await line.WriteAsync("ru", "message.acknowledged", new { note = "received" }, asked);
        Assert.Equal("open", await line.StateAsync(asked));
        var (early, refused) = await line["us"]
            .PostAsync(
                $"lines/{line.Id}/entries",
                Act.Of("clarification.meeting_asked", new { by, where = "Vienna" }, asked)
            );
        Assert.Equal((409, "illegal-step"), (early, refused.GetProperty("code").GetString()));

        line.Clock.Pass(TimeSpan.FromHours(49));
        Assert.Equal("overdue", await line.StateAsync(asked));
        foreach (var party in new[] { "us", "ru" })
        {
            var alarm = await line.AlarmAsync(party, asked, "due");
            Assert.Equal("clarification overdue", alarm.GetProperty("about").GetString());
            var traffic = await line.GetAsync(party, "traffic");
            Assert.Equal(1, traffic.GetProperty("overdue").GetInt32());
            Assert.Equal(
                "build-up of forces and what exactly is going on",
                Assert.Single(traffic.GetProperty("open").EnumerateArray()).GetProperty("concern").GetString()
            );
        }

        await line.ActAsync(
            "us",
            "clarification.meeting_asked",
            new
            {
                by,
                where = "Vienna",
                at = line.Clock.GetUtcNow().AddHours(20),
            },
            asked
        );
        Assert.Equal("meeting asked", await line.StateAsync(asked));
        foreach (var party in new[] { "us", "ru" })
            await line.NoAlarmAsync(party, asked);
        line.Clock.Pass(TimeSpan.FromHours(49));
        Assert.Equal("meeting overdue", await line.StateAsync(asked));
        await line.AlarmAsync("ru", asked, "due");
        await line.ActAsync("ru", "clarification.meeting_agreed", new { by, where = "Vienna" }, asked);
        await line.ActAsync(
            "ru",
            "clarification.answered",
            new
            {
                by,
                purpose = "an exercise",
                designation = "1st tank army",
            },
            asked
        );
        await line.ActAsync("us", "clarification.closed", new { by }, asked);
        Assert.Equal("closed", await line.StateAsync(asked));
        foreach (var party in new[] { "us", "ru" })
            await line.NoAlarmAsync(party, asked);

        // As it stood in between, from the record alone.
        var then = (await line.ItemAsync("us", asked))
            .GetProperty("entries")[0]
            .GetProperty("at")
            .GetDateTimeOffset()
            .AddHours(60);
        var past = await line.GetAsync("us", $"traffic?at={then.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");
        Assert.Equal(
            "meeting asked",
            Assert.Single(past.GetProperty("open").EnumerateArray()).GetProperty("state").GetString()
        );
    }

    [Fact]
    public async Task Whoever_follows_a_station_hears_of_every_step_and_of_what_time_alone_does()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var asked = "";
        var told = await Follower.ReadAsync(
            line["ru"],
            $"?line={line.Id}",
            null,
            what =>
            {
                if (asked.Length == 0)
                {
                    asked = "us/1";
                    _ = line.WriteAsync("us", "clarification.requested", new { concern = "flights" });
                }
                if (what.Kind == "traffic" && what.Data.GetProperty("state").GetString() == "open")
                    line.Clock.Pass(TimeSpan.FromHours(49));
                return what.Kind == "alarm" && what.Data.GetProperty("about").GetString() == "clarification overdue";
            }
        );
        Assert.Equal(
            ["open", "overdue"],
            told.Where(t => t.Kind == "traffic").Select(t => t.Data.GetProperty("state").GetString())
        );
        Assert.All(
            told.Where(t => t.Kind == "traffic"),
            t => Assert.Equal(asked, t.Data.GetProperty("item").GetString())
        );
        Assert.All(
            told.Where(t => t.Kind == "alarm"),
            t => Assert.Equal(asked, t.Data.GetProperty("entry").GetString())
        );
    }

    [Fact]
    public async Task A_misspelt_or_senseless_act_is_refused_with_its_reason_and_leaves_nothing()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var by = new { seat = "watch", name = "Ada" };
        foreach (
            object wrong in new object[]
            {
                new
                {
                    by,
                    concern = "x",
                    concerns = "y",
                },
                new { by },
                new { concern = "x" },
                new
                {
                    by,
                    concern = "x",
                    place = new { position = new[] { 400.0, 0 } },
                },
            }
        )
        {
            var (status, json) = await line["us"]
                .PostAsync($"lines/{line.Id}/entries", Act.Of("clarification.requested", wrong));
            Assert.True(status == 400, $"{JsonSerializer.Serialize(wrong)}: {status} {json}");
            Assert.Equal("invalid", json.GetProperty("code").GetString());
        }
        var (list, none) = await line["us"]
            .PostAsync(
                $"lines/{line.Id}/entries",
                new
                {
                    by,
                    kind = "clarification.requested",
                    body = new[] { 1 },
                }
            );
        Assert.Equal((400, "invalid"), (list, none.GetProperty("code").GetString()));
        Assert.Empty((await line.GetAsync("us", "traffic")).GetProperty("open").EnumerateArray());
    }

    [Fact]
    public async Task An_answer_brings_its_material_with_source_and_verification_and_a_claim_stands_with_the_dissent_beside_it()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var by = new { seat = "watch", name = "Ada" };
        var asked = await line.ActAsync(
            "us",
            "clarification.requested",
            new { by, concern = "the columns at Alder Crossing" }
        );
        var material = new
        {
            what = "film",
            hash = "sha256:" + new string('a', 64),
            source = "a drone",
            verification = "unverified",
            entry = "ru/0",
        };
        await line.ActAsync("ru", "clarification.answered", new { by, material = new[] { material } }, asked);
        Assert.Equal("answered", await line.StateAsync(asked));
        var shown = Assert.Single(
            (await line.ItemAsync("us", asked)).GetProperty("answer").GetProperty("material").EnumerateArray()
        );
        Assert.Equal(
            ("a drone", "ru/0"),
            (shown.GetProperty("source").GetString(), shown.GetProperty("entry").GetString())
        );
        var (status, refused) = await line["ru"]
            .PostAsync(
                $"lines/{line.Id}/entries",
                Act.Of(
                    "clarification.answered",
                    new { by, material = new[] { material with { entry = "../ru" } } },
                    asked
                )
            );
        Assert.Equal(
            (400, true),
            (status, refused.GetProperty("title").GetString()!.Contains("no entry id", StringComparison.Ordinal))
        );

        var claim = await line.ActAsync(
            "us",
            "claim.made",
            new
            {
                by,
                text = "Shells fell on the eastern bank",
                source = "two observers",
            }
        );
        await line.ActAsync(
            "ru",
            "claim.disputed",
            new
            {
                by,
                text = "None of ours fired",
                source = "the unit's log",
            },
            claim
        );
        Assert.Equal("disputed", await line.StateAsync(claim));
        var dissent = Assert.Single((await line.ItemAsync("us", claim)).GetProperty("dissent").EnumerateArray());
        Assert.Equal(
            ("ru", "None of ours fired"),
            (dissent.GetProperty("party").GetString(), dissent.GetProperty("text").GetString())
        );
    }
}
