using System.Text.Json;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>What the API gives of an item: what its family has, which entry has the place of which, and what ended
/// it.</summary>
public sealed class ItemViewTests
{
    private static readonly object By = new { seat = "watch", name = "Ada" };

    [Fact]
    public async Task An_item_says_which_of_its_entries_stand_and_which_one_ended_it()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var reported = await line.WriteAsync("us", "accident.reported", new { what = "a flare fell" });
        var item = await line.ItemAsync("ru", reported);
        Assert.False(item.TryGetProperty("replacedBy", out _));
        Assert.False(item.TryGetProperty("ended", out _));

        var updated = await line.WriteAsync("us", "accident.updated", new { what = "a flare burns" }, reported);
        item = await line.ItemAsync("us", reported);
        Assert.Equal(updated, item.GetProperty("replacedBy").GetString());
        Assert.Equal(
            [(reported, updated), (updated, null)],
            item.GetProperty("entries")
                .EnumerateArray()
                .Select(e =>
                    (
                        e.GetProperty("entry").GetString()!,
                        e.TryGetProperty("replacedBy", out var by) ? by.GetString() : null
                    )
                )
        );
        var closed = await line.WriteAsync("us", "accident.closed", new { reason = "it is out" }, reported);
        var ended = (await line.ItemAsync("us", reported)).GetProperty("ended");
        Assert.Equal(
            (closed, "accident.closed", "closed", false),
            (
                ended.GetProperty("entry").GetString(),
                ended.GetProperty("kind").GetString(),
                ended.GetProperty("state").GetString(),
                ended.GetProperty("cancels").GetBoolean()
            )
        );

        var given = await line.ActAsync(
            "us",
            "notice.given",
            new
            {
                by = By,
                template = "hazard",
                what = "firing",
            }
        );
        await line.ActAsync("us", "notice.cancelled", new { by = By, reason = "fog" }, given);
        Assert.True((await line.ItemAsync("us", given)).GetProperty("ended").GetProperty("cancels").GetBoolean());
    }

    [Fact]
    public async Task What_a_family_has_of_its_own_is_one_part_and_stands_under_its_former_names_too()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var place = new { name = "Skerry West", position = new[] { 19.42, 57.31 } };
        var notice = await line.WriteAsync(
            "us",
            "notice.given",
            new
            {
                template = "hazard",
                what = "Live firing",
                place,
                from = line.Clock.GetUtcNow(),
            }
        );
        var readout = await line.WriteAsync("us", "readout.drafted", new { text = "They spoke." });
        var condition = await line.WriteAsync(
            "us",
            "condition.raised",
            new
            {
                scope = "line",
                level = "heightened",
                reason = "fog",
            }
        );
        var (shown, part) = await PartAsync(notice);
        Assert.Equal("notice", part.GetProperty("family").GetString());
        Same(shown, "what", part, "what");
        Same(shown, "type", part, "template");
        Same(shown, "place", part, "place");
        Same(shown, "lateSeconds", part, "lateSeconds");
        Assert.True(part.GetProperty("lateSeconds").GetInt64() > 0);

        (shown, part) = await PartAsync(readout);
        Assert.Equal("readout", part.GetProperty("family").GetString());
        Same(shown, "readout", part, "text");
        Same(shown, "hash", part, "hash");
        Same(shown, "draft", part, "draft");

        (shown, part) = await PartAsync(condition);
        Same(shown, "what", part, "scope");
        Same(shown, "type", part, "level");
        Same(shown, "reason", part, "reason");

        async Task<(JsonElement Item, JsonElement Part)> PartAsync(string entry)
        {
            var item = await line.ItemAsync("us", entry);
            return (item, item.GetProperty("part"));
        }
    }

    private static void Same(JsonElement item, string former, JsonElement part, string now) =>
        Assert.Equal(item.GetProperty(former).GetRawText(), part.GetProperty(now).GetRawText());

    [Fact]
    public async Task A_long_item_is_shortened_in_a_list_and_whole_at_its_own_address()
    {
        await using var line = await DutyLine.StartAsync("us", "ru");
        var readout = await line.WriteAsync("us", "readout.drafted", new { text = new string('a', 30_000) });
        var listed = Assert.Single((await line.GetAsync("us", "traffic")).GetProperty("open").EnumerateArray());
        Assert.True(listed.GetProperty("cut").GetBoolean());
        Assert.False(listed.TryGetProperty("readout", out _));
        Assert.False(listed.TryGetProperty("part", out _)); // a list says everything once
        Assert.Equal(readout, listed.GetProperty("draft").GetString());
        var whole = await line.ItemAsync("us", readout);
        Assert.Equal(30_000, whole.GetProperty("part").GetProperty("text").GetProperty("text").GetString()!.Length);
    }
}
