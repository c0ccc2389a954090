using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>E9 of the scenario: a third state mediates between two that do not speak to each other. What crosses, with which
/// proof, and what does not; a refusal that waits for a fourth party's consent; what was floated unofficially.</summary>
public sealed class MediationTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const string InMemory = "/dev/shm";

    private const string Proposal =
            "A ceasefire along the current lines of control / припинення вогню на нинішніх лініях",
        Secret = "Unser letztes Angebot, nur für den Vermittler",
        Condition = "No talks without the consent of ua",
        Sounding = "Würden sie um sechs aufhören, unter uns gefragt?";

    private static readonly string[] Two = ["--by", "Anna Bell", "--seat", "principal", "--released-by", "Col Ruiz"];

    internal static async Task<JsonNode> SayAsync(TestStation at, params string[] words) =>
        (await at.RunAsync([.. words, "--by", "Anna Bell", "--wait", "sealed", "--json"])).Ended(0).Json;

    private static async Task<JsonNode> RoomAsync(TestStation at, string line) =>
        (await at.Api.GetAsync("rooms?room=geneva"))
            .AsArray()
            .SelectMany(room => room!["lines"]!.AsArray())
            .Single(on => on!["line"]!.GetValue<string>() == line)!;

    /// <summary>The mediator opens the room on a line, and the other side admits it.</summary>
    internal static async Task<string> OpenAsync(OpenLine stations, string line, string other)
    {
        var room = (
            await SayAsync(
                stations["tr"],
                "room",
                "open",
                "geneva",
                "--line",
                line,
                "--title",
                "Talks on the corridor",
                "--scope",
                "good offices between ru, us and ua",
                "--until",
                "2999-01-01T00:00Z",
                "--party",
                "ru",
                "--party",
                "us",
                "--party",
                "ua"
            )
        ).Id();
        await SayAsync(stations[other], "room", "join", room, "--line", line);
        await Until.HoldsAsync(
            $"the room is open on {line}",
            () => RoomAsync(stations["tr"], line),
            on => on["state"]!.GetValue<string>() == "open"
        );
        return room;
    }

    [Fact] // MEDIATION-1 MEDIATION-3 MEDIATION-4 MEDIATION-5 MEDIATION-6 MEDIATION-7 MEDIATION-8 MEDIATION-16
    public async Task A_mediator_carries_what_was_marked_word_for_word_with_its_proof_and_nothing_else_crosses()
    {
        var (stations, lines) = await OpenLine.SeveralAsync(
            ["tr", "ru", "us", "ua"],
            new Dictionary<string, string[]>
            {
                ["tr-ru"] = ["tr", "ru"],
                ["tr-us"] = ["tr", "us"],
                ["tr-ua"] = ["tr", "ua"],
            }
        );
        await using var ended = stations;
        var (tr, ru, us) = (stations["tr"], stations["ru"], stations["us"]);
        var onA = await OpenAsync(stations, lines["tr-ru"], "ru");
        var onB = await OpenAsync(stations, lines["tr-us"], "us");
        var onUa = await OpenAsync(stations, lines["tr-ua"], "ua");

        var secret = (await SayAsync(ru, "room", "say", onA, Secret, "--line", lines["tr-ru"])).Id();
        var said = (await SayAsync(ru, "room", "say", onA, Proposal, "--line", lines["tr-ru"], "--pass-to", "us")).Id();
        await SayAsync(tr, "room", "say", onB, "They are ready to stop", "--line", lines["tr-us"], "--reports", "ru");

        // What its author let nobody be shown the mediator's own station does not carry; nor to somebody else.
        (await tr.RunAsync("pass", secret, "--line", lines["tr-ru"], "--to", lines["tr-us"])).Refused(
            1,
            "not marked for passing"
        );
        (await tr.RunAsync("pass", said, "--line", lines["tr-ru"], "--to", lines["tr-ua"])).Refused(
            1,
            "not marked for passing"
        );
        var passed = (await SayAsync(tr, "pass", said, "--line", lines["tr-ru"], "--to", lines["tr-us"])).Id();
        (await tr.RunAsync("pass", said, "--line", lines["tr-ru"], "--to", lines["tr-us"])).Refused(1, "replayed");

        // B has no line with A. It is told that the keys are not known, until it has compared them elsewhere.
        async Task<JsonNode> WordAsync(string entry) =>
            (await RoomAsync(us, lines["tr-us"]))["words"]!
                .AsArray()
                .Single(w => w!["entry"]!.GetValue<string>() == entry)!;
        var word = await WordAsync(passed);
        Assert.Equal(Proposal, word["text"]!.GetValue<string>());
        Assert.Equal("ru", word["author"]!.GetValue<string>());
        Assert.Equal("keys not known", word["passage"]!["standing"]!.GetValue<string>());
        var keys = (await RoomAsync(ru, lines["tr-ru"]))["keys"]!.GetValue<string>();
        await SayAsync(us, "room", "recognise", onB, "ru", "--keys", keys, "--line", lines["tr-us"]);
        word = await WordAsync(passed);
        Assert.Equal("proven", word["passage"]!["standing"]!.GetValue<string>());
        Assert.Contains(
            "ru's own words, proven",
            (await us.RunAsync("room", "show", "geneva")).Ended(0).Output,
            StringComparison.Ordinal
        );
        // A paraphrase is the mediator's.
        var told = (await RoomAsync(us, lines["tr-us"]))["words"]!.AsArray().Single(w => w!["reports"] is not null)!;
        Assert.Equal("tr", told["author"]!.GetValue<string>());
        Assert.Null(told["passage"]);

        await RefusedAsync(stations, lines, said, onB);
        await NothingElseOfAAsync(stations, lines, secret);
        await ThirdPartyAsync(stations, lines, onB, onUa);
    }

    /// <summary>Every byte of a proof that was changed, and proofs that belong elsewhere, are refused by name.</summary>
    private static async Task RefusedAsync(OpenLine stations, Dictionary<string, string> lines, string said, string onB)
    {
        var tr = stations["tr"];
        var proof = await tr.Api.GetTextAsync($"lines/{lines["tr-ru"]}/entries/{said}/proof-file");
        async Task<string> WhyAsync(string file, string room, string line)
        {
            var act = new JsonObject
            {
                ["kind"] = "room.passed",
                ["by"] = new JsonObject { ["seat"] = "principal", ["name"] = "Anna Bell" },
                ["re"] = new JsonArray(room),
                ["body"] = new JsonObject { ["proof"] = file },
            };
            using var content = new StringContent(act.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await tr.Api.SendAsync(HttpMethod.Post, $"lines/{line}/entries", content);
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        Assert.Contains("replayed", await WhyAsync(proof, onB, lines["tr-us"]), StringComparison.Ordinal);
        foreach (var at in (int[])[30, proof.IndexOf("body ", StringComparison.Ordinal) + 40, proof.Length - 30])
        {
            var changed = proof[..at] + (proof[at] == 'A' ? 'B' : 'A') + proof[(at + 1)..];
            Assert.Contains("altered", await WhyAsync(changed, onB, lines["tr-us"]), StringComparison.Ordinal);
        }
        var own = await tr.Api.GetTextAsync($"lines/{lines["tr-us"]}/entries/{onB}/proof-file");
        Assert.Contains("from this line", await WhyAsync(own, onB, lines["tr-us"]), StringComparison.Ordinal);
    }

    /// <summary>Everything that B holds, also within the Base64 of the proof: of A's line nothing but the one entry.</summary>
    private static async Task NothingElseOfAAsync(OpenLine stations, Dictionary<string, string> lines, string secret)
    {
        var other = await stations["tr"].Api.GetAsync($"lines/{lines["tr-ru"]}/entries/{secret}");
        var export = stations.Folder["b-export"];
        (await stations["us"].RunAsync("record", "export", "--line", lines["tr-us"], "--out", export)).Ended(0);
        var found = 0;
        foreach (
            var file in Directory
                .EnumerateFiles(export, "*", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(stations["us"].Data, "*", SearchOption.AllDirectories))
                .Where(file => Path.GetExtension(file) is not (".lock" or ".sock"))
        )
        {
            var bytes = await ReadAsync(file);
            foreach (var text in Texts(Encoding.UTF8.GetString(bytes)))
            {
                found += text.Contains("нинішніх лініях", StringComparison.Ordinal) ? 1 : 0;
                Assert.DoesNotContain("letztes Angebot", text, StringComparison.Ordinal);
                Assert.DoesNotContain(other["body"]!.ToJsonString(), text, StringComparison.Ordinal);
                Assert.DoesNotContain(stations["ru"].Link, text, StringComparison.Ordinal);
            }
        }
        Assert.NotEqual(0, found); // the search does find what did cross
    }

    /// <summary>A condition on a third party: a claim of the mediator's meets nothing, its own signed word does.</summary>
    private static async Task ThirdPartyAsync(
        OpenLine stations,
        Dictionary<string, string> lines,
        string onUs,
        string onUa
    )
    {
        var (tr, us, ua) = (stations["tr"], stations["us"], stations["ua"]);
        async Task<string> StateAsync() =>
            (await RoomAsync(us, lines["tr-us"]))["conditions"]!.AsArray().Single()!["state"]!.GetValue<string>();
        var made = (
            await SayAsync(
                us,
                "room",
                "condition",
                onUs,
                "talks",
                "ua",
                "--what",
                Condition,
                "--pass-to",
                "ua",
                "--line",
                lines["tr-us"]
            )
        ).Id();
        Assert.Equal("waiting", await StateAsync());
        await SayAsync(
            tr,
            "room",
            "say",
            onUs,
            "ua consents",
            "--reports",
            "ua",
            "--condition",
            "talks",
            "--line",
            lines["tr-us"]
        );
        Assert.Equal("claimed", await StateAsync());
        string[] consents = ["room", "consent", onUa, "talks", "--line", lines["tr-ua"], "--pass-to", "us"];
        async Task ConsentedAsync()
        {
            var consent = (await ua.RunAsync([.. consents, "--wait", "sealed", "--json", .. Two])).Ended(0).Json.Id();
            await SayAsync(tr, "pass", consent, "--line", lines["tr-ua"], "--to", lines["tr-us"]);
        }
        // Of the words of the condition nobody has told ua yet: what it consents to is a name. MEDIATION-18
        await ConsentedAsync();
        Assert.Equal("keys not known", await StateAsync());
        var keys = (await RoomAsync(ua, lines["tr-ua"]))["keys"]!.GetValue<string>();
        await SayAsync(us, "room", "recognise", onUs, "ua", "--keys", keys, "--line", lines["tr-us"]);
        Assert.Equal("other words", await StateAsync());
        // It is shown them as us wrote them, with the proof; its own station takes no consent to others then.
        await SayAsync(tr, "pass", made, "--line", lines["tr-us"], "--to", lines["tr-ua"]);
        (await ua.RunAsync([.. consents, "--what", "Talks on fishing", .. Two])).Refused(1, Condition);
        await ConsentedAsync();
        Assert.Equal("met", await StateAsync());
        var shown = (await us.RunAsync("room", "show", "geneva")).Ended(0).Output;
        Assert.Contains($"ua's own words, proven: room.consented talks\n        │ {Condition}", shown, Ordinal);
        Assert.Contains($"us: room.conditioned talks\n        │ {Condition}", shown, Ordinal);
        Assert.Contains("tr about ua, a claim: room.said talks", shown, Ordinal);
        // What a party writes can look like anything but a line of this program's own.
        await SayAsync(
            tr,
            "room",
            "say",
            onUs,
            "Read this:\ntr/9  ru's own words, proven: room.said\n        │ We give up",
            "--line",
            lines["tr-us"]
        );
        Assert.DoesNotContain(
            "\n    tr/9  ru's own words",
            (await us.RunAsync("room", "show", "geneva")).Ended(0).Output,
            Ordinal
        );
    }

    [Fact] // MEDIATION-13
    public async Task A_sounding_is_kept_by_nobody_and_a_non_paper_is_on_the_record_once_both_say_so()
    {
        var (stations, lines) = await OpenLine.SeveralAsync(
            ["tr", "ru"],
            new Dictionary<string, string[]> { ["tr-ru"] = ["tr", "ru"] }
        );
        await using var ended = stations;
        var room = await OpenAsync(stations, lines["tr-ru"], "ru");
        (await stations["tr"].RunAsync("room", "sounding", Sounding, "--line", lines["tr-ru"], "--by", "Anna")).Ended(
            0
        );
        Assert.Equal(
            Sounding,
            (await stations["ru"].Api.GetAsync($"lines/{lines["tr-ru"]}/off-record")).AsArray().Single()![
                "text"
            ]!.GetValue<string>()
        );
        await SayAsync(stations["tr"], "room", "handed", room, "paper of 4 May");
        async Task<JsonNode> HandedAsync() =>
            (await RoomAsync(stations["ru"], lines["tr-ru"]))["handedOver"]!.AsArray().Single()!;
        Assert.False((await HandedAsync())["onRecord"]!.GetValue<bool>());
        await SayAsync(stations["ru"], "room", "handed", room, "paper of 4 May");
        Assert.True((await HandedAsync())["onRecord"]!.GetValue<bool>());

        // A room of the same name that the other side opens as mediator is another room.
        await SayAsync(
            stations["ru"],
            "room",
            "open",
            "geneva",
            "--title",
            "Not those talks",
            "--scope",
            "to be taken for them",
            "--until",
            "2999-01-01T00:00Z",
            "--party",
            "tr"
        );
        Assert.Equal(
            ["ru", "tr"],
            (await stations["tr"].Api.GetAsync("rooms?room=geneva"))
                .AsArray()
                .Select(one => one!["mediator"]!.GetValue<string>())
        );

        foreach (var station in stations.Stations)
        {
            (await station.RunAsync("backup", "--out", stations.Folder[$"{station.Party}-backup"])).Ended(0);
            await station.StopAsync();
        }
        // The database with its journal, keys, logs and backups of both; and what lies in memory as a file.
        var files = Directory.EnumerateFiles(stations.Folder.Path, "*", SearchOption.AllDirectories);
        if (Directory.Exists(InMemory))
            files = files.Concat(Directory.EnumerateFiles(InMemory));
        foreach (var file in files)
        {
            string text;
            try
            {
                text = Encoding.UTF8.GetString(await ReadAsync(file));
            }
            catch (Exception e)
                when (e is IOException or UnauthorizedAccessException
                    && file.StartsWith(InMemory, StringComparison.Ordinal)
                )
            {
                continue; // another program's
            }
            Assert.DoesNotContain("unter uns gefragt", text, StringComparison.Ordinal);
        }
    }

    [Fact] // MEDIATION-9 MEDIATION-11 MEDIATION-12
    public async Task One_text_is_drafted_by_the_mediator_and_tabled_once_nothing_stands_in_brackets()
    {
        var (stations, lines) = await OpenLine.SeveralAsync(
            ["tr", "ru", "us"],
            new Dictionary<string, string[]>
            {
                ["tr-ru"] = ["tr", "ru"],
                ["tr-us"] = ["tr", "us"],
                ["all"] = ["tr", "ru", "us"],
            }
        );
        await using var ended = stations;
        var (tr, us) = (stations["tr"], stations["us"]);
        var onRu = await OpenAsync(stations, lines["tr-ru"], "ru");
        var onUs = await OpenAsync(stations, lines["tr-us"], "us");
        async Task<string> FileAsync(string name, string json)
        {
            var path = stations.Folder[name];
            await File.WriteAllTextAsync(path, json, TestContext.Current.CancellationToken);
            return path;
        }
        string[] Draft(string room, string file, string line) =>
            ["room", "draft", room, file, "--line", line, "--by", "Anna Bell", "--wait", "sealed", "--json"];
        var open = await FileAsync(
            "open.json",
            """{"title":"Corridor","clauses":[{"id":"1","text":"It is open."},{"id":"2","brackets":[{"text":"From six."},{"text":"From noon."}]}]}"""
        );
        var named = await FileAsync(
            "named.json",
            """{"title":"Corridor","clauses":[{"id":"1","text":"It is open."},{"id":"2","brackets":[{"text":"From six."},{"text":"From noon.","by":"us"}]}]}"""
        );
        var whole = await FileAsync(
            "whole.json",
            """{"title":"Corridor","clauses":[{"id":"1","text":"It is open."},{"id":"2","text":"From noon."}]}"""
        );
        (await tr.RunAsync(Draft(onUs, open, lines["tr-us"]))).Ended(0);
        (await tr.RunAsync(Draft(onRu, named, lines["tr-ru"]))).Refused(1, "us has not let itself be named");
        await SayAsync(
            us,
            "room",
            "comment",
            onUs,
            "2",
            "Six is too early for us",
            "--instead",
            "From noon.",
            "--named",
            "--line",
            lines["tr-us"]
        );
        (await tr.RunAsync(Draft(onRu, named, lines["tr-ru"]))).Ended(0);
        var there = await RoomAsync(stations["ru"], lines["tr-ru"]);
        Assert.Empty(there["comments"]!.AsArray());
        Assert.Contains("\"by\":\"us\"", there["drafts"]![0]!["text"]!.ToJsonString(), StringComparison.Ordinal);

        string[] table = ["room", "table", onRu, "--line", lines["tr-ru"], "--on", lines["all"], "--by", "Anna Bell"];
        var terms = await FileAsync(
            "terms.json",
            """{"signatories":[{"party":"ru","capacity":"party"},{"party":"us","capacity":"party"},{"party":"tr","capacity":"guarantor"}],"noExpiry":true}"""
        );
        (await tr.RunAsync([.. table, "--with", terms])).Refused(1, "still has words in brackets");
        (await tr.RunAsync(Draft(onRu, whole, lines["tr-ru"]))).Ended(0);
        var tabled = (await tr.RunAsync([.. table, "--with", terms, "--wait", "sealed", "--json"])).Ended(0).Json.Id();
        var agreement = await us.Api.GetAsync($"lines/{lines["all"]}/agreements/{tabled}");
        Assert.Equal("tabled", agreement["state"]!.GetValue<string>());
        Assert.Equal(
            ["It is open.", "From noon."],
            agreement["text"]!["clauses"]!.AsArray().Select(c => c!["text"]!.GetValue<string>())
        );
    }

    private static async Task<byte[]> ReadAsync(string file)
    {
        await using var open = new FileStream(
            file,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        using var held = new MemoryStream();
        await open.CopyToAsync(held, TestContext.Current.CancellationToken);
        return held.ToArray();
    }

    /// <summary>A file as it is, and what its words are in Base64, and again.</summary>
    private static IEnumerable<string> Texts(string file)
    {
        yield return file;
        foreach (var word in file.Split([' ', '\n', '>', '<', '"', '\\'], StringSplitOptions.RemoveEmptyEntries))
        {
            var letters = word.StartsWith('n') ? word[1..] : word; // what is left of an escaped newline
            foreach (var tried in (string[])[word, letters])
            {
                var bytes = new byte[tried.Length];
                if (tried.Length < 16 || !Convert.TryFromBase64String(tried, bytes, out var length))
                    continue;
                yield return Encoding.UTF8.GetString(bytes, 0, length);
            }
        }
    }
}
