using Parley.Storage.Postgres;
using Parley.Storage.Sqlite;

namespace Parley.Storage;

/// <summary>
/// Puts the files that <see cref="IStoreReading.CopyTo"/> wrote back in place as a store. Nobody can open what it makes
/// before it is whole and marked.
/// </summary>
public static class StoreRestore
{
    /// <summary>Restores into a location where no store is, and brings it to this program's migration.</summary>
    /// <param name="location">As of <see cref="StationStore.OpenAsync"/>; of the same kind as the copy.</param>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="migration">The migration that the copied store had.</param>
    /// <param name="mark">Key of a small value that is set to 1 in the restored store, in one transaction with
    /// it.</param>
    /// <param name="clock">For the times of faults.</param>
    /// <param name="progress">Told bytes: done, and of how many.</param>
    /// <param name="ct">Gives up; nothing is left.</param>
    /// <exception cref="StoreFaultException">The place is taken, or cannot be written; nothing was made.</exception>
    public static async Task IntoAsync(
        string location,
        string folder,
        int migration,
        string mark,
        TimeProvider clock,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        if (StationStore.SqlitePath(location) is { } path)
            await Task.Run(() => SqliteRestore.Into(path, folder, mark, clock, progress, ct), ct);
        else
            await Task.Run(
                () =>
                    PostgresRestore.Into(
                        PostgresLocation.Parse(location),
                        folder,
                        migration,
                        mark,
                        clock,
                        progress,
                        ct
                    ),
                ct
            );
        await (await StationStore.OpenAsync(location, clock, ct)).DisposeAsync();
    }
}
