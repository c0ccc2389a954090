using System.Text.Json;
using Parley.Record;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Acts that one officer proposes and another releases (design §1.6, R4, R23).</summary>
public sealed class TwoOfficersTests
{
    private static readonly LinePolicy WithFlash = LinePolicy.Default with
    {
        TwoPeople = [LinePolicy.Flash, LinePolicy.JointReadout, LinePolicy.PublicRelease, LinePolicy.Suspension],
    };

    private static object By(string name, string seat = "watch") => new { seat, name };

    private static object Draft(string text, params (string Text, string Tag)[] points) =>
        new { text, points = points.Select(p => new { text = p.Text, tag = p.Tag }) };

    [Fact]
    public async Task A_flash_that_one_officer_proposes_and_another_releases_alarms_the_other_end_until_it_is_acknowledged()
    {
        await using var line = await DutyLine.StartAsync(WithFlash, false, "us", "ru");
        object flash = new
        {
            kind = "message.sent",
            body = new { text = "aircraft in distress near the border" },
            precedence = "flash",
            by = By("Ada"),
        };
        var (alone, why) = await line["us"].PostAsync($"lines/{line.Id}/entries", flash);
        Assert.Equal((409, "two-officers"), (alone, why.GetProperty("code").GetString()));
        var (made, proposal) = await line["us"].PostAsync($"lines/{line.Id}/proposals", flash);
        Assert.True(made == 201, $"{made} {proposal}");
        Assert.Equal("flash", proposal.GetProperty("act").GetString());
        var id = proposal.GetProperty("proposal").GetString()!;

        await line["us"].StopAsync(); // a proposal outlives the station
        await line["us"].StartAsync();
        var (_, waiting) = await line["us"].GetAsync("proposals");
        Assert.Equal(
            "aircraft in distress near the border",
            Assert.Single(waiting.EnumerateArray()).GetProperty("body").GetProperty("text").GetString()
        );
        var (same, refused) = await line["us"].PostAsync($"proposals/{id}/release", new { by = By("ada") });
        Assert.Equal((409, "two-officers"), (same, refused.GetProperty("code").GetString()));
        Assert.Equal(
            403,
            (await line["us"].PostAsync($"proposals/{id}/release", new { by = By("Grace", "interpreter") })).Status
        );
        var (released, appended) = await line["us"]
            .PostAsync($"proposals/{id}/release?wait=sealed&timeout=60", new { by = By("Grace") });
        Assert.True(released == 200, $"{released} {appended}");
        var entry = appended.GetProperty("id").GetString()!;
        Assert.Empty((await line["us"].GetAsync("proposals")).Json.EnumerateArray());
        Assert.Equal(404, (await line["us"].PostAsync($"proposals/{id}/release", new { by = By("Grace") })).Status);
        var (_, shown) = await line["ru"].GetAsync($"lines/{line.Id}/entries/{entry}");
        Assert.Equal("Grace", shown.GetProperty("by").GetProperty("releasedBy").GetProperty("name").GetString());

        var alarm = await line.AlarmAsync("ru", entry, "arrived");
        Assert.Equal("flash", alarm.GetProperty("precedence").GetString());
        Assert.Equal("acknowledgement", alarm.GetProperty("about").GetString());
        line.Clock.Pass(TimeSpan.FromMinutes(5.5));
        await line.AlarmAsync("ru", entry, "due");
        Assert.Equal("unacknowledged", (await line.AlarmAsync("us", entry, "due")).GetProperty("about").GetString());
        line.Clock.Pass(TimeSpan.FromMinutes(2));
        alarm = await line.AlarmAsync("ru", entry, "deputy");
        await line.AlarmAsync("us", entry, "deputy");
        // An officer can quiet it, and that lasts; only an acknowledgement on the record ends it at both ends.
        foreach (var seat in (string[])["spokesperson", "planner", "interpreter", "auditor"])
            Assert.Equal(
                403,
                (
                    await line["ru"]
                        .PostAsync(
                            $"alarms/{alarm.GetProperty("alarm").GetString()}/acknowledge",
                            new { by = By("Boris", seat) }
                        )
                ).Status
            );
        Assert.Equal(
            200,
            (
                await line["ru"]
                    .PostAsync($"alarms/{alarm.GetProperty("alarm").GetString()}/acknowledge", new { by = By("Boris") })
            ).Status
        );
        await line.NoAlarmAsync("ru", entry);
        await line["ru"].StopAsync();
        await line["ru"].StartAsync();
        await line["ru"]
            .UntilAsync(
                async () => !(await line.GetAsync("ru", "traffic")).GetProperty("folding").GetBoolean(),
                "folded"
            );
        await line.NoAlarmAsync("ru", entry);
        await line["ru"].UntilAsync(async () => (await QuietAsync()).Count > 0, "the alarm that is down");
        var down = Assert.Single(await QuietAsync());
        Assert.Equal(
            (true, "Boris", "deputy", "actual"),
            (
                down.GetProperty("isQuiet").GetBoolean(),
                down.GetProperty("quieted").GetProperty("by").GetProperty("name").GetString(),
                down.GetProperty("quieted").GetProperty("level").GetString(),
                down.GetProperty("mark").GetString()
            )
        );
        Assert.Equal(1, (await line.GetAsync("ru", "traffic")).GetProperty("overdue").GetInt32());
        await line.WriteAsync("ru", "message.acknowledged", null, entry);
        await line.NoAlarmAsync("us", entry);
        var receipts = await line.GetAsync("us", $"entries/{entry}/receipts");
        Assert.Empty(receipts.GetProperty("waitingFor").EnumerateArray());
        Assert.Equal(
            "officer of ru",
            Assert
                .Single(receipts.GetProperty("read").EnumerateArray())
                .GetProperty("by")
                .GetProperty("name")
                .GetString()
        );
        Assert.True(receipts.GetProperty("delivered").TryGetProperty("ru", out _));
        Assert.Empty(receipts.GetProperty("answered").EnumerateArray());
        await line["ru"].UntilAsync(async () => (await QuietAsync()).Count == 0, "the end of the alarm that was down");

        async Task<List<JsonElement>> QuietAsync() =>
            [
                .. (await line["ru"].GetAsync($"alarms?line={line.Id}&quiet=true"))
                    .Json.EnumerateArray()
                    .Where(a => a.GetProperty("entry").GetString() == entry),
            ];
    }

