using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Faults;

/// <summary>The keys are there, the record is not: whatever an operator does then, the feed is not forked, and comes
/// back.</summary>
public sealed class LostRecordTests
{
    private static async Task<OpenLine> WithTrafficAsync(Action<TestStation>? setUp = null)
    {
        var line = await OpenLine.OfAsync(["us", "ru"], setUp: setUp, agreed: ["--heartbeat", "1s"]);
        foreach (var station in line.Stations)
            (await station.RunAsync("send", "--wait", "sealed", $"written by {station.Party}")).Ended(0);
        return line;
    }

    private static async Task<string[]> ComparedAsync(OpenLine line) =>
        [
            "--fingerprint",
            $"us={(await line["us"].Api.GetAsync("station"))["fingerprint"]!["words"]!.GetValue<string>()}",
        ];

    private static async Task IsBackAsync(OpenLine line)
    {
        await Until.HoldsAsync(
            "its own entries are back",
            line["ru"].StatusAsync,
            s => s["ownSize"]!.GetValue<int>() >= 2 && s["ownFeed"]?["awaited"]?.AsArray() is null or { Count: 0 }
        );
        await Until.HoldsAsync(
            "it signs on",
            () => line["ru"].RunAsync("send", "--wait", "sealed", "and on"),
            s => s.Code == 0
        );
        await line.SealedAsync();
        foreach (var station in line.Stations)
            Assert.Equal(0, (await station.StatusAsync())["forks"]!.GetValue<int>());
        await Until.HoldsAsync(
            "what both wrote is there again",
            () => line["ru"].RunAsync("record", "list"),
            list =>
                line.Stations.All(s => list.Ended(0).Output.Contains($"written by {s.Party}", StringComparison.Ordinal))
        );
    }

    // LINE-15, LINE-17
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_start_without_the_record_is_refused_and_one_that_is_asked_for_gets_everything_back()
    {
        await using var line = await WithTrafficAsync();
        var ru = line["ru"];
        await ru.StopAsync();
        foreach (var file in Directory.EnumerateFiles(ru.Data, "parley.db*"))
            File.Delete(file);
        (await ru.RunAloneAsync("run")).Refused(1, "belongs to the record sqlite");
        (await ru.RunAloneAsync("run", "--restored")).Refused(1, "--new-store");
        (await ru.RunAsync("record", "list")).Ended(1);
        Assert.False(File.Exists(Path.Combine(ru.Data, "parley.db")), "a record was made unasked");
        ru.Options = ["--new-store"];
        await ru.StartAsync();
        (await ru.RunAsync(["line", "accept", line.Document, .. await ComparedAsync(line)])).Ended(0);
        await IsBackAsync(line);
        ru.Options = [];
        await ru.StopAsync();
        await ru.StartAsync();
        await line.SealedAsync();
    }

    // LINE-15: the table of what was deadly before.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Keys_and_card_in_a_new_directory_and_the_line_accepted_again_fork_nothing(bool restored)
    {
        await using var line = await WithTrafficAsync();
        var ru = line["ru"];
        var compared = await ComparedAsync(line);
        await ru.StopAsync();
        await line["us"].StopAsync();
        foreach (
            var file in Directory
                .EnumerateFiles(ru.Data)
                .Where(f => Path.GetFileName(f) is not ("station.json" or "card" or "api.token"))
        )
            File.Delete(file);
        ru.Options = restored ? ["--restored"] : [];
        await ru.StartAsync();

        // The peer is away: the line is accepted, and nothing is signed on it.
        (await ru.RunAsync(["line", "accept", line.Document, .. compared])).Ended(0);
        (await ru.RunAsync("send", "too early")).Ended(1);
        Assert.Equal("opening", (await ru.StatusAsync())["ownFeed"]!["state"]!.GetValue<string>());
        Assert.Equal(0, (await ru.StatusAsync())["ownSize"]!.GetValue<int>());
        Assert.Equal("ready", (await ru.Api.GetAsync("station"))["state"]!.GetValue<string>());
        await line["us"].StartAsync();
        await IsBackAsync(line);
    }

    // LINE-17
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_start_that_forgets_where_the_record_is_is_refused_and_makes_no_empty_one()
    {
        using var elsewhere = new TestFolder();
        await using var line = await WithTrafficAsync(s =>
            s.Options = s.Party == "ru" ? ["--store", $"sqlite:{elsewhere["record.db"]}"] : []
        );
        var ru = line["ru"];
        await ru.StopAsync();
        (await ru.RunAloneAsync("run")).Refused(1, $"belongs to the record sqlite {elsewhere["record.db"]}");
        Assert.False(File.Exists(Path.Combine(ru.Data, "parley.db")));
        (await ru.RunAloneAsync("run", "--store", $"sqlite:{Path.Combine(line["us"].Data, "parley.db")}")).Ended(1);
        await ru.StartAsync();
        await line.SealedAsync();
    }

    // LINE-15, LINE-16: a ceremony whose other side is not up yet.
    [Fact]
    public async Task A_new_station_accepts_its_first_line_and_writes_while_the_other_side_is_away()
    {
        using var folder = new TestFolder();
        await using var us = await TestStation.InitAsync(folder, "us");
        await using var ru = await TestStation.InitAsync(folder, "ru");
        await us.StartAsync();
        await ru.StartAsync();
        var document = folder["line.document"];
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var station in (TestStation[])[us, ru])
            words[station.Party] = (await station.Api.GetAsync("station"))["fingerprint"]!["words"]!.GetValue<string>();
        (
            await us.RunAsync(
                "line",
                "open",
                "--with",
                ru.Card,
                "--out",
                document,
                "--fingerprint",
                $"ru={words["ru"]}"
            )
        ).Ended(0);
        (await us.RunAsync("send", "before anybody else accepted")).Ended(0);
        await us.StopAsync();
        (await ru.RunAsync("line", "accept", document, "--fingerprint", $"us={words["us"]}")).Ended(0);
        (await ru.RunAsync("send", "while the other side is away")).Ended(0);
        await us.StartAsync();
        await Until.HoldsAsync(
            "all is sealed",
            ru.StatusAsync,
            s => s["ownSize"]!.GetValue<int>() >= 2 && s["ownSealed"]!.GetValue<int>() == s["ownSize"]!.GetValue<int>()
        );
    }
}
