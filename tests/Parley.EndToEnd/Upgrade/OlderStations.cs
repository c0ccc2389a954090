using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Parley.EndToEnd.Stations;
using Parley.Testing.Stores;
using Parley.Testing.Vectors;
using SQLitePCL;
using Xunit;

namespace Parley.EndToEnd.Upgrade;

/// <summary>
/// What stations of an older version left behind, unpacked (fixtures/README.md): us and ru with SQLite, un with
/// PostgreSQL, a line us-ru and a line us-un. Their
/// cards name the addresses that they had, so that one test at a time holds these, in whatever process.
/// </summary>
internal sealed class OlderStations : IAsyncDisposable
{
    /// <summary>Versions of the schema that there are directories of.</summary>
    internal static readonly int[] Schemas = [1, 2, 3, 4];
    internal static readonly string Root = Path.Combine(
        VectorFolder.ProjectRoot(),
        "tests",
        "Parley.EndToEnd",
        "Upgrade",
        "fixtures"
    );

    /// <summary>The tests that use these stations stand in one collection, one after the other.</summary>
    internal const string Collection = "stations of older versions";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private const string Long = "A file of many equal lines.\n";
    private const int LongLength = 60_000;
    private readonly FileStream addresses;
    private readonly List<TestStation> stations = [];

    private OlderStations(FileStream addresses) => this.addresses = addresses;

    internal TestFolder Folder { get; } = new();

    internal static async Task<OlderStations> OfAsync(int schema)
    {
        FileStream? held;
        // However long the tests of another run on this machine take.
        while ((held = Hold()) is null)
            await Task.Delay(Look, TimeProvider.System, TestContext.Current.CancellationToken);
        var older = new OlderStations(held);
        using var tar = Process.Start(
            "tar",
            ["-xJf", Path.Combine(Root, $"schema-{schema}.tar.xz"), "--no-same-owner", "-C", older.Folder.Path]
        );
        await tar.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (tar.ExitCode != 0)
            await older.DisposeAsync();
        Assert.SkipUnless(tar.ExitCode == 0, "unpacking takes tar and xz (apt-get install xz-utils)");
        return older;
    }

    /// <summary>The station of a party on its directory; it tests no line by itself, so that nothing is written that
    /// the test does not write.</summary>
    internal TestStation Station(string party, string? at = null)
    {
        var station = TestStation.Found(
            Folder,
            at ?? party,
            $"127.99.0.{1 + Array.IndexOf((string[])["us", "ru", "un"], party)}"
        );
        station.TestsNoLine();
        stations.Add(station);
        return station;
    }

    /// <summary>Has the record of un, which a dump holds, put into a database, and gives its place.</summary>
    internal async Task<string> LoadAsync(PostgresCluster cluster)
    {
        var database = await cluster.CreateDatabaseAsync();
        await cluster.LoadAsync(database, Folder["un.sql"]);
        return database;
    }

    /// <summary>Exports a line and compares with what the older version exported of it: the tree, and every body. An
    /// outsider finds nothing wrong, nor does <c>check</c>.</summary>
    internal async Task HasAllAsync(TestStation station, string line, string party)
    {
        var export = Folder[$"export-{Guid.NewGuid():N}"];
        (await station.RunAsync("record", "export", "--line", line, "--out", export)).Ended(0);
        var verdict = (await ParleyCommand.HereAsync("verify", export, "--json")).Ended(0).Json;
        Assert.Empty(verdict["findings"]!.AsArray());
        var sums = await File.ReadAllLinesAsync(
            Assert.Single(Directory.GetFiles(Folder.Path, $"{party}.{line}.sums")),
            TestContext.Current.CancellationToken
        );
        Assert.True(sums.Length > 10, $"{sums.Length} files");
        foreach (var sum in sums)
        {
            var (hash, name) = (sum[..64], sum[66..]);
            Assert.True(
                hash
                    == Convert.ToHexStringLower(
                        SHA256.HashData(
                            await File.ReadAllBytesAsync(
                                Path.Combine(export, name),
                                TestContext.Current.CancellationToken
                            )
                        )
                    ),
                $"{name} of {line} at {party} is not what it was"
            );
        }
        Directory.Delete(export, recursive: true);
        (await ParleyCommand.HereAsync(["check", "--data", station.Data, .. station.Options])).Ended(0);
    }

