#pragma warning disable CA1416 // File modes are what these tests are about; stations run on Linux.

using Parley.Crypto;
using Parley.Testing.Stores;
using SQLitePCL;
using Xunit;

namespace Parley.Storage.Tests.Sqlite;

/// <summary>The contract on SQLite, and what only a file has.</summary>
public sealed class SqliteStoreTests : StoreContract
{
    private readonly TempFolder folder = new();
    private int made;

    private string NewFile() => folder.File($"{++made}.db");

    protected override Task<string> CreateAsync() => Task.FromResult("sqlite:" + NewFile());

    /// <summary>Copies database and write-ahead log while the store is open: what a killed process leaves on the
    /// disk.</summary>
    protected override Task<string> AbandonAsync(IStationStore store, string location)
    {
        var from = location["sqlite:".Length..];
        var to = NewFile();
        File.Copy(from, to);
        if (File.Exists(from + "-wal"))
            File.Copy(from + "-wal", to + "-wal");
        return Task.FromResult("sqlite:" + to);
    }

    private static string Blob(byte[] bytes) => $"x'{Convert.ToHexString(bytes)}'";

    protected override Task<string> CreateFirstSchemaAsync(
        Func<Func<string, string>, Func<byte[], string>, string> rows
    )
    {
        var path = NewFile();
        Sql(
            path,
            $"{Migrations.Of("sqlite")[0]}; CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT; INSERT INTO schema_version VALUES (1); {rows(t => t, Blob)}"
        );
        return Task.FromResult("sqlite:" + path);
    }

    protected override string Held(int id, Hash commitment, params IReadOnlyList<byte[]> chunks)
    {
        var sql =
            $"INSERT INTO attachments VALUES ({id}, {Blob(commitment.ToArray())}, {chunks.Sum(c => c.Length)}, {chunks.Sum(c => c.Length)}, 1);";
        for (int i = 0, at = 0; i < chunks.Count; at += chunks[i++].Length)
            sql += $"INSERT INTO attachment_chunks (attachment, offset, bytes) VALUES ({id}, {at}, {Blob(chunks[i])});";
        return sql;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task The_files_are_for_their_owner_only()
    {
        var path = NewFile();
        await File.WriteAllBytesAsync(path, [], Ct);
        File.SetUnixFileMode(
            path,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
        );
        var store = await OpenAsync("sqlite:" + path);
        await store.ProbeAsync(Ct);
        foreach (var file in new[] { path, path + "-wal", path + "-shm", path + ".lock" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal($"sqlite {path}", store.Description);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_or_of_another_one_is_refused_and_left_alone()
    {
        var (store, location) = await WithLineAsync();
        await store.DisposeAsync();
        Sql(location["sqlite:".Length..], "INSERT INTO schema_version (version) VALUES (999)");
        var newer = await AssertFault(StoreFaultKind.Unsuitable, () => OpenAsync(location));
        Assert.Contains("999", newer.Message, StringComparison.Ordinal);

        var other = NewFile();
        Sql(other, "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
        await AssertFault(StoreFaultKind.Unsuitable, () => OpenAsync("sqlite:" + other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sqlite:")]
    [InlineData("mysql://x")]
    [InlineData("postgres://")]
    [InlineData("postgres://user:secret@host")]
    [InlineData("postgres://user:secret@host:port/db")]
    [InlineData("postgres://user:secret@host/db?unknown=1")]
    public async Task A_location_that_makes_no_sense_is_refused_without_repeating_its_password(string location)
    {
        var refusal = await Assert.ThrowsAsync<FormatException>(() => OpenAsync(location));
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    internal static void Sql(string path, string sql)
    {
        Batteries_V2.Init();
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(path, out var db));
        using (db)
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_exec(db, sql));
    }
}
