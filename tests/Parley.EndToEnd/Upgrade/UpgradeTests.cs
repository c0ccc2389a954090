using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Stores;
using Xunit;

namespace Parley.EndToEnd.Upgrade;

/// <summary>Directories that real older versions wrote, opened by this one: nothing is lost, and their lines go
/// on.</summary>
[Collection(OlderStations.Collection)]
public sealed class UpgradeTests
{
    /// <summary>The oldest and the newest in <c>./test</c>; those between in the long round.</summary>
    public static IEnumerable<TheoryDataRow<int>> Schemas =>
        OlderStations.Schemas.Select(schema =>
            schema == OlderStations.Schemas[0] || schema == OlderStations.Schemas[^1]
                ? new TheoryDataRow<int>(schema)
                : new TheoryDataRow<int>(schema).WithTrait(Rounds.Name, Rounds.Long)
        );

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task What_an_older_version_recorded_is_all_there_and_verifies_and_the_line_goes_on(int schema)
    {
        await using var older = await OlderStations.OfAsync(schema);
        TestStation us = older.Station("us"),
            ru = older.Station("ru");
        await us.StartAsync();
        await older.HasAllAsync(us, "us-ru", "us");
        await older.HasAllAsync(us, "us-un", "us");
        await ru.StartAsync();
        await OlderStations.GoOnAsync(us, ru, "us-ru");
        foreach (var station in new[] { us, ru })
        {
            await station.StopAsync();
            (await ParleyCommand.HereAsync("check", "--data", station.Data)).Ended(0);
        }
        // Officers were first known then; the invitation itself has lapsed, and the door's book says that it was made.
        if (schema >= 4)
            Assert.Equal(
                1,
                OlderStations.Number(us, "SELECT count(*) FROM sign_ins WHERE what = 'invited' AND user = 'B. Officer'")
            );
    }

    [Theory]
    [MemberData(nameof(Schemas))]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task So_it_is_with_one_that_keeps_its_record_in_PostgreSQL(int schema)
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        await using var older = await OlderStations.OfAsync(schema);
        TestStation us = older.Station("us"),
            un = older.Station("un");
        un.Options = ["--store", await older.LoadAsync(cluster!)];
        await un.StartAsync();
        await older.HasAllAsync(un, "us-un", "un");
        await us.StartAsync();
        await OlderStations.GoOnAsync(us, un, "us-un");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_backup_that_an_older_version_made_is_restored_and_its_station_catches_up()
    {
        await using var older = await OlderStations.OfAsync(4);
        (await ParleyCommand.HereAsync("restore", older.Folder["us.backup"], "--data", older.Folder["again"])).Ended(0);
        TestStation us = older.Station("us", "again"),
            ru = older.Station("ru");
        await us.StartAsync();
        await ru.StartAsync();
        await Until.HoldsAsync(
            "us has caught up",
            () => us.RunAsync("send", "--line", "us-ru", "--wait", "sealed", "restored"),
            s => s.Code == 0
        );
        await OlderStations.GoOnAsync(us, ru, "us-ru");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task So_is_one_of_a_record_in_PostgreSQL()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        await using var older = await OlderStations.OfAsync(4);
        var database = await cluster!.CreateDatabaseAsync();
        (
            await ParleyCommand.HereAsync(
                "restore",
                older.Folder["un.backup"],
                "--data",
                older.Folder["again"],
                "--store",
                database
            )
        ).Ended(0);
        TestStation us = older.Station("us"),
            un = older.Station("un", "again");
        await un.StartAsync();
        await us.StartAsync();
        await Until.HoldsAsync(
            "un has caught up",
            () => un.RunAsync("send", "--line", "us-un", "--wait", "sealed", "restored"),
            s => s.Code == 0
        );
        await OlderStations.GoOnAsync(us, un, "us-un");
    }
}
