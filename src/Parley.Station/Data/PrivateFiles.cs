#pragma warning disable CA1416 // A file mode is asked for where there are file modes; stations run on Linux.
using Parley.Crypto;
using Parley.Record;

namespace Parley.Station.Data;

/// <summary>Files and folders that only their owner can reach, from the instant they exist.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = OwnerOnly | UnixFileMode.UserExecute;
    private const int BufferLength = 1 << 20;

    internal static void MakeFolder(string path)
    {
        Directory.CreateDirectory(path, FolderMode);
        File.SetUnixFileMode(path, FolderMode);
    }

    /// <summary>Writes a new file, synced.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
                BufferSize = 0,
            }
        );
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Length and SHA-256 of a file, read to its end.</summary>
    internal static (long Length, Hash Sha256) Digest(string path, Action<int> progress, CancellationToken ct)
    {
        using var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Read,
                Share = FileShare.Read,
                BufferSize = 0,
                Options = FileOptions.SequentialScan,
            }
        );
        using var hash = new RunningSha256();
        var buffer = new byte[BufferLength];
        long length = 0;
        for (int read; (read = file.Read(buffer)) > 0; length += read)
        {
            ct.ThrowIfCancellationRequested();
            hash.Append(buffer.AsSpan(0, read));
            progress(read);
        }
        return (length, hash.Finish());
    }

    /// <summary>A secret that an operator put into a file which is the owner's alone; the line break at its end is none
    /// of it.</summary>
    internal static Parsed<byte[]> ReadSecret(string path)
    {
        const int most = 4096;
        try
        {
            if ((File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
                return new Rejected($"{path} can be read by others: chmod 600 {path}");
            if (new FileInfo(path).Length > most)
                return new Rejected($"{path} is longer than {most} bytes");
            var bytes = File.ReadAllBytes(path).AsSpan().TrimEnd("\r\n"u8);
            return bytes.Length == 0 ? new Rejected($"{path} is empty") : bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Rejected(e.Message);
        }
    }

    /// <summary>Takes away what an attempt made; the reason why it failed is what matters, so that nothing is said
    /// where this fails too.</summary>
    internal static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // see above
        }
    }
}
