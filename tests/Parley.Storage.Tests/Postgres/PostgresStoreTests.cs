using Parley.Crypto;
using Parley.Storage.Tests.Postgres;
using Parley.Testing.Stores;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Parley.Storage.Tests.Postgres;

/// <summary>One server for all tests that do not harm it; null where PostgreSQL is not installed.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresCluster? Cluster { get; private set; }

    public async ValueTask InitializeAsync() => Cluster = await PostgresCluster.TryStartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }
}

/// <summary>The contract on PostgreSQL, and what only a server has.</summary>
public sealed class PostgresStoreTests(PostgresFixture fixture) : StoreContract
{
    private PostgresCluster Cluster
    {
        get
        {
            Assert.SkipWhen(fixture.Cluster is null, PostgresCluster.Absent);
            return fixture.Cluster!;
        }
    }

    private static string DatabaseOf(string location) =>
        location["postgres://parley@/".Length..location.IndexOf('?', StringComparison.Ordinal)];

    protected override Task<string> CreateAsync() => Cluster.CreateDatabaseAsync();

    /// <summary>Ends the store's sessions at the server, as it does when it finds a client gone.</summary>
    protected override async Task<string> AbandonAsync(IStationStore store, string location)
    {
        await EndSessionsAsync(location);
        return location;
    }

    private static string Blob(byte[] bytes) => $"'\\x{Convert.ToHexString(bytes)}'::bytea";

    protected override async Task<string> CreateFirstSchemaAsync(
        Func<Func<string, string>, Func<byte[], string>, string> rows
    )
    {
        var location = await CreateAsync();
        await Cluster.SqlAsync(
            DatabaseOf(location),
            $"CREATE SCHEMA parley; CREATE TABLE parley.schema_version (version integer PRIMARY KEY); INSERT INTO parley.schema_version VALUES (1); {Migrations.Of("postgres")[0]}; {rows(t => $"parley.{t}", Blob)}"
        );
        return location;
    }

    protected override string Held(int id, Hash commitment, params IReadOnlyList<byte[]> chunks)
    {
        var sql =
            $"INSERT INTO parley.attachments (commitment, length, held, complete) VALUES ({Blob(commitment.ToArray())}, {chunks.Sum(c => c.Length)}, {chunks.Sum(c => c.Length)}, true);";
        for (int i = 0, at = 0; i < chunks.Count; at += chunks[i++].Length)
            sql +=
                $"INSERT INTO parley.attachment_chunks (attachment, start, bytes) VALUES ({id}, {at}, {Blob(chunks[i])});";
        return sql;
    }

    private Task EndSessionsAsync(string location) =>
        Cluster.SqlAsync(
            "postgres",
            $"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{DatabaseOf(location)}'"
        );

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        var (store, location) = await WithLineAsync();
        await store.DisposeAsync();
        await Cluster.SqlAsync(DatabaseOf(location), "INSERT INTO parley.schema_version VALUES (999)");
        var newer = await AssertFault(StoreFaultKind.Unsuitable, () => OpenAsync(location));
        Assert.Contains("999", newer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_lives_in_its_own_schema()
    {
        var (_, location) = await WithLineAsync();
        Assert.Equal(
            "parley",
            await Cluster.SqlAsync(
                DatabaseOf(location),
                "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
            )
        );
    }

    [Fact]
    public async Task A_database_that_is_told_to_commit_without_waiting_is_overruled()
    {
        var location = await CreateAsync();
        await Cluster.SqlAsync("postgres", $"ALTER DATABASE {DatabaseOf(location)} SET synchronous_commit = off");
        await (await OpenAsync(location)).ProbeAsync(Ct);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_said_to_be_so_without_the_password()
    {
        var fault = await AssertFault(
            StoreFaultKind.Unreachable,
            () => OpenAsync("postgres://parley:secret@/db?host=/nowhere")
        );
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_session_fails_what_was_under_way_and_the_next_commit_finds_its_way_back()
    {
        var (store, location) = await WithLineAsync();
        await store.CommitAsync([StoreSample.Append(StoreSample.Feed(), 0, 3)], Ct);
        await EndSessionsAsync(location);
        await AssertFault(
            StoreFaultKind.Unreachable,
            () => store.CommitAsync([StoreSample.Append(StoreSample.Feed(), 3, 1)], Ct)
        );
        Assert.Equal(StoreFaultKind.Unreachable, store.Fault!.Kind);
        await store.CommitAsync([StoreSample.Append(StoreSample.Feed(), 3, 2)], Ct);
        Assert.Null(store.Fault);
        AssertWhole(store, StoreSample.Feed(), 5);
    }

    [Fact]
    public async Task A_store_that_only_reads_is_found_out_when_it_opens()
    {
        var (store, location) = await WithLineAsync();
        await store.DisposeAsync();
        await Cluster.SqlAsync(
            "postgres",
            $"ALTER DATABASE {DatabaseOf(location)} SET default_transaction_read_only = on"
        );
        await AssertFault(StoreFaultKind.ReadOnly, () => OpenAsync(location));
    }
}
