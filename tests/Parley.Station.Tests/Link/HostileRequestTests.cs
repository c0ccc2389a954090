using System.Text;
using Parley.Crypto;
using Parley.Link;
using Parley.Link.Wire;
using Parley.Record;
using Parley.Station.Tests.Faults;
using Xunit;

namespace Parley.Station.Tests.Link;

/// <summary>
/// What a peer may send to the link port and is refused, each with its status and reason, counted and shown. In all of
/// it <c>eu</c> is the
/// hostile one, with its real keys and no station; <c>us</c> is the target, and <c>ru</c> an honest party whose traffic
/// goes on.
/// </summary>
public sealed class HostileRequestTests : IAsyncLifetime
{
    private LiveLine line = null!;
    private LiveStation us = null!;
    private LinkCaller eu = null!;
    private HandheldFeed feed = null!;

    public async ValueTask InitializeAsync()
    {
        line = LiveLine.Make("us", "ru", "(eu)");
        await line.OpenAsync("us", "ru");
        us = line["us"];
        eu = LinkCaller.As(line["eu"].Folder, us);
        feed = new HandheldFeed(line["eu"].Folder, line.Document).Write("one", "two");
        Assert.Equal(200, (await eu.PostAsync(feed.Path, feed.Push(0, 3))).Status);
    }

    [Fact] // LINK-4 LINK-19
    public async Task A_sound_identity_that_nobody_knows_is_refused_counted_and_shown()
    {
        using var stranger = LinkCaller.AsStranger(us);
        var (status, reason, _) = await stranger.PostAsync(feed.Path, feed.Push(0, 3));
        Assert.Equal((403, "unknown key\n"), (status, reason));
        await us.UntilRefusedAsync(403, "unknown key", 1);
        Assert.Equal(1, (await us.StatusAsync(line.Id)).GetProperty("refusals").GetInt64());
        await HonestTrafficGoesOnAsync();
    }

    [Fact] // LINK-4
    public async Task A_party_of_another_line_is_refused_on_this_one_as_on_one_that_there_is_not()
    {
        using var other = StationFolder.Make(line.Spare("zz"), "zz", listens: false);
        await LiveLine.AcceptAsync(us, LiveLine.DocumentFor(us.Folder.Card, other.Card));
        using var caller = LinkCaller.As(other, us);
        var (status, reason, _) = await caller.PostAsync(feed.Path, feed.Push(0, 3));
        Assert.Equal((404, "unknown line\n"), (status, reason));
        await us.UntilRefusedAsync(404, "this key is not on this line", 1); // what it was is known here
        var none = LiveLine.DocumentFor(us.Folder.Card, line["eu"].Folder.Card).Id;
        foreach (
            var path in (string[])
                [
                    feed.Path,
                    $"/parley/v1/feeds/{line.Id}/us/pull",
                    $"/parley/v1/lines/{line.Id}/heartbeat",
                    $"/parley/v1/lines/{line.Id}/blind",
                ]
        )
        {
            var (there, elsewhere) = (
                await caller.PostAsync(path, [1]),
                await caller.PostAsync(path.Replace(line.Id.Value, none.Value, StringComparison.Ordinal), [1])
            );
            Assert.Equal((elsewhere.Status, elsewhere.Text), (there.Status, there.Text));
        }
        await HonestTrafficGoesOnAsync();
    }

