using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Parley.Crypto;
using Parley.Link.Carry;
using Parley.Link.Wire;
using Parley.Station.Data;
using Parley.Station.Relay;
using Parley.Station.Tests.Api;
using Parley.Station.Tests.Faults;
using Parley.Testing.Lines;
using Xunit;

namespace Parley.Station.Tests.Carry;

/// <summary>Two stations that cannot reach each other, and a third one that both reach and that is not on their
/// line.</summary>
public sealed class RelayTests
{
    // RELAY-1, RELAY-4, RELAY-5, RELAY-6
    [Fact]
    public async Task By_a_relay_all_is_sealed_at_both_ends_while_the_link_is_shown_as_down_and_the_relay_learns_nothing()
    {
        await using var line = LiveLine.Make("(us)", "(ru)");
        var (us, ru) = (line["us"], line["ru"]);
        await using var un = await RelayAsync(line);
        await line.OpenOneByOneAsync("us", "ru");
        await JoinAsync(line, un, us, ru);

        await us.SendAsync(line.Id, "by way of a third");
        await us.UntilAsync(() => IsSealedAsync(us, line), "sealed for us");
        await ru.SendAsync(line.Id, "and an answer");
        await ru.UntilAsync(() => IsSealedAsync(ru, line), "sealed for ru");
        Assert.Contains(await line.RecordAsync("ru"), e => e.Text == "by way of a third");
        Assert.Contains(await line.RecordAsync("us"), e => e.Text == "and an answer");
        foreach (var (here, there) in new[] { (us, ru), (ru, us) })
        {
            var peer = await here.PeerAsync(line.Id, there.Party);
            Assert.Equal(
                ("down", JsonValueKind.Null),
                (peer.GetProperty("state").GetString(), peer.GetProperty("lastHeard").ValueKind)
            );
            Assert.Equal("un", (await here.StatusAsync(line.Id)).GetProperty("relay").GetProperty("relay").GetString());
        }

        // What lies there is of no use to who keeps it.
        await ru.StopAsync();
        await us.SendAsync(line.Id, "for ru's eyes only");
        await un.UntilAsync(async () => (await WaitingAsync(un, "ru")) > 0, "a file waits");
        var files = System
            .IO.Directory.EnumerateFiles(un.Folder.Directory.Relay, "*.carry", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes)
            .ToList();
        Assert.NotEmpty(files);
        foreach (var word in new[] { "eyes", "us", line.Id.Value, "north" }.Where(w => w.Length > 3))
            Assert.All(files, f => Assert.Equal(-1, f.AsSpan().IndexOf(Encoding.UTF8.GetBytes(word))));
        await ru.StartAsync();
        await ru.UntilAsync(
            async () => (await line.RecordAsync("ru")).Any(e => e.Text == "for ru's eyes only"),
            "taken after the restart, without being told of the relay again"
        );
        await un.UntilAsync(async () => await WaitingAsync(un, "ru") == 0, "nothing waits any more");
    }

    // RELAY-5
    [Fact]
    public async Task What_cannot_be_taken_now_stays_at_the_relay_and_is_taken_when_there_is_room()
    {
        await using var line = LiveLine.Make("(us)", "(ru)");
        var (us, ru) = (line["us"], line["ru"]);
        const long kept = 1 << 20;
        var free = long.MaxValue;
        ru.Reserve = new DiskReserve(() => Interlocked.Read(ref free), kept, TimeProvider.System);
        await using var un = await RelayAsync(line);
        await line.OpenOneByOneAsync("us", "ru");
        await JoinAsync(line, un, us, ru);
        Interlocked.Exchange(ref free, kept - 1);
        await ru.UntilAsync(
            async () => (await ru.GetAsync("station")).Json.GetProperty("noRoom").GetString() is not null,
            "the lack of room told"
        );
        await us.SendAsync(line.Id, "waits for room");
        await ru.SendAsync(line.Id, "goes out all the same");
        await ru.UntilAsync(
            async () =>
                await ErrorAsync(ru, line) is { } error
                && error.Contains("cannot be taken now", StringComparison.Ordinal),
            "the reason shown beside the relay"
        );
        Assert.True(await WaitingAsync(un, "ru") > 0);
        Assert.DoesNotContain(await line.RecordAsync("ru"), e => e.Text == "waits for room");
        await us.UntilAsync(
            async () => (await line.RecordAsync("us")).Any(e => e.Text == "goes out all the same"),
            "what ru has to say, though ru can take nothing"
        );

        Interlocked.Exchange(ref free, long.MaxValue);
        await us.UntilAsync(() => IsSealedAsync(us, line), "taken, and confirmed by the same way");
        Assert.Single(await line.RecordAsync("ru"), e => e.Text == "waits for room");
        await ru.UntilAsync(async () => await ErrorAsync(ru, line) is null, "nothing left to say of the relay");
    }