    /// <summary>The line's id at a station.</summary>
    internal static async Task<string> LineAsync(TestStation station, string slug) =>
        (await station.Api.GetAsync("lines"))
            .AsArray()
            .Select(l => l!["line"]!.GetValue<string>())
            .Single(l => l.StartsWith($"{slug}-", StringComparison.Ordinal));

    /// <summary>Both go on: what was under way arrives, each says something new, all is sealed, and both hold the same
    /// record.</summary>
    internal static async Task GoOnAsync(TestStation first, TestStation second, string slug)
    {
        TestStation[] both = [first, second];
        var line = await LineAsync(first, slug);
        foreach (var station in both)
            (
                await station.RunAsync("send", "--line", slug, "--wait", "sealed", $"{station.Party} after the upgrade")
            ).Ended(0);
        foreach (var station in both)
        {
            await Until.HoldsAsync(
                $"{station.Party} has all sealed",
                () => station.Api.GetAsync($"lines/{line}/status"),
                s => s["ownSealed"]!.GetValue<ulong>() == s["ownSize"]!.GetValue<ulong>()
            );
        }
        var records = new List<string[]>();
        foreach (var station in both)
        {
            var page = (
                await Until.HoldsAsync(
                    $"all is sealed in the eyes of {station.Party}",
                    () => station.Api.GetAsync($"lines/{line}/entries?limit=100"),
                    p => p["entries"]!.AsArray().All(e => e!.IsSealed())
                )
            )["entries"]!
                .AsArray()
                .OfType<JsonNode>()
                .ToList();
            records.Add([
                .. page.Select(e => $"{e.Id()} {e.Kind()} {e["at"]} {e.Text()}").Order(StringComparer.Ordinal),
            ]);
            var file = page.Single(e => e.Kind() == "message.attachment" && e["size"]!.GetValue<long>() >= LongLength);
            using var body = await station.Api.SendAsync(HttpMethod.Get, $"lines/{line}/entries/{file.Id()}/body");
            var expected = string.Concat(Enumerable.Repeat(Long, 1 + LongLength / Long.Length))[..LongLength];
            Assert.Equal(expected, await body.Content.ReadAsStringAsync());
        }
        Assert.Equal(records[0], records[1]);
        // What stands on the line, folded from the old entries with the new: both sides' views of the contacts are one.
        var views = new List<string>();
        foreach (var station in both)
        {
            var view = (await station.RunAsync("chronology", "--line", slug, "--json")).Ended(0).Json;
            views.Add(
                new JsonObject
                {
                    ["attempts"] = view["attempts"]!.DeepClone(),
                    ["contacts"] = view["contacts"]!.DeepClone(),
                    ["readouts"] = view["readouts"]!.DeepClone(),
                }.ToJsonString()
            );
        }
        Assert.Equal(views[0], views[1]);
    }

    /// <summary>What a query says that gives one number, of a station that does not run.</summary>
    internal static long Number(TestStation station, string sql)
    {
        Batteries_V2.Init();
        Assert.Equal(
            raw.SQLITE_OK,
            raw.sqlite3_open_v2(
                Path.Combine(station.Data, "parley.db"),
                out var handle,
                raw.SQLITE_OPEN_READWRITE,
                null
            )
        );
        using (handle)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(handle, sql, out var statement));
            using (statement)
                return raw.sqlite3_step(statement) == raw.SQLITE_ROW ? raw.sqlite3_column_int64(statement, 0) : 0;
        }
    }

    private static FileStream? Hold()
    {
        try
        {
            return new FileStream(
                Path.Combine(Path.GetTempPath(), "parley-upgrade.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var station in stations)
            await station.DisposeAsync();
        Folder.Dispose();
        await addresses.DisposeAsync();
    }
}
