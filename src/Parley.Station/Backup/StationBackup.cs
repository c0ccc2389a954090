using System.Reflection;
using System.Security.Cryptography;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Data;
using Parley.Storage;

namespace Parley.Station.Backup;

/// <summary>
/// Copies a station into a folder, while it runs or not: its record in one consistent state, its settings, card and
/// keys as they are. It goes past the
/// station, straight to what the station stores, because a backup is wanted most when the station is in trouble.
/// </summary>
public static class StationBackup
{
    /// <summary>Largest of the small files, in bytes: what a blind check of the largest sets found.</summary>
    private const int MaxFile = Blind.BlindKept.MaxLength;

    /// <summary>Makes a backup, or says why there is none; then nothing is left of it.</summary>
    /// <param name="directory">The station's data directory.</param>
    /// <param name="store">As of <c>parley run --store</c>; null for what the settings say.</param>
    /// <param name="folder">Where to; nothing may be there.</param>
    /// <param name="inUse">What a running station says of its store; null where none runs.</param>
    /// <param name="clock">For the time of the backup.</param>
    /// <param name="progress">Told how much is done, of how much.</param>
    /// <param name="ct">Gives up; nothing is left.</param>
    public static Parsed<BackupManifest> Make(
        DataDirectory directory,
        string? store,
        string folder,
        string? inUse,
        TimeProvider clock,
        Action<long, long> progress,
        CancellationToken ct
    )
    {
        var final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (Path.Exists(final))
            return new Rejected($"{final} is already there; a backup goes into a folder of its own");
        if (Path.GetDirectoryName(final) is not { } parent || !Directory.Exists(parent))
            return new Rejected($"the folder that is to hold {final} is not there");
        if (!StationSettings.Read(directory).TryGet(out var settings, out var why))
            return new Rejected(why);
        var unfinished = Path.Combine(
            parent,
            $".{Path.GetFileName(final)}.{Convert.ToHexStringLower(Randomness.Bytes(4))}.unfinished"
        );
        try
        {
            using var reading = StoreReading.Open(settings.Location(directory, store), clock);
            if (StoreInUse.Contradiction(reading, inUse) is { } contradiction)
                return new Rejected(contradiction);
            if (
                StoreBond.RefusalToRead(
                    directory,
                    reading.Description,
                    reading.Meta().ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal)
                ) is
                { } another
            )
                return new Rejected(another);
            PrivateFiles.MakeFolder(unfinished);
            PrivateFiles.MakeFolder(Path.Combine(unfinished, BackupManifest.KeysFolder));
            PrivateFiles.MakeFolder(Path.Combine(unfinished, BackupManifest.RecordFolder));
            var files = new List<BackupFile>();
            var kept = directory.Kept();
            if (kept.Any(name => name.StartsWith($"{BackupManifest.BlindFolder}/", StringComparison.Ordinal)))
                PrivateFiles.MakeFolder(Path.Combine(unfinished, BackupManifest.BlindFolder));
            foreach (var name in kept)
                files.Add(
                    CopySmall(
                        Path.Combine(directory.Path, name),
                        unfinished,
                        name == "station.json" ? BackupManifest.SettingsName : name
                    )
                );
            var at = clock.GetUtcNow();
            // The sizes come from the transaction that is copied: they are those of the copy.
            var lines = Lines(reading);
            foreach (var name in reading.CopyTo(Path.Combine(unfinished, BackupManifest.RecordFolder), progress, ct))
            {
                var copied = $"{BackupManifest.RecordFolder}/{name}";
                var (length, hash) = PrivateFiles.Digest(Path.Combine(unfinished, copied), static _ => { }, ct);
                files.Add(new BackupFile(copied, length, hash.ToHex()));
            }
            var manifest = new BackupManifest(
                BackupManifest.Layout,
                at,
                settings.Party,
                Version,
                reading.Kind,
                reading.Migration,
                lines,
                files
            );
            DurableFolder.Sync(Path.Combine(unfinished, BackupManifest.KeysFolder));
            if (Directory.Exists(Path.Combine(unfinished, BackupManifest.BlindFolder)))
                DurableFolder.Sync(Path.Combine(unfinished, BackupManifest.BlindFolder));
            DurableFolder.Sync(Path.Combine(unfinished, BackupManifest.RecordFolder));
            var encoded = manifest.Encode();
            PrivateFiles.Write(Path.Combine(unfinished, BackupManifest.FileName), encoded);
            PrivateFiles.Write(Path.Combine(unfinished, BackupManifest.SumsName), manifest.Sums(encoded));
            DurableFolder.Publish(unfinished, final);
            return manifest;
        }
        catch (Exception e)
            when (e is StoreFaultException or IOException or UnauthorizedAccessException or FormatException)
        {
            PrivateFiles.Remove(unfinished);
            return new Rejected(e.Message);
        }
        catch
        {
            PrivateFiles.Remove(unfinished);
            throw;
        }
    }

    private static string Version =>
        typeof(StationBackup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "";

    private static BackupFile CopySmall(string from, string folder, string name)
    {
        if (!BackupManifest.IsName(name))
            throw new IOException($"{from} has a name that a backup cannot hold; keep it elsewhere");
        if (!PlainFile.IsAt(from))
            throw new IOException($"{from} is not a plain file; keep it elsewhere");
        if (new FileInfo(from).Length > MaxFile)
            throw new IOException($"{from} is too large to be one of a station's own files; keep it elsewhere");
        var content = File.ReadAllBytes(from);
        PrivateFiles.Write(Path.Combine(folder, name), content);
        var file = new BackupFile(name, content.Length, Sha256.Of(content).ToHex());
        CryptographicOperations.ZeroMemory(content);
        return file;
    }

    private static List<BackupLine> Lines(IStoreReading reading)
    {
        var feeds = reading.Feeds().ToLookup(feed => feed.LineRow);
        return
        [
            .. reading
                .Lines()
                .Select(line => new BackupLine(
                    line.Line,
                    [
                        .. feeds[line.Row]
                            .Select(feed => new BackupFeed(feed.Party, feed.Size, Convert.ToHexStringLower(feed.Root))),
                    ]
                )),
        ];
    }
}

/// <summary>Whether what is read is what a running station writes.</summary>
internal static class StoreInUse
{
    private const string File = "sqlite ";

    /// <summary>Null where nothing speaks against it. One file may be known by two paths; another kind or another
    /// server is another store.</summary>
    internal static string? Contradiction(IStoreReading reading, string? inUse) =>
        inUse is null
        || inUse == reading.Description
        || (
            inUse.StartsWith(File, StringComparison.Ordinal)
            && reading.Description.StartsWith(File, StringComparison.Ordinal)
        )
            ? null
            : $"the station that runs here keeps its record in {inUse}, and this would read {reading.Description}: name its store with --store";
}
