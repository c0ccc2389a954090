using Parley.Crypto;
using Parley.Station.Link;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>Each peer has its share of the link port, and strangers have one together: what one takes too much, no
/// other misses.</summary>
public sealed class ShareTests : IAsyncLifetime
{
    private readonly LiveLine line = LiveLine.Make("us", "ru");
    private StationFolder eu = null!;
    private Record.LineDocument other = null!;
    private LiveStation us = null!,
        ru = null!;

    public ValueTask InitializeAsync()
    {
        (us, ru) = (line["us"], line["ru"]);
        eu = StationFolder.Make(line.Spare("eu"), "eu", listens: false);
        other = LiveLine.DocumentFor(us.Folder.Card, eu.Card);
        return ValueTask.CompletedTask;
    }

    /// <summary>us and ru on their line, and eu, whom the test plays, on another with us.</summary>
    private async Task StartAsync(LinkPortLimits limits)
    {
        us.PortLimits = limits;
        await line.OpenAsync("us", "ru");
        await LiveLine.AcceptAsync(us, other);
    }

    private string Heartbeat => $"/parley/v1/lines/{other.Id}/heartbeat";

    [Fact] // LINK-8
    public async Task While_one_peer_floods_with_requests_it_is_told_429_and_an_honest_peers_entries_are_sealed()
    {
        await StartAsync(new LinkPortLimits { RequestsPerSecond = 100 });
        using var flooder = LinkCaller.As(eu, us);
        using var enough = new CancellationTokenSource();
        long refused = 0;
        string? reason = null;
        var flood = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Run(
                    async () =>
                    {
                        while (!enough.IsCancellationRequested)
                        {
                            var (status, text, _) = await flooder.PostAsync(Heartbeat, "not a heartbeat"u8.ToArray());
                            Assert.Contains(status, new[] { 400, 429 });
                            if (status != 429 || !text.Contains("requests a second", StringComparison.Ordinal))
                                continue; // of those, heartbeats have a share of their own
                            reason = text;
                            Interlocked.Increment(ref refused);
                        }
                    },
                    TestContext.Current.CancellationToken
                )
            )
            .ToList();
        await us.UntilAsync(() => Task.FromResult(Interlocked.Read(ref refused) > 200), "the flood refused");
        for (var i = 0; i < 10; i++)
        {
            await ru.SealAsync(line.Id, $"from ru {i}");
            await us.SealAsync(line.Id, $"from us {i}");
        }
        await enough.CancelAsync();
        await Task.WhenAll(flood);
        Assert.Contains("more than 100 requests a second", reason, StringComparison.Ordinal);
        await us.UntilRefusedAsync(429, "more than 100 requests a second", refused); // to the last one
        await us.UntilAsync(
            async () => (await flooder.PostAsync(Heartbeat, [1])).Status == 400,
            "the flooder heard again once it is slower"
        );
    }

    [Fact] // LINK-8
    public async Task Strangers_share_one_rate_and_one_number_of_connections()
    {
        await StartAsync(new LinkPortLimits { StrangersRequestsPerSecond = 20, MaxOfStrangers = 4 });
        using var one = LinkCaller.AsStranger(us);
        using var two = LinkCaller.AsStranger(us);
        var statuses = new List<int>();
        for (var i = 0; i < 50; i++)
            statuses.Add((await (i % 2 == 0 ? one : two).PostAsync(Heartbeat, [1])).Status);
        Assert.Equal([403, 429], statuses.Distinct().Order());

        var crowd = Enumerable.Range(0, 12).Select(_ => LinkCaller.AsStranger(us)).ToList();
        foreach (var stranger in crowd)
            await Xunit.Record.ExceptionAsync(() => stranger.PostAsync(Heartbeat, [1]));
        await us.UntilAsync(
            async () => await us.RefusedAsync(429, "connections of identities on no line") >= 10,
            "the oldest strangers' connections ended"
        );
        await ru.StopAsync();
        await ru.StartAsync();
        await ru.SealAsync(line.Id, "past the strangers");
        foreach (var stranger in crowd)
            stranger.Dispose();
    }

    [Fact] // LINK-8
    public async Task A_peer_has_a_few_connections_and_its_newest_is_the_one_that_stays()
    {
        await StartAsync(new LinkPortLimits { MaxOfPeer = 3 });
        var callers = Enumerable.Range(0, 5).Select(_ => LinkCaller.As(eu, us)).ToList();
        foreach (var caller in callers)
            Assert.Equal(400, (await caller.PostAsync(Heartbeat, [1])).Status);
        await us.UntilRefusedAsync(429, "more than 3 connections of one identity", 2);
        Assert.Equal(400, (await callers[^1].PostAsync(Heartbeat, [1])).Status);
        await us.UntilRefusedAsync(429, "more than 3 connections of one identity", 2); // the newest was still there
        await ru.SealAsync(line.Id, "not concerned");
        foreach (var caller in callers)
            caller.Dispose();
    }

    [Fact] // LINK-8
    public async Task Of_connections_that_show_nothing_the_oldest_go_and_a_peer_that_dials_gets_in()
    {
        await StartAsync(new LinkPortLimits { MaxUnproven = 16 });
        var silent = await LinkCaller.SilentAsync(us, 100);
        await us.UntilRefusedAsync(429, "connections that show no identity", 84);
        await ru.StopAsync();
        await ru.StartAsync();
        await ru.SealAsync(line.Id, "through the crowd");
        foreach (var socket in silent)
            socket.Dispose();
    }

    [Fact] // LINK-1
    public async Task A_certificate_of_the_right_identity_with_another_key_than_the_cards_is_refused_at_both_ends()
    {
        await StartAsync(new LinkPortLimits());
        var stolen = LinkKey.Generate();
        var certificate = LinkCertificate.Create(stolen, ru.Folder.Identity, TimeProvider.System.GetUtcNow());
        using (var caller = LinkCaller.With(certificate, stolen, us))
        {
            var (status, text, _) = await caller.PostAsync($"/parley/v1/lines/{line.Id}/heartbeat", [1]);
            Assert.Equal(403, status);
            Assert.Contains("not the link key on the party's card", text, StringComparison.Ordinal);
        }

        // The same key behind ru's address, with a new card to suit it: the line's document has the old one.
        await ru.StopAsync();
        var folder = ru.Folder.Directory;
        foreach (var path in new[] { folder.Key(KeyRole.LinkTls), folder.LinkCertificate })
            File.Delete(path);
        KeyFile.Write(folder.Key(KeyRole.LinkTls), stolen);
        await File.WriteAllBytesAsync(folder.LinkCertificate, certificate, TestContext.Current.CancellationToken);
        Assert.False((await ru.TryStartAsync()).TryGet(out _, out var why));
        Assert.Contains("not those of its card", why, StringComparison.Ordinal);
        var card = Record.Card.Sign(
            ru.Folder.Card.Contents with
            {
                LinkTls = stolen.SubjectPublicKeyInfo,
            },
            ru.Folder.Identity
        );
        await File.WriteAllBytesAsync(folder.Card, card.Encode(), TestContext.Current.CancellationToken);
        await ru.StartAsync();
        Assert.Equal(201, (await us.SendAsync(line.Id, "for the key on the card")).Status);
        await us.UntilAsync(
            async () =>
                (await us.PeerAsync(line.Id, ru.Party))
                    .GetProperty("lastError")
                    .GetString()
                    ?.Contains("not the pinned one", StringComparison.Ordinal) == true,
            "the other key found out"
        );
        Assert.Equal(1UL, (await us.PeerAsync(line.Id, ru.Party)).GetProperty("ourSizeSealed").GetUInt64());
    }

    public async ValueTask DisposeAsync()
    {
        eu.Dispose();
        await line.DisposeAsync();
    }
}
