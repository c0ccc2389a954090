using Parley.EndToEnd.Stations;
using Parley.Testing;
using Xunit;

namespace Parley.EndToEnd.Operations;

/// <summary>What officers are told while they open a line, and what is not lost when they do it twice.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class CeremonyTests
{
    private static async Task<string> ReadOutAsync(string card) =>
        (await ParleyCommand.HereAsync("card", "show", card, "--json")).Ended(0).Json["fingerprint"]![
            "words"
        ]!.GetValue<string>();

    [Fact]
    public async Task A_line_that_is_opened_twice_replaces_no_document_and_a_document_can_be_had_again()
    {
        using var folder = new TestFolder();
        await using var us = await TestStation.InitAsync(folder, "us");
        await using var ru = await TestStation.InitAsync(folder, "ru");
        await us.StartAsync();
        var open =
            $"cd {folder.Path} && parley line open --data {us.Data} --with {ru.Card} --fingerprint \"ru={await ReadOutAsync(ru.Card)}\"";
        (await ParleyCommand.ShellAsync(open)).Ended(0);
        var first = await File.ReadAllBytesAsync(folder["us-ru.line"], TestContext.Current.CancellationToken);
        var second = (await ParleyCommand.ShellAsync(open)).Ended(0);
        Assert.Equal(first, await File.ReadAllBytesAsync(folder["us-ru.line"], TestContext.Current.CancellationToken));
        Assert.Equal(2, Directory.GetFiles(folder.Path, "*.line").Length);
        Assert.DoesNotContain("us-ru.line:", second.Output, StringComparison.Ordinal);
        (await ParleyCommand.ShellAsync($"{open} --out us-ru.line")).Refused(1, "is there already; nothing was opened");

        var lines = (await us.RunAsync("line", "list", "--json")).Ended(0).JsonLines;
        Assert.Equal(2, lines.Length);
        foreach (var line in lines)
        {
            var id = line["line"]!.GetValue<string>();
            (await us.RunAsync("line", "show", id, "--document", folder[$"{id}.again"])).Ended(0);
        }
        Assert.Contains(
            Directory.GetFiles(folder.Path, "*.again"),
            file => File.ReadAllBytes(file).AsSpan().SequenceEqual(first)
        );
    }

    [Fact]
    public async Task Two_parties_of_one_name_an_older_card_and_a_line_that_nobody_can_dial_are_told()
    {
        using var folder = new TestFolder();
        using var elsewhere = new TestFolder();
        await using var us = await TestStation.InitAsync(folder, "us", dialsOnly: true);
        await using var ru = await TestStation.InitAsync(folder, "ru", dialsOnly: true);
        await using var rogue = await TestStation.InitAsync(elsewhere, "ru");
        await us.StartAsync();
        await ru.StartAsync();
        var opened = (
            await us.RunAsync(
                "line",
                "open",
                "--with",
                ru.Card,
                "--fingerprint",
                $"ru={await ReadOutAsync(ru.Card)}",
                "--out",
                folder["1.line"]
            )
        ).Ended(0);
        Assert.Contains("nobody can dial", opened.Error, StringComparison.Ordinal);

        var namesake = (
            await us.RunAsync(
                "line",
                "open",
                "--with",
                rogue.Card,
                "--fingerprint",
                $"ru={await ReadOutAsync(rogue.Card)}",
                "--out",
                folder["2.line"]
            )
        ).Ended(0);
        Assert.Contains("with another identity", namesake.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody can dial", namesake.Error, StringComparison.Ordinal);

        await ru.StopAsync();
        (await ru.RunAsync("card", "--address", "hotline.ru.example")).Ended(0);
        await ru.StartAsync();
        var accepted = (
            await ru.RunAsync("line", "accept", folder["1.line"], "--fingerprint", $"us={await ReadOutAsync(us.Card)}")
        ).Ended(0);
        Assert.Contains("another card of ours, which names no address", accepted.Error, StringComparison.Ordinal);
        Assert.Contains("hotline.ru.example:7474", accepted.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_station_that_is_told_nowhere_to_listen_listens_on_the_port_of_its_card()
    {
        using var folder = new TestFolder();
        using var probe = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        var port = ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        string[] init = ["init", "--party", "us", "--name", "US", "--data", folder["us"], "--address"];
        (await ParleyCommand.HereAsync([.. init, $"127.0.0.1:{port}"])).Ended(0);
        await using (
            var station = ParleyProcess.Start(
                folder["us.log"],
                ["run", "--json", "--data", folder["us"], "--stop-with-stdin"]
            )
        )
        {
            var ready = System.Text.Json.Nodes.JsonNode.Parse(await station.LineWithAsync("\"ready\""))!;
            Assert.EndsWith($":{port}", ready["link"]!.GetValue<string>());
            Assert.Equal(0, await station.EndInputAsync());
        }
        await using var dials = ParleyProcess.Start(
            folder["us.log"],
            ["run", "--link", "none", "--data", folder["us"], "--stop-with-stdin"]
        );
        Assert.Contains("link dials only", await dials.LineWithAsync("ready: us"), StringComparison.Ordinal);
        Assert.Equal(0, await dials.EndInputAsync());
    }
}
