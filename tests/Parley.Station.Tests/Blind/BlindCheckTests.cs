using System.Text.Json;
using Parley.Deconfliction;
using Parley.Record;
using Parley.Station.Blind;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Blind;

/// <summary>Blind checks between real stations over real sockets, from the proposal to what was found.</summary>
public sealed class BlindCheckTests
{
    [Fact] // BLIND-CHECK-1, BLIND-CHECK-6, BLIND-CHECK-12
    public async Task Two_stations_find_the_cells_that_both_planned_to_use_and_record_the_same_digest()
    {
        await using var blind = await BlindLine.StartAsync();
        // Ours stands in the journal, where nobody else learns of it; theirs is given for the check alone.
        var journal = (await blind.Line["us"].GetAsync("station")).Json.GetProperty("journal").GetString()!;
        var (status, plan) = await blind
            .Line["us"]
            .PostAsync(
                $"lines/{journal}/entries",
                Act.Of(
                    "activity.planned",
                    new
                    {
                        by = BlindLine.By("Ada"),
                        name = "flight",
                        volumes = blind.Circles((19.42, 57.31, 3_000, 1), (19.8, 57.8, 2_000, 1)),
                    }
                )
            );
        Assert.True(status == 201, plan.ToString());
        var theirs = blind.Circles((19.44, 57.32, 3_000, 1.5), (19.2, 57.1, 2_000, 1));

        var check = await blind.ProposeAsync("us", blind.Terms());
        await blind.UntilAsync("ru", check, "proposed");
        await blind.AcceptAsync("ru", check, theirs);
        var (us, ru) = (await blind.UntilAsync("us", check, "agreed"), await blind.UntilAsync("ru", check, "agreed"));

        var findings = us.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(2, findings.Count);
        Assert.Single(findings.Select(f => f.GetProperty("digest").GetString()).Distinct());
        var cells = await blind.CellsAsync("us", check);
        Assert.NotEmpty(cells);
        Assert.Equal(cells, await blind.CellsAsync("ru", check));
        Assert.Equal(cells.Count, us.GetProperty("result").GetProperty("shared").GetInt32());
        Assert.Equal(
            "flight",
            Assert
                .Single(us.GetProperty("result").GetProperty("compared").EnumerateArray())
                .GetProperty("name")
                .GetString()
        );
        Assert.DoesNotContain("flight", ru.ToString(), StringComparison.Ordinal);
        Assert.All(
            us.GetProperty("commitments").EnumerateArray(),
            c => Assert.Equal(1_024, c.GetProperty("bucket").GetInt32())
        );
        Assert.Equal(2, us.GetProperty("commitments").GetArrayLength());
    }

    [Fact] // BLIND-CHECK-13
    public async Task Whatever_the_open_search_finds_the_blind_check_finds_too()
    {
        await using var blind = await BlindLine.StartAsync();
        var chance = new Random(7);
        (double, double, double, double)[] Some(int count) =>
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(_ =>
                        (
                            19.3 + chance.NextDouble() * 0.3,
                            57.3 + chance.NextDouble() * 0.2,
                            1_000 + chance.NextDouble() * 2_000,
                            chance.NextDouble() * 2
                        )
                    ),
            ];
        var (ours, theirs) = (Some(6), Some(6));
        var least = Separation.Parse("2km,300m,10min").Required();
        var expected = new List<(int Ours, int Theirs)>();
        for (var i = 0; i < ours.Length; i++)
        {
            for (var j = 0; j < theirs.Length; j++)
            {
                if (
                    VolumeReader
                        .ReadVolumes(JsonSerializer.SerializeToElement(blind.Circles(ours[i], theirs[j])), "v")
                        .Required()
                        is [var a, var b]
                    && a.ConflictsWith(b, least)
                )
                    expected.Add((i, j));
            }
        }
        Assert.NotEmpty(expected);

