using Parley.EndToEnd.Stations;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A line of three: sealed means held by all, and a body goes only to whom it is for.</summary>
public sealed class ThreePartiesTests
{
    [Fact]
    public async Task Three_parties_seal_what_each_says_and_only_those_named_get_the_content()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru", "un"]);
        foreach (var station in line.Stations)
        {
            var sent = (await station.RunAsync("send", "--wait", "sealed", "--json", $"{station.Party} to all"))
                .Ended(0)
                .Json;
            Assert.Equal(
                line.Stations.Select(s => s.Party).Where(p => p != station.Party).Order(StringComparer.Ordinal),
                sent.CosignedBy().Order(StringComparer.Ordinal)
            );
        }

        var quiet = (await line["us"].RunAsync("send", "--to", "ru", "--wait", "sealed", "--json", "for ru alone"))
            .Ended(0)
            .Json;
        Assert.True(quiet.IsSealed());
        var there = (await line["ru"].RunAsync("record", "show", quiet.Id(), "--json")).Ended(0).Json;
        Assert.Equal("for ru alone", there.Text());
        var elsewhere = (await line["un"].RunAsync("record", "show", quiet.Id(), "--json")).Ended(0).Json;
        Assert.Equal("withheld", elsewhere["bodyState"]!.GetValue<string>());
        Assert.Null(elsewhere["body"]);
        Assert.Equal(there["size"]!.GetValue<long>(), elsewhere["size"]!.GetValue<long>());

        await line.SealedAsync();
        foreach (var station in line.Stations)
        {
            await Until.HoldsAsync(
                $"all is sealed in the eyes of {station.Party}",
                () => station.Api.GetAsync($"lines/{line.Line}/entries?limit=100"),
                page => page["entries"]!.AsArray() is { Count: 7 } entries && entries.All(e => e!.IsSealed())
            );
            var export = line.Folder[$"export-{station.Party}"];
            (await station.RunAsync("record", "export", "--out", export)).Ended(0);
            var verdict = (await ParleyCommand.RunAsync("verify", export, "--json")).Ended(0).Json;
            Assert.Equal("good", verdict["verdict"]!.GetValue<string>());
            Assert.Equal(7, verdict["entries"]!.GetValue<int>());
            Assert.All(
                verdict["feeds"]!.AsArray(),
                f => Assert.Equal(f!["size"]!.GetValue<int>(), f["sealed"]!.GetValue<int>())
            );
            Assert.Equal(
                station.Party == "un" ? 1 : 0,
                verdict["feeds"]!.AsArray().Sum(f => f!["bodiesWithheld"]!.GetValue<int>())
            );
        }

        await line["un"].StopAsync();
        var two = (await line["us"].RunAsync("send", "--wait", "sealed=2", "--json", "un is away")).Ended(3).Json;
        Assert.False(two.IsSealed());
        Assert.Equal(["ru"], two.CosignedBy());
        Assert.Equal("delivered", two["settled"]!.GetValue<string>());
        await line["un"].StartAsync();
        await line.SealedAsync();
    }
}
