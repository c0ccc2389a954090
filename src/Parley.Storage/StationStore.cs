using Parley.Storage.Postgres;
using Parley.Storage.Sqlite;

namespace Parley.Storage;

/// <summary>Opens the store that a location names.</summary>
public static class StationStore
{
    private const string SqlitePrefix = "sqlite:";

    /// <summary>
    /// Opens, creates or migrates a store. Locations: <c>sqlite:/path/parley.db</c>, <c>postgres://user:password@host:port/database</c>;
    /// a server on a Unix socket is <c>postgres://user@/database?host=/directory</c>.
    /// </summary>
    /// <exception cref="FormatException">The location is neither; the message says what is wrong with it.</exception>
    /// <exception cref="StoreFaultException">It cannot be opened for writing, belongs to another station that runs, or is newer than this program.</exception>
    public static Task<IStationStore> OpenAsync(string location, TimeProvider clock, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(clock);
        if (location.StartsWith(SqlitePrefix, StringComparison.Ordinal))
        {
            var path = location[SqlitePrefix.Length..];
            if (path.Length == 0) throw new FormatException("a SQLite location is sqlite:PATH");
            return Task.Run<IStationStore>(() => SqliteStore.Open(Path.GetFullPath(path), clock), ct);
        }
        if (PostgresLocation.IsOne(location))
        {
            var parsed = PostgresLocation.Parse(location);
            return Task.Run<IStationStore>(() => PostgresStore.Open(parsed, clock), ct);
        }
        throw new FormatException("a store is sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE");
    }
}
