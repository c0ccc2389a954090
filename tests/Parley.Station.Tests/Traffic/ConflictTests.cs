using System.Text.Json;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Tests.Api;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Conflicts between planned activities, found at both stations out of the record.</summary>
public sealed class ConflictTests
{
    private static object Circle(
        double longitude,
        double latitude,
        double radius,
        DateTimeOffset from,
        double hours = 2,
        double lower = 0,
        double upper = 1000
    ) =>
        new object[]
        {
            new
            {
                volume = new
                {
                    outline_circle = new
                    {
                        center = new { lng = longitude, lat = latitude },
                        radius = new { value = radius, units = "M" },
                    },
                    altitude_lower = new
                    {
                        value = lower,
                        reference = "W84",
                        units = "M",
                    },
                    altitude_upper = new
                    {
                        value = upper,
                        reference = "W84",
                        units = "M",
                    },
                },
                time_start = new { value = from.ToString("yyyy-MM-ddTHH:mm:ssZ"), format = "RFC3339" },
                time_end = new { value = from.AddHours(hours).ToString("yyyy-MM-ddTHH:mm:ssZ"), format = "RFC3339" },
            },
        };

    private static object Plan(object volumes, string? name = null, string[]? re = null) =>
        new
        {
            by = new { seat = "watch", name = "Ada" },
            name,
            volumes,
            re = re ?? [],
        };

