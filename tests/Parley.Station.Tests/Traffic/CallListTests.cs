using System.Globalization;
using System.Text.Json;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Xunit;

namespace Parley.Station.Tests.Traffic;

/// <summary>Which calls a watch sees, however many its peer opens and whatever time they state.</summary>
public sealed class CallListTests
{
    private static readonly DateTimeOffset End = new(9999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero);

    private const string Opening = "{}";

    [Fact] // CALL-18, CEASEFIRE-42
    public async Task Calls_dated_ahead_hide_no_call_of_now_what_is_left_out_is_said_and_after_a_minute_none_of_them_rings()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        var clock = new DutyClock(TimeProvider.System.GetUtcNow());
        line["us"].Clock = clock;
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write();
        feed.At = End;
        for (var i = 0; i < 40; i++)
            feed.WriteEntry("call.opened", Opening);
        feed.At = null;
        var honest = $"ru/{feed.Size}";
        feed.WriteEntry("call.opened", Opening);
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, (int)feed.Size))).Status);
        await us.UntilAsync(
            async () => (await us.GetAsync($"lines/{line.Id}/calls/{honest}")).Status == 200,
            "the call is here"
        );

        var (calls, leftOut) = await CallsAsync(us, $"lines/{line.Id}/calls");
        Assert.Equal(16, calls.Length);
        Assert.Contains(calls, c => c.GetProperty("call").GetString() == honest);
        Assert.Equal("ru 25", leftOut);
        Assert.All(
            calls,
            c =>
                Assert.True(
                    DateTimeOffset.Parse(c.GetProperty("due").GetString()!, CultureInfo.InvariantCulture)
                        <= clock.GetUtcNow().AddSeconds(61)
                )
        );

        clock.Pass(TimeSpan.FromSeconds(61));
        (calls, leftOut) = await CallsAsync(us, $"lines/{line.Id}/calls");
        Assert.Empty(calls);
        Assert.Null(leftOut);
        var (_, over) = await us.GetAsync($"lines/{line.Id}/calls/ru/1");
        Assert.Equal("unanswered", over.GetProperty("state").GetString());
    }

    private static async Task<(JsonElement[] Calls, string? LeftOut)> CallsAsync(LiveStation station, string path)
    {
        using var answer = await station.Http.GetAsync(path, TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        return (
            [.. json.RootElement.EnumerateArray().Select(c => c.Clone())],
            answer.Headers.TryGetValues("Parley-Left-Out", out var values) ? string.Concat(values) : null
        );
    }
}
