using System.Text;
using Parley.Station.Tests.Api;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>Peers cannot fill the disk: below the reserve what they send is refused with the reason, and the station's own words still find room.</summary>
public sealed class DiskReserveTests
{
    private const long Reserve = 1 << 20;

    [Theory] // LINK-9
    [InlineData("ru")]
    [InlineData("(ru)")]
    public async Task Below_its_reserve_a_station_takes_nothing_of_its_peer_says_so_and_goes_on_when_there_is_room(string peer)
    {
        await using var line = LiveLine.Make("us", peer);
        var (us, ru) = (line["us"], line["ru"]);
        var free = long.MaxValue;
        us.Reserve = new DiskReserve(() => Interlocked.Read(ref free), Reserve, TimeProvider.System);
        await line.OpenAsync("us", "ru");
        Interlocked.Exchange(ref free, Reserve - 1);
        await us.UntilAsync(async () => (await us.GetAsync("station")).Json.GetProperty("noRoom").GetString()?.Contains("less than 1 MiB left", StringComparison.Ordinal) == true, "the lack of room told");

        Assert.Equal(201, (await ru.SendAsync(line.Id, "no room for this")).Status);
        await ru.UntilAsync(async () => (await ru.PeerAsync(line.Id, us.Party)).GetProperty("lastError").GetString() is { } error
            && error.Contains("507", StringComparison.Ordinal) && error.Contains("until there is room", StringComparison.Ordinal), "the reason told to its peer");
        await us.SealAsync(line.Id, "our own words have room");
        var (status, refusal) = await ApiFixture.ReadAsync(us.Http.PostAsync($"lines/{line.Id}/attachments?name=x&seat=watch&by=Ada", new ByteArrayContent(Encoding.UTF8.GetBytes("a file")), TestContext.Current.CancellationToken));
        Assert.Equal((507, "no-room"), (status, refusal.GetProperty("code").GetString()));
        Assert.True(await us.IsReadyAsync());
        Assert.DoesNotContain(await line.RecordAsync("us"), e => e.Text == "no room for this");

        Interlocked.Exchange(ref free, long.MaxValue);
        await ru.UntilSealedAsync(line.Id, 2);
        await line.HoldsOnceAsync("us", [("ru/1", "no room for this"), ("us/1", "our own words have room")]);
    }

    [Fact] // LINK-9
    public async Task A_station_that_pulls_does_not_ask_for_what_it_has_no_room_for()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        var (us, ru) = (line["us"], line["ru"]);
        var free = long.MaxValue;
        ru.Reserve = new DiskReserve(() => Interlocked.Read(ref free), Reserve, TimeProvider.System);
        await line.OpenAsync("us", "ru");
        Interlocked.Exchange(ref free, 0);
        await ru.UntilAsync(async () => (await ru.GetAsync("station")).Json.GetProperty("noRoom").GetString() is not null, "the lack of room told");
        Assert.Equal(201, (await us.SendAsync(line.Id, "may answer a pull that was held")).Status);
        Assert.Equal(201, (await us.SendAsync(line.Id, "not asked for")).Status);
        for (var i = 0; i < 3; i++) await ru.SealAsync(line.Id, $"our own words have room {i}");
        Assert.DoesNotContain(await line.RecordAsync("ru"), e => e.Text == "not asked for");
        Interlocked.Exchange(ref free, long.MaxValue);
        await us.SealAsync(line.Id, "there is room again");
    }
}
