using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Vectors;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>What is checked and said of a ceasefire beside its text: the files that it names, who watched where, and the
/// day that an officer sums up.</summary>
public sealed class MonitoringTests
{
    private static async Task<string> ActAsync(TestStation at, params string[] arguments) =>
        (await at.RunAsync([.. arguments, "--by", "First", "--released-by", "Second", "--wait", "sealed", "--json"]))
            .Ended(0)
            .Json.Id();

    private static string HashOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static async Task<(string Entry, byte[] Bytes)> AttachedAsync(OpenLine open, string name, int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var file = open.Folder[name];
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        var sent = (await open["us"].RunAsync("send", "--attach", file, "--wait", "sealed", "--json", "The map."))
            .Ended(0)
            .Json;
        var message = (await open["us"].RunAsync("record", "show", sent.Id(), "--json")).Ended(0).Json;
        return (message["re"]!.AsArray().Single()!.GetValue<string>(), bytes);
    }

    [Theory] // CEASEFIRE-17, CEASEFIRE-18
    [InlineData(3_000)]
    [InlineData(300_000)]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_map_that_is_another_file_is_said_to_whoever_tables_and_signs_shown_at_both_and_the_past_stays_to_be_seen(
        int size
    )
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        var (us, ru) = (open["us"], open["ru"]);
        var (map, bytes) = await AttachedAsync(open, "map.png", size);
        var other = (byte[])bytes.Clone();
        other[^1] ^= 1;
        var file = open.Folder["text.json"];
        Task WriteAsync(string hash) =>
            File.WriteAllTextAsync(
                file,
                $$$"""
                {"title":"Ceasefire at the river","signatories":[{"party":"us","capacity":"party"},{"party":"ru","capacity":"party"}],
                 "clauses":[{"id":"1","kind":"prohibited act","text":"No fire."}],"areas":[{"name":"River","map":"m1"}],
                 "maps":[{"id":"m1","title":"The river","hash":"{{{hash}}}","entry":"{{{map}}}"}],"noExpiry":true}
                """,
                TestContext.Current.CancellationToken
            );

        await WriteAsync(HashOf(other));
        var tabled = (
            await us.RunAsync("agreement", "table", file, "--by", "First", "--wait", "sealed", "--json")
        ).Ended(0);
        Assert.Contains("warning: map m1: the file in", tabled.Error, StringComparison.Ordinal);
        Assert.Contains("warning: it has no counting rule", tabled.Error, StringComparison.Ordinal);
        var agreement = tabled.Json.Id();
        await ActAsync(us, "agreement", "open", agreement);
        var signed = (
            await us.RunAsync("agreement", "sign", agreement, "--by", "First", "--released-by", "Second", "--json")
        ).Ended(0);
        Assert.Contains("warning: map m1", signed.Error, StringComparison.Ordinal);
        Assert.Contains(HashOf(bytes), signed.Error, StringComparison.Ordinal);
        var there = await Until.HoldsAsync(
            "ru has the file and sees that it is another",
            async () => (await ru.RunAsync("agreement", "show", agreement, "--json")).Ended(0).Json,
            a => a["enclosures"]!.AsArray().Single()!["state"]!.GetValue<string>() == "other bytes"
        );
        Assert.Equal(HashOf(bytes), there["enclosures"]![0]!["found"]!.GetValue<string>());
        Assert.Single(there["warnings"]!.AsArray());

        var before = TimeProvider.System.GetUtcNow();
        await WriteAsync(HashOf(bytes));
        var countered = (
            await ru.RunAsync("agreement", "counter", agreement, file, "--by", "First", "--wait", "sealed", "--json")
        ).Ended(0);
        Assert.DoesNotContain("map m1", countered.Error, StringComparison.Ordinal);
        foreach (var party in open.Stations)
        {
            var now = (await party.RunAsync("agreement", "show", agreement, "--json")).Ended(0).Json;
            Assert.Equal("as stated", now["enclosures"]![0]!["state"]!.GetValue<string>());
            Assert.Empty(now["warnings"]!.AsArray());
            // What was signed is another text.
            Assert.Equal("not on this text", now["signatories"]![0]!["state"]!.GetValue<string>());
            var then = (await party.RunAsync("agreement", "show", agreement, "--at", UtcOf(before), "--json"))
                .Ended(0)
                .Json;
            Assert.Equal("partly signed", then["state"]!.GetValue<string>());
            Assert.Equal("signed", then["signatories"]![0]!["state"]!.GetValue<string>());
            Assert.Equal(tabled.Json.Id(), then["versions"]!.AsArray().Single()!["entry"]!.GetValue<string>());
            var sizes = $"us:{int.Parse(agreement.Split('/')[1], null) + 1},ru:1";
            var first = (await party.RunAsync("agreement", "show", agreement, "--as-of", sizes, "--json"))
                .Ended(0)
                .Json;
            Assert.Equal("tabled", first["state"]!.GetValue<string>());
        }
        (await us.RunAsync("agreement", "show", agreement, "--as-of", "us:1")).Refused(1, "was not there then");

