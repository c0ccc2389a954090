using System.Text.Json;
using Parley.Record;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Parley.Testing;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>A peer that plans more than anybody can compare, through whole stations.</summary>
public sealed class HostilePlanTests
{
    private static object Ours(string[] re, string precedence = "routine") =>
        new
        {
            by = new { seat = "watch", name = "Ada" },
            name = "flight",
            re,
            precedence,
            volumes = JsonSerializer.Deserialize<JsonElement>(FoldedLine.Circles(1)),
        };

    [Fact] // TRAFFIC-106, TRAFFIC-61
    public async Task A_flash_rings_while_a_peer_has_140_activities_of_256_circles_at_one_place_and_again_after_a_restart()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        Assert.Equal(
            201,
            (await us.PostAsync($"lines/{line.Id}/entries", Act.Of("activity.notified", Ours([])))).Status
        );
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        for (var i = 0; i < 140; i++)
            feed.WriteEntry("activity.notified", $$"""{"name":"x","volumes":{{FoldedLine.Circles(256)}}}""");
        feed.By = new Officer("watch", "Boris", new Officer("principal", "Olga"));
        feed.Precedence = Precedence.Flash;
        feed.WriteEntry("message.sent", """{"text":"under fire"}""");
        for (var from = 0; from < (int)feed.Size; from += 20)
            Assert.Equal(
                200,
                (await ru.PostAsync(feed.Path, feed.Push(from, Math.Min(from + 20, (int)feed.Size)))).Status
            );
        for (var run = 0; run < 2; run++)
        {
            await us.UntilAsync(
                async () =>
                    (await us.GetAsync($"alarms?line={line.Id}")) is (200, var alarms)
                    && alarms.EnumerateArray().Any(a => a.GetProperty("entry").GetString() == $"ru/{feed.Size - 1}"),
                "the alarm of the FLASH"
            );
            var (status, conflicts) = await us.GetAsync($"lines/{line.Id}/conflicts");
            Assert.Equal((200, 140), (status, conflicts.GetArrayLength()));
            Assert.All(
                conflicts.EnumerateArray(),
                c => Assert.InRange(c.GetProperty("volumes").GetArrayLength(), 1, 16)
            );
            Assert.Equal(200, (await us.GetAsync($"lines/{line.Id}/traffic")).Status);
            await us.StopAsync(); // folded again, it is the same
            await us.StartAsync();
            await us.UntilAsync(
                async () =>
                    (await us.GetAsync($"lines/{line.Id}/traffic")) is (200, var traffic)
                    && !traffic.GetProperty("folding").GetBoolean(),
                "the record folded"
            );
        }
    }

    [Fact] // TRAFFIC-85, TRAFFIC-107
    public async Task However_much_a_peer_plans_it_comes_in_pages_and_ours_stands_on_the_first_and_what_is_open_is_counted_by_party()
    {
        const int many = 2_300;
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        for (var i = 0; i < many; i++)
            feed.WriteEntry(
                "area.declared",
                $$"""{"type":"keep-out","name":"x{{i}}","volumes":{{FoldedLine.Circles(1)}}}"""
            );
        for (var from = 0; from < (int)feed.Size; from += 1_000)
            Assert.Equal(
                200,
                (await ru.PostAsync(feed.Path, feed.Push(from, Math.Min(from + 1_000, (int)feed.Size)))).Status
            );
        var (created, own) = await us.PostAsync($"lines/{line.Id}/entries", Act.Of("activity.planned", Ours([])));
        Assert.Equal(201, created);
        await us.UntilAsync(
            async () =>
                (await us.GetAsync($"lines/{line.Id}/traffic")) is (200, var traffic)
                && traffic.GetProperty("openCount").GetInt32() == many + 1,
            "everything is folded"
        );
        var (_, open) = await us.GetAsync($"lines/{line.Id}/traffic");
        Assert.Equal(
            (many, 1),
            (
                open.GetProperty("openBy").GetProperty("ru").GetInt32(),
                open.GetProperty("openBy").GetProperty("us").GetInt32()
            )
        );
        // Those that were put away are read again for the list, and are whole in it.
        Assert.All(
            open.GetProperty("open").EnumerateArray(),
            i => Assert.Single(i.GetProperty("entries").EnumerateArray())
        );
        var all = new List<string>();
        var sizes = new List<int>();
        string? next = "";
        while (next is not null)
        {
            var (status, page, after) = await us.PageAsync(
                $"lines/{line.Id}/activities{(next.Length == 0 ? "" : $"?after={Uri.EscapeDataString(next)}")}"
            );
            Assert.Equal(200, status);
            sizes.Add(page.GetArrayLength());
            all.AddRange(page.EnumerateArray().Select(p => p.GetProperty("entry").GetString()!));
            Assert.All(
                page.EnumerateArray(),
                p => Assert.Equal(JsonValueKind.Array, p.GetProperty("volumes").ValueKind)
            );
            next = after;
        }
        Assert.Equal([1_000, 1_000, 301], sizes);
        Assert.Equal(many + 1, all.Distinct().Count());
        Assert.StartsWith("us/", all[0], StringComparison.Ordinal);
        Assert.Equal([.. Enumerable.Range(1, many).Select(i => $"ru/{i}")], all.Skip(1));
        foreach (var format in (string[])["geojson", "json"])
            Assert.NotNull((await us.PageAsync($"lines/{line.Id}/activities?format={format}")).Next);
        Assert.Equal(400, (await us.GetAsync($"lines/{line.Id}/activities?after=nothing")).Status);
    }

    [Fact] // TRAFFIC-61, TRAFFIC-106
    public async Task However_many_areas_a_peer_declares_our_notice_goes_out_at_the_second_try_also_at_flash_and_conflicts_come_in_pages()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        for (var i = 0; i < 300; i++)
            feed.WriteEntry(
                "area.declared",
                $$"""{"type":"keep-out","name":"x","volumes":{{FoldedLine.Circles(1)}}}"""
            );
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        foreach (var precedence in (string[])["routine", "flash"])
        {
            var (status, returned) = await us.PostAsync(
                $"lines/{line.Id}/entries",
                Act.Of("activity.notified", Ours([], precedence))
            );
            Assert.Equal((409, "conflicts"), (status, returned.GetProperty("code").GetString()));
            string[] wanted =
            [
                .. returned.GetProperty("conflicts").EnumerateArray().Select(c => c.GetProperty("second").GetString()!),
            ];
            Assert.InRange(wanted.Length, 1, EntryHeader.MaxRe - 1);
            Assert.Equal(
                201,
                (
                    await us.PostAsync(
                        $"lines/{line.Id}/entries",
                        Act.Of("activity.notified", Ours(wanted, precedence))
                    )
                ).Status
            );
        }
        var all = new HashSet<string>();
        var sizes = new List<int>();
        for (var after = ""; ; )
        {
            var (status, page) = await us.GetAsync($"lines/{line.Id}/conflicts{after}");
            Assert.Equal(200, status);
            sizes.Add(page.GetArrayLength());
            if (page.GetArrayLength() == 0)
                break;
            foreach (var conflict in page.EnumerateArray())
                all.Add($"{conflict.GetProperty("first").GetString()}~{conflict.GetProperty("second").GetString()}");
            var last = page.EnumerateArray().Last();
            after =
                $"?after={Uri.EscapeDataString($"{last.GetProperty("first").GetString()}~{last.GetProperty("second").GetString()}")}";
        }
        Assert.Equal([256, 256, 88, 0], sizes);
        Assert.Equal(600, all.Count);
        Assert.Equal(400, (await us.GetAsync($"lines/{line.Id}/conflicts?after=us/99~ru/99")).Status);
    }
}