    [Fact] // TRAFFIC-61
    public async Task A_partys_own_plans_in_its_journal_are_compared_for_itself_and_nobody_else_learns_of_them()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var when = line.Clock.GetUtcNow().AddHours(6);
        var journal = (await line["us"].GetAsync("station")).Json.GetProperty("journal").GetString();
        var (status, planned) = await line["us"]
            .PostAsync(
                $"lines/{journal}/entries",
                new
                {
                    kind = "activity.planned",
                    by = new { seat = "planner", name = "Ada" },
                    body = new { name = "night flight", volumes = Circle(19.42, 57.31, 2_000, when) },
                }
            );
        Assert.Equal(201, status);
        var check = new { volumes = Circle(19.43, 57.31, 500, when.AddHours(1)) };
        await line["us"]
            .UntilAsync(
                async () =>
                    (await line["us"].PostAsync("deconflict/check", check))
                        .Json.GetProperty("conflicts")
                        .GetArrayLength() == 1,
                "found in the own journal"
            );
        var found = (await line["us"].PostAsync("deconflict/check", check)).Json.GetProperty("conflicts")[0];
        Assert.Equal(
            (journal, planned.GetProperty("id").GetString()),
            (found.GetProperty("line").GetString(), found.GetProperty("entry").GetString())
        );
        Assert.Equal(
            0,
            (await line["ru"].PostAsync("deconflict/check", check)).Json.GetProperty("conflicts").GetArrayLength()
        );
        await line.ActAsync("us", "activity.notified", Plan(Circle(19.42, 57.31, 2_000, when), "night flight")); // to notify what was planned conflicts with nothing
    }

    [Fact] // DECONFLICTION-13, DECONFLICTION-14
    public async Task Cursor_on_target_goes_out_only_where_the_settings_say_so_and_comes_in_as_drafts_alone()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var us = line["us"];
        await line.ActAsync(
            "us",
            "activity.notified",
            Plan(Circle(19.42, 57.31, 2_000, line.Clock.GetUtcNow().AddHours(6)), "firing")
        );
        var (status, refused) = await us.GetAsync($"lines/{line.Id}/activities?format=cot");
        Assert.Equal((403, "cursor-on-target-off"), (status, refused.GetProperty("code").GetString()));
        await us.StopAsync();
        Assert.True(StationSettings.Read(us.Folder.Directory).TryGet(out var settings, out _));
        await File.WriteAllBytesAsync(
            us.Folder.Directory.Settings,
            (settings with { CursorOnTarget = true }).Encode(),
            TestContext.Current.CancellationToken
        );
        await us.StartAsync();
        await us.UntilAsync(
            async () => (await us.GetAsync($"lines/{line.Id}/activities")).Status == 200,
            "the record read"
        );
        var events = await us.Http.GetStringAsync(
            $"lines/{line.Id}/activities?format=cot",
            TestContext.Current.CancellationToken
        );
        Assert.Contains("u-d-c-c", events, StringComparison.Ordinal);

        using var content = new StringContent(events, System.Text.Encoding.UTF8, "application/xml");
        var (taken, drafts) = await ApiFixture.ReadAsync(
            line["ru"]
                .Http.PostAsync(
                    $"lines/{line.Id}/activities/cursor-on-target",
                    content,
                    TestContext.Current.CancellationToken
                )
        );
        Assert.Equal(200, taken);
        var draft = Assert.Single(drafts.EnumerateArray());
        Assert.Equal(
            ("activity.notified", "firing"),
            (draft.GetProperty("kind").GetString(), draft.GetProperty("content").GetProperty("name").GetString())
        );
        Assert.Equal(JsonValueKind.Null, draft.GetProperty("problem").ValueKind);
        Assert.Single((await line.GetAsync("ru", "activities")).EnumerateArray()); // only what was notified
        // What is no area is passed over with a word; of a document that is not read whole nothing is kept.
        var position =
            "<event uid='p' type='a-f-G-U-C' start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'><point lat='1' lon='1' ce='9999999'/></event>";
        var line2 =
            "<event uid='l' type='u-d-f' start='2026-03-01T12:00:00Z' stale='2026-03-01T13:00:00Z'><point lat='1' lon='1'/><detail><link point='1,1'/><link point='2,1'/><link point='2,2'/></detail></event>";
        using var mixed = new ByteArrayContent(
            System
                .Text.Encoding.Unicode.GetPreamble()
                .Concat(
                    System.Text.Encoding.Unicode.GetBytes(
                        events.Replace("</events>", position + "</events>", StringComparison.Ordinal)
                    )
                )
                .ToArray()
        )
        {
            Headers = { ContentType = new("application/xml") },
        };
        using var answer = await line["ru"]
            .Http.PostAsync(
                $"lines/{line.Id}/activities/cursor-on-target",
                mixed,
                TestContext.Current.CancellationToken
            );
        Assert.Equal(
            "event 2 is passed over: type a-f-G-U-C is no area",
            Assert.Single(answer.Headers.GetValues("Parley-Passed-Over"))
        );
        using var half = new StringContent(
            events.Replace("</events>", line2 + "</events>", StringComparison.Ordinal),
            System.Text.Encoding.UTF8,
            "application/xml"
        );
        Assert.Equal(
            422,
            (
                await ApiFixture.ReadAsync(
                    line["ru"]
                        .Http.PostAsync(
                            $"lines/{line.Id}/activities/cursor-on-target",
                            half,
                            TestContext.Current.CancellationToken
                        )
                )
            ).Status
        );
        Assert.Equal(2, (await line["ru"].GetAsync("drafts")).Json.GetArrayLength());
        using var nonsense = new StringContent("<event/>", System.Text.Encoding.UTF8, "application/xml");
        Assert.Equal(
            422,
            (
                await ApiFixture.ReadAsync(
                    us.Http.PostAsync(
                        $"lines/{line.Id}/activities/cursor-on-target",
                        nonsense,
                        TestContext.Current.CancellationToken
                    )
                )
            ).Status
        );
    }

    [Fact] // TRAFFIC-61
    public async Task A_notice_is_returned_with_what_it_conflicts_with_until_it_names_it_and_both_owners_are_told()
    {
        await using var line = await DutyLine.StartAsync(
            LinePolicy.Default with
            {
                Separation = new LineSeparation(5_000, 300, 600),
            },
            tests: false,
            "us",
            "ru"
        );
        var when = line.Clock.GetUtcNow().AddHours(6);
        var firing = await line.ActAsync("ru", "activity.notified", Plan(Circle(19.42, 57.31, 2_000, when), "firing"));
        var (status, returned) = await line["us"]
            .PostAsync(
                $"lines/{line.Id}/entries",
                Act.Of("activity.notified", Plan(Circle(19.50, 57.31, 1_000, when.AddHours(1)), "flight"))
            );
        Assert.Equal((409, "conflicts"), (status, returned.GetProperty("code").GetString()));
        var conflict = Assert.Single(returned.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(firing, conflict.GetProperty("second").GetString());
        Assert.InRange(conflict.GetProperty("where").GetProperty("seconds").GetDouble(), 3599, 3601); // 57 N, 4.8 km apart: within the separation, an hour in common

        // Somewhere else, or later, or higher, it stands by itself.
        await line.ActAsync("us", "activity.notified", Plan(Circle(20.5, 57.31, 1_000, when), "far"));
        await line.ActAsync("us", "activity.notified", Plan(Circle(19.42, 57.31, 1_000, when.AddHours(5)), "later"));
        await line.ActAsync(
            "us",
            "activity.notified",
            Plan(Circle(19.42, 57.31, 1_000, when, lower: 2000, upper: 3000), "higher")
        );

        var flight = await line.ActAsync(
            "us",
            "activity.notified",
            Plan(Circle(19.50, 57.31, 1_000, when.AddHours(1)), "flight", [firing])
        );
        foreach (var party in (string[])["us", "ru"])
        {
            var found = Assert.Single((await line.GetAsync(party, "conflicts")).EnumerateArray());
            Assert.Equal(
                new HashSet<string?> { firing, flight },
                new HashSet<string?> { found.GetProperty("first").GetString(), found.GetProperty("second").GetString() }
            );
            await line[party]
                .UntilAsync(
                    async () =>
                        (await line.AlarmsAsync(party)).Any(a =>
                            a.GetProperty("about").GetString()!.StartsWith("conflict of", StringComparison.Ordinal)
                        ),
                    "an alarm at both ends"
                );
        }

        Assert.All(
            (await line.GetAsync("us", "activities")).EnumerateArray(),
            p =>
                Assert.Equal(
                    (JsonValueKind.Null, JsonValueKind.Array, true),
                    (
                        p.GetProperty("problem").ValueKind,
                        p.GetProperty("volumes").ValueKind,
                        p.GetProperty("compared").GetBoolean()
                    )
                )
        );

        // It is the same after a restart, and gone when one of them goes.
        await line["ru"].StopAsync();
        await line["ru"].StartAsync();
        await line["ru"]
            .UntilAsync(
                async () =>
                    (await line["ru"].GetAsync($"lines/{line.Id}/conflicts")) is (200, var json)
                    && json.GetArrayLength() == 1,
                "found again"
            );
        await line.ActAsync("ru", "activity.cancelled", new { by = new { seat = "watch", name = "Boris" } }, firing);
        await line["us"]
            .UntilAsync(async () => (await line.GetAsync("us", "conflicts")).GetArrayLength() == 0, "no conflict left");
        await line["us"]
            .UntilAsync(
                async () =>
                    !(await line.AlarmsAsync("us")).Any(a =>
                        a.GetProperty("about").GetString()!.StartsWith("conflict of", StringComparison.Ordinal)
                    ),
                "no alarm left"
            );
    }

    [Fact]
    public async Task What_was_only_notified_is_compared_by_a_question_that_nobody_else_hears()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var when = line.Clock.GetUtcNow().AddHours(6);
        var site = await line.ActAsync(
            "ru",
            "area.declared",
            new
            {
                by = new { seat = "watch", name = "Boris" },
                releasedBy = new { seat = "watch", name = "Vera" },
                type = "protected",
                name = "Hospital No. 2",
                function = "hospital",
                verifiedBy = "OCHA",
                verifiedHow = "on site",
                verifiedAt = line.Clock.GetUtcNow(),
                consent = true,
                volumes = new object[]
                {
                    new
                    {
                        volume = new
                        {
                            outline_circle = new
                            {
                                center = new { lng = 36.2, lat = 50.0 },
                                radius = new { value = 300, units = "M" },
                            },
                        },
                    },
                },
            }
        );
        var before = (await line["ru"].StatusAsync(line.Id)).GetProperty("ownSize").GetInt64();
        var (status, answer) = await line["us"]
            .PostAsync("deconflict/check", new { volumes = Circle(36.203, 50.0, 300, when) });
        Assert.Equal(200, status);
        var found = Assert.Single(answer.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(
            (site, "protected", "ru"),
            (
                found.GetProperty("entry").GetString(),
                found.GetProperty("role").GetString(),
                found.GetProperty("owner").GetString()
            )
        );
        Assert.Equal(1, answer.GetProperty("compared").GetInt32());
        Assert.Contains("only what was notified", answer.GetProperty("caution").GetString(), StringComparison.Ordinal);
        (_, answer) = await line["us"].PostAsync("deconflict/check", new { volumes = Circle(36.3, 50.0, 300, when) });
        Assert.Empty(answer.GetProperty("conflicts").EnumerateArray());
        (_, answer) = await line["us"]
            .PostAsync("deconflict/check", new { volumes = Circle(36.3, 50.0, 300, when), separation = "10km" });
        Assert.Single(answer.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(before, (await line["ru"].StatusAsync(line.Id)).GetProperty("ownSize").GetInt64());
        var (_, features) = await line["us"].GetAsync($"lines/{line.Id}/activities?format=geojson");
        Assert.Equal(
            "Polygon",
            Assert
                .Single(features.GetProperty("features").EnumerateArray())
                .GetProperty("geometry")
                .GetProperty("type")
                .GetString()
        );
    }

    [Fact]
    public async Task Volumes_that_cannot_be_read_are_returned_with_the_place_and_a_peer_s_are_kept_and_shown_so()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        var crossed = new object[]
        {
            new
            {
                volume = new
                {
                    outline_polygon = new
                    {
                        vertices = new object[]
                        {
                            new { lng = 0, lat = 0 },
                            new { lng = 1, lat = 1 },
                            new { lng = 1, lat = 0 },
                            new { lng = 0, lat = 1 },
                        },
                    },
                },
            },
        };
        var (status, json) = await us.PostAsync($"lines/{line.Id}/entries", Act.Of("activity.notified", Plan(crossed)));
        Assert.Equal((422, "volumes"), (status, json.GetProperty("code").GetString()));
        Assert.Contains(
            "volumes[0].volume.outline_polygon",
            json.GetProperty("title").GetString(),
            StringComparison.Ordinal
        );

        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.WriteEntry(
                "activity.notified",
                """{"volumes":[{"volume":{"outline_polygon":{"vertices":[{"lng":0,"lat":0},{"lng":1,"lat":1},{"lng":1,"lat":0},{"lng":0,"lat":1}]}}}]}"""
            )
            .WriteEntry("activity.notified", """{"volumes":"everywhere"}""")
            .WriteEntry("area.declared", """{"type":"keep-out","name":"x","volumes":[{"volume":{}}]}""")
            .WriteEntry(
                "activity.notified",
                """{"volumes":[{"volume":{"\ud800":"\ud800"},"time_end":{"value":"\ud800"}}]}"""
            );
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        var (_, plans) = await us.GetAsync($"lines/{line.Id}/activities");
        Assert.Contains(
            plans.EnumerateArray(),
            p =>
                p.GetProperty("entry").GetString() == "ru/1"
                && p.GetProperty("problem").GetString()!.Length > 0
                && !p.GetProperty("compared").GetBoolean()
        );
        Assert.Contains(
            plans.EnumerateArray(),
            p => p.GetProperty("entry").GetString() == "ru/4" && p.GetProperty("problem").GetString()!.Length > 0
        );
        Assert.Contains(
            plans.EnumerateArray(),
            p =>
                p.GetProperty("entry").GetString() == "ru/3"
                && p.GetProperty("problem").GetString()!.Contains("outline", StringComparison.Ordinal)
        );
        var (_, traffic) = await us.GetAsync($"lines/{line.Id}/traffic");
        Assert.Equal(
            ["ru/2"],
            traffic.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("entry").GetString())
        );
    }
}
