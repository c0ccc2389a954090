using System.Text.Json;
using Parley.Station.Desks;
using Parley.Station.Tests.Faults;
using Parley.Storage;
using Xunit;

namespace Parley.Station.Tests.Api;

/// <summary>What goes on the record under a name is done once over restarts too (docs/decisions/0052).</summary>
public sealed class KeptOnceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<(int Status, JsonElement Json)> SendAsync(
        LiveLine line,
        string key,
        string text = "the corridor is open",
        string path = "entries"
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"lines/{line.Id}/{path}")
        {
            Content = ApiFixture.Json(
                JsonSerializer.Serialize(new { text, by = new { seat = "watch", name = "Ada" } })
            ),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await ApiFixture.ReadAsync(line["us"].Http.SendAsync(request, Stop));
    }

    private static async Task<ulong> OwnSizeAsync(LiveLine line) =>
        (await line["us"].StatusAsync(line.Id)).GetProperty("ownSize").GetUInt64();

    [Fact]
    public async Task A_message_that_is_sent_again_after_a_restart_is_one_entry_and_is_answered_as_before()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var (status, first) = await SendAsync(line, "order1700");
        Assert.Equal(201, status);
        var size = await OwnSizeAsync(line);
        await line["us"].StopAsync();
        await line["us"].StartAsync();
        var (again, second) = await SendAsync(line, "order1700");
        Assert.Equal(201, again);
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal(size, await OwnSizeAsync(line));
        var (other, refused) = await SendAsync(line, "order1700", "the corridor is closed");
        Assert.Equal((422, "key-reused"), (other, refused.GetProperty("code").GetString()));
        Assert.Equal(201, (await SendAsync(line, "order1701")).Status);
        Assert.Equal(size + 1, await OwnSizeAsync(line));
    }

    [Fact]
    public async Task A_station_that_was_killed_before_it_answered_says_that_it_does_not_know_and_does_nothing_twice()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        Assert.Equal(201, (await SendAsync(line, "order1700")).Status);
        var size = await OwnSizeAsync(line);
        await line["us"].StopAsync();
        var place = $"sqlite:{line["us"].Folder.Directory.Database}";
        await using (var store = await StationStore.OpenAsync(place, TimeProvider.System, Stop))
        {
            // As it is in the moment before the answer is noted.
            var notes = new OnceNotes(store);
            Assert.Empty(notes.Load((await store.LoadAsync(Stop)).Meta));
            var note = Assert.Single(notes.TakeBefore());
            Assert.Equal(201, note.Status);
            await notes.PutAsync(note with { Status = null, Body = null });
        }
        await line["us"].StartAsync();
        var (status, json) = await SendAsync(line, "order1700");
        Assert.Equal((409, "other-run"), (status, json.GetProperty("code").GetString()));
        Assert.Equal(size, await OwnSizeAsync(line));
    }

    [Fact]
    public async Task What_was_refused_leaves_no_note_and_what_is_off_the_record_leaves_no_trace()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        Assert.Equal(400, (await SendAsync(line, "refused1700", "")).Status);
        Assert.InRange((await SendAsync(line, "whisper1700", "not logged", "off-record")).Status, 200, 299);
        await line["us"].StopAsync();
        var place = $"sqlite:{line["us"].Folder.Directory.Database}";
        await using var store = await StationStore.OpenAsync(place, TimeProvider.System, Stop);
        var notes = new OnceNotes(store);
        Assert.Empty(notes.Load((await store.LoadAsync(Stop)).Meta));
        Assert.Empty(notes.TakeBefore());
    }
}
