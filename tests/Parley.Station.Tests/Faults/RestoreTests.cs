using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Tests.Link;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>A station that gets an old copy of its data back, with and without knowing it; and one whose disk lies to
/// it.</summary>
public sealed class RestoreTests
{
    private const int Lost = 50;

    [Fact] // LINK-60 LINK-61
    public async Task A_station_known_to_be_restored_signs_nothing_until_its_peer_has_given_back_what_it_lost()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var (us, ru) = (line["us"], line["ru"]);
        var sealedTexts = await LoseAsync(line);
        await ru.StopAsync();

        await us.StartAsync(restored: true);
        var (status, refusal) = await us.SendAsync(line.Id, "too early");
        Assert.Equal((503, "catching-up"), (status, refusal.GetProperty("code").GetString()));
        Assert.Equal("restored", (await us.GetAsync("station")).Json.GetProperty("state").GetString());
        Assert.False(await us.IsReadyAsync());
        await us.StopAsync();
        await us.StartAsync(); // a restart does not make it forget that it was restored
        Assert.Equal(503, (await us.SendAsync(line.Id, "too early")).Status);

        await ru.StartAsync();
        await us.UntilAsync(us.IsReadyAsync, "ready");
        await IsWholeAgainAsync(line, sealedTexts);
    }

    [Theory] // LINK-60 LINK-61, and LINK-63 for a peer that only dials; LINK-104 LINK-105
    [InlineData("ru")]
    [InlineData("(ru)")]
    public async Task A_restore_that_nobody_told_the_station_of_is_proven_to_it_by_its_peer_and_two_officers_let_it_sign_on(
        string peer
    )
    {
        await using var line = await LiveLine.StartAsync("us", peer);
        var sealedTexts = await LoseAsync(line);
        await line["us"].StartAsync();
        await line["us"]
            .UntilAsync(
                async () =>
                    (await line["us"].StatusAsync(line.Id)).GetProperty("ownSize").GetUInt64()
                    == (ulong)sealedTexts.Count + 1,
                "its own feed whole"
            );
        var us = line["us"];
        await us.UntilAsync(
            async () =>
                (await us.StatusAsync(line.Id)).TryGetProperty("ownFeed", out var own)
                && own.GetProperty("state").GetString() == "own-feed-foreign"
                && own.GetProperty("awaited").GetArrayLength() == 0,
            "all shown"
        );
        Assert.Equal((503, "own-feed-foreign"), await RefusedAsync());
        Assert.Equal((200, false), await DecidesAsync("watch", "Ada"));
        Assert.Equal((200, false), await DecidesAsync("principal", "ADA"));
        Assert.Equal((403, false), await DecidesAsync("interpreter", "Ivan"));
        Assert.Equal((503, "own-feed-foreign"), await RefusedAsync());
        Assert.Equal((200, true), await DecidesAsync("principal", "Boris"));
        await us.UntilAsync(us.IsReadyAsync, "ready");
        Assert.Equal((409, false), await DecidesAsync("principal", "Boris"));
        await IsWholeAgainAsync(line, sealedTexts);

        async Task<(int, string?)> RefusedAsync() =>
            await us.SendAsync(line.Id, "too early") is var (status, json)
                ? (status, json.GetProperty("code").GetString())
                : default;
        async Task<(int, bool)> DecidesAsync(string seat, string name) =>
            await us.PostAsync(
                $"lines/{line.Id}/sign-on",
                new { by = new { seat, name }, reason = "a snapshot was put back" }
            )
                is var (status, json)
                ? (status, status == 200 && json.GetProperty("decided").GetBoolean())
                : default;
    }

    [Fact]
    public async Task The_first_officers_word_to_sign_on_stands_over_a_restart_and_the_second_one_decides()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var sealedTexts = await LoseAsync(line);
        var us = line["us"];
        await us.StartAsync();
        await AllIsShownAsync();
        Assert.False(await DecidesAsync("watch", "Ada"));
        await us.StopAsync();
        await us.StartAsync();
        await AllIsShownAsync();
        Assert.True(await DecidesAsync("principal", "Boris"));
        await us.UntilAsync(us.IsReadyAsync, "ready");
        await IsWholeAgainAsync(line, sealedTexts);

        Task AllIsShownAsync() =>
            us.UntilAsync(
                async () =>
                    (await us.StatusAsync(line.Id)).TryGetProperty("ownFeed", out var own) // not while nobody has answered
                    && own.GetProperty("state").GetString() == "own-feed-foreign"
                    && own.GetProperty("awaited").GetArrayLength() == 0,
                "all shown"
            );
        async Task<bool> DecidesAsync(string seat, string name)
        {
            var (status, json) = await us.PostAsync(
                $"lines/{line.Id}/sign-on",
                new { by = new { seat, name }, reason = "a snapshot was put back" }
            );
            Assert.Equal(200, status);
            return json.GetProperty("decided").GetBoolean();
        }
    }

    [Fact] // LINK-50 LINK-51 LINK-61
    public async Task A_restored_station_that_signed_something_else_meanwhile_has_forked_and_both_ends_keep_the_proof()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var (us, ru) = (line["us"], line["ru"]);
        await LoseAsync(line);
        await ru.StopAsync();
        await us.StartAsync(); // not told, and alone
        Assert.Equal(201, (await us.SendAsync(line.Id, "another truth")).Status);

        await ru.StartAsync();
        foreach (var station in new[] { us, ru })
            await ForkTests.HasStoppedAsync(station, line, us.Folder);
        Assert.DoesNotContain(await line.RecordAsync("ru"), e => e.Text == "another truth");
    }

    [Fact] // LINK-60
    public async Task A_restored_station_cosigns_nothing_either_before_its_peer_has_shown_what_it_holds()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var feed = new HandheldFeed(line["ru"].Folder, line.Document).Write("before");
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(0, 2))).Status);
        await us.StopAsync();
        await us.StartAsync(restored: true);

        feed.Write("meanwhile");
        Assert.Equal(503, (await ru.PostAsync(feed.Path, feed.Push(2, 3))).Status);
        Assert.Equal(2UL, (await us.PeerAsync(line.Id, feed.Origin.Party)).GetProperty("theirSizeHeld").GetUInt64());
        var heartbeat = new Heartbeat
        {
            Parley = 1,
            At = TimeProvider.System.GetUtcNow(),
            Attended = true,
            Checkpoints = new Dictionary<string, string>(),
        };
        Assert.Equal(200, (await ru.PostAsync($"/parley/v1/lines/{line.Id}/heartbeat", heartbeat.Encode())).Status); // LINK-100: it names nothing, and that says nothing
        Assert.False(await us.IsReadyAsync());
        await ru.PostAsync($"/parley/v1/feeds/{line.Id}/us/pull", "held 0\n"u8.ToArray()); // it cannot be asked, and says that it holds nothing of ours
        await us.UntilAsync(us.IsReadyAsync, "ready");
        Assert.Equal(200, (await ru.PostAsync(feed.Path, feed.Push(2, 3))).Status);
    }

    [Fact]
    public async Task A_database_damaged_while_stopped_is_refused_and_an_old_backup_with_the_peer_makes_it_whole()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var us = line["us"];
        var backup = line.Spare("backup");
        await us.SealAsync(line.Id, "before the backup");
        await us.StopAsync();
        us.Folder.CopyTo(backup);
        await us.StartAsync();
        List<(string, string)> acknowledged = [];
        foreach (var i in Enumerable.Range(0, 20))
            acknowledged.Add((await us.SealAsync(line.Id, $"after {i}"), $"after {i}"));
        await us.StopAsync();

        Overwrite(us.Folder.Directory.Database, from: 8192);
        Assert.False((await us.TryStartAsync()).TryGet(out _, out var why));
        Assert.Contains(us.Folder.Directory.Database, why, StringComparison.Ordinal);

        us.Folder.PutBack(backup);
        await us.StartAsync(restored: true);
        await us.UntilAsync(us.IsReadyAsync, "ready");
        foreach (var at in new[] { "us", "ru" })
            await line.HoldsOnceAsync(at, acknowledged);
        await us.SealAsync(line.Id, "and on");
    }

    [Fact]
    public async Task A_database_damaged_while_running_is_noticed_read_and_write_are_refused_and_the_station_says_so()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var (us, ru) = (line["us"], line["ru"]);
        await us.SealManyAsync(line.Id, Enumerable.Range(0, 100).Select(i => $"message {i}"));
        Overwrite(us.Folder.Directory.Database, from: 0);
        Overwrite(us.Folder.Directory.Database + "-wal", from: 32);

        // What SQLite has in memory it does not read again; the next entries make it look.
        await us.UntilAsync(
            async () =>
            {
                await us.SendAsync(line.Id, "into the void");
                await us.GetAsync($"lines/{line.Id}/entries?after=0&limit=1000");
                return await us.FaultAsync() is { } fault && fault.Contains("parley.db", StringComparison.Ordinal);
            },
            "the damage told"
        );
        // A reader may have met the damage first. Then the next commit meets it, and what was under way with that is in
        // doubt; after it nothing is.
        await us.UntilAsync(
            async () =>
            {
                var (status, refusal) = await us.SendAsync(line.Id, "not taken");
                Assert.Equal(503, status);
                var code = refusal.GetProperty("code").GetString();
                Assert.Contains(code, new[] { "store-fault", "station-faulted", "in-doubt" });
                return code != "in-doubt";
            },
            "a certain refusal"
        );
        Assert.Equal(503, (await us.GetAsync($"lines/{line.Id}/entries?after=0&limit=1000")).Status);

        var cosigned = (await ru.PeerAsync(line.Id, us.Party)).GetProperty("ourSizeSealed").GetUInt64();
        Assert.Equal(201, (await ru.SendAsync(line.Id, "never cosigned")).Status);
        await ru.UntilAsync(
            async () =>
                (await ru.PeerAsync(line.Id, us.Party)).GetProperty("lastError").ValueKind
                == System.Text.Json.JsonValueKind.String,
            "its push refused"
        );
        Assert.Equal(cosigned, (await ru.PeerAsync(line.Id, us.Party)).GetProperty("ourSizeSealed").GetUInt64());
        await us.StopAsync();
        Assert.False((await us.TryStartAsync()).TryGet(out _, out _));
    }

    [Fact]
    public async Task A_body_that_changed_on_the_disk_is_not_shown_and_stops_every_signature()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var (us, ru) = (line["us"], line["ru"]);
        await us.SealAsync(line.Id, "we agree to withdraw");
        await us.StopAsync();
        var bytes = await File.ReadAllBytesAsync(us.Folder.Directory.Database, TestContext.Current.CancellationToken);
        var at = bytes.AsSpan().IndexOf("withdraw"u8);
        Assert.True(at > 0);
        "advance!"u8.CopyTo(bytes.AsSpan(at));
        await File.WriteAllBytesAsync(us.Folder.Directory.Database, bytes, TestContext.Current.CancellationToken);

        await us.StartAsync(); // the database is sound as databases go
        var (status, json) = await us.GetAsync($"lines/{line.Id}/entries/us/1");
        Assert.Equal((503, "station-faulted"), (status, json.GetProperty("code").GetString()));
        Assert.Equal(503, (await us.GetAsync($"lines/{line.Id}/entries/us/1/body")).Status);
        Assert.Contains("us/1", await us.FaultAsync(), StringComparison.Ordinal);
        var (refused, refusal) = await us.SendAsync(line.Id, "no");
        Assert.Equal((503, "station-faulted"), (refused, refusal.GetProperty("code").GetString()));
        Assert.Equal(201, (await ru.SendAsync(line.Id, "never cosigned")).Status);
        await ru.UntilAsync(
            async () =>
                (await ru.PeerAsync(line.Id, us.Party)).GetProperty("lastError").ValueKind
                == System.Text.Json.JsonValueKind.String,
            "its push refused"
        );
        Assert.Equal(1UL, (await ru.PeerAsync(line.Id, us.Party)).GetProperty("ourSizeSealed").GetUInt64());
        Assert.Equal(Verdict.Good, (await line.VerifyAsync("ru")).Verdict); // the peer's copy is what it was
    }

    /// <summary>Seals some, copies the data away, seals fifty more each way, and puts the copy back; all of us is
    /// sealed, in this order.</summary>
    private static async Task<List<string>> LoseAsync(LiveLine line)
    {
        var us = line["us"];
        List<string> kept = [.. Enumerable.Range(0, 5).Select(i => $"kept {i}")],
            lost = [.. Enumerable.Range(0, Lost).Select(i => $"lost {i}")];
        await us.SealManyAsync(line.Id, kept);
        await us.StopAsync();
        us.Folder.CopyTo(line.Spare("backup"));
        await us.StartAsync();
        await us.SealManyAsync(line.Id, lost);
        await line["ru"].SealManyAsync(line.Id, Enumerable.Range(0, Lost).Select(i => $"theirs {i}"));
        await us.StopAsync();
        us.Folder.PutBack(line.Spare("backup"));
        return [.. kept, .. lost];
    }

    private static async Task IsWholeAgainAsync(LiveLine line, IReadOnlyList<string> ours)
    {
        var (us, ru) = (line["us"], line["ru"]);
        await us.SealAsync(line.Id, "ours after it");
        await ru.SealAsync(line.Id, "theirs after it");
        string[] texts = [.. ours, "ours after it"];
        foreach (var at in new[] { "us", "ru" })
            await line.HoldsOnceAsync(
                at,
                [
                    .. texts.Select((text, i) => ($"us/{i + 1}", text)),
                    .. Enumerable.Range(0, Lost).Select(i => ($"ru/{i + 1}", $"theirs {i}")),
                ]
            );
        Assert.Equal((await line.RecordAsync("ru")).Order(), (await line.RecordAsync("us")).Order());
    }

    private static void Overwrite(string path, int from)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = from;
        var noise = new byte[Math.Max(0, file.Length - from)];
        new Random(1).NextBytes(noise);
        file.Write(noise);
    }
}
