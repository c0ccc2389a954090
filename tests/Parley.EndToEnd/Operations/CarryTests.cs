using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Operations;

/// <summary><c>parley carry</c> as officers use it: the two stations are never up at the same time, and still have the
/// same record.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class CarryTests
{
    private const int AttachmentBytes = 2_500_000;

    // CARRY-5, CARRY-7, CARRY-9
    [Fact]
    public async Task A_record_goes_there_and_its_receipts_come_back_by_hand_and_the_wire_that_returns_doubles_nothing()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var (us, ru) = (line["us"], line["ru"]);
        (await us.RunAsync("carry", "export", "--out", line.Folder["0.carry"])).Refused(1, "has no secret yet");
        Assert.False(File.Exists(line.Folder["0.carry"]));
        var copy = line.Folder["trial.secret"];
        var made = (await us.RunAsync("line", "secret", "--new", copy, "--json")).Ended(0).Json[
            "fingerprint"
        ]!.GetValue<string>();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        Assert.Equal(
            made,
            (await ru.RunAsync("line", "secret", "--from", copy, "--json")).Ended(0).Json[
                "fingerprint"
            ]!.GetValue<string>()
        );
        (await us.RunAsync("line", "secret", "--new", line.Folder["other.secret"])).Refused(1, "another secret");
        Assert.False(File.Exists(line.Folder["other.secret"]));
        await ru.StopAsync();

        // The wire is cut: whoever is up writes, and seals a file for the other.
        (await us.RunAsync("send", "--precedence", "flash", "hold your fire")).Ended(0);
        var map = line.Folder["map.bin"];
        await File.WriteAllBytesAsync(
            map,
            [.. Enumerable.Range(0, AttachmentBytes).Select(i => (byte)(i * 7 % 251))],
            TestContext.Current.CancellationToken
        );
        (await us.RunAsync("send", "--attach", map, "the corridor")).Ended(0);
        var there = line.Folder["there.carry"];
        (await us.RunAsync("carry", "export", "--out", there)).Ended(0);
        (await us.RunAsync("carry", "export", "--out", there)).Refused(1, "is there already");
        (await us.RunAsync("carry", "import", there)).Refused(1, "for none of our lines");
        await us.StopAsync();

        // Both come back from a stop with the secret in their keys.
        await ru.StartAsync();
        var cut = line.Folder["cut.carry"];
        await File.WriteAllBytesAsync(
            cut,
            (await File.ReadAllBytesAsync(there, TestContext.Current.CancellationToken))[..^5000],
            TestContext.Current.CancellationToken
        );
        var short_ = (await ru.RunAsync("carry", "import", cut, "--json")).Ended(1).Json;
        Assert.False(short_["complete"]!.GetValue<bool>());
        var taken = (await ru.RunAsync("carry", "import", there, "--json")).Ended(0).Json;
        Assert.Equal("us", taken["from"]!.GetValue<string>());
        Assert.Equal(1, taken["attachments"]!.GetValue<int>());
        Assert.Equal(
            0,
            (await ru.RunAsync("carry", "import", there, "--json")).Ended(0).Json["taken"]!.GetValue<int>()
        );
        Assert.Equal(
            "down",
            (await ru.Api.GetAsync($"lines/{line.Line}/status"))["peers"]![0]!["state"]!.GetValue<string>()
        );
        (await ru.RunAsync("send", "understood")).Ended(0);
        var back = line.Folder["back.carry"];
        (await ru.RunAsync("carry", "export", "--out", back)).Ended(0);
        await ru.StopAsync();

        await us.StartAsync();
        var before = (await us.Api.GetAsync($"lines/{line.Line}/status"))["ownSealed"]!.GetValue<int>();
        var receipt = (await us.RunAsync("carry", "import", back, "--json")).Ended(0).Json;
        var status = await us.Api.GetAsync($"lines/{line.Line}/status");
        Assert.Equal(status["ownSize"]!.GetValue<int>(), receipt["confirmed"]!.GetValue<int>());
        Assert.True(before < status["ownSealed"]!.GetValue<int>(), "the file was the receipt");

        // The wire is back, and has only the last receipt to bring.
        await ru.StartAsync();
        await line.SealedAsync();
        (await us.RunAsync("carry", "import", back)).Ended(0);
        (await ru.RunAsync("carry", "import", there)).Ended(0);
        var feeds = await ExportedFeed.OfAllAsync(line);
        foreach (var station in line.Stations)
            (await station.RunAsync("check")).Ended(0);
        for (var i = 0; i < 2; i++)
            Assert.Equal(feeds["us"][i].Headers, feeds["ru"][i].Headers);
        Assert.Contains("hold your fire", feeds["ru"][0].Texts.Values);
        Assert.Contains("understood", feeds["us"][1].Texts.Values);
    }
}
