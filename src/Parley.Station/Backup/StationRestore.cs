using Parley.Crypto;
using Parley.Record;
using Parley.Station.Data;
using Parley.Station.Lines;
using Parley.Storage;

namespace Parley.Station.Backup;

/// <summary>
/// Makes a station out of a backup. Its store is marked as restored before anybody can open it, so that the next start
/// signs nothing until the peers have
/// shown what they hold of its feeds (docs/decisions/0008).
/// </summary>
public static class StationRestore
{
    /// <summary>Restores, or says why not; then no station is there. Every file's hash is checked before anything is
    /// written.</summary>
    /// <param name="folder">A backup.</param>
    /// <param name="directory">The data directory to make; it may exist and be empty.</param>
    /// <param name="store">Where the record goes; null for what the backup's settings say. The settings of the new
    /// station name it.</param>
    /// <param name="clock">For the times of faults.</param>
    /// <param name="progress">Told how much is done, of how much.</param>
    /// <param name="ct">Gives up; nothing is left.</param>
    public static async Task<Parsed<BackupManifest>> RunAsync(
        string folder,
        DataDirectory directory,
        string? store,
        TimeProvider clock,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        if (!BackupManifest.Read(folder).TryGet(out var manifest, out var why))
            return new Rejected(why);
        if (manifest.Migration > StoreReading.KnownMigration(manifest.Store))
            return new Rejected($"{folder} was made by a newer Parley ({manifest.Version}): use that one");
        if (directory.HoldsStation)
            return new Rejected(
                $"{directory.Path} holds a station already; a backup is restored to a directory of its own"
            );
        var existed = Directory.Exists(directory.Path);
        if (existed && Directory.EnumerateFileSystemEntries(directory.Path).Any())
            return new Rejected($"{directory.Path} is not empty");
        try
        {
            if (BackupFiles.FaultOf(folder, manifest, progress, ct) is { } fault)
                return new Rejected(fault);
            var written = await File.ReadAllBytesAsync(Path.Combine(folder, BackupManifest.SettingsName), ct);
            if (!StationSettings.Parse(written).TryGet(out var settings, out why))
                return new Rejected($"{BackupManifest.SettingsName} of the backup {why}");
            var location = settings.Location(directory, store);
            if (location.StartsWith("sqlite:", StringComparison.Ordinal) != (manifest.Store == "sqlite"))
                return new Rejected(
                    $"this is a backup of a {manifest.Store} store: it can be restored to {(manifest.Store == "sqlite" ? "SQLite" : "an empty PostgreSQL database, which --store names")} only"
                );
            // A start without --store must open what was restored, never something older that the settings named.
            if (store is not null && store != (settings.Store ?? "sqlite"))
                written = (settings with { Store = store }).Encode();

            PrivateFiles.MakeFolder(directory.Path);
            PrivateFiles.MakeFolder(Path.Combine(directory.Path, BackupManifest.KeysFolder));
            var blind = Path.Combine(directory.Path, BackupManifest.BlindFolder);
            if (
                manifest.Files.Any(file =>
                    file.Name.StartsWith($"{BackupManifest.BlindFolder}/", StringComparison.Ordinal)
                )
            )
                PrivateFiles.MakeFolder(blind);
            foreach (var file in manifest.Files)
            {
                if (
                    file.Name == BackupManifest.SettingsName
                    || file.Name.StartsWith($"{BackupManifest.RecordFolder}/", StringComparison.Ordinal)
                )
                    continue;
                PrivateFiles.Write(
                    Path.Combine(directory.Path, file.Name),
                    await File.ReadAllBytesAsync(Path.Combine(folder, file.Name), ct)
                );
            }
            var unfinished = $"{directory.Settings}.restoring";
            PrivateFiles.Write(unfinished, written);
            DurableFolder.Sync(Path.Combine(directory.Path, BackupManifest.KeysFolder));
            if (Directory.Exists(blind))
                DurableFolder.Sync(blind);
            await StoreRestore.IntoAsync(
                location,
                Path.Combine(folder, BackupManifest.RecordFolder),
                manifest.Migration,
                StoreBond.RestoredKey,
                clock,
                progress,
                ct
            );
            await EndSessionsAsync(location, clock, ct);
            // Last: it says that a station is here.
            File.Move(unfinished, directory.Settings);
            DurableFolder.Sync(directory.Path);
            return manifest;
        }
        catch (Exception e)
        {
            Undo(directory, existed);
            if (e is StoreFaultException or IOException or UnauthorizedAccessException or FormatException)
                return new Rejected(e.Message);
            throw;
        }
    }

    /// <summary>Whoever was signed in when the backup was made, or had a link to sign in with, is not let in by it
    /// years later.</summary>
    private static async Task EndSessionsAsync(string location, TimeProvider clock, CancellationToken ct)
    {
        await using var store = await StationStore.OpenAsync(location, clock, ct);
        var officers = store.ReadOfficers();
        await store.CommitAsync(
            [
                .. officers.Sessions.Select(s => new DropSession(s.Secret)),
                .. officers.Invitations.Select(i => new DropInvitation(i.Secret)),
                new NoteSignIn(new SignInRow(clock.GetUtcNow(), "restored")),
            ],
            ct
        );
    }

    private static void Undo(DataDirectory directory, bool existed)
    {
        if (!Directory.Exists(directory.Path))
            return;
        if (!existed)
            PrivateFiles.Remove(directory.Path);
        else
            foreach (var entry in Directory.EnumerateFileSystemEntries(directory.Path).ToList())
                PrivateFiles.Remove(entry);
    }
}

/// <summary>A backup's files against its manifest.</summary>
internal static class BackupFiles
{
    /// <summary>Why the files are not those of the manifest, or null.</summary>
    internal static string? FaultOf(
        string folder,
        BackupManifest manifest,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        var total = manifest.Files.Sum(file => Math.Max(0, file.Length));
        long done = 0;
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(folder, file.Name);
            if (!PlainFile.IsAt(path))
                return $"the backup is not whole: {file.Name} is missing";
            var (length, hash) = PrivateFiles.Digest(path, read => progress(done += read, total), ct);
            if (length != file.Length)
                return $"the backup is damaged: {file.Name} has {length} bytes, not {file.Length}; nothing was restored";
            if (hash.ToHex() != file.Sha256)
                return $"the backup is damaged: {file.Name} is not what was written; nothing was restored";
        }
        return null;
    }
}
