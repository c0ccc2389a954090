using Parley.Storage.Postgres;
using Parley.Storage.Sqlite;

namespace Parley.Storage;

/// <summary>Opens the store that a location names.</summary>
public static class StationStore
{
    private const string SqlitePrefix = "sqlite:";

    /// <summary>
    /// Opens, creates or migrates a store. Locations: <c>sqlite:/path/parley.db</c>,
    /// <c>postgres://user:password@host:port/database</c>;
    /// a server on a Unix socket is <c>postgres://user@/database?host=/directory</c>.
    /// </summary>
    /// <exception cref="FormatException">The location is neither; the message says what is wrong with it.</exception>
    /// <exception cref="StoreFaultException">It cannot be opened for writing, belongs to another station that runs, or
    /// is newer than this program.</exception>
    public static Task<IStationStore> OpenAsync(string location, TimeProvider clock, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(clock);
        if (SqlitePath(location) is { } path)
            return Task.Run<IStationStore>(() => SqliteStore.Open(path, clock), ct);
        var parsed = PostgresLocation.Parse(location);
        return Task.Run<IStationStore>(() => PostgresStore.Open(parsed, clock), ct);
    }

    /// <summary>The file of a SQLite location; null for one of PostgreSQL. Anything else throws
    /// <see cref="FormatException"/>.</summary>
    internal static string? SqlitePath(string location)
    {
        if (PostgresLocation.IsOne(location))
            return null;
        if (!location.StartsWith(SqlitePrefix, StringComparison.Ordinal))
            throw new FormatException("a store is sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE");
        return location.Length > SqlitePrefix.Length
            ? Path.GetFullPath(location[SqlitePrefix.Length..])
            : throw new FormatException("a SQLite location is sqlite:PATH");
    }
}
