using SQLitePCL;
using Xunit;

namespace Parley.Station.Tests.Faults;

/// <summary>The store fails while nobody writes.</summary>
public sealed class IdleFaultTests
{
    [Fact]
    public async Task An_idle_station_notices_that_its_store_takes_no_writes_and_that_it_does_again()
    {
        await using var line = LiveLine.Make("us", "ru");
        var us = line["us"];
        await us.StartAsync(); // on no line, so that only the station itself can notice
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(us.Folder.Directory.Database, out var tool));
        using (tool)
        {
            raw.sqlite3_busy_timeout(tool, 60_000); // the station may be writing just then
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(tool, "BEGIN EXCLUSIVE"));
            await us.UntilAsync(
                async () => await us.FaultAsync() is { } fault && fault.Contains("locked", StringComparison.Ordinal),
                "the fault told"
            );
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(tool, "ROLLBACK"));
        }
        await us.UntilAsync(us.IsReadyAsync, "ready by itself");
    }
}
