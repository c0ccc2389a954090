using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Exports;

namespace Parley.Cli.Evidence;

/// <summary>
/// Takes an export as it streams in: keeps the zip as it is, or unpacks it on the way. The result appears under its
/// name only when
/// it is whole.
/// </summary>
internal static class ExportReceiver
{
    internal readonly record struct Received(long Entries, long Files);

    internal static async Task<Received> ReceiveAsync(
        Stream content,
        string path,
        Action<long> entriesSoFar,
        CancellationToken ct
    )
    {
        // An empty folder is the user's to be filled; a link is somebody's who may lead us elsewhere.
        if (
            UnfinishedFile.IsTaken(path)
            && (
                !Directory.Exists(path)
                || new DirectoryInfo(Path.TrimEndingDirectorySeparator(path)).LinkTarget is not null
                || Directory.EnumerateFileSystemEntries(path).Any()
            )
        )
            throw new Failure($"{path} is there already");
        return path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)
            ? await ToZipAsync(content, path, entriesSoFar, ct)
            : await ToFolderAsync(content, path, entriesSoFar, ct);
    }

    private static async Task<Received> ToZipAsync(
        Stream content,
        string path,
        Action<long> entriesSoFar,
        CancellationToken ct
    )
    {
        await using var file = UnfinishedFile.Begin(path);
        try
        {
            var received = await ReadAsync(content, file.Content, null, entriesSoFar, ct);
            file.PublishNew();
            return received;
        }
        catch (Exception e) when (e is EndOfStreamException or HttpIOException)
        {
            throw BrokeOff();
        }
    }

    private static async Task<Received> ToFolderAsync(
        Stream content,
        string path,
        Action<long> entriesSoFar,
        CancellationToken ct
    )
    {
        var unfinished = UnfinishedFile.BeginFolder(path);
        try
        {
            var received = await ReadAsync(content, null, unfinished, entriesSoFar, ct);
            if (Directory.Exists(path))
                Directory.Delete(path); // empty, as seen above
            DurableFolder.Publish(unfinished, path);
            return received;
        }
        catch (Exception e)
        {
            Directory.Delete(unfinished, recursive: true);
            if (e is EndOfStreamException or HttpIOException)
                throw BrokeOff();
            throw;
        }
    }

    private static Failure BrokeOff() =>
        new("the export broke off before its end; nothing is kept of it (the station's log says why)");

    /// <summary>Copies all to <paramref name="whole"/>, or each file below <paramref name="folder"/>.</summary>
    private static async Task<Received> ReadAsync(
        Stream content,
        FileStream? whole,
        string? folder,
        Action<long> entriesSoFar,
        CancellationToken ct
    )
    {
        var zip = new StoredZipStream(content, whole);
        long entries = 0,
            files = 0;
        string? made = null;
        while (await zip.NextAsync(ct) is { } name)
        {
            if (!EvidencePath.IsKnown(name))
                throw new Failure("the export holds a file that no export has");
            if (folder is null)
                await zip.CopyAsync(Stream.Null, ct);
            else
            {
                var file = Path.Combine(folder, name);
                var parent = Path.GetDirectoryName(file)!;
                if (parent != made)
                    MakeFolder(made = parent);
                await using var target = UnfinishedFile.OpenNew(file);
                await zip.CopyAsync(target, ct);
            }
            files++;
            entries += EvidencePath.EntriesIn(name);
            entriesSoFar(entries);
        }
        return new Received(entries, files);
    }

    /// <summary>Each level by itself: the platform gives its mode to the last one alone.</summary>
    private static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        MakeFolder(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(path, UnfinishedFile.OwnersFolder);
    }
}
