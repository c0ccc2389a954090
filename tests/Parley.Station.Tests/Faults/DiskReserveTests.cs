using System.Text;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Tests.Api;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>Peers cannot fill the disk: below the reserve what they send is refused with the reason, and the station's
/// own words still find room.</summary>
public sealed class DiskReserveTests
{
    private const long Reserve = 1 << 20;

    [Theory] // LINK-9
    [InlineData("ru")]
    [InlineData("(ru)")]
    public async Task Below_its_reserve_a_station_takes_nothing_of_its_peer_says_so_and_goes_on_when_there_is_room(
        string peer
    )
    {
        await using var line = LiveLine.Make("us", peer);
        var (us, ru) = (line["us"], line["ru"]);
        var free = long.MaxValue;
        us.Reserve = new DiskReserve(() => Interlocked.Read(ref free), Reserve, TimeProvider.System);
        await line.OpenAsync("us", "ru");
        Interlocked.Exchange(ref free, Reserve - 1);
        await us.UntilAsync(
            async () =>
                (await us.GetAsync("station"))
                    .Json.GetProperty("noRoom")
                    .GetString()
                    ?.Contains("less than 1 MiB left", StringComparison.Ordinal) == true,
            "the lack of room told"
        );

        Assert.Equal(201, (await ru.SendAsync(line.Id, "no room for this")).Status);
        await ru.UntilAsync(
            async () =>
                (await ru.PeerAsync(line.Id, us.Party)).GetProperty("lastError").GetString() is { } error
                && error.Contains("507", StringComparison.Ordinal)
                && error.Contains("until there is room", StringComparison.Ordinal),
            "the reason told to its peer"
        );
        await us.SealAsync(line.Id, "our own words have room");
        var (status, refusal) = await ApiFixture.ReadAsync(
            us.Http.PostAsync(
                $"lines/{line.Id}/attachments?name=x&seat=watch&by=Ada",
                new ByteArrayContent(Encoding.UTF8.GetBytes("a file")),
                TestContext.Current.CancellationToken
            )
        );
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
        await ru.UntilAsync(
            async () => (await ru.GetAsync("station")).Json.GetProperty("noRoom").GetString() is not null,
            "the lack of room told"
        );
        Assert.Equal(201, (await us.SendAsync(line.Id, "may answer a pull that was held")).Status);
        Assert.Equal(201, (await us.SendAsync(line.Id, "not asked for")).Status);
        for (var i = 0; i < 3; i++)
            await ru.SealAsync(line.Id, $"our own words have room {i}");
        Assert.DoesNotContain(await line.RecordAsync("ru"), e => e.Text == "not asked for");
        Interlocked.Exchange(ref free, long.MaxValue);
        await us.SealAsync(line.Id, "there is room again");
    }

    [Theory] // LINK-89
    [InlineData("ru")]
    [InlineData("(ru)")]
    public async Task Attachments_of_one_peer_stop_long_before_the_disk_is_full_and_cost_no_party_its_entries(
        string peer
    )
    {
        const long leftByAttachments = 100 * Reserve;
        await using var line = LiveLine.Make("us", peer, "icrc");
        var (us, ru, icrc) = (line["us"], line["ru"], line["icrc"]);
        var free = leftByAttachments - 1;
        us.Reserve = new DiskReserve(() => Interlocked.Read(ref free), Reserve, TimeProvider.System, leftByAttachments);
        await line.OpenAsync("us", "ru", "icrc");
        var file = new byte[200_000];
        Assert.Equal(
            201,
            (int)
                (
                    await ru.Http.PostAsync(
                        $"lines/{line.Id}/attachments?name=large&seat=watch&by=Ada",
                        new ByteArrayContent(file),
                        TestContext.Current.CancellationToken
                    )
                ).StatusCode
        );
        await ru.UntilSealedAsync(line.Id, 2); // its entry, and not its bytes
        await icrc.UntilHeldAsync(line.Id, us.Party, 1);
        await us.UntilAsync(
            async () =>
                (await us.GetAsync("station"))
                    .Json.GetProperty("noRoomForAttachments")
                    .GetString()
                    ?.Contains("no attachment is taken from peers", StringComparison.Ordinal) == true,
            "it said"
        );
        var (status, json) = await icrc.PostAsync(
            $"lines/{line.Id}/entries?wait=sealed&timeout=60",
            new
            {
                text = "under fire",
                precedence = "immediate",
                by = new { seat = "watch", name = "Ada" },
            }
        );
        Assert.Equal(201, status);
        Assert.True(json.GetProperty("sealed").GetBoolean(), json.ToString());
        await ru.SealAsync(line.Id, "entries of the same peer, too");
        await us.SealAsync(line.Id, "and our own");
        Assert.True(await us.IsReadyAsync());
        Assert.Equal(2UL, (await us.StatusAsync(line.Id)).GetProperty("ownSize").GetUInt64()); // no receipt of what did not come

        Interlocked.Exchange(ref free, long.MaxValue);
        await us.UntilSealedAsync(line.Id, 3); // attachment.received
        await line.HoldsOnceAsync("us", []);
    }