    // RELAY-5
    [Fact]
    public async Task What_a_relay_loses_is_left_there_again_though_nothing_new_is_to_be_said()
    {
        await using var line = LiveLine.Make("(us)", "(ru)");
        var (us, ru) = (line["us"], line["ru"]);
        await using var un = await RelayAsync(line);
        await line.OpenOneByOneAsync("us", "ru");
        await JoinAsync(line, un, us, ru);
        await ru.StopAsync();
        await us.SendAsync(line.Id, "lost on its way");
        await un.UntilAsync(async () => await WaitingAsync(un, "ru") > 0, "a file waits");
        foreach (
            var file in System.IO.Directory.EnumerateFiles(
                un.Folder.Directory.Relay,
                "*.carry",
                SearchOption.AllDirectories
            )
        )
            File.Delete(file);
        await un.UntilAsync(async () => await WaitingAsync(un, "ru") > 0, "it waits there again");
        await ru.StartAsync();
        await us.UntilAsync(() => IsSealedAsync(us, line), "taken, and confirmed");
        Assert.Single(await line.RecordAsync("ru"), e => e.Text == "lost on its way");
    }

    // RELAY-2, RELAY-3
    [Fact]
    public async Task A_relay_serves_those_it_admitted_and_nobody_is_admitted_without_a_fingerprint()
    {
        await using var line = LiveLine.Make("(us)", "(ru)");
        var (us, ru) = (line["us"], line["ru"]);
        await using var un = await RelayAsync(line);
        await line.OpenOneByOneAsync("us", "ru");
        Assert.Equal("fingerprints-wanted", await CodeAsync(un.PostAsync("relayed", new { card = CardOf(us) })));
        Assert.Equal(
            "fingerprint-mismatch",
            await CodeAsync(
                un.PostAsync("relayed", new { card = CardOf(us), fingerprint = ru.Folder.Card.Fingerprint.Hex })
            )
        );
        Assert.Equal(
            "no-secret",
            await CodeAsync(
                PutAsync(
                    us,
                    $"lines/{line.Id}/relay",
                    new { card = CardOf(un), fingerprint = un.Folder.Card.Fingerprint.Hex }
                )
            )
        );
        await JoinAsync(line, un, us, ru);
        Assert.Equal(
            "invalid",
            await CodeAsync(
                PutAsync(
                    us,
                    $"lines/{line.Id}/relay",
                    new { card = CardOf(ru), fingerprint = ru.Folder.Card.Fingerprint.Hex }
                )
            )
        ); // it is on the line

        Assert.Equal(
            200,
            (
                await ApiFixture.ReadAsync(un.Http.DeleteAsync("relayed/us", TestContext.Current.CancellationToken))
            ).Status
        );
        await us.UntilAsync(
            async () =>
                await ErrorAsync(us, line) is { } error
                && error.Contains("does not serve us (403)", StringComparison.Ordinal),
            "told that the relay does not serve it"
        );
        var before = (await line.RecordAsync("ru")).Count;
        await us.SendAsync(line.Id, "goes nowhere");
        await un.UntilAsync(async () => await WaitingAsync(un, "ru") == 0, "nothing left there");
        Assert.Equal(before, (await line.RecordAsync("ru")).Count);
    }

    // RELAY-5, RELAY-6
    [Fact]
    public async Task Nothing_at_a_relay_holds_up_what_came_after_it_or_makes_an_empty_watch_room_look_attended()
    {
        await using var line = LiveLine.Make("(us)", "(ru)");
        var (us, ru) = (line["us"], line["ru"]);
        await using var un = await RelayAsync(line);
        await line.OpenOneByOneAsync("us", "ru");
        await JoinAsync(line, un, us, ru);
        await ru.StopAsync();
        // More files than a round takes, all sealed with a secret that ru does not have, and one that is no use to
        // anybody.
        using var another = LineSecret.Generate();
        var mailbox = Path.Combine(un.Folder.Directory.Relay, ru.Folder.Card.Identity.ToHex());
        var sender = new string('e', 64);
        for (var i = 0; i < 2 * RelayLimits.MaxTaken; i++)
        {
            using var sealer = CarrySealer.Create(line.Id, us.Party, ru.Folder.Card, another, us.Folder.Log)!;
            byte[] file =
            [
                .. sealer.Head.Span,
                .. sealer.Seal(
                    new CarryPart.Opening(new string('a', 2 * CarryPart.IdLength), DateTimeOffset.UnixEpoch, 0, 0)
                ),
                .. sealer.SealEnd(),
            ];
            await File.WriteAllBytesAsync(
                Path.Combine(mailbox, $"{i:x12}{i:x16}.{sender}.{i:x32}.carry"),
                file,
                TestContext.Current.CancellationToken
            );
        }
        await File.WriteAllBytesAsync(
            Path.Combine(mailbox, $"{999:x12}{999:x16}.{sender}.{999:x32}.carry"),
            "no such file"u8.ToArray(),
            TestContext.Current.CancellationToken
        );
        await us.SendAsync(line.Id, "behind all of them");
        await ru.StartAsync();
        await us.UntilAsync(() => IsSealedAsync(us, line), "taken, and confirmed, by a station that nobody looks at");
        Assert.False(ru.IsAttended);
        await un.UntilAsync(
            async () => await WaitingAsync(un, "ru") == 2 * RelayLimits.MaxTaken,
            "the useless one thrown away, the others kept for when there is a secret"
        );
    }

