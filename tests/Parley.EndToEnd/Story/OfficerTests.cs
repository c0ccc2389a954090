using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>An officer's day by commands alone, between two real stations.</summary>
public sealed class OfficerTests
{
    [Fact]
    public async Task A_day_by_commands_call_clarification_joint_readout_two_officers_watch_and_receipts()
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);

        // A call is asked for, countered, accepted, held.
        var request = Id(
            await ActAsync(
                open,
                "us",
                "call",
                "request",
                "--between",
                "us=secretary of defence",
                "--between",
                "ru=minister of defence;general of the army",
                "--topic",
                "flights over the strait",
                "--precedence",
                "priority"
            )
        );
        Assert.Contains(
            "ru minister of defence (general of the army)",
            (await SayAsync(open, "ru", "traffic")).Ended(0).Output,
            StringComparison.Ordinal
        );
        (await SayAsync(open, "us", "call", "accept", request)).Refused(1, "may not write call.accepted itself");
        var counter = Id(
            await ActAsync(open, "ru", "call", "counter", request, "--window", "2030-01-01T09:00Z/2030-01-01T12:00Z")
        );
        Assert.Equal("call.countered", (await AskAsync(open, "us", "record", "show", counter)).Kind());
        await ActAsync(open, "us", "call", "accept", request);
        var held = Id(
            await ActAsync(
                open,
                "ru",
                "call",
                "end",
                request,
                "--minutes",
                "25",
                "--means",
                "line",
                "--outcome",
                "another call next week"
            )
        );
        var chronology = await AskAsync(open, "us", "chronology");
        Assert.Equal("held", Assert.Single(chronology["attempts"]!.AsArray())!["outcome"]!.GetValue<string>());
        Assert.Equal(25, Assert.Single(chronology["contacts"]!.AsArray())!["minutes"]!.GetValue<int>());

        // A joint readout goes back and forth; agreeing takes two officers, who may not be one.
        var draft = Id(
            await ActAsync(
                open,
                "us",
                "readout",
                "propose",
                held,
                "--point",
                "agreed=Another call next week.",
                "--point",
                "discussed=The flights."
            )
        );
        var second = Id(
            await ActAsync(open, "ru", "readout", "draft", draft, "--point", "agreed=Another call next week.")
        );
        var proposed = (await SayAsync(open, "us", "readout", "agree", second, "--by", "A. First", "--json")).Ended(0);
        var proposal = proposed.Json["proposal"]!.GetValue<string>();
        Assert.Contains($"parley release {proposal}", proposed.Error, StringComparison.Ordinal);
        Assert.Equal(
            proposal,
            Assert.Single((await SayAsync(open, "us", "proposals", "--json")).Ended(0).JsonLines)[
                "proposal"
            ]!.GetValue<string>()
        );
        (await SayAsync(open, "us", "release", proposal, "--by", "A. First", "--seat", "principal")).Ended(1);
        (await SayAsync(open, "us", "release", proposal, "--by", "B. Second", "--seat", "principal")).Ended(0);
        Assert.Equal(
            "Nothing waits for a second officer.",
            Assert.Single((await SayAsync(open, "us", "proposals")).Ended(0).Lines)
        );
        Assert.Equal("agreed", (await AskAsync(open, "us", "readout", "show", draft))["state"]!.GetValue<string>());
        await ActAsync(open, "us", "readout", "publish", draft, "--by", "A. First", "--released-by", "B. Second");

        // A request for clarification, with its answer.
        var concern = Id(
            await ActAsync(
                open,
                "ru",
                "clarify",
                "ask",
                "Columns at Alder Crossing",
                "--place",
                "Alder Crossing",
                "--position",
                "34.1,44.95"
            )
        );
        Assert.Equal(
            "open",
            (await AskAsync(open, "us", "traffic"))["open"]!
                .AsArray()
                .Single(i => i!["entry"]!.GetValue<string>() == concern)!["state"]!.GetValue<string>()
        );
        await ActAsync(open, "us", "clarify", "answer", concern, "--purpose", "flood relief", "--until", "2030-01-02");
        await ActAsync(open, "ru", "clarify", "close", concern);
        (await SayAsync(open, "us", "clarify", "answer", concern, "--purpose", "more")).Refused(1, "settled");

        // The five facts of a message.
        var message = Id(
            (await SayAsync(open, "us", "send", "--wait", "sealed", "--json", "Мы слышим вас")).Ended(0).Json
        );
        await ActAsync(open, "ru", "translate", message, "We hear you", "--lang", "en", "--translator", "C. Third");
        await ActAsync(open, "ru", "pass-on", message, "Brigade 14");
        (await SayAsync(open, "ru", "ack", message, "--wait", "sealed")).Ended(0);
        var receipts = await AskAsync(open, "us", "receipts", message);
        Assert.All((string[])["read", "translated", "passedOn"], fact => Assert.Single(receipts[fact]!.AsArray()));
        Assert.Empty(receipts["waitingFor"]!.AsArray());
        var newer = Id(await ActAsync(open, "us", "supersede", message, "Мы слышим вас хорошо"));
        Assert.Equal(
            newer,
            (await AskAsync(open, "us", "receipts", message))["replaced"]!["entry"]!.GetValue<string>()
        );

        // Values that need no translation, drafts with what is wrong with them, and the alarms that stand.
        (await SayAsync(open, "us", "send", "One column", "--field", "range=12 leagues")).Ended(2);
        var coded = Id(
            (
                await SayAsync(
                    open,
                    "us",
                    "send",
                    "One column",
                    "--field",
                    "range=12 km",
                    "--field",
                    "place=36.58,50.59",
                    "--field",
                    "at=2030-03-01T12:00Z",
                    "--precedence",
                    "immediate",
                    "--wait",
                    "sealed",
                    "--json"
                )
            )
                .Ended(0)
                .Json
        );
        Assert.Contains(
            "range: 12 km",
            (await SayAsync(open, "ru", "record", "show", coded)).Ended(0).Output,
            StringComparison.Ordinal
        );
        var alarm = Assert.Single(
            (await SayAsync(open, "ru", "alarms", "--json")).Ended(0).JsonLines,
            a => a["entry"]?.GetValue<string>() == coded
        )["alarm"]!.GetValue<string>();
        (await SayAsync(open, "ru", "alarms", "quiet", alarm)).Ended(0);
        Assert.DoesNotContain(
            (await SayAsync(open, "ru", "alarms", "--json")).Ended(0).JsonLines,
            a => a["alarm"]?.GetValue<string>() == alarm
        );
        var unfinished = (
            await SayAsync(
                open,
                "us",
                "drafts",
                "keep",
                """{"place":{"name":"Alder"}}""",
                "--kind",
                "clarification.requested",
                "--json"
            )
        )
            .Ended(0)
            .Json;
        Assert.NotNull(unfinished["problem"]);
        var kept = unfinished["draft"]!.GetValue<string>();
        Assert.Contains(kept, (await SayAsync(open, "us", "drafts")).Ended(0).Output, StringComparison.Ordinal);
        (await SayAsync(open, "us", "drafts", "drop", kept)).Ended(0);
        Assert.Equal("There are no drafts.", Assert.Single((await SayAsync(open, "us", "drafts")).Ended(0).Lines));

        // An officer clears what is theirs at once, and nobody else's; it is asked first.
        for (var i = 0; i < 3; i++)
            (await SayAsync(open, "us", "drafts", "keep", $"Draft {i}", "--by", "A. First")).Ended(0);
        var others = (await SayAsync(open, "us", "drafts", "keep", "Another's", "--by", "B. Second", "--json"))
            .Ended(0)
            .Json["draft"]!.GetValue<string>();
        (await SayAsync(open, "us", "drafts", "clear", "--by", "A. First")).Refused(
            1,
            "3 drafts of A. First would be discarded"
        );
        Assert.StartsWith(
            "3 drafts are discarded",
            (await SayAsync(open, "us", "drafts", "clear", "--by", "a. first", "--yes")).Ended(0).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(
            others,
            Assert.Single((await SayAsync(open, "us", "drafts", "--json")).Ended(0).JsonLines)[
                "draft"
            ]!.GetValue<string>()
        );
        Assert.Equal(
            "There are no drafts of A. First.",
            Assert.Single((await SayAsync(open, "us", "drafts", "clear", "--by", "A. First", "--yes")).Ended(0).Lines)
        );
        (await SayAsync(open, "us", "drafts", "clear", "--by", "B. Second", "--yes")).Ended(0);
        foreach (var name in (string[])["A. First", "A. First", "B. Second"])
            (await SayAsync(open, "us", "line", "suspend", "Once more", "--by", name, "--seat", "principal")).Ended(0);
        (await SayAsync(open, "us", "proposals", "clear", "--by", "A. First", "--seat", "principal")).Refused(
            1,
            "2 proposals of A. First would be taken back"
        );
        (
            await SayAsync(
                open,
                "us",
                "proposals",
                "clear",
                "--by",
                "A. First",
                "--seat",
                "principal",
                "--reason",
                "overtaken",
                "--yes"
            )
        ).Ended(0);
        Assert.Equal(
            "B. Second",
            Assert.Single((await SayAsync(open, "us", "proposals", "--json")).Ended(0).JsonLines)["by"]![
                "name"
            ]!.GetValue<string>()
        );
        Assert.All(
            (await SayAsync(open, "us", "proposals", "--refused", "--json")).Ended(0).JsonLines.Take(2),
            r => Assert.Equal("overtaken", r["reason"]!.GetValue<string>())
        );
        (await SayAsync(open, "us", "proposals", "clear", "--by", "B. Second", "--seat", "principal", "--yes")).Ended(
            0
        );

        // A watch is handed over from one officer to another.
        var offer = Id(await ActAsync(open, "us", "watch", "offer", "B. Second", "--by", "A. First"));
        await ActAsync(open, "us", "watch", "take", offer, "--by", "B. Second");
        Assert.Contains(
            (await SayAsync(open, "us", "watch", "show", "--json")).Ended(0).JsonLines,
            w => w["communicator"]?.GetValue<string>() == "B. Second"
        );

        // Tests, notices, accidents, conditions; what is internal stays in the journal.
        var test = Id(await ActAsync(open, "us", "test", "send", "Seven grey herons", "--lang", "en"));
        Assert.Equal("test", (await AskAsync(open, "ru", "record", "show", test))["mark"]!.GetValue<string>());
        await ActAsync(open, "ru", "test", "answer", test, "Sieben graue Reiher", "--lang", "de");
        var notice = Id(
            await ActAsync(
                open,
                "us",
                "notice",
                "give",
                "Live firing",
                "--template",
                "hazard",
                "--from",
                "2030-05-18T06:00Z",
                "--position",
                "19.42,57.31"
            )
        );
        await ActAsync(open, "ru", "notice", "read-back", notice, "--position", "19.42,57.31");
        await ActAsync(open, "us", "notice", "cancel", notice);
        await ActAsync(
            open,
            "us",
            "accident",
            "report",
            "A drone strayed over the line",
            "--armed",
            "false",
            "--heading",
            "270"
        );
        var watch = Id(
            await ActAsync(open, "us", "condition", "raise", "Forces gather", "--scope", "watch", "--internal")
        );
        Assert.Equal(
            "condition.raised",
            (await AskAsync(open, "us", "record", "show", watch, "--line", "journal")).Kind()
        );
        Assert.DoesNotContain(
            (await SayAsync(open, "ru", "record", "list", "--json")).Ended(0).JsonLines,
            e => e.Kind() == "condition.raised"
        );

        // A suspension is two people's; it still takes tests.
        await ActAsync(open, "us", "line", "warn", "Diplomats expelled");
        await ActAsync(
            open,
            "us",
            "line",
            "suspend",
            "Diplomats expelled",
            "--by",
            "A. First",
            "--released-by",
            "B. Second"
        );
        (await SayAsync(open, "us", "call", "request", "--between", "us=general", "--between", "ru=general")).Refused(
            1,
            "suspended"
        );
        await ActAsync(open, "us", "test", "send", "Still here");
        await ActAsync(open, "us", "line", "resume", "--by", "A. First", "--released-by", "B. Second");

        foreach (
            var words in (string[][])
                [
                    ["traffic"],
                    ["chronology"],
                    ["receipts", message],
                    ["readout", "show", draft],
                    ["watch", "show"],
                ]
        )
        {
            var shown = (await SayAsync(open, "ru", words)).Ended(0);
            Assert.NotEmpty(shown.Lines);
            Assert.DoesNotContain("{", shown.Output, StringComparison.Ordinal);
        }
    }

    private static string Id(JsonNode appended) => appended.Id();

    /// <summary>An act, sealed.</summary>
    private static async Task<JsonNode> ActAsync(OpenLine open, string party, params string[] words)
    {
        var appended = (await SayAsync(open, party, [.. words, "--wait", "sealed", "--json"])).Ended(0).Json;
        Assert.True(appended.IsSealed());
        return appended;
    }

    private static async Task<JsonNode> AskAsync(OpenLine open, string party, params string[] words) =>
        (await SayAsync(open, party, [.. words, "--json"])).Ended(0).Json;

    private static Task<Said> SayAsync(OpenLine open, string party, params string[] words) =>
        ParleyCommand.HereAsync([.. words, "--data", open[party].Data]);
}
