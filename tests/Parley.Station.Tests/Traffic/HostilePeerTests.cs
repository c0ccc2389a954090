using System.Text.Json;
using Parley.Record;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>What a peer signs and no station of ours would have written: kept, shown, flagged, of no effect.</summary>
public sealed class HostilePeerTests
{
    [Fact]
    public async Task An_illegal_step_by_a_peer_is_kept_and_flagged_and_changes_nothing_and_unknown_kinds_are_shown_raw()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        var (status, call) = await us.PostAsync(
            $"lines/{line.Id}/entries",
            Act.Of("call.requested", new { by = new { seat = "watch", name = "Ada" }, topic = "flights" })
        );
        Assert.True(status == 201, $"{status} {call}");
        var request = EntryId.TryParse(call.GetProperty("id").GetString()!, out var id) ? id : default;
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.WriteEntry("call.withdrawn", "{}", request) // only its opener may
            .WriteEntry(
                "call.accepted",
                """{"window":{"from":"2022-05-13T15:00:00Z","until":"2022-05-13T14:00:00Z"}}""",
                request
            ) // ends before it begins
            .WriteEntry("call.accepted", "not json", request)
            .WriteEntry("call.countered", """{"windows":null}""", request)
            .WriteEntry("readout.agreed", """{"hash":"sha256:00"}""", request) // answers no readout
            .WriteEntry("line.suspended", "{}") // one officer alone
            .WriteEntry("weather.reported", """{"wind":[1,2,{"gusts":true}],"by":"\u202egnp.exe"}""")
            .WriteEntry("call.declined", """{"reason":"later","new":"a member of a newer version"}""", request);
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);

        for (var run = 0; run < 2; run++)
        {
            await us.UntilAsync(
                async () => !(await us.GetAsync($"lines/{line.Id}/traffic")).Json.GetProperty("folding").GetBoolean(),
                "folded"
            );
            var (_, traffic) = await us.GetAsync($"lines/{line.Id}/traffic");
            Assert.Equal(
                ["ru/1", "ru/2", "ru/3", "ru/4", "ru/5", "ru/6"],
                traffic.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("entry").GetString())
            );
            Assert.Equal("accepted", (await us.StatusAsync(line.Id)).GetProperty("standing").GetString()); // as the flag on ru/6 says
            var (_, item) = await us.GetAsync($"lines/{line.Id}/items/{request}");
            Assert.Equal("declined", item.GetProperty("state").GetString());
            Assert.Equal("later", item.GetProperty("reason").GetString());
            Assert.Equal(
                [request.ToString(), "ru/8"],
                item.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("entry").GetString())
            );
            var (_, raw) = await us.GetAsync($"lines/{line.Id}/entries/ru/7");
            Assert.Equal("weather.reported", raw.GetProperty("kind").GetString());
            Assert.True(raw.GetProperty("body").GetProperty("wind")[2].GetProperty("gusts").GetBoolean());
            Assert.Contains(
                traffic.GetProperty("waiting").EnumerateArray(),
                w => w.GetProperty("entry").GetString() == "ru/7"
            ); // nobody knows what it is, and somebody must look
            await us.StopAsync(); // folded again, it is the same
            await us.StartAsync();
        }
    }

    [Fact] // TRAFFIC-17, TRAFFIC-18, TRAFFIC-2
    public async Task Whether_a_peer_suspends_the_line_is_the_same_in_what_is_flagged_and_in_what_the_line_takes()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        var two = new Officer("principal", "Boris", new Officer("principal", "Olga"));
        feed.WriteEntry("line.resumed", "{}"); // 1: one officer
        feed.By = two;
        feed.WriteEntry("line.resumed", "{}") // 2: nothing to resume
            .WriteEntry("line.suspended", "{}") // 3
            .WriteEntry("line.suspended", "{}"); // 4: again
        feed.By = new Officer("watch", "Mallory");
        feed.WriteEntry("message.sent", """{"text":"in spite of it"}""") // 5
            .WriteEntry("line.resumed", "{}"); // 6: one officer
        feed.Precedence = Precedence.Flash;
        feed.WriteEntry("message.sent", """{"text":"passes"}"""); // 7
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);

        var (_, traffic) = await us.GetAsync($"lines/{line.Id}/traffic");
        Assert.Equal(
            ["ru/1", "ru/2", "ru/4", "ru/5", "ru/6"],
            traffic.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("entry").GetString())
        );
        Assert.Contains(
            traffic.GetProperty("waiting").EnumerateArray(),
            w => w.GetProperty("entry").GetString() == "ru/5"
        ); // it counts
        Assert.Equal("suspended", (await us.StatusAsync(line.Id)).GetProperty("standing").GetString());
        object Act(string kind) =>
            new
            {
                kind,
                by = new { seat = "principal", name = "Ada" },
                releasedBy = new { seat = "principal", name = "Grace" },
            };
        var (status, why) = await us.PostAsync($"lines/{line.Id}/entries", Act("line.resumed")); // it is not ours
        Assert.Equal((409, "illegal-step"), (status, why.GetProperty("code").GetString()));
        Assert.Equal(201, (await us.PostAsync($"lines/{line.Id}/entries", Act("line.suspended"))).Status);
        Assert.Equal(409, (await us.PostAsync($"lines/{line.Id}/entries", Act("line.suspended"))).Status);
        Assert.Equal(
            403,
            (
                await us.PostAsync(
                    $"lines/{line.Id}/entries",
                    new
                    {
                        kind = "line.resumed",
                        by = new { seat = "principal", name = "Ada" },
                        releasedBy = new { seat = "interpreter", name = "Ned" },
                    }
                )
            ).Status
        ); // TRAFFIC-5
        Assert.Equal(201, (await us.PostAsync($"lines/{line.Id}/entries", Act("line.resumed"))).Status);
    }

    [Fact] // TRAFFIC-40, TRAFFIC-5, TRAFFIC-13
    public async Task A_peer_agrees_to_nothing_and_releases_nothing_by_keeping_texts_back_and_takes_no_flash_back_by_one_officer()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var (_, ours) = await us.PostAsync(
            $"lines/{line.Id}/entries",
            Act.Of("readout.drafted", new { by = new { seat = "watch", name = "Ada" }, text = "we spoke" })
        );
        var draft = EntryId.TryParse(ours.GetProperty("id").GetString()!, out var id) ? id : default;
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        var two = new Officer("principal", "Boris", new Officer("principal", "Olga"));
        feed.By = two;
        feed.Precedence = Precedence.Flash;
        feed.WriteEntry("message.sent", """{"text":"under fire"}"""); // 1
        feed.Precedence = Precedence.Routine;
        feed.Withholds = true;
        feed.WriteEntry("readout.agreed", """{"hash":"sha256:00"}""", draft); // 2
        feed.By = new Officer("spokesperson", "Mallory");
        feed.WriteEntry("statement.released", """{"level":"public","text":"they gave in"}"""); // 3
        feed.Withholds = false;
        feed.WriteEntry("message.cancelled", "{}", new EntryId(line["ru"].Folder.Party, 1)); // 4
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        var (_, traffic) = await us.GetAsync($"lines/{line.Id}/traffic");
        Assert.Equal(
            ["ru/2", "ru/3", "ru/4"],
            traffic.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("entry").GetString())
        );
        Assert.Equal(
            "drafting",
            (await us.GetAsync($"lines/{line.Id}/items/{draft}")).Json.GetProperty("state").GetString()
        );
        Assert.Contains(
            traffic.GetProperty("waiting").EnumerateArray(),
            w => w.GetProperty("entry").GetString() == "ru/1"
        );
        Assert.Equal(
            JsonValueKind.Null,
            (await us.GetAsync($"lines/{line.Id}/entries/ru/1/receipts")).Json.GetProperty("replaced").ValueKind
        );
    }

    [Fact] // TRAFFIC-16
    public async Task An_entry_whose_time_is_still_to_come_is_kept_and_marked_so_and_one_that_is_merely_old_is_not()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.WriteEntry("message.sent", """{"text":"now"}""");
        feed.ClockAhead = TimeSpan.FromMinutes(10);
        feed.WriteEntry("message.sent", """{"text":"from the future"}""");
        feed.ClockAhead = TimeSpan.FromDays(-2);
        feed.WriteEntry("message.sent", """{"text":"it waited for the line"}""");
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        var ahead = new List<double?>();
        for (var i = 1; i <= 3; i++)
        {
            var (_, entry) = await us.GetAsync($"lines/{line.Id}/entries/ru/{i}");
            ahead.Add(
                entry.TryGetProperty("clockAhead", out var by) && by.ValueKind == JsonValueKind.Number
                    ? by.GetDouble()
                    : null
            );
        }
        Assert.Null(ahead[0]);
        Assert.InRange(ahead[1]!.Value, 500, 600);
        Assert.Null(ahead[2]);
    }

    [Fact]
    public async Task One_entry_dated_ahead_hides_none_after_it_from_how_the_line_stood()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.ClockAhead = TimeSpan.FromDays(-1);
        feed.WriteEntry("call.requested", "{}"); // 1
        feed.ClockAhead = TimeSpan.FromDays(300);
        feed.WriteEntry("call.requested", "{}"); // 2
        feed.ClockAhead = TimeSpan.FromDays(-1);
        feed.WriteEntry("clarification.requested", """{"concern":"flights"}"""); // 3
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        var at = TimeProvider
            .System.GetUtcNow()
            .AddHours(-12)
            .UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var (_, stood) = await us.GetAsync($"lines/{line.Id}/traffic?at={at}");
        Assert.Equal(
            ["ru/1", "ru/3"],
            stood.GetProperty("open").EnumerateArray().Select(i => i.GetProperty("entry").GetString())
        );
    }

    [Fact]
    public async Task A_flood_of_automatic_tests_by_a_peer_gets_few_answers()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        var us = line["us"] = new LiveStation(line["us"].Folder) { LineTests = true };
        await line.OpenAsync("us");
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        for (var i = 0; i < 500; i++)
            feed.WriteEntry("test.sent", """{"style":"automatic"}""");
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        await us.UntilAsync(
            async () => (await us.StatusAsync(line.Id)).GetProperty("ownSize").GetInt64() > 1,
            "an answer"
        );
        Assert.Equal(
            200,
            (
                await ru.PostAsync(feed.Path, feed.WriteEntry("test.sent", """{"style":"automatic"}""").Push(501, 502))
            ).Status
        );
        await us.SendAsync(line.Id, "and on");
        Assert.InRange((await us.StatusAsync(line.Id)).GetProperty("ownSize").GetInt64(), 3, 4);
    }

    [Fact] // TRAFFIC-101
    public async Task A_number_that_no_answer_could_hold_is_refused_by_its_name_and_a_peer_s_is_kept_and_leaves_every_other_item_shown()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var content = new StringContent(
            """{"by":{"seat":"watch","name":"Ada"},"kind":"notice.given","body":{"what":"x","place":{"name":"y","uncertaintyMetres":1e999}}}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        var (status, refused) = await Api.ApiFixture.ReadAsync(
            us.Http.PostAsync($"lines/{line.Id}/entries", content, TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            (400, true),
            (status, refused.GetProperty("title").GetString()!.Contains("uncertaintyMetres", StringComparison.Ordinal))
        );
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.WriteEntry("notice.given", """{"what":"x","place":{"name":"y","uncertaintyMetres":1e999}}""")
            .WriteEntry("accident.reported", """{"what":"x","where":{"uncertaintyMetres":1e999}}""")
            .WriteEntry("watch.offered", """{"communicator":"x","open":[null,{}]}""")
            .WriteEntry("notice.given", """{"what":"seen"}""")
            .WriteEntry("message.sent", "{\"text\":\"\\ud800\",\n\"x\":1}");
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        var (_, traffic) = await us.GetAsync($"lines/{line.Id}/traffic");
        Assert.Equal(
            ["ru/1", "ru/2", "ru/3"],
            traffic.GetProperty("flags").EnumerateArray().Select(f => f.GetProperty("entry").GetString())
        );
        Assert.Equal(
            ["ru/4"],
            traffic.GetProperty("open").EnumerateArray().Select(i => i.GetProperty("entry").GetString())
        );
        Assert.Equal(200, (await us.GetAsync($"lines/{line.Id}/items/ru/1")).Status);
        for (var i = 1; i <= 5; i++)
            Assert.Equal(200, (await us.GetAsync($"lines/{line.Id}/entries/ru/{i}")).Status);
        Assert.Equal(200, (await us.GetAsync($"lines/{line.Id}/entries")).Status);
    }

    [Fact] // TRAFFIC-100, TRAFFIC-104, TRAFFIC-105
    public async Task What_nobody_could_read_is_returned_to_our_own_officer_with_the_member_and_the_form_that_is_wanted()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        var by = new { seat = "watch", name = "Ada" };
        async Task<string> RefusedAsync(string path, object request)
        {
            var (status, json) = await us.PostAsync($"lines/{line.Id}/{path}", request);
            Assert.Equal((400, "invalid"), (status, json.GetProperty("code").GetString()));
            return json.GetProperty("title").GetString()!;
        }
        foreach (
            var from in (string[])
                [
                    "2026-12-10T12:00:00",
                    "2026-12-10",
                    "2026-12-10t12:00:00z",
                    "2026-12-10T12:00:60Z",
                    "2026-12-10T24:00:00Z",
                    "2026-12-10T12:00:00+0200",
                    "soon",
                ]
        )
        {
            foreach (
                var why in (string[])
                    [
                        await RefusedAsync(
                            "notices",
                            new
                            {
                                by,
                                what = "x",
                                from,
                            }
                        ),
                        await RefusedAsync(
                            "entries",
                            new
                            {
                                by,
                                kind = "notice.given",
                                body = new { what = "x", from },
                            }
                        ),
                    ]
            )
            {
                Assert.Contains("$.from", why, StringComparison.Ordinal);
                Assert.Contains("Z or an offset", why, StringComparison.Ordinal);
            }
        }
        Assert.Contains(
            "$.place.uncertaintyMetres",
            await RefusedAsync(
                "notices",
                new
                {
                    by,
                    what = "x",
                    place = new { uncertaintyMetres = "far" },
                }
            ),
            StringComparison.Ordinal
        );
        // A slip of the pen would stand on the record for ever, and nobody would read it.
        foreach (
            var misspelt in (string[])
                [
                    await RefusedAsync(
                        "accidents",
                        new
                        {
                            by,
                            what = "x",
                            armd = true,
                        }
                    ),
                    await RefusedAsync(
                        "entries",
                        new
                        {
                            by,
                            kind = "accident.reported",
                            body = new { what = "x", armd = true },
                        }
                    ),
                ]
        )
            Assert.Contains("armd", misspelt, StringComparison.Ordinal);
        foreach (
            var body in (object[])
                [
                    "text",
                    new[] { "a" },
                    5,
                    true,
                    new Dictionary<string, string> { ["Text"] = "x" },
                    new { },
                    new { text = 5 },
                    new { text = "" },
                    new { text = "\u2800" },
                    new { text = new string('x', 40_001) },
                ]
        )
            await RefusedAsync(
                "entries",
                new
                {
                    by,
                    kind = "message.sent",
                    body,
                }
            );
        foreach (var text in (string[])["\u200B\u200B", "\u2800", "\u3164", "\u00AD", "\u0301\u0301", "\u202E"])
            await RefusedAsync("entries", new { by, text });
        Assert.Equal(
            413,
            (await us.PostAsync($"lines/{line.Id}/entries", new { by, text = new string('x', 40_001) })).Status
        );
        foreach (var name in (string[])["\u200B\u200B", "\u2800", "\u3164", "\u00AD", "\u0301\u0301\u0301\u0301\u0301"])
            Assert.Contains(
                "cannot be shown",
                await RefusedAsync("entries", new { by = new { seat = "watch", name }, text = "x" }),
                StringComparison.Ordinal
            );
        var (sent, _) = await us.PostAsync(
            $"lines/{line.Id}/entries",
            new
            {
                by,
                kind = "message.sent",
                body = new
                {
                    text = "see the field",
                    fields = new[]
                    {
                        new
                        {
                            name = "height",
                            number = 350,
                            unit = "FL",
                        },
                    },
                },
            }
        );
        Assert.Equal(201, sent);
        var batch = System.Text.Encoding.UTF8.GetBytes(
            """{"by":{"seat":"watch","name":"Ada"},"text":"one"}"""
                + "\n"
                + """{"by":{"seat":"watch","name":"Ada"},"kind":"message.sent","body":{"Text":"two"}}"""
                + "\n"
        );
        using var lines = new ByteArrayContent(batch);
        Assert.Equal(
            400,
            (
                await Api.ApiFixture.ReadAsync(
                    us.Http.PostAsync($"lines/{line.Id}/entries/batch", lines, TestContext.Current.CancellationToken)
                )
            ).Status
        );
        Assert.Equal(3UL, (await us.StatusAsync(line.Id)).GetProperty("ownSize").GetUInt64());
    }

    [Fact] // TRAFFIC-102
    public async Task A_text_is_found_whether_it_is_sought_or_was_written_with_letters_as_one_character_or_as_two()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        foreach (
            var (composed, apart) in ((string, string)[])
                [
                    ("Köln", "Ko\u0308ln"),
                    ("Рига-й", "Рига-и\u0306"),
                    ("Đà Nẵng", "Đa\u0300 Na\u0306\u0303ng"),
                    ("김포", "\u1100\u1175\u11B7\u1111\u1169"),
                    ("Ålesund", "A\u030Alesund"),
                ]
        )
        {
            foreach (var text in (string[])[composed, apart])
                Assert.Equal(
                    201,
                    (
                        await us.PostAsync(
                            $"lines/{line.Id}/entries",
                            new { by = new { seat = "watch", name = text }, text = $"near {text} and on" }
                        )
                    ).Status
                );
            foreach (
                var (member, sought) in (
                    from m in (string[])["text", "by"]
                    from f in (string[])[composed, apart]
                    select (m, f)
                )
            )
                Assert.Equal(
                    2,
                    (await us.GetAsync($"lines/{line.Id}/search?{member}={Uri.EscapeDataString(sought)}"))
                        .Json.GetProperty("entries")
                        .GetArrayLength()
                );
        }
    }
}
