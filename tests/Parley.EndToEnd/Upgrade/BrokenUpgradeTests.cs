using System.Diagnostics;
using System.Security.Cryptography;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Stores;
using Parley.Testing.Vectors;
using SQLitePCL;
using Xunit;

namespace Parley.EndToEnd.Upgrade;

/// <summary>An upgrade that is cut off, has no room, or meets what a newer version wrote.</summary>
[Collection(OlderStations.Collection)]
public sealed class BrokenUpgradeTests(ITestOutputHelper output)
{
    private const int Newest = 6,
        Kills = 3;

    /// <summary>From here on a migration adds a column and no more: too little to be written before its
    /// commit.</summary>
    private const int OfOneColumn = 5;
    private static readonly TimeSpan LongestStart = TimeSpan.FromMilliseconds(1500);

    static BrokenUpgradeTests() => Batteries_V2.Init();

    /// <summary>The oldest, which has every migration before it, in <c>./test</c>; the others in the long
    /// round.</summary>
    public static IEnumerable<TheoryDataRow<int>> Schemas =>
        OlderStations.Schemas.Select(schema =>
            schema == OlderStations.Schemas[0]
                ? new TheoryDataRow<int>(schema)
                : new TheoryDataRow<int>(schema).WithTrait(Rounds.Name, Rounds.Long)
        );

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task What_a_kill_leaves_in_the_middle_of_any_migration_opens_with_everything_in_it(int schema)
    {
        await using var older = await OlderStations.OfAsync(schema);
        var us = older.Station("us");
        var database = Path.Combine(us.Data, "parley.db");
        var sound = await File.ReadAllBytesAsync(database, TestContext.Current.CancellationToken);
        for (var step = schema + 1; step <= Newest; step++)
        {
            await LeaveInTheMiddleAsync(database, sound, schema, step);
            File.Delete(Path.Combine(us.Data, "store.id")); // the directory is as the older program left it, too
            // The log of the write-ahead holds pages that no commit follows; they are to be as if they had never been.
            Assert.True(step >= OfOneColumn || new FileInfo($"{database}-wal").Length > 0);
            await us.StartAsync();
            foreach (var line in new[] { "us-ru", "us-un" })
                await older.HasAllAsync(us, line, "us");
            await us.StopAsync();
        }
    }

