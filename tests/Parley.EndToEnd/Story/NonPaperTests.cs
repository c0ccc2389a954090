using System.Text;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A paper without an author: who was given it knows by whom, and can show nobody that it was so.</summary>
public sealed class NonPaperTests
{
    private const string Paper = "Elements of an arrangement: both sides stop along the line of contact, unattributed",
        Name = "paper of 4 May";

    [Fact] // MEDIATION-13
    public async Task A_non_paper_names_no_author_to_the_other_side_and_leaves_nothing_that_would_prove_it_to_anybody_else()
    {
        var (stations, lines) = await OpenLine.SeveralAsync(
            ["tr", "ru", "us"],
            new Dictionary<string, string[]> { ["tr-ru"] = ["tr", "ru"], ["tr-us"] = ["tr", "us"] }
        );
        await using var ended = stations;
        var (tr, ru, us) = (stations["tr"], stations["ru"], stations["us"]);
        var (a, b) = (lines["tr-ru"], lines["tr-us"]);
        await MediationTests.OpenAsync(stations, a, "ru");
        var room = await MediationTests.OpenAsync(stations, b, "us");
        var before = (await us.RunAsync("record", "list", "--line", b, "--json")).Ended(0).JsonLines.Length;

        // ru gives it to the mediator, who gives it to us: by the link alone, each time.
        (await ru.RunAsync("room", "sounding", Paper, "--line", a, "--by", "Gennadi")).Ended(0);
        (await tr.RunAsync("room", "sounding", Paper, "--line", b, "--by", "Ayşe")).Ended(0);

        // Who holds it sees whose station it came from; whose paper it is stands nowhere.
        var held = Assert.Single((await us.Api.GetAsync($"lines/{b}/off-record")).AsArray())!;
        Assert.Equal(Paper, held["text"]!.GetValue<string>());
        Assert.Equal("tr", held["from"]!.GetValue<string>());
        Assert.DoesNotContain("Gennadi", held.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"ru\"", held.ToJsonString(), StringComparison.Ordinal);

        // It is no entry: there is nothing to prove, to cite, to carry, and no screen offers to.
        Assert.Equal(before, (await us.RunAsync("record", "list", "--line", b, "--json")).Ended(0).JsonLines.Length);
        foreach (var member in (string[])["id", "entry", "signature", "sealed", "proof"])
            Assert.Null(held[member]);
        var rooms = await us.Api.GetAsync("rooms?room=geneva");
        Assert.DoesNotContain("arrangement", rooms.ToJsonString(), StringComparison.Ordinal);

        // That one was handed over both say, by its name: the proof of that shows the name, and not a word of the paper.
        async Task<string> HandAsync(TestStation at) =>
            (await MediationTests.SayAsync(at, "room", "handed", room, Name, "--line", b)).Id();
        var said = await HandAsync(tr);
        await HandAsync(us);
        var proof = await us.Api.GetTextAsync($"lines/{b}/entries/{said}/proof-file");
        var body = proof.Split('\n').Single(line => line.StartsWith("body ", StringComparison.Ordinal))[
            "body ".Length..
        ];
        Assert.Equal(Name, JsonNode.Parse(Convert.FromBase64String(body))!["name"]!.GetValue<string>());

        // What us could show to anybody, in every file that it has and can write: nothing of it.
        var export = stations.Folder["us-export"];
        (await us.RunAsync("record", "export", "--line", b, "--out", export)).Ended(0);
        await us.StopAsync();
        foreach (
            var file in Directory
                .EnumerateFiles(export, "*", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(us.Data, "*", SearchOption.AllDirectories))
                .Append(stations.Folder["us.log"])
                .Where(file => !file.EndsWith(".sock", StringComparison.Ordinal))
        )
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.False(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes("along the line of contact")) >= 0, file);
        }
        // Nor does a restart bring it back.
        await us.StartAsync();
        Assert.Empty((await us.Api.GetAsync($"lines/{b}/off-record")).AsArray());
    }
}