    private static async Task<int> AttachAsync(LiveStation at, LineId line, int length) =>
        (int)
            (
                await at.Http.PostAsync(
                    $"lines/{line}/attachments?name=large&seat=watch&by=Ada",
                    new ByteArrayContent(new byte[length]),
                    TestContext.Current.CancellationToken
                )
            ).StatusCode;

    private static async Task<List<string>> AlarmsAsync(LiveStation at, string about) =>
        [
            .. (await at.GetAsync("alarms"))
                .Json.EnumerateArray()
                .Select(a => a.GetProperty("about").GetString()!)
                .Where(a => a.Contains(about, StringComparison.Ordinal)),
        ];

    [Fact] // LINK-91
    public async Task A_party_that_fills_its_part_is_named_by_an_alarm_and_told_and_the_others_attachments_come()
    {
        await using var line = LiveLine.Make("us", "ru", "icrc");
        var (us, ru, icrc) = (line["us"], line["ru"], line["icrc"]);
        us.Reserve = new DiskReserve(() => long.MaxValue, 0, TimeProvider.System) { AttachmentQuota = 250_000 };
        await line.OpenAsync("us", "ru", "icrc");
        Assert.Equal(201, await AttachAsync(ru, line.Id, 200_000));
        await us.UntilSealedAsync(line.Id, 2); // attachment.received
        Assert.Equal(201, await AttachAsync(ru, line.Id, 200_000));
        Assert.Equal(201, await AttachAsync(icrc, line.Id, 200_000));
        await us.UntilSealedAsync(line.Id, 3); // icrc's
        await us.UntilAsync(
            async () => (await AlarmsAsync(us, "attachments of ru on this line may take 250000 bytes here")).Count == 1,
            "an alarm that names the party"
        );
        await ru.UntilAsync(
            async () =>
                (await ru.PeerAsync(line.Id, us.Party)).TryGetProperty("untakenThere", out var told)
                && told.GetProperty("sentence")
                    .GetString()!
                    .StartsWith("us has no room for the attachment of ru/2: ", StringComparison.Ordinal),
            "the sender told"
        );
        Assert.False((await icrc.PeerAsync(line.Id, us.Party)).TryGetProperty("untakenThere", out _));
        Assert.True(await us.IsReadyAsync());
        await ru.SealAsync(line.Id, "entries of the same peer come");
        Assert.Equal(0, (await us.StatusAsync(line.Id)).GetProperty("refusals").GetInt64());

        await us.StopAsync();
        us.Reserve = new DiskReserve(() => long.MaxValue, 0, TimeProvider.System) { AttachmentQuota = 500_000 };
        await us.StartAsync();
        await us.UntilSealedAsync(line.Id, 4);
        Assert.Empty(await AlarmsAsync(us, "attachments of ru"));
    }

    [Fact] // LINK-9, LINK-91
    public async Task While_the_disk_has_no_room_for_peers_an_alarm_stands_and_the_health_check_says_so_and_stays_ready()
    {
        await using var line = LiveLine.Make("us", "ru");
        var us = line["us"];
        var free = 2 * Reserve;
        us.Reserve = new DiskReserve(() => Interlocked.Read(ref free), Reserve, TimeProvider.System, 3 * Reserve);
        await us.StartAsync();
        await us.UntilAsync(
            async () => (await AlarmsAsync(us, "no attachment is taken from peers")).Count == 1,
            "the alarm of the attachments' room"
        );
        Assert.Contains("no attachment is taken", await HealthAsync(), StringComparison.Ordinal);
        Interlocked.Exchange(ref free, Reserve - 1);
        await us.UntilAsync(
            async () => (await AlarmsAsync(us, "nothing more is taken from peers")).Count == 1,
            "the alarm of the reserve"
        );
        Assert.Empty(await AlarmsAsync(us, "no attachment is taken"));
        Assert.Contains("nothing more is taken", await HealthAsync(), StringComparison.Ordinal);
        Assert.True(await us.IsReadyAsync());
        Interlocked.Exchange(ref free, long.MaxValue);
        await us.UntilAsync(
            async () => (await AlarmsAsync(us, "taken from peers")).Count == 0,
            "no alarm once there is room"
        );
        Assert.Null(await HealthAsync());

        async Task<string?> HealthAsync()
        {
            var (status, json) = await ApiFixture.ReadAsync(
                us.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)
            );
            Assert.Equal(200, status);
            return json.TryGetProperty("noRoom", out var full) ? full.GetString() : null;
        }
    }
}
