using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A ceasefire by commands alone, between two real stations: one text that both signed, an observers' log
/// counted alike at both ends, one incident with both accounts.</summary>
public sealed class CeasefireTests
{
    private static string FileOf(string name)
    {
        var folder = Path.Combine(Path.GetDirectoryName(VectorFolder.Root())!, "ceasefire");
        if (!Directory.Exists(folder))
            Assert.Skip($"skipped: no observers' logs at {folder}; set {VectorFolder.Variable}");
        return Path.Combine(folder, name);
    }

    private static Task<Said> SayAsync(OpenLine open, string party, params string[] arguments) =>
        open[party].RunAsync(arguments);

    private static async Task<string> ActAsync(OpenLine open, string party, params string[] arguments) =>
        (
            await SayAsync(
                open,
                party,
                [.. arguments, "--by", "First", "--released-by", "Second", "--wait", "sealed", "--json"]
            )
        )
            .Ended(0)
            .Json["id"]!.GetValue<string>();

    private static async Task<JsonNode> ShownAsync(OpenLine open, string party, string agreement) =>
        (await SayAsync(open, party, "agreement", "show", agreement, "--json")).Ended(0).Json;

    [Fact] // CEASEFIRE-3, CEASEFIRE-7, CEASEFIRE-9
    public async Task One_text_is_countered_signed_by_both_and_in_force_at_both_from_its_instant()
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        var text = JsonNode.Parse(
            """
            {"title":"Ceasefire at the river","class":"ceasefire",
             "signatories":[{"party":"us","capacity":"party"},{"party":"ru","capacity":"party"}],
             "clauses":[{"id":"1","kind":"prohibited act","text":"No fire."}],
             "countingRule":{"name":"agreed","unit":"incident","gap":"PT1H","least":30,"exclude":["flare","tracer"]},
             "noExpiry":true,"noticeDays":1}
            """
        )!;
        var start = TimeProvider.System.GetUtcNow().AddSeconds(40).ToString("yyyy-MM-ddTHH:mm:ssZ", null);
        text["start"] = start;
        var file = open.Folder["text.json"];
        await File.WriteAllTextAsync(file, text.ToJsonString(), TestContext.Current.CancellationToken);
        var agreement = await ActAsync(open, "us", "agreement", "table", file);
        Assert.Equal("tabled", (await ShownAsync(open, "ru", agreement))["state"]!.GetValue<string>());
        text["clauses"]![0]!["text"] = "No fire, and no flights.";
        await File.WriteAllTextAsync(file, text.ToJsonString(), TestContext.Current.CancellationToken);
        await ActAsync(open, "ru", "agreement", "counter", agreement, file);
        var countered = await ShownAsync(open, "us", agreement);
        Assert.Equal("clause 1", Assert.Single(countered["differences"]!.AsArray())!["where"]!.GetValue<string>());
        var old = countered["versions"]![0]!["hash"]!.GetValue<string>();
        await ActAsync(open, "us", "agreement", "open", agreement);
        (
            await SayAsync(
                open,
                "us",
                "agreement",
                "sign",
                agreement,
                "--hash",
                old,
                "--by",
                "First",
                "--released-by",
                "Second"
            )
        ).Refused(1, "not on this text");
        var alone = (await SayAsync(open, "us", "agreement", "sign", agreement, "--by", "First", "--json")).Ended(0);
        Assert.NotNull(alone.Json["proposal"]);
        await ActAsync(open, "us", "agreement", "sign", agreement);
        Assert.Equal("partly signed", (await ShownAsync(open, "ru", agreement))["state"]!.GetValue<string>());
        await ActAsync(open, "ru", "agreement", "sign", agreement);
        var shown = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var party in (string[])["us", "ru"])
            shown[party] = await Until.HoldsAsync(
                $"it is in force at {party}",
                () => ShownAsync(open, party, agreement),
                a => a["state"]!.GetValue<string>() == "in force"
            );
        Assert.True(TimeProvider.System.GetUtcNow() >= DateTimeOffset.Parse(start, CultureInfo.InvariantCulture));
        Assert.Equal(shown["us"]["hash"]!.GetValue<string>(), shown["ru"]["hash"]!.GetValue<string>());
        Assert.Equal(
            DateTimeOffset.Parse(start, CultureInfo.InvariantCulture),
            shown["us"]["inForceFrom"]!.GetValue<DateTimeOffset>()
        );
        await ActAsync(open, "ru", "agreement", "suspend", agreement, "--reason", "shelling at the bridge");
        Assert.Equal("suspended", (await ShownAsync(open, "us", agreement))["state"]!.GetValue<string>());

        var order = await ActAsync(open, "us", "order", "report", agreement, "--echelon", "brigades");
        Assert.StartsWith("us/", order, StringComparison.Ordinal);
        var rung = Assert.Single(
            (await SayAsync(open, "ru", "order", "list", "--json")).Ended(0).Json["rungs"]!.AsArray()
        )!;
        Assert.Equal(("brigades", null), (rung["echelon"]!.GetValue<string>(), rung["at"]?.GetValue<string>()));
        await ReturnFireAsync(open);
        await ActAsync(
            open,
            "us",
            "coverage",
            "log",
            "--reporter",
            "jmc",
            "--place",
            "Bridge",
            "--from",
            "2026-03-02T18:00Z",
            "--until",
            "2026-03-02T20:00Z"
        );
        await IncidentAsync(open);
    }

    /// <summary>CEASEFIRE-28</summary>
    private static async Task ReturnFireAsync(OpenLine open)
    {
        string[] notify =
        [
            "returnfire",
            "notify",
            "--notice",
            "We answer the fire from the mill.",
            "--tried",
            "the hotline, twice",
            "--failure",
            "nobody answered",
            "--authority",
            "Brigade command",
        ];
        (await SayAsync(open, "us", [.. notify[..^2], "--by", "First", "--released-by", "Second"])).Refused(
            1,
            "authority"
        );
        Assert.NotNull((await SayAsync(open, "us", [.. notify, "--by", "First", "--json"])).Ended(0).Json["proposal"]);
        var notice = await ActAsync(open, "us", notify);
        var shown = (await SayAsync(open, "ru", "record", "show", notice, "--json")).Ended(0).Json;
        Assert.Equal("flash", shown["precedence"]!.GetValue<string>());
        await ActAsync(open, "ru", "returnfire", "answer", notice, "--answer", "checking");
        await ActAsync(open, "us", "returnfire", "begin", notice, "--reason", "the fire goes on");
        await ActAsync(open, "us", "returnfire", "end", notice, "--reason", "it has stopped");
    }

    private static async Task IncidentAsync(OpenLine open)
    {
        var incident = await ActAsync(open, "us", "incident", "report", "Shelling at the bridge.", "--accused", "ru");
        await ActAsync(open, "ru", "incident", "account", incident, "Two mines went off.");
        var second = await ActAsync(open, "ru", "incident", "report", "Fire on our post.", "--accused", "us");
        foreach (var party in (string[])["us", "ru"])
        {
            var shown = (await SayAsync(open, party, "incident", "show", incident, "--json")).Ended(0).Json;
            Assert.Equal("Alleged violation", shown["title"]!.GetValue<string>());
            Assert.Equal(["us", "ru"], shown["accounts"]!.AsArray().Select(a => a!["party"]!.GetValue<string>()));
        }
        await ActAsync(open, "ru", "incident", "merge", second, incident);
        (
            await SayAsync(
                open,
                "us",
                "incident",
                "merge",
                incident,
                second,
                "--by",
                "First",
                "--released-by",
                "Second"
            )
        ).Refused(1, "circle");
        Assert.Equal(
            incident,
            (await SayAsync(open, "ru", "incident", "show", second, "--json")).Ended(0).Json[
                "goesOnUnder"
            ]!.GetValue<string>()
        );
        await ActAsync(open, "ru", "incident", "verify", "preliminary", incident, "--what", "craters");
        await ActAsync(open, "ru", "incident", "verify", "field-inquiry", incident, "--what", "two craters");
        await ActAsync(open, "ru", "incident", "verify", "report", incident, "--finding", "inconclusive");
        await ActAsync(open, "us", "incident", "verify", "board", incident);
        await ActAsync(open, "us", "incident", "verify", "dissent", incident, "--finding", "violation");
        await ActAsync(open, "ru", "incident", "verify", "closed", incident, "--finding", "inconclusive");
        var closed = (await SayAsync(open, "us", "incident", "show", incident, "--json")).Ended(0).Json;
        Assert.Equal(
            ("inconclusive", "closed", 1),
            (
                closed["title"]!.GetValue<string>(),
                closed["state"]!.GetValue<string>(),
                closed["dissents"]!.AsArray().Count
            )
        );
    }

    [Fact] // CEASEFIRE-29, CEASEFIRE-30, CEASEFIRE-31, CEASEFIRE-33, CEASEFIRE-34
    public async Task An_observers_log_is_counted_alike_at_both_ends_and_the_same_file_twice_doubles_nothing()
    {
        var log = FileOf("observations.csv");
        using var expected = JsonDocument.Parse(
            await File.ReadAllBytesAsync(FileOf("observations.expected.json"), TestContext.Current.CancellationToken)
        );
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        var broken = open.Folder["broken.csv"];
        var rows = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            broken,
            [.. rows[..5], "o999,jmc,north,\"open", .. rows[5..]],
            TestContext.Current.CancellationToken
        );
        var first = (await SayAsync(open, "us", "incident", "import", broken, "--wait", "sealed", "--json"))
            .Ended(0)
            .Json;
        Assert.Equal((120, 0), (first["imported"]!.GetValue<int>(), first["doubled"]!.GetValue<int>()));
        Assert.Equal(6, Assert.Single(first["refused"]!.AsArray())!["row"]!.GetValue<int>());
        var again = (await SayAsync(open, "us", "incident", "import", log, "--json")).Ended(0).Json;
        Assert.Equal((0, 120), (again["imported"]!.GetValue<int>(), again["doubled"]!.GetValue<int>()));
        var theirs = (await SayAsync(open, "ru", "incident", "import", log, "--json")).Ended(0).Json;
        Assert.Equal((0, 120), (theirs["imported"]!.GetValue<int>(), theirs["doubled"]!.GetValue<int>()));

        var compared = 0;
        foreach (var rule in expected.RootElement.GetProperty("rules").EnumerateObject())
        {
            var file = open.Folder[$"{rule.Name}.json"];
            await File.WriteAllTextAsync(file, rule.Value.GetRawText(), TestContext.Current.CancellationToken);
            foreach (var party in (string[])["us", "ru"])
            foreach (
                var (tallies, period) in expected
                    .RootElement.GetProperty("windows")
                    .EnumerateArray()
                    .Select(w => (w, Period(w)))
                    .Prepend((expected.RootElement.GetProperty("all"), (string[])[]))
            )
            {
                var tally = (
                    await SayAsync(open, party, ["incident", "tally", "--rule", file, .. period, "--json"])
                ).Ended(0);
                Assert.Equal(
                    tallies
                        .GetProperty(rule.Name)
                        .EnumerateArray()
                        .Select(r => $"{r.GetProperty("reporter")}>{r.GetProperty("accused")} {r.GetProperty("n")}"),
                    tally.Json["rows"]!.AsArray().Select(r => $"{r!["reporter"]}>{r["accused"]} {r["n"]}")
                );
                Assert.True(tally.Json["asOf"]!["us"]!.GetValue<int>() > 0);
                compared++;
            }
        }
        Assert.Equal(12, compared);

        // What ru signs with itself alone is in force between nobody, and is nobody's rule.
        var before = (await SayAsync(open, "us", "incident", "tally", "--json")).Ended(0).Json;
        var alone = open.Folder["alone.json"];
        await File.WriteAllTextAsync(
            alone,
            """
            {"title":"Of ru with itself","noExpiry":true,"signatories":[{"party":"ru","capacity":"party"}],
             "clauses":[{"id":"1","kind":"prohibited act","text":"None."}],
             "countingRule":{"name":"none of it","unit":"discharge","exclude":["explosion","burst","shot"]}}
            """,
            TestContext.Current.CancellationToken
        );
        var own = await ActAsync(open, "ru", "agreement", "table", alone);
        await ActAsync(open, "ru", "agreement", "open", own);
        await ActAsync(open, "ru", "agreement", "sign", own);
        await Until.HoldsAsync(
            "signed by ru, as us sees it",
            () => ShownAsync(open, "us", own),
            a => a["signatories"]![0]!["state"]!.GetValue<string>() == "signed"
        );
        Assert.Equal("partly signed", (await ShownAsync(open, "us", own))["state"]!.GetValue<string>());
        var after = (await SayAsync(open, "us", "incident", "tally", "--json")).Ended(0).Json;
        Assert.Equal(before["rows"]!.ToJsonString(), after["rows"]!.ToJsonString());

        foreach (var form in (string[])["csv", "geojson", "acled", "ucdp"])
        {
            var written = (await SayAsync(open, "ru", "incident", "export", "--as", form)).Ended(0).Output;
            Assert.Contains("o001", written, StringComparison.Ordinal);
            if (form != "geojson")
                Assert.Equal(121, written.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        }
    }

    private static string[] Period(JsonElement window) =>
        ["--from", window.GetProperty("from").GetString()!, "--until", window.GetProperty("until").GetString()!];
}
