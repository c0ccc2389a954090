using Parley.Link.Wire;
using Parley.Station.Tests.Faults;
using Parley.Station.Tests.Link;
using Xunit;

namespace Parley.Station.Tests.Following;

/// <summary>Whoever follows a station knows how it stands, whenever it came and however often it was cut off.</summary>
public sealed class FollowingTests
{
    [Fact]
    public async Task Cut_off_again_and_again_a_follower_of_all_lines_gets_every_entry_once_and_in_order()
    {
        await using var north = LiveLine.Make("us", "(ru)");
        await north.OpenAsync("us");
        var us = north["us"];
        using var other = StationFolder.Make(north.Spare("eu"), "eu", listens: false);
        var south = LiveLine.DocumentFor(us.Folder.Card, other.Card);
        await LiveLine.AcceptAsync(us, south);
        const int each = 300; // more than one page of one line
        const int all = 2 * (each + 1) + 1; // with entry 0 of each, and of the journal
        await Task.WhenAll(WriteAsync(us, north.Id), WriteAsync(us, south.Id), ReadAsync());

        static async Task WriteAsync(LiveStation at, Record.LineId line)
        {
            for (var i = 0; i < each; i++)
                Assert.Equal(201, (await at.SendAsync(line, $"{i}")).Status);
        }

        async Task ReadAsync()
        {
            var ids = new List<string>();
            for (var reach = 7; ids.Count < all; reach += 50)
            {
                var left = Math.Min(reach, all - ids.Count);
                var told = await Follower.ReadAsync(
                    us,
                    "",
                    ids.Count == 0 ? "0" : ids[^1],
                    e => e.Kind == "entry" && --left == 0
                );
                ids.AddRange(told.Where(e => e.Kind == "entry").Select(e => e.Id!));
            }
            Assert.Equal(Enumerable.Range(1, all).Select(i => $"{i}"), ids);
        }
    }

    [Fact] // LINK-51
    public async Task A_fork_is_told_to_who_follows_and_to_who_comes_later()
    {
        await using var line = LiveLine.Make("us", "(ru)");
        await line.OpenAsync("us");
        var us = line["us"];
        using var ru = LinkCaller.As(line["ru"].Folder, us);
        var truth = new HandheldFeed(line["ru"].Folder, line.Document).Write("we are here", "and stay");
        Assert.Equal(200, (await ru.PostAsync(truth.Path, truth.Push(0, 3))).Status);

        var following = Follower.ReadAsync(us, $"?line={line.Id}", null, e => e.Kind == "fork");
        var lie = truth.Branch(2).Write("and leave");
        Assert.Equal(
            422,
            (
                await ru.PostAsync(truth.Path, HandheldFeed.Push(new CheckpointOffer(3, [], lie.Checkpoint(3)), []))
            ).Status
        );
        await us.UntilAsync(
            async () => (await us.StatusAsync(line.Id)).GetProperty("forks").GetInt32() == 1,
            "the fork recorded"
        );
        foreach (var told in new[] { await following, await Follower.ReadAsync(us, "", null, e => e.Kind == "fork") })
        {
            var fork = told[^1].Data;
            Assert.Equal(
                ("ru", 3, 3),
                (
                    fork.GetProperty("party").GetString(),
                    fork.GetProperty("heldSize").GetInt32(),
                    fork.GetProperty("offeredSize").GetInt32()
                )
            );
        }
    }

    [Fact] // LINK-18 LINK-60
    public async Task A_restore_is_told_at_both_ends_by_events_until_it_is_made_good()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        var (us, ru) = (line["us"], line["ru"]);
        await us.StopAsync();
        us.Folder.CopyTo(line.Spare("backup"));
        await us.StartAsync();
        await us.SealAsync(line.Id, "ours");
        await ru.SealManyAsync(line.Id, Enumerable.Range(0, 20).Select(i => $"theirs {i}"));
        await us.StopAsync();
        us.Folder.PutBack(line.Spare("backup"));
        await ru.StopAsync(); // so that us has to wait for it
        await us.StartAsync(restored: true);

        var behind = (await Follower.ReadAsync(us, "", null, e => e.Kind == "own-feed"))[^1].Data;
        Assert.True(behind.GetProperty("catchingUp").GetBoolean());
        var caughtUp = Follower.ReadAsync(
            us,
            "",
            null,
            e => e.Kind == "own-feed" && !e.Data.GetProperty("catchingUp").GetBoolean()
        );
        await ru.StartAsync();
        Assert.Equal(2, (await caughtUp)[^1].Data.GetProperty("held").GetInt32());

        var lost = (await Follower.ReadAsync(ru, $"?line={line.Id}", null, e => e.Kind == "peer-lost-entries"))[
            ^1
        ].Data;
        Assert.Equal(
            ("us", 21, 1),
            (
                lost.GetProperty("party").GetString(),
                lost.GetProperty("cosigned").GetInt32(),
                lost.GetProperty("held").GetInt32()
            )
        );
        var again = Follower.ReadAsync(
            ru,
            "",
            null,
            e => e.Kind == "peer-lost-entries" && e.Data.GetProperty("held").GetInt32() >= 21
        );
        await ru.SealAsync(line.Id, "one more");
        await again;
    }
}
