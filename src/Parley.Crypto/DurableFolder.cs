namespace Parley.Crypto;

/// <summary>A folder that appears under its name only when it is whole, and then outlasts a power cut.</summary>
public static class DurableFolder
{
    /// <summary>Makes the names in a folder durable, as a sync of a file makes its content.</summary>
    /// <exception cref="IOException">The disk did not take them.</exception>
    public static void Sync(string path) => PosixFile.SyncDirectory(path);

    /// <summary>Gives a folder, whose files are synced, its final name. Throws <see cref="IOException"/> where that
    /// name is taken; nothing is replaced.</summary>
    public static void Publish(string unfinished, string final)
    {
        PosixFile.SyncDirectory(unfinished);
        PosixFile.MoveToNewName(unfinished, final, "it is not replaced");
        PosixFile.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(final))!);
    }
}
