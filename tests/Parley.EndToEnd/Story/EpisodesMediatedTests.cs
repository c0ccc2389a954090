using System.Text.Json.Nodes;
using Parley.EndToEnd.Replay;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>Two of the scenario's episodes with its own words, as what they were: talks by third states and what was
/// floated through them (E9), and what spokesmen said and others contested (E11).</summary>
public sealed class EpisodesMediatedTests
{
    private static readonly string[] Two = ["--by", "Anna Bell", "--seat", "principal", "--released-by", "Col Ruiz"];

    private static JsonNode Told(string id) =>
        EpisodesReplay.Scenario()["events"]!.AsArray().Single(e => e!["id"]!.GetValue<string>() == id)!;

    private static string Fact(string id, string name) => Told(id)["facts"]![name]!.GetValue<string>();

    private static async Task<string> SayAsync(TestStation at, string line, params string[] words) =>
        (await at.RunAsync([.. words, "--line", line, "--wait", "sealed", "--json", .. Two])).Ended(0).Json.Id();

    private static async Task<JsonNode> RoomAsync(TestStation at, string line) =>
        (await at.Api.GetAsync("rooms?room=geneva"))
            .AsArray()
            .SelectMany(room => room!["lines"]!.AsArray())
            .Single(on => on!["line"]!.GetValue<string>() == line)!;

