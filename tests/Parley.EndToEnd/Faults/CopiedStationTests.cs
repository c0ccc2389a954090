using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Faults;

/// <summary>A directory is copied and both run: a clone of a machine, a stolen directory, stolen keys.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class CopiedStationTests
{
    // LINK-104 to LINK-106
    [Fact]
    public async Task A_copy_that_writes_is_noticed_at_once_by_the_station_and_by_its_peer_and_two_officers_decide_that_it_is_signed_on()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"], agreed: ["--heartbeat", "1s"]);
        var (us, ru) = (line["us"], line["ru"]);
        await ru.StopAsync();
        (await ParleyCommand.ShellAsync($"cp -a '{ru.Data}' '{line.Folder["clone"]}'")).Ended(0);
        await ru.StartAsync();
        await line.SealedAsync();

        await using (var clone = TestStation.Found(line.Folder, "clone", "127.77.7.7"))
        {
            await clone.StartAsync();
            await Until.HoldsAsync(
                "the copy has written",
                () => clone.RunAsync("send", "--wait", "sealed", "written by the copy"),
                s => s.Code == 0
            );

            // The genuine station says so, everywhere, and signs nothing.
            var own = (
                await Until.HoldsAsync(
                    "ru knows of foreign entries",
                    ru.StatusAsync,
                    s => s["ownFeed"]?["state"]?.GetValue<string>() == "own-feed-foreign"
                )
            )["ownFeed"]!;
            Assert.Contains(
                "was signed with our key and not written here: another copy of this station runs, the key is stolen",
                own["sentence"]!.GetValue<string>(),
                StringComparison.Ordinal
            );
            var station = await ru.Api.GetAsync("station");
            Assert.Equal("own-feed-foreign", station["state"]!.GetValue<string>());
            Assert.Contains(
                "own-feed-foreign",
                (await ru.RunAsync("status")).Ended(0).Output,
                StringComparison.Ordinal
            );
            await Until.HoldsAsync(
                "an alarm stands",
                () => ru.Api.GetAsync("alarms"),
                a =>
                    a.AsArray()
                        .Any(x =>
                            x!["about"]!.GetValue<string>() == "own-feed-foreign"
                            && x["precedence"]!.GetValue<string>() == "flash"
                        )
            );
            (await ru.RunAsync("send", "no")).Refused(1, "was signed with our key and not written here");
            Assert.Contains("was signed with our key and not written here", ru.LogEnd(), StringComparison.Ordinal);

            // The peer sees two stations of one identity.
            await Until.HoldsAsync(
                "us sees two stations",
                us.StatusAsync,
                s => s["peers"]![0]!["doubledSince"] is not null
            );
            await Until.HoldsAsync(
                "and is alarmed",
                () => us.Api.GetAsync("alarms"),
                a => a.AsArray().Any(x => x!["about"]!.GetValue<string>() == "two stations of ru answer at once")
            );
            Assert.Contains(
                "two stations of ru answer at once",
                (await us.RunAsync("status")).Ended(0).Output,
                StringComparison.Ordinal
            );
            Assert.Null((await ru.StatusAsync())["peers"]![0]!["doubledSince"]);
            await clone.StopAsync();
        }

        // It is kept over a restart; and one officer is not two.
        await ru.StopAsync();
        await ru.StartAsync();
        await Until.HoldsAsync(
            "what the copy wrote is here",
            ru.StatusAsync,
            s =>
                s["ownFeed"]?["state"]?.GetValue<string>() == "own-feed-foreign"
                && s["recovery"] is null
                && s["ownFeed"]!["awaited"]!.AsArray().Count == 0
        );
        Assert.False(await SaysAsync("A. Ivanova"));
        Assert.False(await SaysAsync("a. ivanova"));
        (await ru.RunAsync("send", "no")).Ended(1);
        Assert.True(await SaysAsync("B. Petrov"));
        await Until.HoldsAsync(
            "it signs again",
            () => ru.RunAsync("send", "--wait", "sealed", "ours again"),
            s => s.Code == 0
        );
        Assert.Equal("ready", (await ru.Api.GetAsync("station"))["state"]!.GetValue<string>());
        Assert.Equal(
            "B. Petrov",
            (await ru.StatusAsync())["ownFeed"]!["decided"]!["second"]!["name"]!.GetValue<string>()
        );
        foreach (var party in line.Stations)
            Assert.Equal(0, (await party.StatusAsync())["forks"]!.GetValue<int>());

        async Task<bool> SaysAsync(string name) =>
            (
                await ru.RunAsync(
                    "line",
                    "sign-on",
                    "--reason",
                    "the copied machine is switched off",
                    "--by",
                    name,
                    "--json"
                )
            )
                .Ended(0)
                .Json["decided"]!.GetValue<bool>();
    }

    // LINK-106
    [Fact]
    public async Task A_station_that_is_restarted_again_and_again_is_not_taken_for_two()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"], agreed: ["--heartbeat", "1s"]);
        for (var again = 0; again < 4; again++)
        {
            if (again % 2 == 0)
                await line["ru"].KillAsync();
            else
                await line["ru"].StopAsync();
            await line["ru"].StartAsync();
            await line.SealedAsync();
        }
        Assert.Null((await line["us"].StatusAsync())["peers"]![0]!["doubledSince"]);
        Assert.Empty((await line["us"].Api.GetAsync("alarms")).AsArray());
    }
}