    [Fact]
    public async Task A_station_that_is_killed_again_and_again_while_it_upgrades_opens_with_everything_in_it()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var older = await OlderStations.OfAsync(1);
        var us = older.Station("us");
        for (var kill = 0; kill < Kills; kill++)
        {
            await us.BeginAsync();
            await Task.Delay(
                LongestStart * random.NextDouble(),
                TimeProvider.System,
                TestContext.Current.CancellationToken
            ); // the moment, not a wait for anything
            await us.KillAsync();
        }
        await us.StartAsync();
        foreach (var line in new[] { "us-ru", "us-un" })
            await older.HasAllAsync(us, line, "us");
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task A_station_on_PostgreSQL_that_is_killed_in_the_middle_of_a_migration_opens_with_everything_in_it()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        await using var older = await OlderStations.OfAsync(1);
        var un = older.Station("un");
        var location = await older.LoadAsync(cluster!);
        var database = PostgresCluster.NameOf(location);
        un.Options = ["--store", location];
        // Whoever reads the old table keeps the migration from dropping it, which is the last that it does.
        var reading = cluster!.SqlAsync(
            database,
            "BEGIN; SELECT count(*) FROM parley.attachment_chunks; SELECT pg_sleep(600)"
        );
        Task<string> CountAsync(string which) =>
            cluster.SqlAsync(
                "postgres",
                $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND {which}"
            );
        await Until.HoldsAsync("the reader reads", () => CountAsync("wait_event = 'PgSleep'"), n => n == "1");
        await un.BeginAsync();
        await Until.HoldsAsync(
            "the migration waits for the reader",
            () => CountAsync("wait_event_type = 'Lock'"),
            n => n == "1"
        );
        await un.KillAsync();
        await cluster.SqlAsync(
            "postgres",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        );
        await Assert.ThrowsAsync<InvalidOperationException>(() => reading);
        Assert.Equal("1", await cluster.SqlAsync(database, "SELECT max(version) FROM parley.schema_version"));
        await un.StartAsync();
        await older.HasAllAsync(un, "us-un", "un");
    }

    [Fact]
    public async Task A_disk_without_room_for_the_upgrade_is_said_and_costs_nothing_and_with_room_it_is_made()
    {
        const int step = 64 * 1024;
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small file system takes root");
        await using var older = await OlderStations.OfAsync(1);
        var us = older.Station("us");
        var aside = older.Folder["aside"];
        Directory.Move(us.Data, aside);
        Directory.CreateDirectory(us.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.SkipUnless(
            Run("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", us.Data) == 0,
            "mounting is not allowed here"
        );
        try
        {
            Assert.Equal(0, Run("cp", "-a", $"{aside}/.", us.Data));
            var ballast = Path.Combine(us.Data, "ballast");
            var reasons = new List<string>();
            for (long free = 0; ; free += step)
            {
                Fill(ballast, free);
                var said = await us.RunAsync("record", "list", "--line", "us-ru", "--json");
                if (said.Code == 0)
                    break;
                said.Ended(1);
                reasons.Add(said.Error.Split(": ")[^1].Trim());
                Assert.True(free < 4_000_000, said.Error);
            }
            foreach (var reason in reasons.CountBy(r => r))
                output.WriteLine($"{reason.Value} times '{reason.Key}'");
            Assert.Contains(reasons, r => r.Contains("full", StringComparison.Ordinal));
            File.Delete(ballast);
            await us.StartAsync();
            foreach (var line in new[] { "us-ru", "us-un" })
                await older.HasAllAsync(us, line, "us");
            await us.StopAsync();
        }
        finally
        {
            await us.DisposeAsync();
            Assert.Equal(0, Run("umount", "-l", us.Data));
        }
    }

    [Fact]
    public async Task What_a_newer_version_wrote_is_refused_with_the_reason_by_every_command_and_stays_as_it_is()
    {
        await using var older = await OlderStations.OfAsync(4);
        var us = older.Station("us");
        Sql(Path.Combine(us.Data, "parley.db"), $"INSERT INTO schema_version VALUES ({Newest + 1})");
        var before = Files(us.Data);
        string[][] commands =
        [
            ["run", "--link", us.Link],
            ["record", "list", "--line", "us-ru"],
            ["record", "export", "--line", "us-ru", "--out", older.Folder["export"]],
            ["backup", "--out", older.Folder["copy"]],
        ];
        foreach (var command in commands)
            (await us.RunAsync(command)).Refused(1, "was written by a newer Parley: use that one");
        Assert.Contains(
            "was written by a newer Parley: use that one",
            (await us.RunAsync("check")).Ended(2).Output,
            StringComparison.Ordinal
        );
        Assert.Equal(before, Files(us.Data));
    }

    [Fact]
    [Trait(Rounds.Name, Rounds.Long)]
    public async Task So_it_is_in_PostgreSQL()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        await using var older = await OlderStations.OfAsync(4);
        var un = older.Station("un");
        var location = await older.LoadAsync(cluster!);
        const string contents = "SELECT md5(string_agg(e::text, '|' ORDER BY e.arrival)) FROM parley.entries e";
        await cluster!.SqlAsync(
            PostgresCluster.NameOf(location),
            $"INSERT INTO parley.schema_version VALUES ({Newest + 1})"
        );
        var before = await cluster.SqlAsync(PostgresCluster.NameOf(location), contents);
        (await un.RunAloneAsync("run", "--store", location)).Refused(1, "was written by a newer Parley: use that one");
        (await un.RunAsync("backup", "--store", location, "--out", older.Folder["copy"])).Refused(
            1,
            "was written by a newer Parley: use that one"
        );
        Assert.Equal(before, await cluster.SqlAsync(PostgresCluster.NameOf(location), contents));
    }

    /// <summary>Makes a migration up to just before its commit, with so little memory that its pages go to the log, and
    /// puts the files back as they lay then.</summary>
    private static async Task LeaveInTheMiddleAsync(string database, byte[] sound, int schema, int step)
    {
        foreach (var file in new[] { database, $"{database}-wal", $"{database}-shm" })
            File.Delete(file);
        var scratch = $"{database}.scratch";
        await File.WriteAllBytesAsync(scratch, sound, TestContext.Current.CancellationToken);
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(scratch, out var handle));
        using (handle)
        {
            Do(
                "PRAGMA journal_mode = WAL; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; PRAGMA wal_autocheckpoint = 0; PRAGMA foreign_keys = ON"
            );
            for (var done = schema + 1; done < step; done++)
                Do($"BEGIN; {Migration(done)}; INSERT INTO schema_version VALUES ({done}); COMMIT");
            Do($"BEGIN; {Migration(step)}; INSERT INTO schema_version VALUES ({step})");
            File.Copy(scratch, database);
            File.Copy($"{scratch}-wal", $"{database}-wal");
            void Do(string sql) => Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(handle, sql));
        }
        foreach (var file in new[] { scratch, $"{scratch}-wal", $"{scratch}-shm" })
            File.Delete(file);
    }

    private static string Migration(int step) =>
        File.ReadAllText(
            Path.Combine(
                VectorFolder.ProjectRoot(),
                "src",
                "Parley.Storage",
                "Sqlite",
                "Migrations",
                $"{step:0000}.sql"
            )
        );

    private static void Sql(string database, string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(database, out var handle));
        using (handle)
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(handle, sql));
    }

    /// <summary>Names and contents of a directory, but for locks and the database's shared memory, which hold
    /// nothing.</summary>
    private static string[] Files(string folder) =>
        [
            .. Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Where(f =>
                    !f.EndsWith(".lock", StringComparison.Ordinal)
                    && !f.EndsWith("-shm", StringComparison.Ordinal)
                    && new FileInfo(f).Length > 0
                )
                .Order(StringComparer.Ordinal)
                .Select(f =>
                    $"{Path.GetRelativePath(folder, f)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}"
                ),
        ];

    /// <summary>Fills the disk up to so many bytes.</summary>
    private static void Fill(string ballast, long free)
    {
        File.Delete(ballast);
        var room = new DriveInfo(Path.GetDirectoryName(ballast)!).AvailableFreeSpace - free;
        using var file = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        if (room > 0)
            file.Write(new byte[room]);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