    // RELAY-3, RELAY-5
    [Fact]
    public async Task Of_each_line_and_sender_the_newest_file_waits_and_a_full_disk_is_told_in_the_middle_of_one()
    {
        var room = 0;
        var folder = System.IO.Directory.CreateTempSubdirectory("parley-relay-").FullName;
        using var desk = new RelayDesk(
            Path.Combine(folder, "relay"),
            folder,
            () => Interlocked.Increment(ref room) > 40 ? "full" : null,
            TimeProvider.System
        );
        var (us, ru) = (LineParty.Named("us"), LineParty.Named("ru"));
        foreach (var party in new[] { us, ru })
            Assert.True(desk.Admit(party.Card(dialable: true)).TryGet(out _, out _));
        byte[] file = [.. "parley-carry/v1\n"u8, .. new byte[5000]];
        for (var i = 0; i < 5; i++)
            Assert.Equal(200, (await LeaveAsync(file, slot: 1)).Status);
        Assert.Equal(1, desk.Waiting(ru.Card(dialable: true).Identity).Files);
        Assert.Equal(200, (await LeaveAsync(file, slot: 2)).Status);
        Assert.Equal(2, desk.Waiting(ru.Card(dialable: true).Identity).Files);
        Assert.Equal(507, (await LeaveAsync([.. file, .. new byte[8 << 20]], slot: 3)).Status);
        Assert.Equal(
            2,
            System.IO.Directory.EnumerateFiles(Path.Combine(folder, "relay"), "*", SearchOption.AllDirectories).Count()
        );
        System.IO.Directory.Delete(folder, recursive: true);

        Task<LinkAnswer> LeaveAsync(byte[] content, int slot) =>
            desk.DepositAsync(
                us.Card(dialable: true).Identity,
                ru.Card(dialable: true).Identity,
                $"{slot:x32}",
                new MemoryStream(content),
                TestContext.Current.CancellationToken
            );
    }

    private static async Task<LiveStation> RelayAsync(LiveLine line)
    {
        var un = new LiveStation(StationFolder.Make(line.Spare("un"), "un"));
        await un.StartAsync();
        return un;
    }

    private static async Task JoinAsync(LiveLine line, LiveStation un, params LiveStation[] members)
    {
        using var secret = LineSecret.Generate();
        foreach (var member in members)
        {
            using var text = new ByteArrayContent(KeyFile.Encode(secret));
            Assert.Equal(
                200,
                (
                    await ApiFixture.ReadAsync(
                        member.Http.PutAsync($"lines/{line.Id}/secret", text, TestContext.Current.CancellationToken)
                    )
                ).Status
            );
            Assert.Equal(
                200,
                (
                    await un.PostAsync(
                        "relayed",
                        new { card = CardOf(member), fingerprint = member.Folder.Card.Fingerprint.Hex }
                    )
                ).Status
            );
            Assert.Equal(
                200,
                (
                    await PutAsync(
                        member,
                        $"lines/{line.Id}/relay",
                        new { card = CardOf(un), fingerprint = un.Folder.Card.Fingerprint.Words }
                    )
                ).Status
            );
        }
    }

    private static string CardOf(LiveStation station) => Encoding.UTF8.GetString(station.Folder.Card.Encode());

    private static Task<(int Status, JsonElement Json)> PutAsync(LiveStation station, string path, object body) =>
        ApiFixture.ReadAsync(station.Http.PutAsJsonAsync(path, body, TestContext.Current.CancellationToken));

    private static async Task<string?> CodeAsync(Task<(int Status, JsonElement Json)> answer) =>
        (await answer).Json.GetProperty("code").GetString();

    private static async Task<int> WaitingAsync(LiveStation un, string party) =>
        (await un.GetAsync("relayed"))
            .Json.EnumerateArray()
            .Where(r => r.GetProperty("party").GetString() == party)
            .Sum(r => r.GetProperty("waiting").GetInt32());

    private static async Task<string?> ErrorAsync(LiveStation station, LiveLine line) =>
        (await station.StatusAsync(line.Id)).GetProperty("relay").GetProperty("error").GetString();

    private static async Task<bool> IsSealedAsync(LiveStation station, LiveLine line)
    {
        var status = await station.StatusAsync(line.Id);
        return status.GetProperty("ownSealed").GetUInt64() == status.GetProperty("ownSize").GetUInt64();
    }
}
