using System.Buffers.Binary;
using System.Text;
using Parley.Contract;
using Parley.Crypto;
using Parley.Record;
using Parley.Station.Api;

namespace Parley.Cli.Evidence;

/// <summary>
/// Takes an export as it streams in: keeps the zip as it is, or unpacks it on the way. The result appears under its
/// name only when
/// it is whole.
/// </summary>
internal static class ExportReceiver
{
    private const int BufferSize = 256 * 1024;

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

    /// <summary>Walks the archive's local headers, which StoredZip writes with sizes; copies all to
    /// <paramref name="whole"/>, or each file below <paramref name="folder"/>.</summary>
    private static async Task<Received> ReadAsync(
        Stream content,
        FileStream? whole,
        string? folder,
        Action<long> entriesSoFar,
        CancellationToken ct
    )
    {
        var buffer = new byte[BufferSize];
        long entries = 0,
            files = 0;
        string? made = null;
        while (true)
        {
            await content.ReadExactlyAsync(buffer.AsMemory(0, 4), ct);
            if (whole is not null)
                await whole.WriteAsync(buffer.AsMemory(0, 4), ct);
            if (BinaryPrimitives.ReadUInt32LittleEndian(buffer) != StoredZip.LocalSignature)
                break;
            await content.ReadExactlyAsync(buffer.AsMemory(4, StoredZip.LocalLength - 4), ct);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(22));
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(26));
            await content.ReadExactlyAsync(buffer.AsMemory(StoredZip.LocalLength, nameLength), ct);
            var name = Encoding.UTF8.GetString(buffer, StoredZip.LocalLength, nameLength);
            if (!EvidencePath.IsKnown(name))
                throw new Failure("the export holds a file that no export has");
            if (whole is not null)
            {
                await whole.WriteAsync(buffer.AsMemory(4, StoredZip.LocalLength - 4 + nameLength), ct);
                await CopyAsync(content, whole, size, buffer, ct);
            }
            else
            {
                var file = Path.Combine(folder!, name);
                var parent = Path.GetDirectoryName(file)!;
                if (parent != made)
                    MakeFolder(made = parent);
                await using var target = UnfinishedFile.OpenNew(file);
                await CopyAsync(content, target, size, buffer, ct);
            }
            files++;
            entries += EvidencePath.EntriesIn(name);
            entriesSoFar(entries);
        }
        if (
            BinaryPrimitives.ReadUInt32LittleEndian(buffer)
            is not (StoredZip.CentralSignature or StoredZip.EndSignature or StoredZip.WideEndSignature)
        )
            throw new EndOfStreamException();
        for (int read; (read = await content.ReadAsync(buffer, ct)) > 0; ) // the directory, needed in a zip only; reading it shows that the stream ended well
        {
            if (whole is not null)
                await whole.WriteAsync(buffer.AsMemory(0, read), ct);
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

    private static async Task CopyAsync(Stream from, FileStream to, long length, byte[] buffer, CancellationToken ct)
    {
        for (var left = length; left > 0; )
        {
            var read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), ct);
            if (read == 0)
                throw new EndOfStreamException();
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
            left -= read;
        }
    }
}