    [Fact] // R2
    public async Task What_an_exercise_does_is_marked_wherever_it_shows_and_stands_behind_what_is_actual()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        async Task<string> MarkedAsync(string kind, object? body, string precedence, string mark)
        {
            var (status, json) = await line["us"]
                .PostAsync(
                    $"lines/{line.Id}/entries?wait=sealed&timeout=60",
                    new
                    {
                        kind,
                        body,
                        precedence,
                        mark,
                        by = By("Ada"),
                    }
                );
            Assert.True(status == 201, $"{status} {json}");
            return json.GetProperty("id").GetString()!;
        }

        var played = await MarkedAsync("message.sent", new { text = "Missiles in the air" }, "flash", "exercise");
        var real = await MarkedAsync("message.sent", new { text = "A drone strayed" }, "immediate", "actual");
        var condition = await MarkedAsync(
            "condition.raised",
            new
            {
                scope = "line",
                level = "crisis",
                reason = "played",
            },
            "routine",
            "exercise"
        );
        await line.AlarmAsync("ru", played, "arrived");
        await line.AlarmAsync("ru", real, "arrived");
        Assert.Equal(
            [(real, "actual"), (played, "exercise")],
            (await line.AlarmsAsync("ru")).Select(a =>
                (a.GetProperty("entry").GetString()!, a.GetProperty("mark").GetString()!)
            )
        );
        var traffic = await line.GetAsync("ru", "traffic");
        Assert.Equal(
            "exercise",
            Assert.Single(traffic.GetProperty("conditions").EnumerateArray()).GetProperty("mark").GetString()
        );
        Assert.Equal(
            "exercise",
            traffic
                .GetProperty("open")
                .EnumerateArray()
                .Single(i => i.GetProperty("entry").GetString() == condition)
                .GetProperty("mark")
                .GetString()
        );
        Assert.Equal(
            "exercise",
            traffic
                .GetProperty("waiting")
                .EnumerateArray()
                .Single(w => w.GetProperty("entry").GetString() == played)
                .GetProperty("mark")
                .GetString()
        );
    }

    [Fact]
    public async Task A_joint_readout_is_agreed_after_two_counter_drafts_by_two_officers_of_each_side_that_agrees()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var call = await line.WriteAsync("us", "call.held", new { minutes = 60 });
        var first = await line.ActAsync(
            "us",
            "readout.drafted",
            new
            {
                by = By("Ada"),
                re = new[] { call },
                text = "The sides spoke.",
                points = new[] { new { text = "a ceasefire", tag = "agreed" } },
            }
        );
        var second = await line.WriteAsync(
            "ru",
            "readout.drafted",
            Draft("The sides spoke.", ("a ceasefire", "discussed"), ("grain", "agreed")),
            first
        );
        var third = await line.WriteAsync(
            "us",
            "readout.drafted",
            Draft("The sides spoke for an hour.", ("a ceasefire", "discussed"), ("grain", "agreed")),
            first
        );

        var item = await line.ItemAsync("ru", first);
        Assert.Equal("drafting", item.GetProperty("state").GetString());
        Assert.Equal(third, item.GetProperty("draft").GetString());
        Assert.Equal(
            "text",
            Assert.Single(item.GetProperty("differences").EnumerateArray()).GetProperty("what").GetString()
        );
        var hash = item.GetProperty("hash").GetString();
        await line.RefusedAsync("two-officers", "ru", "readout.agreed", new { hash }, first, name: "Boris");
        await line.RefusedAsync(
            "two-officers",
            "ru",
            "readout.agreed",
            new { hash },
            first,
            name: "Boris",
            releasedBy: "boris"
        );
        await line.RefusedAsync(
            "illegal-step",
            "us",
            "readout.agreed",
            new { hash },
            first,
            name: "Ada",
            releasedBy: "Grace"
        );
        var stale = (await line.GetAsync("ru", $"entries/{second}")).GetProperty("body").GetRawText();
        await line.RefusedAsync(
            "illegal-step",
            "ru",
            "readout.agreed",
            new { hash = $"sha256:{Parley.Crypto.Sha256.Of(System.Text.Encoding.UTF8.GetBytes(stale)).ToHex()}" },
            first,
            name: "Boris",
            releasedBy: "Olga"
        );
        await line.WriteAsync("ru", "readout.agreed", new { hash }, first, name: "Boris", releasedBy: "Olga");
        Assert.Equal("agreed", await line.StateAsync(first));
        await line.RefusedAsync(
            "two-officers",
            "us",
            "readout.released",
            new { level = "public" },
            first,
            seat: "spokesperson"
        );
        await line.WriteAsync(
            "us",
            "readout.released",
            new { level = "public" },
            first,
            seat: "spokesperson",
            name: "Ned",
            releasedBy: "Ada"
        );
        Assert.Equal("released", await line.StateAsync(first));
        var readout = Assert.Single((await line.GetAsync("ru", "chronology")).GetProperty("readouts").EnumerateArray());
        Assert.Equal(
            (first, "released", call),
            (
                readout.GetProperty("entry").GetString(),
                readout.GetProperty("state").GetString(),
                readout.GetProperty("about")[0].GetString()
            )
        );
    }

    [Fact]
    public async Task A_proposal_is_judged_when_it_is_made_and_again_when_it_is_released_and_can_be_refused()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var draft = await line.WriteAsync("ru", "readout.drafted", Draft("The sides spoke."));
        var hash = (await line.ItemAsync("us", draft)).GetProperty("hash").GetString();
        object agreement = new
        {
            kind = "readout.agreed",
            body = new { hash },
            re = new[] { draft },
            by = By("Ada"),
        };
        Assert.Equal(409, (await line["ru"].PostAsync($"lines/{line.Id}/proposals", agreement)).Status); // its own draft
        var (_, proposal) = await line["us"].PostAsync($"lines/{line.Id}/proposals", agreement);
        await line.WriteAsync("ru", "readout.drafted", Draft("The sides spoke at length."), draft);
        var (status, why) = await line["us"]
            .PostAsync($"proposals/{proposal.GetProperty("proposal").GetString()}/release", new { by = By("Grace") });
        Assert.Equal((409, "illegal-step"), (status, why.GetProperty("code").GetString()));
        Assert.Contains("another text", why.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            200,
            (
                await line["us"]
                    .PostAsync(
                        $"proposals/{proposal.GetProperty("proposal").GetString()}/refuse",
                        new { by = By("Grace"), reason = "overtaken" }
                    )
            ).Status
        );
        Assert.Empty((await line["us"].GetAsync("proposals")).Json.EnumerateArray());
    }

    [Fact] // TRAFFIC-13
    public async Task One_officer_neither_replaces_nor_cancels_a_flash_of_two_and_a_newer_text_keeps_the_fields_and_the_urgency()
    {
        await using var line = await DutyLine.StartAsync(WithFlash, false, "us", "ru");
        var fields = new[]
        {
            new
            {
                name = "speed",
                number = 12,
                unit = "kn",
            },
        };
        var flash = await line.WriteAsync(
            "us",
            "message.sent",
            new { text = "aircraft in distress", fields },
            name: "Ada",
            releasedBy: "Grace",
            precedence: "flash"
        );
        await line.AlarmAsync("ru", flash, "arrived");
        foreach (
            var (kind, body) in new (string, object?)[]
            {
                ("message.superseded", new { text = "all is well" }),
                ("message.cancelled", null),
            }
        )
        {
            var (status, why) = await line["us"]
                .PostAsync(
                    $"lines/{line.Id}/entries",
                    new
                    {
                        kind,
                        body,
                        re = new[] { flash },
                        by = By("Ned", "planner"),
                    }
                );
            Assert.Equal((409, "two-officers"), (status, why.GetProperty("code").GetString())); // as urgent as what it replaces, so that it can be proposed
            (status, why) = await line["us"]
                .PostAsync(
                    $"lines/{line.Id}/entries",
                    new
                    {
                        kind,
                        body,
                        re = new[] { flash },
                        precedence = "routine",
                        by = By("Ned", "planner"),
                        releasedBy = By("Ada"),
                    }
                );
            Assert.Equal((409, "illegal-step"), (status, why.GetProperty("code").GetString()));
            Assert.Contains("FLASH", why.GetProperty("title").GetString(), StringComparison.Ordinal);
        }
        await line.AlarmAsync("ru", flash, "arrived");
        var (made, proposal) = await line["us"]
            .PostAsync(
                $"lines/{line.Id}/proposals",
                new
                {
                    kind = "message.superseded",
                    body = new { text = "two aircraft in distress" },
                    re = new[] { flash },
                    by = By("Ned", "planner"),
                }
            );
        Assert.True(made == 201, $"{made} {proposal}");
        Assert.Equal(
            ("flash", "kn"),
            (
                proposal.GetProperty("precedence").GetString(),
                proposal.GetProperty("body").GetProperty("fields")[0].GetProperty("unit").GetString()
            )
        );
        var (released, appended) = await line["us"]
            .PostAsync(
                $"proposals/{proposal.GetProperty("proposal").GetString()}/release?wait=sealed&timeout=60",
                new { by = By("Ada") }
            );
        Assert.True(released == 200, $"{released} {appended}");
        await line.AlarmAsync("ru", appended.GetProperty("id").GetString()!, "arrived");
        await line.NoAlarmAsync("ru", flash);

        await line.WriteAsync("ru", "message.acknowledged", null, appended.GetProperty("id").GetString());
        var bare = await line.ActAsync(
            "us",
            "message.superseded",
            new
            {
                by = By("Ned"),
                releasedBy = By("Ada"),
                text = "no more to say",
                fields = Array.Empty<object>(),
            },
            appended.GetProperty("id").GetString()
        );
        var (_, shown) = await line["us"].GetAsync($"lines/{line.Id}/entries/{bare}");
        Assert.Equal(
            ("flash", 0),
            (
                shown.GetProperty("precedence").GetString(),
                shown.GetProperty("body").GetProperty("fields").GetArrayLength()
            )
        );
    }

    [Fact]
    public async Task Who_refused_a_proposal_and_why_is_kept_for_the_officer_who_made_it_and_only_the_seats_that_could_release_it_refuse()
    {
        await using var line = await DutyLine.StartAsync(WithFlash, false, "us", "ru");
        object flash = new
        {
            kind = "message.sent",
            body = new { text = "aircraft in distress" },
            precedence = "flash",
            by = By("Ada"),
        };
        var id = (await line["us"].PostAsync($"lines/{line.Id}/proposals", flash))
            .Json.GetProperty("proposal")
            .GetString();
        Assert.Equal(
            403,
            (
                await line["us"].PostAsync($"proposals/{id}/refuse", new { by = By("Ned", "auditor"), reason = "no" })
            ).Status
        );
        Assert.Equal(
            403,
            (
                await line["us"].PostAsync($"proposals/{id}/refuse", new { by = By("Ned", "auditr"), reason = "no" })
            ).Status
        );
        Assert.Equal(
            200,
            (
                await line["us"].PostAsync($"proposals/{id}/refuse", new { by = By("Grace"), reason = "it has landed" })
            ).Status
        );
        await line["us"].StopAsync();
        await line["us"].StartAsync();
        var refused = Assert.Single((await line["us"].GetAsync("proposals/refused")).Json.EnumerateArray());
        Assert.Equal(
            ("Grace", "it has landed"),
            (refused.GetProperty("by").GetProperty("name").GetString(), refused.GetProperty("reason").GetString())
        );
        Assert.Equal(
            "aircraft in distress",
            refused.GetProperty("proposal").GetProperty("body").GetProperty("text").GetString()
        );
        var (status, why) = await line["us"].PostAsync($"proposals/{id}/release", new { by = By("Olga") });
        Assert.Equal((409, "proposal-refused"), (status, why.GetProperty("code").GetString()));
        Assert.Contains("it has landed", why.GetProperty("title").GetString(), StringComparison.Ordinal);

        // Whoever made it takes it back from any seat; only the newest are kept.
        for (var i = 0; i < 70; i++)
        {
            var next = (await line["us"].PostAsync($"lines/{line.Id}/proposals", flash))
                .Json.GetProperty("proposal")
                .GetString();
            Assert.Equal(
                200,
                (await line["us"].PostAsync($"proposals/{next}/refuse", new { by = By("Ada", "interpreter") })).Status
            );
            line.Clock.Pass(TimeSpan.FromSeconds(1));
        }
        var kept = (await line["us"].GetAsync("proposals/refused")).Json.EnumerateArray().ToList();
        Assert.Equal(64, kept.Count);
        Assert.DoesNotContain(kept, r => r.GetProperty("reason").GetString() == "it has landed");
    }

    [Fact]
    public async Task No_officers_proposals_stand_in_the_way_of_anothers_nor_of_a_flash()
    {
        await using var line = await DutyLine.StartAsync(WithFlash, false, "us", "ru");
        Task<(int Status, JsonElement Json)> ProposeAsync(object act) =>
            line["us"].PostAsync($"lines/{line.Id}/proposals", act);
        object Grave(string name) =>
            new
            {
                kind = "statement.released",
                body = new { text = "We regret it", level = "public" },
                by = By(name, "spokesperson"),
            };
        object Flash(string name) =>
            new
            {
                kind = "message.sent",
                body = new { text = "aircraft in distress" },
                precedence = "flash",
                by = By(name),
            };

        // What one officer may send alone is no proposal: it would wait for nobody.
        var (status, why) = await ProposeAsync(
            new
            {
                kind = "message.sent",
                body = new { text = "good morning" },
                by = By("Ada"),
            }
        );
        Assert.Equal((409, "illegal-step"), (status, why.GetProperty("code").GetString()));
        Assert.Contains("no second officer", why.GetProperty("title").GetString(), StringComparison.Ordinal);

        // One officer fills his share, however he writes his name, and no more.
        for (var i = 0; i < 32; i++)
            Assert.Equal(201, (await ProposeAsync(Grave(i % 2 == 0 ? "Ivo" : "ivo"))).Status);
        (status, why) = await ProposeAsync(Grave("IVO"));
        Assert.Equal((409, "too-many"), (status, why.GetProperty("code").GetString()));
        // Others fill what is left, and FLASH still has its places: for each officer, and for whoever filled his share
        // of the rest.
        for (var n = 0; n < 5; n++)
        {
            for (var i = 0; i < 32; i++)
                Assert.Equal(201, (await ProposeAsync(Grave($"Officer {n}"))).Status);
        }
        Assert.Equal(409, (await ProposeAsync(Grave("Somebody"))).Status);
        Assert.Equal(201, (await ProposeAsync(Flash("Ivo"))).Status);
        for (var i = 0; i < 16; i++)
            Assert.Equal(201, (await ProposeAsync(Flash("Ada"))).Status);
        Assert.Equal(409, (await ProposeAsync(Flash("Ada"))).Status);
        Assert.Equal(201, (await ProposeAsync(Flash("Grace"))).Status);

        // The administrator clears them, many at once; each that stays is said.
        var waiting = (await line["us"].GetAsync("proposals"))
            .Json.EnumerateArray()
            .Where(p => p.GetProperty("kind").GetString() == "statement.released")
            .Select(p => p.GetProperty("proposal").GetString()!)
            .ToList();
        var (cleared, done) = await line["us"]
            .PostAsync(
                "proposals/refuse",
                new
                {
                    proposals = waiting.Append("p-none"),
                    by = By("Chief", "administrator"),
                    reason = "cleared",
                }
            );
        Assert.True(cleared == 200, $"{cleared} {done}");
        Assert.Equal(
            (192, "unknown-proposal"),
            (
                done.GetProperty("done").GetArrayLength(),
                Assert.Single(done.GetProperty("left").EnumerateArray()).GetProperty("code").GetString()
            )
        );
        Assert.Equal(201, (await ProposeAsync(Grave("Ivo"))).Status);
    }

    [Fact]
    public async Task No_officers_drafts_stand_in_the_way_of_anothers_and_a_draft_asks_for_the_seat_of_its_kind()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        Task<(int Status, JsonElement Json)> KeepAsync(string name) =>
            line["us"].PostAsync("drafts", new { content = new { text = "x" }, by = By(name) });
        for (var i = 0; i < 250; i++)
            Assert.Equal(201, (await KeepAsync("Ada")).Status);
        var (status, why) = await KeepAsync("ADA");
        Assert.Equal((409, "too-many"), (status, why.GetProperty("code").GetString()));
        Assert.Equal(201, (await KeepAsync("Grace")).Status);
        Assert.Equal(
            403,
            (
                await line["us"]
                    .PostAsync(
                        "drafts",
                        new
                        {
                            content = new { text = "x" },
                            kind = "notice.given",
                            by = By("Ned", "auditor"),
                        }
                    )
            ).Status
        );
    }

    [Fact]
    public async Task A_draft_that_was_changed_meanwhile_is_not_written_over_by_whoever_names_the_state_that_he_saw()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var (_, draft) = await line["us"]
            .PostAsync(
                "drafts",
                new
                {
                    kind = "notice.given",
                    by = By("Ada"),
                    content = new { what = "first" },
                }
            );
        var id = draft.GetProperty("draft").GetString();
        async Task<(int Status, JsonElement Json)> PutAsync(string what, string? tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"drafts/{id}", UriKind.Relative))
            {
                Content = new StringContent(
                    JsonSerializer.Serialize(new { kind = "notice.given", content = new { what } }),
                    System.Text.Encoding.UTF8,
                    "application/json"
                ),
            };
            if (tag is not null)
                request.Headers.TryAddWithoutValidation("If-Match", tag);
            using var answer = await line["us"].Http.SendAsync(request, TestContext.Current.CancellationToken);
            return (
                (int)answer.StatusCode,
                JsonSerializer.Deserialize<JsonElement>(
                    await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
                )
            );
        }
        var seen = $"\"{draft.GetProperty("at").GetString()}\"";
        Assert.Equal(200, (await PutAsync("second", seen)).Status); // in the same millisecond of the test's clock
        var (status, refused) = await PutAsync("third", seen);
        Assert.Equal((412, "draft-changed"), (status, refused.GetProperty("code").GetString()));
        using var remove = new HttpRequestMessage(HttpMethod.Delete, new Uri($"drafts/{id}", UriKind.Relative));
        remove.Headers.TryAddWithoutValidation("If-Match", seen);
        using var kept = await line["us"].Http.SendAsync(remove, TestContext.Current.CancellationToken);
        Assert.Equal(412, (int)kept.StatusCode);
        Assert.Equal(
            "second",
            Assert
                .Single((await line["us"].GetAsync("drafts")).Json.EnumerateArray())
                .GetProperty("content")
                .GetProperty("what")
                .GetString()
        );
        Assert.Equal(400, (await PutAsync("fourth", "soon")).Status);
        Assert.Equal(200, (await PutAsync("fifth", null)).Status);
    }

    [Fact]
    public async Task A_draft_with_errors_in_it_can_be_kept_mended_and_thrown_away_and_is_never_sent()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var (made, draft) = await line["us"]
            .PostAsync(
                "drafts",
                new
                {
                    line = line.Id.Value,
                    kind = "notice.given",
                    by = By("Ada"),
                    content = new { what = 7, until = "soon" },
                }
            );
        Assert.True(made == 201, $"{made} {draft}");
        Assert.NotNull(draft.GetProperty("problem").GetString());
        var id = draft.GetProperty("draft").GetString();
        await line["us"].StopAsync();
        await line["us"].StartAsync();
        Assert.Equal(
            "soon",
            Assert
                .Single((await line["us"].GetAsync("drafts")).Json.EnumerateArray())
                .GetProperty("content")
                .GetProperty("until")
                .GetString()
        );
        using var mended = new StringContent(
            JsonSerializer.Serialize(
                new { kind = "notice.given", content = new { what = "a launch", template = "launch" } }
            ),
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var answer = await line["us"]
            .Http.PutAsync(new Uri($"drafts/{id}", UriKind.Relative), mended, TestContext.Current.CancellationToken);
        Assert.Equal(
            JsonValueKind.Null,
            JsonSerializer
                .Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
                .GetProperty("problem")
                .ValueKind
        );
        Assert.Equal(
            200,
            (int)
                (
                    await line["us"]
                        .Http.DeleteAsync(
                            new Uri($"drafts/{id}", UriKind.Relative),
                            TestContext.Current.CancellationToken
                        )
                ).StatusCode
        );
        Assert.Empty((await line["us"].GetAsync("drafts")).Json.EnumerateArray());
        Assert.Equal(2, (await line.GetAsync("us", "entries")).GetProperty("entries").GetArrayLength());
    }
}
