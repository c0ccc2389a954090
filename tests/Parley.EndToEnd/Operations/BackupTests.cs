using System.Text.Json.Nodes;
using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Stores;
using Xunit;

namespace Parley.EndToEnd.Operations;

/// <summary><c>parley backup</c> and <c>parley restore</c> as an operator uses them, on both stores.</summary>
public sealed class BackupTests(ITestOutputHelper output)
{
    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public Task A_stale_backup_made_under_traffic_is_restored_and_nothing_is_signed_before_the_peer_was_asked() =>
        RestoresAsync(null, null);

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task So_is_one_of_a_station_on_PostgreSQL_into_an_empty_database()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        await RestoresAsync(await cluster!.CreateDatabaseAsync(), await cluster.CreateDatabaseAsync());
    }

    private async Task RestoresAsync(string? database, string? empty)
    {
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Options = database is not null && s.Party == "us" ? ["--store", database] : []
        );
        var (us, ru) = (line["us"], line["ru"]);
        string[] from = database is null ? [] : ["--store", database],
            to = empty is null ? [] : ["--store", empty];
        using var stop = new CancellationTokenSource();
        ReportedEntries[] officers = [.. line.Stations.Select((s, i) => new ReportedEntries(s, line.Line, i))];
        Task[] sending =
        [
            .. officers.Select(o => Task.Run(() => o.SendAsync(stop.Token), TestContext.Current.CancellationToken)),
        ];
        await MoreAsync(officers);

        // While both write, without disturbing either.
        var backup = line.Folder["backup"];
        var made = (await us.RunAsync(["backup", "--out", backup, "--json", .. from])).Ended(0).Json;
        (await us.RunAsync(["backup", "--out", backup, .. from])).Refused(1, "is already there");
        if (database is not null)
            (await us.RunAsync("backup", "--out", line.Folder["other"])).Ended(1);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(backup)
        );
        Assert.All(
            Directory.EnumerateFiles(backup, "*", SearchOption.AllDirectories),
            f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f))
        );
        (await ParleyCommand.RunAsync("check", "--data", backup)).Ended(0);
        (await ParleyCommand.RunAsync("run", "--data", backup)).Refused(1, "no station in"); // nobody runs a station on a backup by mistake
        await MoreAsync(officers);
        await us.KillAsync();
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        var signed = (await ru.Api.GetAsync($"lines/{line.Line}/status"))["peers"]!.AsArray().Single()![
            "theirSizeHeld"
        ]!.GetValue<long>();
        var inBackup = SizeOf(made, line.Line, "us");
        Assert.True(inBackup < signed, "the backup is stale");

        // The disk is lost. Nobody remembers an option; the peer is away when the station comes back.
        Directory.Delete(us.Data, recursive: true);
        await ru.StopAsync();
        (await ParleyCommand.RunAsync(["restore", backup, "--data", us.Data, .. to])).Ended(0);
        (await ParleyCommand.RunAsync(["restore", backup, "--data", us.Data, .. to])).Refused(
            1,
            "holds a station already"
        );
        if (empty is not null)
            (await ParleyCommand.RunAsync(["restore", backup, "--data", line.Folder["again"], .. to])).Refused(
                1,
                "has a schema parley already"
            );
        us.Options = [];
        (await us.RunAsync("check")).Ended(0);
        await us.StartAsync();
        (await us.RunAsync("send", "too early")).Ended(1);
        Assert.Equal(inBackup, (await us.Api.GetAsync($"lines/{line.Line}/status"))["ownSize"]!.GetValue<long>());

        // It comes back, and so does what the backup lacks.
        await ru.StartAsync();
        await Until.HoldsAsync(
            "us has caught up",
            () => us.RunAsync("send", "--wait", "sealed", "caught up"),
            s => s.Code == 0
        );
        await line.SealedAsync();
        var feeds = await ExportedFeed.OfAllAsync(line);
        foreach (var station in line.Stations)
        {
            Assert.Equal(0, (await station.Api.GetAsync($"lines/{line.Line}/status"))["forks"]!.GetValue<int>());
            (await station.RunAsync("check")).Ended(0);
        }
        for (var i = 0; i < 2; i++)
            Assert.Equal(feeds["us"][i].Headers, feeds["ru"][i].Headers);
        Assert.DoesNotContain("too early", feeds["ru"][0].Texts.Values);
        Assert.Contains("caught up", feeds["us"][0].Texts.Values);
        foreach (var officer in officers)
        {
            var feed = feeds["ru"][officer.Party == "us" ? 0 : 1];
            var stand = feed.Texts.Values.ToHashSet(StringComparer.Ordinal);
            Assert.All(officer.Sealed.Keys, told => Assert.Contains(told, stand));
            output.WriteLine(
                $"{officer.Party}: {officer.Sealed.Count} sealed, {feed.Headers.Count} entries at the end, {inBackup} of us in the backup, {signed} signed when it was lost"
            );
        }
    }

    [Fact]
    public async Task A_backup_that_is_cut_off_or_changed_is_never_restored()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var us = line["us"];
        var backup = line.Folder["backup"];
        (await us.RunAsync("backup", "--out", backup)).Ended(0);
        foreach (var file in Directory.EnumerateFiles(backup, "*", SearchOption.AllDirectories).ToList())
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
            (await RestoreAsync()).Ended(1);
            File.Delete(file);
            (await RestoreAsync()).Ended(1);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, bytes[..^1], TestContext.Current.CancellationToken);
            (await RestoreAsync()).Ended(1);
            Assert.False(Directory.Exists(line.Folder["restored"]));
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }
        // Somebody else's files under names that lead out of the folder.
        (await ParleyCommand.ShellAsync($"cd {backup} && sha256sum --quiet --strict -c SHA256SUMS")).Ended(0);
        var manifest = Path.Combine(backup, "backup.json");
        var sound = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            manifest,
            sound.Replace("\"api.token\"", "\"keys/../../x\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        (await RestoreAsync()).Refused(1, "names a file that no backup holds");
        await File.WriteAllTextAsync(manifest, sound, TestContext.Current.CancellationToken);
        Directory.CreateDirectory(line.Folder["restored"]);
        (await RestoreAsync()).Ended(0);

        Task<Said> RestoreAsync() => ParleyCommand.HereAsync("restore", backup, "--data", line.Folder["restored"]);
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task Where_a_backup_cannot_be_written_whole_nothing_of_it_is_left()
    {
        await using var line = await OpenLine.OfAsync(["us", "ru"]);
        var us = line["us"];
        (await us.RunAsync("backup", "--out", Path.Combine(line.Folder.Path, "no", "such"))).Refused(1, "is not there");
        // A named pipe among the keys would never be read to its end.
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(us.Data, "keys", "pipe")))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        (await us.RunAsync("backup", "--out", line.Folder["backup"])).Refused(1, "is not a plain file");
        File.Delete(Path.Combine(us.Data, "keys", "pipe"));
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(line.Folder.Path),
            f => f.Contains("backup", StringComparison.Ordinal)
        );
        (await us.RunAsync("backup", "--out", line.Folder["backup"])).Ended(0);
    }

    private static long SizeOf(JsonNode made, string line, string party) =>
        made["lines"]!.AsArray().Single(l => l!["line"]!.GetValue<string>() == line)!["feeds"]!
            .AsArray()
            .Single(f => f!["party"]!.GetValue<string>() == party)!["size"]!.GetValue<long>();

    private static async Task MoreAsync(ReportedEntries[] officers)
    {
        foreach (var officer in officers)
        {
            var reported = officer.Sealed.Count;
            await Until.HoldsAsync(
                $"more of {officer.Party} is sealed",
                () => Task.FromResult(officer.Sealed.Count),
                now => now > reported + 100
            );
        }
    }
}
