using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A station is away: nothing is dropped in silence, and nothing is lost.</summary>
public sealed class OutageTests
{
    /// <summary>Far more than a stop takes, and less than a web server waits for requests that do not end.</summary>
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(20);

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task What_a_stopped_peer_has_not_got_is_shown_as_undelivered_since_when_and_sealed_as_soon_as_it_is_back()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        await line["ru"].StopAsync();

        var unsealed = await line["us"].RunAsync("send", "--wait", "sealed=1", "--json", "Anybody there?");
        var sent = unsealed.Refused(3, "on the record but not sealed").Json;
        Assert.False(sent.IsSealed());
        Assert.Empty(sent.CosignedBy());
        Assert.Equal("undelivered", sent["settled"]!.GetValue<string>());
        var second = (await line["us"].RunAsync("send", "--json", "Still nobody?")).Ended(0).Json;

        var peer = (
            await Until.HoldsAsync(
                "the peer is down",
                line["us"].StatusAsync,
                s => s.Peer("ru")["state"]!.GetValue<string>() == "down"
            )
        ).Peer("ru");
        Assert.Equal(sent.Id(), peer["oldestUndelivered"]!["entry"]!.GetValue<string>());
        Assert.Equal(sent["at"]!.GetValue<string>(), peer["oldestUndelivered"]!["at"]!.GetValue<string>());
        Assert.True(
            peer["oldestUndelivered"]!["since"]!.GetValue<DateTimeOffset>()
                >= sent["at"]!.GetValue<DateTimeOffset>().AddSeconds(-1)
        );
        Assert.NotNull(peer["failingSince"]);
        Assert.NotEmpty(peer["lastError"]!.GetValue<string>());
        var shown = (await line["us"].RunAsync("status")).Ended(0).Output;
        Assert.Contains("○ down", shown, StringComparison.Ordinal);
        Assert.Matches(
            $@"undelivered since \d{{6}}Z [A-Z]{{3}} \d\d \(.+\): {sent.Id()} of ",
            string.Join(' ', shown.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        );

        await line["ru"].StartAsync();
        await line.SealedAsync();
        Assert.Null((await line["us"].StatusAsync()).Peer("ru")["oldestUndelivered"]);
        var record = (await line["ru"].RunAsync("record", "list", "--json")).Ended(0).JsonLines;
        Assert.Equal([sent.Id(), second.Id()], record.Where(e => e.Kind() == "message.sent").Select(e => e.Id()));
        Assert.All(record, e => Assert.True(e.IsSealed()));
    }

    [Fact]
    public async Task Who_waits_for_a_seal_while_the_station_is_stopped_is_told_that_and_not_that_the_time_was_up()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        await line["ru"].StopAsync();
        var waiting = line["us"].RunAsync("send", "--wait", "sealed=3600", "--json", "Anybody there?");
        await Until.HoldsAsync(
            "the message is recorded",
            () => line["us"].Api.GetAsync($"lines/{line.Line}/status"),
            s => s["ownSize"]!.GetValue<int>() == 2
        );
        await line["us"].StopAsync();
        var said = (await waiting).Refused(
            3,
            "us/1 is on the record but not sealed: the station was stopped before the 3600 s were over"
        );
        Assert.DoesNotContain("after 3600 s", said.Error, StringComparison.Ordinal);
        Assert.True(said.Json["waitCutShort"]!.GetValue<bool>());
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_follower_outlives_its_station_and_misses_and_doubles_nothing()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        await using var following = ParleyProcess.Start(
            line.Folder["follow.log"],
            ["record", "follow", "--from", "0", "--json", "--data", line["us"].Data]
        );
        var seen = new List<string>();
        async Task SeesAsync(string entry)
        {
            while (!seen.Contains(entry))
                seen.Add(System.Text.Json.Nodes.JsonNode.Parse(await following.NextLineAsync())!.Id());
        }

        (await line["us"].RunAsync("send", "--wait", "sealed", "one")).Ended(0);
        await SeesAsync("us/1");
        var began = TimeProvider.System.GetTimestamp();
        await line["us"].StopAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < StopsWithin, "a follower held up the stop");
        (await line["ru"].RunAsync("send", "two, while us is away")).Ended(0);
        await line["us"].StartAsync();
        (await line["us"].RunAsync("send", "--wait", "sealed", "three")).Ended(0);
        await SeesAsync("ru/1");
        await SeesAsync("us/2");
        Assert.Equal(["ru/0", "ru/1", "us/0", "us/1", "us/2"], seen.Order(StringComparer.Ordinal));
        await following.StopAsync(ParleyProcess.SigInt);
    }

    [Fact]
    public async Task A_station_that_nobody_can_dial_exchanges_both_ways_and_catches_up_after_an_absence()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"], dialsOnly: "ru");
        Assert.True(
            (await line["us"].RunAsync("send", "--wait", "sealed", "--json", "to one that dials only"))
                .Ended(0)
                .Json.IsSealed()
        );
        Assert.True(
            (await line["ru"].RunAsync("send", "--wait", "sealed", "--json", "from one that dials only"))
                .Ended(0)
                .Json.IsSealed()
        );
        Assert.True(
            (await line["ru"].RunAsync("send", "--off-record", "--json", "not logged")).Ended(0).Json["delivered"]![
                "us"
            ]!.GetValue<bool>()
        );
        Assert.True(
            (await line["us"].RunAsync("send", "--off-record", "--json", "nor this")).Ended(0).Json["delivered"]![
                "ru"
            ]!.GetValue<bool>()
        );

        await line["ru"].StopAsync();
        (await line["us"].RunAsync("send", "while it was away")).Ended(0);
        await line["ru"].StartAsync();
        await line.SealedAsync();
        Assert.Equal(
            ["from one that dials only", "to one that dials only", "while it was away"],
            (await line["ru"].RunAsync("record", "list", "--json"))
                .Ended(0)
                .JsonLines.Select(e => e.Text())
                .OfType<string>()
                .Order(StringComparer.Ordinal)
        );
    }
}
