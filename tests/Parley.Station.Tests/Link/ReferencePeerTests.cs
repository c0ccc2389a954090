using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>A station and an honest peer of another make: they work together, nobody is accused, nothing forks, and
/// everything that is exported is good.</summary>
public sealed class ReferencePeerTests
{
    private static async Task SpokenWellOfAsync(LiveLine line, ReferencePeer peer)
    {
        Assert.Empty(peer.Refused);
        var (us, ru) = (line["us"], line["ru"].Party);
        var status = await us.StatusAsync(line.Id);
        Assert.Equal(0, status.GetProperty("forks").GetInt32());
        Assert.Equal(0, status.GetProperty("refusals").GetInt64());
        Assert.DoesNotContain(us.Log.Warnings, w => w.Contains("had cosigned", StringComparison.Ordinal)); // it lost nothing, and nobody says so
        var shown = await us.PeerAsync(line.Id, ru);
        Assert.False(shown.TryGetProperty("heartbeatsUnreadable", out var unread) && unread.GetString() is not null);
        if (shown.GetProperty("clockOffsetMs") is { ValueKind: System.Text.Json.JsonValueKind.Number } offset)
            Assert.InRange(offset.GetInt64(), -1000, 1000);
        var report = await line.VerifyAsync("us");
        Assert.True(report.Verdict == Record.Verdict.Good, string.Join('\n', report.Findings));
    }

    [Theory] // LINK-30, LINK-81, LINK-82, LINK-83, LINK-84
    [InlineData(0)]
    [InlineData(1200)]
    public async Task A_terse_slow_peer_that_closes_every_connection_opens_the_line_and_both_ways_are_sealed_over_restarts(
        int thinks
    )
    {
        await using var line = LiveLine.Make("us", "ru");
        var us = line["us"];
        await using var peer = new ReferencePeer(line["ru"].Folder, line.Document, us)
        {
            Thinks = TimeSpan.FromMilliseconds(thinks),
        };
        await peer.ListenAsync();
        await line.OpenAsync("us");
        await us.UntilSealedAsync(line.Id, 1);
        Assert.Equal(200, await peer.PushAsync());
        for (var round = 0; round < 3; round++)
        {
            await us.SealAsync(line.Id, $"from us {round}");
            peer.Say($"from ru {round}");
            Assert.Equal(200, await peer.BeatAsync());
            Assert.Equal(200, await peer.PushAsync());
            Assert.Equal(200, await peer.BeatAsync()); // says nothing of what it holds: nothing has changed
            await us.SealAsync(line.Id, $"and again {round}");
            if (round == 1)
            {
                await us.StopAsync();
                await us.StartAsync();
            }
        }
        Assert.Equal((7, peer.Size), (peer.Held, peer.Cosigned));
        await us.UntilAsync(
            async () => (await us.PeerAsync(line.Id, line["ru"].Party)).GetProperty("state").GetString() == "alive",
            "the peer's officer seen"
        );
        await SpokenWellOfAsync(line, peer);
    }

    [Fact] // LINK-20, LINK-21, LINK-30
    public async Task A_peer_that_cannot_be_dialled_pulls_one_question_at_a_time_and_both_ways_are_sealed()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        var us = line["us"];
        await using var peer = new ReferencePeer(line["ru"].Folder, line.Document, us);
        await line.OpenAsync("us");
        Assert.Equal(200, await peer.BeatAsync());
        Assert.Equal(200, await peer.PushAsync());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(201, (await us.SendAsync(line.Id, $"from us {i}")).Status);
            await peer.PullAsync(until: 2 + i);
            peer.Say($"from ru {i}");
            Assert.Equal(200, await peer.PushAsync());
            Assert.Equal(200, await peer.BeatAsync());
        }
        Assert.Equal(201, (await us.SendAsync(line.Id, "which the peer asks for with its last receipt")).Status);
        await peer.PullAsync(until: 5);
        await us.UntilSealedAsync(line.Id, 4);
        Assert.Equal((5, 4, 4), (peer.Held, peer.Size, peer.Cosigned));
        await SpokenWellOfAsync(line, peer);
    }

    [Theory] // LINK-60, LINK-100, LINK-101, LINK-102
    [InlineData(503)]
    [InlineData(404)]
    [InlineData(400)]
    public async Task A_station_restored_beside_a_terse_peer_signs_nothing_until_it_has_back_what_it_lost_and_forks_nothing(
        int atFirst
    )
    {
        await using var line = LiveLine.Make("us", "ru");
        var us = line["us"];
        await using var peer = new ReferencePeer(line["ru"].Folder, line.Document, us);
        await peer.ListenAsync();
        await line.OpenAsync("us");
        await us.UntilSealedAsync(line.Id, 1);
        Assert.Equal(200, await peer.PushAsync());
        for (var i = 0; i < 3; i++)
            await us.SealAsync(line.Id, $"kept {i}");
        await us.StopAsync();
        us.Folder.CopyTo(line.Spare("backup"));
        await us.StartAsync();
        for (var i = 0; i < 2; i++)
            await us.SealAsync(line.Id, $"lost {i}");
        Assert.Equal(200, await peer.BeatAsync()); // with this it has told what it holds, and is not going to again
        await us.StopAsync();
        us.Folder.PutBack(line.Spare("backup"));

        peer.GivesBack = atFirst;
        await us.StartAsync(restored: true);
        for (var round = 0; round < 5; round++)
        {
            var asked = peer.Asked;
            Assert.Equal(200, await peer.BeatAsync()); // says nothing of what it holds
            Assert.Equal(503, (await us.SendAsync(line.Id, "too early")).Status);
            if (round < 3)
                await us.UntilAsync(() => Task.FromResult(peer.Asked > asked), "asked once more");
        }
        Assert.Equal(6, peer.Held);
        peer.GivesBack = 200;
        await us.UntilAsync(us.IsReadyAsync, "ready");
        await us.SealAsync(line.Id, "after it");
        peer.Say("from ru");
        Assert.Equal(200, await peer.PushAsync());
        Assert.Equal((7, 2), (peer.Held, peer.Cosigned));
        await SpokenWellOfAsync(line, peer);
        await line.HoldsOnceAsync(
            "us",
            [("us/3", "kept 2"), ("us/4", "lost 0"), ("us/5", "lost 1"), ("us/6", "after it")]
        );
    }
}