    [Fact] // LINK-4 LINK-19
    public async Task The_feed_of_somebody_else_an_unknown_line_and_paths_that_are_none_are_refused()
    {
        var (foreign, reason, _) = await eu.PostAsync($"/parley/v1/feeds/{line.Id}/ru", feed.Push(0, 3));
        Assert.Equal((403, "this key does not speak for that feed\n"), (foreign, reason));
        Assert.Equal(403, (await eu.PostAsync($"/parley/v1/feeds/{line.Id}/us", feed.Push(0, 3))).Status);
        await us.UntilRefusedAsync(403, "does not speak", 2);

        var elsewhere = LiveLine.DocumentFor(us.Folder.Card, line["eu"].Folder.Card).Id;
        (foreign, reason, _) = await eu.PostAsync($"/parley/v1/feeds/{elsewhere}/eu", feed.Push(0, 3));
        Assert.Equal((404, "unknown line\n"), (foreign, reason));

        string[] junk =
        [
            "/",
            "/parley/v1/",
            "/parley/v1/feeds",
            $"/parley/v1/feeds/{line.Id}",
            $"/parley/v1/feeds/{line.Id}/",
            $"/parley/v1/feeds/{line.Id}/EU",
            $"/parley/v1/feeds/{line.Id}/eu/",
            $"/parley/v1/feeds/{line.Id}/eu/pull/pull",
            $"/parley/v1/feeds/{line.Id}/eu/attachments/-1?offset=0",
            $"/parley/v1/feeds/{line.Id}/eu/attachments/18446744073709551616",
            $"/parley/v1/feeds/../feeds/{line.Id}%2Feu",
            $"/parley/v1/lines/{line.Id}/heartbeat/x",
            $"/parley/v2/lines/{line.Id}/heartbeat",
            "/api/v1/station",
            "/health/ready",
            $"/{new string('x', 4000)}",
        ];
        foreach (var path in junk)
            Assert.Equal((path, 404), (path, (await eu.PostAsync(path, [1])).Status));
        await us.UntilRefusedAsync(404, "no such request", junk.Length);
        await HonestTrafficGoesOnAsync();
    }

    [Fact] // LINK-2 LINK-19 MESSAGES-4 MESSAGES-14
    public async Task A_body_that_is_too_long_has_no_length_or_ends_early_is_refused()
    {
        Assert.Equal(413, (await eu.PostAsync(feed.Path, new byte[LinkLimits.MaxPushBytes + 1])).Status);
        Assert.Equal(
            413,
            (
                await eu.PostAsync(
                    $"/parley/v1/lines/{line.Id}/heartbeat",
                    new byte[LinkLimits.MaxSmallMessageBytes + 1]
                )
            ).Status
        );
        await us.UntilRefusedAsync(413, "longer than", 2);

        Assert.Equal(411, (await eu.SendAsync(HttpMethod.Post, feed.Path, new AwkwardContent([1, 2, 3], null))).Status);
        await us.UntilRefusedAsync(411, "a length is required", 1);

        // The stream ends before what it announced: the server resets it, or has time to say why; it is counted either
        // way.
        try
        {
            Assert.Equal(
                400,
                (await eu.SendAsync(HttpMethod.Post, feed.Path, new AwkwardContent([1, 2, 3], 1000))).Status
            );
        }
        catch (HttpRequestException)
        {
            // reset
        }
        await us.UntilRefusedAsync(400, "truncated", 1);
        await HonestTrafficGoesOnAsync();
    }

    [Fact] // LINK-19
    public async Task Malformed_pushes_pulls_heartbeats_and_messages_are_refused_and_change_nothing()
    {
        feed.Write("three");
        var push = feed.Push(3, 4);
        byte[][] malformed =
        [
            [],
            [0, 0, 0],
            [0xff, 0xff, 0xff, 0xff],
            Encoding.ASCII.GetBytes("old 3\n\n"),
            [0, 0, 0, 4, .. "old "u8],
            push[..(push.Length / 2)],
            push[..^1],
            [.. push, 0],
            new byte[LinkLimits.MaxPushBytes],
        ];
        foreach (var bytes in malformed)
            Assert.Equal(400, (await eu.PostAsync(feed.Path, bytes)).Status);
        foreach (var verb in new[] { "heartbeat", "off-record" })
        {
            foreach (var text in new[] { "", "{", "null", "[]", """{"parley":1}""", new string('[', 5000), "\uFEFF{}" })
            {
                Assert.Equal(
                    (verb, text, 400),
                    (
                        verb,
                        text,
                        (await eu.PostAsync($"/parley/v1/lines/{line.Id}/{verb}", Encoding.UTF8.GetBytes(text))).Status
                    )
                );
            }
        }
        foreach (var text in new[] { "", "held", "held x\n", "held 01\n", "held 1\nx\n", "held -1\n" })
            Assert.Equal(
                400,
                (await eu.PostAsync($"/parley/v1/feeds/{line.Id}/us/pull", Encoding.UTF8.GetBytes(text))).Status
            );
        Assert.Equal(204, (await eu.PostAsync($"{feed.Path}/recover", Encoding.UTF8.GetBytes("from 9\n"))).Status); // LINK-101: nothing is held from there on
        await us.UntilAsync(
            async () => (await us.StatusAsync(line.Id)).GetProperty("refusals").GetInt64() == malformed.Length + 14 + 6,
            "every refusal counted"
        );
        Assert.Equal(3UL, (await us.PeerAsync(line.Id, feed.Origin.Party)).GetProperty("theirSizeHeld").GetUInt64());
        Assert.Equal(200, (await eu.PostAsync(feed.Path, push)).Status);
        await HonestTrafficGoesOnAsync();
    }

