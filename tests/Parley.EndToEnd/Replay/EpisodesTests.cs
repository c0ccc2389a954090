using System.Text;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Record;
using Xunit;

namespace Parley.EndToEnd.Replay;

/// <summary>Four years of contacts, played through real stations; every question of the file is answered by a command,
/// from the record alone.</summary>
public sealed class EpisodesTests(EpisodesReplay replay) : IClassFixture<EpisodesReplay>
{
    private const int Requests = 7;

    [Fact]
    public void Every_event_is_played_and_every_entry_is_sealed_at_its_own_time()
    {
        var events = replay.Events();
        Assert.Equal(
            EpisodesReplay.Scenario()["events"]!
                .AsArray()
                .Select(e => e!["id"]!.GetValue<string>())
                .Order(StringComparer.Ordinal),
            events.Select(e => e["event"]!.GetValue<string>()).Order(StringComparer.Ordinal)
        );
        Assert.Equal(26, events.Length);
        foreach (var told in events.Where(e => e["what"]!.GetValue<string>() != "line.opened"))
        {
            var entries = told["entries"]!.AsArray();
            Assert.NotEmpty(entries);
            if (told["line"] is not null)
                Assert.All(entries, e => Assert.NotEmpty(e!["sealedBy"]!.AsArray()));
            Assert.StartsWith(
                EpisodesReplay.Scenario()["events"]!
                    .AsArray()
                    .Single(e => e!["id"]!.GetValue<string>() == told["event"]!.GetValue<string>())![
                    "at"
                ]!.GetValue<string>(),
                told["at"]!.GetValue<string>(),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("us")]
    [InlineData("ru")]
    public async Task Every_entry_of_the_record_is_marked_exercise_and_carries_the_scenario_s_time(string party)
    {
        foreach (
            var line in (await replay.AskAsync(party, "line", "list", "--json"))
                .JsonLines.Select(l => l["line"]!.GetValue<string>())
                .Append("journal")
        )
        {
            var entries = (await replay.AskAsync(party, "record", "list", "--line", line, "--json")).JsonLines;
            Assert.NotEmpty(entries);
            Assert.All(entries, e => Assert.Equal("exercise", e["mark"]!.GetValue<string>()));
            Assert.All(
                entries,
                e => Assert.InRange(string.CompareOrdinal(e["at"]!.GetValue<string>(), "2024-02"), int.MinValue, -1)
            );
            Assert.All(entries, e => Assert.Equal(e["at"]!.GetValue<string>(), e["storedAt"]!.GetValue<string>()));
            Assert.All(entries, e => Assert.True(e.IsSealed()));
        }
    }

    [Fact]
    public async Task A_second_run_says_that_it_has_been_replayed_and_doubles_nothing()
    {
        var before = (await replay.AskAsync("us", "record", "list", "--line", "us-ru", "--json")).Output;
        var again = await replay.ReplayAsync("--json");
        Assert.Contains("has been replayed here before", again.Ended(0).Error, StringComparison.Ordinal);
        Assert.Equal(
            replay.Events().Select(e => e["entries"]!.ToJsonString()),
            again.JsonLines.Select(e => e["entries"]!.ToJsonString())
        );
        Assert.Equal(before, (await replay.AskAsync("us", "record", "list", "--line", "us-ru", "--json")).Output);
    }

    [Theory]
    [InlineData("us")]
    [InlineData("ru")]
    public async Task Q1_seven_requests_stand_without_an_acceptance_on_23_March_2022(string party)
    {
        var chronology = await ChronologyAsync(party, "us-ru", "2022-03-23");
        Assert.Equal(
            EpisodesReplay.Answer("On 2022-03-23, how many").GetValue<int>(),
            chronology["standingRequests"]!.GetValue<int>()
        );
        Assert.Equal(Requests, chronology["standingByParty"]!["us"]!.GetValue<int>());
        Assert.StartsWith("2022-02-18", chronology["lastContact"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(Requests, chronology["attempts"]!.AsArray().Count);
        Assert.True(chronology["exercise"]!.GetValue<bool>());
        Assert.All(chronology["attempts"]!.AsArray(), a => Assert.Equal("exercise", a!["mark"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_was_played_says_first_that_it_is_an_exercise()
    {
        var shown = (await replay.AskAsync("us", "chronology", "--line", "us-ru", "--at", "2022-03-23")).Output.Split(
            '\n'
        );
        Assert.Contains("EXERCISE", shown[1], StringComparison.Ordinal);
        var asked = (
            await replay.AskAsync("us", "chronology", "--line", "us-ru", "--at", "2022-03-23", "--exercise", "--json")
        ).Json;
        Assert.Equal((await ChronologyAsync("us", "us-ru", "2022-03-23")).ToJsonString(), asked.ToJsonString());
    }

    [Theory]
    [InlineData("us-ru")]
    [InlineData("deconfliction")]
    public async Task Q2_and_Q3_the_call_of_13_May_2022_is_the_first_since_18_February_84_days_before(string line)
    {
        var chronology = await ChronologyAsync("us", line, "2022-05-13");
        Assert.StartsWith("2022-05-13", chronology["lastContact"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith(
            EpisodesReplay.Answer("On 2022-05-13 after the call").GetValue<string>(),
            chronology["previousContact"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            EpisodesReplay.Answer("How many days").GetValue<int>(),
            chronology["daysBetweenContacts"]!.GetValue<int>()
        );
        Assert.Equal(0, chronology["standingRequests"]!.GetValue<int>());
        var shown = (
            await replay.AskAsync(
                "us",
                "chronology",
                "--line",
                line,
                "--at",
                "2022-05-13",
                "--with",
                "Secretary of Defence"
            )
        ).Output;
        Assert.Contains(
            "the first between these offices since 180000Z FEB 22, after 84 days",
            shown,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Q4_each_of_the_seven_was_delivered_and_an_outsider_can_check_it_with_ru_s_cosignature()
    {
        Assert.Equal(
            "yes: ru's cosignature on a checkpoint of us's feed that covers each request",
            EpisodesReplay.Answer("Was every one of those seven").GetValue<string>()
        );
        var export = replay.Folder["us-ru.zip"];
        await replay.AskAsync("us", "record", "export", "--line", "us-ru", "--out", export);
        var verified = (await ParleyCommand.HereAsync("verify", export, "--json")).Ended(0).Json;
        Assert.Equal("good", verified["verdict"]!.GetValue<string>());
        var feed = verified["feeds"]!.AsArray().Single(f => f!["party"]!.GetValue<string>() == "us")!;
        Assert.Contains("ru", feed["signatures"]!.AsArray().Select(s => s!["party"]!.GetValue<string>()));
        Assert.Equal(feed["size"]!.GetValue<ulong>(), feed["sealed"]!.GetValue<ulong>());

        var shown = (await replay.AskAsync("us", "line", "show", "us-ru", "--json")).Json;
        var document = LineDocument.Parse(Convert.FromBase64String(shown["document"]!.GetValue<string>())).Required();
        var (us, ru) = (PartyId.Parse("us"), PartyId.Parse("ru"));
        foreach (var attempt in (await ChronologyAsync("us", "us-ru", "2022-03-23"))["attempts"]!.AsArray())
        {
            var entry = attempt!["entry"]!.GetValue<string>();
            var delivered = Assert.Single(attempt["deliveredProof"]!.AsArray())!;
            Assert.Equal("ru", delivered["by"]!.GetValue<string>());
            Assert.Equal(attempt["at"]!.GetValue<string>(), attempt["deliveredAt"]!.GetValue<string>());

            var text = (
                await replay.AskAsync("us", "record", "show", entry, "--line", "us-ru", "--delivered-to", "ru")
            ).Output;
            Assert.Contains(delivered["cosignature"]!.GetValue<string>().Trim(), text, StringComparison.Ordinal);
            var header = (await replay.AskAsync("us", "record", "show", entry, "--line", "us-ru", "--json")).Json[
                "header"
            ]!.GetValue<string>();
            var proof = TlogProof.Parse(Encoding.UTF8.GetBytes(text)).Required();
            Assert.True(
                proof
                    .Verify(
                        MerkleHash.Leaf(Convert.FromBase64String(header)),
                        document.LogKey(us),
                        document.CosignKey(ru)
                    )
                    .TryGet(out var checkpoint, out var why),
                why
            );
            Assert.Equal(delivered["size"]!.GetValue<ulong>(), checkpoint!.Size);
            Assert.Equal("call.requested", EntryHeader.Parse(Convert.FromBase64String(header)).Required().Kind);
        }
    }

    [Theory]
    [InlineData("us")]
    [InlineData("ua")]
    [InlineData("ru")]
    public async Task Q5_the_record_shows_the_refusal_with_its_condition_and_no_consent_of_ua(string party)
    {
        Assert.Equal(
            "no; its consent was the stated condition",
            EpisodesReplay.Answer("Did ua consent").GetValue<string>()
        );
        foreach (
            var line in (await replay.AskAsync(party, "line", "list", "--json"))
                .JsonLines.Select(l => l["line"]!.GetValue<string>())
                .Append("journal")
        )
        {
            var said = (await replay.AskAsync(party, "record", "list", "--line", line, "--json")).JsonLines.ToList();
            Assert.DoesNotContain(said, e => e.Kind().Contains("consent", StringComparison.Ordinal));
            if (!line.StartsWith("us-ru-", StringComparison.Ordinal))
                continue;
            var refusal = Assert.Single(said, e => e.Kind() == "proposal.refused");
            Assert.Equal(
                "no talks without the consent of ua",
                refusal["body"]!["facts"]!["condition"]!.GetValue<string>()
            );
            Assert.DoesNotContain(said, e => e.Kind() == "proposal.floated"); // it was said off the record
        }
        if (party == "ua")
            return;
        var note = Assert.Single(
            (await replay.AskAsync(party, "record", "list", "--line", "journal", "--json")).JsonLines,
            e => e.Kind() == "proposal.floated"
        );
        Assert.Equal("off", note["body"]!["record"]!.GetValue<string>());
        Assert.Equal("ru", note["body"]!["from"]!.GetValue<string>());
        Assert.DoesNotContain(
            "line of control",
            (await replay.AskAsync(party, "record", "list", "--line", "us-ru")).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Q6_the_violation_names_the_ceasefire_of_July_2020_and_four_killed()
    {
        Assert.Equal(
            "the one in force since July 2020; 4",
            EpisodesReplay.Answer("Which ceasefire").GetValue<string>()
        );
        var record = (await replay.AskAsync("ru", "record", "list", "--line", "ua-ru", "--json")).JsonLines;
        var violation = Assert.Single(record, e => e.Kind() == "violation.reported");
        Assert.StartsWith("2021-03-26", violation["at"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(4, violation["body"]!["facts"]!["killed"]!.GetValue<int>());
        var of = Assert.Single(violation["re"]!.AsArray())!.GetValue<string>();
        Assert.Equal(of, violation["body"]!["of"]!.GetValue<string>());
        var ceasefire = (await replay.AskAsync("ru", "record", "show", of, "--line", "ua-ru", "--json")).Json;
        Assert.Equal("agreement.tabled", ceasefire.Kind());
        Assert.Equal("July 2020", ceasefire["body"]!["facts"]!["agreed"]!.GetValue<string>());
        Assert.StartsWith("2020-07", ceasefire["at"]!.GetValue<string>(), StringComparison.Ordinal);
        foreach (var (at, state) in ((string, string)[])[("2021-03-26", "in force"), ("2022-05-31", "in force")])
        foreach (var party in (string[])["ua", "ru"])
        {
            var shown = (
                await replay.AskAsync(party, "agreement", "show", of, "--line", "ua-ru", "--at", at, "--json")
            ).Json;
            Assert.Equal(state, shown["state"]!.GetValue<string>());
            Assert.StartsWith("2020-07", shown["inForceFrom"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(
                ["ua party signed", "ru party signed"],
                shown["signatories"]!.AsArray().Select(s => $"{s!["party"]} {s["capacity"]} {s["state"]}")
            );
        }
    }

    [Theory]
    [InlineData("tr", "talks-tr")]
    [InlineData("il", "talks-il")]
    public async Task What_was_discussed_is_a_text_on_the_table_that_nobody_signed(string party, string line)
    {
        var listed = Assert.Single(
            (await replay.AskAsync(party, "agreement", "list", "--line", line, "--json")).JsonLines
        );
        Assert.Equal("tabled", listed["state"]!.GetValue<string>());
        var text = (
            await replay.AskAsync(
                party,
                "record",
                "show",
                listed["agreement"]!.GetValue<string>(),
                "--line",
                line,
                "--json"
            )
        ).Json;
        Assert.Equal("nearly reached, not concluded", text["body"]!["facts"]!["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task Q7_us_ru_and_eu_could_use_the_deconfliction_line_in_May_2022()
    {
        var answer = EpisodesReplay
            .Answer("Which parties")
            .AsArray()
            .Select(p => p!.GetValue<string>())
            .Order(StringComparer.Ordinal);
        Assert.Equal(answer, await PartiesAsync("us", "2022-05-31"));
        Assert.Equal(answer, await PartiesAsync("eu", "2022-05-01"));
        Assert.Equal(["ru", "us"], await PartiesAsync("us", "2022-03-03"));
        Assert.Contains(
            "was not open yet",
            (
                await ParleyCommand.HereAsync(
                    "line",
                    "show",
                    "deconfliction",
                    "--at",
                    "2022-02-01",
                    "--data",
                    replay.Folder[Path.Combine("stations", "us")]
                )
            )
                .Ended(1)
                .Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_station_goes_on_where_the_scenario_ended()
    {
        var traffic = (await replay.AskAsync("ru", "traffic", "--line", "us-ru", "--at", "2021-04-15", "--json")).Json;
        var clarification = Assert.Single(
            traffic["open"]!.AsArray(),
            i => i!["family"]!.GetValue<string>() == "clarification"
        )!;
        Assert.Equal("overdue", clarification["state"]!.GetValue<string>());
        Assert.Equal(
            replay.Event("e06")["entries"]![0]!["entry"]!.GetValue<string>(),
            clarification["entry"]!.GetValue<string>()
        );
        var call = (await replay.AskAsync("ru", "chronology", "--line", "us-ru", "--at", "2024-01-31", "--json")).Json;
        Assert.Equal("subject refused", call["attempts"]!.AsArray()[^1]!["outcome"]!.GetValue<string>());
    }

    private async Task<string[]> PartiesAsync(string party, string at) =>
        [
            .. (await replay.AskAsync(party, "line", "show", "deconfliction", "--at", at, "--json")).Json["parties"]!
                .AsArray()
                .Select(p => p!["party"]!.GetValue<string>())
                .Order(StringComparer.Ordinal),
        ];

    private async Task<JsonNode> ChronologyAsync(string party, string line, string at) =>
        (await replay.AskAsync(party, "chronology", "--line", line, "--at", at, "--json")).Json;
}
