using System.Diagnostics;
using Parley.Testing.Stores;
using SQLitePCL;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>
/// The store fails under a running station, in every way a disk or a database can. Each time: the operator is told why,
/// nothing is signed or
/// cosigned, officers and peers are refused; when the fault is lifted the station goes on by itself, and what was
/// acknowledged stands once.
/// </summary>
public sealed class StoreFaultTests
{
    private readonly List<(string Id, string Text)> acknowledged = [];
    private int written;

    [Fact]
    public async Task A_full_disk_stops_signing_until_there_is_room_and_loses_nothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount a small disk");
        var disk = Directory.CreateTempSubdirectory("parley-disk-").FullName;
        Assert.SkipUnless(
            await RanAsync("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk),
            "mounting is not allowed here"
        );
        try
        {
            await using var line = LiveLine.Make(
                party => party == "us" ? Path.Combine(disk, "us") : null,
                _ => null,
                "us",
                "ru"
            );
            await line.OpenAsync("us", "ru");
            var ballast = Path.Combine(disk, "ballast");
            await FaultAsync(
                line,
                "us",
                "full",
                () => FillAsync(ballast),
                () =>
                {
                    File.Delete(ballast);
                    return Task.CompletedTask;
                }
            );
        }
        finally
        {
            await RanAsync("umount", "-l", disk);
            Directory.Delete(disk);
        }
    }

    [Fact]
    public async Task A_database_locked_by_a_tool_stops_signing_until_the_tool_lets_go()
    {
        await using var line = await LiveLine.StartAsync("us", "ru");
        sqlite3? tool = null;
        await FaultAsync(
            line,
            "us",
            "locked",
            () =>
            {
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(line["us"].Folder.Directory.Database, out tool));
                raw.sqlite3_busy_timeout(tool, 60_000); // the station may be writing just then
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(tool, "BEGIN EXCLUSIVE"));
                return Task.CompletedTask;
            },
            () =>
            {
                Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(tool, "ROLLBACK"));
                tool!.Dispose();
                return Task.CompletedTask;
            }
        );
    }

    [Fact]
    public async Task A_PostgreSQL_server_that_is_gone_stops_signing_until_it_is_back()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        var database = await cluster!.CreateDatabaseAsync();
        await using var line = LiveLine.Make(_ => null, party => party == "us" ? database : null, "us", "ru");
        await line.OpenAsync("us", "ru");
        await FaultAsync(line, "us", "", cluster.StopImmediatelyAsync, cluster.StartAsync);
    }

    [Fact]
    public async Task A_database_that_turns_read_only_stops_signing_until_it_is_writable_again()
    {
        await using var cluster = await PostgresCluster.TryStartAsync();
        Assert.SkipWhen(cluster is null, PostgresCluster.Absent);
        var database = await cluster!.CreateDatabaseAsync();
        await using var line = LiveLine.Make(_ => null, party => party == "us" ? database : null, "us", "ru");
        await line.OpenAsync("us", "ru");
        await FaultAsync(line, "us", "read-only", () => TurnAsync("on"), () => TurnAsync("off"));

        // As when the server that answers is the stand-by: connections end, and new ones may only read.
        async Task TurnAsync(string readOnly)
        {
            var name = database[
                (database.IndexOf("@/", StringComparison.Ordinal) + 2)..database.IndexOf('?', StringComparison.Ordinal)
            ];
            await cluster.SqlAsync("postgres", $"ALTER DATABASE {name} SET default_transaction_read_only = {readOnly}");
            await cluster.SqlAsync(
                "postgres",
                $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            );
        }
    }

    /// <summary>Breaks the store of one of two stations, checks what it does meanwhile, mends it, and checks that
    /// nothing is missing or double.</summary>
    private async Task FaultAsync(LiveLine line, string broken, string reason, Func<Task> breakIt, Func<Task> mendIt)
    {
        var (us, ru) = (line[broken], line["ru"]);
        for (var i = 0; i < 3; i++)
            await SealAsync(us, line);
        for (var i = 0; i < 3; i++)
            await SealAsync(ru, line);
        var cosignedBefore = (await ru.PeerAsync(line.Id, us.Party)).GetProperty("ourSizeSealed").GetUInt64();
        var heldBefore = (await ru.PeerAsync(line.Id, us.Party)).GetProperty("theirSizeHeld").GetUInt64();

        await breakIt();
        var (status, refusal) = await us.SendAsync(line.Id, "never recorded");
        Assert.True(status == 503, $"{status} {refusal}");
        // A server that goes away in the middle of a commit leaves it in doubt, and the officer is told so.
        var inDoubt = refusal.GetProperty("code").GetString() == "in-doubt";
        if (!inDoubt)
            Assert.Contains(refusal.GetProperty("code").GetString(), new[] { "store-fault", "station-faulted" });
        await us.UntilAsync(
            async () =>
                await us.FaultAsync() is { } fault && fault.Contains(reason, StringComparison.OrdinalIgnoreCase),
            $"the fault '{reason}' told"
        );

        // The peer goes on writing its own feed; of what it writes now, nothing may be cosigned by us.
        var waiting = new List<(string Id, string Text)>();
        for (var i = 0; i < 3; i++)
            waiting.Add(await RecordAsync(ru, line));
        await ru.UntilAsync(
            async () =>
                (await ru.PeerAsync(line.Id, us.Party))
                    .GetProperty("lastError")
                    .GetString()
                    ?.Contains("503", StringComparison.Ordinal) == true,
            "its pushes answered with 503"
        );
        Assert.Equal(503, (await us.SendAsync(line.Id, "never recorded")).Status);
        var peer = await ru.PeerAsync(line.Id, us.Party);
        Assert.Equal(
            (cosignedBefore, heldBefore),
            (peer.GetProperty("ourSizeSealed").GetUInt64(), peer.GetProperty("theirSizeHeld").GetUInt64())
        );
        Assert.False(await us.IsReadyAsync());

        await mendIt();
        await us.UntilAsync(us.IsReadyAsync, "ready by itself");
        await ru.UntilSealedAsync(line.Id, cosignedBefore + (ulong)waiting.Count);
        acknowledged.AddRange(waiting);
        await SealAsync(us, line);
        await SealAsync(ru, line);
        foreach (var at in new[] { broken, "ru" })
        {
            await line.HoldsOnceAsync(at, acknowledged);
            Assert.InRange((await line.RecordAsync(at)).Count(e => e.Text == "never recorded"), 0, inDoubt ? 1 : 0);
        }
    }

    private async Task SealAsync(LiveStation station, LiveLine line)
    {
        var text = $"message {++written}";
        acknowledged.Add((await station.SealAsync(line.Id, text), text));
    }

    private async Task<(string Id, string Text)> RecordAsync(LiveStation station, LiveLine line)
    {
        var text = $"message {++written}";
        var (status, json) = await station.SendAsync(line.Id, text);
        Assert.Equal(201, status);
        return (json.GetProperty("id").GetString()!, text);
    }

    private static async Task FillAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 64 << 10, 4 << 10, 512 })
        {
            var block = new byte[size];
            try
            {
                while (true)
                    await file.WriteAsync(block, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                // full for blocks of this size
            }
        }
    }

    private static async Task<bool> RanAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
        )!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0;
    }
}