        foreach (
            var (form, begins, holds) in ((string, string, string)[])
                [("print", "<!doctype html>", "Draft, no status"), ("akn", "<?xml", "legaldocml/ns/akn/3.0")]
        )
        {
            var written = (await ru.RunAsync("agreement", "export", agreement, "--as", form)).Ended(0).Output;
            Assert.StartsWith(begins, written, StringComparison.Ordinal);
            Assert.Contains(holds, written, StringComparison.Ordinal);
            Assert.Contains(HashOf(bytes)[7..], written, StringComparison.Ordinal);
        }
    }

    private static string UtcOf(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", null);

    [Fact] // CEASEFIRE-23, CEASEFIRE-35, CEASEFIRE-37
    public async Task Days_close_by_the_agreed_clock_what_nobody_watched_is_said_and_the_summary_of_a_day_is_released_by_an_officer()
    {
        var folder = Path.Combine(Path.GetDirectoryName(VectorFolder.Root())!, "ceasefire");
        if (!Directory.Exists(folder))
            Assert.Skip($"skipped: no observers' logs at {folder}; set {VectorFolder.Variable}");
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        var (us, ru) = (open["us"], open["ru"]);
        (
            await us.RunAsync(
                "incident",
                "import",
                Path.Combine(folder, "observations.csv"),
                "--wait",
                "sealed",
                "--json"
            )
        ).Ended(0);
        string[] period = ["--from", "2026-03-02T17:30Z", "--until", "2026-03-03T17:30Z"];
        foreach (
            var (at, from, until) in ((string, string, string)[])
                [
                    ("Crossing West", "2026-03-02T18:00Z", "2026-03-03T06:00Z"),
                    ("Bridge", "2026-03-02T12:00Z", "2026-03-04T12:00Z"),
                ]
        )
            await ActAsync(us, "coverage", "log", "--reporter", "jmc", "--place", at, "--from", from, "--until", until);

        var gaps = (await ru.RunAsync(["coverage", "gaps", .. period, "--json"])).Ended(0).Json;
        Assert.Equal(
            ["Bridge 0 1", "Crossing West 2 1"],
            gaps["places"]!
                .AsArray()
                .Select(p => $"{p!["place"]} {p["gaps"]!.AsArray().Count} {p["watched"]!.AsArray().Count}")
        );
        Assert.Equal(
            "2026-03-03T06:00:00Z",
            gaps["places"]![1]!["gaps"]![1]!["from"]!.GetValue<DateTimeOffset>().ToString("yyyy-MM-ddTHH:mm:ssZ", null)
        );

        using var expected = JsonDocument.Parse(
            await File.ReadAllBytesAsync(
                Path.Combine(folder, "observations.expected.json"),
                TestContext.Current.CancellationToken
            )
        );
        (await ru.RunAsync(["incident", "tally", "--daily", .. period])).Refused(
            1,
            "no agreement in force states them"
        );
        string[] day = ["--zone", "Europe/Kyiv", "--closes", "19:30"];
        var days = (
            await ru.RunAsync(["incident", "tally", "--daily", "--rule", "discharges", .. day, .. period, "--json"])
        )
            .Ended(0)
            .JsonLines;
        var window = expected.RootElement.GetProperty("windows")[0];
        Assert.Equal(
            window
                .GetProperty("discharges")
                .EnumerateArray()
                .Select(r => $"{r.GetProperty("reporter")}>{r.GetProperty("accused")} {r.GetProperty("n")}"),
            Assert.Single(days)["rows"]!.AsArray().Select(r => $"{r!["reporter"]}>{r["accused"]} {r["n"]}")
        );

        string[] summed = ["--day", "2026-03-03", "--rule", "discharges", .. day];
        var draft = (await us.RunAsync(["summary", "draft", .. summed, "--json"])).Ended(0).Json;
        Assert.Empty(draft["released"]!.AsArray());
        var body = draft["body"]!;
        Assert.Equal(window.GetProperty("discharges").GetArrayLength(), body["rows"]!.AsArray().Count);
        Assert.Contains(
            "Nobody watched Crossing West from",
            body["text"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Nobody watched Bridge", body["text"]!.GetValue<string>(), StringComparison.Ordinal);
        var size = (await us.StatusAsync())["ownSize"]!.GetValue<long>();
        await us.RunAsync(["summary", "draft", .. summed]);
        Assert.Equal(size, (await us.StatusAsync())["ownSize"]!.GetValue<long>()); // a draft is nobody's word

        var released = (
            await us.RunAsync(["summary", "release", .. summed, "--by", "First", "--wait", "sealed", "--json"])
        )
            .Ended(0)
            .Json.Id();
        var there = (await ru.RunAsync("record", "show", released, "--json")).Ended(0).Json;
        Assert.Equal(body["text"]!.GetValue<string>(), there["body"]!["text"]!.GetValue<string>());
        Assert.Equal(
            [released],
            (await ru.RunAsync(["summary", "draft", .. summed, "--json"])).Ended(0).Json["released"]!
                .AsArray()
                .Select(r => r!.GetValue<string>())
        );

        // Whoever doubts it counts again, of what it names.
        await ActAsync(ru, "incident", "report", "Fire on our post.", "--accused", "us");
        var sizes = string.Join(
            ',',
            there["body"]!["asOf"]!.AsArray().Select(s => $"{s!["party"]!.GetValue<string>()}:{s["size"]}")
        );
        var again = (
            await ru.RunAsync(["incident", "tally", "--rule", "discharges", .. period, "--as-of", sizes, "--json"])
        )
            .Ended(0)
            .Json;
        Assert.Equal(
            there["body"]!["rows"]!.AsArray().Select(r => $"{r!["reporter"]}>{r["accused"] ?? ""} {r["n"]}"),
            again["rows"]!.AsArray().Select(r => $"{r!["reporter"]}>{r["accused"]} {r["n"]}")
        );
        (
            await ru.RunAsync([
                "summary",
                "release",
                "--day",
                "2999-03-03",
                "--rule",
                "discharges",
                .. day,
                "--by",
                "First",
            ])
        ).Refused(1, "is not over");
    }
}
