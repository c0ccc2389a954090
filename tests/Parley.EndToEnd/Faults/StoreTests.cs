using System.Diagnostics;
using System.Net;
using Parley.EndToEnd.Kill;
using Parley.EndToEnd.Stations;
using Parley.Testing;
using Parley.Testing.Stores;
using Xunit;

namespace Parley.EndToEnd.Faults;

/// <summary>What the record is kept on fails under a loaded station: it says so, signs nothing meanwhile, and goes on
/// by itself.</summary>
[Trait(Rounds.Name, Rounds.Long)]
public sealed class StoreTests(ITestOutputHelper output)
{
    private const string DiskSize = "size=24m";

    [Fact]
    public async Task A_PostgreSQL_server_killed_under_load_stops_its_station_until_it_is_back_and_loses_nothing_reported()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        var database = await cluster!.CreateDatabaseAsync();
        await using var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => s.Options = s.Party == "us" ? ["--store", database] : []
        );
        await using var load = new LineUnderLoad(line, Environment.TickCount);
        for (var round = 0; round < 2; round++)
        {
            await load.MoreIsSealedAsync();
            await cluster.KillAsync();
            await Until.HoldsAsync(
                "the station is not ready",
                () => ReadyAsync(line["us"]),
                ready => ready == HttpStatusCode.ServiceUnavailable
            );
            // The processes that the dead one left behind hold its memory until they notice.
            await Until.HoldsAsync("the server starts again", () => StartsAsync(cluster), starts => starts);
            await Until.HoldsAsync(
                "the station is ready by itself",
                () => ReadyAsync(line["us"]),
                ready => ready == HttpStatusCode.OK
            );
        }
        await load.SettleAsync();
        await load.JudgeAsync(output);
    }

    [Fact]
    public async Task A_disk_that_fills_up_under_load_is_told_of_and_when_there_is_room_again_nothing_reported_is_missing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small file system takes root");
        var disk = "";
        var line = await OpenLine.OfAsync(
            ["us", "ru"],
            setUp: s => disk = s.Party == "us" ? MoveToSmallDisk(s.Data) : disk
        );
        try
        {
            await using var load = new LineUnderLoad(line, Environment.TickCount);
            await load.MoreIsSealedAsync();
            await FillAsync(Path.Combine(disk, "ballast"));
            await Until.HoldsAsync(
                "the station is not ready",
                () => ReadyAsync(line["us"]),
                ready => ready == HttpStatusCode.ServiceUnavailable
            );
            using (var told = await line["us"].Api.SendAsync(HttpMethod.Get, "/health/ready"))
                output.WriteLine(await told.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            File.Delete(Path.Combine(disk, "ballast"));
            await Until.HoldsAsync(
                "the station is ready by itself",
                () => ReadyAsync(line["us"]),
                ready => ready == HttpStatusCode.OK
            );
            await load.SettleAsync();
            await load.JudgeAsync(output);
        }
        finally
        {
            foreach (var station in line.Stations)
                await station.DisposeAsync();
            if (disk.Length > 0)
                Assert.Equal(0, Run("umount", "-l", disk));
            await line.DisposeAsync();
        }
    }

    private static async Task<HttpStatusCode> ReadyAsync(TestStation station)
    {
        using var answer = await station.Api.SendAsync(HttpMethod.Get, "/health/ready");
        return answer.StatusCode;
    }

    private static async Task<bool> StartsAsync(PostgresCluster cluster)
    {
        try
        {
            await cluster.StartAsync();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string MoveToSmallDisk(string data)
    {
        var aside = $"{data}.aside";
        Assert.Equal(0, Run("cp", "-a", data, aside));
        Assert.SkipUnless(
            Run("mount", "-t", "tmpfs", "-o", DiskSize, "tmpfs", data) == 0,
            "mounting is not allowed here"
        );
        Assert.Equal(0, Run("cp", "-a", $"{aside}/.", data));
        return data;
    }

    /// <summary>Writes until nothing more fits.</summary>
    private static async Task FillAsync(string ballast)
    {
        await using var file = new FileStream(
            ballast,
            FileMode.Create,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 0
        );
        for (var block = new byte[64 * 1024]; block.Length > 0; )
        {
            try
            {
                file.Write(block);
            }
            catch (IOException)
            {
                block = new byte[block.Length / 2];
            }
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
