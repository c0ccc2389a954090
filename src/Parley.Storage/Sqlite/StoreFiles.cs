#pragma warning disable CA1416 // A file mode is asked for where there are file modes; stations run on Linux.

namespace Parley.Storage.Sqlite;

/// <summary>The database file's mode, and the lock that keeps a second station away from it.</summary>
internal static class StoreFiles
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    /// <summary>Takes the lock for as long as the stream is open; the system gives it back when the process ends,
    /// however it ends.</summary>
    internal static FileStream Lock(string path, TimeProvider clock)
    {
        var file = path + ".lock";
        try
        {
            return new FileStream(
                file,
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = Private,
                }
            );
        }
        catch (IOException exception)
            when (File.Exists(file) && exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            if (!IsReadOnly(exception))
            {
                throw new StoreFaultException(
                    new StoreFault(
                        StoreFaultKind.Locked,
                        $"{path} is in use by another station ({file} is locked)",
                        clock.GetUtcNow()
                    ),
                    inner: exception
                );
            }
            throw new StoreFaultException(
                new StoreFault(StoreFaultKind.ReadOnly, $"{path}: {exception.Message}", clock.GetUtcNow()),
                inner: exception
            );
        }
    }

    /// <summary>Makes the file before SQLite does, so that it and its companions are never readable by
    /// others.</summary>
    internal static void CreatePrivate(string path)
    {
        if (!File.Exists(path))
        {
            new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.Write,
                    UnixCreateMode = Private,
                }
            ).Dispose();
        }
        else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) & ~Others);
        }
    }

    // EROFS as .NET reports it: the errno itself is in HResult on Unix.
    private static bool IsReadOnly(IOException exception) => exception.HResult == 30;
}