        var check = await blind.ProposeAsync("us", blind.Terms(blind.Circles(ours)));
        await blind.UntilAsync("ru", check, "proposed");
        await blind.AcceptAsync("ru", check, blind.Circles(theirs));
        await blind.UntilAsync("us", check, "agreed");
        await blind.UntilAsync("ru", check, "agreed");
        var profile = blind.Profile();
        Assert.Equal(
            BlindGrids.Text(profile.Hash()),
            (await blind.CheckAsync("us", check)).GetProperty("profile").GetProperty("hash").GetString()
        );
        var shared = await blind.CellsAsync("us", check);
        Assert.Equal(shared, await blind.CellsAsync("ru", check));
        foreach (var (i, j) in expected)
        {
            // The cells of that pair alone, by the check's own grid.
            Assert.Contains(
                blind.OwnCells(ours[i], profile).Intersect(blind.OwnCells(theirs[j], profile)),
                shared.Contains
            );
        }
    }

    [Fact] // BLIND-CHECK-15
    public async Task A_party_that_accepts_no_connections_takes_part_over_those_that_it_dials()
    {
        foreach (
            var parties in (string[][])
                [
                    ["us", "(ru)"],
                    ["(us)", "ru"],
                ]
        )
        {
            await using var blind = await BlindLine.StartAsync(null, parties);
            var check = await blind.ProposeAsync("us", blind.Terms(blind.Circles((19.42, 57.31, 3_000, 1))));
            await blind.UntilAsync("ru", check, "proposed");
            await blind.AcceptAsync("ru", check, blind.Circles((19.44, 57.32, 3_000, 1.5)));
            await blind.UntilAsync("us", check, "agreed");
            await blind.UntilAsync("ru", check, "agreed");
            Assert.Equal(await blind.CellsAsync("us", check), await blind.CellsAsync("ru", check));
        }
    }

    [Fact] // BLIND-CHECK-14
    public async Task What_lies_partly_outside_is_named_as_not_wholly_compared_and_nothing_says_safe()
    {
        await using var blind = await BlindLine.StartAsync();
        var check = await blind.ProposeAsync("us", blind.Terms(blind.Circles((19.99, 57.31, 3_000, 1))));
        await blind.UntilAsync("ru", check, "proposed");
        await blind.AcceptAsync("ru", check, blind.Circles((19.2, 57.8, 3_000, 1)));
        var us = await blind.UntilAsync("us", check, "agreed");
        var result = us.GetProperty("result");
        Assert.Equal(0, result.GetProperty("shared").GetInt32());
        Assert.False(Assert.Single(result.GetProperty("compared").EnumerateArray()).GetProperty("whole").GetBoolean());
        Assert.Contains("chose to bring", result.GetProperty("caution").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("safe", us.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact] // BLIND-CHECK-16, TRAFFIC-73
    public async Task Nobody_starts_one_alone_or_by_hand_and_what_cannot_be_compared_is_refused_before()
    {
        await using var blind = await BlindLine.StartAsync();
        var us = blind.Line["us"];
        var prepared = await blind.PrepareAsync("us", "blind", blind.Terms(blind.Circles((19.42, 57.31, 3_000, 1))));
        var proposal = prepared.GetProperty("proposal").GetProperty("proposal").GetString();
        var (status, json) = await us.PostAsync($"proposals/{proposal}/release", new { by = BlindLine.By("ada") });
        Assert.Equal((409, "two-officers"), (status, json.GetProperty("code").GetString()));
        (status, json) = await us.PostAsync(
            $"proposals/{proposal}/release",
            new { by = BlindLine.By("Bea", "interpreter") }
        );
        Assert.Equal((403, "seat"), (status, json.GetProperty("code").GetString()));
        var check = await blind.ReleaseAsync("us", prepared);

        // By the entries' own way: not alone, not without a choice, and never what the station writes itself.
        var body = prepared.GetProperty("proposal").GetProperty("body");
        Assert.Contains(
            "two officers",
            await blind.Line.RefusedAsync("two-officers", "us", "blind.proposed", body, seat: "planner"),
            StringComparison.Ordinal
        );
        var forged = JsonSerializer.Deserialize<Dictionary<string, object>>(body.GetRawText())!;
        forged["nonce"] = new string('7', 64);
        await blind.Line.RefusedAsync(
            "illegal-step",
            "us",
            "blind.proposed",
            forged,
            seat: "planner",
            releasedBy: "Bea"
        );
        await blind.Line.RefusedAsync(
            "illegal-step",
            "us",
            "blind.committed",
            new
            {
                run = new string('1', 64),
                commitment = new string('1', 64),
                bucket = 256,
                publicKey = new string('1', 64),
            },
            check,
            seat: "planner"
        );

        (status, json) = await us.PostAsync(
            $"lines/{blind.Line.Id}/blind",
            blind.Terms(blind.Circles((25, 57.31, 3_000, 1)))
        );
        Assert.Equal((422, "blind-unfit"), (status, json.GetProperty("code").GetString()));
        (status, json) = await us.PostAsync(
            $"lines/{blind.Line.Id}/blind",
            blind.Terms(blind.Circles((19.42, 57.31, 3_000, 1)), cellMetres: 40_000)
        );
        Assert.Equal((422, "blind-unfit"), (status, json.GetProperty("code").GetString()));
        Assert.Contains("smaller cells", json.GetProperty("title").GetString(), StringComparison.Ordinal);
        (status, json) = await us.PostAsync($"lines/{blind.Line.Id}/blind", blind.Terms());
        Assert.Equal((422, "blind-unfit"), (status, json.GetProperty("code").GetString())); // nothing is planned
        (status, json) = await us.PostAsync(
            $"lines/{blind.Line.Id}/blind/{check}/accept",
            new { by = BlindLine.By("Ada"), volumes = blind.Circles((19.42, 57.31, 3_000, 1)) }
        );
        Assert.Equal((409, "blind-unfit"), (status, json.GetProperty("code").GetString())); // our own

        (status, json) = await blind
            .Line["ru"]
            .PostAsync(
                $"lines/{blind.Line.Id}/entries?wait=sealed",
                Act.Of("blind.declined", new { by = BlindLine.By("Yuri"), reason = "not today" }, check)
            );
        Assert.True(status == 201, json.ToString());
        await blind.UntilAsync("us", check, "declined");
    }
}
