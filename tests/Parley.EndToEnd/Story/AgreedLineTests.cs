using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A line whose parties agreed something else than the default: what they agreed is seen before it is
/// accepted, and it holds.</summary>
public sealed class AgreedLineTests
{
    [Fact]
    public async Task What_the_parties_agree_is_asked_for_shown_before_it_is_accepted_and_kept()
    {
        await using var open = await OpenLine.OfAsync(
            ["us", "ru"],
            agreed:
            [
                "--two-people",
                "flash",
                "suspension",
                "--acknowledge",
                "flash=2min",
                "immediate=20min",
                "--deputy",
                "45s",
                "--line-test",
                "30min",
                "--staffed-tests",
                "20:00",
                "08:00",
            ]
        );
        foreach (var party in (string[])["us", "ru"])
        {
            var policy = (await SayAsync(open, party, "line", "show", "--json")).Ended(0).Json["policy"]!;
            Assert.Equal(
                (120, 1_200, 45, 1_800),
                (
                    policy["acknowledge"]!["flash"]!.GetValue<int>(),
                    policy["acknowledge"]!["immediate"]!.GetValue<int>(),
                    policy["deputy"]!.GetValue<int>(),
                    policy["lineTest"]!.GetValue<int>()
                )
            );
            Assert.Equal(["08:00", "20:00"], policy["staffedTests"]!.AsArray().Select(t => t!.GetValue<string>()));
        }
        var shown = Flat(await SayAsync(open, "ru", "line", "show"));
        Assert.Contains("flash 2min; the deputy is alerted 45s later", shown, StringComparison.Ordinal);
        Assert.Contains("two officers for: flash, suspension", shown, StringComparison.Ordinal);
        Assert.Contains("judged by fold 3", shown, StringComparison.Ordinal);

        // Whoever is to accept it reads the same before he is asked to compare fingerprints.
        var third = await TestStation.InitAsync(open.Folder, "un");
        await using var un = third;
        await un.StartAsync();
        (
            await SayAsync(
                open,
                "us",
                "line",
                "open",
                "--with",
                un.Card,
                "--fingerprint",
                $"un={(await un.Api.GetAsync("station"))["fingerprint"]!["words"]!.GetValue<string>()}",
                "--slug",
                "other",
                "--staffed-tests",
                "none",
                "--fold",
                "1",
                "--out",
                open.Folder["other.line"]
            )
        ).Ended(0);
        var asked = (await un.RunAsync("line", "accept", open.Folder["other.line"])).Ended(1);
        Assert.Contains("by officers never", Flat(asked), StringComparison.Ordinal);
        Assert.Contains("judged by fold 1, as older programs judge it", Flat(asked), StringComparison.Ordinal); // LINE-14
        Assert.DoesNotContain(
            "\"fold\"",
            await File.ReadAllTextAsync(open.Folder["other.line"], TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.True(
            Flat(asked).IndexOf("acknowledged within", StringComparison.Ordinal)
                < Flat(asked).IndexOf("Compare with an officer", StringComparison.Ordinal)
        );

        foreach (
            var (option, wrong) in ((string, string)[])
                [
                    ("--deputy", "soon"),
                    ("--acknowledge", "flash"),
                    ("--acknowledge", "tomorrow=1h"),
                    ("--line-test", "99999d"),
                ]
        )
            (
                await SayAsync(
                    open,
                    "us",
                    "line",
                    "open",
                    "--with",
                    un.Card,
                    option,
                    wrong,
                    "--fingerprint",
                    "un=" + new string('0', 64)
                )
            ).Ended(2);
    }

    [Fact]
    public async Task A_flash_that_takes_two_officers_is_proposed_by_send_and_what_is_refused_says_by_whom_and_why()
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"], agreed: ["--two-people", "flash", "suspension"]);
        var proposed = (
            await SayAsync(
                open,
                "us",
                "send",
                "Aircraft in distress",
                "--precedence",
                "flash",
                "--by",
                "A. First",
                "--json"
            )
        )
            .Ended(0)
            .Json["proposal"]!.GetValue<string>();
        (await SayAsync(open, "us", "refuse", proposed, "--by", "B. Second", "--reason", "it has landed")).Ended(0);
        (await SayAsync(open, "us", "release", proposed, "--by", "B. Second")).Refused(1, "it has landed");
        var refused = Assert.Single(
            (await SayAsync(open, "us", "proposals", "--refused", "--json")).Ended(0).JsonLines
        );
        Assert.Equal(
            ("B. Second", "it has landed", proposed),
            (
                refused["by"]!["name"]!.GetValue<string>(),
                refused["reason"]!.GetValue<string>(),
                refused["proposal"]!["proposal"]!.GetValue<string>()
            )
        );
        Assert.Contains(
            "refused by B. Second (watch)",
            (await SayAsync(open, "us", "proposals", "--refused")).Ended(0).Output,
            StringComparison.Ordinal
        );
        (await SayAsync(open, "us", "send", "Aircraft in distress", "--precedence", "flash", "--off-record")).Refused(
            1,
            "two officers"
        );

        // With both officers at the desk it goes out at once; its file goes with it.
        var file = open.Folder["position.txt"];
        await File.WriteAllTextAsync(file, "57.31 N 19.42 E", TestContext.Current.CancellationToken);
        var sent = (
            await SayAsync(
                open,
                "us",
                "send",
                "Aircraft in distress",
                "--precedence",
                "flash",
                "--attach",
                file,
                "--by",
                "A. First",
                "--released-by",
                "B. Second",
                "--wait",
                "sealed",
                "--json"
            )
        )
            .Ended(0)
            .Json;
        var there = (await SayAsync(open, "ru", "record", "show", sent.Id(), "--json")).Ended(0).Json;
        Assert.Equal(
            ("flash", "B. Second"),
            (there["precedence"]!.GetValue<string>(), there["by"]!["releasedBy"]!["name"]!.GetValue<string>())
        );
        (await SayAsync(open, "us", "send", "hello", "--seat", "wtach")).Refused(1, "there is no seat 'wtach'");

        // Who suspended the line, since when and why, is seen at both ends, until it is resumed.
        (
            await SayAsync(
                open,
                "us",
                "line",
                "suspend",
                "Diplomats expelled",
                "--by",
                "A. First",
                "--released-by",
                "B. Second",
                "--wait",
                "sealed"
            )
        ).Ended(0);
        foreach (var party in (string[])["us", "ru"])
        {
            var suspended = Assert.Single(
                (await SayAsync(open, party, "line", "status", "--json")).Ended(0).Json["suspensions"]!.AsArray()
            )!;
            Assert.Equal(
                ("us", "A. First", "B. Second", "Diplomats expelled"),
                (
                    suspended["by"]!.GetValue<string>(),
                    suspended["name"]!.GetValue<string>(),
                    suspended["releasedBy"]!.GetValue<string>(),
                    suspended["reason"]!.GetValue<string>()
                )
            );
        }
        Assert.Contains(
            "suspended by us since",
            Flat(await SayAsync(open, "ru", "line", "status")),
            StringComparison.Ordinal
        );
        (
            await SayAsync(
                open,
                "us",
                "line",
                "resume",
                "--by",
                "A. First",
                "--released-by",
                "B. Second",
                "--wait",
                "sealed"
            )
        ).Ended(0);
        Assert.Empty((await SayAsync(open, "ru", "line", "status", "--json")).Ended(0).Json["suspensions"]!.AsArray());
    }

    [Fact]
    public async Task Drafts_are_changed_and_sent_and_statements_and_claims_are_written_by_commands()
    {
        await using var open = await OpenLine.OfAsync(["us", "ru"]);
        var draft = (
            await SayAsync(
                open,
                "us",
                "drafts",
                "keep",
                """{"place":{"name":"Alder"}}""",
                "--kind",
                "clarification.requested",
                "--line",
                "trial",
                "--json"
            )
        )
            .Ended(0)
            .Json["draft"]!.GetValue<string>();
        (await SayAsync(open, "us", "drafts", "send", draft)).Ended(1); // what is wrong with it is still wrong
        Assert.Contains(draft, (await SayAsync(open, "us", "drafts")).Ended(0).Output, StringComparison.Ordinal);
        Assert.Null(
            (
                await SayAsync(
                    open,
                    "us",
                    "drafts",
                    "change",
                    draft,
                    """{"concern":"Columns","place":{"name":"Alder"}}""",
                    "--json"
                )
            )
                .Ended(0)
                .Json["problem"]
        );
        var asked = (
            await SayAsync(
                open,
                "us",
                "drafts",
                "send",
                draft,
                "--precedence",
                "priority",
                "--wait",
                "sealed",
                "--json"
            )
        )
            .Ended(0)
            .Json.Id();
        var there = (await SayAsync(open, "ru", "record", "show", asked, "--json")).Ended(0).Json;
        Assert.Equal(
            ("clarification.requested", "priority", "Columns"),
            (there.Kind(), there["precedence"]!.GetValue<string>(), there["body"]!["concern"]!.GetValue<string>())
        );
        Assert.Equal("There are no drafts.", Assert.Single((await SayAsync(open, "us", "drafts")).Ended(0).Lines));
        (await SayAsync(open, "us", "drafts", "send", draft)).Refused(1, "there is no draft");

        var answer = (
            await SayAsync(
                open,
                "ru",
                "clarify",
                "answer",
                asked,
                "--purpose",
                "flood relief",
                "--material",
                "photograph of the columns=verified",
                "--wait",
                "sealed",
                "--json"
            )
        )
            .Ended(0)
            .Json.Id();
        Assert.Equal(
            "verified",
            (await SayAsync(open, "us", "record", "show", answer, "--json")).Ended(0).Json["body"]!["material"]![0]![
                "verification"
            ]!.GetValue<string>()
        );

        var statement = (
            await SayAsync(
                open,
                "us",
                "statement",
                "We answer on Monday.",
                "--level",
                "public",
                "--by",
                "A. First",
                "--json"
            )
        )
            .Ended(0)
            .Json["proposal"]!.GetValue<string>();
        (await SayAsync(open, "us", "release", statement, "--by", "B. Second", "--seat", "principal")).Ended(0);
        var claim = (
            await SayAsync(
                open,
                "us",
                "claim",
                "make",
                "Two convoys were fired on",
                "--source",
                "the ministry's spokesperson",
                "--contested",
                "--wait",
                "sealed",
                "--json"
            )
        )
            .Ended(0)
            .Json.Id();
        var dissent = (
            await SayAsync(
                open,
                "ru",
                "claim",
                "dispute",
                claim,
                "There was one, and nobody fired",
                "--wait",
                "sealed",
                "--json"
            )
        )
            .Ended(0)
            .Json.Id();
        Assert.Equal(
            "claim.disputed",
            (await SayAsync(open, "us", "record", "show", dissent, "--json")).Ended(0).Json.Kind()
        );
    }

    private static string Flat(Said said) =>
        string.Join(' ', said.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static Task<Said> SayAsync(OpenLine open, string party, params string[] words) =>
        ParleyCommand.HereAsync([.. words, "--data", open[party].Data]);
}
