using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Operations;

/// <summary>What an operator's monitor and scripts are told by the command.</summary>
public sealed class PagingTests
{
    [Fact]
    public async Task A_monitor_is_told_by_one_line_and_an_exit_code_and_a_script_is_told_of_a_flash()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var (us, ru) = (line["us"], line["ru"]);
        var took = line.Folder["took"];
        await us.StopAsync();
        var settings = Path.Combine(us.Data, "station.json");
        var said = JsonNode.Parse(await File.ReadAllTextAsync(settings, TestContext.Current.CancellationToken))!;
        said["alerts"] = new JsonObject
        {
            ["receivers"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "script",
                    ["command"] = new JsonArray("/bin/sh", "-c", "cat >> \"$0\"", took),
                },
                new JsonObject { ["name"] = "broken", ["command"] = new JsonArray("/bin/false") }
            ),
        };
        await File.WriteAllTextAsync(settings, said.ToJsonString(), TestContext.Current.CancellationToken);
        await us.StartAsync();
        await line.SealedAsync();

        (await ru.RunAsync("status", "--check")).Ended(0);
        Assert.StartsWith("PARLEY OK - nothing is wrong | critical=0", (await ru.RunAsync("status", "--check")).Output);
        (await us.RunAsync("alerts", "test", "script")).Ended(0);
        (await us.RunAsync("alerts", "test", "broken")).Ended(1);
        (await us.RunAsync("alerts", "test", "nobody")).Refused(1, "no receiver of alerts");
        var broken = (await us.RunAsync("alerts", "--json"))
            .Ended(0)
            .JsonLines.Single(r => r["name"]!.GetValue<string>() == "broken");
        Assert.StartsWith("it ended with 1", broken["lastError"]!.GetValue<string>());

        (await ru.RunAsync("send", "--precedence", "flash", "do not cross")).Ended(0);
        await Until.HoldsAsync(
            "the monitor is told",
            () => us.RunAsync("status", "--check"),
            checkedNow => checkedNow.Code == 2
        );
        var critical = (await us.RunAsync("status", "--check")).Ended(2);
        Assert.StartsWith("PARLEY CRITICAL - ", critical.Output);
        Assert.Contains("message.sent ru/", critical.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("do not cross", critical.Output, StringComparison.Ordinal);
        var trouble = (await us.RunAsync("troubles", "--json")).Ended(0).JsonLines[0];
        Assert.Equal("flash", trouble["precedence"]!.GetValue<string>());
        await Until.HoldsAsync(
            "the script is told",
            () => File.ReadAllLinesAsync(took),
            lines => lines.Any(l => JsonNode.Parse(l)!["event"]!.GetValue<string>() == "raised")
        );

        await us.StopAsync();
        (await us.RunAsync("status", "--check")).Ended(2);
        var nowhere = await ParleyCommand.HereAsync("status", "--check", "--data", line.Folder["nowhere"]);
        Assert.StartsWith("PARLEY UNKNOWN - no station in", nowhere.Ended(3).Output);
    }

    [Fact]
    public async Task A_send_that_is_run_again_under_its_name_is_one_entry_also_when_the_station_was_killed_between()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var us = line["us"];
        us.TestsNoLine();
        string[] send = ["send", "--once", "order 17", "--wait", "sealed", "--json", "the corridor is open"];
        var first = (await us.RunAsync(send)).Ended(0).Json["id"]!.GetValue<string>();
        Assert.Equal(first, (await us.RunAsync(send)).Ended(0).Json["id"]!.GetValue<string>());
        await us.KillAsync();
        await us.StartAsync();
        Assert.Equal(first, (await us.RunAsync(send)).Ended(0).Json["id"]!.GetValue<string>());
        var record = (await us.RunAsync("record", "list", "--json")).Ended(0);
        Assert.Single(record.Lines, l => l.Contains("the corridor is open", StringComparison.Ordinal));

        var other = await us.RunAsync("send", "--once", "order 17", "--json", "the corridor is closed");
        Assert.Equal("key-reused", JsonNode.Parse(other.Ended(1).Error)!["code"]!.GetValue<string>());
        (await us.RunAsync("send", "--once", "order 18", "the corridor is open")).Ended(0);
    }

    [Fact]
    public async Task Another_user_is_told_that_they_cannot_look_and_not_that_nothing_is_there_or_that_it_is_damaged()
    {
        Assert.SkipUnless(Environment.UserName == "root" && File.Exists("/usr/bin/setpriv"), "needs root and setpriv");
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var us = line["us"];
        const string nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups env -u HOME ";
        var status = await ParleyCommand.ShellAsync($"{nobody} parley status --check --data {us.Data}");
        Assert.Contains(
            "PARLEY UNKNOWN - this user may not look into",
            status.Ended(3).Output,
            StringComparison.Ordinal
        );
        (await ParleyCommand.ShellAsync($"{nobody} parley send x --by A --data {us.Data}")).Refused(
            1,
            "this user may not look into"
        );
        // The administrator looks at a sound station that belongs to another.
        await us.StopAsync();
        (await ParleyCommand.ShellAsync($"chown -R 65534:65534 {us.Data}")).Ended(0);
        var looked = await us.RunAsync("check");
        Assert.Contains("UNUSABLE", looked.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("DAMAGED", looked.Output, StringComparison.Ordinal);
        Assert.Contains("belongs to user 65534", looked.Output, StringComparison.Ordinal);
        (await ParleyCommand.ShellAsync($"chown -R 0:0 {us.Data}")).Ended(0);
        (await us.RunAsync("check")).Ended(0);
    }
}
