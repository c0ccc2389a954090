using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Record;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Views are folded from the record and nothing else (design §1.3).</summary>
public sealed class RefoldTests
{
    private static async Task<string> ViewAsync(DutyLine line, string party, DateTimeOffset at)
    {
        await line[party]
            .UntilAsync(
                async () => !(await line.GetAsync(party, "traffic")).GetProperty("folding").GetBoolean(),
                "folded"
            );
        var view = JsonNode.Parse(
            (await line.GetAsync(party, $"traffic?at={at.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}")).GetRawText()
        )!;
        view["tests"]!["nextStaffed"] = null;
        return view.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    [Fact]
    public async Task A_restart_folds_again_and_comes_to_the_same_view_and_so_does_the_other_end()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var message = await line.WriteAsync(
            "us",
            "message.sent",
            new { text = "Übung im Norden – учения на севере" },
            precedence: "priority"
        );
        await line.WriteAsync(
            "ru",
            "message.translated",
            new
            {
                text = "Exercise in the north",
                translator = "Olga",
                status = "draft",
                machine = false,
            },
            message,
            seat: "interpreter"
        );
        await line.WriteAsync("ru", "message.passed_on", new { echelon = "corps" }, message);
        var asked = await line.WriteAsync("us", "clarification.requested", new { concern = "flights" });
        await line.WriteAsync("ru", "clarification.answered", new { purpose = "training" }, asked);
        await line.WriteAsync("us", "clarification.insufficient", new { reason = "which units?" }, asked);
        await line.WriteAsync(
            "ru",
            "notice.given",
            new
            {
                template = "launch",
                what = "a rocket",
                from = line.Clock.GetUtcNow().AddHours(3),
                until = line.Clock.GetUtcNow().AddHours(90),
                place = new { name = "Plesetsk", position = new[] { 40.58, 62.93 } },
            }
        );
        await line.WriteAsync(
            "us",
            "notice.read_back",
            new { place = new { name = "Plesetsk", position = new[] { 40.68, 62.93 } } },
            "ru/4"
        );
        await line.WriteAsync(
            "us",
            "condition.raised",
            new
            {
                scope = "watch",
                level = "heightened",
                reason = "flights",
            }
        );
        await line.WriteAsync("us", "call.requested", new { topic = "flights" });
        await line.WriteAsync("us", "watch.taken", new { communicator = "Ada", translator = "Ned" });
        line.Clock.Pass(TimeSpan.FromHours(4));
        var at = line.Clock.GetUtcNow().AddMinutes(10);
        line.Clock.Pass(TimeSpan.FromHours(1));

        var live = await ViewAsync(line, "us", at);
        Assert.Equal(live, await ViewAsync(line, "ru", at));
        await line["us"].StopAsync();
        await line["us"].StartAsync();
        Assert.Equal(live, await ViewAsync(line, "us", at));
        var view = JsonNode.Parse(live)!;
        Assert.Equal(
            ["call", "clarification", "condition", "notice"],
            view["open"]!.AsArray().Select(i => i!["family"]!.GetValue<string>()).Order(StringComparer.Ordinal)
        );
        var notice = view["open"]!.AsArray().Single(i => i!["family"]!.GetValue<string>() == "notice")!;
        Assert.InRange(notice["lateSeconds"]!.GetValue<long>(), 20 * 3600, 22 * 3600);
        Assert.True(notice["readBackDiffers"]!.GetValue<bool>());
        Assert.True(notice["placeCheck"]!["differs"]!.GetValue<bool>()); // the town of that name lies 28 km from the launch site
        var receipts = await line.GetAsync("us", $"entries/{message}/receipts");
        Assert.Equal(
            "corps",
            Assert.Single(receipts.GetProperty("passedOn").EnumerateArray()).GetProperty("note").GetString()
        );
        Assert.Single(receipts.GetProperty("translated").EnumerateArray());
        Assert.Equal(["ru"], receipts.GetProperty("waitingFor").EnumerateArray().Select(p => p.GetString())); // translated and passed on is not yet read
        Assert.True(receipts.GetProperty("overdue").GetBoolean());
        Assert.Equal(
            "Ada",
            Assert.Single((await line.GetAsync("ru", "watch")).EnumerateArray()).GetProperty("communicator").GetString()
        );
    }
}
