namespace Parley.Crypto;

/// <summary>Tells plain files from pipes, devices and sockets before they are opened: opening a pipe that nobody writes
/// to never returns.</summary>
public static class PlainFile
{
    /// <summary>True when there is a plain file at the path itself, or, with <paramref name="followLink"/>, where a
    /// symbolic link at its end leads.</summary>
    /// <exception cref="IOException">The file system does not say.</exception>
    public static bool IsAt(string path, bool followLink = false) =>
        PosixFile.At(path, followLink) is { IsRegular: true };
}