    [Fact] // LINK-11 LINK-12 LINK-19
    public async Task A_wrongly_signed_a_replayed_and_a_reordered_push_get_their_status_and_write_nothing()
    {
        feed.Write("three", "four");
        using var forger = SigningKey.Generate();
        var (status, reason, _) = await eu.PostAsync(feed.Path, feed.Push(3, 5, forger));
        Assert.Equal(403, status);
        Assert.Contains("signature", reason, StringComparison.Ordinal);
        await us.UntilRefusedAsync(403, "signature", 1);
        Assert.Equal(403, (await eu.PostAsync(feed.Path, feed.Push(3, 5, line["ru"].Folder.Log))).Status);

        // Replayed from the start, and one push ahead of what is held: the answer is the size held, as tlog-witness
        // says.
        Assert.Equal(
            (409, "3\n"),
            (await eu.PostAsync(feed.Path, feed.Push(0, 3))) is var replayed
                ? (replayed.Status, replayed.Text)
                : default
        );
        Assert.Equal(
            (409, "3\n"),
            (await eu.PostAsync(feed.Path, feed.Push(4, 5))) is var ahead ? (ahead.Status, ahead.Text) : default
        );

        // Entries in another order, with the offer of the right order; and an offer whose proof is of something else.
        var offer = new CheckpointOffer(3, ProofOf(feed.Push(3, 5)), feed.Checkpoint(5));
        Assert.Equal(
            422,
            (await eu.PostAsync(feed.Path, HandheldFeed.Push(offer, feed.Entries.Skip(3).Reverse()))).Status
        );
        Assert.Equal(
            422,
            (await eu.PostAsync(feed.Path, HandheldFeed.Push(offer with { Proof = [] }, feed.Entries.Skip(3)))).Status
        );
        Assert.Equal(3UL, (await us.PeerAsync(line.Id, feed.Origin.Party)).GetProperty("theirSizeHeld").GetUInt64());
        Assert.DoesNotContain(await line.RecordAsync("us"), e => e.Text is "three" or "four");

        Assert.Equal(200, (await eu.PostAsync(feed.Path, feed.Push(3, 5))).Status);
        Assert.Single(await line.RecordAsync("us"), e => e.Text is "three");
        await HonestTrafficGoesOnAsync();
    }

    private static IReadOnlyList<Hash> ProofOf(byte[] push)
    {
        Assert.True(EntryBatch.ReadOffer(push, out _).TryGet(out var offer, out var why), why);
        return offer.Proof;
    }

    private async Task HonestTrafficGoesOnAsync()
    {
        var before = (await line["ru"].PeerAsync(line.Id, us.Party)).GetProperty("ourSizeSealed").GetUInt64();
        var (status, _) = await line["ru"].SendAsync(line.Id, "still here");
        Assert.Equal(201, status);
        await line["ru"]
            .UntilAsync(
                async () =>
                    (await line["ru"].PeerAsync(line.Id, us.Party)).GetProperty("ourSizeSealed").GetUInt64() > before,
                "an entry cosigned by us"
            );
        Assert.True(await us.IsReadyAsync());
    }

    public async ValueTask DisposeAsync()
    {
        eu.Dispose();
        await line.DisposeAsync();
    }
}