    [Fact] // MEDIATION-8 MEDIATION-9 MEDIATION-13
    public async Task E9_is_talks_that_end_in_brackets_a_sounding_that_nobody_keeps_and_a_condition_that_nobody_else_meets()
    {
        var (terms, condition) = (Fact("e23", "terms"), Fact("e24", "condition"));
        var (stations, lines) = await OpenLine.SeveralAsync(
            ["tr", "ru", "us", "ua"],
            new Dictionary<string, string[]>
            {
                ["tr-ru"] = ["tr", "ru"],
                ["tr-us"] = ["tr", "us"],
                ["tr-ua"] = ["tr", "ua"],
                ["us-ru"] = ["us", "ru"],
            }
        );
        await using var ended = stations;
        var (tr, ru, us, ua) = (stations["tr"], stations["ru"], stations["us"], stations["ua"]);
        var onRu = await MediationTests.OpenAsync(stations, lines["tr-ru"], "ru");
        var onUs = await MediationTests.OpenAsync(stations, lines["tr-us"], "us");
        var onUa = await MediationTests.OpenAsync(stations, lines["tr-ua"], "ua");

        // e20: talks nearly reached a text, and did not conclude: what stands in brackets cannot be tabled.
        Assert.Equal("proposal.discussed", Told("e20")["what"]!.GetValue<string>());
        var draft = stations.Folder["draft.json"];
        await File.WriteAllTextAsync(
            draft,
            """{"title":"Talks","clauses":[{"id":"1","text":"Fire stops."},{"id":"2","brackets":[{"text":"Neutral."},{"text":"Guaranteed."}]}]}""",
            TestContext.Current.CancellationToken
        );
        foreach (var (room, line) in ((string, string)[])[(onRu, lines["tr-ru"]), (onUa, lines["tr-ua"])])
            await SayAsync(tr, line, "room", "draft", room, draft);
        (await tr.RunAsync(["room", "table", onUa, "--line", lines["tr-ua"], "--on", lines["tr-ua"], .. Two])).Refused(
            1,
            "still has words in brackets"
        );

        // e23: floated off the record, through an intermediary, who says it on in its own words: whose it was it does not say.
        Assert.Equal("off", Fact("e23", "record"));
        (await ru.RunAsync("room", "sounding", terms, "--line", lines["tr-ru"], "--by", "Ivan")).Ended(0);
        (await tr.RunAsync("room", "sounding", $"What of a {terms}?", "--line", lines["tr-us"], "--by", "Ayşe")).Ended(
            0
        );
        var heard = Assert.Single((await us.Api.GetAsync($"lines/{lines["tr-us"]}/off-record")).AsArray())!;
        Assert.Equal("tr", heard["from"]!.GetValue<string>());
        Assert.DoesNotContain("\"ru\"", heard.ToJsonString(), StringComparison.Ordinal);

        // e24: refused; no talks without the consent of ua. That the mediator says it consents is a claim, and stays one.
        await SayAsync(us, lines["tr-us"], "room", "condition", onUs, "talks", "ua", "--what", condition);
        async Task<string> StateAsync() =>
            Assert.Single((await RoomAsync(us, lines["tr-us"]))["conditions"]!.AsArray())!.State();
        Assert.Equal("waiting", await StateAsync());
        await SayAsync(
            tr,
            lines["tr-us"],
            "room",
            "say",
            onUs,
            "ua would not stand in the way",
            "--reports",
            "ua",
            "--condition",
            "talks"
        );
        Assert.Equal("claimed", await StateAsync());
        Assert.StartsWith("no;", EpisodesReplay.Answer("Did ua consent").GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            (await ua.RunAsync("record", "list", "--line", lines["tr-ua"], "--json")).Ended(0).JsonLines,
            entry => entry.Kind().Contains("consent", StringComparison.Ordinal)
        );

        // e25 and e26: a call between two advisers was agreed, and then its subject refused.
        var who = Told("e25")["facts"]!["who"]!.AsArray().Select(office => office!.GetValue<string>()).ToArray();
        var call = await SayAsync(
            ru,
            lines["us-ru"],
            "call",
            "request",
            "--between",
            $"us={who[0]}",
            "--between",
            $"ru={who[1]}",
            "--topic",
            Fact("e26", "subject")
        );
        await SayAsync(us, lines["us-ru"], "call", "refuse-subject", call, Fact("e26", "subject"));
        var chronology = (await us.RunAsync("chronology", "--line", lines["us-ru"], "--json")).Ended(0).Json;
        Assert.Equal(
            "subject refused",
            Assert.Single(chronology["attempts"]!.AsArray())!["outcome"]!.GetValue<string>()
        );

        // Nobody kept what was floated.
        foreach (var station in stations.Stations)
        {
            await station.StopAsync();
            foreach (var file in Directory.EnumerateFiles(station.Data, "*", SearchOption.AllDirectories))
                Assert.False(
                    (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))
                        .AsSpan()
                        .IndexOf(System.Text.Encoding.UTF8.GetBytes(terms)) >= 0,
                    file
                );
        }
    }

    [Fact] // PUBLIC-9 PUBLIC-11 PUBLIC-20 PUBLIC-21
    public async Task E11_is_a_statement_a_contested_claim_and_one_sides_readout_beside_none()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var (us, ru) = (line["us"], line["ru"]);
        Task<string> WriteAsync(TestStation at, params string[] words) => SayAsync(at, line.Line, words);
        Assert.Equal("public", Fact("e18", "level"));
        var statement = await WriteAsync(us, "statement", Fact("e18", "text"), "--level", "public", "--lang", "en");
        await WriteAsync(us, "statement", "For allies alone: we ask again on Monday", "--level", "allies");
        Assert.True(Told("e19")["facts"]!["contested"]!.GetValue<bool>());
        var claim = await WriteAsync(
            us,
            "claim",
            "make",
            Fact("e19", "claim"),
            "--source",
            "an official determination",
            "--level",
            "public"
        );
        var dissent = await WriteAsync(
            ru,
            "claim",
            "dispute",
            claim,
            "Nothing of the kind was shown",
            "--level",
            "public"
        );
        var who = Told("e22")["facts"]!["who"]!.AsArray().Select(office => office!.GetValue<string>()).ToArray();
        var held = await WriteAsync(
            us,
            "call",
            "end",
            "--between",
            $"us={who[0]}",
            "--between",
            $"ru={who[1]}",
            "--minutes",
            Told("e22")["facts"]!["minutes"]!.ToString(),
            "--asked",
            Fact("e22", "asked"),
            "--outcome",
            Fact("e22", "outcome")
        );
        var since = EpisodesReplay.Answer("On 2022-05-13 after the call").GetValue<string>();
        var told = Told("e22")["facts"]!["readout"]!["us"]!.GetValue<string>();
        var readout = await WriteAsync(us, "readout", "issue", held, told, "--first-since", since);
        await WriteAsync(us, "readout", "publish", readout, "--level", "public");
        // Who would take it back as if it were a statement is told that this takes nothing back.
        (await us.RunAsync(["retract", readout, "--reason", "Too early", .. Two])).Refused(1, "no statement");

        var site = line.Folder["site"];
        await Until.HoldsAsync(
            "all is on the pages",
            async () =>
                (await us.RunAsync("publish", "--out", site, "--json", "--name", "us=United States")).Ended(0).Json,
            said => said["waiting"]!.GetValue<int>() == 0
        );
        var word = await us.Api.GetAsync($"lines/{line.Line}/public");
        async Task<string> PageAsync(string entry)
        {
            var hash = word["texts"]!.AsArray().Single(t => t!["entry"]!.GetValue<string>() == entry)!["hash"];
            var proof = Path.Combine(site, "e", $"{hash}.proof");
            (await us.RunAsync("verify", proof, "--key", word["keys"]!.GetValue<string>())).Ended(0);
            return await File.ReadAllTextAsync(
                Path.Combine(site, "e", $"{hash}.html"),
                TestContext.Current.CancellationToken
            );
        }
        Assert.Contains(Fact("e18", "text"), await PageAsync(statement), StringComparison.Ordinal);
        var contested = await PageAsync(claim);
        Assert.Contains(Fact("e19", "claim"), contested, StringComparison.Ordinal);
        Assert.Contains("an official determination", contested, StringComparison.Ordinal);
        Assert.Contains("Dissent by ru from a claim", contested, StringComparison.Ordinal);
        Assert.Contains("Nothing of the kind was shown", await PageAsync(dissent), StringComparison.Ordinal);
        var ownSide = await PageAsync(readout);
        Assert.Contains(told, ownSide, StringComparison.Ordinal);
        Assert.Contains("none published", ownSide, StringComparison.Ordinal);
        // Since when it was the first contact both must have signed: one side's word for it is not on the page.
        Assert.DoesNotContain("First contact since", ownSide, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(site, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(
                "For allies alone",
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
    }
}
