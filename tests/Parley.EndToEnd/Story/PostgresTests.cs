using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Stores;
using Xunit;

namespace Parley.EndToEnd.Story;

/// <summary>A station that keeps its record on a PostgreSQL server, as an operator starts one.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class PostgresTests
{
    [Fact]
    public async Task With_store_postgres_a_station_keeps_its_record_there_through_a_kill_and_shares_the_database_with_nobody()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        using var folder = new TestFolder();
        var database = await cluster!.CreateDatabaseAsync();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Options = s.Party == "us" ? ["--store", database] : []
        );
        var us = line["us"];
        Assert.Equal(0, (await us.RunAsync("send", "--wait", "sealed", "kept on a server")).Ended(0).Code);
        Assert.StartsWith(
            "postgres ",
            (await us.Api.GetAsync("station"))["store"]!.GetValue<string>(),
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(Path.Combine(us.Data, "parley.db")));

        // Another station on the same database, and this one's directory with a database of somebody else's.
        await using var stranger = await TestStation.InitAsync(folder, "eu", dialsOnly: true);
        (await stranger.RunAloneAsync("run", "--store", database)).Ended(1);
        await us.KillAsync();
        (await stranger.RunAloneAsync("run", "--store", database)).Refused(1, "the store of another station");

        await us.StartAsync();
        (await line["ru"].RunAsync("send", "--wait", "sealed", "after the kill")).Ended(0);
        var texts = (await us.RunAsync("record", "list", "--json"))
            .Ended(0)
            .JsonLines.Select(e => e["body"]?["text"]?.GetValue<string>())
            .Where(t => t is not null);
        Assert.Equal(["after the kill", "kept on a server"], texts.Order());
        var export = line.Folder["export"];
        (await us.RunAsync("record", "export", "--out", export)).Ended(0);
        (await ParleyCommand.RunAsync("verify", export)).Ended(0);
    }
}
