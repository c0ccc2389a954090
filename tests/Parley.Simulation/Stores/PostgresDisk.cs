using Npgsql;
using Parley.Storage;
using Parley.Testing.Stores;

namespace Parley.Simulation.Stores;

/// <summary>
/// A database of a PostgreSQL server that this process starts: one for each station. When its process is killed, the
/// server ends its sessions, as it does when it finds
/// a client gone. Copies are made and put back as <c>parley backup</c> and <c>parley restore</c> do.
/// </summary>
internal sealed class PostgresDisk : Disk
{
    /// <summary>What a restore marks the copy with; no station looks at it. Whether the station is a restored one is
    /// the world's to say.</summary>
    private const string CopyMark = "simulation-copy";
    private static readonly Lock Gate = new();
    private static PostgresCluster? server;

    private readonly string location;
    private IStationStore? open;

    internal PostgresDisk()
    {
        var cluster = server ?? throw new InvalidOperationException("no server was started");
        location = Task.Run(() => cluster.CreateDatabaseAsync()).GetAwaiter().GetResult();
    }

    /// <summary>Starts the server; false where PostgreSQL is not installed. <see cref="End"/> ends it.</summary>
    internal static bool TryBegin()
    {
        lock (Gate)
            return (server ??= Task.Run(PostgresCluster.TryStartAsync).GetAwaiter().GetResult()) is not null;
    }

    internal static void End()
    {
        NpgsqlConnection.ClearAllPools();
        lock (Gate)
        {
            if (server is { } running)
                Task.Run(async () => await running.DisposeAsync()).GetAwaiter().GetResult();
            server = null;
        }
    }

    private string Database => location["postgres://parley@/".Length..location.IndexOf('?', StringComparison.Ordinal)];

    internal override IStationStore Open(TimeProvider clock) =>
        open = Task.Run(() => StationStore.OpenAsync(location, clock)).GetAwaiter().GetResult();

    internal override void Kill()
    {
        if (open is null)
            return;
        Administrate($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{Database}'");
        Close();
    }

    internal override Disk Backup(TimeProvider clock)
    {
        var copy = new PostgresDisk();
        var folder = Directory.CreateTempSubdirectory("parley-simulation-").FullName;
        try
        {
            int migration;
            using (var reading = StoreReading.Open(location, clock))
            {
                migration = reading.Migration;
                reading.CopyTo(folder, (_, _) => { }, CancellationToken.None);
            }
            Task.Run(() =>
                    StoreRestore.IntoAsync(
                        copy.location,
                        folder,
                        migration,
                        CopyMark,
                        clock,
                        (_, _) => { },
                        CancellationToken.None
                    )
                )
                .GetAwaiter()
                .GetResult();
            return copy;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Administrate(string sql)
    {
        using var connection = new NpgsqlConnection(
            $"Host={server!.Folder};Database=postgres;Username=parley;Pooling=true"
        );
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private void Close()
    {
        if (open is { } was)
            Task.Run(async () => await was.DisposeAsync()).GetAwaiter().GetResult();
        open = null;
    }

    public override void Dispose()
    {
        Close();
        if (server is not null)
            Administrate($"DROP DATABASE IF EXISTS {Database} WITH (FORCE)");
    }
}
