namespace Parley.Crypto;

/// <summary>
/// The one way in which a file is made outside the store: beside its place under a name that nobody can guess, created
/// new (no link that somebody planted is followed), with
/// its mode from the first instant whatever the umask, and under its own name only when it is whole. Disposed before
/// that, it leaves nothing.
/// </summary>
public sealed class UnfinishedFile : IDisposable, IAsyncDisposable
{
    /// <summary>For its owner alone: 0600.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>For what is public, such as a card: others may read it where the umask lets them.</summary>
    public const UnixFileMode Public = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Of a folder for its owner alone: 0700.</summary>
    public const UnixFileMode OwnersFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const int NameBytes = 8,
        BufferSize = 1 << 16;

    private readonly string path,
        unfinished;
    private bool published;

    private UnfinishedFile(string path, UnixFileMode mode)
    {
        this.path = Path.GetFullPath(path);
        unfinished = NameBeside(this.path);
        Content = OpenNew(unfinished, mode, BufferSize);
    }

    /// <summary>What is written so far; no more after it is published.</summary>
    public FileStream Content { get; }

    /// <summary>Begins a file that is to stand at that path.</summary>
    /// <exception cref="IOException">Its folder is not there or takes no file.</exception>
    public static UnfinishedFile Begin(string path, UnixFileMode mode = OwnerOnly) => new(path, mode);

    /// <summary>Gives it its name; throws <see cref="IOException"/> where anything has that name, a link as
    /// well.</summary>
    public void PublishNew()
    {
        Finish();
        PosixFile.MoveToNewName(unfinished, path, "it is not replaced");
        Settle();
    }

    /// <summary>Gives it its name, in the place of a plain file or a link of that name. What a link leads to stays as
    /// it is.</summary>
    public void Replace()
    {
        Finish();
        if (
            PosixFile.At(path) is { IsRegular: false, IsSymbolicLink: false }
            || PosixFile.At(path, follow: true) is { IsRegular: false }
        )
            throw new IOException($"{path} is no plain file; it is not replaced");
        File.Move(unfinished, path, overwrite: true);
        Settle();
    }

    /// <summary>Writes a whole file, in the place of the one that is there.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode = OwnerOnly)
    {
        using var file = Begin(path, mode);
        file.Content.Write(bytes);
        file.Replace();
    }

    /// <summary>Whether anything has that name: a file, a folder, a link that leads nowhere.</summary>
    public static bool IsTaken(string path) => PosixFile.At(Path.TrimEndingDirectorySeparator(path)) is not null;

    /// <summary>A new file at exactly that path, for its owner alone unless said otherwise.</summary>
    /// <exception cref="IOException">Something has that name.</exception>
    public static FileStream OpenNew(string path, UnixFileMode mode = OwnerOnly, int bufferSize = 0) =>
        new(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = bufferSize,
                Options = FileOptions.Asynchronous,
                UnixCreateMode = mode,
            }
        );

    /// <summary>A file that grows, such as a log: for its owner alone, also where an earlier version made it for others
    /// too.</summary>
    /// <exception cref="IOException">The name is a link or no plain file.</exception>
    public static FileStream OpenToAppend(string path)
    {
        if (PosixFile.At(path) is { IsRegular: false })
            throw new IOException($"{path} is no plain file");
        var file = new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Append,
                Access = FileAccess.Write,
                Share = FileShare.Read,
                UnixCreateMode = OwnerOnly,
            }
        );
        if ((File.GetUnixFileMode(file.SafeFileHandle) & ~OwnerOnly) != UnixFileMode.None)
            File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
        return file;
    }

    /// <summary>A new folder beside that path, for its owner alone, under a name that nobody can guess:
    /// <see cref="DurableFolder.Publish"/> gives it its own.</summary>
    public static string BeginFolder(string path)
    {
        var folder = NameBeside(Path.GetFullPath(Path.TrimEndingDirectorySeparator(path)));
        Directory.CreateDirectory(folder, OwnersFolder);
        return folder;
    }

    private static string NameBeside(string path) =>
        Path.Combine(
            Path.GetDirectoryName(path) ?? throw new IOException($"{path} is no name of a file"),
            $".{Path.GetFileName(path)}.{Convert.ToHexStringLower(Randomness.Bytes(NameBytes))}.part"
        );

    private void Finish()
    {
        Content.Flush(flushToDisk: true);
        Content.Dispose();
    }

    private void Settle()
    {
        published = true;
        PosixFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    public void Dispose()
    {
        Content.Dispose();
        if (!published)
            File.Delete(unfinished);
    }

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        Dispose();
    }
}
