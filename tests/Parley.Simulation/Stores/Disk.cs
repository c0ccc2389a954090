using Parley.Storage;

namespace Parley.Simulation.Stores;

/// <summary>
/// What one station's process writes to and what survives it: a real SQLite database in a folder of its own, or a store
/// in memory. Opened by one process at a time.
/// </summary>
internal abstract class Disk : IDisposable
{
    internal abstract IStationStore Open(TimeProvider clock);

    /// <summary>The process dies without a word to its store.</summary>
    internal abstract void Kill();

    /// <summary>The state as committed, as a disk of its own.</summary>
    internal abstract Disk Backup(TimeProvider clock);

    public abstract void Dispose();

    internal static Disk Create(StoreKind kind) =>
        kind switch
        {
            StoreKind.Sqlite => new SqliteDisk(),
            StoreKind.Postgres => new PostgresDisk(),
            _ => new MemoryDisk(new ModelDisk()),
        };

    private sealed class MemoryDisk(ModelDisk disk) : Disk
    {
        internal override IStationStore Open(TimeProvider clock) => new ModelStore(disk);

        internal override void Kill() { }

        internal override Disk Backup(TimeProvider clock) => new MemoryDisk(disk.Copy());

        public override void Dispose() { }
    }

    private sealed class SqliteDisk : Disk
    {
        private const string DatabaseName = "parley.db";
        private static readonly string Root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

        private string folder = New();
        private IStationStore? open;

        private static string New()
        {
            var made = Path.Combine(Root, $"parley-simulation-{Guid.NewGuid():N}");
            Directory.CreateDirectory(made);
            return made;
        }

        private string Location => $"sqlite:{Path.Combine(folder, DatabaseName)}";

        internal override IStationStore Open(TimeProvider clock) =>
            open = StationStore.OpenAsync(Location, clock).GetAwaiter().GetResult();

        internal override void Kill()
        {
            if (open is null)
                return;
            // The files as they lie there now are what the next process finds: closing the store would tidy them up
            // first.
            var left = New();
            foreach (var file in Directory.GetFiles(folder).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(left, Path.GetFileName(file)));
            Close();
            Directory.Delete(folder, recursive: true);
            folder = left;
        }

        internal override Disk Backup(TimeProvider clock)
        {
            var copy = new SqliteDisk();
            using var reading = StoreReading.Open(Location, clock);
            foreach (var file in reading.CopyTo(copy.folder, (_, _) => { }, CancellationToken.None))
                File.Move(Path.Combine(copy.folder, file), Path.Combine(copy.folder, DatabaseName));
            return copy;
        }

        private void Close()
        {
            open?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            open = null;
        }

        public override void Dispose()
        {
            Close();
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }
}
